//! The *Playground* view: a service, its dependencies, and the layers between them.

mod announcer;
mod asks;
mod breaker_panel;
mod charts;
mod details;
mod drawer;
mod explanation;
mod live;
mod log;
mod player;
mod preset_bar;
mod run_bar;
mod scene;
mod session;
mod stack;
mod stage;
mod summary;
mod take_home;
mod tracks;

use crate::address::use_address;
use crate::browser;
use crate::keys::use_keys;
use crate::selection::Selection;
pub(crate) use details::{DETAILS, Details};
use fusebox_lab::link;
use fusebox_sim::Dependency;
pub(crate) use live::{LiveWorld, Panels, Request};
pub(crate) use run_bar::shown;
pub(crate) use scene::picture;
use scene::{Spot, command_of_key};
use session::{Action, Session};
use stage::{Shared, Stage};
use std::rc::Rc;
use summary::Summary;
pub(crate) use take_home::{HOME, Home};
use yew::prelude::*;

/// The dependency that is selected by default.
const DATABASE: Dependency = Dependency::Postgres;

#[derive(Properties, PartialEq)]
pub(super) struct Props {
    /// Whether the view is on the page; time is paused while it is not.
    pub(super) visible: bool,
    /// The link to open, and its number; each link has a new number.
    pub(super) link: Option<(u32, Rc<link::Playground>)>,
    /// The view's code besides its picture, and what stands in its place until it is loaded.
    pub(super) details: Option<&'static Details>,
    pub(super) stand_in: Html,
}

/// The inputs of the parts of the page around the stage.
#[derive(Clone, PartialEq, Properties)]
struct Page {
    session: Session,
    /// Whether the view is on the page.
    visible: bool,
    /// The run at a moment.
    summary: Rc<Summary>,
    shared: Rc<Shared>,
    /// The view's code besides its picture, once it is loaded.
    details: Option<&'static Details>,
    on_action: Callback<Action>,
}

#[component(PlaygroundView)]
pub(super) fn playground_view(props: &Props) -> Html {
    let session = {
        let link = props.link.clone();
        use_reducer_eq(move || link.map_or_else(Session::default, |(_, link)| Session::of(&link)))
    };
    let shared = use_memo((), |()| Shared::default());
    let summary = use_state_eq(Rc::<Summary>::default);
    let panels = use_state_eq(Rc::<Summary>::default);
    let on_action = Callback::from(session.dispatcher());
    {
        let on_action = on_action.clone();
        let is_first = use_mut_ref(|| true);
        use_effect_with(props.link.clone(), move |link| {
            // The session was created from the first link.
            if let (Some((_, link)), false) = (link, is_first.replace(false)) {
                on_action.emit(Action::Open(link.clone()));
            }
        });
    }
    let link = use_memo((session.world.clone(), session.on), |_| session.link(None));
    let details = props.details;
    use_address(link, props.visible, details.map(|it| it.write_link));
    // Always the same callback, so that the log is not rendered again with every summary.
    let on_choose = use_callback((), {
        let on_action = on_action.clone();
        move |selection, ()| on_action.emit(Action::Choose(Some(selection)))
    });
    let page = Page {
        session: (*session).clone(),
        visible: props.visible,
        summary: (*summary).clone(),
        shared: shared.clone(),
        details,
        on_action: on_action.clone(),
    };
    use_shortcuts(props.visible, &page);
    let beside = Page { summary: (*panels).clone(), ..page.clone() };
    // The position of each child is fixed, whether the details are loaded or not: if children were
    // inserted later, the stage would be created anew, and its run with it.
    html! {
        <div class="playground">
            <h1 class="visually-hidden">{ "Playground: a service and its database" }</h1>
            <preset_bar::PresetBar ..page.clone() />
            <Stage
                session={page.session.clone()} visible={props.visible} {shared}
                {details} summary={summary.setter()} panels={panels.setter()} {on_action}
            />
            <breaker_panel::ServiceBreaker ..beside.clone() />
            { details.map_or_else(|| props.stand_in.clone(), |it| (it.stack)(&beside)) }
            <run_bar::TimeBar ..page.clone() />
            { details.map(|it| (it.below)(&page, &on_choose)).unwrap_or_default() }
        </div>
    }
}

/// Handles keys while the view is on the page, wherever the focus is.
#[hook]
fn use_shortcuts(visible: bool, page: &Page) {
    let Page { session, shared, on_action, .. } = page;
    let keys = Keys {
        playing: session.playing,
        shortcuts: session.shortcuts,
        on: session.on,
        shared: shared.clone(),
    };
    let on_action = on_action.clone();
    use_keys(visible, move |event| {
        if let Some(action) = keys.action(event) {
            event.prevent_default();
            on_action.emit(action);
        }
    });
}

/// What the keys of the view depend on.
struct Keys {
    playing: bool,
    shortcuts: bool,
    on: Dependency,
    shared: Rc<Shared>,
}

impl Keys {
    /// The action of a key that no control has handled, unless the focused element takes letters. A
    /// fault is one of the selected dependency; which it has is asked when the key is pressed, as what
    /// was rendered may be some frames old.
    fn action(&self, event: &KeyboardEvent) -> Option<Action> {
        if event.default_prevented() || browser::takes_letters(event.target()) {
            return None;
        }
        let key = browser::key(event);
        if event.ctrl_key() || event.meta_key() {
            return (key == "z" && !event.shift_key()).then_some(Action::Undo);
        }
        // A user who dictates switches the letters off, and a key that is held down is one press.
        if event.alt_key() || event.repeat() || !self.shortcuts {
            return None;
        }
        let now = self.shared.now.get();
        match key.as_str() {
            " " => (!browser::takes_space(event.target())).then_some(Action::Play(!self.playing)),
            "d" => Some(Action::Choose(Some(Selection::Now(now)))),
            key => command_of_key(Spot::Dependency(self.on), key, &self.shared.faults.borrow())
                .map(|command| Action::Act(now, self.on.into(), vec![command])),
        }
    }
}

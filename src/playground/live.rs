//! A live world beside a text: the stage with its breaker and its time, without the rest of the page.

use super::breaker_panel::ServiceBreaker;
use super::run_bar::TimeBar;
use super::session::{Action, Change, Compare, Session, set};
use super::stage::{Shared, Stage};
use super::summary::Summary;
use super::{Details, Page, use_shortcuts};
use crate::browser;
use fusebox::time::{Duration, Instant};
use fusebox_lab::link::{self, Link};
use std::rc::Rc;
use yew::prelude::*;

#[derive(PartialEq, Properties)]
pub(crate) struct Props {
    /// The world, and the moment at which it is shown.
    pub(crate) link: Rc<link::Playground>,
    pub(crate) details: Option<&'static Details>,
    pub(crate) panels: Panels,
    /// What the text asks of the world, and its number; each request has a new one.
    pub(crate) request: Option<(u32, Request)>,
    /// Receives the world whenever the user has changed it; none if it is as it was.
    pub(crate) on_world: Callback<Option<Rc<Link>>>,
    /// Receives the moment of the run about eight times a second.
    pub(crate) on_now: Callback<Instant>,
}

/// The panels that are below the stage.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Panels {
    pub(crate) breaker: bool,
    pub(crate) layers: bool,
    pub(crate) log: bool,
}

/// What a text asks of its world.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Request {
    /// Shows a moment.
    Seek(Instant),
    /// Starts the run again with another value of a setting.
    Set(Change),
}

/// How long before its moment a world begins to move.
const LEAD: Duration = Duration::from_secs(2);

#[component(LiveWorld)]
pub(crate) fn live_world(props: &Props) -> Html {
    let moves = *use_memo((), |()| !browser::prefers_reduced_motion());
    let session = {
        let link = props.link.clone();
        use_reducer_eq(move || opened(&link, moves))
    };
    // The world plays up to its moment, unless the user does something else before.
    let stop = use_state_eq(|| props.link.at.filter(|_| moves));
    let shared = use_memo((), |()| Shared::default());
    let summary = use_state_eq(Rc::<Summary>::default);
    let panels = use_state_eq(Rc::<Summary>::default);
    let dispatcher = session.dispatcher();
    let on_action = {
        let (dispatcher, stop) = (dispatcher.clone(), stop.setter());
        use_callback((), move |action: Action, ()| {
            if !matches!(action, Action::Trouble(_)) {
                stop.set(None);
            }
            dispatcher.dispatch(action);
        })
    };
    {
        let (dispatcher, set_stop) = (dispatcher, stop.setter());
        use_effect_with((summary.now, *stop), move |&(now, stop)| {
            if stop.is_some_and(|stop| now >= stop) {
                set_stop.set(None);
                dispatcher.dispatch(Action::Play(false));
            }
        });
    }
    use_effect_with(summary.now, {
        let on_now = props.on_now.clone();
        move |now| on_now.emit(*now)
    });
    use_effect_with(session.world.clone(), {
        let (on_world, start) = (props.on_world.clone(), Session::of(&props.link));
        let changed = (session.world != start.world).then(|| Rc::new(session.link(None)));
        move |_| on_world.emit(changed)
    });
    use_effect_with(props.request.clone(), {
        let on_action = on_action.clone();
        move |request| match request {
            Some((_, Request::Seek(to))) => {
                on_action.emit(Action::Play(false));
                on_action.emit(Action::Seek(*to));
            }
            Some((_, Request::Set(change))) => {
                on_action.emit(set(Instant::ZERO, vec![change.clone()]));
                on_action.emit(Action::Play(true));
            }
            None => {}
        }
    });
    let on_choose = use_callback((), {
        let on_action = on_action.clone();
        move |selection, ()| on_action.emit(Action::Choose(Some(selection)))
    });
    let details = props.details;
    let page = Page {
        session: (*session).clone(),
        visible: true,
        summary: (*summary).clone(),
        shared: shared.clone(),
        details,
        on_action: on_action.clone(),
    };
    use_shortcuts(true, &page);
    let beside = Page { summary: (*panels).clone(), ..page.clone() };
    html! {
        <>
            <Stage
                session={page.session.clone()} visible=true {shared} {details}
                summary={summary.setter()} panels={panels.setter()} {on_action}
            />
            <TimeBar ..page.clone() />
            { details.map(|it| (it.tracks)(&page)).unwrap_or_default() }
            { details.map(|it| (it.drawer)(&page)).unwrap_or_default() }
            if props.panels.breaker { <ServiceBreaker ..beside.clone() /> }
            if let Some(details) = details {
                if props.panels.layers { { (details.stack)(&beside) } }
                if props.panels.log { { (details.log)(&page, &on_choose) } }
            }
        </>
    }
}

/// The session of a link. If it `moves`, it begins shortly before the moment of the link, and plays.
fn opened(link: &link::Playground, moves: bool) -> Session {
    let at = link.at.map(|at| if moves { at - LEAD } else { at });
    let mut session = Session::of(&link::Playground { at, ..link.clone() });
    session.playing = moves;
    session.compare = Compare::Nothing;
    session
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_world_begins_to_move_before_its_moment_or_stands_at_it() {
        let at = |seconds| link::Playground {
            at: Some(Instant::from_secs(seconds)),
            ..link::Playground::default()
        };
        let begins = |seconds, moves| {
            let session = opened(&at(seconds), moves);
            (session.seek.1, session.playing)
        };
        assert_eq!(begins(9, true), (Instant::from_secs(7), true));
        assert_eq!(begins(1, true), (Instant::ZERO, true));
        assert_eq!(begins(9, false), (Instant::from_secs(9), false));
    }
}

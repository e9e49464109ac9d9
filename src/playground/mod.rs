//! The *Playground* view: a service, what it depends on, and the layers between them.

mod announcer;
mod breaker_panel;
mod charts;
mod details;
mod explanation;
mod log;
mod numbers;
mod player;
mod preset_bar;
mod run_bar;
mod scene;
mod session;
mod stack;
mod stage;
mod summary;
mod time_bar;

use crate::address::use_address;
use crate::browser;
use crate::part::{self, PartState};
use crate::selection::Selection;
use charts::{ChartsPainter, Export};
pub(crate) use details::{DETAILS, Details};
use fusebox::LayerKind;
use fusebox::time::Instant;
use fusebox_lab::link;
use fusebox_sim::{Command, Dependency, Target};
use session::{Action, Session};
use stage::{Clock, Stage};
use std::rc::Rc;
use summary::Summary;
use time_bar::TimeBar;
use yew::prelude::*;

/// The dependency that is shown large where nobody chose another.
const DATABASE: Dependency = Dependency::Postgres;

#[derive(Properties, PartialEq)]
pub(super) struct Props {
    /// Whether it is on the page; time stands still while it is not.
    pub(super) visible: bool,
    /// What a link wants to be shown, and its number; a new number is a new wish.
    pub(super) link: Option<(u32, Rc<link::Playground>)>,
    /// What it has besides its picture.
    pub(super) details: PartState,
}

#[component(PlaygroundView)]
pub(super) fn playground_view(props: &Props) -> Html {
    let session = {
        let link = props.link.clone();
        use_reducer_eq(move || link.map_or_else(Session::default, |(_, link)| Session::of(&link)))
    };
    let summary = use_state_eq(|| Rc::new(Summary::of_nothing()));
    let clock = (*use_memo((), |()| Clock::default())).clone();
    let on_summary = use_set(summary.setter());
    let panels = use_state_eq(|| Rc::new(Summary::of_nothing()));
    let on_panels = use_set(panels.setter());
    let on_action = {
        let dispatch = session.dispatcher();
        use_callback((), move |action: Action, ()| dispatch.dispatch(action))
    };
    let on_act = {
        let (clock, on_action) = (clock.clone(), on_action.clone());
        use_callback((), move |(on, command): (Target, Command), ()| {
            on_action.emit(Action::Act(clock.now(), on, vec![command]));
        })
    };
    {
        let on_action = on_action.clone();
        let is_first = use_mut_ref(|| true);
        use_effect_with(props.link.clone(), move |link| {
            // The first one was what the session began with.
            if let (Some((_, link)), false) = (link, is_first.replace(false)) {
                on_action.emit(Action::Open(link.clone()));
            }
        });
    }
    let link = use_memo((session.world.clone(), session.on), |_| session.link(None));
    let details = part::details().filter(|_| props.details.is_here());
    use_address(link, props.visible, details.map(|it| it.write_link));
    let on_switch = {
        let (clock, on_action) = (clock.clone(), on_action.clone());
        use_callback(session.on, move |switches: Vec<(LayerKind, bool)>, on| {
            let commands = switches.into_iter().map(|(kind, on)| Command::Layer(kind, on));
            on_action.emit(Action::Act(clock.now(), (*on).into(), commands.collect()));
        })
    };
    let on_set_all = {
        let on_action = on_action.clone();
        use_callback((), move |changes, ()| on_action.emit(Action::Set(changes)))
    };
    let on_set = {
        let on_action = on_action.clone();
        use_callback((), move |change, ()| on_action.emit(Action::Set(vec![change])))
    };
    let charts = (*use_memo((), |()| ChartsPainter::default())).clone();
    let cross = use_state_eq(|| None::<Instant>);
    let on_cross = {
        let set = cross.setter();
        use_callback((), move |moment, ()| set.set(moment))
    };
    let export = use_state_eq(|| None::<(u32, Export)>);
    let on_export = {
        let (set, number) = (export.setter(), use_mut_ref(|| 0));
        use_callback((), move |export, ()| {
            *number.borrow_mut() += 1;
            set.set(Some((*number.borrow(), export)));
        })
    };
    let on_seek = use_act(&on_action, Action::Seek);
    let on_choose = use_act(&on_action, |selection| Action::Choose(Some(selection)));
    let on_close = use_act(&on_action, |()| Action::Choose(None));
    let on_depend = use_act(&on_action, Action::Depend);
    use_keys(props.visible, &clock, &on_action);
    let (session, selection) = ((*session).clone(), session.selection);
    // Each child has its place, whether the details are here or not: where there were more of them later,
    // the stage would be made anew, and its run with it.
    html! {
        <div class="playground">
            <h1 class="visually-hidden">{ "Playground: a service and its database" }</h1>
            <preset_bar::PresetBar
                session={session.clone()} clock={clock.clone()} has_details={details.is_some()}
                on_action={on_action.clone()}
            />
            { details.map_or_else(|| props.details.stand_in(), |it| (it.stack)(&stack::Props {
                scenario: session.world.plan.scenario.clone(), preset: session.world.base.clone(),
                on: session.on, switches: panels.layers, work: panels.work, on_set, on_set_all, on_switch,
            })) }
            <Stage
                session={session.clone()} visible={props.visible} clock={clock.clone()}
                charts={charts.clone()} cross={*cross} export={*export} has_details={details.is_some()}
                on_choose={on_choose.clone()} on_depend={on_depend.clone()} {on_act} {on_summary} {on_panels}
            />
            <breaker_panel::ServiceBreaker
                summary={(*panels).clone()} {selection} explanation={panels.explanation.clone()}
                on_choose={on_choose.clone()} {on_close} {on_depend}
            />
            <TimeBar session={session.clone()} summary={(*summary).clone()} on_action={on_action.clone()} />
            { details.map(|it| (it.charts)(&charts::ChartsProps {
                view: summary.charts.clone(), painter: charts, baseline: session.compare.label().into(),
                on_cross, on_seek, on_export,
            })).unwrap_or_default() }
            { details.map(|it| (it.run_bar)(&run_bar::Props {
                session, is_past: summary.now < summary.end, clock, on_action,
            })).unwrap_or_default() }
            { details.map(|it| (it.log)(&log::Props {
                lines: summary.log.clone(), selection, on_choose,
            })).unwrap_or_default() }
        </div>
    }
}

/// A callback that always stays the same one, and sets a state.
#[hook]
fn use_set(set: UseStateSetter<Rc<Summary>>) -> Callback<Rc<Summary>> {
    use_callback((), move |summary: Rc<Summary>, ()| set.set(summary))
}

/// A callback that stays the same one, so that who has it is not rendered again with every summary.
#[hook]
fn use_act<T: 'static>(on_action: &Callback<Action>, act: fn(T) -> Action) -> Callback<T> {
    let on_action = on_action.clone();
    use_callback((), move |value: T, ()| on_action.emit(act(value)))
}

/// Listens to keys while the view is on the page; shortcuts with Ctrl also where nothing on it has the
/// focus.
#[hook]
fn use_keys(visible: bool, clock: &Clock, on_action: &Callback<Action>) {
    let (clock, on_action) = (clock.clone(), on_action.clone());
    use_effect_with(visible, move |&visible| {
        let act = move |event: &KeyboardEvent| {
            if let Some(action) = of_key(event, clock.now()) {
                event.prevent_default();
                on_action.emit(action);
            }
        };
        let listener = if visible { browser::on_key(act) } else { None };
        move || drop(listener)
    });
}

/// What a key does anywhere in the view, unless something in it takes letters.
fn of_key(event: &KeyboardEvent, now: Instant) -> Option<Action> {
    if event.default_prevented() || browser::takes_letters(event.target()) {
        return None;
    }
    let command = event.ctrl_key() || event.meta_key();
    match event.key().as_str() {
        "z" if command && !event.shift_key() => Some(Action::Undo),
        // A letter alone is a shortcut only for who is in the view, as somebody may be dictating.
        "d" | "D"
            if !command
                && !event.alt_key()
                && browser::is_within(event.target(), ".playground") =>
        {
            Some(Action::Choose(Some(Selection::Now(now))))
        }
        _ => None,
    }
}

//! One step: its prose, its live world, and what else is beside them.

use super::code::code;
use super::course::Course;
use super::moments::{moments, responses};
use super::print::use_print_size;
use super::try_it::TryIt;
use crate::lesson::{
    FocusChart, Loaded, Numbers, RanOf, RunState, World, focused, paragraph, use_run,
};
use crate::playground::{Panels, Request};
use fusebox::time::Instant;
use fusebox_lab::lesson::Step;
use fusebox_lab::link::{Link, View};
use gloo_timers::callback::Timeout;
use std::rc::Rc;
use yew::prelude::*;

/// The id of the heading, which gets the focus with a new step.
pub(super) const TITLE: &str = "learn-title";

/// Milliseconds after the last change of a world until it is run.
const SETTLE: u32 = 400;

#[derive(PartialEq, Properties)]
pub(super) struct Props {
    pub(super) course: Rc<Course>,
    pub(super) loaded: Loaded,
    /// Called with the name of the step when its goal is met.
    pub(super) on_done: Callback<AttrValue>,
}

/// The state of the world beside the prose.
struct Beside {
    /// The run of the world as it is shown.
    run: RunState,
    /// The moment that it shows.
    now: Instant,
    /// Whether it is the one without what the step is about.
    is_without: bool,
    /// The link of the world as it stands, changed or not.
    link: AttrValue,
    is_changed: bool,
}

#[component(StepView)]
pub(super) fn step_view(Props { course, loaded, on_done }: &Props) -> Html {
    let step = use_memo(course.step().clone(), Clone::clone);
    let within = step.goal.as_ref().and_then(|goal| goal.goal.within);
    let request = use_state_eq(|| None::<(u32, Request)>);
    let on_request = {
        let request = request.clone();
        Callback::from(move |asked: Request| {
            let number = request.as_ref().map_or(1, |(number, _)| number + 1);
            request.set(Some((number, asked)));
        })
    };
    let is_playable = matches!(view_of(&step.world.0), View::Playground | View::Breaker);
    let numbers = Numbers {
        world: use_run(Some(&step.world.0), None),
        without: use_run(step.without.as_ref().map(|it| &*it.0), None),
        on_seek: is_playable.then(|| on_request.reform(Request::Seek)),
    };
    let now = use_state_eq(|| Instant::ZERO);
    let is_without = use_state_eq(|| false);
    let changed = use_state_eq(|| None::<Rc<str>>);
    let settled = use_settled((*changed).clone());
    let own = use_run(settled.as_deref(), within);
    let restarts = use_state_eq(|| 0_u32);
    let node = use_node_ref();
    use_print_size(node.clone());
    let shown = step.without.as_ref().filter(|_| *is_without).map_or(&*step.world.0, |it| &*it.0);
    let beside = Beside {
        run: match (&*changed, *is_without) {
            (Some(_), _) if *changed != settled => RunState::Running,
            (Some(_), _) => own,
            (None, true) => numbers.without.clone(),
            (None, false) => numbers.world.clone(),
        },
        now: *now,
        is_without: *is_without,
        link: changed.as_deref().unwrap_or(shown).to_owned().into(),
        is_changed: changed.is_some(),
    };
    let ran = numbers.world.over();
    // A tape without a moment is shown at its end, and so is the other one.
    let at = step.at.as_ref().and_then(|at| ran?.moment(at));
    let show = |without: bool| {
        let (is_without, changed, restarts, request) =
            (is_without.setter(), changed.setter(), restarts.clone(), request.setter());
        Callback::from(move |_: MouseEvent| {
            is_without.set(without);
            changed.set(None);
            request.set(None);
            restarts.set(*restarts + 1);
        })
    };
    let on_world = {
        let changed = changed.setter();
        use_callback((), move |link: Option<Rc<Link>>, ()| {
            changed.set(link.map(|link| link.write().into()));
        })
    };
    let on_now = use_callback((), {
        let now = now.setter();
        move |at, ()| now.set(at)
    });
    let on_met = {
        let (on_done, id) = (on_done.clone(), AttrValue::from(step.id.0.clone()));
        Callback::from(move |()| on_done.emit(id.clone()))
    };
    // What is beside the world follows it, whatever the reader does.
    let third = third(
        &step,
        &Numbers { world: beside.run.clone(), ..numbers.clone() },
        &beside,
        &on_request,
    );
    let world = || {
        html! {
            <World
                key={format!("{} {}", *restarts, *is_without)} link={shown.to_owned()} {at} loaded={*loaded}
                panels={panels(&step)} request={(*request).clone()} {on_world} {on_now}
            />
        }
    };
    let is_tape = view_of(&beside.link) == View::Breaker;
    let class =
        classes!("step", third.is_some().then_some("has-third"), is_tape.then_some("has-tape"),);
    html! {
        <div {class}>
            { prose(course, &numbers, beside.is_changed) }
            <section class="world" aria-label="The world beside the text" ref={node}>
                { head(&step, &beside, &show) }
                { chart(&step, &numbers, &beside) }
                { once_run(&numbers.world, world) }
            </section>
            { third.unwrap_or_default() }
            <div class="step__act">
                <TryIt
                    step={step.clone()} numbers={numbers.clone()} link={beside.link.clone()}
                    run={beside.run.clone()} on_request={on_request.clone()} {on_met}
                />
                { ways(course) }
            </div>
        </div>
    }
}

fn prose(course: &Course, numbers: &Numbers, is_changed: bool) -> Html {
    let step = course.step();
    let text = step.text.iter();
    html! {
        <article class="step__prose" aria-labelledby={TITLE}>
            <p class="step__place">
                <span>{ course.place() }</span>
                <span>{ course.left() }</span>
            </p>
            <h1 id={TITLE} tabindex="-1">{ &step.title }</h1>
            { for text.map(|text| html! { <p class="step__text">{ paragraph(text, numbers) }</p> }) }
            if is_changed {
                <p class="step__changed">
                    { "You have changed the world. The numbers in this text are those of the run as it was." }
                </p>
            }
        </article>
    }
}

/// The world once its run is over, as only then the moment is known at which it is shown.
fn once_run(run: &RunState, world: impl FnOnce() -> Html) -> Html {
    match run {
        RunState::Nothing | RunState::Running => {
            html! { <p class="part panel">{ "The world runs …" }</p> }
        }
        RunState::Failed(why) => html! {
            <p class="part panel" role="alert">{ format!("The world of this step cannot run: {why}.") }</p>
        },
        RunState::Over(_) => world(),
    }
}

/// The panels that are in focus, besides the stage.
fn panels(step: &Step) -> Panels {
    let has = |name: &str| step.focus.iter().any(|focus| focus.0 == name);
    Panels { breaker: has("breaker"), layers: has("layers"), log: has("log") }
}

fn view_of(link: &str) -> View {
    View::named(link.split('?').next().unwrap_or_default()).unwrap_or_default()
}

/// The links to the step before and the one after.
fn ways(course: &Course) -> Html {
    let way = |class: &'static str, link: String, words: Html, key: &'static str| {
        html! {
            <a class={classes!("button", class)} href={format!("#{link}")}>
                { words }<kbd aria-hidden="true">{ key }</kbd>
            </a>
        }
    };
    let before = course.before().map(|link| way("", link, "Back".into(), "←"));
    let after = if let (Some(link), Some(next)) = (course.after(), course.next()) {
        way("button--copper", link, format!("Next: {}", next.title).into(), "→")
    } else {
        let view = Course::beyond();
        html! {
            <a class="button button--copper" href={format!("#{}", view.name())}>
                { format!("Go on to {}", view.title()) }
            </a>
        }
    };
    html! { <nav class="step__ways" aria-label="Steps">{ before.unwrap_or_default() }{ after }</nav> }
}

/// The name of one of the two worlds within a chart.
fn name_in_chart(step: &Step, without: bool) -> String {
    let name = name(step, without);
    if step.names.is_some() { name.to_owned() } else { name.to_ascii_lowercase() }
}

/// The name of one of the two worlds.
fn name(step: &Step, without: bool) -> &str {
    match (&step.names, without) {
        (Some(names), false) => &names.world,
        (Some(names), true) => &names.without,
        (None, false) => "As it is",
        (None, true) => "Without it",
    }
}

/// Whether the world is shown as it is or without what the step is about, and where else to open it.
fn head(step: &Step, beside: &Beside, show: &dyn Fn(bool) -> Callback<MouseEvent>) -> Html {
    let choice = |without: bool| {
        let words = name(step, without).to_owned();
        let is_on = beside.is_without == without && !beside.is_changed;
        html! {
            <button class="choice" type="button" aria-pressed={is_on.to_string()} onclick={show(without)}>
                { words }
            </button>
        }
    };
    let view = view_of(&beside.link).title();
    html! {
        <header class="world__head">
            if step.without.is_some() {
                <div class="choices" role="group" aria-label="Which world">
                    { choice(false) }{ choice(true) }
                </div>
            }
            if beside.is_changed {
                <button class="button" type="button" onclick={show(beside.is_without)}>{ "Start over" }</button>
            }
            <a class="button world__open" href={format!("#{}", beside.link)}>{ format!("Open in {view}") }</a>
        </header>
    }
}

/// The chart of what is in focus; the other run is the dashed line.
fn chart(step: &Step, numbers: &Numbers, beside: &Beside) -> Html {
    let ((Some(series), on), Some(ran)) = (focused(&step.focus), beside.run.over()) else {
        return Html::default();
    };
    if view_of(&beside.link) != View::Playground {
        return Html::default();
    }
    let own = if beside.is_changed {
        "as you changed it".to_owned()
    } else {
        name_in_chart(step, beside.is_without)
    };
    let other = match (beside.is_without, beside.is_changed) {
        (true, false) => Some((name_in_chart(step, false), &numbers.world)),
        (false, true) if step.without.is_none() => Some(("as it was".to_owned(), &numbers.world)),
        _ => Some((name_in_chart(step, true), &numbers.without)),
    };
    let other = other.and_then(|(name, run)| Some((name.into(), RanOf(run.over()?.clone()))));
    let runs: Vec<_> = [(own.into(), RanOf(ran.clone()))].into_iter().chain(other).collect();
    html! { <FocusChart {series} {on} {runs} now={beside.now} link={beside.link.clone()} /> }
}

/// The third column, if the step has anything for it.
fn third(
    step: &Step,
    numbers: &Numbers,
    beside: &Beside,
    on_request: &Callback<Request>,
) -> Option<Html> {
    let is_empty = step.code.is_none() && step.moments.is_empty() && step.responses.is_empty();
    (!is_empty).then(|| {
        html! {
            <div class="step__third">
                if !step.moments.is_empty() { { moments(&step.moments, numbers, beside.now, on_request) } }
                if let Some(it) = &step.code { { code(it, beside.run.over().map(Rc::as_ref), beside.now) } }
                if !step.responses.is_empty() { { responses(&step.responses, numbers, beside.now) } }
            </div>
        }
    })
}

/// A value once it has not changed for a while.
#[hook]
fn use_settled(value: Option<Rc<str>>) -> Option<Rc<str>> {
    let settled = use_state_eq(|| value.clone());
    {
        let settled = settled.setter();
        use_effect_with(value, move |value| {
            let value = value.clone();
            let timeout = Timeout::new(SETTLE, move || settled.set(value));
            move || drop(timeout)
        });
    }
    (*settled).clone()
}

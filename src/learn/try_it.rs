//! What to try at a step: the settings that may be changed here, and the goal.

use crate::host;
use crate::lesson::{Numbers, RunState, paragraph};
use crate::playground::Request;
use crate::setting_field::{SettingField, Subject};
use fusebox_lab::lesson::{Step, StepGoal};
use fusebox_lab::link::{self, Link};
use fusebox_lab::query::{Judgement, Measured};
use fusebox_lab::settings;
use fusebox_sim::Scenario;
use std::rc::Rc;
use yew::prelude::*;

#[derive(PartialEq, Properties)]
pub(super) struct Props {
    pub(super) step: Rc<Step>,
    /// The runs of the step as it is.
    pub(super) numbers: Numbers,
    /// The link of the world as it stands, changed or not.
    pub(super) link: AttrValue,
    /// The run of that world, by which the goal is judged.
    pub(super) run: RunState,
    pub(super) on_request: Callback<Request>,
    /// Called once the goal is met.
    pub(super) on_met: Callback<()>,
}

#[component(TryIt)]
pub(super) fn try_it(props: &Props) -> Html {
    let Props { step, numbers, run, on_met, .. } = props;
    let judgement = step.goal.as_ref().and_then(|goal| {
        let without = numbers.without.over().map(Rc::as_ref);
        Some(goal.goal.judge(run.over()?, without))
    });
    let is_met = judgement.as_ref().is_some_and(|it| it.holds);
    {
        let (on_met, id) = (on_met.clone(), step.id.0.clone());
        use_effect_with(is_met, move |&is_met| {
            if is_met {
                host::tell_result("goal", &id, true);
                on_met.emit(());
            }
        });
    }
    if step.try_it.is_none() && step.goal.is_none() && step.change.is_empty() {
        return Html::default();
    }
    html! {
        <section class="try panel" aria-label="Try it">
            <h2>{ "Try it" }</h2>
            if let Some(text) = &step.try_it { <p>{ paragraph(text, numbers) }</p> }
            { fields(props) }
            if let Some(wanted) = &step.goal { { goal(wanted, judgement.as_ref(), run, numbers) } }
        </section>
    }
}

/// The settings that may be changed, each of which starts the world again.
fn fields(Props { step, link, on_request, .. }: &Props) -> Html {
    let (Link::Playground(now), Link::Playground(start)) =
        (Link::read(link).0, Link::read(&step.world.0).0)
    else {
        return Html::default();
    };
    let link::Playground { scenario, .. } = *now;
    let (all, before) = (settings::all(&scenario), settings::all::<Scenario>(&start.scenario));
    let of = Subject::Scenario(Rc::new(scenario));
    let on_set = on_request.reform(Request::Set);
    let field = |key: &str| {
        let setting = all.iter().find(|it| it.key == key)?;
        let preset = before.iter().find(|it| it.key == key)?.value.as_deref().map(Rc::from);
        Some(html! {
            <SettingField
                key={key.to_owned()} prefix="learn-" setting={Rc::new(setting.clone())} {preset}
                of={of.clone()} on_set={on_set.clone()}
            />
        })
    };
    html! { <div class="try__fields">{ for step.change.iter().filter_map(|key| field(&key.0)) }</div> }
}

fn goal(goal: &StepGoal, judgement: Option<&Judgement>, run: &RunState, numbers: &Numbers) -> Html {
    let (class, state) = match judgement {
        Some(judgement) if judgement.holds => ("is-met", "Reached"),
        Some(_) => ("is-open", "Not yet"),
        None => ("is-pending", "…"),
    };
    let measured = |it: &Measured| {
        html! {
            <li title={it.text.clone()}>
                { format!("{}: now ", it.subject) }<b>{ it.number() }</b>{ format!(", wanted: {}", it.wanted) }
            </li>
        }
    };
    html! {
        <div class={classes!("goal", class)}>
            <p role="status">
                <b class="goal__state">{ state }</b>{ " " }{ paragraph(&goal.text, numbers) }
            </p>
            if let Some(judgement) = judgement {
                <ul class="goal__clauses">{ for judgement.clauses.iter().map(measured) }</ul>
            }
            if let RunState::Failed(why) = run { <p role="alert">{ &**why }</p> }
        </div>
    }
}

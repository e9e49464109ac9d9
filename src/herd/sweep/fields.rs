//! The form of a sweep: where it starts from, its two settings, the strategy and what is measured.

use super::form::{AxisForm, Form, label, plain, problem_of};
use super::{Msg, SweepTool};
use crate::browser::selected;
use crate::herd::session::Chosen;
use fusebox_lab::herd::{MEASURES, Strategy};
use fusebox_lab::settings::{Problem, Setting};
use fusebox_lab::sweep::{PRESETS, Steps, VALUES_MAX, VALUES_MIN};
use std::rc::Rc;
use web_sys::{HtmlInputElement, HtmlSelectElement};
use yew::html::Scope;
use yew::prelude::*;

/// A change of the form by what was typed or chosen.
type Edit = fn(&mut AxisForm, String);

#[derive(Clone, Properties)]
pub(super) struct Props {
    pub(super) form: Rc<Form>,
    pub(super) chosen: Chosen,
    pub(super) link: Scope<SweepTool>,
}

impl PartialEq for Props {
    /// The same form is the same value; what is being typed must not be drawn over.
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.form, &other.form) && self.chosen == other.chosen
    }
}

/// All fields.
#[component(Fields)]
pub(super) fn fields(props: &Props) -> Html {
    let Props { form, chosen, link } = props;
    let problems = form.sweep(chosen.seed).err().unwrap_or_default();
    let settings = Rc::new(form.settings());
    let about = match form.preset {
        Some(preset) => preset.about,
        None => "Starts from the settings of all lanes of this page.",
    };
    html! {
        <>
            <div class="sweep__head">
                { start(link, form, chosen) }
                <p class="sweep__about">{ about }</p>
            </div>
            <div class="sweep__fields">
                { axis(link, form, &settings, &problems, true) }
                { axis(link, form, &settings, &problems, false) }
                <fieldset class="sweep__axis sweep__what">
                    <legend>{ "Cells" }</legend>
                    { strategy(link, form, chosen) }
                    { measure(link, form) }
                </fieldset>
            </div>
        </>
    }
}

fn start(link: &Scope<SweepTool>, form: &Form, chosen: &Chosen) -> Html {
    let (form_now, chosen) = (form.clone(), chosen.clone());
    let onchange = link.callback(move |event: Event| {
        let mut form = form_now.clone();
        if let Some(preset) = selected(&event).and_then(|n| PRESETS.get(n)) {
            form = Form::of(preset);
        } else {
            let setup = chosen.comparison.setup;
            let strategy = chosen.comparison.lanes.first().cloned().unwrap_or_default();
            form.turn_to(chosen.preset, setup, strategy);
        }
        Msg::Fill(Box::new(form))
    });
    let is = |name: &str| form.preset.is_some_and(|preset| preset.name == name);
    let presets = PRESETS.iter().map(|preset| (preset.title.to_owned(), is(preset.name)));
    let lanes = ("The lanes of this page".to_owned(), form.preset.is_none());
    select("Start from", onchange, presets.chain([lanes]))
}

fn strategy(link: &Scope<SweepTool>, form: &Form, chosen: &Chosen) -> Html {
    let mut lanes = chosen.comparison.lanes.clone();
    if !lanes.contains(&form.strategy) {
        lanes.insert(0, form.strategy.clone());
    }
    let at = lanes.iter().position(|lane| *lane == form.strategy);
    let titles: Vec<_> = lanes.iter().map(Strategy::title).collect();
    let form = form.clone();
    let onchange = link.batch_callback(move |event: Event| {
        let strategy = lanes.get(selected(&event)?)?.clone();
        let mut form = Form { strategy, ..form.clone() };
        form.keep_to_what_applies();
        Some(Msg::Fill(Box::new(form)))
    });
    let options = titles.into_iter().enumerate().map(|(n, title)| (title, at == Some(n)));
    select("Strategy", onchange, options)
}

fn measure(link: &Scope<SweepTool>, form: &Form) -> Html {
    let onchange =
        link.batch_callback(|event: Event| MEASURES.get(selected(&event)?).map(Msg::Measure));
    let options = MEASURES.iter().map(|it| (it.label.to_owned(), it == form.measure));
    select("Measure", onchange, options)
}

/// A labelled select with its options, and which of them is selected.
fn select(
    label: &'static str,
    onchange: Callback<Event>,
    options: impl Iterator<Item = (String, bool)>,
) -> Html {
    html! {
        <label class="sweep__field">
            <span>{ label }</span>
            <select class="input" {onchange}>
                { for options.map(|(title, selected)| html! { <option {selected}>{ title }</option> }) }
            </select>
        </label>
    }
}

/// One of the two settings with its range.
fn axis(
    link: &Scope<SweepTool>,
    form: &Form,
    settings: &Rc<Vec<Setting>>,
    problems: &[Problem],
    columns: bool,
) -> Html {
    let (name, title) = if columns { ("x", "Columns") } else { ("y", "Rows") };
    let own = if columns { &form.x } else { &form.y };
    let problem = problem_of(problems, name);
    let id = format!("sweep-{name}-problem");
    let edit = |edit: Edit| {
        let form = form.clone();
        link.callback(move |event: Event| {
            let mut form = form.clone();
            edit(if columns { &mut form.x } else { &mut form.y }, text(&event));
            Msg::Fill(Box::new(form))
        })
    };
    let input = |label: &'static str, value: &str, act: Edit| {
        html! {
            <label class="sweep__field">
                <span>{ label }</span>
                <input
                    class="input" type="text" autocomplete="off" value={value.to_owned()}
                    onchange={edit(act)} aria-invalid={problem.is_some().to_string()}
                    aria-describedby={id.clone()}
                />
            </label>
        }
    };
    html! {
        <fieldset class="sweep__axis">
            <legend>{ title }</legend>
            { setting(link, form, settings, columns) }
            <div class={classes!("sweep__range", (own.steps == Steps::Given).then_some("is-listed"))}>
                if own.steps == Steps::Given {
                    { input("Values", &own.listed, |axis, text| axis.listed = text) }
                } else {
                    { input("From", &own.from, |axis, text| axis.from = text) }
                    { input("To", &own.to, |axis, text| axis.to = text) }
                    { input("Steps", &own.count, |axis, text| axis.count = text) }
                }
                if own.has_range() {
                    { spacing(own.steps, edit(|axis, text| axis.step(steps_of(&text)))) }
                }
            </div>
            <p class="sweep__problem" id={id.clone()} role="status">{ problem.clone().unwrap_or_else(|| hint(own)) }</p>
        </fieldset>
    }
}

/// The ways from value to value, with their names and what they are called.
const SPACINGS: [(Steps, &str, &str); 3] = [
    (Steps::Linear, "even", "Even"),
    (Steps::Logarithmic, "log", "By ratio"),
    (Steps::Given, "listed", "Listed"),
];

fn steps_of(name: &str) -> Steps {
    SPACINGS.iter().find(|(_, it, _)| *it == name).map_or(Steps::Linear, |(steps, ..)| *steps)
}

fn spacing(own: Steps, onchange: Callback<Event>) -> Html {
    html! {
        <label class="sweep__field">
            <span>{ "Spacing" }</span>
            <select class="input" {onchange}>
                { for SPACINGS.iter().map(|(steps, name, title)| html! {
                    <option value={*name} selected={*steps == own}>{ title }</option>
                }) }
            </select>
        </label>
    }
}

/// What may be filled in, where nothing is wrong.
fn hint(axis: &AxisForm) -> String {
    match axis.spec.kind.range() {
        Some((least, most)) if axis.steps == Steps::Given => {
            format!("{VALUES_MIN} to {VALUES_MAX} values with commas, each {least} to {most}.")
        }
        Some((least, most)) => format!("{least} to {most}, in {VALUES_MIN} to {VALUES_MAX} steps."),
        None => format!("At least {VALUES_MIN} of {}.", axis.words()),
    }
}

fn setting(
    link: &Scope<SweepTool>,
    form: &Form,
    settings: &Rc<Vec<Setting>>,
    columns: bool,
) -> Html {
    let own = if columns { &form.x } else { &form.y };
    let onchange = {
        let (form, settings) = (form.clone(), settings.clone());
        link.batch_callback(move |event: Event| {
            let key = text(&event);
            let setting = settings.iter().find(|it| it.key == key)?;
            let mut form = form.clone();
            let axis = if columns { &mut form.x } else { &mut form.y };
            *axis = AxisForm::usual(setting);
            Some(Msg::Fill(Box::new(form)))
        })
    };
    let group = |title: &'static str, of_lane: bool| {
        let some = settings.iter().filter(|it| it.key.starts_with("lane.") == of_lane);
        html! {
            <optgroup label={title}>
                { for some.map(|it| html! {
                    <option value={it.key.clone()} selected={plain(&it.key) == own.key}>
                        { label(&it.key, it.spec) }
                    </option>
                }) }
            </optgroup>
        }
    };
    html! {
        <label class="sweep__field">
            <span>{ "Setting" }</span>
            <select class="input" {onchange} title={own.spec.help}>
                { group("All lanes", false) }{ group("Strategy", true) }
            </select>
        </label>
    }
}

/// What was typed, or the value of what was chosen.
fn text(event: &Event) -> String {
    let input = event.target_dyn_into::<HtmlInputElement>().map(|input| input.value());
    let select = || event.target_dyn_into::<HtmlSelectElement>().map(|select| select.value());
    input.or_else(select).unwrap_or_default()
}

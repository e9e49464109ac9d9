//! The form of a sweep: its starting point, its two settings, the strategy and the measure.

use crate::herd::session::{Change, Chosen};
use crate::select::Select;
use fusebox_lab::herd::{MEASURES, Strategy};
use fusebox_lab::settings::{Problem, Setting, SettingSpec};
use fusebox_lab::sweep::{Axis, PRESETS, SweepForm, VALUES_MAX, VALUES_MIN, key_of, plain};
use fusebox_lab::words::sentence;
use web_sys::HtmlInputElement;
use yew::prelude::*;

#[derive(Clone, PartialEq, Properties)]
pub(super) struct Props {
    pub(super) form: SweepForm,
    pub(super) chosen: Chosen,
    pub(super) on_change: Callback<Change>,
}

/// All fields.
#[component(Fields)]
pub(super) fn fields(props: &Props) -> Html {
    let Props { form, chosen, .. } = props;
    let problems = form.sweep(chosen.seed).err().unwrap_or_default();
    let settings = form.settings();
    let about =
        form.start.map_or("Starts from the settings of all lanes of this page.", |it| it.about);
    html! {
        <>
            <div class="sweep__head">
                { start(props) }
                <p class="sweep__about">{ about }</p>
            </div>
            <div class="sweep__fields">
                { axis(props, &settings, &problems, true) }
                { axis(props, &settings, &problems, false) }
                <fieldset class="sweep__axis sweep__what">
                    <legend>{ "Cells" }</legend>
                    { strategy(props) }
                    { measure(props) }
                </fieldset>
            </div>
        </>
    }
}

impl Props {
    /// A callback that changes the form after the user has chosen or typed a value.
    fn edit<T: 'static>(&self, edit: impl Fn(&mut SweepForm, &T) + 'static) -> Callback<T> {
        let form = self.form.clone();
        self.on_change.reform(move |value: T| {
            let mut form = form.clone();
            edit(&mut form, &value);
            Change::Sweep(Some(Box::new(form)))
        })
    }

    /// A callback that changes one axis of the form after the user has chosen or typed a value.
    fn edit_axis<T: 'static>(
        &self,
        columns: bool,
        edit: impl Fn(&str, &T) -> String + 'static,
    ) -> Callback<T> {
        self.edit(move |form, value| {
            let axis = if columns { &mut form.x } else { &mut form.y };
            *axis = edit(axis, value);
        })
    }
}

fn start(props: &Props) -> Html {
    let chosen = props.chosen.clone();
    let mut titles: Vec<_> = PRESETS.iter().map(|preset| preset.title.to_owned()).collect();
    titles.push("The lanes of this page".to_owned());
    let now = PRESETS.iter().position(|preset| props.form.start == Some(preset));
    choice(props, "Start from", titles, now.unwrap_or(PRESETS.len()), move |form, n| {
        let of_lanes = || SweepForm::of_lanes(chosen.preset, &chosen.comparison);
        *form = match PRESETS.get(n) {
            Some(preset) => preset.form(),
            None => SweepForm { measure: form.measure, ..of_lanes() },
        };
    })
}

fn strategy(props: &Props) -> Html {
    let now = &props.form.strategy;
    let mut lanes = props.chosen.comparison.lanes.clone();
    if !lanes.contains(now) {
        lanes.insert(0, now.clone());
    }
    let at = lanes.iter().position(|lane| lane == now).unwrap_or_default();
    let titles = lanes.iter().map(Strategy::title).collect();
    choice(props, "Strategy", titles, at, move |form, n| {
        form.strategy.clone_from(&lanes[n]);
        form.fit();
    })
}

fn measure(props: &Props) -> Html {
    let labels = MEASURES.iter().map(|measure| measure.label.to_owned()).collect();
    let now = MEASURES.iter().position(|measure| measure == props.form.measure);
    choice(props, "Measure", labels, now.unwrap_or_default(), |form, n| form.measure = &MEASURES[n])
}

/// A select for one field of the form, with the index of the current option.
fn choice(
    props: &Props,
    label: &'static str,
    titles: Vec<String>,
    now: usize,
    choose: impl Fn(&mut SweepForm, usize) + 'static,
) -> Html {
    let on_choose = props.edit(move |form, n: &usize| choose(form, *n));
    let options: Vec<AttrValue> = titles.into_iter().map(AttrValue::from).collect();
    field(label, html! { <Select {options} chosen={now} {on_choose} /> })
}

/// A field with its label.
fn field(label: &'static str, control: Html) -> Html {
    html! { <label class="sweep__field"><span>{ label }</span>{ control }</label> }
}

/// The spacings of an axis.
const SPACINGS: [&str; 3] = ["Even", "By ratio", "Listed"];
const BY_RATIO: usize = 1;
const LISTED: usize = 2;

/// The fields of an axis as text, valid or not.
#[derive(Clone, Debug, PartialEq)]
struct Values {
    /// An index into [`SPACINGS`].
    spacing: usize,
    /// All values separated by commas, or else the first, the last and their number.
    texts: Vec<String>,
}

impl Values {
    fn of(axis: &str) -> Self {
        let values = axis.split_once(':').map_or("", |(_, values)| values);
        let Some((from, rest)) = values.split_once("..") else {
            let values: Vec<_> = values.split(',').map(str::trim).collect();
            return Self { spacing: LISTED, texts: vec![values.join(", ")] };
        };
        let (rest, spacing) = rest.strip_suffix(":log").map_or((rest, 0), |it| (it, BY_RATIO));
        let (to, count) = rest.split_once(':').unwrap_or((rest, ""));
        Self { spacing, texts: [from, to, count].map(|text| text.trim().to_owned()).into() }
    }

    /// The axis as text.
    fn axis(&self, key: &str) -> String {
        let log = if self.spacing == BY_RATIO { ":log" } else { "" };
        match &self.texts[..] {
            [from, to, count] => format!("{key}:{from}..{to}:{count}{log}"),
            listed => format!("{key}:{}", listed.join(",")),
        }
    }

    /// The axis with another spacing; a list starts with the values that the axis had.
    fn spaced(axis: &str, spacing: usize) -> String {
        let mut values = Self::of(axis);
        let all = Axis::read("x", axis).map(|axis| axis.texts).unwrap_or_default();
        if spacing == LISTED {
            values.texts = vec![all.join(", ")];
        } else if values.spacing == LISTED {
            let end = |text: Option<&String>| text.cloned().unwrap_or_default();
            values.texts = vec![end(all.first()), end(all.last()), all.len().to_string()];
        }
        values.spacing = spacing;
        values.axis(key_of(axis))
    }

    /// The axis with another text in one field.
    fn with(axis: &str, field: usize, text: String) -> String {
        let mut values = Self::of(axis);
        values.texts[field] = text;
        values.axis(key_of(axis))
    }
}

/// One of the two settings and its values.
fn axis(props: &Props, settings: &[Setting], problems: &[Problem], columns: bool) -> Html {
    let (name, title) = if columns { ("x", "Columns") } else { ("y", "Rows") };
    let text = if columns { &props.form.x } else { &props.form.y };
    let spec = settings.iter().find(|it| plain(&it.key) == key_of(text)).map(|it| it.spec);
    let problem = problem_of(problems, name);
    let id = format!("sweep-{name}-problem");
    let values = Values::of(text);
    let labels: &[&str] =
        if values.spacing == LISTED { &["Values"] } else { &["From", "To", "Steps"] };
    let input = |(n, (label, value)): (usize, (&&'static str, &String))| {
        let onchange =
            props.edit_axis(columns, move |axis, event| Values::with(axis, n, typed(event)));
        let input = html! {
            <input
                class="input" type="text" autocomplete="off" value={value.clone()} {onchange}
                aria-invalid={problem.is_some().to_string()} aria-describedby={id.clone()}
            />
        };
        field(label, input)
    };
    html! {
        <fieldset class="sweep__axis">
            <legend>{ title }</legend>
            { setting(props, settings, key_of(text), columns) }
            <div class={classes!("sweep__range", (values.spacing == LISTED).then_some("is-listed"))}>
                { for labels.iter().zip(&values.texts).enumerate().map(input) }
                if spec.is_some_and(|spec| spec.kind.range().is_some()) {
                    { choice(props, "Spacing", SPACINGS.map(str::to_owned).into(), values.spacing, move |form, n| {
                        let axis = if columns { &mut form.x } else { &mut form.y };
                        *axis = Values::spaced(axis, n);
                    }) }
                }
            </div>
            <p class="sweep__problem" id={id.clone()} role="status">
                { problem.clone().or_else(|| Some(hint(spec?, values.spacing))).unwrap_or_default() }
            </p>
        </fieldset>
    }
}

/// The problem of an axis as a sentence; none if the axis is valid.
fn problem_of(problems: &[Problem], name: &str) -> Option<String> {
    let problem = problems.iter().find(|problem| problem.path == name)?;
    // The fields show the text already, so only the reason is given.
    let what = problem.what.split_once(", but ").map_or(problem.what.as_str(), |(_, what)| what);
    Some(sentence(what))
}

/// The values that the fields accept, shown while the axis is valid.
fn hint(spec: &SettingSpec, spacing: usize) -> String {
    match (spec.kind.range(), spacing) {
        (Some((least, most)), LISTED) => {
            format!("{VALUES_MIN} to {VALUES_MAX} values with commas, each {least} to {most}.")
        }
        (Some((least, most)), _) => {
            format!("{least} to {most}, in {VALUES_MIN} to {VALUES_MAX} steps.")
        }
        (None, _) => format!("At least {VALUES_MIN} values: {}.", spec.accepts()),
    }
}

/// The select for the setting; another one has an axis around its current value.
fn setting(props: &Props, settings: &[Setting], now: &str, columns: bool) -> Html {
    let (of_lane, mut all): (Vec<&Setting>, Vec<&Setting>) =
        settings.iter().partition(|it| it.key.starts_with("lane."));
    let groups = vec![("All lanes", all.len()), ("Strategy", of_lane.len())];
    all.extend(of_lane);
    let options: Vec<AttrValue> = all.iter().map(|it| label(&it.key, it.spec).into()).collect();
    let chosen = all.iter().position(|it| plain(&it.key) == now);
    let axes: Vec<String> = all.iter().map(|it| Axis::around(it)).collect();
    let on_choose = props.edit_axis(columns, move |_, n: &usize| axes[*n].clone());
    field("Setting", html! { <Select {options} {groups} {chosen} {on_choose} /> })
}

/// The label of a setting, with the part that it belongs to: `Outage`, `Retry: Base`.
pub(super) fn label(key: &str, spec: &SettingSpec) -> String {
    let inside = plain(key);
    let inside = inside.strip_prefix("lane.").unwrap_or(inside);
    match inside.rsplit_once('.') {
        Some((parts, _)) => {
            format!("{}: {}", sentence(&parts.replace('.', " ")).trim_end_matches('.'), spec.label)
        }
        None => spec.label.to_owned(),
    }
}

/// The typed text.
fn typed(event: &Event) -> String {
    let input = event.target_dyn_into::<HtmlInputElement>();
    input.map(|input| input.value()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use fusebox_lab::herd::Comparison;

    #[test]
    fn an_axis_is_taken_apart_and_put_together_again() {
        for (axis, listed) in [
            ("outage:1s..9s:6", false),
            ("clients:100..900:4:log", false),
            ("lane.retry.cap:1s,5s,30s", true),
            ("outage:soon..9s:", false),
            ("outage:..:", false),
        ] {
            let values = Values::of(axis);
            assert_eq!(values.spacing == LISTED, listed, "{axis}");
            assert_eq!(values.axis(key_of(axis)).replace(", ", ","), axis);
        }
    }

    #[test]
    fn values_are_a_range_or_listed() {
        let axis = "capacity_lost:45%..100%:3";
        let listed = Values::spaced(axis, 2);
        assert_eq!(listed, "capacity_lost:45%, 72.5%, 100%");
        assert_eq!(Values::spaced(&listed, 0), axis);
        assert_eq!(Values::spaced(&listed, 1), format!("{axis}:log"));
        assert_eq!(Values::spaced(&Values::spaced(axis, 1), 0), axis);
        assert_eq!(Values::with(axis, 1, "90%".to_owned()), "capacity_lost:45%..90%:3");
    }

    #[test]
    fn a_problem_names_its_field_and_the_valid_values() {
        let told = |change: fn(&mut SweepForm)| {
            let mut form = PRESETS[0].form();
            change(&mut form);
            let problems = form.sweep(1).unwrap_err();
            ["x", "y"].map(|name| problem_of(&problems, name))
        };
        let [from, none] = told(|form| form.x = "outage:soon..60s:3".to_owned());
        let from = from.unwrap();
        assert!(from.starts_with("Outage cannot be \"soon\", only a time"), "{from}");
        assert!(from.contains("100 ms to 300 s") && none.is_none(), "{from}");
        let [_, count] = told(|form| form.y = "capacity_lost:45%..100%:41".to_owned());
        assert_eq!(count.unwrap(), "Must have 2 to 40 values.");
        let [back, _] = told(|form| form.x = "outage:1s..500ms:3".to_owned());
        assert_eq!(back.unwrap(), "Its range must begin below its end.");
        let [_, twice] = told(|form| form.y.clone_from(&form.x));
        assert_eq!(twice.unwrap(), "Must differ from x.");
        let both = told(|form| (form.x, form.y) = (String::new(), String::new()));
        assert!(both.iter().all(Option::is_some));
    }

    #[test]
    fn every_setting_that_is_offered_makes_an_axis() {
        let comparison = Comparison::default();
        for lane in ["full-budget-breaker", "fixed", "none"] {
            let mut form = SweepForm::of_lanes(PRESETS[0].form().preset, &comparison);
            form.strategy = Strategy::of(lane).unwrap();
            form.fit();
            form.sweep(1).unwrap();
            let settings = form.settings();
            assert!(settings.len() > 12);
            for setting in settings {
                let axis = Axis::read("x", &Axis::around(&setting));
                assert!(axis.is_ok(), "{}: {axis:?}", setting.key);
                assert!(!label(&setting.key, setting.spec).is_empty());
            }
        }
        let outage = Axis::read("x", "outage:1s,2s").unwrap().spec;
        assert_eq!(label("lane.retry.base", outage), "Retry: Outage");
    }
}

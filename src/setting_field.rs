//! Form controls for settings, made from their setting specs.
//!
//! A control shows one setting of a scenario and requests changes of it; it owns only the text that is
//! being typed. For an invalid value it shows the reason beside the field, and the setting keeps its
//! value.

mod ladder;
mod text;

use super::select::Select;
use fusebox::BreakerConfig;
use fusebox_lab::herd::{Comparison, Setup, Strategy};
use fusebox_lab::settings::{Kind, Setting, Value};
use fusebox_sim::Scenario;
use ladder::Ladder;
use std::rc::Rc;
pub(crate) use text::spoken;
use text::{try_out, typed, unit, when_on};
use web_sys::{HtmlInputElement, KeyboardEvent};
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub(super) struct Props {
    /// The current setting; if it does not apply, the control is empty.
    pub(super) setting: Rc<Setting>,
    /// Its value in the preset, as text; none if the preset does not have it.
    pub(super) preset: Option<Rc<str>>,
    /// The owner of the setting, for validating a change.
    pub(super) of: Subject,
    /// Requests a change: the whole key, and the validated value as text.
    pub(super) on_set: Callback<(String, String)>,
    /// Makes the id unique if several fields have the same key.
    #[prop_or_default]
    pub(super) prefix: AttrValue,
    /// Whether the field is on one line, with its help shown while it has the focus.
    #[prop_or_default]
    pub(super) brief: bool,
}

/// The owner of a setting.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Subject {
    /// A world.
    Scenario(Rc<Scenario>),
    /// The setup that all lanes share; the strategy is not used.
    Herd(Setup),
    /// A breaker alone.
    Breaker(BreakerConfig),
    /// One lane.
    Lane(Setup, Rc<Strategy>),
    /// All lanes, with their setup.
    Comparison(Rc<Comparison>),
}

/// The text that is being typed, and its problem.
#[derive(Clone, Debug, Default, PartialEq)]
struct Draft {
    text: Option<String>,
    problem: Option<String>,
}

#[component(SettingField)]
pub(super) fn setting(props: &Props) -> Html {
    let draft = use_state_eq(Draft::default);
    // After the value has changed, here or elsewhere, the field shows the new value.
    let clear = draft.setter();
    use_effect_with(props.setting.value.clone(), move |_| clear.set(Draft::default()));
    let ladder = use_memo(
        (props.setting.spec, props.preset.clone(), props.setting.default.clone()),
        |(spec, preset, default)| {
            let texts = [preset.as_deref(), default.as_deref()];
            let middle = texts.into_iter().flatten().find_map(|text| spec.kind.parse(text));
            Ladder::around(spec.kind, &middle.unwrap_or(Value::Off))
        },
    );
    let Some(value) = props.setting.value.as_deref() else { return html! {} };
    let control = Control {
        props,
        value,
        draft: &draft,
        ladder: ladder.as_ref().as_ref(),
        id: format!("{}{}", props.prefix, props.setting.key.replace('.', "-")),
    };
    control.view()
}

/// The fields of these settings, each with its value in the preset.
pub(crate) fn fields(
    settings: &[Setting],
    before: &[Setting],
    of: &Subject,
    prefix: &str,
    on_set: &Callback<(String, String)>,
) -> Vec<Html> {
    let field = |setting: &Setting| {
        let preset = before.iter().find(|it| it.key == setting.key);
        let preset = preset.and_then(|it| it.value.as_deref()).map(Rc::from);
        html! {
            <SettingField
                key={setting.key.clone()} prefix={prefix.to_owned()} setting={Rc::new(setting.clone())}
                {preset} of={of.clone()} on_set={on_set.clone()} brief=true
            />
        }
    };
    settings.iter().map(field).collect()
}

/// A list without the word that it has, or with the word that it lacks, in front of the first that comes
/// later among all words.
fn toggled(of: &[&'static str], list: &[&'static str], word: &'static str) -> Vec<&'static str> {
    let mut list = list.to_vec();
    let place = |it: &str| of.iter().position(|other| *other == it);
    if let Some(at) = list.iter().position(|it| *it == word) {
        list.remove(at);
    } else {
        let at = list.iter().position(|it| place(it) > place(word));
        list.insert(at.unwrap_or(list.len()), word);
    }
    list
}

/// A control while it is rendered.
struct Control<'a> {
    props: &'a Props,
    value: &'a str,
    draft: &'a UseStateHandle<Draft>,
    /// The values of its slider, if it has one.
    ladder: Option<&'a Ladder>,
    /// The id of the element that its label is for.
    id: String,
}

impl Control<'_> {
    fn view(&self) -> Html {
        let Props { setting, brief, .. } = self.props;
        let spec = setting.spec;
        let class = classes!(
            "setting",
            brief.then_some("is-brief"),
            self.changed().then_some("is-changed"),
            self.is_wide().then_some("is-wide")
        );
        html! {
            <div {class}>
                <label class="setting__label" for={self.id.clone()}>
                    { spec.label }{ " " }
                    if let Some(unit) = unit(spec).filter(|_| !brief) {
                        <span class="setting__unit">{ unit }</span>
                    }
                </label>
                { self.field() }
                { self.words() }
                if let Some(ladder) = self.ladder.filter(|_| self.value != "off") { { self.slider(ladder) } }
                <p id={format!("{}-help", self.id)} class="setting__help">{ spec.help }</p>
                <p id={format!("{}-problem", self.id)} class="setting__problem" role="alert">
                    { self.draft.problem.as_deref().unwrap_or_default() }
                </p>
                { self.mark() }
            </div>
        }
    }

    fn changed(&self) -> bool {
        self.props.preset.as_deref().is_some_and(|preset| preset != self.value)
    }

    /// Whether the field takes the full width: a list, or a rate over time.
    fn is_wide(&self) -> bool {
        matches!(self.props.setting.spec.kind, Kind::List { .. } | Kind::Rate)
    }

    /// A switch for each word that a list may have once.
    fn words(&self) -> Html {
        let spec = self.props.setting.spec;
        let (Kind::List { of, repeats: false, .. }, Some(Value::List(chosen))) =
            (spec.kind, spec.kind.parse(self.value))
        else {
            return html! {};
        };
        let word = |word: &&'static str| {
            let wanted = spec.kind.text(&Value::List(toggled(of, &chosen, word)));
            let (ask, is_in) = (self.ask(), chosen.contains(word));
            let onclick = Callback::from(move |_: MouseEvent| ask(wanted.clone()));
            html! {
                <button class="button" type="button" aria-pressed={is_in.to_string()} {onclick}>
                    { word.replace('_', " ") }
                </button>
            }
        };
        html! {
            <div class="setting__words" role="group" aria-label={spec.label} data-arrows="">
                { for of.iter().map(word) }
            </div>
        }
    }

    /// A callback that validates a value and requests it, or shows its problem.
    fn ask(&self) -> impl Fn(String) + 'static {
        let Props { setting, of, on_set, .. } = self.props;
        let (setting, of, on_set) = (setting.clone(), of.clone(), on_set.clone());
        let draft = self.draft.setter();
        move |text: String| {
            let wanted = typed(setting.spec, &text);
            let value = setting.spec.parse(&wanted);
            let wanted = value.map_or(wanted, |value| setting.spec.kind.text(&value));
            match try_out(&of, &setting, &wanted) {
                Ok(()) => {
                    draft.set(Draft::default());
                    if setting.value.as_deref() != Some(wanted.as_str()) {
                        on_set.emit((setting.key.clone(), wanted));
                    }
                }
                Err(sentence) => draft.set(Draft { text: Some(text), problem: Some(sentence) }),
            }
        }
    }

    fn field(&self) -> Html {
        let spec = self.props.setting.spec;
        match spec.kind {
            Kind::Choice(words) => self.select(words),
            Kind::Flag => self.switch(self.value == "true", ["false", "true"].map(str::to_owned)),
            Kind::Part => self.switch(self.value == "on", ["off", "on"].map(str::to_owned)),
            _ if spec.optional => self.optional(),
            _ => self.input(self.id.clone()),
        }
    }

    /// A field of an optional setting, which can be off.
    fn optional(&self) -> Html {
        let Props { setting, preset, brief, .. } = self.props;
        if self.value == "off" {
            let words = ["off".to_owned(), when_on(setting, preset.as_deref())];
            return self.switch(false, words);
        }
        let words = ["off".to_owned(), self.value.to_owned()];
        html! {
            <span class="setting__optional">
                { if *brief { html! {} } else { self.switch(true, words) } }
                { self.input(format!("{}-value", self.id)) }
                { if *brief { self.clear() } else { html! {} } }
            </span>
        }
    }

    /// A button that switches the setting off, if there is no room for a switch.
    fn clear(&self) -> Html {
        let ask = self.ask();
        let onclick = Callback::from(move |_: MouseEvent| ask("off".to_owned()));
        let label = format!("{} off", self.props.setting.spec.label);
        html! {
            <button class="setting__clear" type="button" id={self.id.clone()} aria-label={label} {onclick}>
                <svg viewBox="0 0 10 10" aria-hidden="true"><path d="M2 2 L8 8 M8 2 L2 8" /></svg>
            </button>
        }
    }

    fn input(&self, id: String) -> Html {
        let spec = self.props.setting.spec;
        let edit = {
            let draft = self.draft.clone();
            Callback::from(move |event: InputEvent| {
                let text = event.target_dyn_into::<HtmlInputElement>().map(|input| input.value());
                draft.set(Draft { text, problem: draft.problem.clone() });
            })
        };
        let ask = self.ask();
        let enter = Callback::from(move |event: Event| {
            if let Some(input) = event.target_dyn_into::<HtmlInputElement>() {
                ask(input.value());
            }
        });
        let invalid = self.draft.problem.is_some();
        let value = self.draft.text.clone().unwrap_or_else(|| spoken(spec, self.value));
        let described = format!("{id}-help {id}-problem", id = self.id);
        let label = (id != self.id).then_some(spec.label);
        html! {
            <span class="setting__value">
                <input
                    class="setting__input" type="text" autocomplete="off" spellcheck="false" {id} {value}
                    size={if self.is_wide() { "24" } else { "7" }}
                    aria-label={label} aria-describedby={described}
                    aria-invalid={invalid.then_some("true")}
                    oninput={edit} onchange={enter} onkeydown={self.keys()}
                />
            </span>
        }
    }

    /// Escape discards the typed text, and the arrow keys go along the slider, which is no stop of the
    /// tab key of its own.
    fn keys(&self) -> Callback<KeyboardEvent> {
        let (draft, ask, spec) = (self.draft.clone(), self.ask(), self.props.setting.spec);
        let (ladder, value) = (self.ladder.cloned(), self.value.to_owned());
        Callback::from(move |event: KeyboardEvent| {
            let key = event.key();
            if key == "Escape" && *draft != Draft::default() {
                event.stop_propagation();
                draft.set(Draft::default());
            } else if let ("ArrowUp" | "ArrowDown", Some(ladder)) = (key.as_str(), &ladder) {
                event.prevent_default();
                let typed =
                    draft.text.as_deref().and_then(|text| spec.kind.parse(&typed(spec, text)));
                let from = typed.or_else(|| spec.kind.parse(&value));
                if let Some(next) = from.and_then(|it| ladder.beside(&it, key == "ArrowUp")) {
                    ask(ladder.text(next));
                }
            }
        })
    }

    fn slider(&self, ladder: &Ladder) -> Html {
        let spec = self.props.setting.spec;
        // While it is dragged, it stays where the pointer has it.
        let drawn = self.draft.text.as_deref().and_then(|text| spec.kind.parse(&typed(spec, text)));
        let value = drawn.or_else(|| spec.kind.parse(self.value));
        let position = value.map_or(0, |value| ladder.nearest(&value));
        let (ask, rungs) = (self.ask(), ladder.clone());
        let text = move |event: &Event| {
            let input = event.target_dyn_into::<HtmlInputElement>();
            input.and_then(|input| input.value().parse().ok()).map(|number| rungs.text(number))
        };
        // In a running world each value is an action, so a drag asks for its last one alone, and shows
        // the others in the field.
        let acts = matches!(self.props.of, Subject::Scenario(_));
        let (draft, of_input) = (self.draft.setter(), text.clone());
        let ask = Rc::new(ask);
        let asked = ask.clone();
        let slide = Callback::from(move |event: InputEvent| match of_input(&event) {
            Some(text) if acts => {
                draft.set(Draft { text: Some(spoken(spec, &text)), problem: None });
            }
            Some(text) => asked(text),
            None => {}
        });
        let release = Callback::from(move |event: Event| {
            if let Some(text) = text(&event).filter(|_| acts) {
                ask(text);
            }
        });
        html! {
            <input
                class="setting__slider" type="range" tabindex="-1" min="0" max={ladder.last().to_string()} step="1"
                value={position.to_string()} aria-label={spec.label}
                aria-valuetext={spoken(spec, self.value)}
                aria-describedby={format!("{}-help", self.id)} oninput={slide} onchange={release}
            />
        }
    }

    fn select(&self, words: &'static [&'static str]) -> Html {
        let spec = self.props.setting.spec;
        let off = spec.optional.then_some("off");
        let ask = self.ask();
        let words: Vec<&'static str> = off.into_iter().chain(words.iter().copied()).collect();
        let options: Vec<AttrValue> = words.iter().map(|word| spoken(spec, word).into()).collect();
        let chosen = words.iter().position(|word| *word == self.value);
        let on_choose = Callback::from(move |n: usize| ask(words[n].to_owned()));
        html! {
            <Select
                class="setting__select" id={self.id.clone()} {options} {chosen} {on_choose}
                describedby={format!("{}-help", self.id)}
            />
        }
    }

    /// A switch between two values, given as text.
    fn switch(&self, on: bool, [no, yes]: [String; 2]) -> Html {
        let ask = self.ask();
        let onclick =
            Callback::from(move |_: MouseEvent| ask(if on { no.clone() } else { yes.clone() }));
        html! {
            <button
                class="switch setting__switch" type="button" role="switch" id={self.id.clone()}
                aria-checked={on.to_string()} aria-describedby={format!("{}-help", self.id)} {onclick}
            >
                <span class="switch__track" aria-hidden="true" />
                if !on { <span class="setting__off">{ "off" }</span> }
            </button>
        }
    }

    /// The preset's value of a changed setting, and the button that restores it.
    fn mark(&self) -> Html {
        let Props { setting, preset, .. } = self.props;
        let Some(preset) = preset.clone().filter(|_| self.changed()) else { return html! {} };
        let shown = spoken(setting.spec, &preset);
        let label = format!("Set {} back to {shown}", setting.spec.label);
        let ask = self.ask();
        let onclick = Callback::from(move |_: MouseEvent| ask(preset.to_string()));
        html! {
            <p class="setting__mark">
                <span class="dot" aria-hidden="true" />
                { format!("preset: {shown}") }
                <button class="link" type="button" aria-label={label} {onclick}>{ "Reset" }</button>
            </p>
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_switched_word_comes_to_its_usual_place_and_leaves_the_others_in_theirs() {
        let of = ["timeout", "retry", "breaker", "fallback"];
        assert_eq!(toggled(&of, &[], "retry"), ["retry"]);
        assert_eq!(toggled(&of, &["timeout", "breaker"], "retry"), ["timeout", "retry", "breaker"]);
        assert_eq!(
            toggled(&of, &["timeout", "retry"], "fallback"),
            ["timeout", "retry", "fallback"]
        );
        // A list in another order keeps it.
        assert_eq!(toggled(&of, &["breaker", "retry"], "timeout"), ["timeout", "breaker", "retry"]);
        assert_eq!(toggled(&of, &["breaker", "retry", "timeout"], "retry"), ["breaker", "timeout"]);
    }
}

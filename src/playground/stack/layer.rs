//! One layer of the stack: its switch, its settings and its line.

use super::settings::{LayerSetting, LayerSettings};
use crate::setting_field::{SettingField, Subject};
use fusebox::LayerKind;
use fusebox_lab::settings::layer_word;
use fusebox_sim::Scenario;
use std::rc::Rc;
use web_sys::{FocusEvent, KeyboardEvent, PointerEvent};
use yew::prelude::*;

/// A layer at the moment of its drawing.
pub(super) struct LayerRow<'a> {
    pub(super) kind: LayerKind,
    /// Whether it is on; none where it cannot be switched.
    pub(super) on: Option<bool>,
    pub(super) settings: &'a LayerSettings,
    pub(super) line: String,
    /// Whether all its settings are shown.
    pub(super) open: bool,
    pub(super) lifted: bool,
    pub(super) scenario: &'a Rc<Scenario>,
    pub(super) on_set: &'a Callback<(String, String)>,
    pub(super) acts: LayerCallbacks,
}

/// What can be done with a layer, apart from its settings.
pub(super) struct LayerCallbacks {
    pub(super) switch: Callback<MouseEvent>,
    pub(super) open: Callback<MouseEvent>,
    pub(super) remove: Callback<MouseEvent>,
    pub(super) grip: Callback<PointerEvent>,
    pub(super) grip_click: Callback<MouseEvent>,
    pub(super) grip_key: Callback<KeyboardEvent>,
    pub(super) grip_blur: Callback<FocusEvent>,
}

impl LayerRow<'_> {
    pub(super) fn view(&self) -> Html {
        let class = classes!(
            "layer",
            (self.on == Some(false)).then_some("is-off"),
            self.lifted.then_some("is-lifted"),
            self.open.then_some("is-open")
        );
        html! {
            <li {class} key={layer_word(self.kind)} id={row_id(self.kind)}>
                <div class="layer__head">
                    { self.grip() }
                    { self.switch() }
                    { self.more() }
                </div>
                <div class="layer__main">{ self.settings(&self.settings.main, true) }</div>
                <p class="layer__line">{ &self.line }</p>
                if self.open { { self.rest() } }
            </li>
        }
    }

    fn switch(&self) -> Html {
        let Some(on) = self.on else {
            return html! { <span class="layer__name">{ name(self.kind) }</span> };
        };
        html! {
            <button
                id={format!("layer-{}", layer_word(self.kind))} class="switch layer__switch"
                type="button" role="switch" aria-checked={on.to_string()}
                onclick={self.acts.switch.clone()}
            >
                <span class="switch__track" aria-hidden="true" />
                <span class="layer__name">{ name(self.kind) }</span>
            </button>
        }
    }

    /// What a layer is moved by.
    fn grip(&self) -> Html {
        let LayerCallbacks { grip, grip_click, grip_key, grip_blur, .. } = &self.acts;
        html! {
            <button
                id={grip_id(self.kind)} class="layer__grip" type="button"
                aria-label={format!("Reorder the {}", name(self.kind).to_lowercase())}
                aria-pressed={self.lifted.to_string()} aria-describedby="stack-how"
                title="Drag, or press Enter and use the arrow keys" onpointerdown={grip}
                onclick={grip_click} onkeydown={grip_key} onblur={grip_blur}
            >
                <svg viewBox="0 0 10 16" aria-hidden="true">
                    { for [3, 8, 13].map(|y| html! {
                        <>
                            <circle cx="2.5" cy={y.to_string()} r="1.2" />
                            <circle cx="7.5" cy={y.to_string()} r="1.2" />
                        </>
                    }) }
                </svg>
            </button>
        }
    }

    fn more(&self) -> Html {
        let changed = self.settings.changed();
        let name = name(self.kind).to_lowercase();
        let label = match changed {
            0 => format!("All settings of the {name}"),
            changed => format!("All settings of the {name}, {changed} changed"),
        };
        html! {
            <button
                class="layer__more" type="button" aria-label={label}
                aria-expanded={self.open.to_string()} aria-controls={rest_id(self.kind)}
                onclick={self.acts.open.clone()}
            >
                if changed > 0 { <span class="dot" aria-hidden="true" /> }
                <svg viewBox="0 0 12 12" aria-hidden="true"><path d="M2.5 4.5 L6 8 L9.5 4.5" /></svg>
            </button>
        }
    }

    fn rest(&self) -> Html {
        html! {
            <div class="layer__rest" id={rest_id(self.kind)}>
                { self.settings(&self.settings.rest, false) }
                <button class="link layer__remove" type="button" onclick={self.acts.remove.clone()}>
                    { format!("Remove the {}", name(self.kind).to_lowercase()) }
                </button>
            </div>
        }
    }

    fn settings(&self, settings: &[LayerSetting], brief: bool) -> Html {
        settings
            .iter()
            .map(|setting| {
                html! {
                    <SettingField
                        key={setting.setting.key.clone()} setting={setting.setting.clone()}
                        preset={setting.preset.clone()} of={Subject::Scenario(self.scenario.clone())}
                        on_set={self.on_set.clone()} {brief}
                    />
                }
            })
            .collect()
    }
}

pub(super) const fn name(kind: LayerKind) -> &'static str {
    match kind {
        LayerKind::Timeout => "Timeout",
        LayerKind::Retry => "Retry",
        LayerKind::Breaker => "Circuit breaker",
        LayerKind::Fallback => "Fallback",
        LayerKind::Bulkhead => "Bulkhead",
        LayerKind::Throttle => "Throttle",
        LayerKind::RateLimiter => "Rate limiter",
        LayerKind::Hedge => "Hedge",
    }
}

/// The id of a layer's row.
pub(super) fn row_id(kind: LayerKind) -> String {
    format!("layer-{}-row", layer_word(kind))
}

/// The id of what it is moved by.
pub(super) fn grip_id(kind: LayerKind) -> String {
    format!("layer-{}-grip", layer_word(kind))
}

fn rest_id(kind: LayerKind) -> String {
    format!("layer-{}-rest", layer_word(kind))
}

//! One layer of the stack: its switch, its settings, its line, and the handle that moves it.

use super::settings::{Layer, LayerSetting};
use super::{LayerStack, Msg, work};
use crate::browser;
use crate::setting_field::{SettingField, Subject};
use fusebox::{LayerConfig, LayerKind};
use fusebox_lab::order::moved;
use fusebox_lab::settings::{layer_label, layer_word};
use web_sys::{FocusEvent, KeyboardEvent, PointerEvent};
use yew::prelude::*;

impl LayerStack {
    pub(super) fn row(&self, ctx: &Context<Self>, layer: &Layer) -> Html {
        let (props, kind) = (ctx.props(), layer.config.kind());
        let (is_on, is_open) = (self.is_on(props, kind), self.open[kind as usize]);
        let class = classes!(
            "layer",
            (!is_on).then_some("is-off"),
            self.is_lifted(kind).then_some("is-lifted"),
            is_open.then_some("is-open")
        );
        let line = if is_on {
            let all = self.stack.layers.iter().map(|layer| layer.config);
            let on: Vec<LayerConfig> = all.filter(|it| self.is_on(props, it.kind())).collect();
            props.summary.work.line(&layer.config, &on, props.session.on)
        } else {
            work::off(kind, props.session.on)
        };
        html! {
            <li {class} key={layer_word(kind)} id={row_id(kind)}>
                <div class="layer__head" role="toolbar" aria-label={layer_label(kind)} data-arrows="">
                    { self.grip(ctx, kind) }
                    { self.switch(ctx, kind, is_on) }
                    { more(ctx, layer, is_open) }
                </div>
                <div class="layer__main">{ self.settings(&layer.main, true) }</div>
                <p class="layer__line">{ line }</p>
                if kind == LayerKind::Breaker {
                    { super::doubt(props) }
                    { super::opened_at_low_share(props) }
                }
                if is_open {
                    <div class="layer__rest" id={rest_id(kind)}>
                        { self.settings(&layer.rest, false) }
                        <button
                            class="link layer__remove" type="button"
                            onclick={ctx.link().callback(move |_| Msg::Remove(kind))}
                        >
                            { format!("Remove the {}", layer_name(kind)) }
                        </button>
                    </div>
                }
            </li>
        }
    }

    fn is_lifted(&self, kind: LayerKind) -> bool {
        self.lift.as_ref().is_some_and(|lift| lift.kind == kind)
    }

    fn switch(&self, ctx: &Context<Self>, kind: LayerKind, is_on: bool) -> Html {
        let name = html! { <span class="layer__name">{ layer_label(kind) }</span> };
        if !self.stack.has_service {
            return name;
        }
        html! {
            <button
                id={switch_id(kind)} class="switch layer__switch" tabindex="0"
                type="button" role="switch" aria-checked={is_on.to_string()}
                onclick={ctx.link().callback(move |_| Msg::Switch(kind, !is_on))}
            >
                <span class="switch__track" aria-hidden="true" />
                { name }
            </button>
        }
    }

    /// The handle that moves a layer.
    fn grip(&self, ctx: &Context<Self>, kind: LayerKind) -> Html {
        let (link, is_lifted) = (ctx.link(), self.is_lifted(kind));
        let press = link.batch_callback(move |event: PointerEvent| {
            (event.button() == 0).then(|| Msg::Lift(kind, Some(event.pointer_id())))
        });
        // A click without a pointer comes from a key or from a screen reader.
        let click = link.batch_callback(move |event: MouseEvent| {
            let act = if is_lifted { Msg::PutDown(true) } else { Msg::Lift(kind, None) };
            (event.detail() == 0).then_some(act)
        });
        // Enter and Space already arrive as clicks.
        let on_key = link.batch_callback(move |event: KeyboardEvent| {
            let msg = match event.key().as_str() {
                "ArrowUp" | "ArrowLeft" => Msg::Step(false),
                "ArrowDown" | "ArrowRight" => Msg::Step(true),
                "Escape" => Msg::Cancel,
                _ => return None,
            };
            if is_lifted {
                event.prevent_default();
                event.stop_propagation();
            }
            is_lifted.then_some(msg)
        });
        // If no other element has the focus now, the move itself removed it.
        let blur = link.batch_callback(move |event: FocusEvent| {
            (is_lifted && event.related_target().is_some()).then_some(Msg::PutDown(false))
        });
        html! {
            <button
                id={grip_id(kind)} class="layer__grip" type="button"
                aria-label={format!("Reorder the {}", layer_name(kind))}
                aria-pressed={is_lifted.to_string()} aria-describedby="stack-how"
                title="Drag, or press Enter and use the arrow keys" onpointerdown={press}
                onclick={click} onkeydown={on_key} onblur={blur}
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

    fn settings(&self, settings: &[LayerSetting], brief: bool) -> Html {
        let field = |LayerSetting { setting, preset }: &LayerSetting| {
            html! {
                <SettingField
                    key={setting.key.clone()} setting={setting.clone()} preset={preset.clone()}
                    of={Subject::Scenario(self.scenario.clone())}
                    on_set={self.on_set.clone()} {brief}
                />
            }
        };
        settings.iter().map(field).collect()
    }
}

/// Shows or hides all settings of a layer.
fn more(ctx: &Context<LayerStack>, layer: &Layer, is_open: bool) -> Html {
    let (kind, changed) = (layer.config.kind(), layer.changed());
    let name = layer_name(kind);
    let label = match changed {
        0 => format!("All settings of the {name}"),
        changed => format!("All settings of the {name}, {changed} changed"),
    };
    html! {
        <button
            class="layer__more" type="button" aria-label={label}
            aria-expanded={is_open.to_string()} aria-controls={rest_id(kind)}
            onclick={ctx.link().callback(move |_| Msg::Open(kind))}
        >
            if changed > 0 { <span class="dot" aria-hidden="true" /> }
            <svg viewBox="0 0 12 12" aria-hidden="true"><path d="M2.5 4.5 L6 8 L9.5 4.5" /></svg>
        </button>
    }
}

/// The name of a layer in the middle of a sentence.
pub(super) fn layer_name(kind: LayerKind) -> String {
    layer_label(kind).to_ascii_lowercase()
}

/// The id of a layer's row.
pub(super) fn row_id(kind: LayerKind) -> String {
    format!("layer-{}-row", layer_word(kind))
}

/// The id of a layer's switch.
pub(super) fn switch_id(kind: LayerKind) -> String {
    format!("layer-{}", layer_word(kind))
}

/// The id of a layer's handle.
pub(super) fn grip_id(kind: LayerKind) -> String {
    format!("layer-{}-grip", layer_word(kind))
}

fn rest_id(kind: LayerKind) -> String {
    format!("layer-{}-rest", layer_word(kind))
}

/// A lifted layer, and the order of the stack if it were put down now.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Lift {
    pub(super) kind: LayerKind,
    pub(super) order: Vec<LayerKind>,
    /// The pointer that holds it; none if the keyboard moves it.
    pub(super) pointer: Option<i32>,
}

impl Lift {
    fn place(&self) -> usize {
        self.order.iter().position(|&kind| kind == self.kind).unwrap_or(0)
    }

    /// Moves it one place inwards or outwards; returns whether there was one.
    pub(super) fn step(&mut self, outwards: bool) -> bool {
        let from = self.place();
        let to = if outwards { from + 1 } else { from.wrapping_sub(1) };
        let there = to < self.order.len();
        if there {
            self.order = moved(&self.order, from, to);
        }
        there
    }

    /// Moves it to the pointer, at this height of the window; returns whether it moved.
    ///
    /// It swaps places with a neighbour when the pointer has passed the middle of that one, so that
    /// rows of different heights do not jump back and forth.
    pub(super) fn follow(&mut self, y: f64) -> bool {
        let from = self.place();
        let middle = |place: usize| {
            let row = browser::by_id(&row_id(*self.order.get(place)?))?.get_bounding_client_rect();
            Some(row.top() + row.height() / 2.0)
        };
        let inwards = from.checked_sub(1).and_then(middle).is_some_and(|middle| y < middle);
        let outwards = middle(from + 1).is_some_and(|middle| y > middle);
        (inwards || outwards) && self.step(outwards)
    }

    /// Its current place, in a sentence.
    pub(super) fn sentence(&self) -> String {
        let place = self.place();
        let name = |kind: Option<&LayerKind>| kind.map(|&kind| layer_name(kind));
        let inner = name(place.checked_sub(1).and_then(|inner| self.order.get(inner)));
        let outer = name(self.order.get(place + 1));
        let beside = [
            inner.map(|it| format!("outside the {it}")),
            outer.map(|it| format!("inside the {it}")),
        ];
        let at = format!(
            "{} is number {} of {} from the inside",
            layer_label(self.kind),
            place + 1,
            self.order.len()
        );
        let parts: Vec<String> = std::iter::once(at).chain(beside.into_iter().flatten()).collect();
        parts.join(", ") + "."
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_layer_moves_by_one_place_and_not_beyond_the_ends() {
        let (kind, order) = (LayerKind::Retry, LayerKind::USUAL.to_vec());
        let mut lift = Lift { kind, order, pointer: None };
        assert!(lift.step(false));
        assert!(!lift.step(false));
        assert_eq!(lift.sentence(), "Retry is number 1 of 5 from the inside, inside the timeout.");
        assert!(lift.step(true));
        assert!(lift.step(true));
        let there = "Retry is number 3 of 5 from the inside, outside the circuit breaker, inside the \
                     fallback.";
        assert_eq!(lift.sentence(), there);
        assert!(lift.step(true) && lift.step(true) && !lift.step(true));
        assert_eq!(lift.order.last(), Some(&kind));
    }
}

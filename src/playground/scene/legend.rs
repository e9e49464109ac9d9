//! The legend of the dots, which also filters them.

use super::Scene;
use super::kinds::DotKind;
use super::msg::Msg;
use yew::prelude::*;

impl Scene {
    pub(crate) fn legend(&self, on_msg: &Callback<Msg>) -> Html {
        let one_in = self.particles.pace.one_in;
        html! {
            <div class="legend" role="toolbar" data-arrows="" aria-label="What the dots mean, and which are shown">
                { for DotKind::ALL.map(|kind| self.legend_item(kind, on_msg)) }
                <p class="legend__words">{ words(one_in, self.still) }</p>
            </div>
        }
    }

    fn legend_item(&self, kind: DotKind, on_msg: &Callback<Msg>) -> Html {
        let label = kind.label();
        let is_known = self.particles.newest[kind as usize].is_some();
        let why = format!("Why? The newest {label}");
        let help = if is_known { why.clone() } else { format!("There has been no {label} yet.") };
        html! {
            <div class={format!("legend__item is-{}", label.replace(' ', "-"))}>
                <button
                    class="legend__toggle" type="button" title={kind.meaning()}
                    onclick={on_msg.reform(move |_| Msg::Show(kind))}
                    aria-pressed={self.shown[kind as usize].to_string()}
                >
                    <svg viewBox="-6 -6 12 12" aria-hidden="true">
                        <path class={kind.is_outline().then_some("is-outline")} d={kind.path()} />
                    </svg>
                    { label }
                </button>
                <button
                    class="legend__why" type="button" onclick={on_msg.reform(move |_| Msg::Why(kind))}
                    aria-disabled={(!is_known).to_string()} aria-label={why} title={help}
                >
                    { "?" }
                </button>
            </div>
        }
    }
}

/// How to use the stage.
const HINT: &str = "Press one to have it explained.";

/// Describes the calls that the stage leaves out.
fn words(one_in: u16, still: bool) -> String {
    match one_in {
        _ if still => "The numbers on each wire count the calls of the last second.".to_owned(),
        1 => format!("Each dot is a message of a call, in slow motion. {HINT}"),
        n => format!("Dots show one call in {n}, in slow motion. {HINT}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_without_a_dot_are_mentioned() {
        assert!(words(1, false).contains("Each dot"));
        assert!(words(10, false).contains("Dots show one call in 10"));
        assert!(!words(10, true).contains("dot"));
    }
}

//! The legend of the dots, which also filters them.

use super::Scene;
use super::kinds::DotKind;
use super::msg::Msg;
use super::pace::{Detail, Pace};
use yew::prelude::*;

impl Scene {
    pub(crate) fn legend(&self, on_msg: &Callback<Msg>) -> Html {
        let Pace { detail, one_in, .. } = self.particles.pace;
        html! {
            <div class="legend" role="toolbar" data-arrows="" aria-label="What the dots mean, and which are shown">
                { for DotKind::ALL.map(|kind| self.legend_item(kind, on_msg)) }
                <p class="legend__words">{ words(detail, one_in, self.still) }</p>
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
fn words(detail: Detail, one_in: u16, still: bool) -> String {
    if still {
        return "The numbers on each wire count the calls of the last second.".to_owned();
    }
    let small = if detail == Detail::Small { " and small" } else { "" };
    match one_in {
        1 => format!("Each dot is a message of a call, drawn slow{small}. {HINT}"),
        n => format!("One call in {n} has dots, drawn slow{small}. {HINT}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_without_a_dot_are_mentioned() {
        assert!(!words(Detail::Full, 1, false).contains("small"));
        assert!(words(Detail::Small, 1, false).contains("small"));
        assert!(words(Detail::Full, 10, false).contains("One call in 10 has dots"));
        assert!(!words(Detail::Full, 10, true).contains("dot"));
    }
}

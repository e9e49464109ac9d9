//! The kinds of dots, and their legend, which also filters them.

use super::Scene;
use super::pace::{Detail, Pace};
use crate::palette::Palette;
use crate::playground::stage::Msg;
use fusebox::time::Duration;
use fusebox_sim::Reply;
use yew::prelude::*;

/// The kind of a dot. Each has its own shape and colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum DotKind {
    FirstAttempt,
    Retry,
    Success,
    Slow,
    Failure,
    /// A layer rejected the call.
    FailedFast,
    Fallback,
    /// The client gave up waiting.
    Abandoned,
}

/// A success that took longer than this is shown as slow.
const SLOW: Duration = Duration::from_millis(500);

impl DotKind {
    pub(crate) const ALL: [Self; 8] = [
        Self::FirstAttempt,
        Self::Retry,
        Self::Success,
        Self::Slow,
        Self::Failure,
        Self::FailedFast,
        Self::Fallback,
        Self::Abandoned,
    ];

    /// The kind of a reply to a client.
    pub(super) fn of(reply: Reply, latency: Duration) -> Self {
        match reply {
            Reply::Success if latency > SLOW => Self::Slow,
            Reply::Success => Self::Success,
            Reply::Fallback | Reply::Queued => Self::Fallback,
            Reply::Failure => Self::Failure,
            Reply::FailedFast => Self::FailedFast,
        }
    }

    pub(crate) const fn label(self) -> &'static str {
        self.look().0
    }

    pub(super) fn colour(self, palette: &Palette) -> &str {
        self.look().1(palette)
    }

    /// Its name and its colour.
    const fn look(self) -> (&'static str, fn(&Palette) -> &str) {
        match self {
            Self::FirstAttempt => ("first attempt", |palette| &palette.ink_soft),
            Self::Retry => ("retry", |palette| &palette.retry),
            Self::Success => ("success", |palette| &palette.success),
            Self::Slow => ("slow", |palette| &palette.slow),
            Self::Failure => ("failure", |palette| &palette.failure),
            Self::FailedFast => ("failed fast", |palette| &palette.fast),
            Self::Fallback => ("fallback", |palette| &palette.fallback),
            Self::Abandoned => ("given up", |palette| &palette.ink),
        }
    }

    /// Its meaning in a sentence.
    pub(crate) const fn meaning(self) -> &'static str {
        match self {
            Self::FirstAttempt => "The first attempt of a call.",
            Self::Retry => "Another attempt of a call, after a failure.",
            Self::Success => "A useful answer.",
            Self::Slow => "A useful answer after more than 0.5 s.",
            Self::Failure => "An error, or a connection that was refused or lost.",
            Self::FailedFast => "A layer rejected the call without sending it.",
            Self::Fallback => "A substitute for the answer, from a fallback or a queue.",
            Self::Abandoned => {
                "The caller stopped waiting: a timeout or the client deadline passed."
            }
        }
    }
}

/// Whether each kind is shown, in the order of [`DotKind::ALL`].
pub(crate) type ShownKinds = [bool; DotKind::ALL.len()];

impl Scene {
    pub(crate) fn legend(&self, on_msg: &Callback<Msg>) -> Html {
        let Pace { detail, one_in, .. } = self.particles.pace;
        html! {
            <div class="legend" role="group" aria-label="What the dots mean, and which are shown">
                { for DotKind::ALL.map(|kind| self.legend_item(kind, on_msg)) }
                <p class="legend__words">{ words(detail, one_in, self.still) }</p>
            </div>
        }
    }

    fn legend_item(&self, kind: DotKind, on_msg: &Callback<Msg>) -> Html {
        let label = kind.label();
        let is_known = self.particles.newest[kind as usize].is_some();
        let why = format!("Why? The newest {label}");
        html! {
            <div class={format!("legend__item is-{}", label.replace(' ', "-"))}>
                <button
                    class="legend__toggle" type="button" title={kind.meaning()}
                    onclick={on_msg.reform(move |_| Msg::Show(kind))}
                    aria-pressed={self.shown[kind as usize].to_string()}
                >
                    <svg viewBox="-6 -6 12 12" aria-hidden="true">{ shape(kind) }</svg>
                    { label }
                </button>
                <button
                    class="legend__why" type="button" onclick={on_msg.reform(move |_| Msg::Why(kind))}
                    aria-disabled={(!is_known).to_string()} aria-label={why.clone()} title={why}
                >
                    { "?" }
                </button>
            </div>
        }
    }
}

/// How to use the stage.
const HINT: &str = "Press a dot to have it explained, or “…” to inject a fault.";

/// Describes the calls that the stage leaves out.
fn words(detail: Detail, one_in: u16, still: bool) -> String {
    if still {
        return "The numbers on each wire count the calls of the last second.".to_owned();
    }
    let small = if detail == Detail::Small { " and is drawn small" } else { "" };
    match one_in {
        1 => format!("Each dot is a call in flight{small}. {HINT}"),
        n => {
            format!("Too many calls to show them all: each dot stands for {n} calls{small}. {HINT}")
        }
    }
}

fn shape(kind: DotKind) -> Html {
    match kind {
        DotKind::FirstAttempt => html! { <circle r="3.4" /> },
        DotKind::Success => html! { <circle r="4.4" /> },
        DotKind::Slow => html! { <rect x="-5.8" y="-2.7" width="11.6" height="5.4" rx="2.7" /> },
        DotKind::Retry => html! { <path d="M0 -5 L5.2 3.8 L-5.2 3.8 Z" /> },
        DotKind::FailedFast => html! { <path d="M0 -5.4 L5.4 0 L0 5.4 L-5.4 0 Z" /> },
        DotKind::Fallback => html! { <rect x="-4" y="-4" width="8" height="8" /> },
        DotKind::Failure => html! { <path class="is-outline" d="M-4 -4 L4 4 M-4 4 L4 -4" /> },
        DotKind::Abandoned => html! { <circle class="is-outline" r="3.9" /> },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_without_a_dot_are_mentioned() {
        assert!(!words(Detail::Full, 1, false).contains("small"));
        assert!(words(Detail::Small, 1, false).contains("small"));
        assert!(words(Detail::Full, 10, false).contains("stands for 10"));
        assert!(!words(Detail::Full, 10, true).contains("dot"));
    }
}

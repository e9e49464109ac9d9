//! The explanation of a part of a breaker's window: the calls that ended in it, and which of them
//! count.

use super::clauses::{failure, layer};
use super::{Explanation, Line, rules};
use crate::words::{count, length, list, plural, sentence};
use fusebox::time::Instant;
use fusebox::{
    CircuitBreaker, Decision, LayerConfig, LayerKind, Outcome, Recorded, Window, WindowEntry,
};
use fusebox_sim::{Dependency, Entry, What, World};

/// The explanation of what was reported to the breaker around a dependency from one moment up to,
/// but not including, another.
///
/// The entries are those of all calls, in order of time.
#[must_use]
pub fn of_slot<'a>(
    on: Dependency,
    (from, to): (Instant, Instant),
    entries: impl IntoIterator<Item = &'a Entry>,
    world: &World,
) -> Explanation {
    let title = sentence(&format!("{from} to {to} in {}", layer(LayerKind::Breaker, Some(on))));
    let Some(breaker) = world.breaker(on) else {
        let text = format!("There is no breaker around {}.", on.title());
        return Explanation::new(title, vec![Line::general(text)]);
    };
    let mut counts = Slot::default();
    let is_its_own = |entry: &Entry| entry.on.is_some_and(|it| world.share_breaker(it, on));
    let here = |entry: &&Entry| is_its_own(entry) && (from..to).contains(&entry.at);
    for entry in entries.into_iter().filter(here) {
        counts.take(entry);
    }
    let is_inside = is_inside_retries(&world.scenario().dependencies[on].layers);
    let mut lines = vec![Line::general(counts.summary(if is_inside { "attempt" } else { "call" }))];
    lines.append(&mut counts.lines);
    let mut later = world.measures().breaker_changes().iter();
    let changed = later.find(|change| change.on == Some(on) && change.at >= from);
    if counts.successes + counts.failures > 0 {
        lines.extend(match changed.map(|change| change.at) {
            Some(at) => Some(Line::general(format!(
                "The breaker changed its state at {at}, and forgot what was in its window."
            ))),
            None if breaker.half_open().is_some() => None,
            None => Some(Line::general(leaves(breaker, (from, to)))),
        });
    }
    Explanation::new(title, lines)
}

/// Whether each attempt is reported to a breaker, and not each call with all its attempts.
fn is_inside_retries(layers: &[LayerConfig]) -> bool {
    let place = |kind| layers.iter().position(|layer| layer.kind() == kind);
    place(LayerKind::Retry) > place(LayerKind::Breaker)
}

/// What the breaker recorded.
#[derive(Default)]
struct Slot {
    successes: u64,
    failures: u64,
    rejected: u64,
    stale: u64,
    neutral: u64,
    lines: Vec<Line>,
}

impl Slot {
    fn take(&mut self, entry: &Entry) {
        let What::Decided(decision) = entry.what else { return };
        let (began, outcome, recorded) = match decision {
            Decision::Reported { began, outcome, recorded, .. } => (began, outcome, recorded),
            Decision::Rejected(of) if of.layer() == Some(LayerKind::Breaker) => {
                self.rejected += 1;
                return;
            }
            _ => return,
        };
        let (number, ending) = match recorded {
            Recorded::Counted(WindowEntry { failed, slow }) => {
                let number = if failed { &mut self.failures } else { &mut self.successes };
                (number, if slow { ", slowly" } else { "" })
            }
            Recorded::Stale => (&mut self.stale, ", too late to count"),
            Recorded::Neutral => (&mut self.neutral, ", not counted"),
        };
        *number += 1;
        let how = match outcome {
            Outcome::Success => "succeeded".to_owned(),
            Outcome::Failure(of) => format!("failed ({})", failure(of)),
            Outcome::Neutral => "ended without a result".to_owned(),
        };
        let (call, after) = (count(entry.call.unwrap_or_default()), length(entry.at.since(began)));
        self.lines.push(Line::at(entry.at, format!("Call {call} {how} after {after}{ending}.")));
    }

    fn summary(&self, what: &str) -> String {
        let some = |number, one: &str| plural(number, one, &format!("{one}s"));
        let counted = format!(
            "{} ended here: {} and {}.",
            some(self.successes + self.failures, what),
            plural(self.successes, "success", "successes"),
            some(self.failures, "failure")
        );
        let rest: Vec<_> = [
            (self.rejected, "that the breaker rejected"),
            (self.stale, "that came too late to count"),
            (self.neutral, "that say nothing about the dependency"),
        ]
        .into_iter()
        .filter(|(number, _)| *number > 0)
        .map(|(number, which)| format!("{} {which}", some(number, "call")))
        .collect();
        match rest.as_slice() {
            [] => counted,
            rest => format!("{counted} Not counted: {}.", list(rest)),
        }
    }
}

/// When the window forgets what ended in this bucket.
fn leaves(breaker: &CircuitBreaker, (from, to): (Instant, Instant)) -> String {
    match breaker.config().window {
        Window::Time(of) => {
            let step = breaker.bucket_length().unwrap_or_default();
            format!(
                "The window looks back {}, so these leave it between {} and {}, or when the breaker \
                 changes its state. {} open it.",
                length(of),
                from + of - step,
                to + of,
                sentence(&rules::opens(breaker.config())).trim_end_matches('.')
            )
        }
        Window::Count(number) => format!(
            "Each leaves the window when {} more have ended, or when the breaker changes its state.",
            plural(number.into(), "call", "calls")
        ),
        Window::Consecutive => {
            "The next success clears the failures before it; only those in a row count.".to_owned()
        }
    }
}

//! The explanation of a part of a breaker's window: which calls ended in it, and which of them count.

use super::clauses::{failure, layer};
use super::event::calls;
use super::{Explanation, Line, rules};
use crate::words::{count, length, list, plural, sentence};
use fusebox::time::{Duration, Instant};
use fusebox::{
    BreakerConfig, Decision, End, Failure, LayerConfig, LayerKind, Outcome, TimeLimit, Transition,
    Window,
};
use fusebox_sim::{Dependency, Entry, What, World};
use std::collections::BTreeMap;

/// The explanation of what the breaker around a dependency was told from one moment up to another, that one
/// not included.
///
/// The entries are those of all calls, in the order of time.
#[must_use]
pub fn of_slot<'a>(
    on: Dependency,
    (from, to): (Instant, Instant),
    entries: impl IntoIterator<Item = &'a Entry>,
    world: &World,
) -> Explanation {
    let title = sentence(&format!("{from} to {to} in {}", layer(LayerKind::Breaker, Some(on))));
    let title = title.trim_end_matches('.');
    let Some(config) = world.breaker(on).map(|breaker| *breaker.config()) else {
        let text = format!("There is no breaker around {}.", on.title());
        return Explanation::new(title, vec![Line::general(text)]);
    };
    let mut ledger = Ledger::new(on, (from, to), &world.scenario().dependencies[on].layers);
    entries.into_iter().take_while(|entry| entry.at < to).for_each(|entry| ledger.take(entry));
    let mut lines = vec![Line::general(ledger.summary())];
    lines.append(&mut ledger.lines);
    if ledger.counted() > 0 {
        lines.push(match changed_after(on, from, world) {
            Some(at) => Line::general(format!(
                "The breaker changed its state at {at}, and so forgot what was in its window."
            )),
            None => Line::general(leaves(&config, (from, to))),
        });
    }
    Explanation::new(title, lines)
}

/// When the breaker first changed its state after a call may have been counted here.
fn changed_after(on: Dependency, from: Instant, world: &World) -> Option<Instant> {
    let changes = world.measures().breaker_changes();
    changes.iter().find(|change| change.on == Some(on) && change.at >= from).map(|change| change.at)
}

/// What the breaker was told within the slice, as it is found in the entries.
struct Ledger {
    on: Dependency,
    slice: (Instant, Instant),
    /// Whether each attempt is told to the breaker, and not each call with all its attempts.
    by_attempt: bool,
    /// Whether the breaker sees what the fallback answered.
    sees_fallback: bool,
    /// When each call under way came past the breaker.
    began: BTreeMap<u64, Begun>,
    /// The newest change of the breaker, from which on it counts anew.
    changed_at: Option<Instant>,
    successes: u32,
    failures: u32,
    refused: u32,
    stale: u32,
    neutral: u32,
    lines: Vec<Line>,
}

/// A call, or an attempt, that came past the breaker.
#[derive(Clone, Copy, Debug)]
struct Begun {
    at: Instant,
    attempts: u32,
    failure: Option<Failure>,
}

/// More lines than a explanation shows, so that it can say how many it leaves out.
const KEPT: usize = 1_000;

impl Ledger {
    fn new(on: Dependency, slice: (Instant, Instant), layers: &[LayerConfig]) -> Self {
        let place = |kind| layers.iter().position(|layer| layer.kind() == kind);
        let breaker = place(LayerKind::Breaker);
        let is_outside = |kind| place(kind).is_some_and(|place| Some(place) > breaker);
        Self {
            on,
            slice,
            by_attempt: is_outside(LayerKind::Retry),
            sees_fallback: place(LayerKind::Fallback).is_some_and(|place| Some(place) < breaker),
            began: BTreeMap::new(),
            changed_at: None,
            successes: 0,
            failures: 0,
            refused: 0,
            stale: 0,
            neutral: 0,
            lines: Vec::new(),
        }
    }

    const fn counted(&self) -> u32 {
        self.successes + self.failures
    }

    fn take(&mut self, entry: &Entry) {
        let (Some(call), Some(on)) = (entry.call, entry.on) else { return };
        if on != self.on {
            return;
        }
        match entry.what {
            What::Decided(Decision::Transition(Transition { at, .. })) => {
                self.changed_at = Some(at);
            }
            What::Decided(Decision::Sent(_)) => {
                let begun = Begun { at: entry.at, attempts: 0, failure: None };
                if self.by_attempt {
                    self.began.remove(&call);
                }
                self.began.entry(call).or_insert(begun).attempts += 1;
            }
            What::Decided(Decision::Refused(_)) if entry.at >= self.slice.0 => self.refused += 1,
            What::Attempted(outcome) if self.by_attempt => self.attempted(entry.at, call, outcome),
            What::Attempted(Outcome::Failure(of)) => self.note(call, of),
            What::Decided(Decision::TimedOut { .. }) if !self.by_attempt => {
                self.note(call, Failure::Timeout);
            }
            What::Decided(Decision::TimedOut { limit, .. }) => {
                let failed = match limit {
                    TimeLimit::Connect => Failure::Connect,
                    TimeLimit::Attempt | TimeLimit::Call | TimeLimit::Deadline => Failure::Timeout,
                };
                self.attempted(entry.at, call, Outcome::Failure(failed));
            }
            What::Finished(_) if self.by_attempt => {
                self.began.remove(&call);
            }
            What::Finished(end) => self.ended(entry.at, call, end),
            _ => {}
        }
    }

    /// Notes how the newest attempt of a call failed.
    fn note(&mut self, call: u64, failure: Failure) {
        if let Some(begun) = self.began.get_mut(&call) {
            begun.failure = Some(failure);
        }
    }

    fn attempted(&mut self, at: Instant, call: u64, outcome: Outcome) {
        let Some(began) = self.began.remove(&call) else { return };
        match outcome {
            Outcome::Success => self.book(at, call, began, Ok(())),
            Outcome::Failure(of) if !of.is_of_request() => {
                self.book(at, call, began, Err(Some(of)));
            }
            Outcome::Failure(_) | Outcome::Neutral => self.neutral += u32::from(at >= self.slice.0),
        }
    }

    fn ended(&mut self, at: Instant, call: u64, end: End) {
        // What was never sent was told to nobody.
        let Some(began) = self.began.remove(&call) else { return };
        match end {
            End::Success => self.book(at, call, began, Ok(())),
            End::Failure(of) if !of.is_of_request() => {
                self.book(at, call, began, Err(Some(of)));
            }
            End::Fallback { answer, .. } if self.sees_fallback && answer.is_useful() => {
                self.book(at, call, began, Ok(()));
            }
            End::Fallback { rejected: false, .. } if !self.sees_fallback => {
                self.book(at, call, began, Err(began.failure));
            }
            End::Failure(_) | End::Rejection(_) | End::Fallback { .. } | End::HungUp => {
                self.neutral += u32::from(at >= self.slice.0);
            }
        }
    }

    fn book(&mut self, at: Instant, call: u64, begun: Begun, how: Result<(), Option<Failure>>) {
        if at < self.slice.0 {
            return;
        }
        let is_stale = self.changed_at.is_some_and(|changed| begun.at < changed && changed < at);
        let number = if is_stale {
            &mut self.stale
        } else if how.is_ok() {
            &mut self.successes
        } else {
            &mut self.failures
        };
        *number += 1;
        if self.lines.len() >= KEPT {
            return;
        }
        let (call, after) = (count(call), length(at.since(begun.at)));
        let how = match how {
            Ok(()) => format!("succeeded after {after}"),
            Err(why) => {
                let why = why.map_or_else(String::new, |of| format!(" ({})", failure(of)));
                let tries = match begun.attempts {
                    0 | 1 => String::new(),
                    attempts => format!(" and {attempts} attempts"),
                };
                format!("failed after {after}{tries}{why}")
            }
        };
        let stale = if is_stale { ", which no longer counts" } else { "" };
        self.lines.push(Line::at(at, format!("Call {call} {how}{stale}.")));
    }

    fn summary(&self) -> String {
        let what = if self.by_attempt { "attempt" } else { "call" };
        let counted = match self.counted() {
            0 => "nothing that counts ended here".to_owned(),
            number => {
                let ended = plural(number.into(), what, &format!("{what}s"));
                match (self.successes, self.failures) {
                    (1, 0) => format!("{ended} ended here, and succeeded"),
                    (0, 1) => format!("{ended} ended here, and failed"),
                    (_, 0) => format!("{ended} ended here, and all succeeded"),
                    (0, _) => format!("{ended} ended here, and all failed"),
                    (successes, failures) => format!(
                        "{ended} ended here: {} and {}",
                        plural(successes.into(), "success", "successes"),
                        plural(failures.into(), "failure", "failures"),
                    ),
                }
            }
        };
        let mut rest = Vec::new();
        if self.refused > 0 {
            rest.push(format!("{} refused before anything was sent", calls(self.refused.into())));
        }
        if self.stale > 0 {
            let stale = calls(self.stale.into());
            rest.push(format!("{stale} begun before the breaker last changed"));
        }
        if self.neutral > 0 {
            rest.push(format!(
                "{} that say nothing about the dependency",
                calls(self.neutral.into())
            ));
        }
        let rest = match rest.as_slice() {
            [] => String::new(),
            rest => format!(" Not counted: {}.", list(rest)),
        };
        format!("{}{rest}", sentence(&counted))
    }
}

/// When the window forgets what ended in this slice.
fn leaves(config: &BreakerConfig, (from, to): (Instant, Instant)) -> String {
    match config.window {
        Window::Time(of) => {
            // The window forgets in 50 steps, a little before its length is over.
            let step = Duration::from_micros(of.as_micros().div_ceil(50));
            let (first, last) = (from + of - step, to + of);
            format!(
                "The window looks back {}, so these leave it between {first} and {last}, or when \
                 the breaker changes its state. {} open it.",
                length(of),
                capital(&rules::opens(config))
            )
        }
        Window::Count(number) => format!(
            "Each leaves the window when {} more have ended, or when the breaker changes its state.",
            calls(number.into())
        ),
        Window::Consecutive => {
            "The next success clears the failures before it; only those in a row count.".to_owned()
        }
    }
}

fn capital(text: &str) -> String {
    sentence(text).trim_end_matches('.').to_owned()
}

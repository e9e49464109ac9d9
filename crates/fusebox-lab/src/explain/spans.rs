//! The time of a call in spans: the call, its attempts and its waits, each with the sentences about it.

use super::LINES_MAX;
use crate::words::count;
use fusebox::time::{Duration, Instant};
use fusebox::{Decision, End, Outcome, TimeLimit};
use fusebox_sim::{Dependency, Entry, Reply, What};

/// A part of a call's time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallSpan {
    /// What it is: `Call`, `Database: attempt 2`.
    pub name: String,
    /// When it began.
    pub from: Instant,
    /// When it ended; none while it lasts.
    pub to: Option<Instant>,
    /// What it came to.
    pub end: SpanEnd,
    /// The sentences about it.
    pub text: String,
}

/// What a span of a call came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SpanEnd {
    /// It was a wait, or has not ended.
    Wait,
    /// A success.
    Success,
    /// A useful substitute for the answer.
    Substitute,
    /// An error, a rejection or a timeout.
    Failure,
}

/// What a span is while it is open.
#[derive(Clone, Copy, PartialEq)]
enum Part {
    Call,
    Attempt,
    Wait,
}

/// Makes the spans of one call from its entries, in their order.
#[derive(Default)]
pub(super) struct Spans {
    spans: Vec<CallSpan>,
    /// Where each span is, and as what.
    places: Vec<(Option<Dependency>, Part)>,
}

impl Spans {
    /// Takes an entry, with the sentence about it if there is one.
    pub(super) fn take(&mut self, entry: &Entry, text: Option<&str>) {
        let Entry { at, on, what, .. } = *entry;
        let heading = on.map_or("Client", Dependency::heading);
        match what {
            What::Called { .. } => self.open(at, on, Part::Call, "Call".to_owned()),
            What::WaitsForThread(_) => {
                self.open(at, on, Part::Wait, "Service: wait for a thread".to_owned());
            }
            What::Answered { reply, .. } => self.answer(at, reply),
            What::GaveUp { .. } => self.close(at, None, Part::Call, SpanEnd::Failure),
            What::Attempted { outcome, after } => {
                let end =
                    if outcome == Outcome::Success { SpanEnd::Success } else { SpanEnd::Failure };
                self.close_attempt(at, on, after, end);
            }
            What::Finished(end) if on.is_some() && !matches!(end, End::HungUp) => {
                self.close(at, on, Part::Wait, SpanEnd::Wait);
            }
            What::Decided(decision) => self.decide(at, on, heading, decision),
            _ if on.is_some() => self.close(at, None, Part::Wait, SpanEnd::Wait),
            _ => {}
        }
        if let Some(text) = text {
            self.say(on, text);
        }
    }

    fn decide(&mut self, at: Instant, on: Option<Dependency>, heading: &str, decision: Decision) {
        if on.is_some() {
            // Whatever a dependency is called for, the request has its thread.
            self.close(at, None, Part::Wait, SpanEnd::Wait);
        }
        match decision {
            // The first attempt of a client's own pipeline is the call.
            Decision::Sent(1) if on.is_none() && self.spans.len() == 1 => {}
            Decision::Sent(n) => {
                self.close(at, on, Part::Wait, SpanEnd::Wait);
                self.open(at, on, Part::Attempt, format!("{heading}: attempt {}", count(n.into())));
            }
            Decision::Hedged(n) => {
                self.open(at, on, Part::Attempt, format!("{heading}: hedge {}", count(n.into())));
            }
            Decision::Paused { .. } => {
                self.close(at, on, Part::Wait, SpanEnd::Wait);
                self.open(at, on, Part::Wait, format!("{heading}: wait for the end of a pause"));
            }
            Decision::Queued(_) => {
                self.open(at, on, Part::Wait, format!("{heading}: wait for a slot"));
            }
            Decision::Rejected(_) => {
                self.close(at, on, Part::Wait, SpanEnd::Failure);
                self.open(at, on, Part::Attempt, format!("{heading}: rejected"));
                self.close(at, on, Part::Attempt, SpanEnd::Failure);
            }
            Decision::TimedOut { limit: TimeLimit::Attempt | TimeLimit::Connect, after } => {
                self.close_attempt(at, on, after, SpanEnd::Failure);
            }
            Decision::TimedOut { .. } => {
                self.close(at, on, Part::Attempt, SpanEnd::Failure);
                self.close(at, on, Part::Wait, SpanEnd::Failure);
            }
            Decision::Retry { delay, .. } => {
                self.close(at, on, Part::Attempt, SpanEnd::Failure);
                if delay > Duration::ZERO {
                    self.open(at, on, Part::Wait, format!("{heading}: wait before a retry"));
                }
            }
            Decision::GaveUp(_) => self.close(at, on, Part::Attempt, SpanEnd::Failure),
            _ => {}
        }
    }

    fn answer(&mut self, at: Instant, reply: Reply) {
        let end = match reply {
            Reply::Success => SpanEnd::Success,
            Reply::Fallback | Reply::Queued => SpanEnd::Substitute,
            Reply::Failure | Reply::FailedFast => SpanEnd::Failure,
        };
        for part in [Part::Attempt, Part::Wait, Part::Call] {
            self.close(at, None, part, end);
        }
    }

    fn open(&mut self, at: Instant, on: Option<Dependency>, part: Part, name: String) {
        let text = String::new();
        self.spans.push(CallSpan { name, from: at, to: None, end: SpanEnd::Wait, text });
        self.places.push((on, part));
    }

    /// Ends the open spans of a kind in a place.
    fn close(&mut self, at: Instant, on: Option<Dependency>, part: Part, end: SpanEnd) {
        let spans = self.spans.iter_mut().zip(&self.places);
        for (span, _) in spans.filter(|(span, place)| span.to.is_none() && **place == (on, part)) {
            span.to = Some(at);
            span.end = if part == Part::Wait { SpanEnd::Wait } else { end };
        }
    }

    /// Ends the attempt that took this long; a hedge may be open beside it.
    fn close_attempt(
        &mut self,
        at: Instant,
        on: Option<Dependency>,
        after: Duration,
        end: SpanEnd,
    ) {
        let mut open = self.spans.iter_mut().zip(&self.places).filter(|(span, place)| {
            span.to.is_none() && **place == (on, Part::Attempt) && span.from + after == at
        });
        match open.next() {
            Some((span, _)) => (span.to, span.end) = (Some(at), end),
            None => self.close(at, on, Part::Attempt, end),
        }
    }

    /// Adds a sentence to the newest span in a place, or else to the call.
    pub(super) fn say(&mut self, on: Option<Dependency>, text: &str) {
        let newest = self.places.iter().rposition(|(place, _)| on.is_some() && *place == on);
        if let Some(span) = self.spans.get_mut(newest.unwrap_or(0)) {
            if !span.text.is_empty() {
                span.text.push(' ');
            }
            span.text.push_str(text);
        }
    }

    /// All spans, or the first and last of them if there are too many.
    pub(super) fn into_spans(mut self) -> Vec<CallSpan> {
        if self.spans.len() > LINES_MAX {
            let gap = LINES_MAX / 2..self.spans.len() - LINES_MAX / 2;
            let mut left_out = self.spans[gap.start].clone();
            left_out.to = self.spans[gap.end - 1].to;
            left_out.name = format!("… and {} more", count(gap.len() as u64));
            left_out.end = SpanEnd::Wait;
            left_out.text.clear();
            self.spans.splice(gap, [left_out]);
        }
        self.spans
    }
}

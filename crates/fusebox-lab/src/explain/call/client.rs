//! The client's part of the explanation of a call: what it asked for, how often, and what it got.

use super::{Earlier, Teller};
use crate::explain::clauses::{Tense::Past, endpoint};
use crate::explain::span::Way;
use crate::explain::{reasons, rules};
use crate::words::{count, length};
use fusebox::time::{Duration, Instant};
use fusebox::{Decision, GiveUp, TimeLimit};
use fusebox_sim::{Endpoint, Reply};

impl Teller<'_> {
    /// Something about the client's own layers, where they stand before a service.
    pub(super) fn client(&mut self, at: Instant, decision: &Decision) {
        let way = self.own_way();
        match *decision {
            Decision::Sent(number) => {
                if number > 1 {
                    let still = if self.earlier == Earlier::Abandoned && self.is_at_work() {
                        ", while the service was still at work on an earlier one"
                    } else {
                        ""
                    };
                    self.say(at, &format!("the client asked again, as attempt {number}{still}"));
                }
                self.own.attempts = number;
            }
            Decision::Hedged(number) => {
                let text =
                    format!("the client asked once more without giving up, as attempt {number}");
                self.say(at, &text);
                self.own.attempts = number;
            }
            Decision::TimedOut { limit, after } => {
                let text = clients_limit(limit, &length(after), self.own.attempts);
                self.say(at, &text);
                self.note_abandoned(at);
            }
            Decision::Refused(rejection) => {
                let why = reasons::refusal(rejection, None, Past);
                self.say(at, &format!("the client did not ask: {why}"));
            }
            Decision::GaveUp(reason) => {
                let why = reasons::give_up(reason, Past);
                self.say(at, &format!("the client did not ask again: {why}"));
                self.say_budget(at, reason, way);
            }
            Decision::Transition(_)
            | Decision::ShadowTrip(_)
            | Decision::Queued(_)
            | Decision::Retry { .. }
            | Decision::Answered(_) => {
                let since = self.since.unwrap_or(at);
                let lines = self.own.decided(way, at, decision, None, since);
                self.lines.extend(lines);
            }
        }
    }

    fn say_budget(&mut self, at: Instant, reason: GiveUp, way: Way<'_>) {
        if let GiveUp::BudgetEmpty(_) = reason
            && let Some(budget) = way.retry().and_then(|retry| retry.budget)
        {
            self.say(at, &format!("that budget allows {}", rules::budget(&budget)));
        }
    }

    /// The client no longer waits for what the service may still do.
    pub(super) fn note_abandoned(&mut self, at: Instant) {
        if !self.is_at_work() {
            return;
        }
        let cancels = self.world.scenario().cancellation;
        if !cancels && self.earlier == Earlier::Over {
            self.earlier = Earlier::Abandoned;
        }
        self.say(
            at,
            if cancels {
                "the service was told to stop"
            } else {
                "nobody told the service, which went on with the work"
            },
        );
    }

    fn is_at_work(&self) -> bool {
        self.waits_for_thread || self.spans.iter().any(|(_, span)| span.is_some())
    }

    pub(super) fn called(&mut self, at: Instant, client: u32, asked: Endpoint) {
        (self.client, self.endpoint) = (Some(client), Some(asked));
        let client = count(client.into());
        let text = if self.has_service() {
            format!("client {client} asked for {} at {at}", endpoint(asked))
        } else {
            format!("client {client} called the database at {at}")
        };
        self.say(at, &text);
        if asked == Endpoint::Health {
            self.say(at, "a health check needs no dependency, only a free thread of the service");
        }
    }

    pub(super) fn answered(&mut self, at: Instant, reply: Reply, latency: Duration) {
        let after = length(latency);
        let text = match reply {
            Reply::Success => format!("the client had its answer after {after}"),
            Reply::Fallback => {
                format!("the client had that answer, in place of a real one, after {after}")
            }
            Reply::Queued => {
                format!("after {after} the client was told that its write will be made later")
            }
            Reply::Failure => format!("the client got an error after {after}"),
            Reply::FailedFast => {
                format!(
                    "the client got an error after {after}, as its call was refused on our side"
                )
            }
        };
        self.say(at, &text);
    }
}

/// A limit of time of the client's own, before a service.
fn clients_limit(limit: TimeLimit, after: &str, attempt: u32) -> String {
    match limit {
        TimeLimit::Connect => {
            format!(
                "after {after} without a connection the client gave up on its attempt {attempt}"
            )
        }
        TimeLimit::Attempt => format!(
            "after {after} without an answer the client's own timeout gave up on its attempt {attempt}"
        ),
        TimeLimit::Call => {
            format!("the {after} that the client allows for the whole call were over")
        }
        TimeLimit::Deadline => format!("the client's deadline came, {after} into the call"),
    }
}

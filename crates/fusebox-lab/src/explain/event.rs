//! The one table of events, from which every sentence about an event is made.
//!
//! A clause has its verbs in both tenses, such as `the breaker <opens|opened>`; [`Tense`] chooses.

use super::clauses::{answer, behind, did, endpoint, failure, layer, place};
use crate::words::{count, length, plural, sentence};
use fusebox::{
    Answer, Decision, End, LayerKind, Outcome, Recorded, Rejection, StateName, TimeLimit,
    Transition,
};
use fusebox_sim::{Dependency, Entry, Reply, What};

/// The tense of a sentence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tense {
    Present,
    Past,
}

impl Tense {
    /// A clause with its verbs in this tense, as a sentence.
    pub(super) fn of(self, clause: &str) -> String {
        let mut parts = clause.split('<');
        let mut text = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            let (verbs, rest) = part.split_once('>').unwrap_or((part, ""));
            let (present, past) = verbs.split_once('|').unwrap_or((verbs, verbs));
            text.push_str(if self == Self::Present { present } else { past });
            text.push_str(rest);
        }
        sentence(&text)
    }
}

/// An entry of a trace as a sentence in the present.
#[must_use]
pub fn event(entry: &Entry) -> String {
    let concerns_all = matches!(
        entry.what,
        What::Decided(Decision::Transition(_) | Decision::ShadowTrip(_)) | What::Done(..)
    );
    let clause = clause(entry);
    Tense::Present.of(&match entry.call.filter(|_| !concerns_all) {
        Some(call) => format!("call {}: {clause}", count(call)),
        None => clause,
    })
}

const OUTCOME_UNKNOWN: &str = "the commit <is|was> never answered, so the service <answers|answered> 500 \
                               without Retry-After: the write may have been applied, and it has no \
                               idempotency key";

/// An event as a clause in both tenses.
pub(super) fn clause(entry: &Entry) -> String {
    let on = entry.on;
    let who = on.map_or("the service", Dependency::title);
    match entry.what {
        What::Called { client, endpoint: asked } => {
            format!("client {} <asks|asked> for {}", count(client.into()), endpoint(asked))
        }
        What::Done(on, command) => did(on, command),
        What::Decided(decision) => decided(&decision, on),
        What::Attempted { outcome, after } => {
            let after = length(after);
            match outcome {
                Outcome::Success => format!("{who} <answers|answered> after {after}"),
                Outcome::Failure(of) => {
                    format!("the attempt at {who} <fails|failed> after {after}: {}", failure(of))
                }
                Outcome::Neutral => format!("the attempt at {who} <is|was> abandoned after {after}"),
            }
        }
        What::TurnedAway => {
            "the accept queue <overflows|overflowed>: all threads <are|were> busy and the queue <is|was> full, \
             so the service <answers|answered> 503"
                .to_owned()
        }
        What::Finished(end) => finished(end, on),
        What::Unavailable { retry_after: None } => "the service <answers|answered> 503".to_owned(),
        What::Unavailable { retry_after: Some(wait) } => {
            format!("the service <answers|answered> 503 with Retry-After {}", length(wait))
        }
        What::OutcomeUnknown => OUTCOME_UNKNOWN.to_owned(),
        What::CacheHit { age } => {
            format!("the cached answer <is|was> {} old, which is fresh enough", length(age))
        }
        What::Substituted(other) => {
            format!("{} <is|was> called in place of {who}", other.title())
        }
        What::Committed { again: false } => format!("{who} <commits|committed> the write"),
        What::Committed { again: true } => {
            format!("{who} <commits|committed> the write again, which makes it a duplicate")
        }
        What::KeyKnown => format!(
            "{who} <knows|knew> the idempotency key, and <does|did> not apply the write again"
        ),
        What::RolledBack => {
            format!("{who} <rolls|rolled> the transaction back, so none of its changes can be seen")
        }
        What::Enqueued(ahead) => {
            format!("the write <is|was> put into the job queue, {}", behind(ahead))
        }
        What::JobDone => "the write <is|was> applied, and <leaves|left> the job queue".to_owned(),
        What::DeadConnections(dead) => {
            let (dead, s) = (count(dead.into()), if dead == 1 { "" } else { "s" });
            format!("the pool <drops|dropped> {dead} dead connection{s} to {who}")
        }
        What::Connected => format!("a new connection to {who} <is|was> opened"),
        What::WaitsForThread(ahead) => {
            format!("all threads <are|were> busy, so the request <is|was> queued, {}", behind(ahead))
        }
        What::WaitsForConnection(ahead) => {
            let behind = behind(ahead);
            format!("no connection to {who} <is|was> free, so the attempt <is|was> queued, {behind}")
        }
        What::WaitsAtServer(ahead) => {
            format!("{who} <is|was> busy, so the attempt <is|was> queued there, {}", behind(ahead))
        }
        What::QueueFull => format!(
            "the queue of {who} <overflows|overflowed>: {who} <is|was> busy and the queue <is|was> full, \
             so it <answers|answered> 503"
        ),
        What::RefusedBefore => format!(
            "the pool <rejects|rejected> the attempt, because its last connect to {who} <was|had been> \
             refused a moment before"
        ),
        What::PoolFull => format!(
            "the pool <has|had> no free connection to {who} and a full queue, so it <rejects|rejected> \
             the attempt"
        ),
        What::Restarted => format!("{who} <is|was> up again"),
        What::Answered { client, reply, latency } => {
            let (client, after) = (count(client.into()), length(latency));
            match reply {
                Reply::Success => format!("client {client} <has|had> its answer after {after}"),
                Reply::Fallback => {
                    format!("client {client} <has|had> a substitute answer after {after}")
                }
                Reply::Queued => format!(
                    "client {client} <is|was> told after {after} that its write will be applied later"
                ),
                Reply::Failure => format!("client {client} <gets|got> an error after {after}"),
                Reply::FailedFast => format!(
                    "client {client} <gets|got> an error after {after}, because its call <is|was> rejected"
                ),
            }
        }
        What::GaveUp { client, latency } => {
            let (client, after) = (count(client.into()), length(latency));
            format!("client {client} <gives|gave> up waiting after {after}")
        }
    }
}

fn finished(end: End, on: Option<Dependency>) -> String {
    let call =
        on.map_or("the client's call".to_owned(), |on| format!("the call to {}", on.title()));
    match end {
        End::Success => format!("{call} <succeeds|succeeded>"),
        End::Failure(of) => format!("{call} <fails|failed>: {}", failure(of)),
        End::Rejection(_) => format!("{call} <is|was> rejected"),
        End::Fallback { answer: of, .. } => format!("{call} <ends|ended> with {}", answer(of)),
        End::HungUp => format!("{call} <is|was> abandoned"),
    }
}

/// A change of a breaker.
pub(super) fn changes(
    Transition { from, to, cause, .. }: &Transition,
    on: Option<Dependency>,
) -> String {
    format!("{} {}: {}", layer(LayerKind::Breaker, on), became(*from, *to), cause)
}

/// The verb for a breaker's change between these states.
pub(super) const fn became(from: StateName, to: StateName) -> &'static str {
    match (from, to) {
        (StateName::HalfOpen, StateName::Open) => "<opens|opened> again",
        (_, StateName::Open) => "<opens|opened>",
        (_, StateName::HalfOpen) => "<becomes|became> half-open",
        (_, StateName::Closed) => "<closes|closed>",
    }
}

fn decided(decision: &Decision, on: Option<Dependency>) -> String {
    match *decision {
        Decision::Sent(attempt) => {
            let (who, to) =
                on.map_or(("the client", String::new()), |_| ("the service", place("to", on)));
            format!("{who} <sends|sent> attempt {}{to}", count(attempt.into()))
        }
        Decision::Hedged(attempt) => {
            let (attempt, to) = (count(attempt.into()), place("to", on));
            format!("attempt {attempt}{to} <is|was> sent as a hedge, beside those in flight")
        }
        Decision::NotHedged(why) => {
            format!("no hedge{} <is|was> sent, as {why}", place("to", on))
        }
        Decision::Rejected(Rejection::BulkheadFull { slots, queue }) if queue > 0 => format!(
            "the queue of {} <overflows|overflowed>: all {} <are|were> taken and {} <are|were> waiting, \
             so no attempt <is|was> sent",
            layer(LayerKind::Bulkhead, on),
            plural(slots.into(), "slot", "slots"),
            plural(queue.into(), "call", "calls"),
        ),
        Decision::Rejected(of) => {
            format!("no attempt <is|was> sent{}: {of}", place("to", on))
        }
        Decision::Transition(transition) => changes(&transition, on),
        Decision::ShadowTrip(of) => format!(
            "{} <is|was> in shadow mode, and would have opened: {}",
            layer(LayerKind::Breaker, on),
            of.cause
        ),
        Decision::Reported { trial, outcome, recorded, .. } => {
            reported(trial, outcome, recorded, &layer(LayerKind::Breaker, on))
        }
        Decision::Queued(ahead) => {
            let bulkhead = layer(LayerKind::Bulkhead, on);
            format!(
                "all slots of {bulkhead} <are|were> taken, so the call <is|was> queued, {}",
                behind(ahead)
            )
        }
        Decision::TimedOut { limit, after } => {
            let (at, after) = (place("at", on), length(after));
            let from = place("from", on);
            let whose = if on.is_some() { "the" } else { "the client's" };
            match limit {
                TimeLimit::Connect => format!(
                    "no connection{from} within {after}: {whose} connect timeout <ends|ended> the attempt"
                ),
                TimeLimit::Attempt => format!(
                    "no answer{from} within {after}: {whose} timeout <ends|ended> the attempt"
                ),
                TimeLimit::Call => {
                    format!("{whose} timeout of {after} for the whole call{at} <ends|ended> it")
                }
                TimeLimit::Deadline => {
                    format!("the deadline of the call{at} <comes|came> after {after}")
                }
            }
        }
        Decision::Retry { delay, .. } if delay.as_micros() == 0 => {
            format!("the next attempt{} <is|was> made at once", place("at", on))
        }
        Decision::Retry { delay, .. } => {
            format!(
                "the next attempt{} <is|was> scheduled for {} later",
                place("at", on),
                length(delay)
            )
        }
        Decision::Paused { delay } => format!(
            "the call <waits|waited> {}, because a Retry-After{} <is|was> for all calls",
            length(delay),
            place("from", on)
        ),
        Decision::GaveUp(reason) => {
            format!("no further attempt{}: {reason}", place("at", on))
        }
        Decision::Answered(Answer::Substitute) => {
            format!("{} <turns|turned> to a substitute", layer(LayerKind::Fallback, on))
        }
        Decision::Answered(of) => {
            format!("{} <answers|answered> with {}", layer(LayerKind::Fallback, on), answer(of))
        }
    }
}

/// What a breaker made of the outcome of a call.
fn reported(trial: Option<u64>, outcome: Outcome, recorded: Recorded, breaker: &str) -> String {
    let trial = trial.map_or_else(String::new, |n| format!(" of trial {}", count(n)));
    match recorded {
        Recorded::Counted(ended) => {
            let what = match ended.failed {
                true => "failure",
                false if outcome.is_success() => "success",
                false => "answer",
            };
            let slow = if ended.slow { "slow " } else { "" };
            format!("{breaker} <records|recorded> the {slow}{what}{trial}")
        }
        Recorded::Stale => format!("{breaker} <ignores|ignored> the outcome{trial} as stale"),
        Recorded::Neutral => format!(
            "{breaker} <does|did> not count the outcome{trial}, which is no failure of the dependency"
        ),
    }
}

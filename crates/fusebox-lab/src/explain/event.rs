//! One event as one sentence in the present, with who does it.

use super::change::became;
use super::clauses::{Tense::Present, answer, behind, endpoint, failure, layer};
use super::{action, reasons, rules};
use crate::words::{count, length, plural, sentence};
use fusebox::{Answer, Decision, End, LayerKind, Outcome, StateName, TimeLimit, Transition};
use fusebox_sim::{Dependency, Entry, Reply, What};

/// An entry of a trace as a sentence.
#[must_use]
pub fn event(entry: &Entry) -> String {
    let Entry { call, on, what, .. } = *entry;
    let text = match what {
        What::Called { client, endpoint: asked } => {
            let call = call.map_or_else(String::new, |call| format!(" (call {})", count(call)));
            format!("client {} asks for {}{call}", count(client.into()), endpoint(asked))
        }
        What::Done(on, command) => action::did(on, command),
        What::Decided(Decision::Transition(transition)) => changes(&transition, on),
        what => {
            let text = happens(&what, on);
            match call {
                Some(call) => format!("call {}: {text}", count(call)),
                None => text,
            }
        }
    };
    sentence(&text)
}

/// A change of a breaker, in the present.
pub(super) fn changes(transition: &Transition, on: Option<Dependency>) -> String {
    let did = match became(transition.from, transition.to) {
        "opened" => "opens",
        "opened again" => "opens again",
        "closed" => "closes",
        _ => "becomes half-open",
    };
    format!("{} {did}: {}", layer(LayerKind::Breaker, on), rules::cause(&transition.cause))
}

/// Where a call is in a sentence about it.
fn at(on: Option<Dependency>) -> String {
    on.map_or_else(String::new, |on| format!(" at {}", on.title()))
}

fn happens(what: &What, on: Option<Dependency>) -> String {
    let to = on.map_or("the service", Dependency::title);
    match *what {
        What::Decided(decision) => decided(&decision, on),
        What::Attempted(outcome) => match outcome {
            Outcome::Success => format!("{to} answers"),
            Outcome::Failure(of) => format!("the attempt at {to} fails: {}", failure(of)),
            Outcome::Neutral => format!("nobody waits for the attempt at {to} any more"),
        },
        What::TurnedAway => {
            "the service has no thread free and no place in its queue, and answers 503".to_owned()
        }
        What::Finished(end) => finished(end, on),
        What::Unavailable { retry_after: Some(wait) } => {
            format!("the service answers 503, with the advice to wait {}", length(wait))
        }
        What::Unavailable { retry_after: None } => "the service answers 503".to_owned(),
        What::CacheHit { age } => {
            format!("the cached answer is {} old, which is fresh enough", length(age))
        }
        What::Substituted(other) => format!("{} is asked in the place of {to}", other.title()),
        What::Committed { again: false } => format!("{to} commits the write"),
        What::Committed { again: true } => {
            format!("{to} commits the write, which has taken effect before")
        }
        What::KeyKnown => {
            format!("{to} has the idempotency key on record, and does not make the write again")
        }
        What::RolledBack => {
            "the transaction is rolled back, and nothing of it can be seen".to_owned()
        }
        What::Enqueued(ahead) => {
            let behind = if ahead == 0 { String::new() } else { format!(" {}", behind(ahead)) };
            format!("the write is put into the queue of jobs{behind}")
        }
        What::JobDone => "the write leaves the queue of jobs, done".to_owned(),
        What::DeadConnections(1) => format!("a dead connection to {to} leaves the pool"),
        What::DeadConnections(dead) => {
            format!("{} dead connections to {to} leave the pool", count(dead.into()))
        }
        What::Connected => format!("a new connection to {to} is open"),
        What::WaitsForThread(ahead) => {
            format!("all threads of the service are busy, and the request waits {}", behind(ahead))
        }
        What::WaitsForConnection(ahead) => {
            format!("no connection to {to} is free, and the attempt waits {}", behind(ahead))
        }
        What::WaitsAtServer(ahead) => {
            format!("{to} has no place at work free, and the attempt waits there {}", behind(ahead))
        }
        What::PoolFull => {
            format!("the pool has no connection to {to} free, and no place to wait for one")
        }
        What::Restarted => format!("{to} is up again"),
        What::Answered { client, reply, latency } => answered(client, reply, &length(latency)),
        What::GaveUp { client, latency } => {
            format!("client {} gives up waiting after {}", count(client.into()), length(latency))
        }
        What::Called { .. } | What::Done(..) => format!("something happens at {to}"),
    }
}

fn answered(client: u32, reply: Reply, after: &str) -> String {
    let client = count(client.into());
    match reply {
        Reply::Success => format!("client {client} has its answer after {after}"),
        Reply::Fallback => {
            format!("client {client} has an answer in place of the real one after {after}")
        }
        Reply::Queued => {
            format!("client {client} is told after {after} that its write will be made later")
        }
        Reply::Failure => format!("client {client} gets an error after {after}"),
        Reply::FailedFast => {
            format!("client {client} gets an error after {after}, refused on our side")
        }
    }
}

fn finished(end: End, on: Option<Dependency>) -> String {
    let done = on.map_or_else(
        || "the client's own part ends".to_owned(),
        |on| format!("the part with {} ends", on.title()),
    );
    match end {
        End::Success => format!("{done} with success"),
        End::Failure(of) => format!("{done} with a failure: {}", failure(of)),
        End::Rejection(_) => format!("{done} without an answer, as it was refused"),
        End::Fallback { answer: of, .. } => format!("{done} with {}", answer(of)),
        End::HungUp => format!("{done}, as nobody waits for it any more"),
    }
}

fn decided(decision: &Decision, on: Option<Dependency>) -> String {
    match *decision {
        Decision::Sent(attempt) => {
            let attempt = count(attempt.into());
            match on {
                Some(on) => format!("attempt {attempt} goes to {}", on.title()),
                None => format!("the client sends attempt {attempt}"),
            }
        }
        Decision::Hedged(attempt) => {
            format!("attempt {} is sent beside the one in flight{}", count(attempt.into()), at(on))
        }
        Decision::Refused(of) => {
            format!("nothing is sent{}: {}", way(on), reasons::refusal(of, on, Present))
        }
        Decision::Transition(transition) => changes(&transition, on),
        Decision::ShadowTrip(of) => format!(
            "{} only observes; it would open now: {}",
            layer(LayerKind::Breaker, on),
            rules::cause(&of.cause)
        ),
        Decision::Queued(ahead) => {
            let bulkhead = layer(LayerKind::Bulkhead, on);
            format!("all slots of {bulkhead} are taken, and the call waits {}", behind(ahead))
        }
        Decision::TimedOut { limit, after } => {
            let (at, after) = (at(on), length(after));
            let from = on.map_or_else(String::new, |on| format!(" from {}", on.title()));
            let timeout = if on.is_some() { "the timeout" } else { "the client's timeout" };
            match limit {
                TimeLimit::Connect => {
                    format!("no connection{from} within {after}, and {timeout} ends the attempt")
                }
                TimeLimit::Attempt => {
                    format!("no answer{from} within {after}, and {timeout} ends the attempt")
                }
                TimeLimit::Call => format!("the {after} for the whole call{at} are over"),
                TimeLimit::Deadline => {
                    format!("the deadline of the call{at} has come after {after}")
                }
            }
        }
        Decision::Retry { failure: of, delay } => {
            let wait = if delay.as_micros() == 0 {
                "at once".to_owned()
            } else {
                format!("in {}", length(delay))
            };
            format!(
                "after this failure ({}) the next attempt{} follows {wait}",
                failure(of),
                at(on)
            )
        }
        Decision::GaveUp(reason) => {
            format!("no further attempt{}: {}", at(on), reasons::give_up(reason, Present))
        }
        Decision::Answered(Answer::Substitute) => {
            format!("{} turns to a substitute", layer(LayerKind::Fallback, on))
        }
        Decision::Answered(of) => {
            format!("{} answers with {}", layer(LayerKind::Fallback, on), answer(of))
        }
    }
}

fn way(on: Option<Dependency>) -> String {
    on.map_or_else(String::new, |on| format!(" to {}", on.title()))
}

/// The state of a breaker and what it does, in a few words.
pub(super) const fn state(state: StateName) -> &'static str {
    match state {
        StateName::Closed => "closed, and lets calls through",
        StateName::Open => "open, and lets nothing through",
        StateName::HalfOpen => "half-open, and lets only a few trials through",
    }
}

/// So many calls, for who counts them.
pub(super) fn calls(number: u64) -> String {
    plural(number, "call", "calls")
}

//! The explanation of an action, and its effect on calls.

use super::event::{Tense, clause};
use super::{Explanation, Line};
use crate::settings::words_of_change;
use fusebox::LayerKind;
use fusebox_sim::{Command, Dependency, Entry, Fault, FaultKind, Target, What};

/// The explanation of an action or of a restart, and of any other entry that concerns no single call.
#[must_use]
pub fn of_action(entry: &Entry) -> Explanation {
    let meaning = match entry.what {
        What::Done(on, command) => meaning(on, command),
        What::Restarted => {
            let on = entry.on.map_or(Target::Service, Target::Dependency);
            meaning(on, Command::Heal(FaultKind::Down))
        }
        _ => Vec::new(),
    };
    let did = Tense::Past.of(&clause(entry));
    let mut lines = vec![Line::at(entry.at, did.clone())];
    lines.extend(meaning.into_iter().map(Line::general));
    Explanation::new(did, lines)
}

fn meaning(on: Target, command: Command) -> Vec<&'static str> {
    let place = usize::from(on == Target::Service);
    match command {
        Command::Fault(fault) => {
            let mut lines = vec![effects(fault.kind())[place]];
            if on == Dependency::Postgres.into() && fault.kind() == FaultKind::Down {
                lines.push("Open transactions are rolled back.");
            }
            lines.push(match fault {
                Fault::Crash { .. } => "It restarts by itself, with empty caches.",
                _ => "This lasts until it is healed.",
            });
            if on == Dependency::Cache.into() {
                lines.push("Without the cache, the fallback has no stale answers to give.");
            }
            lines
        }
        Command::Heal(kind) => vec![effects(kind)[2 + place]],
        Command::HealAll => vec!["All its faults end."],
        Command::Set(change) => vec![keeps(words_of_change(change).0)],
        Command::Layer(kind, enabled) => {
            vec![switches(kind, enabled), "Calls in flight keep their layers."]
        }
    }
}

/// The effects of a fault on calls to a dependency and to the service, and those of its end.
const fn effects(kind: FaultKind) -> [&'static str; 4] {
    match kind {
        FaultKind::Down => [
            "Its work in progress is lost, and the connections to it are dead. New attempts are \
             refused at once, so no caller waits for it.",
            "Its process ends, and with it every request in it and everything in its memory: what \
             its breakers counted, what its budgets saved, its connections. New requests are \
             refused at once.",
            "It accepts new connections. The old ones are dead, and an attempt that uses one \
             without a check fails. All waiting callers may now come at once; jitter, budgets and \
             the breaker's trials spread them out.",
            "The new process knows nothing of the old one: its breakers are closed, its budgets \
             are full, and it has few connections open yet. All waiting clients may now come at \
             once.",
        ],
        FaultKind::Hang => [
            "Callers wait until their own timeout, and without a timeout forever. Each of them \
             keeps a thread, a slot and a connection meanwhile.",
            "Its process stands still: requests wait in the accept queue, no work starts or ends, \
             and none of its own timeouts fires. Only the deadlines of its clients do.",
            "It now completes the requests that it accepted, even those whose callers have left. \
             An open breaker notices with its next trial.",
            "It now processes everything that arrived meanwhile, and continues with the requests \
             that waited.",
        ],
        FaultKind::Slow => [
            "Work takes longer, so more of it is in flight at once and queues grow. Work that \
             takes longer than the timeout fails although the server completes it.",
            "Each request keeps its thread for longer before its first call, so fewer requests \
             use up the threads.",
            "New work takes its usual time; work in progress keeps its own. The queue comes \
             first, including requests whose callers have left.",
            "New work takes its usual time.",
        ],
        FaultKind::Flaky => [
            "Each request fails or succeeds at random, so that another attempt is likely to \
             succeed. This is what retries are for.",
            "A request may be answered with status 500 as soon as a thread takes it, before any \
             dependency is called.",
            "New requests succeed again.",
            "New requests succeed again.",
        ],
        FaultKind::RateLimited => [
            "Requests above the limit are answered at once, with the time to wait before the \
             next. Retries before that time make it worse.",
            "Requests above the limit are answered with status 429 at once, with the time to wait \
             before the next.",
            "New requests are accepted again, unless another limit applies.",
            "New requests are accepted again.",
        ],
        FaultKind::Partitioned => [
            "Callers wait until their own timeout, and cannot know whether their request was \
             executed: either the request or the answer was lost.",
            "Requests to it and answers from it are lost without an error. Clients wait until \
             their deadline.",
            "Messages to it and from it arrive again. Lost messages stay lost, and their senders \
             wait until their timeout.",
            "Messages between it and its clients arrive again. Lost messages stay lost.",
        ],
        FaultKind::Degraded => [
            "Work takes as long as before once it starts, but waits longer in the queue. More \
             retries make the queue longer still.",
            "Some of its threads take no new requests; all endpoints share the others.",
            "It works on as many requests at once as before, starting with its queue.",
            "All its threads take requests again.",
        ],
    }
}

/// What a changed part of a dependency keeps: the key of the part, none for the dependency itself.
fn keeps(part: Option<&str>) -> &'static str {
    match part {
        Some("timeout") => {
            "Attempts and calls that begin from now on have the new limits; those in flight keep theirs."
        }
        Some("retry") => {
            "Retries are decided by it from now on. The budget keeps the calls and tokens that it has \
             counted, as far as they fit."
        }
        Some("breaker") => {
            "It keeps its state and what is in its window, unless the window is of another kind. A \
             cooldown and trials that have begun end by the old settings."
        }
        Some("bulkhead") => {
            "Calls keep their slots and their places in the queue: if there are fewer now, the rest \
             drains; new slots go to the queue first."
        }
        Some("throttle" | "rate_limiter" | "rate_limit") => {
            "It keeps what it has counted, as far as that fits."
        }
        Some("pool") => {
            "Attempts keep their connections: those that are too many now close when they are given \
             back; new places go to the queue first."
        }
        Some("link") => "Messages that are sent from now on take the new time.",
        Some(_) => "It applies to what begins from now on.",
        None => {
            "Requests in progress keep their time, and those in the queue their place: if there is \
             less room now, the rest drains."
        }
    }
}

const fn switches(kind: LayerKind, enabled: bool) -> &'static str {
    match (kind, enabled) {
        (LayerKind::Timeout, true) => "No attempt waits longer than its timeout.",
        (LayerKind::Timeout, false) => "Attempts wait without a limit.",
        (LayerKind::Retry, true) => "A failed attempt is retried if the budget allows it.",
        (LayerKind::Retry, false) => "The first failure of a call is final.",
        (LayerKind::Breaker, true) => "It starts closed and counts how calls end.",
        (LayerKind::Breaker, false) => "Every call is sent, however often calls have failed.",
        (LayerKind::Fallback, true) => "Calls that fail or are rejected get a substitute answer.",
        (LayerKind::Fallback, false) => "Calls that fail return an error to the client.",
        (LayerKind::Bulkhead, true) => {
            "It limits concurrent calls, which keeps the other threads free."
        }
        (LayerKind::Bulkhead, false) => "Calls may take every thread of the service.",
        (LayerKind::Throttle, true) => {
            "It rejects calls at random, in proportion to recent refusals by the dependency."
        }
        (LayerKind::Throttle, false) => "Every call is sent, even if the dependency refuses many.",
        (LayerKind::Hedge, true) => {
            "If an attempt is slow to answer, a second one is sent beside it."
        }
        (LayerKind::Hedge, false) => "Each call waits for its one attempt, however slow it is.",
        (LayerKind::RateLimiter, true) => {
            "Calls above the rate limit are rejected before they are sent."
        }
        (LayerKind::RateLimiter, false) => "No limit applies to the rate of calls.",
    }
}

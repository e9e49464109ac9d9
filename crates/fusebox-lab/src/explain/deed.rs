//! The explanation of something that was done to the world: what it means for calls.

use super::clauses::{ailment, fault, layer_name};
use super::{Explanation, Line, event, outage};
use crate::words::sentence;
use fusebox::LayerKind;
use fusebox_sim::{Command, Dependency, Entry, Fault, FaultKind, What};

/// The explanation of a fault, a healing, a switch, or anything else that concerns no single call.
#[must_use]
pub fn of_deed(entry: &Entry) -> Explanation {
    let meaning = match entry.what {
        What::Done(Command::Fault(on, fault)) => breaks(on, fault),
        What::Done(Command::Heal(on, kind)) => heals(on, kind),
        What::Done(Command::Layer(on, kind, enabled)) => switches(on, kind, enabled),
        What::Done(Command::ServiceFault(fault)) => outage::breaks(fault),
        What::Done(Command::ServiceHeal(kind)) => outage::heals(kind),
        What::Restarted => entry.on.map_or_else(outage::comes_back, comes_back),
        _ => return Explanation::new(event(entry), vec![Line::at(entry.at, event(entry))]),
    };
    let mut lines = vec![Line::at(entry.at, event(entry))];
    lines.extend(meaning.into_iter().map(Line::general));
    let at = entry.at;
    let title = match entry.what {
        What::Done(
            Command::Fault(_, Fault::Crash { .. }) | Command::ServiceFault(Fault::Crash { .. }),
        ) => format!("{} crashes at {at}", target(entry)),
        What::Done(command) => format!("{} from {at} on", title(command)),
        _ => format!("{} is up again at {at}", target(entry)),
    };
    Explanation::new(sentence(&title), lines)
}

/// What something was done to.
fn target(entry: &Entry) -> &'static str {
    match entry.what {
        What::Done(command) => command.on().title(),
        _ => entry.on.map_or("the service", Dependency::title),
    }
}

/// What a command makes of what it is done to, in a few words.
fn title(command: Command) -> String {
    let on = command.on().title();
    match command {
        Command::Fault(_, fault) | Command::ServiceFault(fault) => {
            format!("{on} is {}", fault.name())
        }
        Command::Heal(_, kind) | Command::ServiceHeal(kind) => {
            format!("{on} is no longer {}", ailment(kind))
        }
        Command::Layer(_, kind, enabled) => {
            let way = if enabled { "on" } else { "off" };
            format!("the {} around {on} is {way}", layer_name(kind))
        }
    }
}

/// What was done, in the present.
pub(super) fn did(command: &Command) -> String {
    let on = command.on().title();
    match *command {
        Command::Fault(_, of) | Command::ServiceFault(of) => format!("{on} {}", fault(of)),
        Command::Heal(..) | Command::ServiceHeal(_) => title(*command),
        Command::Layer(_, kind, true) => {
            format!("the {} around {on} is switched on", layer_name(kind))
        }
        Command::Layer(_, kind, false) => {
            format!("the {} around {on} is switched off", layer_name(kind))
        }
    }
}

fn breaks(on: Dependency, fault: Fault) -> Vec<String> {
    let to = on.title();
    let first = match fault {
        Fault::Down | Fault::Crash { .. } => {
            let rolled_back = match on {
                Dependency::Postgres => ", open transactions are rolled back,",
                _ => "",
            };
            format!(
                "What {to} was working on is lost{rolled_back} and the connections to it are dead. \
                 New attempts are refused at once, so that nobody waits for an answer in vain."
            )
        }
        Fault::Hang => "Whoever asks waits until its own timeout, and without a timeout for ever. \
                        Each of them keeps a thread, a slot and a connection all that time."
            .to_owned(),
        Fault::Slow { .. } => "Work takes longer, so more of it is under way at once and queues \
                               grow. What takes longer than the timeout fails although it is being \
                               done."
            .to_owned(),
        Fault::Flaky { .. } => {
            "Each piece of work fails or succeeds by chance, so that another try \
                                is likely to help: this is what retries are for."
                .to_owned()
        }
        Fault::RateLimit { .. } => "What is beyond the limit is answered at once, with the time \
                                    after which to come back. To try again before that makes it \
                                    worse."
            .to_owned(),
        Fault::Partition => {
            "Whoever asks waits until its own timeout, and cannot know whether what \
                             it asked for was done: the question or the answer may be what was \
                             lost."
                .to_owned()
        }
        Fault::Capacity { .. } => {
            "Work takes as long as before once it has begun, but waits longer \
                                   for its turn. More retries make the queue longer still."
                .to_owned()
        }
    };
    let then = match fault {
        Fault::Crash { .. } => "It comes back by itself, with empty caches where it has any.",
        _ => "It stays so until it is healed.",
    };
    let mut lines = vec![first, then.to_owned()];
    if on == Dependency::Cache {
        lines.push("While the cache is away, the fallback has no old answers to give.".to_owned());
    }
    lines
}

fn heals(on: Dependency, kind: FaultKind) -> Vec<String> {
    let to = on.title();
    vec![match kind {
        FaultKind::Down => comes_back(on).join(" "),
        FaultKind::Hang => format!(
            "What {to} has taken meanwhile is done now, even where nobody waits for it any more. A \
             breaker that is open notices with its next trial."
        ),
        FaultKind::Slow => format!(
            "What {to} starts from now on takes its usual time; what it has started keeps its own. \
             First comes what waits in its queue, even where nobody waits for the answer any more."
        ),
        FaultKind::Partition => format!(
            "Messages to and from {to} arrive again. What was lost stays lost, and who waits for it \
             waits until the timeout."
        ),
        FaultKind::Capacity => {
            format!("All places at work in {to} can be taken again, first by those who wait there.")
        }
        FaultKind::Flaky => "What begins from now on succeeds again.".to_owned(),
        FaultKind::RateLimit => {
            "What comes from now on is taken again, unless it has a limit of its own.".to_owned()
        }
    }]
}

fn comes_back(on: Dependency) -> Vec<String> {
    let to = on.title();
    vec![
        format!(
            "New connections to {to} are taken again. Those of before are dead, and whoever uses one \
             without a look at it first loses an attempt."
        ),
        "All who waited for this may now come at once; jitter, budgets and the trials of a breaker \
         are what spreads them out."
            .to_owned(),
    ]
}

fn switches(on: Dependency, kind: LayerKind, enabled: bool) -> Vec<String> {
    let to = on.title();
    let line = match (kind, enabled) {
        (LayerKind::Timeout, true) => format!("No attempt at {to} waits longer than the limit."),
        (LayerKind::Timeout, false) => {
            format!("Nothing limits the wait for {to} any more.")
        }
        (LayerKind::Retry, true) => {
            "An attempt that failed is made again, as far as its budget allows.".to_owned()
        }
        (LayerKind::Retry, false) => "The first failure of a call is its last.".to_owned(),
        (LayerKind::Breaker, true) => {
            format!("It begins closed and counts how the calls to {to} end.")
        }
        (LayerKind::Breaker, false) => {
            format!("Every call goes to {to}, however often it has failed.")
        }
        (LayerKind::Fallback, true) => {
            "Where a call fails or is refused, something stands in for the answer.".to_owned()
        }
        (LayerKind::Fallback, false) => "Where a call fails, the client gets an error.".to_owned(),
        (LayerKind::Bulkhead, true) => {
            format!("Only so many calls are with {to} at once, and the others keep their threads.")
        }
        (LayerKind::Bulkhead, false) => {
            format!("Calls to {to} may take every thread of the service.")
        }
        (LayerKind::Throttle, true) => {
            format!("Calls are turned away by chance, as often as {to} has not taken them of late.")
        }
        (LayerKind::RateLimiter, true) => {
            format!("Calls to {to} beyond the rate limit are refused before they are sent.")
        }
        (LayerKind::RateLimiter, false) => format!("Calls to {to} are sent at any rate."),
        (LayerKind::Hedge, true) => {
            format!("Where {to} is slow to answer, a second attempt is sent beside the first.")
        }
        (LayerKind::Hedge, false) => "Each attempt is waited for alone.".to_owned(),
        (LayerKind::Throttle, false) => {
            format!("Every call is sent to {to}, whatever it can take.")
        }
    };
    vec![line, "Calls that are under way keep what they have.".to_owned()]
}

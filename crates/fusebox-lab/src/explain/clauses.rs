//! Parts of sentences: layers, failures, endpoints, answers.

use crate::settings::{LAYERS, layer_name, words_of_change};
use crate::words::{count, length, plural};
use fusebox::{Answer, Failure, LayerKind};
use fusebox_sim::{Command, Dependency, Endpoint, Fault, Target};

/// A layer by its kind and place: `the breaker around the database`.
pub(super) fn layer(kind: LayerKind, on: Option<Dependency>) -> String {
    match on {
        Some(on) => format!("the {} around {}", layer_name(kind), on.title()),
        None => format!("the client's own {}", layer_name(kind)),
    }
}

/// The effect of a command on its target, as a clause in both tenses.
pub(super) fn did(on: Target, command: Command) -> String {
    let on = on.title();
    match command {
        Command::Fault(fault) => format!("{on} {}: it {}", begins(fault), fault.effect()),
        Command::Heal(kind) => format!("{on} is no longer {}", kind.words().state),
        Command::HealAll => format!("{on} <is|was> healed"),
        Command::Set(change) => {
            let (part, what) = words_of_change(change);
            let part = part.map(|part| (part.replace('_', " "), LAYERS.contains(&part)));
            let whose = match part {
                None => on.to_owned(),
                Some((part, true)) => format!("the {part} around {on}"),
                Some((part, false)) => format!("the {part} of {on}"),
            };
            format!("{whose} <gets|got> a new setting: {what}")
        }
        Command::Layer(kind, enabled) => {
            let way = if enabled { "on" } else { "off" };
            format!("the {} around {on} <is|was> switched {way}", layer_name(kind))
        }
    }
}

/// The verb for the begin of a fault.
fn begins(fault: Fault) -> String {
    match fault {
        Fault::Down => "<goes|went> down".to_owned(),
        Fault::Crash { .. } => "<crashes|crashed>".to_owned(),
        Fault::Hang => "<hangs|hung>".to_owned(),
        fault => format!("<becomes|became> {}", fault.words().state),
    }
}

/// Where a call is or goes: ` at the database`; nothing for the client's own part.
pub(super) fn place(word: &str, on: Option<Dependency>) -> String {
    on.map_or_else(String::new, |on| format!(" {word} {}", on.title()))
}

/// What a client calls for.
pub(super) const fn endpoint(endpoint: Endpoint) -> &'static str {
    match endpoint {
        Endpoint::Search => "a search",
        Endpoint::CachedRead => "a cached read",
        Endpoint::Health => "a health check",
        Endpoint::Mutation => "a write",
    }
}

/// A failure as a noun phrase.
pub(super) fn failure(failure: Failure) -> String {
    match failure {
        Failure::Status { code, retry_after: Some(wait), .. } => {
            format!("status {code}, Retry-After {}", length(wait))
        }
        failure => failure.to_string(),
    }
}

/// The answer of a fallback.
pub(super) fn answer(answer: Answer) -> String {
    match answer {
        Answer::Stale { age } => format!("a cached answer that <is|was> {} old", length(age)),
        Answer::Substitute => "the answer of a substitute".to_owned(),
        Answer::Default => "its fixed default answer".to_owned(),
        Answer::Unavailable { retry_after } => {
            format!("503 and Retry-After {}", length(retry_after))
        }
    }
}

/// A count with its noun: `no call`, `1 call`, `7 calls`.
pub(super) fn some(number: u64, one: &str, many: &str) -> String {
    if number == 0 { format!("no {many}") } else { plural(number, one, many) }
}

/// A position in a queue, behind this many others.
pub(super) fn behind(ahead: u32) -> String {
    match ahead {
        0 => "first in line".to_owned(),
        1 => "behind one other".to_owned(),
        ahead => format!("behind {} others", count(ahead.into())),
    }
}

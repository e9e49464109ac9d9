//! Who and what in a sentence: layers, failures, endpoints, faults.

use crate::words::{count, length, plural};
use fusebox::{Answer, Failure, LayerKind};
use fusebox_sim::{Dependency, Endpoint};

/// Whether a sentence is about what is or about what was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tense {
    Present,
    Past,
}

impl Tense {
    /// The word for the present or the one for the past.
    pub(super) const fn word(self, present: &'static str, past: &'static str) -> &'static str {
        match self {
            Self::Present => present,
            Self::Past => past,
        }
    }

    pub(super) const fn is(self) -> &'static str {
        self.word("is", "was")
    }

    pub(super) const fn are(self) -> &'static str {
        self.word("are", "were")
    }
}

/// A layer by its kind and place: `the breaker around the database`.
pub(super) fn layer(kind: LayerKind, on: Option<Dependency>) -> String {
    match on {
        Some(on) => format!("the {} around {}", layer_name(kind), on.title()),
        None => format!("the client's own {}", layer_name(kind)),
    }
}

/// A kind of layer in a sentence.
pub(super) const fn layer_name(kind: LayerKind) -> &'static str {
    match kind {
        LayerKind::Timeout => "timeout",
        LayerKind::Retry => "retry layer",
        LayerKind::Breaker => "breaker",
        LayerKind::Fallback => "fallback",
        LayerKind::Bulkhead => "bulkhead",
        LayerKind::Throttle => "throttle",
        LayerKind::RateLimiter => "rate limiter",
        LayerKind::Hedge => "hedging",
    }
}

/// What a client asks for.
pub(super) const fn endpoint(endpoint: Endpoint) -> &'static str {
    match endpoint {
        Endpoint::Search => "a search",
        Endpoint::CachedRead => "a cached read",
        Endpoint::Health => "a health check",
        Endpoint::Mutation => "a write",
    }
}

/// A failure as a thing.
pub(super) fn failure(failure: Failure) -> String {
    match failure {
        Failure::Connect => "connection refused".to_owned(),
        Failure::ConnectionLost => "connection lost".to_owned(),
        Failure::Timeout => "no answer in time".to_owned(),
        Failure::Aborted => "transaction rolled back".to_owned(),
        Failure::Status { code, retry_after: None } => format!("status {code}"),
        Failure::Status { code, retry_after: Some(wait) } => {
            format!("status {code}, Retry-After {}", length(wait))
        }
    }
}

/// What a fallback answers with.
pub(super) fn answer(answer: Answer) -> String {
    match answer {
        Answer::Stale { age } => format!("a cached answer that is {} old", length(age)),
        Answer::Substitute => "the answer of a substitute".to_owned(),
        Answer::Default => "its fixed default answer".to_owned(),
        Answer::Unavailable { retry_after } => {
            format!("503 and the advice to come back in {}", length(retry_after))
        }
    }
}

/// So many of something, or none: `no call`, `1 call`, `7 calls`.
pub(super) fn some(number: u64, one: &str, many: &str) -> String {
    if number == 0 { format!("no {many}") } else { plural(number, one, many) }
}

/// A share in thousandths: `33.3 %`, `50 %`.
pub(super) fn per_cent(per_mille: u32) -> String {
    match (per_mille / 10, per_mille % 10) {
        (whole, 0) => format!("{} %", count(whole.into())),
        (whole, tenth) => format!("{}.{tenth} %", count(whole.into())),
    }
}

/// Where somebody stands who waits behind so many.
pub(super) fn behind(ahead: u32) -> String {
    match ahead {
        0 => "as the first in line".to_owned(),
        1 => "behind one other".to_owned(),
        ahead => format!("behind {} others", count(ahead.into())),
    }
}

/// The slots of a bulkhead that are all taken: `all 20 slots of the bulkhead around the cache are`.
pub(super) fn all_slots(number: u32, bulkhead: &str, tense: Tense) -> String {
    let (one, many) = (format!("slot of {bulkhead}"), format!("slots of {bulkhead}"));
    all(number, &one, &many, tense)
}

/// So many of something that are all taken: `the one slot is`, `all 20 slots are`.
pub(super) fn all(number: u32, one: &str, many: &str, tense: Tense) -> String {
    match number {
        1 => format!("the one {one} {}", tense.is()),
        number => format!("all {} {many} {}", count(number.into()), tense.are()),
    }
}

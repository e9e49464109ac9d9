//! The breakers of a world: the one to show, and the status of the others.

use super::view::{BreakerAt, BreakerStatus};
use fusebox::time::{Duration, Instant};
use fusebox::{CircuitBreaker, Decision, Rejection, State};
use fusebox_sim::{Dependency, What, World};

/// The breaker on another dependency, and its status.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct OtherBreaker {
    pub(super) on: Dependency,
    pub(super) status: BreakerStatus,
}

/// Entries of the trace among which the newest rejection is looked for. While calls come it is among
/// them, and an older one says little.
const ENTRIES_SEARCHED: u64 = 200;

impl<'a> BreakerAt<'a> {
    /// The breaker on a dependency, as it is now.
    pub(crate) fn in_world(world: &'a World, on: Dependency) -> Self {
        let is_called = world.scenario().service.is_some() && world.scenario().used().contains(&on);
        let breaker = world.breaker(on).filter(|_| is_called);
        Self {
            on,
            breaker,
            is_on: world.gauges().dependencies[on].breaker.is_some(),
            now: world.now(),
            rejection: breaker.and_then(|breaker| newest_rejection(world, breaker, on)),
        }
    }
}

/// The breakers on all dependencies but one.
pub(crate) fn others(world: &World, shown: Dependency) -> Vec<OtherBreaker> {
    let others = Dependency::ALL.into_iter().filter(|&on| on != shown);
    let status = |on| BreakerAt::in_world(world, on).status();
    let others = others.map(|on| OtherBreaker { on, status: status(on) });
    others.filter(|other| other.status != BreakerStatus::Absent).collect()
}

/// When an open breaker last rejected a call, and how long it stayed open from then on.
fn newest_rejection(
    world: &World,
    breaker: &CircuitBreaker,
    on: Dependency,
) -> Option<(Instant, Duration)> {
    let opened =
        breaker.last_transition().filter(|_| matches!(breaker.state(), State::Open { .. }))?;
    let first = world.trace().added().saturating_sub(ENTRIES_SEARCHED);
    let newest = world.trace().since(first).rev().take_while(|entry| entry.at >= opened.at);
    newest.filter(|entry| entry.on == Some(on)).find_map(|entry| match entry.what {
        What::Decided(Decision::Refused(Rejection::BreakerOpen { retry_after, .. })) => {
            Some((entry.at, retry_after))
        }
        _ => None,
    })
}

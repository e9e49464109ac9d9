//! Retries as a share of the calls of the last while.

use super::{RetryPermit, Shortage};
use crate::rolling::{Rolling, Tally};
use crate::time::{Duration, Instant};

/// At most `ratio * calls + floor * ttl` retries over the last `ttl`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Traffic {
    per_ten_thousand: u32,
    /// What is there with no traffic at all, in [`RETRY`].
    reserve: u128,
    ttl: Duration,
    window: Rolling<Sums>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Sums {
    calls: u64,
    retries: u64,
}

impl Tally for Sums {
    fn add(&mut self, other: Self) {
        self.calls = self.calls.saturating_add(other.calls);
        self.retries = self.retries.saturating_add(other.retries);
    }

    fn subtract(&mut self, other: Self) {
        self.calls = self.calls.saturating_sub(other.calls);
        self.retries = self.retries.saturating_sub(other.retries);
    }
}

/// One retry. In this unit a ratio of one in 10,000 calls and a rate of one a second over some
/// microseconds are both whole numbers, so that nothing is ever rounded.
const RETRY: u128 = 10_000 * 1_000_000;

impl Traffic {
    pub(super) fn new(per_ten_thousand: u32, min_per_second: u32, ttl: Duration) -> Self {
        let reserve = u128::from(min_per_second) * u128::from(ttl.as_micros()) * 10_000;
        Self { per_ten_thousand, reserve, ttl, window: Rolling::new(ttl) }
    }

    pub(super) fn start_call(&mut self, now: Instant) {
        self.window.record(now, Sums { calls: 1, retries: 0 });
    }

    pub(super) fn shortage(&self, now: Instant) -> Shortage {
        let Sums { calls, retries } = self.window.peek(now);
        Shortage::Traffic { retries, calls, ttl: self.ttl }
    }

    pub(super) fn try_withdraw(&mut self, now: Instant) -> Option<RetryPermit> {
        let Sums { calls, retries } = self.window.total(now);
        let earned = u128::from(calls) * u128::from(self.per_ten_thousand) * (RETRY / 10_000);
        if (u128::from(retries) + 1) * RETRY > earned + self.reserve {
            return None;
        }
        self.window.record(now, Sums { calls: 0, retries: 1 });
        Some(RetryPermit::FREE)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn traffic(per_ten_thousand: u32, min_per_second: u32, millis: u64) -> Traffic {
        Traffic::new(per_ten_thousand, min_per_second, Duration::from_millis(millis))
    }

    fn drain(traffic: &mut Traffic, now: Instant) -> usize {
        (0..100_000).take_while(|_| traffic.try_withdraw(now).is_some()).count()
    }

    #[test]
    fn a_ratio_above_one_gives_several_retries_for_a_call() {
        let mut traffic = traffic(10_000_000, 0, 1_000);
        traffic.start_call(Instant::ZERO);
        assert_eq!(drain(&mut traffic, Instant::ZERO), 1_000);
    }

    #[test]
    fn parts_of_a_retry_add_up_across_ratio_and_floor() {
        // 1.5 from the floor, and 0.25 for each call.
        let mut traffic = traffic(2_500, 1, 1_500);
        assert_eq!(drain(&mut traffic, Instant::ZERO), 1);
        traffic.start_call(Instant::ZERO);
        assert_eq!(drain(&mut traffic, Instant::ZERO), 0);
        traffic.start_call(Instant::ZERO);
        assert_eq!(drain(&mut traffic, Instant::ZERO), 1);
    }

    #[test]
    fn the_floor_is_there_again_when_its_retries_are_forgotten() {
        let mut traffic = traffic(0, 5, 1_000);
        let at = Instant::from_millis;
        assert_eq!(drain(&mut traffic, at(0)), 5);
        assert_eq!(drain(&mut traffic, at(979)), 0);
        assert_eq!(drain(&mut traffic, at(1_000)), 5);
        assert_eq!(drain(&mut traffic, at(3_600_000)), 5, "no more than the reserve is saved");
        assert_eq!(drain(&mut traffic, at(10)), 0, "a clock that steps back gives nothing");
    }
}

//! Retries as long as few enough attempts fail.

use super::{RetryPermit, Shortage};

/// Retries only while failures are at most this share of the calls, both since the start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct FailureRate {
    per_ten_thousand: u32,
    calls: u64,
    failures: u64,
}

impl FailureRate {
    pub(super) const fn new(per_ten_thousand: u32) -> Self {
        Self { per_ten_thousand, calls: 0, failures: 0 }
    }

    pub(super) const fn shortage(self) -> Shortage {
        let Self { per_ten_thousand, calls, failures } = self;
        Shortage::FailureRate { failures, calls, per_ten_thousand }
    }

    pub(super) const fn start_call(&mut self) {
        self.calls = self.calls.saturating_add(1);
    }

    pub(super) const fn on_failure(&mut self) {
        self.failures = self.failures.saturating_add(1);
    }

    pub(super) fn try_withdraw(self) -> Option<RetryPermit> {
        let failed = u128::from(self.failures) * 10_000;
        let allowed = u128::from(self.calls) * u128::from(self.per_ten_thousand);
        (failed <= allowed).then_some(RetryPermit::FREE)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allows(per_ten_thousand: u32, failures: u64, calls: u64) -> bool {
        FailureRate { per_ten_thousand, calls, failures }.try_withdraw().is_some()
    }

    #[test]
    fn exactly_the_share_is_still_allowed() {
        for (share, failures, calls, allowed) in [
            (1_000, 1, 10, true),
            (1_000, 1, 9, false),
            (1_000, 2, 19, false),
            (3_333, 3_333, 10_000, true),
            (3_333, 1, 3, false),
            (0, 0, 100, true),
            (0, 1, 1_000_000, false),
            (10_000, 7, 7, true),
            (10_000, 8, 7, false),
            (1_000, 1, 0, false),
        ] {
            assert_eq!(allows(share, failures, calls), allowed, "{failures} of {calls}");
        }
    }

    #[test]
    fn counters_at_their_end_stay_there() {
        let full = FailureRate { per_ten_thousand: 10_000, calls: u64::MAX, failures: u64::MAX };
        let mut share = full;
        share.start_call();
        share.on_failure();
        assert_eq!(share, full);
        assert!(allows(10_000, u64::MAX, u64::MAX));
        assert!(!allows(9_999, u64::MAX, u64::MAX));
    }
}

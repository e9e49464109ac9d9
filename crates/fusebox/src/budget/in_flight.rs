//! Retries as a share of the calls under way.

use super::RetryPermit;

/// At most the greater of `share * calls under way` and `floor` retries at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct InFlight {
    pub(super) per_ten_thousand: u32,
    pub(super) floor: u32,
}

impl InFlight {
    pub(super) fn try_withdraw(self, calls: u32, retries: u32) -> Option<RetryPermit> {
        let retries = u64::from(retries) + 1;
        let earned = u64::from(calls) * u64::from(self.per_ten_thousand);
        let allowed = retries <= u64::from(self.floor) || retries * 10_000 <= earned;
        allowed.then_some(RetryPermit::FREE)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_greater_of_share_and_floor_counts_and_parts_of_a_retry_do_not() {
        let in_flight = InFlight { per_ten_thousand: 2_000, floor: 3 };
        let most = |calls| (0..1_000_000).find(|&n| in_flight.try_withdraw(calls, n).is_none());
        let calls = [0, 2, 15, 19, 20, 24, 25, 1_000_000];
        assert_eq!(calls.map(most), [3, 3, 3, 3, 4, 4, 5, 200_000].map(Some));
    }

    #[test]
    fn the_largest_numbers_are_numbers_like_any_other() {
        let all = InFlight { per_ten_thousand: 10_000, floor: 0 };
        assert!(all.try_withdraw(u32::MAX, u32::MAX - 1).is_some());
        assert!(all.try_withdraw(u32::MAX, u32::MAX).is_none());
    }
}

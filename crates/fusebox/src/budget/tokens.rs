//! Retries as long as most attempts succeed.

use super::{RetryPermit, Shortage};

/// A bucket of tokens, in ten-thousandths: a failure takes one out, a success puts a part of one in.
///
/// In the long run it lets retries through up to a failure rate of `ratio / (1 + ratio)`, where the
/// ratio is what a success puts in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Tokens {
    most: u64,
    on_success: u64,
    left: u64,
}

const TOKEN: u64 = 10_000;

impl Tokens {
    pub(super) fn new(tokens: u32, success_refill_per_ten_thousand: u32) -> Self {
        let most = u64::from(tokens) * TOKEN;
        Self { most, on_success: u64::from(success_refill_per_ten_thousand), left: most }
    }

    pub(super) const fn shortage(self) -> Shortage {
        Shortage::Tokens { left: self.left, of: self.most }
    }

    pub(super) fn try_withdraw(self) -> Option<RetryPermit> {
        (self.left > self.most / 2).then_some(RetryPermit::FREE)
    }

    pub(super) fn on_success(&mut self) {
        self.left = (self.left + self.on_success).min(self.most);
    }

    pub(super) const fn on_failure(&mut self) {
        self.left = self.left.saturating_sub(TOKEN);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allows(tokens: Tokens) -> bool {
        tokens.try_withdraw().is_some()
    }

    #[test]
    fn retries_stop_at_half_and_go_on_just_above_it() {
        let mut tokens = Tokens::new(10, 1);
        for _ in 0..4 {
            tokens.on_failure();
            assert!(allows(tokens));
        }
        tokens.on_failure();
        assert!(!allows(tokens), "5 of 10 is not more than half");
        tokens.on_success();
        assert!(allows(tokens), "5.0001 of 10 is");
    }

    #[test]
    fn half_of_an_odd_number_is_exact() {
        let mut tokens = Tokens::new(1, 5_000);
        assert!(allows(tokens));
        tokens.on_failure();
        tokens.on_success();
        assert!(!allows(tokens), "0.5 of 1");
    }

    #[test]
    fn the_bucket_has_a_bottom_and_a_rim() {
        let mut tokens = Tokens::new(3, 10_000);
        (0..100).for_each(|_| tokens.on_failure());
        tokens.on_success();
        assert!(!allows(tokens));
        tokens.on_success();
        assert!(allows(tokens));
        (0..100).for_each(|_| tokens.on_success());
        assert_eq!(tokens, Tokens::new(3, 10_000));
    }
}

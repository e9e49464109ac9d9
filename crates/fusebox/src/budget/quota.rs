//! Retries from a stock that only successes fill again.

use super::{RetryPermit, Shortage};
use crate::outcome::Failure;

/// A stock from which a retry takes its price, to be brought back by its success.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Quota {
    stock: u32,
    price: u32,
    throttled_cost: u32,
    left: u32,
}

/// What the success of a first attempt brings.
const CLEAN: u32 = 1;

impl Quota {
    pub(super) const fn new(stock: u32, price: u32, throttled_cost: u32) -> Self {
        Self { stock, price, throttled_cost, left: stock }
    }

    pub(super) const fn shortage(self, failure: Failure) -> Shortage {
        Shortage::Quota { left: self.left, price: self.price(failure) }
    }

    const fn price(self, failure: Failure) -> u32 {
        match failure {
            Failure::Status { code: 429 | 503, .. } => self.throttled_cost,
            _ => self.price,
        }
    }

    pub(super) fn try_withdraw(&mut self, failure: Failure) -> Option<RetryPermit> {
        let price = self.price(failure);
        self.left = self.left.checked_sub(price)?;
        Some(RetryPermit { price })
    }

    pub(super) fn on_success(&mut self, permit: Option<RetryPermit>) {
        let back = permit.map_or(CLEAN, |permit| permit.price);
        self.left = self.left.saturating_add(back).min(self.stock);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drain(quota: &mut Quota, failure: Failure) -> usize {
        (0..1_000).take_while(|_| quota.try_withdraw(failure).is_some()).count()
    }

    #[test]
    fn a_total_outage_gives_as_many_retries_as_the_stock_pays() {
        for (failure, retries) in [
            (Failure::Timeout, 35),
            (Failure::status(500), 35),
            (Failure::status(429), 100),
            (Failure::status(503), 100),
        ] {
            assert_eq!(drain(&mut Quota::new(500, 14, 5), failure), retries, "{failure}");
        }
    }

    #[test]
    fn a_refusal_takes_nothing_from_what_is_left() {
        let mut quota = Quota::new(500, 14, 5);
        assert_eq!(drain(&mut quota, Failure::Timeout), 35);
        assert_eq!(drain(&mut quota, Failure::status(503)), 2, "10 are left");
    }

    #[test]
    fn success_brings_the_price_back_and_a_clean_one_brings_1() {
        let mut quota = Quota::new(20, 14, 5);
        let permit = quota.try_withdraw(Failure::Timeout);
        assert!(quota.try_withdraw(Failure::Timeout).is_none());
        quota.on_success(permit);
        assert_eq!(quota, Quota::new(20, 14, 5));
        let _lost = quota.try_withdraw(Failure::Timeout).unwrap();
        (0..7).for_each(|_| quota.on_success(None));
        assert!(quota.try_withdraw(Failure::Timeout).is_none(), "13 are left");
        quota.on_success(None);
        assert!(quota.try_withdraw(Failure::Timeout).is_some());
        (0..100).for_each(|_| quota.on_success(None));
        assert_eq!(quota, Quota::new(20, 14, 5), "never more than the stock");
    }
}

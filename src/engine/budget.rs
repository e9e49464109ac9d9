//! A budget for retries: a share of the traffic, so that a mass failure cannot multiply the load.
//!
//! It is a bucket of tokens. Each call puts in a fraction of a token, time puts in a few more, and
//! a retry takes a whole one or is refused. It is asked before the wait, not after it.

use crate::engine::config::{ConfigError, require};
use crate::time::Instant;

/// The settings of a [`RetryBudget`]; the default is 10 % of the calls and one retry a second.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BudgetConfig {
    /// Retries per 10,000 calls: 0 to 10,000.
    pub per_ten_thousand: u32,
    /// Retries a second that are there with no traffic at all: 0 to 10,000.
    pub floor_per_second: u32,
    /// The most retries that can be saved up; it starts full: 1 to 1,000,000.
    pub burst: u32,
}

impl Default for BudgetConfig {
    fn default() -> Self {
        Self { per_ten_thousand: 1_000, floor_per_second: 1, burst: 10 }
    }
}

/// One retry. In this unit a ratio of one in 10,000 calls and a rate of one a second, in
/// microseconds, are both whole numbers, so that nothing is ever rounded.
const RETRY: u64 = 10_000 * 1_000_000;

/// A budget for retries, shared by the calls of one pipeline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RetryBudget {
    config: BudgetConfig,
    tokens: u64,
    filled_at: Instant,
}

impl RetryBudget {
    /// A full budget.
    ///
    /// # Errors
    /// When a setting is outside the range that [`BudgetConfig`] states.
    pub fn new(config: BudgetConfig) -> Result<Self, ConfigError> {
        let BudgetConfig { per_ten_thousand: ratio, floor_per_second: floor, burst } = config;
        require(ratio <= 10_000, "budget.ratio", ratio, "0 to 10,000 per 10,000 calls")?;
        require(floor <= 10_000, "budget.floor", floor, "0 to 10,000 a second")?;
        let in_range = (1..=1_000_000).contains(&burst);
        require(in_range, "budget.burst", burst, "1 to 1,000,000 retries")?;
        Ok(Self { config, tokens: u64::from(burst) * RETRY, filled_at: Instant::ZERO })
    }

    /// Counts a call that starts.
    pub fn deposit(&mut self) {
        self.add(u64::from(self.config.per_ten_thousand) * (RETRY / 10_000));
    }

    /// Takes one retry out; false where there is none, and then nothing is taken.
    #[must_use]
    pub fn try_withdraw(&mut self, now: Instant) -> bool {
        let passed = now.since(self.filled_at).as_micros();
        self.filled_at = self.filled_at.max(now);
        let floor = u64::from(self.config.floor_per_second) * (RETRY / 1_000_000);
        self.add(passed.saturating_mul(floor));
        let enough = self.tokens >= RETRY;
        if enough {
            self.tokens -= RETRY;
        }
        enough
    }

    fn add(&mut self, tokens: u64) {
        let most = u64::from(self.config.burst) * RETRY;
        self.tokens = self.tokens.saturating_add(tokens).min(most);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn budget(per_ten_thousand: u32, floor_per_second: u32, burst: u32) -> RetryBudget {
        RetryBudget::new(BudgetConfig { per_ten_thousand, floor_per_second, burst }).unwrap()
    }

    #[test]
    fn every_ratio_is_exact_to_one_retry_in_ten_thousand_calls() {
        for ratio in [1_000, 5_000, 2_500, 7_500, 9_900, 9_990, 9_999, 100, 10, 1] {
            let mut budget = budget(ratio, 0, 2);
            assert!((0..2).all(|_| budget.try_withdraw(Instant::ZERO)), "it starts full");
            let mut retries = 0;
            for _ in 0..10_000 {
                budget.deposit();
                retries += u32::from(budget.try_withdraw(Instant::ZERO));
            }
            assert_eq!(retries, ratio);
        }
    }

    #[test]
    fn the_floor_gives_its_rate_without_traffic() {
        let mut budget = budget(0, 5, 5);
        let in_second = |budget: &mut RetryBudget, second| {
            (0..100).filter(|_| budget.try_withdraw(Instant::from_secs(second))).count()
        };
        assert_eq!(in_second(&mut budget, 0), 5);
        assert_eq!(in_second(&mut budget, 0), 0);
        assert_eq!(in_second(&mut budget, 1), 5);
        assert_eq!(in_second(&mut budget, 3_600), 5, "no more than the burst is saved");
        assert_eq!(in_second(&mut budget, 10), 0, "a clock that steps back gives nothing");
    }

    #[test]
    fn settings_out_of_range_name_themselves() {
        let default = BudgetConfig::default();
        for (config, field) in [
            (BudgetConfig { per_ten_thousand: 10_001, ..default }, "budget.ratio"),
            (BudgetConfig { floor_per_second: 10_001, ..default }, "budget.floor"),
            (BudgetConfig { burst: 0, ..default }, "budget.burst"),
        ] {
            assert_eq!(RetryBudget::new(config).unwrap_err().field, field);
        }
    }
}

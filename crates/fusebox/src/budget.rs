//! A budget for retries, so that a mass failure cannot multiply the load.

mod bucket;
mod failure_rate;
mod in_flight;
mod quota;
mod tokens;
mod traffic;

use crate::config::{ConfigError, require_in};
use crate::outcome::{Failure, Outcome};
use crate::time::{Duration, Instant};
use bucket::Bucket;
use core::ops::RangeInclusive;
use failure_rate::FailureRate;
use in_flight::InFlight;
use quota::Quota;
use tokens::Tokens;
use traffic::Traffic;

/// The settings of a [`RetryBudget`]; the default is [`BudgetConfig::Traffic`] with 10 % of the
/// calls of the last 10 s and one retry a second.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BudgetConfig {
    /// Over the last `ttl`, at most `ratio * calls + floor * ttl` retries (Finagle's `RetryBudget`,
    /// tower's `TpsBudget`).
    Traffic {
        /// The ratio: retries per 10,000 calls, 0 to 10,000,000.
        per_ten_thousand: u32,
        /// The floor: retries a second that are there with no traffic at all, 0 to 10,000.
        min_per_second: u32,
        /// How long a call and a retry count: 1 s to 60 s, forgotten in steps of 2 %.
        ttl: Duration,
    },
    /// At most the greater of `share * calls under way` and `floor` retries at once, each held from
    /// the decision until its attempt has ended (Envoy's `retry_budget`, failsafe-go's `Budget`).
    InFlight {
        /// The share: retries per 10,000 calls under way, 0 to 10,000.
        per_ten_thousand: u32,
        /// The floor: retries that may be under way with few calls, 0 to 1,000,000.
        floor: u32,
    },
    /// A bucket from which a failed attempt takes a token, and to which a success adds a part of
    /// one; no retry where it is half empty or less (gRPC's retry throttling, proposal A6).
    Tokens {
        /// Tokens in a full bucket, with which it starts: 1 to 1,000,000.
        tokens: u32,
        /// What a success adds, in ten-thousandths of a token: 1 to 1,000,000.
        success_refill_per_ten_thousand: u32,
    },
    /// A stock from which a retry takes its price (the standard retry mode of the AWS SDKs).
    ///
    /// A retry that succeeds brings its price back, and a first attempt that succeeds brings 1.
    Quota {
        /// A full stock, with which it starts: 1 to 1,000,000.
        stock: u32,
        /// The price of a retry: 1 to 1,000,000.
        price: u32,
        /// The price of a retry after a 429 or a 503: 1 to 1,000,000.
        throttled_cost: u32,
    },
    /// A bucket to which a call that starts adds a part of a token, and from which a retry takes one
    /// where there is more than one (Brooker, "Fixing retries with token buckets and circuit
    /// breakers", 2022; the rule is that of the simulation published with it).
    ///
    /// One token is not more than one, so that a full bucket of 5 gives 4 retries, and one of 1
    /// never any. There is no limit for a single call here; [`RetryConfig`](super::RetryConfig) has
    /// one.
    Bucket {
        /// Tokens in a full bucket, with which it starts: 1 to 1,000,000.
        tokens: u32,
        /// What a call that starts adds, in ten-thousandths of a token: 1 to 1,000,000.
        call_refill_per_ten_thousand: u32,
    },
    /// Retries only while at most this share of the calls has failed, both counted since the start
    /// (the "circuit breaker for retries" of the same source).
    ///
    /// A call counts when it starts and a failure when its attempt ends, retries and last attempts
    /// included, so that there may be more failures than calls. Nothing is ever forgotten: what
    /// allows a retry is the past as a whole.
    FailureRate {
        /// The share: failed attempts per 10,000 calls, 0 to 10,000.
        per_ten_thousand: u32,
    },
}

impl BudgetConfig {
    /// What Finagle has where nothing is said: 20 % of the calls of 10 s, and 10 retries a second.
    pub const FINAGLE: Self =
        Self::Traffic { per_ten_thousand: 2_000, min_per_second: 10, ttl: Duration::from_secs(10) };

    /// What Envoy has where nothing is said: 20 % of the calls under way, and never less than 3.
    pub const ENVOY: Self = Self::InFlight { per_ten_thousand: 2_000, floor: 3 };

    /// The example of gRPC's proposal A6: 10 tokens, and a tenth of one for a success.
    pub const GRPC: Self = Self::Tokens { tokens: 10, success_refill_per_ten_thousand: 1_000 };

    /// What the AWS SDKs have from 2026 on: 500 for retries that cost 14, or 5 after throttling.
    pub const AWS: Self = Self::Quota { stock: 500, price: 14, throttled_cost: 5 };

    /// The range of the ratio of [`BudgetConfig::Traffic`], in ten-thousandths.
    pub const TRAFFIC_PER_TEN_THOUSAND: RangeInclusive<u32> = 0..=10_000_000;
    /// The range of every other share of calls, in ten-thousandths.
    pub const PER_TEN_THOUSAND: RangeInclusive<u32> = 0..=10_000;
    /// The range of the retries a second that are always allowed.
    pub const MIN_PER_SECOND: RangeInclusive<u32> = 0..=10_000;
    /// The range of how long a call counts.
    pub const TTL: RangeInclusive<Duration> = Duration::from_secs(1)..=Duration::from_secs(60);
    /// The range of the retries in flight that are always allowed.
    pub const FLOOR: RangeInclusive<u32> = 0..=1_000_000;
    /// The range of every number of tokens, whole or in ten-thousandths, and of every cost.
    pub const TOKENS: RangeInclusive<u32> = 1..=1_000_000;

    fn check(self) -> Result<Self, ConfigError> {
        let ratio = |range, ratio| require_in(&range, "budget.per_ten_thousand", ratio);
        let million = |field, value| require_in(&Self::TOKENS, field, value);
        match self {
            Self::Traffic { per_ten_thousand, min_per_second: floor, ttl } => {
                ratio(Self::TRAFFIC_PER_TEN_THOUSAND, per_ten_thousand)?;
                require_in(&Self::MIN_PER_SECOND, "budget.min_per_second", floor)?;
                require_in(&Self::TTL, "budget.ttl", ttl)?;
            }
            Self::InFlight { per_ten_thousand, floor } => {
                ratio(Self::PER_TEN_THOUSAND, per_ten_thousand)?;
                require_in(&Self::FLOOR, "budget.floor", floor)?;
            }
            Self::Tokens { tokens, success_refill_per_ten_thousand } => {
                million("budget.tokens", tokens)?;
                million("budget.success_refill_per_ten_thousand", success_refill_per_ten_thousand)?;
            }
            Self::Quota { stock, price, throttled_cost } => {
                million("budget.stock", stock)?;
                million("budget.price", price)?;
                million("budget.throttled_price", throttled_cost)?;
            }
            Self::Bucket { tokens, call_refill_per_ten_thousand } => {
                million("budget.tokens", tokens)?;
                million("budget.call_refill_per_ten_thousand", call_refill_per_ten_thousand)?;
            }
            Self::FailureRate { per_ten_thousand } => {
                ratio(Self::PER_TEN_THOUSAND, per_ten_thousand)?;
            }
        }
        Ok(self)
    }
}

impl Default for BudgetConfig {
    fn default() -> Self {
        Self::Traffic { per_ten_thousand: 1_000, min_per_second: 1, ttl: Duration::from_secs(10) }
    }
}

/// Leave to make one retry, to be given back by [`RetryBudget::attempt_ended`].
///
/// It can be neither copied nor given back twice. One that is dropped instead counts as a retry that
/// never ends.
#[derive(Debug, PartialEq, Eq)]
#[must_use = "a permit is to be given back when the retry has ended"]
pub struct RetryPermit {
    /// What it has taken from a [`Quota`]; nothing from the other forms.
    price: u32,
}

impl RetryPermit {
    const FREE: Self = Self { price: 0 };

    /// The same permit in a copy of the whole world that it is in; there is no other use for two of one.
    #[cfg(feature = "checkpoint")]
    pub(crate) const fn in_a_copy(&self) -> Self {
        Self { price: self.price }
    }
}

/// Why a budget has no retry: the numbers that its rule compares.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shortage {
    /// See [`BudgetConfig::Traffic`].
    Traffic {
        /// Retries in the last `ttl`.
        retries: u64,
        /// Calls in the last `ttl`.
        calls: u64,
        /// The time that counts.
        ttl: Duration,
    },
    /// See [`BudgetConfig::InFlight`].
    InFlight {
        /// Retries under way.
        retries: u32,
        /// Calls under way.
        calls: u32,
    },
    /// See [`BudgetConfig::Tokens`].
    Tokens {
        /// The tokens that are left, in ten-thousandths.
        left: u64,
        /// The most tokens, in ten-thousandths, of which more than half must be left.
        of: u64,
    },
    /// See [`BudgetConfig::Quota`].
    Quota {
        /// What is left of the stock.
        left: u32,
        /// What the retry would have cost.
        price: u32,
    },
    /// See [`BudgetConfig::Bucket`].
    Bucket {
        /// The tokens that are left, in ten-thousandths, of which more than 10,000 must be.
        left: u64,
        /// The most tokens, in ten-thousandths.
        of: u64,
    },
    /// See [`BudgetConfig::FailureRate`].
    FailureRate {
        /// Attempts that have failed since the start.
        failures: u64,
        /// Calls that have started since then.
        calls: u64,
        /// The share that is allowed, in failures per 10,000 calls.
        per_ten_thousand: u32,
    },
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Form {
    Traffic(Traffic),
    InFlight(InFlight),
    Tokens(Tokens),
    Quota(Quota),
    Bucket(Bucket),
    FailureRate(FailureRate),
}

/// A budget for retries, shared by the calls of one pipeline.
///
/// | form | a retry is paid from | as in |
/// |---|---|---|
/// | [`BudgetConfig::Traffic`] | the calls of the last while | Finagle, tower |
/// | [`BudgetConfig::InFlight`] | the calls under way | Envoy |
/// | [`BudgetConfig::Tokens`] | the successes, less the failures | gRPC |
/// | [`BudgetConfig::Quota`] | a stock that successes fill again | AWS SDKs |
/// | [`BudgetConfig::Bucket`] | a bucket that calls fill | Brooker 2022 |
/// | [`BudgetConfig::FailureRate`] | all calls so far, while few fail | Brooker 2022 |
///
/// It is asked before the wait, not after it, and counts in whole numbers, so that no rounding makes
/// or loses a retry (tower loses some at ratios such as 0.9). A call counts once, whatever the
/// number of its attempts; failsafe-go counts a retry as a call of its own. A retry that ends
/// neutrally gives its place back and moves nothing else: only a success shows that it was worth its
/// price. A failure that is the request's own fault is neutral too.
///
/// ```
/// use fusebox::{BudgetConfig, Failure, Outcome, RetryBudget};
/// use fusebox::time::{Duration, Instant};
///
/// let ttl = Duration::from_secs(10);
/// let config = BudgetConfig::Traffic { per_ten_thousand: 2_000, min_per_second: 0, ttl };
/// let mut budget = RetryBudget::new(config)?;
/// let (now, failure) = (Instant::ZERO, Failure::Connect);
/// for _ in 0..5 {
///     budget.start_call(now);
///     budget.attempt_ended(None, Outcome::Failure(failure));
/// }
/// let permit = budget.try_withdraw(now, failure).expect("one retry for five calls");
/// assert!(budget.try_withdraw(now, failure).is_none());
/// budget.attempt_ended(Some(permit), Outcome::Success);
/// # Ok::<(), fusebox::ConfigError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RetryBudget {
    config: BudgetConfig,
    form: Form,
    calls: u32,
    retries: u32,
}

impl RetryBudget {
    /// A full budget.
    ///
    /// # Errors
    /// When a setting is outside the range that [`BudgetConfig`] states.
    pub fn new(config: BudgetConfig) -> Result<Self, ConfigError> {
        Ok(Self::full(config.check()?))
    }

    /// A full one of settings that hold.
    fn full(config: BudgetConfig) -> Self {
        let form = match config {
            BudgetConfig::Traffic { per_ten_thousand, min_per_second, ttl } => {
                Form::Traffic(Traffic::new(per_ten_thousand, min_per_second, ttl))
            }
            BudgetConfig::InFlight { per_ten_thousand, floor } => {
                Form::InFlight(InFlight { per_ten_thousand, floor })
            }
            BudgetConfig::Tokens { tokens, success_refill_per_ten_thousand } => {
                Form::Tokens(Tokens::new(tokens, success_refill_per_ten_thousand))
            }
            BudgetConfig::Quota { stock, price, throttled_cost } => {
                Form::Quota(Quota::new(stock, price, throttled_cost))
            }
            BudgetConfig::Bucket { tokens, call_refill_per_ten_thousand } => {
                Form::Bucket(Bucket::new(tokens, call_refill_per_ten_thousand))
            }
            BudgetConfig::FailureRate { per_ten_thousand } => {
                Form::FailureRate(FailureRate::new(per_ten_thousand))
            }
        };
        Self { config, form, calls: 0, retries: 0 }
    }

    /// The same with nothing taken and nobody under way.
    pub(super) fn renewed(self) -> Self {
        Self::full(self.config)
    }

    /// The settings.
    #[must_use]
    pub const fn config(&self) -> &BudgetConfig {
        &self.config
    }

    /// Calls that have started and not ended.
    #[must_use]
    pub const fn calls_under_way(&self) -> u32 {
        self.calls
    }

    /// Retries that were allowed and have not ended, those that still wait included.
    #[must_use]
    pub const fn retries_under_way(&self) -> u32 {
        self.retries
    }

    /// Counts a call that starts.
    pub fn start_call(&mut self, now: Instant) {
        self.calls = self.calls.saturating_add(1);
        match &mut self.form {
            Form::Traffic(traffic) => traffic.start_call(now),
            Form::Bucket(bucket) => bucket.start_call(),
            Form::FailureRate(share) => share.start_call(),
            Form::InFlight(_) | Form::Tokens(_) | Form::Quota(_) => {}
        }
    }

    /// Counts a call that ends; once for each that started.
    pub const fn end_call(&mut self) {
        self.calls = self.calls.saturating_sub(1);
    }

    /// Takes one retry out; none where there is none left, and then nothing is taken.
    pub fn try_withdraw(&mut self, now: Instant, failure: Failure) -> Option<RetryPermit> {
        let permit = match &mut self.form {
            Form::Traffic(traffic) => traffic.try_withdraw(now),
            Form::InFlight(in_flight) => in_flight.try_withdraw(self.calls, self.retries),
            Form::Tokens(tokens) => tokens.try_withdraw(),
            Form::Quota(quota) => quota.try_withdraw(failure),
            Form::Bucket(bucket) => bucket.try_withdraw(),
            Form::FailureRate(share) => share.try_withdraw(),
        }?;
        self.retries = self.retries.saturating_add(1);
        Some(permit)
    }

    /// The numbers by which a retry after this failure is refused now, where it is.
    #[must_use]
    pub fn shortage(&self, now: Instant, failure: Failure) -> Shortage {
        match &self.form {
            Form::Traffic(traffic) => traffic.shortage(now),
            Form::InFlight(_) => Shortage::InFlight { retries: self.retries, calls: self.calls },
            Form::Tokens(tokens) => tokens.shortage(),
            Form::Quota(quota) => quota.shortage(failure),
            Form::Bucket(bucket) => bucket.shortage(),
            Form::FailureRate(share) => share.shortage(),
        }
    }

    /// Tells how an attempt ended, with the permit where it was a retry; every attempt is to be told.
    ///
    /// A retry that is given up before its attempt began is told as [`Outcome::Neutral`].
    pub fn attempt_ended(&mut self, permit: Option<RetryPermit>, outcome: Outcome) {
        if permit.is_some() {
            self.retries = self.retries.saturating_sub(1);
        }
        match (&mut self.form, outcome) {
            (Form::Tokens(tokens), Outcome::Success) => tokens.on_success(),
            (Form::Tokens(tokens), Outcome::Failure(failure)) if !failure.is_of_request() => {
                tokens.on_failure();
            }
            (Form::FailureRate(share), Outcome::Failure(failure)) if !failure.is_of_request() => {
                share.on_failure();
            }
            (Form::Quota(quota), Outcome::Success) => quota.on_success(permit),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Instant = Instant::ZERO;
    const FAILED: Outcome = Outcome::Failure(Failure::Connect);

    fn all() -> [BudgetConfig; 7] {
        [
            BudgetConfig::default(),
            BudgetConfig::FINAGLE,
            BudgetConfig::ENVOY,
            BudgetConfig::GRPC,
            BudgetConfig::AWS,
            BudgetConfig::Bucket { tokens: 5, call_refill_per_ten_thousand: 1_000 },
            BudgetConfig::FailureRate { per_ten_thousand: 1_000 },
        ]
    }

    #[test]
    fn every_form_begins_full_and_ends_empty() {
        for config in all() {
            let mut budget = RetryBudget::new(config).unwrap();
            assert_eq!(*budget.config(), config);
            let mut permits = Vec::new();
            (0..10).for_each(|_| budget.start_call(NOW));
            for _ in 0..1_000 {
                budget.attempt_ended(None, FAILED);
                permits.extend(budget.try_withdraw(NOW, Failure::Connect));
            }
            assert!((1..=102).contains(&permits.len()), "{config:?}: {}", permits.len());
            assert_eq!(usize::try_from(budget.retries_under_way()), Ok(permits.len()));
        }
    }

    #[test]
    fn a_neutral_end_gives_the_place_back_and_moves_nothing_else() {
        let of_request = Outcome::Failure(Failure::status(404));
        for (config, outcome) in
            all().into_iter().flat_map(|config| [(config, Outcome::Neutral), (config, of_request)])
        {
            let mut budget = RetryBudget::new(config).unwrap();
            let permit = budget.try_withdraw(NOW, Failure::Connect).unwrap();
            let taken = budget.clone();
            budget.attempt_ended(Some(permit), outcome);
            assert_eq!(budget, RetryBudget { retries: 0, ..taken });
            let before = budget.clone();
            budget.attempt_ended(None, outcome);
            assert_eq!(budget, before);
        }
    }

    #[test]
    fn more_ends_than_starts_do_no_harm() {
        let mut budget = RetryBudget::new(BudgetConfig::ENVOY).unwrap();
        let mut other = RetryBudget::new(BudgetConfig::ENVOY).unwrap();
        budget.end_call();
        budget.attempt_ended(other.try_withdraw(NOW, Failure::Connect), Outcome::Success);
        assert_eq!((budget.calls_under_way(), budget.retries_under_way()), (0, 0));
    }

    #[test]
    fn settings_out_of_range_name_themselves() {
        let traffic = |per_ten_thousand, min_per_second, secs| BudgetConfig::Traffic {
            per_ten_thousand,
            min_per_second,
            ttl: Duration::from_secs(secs),
        };
        let in_flight =
            |per_ten_thousand, floor| BudgetConfig::InFlight { per_ten_thousand, floor };
        let tokens = |tokens, success_refill_per_ten_thousand| BudgetConfig::Tokens {
            tokens,
            success_refill_per_ten_thousand,
        };
        let quota =
            |stock, price, throttled_cost| BudgetConfig::Quota { stock, price, throttled_cost };
        let bucket = |tokens, call_refill_per_ten_thousand| BudgetConfig::Bucket {
            tokens,
            call_refill_per_ten_thousand,
        };
        for (config, field) in [
            (traffic(10_000_001, 1, 10), "budget.per_ten_thousand"),
            (traffic(1_000, 10_001, 10), "budget.min_per_second"),
            (traffic(1_000, 1, 0), "budget.ttl"),
            (traffic(1_000, 1, 61), "budget.ttl"),
            (in_flight(10_001, 3), "budget.per_ten_thousand"),
            (in_flight(2_000, 1_000_001), "budget.floor"),
            (tokens(0, 100), "budget.tokens"),
            (tokens(10, 0), "budget.success_refill_per_ten_thousand"),
            (quota(0, 14, 5), "budget.stock"),
            (quota(500, 0, 5), "budget.price"),
            (quota(500, 14, 1_000_001), "budget.throttled_price"),
            (bucket(0, 1_000), "budget.tokens"),
            (bucket(1_000_001, 1_000), "budget.tokens"),
            (bucket(5, 0), "budget.call_refill_per_ten_thousand"),
            (bucket(5, 1_000_001), "budget.call_refill_per_ten_thousand"),
            (BudgetConfig::FailureRate { per_ten_thousand: 10_001 }, "budget.per_ten_thousand"),
        ] {
            assert_eq!(RetryBudget::new(config).unwrap_err().field, field);
        }
    }
}

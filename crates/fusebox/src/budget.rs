//! A budget for retries, so that a mass failure cannot multiply the load.

use crate::class::Verdict;
use crate::config::{ConfigError, require_in};
use crate::outcome::{Failure, Outcome};
use crate::rolling::Rolling;
use crate::time::{Duration, Instant};
use core::mem::discriminant;
use core::ops::RangeInclusive;

/// The settings of a [`RetryBudget`]; the default is [`BudgetConfig::Traffic`] with 10 % of the
/// calls of the last 10 s and one retry a second.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BudgetConfig {
    /// Over the last `ttl`, at most `ratio * calls + min * ttl` retries (Finagle's `RetryBudget`, tower's
    /// `TpsBudget`).
    Traffic {
        /// The ratio: retries per 10,000 calls, in [`BudgetConfig::TRAFFIC_PER_TEN_THOUSAND`].
        per_ten_thousand: u32,
        /// Retries per second that are allowed without any traffic, in
        /// [`BudgetConfig::MIN_PER_SECOND`].
        min_per_second: u32,
        /// How long a call and a retry count, in [`BudgetConfig::TTL`]; forgotten in steps of 2 %.
        ttl: Duration,
    },
    /// At most the greater of `ratio * calls in flight` and `floor` retries in flight, each counted from
    /// the decision until its attempt has ended (Envoy's `retry_budget`, failsafe-go's `Budget`).
    InFlight {
        /// The ratio: retries per 10,000 calls in flight, in [`BudgetConfig::PER_TEN_THOUSAND`].
        per_ten_thousand: u32,
        /// Retries that may be in flight with few calls, in [`BudgetConfig::FLOOR`].
        floor: u32,
    },
    /// A bucket from which a failed attempt takes a token, and to which a success adds a part of
    /// one; while it is half empty or less, there is no retry (gRPC's retry throttling, proposal
    /// A6).
    ///
    /// In the long run it allows retries up to a failure rate of `part / (1 + part)`.
    Tokens {
        /// Tokens in a full bucket, with which it starts, in [`BudgetConfig::TOKENS`].
        tokens: u32,
        /// What a success adds, in ten-thousandths of a token and in [`BudgetConfig::TOKENS`].
        success_refill_per_ten_thousand: u32,
    },
    /// A bucket from which a retry takes its cost (the standard retry mode of the AWS SDKs).
    ///
    /// A successful retry returns its cost, and a successful first attempt adds 1.
    Quota {
        /// Tokens in a full bucket, with which it starts, in [`BudgetConfig::TOKENS`].
        capacity: u32,
        /// The cost of a retry, in [`BudgetConfig::TOKENS`].
        cost: u32,
        /// The cost of a retry after throttling or a 503, in [`BudgetConfig::TOKENS`].
        throttled_cost: u32,
    },
    /// A bucket to which a call that starts adds a part of a token, and from which a retry takes
    /// one token if there is more than one (Brooker, "Fixing retries with token buckets and circuit
    /// breakers", 2022; the rule is that of the simulation published with it).
    ///
    /// Since one token is not enough, a full bucket of 5 gives 4 retries, and a bucket of 1 never
    /// gives any. The budget does not limit the retries of a single call;
    /// [`RetryConfig`](super::RetryConfig) does.
    Bucket {
        /// Tokens in a full bucket, with which it starts, in [`BudgetConfig::TOKENS`].
        tokens: u32,
        /// What a call that starts adds, in ten-thousandths of a token and in [`BudgetConfig::TOKENS`].
        call_refill_per_ten_thousand: u32,
    },
    /// Allows retries only while at most this share of the calls has failed, both counted since the
    /// start (the "circuit breaker for retries" of the same source).
    ///
    /// A call counts when it starts and a failure when its attempt ends, including retries and last
    /// attempts, so there may be more failures than calls. Nothing is ever forgotten.
    FailureRate {
        /// The share: failed attempts per 10,000 calls, in [`BudgetConfig::PER_TEN_THOUSAND`].
        per_ten_thousand: u32,
    },
}

impl BudgetConfig {
    /// The default of Finagle: 20 % of the calls of 10 s, and 10 retries a second.
    pub const FINAGLE: Self =
        Self::Traffic { per_ten_thousand: 2_000, min_per_second: 10, ttl: Duration::from_secs(10) };

    /// The default of Envoy: 20 % of the calls in flight, and never less than 3.
    pub const ENVOY: Self = Self::InFlight { per_ten_thousand: 2_000, floor: 3 };

    /// The example of gRPC's proposal A6: 10 tokens, and a tenth of a token per success.
    pub const GRPC: Self = Self::Tokens { tokens: 10, success_refill_per_ten_thousand: 1_000 };

    /// The default of the AWS SDKs from 2026 on: a capacity of 500, a cost of 14 per retry, and of 5
    /// after throttling.
    pub const AWS: Self = Self::Quota { capacity: 500, cost: 14, throttled_cost: 5 };

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

    fn check(self) -> Result<(), ConfigError> {
        let ratio = |range, ratio| require_in(&range, "budget.per_ten_thousand", ratio);
        let tokens = |field, value| require_in(&Self::TOKENS, field, value);
        match self {
            Self::Traffic { per_ten_thousand, min_per_second, ttl } => {
                ratio(Self::TRAFFIC_PER_TEN_THOUSAND, per_ten_thousand)?;
                require_in(&Self::MIN_PER_SECOND, "budget.min_per_second", min_per_second)?;
                require_in(&Self::TTL, "budget.ttl", ttl)?;
            }
            Self::InFlight { per_ten_thousand, floor } => {
                ratio(Self::PER_TEN_THOUSAND, per_ten_thousand)?;
                require_in(&Self::FLOOR, "budget.floor", floor)?;
            }
            Self::Tokens { tokens: most, success_refill_per_ten_thousand: part } => {
                tokens("budget.tokens", most)?;
                tokens("budget.success_refill_per_ten_thousand", part)?;
            }
            Self::Quota { capacity, cost, throttled_cost } => {
                tokens("budget.capacity", capacity)?;
                tokens("budget.cost", cost)?;
                tokens("budget.throttled_cost", throttled_cost)?;
            }
            Self::Bucket { tokens: most, call_refill_per_ten_thousand: part } => {
                tokens("budget.tokens", most)?;
                tokens("budget.call_refill_per_ten_thousand", part)?;
            }
            Self::FailureRate { per_ten_thousand } => {
                ratio(Self::PER_TEN_THOUSAND, per_ten_thousand)?;
            }
        }
        Ok(())
    }

    /// How many retries this ratio allows for this number of calls.
    fn retries(self, calls: u64) -> u64 {
        match self {
            Self::Traffic { per_ten_thousand: ratio, min_per_second, ttl } => {
                let earned = u128::from(calls) * u128::from(ratio) * (RETRY / 10_000);
                let always = u128::from(min_per_second) * u128::from(ttl.as_micros()) * 10_000;
                u64::try_from((earned + always) / RETRY).unwrap_or(u64::MAX)
            }
            Self::InFlight { per_ten_thousand, floor } => {
                (calls.saturating_mul(per_ten_thousand.into()) / 10_000).max(floor.into())
            }
            _ => 0,
        }
    }

    /// A full bucket: in whole tokens for [`BudgetConfig::Quota`], else in ten-thousandths.
    fn most(self) -> u64 {
        match self {
            Self::Tokens { tokens, .. } | Self::Bucket { tokens, .. } => u64::from(tokens) * TOKEN,
            Self::Quota { capacity, .. } => capacity.into(),
            Self::Traffic { .. } | Self::InFlight { .. } | Self::FailureRate { .. } => 0,
        }
    }

    /// What a retry after this failure takes out of a bucket.
    fn cost(self, failure: Failure) -> u64 {
        match self {
            Self::Quota { cost, throttled_cost, .. } => match failure {
                Failure::Status { code: 503, .. } => throttled_cost.into(),
                _ if failure.class().verdict == Verdict::Throttled => throttled_cost.into(),
                _ => cost.into(),
            },
            Self::Bucket { .. } => TOKEN,
            _ => 0,
        }
    }
}

impl Default for BudgetConfig {
    fn default() -> Self {
        Self::Traffic { per_ten_thousand: 1_000, min_per_second: 1, ttl: Duration::from_secs(10) }
    }
}

/// Permission to make one retry, to be given back by [`RetryBudget::attempt_ended`].
///
/// It can be neither copied nor given back twice. A permit that is dropped instead counts as a
/// retry that never ends.
#[cfg_attr(feature = "checkpoint", derive(Clone))]
#[derive(Debug, PartialEq, Eq)]
#[must_use = "a permit is to be given back when the retry has ended"]
pub struct RetryPermit {
    /// What the retry took out of a bucket.
    cost: u64,
}

/// Why a budget has no retry: the numbers that its rule compares.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shortage {
    /// See [`BudgetConfig::Traffic`].
    Traffic {
        /// Retries in the last `ttl`.
        retries: u64,
        /// How many are allowed.
        allowed: u64,
        /// Calls in the last `ttl`.
        calls: u64,
        /// How long they count.
        ttl: Duration,
    },
    /// See [`BudgetConfig::InFlight`].
    InFlight {
        /// Retries in flight.
        retries: u32,
        /// How many are allowed.
        allowed: u32,
        /// Calls in flight.
        calls: u32,
    },
    /// See [`BudgetConfig::Tokens`].
    Tokens {
        /// The tokens that are left, in ten-thousandths.
        left: u64,
        /// The most tokens, in ten-thousandths; a retry needs more than half of them.
        of: u64,
    },
    /// See [`BudgetConfig::Quota`].
    Quota {
        /// The tokens that are left.
        left: u32,
        /// What the retry would have cost.
        cost: u32,
    },
    /// See [`BudgetConfig::Bucket`].
    Bucket {
        /// The tokens that are left, in ten-thousandths; a retry needs more than 10,000.
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
        /// The allowed share, in failures per 10,000 calls.
        per_ten_thousand: u32,
    },
}

/// A whole token in the unit in which tokens are counted.
const TOKEN: u64 = 10_000;

/// What the success of a first attempt adds to the bucket of [`BudgetConfig::Quota`].
const CLEAN: u64 = 1;

/// One retry of [`BudgetConfig::Traffic`]. In this unit, both a ratio of 1 in 10,000 calls and a
/// rate of 1 per second over some microseconds are whole numbers, so nothing is ever rounded.
const RETRY: u128 = 10_000 * 1_000_000;

/// A budget for retries, shared by the calls of one pipeline.
///
/// | form | a retry is paid from | as in |
/// |---|---|---|
/// | [`BudgetConfig::Traffic`] | the recent calls | Finagle, tower |
/// | [`BudgetConfig::InFlight`] | the calls in flight | Envoy |
/// | [`BudgetConfig::Tokens`] | the successes, minus the failures | gRPC |
/// | [`BudgetConfig::Quota`] | a bucket that successes fill again | AWS SDKs |
/// | [`BudgetConfig::Bucket`] | a bucket that calls fill | Brooker 2022 |
/// | [`BudgetConfig::FailureRate`] | all calls so far, while few fail | Brooker 2022 |
///
/// A retry withdraws from the budget before its wait, not after it. The budget counts in whole
/// numbers, so no rounding adds or loses a retry (tower loses some at ratios such as 0.9). A call
/// counts once, however many attempts it makes; failsafe-go counts a retry as a call of its own. A
/// retry that ends neutrally gives its place back and changes nothing else: only a success shows
/// that the retry was worth its cost. A failure that is the request's own fault is neutral too.
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
    /// Calls and retries in flight.
    calls: u32,
    retries: u32,
    /// Recent calls and retries, for forms that count those.
    window: Option<Rolling<[u64; 2]>>,
    /// The tokens that are left, in whole tokens for [`BudgetConfig::Quota`], else in ten-thousandths.
    left: u64,
    /// Calls and failures since the start, for the form that counts those.
    all_calls: u64,
    all_failures: u64,
}

impl RetryBudget {
    /// A full budget.
    ///
    /// # Errors
    /// When a setting is outside the range that [`BudgetConfig`] states.
    pub fn new(config: BudgetConfig) -> Result<Self, ConfigError> {
        config.check()?;
        Ok(Self::full(config))
    }

    fn full(config: BudgetConfig) -> Self {
        let window = match config {
            BudgetConfig::Traffic { ttl, .. } => Some(Rolling::new(ttl)),
            _ => None,
        };
        let (left, all_calls, all_failures) = (config.most(), 0, 0);
        Self { config, calls: 0, retries: 0, window, left, all_calls, all_failures }
    }

    /// A full budget with the same settings and nothing in flight.
    pub(super) fn renewed(self) -> Self {
        Self::full(self.config)
    }

    /// Changes the settings. Calls and retries in flight stay counted; a budget of the same form keeps
    /// its recent calls and what is left of its tokens, as far as they fit, and another form begins
    /// full.
    ///
    /// # Errors
    /// When a setting is outside its range; then nothing has changed.
    pub fn reconfigure(&mut self, now: Instant, config: BudgetConfig) -> Result<(), ConfigError> {
        config.check()?;
        self.take_over(now, config);
        Ok(())
    }

    /// Changes the settings to valid ones.
    pub(super) fn take_over(&mut self, now: Instant, config: BudgetConfig) {
        let mut fresh = Self::full(config);
        (fresh.calls, fresh.retries) = (self.calls, self.retries);
        if discriminant(&config) == discriminant(&self.config) {
            fresh.left = self.left.min(fresh.left);
            (fresh.all_calls, fresh.all_failures) = (self.all_calls, self.all_failures);
            if let (BudgetConfig::Traffic { ttl, .. }, Some(window)) = (config, &self.window) {
                fresh.window = Some(window.with_length(now, ttl));
            }
        }
        *self = fresh;
    }

    /// The settings.
    #[must_use]
    pub const fn config(&self) -> &BudgetConfig {
        &self.config
    }

    /// Calls that have started and not ended.
    #[must_use]
    pub const fn calls_in_flight(&self) -> u32 {
        self.calls
    }

    /// Retries that were allowed and have not ended, including those still waiting.
    #[must_use]
    pub const fn retries_in_flight(&self) -> u32 {
        self.retries
    }

    /// Counts a call that starts.
    pub fn start_call(&mut self, now: Instant) {
        self.calls = self.calls.saturating_add(1);
        match self.config {
            BudgetConfig::Traffic { .. } => self.record(now, [1, 0]),
            BudgetConfig::Bucket { call_refill_per_ten_thousand: part, .. } => {
                self.refill(part.into());
            }
            BudgetConfig::FailureRate { .. } => self.all_calls = self.all_calls.saturating_add(1),
            _ => {}
        }
    }

    /// Counts a call that ends; once for each that started.
    pub const fn end_call(&mut self) {
        self.calls = self.calls.saturating_sub(1);
    }

    /// Withdraws one retry; none, and no change, if none is left.
    pub fn try_withdraw(&mut self, now: Instant, failure: Failure) -> Option<RetryPermit> {
        let cost = self.config.cost(failure);
        let allowed = match self.config {
            BudgetConfig::Traffic { .. } => {
                let traffic = self.window.as_mut().map(|window| window.total(now));
                let [calls, retries] = traffic.unwrap_or_default();
                retries < self.config.retries(calls)
            }
            BudgetConfig::InFlight { .. } => {
                u64::from(self.retries) < self.config.retries(self.calls.into())
            }
            BudgetConfig::Tokens { .. } => self.left > self.config.most() / 2,
            BudgetConfig::Quota { .. } => self.left >= cost,
            BudgetConfig::Bucket { .. } => self.left > cost,
            BudgetConfig::FailureRate { per_ten_thousand } => {
                let failed = u128::from(self.all_failures) * 10_000;
                failed <= u128::from(self.all_calls) * u128::from(per_ten_thousand)
            }
        };
        if !allowed {
            return None;
        }
        self.left -= cost;
        self.record(now, [0, 1]);
        self.retries = self.retries.saturating_add(1);
        Some(RetryPermit { cost })
    }

    /// The numbers that would reject a retry after this failure now; none if it would be allowed.
    #[must_use]
    pub fn shortage(&self, now: Instant, failure: Failure) -> Shortage {
        let (left, of) = (self.left, self.config.most());
        let whole = |number| u32::try_from(number).unwrap_or(u32::MAX);
        match self.config {
            BudgetConfig::Traffic { ttl, .. } => {
                let traffic = self.window.as_ref().map(|window| window.peek(now));
                let [calls, retries] = traffic.unwrap_or_default();
                Shortage::Traffic { retries, allowed: self.config.retries(calls), calls, ttl }
            }
            BudgetConfig::InFlight { .. } => {
                let allowed = whole(self.config.retries(self.calls.into()));
                Shortage::InFlight { retries: self.retries, allowed, calls: self.calls }
            }
            BudgetConfig::Tokens { .. } => Shortage::Tokens { left, of },
            BudgetConfig::Quota { .. } => {
                Shortage::Quota { left: whole(left), cost: whole(self.config.cost(failure)) }
            }
            BudgetConfig::Bucket { .. } => Shortage::Bucket { left, of },
            BudgetConfig::FailureRate { per_ten_thousand } => {
                let (failures, calls) = (self.all_failures, self.all_calls);
                Shortage::FailureRate { failures, calls, per_ten_thousand }
            }
        }
    }

    /// Reports how an attempt ended, with the permit if it was a retry. Report every attempt.
    ///
    /// For a retry that is given up before its attempt began, report [`Outcome::Neutral`].
    pub fn attempt_ended(&mut self, permit: Option<RetryPermit>, outcome: Outcome) {
        if permit.is_some() {
            self.retries = self.retries.saturating_sub(1);
        }
        let failed = matches!(outcome, Outcome::Failure(failure) if failure.class().verdict != Verdict::Neutral);
        match self.config {
            BudgetConfig::Tokens { success_refill_per_ten_thousand: part, .. } => {
                if outcome.is_success() {
                    self.refill(part.into());
                } else if failed {
                    self.left = self.left.saturating_sub(TOKEN);
                }
            }
            BudgetConfig::Quota { .. } if outcome.is_success() => {
                self.refill(permit.map_or(CLEAN, |permit| permit.cost));
            }
            BudgetConfig::FailureRate { .. } if failed => {
                self.all_failures = self.all_failures.saturating_add(1);
            }
            _ => {}
        }
    }

    fn refill(&mut self, added: u64) {
        self.left = self.left.saturating_add(added).min(self.config.most());
    }

    fn record(&mut self, now: Instant, traffic: [u64; 2]) {
        if let Some(window) = &mut self.window {
            window.record(now, traffic);
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
            assert_eq!(usize::try_from(budget.retries_in_flight()), Ok(permits.len()));
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
        assert_eq!((budget.calls_in_flight(), budget.retries_in_flight()), (0, 0));
    }

    fn budget(config: BudgetConfig) -> RetryBudget {
        RetryBudget::new(config).unwrap()
    }

    fn drain_at(budget: &mut RetryBudget, now: Instant, failure: Failure) -> usize {
        (0..1_000_001).take_while(|_| budget.try_withdraw(now, failure).is_some()).count()
    }

    fn drain(budget: &mut RetryBudget) -> usize {
        drain_at(budget, NOW, Failure::Timeout)
    }

    fn bucket(tokens: u32, call_refill_per_ten_thousand: u32) -> RetryBudget {
        budget(BudgetConfig::Bucket { tokens, call_refill_per_ten_thousand })
    }

    #[test]
    fn one_token_of_a_bucket_is_not_enough() {
        for (tokens, retries) in [(1, 0), (2, 1), (5, 4), (1_000_000, 999_999)] {
            let mut bucket = bucket(tokens, 1_000);
            assert_eq!(drain(&mut bucket), retries);
            assert_eq!(bucket.left, TOKEN);
        }
    }

    #[test]
    fn parts_of_a_token_add_up_and_more_than_one_is_enough() {
        let mut bucket = bucket(5, 1_000);
        assert_eq!(drain(&mut bucket), 4);
        bucket.start_call(NOW);
        assert_eq!(drain(&mut bucket), 1, "1.1 is more than one");
        (0..9).for_each(|_| bucket.start_call(NOW));
        assert_eq!(drain(&mut bucket), 0, "0.1 and nine tenths is one, and not more");
        bucket.start_call(NOW);
        assert_eq!(drain(&mut bucket), 1);
    }

    #[test]
    fn calls_fill_a_bucket_no_further_than_to_its_rim() {
        let mut bucket = bucket(3, 1_000_000);
        assert_eq!(drain(&mut bucket), 2);
        (0..100).for_each(|_| bucket.start_call(NOW));
        assert_eq!(bucket.left, bucket.config.most());
    }

    fn failure_rate(per_ten_thousand: u32, all_failures: u64, all_calls: u64) -> RetryBudget {
        let fresh = budget(BudgetConfig::FailureRate { per_ten_thousand });
        RetryBudget { all_calls, all_failures, ..fresh }
    }

    fn allows(mut budget: RetryBudget) -> bool {
        budget.try_withdraw(NOW, Failure::Timeout).is_some()
    }

    #[test]
    fn exactly_the_share_of_failures_is_still_allowed() {
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
            let budget = failure_rate(share, failures, calls);
            assert_eq!(allows(budget), allowed, "{failures} of {calls}");
        }
    }

    #[test]
    fn counters_at_their_end_stay_there() {
        let full = failure_rate(10_000, u64::MAX, u64::MAX);
        let mut share = full.clone();
        share.start_call(NOW);
        share.end_call();
        share.attempt_ended(None, FAILED);
        assert_eq!(share, full);
        assert!(allows(full));
        assert!(!allows(failure_rate(9_999, u64::MAX, u64::MAX)));
    }

    fn in_flight(per_ten_thousand: u32, floor: u32, calls: u32, retries: u32) -> RetryBudget {
        let fresh = budget(BudgetConfig::InFlight { per_ten_thousand, floor });
        RetryBudget { calls, retries, ..fresh }
    }

    #[test]
    fn the_greater_of_share_and_floor_counts_and_parts_of_a_retry_do_not() {
        let most = |calls| (0..1_000_000).find(|&n| !allows(in_flight(2_000, 3, calls, n)));
        let calls = [0, 2, 15, 19, 20, 24, 25, 1_000_000];
        assert_eq!(calls.map(most), [3, 3, 3, 3, 4, 4, 5, 200_000].map(Some));
    }

    #[test]
    fn the_largest_numbers_are_numbers_like_any_other() {
        assert!(allows(in_flight(10_000, 0, u32::MAX, u32::MAX - 1)));
        assert!(!allows(in_flight(10_000, 0, u32::MAX, u32::MAX)));
    }

    fn quota(capacity: u32) -> RetryBudget {
        budget(BudgetConfig::Quota { capacity, cost: 14, throttled_cost: 5 })
    }

    #[test]
    fn a_total_outage_gives_as_many_retries_as_the_stock_pays() {
        for (failure, retries) in [
            (Failure::Timeout, 35),
            (Failure::status(500), 35),
            (Failure::status(429), 100),
            (Failure::status(503), 100),
        ] {
            assert_eq!(drain_at(&mut quota(500), NOW, failure), retries, "{failure}");
        }
    }

    #[test]
    fn a_refusal_takes_nothing_from_what_is_left() {
        let mut quota = quota(500);
        assert_eq!(drain(&mut quota), 35);
        assert_eq!(drain_at(&mut quota, NOW, Failure::status(503)), 2, "10 are left");
    }

    #[test]
    fn success_brings_the_price_back_and_a_clean_one_brings_1() {
        let mut bucket = quota(20);
        let permit = bucket.try_withdraw(NOW, Failure::Timeout);
        assert!(bucket.try_withdraw(NOW, Failure::Timeout).is_none());
        bucket.attempt_ended(permit, Outcome::Success);
        assert_eq!(bucket, quota(20));
        let lost = bucket.try_withdraw(NOW, Failure::Timeout).unwrap();
        (0..7).for_each(|_| bucket.attempt_ended(None, Outcome::Success));
        assert!(bucket.try_withdraw(NOW, Failure::Timeout).is_none(), "13 are left");
        bucket.attempt_ended(None, Outcome::Success);
        assert!(allows(bucket.clone()));
        bucket.attempt_ended(Some(lost), Outcome::Neutral);
        (0..100).for_each(|_| bucket.attempt_ended(None, Outcome::Success));
        assert_eq!(bucket, quota(20), "never more than the capacity");
    }

    fn tokens(tokens: u32, success_refill_per_ten_thousand: u32) -> RetryBudget {
        budget(BudgetConfig::Tokens { tokens, success_refill_per_ten_thousand })
    }

    #[test]
    fn retries_stop_at_half_of_the_tokens_and_go_on_just_above_it() {
        let mut tokens = tokens(10, 1);
        for _ in 0..4 {
            tokens.attempt_ended(None, FAILED);
            assert!(allows(tokens.clone()));
        }
        tokens.attempt_ended(None, FAILED);
        assert!(!allows(tokens.clone()), "5 of 10 is not more than half");
        tokens.attempt_ended(None, Outcome::Success);
        assert!(allows(tokens), "5.0001 of 10 is");
    }

    #[test]
    fn half_of_an_odd_number_of_tokens_is_exact() {
        let mut tokens = tokens(1, 5_000);
        assert!(allows(tokens.clone()));
        tokens.attempt_ended(None, FAILED);
        tokens.attempt_ended(None, Outcome::Success);
        assert!(!allows(tokens), "0.5 of 1");
    }

    #[test]
    fn the_tokens_have_a_bottom_and_a_rim() {
        let mut three = tokens(3, 10_000);
        (0..100).for_each(|_| three.attempt_ended(None, FAILED));
        three.attempt_ended(None, Outcome::Success);
        assert!(!allows(three.clone()));
        three.attempt_ended(None, Outcome::Success);
        assert!(allows(three.clone()));
        (0..100).for_each(|_| three.attempt_ended(None, Outcome::Success));
        assert_eq!(three, tokens(3, 10_000));
    }

    fn traffic(per_ten_thousand: u32, min_per_second: u32, millis: u64) -> RetryBudget {
        let ttl = Duration::from_millis(millis);
        budget(BudgetConfig::Traffic { per_ten_thousand, min_per_second, ttl })
    }

    #[test]
    fn a_ratio_above_one_gives_several_retries_for_a_call() {
        let mut traffic = traffic(10_000_000, 0, 1_000);
        traffic.start_call(NOW);
        assert_eq!(drain(&mut traffic), 1_000);
    }

    #[test]
    fn parts_of_a_retry_add_up_across_ratio_and_floor() {
        // 1.5 from the minimum, and 0.25 for each call.
        let mut traffic = traffic(2_500, 1, 1_500);
        assert_eq!(drain(&mut traffic), 1);
        traffic.start_call(NOW);
        assert_eq!(drain(&mut traffic), 0);
        traffic.start_call(NOW);
        assert_eq!(drain(&mut traffic), 1);
    }

    #[test]
    fn the_floor_is_there_again_when_its_retries_are_forgotten() {
        let mut traffic = traffic(0, 5, 1_000);
        let mut at =
            |millis| drain_at(&mut traffic, Instant::from_millis(millis), Failure::Timeout);
        assert_eq!(at(0), 5);
        assert_eq!(at(979), 0);
        assert_eq!(at(1_000), 5);
        assert_eq!(at(3_600_000), 5, "no more than the reserve is saved");
        assert_eq!(at(10), 0, "a clock that steps back gives nothing");
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
            |capacity, cost, throttled_cost| BudgetConfig::Quota { capacity, cost, throttled_cost };
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
            (quota(0, 14, 5), "budget.capacity"),
            (quota(500, 0, 5), "budget.cost"),
            (quota(500, 14, 1_000_001), "budget.throttled_cost"),
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

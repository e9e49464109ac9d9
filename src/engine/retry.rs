//! Whether a failed attempt is made again, and when.
//!
//! | failure | again? |
//! |---|---|
//! | connect, 429, 503, a rolled-back transaction | yes: nothing took effect |
//! | timeout, lost connection, 408, other 5xx | only what may be repeated: a read, or a mutation with a key |
//! | other statuses (400, 401, 404 ...) | never: they would fail again |
//!
//! `Retry-After` lengthens the delay of the backoff, never shortens it, and the cap of the backoff
//! holds for it too. A delay that does not end before the deadline is not slept.

use crate::engine::backoff::{Backoff, BackoffConfig};
use crate::engine::budget::{BudgetConfig, RetryBudget};
use crate::engine::config::{ConfigError, require};
use crate::engine::outcome::Failure;
use crate::rng::Rng;
use crate::time::{Duration, Instant};

/// The settings of a [`Retry`]; the default is four attempts, backoff with full jitter, 10 % budget.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RetryConfig {
    /// Attempts per call, the first included: 1 to 1,000,000.
    pub attempts: u32,
    /// The wait before each retry.
    pub backoff: BackoffConfig,
    /// The budget that all calls share; none for no limit.
    pub budget: Option<BudgetConfig>,
}

impl Default for RetryConfig {
    fn default() -> Self {
        Self {
            attempts: 4,
            backoff: BackoffConfig::default(),
            budget: Some(BudgetConfig::default()),
        }
    }
}

/// Whether a request may be made twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Repeat {
    /// A read, or a mutation with an idempotency key: twice is as good as once.
    Safe,
    /// A mutation without a key: twice may apply it twice.
    Unsafe,
}

/// Why a failed attempt is not made again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GiveUp {
    /// This failure would only repeat itself.
    Permanent(Failure),
    /// The request may have taken effect, and has no idempotency key.
    NotIdempotent(Failure),
    /// All attempts are used.
    AttemptsUsed {
        /// How many there were.
        attempts: u32,
    },
    /// The budget has no retry left.
    BudgetEmpty,
    /// The wait would not end before the deadline.
    DeadlineTooClose {
        /// The wait.
        delay: Duration,
        /// What was left of the call's time.
        left: Duration,
    },
}

/// What the decision to retry rests on, apart from the policy itself.
#[derive(Clone, Copy, Debug)]
pub struct Tried {
    /// How the newest attempt failed.
    pub failure: Failure,
    /// Attempts made so far, at least one.
    pub attempts: u32,
    /// The wait before the newest attempt; none before the first.
    pub previous_delay: Option<Duration>,
    /// Whether the request may be made twice.
    pub repeat: Repeat,
    /// When the call must have ended; [`Instant::MAX`] for never.
    pub deadline: Instant,
}

/// The retry policy that the calls of one pipeline share.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Retry {
    attempts: u32,
    backoff: Backoff,
    budget: Option<RetryBudget>,
}

impl Retry {
    /// The policy of these settings, with a full budget.
    ///
    /// # Errors
    /// When a setting is outside the range that [`RetryConfig`] and its parts state.
    pub fn new(config: RetryConfig) -> Result<Self, ConfigError> {
        let in_range = (1..=1_000_000).contains(&config.attempts);
        Ok(Self {
            attempts: require(in_range, "retry.attempts", config.attempts, "1 to 1,000,000")?,
            backoff: Backoff::new(config.backoff)?,
            budget: config.budget.map(RetryBudget::new).transpose()?,
        })
    }

    /// Counts a call that starts, for the budget.
    pub fn start_call(&mut self) {
        if let Some(budget) = &mut self.budget {
            budget.deposit();
        }
    }

    /// The wait before the next attempt.
    ///
    /// # Errors
    /// With the reason why there is to be no next attempt.
    pub fn decide(
        &mut self,
        now: Instant,
        tried: &Tried,
        rng: &mut Rng,
    ) -> Result<Duration, GiveUp> {
        may_repeat(tried.failure, tried.repeat)?;
        if tried.attempts >= self.attempts {
            return Err(GiveUp::AttemptsUsed { attempts: tried.attempts });
        }
        let delay = self.delay(tried, rng);
        let left = tried.deadline.since(now);
        if delay >= left {
            return Err(GiveUp::DeadlineTooClose { delay, left });
        }
        let granted = self.budget.as_mut().is_none_or(|budget| budget.try_withdraw(now));
        if granted { Ok(delay) } else { Err(GiveUp::BudgetEmpty) }
    }

    fn delay(&self, tried: &Tried, rng: &mut Rng) -> Duration {
        let delay = self.backoff.delay(tried.attempts.saturating_sub(1), tried.previous_delay, rng);
        match tried.failure.retry_after() {
            Some(asked) => delay.max(asked.min(self.backoff.config().cap)),
            None => delay,
        }
    }
}

fn may_repeat(failure: Failure, repeat: Repeat) -> Result<(), GiveUp> {
    match failure {
        failure if failure.is_of_request() => Err(GiveUp::Permanent(failure)),
        Failure::Connect | Failure::Aborted | Failure::Status { code: 429 | 503, .. } => Ok(()),
        Failure::Timeout | Failure::ConnectionLost | Failure::Status { .. } => match repeat {
            Repeat::Safe => Ok(()),
            Repeat::Unsafe => Err(GiveUp::NotIdempotent(failure)),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::backoff::{Growth, Jitter};

    fn tried(failure: Failure) -> Tried {
        Tried {
            failure,
            attempts: 1,
            previous_delay: None,
            repeat: Repeat::Safe,
            deadline: Instant::MAX,
        }
    }

    fn retry() -> Retry {
        let backoff = BackoffConfig { jitter: Jitter::None, ..BackoffConfig::default() };
        Retry::new(RetryConfig { backoff, ..RetryConfig::default() }).unwrap()
    }

    fn decide(retry: &mut Retry, tried: Tried) -> Result<Duration, GiveUp> {
        retry.decide(Instant::ZERO, &tried, &mut Rng::from_seed(1))
    }

    #[test]
    fn only_what_may_help_and_cannot_harm_is_retried() {
        use Failure::{Aborted, Connect, ConnectionLost, Timeout};
        let status = Failure::status;
        for (failure, read, mutation) in [
            (Connect, true, true),
            (Aborted, true, true),
            (status(429), true, true),
            (status(503), true, true),
            (Timeout, true, false),
            (ConnectionLost, true, false),
            (status(500), true, false),
            (status(502), true, false),
            (status(408), true, false),
            (status(400), false, false),
            (status(401), false, false),
            (status(404), false, false),
        ] {
            let ask = |repeat| decide(&mut retry(), Tried { repeat, ..tried(failure) }).is_ok();
            assert_eq!((ask(Repeat::Safe), ask(Repeat::Unsafe)), (read, mutation), "{failure}");
        }
    }

    #[test]
    fn the_last_attempt_is_the_last() {
        let attempts = |attempts| Tried { attempts, ..tried(Failure::Connect) };
        assert_eq!(decide(&mut retry(), attempts(3)), Ok(Duration::from_secs(4)));
        let used = Err(GiveUp::AttemptsUsed { attempts: 4 });
        assert_eq!(decide(&mut retry(), attempts(4)), used);
    }

    #[test]
    fn retry_after_lengthens_the_delay_up_to_the_cap() {
        for (asked, delay) in [(0, 1), (3, 3), (99_999_999, 20)] {
            let retry_after = Some(Duration::from_secs(asked));
            let failure = Failure::Status { code: 429, retry_after };
            assert_eq!(decide(&mut retry(), tried(failure)), Ok(Duration::from_secs(delay)));
        }
    }

    #[test]
    fn a_delay_that_does_not_fit_is_not_slept() {
        let (delay, left) = (Duration::from_secs(1), Duration::from_secs(1));
        let late = Tried { deadline: Instant::from_secs(1), ..tried(Failure::Connect) };
        assert_eq!(decide(&mut retry(), late), Err(GiveUp::DeadlineTooClose { delay, left }));
    }

    #[test]
    fn the_budget_is_asked_last_and_refuses_by_name() {
        let budget = Some(BudgetConfig { per_ten_thousand: 0, floor_per_second: 0, burst: 1 });
        let backoff = BackoffConfig { growth: Growth::Constant, ..BackoffConfig::default() };
        let config = RetryConfig { backoff, budget, ..RetryConfig::default() };
        let mut retry = Retry::new(config).unwrap();
        assert!(decide(&mut retry, tried(Failure::status(404))).is_err());
        assert!(decide(&mut retry, tried(Failure::Connect)).is_ok(), "404 took nothing");
        assert_eq!(decide(&mut retry, tried(Failure::Connect)), Err(GiveUp::BudgetEmpty));
    }
}

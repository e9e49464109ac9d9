//! Whether a failed attempt is made again, and when.

use crate::backoff::{Backoff, BackoffConfig, Delays, spread};
use crate::budget::{BudgetConfig, RetryBudget, RetryPermit, Shortage};
use crate::class::{Retryable, Verdict};
use crate::config::{ConfigError, require_in};
use crate::outcome::{Failure, Outcome, Rejection};
use crate::rng::Rng;
use crate::time::{Duration, Instant};
use core::ops::RangeInclusive;

crate::settings! {
    /// The settings of a [`Retry`].
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub struct RetryConfig in "retry" {
        /// Attempts per call, including the first.
        attempts: u32 = 4, ATTEMPTS: 1..=1_000_000;
        /// The wait before each retry.
        backoff: BackoffConfig = BackoffConfig::default();
        /// The budget that all calls share; none for no limit.
        budget: Option<BudgetConfig> = Some(BudgetConfig::default());
        /// The longest `Retry-After` that is waited for, up to 1 day; none to ignore the header.
        max_retry_after: Option<Duration> = Some(Duration::from_secs(300));
        /// Whether throttling with a `Retry-After` pauses all calls of the pipeline, and not only
        /// the one that was told it.
        pause: bool = true;
    }
}

impl RetryConfig {
    /// The range of [`max_retry_after`](Self::max_retry_after).
    pub const MAX_RETRY_AFTER: RangeInclusive<Duration> = Duration::ZERO..=Duration::DAY;
}

/// Whether a request may be made twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Repeat {
    /// A read, or a mutation with an idempotency key: twice has the same effect as once.
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
        /// How many attempts there were.
        attempts: u32,
    },
    /// The budget has no retry left.
    BudgetEmpty(Shortage),
    /// The dependency asked for a longer wait than is allowed.
    RetryAfterTooLong {
        /// The wait that it asked for.
        asked: Duration,
        /// See [`RetryConfig::max_retry_after`].
        longest: Duration,
    },
    /// The wait would not end before the deadline.
    DeadlineTooClose {
        /// The wait.
        delay: Duration,
        /// What was left of the call's time.
        left: Duration,
    },
}

/// What the decision to retry depends on, apart from the policy itself.
#[derive(Clone, Copy, Debug)]
pub struct Tried {
    /// How the newest attempt failed.
    pub failure: Failure,
    /// Attempts made so far, at least one.
    pub attempts: u32,
    /// Whether the request may be made twice.
    pub repeat: Repeat,
    /// When the call must have ended; [`Instant::MAX`] for never.
    pub deadline: Instant,
}

/// Permission to make another attempt.
#[derive(Debug, PartialEq, Eq)]
#[must_use = "its permit is to be given back when the attempt has ended"]
pub struct Granted {
    /// The wait before the attempt.
    pub delay: Duration,
    /// The permit of the budget, for [`Retry::attempt_ended`]; none without a budget.
    pub permit: Option<RetryPermit>,
}

/// The retry policy that the calls of one pipeline share.
///
/// | failure | again? |
/// |---|---|
/// | connect, a rolled-back transaction | yes: nothing took effect |
/// | timeout, lost connection | only if the request may be repeated: a read, or a mutation with a key |
/// | an answer | as the [`Classifier`](crate::Classifier) says |
///
/// `Retry-After` is a floor: nobody comes earlier, and the cap of the backoff does not apply to it.
/// Up to half of it is added as jitter, though at most half of what is then left until the deadline;
/// later delays of the backoff grow as if it had not been there. The policy gives up at once on a
/// `Retry-After` that is longer than [`RetryConfig::max_retry_after`], and on any delay that would
/// not end before the deadline: the attempt after it would have no time (failsafe-go cuts the delay
/// instead). Our own rejections are not retried. An `Err` with its reason says that there is no
/// retry; in resilience4j, a negative delay says it.
///
/// With [`RetryConfig::pause`], the `Retry-After` of throttling (429, 403 ...) is for all calls, as
/// the limit is: until it is over, none makes an attempt, see [`Retry::pause`]. Otherwise each call
/// would run into its own. That of a 503 is for the call alone; a breaker takes it as its cooldown.
///
/// ```
/// use fusebox::{Delays, Failure, GiveUp, Outcome, Repeat, Retry, RetryConfig, Tried};
/// use fusebox::rng::Rng;
/// use fusebox::time::Instant;
///
/// let mut retry = Retry::new(RetryConfig { attempts: 2, ..RetryConfig::default() })?;
/// let (now, mut delays, mut rng) = (Instant::ZERO, Delays::default(), Rng::from_seed(1));
/// let failure = Failure::Connect;
/// let tried = Tried { failure, attempts: 1, repeat: Repeat::Safe, deadline: Instant::MAX };
///
/// retry.start_call(now);
/// retry.attempt_ended(now, None, Outcome::Failure(failure));
/// let granted = retry.decide(now, &tried, &mut delays, &mut rng).expect("one of two is left");
///
/// let now = now + granted.delay;
/// retry.attempt_ended(now, granted.permit, Outcome::Failure(failure));
/// let again = retry.decide(now, &Tried { attempts: 2, ..tried }, &mut delays, &mut rng);
/// assert_eq!(again.unwrap_err(), GiveUp::AttemptsUsed { attempts: 2 });
/// retry.end_call();
/// # Ok::<(), fusebox::ConfigError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Retry {
    attempts: u32,
    backoff: Backoff,
    budget: Option<RetryBudget>,
    max_retry_after: Option<Duration>,
    pauses: bool,
    /// The end of the pause for all calls, and how long it is.
    paused_until: (Instant, Duration),
}

impl Retry {
    /// A policy with these settings and a full budget.
    ///
    /// # Errors
    /// When a setting is outside the range that [`RetryConfig`] and its parts state.
    pub fn new(config: RetryConfig) -> Result<Self, ConfigError> {
        config.check_ranges()?;
        let backoff =
            Backoff::new(config.backoff).map_err(|error| error.within("retry.backoff"))?;
        let budget = config.budget.map(RetryBudget::new).transpose();
        let budget = budget.map_err(|error| error.within("retry.budget"))?;
        let RetryConfig { attempts, max_retry_after, pause: pauses, .. } = config;
        if let Some(longest) = max_retry_after {
            require_in(&RetryConfig::MAX_RETRY_AFTER, "retry.max_retry_after", longest)?;
        }
        let paused_until = (Instant::ZERO, Duration::ZERO);
        Ok(Self { attempts, backoff, budget, max_retry_after, pauses, paused_until })
    }

    /// The budget, if there is one.
    #[must_use]
    pub const fn budget(&self) -> Option<&RetryBudget> {
        self.budget.as_ref()
    }

    /// Changes the settings for every decision from now on; the budget keeps what it has counted, see
    /// [`RetryBudget::reconfigure`]. A budget where there was none is full.
    ///
    /// # Errors
    /// When a setting is outside the range that [`RetryConfig`] and its parts state; then nothing has
    /// changed.
    pub fn reconfigure(&mut self, now: Instant, config: RetryConfig) -> Result<(), ConfigError> {
        let mut fresh = Self::new(config)?;
        if let (Some(fresh), Some(mut budget)) = (&mut fresh.budget, self.budget.take()) {
            budget.take_over(now, *fresh.config());
            *fresh = budget;
        }
        fresh.paused_until = self.paused_until;
        *self = fresh;
        Ok(())
    }

    /// Fills the budget again, and forgets the calls in flight and the pause.
    pub(super) fn forget(&mut self) {
        self.paused_until = (Instant::ZERO, Duration::ZERO);
        self.budget = self.budget.take().map(RetryBudget::renewed);
    }

    /// Counts a call that starts, for the budget.
    pub fn start_call(&mut self, now: Instant) {
        if let Some(budget) = &mut self.budget {
            budget.start_call(now);
        }
    }

    /// Counts a call that ends, for the budget; once for each that started.
    pub const fn end_call(&mut self) {
        if let Some(budget) = &mut self.budget {
            budget.end_call();
        }
    }

    /// Reports how an attempt ended, with the permit if it was a retry. Report every attempt,
    /// before [`Retry::decide`].
    pub fn attempt_ended(&mut self, now: Instant, permit: Option<RetryPermit>, outcome: Outcome) {
        if let (true, Outcome::Failure(failure), Some(longest)) =
            (self.pauses, outcome, self.max_retry_after)
            && let (Verdict::Throttled, Some(asked)) =
                (failure.class().verdict, failure.retry_after())
        {
            let asked = asked.min(longest);
            self.paused_until = self.paused_until.max((now + asked, asked));
        }
        if let Some(budget) = &mut self.budget {
            budget.attempt_ended(permit, outcome);
        }
    }

    /// Whether all calls are paused, because the dependency has asked for a wait.
    #[inline]
    #[must_use]
    pub fn is_paused(&self, now: Instant) -> bool {
        now < self.paused_until.0
    }

    /// When a call that is to make an attempt now may make it: now, or after the pause, with jitter
    /// on top so that the calls do not come together.
    ///
    /// # Errors
    /// When that would not be before the deadline.
    pub fn pause(
        &self,
        now: Instant,
        deadline: Instant,
        rng: &mut Rng,
    ) -> Result<Instant, Rejection> {
        if !self.is_paused(now) {
            return Ok(now);
        }
        let (ends, length) = self.paused_until;
        if ends >= deadline {
            return Err(Rejection::Paused { retry_after: ends.since(now) });
        }
        let jitter = spread(length, room(deadline.since(ends)), rng).saturating_sub(length);
        Ok(ends + jitter)
    }

    /// The permission for the next attempt and the wait before it; only then does `delays` advance.
    ///
    /// # Errors
    /// With the reason why there is no next attempt.
    pub fn decide(
        &mut self,
        now: Instant,
        tried: &Tried,
        delays: &mut Delays,
        rng: &mut Rng,
    ) -> Result<Granted, GiveUp> {
        may_repeat(tried.failure, tried.repeat)?;
        if tried.attempts >= self.attempts {
            return Err(GiveUp::AttemptsUsed { attempts: tried.attempts });
        }
        let (mut moved_on, left) = (*delays, tried.deadline.since(now));
        let mut delay = self.backoff.next(&mut moved_on, rng);
        if let (Some(asked), Some(longest)) = (tried.failure.retry_after(), self.max_retry_after) {
            if asked > longest {
                return Err(GiveUp::RetryAfterTooLong { asked, longest });
            }
            delay = delay.max(spread(asked, room(left.saturating_sub(asked)), rng));
        }
        if delay >= left {
            return Err(GiveUp::DeadlineTooClose { delay, left });
        }
        let permit = match &mut self.budget {
            Some(budget) => Some(
                budget
                    .try_withdraw(now, tried.failure)
                    .ok_or_else(|| GiveUp::BudgetEmpty(budget.shortage(now, tried.failure)))?,
            ),
            None => None,
        };
        *delays = moved_on;
        Ok(Granted { delay, permit })
    }

    /// The smallest and the largest value that the backoff can draw for the next delay.
    #[must_use]
    pub fn range(&self, delays: &Delays) -> (Duration, Duration) {
        let (least, most) = self.backoff.range(delays);
        (least, most.min(self.backoff.config().cap))
    }
}

/// How much of what is left until the deadline a wait may take as jitter.
fn room(left: Duration) -> Duration {
    left.per_mille(500)
}

const fn may_repeat(failure: Failure, repeat: Repeat) -> Result<(), GiveUp> {
    match (failure.class().retry, repeat) {
        (Retryable::Never, _) => Err(GiveUp::Permanent(failure)),
        (Retryable::IfSafe, Repeat::Unsafe) => Err(GiveUp::NotIdempotent(failure)),
        (Retryable::IfSafe, Repeat::Safe) | (Retryable::Always, _) => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::backoff::{Growth, Jitter};

    fn tried(failure: Failure) -> Tried {
        Tried { failure, attempts: 1, repeat: Repeat::Safe, deadline: Instant::MAX }
    }

    fn retry() -> Retry {
        let backoff = BackoffConfig { jitter: Jitter::None, ..BackoffConfig::default() };
        Retry::new(RetryConfig { backoff, ..RetryConfig::default() }).unwrap()
    }

    fn decide(retry: &mut Retry, tried: Tried) -> Result<Duration, GiveUp> {
        let mut delays = Delays::after(tried.attempts - 1);
        let granted = retry.decide(Instant::ZERO, &tried, &mut delays, &mut Rng::from_seed(1));
        granted.map(|granted| granted.delay)
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
            (status(409), true, false),
            (status(423), true, true),
            (status(425), true, true),
            (Failure::answer(403, Some(Duration::from_secs(1))), true, true),
            (status(403), false, false),
            (status(422), false, false),
            (status(501), false, false),
            (status(505), false, false),
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
    fn retry_after_lengthens_the_delay_with_jitter_on_top_and_without_the_cap() {
        for (asked, least, most) in [(0, 1_000, 1_000), (3, 3_000, 4_500), (300, 300_000, 450_000)]
        {
            let failure = Failure::answer(429, Some(Duration::from_secs(asked)));
            let delay = decide(&mut retry(), tried(failure)).unwrap();
            let range = Duration::from_millis(least)..=Duration::from_millis(most);
            assert!(range.contains(&delay), "{delay}");
        }
    }

    #[test]
    fn a_retry_after_that_is_too_long_or_ignored() {
        let (asked, longest) = (Duration::from_secs(301), Duration::from_secs(300));
        let asks = tried(Failure::answer(429, Some(asked)));
        let too_long = Err(GiveUp::RetryAfterTooLong { asked, longest });
        assert_eq!(decide(&mut retry(), asks), too_long);
        let backoff = BackoffConfig { jitter: Jitter::None, ..BackoffConfig::default() };
        let config = RetryConfig { backoff, max_retry_after: None, ..RetryConfig::default() };
        let mut deaf = Retry::new(config).unwrap();
        assert_eq!(decide(&mut deaf, asks), Ok(Duration::from_secs(1)));
    }

    #[test]
    fn a_delay_that_does_not_fit_is_not_slept() {
        let (delay, left) = (Duration::from_secs(1), Duration::from_secs(1));
        let late = Tried { deadline: Instant::from_secs(1), ..tried(Failure::Connect) };
        assert_eq!(decide(&mut retry(), late), Err(GiveUp::DeadlineTooClose { delay, left }));
    }

    #[test]
    fn the_delays_after_retry_after_go_on_as_if_it_had_not_been() {
        let (mut retry, mut delays, mut rng) = (retry(), Delays::default(), Rng::from_seed(1));
        let asks = Failure::answer(503, Some(Duration::from_secs(7)));
        let row = [asks, Failure::Connect, asks].map(|failure| {
            retry.decide(Instant::ZERO, &tried(failure), &mut delays, &mut rng).unwrap().delay
        });
        assert_eq!(row[1], Duration::from_secs(2));
        assert!(row[0] >= Duration::from_secs(7) && row[2] >= Duration::from_secs(7));
    }

    #[test]
    fn what_is_refused_does_not_move_the_delays_on() {
        let (mut delays, mut rng) = (Delays::default(), Rng::from_seed(1));
        let late = Tried { deadline: Instant::from_secs(1), ..tried(Failure::Connect) };
        assert!(retry().decide(Instant::ZERO, &late, &mut delays, &mut rng).is_err());
        assert_eq!(delays, Delays::default());
    }

    #[test]
    fn the_budget_is_asked_last_and_refuses_by_name() {
        let budget = Some(BudgetConfig::InFlight { per_ten_thousand: 0, floor: 1 });
        let backoff = BackoffConfig { growth: Growth::Constant, ..BackoffConfig::default() };
        let config = RetryConfig { backoff, budget, ..RetryConfig::default() };
        let mut retry = Retry::new(config).unwrap();
        assert!(decide(&mut retry, tried(Failure::status(404))).is_err());
        let late = Tried { deadline: Instant::ZERO, ..tried(Failure::Connect) };
        assert!(decide(&mut retry, late).is_err());
        assert!(decide(&mut retry, tried(Failure::Connect)).is_ok(), "these took nothing");
        let shortage = Shortage::InFlight { retries: 1, allowed: 1, calls: 0 };
        let refused = Err(GiveUp::BudgetEmpty(shortage));
        assert_eq!(decide(&mut retry, tried(Failure::Connect)), refused);
    }

    #[test]
    fn without_a_budget_there_is_no_permit_and_no_limit() {
        let mut retry = Retry::new(RetryConfig { budget: None, ..RetryConfig::default() }).unwrap();
        let (mut delays, mut rng) = (Delays::default(), Rng::from_seed(1));
        for _ in 0..1_000 {
            let failed = tried(Failure::Connect);
            let granted = retry.decide(Instant::ZERO, &failed, &mut delays, &mut rng).unwrap();
            assert_eq!(granted.permit, None);
        }
        assert_eq!((retry.budget(), delays.count()), (None, 1_000));
    }

    #[test]
    fn settings_out_of_range_name_themselves_by_their_whole_path() {
        let default = RetryConfig::default();
        let backoff = BackoffConfig { base: Duration::MAX, ..BackoffConfig::default() };
        let budget = Some(BudgetConfig::InFlight { per_ten_thousand: 10_001, floor: 0 });
        let max_retry_after = Some(Duration::MAX);
        for (config, field) in [
            (RetryConfig { attempts: 0, ..default }, "retry.attempts"),
            (RetryConfig { backoff, ..default }, "retry.backoff.base"),
            (RetryConfig { budget, ..default }, "retry.budget.per_ten_thousand"),
            (RetryConfig { max_retry_after, ..default }, "retry.max_retry_after"),
        ] {
            assert_eq!(Retry::new(config).unwrap_err().field, field);
        }
    }
}

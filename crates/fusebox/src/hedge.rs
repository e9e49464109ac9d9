//! Hedging: if an answer does not come soon, another attempt is made beside the first.

use crate::breaker::Rate;
use crate::class::Retryable;
use crate::config::{ConfigError, require_in};
use crate::outcome::{Failure, Outcome};
use crate::time::{Duration, Instant};

const ATTEMPTS_MAX: u32 = 10;

/// What a hedge takes out of the budget, which is in ten-thousandths of a hedge.
const HEDGE: u32 = 10_000;

/// A full budget.
const BUDGET_MAX: u32 = 10 * HEDGE;

crate::settings! {
    /// The settings of a [`Hedge`].
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub struct HedgeConfig in "hedge" {
        /// How long after an attempt the next one is sent; zero sends all at once. A delay of the
        /// 95th percentile of the latency adds about one request in twenty.
        delay: Duration = Duration::from_millis(100), DELAY: Duration::ZERO..=Duration::DAY;
        /// Most attempts, including the first; 1 hedges nothing.
        attempts: u32 = 2, ATTEMPTS: 1..=ATTEMPTS_MAX;
        /// Most hedges as a share of the calls, with up to 10 saved up; none for no limit.
        budget: Option<Rate> = Some(Rate::percent(10));
    }
}

/// A hedging policy, which starts a [`Race`] for each attempt that is hedged.
///
/// It is for tail latency, and only for requests that may be made twice
/// ([`Repeat::Safe`](super::Repeat::Safe)). The rules are those of gRPC ("A6: client retries"):
///
/// | what happens | what follows |
/// |---|---|
/// | the delay passes without an answer | the next attempt is sent |
/// | a success | it is the outcome, and all others are cancelled |
/// | a failure that is permanent (400, 401, 404, 501 ...) | it is the outcome too: the request would fail anywhere |
/// | any other failure | the next attempt is sent at once, and the delay begins anew |
/// | a failure with `Retry-After`, or one that does not count against the dependency (409, 425, 429 ...) | no further attempt; attempts in flight go on |
/// | a neutral outcome | that attempt drops out of the race; no attempt replaces it |
/// | all attempts have ended | the newest failure is the outcome, one with `Retry-After` before others |
///
/// The choices where libraries differ:
/// - The policy has a budget: when everything is slow every call would be hedged, and the load
///   doubles exactly then. Each call earns a share of a hedge, and each hedge takes a whole one.
/// - A budget or a bulkhead that rejects a hedge does not end the race. It stops further hedges, and
///   the attempts in flight decide ([`Race::rejected`]).
///
/// ```
/// use fusebox::{Hedge, HedgeConfig, HedgeStep, Outcome};
/// use fusebox::time::{Duration, Instant};
///
/// let delay = Duration::from_millis(50);
/// let mut hedge = Hedge::new(HedgeConfig { delay, ..HedgeConfig::default() })?;
/// let (mut race, step) = hedge.start(Instant::ZERO);
/// assert_eq!(step, HedgeStep::Send(1));
/// let now = race.wake_at();
/// assert_eq!((now, race.timer(now)), (Instant::from_millis(50), HedgeStep::Send(2)));
/// assert!(hedge.try_hedge(), "the budget starts full");
/// let HedgeStep::Done { outcome, cancel } = race.ended(now, 2, Outcome::Success) else { panic!() };
/// assert_eq!(outcome, Outcome::Success);
/// assert_eq!(cancel.numbers().collect::<Vec<u32>>(), [1]);
/// # Ok::<(), fusebox::ConfigError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hedge {
    config: HedgeConfig,
    /// What is left of the budget.
    left: u32,
}

/// What a race does next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use = "an attempt is to be sent, or others to be cancelled"]
pub enum HedgeStep {
    /// Send the attempt with this number, from 1, and report its end with [`Race::ended`]; if a
    /// policy or the budget ([`Hedge::try_hedge`]) rejects it, report that with
    /// [`Race::rejected`].
    Send(u32),
    /// Nothing new: wait for an answer, or for [`Race::wake_at`].
    Unchanged,
    /// The race is over, and nothing more is sent.
    Done {
        /// The outcome of the race.
        outcome: Outcome,
        /// The attempts in flight, to be cancelled.
        cancel: Attempts,
    },
}

/// A set of attempts of one race.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Attempts(u16);

impl Attempts {
    const NONE: Self = Self(0);

    /// The largest number is 10; a number that cannot occur has no bit.
    fn bit(number: u32) -> u16 {
        1_u16.checked_shl(number).unwrap_or(0)
    }

    /// Whether the attempt with this number is in the set.
    #[must_use]
    pub fn contains(self, number: u32) -> bool {
        self.0 & Self::bit(number) != 0
    }

    /// Whether the set is empty.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The numbers, in ascending order.
    pub fn numbers(self) -> impl Iterator<Item = u32> {
        (1..=ATTEMPTS_MAX).filter(move |&number| self.contains(number))
    }

    fn insert(&mut self, number: u32) {
        self.0 |= Self::bit(number);
    }

    fn remove(&mut self, number: u32) {
        self.0 &= !Self::bit(number);
    }
}

/// The attempts of one call in flight together, of which the first good answer wins.
///
/// It does not allocate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Race {
    /// How many attempts the call made before the race; the race counts on from there.
    before: u32,
    delay: Duration,
    /// Attempts that may still be sent.
    left: u32,
    /// The number of the newest attempt.
    newest: u32,
    running: Attempts,
    /// When the next attempt is sent.
    next_at: Instant,
    failure: Option<Failure>,
    done: bool,
}

impl Hedge {
    /// A policy with these settings.
    ///
    /// # Errors
    /// When a setting is outside the range that [`HedgeConfig`] states.
    pub fn new(config: HedgeConfig) -> Result<Self, ConfigError> {
        config.check_ranges()?;
        if let Some(share) = config.budget {
            require_in(&Rate::RANGE, "hedge.budget", share)?;
        }
        Ok(Self { config, left: BUDGET_MAX })
    }

    /// The settings.
    #[must_use]
    pub const fn config(&self) -> &HedgeConfig {
        &self.config
    }

    /// Takes a hedge out of the budget; false if there is none.
    pub const fn try_hedge(&mut self) -> bool {
        if self.config.budget.is_none() {
            return true;
        }
        let has_one = self.left >= HEDGE;
        if has_one {
            self.left -= HEDGE;
        }
        has_one
    }

    /// Fills the budget, because the process has ended.
    pub(super) const fn forget(&mut self) {
        self.left = BUDGET_MAX;
    }

    /// A new race and its first step, which sends the first attempt.
    pub fn start(&mut self, now: Instant) -> (Race, HedgeStep) {
        (self.start_from(now, 1), HedgeStep::Send(1))
    }

    /// A race that begins with the attempt of this number, which is sent now. A first attempt earns
    /// its share of a hedge.
    pub(super) fn start_from(&mut self, now: Instant, number: u32) -> Race {
        let HedgeConfig { delay, attempts: left, budget } = self.config;
        if let (1, Some(share)) = (number, budget) {
            self.left = BUDGET_MAX.min(self.left + share.as_per_ten_thousand());
        }
        let (running, before) = (Attempts::NONE, number - 1);
        let mut race = Race {
            before,
            delay,
            left,
            newest: 0,
            running,
            next_at: now,
            failure: None,
            done: false,
        };
        let _ = race.send(now);
        race
    }
}

impl Race {
    /// When to call [`Race::timer`]; [`Instant::MAX`] for never.
    #[must_use]
    pub const fn wake_at(&self) -> Instant {
        if self.done || self.left == 0 { Instant::MAX } else { self.next_at }
    }

    /// The attempts in flight.
    #[must_use]
    pub const fn running(&self) -> Attempts {
        self.running
    }

    /// Tells the race that the moment of [`Race::wake_at`] has come; call it until that moment lies
    /// ahead.
    pub fn timer(&mut self, now: Instant) -> HedgeStep {
        if now < self.wake_at() || self.wake_at() == Instant::MAX {
            return HedgeStep::Unchanged;
        }
        self.send(now)
    }

    /// Reports that the attempt with this number has ended; no effect if it was cancelled before.
    pub fn ended(&mut self, now: Instant, number: u32, outcome: Outcome) -> HedgeStep {
        if !self.take(number) {
            return HedgeStep::Unchanged;
        }
        match outcome {
            Outcome::Success => self.end(outcome),
            Outcome::Failure(failure) if failure.class().retry == Retryable::Never => {
                self.end(outcome)
            }
            Outcome::Failure(failure) => {
                self.keep(failure);
                if failure.retry_after().is_some() || !failure.counts() {
                    self.left = 0;
                }
                if self.left > 0 { self.send(now) } else { self.go_on() }
            }
            Outcome::Neutral => self.go_on(),
        }
    }

    /// Reports that a policy rejected the attempt with this number: it was never made, and no other
    /// is asked for. The attempts in flight go on; without any, the newest failure is the outcome.
    pub fn rejected(&mut self, number: u32) -> HedgeStep {
        if !self.take(number) {
            return HedgeStep::Unchanged;
        }
        self.left = 0;
        self.go_on()
    }

    /// Tells the race that the caller no longer waits.
    pub fn hang_up(&mut self) -> HedgeStep {
        if self.done { HedgeStep::Unchanged } else { self.end(Outcome::Neutral) }
    }

    /// Takes the attempt with this number out of the attempts in flight; returns whether it was
    /// there.
    fn take(&mut self, number: u32) -> bool {
        let number = number.saturating_sub(self.before);
        let was_running = self.running.contains(number);
        self.running.remove(number);
        was_running
    }

    fn send(&mut self, now: Instant) -> HedgeStep {
        self.left = self.left.saturating_sub(1);
        self.newest += 1;
        self.running.insert(self.newest);
        self.next_at = now + self.delay;
        HedgeStep::Send(self.before + self.newest)
    }

    /// Keeps the outcome of the race for when no attempt succeeds; a `Retry-After` must not be
    /// lost.
    fn keep(&mut self, failure: Failure) {
        if failure.retry_after().is_some() || self.failure.and_then(Failure::retry_after).is_none()
        {
            self.failure = Some(failure);
        }
    }

    fn go_on(&mut self) -> HedgeStep {
        if self.running.is_empty() {
            self.end(self.failure.map_or(Outcome::Neutral, Outcome::Failure))
        } else {
            HedgeStep::Unchanged
        }
    }

    const fn end(&mut self, outcome: Outcome) -> HedgeStep {
        let cancel = self.running;
        self.running = Attempts::NONE;
        self.done = true;
        HedgeStep::Done { outcome, cancel }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Instant = Instant::ZERO;
    const LOST: Outcome = Outcome::Failure(Failure::ConnectionLost);

    fn race(attempts: u32) -> Race {
        let config = HedgeConfig { attempts, ..HedgeConfig::default() };
        let (race, step) = Hedge::new(config).unwrap().start(NOW);
        assert_eq!(step, HedgeStep::Send(1));
        race
    }

    fn done(outcome: Outcome, cancel: &[u32]) -> HedgeStep {
        let mut numbers = Attempts::NONE;
        for &number in cancel {
            numbers.insert(number);
        }
        HedgeStep::Done { outcome, cancel: numbers }
    }

    const fn busy(secs: u64) -> Outcome {
        let retry_after = Some(Duration::from_secs(secs));
        Outcome::Failure(Failure::answer(503, retry_after))
    }

    #[test]
    fn the_delay_sends_one_after_the_other_up_to_the_most() {
        let mut race = race(3);
        assert_eq!(race.timer(Instant::from_millis(99)), HedgeStep::Unchanged);
        assert_eq!(race.timer(Instant::from_millis(100)), HedgeStep::Send(2));
        assert_eq!(race.wake_at(), Instant::from_millis(200));
        assert_eq!(race.timer(Instant::from_millis(250)), HedgeStep::Send(3));
        assert_eq!(race.wake_at(), Instant::MAX);
        assert_eq!(race.timer(Instant::MAX), HedgeStep::Unchanged);
        let now = Instant::from_millis(300);
        assert_eq!(race.ended(now, 2, Outcome::Success), done(Outcome::Success, &[1, 3]));
        assert_eq!(race.ended(now, 1, Outcome::Success), HedgeStep::Unchanged);
        assert_eq!((race.hang_up(), race.wake_at()), (HedgeStep::Unchanged, Instant::MAX));
    }

    #[test]
    fn a_failure_sends_the_next_at_once_and_the_last_one_is_the_outcome() {
        let mut race = race(2);
        let now = Instant::from_millis(30);
        assert_eq!(race.ended(now, 1, LOST), HedgeStep::Send(2));
        assert_eq!(race.wake_at(), Instant::MAX);
        let last = Outcome::Failure(Failure::Timeout);
        assert_eq!(race.ended(now, 2, last), done(last, &[]));
    }

    #[test]
    fn a_fault_of_the_request_ends_the_race() {
        let mut race = race(3);
        let now = race.wake_at();
        assert_eq!(race.timer(now), HedgeStep::Send(2));
        let missing = Outcome::Failure(Failure::status(404));
        assert_eq!(race.ended(now, 2, missing), done(missing, &[1]));
    }

    #[test]
    fn a_request_to_wait_stops_further_attempts_and_is_not_forgotten() {
        let mut first = race(3);
        assert_eq!(first.ended(NOW, 1, busy(9)), done(busy(9), &[]));
        let mut second = race(3);
        let now = second.wake_at();
        assert_eq!(second.timer(now), HedgeStep::Send(2));
        assert_eq!(second.ended(now, 1, busy(9)), HedgeStep::Unchanged);
        assert_eq!(second.wake_at(), Instant::MAX);
        assert_eq!(second.ended(now, 2, LOST), done(busy(9), &[]));
    }

    #[test]
    fn a_hedge_that_a_policy_rejects_harms_nobody() {
        let mut race = race(3);
        let now = race.wake_at();
        assert_eq!(race.timer(now), HedgeStep::Send(2));
        assert_eq!((race.rejected(2), race.wake_at()), (HedgeStep::Unchanged, Instant::MAX));
        assert_eq!(race.ended(now, 1, Outcome::Success), done(Outcome::Success, &[]));
        let mut failed = super::tests::race(3);
        assert_eq!(failed.ended(NOW, 1, LOST), HedgeStep::Send(2));
        assert_eq!(failed.rejected(2), done(LOST, &[]));
        let mut rejected = super::tests::race(3);
        assert_eq!(rejected.rejected(1), done(Outcome::Neutral, &[]));
    }

    #[test]
    fn no_delay_sends_all_at_once() {
        let config = HedgeConfig { delay: Duration::ZERO, attempts: 10, budget: None };
        let (mut race, _) = Hedge::new(config).unwrap().start(NOW);
        let sent = core::iter::from_fn(|| match race.timer(NOW) {
            HedgeStep::Send(number) => Some(number),
            _ => None,
        });
        assert_eq!(sent.collect::<Vec<_>>(), (2..=10).collect::<Vec<_>>());
        assert_eq!(race.hang_up(), done(Outcome::Neutral, &(1..=10).collect::<Vec<_>>()));
    }

    #[test]
    fn settings_out_of_range_name_themselves() {
        let default = HedgeConfig::default();
        for (config, field) in [
            (HedgeConfig { delay: Duration::MAX, ..default }, "hedge.delay"),
            (HedgeConfig { attempts: 0, ..default }, "hedge.attempts"),
            (HedgeConfig { attempts: 11, ..default }, "hedge.attempts"),
            (HedgeConfig { budget: Some(Rate::percent(0)), ..default }, "hedge.budget"),
        ] {
            assert_eq!(Hedge::new(config).unwrap_err().field, field);
        }
    }
}

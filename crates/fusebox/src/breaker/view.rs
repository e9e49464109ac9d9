//! Details of a breaker beside its state, for code that draws it.

use super::memory::{Counts, InFlight, Memory, Ring, WindowEntry};
use super::{CircuitBreaker, Machine};
use crate::time::{Duration, Instant};

/// A bucket of a window by time, which is forgotten as a whole, and the calls that ended in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WindowBucket {
    /// When it began.
    pub began: Instant,
    /// When the next bucket begins.
    pub ends: Instant,
    /// When the window forgets it.
    pub expires: Instant,
    /// The calls.
    pub counts: Counts,
}

/// The settings and the trials of a half-open cycle.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HalfOpen {
    /// The calls that the cycle lets through.
    pub trials: u32,
    /// How many of them must pass.
    pub needed: u32,
    /// Trials in flight.
    pub running: u32,
    /// Trials that passed.
    pub passed: u32,
    /// Trials that failed or were slow.
    pub failed: u32,
    /// When the next trial times out.
    pub next_timeout: Option<Instant>,
}

impl CircuitBreaker {
    /// The buckets of a window by time up to that of the newest call, oldest first, including those
    /// without a call; none for a window of another kind.
    pub fn window_buckets(&self, now: Instant) -> impl Iterator<Item = WindowBucket> {
        let window = match &self.memory {
            Memory::Time(window) => Some(window),
            Memory::Count(_) | Memory::Consecutive(_) => None,
        };
        window.into_iter().flat_map(move |window| {
            let (step, length) = (window.bucket_length(), window.length());
            let age_of_now = now.since(Instant::ZERO);
            window.aged(now).filter(move |&(age, _)| age <= age_of_now).map(move |(age, counts)| {
                let began = now - age;
                WindowBucket { began, ends: began + step, expires: began + length, counts }
            })
        })
    }

    /// The length of a bucket of a window by time; none for a window of another kind.
    #[must_use]
    pub const fn bucket_length(&self) -> Option<Duration> {
        match &self.memory {
            Memory::Time(window) => Some(window.bucket_length()),
            Memory::Count(_) | Memory::Consecutive(_) => None,
        }
    }

    /// The calls that a window by count holds, oldest first; none for a window of another kind.
    pub fn window_entries(&self) -> impl Iterator<Item = WindowEntry> {
        let ring = match &self.memory {
            Memory::Count(ring) => Some(ring),
            Memory::Time(_) | Memory::Consecutive(_) => None,
        };
        ring.into_iter().flat_map(Ring::oldest_first)
    }

    /// The number of overdue calls; none without a rule on them.
    #[must_use]
    pub fn overdue_calls(&self, now: Instant) -> u32 {
        self.in_flight.as_ref().map_or(0, |in_flight: &InFlight| in_flight.peek_overdue(now))
    }

    /// The number of calls in flight; none without a rule on overdue calls.
    #[must_use]
    pub fn calls_in_flight(&self) -> u32 {
        self.in_flight.as_ref().map_or(0, InFlight::all)
    }

    /// How long an open breaker stays open in all, if its cooldown has an end.
    #[must_use]
    pub const fn cooldown(&self) -> Option<Duration> {
        match self.machine {
            Machine::Open { cooldown, .. } => Some(cooldown),
            _ => None,
        }
    }

    /// The half-open cycle, if there is one.
    #[must_use]
    pub fn half_open(&self) -> Option<HalfOpen> {
        let Machine::HalfOpen(cycle) = self.machine else { return None };
        Some(HalfOpen {
            trials: cycle.trials,
            needed: cycle.needed,
            running: self.trials.running(),
            passed: self.trials.passed,
            failed: self.trials.failed,
            next_timeout: self.trials.next_timeout(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{BreakerConfig, Failure, Outcome, Overdue, Window};
    use alloc::vec::Vec;

    const FAILED: Outcome = Outcome::Failure(Failure::Timeout);

    fn call(breaker: &mut CircuitBreaker, millis: u64, outcome: Outcome) {
        let now = Instant::from_millis(millis);
        let permit = breaker.try_acquire(now).expect("it lets this call through");
        breaker.report(now, permit, outcome);
    }

    #[test]
    fn the_steps_of_a_window_add_up_to_it_and_say_when_they_expire() {
        let mut breaker = CircuitBreaker::new(BreakerConfig::default(), 1).expect("the default");
        for (millis, outcome) in [(100, Outcome::Success), (1_250, FAILED), (9_700, FAILED)] {
            call(&mut breaker, millis, outcome);
        }
        let now = Instant::from_millis(9_900);
        let steps: Vec<WindowBucket> = breaker.window_buckets(now).collect();
        assert_eq!(steps.len(), 49, "no call has come in the newest step");
        let of =
            |counts: fn(&Counts) -> u32| steps.iter().map(|step| counts(&step.counts)).sum::<u32>();
        assert_eq!(breaker.window(now).failures, of(|counts| counts.failures));
        assert_eq!(breaker.window(now).successes, of(|counts| counts.successes));
        let failed = steps.iter().find(|step| step.counts.failures > 0).expect("one has failed");
        assert_eq!(failed.began, Instant::from_millis(1_200));
        assert_eq!(failed.ends, Instant::from_millis(1_400));
        assert_eq!(breaker.window(failed.expires - Duration::from_micros(1)).failures, 2);
        assert_eq!(breaker.window(failed.expires).failures, 1);
        // There are no buckets before the clock began.
        assert_eq!(breaker.window_buckets(Instant::from_millis(900)).count(), 5);
    }

    #[test]
    fn a_window_by_count_gives_its_calls() {
        let config =
            BreakerConfig { window: Window::Count(3), failures: Some(3), ..Default::default() };
        let mut breaker = CircuitBreaker::new(config, 1).expect("it is in range");
        for outcome in [FAILED, Outcome::Success, FAILED, Outcome::Success] {
            call(&mut breaker, 1, outcome);
        }
        let failed: Vec<bool> = breaker.window_entries().map(|ended| ended.failed).collect();
        assert_eq!(failed, [false, true, false]);
        assert_eq!(breaker.window_buckets(Instant::from_millis(2)).count(), 0);
    }

    #[test]
    fn overdue_calls_can_be_seen_before_they_decide() {
        let overdue = Some(Overdue { calls: 5, share: None, after: Duration::from_secs(1) });
        let config = BreakerConfig { overdue, ..Default::default() };
        let mut breaker = CircuitBreaker::new(config, 1).expect("it is in range");
        let permits = [0, 1, 2]
            .map(|second| breaker.try_acquire(Instant::from_secs(second)).expect("it is closed"));
        assert_eq!(breaker.overdue_calls(Instant::from_millis(2_500)), 2);
        assert_eq!(permits.len(), 3);
    }

    #[test]
    fn a_half_open_cycle_shows_its_trials_and_their_timeout() {
        let mut breaker = CircuitBreaker::new(BreakerConfig::default(), 1).expect("the default");
        for _ in 0..5 {
            call(&mut breaker, 0, FAILED);
        }
        assert_eq!(breaker.half_open(), None);
        assert_eq!(breaker.cooldown(), Some(Duration::from_secs(30)));
        call(&mut breaker, 30_000, Outcome::Success);
        let permit = breaker.try_acquire(Instant::from_secs(31)).expect("the second trial");
        let cycle = breaker.half_open().expect("a trial is in flight");
        assert_eq!((cycle.trials, cycle.needed), (2, 2));
        assert_eq!((cycle.running, cycle.passed, cycle.failed), (1, 1, 0));
        assert_eq!(cycle.next_timeout, Some(Instant::from_secs(91)));
        breaker.report(Instant::from_secs(32), permit, Outcome::Success);
        assert_eq!(breaker.half_open(), None);
    }
}

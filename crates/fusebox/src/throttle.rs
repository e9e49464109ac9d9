//! Adaptive throttling: a client whose requests are rejected too often rejects some of them itself.

use crate::class::Verdict;
use crate::config::ConfigError;
use crate::outcome::{Outcome, Rejection};
use crate::rng::Rng;
use crate::rolling::Rolling;
use crate::time::{Duration, Instant};

crate::settings! {
    /// The settings of a [`Throttle`]; the defaults are those of Google's SRE book, K = 2 over 2
    /// minutes.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub struct ThrottleConfig in "throttle" {
        /// The K of the formula in thousandths: the requests sent for each accepted one. A higher K
        /// sends more to an overloaded dependency, and notices sooner that it has recovered.
        k_per_mille: u32 = 2_000, K_PER_MILLE: 1_000..=100_000;
        /// The length of the rolling window.
        window: Duration = Duration::from_secs(120), WINDOW: Duration::MILLISECOND..=Duration::DAY;
    }
}

/// What a throttle has counted over its window.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Demand {
    /// Requests that were to be made, including those that the throttle rejected.
    pub requests: u64,
    /// Requests that the dependency accepted.
    pub accepts: u64,
}

/// Permission to make one request, to be given back by [`Throttle::report`].
///
/// It can be neither copied nor reported twice. A permit that is dropped instead stays a request
/// that was not accepted.
#[cfg_attr(feature = "checkpoint", derive(Clone))]
#[derive(Debug, PartialEq, Eq)]
#[must_use = "a permit is to be reported with the outcome of the request"]
pub struct ThrottlePermit {
    given_at: Instant,
}

const REQUEST: [u64; 2] = [1, 0];
const ACCEPT: [u64; 2] = [0, 1];

/// An adaptive throttle; clock and randomness come from the caller.
///
/// Over a rolling window, the client counts the requests that it wanted to make and those that the
/// dependency accepted. It rejects a request with this probability (Google, "Site Reliability
/// Engineering", chapter "Handling Overload", equation 21-1):
///
/// ```text
/// p = max(0, (requests - K * accepts) / (requests + 1))
/// ```
///
/// A dependency with a capacity of C requests per second gets at most about K times C, whatever the
/// offered load, and there is no cooldown: as soon as more is accepted, more is sent. How fast
/// depends on the window: after a total outage longer than the window, with K = 2, the requests
/// that pass double about every 0.43 windows, starting from the `+ 1` of the formula. From one call
/// in 10,000 to all of them, that takes about 12 minutes with the book's window, and about 1 minute
/// with a window of 10 s.
///
/// | outcome | requests | accepts |
/// |---|---|---|
/// | success | 1 | 1 |
/// | neutral answer (400, 401, 404 ...) | 1 | 1: the dependency received and answered it |
/// | any other failure, and throttling (429 ...) | 1 | 0 |
/// | rejected by the throttle itself | 1 | 0 |
/// | neutral: the caller hung up, or a policy further in rejected it | 0: no longer counted | 0 |
///
/// The choices where libraries differ:
/// - A request counts when it is made, not when it ends, so that a slow dependency cannot hide
///   behind the requests in flight. A permit that is dropped stays such a request.
/// - The throttle's own rejections count as requests, as in the book; they do not count as failures
///   of the dependency, so the probability falls again by itself.
/// - There is no padding and no maximum probability: the `+ 1` keeps it below 1.
///
/// ```
/// use fusebox::{Failure, Outcome, Throttle, ThrottleConfig};
/// use fusebox::rng::Rng;
/// use fusebox::time::Instant;
///
/// let mut throttle = Throttle::new(ThrottleConfig::default())?;
/// let mut rng = Rng::from_seed(1);
/// let mut sent = 0;
/// for millis in 0..1_000 {
///     let now = Instant::from_millis(millis);
///     if let Ok(permit) = throttle.try_acquire(now, &mut rng) {
///         sent += 1;
///         throttle.report(now, permit, Outcome::Failure(Failure::status(503)));
///     }
/// }
/// assert!(sent < 20, "nothing is accepted, so that only a few calls ask whether it is back");
/// # Ok::<(), fusebox::ConfigError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Throttle {
    config: ThrottleConfig,
    /// Requests, and accepted requests.
    window: Rolling<[u64; 2]>,
}

impl Throttle {
    /// A throttle that has seen nothing.
    ///
    /// A request in flight is not accepted yet. So until the first answers come, a part of
    /// simultaneous requests is rejected; where answers take more than half of the window, that
    /// never ends.
    ///
    /// # Errors
    /// When a setting is outside the range that [`ThrottleConfig`] states.
    pub fn new(config: ThrottleConfig) -> Result<Self, ConfigError> {
        config.check_ranges()?;
        Ok(Self { config, window: Rolling::new(config.window) })
    }

    /// The settings.
    #[must_use]
    pub const fn config(&self) -> &ThrottleConfig {
        &self.config
    }

    /// Changes the settings, and keeps as much of the window as fits.
    ///
    /// # Errors
    /// When a setting is outside its range; then nothing has changed.
    pub fn reconfigure(&mut self, now: Instant, config: ThrottleConfig) -> Result<(), ConfigError> {
        config.check_ranges()?;
        if config.window != self.config.window {
            self.window = self.window.with_length(now, config.window);
        }
        self.config = config;
        Ok(())
    }

    /// Forgets what it has seen.
    pub(super) fn forget(&mut self) {
        self.window = Rolling::new(self.config.window);
    }

    /// Asks for permission to make a request, and counts the request in any case.
    ///
    /// It draws once from `rng` if the probability of a rejection is above zero, and otherwise not
    /// at all.
    ///
    /// # Errors
    /// With the probability of the formula.
    pub fn try_acquire(
        &mut self,
        now: Instant,
        rng: &mut Rng,
    ) -> Result<ThrottlePermit, Rejection> {
        let demand = self.window.total(now);
        let (turned_away, of) = self.chance(demand);
        self.window.record(now, REQUEST);
        let given_at = self.window.booked_at(now);
        if turned_away > 0 && rng.up_to(of - 1) < turned_away {
            return Err(Rejection::Throttled { per_mille: per_mille(turned_away, of) });
        }
        Ok(ThrottlePermit { given_at })
    }

    /// Gives a permit back with the outcome of the request; the table above says how it counts.
    #[expect(clippy::needless_pass_by_value, reason = "a report uses the permit up")]
    pub fn report(&mut self, now: Instant, permit: ThrottlePermit, outcome: Outcome) {
        let accepted = match outcome {
            Outcome::Success => true,
            Outcome::Failure(failure) => failure.class().verdict == Verdict::Neutral,
            Outcome::Neutral => false,
        };
        if accepted {
            self.window.record(now, ACCEPT);
        } else if outcome == Outcome::Neutral {
            self.window.take_back(now, permit.given_at, REQUEST);
        }
    }

    /// What the window holds.
    #[must_use]
    pub fn demand(&self, now: Instant) -> Demand {
        let [requests, accepts] = self.window.peek(now);
        Demand { requests, accepts }
    }

    /// The probability that a request is rejected now, in thousandths, rounded down.
    #[must_use]
    pub fn chance_per_mille(&self, now: Instant) -> u32 {
        let (turned_away, of) = self.chance(self.window.peek(now));
        per_mille(turned_away, of)
    }

    /// The probability as a fraction of whole numbers, which is less than one.
    fn chance(&self, [requests, accepts]: [u64; 2]) -> (u64, u64) {
        // Both numbers of the formula are multiplied by 1,000, so that nothing is rounded.
        let wanted = requests.saturating_mul(1_000);
        let deserved = accepts.saturating_mul(u64::from(self.config.k_per_mille));
        (wanted.saturating_sub(deserved), wanted.saturating_add(1_000))
    }
}

/// A share in thousandths, rounded down.
fn per_mille(part: u64, of: u64) -> u32 {
    let share = u128::from(part) * 1_000 / u128::from(of.max(1));
    u32::try_from(share).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outcome::Failure;

    const OVERLOADED: Outcome = Outcome::Failure(Failure::status(503));

    fn throttle() -> Throttle {
        Throttle::new(ThrottleConfig::default()).unwrap()
    }

    /// Lets requests through until this number of them has ended like this.
    fn report(throttle: &mut Throttle, at: Instant, times: u32, outcome: Outcome) {
        for _ in 0..times {
            let permit = loop {
                if let Ok(permit) = throttle.try_acquire(at, &mut Rng::from_seed(0)) {
                    break permit;
                }
            };
            throttle.report(at, permit, outcome);
        }
    }

    #[test]
    fn the_chance_is_that_of_the_book_to_the_last_request() {
        let throttle = throttle();
        for (requests, accepts, chance) in [
            (0, 0, (0, 1_000)),
            (1, 0, (1_000, 2_000)),
            (100, 50, (0, 101_000)),
            (100, 49, (2_000, 101_000)),
            (100, 100, (0, 101_000)),
            (300, 100, (100_000, 301_000)),
            (1_000, 0, (1_000_000, 1_001_000)),
        ] {
            assert_eq!(throttle.chance([requests, accepts]), chance);
        }
        assert_eq!(per_mille(100_000, 301_000), 332);
        let (part, of) = throttle.chance([u64::MAX, 0]);
        assert!(part <= of, "it saturates");
    }

    #[test]
    fn without_a_failure_nothing_is_drawn_and_nothing_is_turned_away() {
        let (mut throttle, mut rng) = (throttle(), Rng::from_seed(7));
        for millis in 0..10_000 {
            let now = Instant::from_millis(millis);
            let permit = throttle.try_acquire(now, &mut rng).expect("all is well");
            let missing = Outcome::Failure(Failure::status(404));
            throttle.report(now, permit, if millis % 2 == 0 { missing } else { Outcome::Success });
        }
        assert_eq!(rng, Rng::from_seed(7));
        let now = Instant::from_secs(10);
        assert_eq!(throttle.demand(now), Demand { requests: 10_000, accepts: 10_000 });
    }

    #[test]
    fn a_neutral_outcome_takes_its_request_out_again() {
        let mut throttle = throttle();
        let at = Instant::from_secs;
        for _ in 0..100 {
            let permit = throttle.try_acquire(at(0), &mut Rng::from_seed(1));
            throttle.report(at(0), permit.expect("nothing has failed"), Outcome::Neutral);
        }
        assert_eq!(throttle.demand(at(0)), Demand::default());
        // A request that is taken out late leaves no lasting debt, and never a sum below zero.
        let permit = throttle.try_acquire(at(0), &mut Rng::from_seed(1)).unwrap();
        throttle.report(at(119), permit, Outcome::Neutral);
        assert_eq!(throttle.demand(at(121)), Demand::default());
        let permit = throttle.try_acquire(at(300), &mut Rng::from_seed(1)).unwrap();
        throttle.report(at(420), permit, Outcome::Neutral);
        let _stays = throttle.try_acquire(at(420), &mut Rng::from_seed(1)).unwrap();
        assert_eq!(throttle.demand(at(420)), Demand { requests: 1, accepts: 0 });
    }

    #[test]
    fn a_late_neutral_outcome_leaves_no_debt() {
        let mut throttle = throttle();
        let at = Instant::from_secs;
        let mut rng = Rng::from_seed(1);
        let permits: Vec<ThrottlePermit> =
            (0..1_000).filter_map(|_| throttle.try_acquire(at(0), &mut rng).ok()).collect();
        assert!(permits.len() > 1);
        for (n, permit) in permits.into_iter().enumerate() {
            throttle.report(at(if n == 0 { 119 } else { 121 }), permit, Outcome::Neutral);
        }
        for _ in 0..10 {
            let _ = throttle.try_acquire(at(122), &mut rng);
        }
        assert_eq!(throttle.demand(at(122)), Demand { requests: 10, accepts: 0 });
    }

    #[test]
    fn the_chance_is_exact_to_one_draw() {
        // After one request that was not accepted, the probability is 1,000 in 2,000.
        let turned_away_by = |draw| {
            let draws = |seed: &u64| Rng::from_seed(*seed).up_to(1_999) == draw;
            let seed = (0..1_000_000).find(draws).unwrap();
            let mut throttle = throttle();
            report(&mut throttle, Instant::ZERO, 1, OVERLOADED);
            throttle.try_acquire(Instant::ZERO, &mut Rng::from_seed(seed)).is_err()
        };
        assert_eq!([0, 999, 1_000, 1_999].map(turned_away_by), [true, true, false, false]);
    }

    #[test]
    fn what_was_turned_away_names_its_chance_and_the_window_forgets_it() {
        let mut throttle = throttle();
        let at = Instant::from_secs;
        report(&mut throttle, at(0), 1, OVERLOADED);
        let mut rng = Rng::from_seed(3);
        let rejected = (0..100).find_map(|_| throttle.try_acquire(at(1), &mut rng).err());
        let Some(Rejection::Throttled { per_mille }) = rejected else { panic!("{rejected:?}") };
        assert!((500..1_000).contains(&per_mille), "{per_mille}");
        assert!(throttle.chance_per_mille(at(1)) >= per_mille);
        assert_eq!(throttle.chance_per_mille(at(122)), 0);
    }

    #[test]
    fn settings_out_of_range_name_themselves() {
        let default = ThrottleConfig::default();
        for (config, field) in [
            (ThrottleConfig { k_per_mille: 999, ..default }, "throttle.k_per_mille"),
            (ThrottleConfig { k_per_mille: 100_001, ..default }, "throttle.k_per_mille"),
            (ThrottleConfig { window: Duration::ZERO, ..default }, "throttle.window"),
            (ThrottleConfig { window: Duration::MAX, ..default }, "throttle.window"),
        ] {
            assert_eq!(Throttle::new(config).unwrap_err().field, field);
        }
    }
}

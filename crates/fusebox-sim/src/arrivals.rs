//! Arrivals: clients call at a rate that changes over time, one call after the other, or in bursts.
//!
//! The time of an open-loop arrival is found by inversion: the calls of a group are summed over
//! time, in whole numbers and therefore exactly, and a client calls when that sum reaches its own
//! next number. Each client draws from its own stream, so that the rate of one group never moves a
//! call of another group.

use crate::chance::{Distribution, draw, exponential};
use core::ops::RangeInclusive;
use fusebox::rng::Rng;
use fusebox::time::{Duration, Instant};
use fusebox::{ConfigError, require, require_in};
use rand_core::Rng as _;

/// The highest rate, in thousandths of a call per second.
const RATE_MAX: u64 = 1_000_000_000_000;

/// One call, in the unit in which calls are summed: a rate of a thousandth of a call per second
/// makes two units in a microsecond. On a ramp the mean rate is half a sum, which is then still a
/// whole number.
const CALL: u64 = 2_000_000_000;

/// Calls per second of a whole group over time: straight lines between points, constant before the
/// first point and after the last.
///
/// Two points at the same moment make a jump; the rate at that moment is that of the later point.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RateSchedule {
    points: Vec<(Instant, u64)>,
    /// The sum of the group's calls from the start of the clock to each point.
    called: Vec<u128>,
}

/// When the clients of a group call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Arrivals {
    /// Only in their bursts.
    None,
    /// At random, independently of each other and of the answers (open loop).
    Poisson(RateSchedule),
    /// Evenly spaced, one client after the other, independently of the answers (open loop).
    Uniform(RateSchedule),
    /// Each client one call at a time, with a pause after each answer and before the first call
    /// (closed loop).
    Closed {
        /// The mean length of the pause, in [`Arrivals::THINK_TIME`].
        think_time: Duration,
        /// How the length of the pause is distributed.
        distribution: Distribution,
    },
}

/// Calls that every client of a group sends because of the same event, once or repeatedly.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Burst {
    /// When the first burst begins.
    pub at: Instant,
    /// The length of a burst, in [`Burst::WITHIN`]; each call comes at a random moment within it.
    pub within: Duration,
    /// The time from the beginning of one burst to the beginning of the next, in [`Burst::EVERY`],
    /// or the length of a burst if that is longer; none for a single burst.
    pub every: Option<Duration>,
    /// The calls that each client sends in each burst, in [`Burst::CALLS_PER_CLIENT`].
    pub calls_per_client: u32,
}

impl RateSchedule {
    /// A constant rate, in thousandths of a call per second; [`Arrivals::check`] checks it.
    #[must_use]
    pub fn constant(per_mille: u64) -> Self {
        Self { points: vec![(Instant::ZERO, per_mille)], called: vec![0] }
    }

    /// A rate that follows straight lines through these points: moments in ascending order, each
    /// with a rate in thousandths of a call per second.
    ///
    /// # Errors
    /// When there are none or more than 1,000 (`rate.points`), when a moment lies before its
    /// predecessor (`rate.points`), and when a rate is above 10^12 (`rate`).
    pub fn new(points: Vec<(Instant, u64)>) -> Result<Self, ConfigError> {
        let count = points.len();
        require((1..=1_000).contains(&count), "rate.points", count, "1 to 1,000 points")?;
        for &(_, rate) in &points {
            check_rate(rate, "rate")?;
        }
        for pair in points.windows(2) {
            let (before, at) = (pair[0].0, pair[1].0);
            require(at >= before, "rate.points", at, "in the order of time")?;
        }
        let mut schedule = Self { called: Vec::with_capacity(count), points };
        let mut sum = 0;
        for n in 0..count {
            let stretch = schedule.stretch(n);
            sum += stretch.called(stretch.length);
            schedule.called.push(sum);
        }
        Ok(schedule)
    }

    /// The points in order of time, with rates in thousandths of a call per second.
    #[must_use]
    pub fn points(&self) -> &[(Instant, u64)] {
        &self.points
    }

    /// The rate at this moment, in calls per second of the whole group.
    #[must_use]
    pub fn at(&self, at: Instant) -> f64 {
        let stretch = self.stretch(self.passed(at));
        stretch.rate(at.as_micros() - stretch.from) / 1_000.0
    }

    /// How many points are at or before this moment.
    fn passed(&self, at: Instant) -> usize {
        self.points.partition_point(|&(point, _)| point <= at)
    }

    /// The stretch before point number `n`, or after the last point.
    fn stretch(&self, n: usize) -> Stretch {
        let before = n.checked_sub(1).map(|n| self.points[n]);
        let after = self.points.get(n).copied();
        let (from, first) = before.map_or((0, None), |(at, rate)| (at.as_micros(), Some(rate)));
        let (to, last) = after.map_or((u64::MAX, None), |(at, rate)| (at.as_micros(), Some(rate)));
        let known = first.or(last).unwrap_or(0);
        Stretch {
            from,
            length: to - from,
            first: first.unwrap_or(known),
            last: last.unwrap_or(known),
        }
    }

    /// The sum of the group's calls before stretch number `n`.
    fn called_before(&self, n: usize) -> u128 {
        n.checked_sub(1).map_or(0, |n| self.called[n])
    }

    /// The sum of the group's calls from the start of the clock to this moment.
    fn called_by(&self, at: Instant) -> u128 {
        let n = self.passed(at);
        let stretch = self.stretch(n);
        self.called_before(n).saturating_add(stretch.called(at.as_micros() - stretch.from))
    }

    /// The stretch in which the sum of calls reaches `target`, and the part of the sum within it,
    /// which is above zero; none if the sum never reaches it.
    fn reaching(&self, target: u128) -> Option<(Stretch, u128)> {
        let n = self.called.partition_point(|&called| called < target);
        let stretch = self.stretch(n);
        let endless = n == self.points.len();
        let rest = target - self.called_before(n);
        (!endless || stretch.last > 0).then_some((stretch, rest))
    }

    /// The next random call of one of `count` clients, from `now` on.
    fn random(&self, now: Instant, count: u32, rng: &mut Rng) -> Option<Instant> {
        let bits = rng.next_u64();
        let share = exponential(bits) * f64::from(count);
        if let [(_, rate)] = self.points[..] {
            // Most groups have a constant rate, for which a call costs one division.
            let micros = share * float(CALL / 2) / float(rate);
            return now.as_micros().checked_add(round(micros, bits)?).map(Instant::from_micros);
        }
        let target = self.called_by(now) + whole(share * float(CALL)).max(1);
        let (stretch, rest) = self.reaching(target)?;
        let micros = stretch.from.checked_add(round(stretch.offset(rest), bits)?)?;
        Some(Instant::from_micros(micros).max(now))
    }

    /// The next call of client number `n` of `count`, strictly after `now`, if the calls of the
    /// group are evenly spaced: this client calls when the sum is `n` and a half, and then after
    /// every `count` calls.
    fn even(&self, now: Instant, count: u32, n: u32) -> Option<Instant> {
        let first = u128::from(CALL) * u128::from(n) + u128::from(CALL / 2);
        let period = u128::from(CALL) * u128::from(count);
        let target = self.called_by(now).checked_sub(first).map_or(first, |past| {
            let rounds = divide(past, period) + 1;
            first.saturating_add(period.saturating_mul(rounds))
        });
        let (stretch, rest) = self.reaching(target)?;
        stretch.from.checked_add(stretch.micros(rest)?).map(Instant::from_micros)
    }
}

/// A part of a schedule in which the rate is one straight line.
#[derive(Clone, Copy)]
struct Stretch {
    /// Its start and its length in microseconds.
    from: u64,
    length: u64,
    /// The rates at its two ends, in thousandths of a call a second.
    first: u64,
    last: u64,
}

impl Stretch {
    /// The rate this many microseconds after the start of the stretch, in thousandths of a call per
    /// second.
    fn rate(self, micros: u64) -> f64 {
        let (first, last) = (float(self.first), float(self.last));
        if self.first == self.last {
            return first;
        }
        first + (last - first) * (float(micros) / float(self.length))
    }

    /// The sum of calls in this many microseconds from the start of the stretch, rounded down to a
    /// whole unit.
    fn called(self, micros: u64) -> u128 {
        let x = u128::from(micros);
        let level = (2 * u128::from(self.first)).saturating_mul(x);
        let change = u128::from(self.first.abs_diff(self.last));
        if change == 0 || x == 0 {
            return level;
        }
        // change · x² / length, in two steps that both fit.
        let length = u128::from(self.length);
        let (steps, rest) = (change * x / length, change * x % length * x);
        if self.last > self.first {
            level + steps * x + rest / length
        } else {
            level - steps * x - rest.div_ceil(length)
        }
    }

    /// The microseconds until the sum of calls grows by `rest`, which is above zero and at most the
    /// sum of the whole stretch; below 2^53 they are exact to a few parts in 10^16.
    ///
    /// It solves slope · x² + 2 · first · x = rest without subtracting two nearly equal numbers.
    #[expect(clippy::cast_precision_loss, reason = "a double is as exact as is promised")]
    fn offset(self, rest: u128) -> f64 {
        let (first, rest) = (float(self.first), rest as f64);
        if self.first == self.last {
            return rest / (2.0 * first);
        }
        let slope = (float(self.last) - first) / float(self.length);
        let root = libm::sqrt((first * first + slope * rest).max(0.0));
        (rest / (first + root)).min(float(self.length))
    }

    /// The microseconds until the sum grows by `rest`, rounded up exactly; none beyond the end of
    /// time.
    fn micros(self, rest: u128) -> Option<u64> {
        if self.first == self.last {
            let rate = 2 * u128::from(self.first);
            return u64::try_from(divide(rest - 1, rate) + 1).ok();
        }
        let mut x = round(self.offset(rest), 0)?.min(self.length);
        while x > 0 && self.called(x - 1) >= rest {
            x -= 1;
        }
        while x < self.length && self.called(x) < rest {
            x += 1;
        }
        Some(x)
    }
}

impl Arrivals {
    /// The range of the mean pause of [`Arrivals::Closed`].
    pub const THINK_TIME: RangeInclusive<Duration> = Duration::from_micros(1)..=Duration::DAY;

    /// Checks rate, pause and distribution.
    ///
    /// # Errors
    /// With the first that is outside its range; the field begins with `arrivals`.
    pub fn check(&self) -> Result<(), ConfigError> {
        match self {
            Self::None => {}
            Self::Poisson(schedule) | Self::Uniform(schedule) => {
                for &(_, rate) in &schedule.points {
                    check_rate(rate, "arrivals.rate")?;
                }
            }
            Self::Closed { think_time: think, distribution: spread } => {
                require_in(&Self::THINK_TIME, "arrivals.think_time", *think)?;
                spread.check().map_err(|error| error.within("arrivals.think_time"))?;
            }
        }
        Ok(())
    }

    /// When client number `n` of `count`, counted from zero, calls next; none if it never does, or
    /// only after [`Instant::MAX`].
    ///
    /// `now` is the client's last call, for a closed loop its last answer, or the start of the
    /// clock. The generator is the client's own.
    ///
    /// A random call is put on one of the two nearest microseconds, so that their mean is right:
    /// many calls may share a microsecond, also of one client, which preserves rates above 10^6 per
    /// second. An even call is rounded up from its exact time and not from the last call, so that
    /// no error accumulates; one client has at most one call per microsecond.
    pub fn next(&self, now: Instant, count: u32, n: u32, rng: &mut Rng) -> Option<Instant> {
        if count == 0 {
            return None;
        }
        match self {
            Self::None => None,
            Self::Poisson(schedule) => schedule.random(now, count, rng),
            Self::Uniform(schedule) => schedule.even(now, count, n),
            Self::Closed { think_time: think, distribution: spread } => {
                let pause = draw(*think, *spread, rng).as_micros();
                now.as_micros().checked_add(pause).map(Instant::from_micros)
            }
        }
    }
}

impl Burst {
    /// The range of `within`.
    pub const WITHIN: RangeInclusive<Duration> = Duration::ZERO..=Duration::DAY;
    /// The range of `every`.
    pub const EVERY: RangeInclusive<Duration> = Duration::MILLISECOND..=Duration::DAY;
    /// The range of `calls_per_client`.
    pub const CALLS_PER_CLIENT: RangeInclusive<u32> = 1..=1_000;

    /// Checks every field.
    ///
    /// # Errors
    /// With the first that is outside its range; the field begins with `burst`.
    pub fn check(&self) -> Result<(), ConfigError> {
        require_in(&Self::WITHIN, "burst.within", self.within)?;
        if let Some(every) = self.every {
            require_in(&Self::EVERY, "burst.every", every)?;
        }
        require_in(&Self::CALLS_PER_CLIENT, "burst.calls_per_client", self.calls_per_client)?;
        Ok(())
    }

    /// When burst number `round` begins, counted from zero; none if there is no such burst.
    #[must_use]
    pub fn begins(&self, round: u64) -> Option<Instant> {
        let period = match (self.every, round) {
            (_, 0) => Duration::ZERO,
            (every, _) => every?.max(self.within),
        };
        let later = period.as_micros().checked_mul(round)?;
        self.at.as_micros().checked_add(later).map(Instant::from_micros)
    }

    /// A random moment within the burst that begins at `begins`, for one call.
    pub fn moment(&self, begins: Instant, rng: &mut Rng) -> Instant {
        begins + Duration::from_micros(rng.up_to(self.within.as_micros()))
    }
}

fn check_rate(rate: u64, field: &'static str) -> Result<u64, ConfigError> {
    require(rate <= RATE_MAX, field, rate, "0 to 10^12 thousandths of a call a second")
}

/// One of the two whole numbers nearest to this one, chosen by the lower 11 of 64 random bits so
/// that the mean is right; none if it does not fit.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it is in range")]
fn round(micros: f64, bits: u64) -> Option<u64> {
    let part = (float(bits & 0x7ff) + 0.5) / 2_048.0;
    let moved = micros + part;
    (moved < float(u64::MAX)).then_some(moved as u64)
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a cast saturates")]
fn whole(value: f64) -> u128 {
    value as u128
}

#[expect(clippy::cast_precision_loss, reason = "a rate and 53 bits are exact, and all is near")]
fn float(value: u64) -> f64 {
    value as f64
}

/// The quotient, by a short division if both numbers are short, as they nearly always are.
fn divide(value: u128, by: u128) -> u128 {
    match (u64::try_from(value), u64::try_from(by)) {
        (Ok(value), Ok(by)) => u128::from(value / by),
        _ => value / by,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use fusebox::rng::Label;

    const SECOND: u64 = 1_000_000;

    fn schedule(points: &[(u64, u64)]) -> RateSchedule {
        let points = points.iter().map(|&(secs, calls)| (Instant::from_secs(secs), calls * 1_000));
        RateSchedule::new(points.collect()).unwrap()
    }

    /// All calls of one client up to a moment, in microseconds.
    fn calls(arrivals: &Arrivals, count: u32, n: u32, until: u64) -> Vec<u64> {
        let mut rng = Rng::labelled(3, Label::new("arrivals"), u64::from(n));
        let mut calls = Vec::new();
        let mut next = arrivals.next(Instant::ZERO, count, n, &mut rng);
        while let Some(at) = next.filter(|at| at.as_micros() <= until) {
            assert!(calls.last().is_none_or(|&last| last <= at.as_micros()));
            calls.push(at.as_micros());
            next = arrivals.next(at, count, n, &mut rng);
        }
        calls
    }

    /// All calls of a group up to a moment, in order.
    fn group(arrivals: &Arrivals, count: u32, until: u64) -> Vec<u64> {
        let mut all: Vec<u64> = (0..count).flat_map(|n| calls(arrivals, count, n, until)).collect();
        all.sort_unstable();
        all
    }

    /// Asserts the expected number of calls in each second, to five standard deviations.
    #[track_caller]
    fn per_second(calls: &[u64], expected: &[f64]) {
        for (second, &expected) in expected.iter().enumerate() {
            let second = second as u64;
            let found = calls.iter().filter(|&&at| at / SECOND == second).count();
            let found = float(found as u64);
            let allowed = 5.0 * expected.sqrt();
            assert!((found - expected).abs() <= allowed, "{found} in {second}, not {expected}");
        }
        let after = calls.iter().filter(|&&at| at >= expected.len() as u64 * SECOND).count();
        assert_eq!(after, 0);
    }

    #[test]
    fn a_constant_rate_has_the_mean_and_the_variance_of_an_exponential() {
        // A mean time between two calls of a client of 200 ms, 10 µs, and 1 µs; the last two with
        // points that do not change the rate, so that the general path is tested too.
        let flat = |rate| schedule(&[(0, rate), (1_000_000, rate), (2_000_000, rate)]);
        for (rates, count, mean) in [
            (RateSchedule::constant(50_000), 10, 200_000.0),
            (RateSchedule::constant(100_000_000), 1, 10.0),
            (flat(50), 10, 200_000.0),
            (flat(100_000), 1, 10.0),
        ] {
            let arrivals = Arrivals::Poisson(rates);
            let mut rng = Rng::from_seed(1);
            let draws = 200_000_u32;
            let (mut at, mut sum, mut squares) = (Instant::ZERO, 0.0, 0.0);
            for _ in 0..draws {
                let next = arrivals.next(at, count, 0, &mut rng).unwrap();
                let part = float(next.since(at).as_micros()) / mean;
                (at, sum, squares) = (next, sum + part, squares + part * part);
            }
            let draws = f64::from(draws);
            let average = sum / draws;
            let variance = squares / draws - average * average;
            // The variance of a sample's variance is that of 8 samples.
            assert!((average - 1.0).abs() < 5.0 / draws.sqrt(), "{mean}: {average}");
            // Whole microseconds add at most a third of a squared microsecond to the variance.
            let rounding = 1.0 / 3.0 / (mean * mean);
            let allowed = 5.0 * (8.0 / draws).sqrt() + rounding;
            assert!((variance - 1.0).abs() < allowed, "{mean}: {variance}");
        }
    }

    #[test]
    fn many_calls_share_a_microsecond_where_the_rate_says_so() {
        // 1,000 calls a microsecond: the time for 10^6 of them deviates by the root of 1,000.
        for rates in [
            RateSchedule::constant(RATE_MAX),
            schedule(&[(0, RATE_MAX / 1_000), (1, RATE_MAX / 1_000)]),
        ] {
            let arrivals = Arrivals::Poisson(rates);
            let mut rng = Rng::from_seed(4);
            let mut at = Instant::ZERO;
            for _ in 0..1_000_000 {
                at = arrivals.next(at, 1, 0, &mut rng).unwrap();
            }
            assert!(at.as_micros().abs_diff(1_000) < 160, "{at:?}");
        }
    }

    #[test]
    fn a_ramp_has_in_each_second_what_lies_under_it() {
        // Up from 40,000 to 80,000 in 10 s, down to nothing in 10 more, and nothing ever after.
        let rates = schedule(&[(0, 40_000), (10, 80_000), (20, 0)]);
        let up = (0..10).map(|n| 42_000.0 + 4_000.0 * f64::from(n));
        let down = (0..10).map(|n| 76_000.0 - 8_000.0 * f64::from(n));
        let expected: Vec<f64> = up.chain(down).collect();
        per_second(&group(&Arrivals::Poisson(rates.clone()), 100, u64::MAX), &expected);
        // Evenly spaced ones are exactly as many.
        let even = group(&Arrivals::Uniform(rates), 100, u64::MAX);
        assert_eq!(even.len(), 1_000_000);
        for (second, expected) in expected.iter().enumerate() {
            let found = even.iter().filter(|&&at| (at - 1) / SECOND == second as u64).count();
            assert!(
                (float(found as u64) - expected).abs() < 0.1,
                "{found} in {second}, not {expected}"
            );
        }
    }

    #[test]
    fn two_jumps_make_a_spike() {
        let rates = schedule(&[(2, 1_000), (2, 50_000), (3, 50_000), (3, 1_000), (5, 1_000)]);
        let calls = group(&Arrivals::Poisson(rates), 20, 5 * SECOND - 1);
        per_second(&calls, &[1_000.0, 1_000.0, 50_000.0, 1_000.0, 1_000.0]);
    }

    #[test]
    fn nobody_calls_where_the_rate_is_zero() {
        let (none, some) = (0, 20_000);
        let points =
            [(1, none), (1, some), (2, some), (2, none), (4, none), (5, some), (5, none), (9, 0)];
        let rates = schedule(&points);
        let expected = [0.0, 20_000.0, 0.0, 0.0, 10_000.0];
        per_second(&group(&Arrivals::Poisson(rates.clone()), 10, u64::MAX), &expected);
        let even = group(&Arrivals::Uniform(rates.clone()), 10, u64::MAX);
        assert_eq!(even.len(), 30_000);
        let mut rng = Rng::from_seed(1);
        for arrivals in [Arrivals::Poisson(rates.clone()), Arrivals::Uniform(rates)] {
            // The next call also follows a `now` in the middle of such a stretch.
            let next = arrivals.next(Instant::from_secs(3), 1, 0, &mut rng).unwrap();
            assert!(next > Instant::from_secs(4), "{next:?}");
            assert_eq!(arrivals.next(Instant::from_secs(5), 1, 0, &mut rng), None);
        }
        for rates in [RateSchedule::constant(0), schedule(&[(0, 0), (5, 0)])] {
            assert_eq!(Arrivals::Poisson(rates.clone()).next(Instant::ZERO, 1, 0, &mut rng), None);
            assert_eq!(Arrivals::Uniform(rates).next(Instant::ZERO, 1, 0, &mut rng), None);
        }
    }

    #[test]
    fn a_call_due_as_the_rate_ends_comes_then_and_not_when_it_is_back() {
        let points = [(0, 1_000), (500, 1_000), (500, 0), (9_000, 0), (9_000, 1_000)];
        let points = points.map(|(millis, rate)| (Instant::from_millis(millis), rate));
        let arrivals = Arrivals::Uniform(RateSchedule::new(points.to_vec()).unwrap());
        assert_eq!(
            calls(&arrivals, 1, 0, 12 * SECOND),
            [500_000, 10 * SECOND, 11 * SECOND, 12 * SECOND]
        );
    }

    #[test]
    fn the_rate_is_a_line_between_points_and_level_outside() {
        let rates = schedule(&[(10, 40), (20, 80), (20, 5), (30, 0)]);
        for (secs, rate) in [(0, 40.0), (10, 40.0), (15, 60.0), (20, 5.0), (26, 2.0), (99, 0.0)] {
            let error = (rates.at(Instant::from_secs(secs)) - rate).abs();
            assert!(error < 1e-9, "at {secs} s: {error}");
        }
    }

    #[test]
    fn even_calls_are_spaced_exactly_and_no_error_adds_up() {
        // Three calls a second of two clients: call k is at k + 1/2 thirds, rounded up.
        let calls = group(&Arrivals::Uniform(RateSchedule::constant(3_000)), 2, 10_000 * SECOND);
        let expected = (0..30_000).map(|k| ((2 * k + 1) * SECOND).div_ceil(6));
        assert!(calls.iter().copied().eq(expected), "{:?}", &calls[..9]);
    }

    #[test]
    fn even_calls_on_a_ramp_are_where_its_area_says_to_the_microsecond() {
        // From nothing to 100 a second in 10 s: 5 t² calls by then, and all again downwards.
        let rates = schedule(&[(0, 0), (10, 100), (20, 0)]);
        let calls = group(&Arrivals::Uniform(rates), 7, u64::MAX);
        assert_eq!(calls.len(), 1_000);
        for (k, &at) in calls.iter().enumerate() {
            let (k, at) = (k as u128, u128::from(at));
            let reached = |at: u128| {
                // Ten times the square of the time to the nearer end: twice the calls, times 10^12.
                let area = 10 * (if k < 500 { at } else { 20_000_000 - at }).pow(2);
                if k < 500 {
                    area >= (2 * k + 1) * 1_000_000_000_000
                } else {
                    area <= (2 * (1_000 - k) - 1) * 1_000_000_000_000
                }
            };
            assert!(reached(at) && !reached(at - 1), "call {k} at {at}");
        }
    }

    #[test]
    fn even_calls_stay_apart_when_their_rate_is_exchanged() {
        let mut rng = Rng::from_seed(1);
        let (now, count) = (Instant::from_millis(12_345), 10);
        let faster = Arrivals::Uniform(RateSchedule::constant(10_000));
        let next = (0..count).map(|n| faster.next(now, count, n, &mut rng).unwrap());
        let mut next: Vec<u64> = next.map(Instant::as_micros).collect();
        next.sort_unstable();
        let expected: Vec<u64> = (0..10).map(|k| 12_350_000 + k * 100_000).collect();
        assert_eq!(next, expected);
    }

    #[test]
    fn equal_streams_give_equal_calls_on_every_machine() {
        let rates = schedule(&[(0, 40), (10, 80), (20, 0)]);
        let arrivals = Arrivals::Poisson(rates);
        let all = calls(&arrivals, 4, 2, u64::MAX);
        assert_eq!(all, calls(&arrivals, 4, 2, u64::MAX));
        assert_ne!(all, calls(&arrivals, 4, 1, u64::MAX));
        assert_eq!((all.len(), &all[..4]), (257, &[344_075, 375_388, 438_673, 612_118][..]));
        let mut rng = Rng::from_seed(1);
        let constant = Arrivals::Poisson(RateSchedule::constant(1_500));
        assert_eq!(
            constant.next(Instant::ZERO, 3, 0, &mut rng),
            Some(Instant::from_micros(1_421_953))
        );
    }

    #[test]
    fn the_end_of_time_is_the_end_of_calls() {
        let mut rng = Rng::from_seed(1);
        let late = Instant::from_micros(u64::MAX - 5);
        let closed = Arrivals::Closed {
            think_time: Duration::from_secs(1),
            distribution: Distribution::Constant,
        };
        let slow = [RateSchedule::constant(1), schedule(&[(0, 5), (1, 1)])];
        let open = slow.map(|rates| [Arrivals::Poisson(rates.clone()), Arrivals::Uniform(rates)]);
        for arrivals in open.as_flattened().iter().chain([&closed, &Arrivals::None]) {
            assert_eq!(arrivals.next(late, u32::MAX, 0, &mut rng), None, "{arrivals:?}");
        }
        // The greatest settings, right or wrong, do not overflow.
        let far = vec![(Instant::ZERO, RATE_MAX), (Instant::MAX, RATE_MAX - 1)];
        for rates in [RateSchedule::new(far).unwrap(), RateSchedule::constant(u64::MAX)] {
            for arrivals in [Arrivals::Poisson(rates.clone()), Arrivals::Uniform(rates)] {
                for n in [0, u32::MAX] {
                    let _ = arrivals.next(late, u32::MAX, n, &mut rng);
                    let _ = arrivals.next(Instant::MAX, 1, n, &mut rng);
                    assert!(arrivals.next(Instant::ZERO, u32::MAX, n, &mut rng).is_some());
                }
            }
        }
    }

    #[test]
    fn a_closed_client_thinks_before_each_call() {
        let mut rng = Rng::from_seed(1);
        let think = Duration::from_millis(250);
        let closed = Arrivals::Closed { think_time: think, distribution: Distribution::Constant };
        assert_eq!(closed.next(Instant::ZERO, 10, 3, &mut rng), Some(Instant::from_millis(250)));
        let answered = Instant::from_secs(7);
        assert_eq!(closed.next(answered, 10, 3, &mut rng), Some(Instant::from_millis(7_250)));
        assert_eq!(closed.next(answered, 0, 0, &mut rng), None);
    }

    #[test]
    fn bursts_begin_on_time_and_stay_within_their_length() {
        let (at, within) = (Instant::from_secs(5), Duration::from_millis(10));
        let once = Burst { at, within, every: None, calls_per_client: 3 };
        assert_eq!((once.begins(0), once.begins(1)), (Some(at), None));
        let often = Burst { every: Some(Duration::from_secs(60)), ..once };
        assert_eq!(often.begins(2), Some(Instant::from_secs(125)));
        assert_eq!(often.begins(u64::MAX), None);
        let mut rng = Rng::from_seed(1);
        let mut moments: Vec<Instant> = (0..100_000).map(|_| once.moment(at, &mut rng)).collect();
        moments.sort_unstable();
        assert_eq!((moments[0], moments[99_999]), (at, at + within));
    }

    #[test]
    fn what_cannot_be_is_named() {
        let error = |points| RateSchedule::new(points).unwrap_err().field;
        let at = |secs, rate| (Instant::from_secs(secs), rate);
        assert_eq!(error(vec![]), "rate.points");
        assert_eq!(error(vec![at(1, 1); 1_001]), "rate.points");
        assert_eq!(error(vec![at(2, 1), at(1, 1)]), "rate.points");
        assert_eq!(error(vec![at(0, RATE_MAX + 1)]), "rate");
        assert!(RateSchedule::new(vec![at(1, RATE_MAX); 1_000]).is_ok());

        let closed = |think, spread| Arrivals::Closed { think_time: think, distribution: spread };
        let wide = Distribution::Uniform { width_per_mille: 1_001 };
        for (arrivals, field) in [
            (Arrivals::Poisson(RateSchedule::constant(RATE_MAX + 1)), "arrivals.rate"),
            (Arrivals::Uniform(RateSchedule::constant(RATE_MAX + 1)), "arrivals.rate"),
            (closed(Duration::ZERO, Distribution::Constant), "arrivals.think_time"),
            (closed(Duration::from_secs(86_401), Distribution::Constant), "arrivals.think_time"),
            (closed(Duration::DAY, wide), "arrivals.think_time.width"),
        ] {
            assert_eq!(arrivals.check().unwrap_err().field, field);
        }
        for arrivals in [
            Arrivals::None,
            Arrivals::Poisson(RateSchedule::constant(RATE_MAX)),
            closed(Duration::from_micros(1), Distribution::Exponential),
            closed(Duration::DAY, Distribution::Constant),
        ] {
            assert_eq!(arrivals.check(), Ok(()));
        }

        let (within, every) = (Duration::DAY, Some(Duration::DAY));
        let burst = Burst { at: Instant::ZERO, within, every, calls_per_client: 1_000 };
        assert_eq!(burst.check(), Ok(()));
        let long = Duration::DAY.saturating_add(Duration::from_micros(1));
        for (burst, field) in [
            (Burst { within: long, ..burst }, "burst.within"),
            (Burst { every: Some(long), ..burst }, "burst.every"),
            (Burst { every: Some(Duration::from_micros(999)), ..burst }, "burst.every"),
            (Burst { calls_per_client: 0, ..burst }, "burst.calls_per_client"),
            (Burst { calls_per_client: 1_001, ..burst }, "burst.calls_per_client"),
        ] {
            assert_eq!(burst.check().unwrap_err().field, field);
        }
    }
}

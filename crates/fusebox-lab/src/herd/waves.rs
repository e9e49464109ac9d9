//! The waves of retries after an outage.

use super::bucket::Bucket;
use super::lane::Lane;
use super::setup::DOWN_AT;
use fusebox::time::Instant;

/// The load of a wave exceeds capacity by at least this factor.
const HIGH: f64 = 1.25;

/// A wave is at least this many times as high as the load before and after it.
const STEEP: f64 = 1.5;

/// Buckets within which a wave rises, and within which it falls: 5 s.
const WIDE: usize = 50;

/// Standard deviations by which a wave exceeds the load before and after it.
///
/// The square root of a Poisson count has a standard deviation of half a call, whatever its mean
/// (M. S. Bartlett, "The square root transformation in analysis of variance", 1936). Of the 50 windows
/// on either side of a top the lowest lies some 2.3 standard deviations below the mean, and the highest
/// of the 6,000 in the longest run some 3.7 above it: 6 apart by chance, but only at that one top.
const APART: f64 = 6.0;

/// Standard deviations by which it exceeds a load of just the capacity.
const ABOVE: f64 = 4.0;

/// A load that rises above capacity and falls again, which is more than chance.
///
/// In two buckets together, since clients that retry at the same moment rarely fall into one, its top is
/// - at least a quarter above capacity, and 4 standard deviations above what a load of just the
///   capacity gives by chance;
/// - at least half as much again as the lowest load in the 5 s before and after it, or up to the next
///   wave, and 6 standard deviations above it.
///
/// So clients that call at random make none, however few they are, and a lasting overload is not one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Wave {
    /// The beginning of the first bucket with at least half of its height.
    pub from: Instant,
    /// The end of the last such bucket.
    pub to: Instant,
    /// The highest load in 100 ms, as a multiple of capacity.
    pub height: f64,
}

/// The waves of a lane from the start of the outage.
#[must_use]
pub fn waves(lane: &Lane) -> Vec<Wave> {
    let buckets = &lane.buckets[..];
    let pairs: Vec<f64> =
        buckets.windows(2).map(|two| attempts(&two[0]) + attempts(&two[1])).collect();
    let down = Bucket::at(DOWN_AT).min(pairs.len());
    let mut waves = Vec::new();
    // The end of the wave before, and the top of a wave that has risen, with the lowest load before it.
    let (mut last, mut risen) = (down.saturating_sub(2), None);
    for now in down..pairs.len() {
        let low = lowest(&pairs, last.max(now.saturating_sub(WIDE)), now);
        match risen {
            None => {
                let capacity = lane.capacity_in(now) + lane.capacity_in(now + 1);
                let is_high = pairs[now] >= HIGH * capacity && apart(pairs[now], capacity) >= ABOVE;
                risen = (is_high && stands_out(pairs[now], pairs[low])).then_some((low, now));
            }
            Some((low, top)) if pairs[now] > pairs[top] && now - low <= WIDE => {
                risen = Some((low, now));
            }
            Some((low, top)) if stands_out(pairs[top], pairs[now]) => {
                waves.push(wave(lane, low, top, now));
                (last, risen) = (now, None);
            }
            Some((_, top)) if now - top > WIDE => risen = None,
            Some(_) => {}
        }
    }
    waves
}

fn attempts(bucket: &Bucket) -> f64 {
    f64::from(bucket.attempts())
}

/// The place of the lowest load.
fn lowest(pairs: &[f64], from: usize, to: usize) -> usize {
    (from..=to).rev().min_by(|a, b| pairs[*a].total_cmp(&pairs[*b])).unwrap_or(to)
}

/// How many standard deviations one count exceeds another.
fn apart(count: f64, other: f64) -> f64 {
    2.0 * (libm::sqrt(count) - libm::sqrt(other))
}

fn stands_out(top: f64, low: f64) -> bool {
    top >= STEEP * low && apart(top, low) >= APART
}

/// The wave with its top in these buckets, between the lowest loads before and after it.
fn wave(lane: &Lane, low: usize, top: usize, end: usize) -> Wave {
    let height = |n: &usize| attempts(&lane.buckets[*n]);
    let highest = if height(&top) > height(&(top + 1)) { top } else { top + 1 };
    let is_half = |n: &usize| 2.0 * height(n) >= height(&highest);
    let from = (low..=highest).rev().take_while(is_half).last().unwrap_or(highest);
    let to = (highest..=end).take_while(is_half).last().unwrap_or(highest);
    Wave {
        from: Bucket::end_of(from) - Bucket::LENGTH,
        to: Bucket::end_of(to),
        height: height(&highest) / lane.capacity_in(highest),
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Setup, Strategy, run};
    use super::*;
    use fusebox::rng::Rng;
    use fusebox::time::Duration;

    /// A Poisson count: as many random numbers as fit into their product.
    fn poisson(rng: &mut Rng, mean: f64) -> u32 {
        let (mut count, mut left) = (0, libm::exp(-mean));
        loop {
            left /= f64::from(u32::try_from(rng.up_to(999_999)).unwrap() + 1) / 1e6;
            if left >= 1.0 {
                return count;
            }
            count += 1;
        }
    }

    #[test]
    fn calls_at_random_make_no_wave_at_any_load() {
        let length = Duration::from_secs(30);
        let base = run(&Setup { length, ..Setup::default() }, &Strategy::default(), 1).unwrap();
        let mut rng = Rng::from_seed(7);
        let mut found = 0;
        for clients in [10, 100, 1_000, 5_000] {
            for load in [0.1, 0.5, 1.0, 1.5, 2.0] {
                let mut lane = base.clone();
                lane.setup = Setup { clients, ..base.setup };
                let mean = load * lane.capacity();
                for _ in 0..50 {
                    for bucket in &mut lane.buckets {
                        *bucket = Bucket { retries: poisson(&mut rng, mean), ..Bucket::default() };
                    }
                    found += waves(&lane).len();
                }
            }
        }
        assert!(found <= 10, "{found} waves in 1,000 runs");
    }

    #[test]
    fn an_overload_that_stays_is_no_wave() {
        let mut lane = run(&Setup::default(), &Strategy::default(), 1).unwrap();
        for (n, bucket) in lane.buckets.iter_mut().enumerate() {
            let retries = if (50..200).contains(&n) { 200 } else { 0 };
            *bucket = Bucket { retries, ..Bucket::default() };
        }
        assert_eq!(waves(&lane), []);
        lane.buckets[60..].iter_mut().for_each(|bucket| bucket.retries = 0);
        let [wave] = waves(&lane)[..] else { panic!("one wave") };
        assert_eq!((wave.from, wave.to), (Instant::from_secs(5), Instant::from_secs(6)));
        assert!((wave.height - 4.0).abs() < 1e-9);
    }
}

//! The waves in which a herd comes back.

use super::lane::{Bucket, Lane};
use super::setup::DOWN_AT;
use fusebox::time::{Duration, Instant};

/// More than so many times what the database can do is a wave; a little more comes by chance alone.
const HIGH: f64 = 1.25;

/// Waves that are nearer to each other are one.
const APART: Duration = Duration::from_millis(500);

/// A time in which a quarter more came than the database can do.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Wave {
    /// When it began.
    pub from: Instant,
    /// When it was over.
    pub to: Instant,
    /// The most that came in 100 ms, as a multiple of what the database can do in that.
    pub height: f64,
}

/// The waves of a lane, from the outage on.
#[must_use]
pub fn waves(lane: &Lane) -> Vec<Wave> {
    let mut waves: Vec<Wave> = Vec::new();
    for (n, bucket) in lane.buckets.iter().enumerate() {
        let height = f64::from(bucket.attempts()) / lane.capacity_in(n);
        let to = Lane::end_of(n);
        let from = to - Bucket::LENGTH;
        if height <= HIGH || from < DOWN_AT {
            continue;
        }
        match waves.last_mut() {
            Some(wave) if from.since(wave.to) <= APART => {
                wave.to = to;
                wave.height = wave.height.max(height);
            }
            _ => waves.push(Wave { from, to, height }),
        }
    }
    waves
}

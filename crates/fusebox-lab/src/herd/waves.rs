//! The waves of retries after an outage.

use super::bucket::Bucket;
use super::lane::Lane;
use super::setup::DOWN_AT;
use fusebox::time::{Duration, Instant};

/// The load of a wave exceeds capacity by this factor, since chance alone can exceed it slightly.
const HIGH: f64 = 1.25;

/// Waves that are closer together count as one.
const APART: Duration = Duration::from_millis(500);

/// A time in which the load exceeded capacity by a quarter or more.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Wave {
    /// When it began.
    pub from: Instant,
    /// When it ended.
    pub to: Instant,
    /// The highest load in 100 ms, as a multiple of capacity.
    pub height: f64,
}

/// The waves of a lane from the start of the outage.
#[must_use]
pub fn waves(lane: &Lane) -> Vec<Wave> {
    let mut waves: Vec<Wave> = Vec::new();
    for (n, bucket) in lane.buckets.iter().enumerate() {
        let height = f64::from(bucket.attempts()) / lane.capacity_in(n);
        let to = Bucket::end_of(n);
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

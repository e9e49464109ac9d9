//! What is drawn by chance, in the shapes that settings have.

use fusebox::rng::Rng;
use fusebox::time::{Duration, Instant};

/// A source of settings.
pub(crate) struct Chance(Rng);

impl Chance {
    pub(crate) fn new(seed: u64) -> Self {
        Self(Rng::from_seed(seed))
    }

    /// True in this many of a thousand draws.
    pub(crate) fn in_thousand(&mut self, share: u32) -> bool {
        self.0.chance(share)
    }

    pub(crate) fn number(&mut self, least: u32, most: u32) -> u32 {
        least + u32::try_from(self.0.up_to(u64::from(most - least))).unwrap()
    }

    pub(crate) fn millis(&mut self, least: u64, most: u64) -> Duration {
        let micros = self.0.up_to((most - least) * 1_000);
        Duration::from_millis(least).saturating_add(Duration::from_micros(micros))
    }

    pub(crate) fn moment(&mut self, most_micros: u64) -> Instant {
        Instant::from_micros(self.0.up_to(most_micros))
    }

    pub(crate) fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[usize::try_from(self.0.up_to(from.len() as u64 - 1)).unwrap()]
    }

    pub(crate) fn maybe<T>(&mut self, share: u32, make: impl FnOnce(&mut Self) -> T) -> Option<T> {
        self.in_thousand(share).then(|| make(self))
    }
}

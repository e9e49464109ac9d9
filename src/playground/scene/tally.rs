//! How many dots of each kind began their way in the last second, wire by wire.

use super::kinds::DotKind;
use fusebox::time::{Duration, Instant};

/// The clients' wire and one for each dependency.
pub(super) const WIRES_MAX: usize = 7;

const KINDS: usize = DotKind::ALL.len();
const SLICES: usize = 10;
const SLICE: Duration = Duration::from_millis(100);

/// The last second of the world's time, in slices.
#[derive(Debug, Default)]
pub(super) struct Tally {
    slices: [[[u32; KINDS]; WIRES_MAX]; SLICES],
    /// The number of the newest slice since the start of the run.
    newest: u64,
}

impl Tally {
    pub(super) fn add(&mut self, at: Instant, wire: usize, kind: DotKind) {
        self.move_on(at);
        if let Some(counts) = self.slices[index(self.newest)].get_mut(wire) {
            counts[kind as usize] += 1;
        }
    }

    /// Forgets what is more than a second ago.
    pub(super) fn move_on(&mut self, now: Instant) {
        let slice = now.as_micros() / SLICE.as_micros();
        let steps = slice.saturating_sub(self.newest).min(SLICES as u64);
        for step in 0..steps {
            self.slices[index(slice - step)] = Default::default();
        }
        self.newest = self.newest.max(slice);
    }

    pub(super) fn of(&self, wire: usize, kind: DotKind) -> u32 {
        self.slices.iter().filter_map(|slice| slice.get(wire)).map(|of| of[kind as usize]).sum()
    }
}

/// The place of a slice.
fn index(slice: u64) -> usize {
    usize::try_from(slice % SLICES as u64).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_last_second_counts() {
        let mut tally = Tally::default();
        let at = Instant::from_millis;
        tally.add(at(50), 0, DotKind::Retry);
        tally.add(at(950), 2, DotKind::Retry);
        let of = |tally: &Tally| (tally.of(0, DotKind::Retry), tally.of(2, DotKind::Retry));
        assert_eq!(of(&tally), (1, 1));
        tally.move_on(at(1_050));
        assert_eq!(of(&tally), (0, 1));
        tally.move_on(at(60_000));
        assert_eq!(of(&tally), (0, 0));
    }
}

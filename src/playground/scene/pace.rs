//! How many dots start on each wire, and how many are shown: if there are too many dots to tell apart,
//! they become small, and then only one call in several is shown, along its whole way.

use super::kinds::DotKind;
use super::layout::Layout;
use fusebox::time::{Duration, Instant};

/// Seconds of real time that a dot takes for a wire.
pub(super) const WAY: f64 = 0.55;

/// The density of dots, per pixel of a wire, up to which full and small shapes can be told apart.
const READABLE_FULL: f64 = 0.65;
const READABLE_SMALL: f64 = 1.7;

/// Seconds between two decisions about the detail.
const LOOK_EVERY: f64 = 0.25;

/// Each divides the next, so that a call that is shown at one step is shown at every step before it.
const STEPS: [u16; 11] = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1_024];

/// The detail in which a dot is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub(crate) enum Detail {
    #[default]
    Full,
    Small,
}

/// Counts the dots that start, and decides how they are drawn.
#[derive(Debug)]
pub(super) struct Pace {
    /// The length of each wire, in pixels.
    lengths: [f64; WIRES_MAX],
    /// The dots that started on each wire since the last decision.
    began: [u32; WIRES_MAX],
    since: f64,
    /// Dots per pixel on the busiest wire at a time, smoothed.
    crowded: f64,
    /// One of this many calls is shown.
    pub(super) one_in: u16,
    pub(super) detail: Detail,
}

impl Pace {
    pub(super) fn new(layout: &Layout) -> Self {
        let mut pace = Self {
            lengths: [100.0; WIRES_MAX],
            began: [0; WIRES_MAX],
            since: 0.0,
            crowded: 0.0,
            one_in: 1,
            detail: Detail::Full,
        };
        pace.fit(layout);
        pace
    }

    /// Takes the lengths of the wires on a stage of another size.
    pub(super) fn fit(&mut self, layout: &Layout) {
        for (length, wire) in self.lengths.iter_mut().zip(layout.wires()) {
            *length = wire.length().max(1.0);
        }
    }

    /// Counts a dot that starts on a wire, shown or not.
    pub(super) const fn begin(&mut self, wire: usize) {
        self.began[wire % WIRES_MAX] += 1;
    }

    /// Adapts the detail now and then: it is reduced at once, and restored only after a while.
    pub(super) fn advance(&mut self, seconds: f64) {
        self.since += seconds;
        if self.since < LOOK_EVERY {
            return;
        }
        let dots = self.began.map(|began| f64::from(began) / self.since * WAY);
        let on_each = dots.iter().zip(self.lengths).map(|(dots, length)| dots / length);
        let busiest = on_each.fold(0.0, f64::max);
        self.crowded = busiest.max(self.crowded * 0.8 + busiest * 0.2);
        (self.began, self.since) = ([0; WIRES_MAX], 0.0);
        self.decide();
    }

    fn decide(&mut self) {
        // Restored only with some reserve, so that the detail does not flicker.
        let fits = |&step: &u16| {
            let room = if step < self.one_in { 0.85 } else { 1.0 };
            self.crowded / f64::from(step) <= READABLE_SMALL * room
        };
        self.one_in = STEPS.into_iter().find(fits).unwrap_or(STEPS[STEPS.len() - 1]);
        let room = if self.detail == Detail::Full { 1.0 } else { 0.85 };
        let full = self.crowded / f64::from(self.one_in) <= READABLE_FULL * room;
        self.detail = if full { Detail::Full } else { Detail::Small };
    }
}

/// The clients' wire and one for each dependency.
pub(super) const WIRES_MAX: usize = 7;

const KINDS: usize = DotKind::ALL.len();
const SLICES: usize = 10;
const SLICE: Duration = Duration::from_millis(100);

/// The last second of simulated time, in slices.
#[derive(Debug, Default)]
pub(super) struct Tally {
    slices: [[[u32; KINDS]; WIRES_MAX]; SLICES],
    /// The index of the newest slice since the start of the run.
    newest: u64,
}

impl Tally {
    pub(super) fn add(&mut self, at: Instant, wire: usize, kind: DotKind) {
        self.move_on(at);
        if let Some(counts) = self.slices[index(self.newest)].get_mut(wire) {
            counts[kind as usize] += 1;
        }
    }

    /// Drops slices that are more than a second old.
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

/// The index at which a slice is stored.
fn index(slice: u64) -> usize {
    usize::try_from(slice % SLICES as u64).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_step_shows_a_subset_of_the_calls_of_the_one_before() {
        for pair in STEPS.windows(2) {
            assert!(pair[1].is_multiple_of(pair[0]));
        }
    }

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

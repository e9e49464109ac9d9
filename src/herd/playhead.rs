//! The playhead: the moment up to which the lanes are shown, and how it moves.

use crate::playback::{Playback, SPEEDS};
use fusebox::time::{Duration, Instant};
use fusebox_lab::herd::Bucket;

/// A run should not take much longer than this, in seconds, when it plays by itself.
const PATIENCE: f64 = 9.0;

/// The moment up to which the lanes are shown.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Playhead {
    pub(super) playing: bool,
    /// An index into [`SPEEDS`].
    pub(super) speed: usize,
    /// None for the whole run.
    position: Option<Instant>,
    ends_at: Instant,
    playback: Playback,
}

impl Playhead {
    /// The playhead of a run that is opened: at a moment, or else playing from the start. Without motion
    /// the whole run is shown at once.
    pub(super) fn open(at: Option<Instant>, ends_at: Instant, has_motion: bool) -> Self {
        let length = ends_at.as_secs_f64();
        // Real time shows a short run best; 12 s are played in 6 s.
        let fits = |speed: &&f64| **speed > 1.0 && length / **speed <= PATIENCE;
        let speed = SPEEDS.iter().position(|it| fits(&it)).unwrap_or(SPEEDS.len() - 1);
        let playing = at.is_none() && has_motion;
        let position = at.or(playing.then_some(Instant::ZERO));
        let mut playhead = Self { playing, speed, ends_at, ..Self::default() };
        playhead.move_to(position.unwrap_or(ends_at));
        playhead
    }

    /// Takes the end of another run.
    pub(super) fn end_at(&mut self, ends_at: Instant) {
        self.ends_at = ends_at;
        self.move_to(self.position.unwrap_or(ends_at));
    }

    /// The moment up to which the lanes are shown; none for the whole run.
    pub(super) const fn position(&self) -> Option<Instant> {
        self.position
    }

    pub(super) fn at(&self) -> Instant {
        self.position.unwrap_or(self.ends_at)
    }

    pub(super) const fn ends_at(&self) -> Instant {
        self.ends_at
    }

    /// The moment that a link should open: none while time plays, or for the whole run.
    pub(super) fn linked(&self) -> Option<Instant> {
        self.position.filter(|_| !self.playing)
    }

    pub(super) fn play(&mut self, playing: bool) {
        self.playing = playing;
        if playing && self.position.is_none() {
            self.position = Some(Instant::ZERO);
        }
    }

    /// Shows one more bucket, and pauses.
    pub(super) fn step(&mut self) {
        self.play(true);
        self.seek(self.at() + Bucket::LENGTH);
    }

    /// Goes to a moment, and pauses.
    pub(super) fn seek(&mut self, at: Instant) {
        self.playing = false;
        self.move_to(at);
    }

    /// Ignores the time until the next frame, after a pause of the view.
    pub(super) fn resume(&mut self) {
        self.playback = Playback::default();
    }

    /// Moves on in a frame with this timestamp in milliseconds, unless it has to wait for the results;
    /// returns where it came from and the real time in seconds.
    pub(super) fn frame(&mut self, timestamp: f64, has_results: bool) -> Option<(Instant, f64)> {
        let elapsed = self.playback.frame(timestamp);
        if !self.playing || !has_results {
            return None;
        }
        let before = self.at();
        let speed = SPEEDS.get(self.speed).copied().unwrap_or(1.0);
        let target = self.playback.target(before, elapsed, speed);
        self.move_to(target);
        self.playing = self.position.is_some();
        Some((before, elapsed))
    }

    fn move_to(&mut self, at: Instant) {
        self.position = Some(at).filter(|at| *at < self.ends_at);
    }
}

/// A moment in seconds.
pub(super) fn seconds_to(seconds: f64) -> Instant {
    Instant::ZERO + Duration::from_secs_f64(seconds.max(0.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    const END: Instant = Instant::from_secs(12);

    #[test]
    fn a_run_opens_playing_from_its_start_unless_a_link_has_a_moment_or_motion_is_unwanted() {
        let open = |at: Option<u64>, moves| Playhead::open(at.map(Instant::from_secs), END, moves);
        let plays = open(None, true);
        assert_eq!((plays.playing, plays.position()), (true, Some(Instant::ZERO)));
        assert_eq!(plays.linked(), None, "a link to a run that plays opens it at its start");
        let linked = open(Some(7), true);
        assert_eq!((linked.playing, linked.linked()), (false, Some(Instant::from_secs(7))));
        for whole in [open(None, false), open(Some(12), true)] {
            assert_eq!((whole.playing, whole.position(), whole.at()), (false, None, END));
        }
    }

    #[test]
    fn a_run_of_any_length_plays_in_seconds() {
        let speed = |seconds| SPEEDS[Playhead::open(None, Instant::from_secs(seconds), true).speed];
        let near = |found: f64, expected: f64| assert!((found - expected).abs() < 1e-9, "{found}");
        near(speed(12), 2.0);
        near(speed(30), 5.0);
        near(speed(90), 10.0);
        near(speed(600), 20.0);
    }

    #[test]
    fn it_waits_for_results_and_stops_at_the_end() {
        let mut playhead = Playhead::open(None, END, true);
        assert_eq!(
            (playhead.frame(0.0, true), playhead.frame(50.0, false)),
            (Some((Instant::ZERO, 0.0)), None)
        );
        assert_eq!(playhead.at(), Instant::ZERO);
        playhead.frame(100.0, true);
        assert_eq!(playhead.at(), Instant::from_micros(100_000));
        for n in 0..200 {
            playhead.frame(100.0 * f64::from(n + 2), true);
        }
        assert_eq!((playhead.playing, playhead.position()), (false, None));
        playhead.play(true);
        assert_eq!(playhead.at(), Instant::ZERO, "from the start again");
        playhead.step();
        assert_eq!(
            (playhead.playing, playhead.linked()),
            (false, Some(Instant::from_micros(100_000)))
        );
    }
}

//! How far to simulate in a frame, by the chosen speed and the real time since the last frame.

use fusebox::time::{Duration, Instant};

/// The speeds that a user can choose, as multiples of real time.
pub(super) const SPEEDS: [f64; 8] = [0.1, 0.25, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0];

/// The place of real time among [`SPEEDS`].
pub(super) const USUAL_SPEED: usize = 3;

/// The place of a speed among [`SPEEDS`]; the error is a sentence.
pub(super) fn find(speed: f64) -> Result<usize, String> {
    let is_it = |it: &f64| (it - speed).abs() < 1e-9;
    SPEEDS.iter().position(is_it).ok_or_else(|| {
        let all: Vec<_> = SPEEDS.iter().map(f64::to_string).collect();
        format!("The speed is {speed}, but must be one of {}.", all.join(", "))
    })
}

/// Seconds between two frames from which on the page counts as hidden; longer gaps are not caught up.
pub(super) const GAP_MAX: f64 = 0.25;

/// The simulated clock that follows the frames of the screen.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Playback {
    /// The fraction of a microsecond that is carried over to the next frame.
    rest: f64,
    last_frame: Option<f64>,
}

impl Playback {
    /// The real time in seconds since the last frame; `timestamp` is that of this frame, in
    /// milliseconds.
    pub(super) fn frame(&mut self, timestamp: f64) -> f64 {
        let last = self.last_frame.replace(timestamp);
        last.map_or(0.0, |last| ((timestamp - last) / 1_000.0).clamp(0.0, GAP_MAX))
    }

    /// The simulated time to run to from `now`, after `elapsed` real seconds at this speed.
    pub(super) fn target(&mut self, now: Instant, elapsed: f64, speed: f64) -> Instant {
        let micros = elapsed * speed * 1e6 + self.rest;
        self.rest = micros.fract();
        now + Duration::from_secs_f64(micros.trunc() / 1e6)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_speed_is_found_or_the_others_are_named() {
        assert_eq!(find(1.0), Ok(USUAL_SPEED));
        let problem = find(3.0).unwrap_err();
        assert_eq!(problem, "The speed is 3, but must be one of 0.1, 0.25, 0.5, 1, 2, 5, 10, 20.");
    }

    #[test]
    fn simulated_time_follows_the_clock_and_not_the_number_of_frames() {
        for frames_per_second in [4, 30, 60, 144] {
            let mut playback = Playback::default();
            let mut now = Instant::ZERO;
            for frame in 0..=frames_per_second {
                let elapsed =
                    playback.frame(f64::from(frame) * 1_000.0 / f64::from(frames_per_second));
                now = playback.target(now, elapsed, 4.0);
            }
            let error = now.as_micros().abs_diff(4_000_000);
            assert!(error <= 2, "{frames_per_second}: {error} µs off");
        }
    }

    #[test]
    fn time_on_a_hidden_page_is_not_caught_up() {
        let mut playback = Playback::default();
        playback.frame(0.0);
        assert!((playback.frame(60_000.0) - GAP_MAX).abs() < f64::EPSILON);
        assert!(playback.frame(0.0).abs() < f64::EPSILON, "nor does time run back");
    }
}

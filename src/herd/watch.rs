//! How long work of many like parts will take yet.

use crate::convert::float;
use fusebox::time::Duration;
use fusebox_lab::words::length;

/// When work last began, in milliseconds, and how many parts of it were done by then.
#[derive(Clone, Copy, Default)]
pub(super) struct Watch {
    began: f64,
    before: usize,
}

impl Watch {
    pub(super) const fn begin(began: f64, before: usize) -> Self {
        Self { began, before }
    }

    /// The milliseconds since then.
    pub(super) const fn since(self, now: f64) -> f64 {
        (now - self.began).max(0.0)
    }

    /// The time left if it goes on as since then, in words: `about 3 s left`; none where no part has
    /// been done since then.
    pub(super) fn left(self, now: f64, (done, all): (usize, usize)) -> Option<String> {
        let new = done.checked_sub(self.before).filter(|new| *new > 0)?;
        let left = self.since(now) / float(new) * float(all.saturating_sub(done));
        Some(format!("about {} left", seconds(left)))
    }
}

/// Whole seconds, as nobody knows them better; one at least.
pub(super) fn seconds(milliseconds: f64) -> String {
    length(Duration::from_secs_f64((milliseconds / 1_000.0).round().max(1.0)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_is_told_from_what_came_since_it_went_on() {
        let watch = Watch::begin(1_000.0, 2);
        assert_eq!(watch.left(5_000.0, (2, 8)), None);
        assert_eq!(watch.left(2_000.0, (3, 8)).unwrap(), "about 5 s left");
        assert_eq!(watch.left(2_000.0, (4, 8)).unwrap(), "about 2 s left");
        assert_eq!(watch.left(500.0, (4, 8)).unwrap(), "about 1 s left");
        assert_eq!(Watch::begin(0.0, 9).left(500.0, (4, 8)), None);
    }

    #[test]
    fn times_are_whole_seconds() {
        assert_eq!([10.0, 1_500.0, 75_000.0].map(seconds), ["1 s", "2 s", "1 min 15 s"]);
    }
}

//! What a reader of a log has seen.

use super::{Format, LogError};
use crate::words::{count, plural};
use fusebox::Rate;

/// The most problems that a summary keeps.
const PROBLEMS_MAX: usize = 5;

/// What was in a log.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LogSummary {
    /// The format, given or guessed; none if the log was empty.
    pub format: Option<Format>,
    /// Records that were calls.
    pub calls: u64,
    /// Records that were something else, such as headers and rows of other measures.
    pub others: u64,
    /// Records that were dropped because they could not be read.
    pub dropped: u64,
    /// The problems of the first of those.
    pub problems: Vec<LogError>,
    /// The problem of the last line, if it was cut off.
    pub cut: Option<LogError>,
}

impl LogSummary {
    /// Counts a record that is dropped.
    pub(super) fn drop(&mut self, line: u64, problem: LogError) {
        self.dropped += 1;
        if self.problems.len() < PROBLEMS_MAX {
            self.problems.push(LogError { line, ..problem });
        }
    }

    /// Checks that at most this share of the records was dropped.
    ///
    /// # Errors
    /// With a sentence that has the share.
    pub fn check(&self, most: Rate) -> Result<(), String> {
        let records = self.calls + self.others + self.dropped;
        let allowed = u128::from(records) * u128::from(most.as_per_ten_thousand());
        if u128::from(self.dropped) * 10_000 <= allowed {
            return Ok(());
        }
        Err(format!("{}, but at most {most} may be", self.sentence()))
    }

    /// How many records could not be read, as a sentence.
    #[must_use]
    pub fn sentence(&self) -> String {
        let records = self.calls + self.others + self.dropped;
        #[expect(clippy::cast_precision_loss, reason = "the share is shown with four figures")]
        let share = self.dropped as f64 / records.max(1) as f64 * 100.0;
        let decimals = if share < 0.1 { 5 } else { 1 };
        let of = plural(records, "record", "records");
        format!("{} of {of} ({share:.decimals$} %) could not be read", count(self.dropped))
    }
}

//! How far long work is, on a terminal: a line on the standard error.

use indicatif::{ProgressBar, ProgressStyle};

/// A line that says how far the work is; it is not there where the standard error is no terminal,
/// and goes away with the value.
pub(super) struct Progress(ProgressBar);

impl Progress {
    /// So many parts of work lie ahead.
    pub(super) fn new(parts: u64) -> Self {
        let style = ProgressStyle::with_template("{wide_bar} {percent:>3} %  {eta} left");
        let bar = ProgressBar::new(parts);
        Self(bar.with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar())))
    }

    /// Nothing is shown.
    pub(super) fn hidden() -> Self {
        Self(ProgressBar::hidden())
    }

    /// So many more are done; from any thread.
    pub(super) fn add(&self, parts: u64) {
        self.0.inc(parts);
    }

    /// Does something that may write to the same terminal.
    pub(super) fn around<T>(&self, write: impl FnOnce() -> T) -> T {
        self.0.suspend(write)
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}

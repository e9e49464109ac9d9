//! The progress of long work, as a line on standard error.

use indicatif::{ProgressBar, ProgressStyle};

/// A progress line; it is shown only if standard error is a terminal, and removed with the value.
pub(super) struct Progress(ProgressBar);

impl Progress {
    /// Progress over this number of parts.
    pub(super) fn new(parts: u64) -> Self {
        let style = ProgressStyle::with_template("{wide_bar} {percent:>3} %  {eta} left");
        let bar = ProgressBar::new(parts);
        Self(bar.with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar())))
    }

    /// A progress line that is never shown.
    pub(super) fn hidden() -> Self {
        Self(ProgressBar::hidden())
    }

    /// Adds parts that are done; any thread may call it.
    pub(super) fn add(&self, parts: u64) {
        self.0.inc(parts);
    }

    /// Hides the line while other output goes to the terminal.
    pub(super) fn around<T>(&self, write: impl FnOnce() -> T) -> T {
        self.0.suspend(write)
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}

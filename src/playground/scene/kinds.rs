//! The kinds of dots.

use crate::palette::Palette;
use fusebox::time::Duration;
use fusebox_sim::Reply;

/// The kind of a dot. Each has its own shape and colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum DotKind {
    FirstAttempt,
    Retry,
    Success,
    Slow,
    Failure,
    /// A layer rejected the call.
    FailedFast,
    Fallback,
    /// The client gave up waiting.
    Abandoned,
}

/// A success that took longer than this is shown as slow.
const SLOW: Duration = Duration::from_millis(500);

impl DotKind {
    pub(crate) const ALL: [Self; 8] = [
        Self::FirstAttempt,
        Self::Retry,
        Self::Success,
        Self::Slow,
        Self::Failure,
        Self::FailedFast,
        Self::Fallback,
        Self::Abandoned,
    ];

    /// The kind of a reply to a client.
    pub(super) fn of(reply: Reply, latency: Duration) -> Self {
        match reply {
            Reply::Success if latency > SLOW => Self::Slow,
            Reply::Success => Self::Success,
            Reply::Fallback | Reply::Queued => Self::Fallback,
            Reply::Failure => Self::Failure,
            Reply::FailedFast => Self::FailedFast,
        }
    }

    pub(crate) const fn label(self) -> &'static str {
        self.look().0
    }

    pub(super) fn colour(self, palette: &Palette) -> &str {
        self.look().1(palette)
    }

    /// Its shape as the data of an SVG path, within 12 units around the origin.
    pub(super) const fn path(self) -> &'static str {
        match self {
            Self::FirstAttempt => "M3.4 0A3.4 3.4 0 1 1 -3.4 0A3.4 3.4 0 1 1 3.4 0",
            Self::Success => "M4.4 0A4.4 4.4 0 1 1 -4.4 0A4.4 4.4 0 1 1 4.4 0",
            Self::Slow => "M-3.1 -2.7H3.1A2.7 2.7 0 0 1 3.1 2.7H-3.1A2.7 2.7 0 0 1 -3.1 -2.7",
            Self::Retry => "M0 -5L5.2 3.8L-5.2 3.8Z",
            Self::FailedFast => "M0 -5.4L5.4 0L0 5.4L-5.4 0Z",
            Self::Fallback => "M-4 -4H4V4H-4Z",
            Self::Failure => "M-4 -4L4 4M-4 4L4 -4",
            Self::Abandoned => "M3.9 0A3.9 3.9 0 1 1 -3.9 0A3.9 3.9 0 1 1 3.9 0",
        }
    }

    /// Whether its shape is drawn as a line.
    pub(super) const fn is_outline(self) -> bool {
        matches!(self, Self::Failure | Self::Abandoned)
    }

    /// Its name and its colour.
    const fn look(self) -> (&'static str, fn(&Palette) -> &str) {
        match self {
            Self::FirstAttempt => ("first attempt", |palette| &palette.ink_soft),
            Self::Retry => ("retry", |palette| &palette.retry),
            Self::Success => ("success", |palette| &palette.success),
            Self::Slow => ("slow", |palette| &palette.slow),
            Self::Failure => ("failure", |palette| &palette.failure),
            Self::FailedFast => ("failed fast", |palette| &palette.fast),
            Self::Fallback => ("fallback", |palette| &palette.fallback),
            Self::Abandoned => ("given up", |palette| &palette.ink),
        }
    }

    /// Its meaning in a sentence.
    pub(crate) const fn meaning(self) -> &'static str {
        match self {
            Self::FirstAttempt => "The first attempt of a call.",
            Self::Retry => "Another attempt of a call, after a failure.",
            Self::Success => "A useful answer.",
            Self::Slow => "A useful answer after more than 0.5 s.",
            Self::Failure => "An error, or a connection that was refused or lost.",
            Self::FailedFast => "A layer rejected the call without sending it.",
            Self::Fallback => "A substitute for the answer, from a fallback or a queue.",
            Self::Abandoned => {
                "The caller stopped waiting: a timeout or the client deadline passed."
            }
        }
    }
}

/// Whether each kind is shown, in the order of [`DotKind::ALL`].
pub(crate) type ShownKinds = [bool; DotKind::ALL.len()];

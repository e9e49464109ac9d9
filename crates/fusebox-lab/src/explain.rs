//! Explanations: what happened and what is the case, in plain sentences made from the records.
//!
//! An [`Explanation`] is about one thing that the user selects: a call ([`of_call`]), a change of a
//! breaker ([`of_change`]), a part of a breaker's window ([`of_slot`]), an action ([`of_action`]),
//! a number ([`of_number`]). Explanations of the past are in the past tense; what is still going
//! on, the log ([`event`], [`Announcement`]) and [`now`] are in the present tense. Each number in
//! them comes from a record, the settings, or the world.
//!
//! ```
//! use fusebox_lab::explain;
//! use fusebox_sim::{Scenario, World};
//! use fusebox::time::Instant;
//!
//! let mut world = World::with_trace(&Scenario::search_service(), 42, 10_000)?;
//! world.run_until(Instant::from_secs(1));
//! let explanation = explain::of_call(3, world.trace().since(0), &world);
//! assert!(explanation.lines[0].text.starts_with("Client "));
//! # Ok::<(), fusebox::ConfigError>(())
//! ```

mod action;
mod announcement;
mod call;
mod change;
mod clauses;
mod event;
mod number;
mod pending;
mod present;
mod rules;
mod slot;
mod spans;

pub use action::of_action;
pub use announcement::{Announcement, is_news};
pub use call::of_call;
pub use change::of_change;
pub use event::event;
use fusebox::time::Instant;
pub use number::{Number, of_number};
pub use present::now;
pub use slot::of_slot;
pub use spans::{CallSpan, SpanEnd};

/// The most lines of an explanation, without the line that gives the number of lines left out.
pub const LINES_MAX: usize = 40;

/// How many of the last lines are kept if lines are left out, since the end matters most.
const LAST_LINES: usize = 12;

/// An explanation in sentences.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Explanation {
    /// The subject of the explanation.
    pub title: String,
    /// The sentences in order of time.
    pub lines: Vec<Line>,
    /// The time of a call in spans, the call itself first; empty for anything else, and if the beginning
    /// of the call is no longer recorded. Their sentences are those of the lines.
    pub spans: Vec<CallSpan>,
}

/// A sentence or two of an [`Explanation`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// The moment that the line is about; none for something that always holds.
    pub at: Option<Instant>,
    /// The text.
    pub text: String,
}

impl Line {
    fn at(at: Instant, text: impl Into<String>) -> Self {
        Self { at: Some(at), text: text.into() }
    }

    fn general(text: impl Into<String>) -> Self {
        Self { at: None, text: text.into() }
    }
}

impl Explanation {
    /// An explanation of these lines, or of the first and last of them if there are too many.
    fn new(title: impl Into<String>, mut lines: Vec<Line>) -> Self {
        if lines.len() > LINES_MAX {
            let end = lines.len() - LAST_LINES;
            let begin = LINES_MAX - LAST_LINES;
            let left_out = crate::words::count((end - begin) as u64);
            let gap = Line::general(format!("… and {left_out} more lines."));
            lines.splice(begin..end, [gap]);
        }
        let title = title.into();
        Self { title: title.trim_end_matches('.').to_owned(), lines, spans: Vec::new() }
    }
}

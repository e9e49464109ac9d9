//! One attempt as one sentence: where it went, what it waited for on its way, and how it ended.

use super::Line;
use super::clauses::behind;
use crate::words::{length, list, sentence};
use fusebox::time::{Duration, Instant};
use fusebox::{Failure, Outcome, TimeLimit};

/// An attempt whose end has not been told yet.
#[derive(Clone, Debug)]
pub(super) struct Attempt {
    pub(super) at: Instant,
    /// Where it went, and then what became of it on its way.
    clauses: Vec<String>,
    /// Whether there was no connection for it in the pool and no place to wait for one.
    pool_was_full: bool,
    /// Whether it is not known what became of a write if its connection is lost.
    leaves_open: bool,
}

/// So many clauses make a sentence long enough.
const CLAUSES_MAX: usize = 6;

impl Attempt {
    pub(super) fn new(at: Instant, begins: String, is_write: bool) -> Self {
        Self { at, clauses: vec![begins], pool_was_full: false, leaves_open: is_write }
    }

    /// Adds what became of its write.
    pub(super) fn settled(&mut self, clause: &str) {
        self.leaves_open = false;
        self.add(clause);
    }

    pub(super) fn waited_for_connection(&mut self, ahead: u32) {
        self.add(format!("waited for a connection of the pool {}", behind(ahead)));
    }

    pub(super) fn waited_at_server(&mut self, ahead: u32) {
        self.add(format!("waited in the queue there {}", behind(ahead)));
    }

    pub(super) fn found_pool_full(&mut self) {
        self.pool_was_full = true;
    }

    pub(super) fn add(&mut self, clause: impl Into<String>) {
        if self.clauses.len() < CLAUSES_MAX {
            self.clauses.push(clause.into());
        }
    }

    /// The sentence about an attempt that ended so.
    pub(super) fn ended(mut self, at: Instant, outcome: Outcome) -> Line {
        let ending = if self.pool_was_full {
            "failed at once, as the pool had no connection free and no place to wait for one".into()
        } else {
            end(outcome, at.since(self.at))
        };
        self.clauses.push(ending);
        if outcome == Outcome::Failure(Failure::ConnectionLost) && self.leaves_open {
            let mut line = self.tell();
            line.text.push_str(" So nobody knew whether the write had been made.");
            return line;
        }
        self.tell()
    }

    /// The sentence about an attempt that a limit of time ended.
    pub(super) fn timed_out(mut self, limit: TimeLimit, after: Duration) -> Line {
        let after = length(after);
        self.clauses.push(match limit {
            TimeLimit::Connect => {
                format!("got no connection; after {after} the timeout for that gave up on it")
            }
            TimeLimit::Attempt => format!("got no answer; after {after} the timeout gave up on it"),
            TimeLimit::Call => {
                format!("had no answer when the {after} for the whole call were over")
            }
            TimeLimit::Deadline => {
                format!("had no answer when the deadline came, {after} into the call")
            }
        });
        self.tell()
    }

    /// The sentence about an attempt with this ending.
    pub(super) fn left(mut self, ending: &str) -> Line {
        self.clauses.push(ending.to_owned());
        self.tell()
    }

    fn tell(self) -> Line {
        Line::at(self.at, sentence(&list(&self.clauses)))
    }
}

/// How an attempt ended, after its subject.
fn end(outcome: Outcome, after: Duration) -> String {
    let in_time = if after == Duration::ZERO {
        "at once".to_owned()
    } else {
        format!("after {}", length(after))
    };
    match outcome {
        Outcome::Success => format!("was answered {in_time}"),
        Outcome::Neutral => format!("ended {in_time}, when nobody waited for it any more"),
        Outcome::Failure(failure) => match failure {
            Failure::Connect => format!("was refused a connection {in_time}"),
            Failure::ConnectionLost => format!("lost its connection {in_time}"),
            Failure::Timeout => format!("had no answer {in_time}"),
            Failure::Aborted => format!("was rolled back {in_time}"),
            Failure::Status { code, retry_after } => {
                let (what, name) = match code {
                    429 => ("was turned away", "429, too many requests".to_owned()),
                    503 => ("was turned away", "503".to_owned()),
                    code => ("failed", format!("status {code}")),
                };
                let asks = retry_after
                    .map_or_else(String::new, |wait| format!("; Retry-After {}", length(wait)));
                format!("{what} {in_time} ({name}{asks})")
            }
        },
    }
}

/// A limit of time that ran out while no attempt was under way.
pub(super) fn out_of_time(limit: TimeLimit, after: Duration) -> String {
    let after = length(after);
    match limit {
        TimeLimit::Connect => format!("After {after} there was no connection, and time was up."),
        TimeLimit::Attempt => format!("The {after} for its attempts were over."),
        TimeLimit::Call => format!("The {after} for the whole call were over."),
        TimeLimit::Deadline => {
            format!("The deadline of the call came, {after} after its beginning.")
        }
    }
}

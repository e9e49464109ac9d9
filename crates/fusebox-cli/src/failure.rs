//! The reasons why the program ends early, and their exit codes.

use fusebox::ConfigError;
use fusebox_lab::low_share;
use fusebox_lab::settings::Problem;
use std::io::{self, ErrorKind, Write};
use std::process::ExitCode;

/// Why the program ends without a result.
#[derive(Debug)]
pub(super) enum Failure {
    /// The input is invalid, with a sentence for each problem.
    Input(Vec<String>),
    /// What was to hold does not, as the output says.
    Unmet,
    /// The output cannot be written.
    Output(io::Error),
}

impl Failure {
    /// The input is invalid, as this sentence says.
    pub(super) fn input(sentence: impl Into<String>) -> Self {
        Self::Input(vec![sentence.into()])
    }

    /// The value of an argument is not one of those that it accepts.
    pub(super) fn must_be(name: &str, value: &str, accepts: &str) -> Self {
        Self::input(format!("{name} is {value:?}, but must be {accepts}"))
    }

    /// Writes the sentences to standard error and returns the exit code.
    pub(super) fn tell(&self) -> ExitCode {
        match self {
            Self::Input(sentences) => {
                for sentence in sentences {
                    say(sentence);
                }
                ExitCode::from(2)
            }
            Self::Unmet => ExitCode::FAILURE,
            // The reader stopped early, as `head` does.
            Self::Output(error) if error.kind() == ErrorKind::BrokenPipe => ExitCode::SUCCESS,
            Self::Output(error) => {
                say(&format!("the output cannot be written: {error}"));
                ExitCode::FAILURE
            }
        }
    }
}

/// Writes a warning, which does not end the program.
pub(super) fn warn(sentence: &str) {
    write("warning", sentence);
}

/// Warns of breakers that opened so many times at a low share of failures.
pub(super) fn warn_of_low_share(changes: u64) {
    if let Some(warning) = low_share::warning(changes) {
        warn(&warning);
    }
}

/// Writes what is good to know.
pub(super) fn note(sentence: &str) {
    write("note", sentence);
}

fn say(sentence: &str) {
    write("error", sentence);
}

/// Writes to standard error; unlike `eprintln!`, it does not panic if standard error is closed.
fn write(kind: &str, sentence: &str) {
    let _ = writeln!(io::stderr(), "{kind}: {sentence}");
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::Output(error)
    }
}

impl From<serde_json::Error> for Failure {
    fn from(error: serde_json::Error) -> Self {
        Self::Output(error.into())
    }
}

impl From<Problem> for Failure {
    fn from(problem: Problem) -> Self {
        Self::input(problem.to_string())
    }
}

impl From<ConfigError> for Failure {
    fn from(error: ConfigError) -> Self {
        Problem::from(error).into()
    }
}

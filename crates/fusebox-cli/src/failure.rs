//! What ends the program early.

use fusebox::ConfigError;
use fusebox_lab::settings::Problem;
use std::io::{self, ErrorKind, Write};
use std::process::ExitCode;

/// Why there is no result.
#[derive(Debug)]
pub(super) enum Failure {
    /// What was asked for cannot be, as these sentences say.
    Input(Vec<String>),
    /// The output cannot be written.
    Output(io::Error),
}

impl Failure {
    /// What was asked for cannot be, as this sentence says.
    pub(super) fn input(sentence: impl Into<String>) -> Self {
        Self::Input(vec![sentence.into()])
    }

    /// An error of an argument whose name is not that of the setting behind it.
    pub(super) fn of_argument(argument: &str, problem: &Problem) -> Self {
        Self::input(format!("{argument} {}", problem.what))
    }

    /// Says it on the standard error, and gives the exit code.
    pub(super) fn tell(&self) -> ExitCode {
        match self {
            Self::Input(sentences) => {
                for sentence in sentences {
                    say(sentence);
                }
                ExitCode::from(2)
            }
            // Whoever read it has what they wanted.
            Self::Output(error) if error.kind() == ErrorKind::BrokenPipe => ExitCode::SUCCESS,
            Self::Output(error) => {
                say(&format!("the output cannot be written: {error}"));
                ExitCode::FAILURE
            }
        }
    }
}

/// Unlike `eprintln!` it does not panic where there is no standard error.
fn say(sentence: &str) {
    let _ = writeln!(io::stderr(), "error: {sentence}");
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

//! The experiments of the lab in a terminal: the program `fusebox`.
//!
//! Results go to standard output, as text or with `--json` as JSON; errors and progress go to standard
//! error. The exit code is 0 for success, 2 for invalid input, and 1 if a goal or a lesson does not hold or
//! the output cannot be written.
//! A reader that stops early (`| head`) is no error.
#![forbid(unsafe_code)]

mod args;
mod backoff;
mod failure;
mod fields;
mod goal;
mod herd;
mod input;
mod lesson;
mod occ;
mod output;
mod progress;
mod reference;
mod replay;
mod run;
mod settings;
mod sweep;
mod take_home;
mod trace;
mod workers;

use args::{Arguments, LessonTask, Task};
use failure::Failure;
use std::io::{self, BufWriter, Write};
use std::process::ExitCode;

/// Runs the subcommand of the arguments.
fn main() -> ExitCode {
    let task = match Arguments::read(fields::after) {
        Ok(arguments) => arguments.task,
        Err(error) => {
            // Nothing can be done if standard error is closed.
            let _ = error.print();
            return ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2));
        }
    };
    let mut out = BufWriter::new(io::stdout().lock());
    let done = perform(&task, &mut out).and_then(|()| out.flush().map_err(Failure::from));
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.tell(),
    }
}

fn perform(task: &Task, out: &mut dyn Write) -> Result<(), Failure> {
    match task {
        Task::Presets(args) => reference::presets(args, out),
        Task::Show(args) => reference::show(args, out),
        Task::Lesson(LessonTask::Check(args)) => lesson::check(args, out),
        Task::Lesson(LessonTask::Show(args)) => lesson::show(args, out),
        Task::Schema(args) => reference::schema(args, out),
        Task::Settings(args) => settings::settings(args, out),
        Task::Run(args) => run::run(args, out),
        Task::Herd(args) => herd::herd(args, out),
        Task::Sweep(args) => sweep::sweep(args, out),
        Task::Merge(args) => sweep::merge(args, out),
        Task::Trace(args) => trace::trace(args, out),
        Task::Backoff(args) => backoff::backoff(args, out),
        Task::Occ(args) => occ::occ(args, out),
        Task::Replay(args) => replay::replay(args, out),
        Task::Export(args) => take_home::export(args, out),
        Task::Import(args) => take_home::import(args, out),
    }
}

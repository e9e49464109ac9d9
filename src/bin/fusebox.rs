//! The entry of the program for a terminal, which is all in [`fusebox::cli`].

use std::process::ExitCode;

fn main() -> ExitCode {
    fusebox::cli::main()
}

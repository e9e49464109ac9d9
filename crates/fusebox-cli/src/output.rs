//! The output that all subcommands share: a result as JSON or as text.

use super::failure::Failure;
use fusebox_lab::report::{Described, text};
use serde::Serialize;
use std::io::Write;

/// Writes a result as JSON, or else as text.
pub(super) fn write<T: Described>(
    out: &mut dyn Write,
    json: bool,
    result: &T,
) -> Result<(), Failure> {
    if json { write_json(out, result) } else { Ok(write!(out, "{}", text(result))?) }
}

/// Writes a result as indented JSON.
pub(super) fn write_json<T: Serialize + ?Sized>(
    out: &mut dyn Write,
    result: &T,
) -> Result<(), Failure> {
    serde_json::to_writer_pretty(&mut *out, result)?;
    writeln!(out)?;
    Ok(())
}

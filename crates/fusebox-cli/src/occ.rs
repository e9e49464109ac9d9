//! The published simulation of backoffs under optimistic concurrency.

use super::args::OccArgs;
use super::failure::Failure;
use super::output::write;
use super::progress::Progress;
use fusebox_sim::occ::{self, Summary};
use serde::Serialize;
use std::io::Write;

/// The JSON of `fusebox occ`: what was asked for, and the means with their sample standard deviations.
#[derive(Serialize)]
struct Outcome {
    clients: u32,
    trials: u32,
    backoff: &'static str,
    seed: u64,
    /// When the last client had written, in milliseconds.
    mean_time_ms: f64,
    sd_time_ms: f64,
    /// How many writes were tried.
    mean_calls: f64,
    sd_calls: f64,
}

pub(super) fn occ(args: &OccArgs, out: &mut dyn Write) -> Result<(), Failure> {
    let OccArgs { clients, trials, backoff, seed, json } = *args;
    let progress = Progress::new(trials.into());
    let summary = occ::trials(clients, trials, backoff, seed, |_| progress.add(1))?;
    drop(progress);
    let Summary { mean_time_ms, sd_time_ms, mean_calls, sd_calls } = summary;
    let backoff = backoff.name();
    let result =
        Outcome { clients, trials, backoff, seed, mean_time_ms, sd_time_ms, mean_calls, sd_calls };
    write(out, json, &result, |out| {
        writeln!(out, "{clients} clients, backoff {backoff}, {trials} trials, seed {seed}\n")?;
        writeln!(out, "time   {mean_time_ms:>12.1} ms  (standard deviation {sd_time_ms:.1} ms)")?;
        writeln!(out, "calls  {mean_calls:>12.1}     (standard deviation {sd_calls:.1})")?;
        Ok(())
    })
}

//! The published simulation of backoff under optimistic concurrency.

use super::args::OccArgs;
use super::failure::Failure;
use super::output::write;
use super::progress::Progress;
use fusebox_lab::record;
use fusebox_sim::occ::{self, Summary};
use std::io::Write;

record! {
    /// The JSON of `fusebox occ`.
    pub(super) struct Simulation {
        clients: u32 = "", "Clients that write the same row";
        trials: u32 = "", "Repetitions of the simulation";
        backoff: &'static str = "", "The backoff of every client";
        seed: u64 = "", "The seed of all randomness";
        mean_time_ms: f64 = "ms", "Time until the last client has written: mean over the trials";
        sd_time_ms: f64 = "ms", "Its sample standard deviation; 0 for one trial";
        mean_calls: f64 = "writes", "Write attempts per trial: mean over the trials";
        sd_calls: f64 = "writes", "Its sample standard deviation; 0 for one trial";
    }
}

pub(super) fn occ(args: &OccArgs, out: &mut dyn Write) -> Result<(), Failure> {
    let OccArgs { clients, trials, backoff, seed, json } = *args;
    let progress = Progress::new(trials.into());
    let summary = occ::trials(clients, trials, backoff, seed, |_| progress.add(1))?;
    drop(progress);
    let Summary { mean_time_ms, sd_time_ms, mean_calls, sd_calls } = summary;
    let backoff = backoff.name();
    let result = Simulation {
        clients,
        trials,
        backoff,
        seed,
        mean_time_ms,
        sd_time_ms,
        mean_calls,
        sd_calls,
    };
    write(out, json, &result, |out| {
        writeln!(out, "{clients} clients, backoff {backoff}, {trials} trials, seed {seed}\n")?;
        writeln!(out, "time   {mean_time_ms:>12.1} ms  (standard deviation {sd_time_ms:.1} ms)")?;
        writeln!(out, "calls  {mean_calls:>12.1}     (standard deviation {sd_calls:.1})")?;
        Ok(())
    })
}

//! The published simulation of backoff under optimistic concurrency.

use super::args::OccArgs;
use super::failure::Failure;
use super::output::write;
use super::progress::Progress;
use fusebox_lab::record;
use fusebox_sim::occ::{self, Summary};
use std::io::Write;

record! {
    /// The result of `fusebox occ`.
    pub(super) struct Simulation(args: &OccArgs, of: Summary) {
        clients: u32 = args.clients, "", "Clients that write the same row";
        trials: u32 = args.trials, "", "Repetitions of the simulation";
        backoff: &'static str = args.backoff.name(), "", "The backoff of every client";
        seed: u64 = args.seed, "", "The seed of all randomness";
        mean_time_ms: f64 = of.mean_time_ms, "ms", "Time until the last client has written: mean over the trials";
        sd_time_ms: f64 = of.sd_time_ms, "ms", "Sample standard deviation of that time; 0 for one trial";
        mean_calls: f64 = of.mean_calls, "writes", "Write attempts per trial: mean over the trials";
        sd_calls: f64 = of.sd_calls, "writes", "Sample standard deviation of the write attempts; 0 for one trial";
    }
}

pub(super) fn occ(args: &OccArgs, out: &mut dyn Write) -> Result<(), Failure> {
    let progress = Progress::new(args.trials.into());
    let done = |_| progress.add(1);
    let summary = occ::trials(args.clients, args.trials, args.backoff, args.seed, done)?;
    drop(progress);
    write(out, args.json, &Simulation::of(args, summary))
}

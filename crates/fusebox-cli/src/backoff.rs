//! The delays of a backoff, retry by retry.

use super::args::BackoffArgs;
use super::failure::Failure;
use super::output::write;
use fusebox::{BackoffConfig, RetryConfig};
use fusebox_lab::delays::{self, Row};
use fusebox_lab::record;
use fusebox_lab::report::{Grid, millis};
use fusebox_lab::settings::{self, RETRY};
use std::io::Write;

record! {
    /// The delay before one retry in the JSON of `fusebox backoff`.
    pub(super) struct Delay {
        retry: u32 = "", "The number of the retry, from 1";
        min_ms: f64 = "ms", "The shortest delay over all samples";
        mean_ms: f64 = "ms", "The mean delay";
        max_ms: f64 = "ms", "The longest delay";
        first_ms: f64 = "ms", "The delay in the first sample, as one client would see it";
        cumulative_mean_ms: f64 = "ms", "The mean of all delays up to and including this one, added up";
    }
}

pub(super) fn backoff(args: &BackoffArgs, out: &mut dyn Write) -> Result<(), Failure> {
    let config = config(args)?;
    let rows = delays::table(config, args.attempts, args.samples, args.seed).map_err(|error| {
        let option = |path: &str| format!("--{}", path.rsplit('.').next().unwrap_or(path));
        Failure::input(error.map_paths(option).to_string())
    })?;
    let delays: Vec<_> = rows.iter().map(Delay::of).collect();
    write(out, args.json, &delays, |out| {
        let mut grid = Grid::new(&["retry", "min", "mean", "max", "one call", "cumulative"]);
        for row in &rows {
            let Row { min, mean, max, first, cumulative_mean, .. } = row;
            let delays = [min, mean, max, first, cumulative_mean];
            let delays = delays.into_iter().map(ToString::to_string);
            grid.add([row.retry.to_string()].into_iter().chain(delays).collect());
        }
        Ok(write!(out, "{grid}")?)
    })
}

impl Delay {
    fn of(row: &Row) -> Self {
        Self {
            retry: row.retry,
            min_ms: millis(row.min),
            mean_ms: millis(row.mean),
            max_ms: millis(row.max),
            first_ms: millis(row.first),
            cumulative_mean_ms: millis(row.cumulative_mean),
        }
    }
}

/// The settings, on the engine's own.
fn config(args: &BackoffArgs) -> Result<BackoffConfig, Failure> {
    let backoff = BackoffConfig::default();
    let mut retry = RetryConfig { backoff, ..RetryConfig::default() };
    // A jitter has its own setting for its spread.
    let spread = match args.jitter.as_deref() {
        Some(jitter @ ("plus_minus_share" | "added_share" | "added_time" | "plus_minus_time")) => {
            jitter
        }
        jitter => {
            // An unknown jitter is refused as such below.
            let is_known = jitter.is_none_or(|jitter| {
                settings::set_in(RETRY, &mut retry.clone(), "jitter", jitter).is_ok()
            });
            if is_known && args.spread.is_some() {
                let what = "applies only where --jitter is plus_minus_share, added_share, \
                            added_time or plus_minus_time";
                return Err(Failure::input(format!("--spread is given, but {what}")));
            }
            "plus_minus_share"
        }
    };
    for (argument, key, value) in [
        ("--base", "base", &args.base),
        ("--cap", "cap", &args.cap),
        ("--growth", "growth", &args.growth),
        ("--factor", "growth_factor", &args.factor),
        ("--jitter", "jitter", &args.jitter),
        ("--spread", &format!("jitter_{spread}"), &args.spread),
    ] {
        if let Some(value) = value {
            let set = settings::set_in(RETRY, &mut retry, key, value);
            set.map_err(|problem| Failure::of_argument(argument, &problem))?;
        }
    }
    Ok(retry.backoff)
}

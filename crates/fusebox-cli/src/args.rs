//! The arguments.

use super::fields;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Arg, Args, CommandFactory, FromArgMatches, Parser, Subcommand};
use fusebox_lab::bands::{SEEDS_MAX, SEEDS_MIN};
use fusebox_lab::herd::MEASURES;
use fusebox_sim::Dependency;
use fusebox_sim::occ::OccBackoff;

/// Runs resilience experiments: a simulated service with timeouts, retries, breakers and bulkheads,
/// and what faults do to it.
#[derive(Debug, Parser)]
#[command(name = "fusebox", version, after_help = EXAMPLES)]
pub(super) struct Arguments {
    #[command(subcommand)]
    pub(super) task: Task,
}

impl Arguments {
    /// The arguments of the process.
    pub(super) fn read() -> Result<Self, clap::Error> {
        let number = |arg: Arg| {
            let takes_value = arg.get_action().takes_values();
            if arg.is_positional() {
                return arg.allow_negative_numbers(takes_value);
            }
            arg.allow_hyphen_values(takes_value)
        };
        // So that -1 and -1s are told to be out of range, and are not taken for names of arguments.
        let command = Self::command().mut_subcommands(|task| task.mut_args(number));
        Self::from_arg_matches(&command.try_get_matches()?)
    }
}

const EXAMPLES: &str = "\
Examples:
  fusebox presets
  fusebox run dies-mid-query --set breaker.cooldown=5s --seeds 20
  fusebox show search-service > mine.json && fusebox run mine.json --json
  fusebox herd overload --seeds 20
  fusebox trace dies-mid-query --on postgres | head
  fusebox replay calls.csv --set breaker.failures=10

The same arguments give the same output on every machine.";

const RUN_EXAMPLES: &str = "\
Examples:
  fusebox run cold-restart
  fusebox run cold-restart --seed 7 --for 30s --json
  fusebox run cold-restart --set retry.max_attempts=5 --set retry.jitter=none --seeds 50
  fusebox run cold-restart --set postgres.layers_off=breaker
  fusebox show cold-restart | fusebox run -

The fourth has the breaker around the database off at the start; with postgres.layers=timeout,retry
there are these two layers alone. The settings are those of `fusebox settings`.";

const TRACE_EXAMPLES: &str = "\
Examples:
  fusebox trace dies-mid-query | head -n 50
  fusebox trace dies-mid-query --call 17
  fusebox trace dies-mid-query --on postgres --last 20";

const SETTINGS_EXAMPLES: &str = "\
Examples:
  fusebox settings
  fusebox settings jitter
  fusebox settings breaker. --json";

const BACKOFF_EXAMPLES: &str = "\
Examples:
  fusebox backoff
  fusebox backoff --base 100ms --cap 10s --jitter equal --attempts 8
  fusebox backoff --growth linear --jitter plus_minus_share --spread 25%";

const JITTER_HELP: &str = "\
How chance spreads it: none, plus_minus_share, full, equal, added_share, added_time, \
plus_minus_time, decorrelated or smooth_decorrelated [default: full]";

const SPREAD_HELP: &str = "\
How far: a share (50%) for plus_minus_share and added_share, a time (100ms) for added_time and \
plus_minus_time";

const OCC_EXAMPLES: &str = "\
Examples:
  fusebox occ --clients 100 --backoff full
  fusebox occ --clients 50 --trials 1000 --backoff decorrelated --json";

const REPLAY_EXAMPLES: &str = "\
A log has a line for each call, as in start_ms,duration_ms,outcome: when it started and how long it
took in milliseconds, with at most 3 decimals, and how it ended. The order of the lines does not
matter. A log has at most 1,000,000 calls and 100 MB; the line start_ms,duration_ms,outcome may be
before them, and blank lines and those that begin with # are nothing.

Outcomes:
  100 to 399          a success
  408, 429            a failure
  other 400 to 499    the request was at fault, such as 404 and 499: neither success nor failure
  500 to 599          a failure
  success, ok         a success
  failure, error      a failure of which no more is known
  timeout             a failure: no answer in time
  connect             a failure: no connection
  lost                a failure: the connection broke
  aborted             a failure: the transaction was rolled back
  neutral, cancelled  neither success nor failure

Examples:
  fusebox replay calls.csv
  fusebox replay calls.csv --set breaker.window=count --set breaker.failure_rate=50% --json
  zcat calls.csv.gz | fusebox replay -";

const HERD_EXAMPLES: &str = "\
Examples:
  fusebox herd
  fusebox herd overload --seeds 20
  fusebox herd --lanes immediate,full,full-budget-shared --set clients=5000 --set outage=5s
  fusebox herd caps --set lanes.0.retry.cap=2s --csv
  fusebox show overload > mine.json && fusebox herd mine.json

A lane is none, immediate, fixed, exponential, factor, full, equal or decorrelated, with -budget,
-breaker or -shared after it. What the lanes have in common is set by keys such as herd.outage, or
outage alone; lanes count from 0, and lanes.retry.base means all of them. `fusebox show overload`
has all settings of a comparison.";

const SWEEP_EXAMPLES: &str = "\
Examples:
  fusebox sweep --list
  fusebox sweep --x outage:1s..60s:8 --y capacity_lost:20%..100%:5
  fusebox sweep overload --strategy fixed --x call_interval:5s,10s,20s --y clients:100..1000:3:log
  fusebox sweep caps --x lane.retry.cap:1s..60s:4:log --y outage:5s,60s --measure settled_after --csv

An axis is a setting and its values: from the first to the last in so many steps, which are all
alike, or with :log after them grow by the same ratio; or the values themselves with commas. There
are 2 to 40 of them. What begins with lane is a setting of the strategy; `fusebox show overload`
has all settings, with herd and lanes.0 before them.";

/// What to do.
#[derive(Debug, Subcommand)]
pub(super) enum Task {
    /// Lists the presets
    Presets(PresetsArgs),
    /// Prints a scenario as a JSON document, to be edited and run
    Show(ShowArgs),
    /// Runs a scenario and reports what it gave
    #[command(after_help = RUN_EXAMPLES, after_long_help = fields::run(RUN_EXAMPLES))]
    Run(RunArgs),
    /// Runs strategies of retrying side by side, on a herd of clients that lose the database
    #[command(after_help = HERD_EXAMPLES, after_long_help = fields::herd(HERD_EXAMPLES))]
    Herd(HerdArgs),
    /// Runs one strategy over a grid of two settings, and draws a measure of it
    #[command(after_help = SWEEP_EXAMPLES, after_long_help = fields::sweep(SWEEP_EXAMPLES))]
    Sweep(SweepArgs),
    /// Prints what happens in a scenario, one thing a line, with its reason
    #[command(after_help = TRACE_EXAMPLES)]
    Trace(TraceArgs),
    /// Prints the delays that a backoff gives
    #[command(after_help = BACKOFF_EXAMPLES, after_long_help = fields::backoff(BACKOFF_EXAMPLES))]
    Backoff(BackoffArgs),
    /// Runs the published simulation of backoffs under optimistic concurrency
    #[command(after_help = OCC_EXAMPLES, after_long_help = fields::occ(OCC_EXAMPLES))]
    Occ(OccArgs),
    /// Takes a recorded log of calls through a breaker, and tells what it would have done
    #[command(after_help = REPLAY_EXAMPLES, after_long_help = fields::replay(REPLAY_EXAMPLES))]
    Replay(ReplayArgs),
    /// Lists the settings with what they may be
    #[command(after_help = SETTINGS_EXAMPLES)]
    Settings(SettingsArgs),
    /// Prints the JSON Schema of a scenario document
    Schema,
}

#[derive(Args, Debug)]
pub(super) struct PresetsArgs {
    /// Prints JSON
    #[arg(long)]
    pub(super) json: bool,
}

/// Which world.
#[derive(Args, Debug)]
pub(super) struct WorldArgs {
    /// A preset, or a file with a scenario as JSON; - is the standard input
    #[arg(value_name = "PRESET|FILE")]
    pub(super) scenario: String,
    /// Changes a setting, as in breaker.cooldown=5s; may be given again
    #[arg(long, value_name = "KEY=VALUE")]
    pub(super) set: Vec<String>,
    /// How long the run is, as in 30s
    #[arg(long = "for", value_name = "TIME")]
    pub(super) length: Option<String>,
}

#[derive(Args, Debug)]
pub(super) struct ShowArgs {
    #[command(flatten)]
    pub(super) world: WorldArgs,
}

#[derive(Args, Debug)]
pub(super) struct RunArgs {
    #[command(flatten)]
    pub(super) world: WorldArgs,
    /// What all chance comes from [default: 1; for a comparison its own]
    #[arg(long, value_parser = seed)]
    pub(super) seed: Option<u64>,
    /// Runs so many seeds from that one on, 1 to 10,000, and reports how far they differ
    #[arg(long, value_name = "N", value_parser = whole(1, 10_000))]
    pub(super) seeds: Option<u32>,
    /// Prints JSON
    #[arg(long)]
    pub(super) json: bool,
}

#[derive(Args, Debug)]
pub(super) struct HerdArgs {
    /// A preset, or a file with a comparison as JSON; - is the standard input [default: two-seconds]
    #[arg(value_name = "PRESET|FILE")]
    pub(super) comparison: Option<String>,
    /// Changes a setting, as in clients=5000 or lanes.0.retry.base=500ms; may be given again
    #[arg(long, value_name = "KEY=VALUE")]
    pub(super) set: Vec<String>,
    /// The strategies, as in immediate,full,full-budget-shared: 1 to 8
    #[arg(long, value_name = "LIST")]
    pub(super) lanes: Option<String>,
    /// What all chance comes from [default: that of the file, or else 42]
    #[arg(long, value_parser = seed)]
    pub(super) seed: Option<u64>,
    /// Runs so many seeds from that one on, 2 to 200, and tells which differences are not chance
    #[arg(long, value_name = "N", value_parser = whole(SEEDS_MIN, SEEDS_MAX))]
    pub(super) seeds: Option<u32>,
    #[command(flatten)]
    pub(super) form: FormArgs,
}

#[derive(Args, Debug)]
pub(super) struct SweepArgs {
    /// A sweep, or a preset of `fusebox herd` from which to start [default: boundary]
    #[arg(value_name = "PRESET")]
    pub(super) preset: Option<String>,
    /// The columns: a setting and its values, as in outage:1s..60s:20
    #[arg(long, value_name = "AXIS")]
    pub(super) x: Option<String>,
    /// The rows, likewise, as in capacity_lost:10%,50%,100%
    #[arg(long, value_name = "AXIS")]
    pub(super) y: Option<String>,
    #[arg(long, value_name = "NAME", help = measure_help())]
    pub(super) measure: Option<String>,
    /// The strategy, as in full or full-budget-shared
    #[arg(long, value_name = "WORD")]
    pub(super) strategy: Option<String>,
    /// Changes a setting, as in clients=5000 or lane.retry.base=500ms; may be given again
    #[arg(long, value_name = "KEY=VALUE")]
    pub(super) set: Vec<String>,
    /// What all chance comes from [default: 42]
    #[arg(long, value_parser = seed)]
    pub(super) seed: Option<u64>,
    #[command(flatten)]
    pub(super) form: FormArgs,
}

/// What is printed.
#[derive(Args, Debug)]
pub(super) struct FormArgs {
    /// Lists the presets instead
    #[arg(long)]
    pub(super) list: bool,
    /// Prints JSON
    #[arg(long)]
    pub(super) json: bool,
    /// Prints comma-separated values
    #[arg(long, conflicts_with = "json")]
    pub(super) csv: bool,
}

#[derive(Args, Debug)]
pub(super) struct TraceArgs {
    #[command(flatten)]
    pub(super) world: WorldArgs,
    /// What all chance comes from
    #[arg(long, default_value = "1", value_parser = seed)]
    pub(super) seed: u64,
    /// Only what concerns the call with this number, which counts from 0
    #[arg(long, value_name = "N", value_parser = seed)]
    pub(super) call: Option<u64>,
    /// Only what concerns this dependency
    #[arg(long, value_name = "DEPENDENCY", value_parser = dependency())]
    pub(super) on: Option<Dependency>,
    /// Only the last so many, 1 to 1,000,000
    #[arg(long, value_name = "N", value_parser = whole(1, 1_000_000))]
    pub(super) last: Option<u32>,
}

#[derive(Args, Debug)]
pub(super) struct BackoffArgs {
    /// The wait before the first retry, as in 100ms [default: 1s]
    #[arg(long, value_name = "TIME")]
    pub(super) base: Option<String>,
    /// The longest wait, jitter included [default: 20s]
    #[arg(long, value_name = "TIME")]
    pub(super) cap: Option<String>,
    /// How it grows: constant, linear, exponential, fibonacci or mersenne [default: exponential]
    #[arg(long, value_name = "WORD")]
    pub(super) growth: Option<String>,
    /// How many times as long it is each time, where it grows exponentially [default: 2]
    #[arg(long, value_name = "NUMBER")]
    pub(super) factor: Option<String>,
    #[arg(long, value_name = "WORD", help = JITTER_HELP)]
    pub(super) jitter: Option<String>,
    #[arg(long, value_name = "SHARE|TIME", help = SPREAD_HELP)]
    pub(super) spread: Option<String>,
    /// The attempts of a call, the first included: 2 to 100
    #[arg(long, value_name = "N", default_value = "6", value_parser = whole(2, 100))]
    pub(super) attempts: u32,
    /// The calls that are drawn: 1 to 100,000
    #[arg(long, value_name = "N", default_value = "10000", value_parser = whole(1, 100_000))]
    pub(super) samples: u32,
    /// What all chance comes from
    #[arg(long, default_value = "1", value_parser = seed)]
    pub(super) seed: u64,
    /// Prints JSON
    #[arg(long)]
    pub(super) json: bool,
}

#[derive(Args, Debug)]
pub(super) struct OccArgs {
    /// Clients that write the same row: 1 to 10,000
    #[arg(long, value_name = "N", value_parser = whole(1, 10_000))]
    pub(super) clients: u32,
    /// How often all is done anew: 1 to 100,000
    #[arg(long, value_name = "N", default_value = "100", value_parser = whole(1, 100_000))]
    pub(super) trials: u32,
    /// How a client waits before it tries again
    #[arg(long, value_parser = occ_backoff())]
    pub(super) backoff: OccBackoff,
    /// What all chance comes from
    #[arg(long, default_value = "1", value_parser = seed)]
    pub(super) seed: u64,
    /// Prints JSON
    #[arg(long)]
    pub(super) json: bool,
}

#[derive(Args, Debug)]
pub(super) struct ReplayArgs {
    /// The log as CSV; - is the standard input
    #[arg(value_name = "FILE")]
    pub(super) log: String,
    /// Changes a setting of the breaker, as in breaker.failures=10; may be given again
    #[arg(long, value_name = "KEY=VALUE")]
    pub(super) set: Vec<String>,
    /// What the jitter of the cooldown comes from
    #[arg(long, default_value = "1", value_parser = seed)]
    pub(super) seed: u64,
    /// Prints JSON
    #[arg(long)]
    pub(super) json: bool,
}

#[derive(Args, Debug)]
pub(super) struct SettingsArgs {
    /// Only settings whose key or help has this in it
    #[arg(value_name = "TEXT")]
    pub(super) text: Option<String>,
    /// Prints JSON
    #[arg(long)]
    pub(super) json: bool,
}

fn measure_help() -> String {
    let names: Vec<_> = MEASURES.iter().map(|measure| measure.name).collect();
    format!("What is drawn: {} [default: recovery]", names.join(", "))
}

fn seed(text: &str) -> Result<u64, String> {
    text.parse().map_err(|_| format!("must be a whole number from 0 to {}", u64::MAX))
}

/// A whole number in this range.
fn whole(min: u32, max: u32) -> impl Fn(&str) -> Result<u32, String> + Clone {
    move |text| {
        let number = text.parse().ok().filter(|number| (min..=max).contains(number));
        number.ok_or_else(|| format!("must be a whole number from {min} to {max}"))
    }
}

fn dependency() -> impl TypedValueParser<Value = Dependency> {
    one_of(Dependency::ALL.map(|on| (on.name(), on)))
}

fn occ_backoff() -> impl TypedValueParser<Value = OccBackoff> {
    one_of(OccBackoff::ALL.map(|backoff| (backoff.name(), backoff)))
}

/// The value with one of these names.
fn one_of<T, const N: usize>(values: [(&'static str, T); N]) -> impl TypedValueParser<Value = T>
where
    T: Copy + Send + Sync + 'static,
{
    PossibleValuesParser::new(values.map(|(name, _)| name)).try_map(move |word| {
        let value = values.iter().find(|(name, _)| *name == word);
        value.map(|(_, value)| *value).ok_or("is not one of them")
    })
}

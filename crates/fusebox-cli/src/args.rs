//! The arguments.

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Arg, Args, Command, CommandFactory, FromArgMatches, Parser, Subcommand};
use fusebox::Class;
use fusebox_lab::bands::{SEEDS_MAX, SEEDS_MIN};
use fusebox_lab::herd::Measure;
use fusebox_lab::settings::{Kind, Scale, Value, whole_number};
use fusebox_lab::sweep::VALUES_MAX;
use fusebox_lab::take_home::{TARGETS, Target};
use fusebox_sim::Dependency;
use fusebox_sim::occ::OccBackoff;

/// Runs resilience experiments: a simulated service with timeouts, retries, circuit breakers and
/// bulkheads, and faults in its dependencies.
#[derive(Debug, Parser)]
#[command(name = "fusebox", version, after_help = EXAMPLES)]
pub(super) struct Arguments {
    #[command(subcommand)]
    pub(super) task: Task,
}

impl Arguments {
    /// The arguments of the process; the long help of a subcommand ends with what `more` says of it.
    pub(super) fn read(more: impl Fn(&str) -> String) -> Result<Self, clap::Error> {
        // Otherwise -1 and -1s would be parsed as options instead of being reported as out of range.
        let number = |arg: Arg| {
            let takes_value = arg.get_action().takes_values();
            if arg.is_positional() {
                return arg.allow_negative_numbers(takes_value);
            }
            arg.allow_hyphen_values(takes_value)
        };
        let with_more = |task: Command| {
            let examples = task.get_after_help().map(ToString::to_string).unwrap_or_default();
            let help = examples + &more(task.get_name());
            task.mut_args(number).after_long_help(help)
        };
        let command = Self::command().mut_subcommands(with_more);
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
  fusebox replay envoy.log.gz --key upstream_host

The same arguments give the same output on every machine.";

const RUN_EXAMPLES: &str = "\
Examples:
  fusebox run cold-restart
  fusebox run cold-restart --seed 7 --duration 30s --json
  fusebox run cold-restart --set retry.max_attempts=5 --set retry.jitter=none --seeds 50
  fusebox run cold-restart --set postgres.layers_off=breaker
  fusebox show cold-restart | fusebox run -
  fusebox run mine.json --goal 'success >= 0.99 & amplification <= 1.2 within 60s' --seeds 10

The fourth example switches the breaker around the database off at the start;
postgres.layers=timeout,retry would leave only these two layers. `fusebox settings` lists all
settings.

The last example ends with exit code 1 if the goal does not hold with every seed. A goal compares
numbers of the run with >=, <=, >, <, = and !=, and & between the comparisons; within is the duration
of the run:
  success, errors, calls, p99, amplification, goodput, recovered_after ...   of the whole run, or with
                       from= and to= of a part of it
  count(rejected.breaker), first(breaker.open), p99(answered.failed_fast)    of its events
  max(threads), mean(load on=postgres)                                       of a series
  writes.duplicated, dependencies.postgres.retries ...                       fields of the JSON
`fusebox lesson --help` lists all measures, series and events; the whole language is in the
documentation of `fusebox_lab::query`.";

const LESSON_EXAMPLES: &str = "\
Examples:
  fusebox lesson check mine.json
  fusebox lesson check static/lessons/*.json --seeds 20
  fusebox lesson show mine.json

`fusebox schema lesson` prints the schema of a lesson. The check proves that each number in its prose
has a value, that each claim holds, that each goal is met by its solution and not at the start, that
each right answer is right and each other one wrong.";

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
  fusebox backoff --set base=100ms --set cap=10s --set jitter=equal --set max_attempts=8
  fusebox backoff --set growth=linear --set jitter=added_share --set jitter_added_share=25%

`fusebox settings retry.` lists the settings. A call has 6 attempts by default.";

const OCC_EXAMPLES: &str = "\
Examples:
  fusebox occ --clients 100 --backoff full
  fusebox occ --clients 50 --trials 1000 --backoff decorrelated --json";

const REPLAY_EXAMPLES: &str = "\
Formats, guessed from the first lines unless --format names one:
  fusebox       start_ms or end_ms, duration_ms and outcome, in any order after a header; or the
                fields start_ms,duration_ms,outcome without one
  jmeter        a JTL file as CSV, with or without a header, with , or |
  k6            k6 run --out csv=FILE
  hey           hey -o csv
  vegeta        vegeta encode --to csv
  envoy         the default access log, that of Istio, or JSON with the same fields
  nginx         an access log with msec and request_time after their names, or as JSON; that of the
                ingress controller; or a log_format, as in --format '$msec $request_time $status'
  resilience4j  /actuator/circuitbreakerevents
  otlp          OpenTelemetry spans as JSON: those of kind client

A log may be packed with gzip, and has no limit of length. Up to 1,000,000 calls may be in any order;
in a longer log, a call may come up to 500,000 calls late. Blank lines and lines that begin with # are
skipped.

Outcomes of the format fusebox, and what a status means in the others:
  100 to 399          a success
  408                 a failure
  429                 neither success nor failure: the dependency is up, and asks to wait
  499                 neither success nor failure: the caller left
  other 400 to 499    an error of the request, such as 404: neither success nor failure
  501, 505, 506, 508, 510, 511
                      what the server can never do: neither success nor failure
  other 500 to 599    a failure
  0, 000, -           a failure: no answer, as if there was no connection
  success, ok         a success
  failure, error      a failure of unknown kind
  timeout             a failure: no answer in time
  connect             a failure: no connection
  lost                a failure: the connection broke
  aborted             a failure: the transaction was rolled back
  neutral, cancelled  neither success nor failure

Examples:
  fusebox replay calls.csv
  fusebox replay calls.csv --set breaker.window=count --set breaker.failure_rate=50% --json
  fusebox replay results.jtl.gz --key label --status 429=failure
  kubectl logs ingress | fusebox replay - --format nginx";

const HERD_EXAMPLES: &str = "\
Examples:
  fusebox herd
  fusebox herd overload --seeds 20
  fusebox herd --lanes immediate,full,full-budget-shared --set clients=5000 --set outage=5s
  fusebox herd caps --set lanes.0.retry.cap=2s --csv
  fusebox show overload > mine.json && fusebox herd mine.json

A strategy is none, immediate, fixed, exponential, factor, full, equal or decorrelated, followed by
any of -budget, -breaker and -shared. Each strategy runs in a lane. Settings that all lanes share have
keys such as herd.outage, or just outage. Lanes count from 0; lanes.retry.base sets all of them.
`fusebox show overload` prints all settings of a comparison.";

const SWEEP_EXAMPLES: &str = "\
Examples:
  fusebox sweep --list
  fusebox sweep --x outage:1s..60s:8 --y capacity_lost:20%..100%:5
  fusebox sweep overload --strategy fixed --x call_interval:5s,10s,20s --y clients:100..1000:3:log
  fusebox sweep caps --x lane.retry.cap:1s..60s:4:log --y outage:5s,60s --measure settled_after --csv
  fusebox sweep boundary --part 3/16 > part-3.jsonl
  fusebox merge part-*.jsonl --json > boundary.json

Parts can run on different machines; merge prints what one machine would have printed. A part with
--into in place of > goes on where it stopped when it is started again.

An axis is a setting and 2 to 40 values: FIRST..LAST:COUNT for evenly spaced values, with :log for a
constant ratio between them, or the values separated by commas. Keys that begin with lane are
settings of the strategy. `fusebox show overload` prints all settings, under herd and lanes.0.";

const EXPORT_EXAMPLES: &str = "\
Examples:
  fusebox export resilience4j search-service > application.yml
  fusebox export istio mine.json --on model --set model.breaker.failures=5
  fusebox export polly cold-restart --json
  fusebox export envoy two-minute-outage --measure > cluster.yaml
  fusebox export grpc --table

What the target cannot express is a comment in the file, beside the line that it concerns or at its
beginning or end; a format without comments has it on standard error. --table lists what the target has
for each setting. --measure runs the scenario with its settings and with those that the file means; one
without faults has an outage of ten seconds. The layers that a target cannot have at all are left out,
and named.";

const IMPORT_EXAMPLES: &str = "\
Examples:
  fusebox import resilience4j application.yml > mine.json && fusebox run mine.json
  fusebox import envoy cluster.yaml --on model --scenario bulkheads-save-health
  fusebox import resilience4j application.yml --instance backendA

What the file does not say has the default of the target, not ours. Keys that are not used are named on
standard error. A file has at most 64 KiB, and no anchors, aliases and tags.";

/// The subcommand.
#[derive(Debug, Subcommand)]
pub(super) enum Task {
    /// Lists the presets
    Presets(PresetsArgs),
    /// Prints a scenario or a comparison as a JSON document that you can edit and run
    Show(WorldArgs),
    /// Runs a scenario and prints a report
    #[command(after_help = RUN_EXAMPLES)]
    Run(RunArgs),
    /// Compares retry strategies of many clients through an outage of the database
    #[command(after_help = HERD_EXAMPLES)]
    Herd(HerdArgs),
    /// Runs one strategy over a grid of two settings and draws one measure
    #[command(after_help = SWEEP_EXAMPLES)]
    Sweep(SweepArgs),
    /// Puts the parts of a sweep together
    Merge(MergeArgs),
    /// Prints the events of a run, one per line, with their reasons
    #[command(after_help = TRACE_EXAMPLES)]
    Trace(TraceArgs),
    /// Prints the delays of a backoff
    #[command(after_help = BACKOFF_EXAMPLES)]
    Backoff(BackoffArgs),
    /// Simulates optimistic concurrency: clients that contend for one row, with backoff
    #[command(after_help = OCC_EXAMPLES)]
    Occ(OccArgs),
    /// Replays a recorded log of calls through a breaker and reports what it would have done
    #[command(after_help = REPLAY_EXAMPLES)]
    Replay(ReplayArgs),
    /// Exports the layers around a dependency as settings of another library or proxy
    #[command(after_help = EXPORT_EXAMPLES)]
    Export(ExportArgs),
    /// Imports such settings and prints them as a scenario
    #[command(after_help = IMPORT_EXAMPLES)]
    Import(ImportArgs),
    /// Lists the settings with their ranges and defaults
    #[command(after_help = SETTINGS_EXAMPLES)]
    Settings(SettingsArgs),
    /// Checks lessons, and prints them
    #[command(after_help = LESSON_EXAMPLES, subcommand)]
    Lesson(LessonTask),
    /// Prints the JSON Schema of a document
    Schema(SchemaArgs),
}

/// What is done with lessons.
#[derive(Debug, Subcommand)]
pub(super) enum LessonTask {
    /// Runs everything in lessons with several seeds, and prints what is not true
    #[command(after_help = LESSON_EXAMPLES)]
    Check(CheckArgs),
    /// Prints lessons as text, with the numbers in their prose
    Show(ShowArgs),
}

#[derive(Args, Debug)]
pub(super) struct ShowArgs {
    /// A JSON file with a lesson; - reads standard input
    #[arg(value_name = "FILE")]
    pub(super) file: String,
}

#[derive(Args, Debug)]
pub(super) struct CheckArgs {
    /// JSON files with lessons; - reads standard input
    #[arg(value_name = "FILE", required = true)]
    pub(super) files: Vec<String>,
    /// The number of seeds, 1 to 1,000; goals to be met always have 10
    #[arg(long, value_name = "N", default_value = "10", value_parser = whole(1, 1_000))]
    pub(super) seeds: u32,
}

#[derive(Args, Debug)]
pub(super) struct SchemaArgs {
    /// The kind of document
    #[arg(value_name = "DOCUMENT", default_value = "scenario", value_parser = one_of([("scenario", DocumentKind::Scenario), ("lesson", DocumentKind::Lesson)]))]
    pub(super) of: DocumentKind,
}

/// The kinds of documents.
#[derive(Clone, Copy, Debug)]
pub(super) enum DocumentKind {
    Scenario,
    Lesson,
}

#[derive(Args, Debug)]
pub(super) struct PresetsArgs {
    /// Prints JSON
    #[arg(long)]
    pub(super) json: bool,
}

/// The scenario.
#[derive(Args, Debug)]
pub(super) struct WorldArgs {
    /// A preset, or a JSON file with a scenario; - reads standard input
    #[arg(value_name = "PRESET|FILE")]
    pub(super) scenario: String,
    /// Changes a setting, as in breaker.cooldown=5s; can be repeated
    #[arg(long, value_name = "KEY=VALUE")]
    pub(super) set: Vec<String>,
    /// The duration of the run, as in 30s
    #[arg(long, value_name = "TIME")]
    pub(super) duration: Option<String>,
}

#[derive(Args, Debug)]
pub(super) struct RunArgs {
    #[command(flatten)]
    pub(super) world: WorldArgs,
    /// The time at the beginning that is not measured, as in 10s
    #[arg(long, value_name = "TIME")]
    pub(super) warm_up: Option<String>,
    /// The random seed [default: 1, or the seed of the comparison]
    #[arg(long, value_parser = seed)]
    pub(super) seed: Option<u64>,
    /// Repeats the run with N consecutive seeds, 1 to 10,000, and reports the spread
    #[arg(long, value_name = "N", value_parser = whole(1, 10_000))]
    pub(super) seeds: Option<u32>,
    /// Ends with exit code 1 if this does not hold with every seed
    #[arg(long, value_name = "GOAL")]
    pub(super) goal: Option<String>,
    /// Prints JSON
    #[arg(long)]
    pub(super) json: bool,
}

#[derive(Args, Debug)]
pub(super) struct HerdArgs {
    /// A preset, or a JSON file with a comparison; - reads standard input [default: jitter]
    #[arg(value_name = "PRESET|FILE")]
    pub(super) comparison: Option<String>,
    /// Changes a setting, as in clients=5000 or lanes.0.retry.base=500ms; can be repeated
    #[arg(long, value_name = "KEY=VALUE")]
    pub(super) set: Vec<String>,
    /// 1 to 8 strategies, as in immediate,full,full-budget-shared
    #[arg(long, value_name = "LIST")]
    pub(super) lanes: Option<String>,
    /// The random seed [default: the seed in the file, or 42]
    #[arg(long, value_parser = seed)]
    pub(super) seed: Option<u64>,
    /// Repeats the comparison with N consecutive seeds, 2 to 200, and tests the differences
    #[arg(long, value_name = "N", value_parser = whole(SEEDS_MIN, SEEDS_MAX))]
    pub(super) seeds: Option<u32>,
    #[command(flatten)]
    pub(super) form: FormArgs,
}

#[derive(Args, Debug)]
pub(super) struct SweepArgs {
    /// A preset of `fusebox sweep` or `fusebox herd` to start from [default: boundary]
    #[arg(value_name = "PRESET")]
    pub(super) preset: Option<String>,
    /// The columns: a setting and its values, as in outage:1s..60s:20
    #[arg(long, value_name = "AXIS")]
    pub(super) x: Option<String>,
    /// The rows: a setting and its values, as in clients:100,500,1000
    #[arg(long, value_name = "AXIS")]
    pub(super) y: Option<String>,
    #[arg(long, value_name = "NAME", help = format!("The measure to draw: {} [default: recovered_after]", Measure::names()))]
    pub(super) measure: Option<String>,
    /// The strategy, as in full or full-budget-shared
    #[arg(long, value_name = "WORD")]
    pub(super) strategy: Option<String>,
    /// Changes a setting, as in clients=5000 or lane.retry.base=500ms; can be repeated
    #[arg(long, value_name = "KEY=VALUE")]
    pub(super) set: Vec<String>,
    /// The time at the beginning that is not measured, as in 10s
    #[arg(long, value_name = "TIME")]
    pub(super) warm_up: Option<String>,
    /// The random seed [default: 42]
    #[arg(long, value_parser = seed)]
    pub(super) seed: Option<u64>,
    /// Runs this part of the cells alone, as in 3/16, and prints them for fusebox merge
    #[arg(long, value_name = "PART", value_parser = part, conflicts_with_all = ["json", "csv", "list"])]
    pub(super) part: Option<(usize, usize)>,
    /// Adds the cells of the part to this file, and leaves out those that are in it
    #[arg(long, value_name = "FILE", requires = "part")]
    pub(super) into: Option<String>,
    #[command(flatten)]
    pub(super) form: FormArgs,
}

#[derive(Args, Debug)]
pub(super) struct MergeArgs {
    /// All parts of one sweep; - reads standard input
    #[arg(value_name = "FILE", required = true)]
    pub(super) files: Vec<String>,
    #[command(flatten)]
    pub(super) output: OutputArgs,
}

/// Reads the number of a part and of how many it is.
fn part(text: &str) -> Result<(usize, usize), String> {
    let numbers = text.split_once('/').and_then(|(part, of)| {
        let [part, of] = [part, of].map(whole_number);
        Some((usize::try_from(part?).ok()?, usize::try_from(of?).ok()?))
    });
    let is_one = |(part, of): &(usize, usize)| (1..=*of).contains(part) && *of <= PARTS_MAX;
    numbers.filter(is_one).ok_or_else(|| {
        format!("must be a part and how many there are, up to {PARTS_MAX}, as in 3/16")
    })
}

/// The most parts of a sweep, which has at most as many cells.
const PARTS_MAX: usize = VALUES_MAX * VALUES_MAX;

/// What is printed.
#[derive(Args, Debug)]
pub(super) struct FormArgs {
    /// Lists the presets
    #[arg(long)]
    pub(super) list: bool,
    #[command(flatten)]
    pub(super) output: OutputArgs,
}

/// The output format.
#[derive(Args, Debug)]
pub(super) struct OutputArgs {
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
    /// The random seed
    #[arg(long, default_value = "1", value_parser = seed)]
    pub(super) seed: u64,
    /// Only events of the call with this number, counted from 0
    #[arg(long, value_name = "N", value_parser = seed)]
    pub(super) call: Option<u64>,
    /// Only events of this dependency
    #[arg(long, value_name = "DEPENDENCY", value_parser = dependency())]
    pub(super) on: Option<Dependency>,
    /// Only the last N events, 1 to 1,000,000
    #[arg(long, value_name = "N", value_parser = whole(1, 1_000_000))]
    pub(super) last: Option<u32>,
}

#[derive(Args, Debug)]
pub(super) struct BackoffArgs {
    /// Changes a setting of the retries, as in base=100ms or cap=10s; can be repeated
    #[arg(long, value_name = "KEY=VALUE")]
    pub(super) set: Vec<String>,
    /// The number of simulated calls: 1 to 100,000
    #[arg(long, value_name = "N", default_value = "10000", value_parser = whole(1, 100_000))]
    pub(super) samples: u32,
    /// The random seed
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
    /// The number of repetitions: 1 to 100,000
    #[arg(long, value_name = "N", default_value = "100", value_parser = whole(1, 100_000))]
    pub(super) trials: u32,
    /// The backoff of every client
    #[arg(long, value_parser = one_of(OccBackoff::ALL.map(|it| (it.name(), it))))]
    pub(super) backoff: OccBackoff,
    /// The random seed
    #[arg(long, default_value = "1", value_parser = seed)]
    pub(super) seed: u64,
    /// Prints JSON
    #[arg(long)]
    pub(super) json: bool,
}

#[derive(Args, Debug)]
pub(super) struct ReplayArgs {
    /// The log; - reads standard input
    #[arg(value_name = "FILE")]
    pub(super) log: String,
    /// The format of the log, or a format string of nginx [default: guessed from the first lines]
    #[arg(long, value_name = "FORMAT")]
    pub(super) format: Option<String>,
    /// Gives each value of this column or field a breaker of its own, as for hosts; '' for one breaker
    /// [default: the column key of our own format, if it has one]
    #[arg(long, value_name = "COLUMN")]
    pub(super) key: Option<String>,
    /// Counts a status as failure, throttled, neutral or success, as in 429=failure; can be repeated
    #[arg(long, value_name = "STATUS=CLASS", value_parser = class)]
    pub(super) status: Vec<(u16, Class)>,
    /// The largest share of lines that are dropped because they cannot be read
    #[arg(long, value_name = "SHARE", default_value = "1%", value_parser = share)]
    pub(super) max_bad_lines: u32,
    /// Changes a setting of the breaker, as in breaker.failures=10; can be repeated
    #[arg(long, value_name = "KEY=VALUE")]
    pub(super) set: Vec<String>,
    /// The random seed of the cooldown jitter
    #[arg(long, default_value = "1", value_parser = seed)]
    pub(super) seed: u64,
    /// Prints JSON
    #[arg(long)]
    pub(super) json: bool,
}

#[derive(Args, Debug)]
pub(super) struct ExportArgs {
    /// The library, proxy or format
    #[arg(value_name = "TARGET", value_parser = one_of(TARGETS.map(|it| (it.name, it))))]
    pub(super) target: &'static Target,
    /// A preset, or a JSON file with a scenario; - reads standard input [default: search-service]
    #[arg(value_name = "PRESET|FILE")]
    pub(super) scenario: Option<String>,
    /// The dependency whose layers are exported
    #[arg(long, value_name = "DEPENDENCY", default_value = "postgres", value_parser = dependency())]
    pub(super) on: Dependency,
    /// Changes a setting, as in breaker.cooldown=5s; can be repeated
    #[arg(long, value_name = "KEY=VALUE")]
    pub(super) set: Vec<String>,
    /// Compares a run with these settings and the same run with those of the file, on stderr
    #[arg(long)]
    pub(super) measure: bool,
    /// The seed of that run
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub(super) seed: u64,
    /// Lists what the target has for each setting
    #[arg(long)]
    pub(super) table: bool,
    /// Prints JSON, with the notes
    #[arg(long)]
    pub(super) json: bool,
}

#[derive(Args, Debug)]
pub(super) struct ImportArgs {
    /// The library, proxy or format
    #[arg(value_name = "TARGET", value_parser = one_of(TARGETS.map(|it| (it.name, it))))]
    pub(super) target: &'static Target,
    /// The file; - reads standard input
    #[arg(value_name = "FILE")]
    pub(super) file: String,
    /// The dependency whose layers are replaced
    #[arg(long, value_name = "DEPENDENCY", default_value = "postgres", value_parser = dependency())]
    pub(super) on: Dependency,
    /// The instance in the file [default: the one with the name of the dependency, or the only one]
    #[arg(long, value_name = "NAME")]
    pub(super) instance: Option<String>,
    /// The scenario to start from: a preset, or a JSON file [default: search-service]
    #[arg(long, value_name = "PRESET|FILE")]
    pub(super) scenario: Option<String>,
}

#[derive(Args, Debug)]
pub(super) struct SettingsArgs {
    /// Only settings whose key or help contains this text
    #[arg(value_name = "TEXT")]
    pub(super) text: Option<String>,
    /// Prints JSON
    #[arg(long)]
    pub(super) json: bool,
}

fn seed(text: &str) -> Result<u64, String> {
    whole_number(text).ok_or_else(|| format!("must be a whole number from 0 to {}", u64::MAX))
}

/// A status of an error and its class.
fn class(text: &str) -> Result<(u16, Class), String> {
    let (code, class) = text.split_once('=').unwrap_or_default();
    let class = match class.trim() {
        "failure" => Some(Class::FAILURE),
        "throttled" => Some(Class::THROTTLED),
        "neutral" => Some(Class::PERMANENT),
        "success" => Some(Class::SUCCESS),
        _ => None,
    };
    let code = whole_number(code).and_then(|code| u16::try_from(code).ok());
    let code = code.filter(|code| (400..600).contains(code));
    code.zip(class).ok_or_else(|| {
        "must be a status from 400 to 599 and failure, throttled, neutral or success, as in 429=failure"
            .into()
    })
}

/// A share in ten-thousandths.
fn share(text: &str) -> Result<u32, String> {
    let kind = Kind::Number { min: 0, max: 10_000, scale: Scale::PerTenThousand };
    match kind.parse(text) {
        Some(Value::Number(share)) => Ok(share),
        _ => Err("must be a share from 0% to 100%, as in 0.1%".to_string()),
    }
}

/// A whole number in this range.
fn whole(min: u32, max: u32) -> impl Fn(&str) -> Result<u32, String> + Clone {
    move |text| {
        let number = whole_number(text).and_then(|number| u32::try_from(number).ok());
        let number = number.filter(|number| (min..=max).contains(number));
        number.ok_or_else(|| format!("must be a whole number from {min} to {max}"))
    }
}

/// A dependency, by its name.
fn dependency() -> impl TypedValueParser<Value = Dependency> {
    one_of(Dependency::ALL.map(|on| (on.name(), on)))
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

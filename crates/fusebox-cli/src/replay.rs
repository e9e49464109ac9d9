//! Replays a recorded log through a breaker.

use super::args::ReplayArgs;
use super::failure::{Failure, note, warn};
use super::input;
use super::output::write;
use fusebox::{BreakerConfig, Classifier, Rate};
use fusebox_lab::log::{Format, LogOptions, LogReader, LogSummary, LoggedCall};
use fusebox_lab::replay::Replayer;
use fusebox_lab::settings::{self, Problem};
use std::io::{ErrorKind, Read, Write};

/// How many bytes are read at once.
const PIECE: usize = 65_536;

pub(super) fn replay(args: &ReplayArgs, out: &mut dyn Write) -> Result<(), Failure> {
    let mut config = BreakerConfig::default();
    input::set_all(&args.set, |given| set_all(&mut config, &given))?;
    let mut replayer = Replayer::new(config, args.seed)?;
    let summary = read(args, &mut replayer)?;
    let name = &args.log;
    check(args, &summary)?;
    if summary.calls == 0 {
        let what =
            "has no calls, but must have one line per call, as in start_ms,duration_ms,outcome";
        return Err(Failure::input(format!("{name} {what}")));
    }
    let result = replayer.finish();
    let result = result.map_err(|error| Failure::input(format!("{name}: {error}")))?;
    if args.key.is_none() && !result.keys.is_empty() {
        note(&format!(
            "{name} has a column key, and each key has its own breaker; --key '' makes it one for all"
        ));
    }
    if let Some(warning) = result.warning() {
        warn(&warning);
    }
    write(out, args.json, &result)
}

/// Reads the log into the replay.
fn read(args: &ReplayArgs, replayer: &mut Replayer) -> Result<LogSummary, Failure> {
    let name = &args.log;
    let mut options = LogOptions { key: args.key.clone(), ..LogOptions::default() };
    if let Some(format) = &args.format {
        options.format = Format::ALL.into_iter().find(|known| known.name() == format);
        if options.format.is_none() && !format.contains('$') {
            let names = Format::ALL.map(Format::name).join(", ");
            let accepts = format!("{names}, or a log_format of nginx");
            return Err(Failure::must_be("--format", format, &accepts));
        }
        options.log_format = options.format.is_none().then(|| format.clone());
    }
    let unreadable = |error| Failure::input(format!("{name}: {error}"));
    let mut file = input::open(name)?;
    let mut reader = LogReader::new(options);
    let mut classifier = Classifier::default();
    for &(code, class) in &args.status {
        classifier.set(code, class);
    }
    let mut sink = |call: LoggedCall, key: Option<&str>| {
        let outcome = classifier.classify(call.outcome);
        replayer.add(LoggedCall { outcome, ..call }, key)
    };
    let mut bytes = vec![0; PIECE];
    loop {
        match file.read(&mut bytes) {
            Ok(0) => break,
            Ok(length) => reader.feed(&bytes[..length], &mut sink).map_err(unreadable)?,
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) if error.kind() == ErrorKind::UnexpectedEof => {
                warn(&format!("{name} ends within its gzip stream; what came before is replayed"));
                break;
            }
            Err(error) => return Err(input::unreadable(name, &error)),
        }
    }
    reader.finish(&mut sink).map_err(unreadable)
}

/// Says what the log was taken for and what was dropped; fails if that was too much.
fn check(args: &ReplayArgs, summary: &LogSummary) -> Result<(), Failure> {
    let name = &args.log;
    if let Some(format) = summary.format {
        if args.format.is_none() {
            note(&format!("{name} is read as {}; --format names another format", format.name()));
        }
        if let Some(caveat) = format.caveat() {
            note(caveat);
        }
    }
    let problems = || summary.problems.iter().map(|problem| format!("{name}: {problem}"));
    if let Err(share) = summary.check(Rate::per_ten_thousand(args.max_bad_lines)) {
        return Err(Failure::Input(problems().chain([format!("{name}: {share}")]).collect()));
    }
    for problem in problems() {
        warn(&format!("{problem}; dropped"));
    }
    if summary.dropped > 0 {
        warn(&format!("{name}: {}", summary.sentence()));
    }
    if let Some(cut) = &summary.cut {
        warn(&format!("{name}: the end was cut off, and is skipped: {cut}"));
    }
    Ok(())
}

/// Sets settings of the breaker; a key may begin with `breaker.`.
fn set_all(config: &mut BreakerConfig, given: &[(String, String)]) -> Vec<Problem> {
    let is_other = |key: &str| key.split_once('.').is_some_and(|(head, _)| head != "breaker");
    if let Some((key, _)) = given.iter().find(|(key, _)| is_other(key)) {
        let what = "cannot be set here; only breaker.* can, as in breaker.failures=10";
        return vec![Problem::new(format!("{key:?}"), what)];
    }
    settings::set_all(config, given)
}

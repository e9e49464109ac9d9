//! What is in the JSON of the results: each field with its unit and a sentence, for the help.

use fusebox_lab::herd::MEASURES;
use std::fmt::Write as _;

/// A field of a result.
struct Field {
    /// Its path in the JSON; `[]` is each item of a list, and `<...>` stands for a name.
    path: &'static str,
    /// What it counts or measures; nothing for what is no number.
    unit: &'static str,
    /// What it is.
    what: &'static str,
}

const fn field(path: &'static str, unit: &'static str, what: &'static str) -> Field {
    Field { path, unit, what }
}

/// The longest line of the help, in characters.
const LINE_MAX: usize = 100;

/// The least width of the column of units.
const UNIT: usize = 8;

/// The JSON of `fusebox run`.
const RUN: &[Field] = &[
    field("scenario", "", "what was run: the name of a preset or of a file"),
    field("seed", "", "what all chance came from; beyond 2^53 some readers of JSON round it"),
    field("length_ms", "ms", "how long the run was, in simulated time"),
    field("calls.sent", "calls", "that clients sent; the following, together"),
    field("calls.successes", "calls", "that got what they asked for"),
    field("calls.fallbacks", "calls", "that got a useful answer from a fallback"),
    field("calls.queued", "calls", "writes that were accepted for later"),
    field("calls.failures", "calls", "that got an error because a dependency failed"),
    field("calls.failed_fast", "calls", "that a policy or a full queue refused at once"),
    field("calls.gave_up", "calls", "whose client gave up waiting"),
    field("calls.unfinished", "calls", "under way at the end of the run"),
    field("endpoints[].name", "", "what was asked for; all endpoints are there, in one order"),
    field("endpoints[].calls", "calls", "that clients sent to it"),
    field("endpoints[].useful", "calls", "of them that got something useful"),
    field("endpoints[].errors", "calls", "of them that got an error, or nothing"),
    field("latency_ms", "", "of useful answers, told apart to 1 %; null where there is none"),
    field("latency_ms.mean", "ms", "the mean"),
    field("latency_ms.p50", "ms", "half of the answers took no longer"),
    field("latency_ms.p90", "ms", "90 % of the answers took no longer"),
    field("latency_ms.p99", "ms", "99 % of the answers took no longer"),
    field("latency_ms.max", "ms", "the longest"),
    field("attempts.first", "attempts", "first ones at a dependency"),
    field("attempts.retries", "attempts", "further ones, those for a client's retry included"),
    field("attempts.client_retries", "requests", "further tries of clients at the service"),
    field("attempts.timeouts", "times", "that a limit of time ran out"),
    field("refusals.breaker", "calls", "not sent, as a breaker was open or on trial"),
    field("refusals.bulkhead", "calls", "not sent, as a bulkhead had no slot"),
    field("refusals.throttle", "calls", "not sent by a throttle"),
    field("refusals.rate_limiter", "calls", "not sent by a rate limiter"),
    field("refusals.deadline", "calls", "not sent, as the caller's deadline had passed"),
    field("refusals.pool", "attempts", "for which a pool had no connection and no place to wait"),
    field("refusals.retry_budget", "retries", "for which the budget was spent"),
    field("refusals.accept_queue", "requests", "turned away: no thread, and no place in the queue"),
    field("dependencies[].name", "", "the dependency; all of them are there, in one order"),
    field("dependencies[].first_attempts", "attempts", "first ones that came to it"),
    field("dependencies[].retries", "attempts", "further ones that came to it"),
    field("dependencies[].successes", "attempts", "that it answered with what was asked"),
    field("dependencies[].failures", "attempts", "refused, lost, failed, or without a connection"),
    field("dependencies[].limited", "attempts", "of the failures that got a 429"),
    field("dependencies[].breaker_refusals", "calls", "that the breaker around it refused"),
    field("dependencies[].peak_per_second", "attempts", "at the most within a second"),
    field("transitions", "", "changes of breakers, oldest first; at most 1,000"),
    field("transitions[].at_ms", "ms", "when, since the start of the run"),
    field("transitions[].on", "", "the dependency it is around; null for a client's own breaker"),
    field("transitions[].from", "", "the state before: closed, open or half-open"),
    field("transitions[].to", "", "the state after"),
    field("transitions[].cause", "", "why, in words"),
    field("transitions_beyond", "changes", "that are not in the list any more"),
    field("recovery.verdict", "", "what became of the world after its faults: a word from below"),
    field("recovery.after_ms", "ms", "from the last healing to as good as before, or null"),
    field("recovery.useful_before", "0 to 1", "useful calls before the first fault, or null"),
    field("recovery.useful_after", "0 to 1", "useful calls of the last 10 s, or null"),
    field("recovery.load", "times", "the load before that clients send, or null"),
    field("writes.asked", "writes", "that clients asked for"),
    field("writes.applied", "writes", "that took effect, once or more often"),
    field("writes.lost", "writes", "promised to a client, and never done"),
    field("writes.duplicated", "times", "that a write took effect beyond its first"),
    field("writes.prevented", "repeats", "that a key kept from taking effect again"),
    field("writes.rolled_back", "", "transactions that were rolled back"),
    field("events", "events", "that were simulated"),
    field("fingerprint", "", "16 hexadecimal digits; the same for the same run on every machine"),
];

/// The JSON of `fusebox run --seeds`.
const RUNS: &[Field] = &[
    field("runs[]", "", "a report as above for each seed, in their order"),
    field("summary.<number>", "", "a number of the reports, as in calls.sent, over the runs"),
    field("summary.<number>.runs", "runs", "that have it"),
    field("summary.<number>.mean", "", "the mean, in the unit of the number; so are the next"),
    field("summary.<number>.min", "", "the least"),
    field("summary.<number>.median", "", "the one in the middle, or the mean of both"),
    field("summary.<number>.max", "", "the greatest"),
    field("verdicts.<verdict>", "runs", "that have this verdict on recovery"),
];

/// The words of `recovery.verdict`.
const VERDICTS: &[Field] = &[
    field("recovered", "", "as good as before for 5 s on end"),
    field("metastable", "", "worse for 30 s and more after all is healed, under the same load"),
    field("overloaded", "", "worse, but clients send more than before, which may be the reason"),
    field("unsteady", "", "good of late on the whole, but never for 5 s on end"),
    field("quiet", "", "no call ended of late, and none is under way"),
    field("too_early", "", "not recovered, and less than 30 s since the last healing"),
    field("unhealed", "", "a fault is still there"),
    field("never_healthy", "", "most calls failed before the first fault, or there was none"),
    field("forgotten", "", "the first fault is more than 10 min ago, before what is kept"),
    field("no_fault", "", "there was no fault"),
];

/// What the columns of the text are called, where it is not as the field.
const COLUMNS: &[Field] = &[
    field("first", "", "first_attempts"),
    field("good", "", "successes"),
    field("failed", "", "failures"),
    field("429", "", "limited"),
    field("breaker", "", "breaker_refusals"),
    field("peak/s", "", "peak_per_second"),
];

/// The JSON of `fusebox replay`.
const REPLAY: &[Field] = &[
    field("calls", "calls", "of the log"),
    field("sent", "calls", "that the breaker would have let through"),
    field("rejected.open", "calls", "not sent, as it was open"),
    field("rejected.trials_taken", "calls", "not sent: half-open, and all its trials were taken"),
    field("failures", "calls", "recorded as what the breaker takes for a failure"),
    field("failures_avoided", "calls", "of them that would not have been sent"),
    field("successes_lost", "calls", "not sent, that were recorded as successes"),
    field("time_saved_ms", "ms", "the recorded durations of avoided failures, added up"),
    field("time_open_ms", "ms", "how long the breaker was open"),
    field("state", "", "its state at the end: closed, open or half-open"),
    field("stale_reports", "calls", "whose outcome came too late to count"),
    field("transitions", "", "its changes, oldest first; at most 10,000"),
    field("transitions[].at_ms", "ms", "when, on the clock of the log"),
    field("transitions[].on", "", "always null: the breaker stands alone"),
    field("transitions[].from", "", "the state before"),
    field("transitions[].to", "", "the state after"),
    field("transitions[].cause", "", "why, in words"),
    field("transitions_beyond", "changes", "that are not in the list any more"),
];

/// The JSON of `fusebox backoff`.
const BACKOFF: &[Field] = &[
    field("[].retry", "", "the number of the retry, from 1"),
    field("[].lowest_ms", "ms", "the shortest delay before it over all samples"),
    field("[].mean_ms", "ms", "the mean delay"),
    field("[].highest_ms", "ms", "the longest delay"),
    field("[].first_ms", "ms", "the delay of the first sample, which is one call"),
    field("[].mean_so_far_ms", "ms", "the mean of all delays up to it, added up"),
];

/// The JSON of `fusebox occ`.
const OCC: &[Field] = &[
    field("clients", "", "that write the same row"),
    field("trials", "", "how often all was done anew"),
    field("backoff", "", "how a client waited"),
    field("seed", "", "what all chance came from"),
    field("mean_time_ms", "ms", "until the last client had written: the mean over the trials"),
    field("sd_time_ms", "ms", "its sample standard deviation; 0 for one trial"),
    field("mean_calls", "writes", "that were tried in a trial: the mean"),
    field("sd_calls", "writes", "its sample standard deviation; 0 for one trial"),
];

/// The JSON of `fusebox herd`.
const HERD: &[Field] = &[
    field("comparison", "", "what was run: the name of a preset or of a file"),
    field("seed", "", "what all chance came from; beyond 2^53 some readers of JSON round it"),
    field("lanes[].title", "", "what the strategy is called"),
    field("lanes[].strategy", "", "its word, as --lanes takes it"),
    field("lanes[].what", "", "what it does"),
    field("lanes[].measures.<measure>", "", "a number from below; null for never, or none"),
    field("lanes[].sentence", "", "what the numbers mean"),
    field("lanes[].events", "events", "that were simulated"),
    field("lanes[].fingerprint", "", "16 hexadecimal digits; the same for the same run everywhere"),
];

/// The JSON of `fusebox herd --seeds`, where it is not as without.
const BANDS: &[Field] = &[
    field("seed", "", "the first seed"),
    field("seeds", "", "how many there are"),
    field("lanes[].measures.<measure>.p5", "", "at most 5 % of the seeds have less"),
    field("lanes[].measures.<measure>.median", "", "the one in the middle, or the mean of both"),
    field(
        "lanes[].measures.<measure>.p95",
        "",
        "at most 5 % have more; null is beyond all numbers",
    ),
    field("lanes[].measures.<measure>.absent", "seeds", "with which there is no such number"),
    field("lanes[].fingerprints[]", "", "of each run, in the order of the seeds"),
    field("differences[].measure", "", "in which two lanes are compared, seed by seed"),
    field("differences[].one", "", "a lane, by its number from 0"),
    field("differences[].other", "", "another one"),
    field("differences[].larger", "seeds", "under which the one has more; never is more than all"),
    field("differences[].smaller", "seeds", "under which it has less"),
    field("differences[].same", "seeds", "under which both have the same"),
    field("differences[].verdict", "", "larger, smaller, same, noise or too_few_seeds: see below"),
];

/// The words of `differences[].verdict`.
const DIFFERENCES: &[Field] = &[
    field("larger", "", "95 % of the seeds say so, and there are at least 6 (a sign test at 5 %)"),
    field("smaller", "", "the same for less"),
    field("same", "", "under every seed"),
    field("noise", "", "the seeds disagree"),
    field("too_few_seeds", "", "fewer than 6, which may agree by chance"),
];

/// The JSON of `fusebox sweep`.
const SWEEP: &[Field] = &[
    field("sweep", "", "all of it in one line, as in addresses"),
    field("measure", "", "what was measured: a number from below"),
    field("unit", "", "its unit"),
    field("strategy", "", "the word of the strategy"),
    field("seed", "", "of each run; beyond 2^53 some readers of JSON round it"),
    field("x.key", "", "the setting of the columns"),
    field("x.values[]", "", "its values"),
    field("y.key", "", "the setting of the rows"),
    field("y.values[]", "", "its values"),
    field("cells[].x", "", "the value of the column"),
    field("cells[].y", "", "the value of the row"),
    field("cells[].value", "", "the number, or null"),
    field("cells[].absent", "", "why there is none: never, none, or why it cannot be run"),
    field("cells[].fingerprint", "", "that of the run, in 16 hexadecimal digits"),
    field("fingerprint", "", "one for all cells"),
];

/// The end of the help of `fusebox herd`.
pub(super) fn herd(before: &str) -> String {
    let sections = [
        ("The JSON (--json), each field with its unit and what it is", HERD),
        ("With --seeds and --json", BANDS),
        ("The verdicts on differences", DIFFERENCES),
        ("The measures", &measures()),
    ];
    help(before, &sections)
}

/// The end of the help of `fusebox sweep`.
pub(super) fn sweep(before: &str) -> String {
    let sections = [
        ("The JSON (--json), each field with its unit and what it is", SWEEP),
        ("The measures", &measures()),
    ];
    help(before, &sections)
}

fn measures() -> Vec<Field> {
    MEASURES.iter().map(|it| field(it.name, it.unit.name(), it.about)).collect()
}

/// The end of the help of `fusebox run`.
pub(super) fn run(before: &str) -> String {
    let sections = [
        ("The JSON report (--json), each field with its unit and what it is", RUN),
        ("With --seeds and --json", RUNS),
        ("The verdicts on recovery", VERDICTS),
        ("The columns of a dependency in the text, and the fields that they are", COLUMNS),
    ];
    help(before, &sections)
}

/// The end of the help of `fusebox replay`.
pub(super) fn replay(before: &str) -> String {
    help(before, &[("The JSON report (--json), each field with its unit and what it is", REPLAY)])
}

/// The end of the help of `fusebox backoff`.
pub(super) fn backoff(before: &str) -> String {
    help(before, &[("The JSON (--json), a list, each field with its unit and what it is", BACKOFF)])
}

/// The end of the help of `fusebox occ`.
pub(super) fn occ(before: &str) -> String {
    help(before, &[("The JSON (--json), each field with its unit and what it is", OCC)])
}

fn help(before: &str, sections: &[(&str, &[Field])]) -> String {
    let mut text = before.to_string();
    for (title, fields) in sections {
        let names = fields.iter().map(|field| field.path.len()).max().unwrap_or_default();
        let units = fields.iter().map(|field| field.unit.len()).max().unwrap_or_default();
        let units = if units > 0 { units.max(UNIT) + 2 } else { 0 };
        // A `String` takes all that is written to it.
        let _ = write!(text, "\n\n{title}:");
        for Field { path, unit, what } in *fields {
            let _ = write!(text, "\n  {path:<names$}  {unit:<units$}");
            write_words(&mut text, what, names + units + 4);
        }
    }
    text
}

/// Words that begin in this column of a line, and go on below where it is full.
fn write_words(text: &mut String, words: &str, indent: usize) {
    let mut column = indent;
    for (n, word) in words.split(' ').enumerate() {
        if n > 0 && column + 1 + word.len() > LINE_MAX {
            let _ = write!(text, "\n{:indent$}", "");
            column = indent;
        } else if n > 0 {
            text.push(' ');
            column += 1;
        }
        text.push_str(word);
        column += word.len();
    }
}

//! The explanation of a number on the page: how it is computed, what its parts are, where they come from.

use super::{Explanation, Line};
use crate::words::{count, length, list, plural, sentence};
use fusebox::time::Instant;
use fusebox_sim::{Dependency, SAMPLE_EVERY, Sample, World};

/// A number that the page shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Number {
    /// Calls that clients send, a second.
    Offered,
    /// Calls that end with something useful, a second.
    Goodput,
    /// Of those, the ones that the fallback answered or that were accepted for later.
    Fallbacks,
    /// Calls that end with an error or with nothing, a second.
    Errors,
    /// The 99th percentile of the latency of useful answers.
    P99,
    /// Threads of the service that are busy.
    Workers,
    /// Health checks that are answered.
    Health,
    /// Attempts that come to the dependency, a second.
    Load,
}

impl Number {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::Offered,
        Self::Goodput,
        Self::Fallbacks,
        Self::Errors,
        Self::P99,
        Self::Workers,
        Self::Health,
        Self::Load,
    ];
}

fn calls(number: u64) -> String {
    plural(number, "call", "calls")
}

/// So many samples are a second.
const SECOND: usize = 10;

/// The explanation of a number as it is now.
#[must_use]
pub fn of_number(number: Number, world: &World, on: Dependency) -> Explanation {
    let (title, texts) = match number {
        Number::Offered => ("Offered", offered(world)),
        Number::Goodput => ("Goodput", goodput(world)),
        Number::Fallbacks => ("Fallbacks", fallbacks(world)),
        Number::Errors => ("Errors", errors(world)),
        Number::P99 => ("The 99th percentile of latency", p99(world)),
        Number::Workers => ("Worker threads", workers(world)),
        Number::Health => ("Health checks", health(world)),
        Number::Load => {
            let title = format!("Load on {}", on.title());
            return Explanation::new(title, lines(world.now(), load(world, on)));
        }
    };
    Explanation::new(title, lines(world.now(), texts))
}

/// The first text is about now, the others about the number as such.
fn lines(now: Instant, texts: Vec<String>) -> Vec<Line> {
    let mut texts = texts.into_iter();
    let first = texts.next().map(|text| Line::at(now, text));
    first.into_iter().chain(texts.map(Line::general)).collect()
}

/// The sum of something over the samples of the last second.
pub(super) fn last_second(world: &World, value: impl Fn(&Sample) -> u32) -> u64 {
    let samples = world.measures().samples().iter().rev().take(SECOND);
    samples.map(|sample| u64::from(value(sample))).sum()
}

/// How long the samples of the last second reach back, in words.
pub(super) fn lately(world: &World) -> String {
    match world.measures().samples().len() {
        0 => "so far".to_owned(),
        number if number < SECOND => {
            format!("in the first {}", length(SAMPLE_EVERY.saturating_mul(number as u64)))
        }
        _ => "in the last second".to_owned(),
    }
}

const HOW: &str = "The world is sampled every 100 ms, and this is the sum of the last ten samples.";

fn offered(world: &World) -> Vec<String> {
    let counters = world.measures().counters();
    let number = last_second(world, |sample| sample.calls);
    let all = fusebox_sim::Endpoint::ALL.map(|of| (of, counters.endpoint(of).calls));
    let parts: Vec<_> = all
        .into_iter()
        .filter(|(_, number)| *number > 0)
        .map(|(of, number)| format!("{} for {}", count(number), super::clauses::endpoint(of)))
        .collect();
    let parts = if world.scenario().service.is_none() || parts.is_empty() {
        String::new()
    } else {
        format!(": {}", list(&parts))
    };
    vec![
        format!("Clients sent {} {}.", calls(number), lately(world)),
        "A call counts when the client sends it, once, however often it is tried afterwards."
            .into(),
        HOW.into(),
        format!("Since the start there were {}{parts}.", calls(counters.calls)),
        format!("{} under way now.", are(world.calls_in_flight(), "call", "calls")),
    ]
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a float topology saturates"
)]
fn per_second(rate: f64) -> String {
    if rate < 10.0 { format!("{rate:.1}") } else { count((rate + 0.5) as u64) }
}

fn are(number: u64, one: &str, many: &str) -> String {
    let verb = if number == 1 { "is" } else { "are" };
    format!("{} {verb}", plural(number, one, many))
}

fn goodput(world: &World) -> Vec<String> {
    let counters = world.measures().counters();
    let (useful, offered) =
        (last_second(world, |sample| sample.useful), last_second(world, |sample| sample.calls));
    vec![
        format!(
            "{} got something useful {}, while clients sent {}.",
            sentence(&calls(useful)).trim_end_matches('.'),
            lately(world),
            count(offered)
        ),
        "A call counts here when the client has its answer: the real one, one of the fallback, or the \
         word that its write will be made later. Answers that come after the client gave up are of no \
         use and do not count."
            .into(),
        HOW.into(),
        format!(
            "Since the start {} had a useful end: {} real answers, {} of the fallback and {} writes \
             accepted for later.",
            calls(counters.useful()),
            count(counters.successes),
            count(counters.fallbacks),
            count(counters.queued)
        ),
    ]
}

fn fallbacks(world: &World) -> Vec<String> {
    let counters = world.measures().counters();
    let number = last_second(world, |sample| sample.fallbacks);
    let useful = last_second(world, |sample| sample.useful);
    vec![
        format!(
            "{} of the {} that were useful {} had something in place of the real answer.",
            count(number),
            calls(useful),
            lately(world)
        ),
        "They are a part of the goodput: an old answer of the cache, the answer of a substitute, or a \
         write that is accepted for later."
            .into(),
        HOW.into(),
        format!(
            "Since the start there were {} answers of the fallback and {} writes accepted for later.",
            count(counters.fallbacks),
            count(counters.queued)
        ),
    ]
}

fn errors(world: &World) -> Vec<String> {
    let counters = world.measures().counters();
    let number = last_second(world, |sample| sample.errors);
    let layers = &counters.layers;
    let by: Vec<_> = [
        (layers.breaker_refusals, "a breaker"),
        (layers.bulkhead_refusals, "a bulkhead"),
        (layers.throttle_refusals, "a throttle"),
        (layers.deadline_refusals, "a deadline that had passed"),
        (counters.pool_refusals, "a full pool"),
        (counters.turned_away, "the full service"),
    ]
    .into_iter()
    .filter(|(number, _)| *number > 0)
    .map(|(number, who)| format!("{} by {who}", count(number)))
    .collect();
    let mut texts = vec![
        format!("{} ended with an error or with nothing {}.", calls(number), lately(world)),
        "A call counts here when the client gets an error, or gives up waiting.".into(),
        HOW.into(),
        format!(
            "Since the start there were {}: {} where a dependency or the service failed, {} that were refused on our \
             side, and {} on which the client gave up.",
            plural(counters.errors(), "error", "errors"),
            count(counters.failures),
            count(counters.failed_fast),
            count(counters.gave_up)
        ),
    ];
    if !by.is_empty() {
        texts.push(format!(
            "Refusals since the start, of which a fallback or another try may have made up for some: {}.",
            list(&by)
        ));
    }
    texts
}

fn p99(world: &World) -> Vec<String> {
    let measures = world.measures();
    let newest = measures.samples().back().and_then(|sample| sample.p99);
    let mut texts = vec![match newest {
        Some(of) => format!(
            "Of the useful answers in the last whole second, 99 in 100 took no longer than {}.",
            length(of)
        ),
        None => "There was no useful answer in the last whole second.".to_owned(),
    }];
    texts.push(
        "It is measured from the client's call to its answer, every try and every wait included, to \
         1 %. Errors are left out, as an error that comes at once would make it look good."
            .into(),
    );
    let quantile = |quantile| measures.latency_quantile(quantile).map(length);
    if let (Some(half), Some(most)) = (quantile(0.5), quantile(0.99)) {
        texts.push(format!(
            "Since the start half of the useful answers took up to {half}, and 99 in 100 up to {most}."
        ));
    }
    texts
}

fn workers(world: &World) -> Vec<String> {
    let Some(service) = &world.scenario().service else {
        return vec![
            "There is no service in this world: clients call the database themselves.".into(),
        ];
    };
    let gauges = world.gauges();
    let busy = match gauges.workers_busy {
        busy if busy == service.threads => format!("All {} threads are busy", count(busy.into())),
        busy => {
            let all = plural(service.threads.into(), "thread is", "threads are");
            format!("{} of {all} busy", count(busy.into()))
        }
    };
    let mut texts = vec![
        format!(
            "{busy}, and {} in the accept queue, which has room for {}.",
            match gauges.queued {
                0 => "nobody waits".to_owned(),
                1 => "1 request waits".to_owned(),
                queued => format!("{} requests wait", count(queued.into())),
            },
            count(service.accept_queue.into())
        ),
        "A thread has one request from its beginning to its end, and waits with it: for a slot, a \
         connection, a backoff, a dependency. When all are taken and the queue is full, the service \
         answers 503, even to a health check."
            .into(),
        format!(
            "Since the start {} turned away.",
            match world.measures().counters().turned_away {
                1 => "1 request was".to_owned(),
                number => format!("{} requests were", count(number)),
            }
        ),
    ];
    let at: Vec<_> = gauges
        .dependencies
        .iter()
        .filter(|(_, of)| of.busy + of.queued > 0)
        .map(|(on, of)| format!("{} by {}", count((of.busy + of.queued).into()), on.title()))
        .collect();
    if !at.is_empty() {
        texts.push(format!(
            "Requests that are being worked on or wait, also for clients that have left: {}.",
            list(&at)
        ));
    }
    texts
}

fn health(world: &World) -> Vec<String> {
    if world.scenario().service.is_none() {
        return vec!["There is no service in this world whose health could be checked.".into()];
    }
    let ended = last_second(world, |sample| sample.health_checks);
    let answered = last_second(world, |sample| sample.health_answers);
    vec![
        match ended {
            0 => format!("No health check ended {}.", lately(world)),
            ended => format!(
                "{} of {} that ended {} {} answered.",
                count(answered),
                plural(ended, "health check", "health checks"),
                lately(world),
                if answered == 1 { "was" } else { "were" }
            ),
        },
        "A health check needs no dependency, only a free thread: it fails where the threads all wait \
         for something else."
            .into(),
        HOW.into(),
    ]
}

fn load(world: &World, on: Dependency) -> Vec<String> {
    let first = last_second(world, |sample| sample.load[on].first_attempts);
    let again = last_second(world, |sample| sample.load[on].retries);
    let counters = &world.measures().counters().dependencies[on];
    let server = &world.scenario().dependencies[on].server;
    let mut texts = vec![
        format!(
            "{} came to {} {}: {} and {}.",
            plural(first + again, "attempt", "attempts"),
            on.title(),
            lately(world),
            plural(first, "first try", "first tries"),
            plural(again, "further try", "further tries"),
        ),
        "An attempt counts when it reaches the dependency, or finds it gone. What a breaker or a \
         bulkhead refuses never comes here."
            .into(),
        format!(
            "It can do about {} a second when nothing is wrong: {} at work at once, {} each.",
            per_second(server.capacity_per_second()),
            count(server.concurrency.into()),
            length(server.service_time)
        ),
        HOW.into(),
        format!(
            "Since the start {} came, {} of them further tries, and the most in a second were {}; {} \
             were answered, {} failed, and the breaker refused {}.",
            plural(counters.attempts(), "attempt", "attempts"),
            count(counters.retries),
            count(counters.peak_per_second),
            count(counters.successes),
            count(counters.failures),
            calls(counters.layers.breaker_refusals)
        ),
    ];
    let faults: Vec<_> = world.faults(on).map(|fault| format!("is {fault}")).collect();
    if !faults.is_empty() {
        texts.insert(1, sentence(&format!("{} {}", on.title(), list(&faults))));
    }
    texts
}

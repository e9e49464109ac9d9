//! The explanation of a number on the page: how it is computed, its parts, and where they come
//! from.

use super::clauses::endpoint;
use super::{Explanation, Line};
use crate::closed;
use crate::words::{count, length, list, plural, sentence, separated};
use fusebox_sim::{Counters, Dependency, Endpoint, Latencies, SAMPLE_EVERY, Sample, World};

/// A number that the page shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Number {
    /// Calls that clients send per second.
    Offered,
    /// Calls that end with a useful answer per second.
    Goodput,
    /// Useful answers that came from the fallback, or were writes accepted for later.
    Fallbacks,
    /// Calls that end with an error, or without an answer, per second.
    Errors,
    /// The 99th percentile of the latency of all calls that ended, however they did.
    P99,
    /// Busy threads of the service.
    Threads,
    /// Health checks that are answered.
    Health,
    /// Attempts that reach the dependency per second.
    Load,
}

impl Number {
    /// All numbers.
    pub const ALL: [Self; 8] = [
        Self::Offered,
        Self::Goodput,
        Self::Fallbacks,
        Self::Errors,
        Self::P99,
        Self::Threads,
        Self::Health,
        Self::Load,
    ];

    /// Its title, and its definition.
    const fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Offered => (
                "Offered",
                "A call counts once, when the client sends it, however often it is retried.",
            ),
            Self::Goodput => (
                "Goodput",
                "A call counts when the client has a useful answer: the real one, one from the \
                 fallback, or the promise to apply its write later. An answer after the client \
                 gave up is of no use and does not count. When calls that waited are answered, \
                 there can be more answers in a second than calls.",
            ),
            Self::Fallbacks => (
                "Fallbacks",
                "They are part of the goodput: a stale answer from the cache, the answer of a \
                 substitute, or a write accepted for later.",
            ),
            Self::Errors => {
                ("Errors", "A call counts when the client gets an error, or gives up waiting.")
            }
            Self::P99 => (
                "The 99th percentile of latency, of all calls",
                "It is measured from the client's call to its end, with all attempts and waits, to \
                 within 1 %; the longest is exact. An end is an answer, an error, or the client's \
                 giving up at its deadline. Fast errors make it look good, so see that of useful \
                 answers beside it.",
            ),
            Self::Threads => (
                "Worker threads",
                "A thread has one request from beginning to end, and waits with it: for a slot, \
                 a connection, a backoff, a dependency. When all are busy and the queue is \
                 full, the service answers 503, even to a health check.",
            ),
            Self::Health => (
                "Health checks",
                "A health check needs no dependency, only a free thread: it fails where all \
                 threads wait for something else.",
            ),
            Self::Load => (
                "Load",
                "An attempt counts when it reaches the dependency, or finds it down. Calls \
                 that a breaker or a bulkhead rejects never get there.",
            ),
        }
    }
}

/// The number of samples per second.
const SECOND: usize = 10;

/// The explanation of a number at this moment.
#[must_use]
pub fn of_number(number: Number, world: &World, on: Dependency) -> Explanation {
    let (title, meaning) = number.words();
    let title = match number {
        Number::Load => format!("Load on {}", on.title()),
        _ => title.to_owned(),
    };
    let needs_service = matches!(number, Number::Threads | Number::Health);
    if needs_service && world.scenario().service.is_none() {
        let text = "This run has no service: clients call the database directly.";
        return Explanation::new(title, vec![Line::at(world.now(), text)]);
    }
    let mut lines =
        vec![Line::at(world.now(), sentence(&now(number, world, on))), Line::general(meaning)];
    if !matches!(number, Number::P99 | Number::Threads) {
        lines.push(Line::general(
            "The simulation is sampled every 100 ms; this is the sum of the last ten samples.",
        ));
    }
    lines.extend(more(number, world, on).iter().map(|text| Line::general(sentence(text))));
    Explanation::new(title, lines)
}

/// The sum of a value over the samples of the last second.
pub(super) fn last_second(world: &World, value: impl Fn(&Sample) -> u32) -> u64 {
    let samples = world.measures().samples().iter().rev().take(SECOND);
    samples.map(|sample| u64::from(value(sample))).sum()
}

/// The time that the samples of the last second cover, in words.
pub(super) fn lately(world: &World) -> String {
    match world.measures().samples().len() {
        0 => "so far".to_owned(),
        number if number < SECOND => {
            format!("in the first {}", length(SAMPLE_EVERY.saturating_mul(number as u64)))
        }
        _ => "in the last second".to_owned(),
    }
}

fn calls(number: u64) -> String {
    plural(number, "call", "calls")
}

/// The number at this moment.
fn now(number: Number, world: &World, on: Dependency) -> String {
    let lately = lately(world);
    let offered = last_second(world, |sample| sample.calls);
    let useful = last_second(world, |sample| sample.useful);
    match number {
        Number::Offered => format!("clients sent {} {lately}", calls(offered)),
        Number::Goodput => {
            format!(
                "{} got a useful answer {lately}; clients sent {}",
                calls(useful),
                count(offered)
            )
        }
        Number::Fallbacks => {
            let fallbacks = count(last_second(world, |sample| sample.fallbacks));
            format!(
                "{fallbacks} of {} {lately} were substitutes",
                plural(useful, "useful answer", "useful answers")
            )
        }
        Number::Errors => {
            let errors = calls(last_second(world, |sample| sample.errors));
            format!("{errors} failed {lately}, including those that clients gave up on")
        }
        Number::P99 => {
            let sample = world.measures().samples().back();
            let useful = sample.and_then(|sample| sample.p99).map_or_else(
                || "none of them with a useful answer".to_owned(),
                |of| format!("of those with a useful answer, no longer than {}", length(of)),
            );
            match sample.and_then(|sample| sample.p99_all) {
                Some(of) => format!(
                    "of the calls that ended in the last whole second, 99 in 100 took no longer than {}, \
                     and {useful}",
                    length(of)
                ),
                None => "no call ended in the last whole second".to_owned(),
            }
        }
        Number::Threads => threads(world).unwrap_or_default(),
        Number::Health => {
            let answered = count(last_second(world, |sample| sample.health_answers));
            match last_second(world, |sample| sample.health_checks) {
                0 => format!("no health check ended {lately}"),
                ended => {
                    let ended = plural(ended, "health check", "health checks");
                    format!("{ended} ended {lately}, {answered} with an answer")
                }
            }
        }
        Number::Load => {
            let first = last_second(world, |sample| sample.load[on].first_attempts);
            let again = last_second(world, |sample| sample.load[on].retries);
            format!(
                "{} came to {} {lately}: {} and {}",
                plural(first + again, "attempt", "attempts"),
                on.title(),
                plural(first, "first attempt", "first attempts"),
                plural(again, "retry", "retries"),
            )
        }
    }
}

/// How busy the threads of the service are.
pub(super) fn threads(world: &World) -> Option<String> {
    let threads = world.scenario().service.as_ref()?.threads;
    let gauges = world.gauges();
    Some(format!(
        "{} of {} busy, and {} queued for one",
        count(gauges.threads_busy.into()),
        plural(threads.into(), "thread is", "threads are"),
        plural(gauges.queued.into(), "request is", "requests are")
    ))
}

/// Totals since the start, and their parts.
fn more(number: Number, world: &World, on: Dependency) -> Vec<String> {
    let counters = world.measures().counters();
    match number {
        Number::Offered => {
            let each = Endpoint::ALL.map(|of| (counters.endpoint(of).calls, endpoint(of)));
            let each = match &world.scenario().service {
                Some(_) => parts("for", &each),
                None => String::new(),
            };
            let in_flight = plural(world.calls_in_flight(), "is", "are");
            vec![format!(
                "since the start there were {}{each}; {in_flight} in flight now",
                calls(counters.calls)
            )]
        }
        Number::Goodput | Number::Fallbacks => vec![format!(
            "since the start {} got a useful answer: {}, {} and {}",
            calls(counters.useful()),
            plural(counters.successes, "real answer", "real answers"),
            plural(counters.fallbacks, "fallback", "fallbacks"),
            plural(counters.queued, "write accepted for later", "writes accepted for later")
        )],
        Number::Errors => errors(counters),
        Number::P99 => latencies(world),
        Number::Threads => {
            let room = world.scenario().service.as_ref().map_or(0, |service| service.accept_queue);
            let at = Dependency::ALL.map(|on| {
                let of = &world.gauges().dependencies[on];
                (u64::from(of.busy + of.queued), on.title())
            });
            let mut texts = vec![format!(
                "the accept queue has room for {}; since the start {} turned away",
                count(room.into()),
                plural(counters.turned_away, "request was", "requests were")
            )];
            if at.iter().any(|(number, _)| *number > 0) {
                let at = parts("at", &at);
                texts.push(format!(
                    "requests in process or queued, including those of clients that have left{at}"
                ));
            }
            texts
        }
        Number::Health => Vec::new(),
        Number::Load => {
            let server = &world.scenario().dependencies[on].server;
            let capacity = format!("{:.1}", server.capacity_per_second());
            let of = &counters.dependencies[on];
            let mut texts: Vec<_> =
                world.faults(on).map(|fault| format!("{} is {fault}", on.title())).collect();
            texts.push(format!(
                "its capacity without faults is about {} req/s: {} at once, {} each",
                separated(capacity.trim_end_matches(".0")),
                count(server.concurrency.into()),
                length(server.service_time)
            ));
            texts.push(format!(
                "since the start {} came, {} of them retries, at most {} per second; {} were \
                 answered, {} failed, and the breaker rejected {}",
                plural(of.attempts(), "attempt", "attempts"),
                count(of.retries),
                count(of.peak_per_second),
                count(of.successes),
                count(of.failures),
                calls(of.layers.breaker_rejections)
            ));
            texts
        }
    }
}

/// The latencies since the start, and for closed loops what they hide.
fn latencies(world: &World) -> Vec<String> {
    let measures = world.measures();
    let told = |whose: &str, of: &Latencies| {
        let (half, most) = (of.quantile(0.5)?, of.quantile(0.99)?);
        Some(format!(
            "since the start half of {whose} took up to {}, 99 in 100 up to {}, and the longest {}",
            length(half),
            length(most),
            length(of.longest()?)
        ))
    };
    let corrected = closed::corrected(world).and_then(|(interval, all)| {
        Some(format!(
            "these clients are a closed loop, which hides waiting (coordinated omission): a client that \
             waits sends no call meanwhile, and no number has the wait of that call; measured from when \
             it would have been sent, one call of a client every {}, 99 in 100 took up to {}",
            length(interval),
            length(all.quantile(0.99)?)
        ))
    });
    let all = told("all calls that ended", &measures.all_latencies());
    let useful = told("the useful answers", measures.latencies());
    [all, useful, corrected].into_iter().flatten().collect()
}

/// Why calls failed since the start, and what rejected them.
fn errors(counters: &Counters) -> Vec<String> {
    let ends = [
        (counters.failures, "because a dependency or the service failed"),
        (counters.failed_fast, "because a policy rejected the call"),
        (counters.gave_up, "because the client gave up"),
    ];
    let layers = &counters.layers;
    let by = [
        (layers.breaker_rejections, "a breaker"),
        (layers.bulkhead_rejections, "a bulkhead"),
        (layers.throttle_rejections, "a throttle"),
        (layers.rate_limiter_rejections, "a rate limiter"),
        (layers.pause_rejections, "a pause beyond the deadline"),
        (layers.deadline_rejections, "a deadline that had passed"),
        (counters.pool_rejections, "a full pool"),
        (counters.turned_away, "the full service"),
    ];
    let errors = plural(counters.errors(), "error", "errors");
    let mut texts = vec![format!("since the start there were {errors}{}", parts("", &ends))];
    if by.iter().any(|(number, _)| *number > 0) {
        let by = parts("by", &by);
        texts.push(format!(
            "rejections since the start, some of which a fallback or a retry made up for{by}"
        ));
    }
    texts
}

/// The parts of a number, without those that are zero: `: 3 by a breaker and 1 by a throttle`.
fn parts(word: &str, parts: &[(u64, &str)]) -> String {
    let parts = parts.iter().filter(|(number, _)| *number > 0);
    let parts: Vec<_> = parts
        .map(|(number, name)| format!("{} {word} {name}", count(*number)).replace("  ", " "))
        .collect();
    if parts.is_empty() { String::new() } else { format!(": {}", list(&parts)) }
}

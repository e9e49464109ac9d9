//! sony/gobreaker 2.4: counts since the last change of state or over a rolling interval, a function
//! `ReadyToTrip` of them, and a generation that late results cannot cross.
//!
//! `ReadyToTrip` is called after failures only. With the nearest settings it is written for the rules of
//! ours, and compares ended calls; the default is more than five consecutive failures.

use super::Basis;
use super::model::{Admitted, Fate, Model, Pass};
use super::setup::{Setup, is_reached, lacks};
use crate::tape::Reply;
use crate::words::plural;
use fusebox::time::{Duration, Instant};
use fusebox::{BreakerConfig, Growth, Rate, StateName, Window};
use std::collections::VecDeque;

/// The buckets of a rolling interval.
const BUCKETS: u64 = 10;

struct Gobreaker {
    max_requests: u32,
    /// The length of a bucket; none if counts are kept until the state changes.
    bucket_period: Option<Duration>,
    timeout: Duration,
    ready_to_trip: ReadyToTrip,
    /// Whether `IsExcluded` knows the ignored errors.
    excludes: bool,
    state: StateName,
    generation: u64,
    since: Instant,
    /// By the number of the bucket since the state began.
    buckets: VecDeque<(u64, Counts)>,
    consecutive_successes: u32,
    consecutive_failures: u32,
}

#[derive(Clone, Copy, Default)]
struct Counts {
    requests: u32,
    successes: u32,
    failures: u32,
    exclusions: u32,
}

/// What the function compares; it trips if one of them is reached.
#[derive(Clone, Copy, Default)]
struct ReadyToTrip {
    consecutive_failures: Option<u32>,
    total_failures: Option<u32>,
    rate: Option<(Rate, u32)>,
}

pub(super) fn model(config: &BreakerConfig, basis: Basis) -> (Box<dyn Model>, Setup) {
    let mut setup = Setup::default();
    let mut model = Gobreaker {
        max_requests: 1,
        bucket_period: None,
        timeout: Duration::from_secs(60),
        ready_to_trip: ReadyToTrip { consecutive_failures: Some(6), ..ReadyToTrip::default() },
        excludes: false,
        state: StateName::Closed,
        generation: 0,
        since: Instant::ZERO,
        buckets: VecDeque::new(),
        consecutive_successes: 0,
        consecutive_failures: 0,
    };
    let mut interval = "0 s".to_owned();
    if basis == Basis::Nearest {
        setup.lacks = lacks(config, false);
        model.max_requests = config.trials_to_close;
        model.timeout = config.cooldown.base;
        model.excludes = true;
        let rate = config.failure_rate.map(|rate| (rate, config.min_calls));
        model.ready_to_trip = ReadyToTrip { rate, ..ReadyToTrip::default() };
        if config.window == Window::Consecutive {
            model.ready_to_trip.consecutive_failures = config.failures;
        } else {
            model.ready_to_trip.total_failures = config.failures;
        }
        match config.window {
            Window::Time(length) => {
                model.bucket_period = Some(Duration::from_micros(length.as_micros() / BUCKETS));
                interval = format!("{length}, BucketPeriod {}", length.per_mille(100));
            }
            Window::Count(_) => setup.lacks.push("a window by count: it counts since it closed"),
            Window::Consecutive => {}
        }
        if config.trials != config.trials_to_close {
            setup.lacks.push("more trials than must pass");
        }
        if config.cooldown.growth != Growth::Constant {
            setup.lacks.push("a growing cooldown");
        }
    }
    setup.settings = vec![
        ("ReadyToTrip", model.ready_to_trip.text()),
        ("Interval", interval),
        ("Timeout", model.timeout.to_string()),
        ("MaxRequests", model.max_requests.to_string()),
    ];
    (Box::new(model), setup)
}

impl ReadyToTrip {
    fn text(self) -> String {
        let parts = [
            self.consecutive_failures.map(|most| format!("ConsecutiveFailures >= {most}")),
            self.total_failures.map(|most| format!("TotalFailures >= {most}")),
            self.rate.map(|(rate, least)| format!("{rate} failures of at least {least}")),
        ];
        let text = parts.into_iter().flatten().collect::<Vec<_>>().join(", or ");
        if text.is_empty() { "never".to_owned() } else { text }
    }
}

impl Gobreaker {
    fn totals(&self) -> Counts {
        self.buckets.iter().fold(Counts::default(), |sum, (_, counts)| Counts {
            requests: sum.requests + counts.requests,
            successes: sum.successes + counts.successes,
            failures: sum.failures + counts.failures,
            exclusions: sum.exclusions + counts.exclusions,
        })
    }

    /// The number of the bucket of a moment.
    fn bucket(&self, at: Instant) -> u64 {
        match self.bucket_period.filter(|_| self.state == StateName::Closed) {
            Some(period) => at.since(self.since).as_micros() / period.as_micros().max(1),
            None => 0,
        }
    }

    /// Lets the interval roll on, or an open breaker become half-open: strictly after its expiry.
    fn now_is(&mut self, now: Instant) -> bool {
        if self.state == StateName::Open && now > self.since + self.timeout {
            self.enter(now, StateName::HalfOpen);
            return true;
        }
        let newest = self.bucket(now);
        while self.buckets.front().is_some_and(|(bucket, _)| bucket + BUCKETS <= newest) {
            self.buckets.pop_front();
        }
        false
    }

    /// The counts of a bucket, unless the interval has left it behind.
    fn counts(&mut self, bucket: u64) -> &mut Counts {
        let place = self.buckets.partition_point(|(other, _)| *other < bucket);
        if self.buckets.get(place).is_none_or(|(other, _)| *other != bucket) {
            self.buckets.insert(place, (bucket, Counts::default()));
        }
        &mut self.buckets[place].1
    }

    fn enter(&mut self, now: Instant, state: StateName) {
        self.state = state;
        self.generation += 1;
        self.since = now;
        self.buckets.clear();
        (self.consecutive_successes, self.consecutive_failures) = (0, 0);
    }

    fn is_ready_to_trip(&self) -> bool {
        let ReadyToTrip { consecutive_failures, total_failures, rate } = self.ready_to_trip;
        let Counts { successes, failures, .. } = self.totals();
        let calls = successes + failures;
        consecutive_failures.is_some_and(|most| self.consecutive_failures >= most)
            || total_failures.is_some_and(|most| failures >= most)
            || rate.is_some_and(|(rate, least)| calls >= least && is_reached(rate, failures, calls))
    }

    fn counted(&self) -> String {
        if self.ready_to_trip.consecutive_failures.is_some() {
            return format!("ConsecutiveFailures is {}", self.consecutive_failures);
        }
        let Counts { successes, failures, .. } = self.totals();
        format!("TotalFailures is {failures} of {} ended requests", successes + failures)
    }
}

impl Model for Gobreaker {
    fn try_acquire(&mut self, now: Instant) -> Result<Admitted, String> {
        let mut why = String::new();
        if self.now_is(now) {
            why = format!("The Timeout of {} is over: half-open.", self.timeout);
        }
        let Counts { requests, exclusions, .. } = self.totals();
        match self.state {
            StateName::Open if now == self.since + self.timeout => {
                return Err("Still open at exactly its expiry, which must have passed.".to_owned());
            }
            StateName::Open => {
                let left = (self.since + self.timeout).since(now);
                return Err(format!("Open for another {left}."));
            }
            StateName::HalfOpen if requests - exclusions >= self.max_requests => {
                return Err(format!("Half-open, and MaxRequests {} are taken.", self.max_requests));
            }
            _ => {}
        }
        let bucket = self.bucket(now);
        self.counts(bucket).requests += 1;
        Ok(Admitted { pass: Pass { began: now, generation: self.generation, permit: None }, why })
    }

    fn report(&mut self, now: Instant, pass: Pass, reply: Reply) -> (Fate, String) {
        self.now_is(now);
        let bucket = self.bucket(pass.began);
        let is_gone = self.bucket(now) >= bucket + BUCKETS;
        if pass.generation != self.generation || is_gone {
            let why = "Too late: the call belongs to an earlier generation, so it is ignored.";
            return (Fate::Stale, why.to_owned());
        }
        match reply {
            Reply::Ignored if self.excludes => {
                self.counts(bucket).exclusions += 1;
                (Fate::Neutral, "IsExcluded: it counts neither way.".to_owned())
            }
            Reply::Success | Reply::Slow => {
                self.counts(bucket).successes += 1;
                self.consecutive_successes += 1;
                self.consecutive_failures = 0;
                let (passed, needed) = (self.consecutive_successes, self.max_requests);
                let why = match self.state {
                    StateName::HalfOpen if passed >= needed => {
                        self.enter(now, StateName::Closed);
                        let passed = plural(passed.into(), "success", "successes");
                        format!("{passed} of MaxRequests {needed}: closed.")
                    }
                    StateName::HalfOpen => format!("{passed} of MaxRequests {needed} succeeded."),
                    _ if self.is_ready_to_trip() => {
                        format!("{}; ReadyToTrip is asked only after a failure.", self.counted())
                    }
                    _ => format!("{}.", self.counted()),
                };
                (Fate::Counted, why)
            }
            Reply::Failure | Reply::Ignored => {
                self.counts(bucket).failures += 1;
                self.consecutive_failures += 1;
                self.consecutive_successes = 0;
                let every = if reply == Reply::Ignored { "Every error is a failure. " } else { "" };
                let (counted, rule) = (self.counted(), self.ready_to_trip.text());
                let why = if self.state == StateName::HalfOpen {
                    self.enter(now, StateName::Open);
                    "One failure opens it again.".to_owned()
                } else if self.is_ready_to_trip() {
                    self.enter(now, StateName::Open);
                    format!("{counted}: ReadyToTrip.")
                } else {
                    format!("{counted}; ReadyToTrip needs {rule}.")
                };
                (Fate::Counted, format!("{every}{why}"))
            }
        }
    }

    fn state(&self) -> StateName {
        self.state
    }
}

//! The settings of the policies that are layers, except the breaker's.

use super::backoff::{HasBackoff, backoff};
use super::budget::BUDGET;
use super::kind::{Kind, Scale, Value};
use super::table::{Item, Table, choose, word, words};
use fusebox::time::Duration;
use fusebox::{
    BackoffConfig, BulkheadConfig, FallbackConfig, HedgeConfig, Otherwise, Rate, RetryConfig,
    ThrottleConfig, TimeoutConfig,
};

type Timeout = Item<TimeoutConfig>;
type Retry = Item<RetryConfig>;
type Fallback = Item<FallbackConfig>;
type Bulkhead = Item<BulkheadConfig>;
type Hedge = Item<HedgeConfig>;
type Throttle = Item<ThrottleConfig>;

pub(super) const TIMEOUT: &Table<TimeoutConfig> =
    &Table::new("timeout", TimeoutConfig::default, &[TIMEOUTS]);

const TIMEOUTS: &[Timeout] = &[
    Timeout::time("connect", TimeoutConfig::CONNECT, |it| Some(&mut it.connect))
        .label("Connect timeout")
        .help("The maximum time to open a connection."),
    Timeout::time("attempt", TimeoutConfig::ATTEMPT, |it| Some(&mut it.attempt))
        .label("Attempt timeout")
        .help("The maximum time of one attempt, if this layer is inside the retry."),
    Timeout::time("call", TimeoutConfig::CALL, |it| Some(&mut it.call))
        .label("Call timeout")
        .help("The maximum time of a whole call, including waits and retries."),
];

pub(super) const RETRY: &Table<RetryConfig> =
    &Table::new("retry", RetryConfig::default, &[ATTEMPTS, &DELAY, BUDGET, RETRY_AFTER]);

const ATTEMPTS: &[Retry] =
    &[Retry::number("max_attempts", "attempts", RetryConfig::ATTEMPTS, |it| {
        Some(&mut it.attempts)
    })
    .label("Maximum attempts")
    .help("The maximum number of attempts per call, including the first.")];

const RETRY_AFTER: &[Retry] = &[
    Retry::time_or_off("max_retry_after", RetryConfig::MAX_RETRY_AFTER, |it| {
        Some(&mut it.max_retry_after)
    })
    .label("Maximum Retry-After")
    .help(
        "Wait as long as a Retry-After asks, plus jitter; give up if it asks for more than this.",
    ),
    Retry::flag("pause", |it| it.max_retry_after.is_some().then_some(&mut it.pause))
        .label("Pause all calls")
        .help("Let the Retry-After of a 429 pause all calls, and not only the one that got it.")
        .when("max_retry_after", &[]),
];

const DELAY: [Retry; 9] = backoff(
    [
        "base",
        "growth",
        "growth_factor",
        "cap",
        "jitter",
        "jitter_plus_minus_share",
        "jitter_added_share",
        "jitter_added_time",
        "jitter_plus_minus_time",
    ],
    "Base delay",
    "The delay before the first retry.",
);

impl HasBackoff for RetryConfig {
    fn backoff(&mut self) -> &mut BackoffConfig {
        &mut self.backoff
    }
}

pub(super) const FALLBACK: &Table<FallbackConfig> =
    &Table::new("fallback", FallbackConfig::default, &[FALLBACKS]);

const OTHERWISE: [(&str, Otherwise); 3] = [
    ("substitute", Otherwise::Substitute),
    ("default", Otherwise::Default),
    ("unavailable", Otherwise::Unavailable { retry_after: Duration::from_secs(5) }),
];

const FALLBACKS: &[Fallback] = &[
    Fallback::time_or_off("max_stale_age", FallbackConfig::MAX_STALE_AGE, |it| {
        Some(&mut it.max_stale_age)
    })
    .label("Maximum stale age")
    .help("Serve a cached answer up to this age."),
    Fallback::choice(
        "otherwise",
        &words(&OTHERWISE),
        |it| Some(word(&OTHERWISE, &it.otherwise)),
        |it, to| choose(&OTHERWISE, &mut it.otherwise, to),
    )
    .label("Otherwise")
    .help("The answer if none is cached: from a substitute, a fixed default, or status 503."),
    Fallback::time("retry_after", FallbackConfig::RETRY_AFTER, |it| match &mut it.otherwise {
        Otherwise::Unavailable { retry_after } => Some(retry_after),
        _ => None,
    })
    .label("Retry-After")
    .help("The Retry-After of a 503, if the rejection itself has none.")
    .when("otherwise", &["unavailable"]),
];

pub(super) const BULKHEAD: &Table<BulkheadConfig> =
    &Table::new("bulkhead", BulkheadConfig::default, &[BULKHEADS]);

const BULKHEADS: &[Bulkhead] = &[
    Bulkhead::number("max_concurrent", "calls", BulkheadConfig::SLOTS, |it| Some(&mut it.slots))
        .label("Maximum concurrency")
        .help("The maximum number of calls in flight; 0 rejects every call."),
    Bulkhead::number("queue", "calls", BulkheadConfig::QUEUE, |it| Some(&mut it.queue))
        .label("Queue")
        .help("The maximum number of queued calls."),
    Bulkhead::time("max_wait", BulkheadConfig::MAX_WAIT, |it| Some(&mut it.max_wait))
        .label("Max wait")
        .help("The maximum time that a call waits in the queue."),
];

pub(super) const HEDGE: &Table<HedgeConfig> = &Table::new("hedge", HedgeConfig::default, &[HEDGES]);

const HEDGES: &[Hedge] = &[
    Hedge::time("delay", HedgeConfig::DELAY, |it| Some(&mut it.delay))
        .label("Delay")
        .help("Send the next attempt after this time without an answer."),
    Hedge::number("attempts", "attempts", HedgeConfig::ATTEMPTS, |it| Some(&mut it.attempts))
        .label("Attempts in flight")
        .help("The maximum number of attempts in flight for one call, including the first."),
    Hedge::any(
        "budget",
        Kind::number(Scale::PerTenThousand, &Rate::PER_TEN_THOUSAND),
        |it| Some(it.budget.map_or(Value::Off, |it| Value::Number(it.as_per_ten_thousand()))),
        |it, value| it.budget = value.number().map(Rate::per_ten_thousand),
    )
    .optional()
    .label("Budget")
    .help("Hedge at most this share of the calls."),
];

pub(super) const THROTTLE: &Table<ThrottleConfig> =
    &Table::new("throttle", ThrottleConfig::default, &[THROTTLES]);

const THROTTLES: &[Throttle] = &[
    Throttle::factor("k", ThrottleConfig::K_PER_MILLE, |it| Some(&mut it.k_per_mille))
        .label("K")
        .help("Reject some calls once the requests exceed K times those that were accepted."),
    Throttle::time("window", ThrottleConfig::WINDOW, |it| Some(&mut it.window))
        .label("Window")
        .help("How long a request counts."),
];

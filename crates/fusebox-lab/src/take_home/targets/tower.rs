//! tower-resilience, for Rust: layers for tower, from their source.

use super::super::clock::{Clock, Style};
use super::super::form::Form;
use super::super::nearest::{breaker, factor_or_constant, in_a_row, retry, with_rate, with_time};
use super::super::table::{Code, Order, Part, Row, Section, Syntax, Target};
use super::shared::{
    ALL_TRIALS, CONSTANT_COOLDOWN, LENIENT_TRIALS, NO_BUDGET, NO_CALL, NO_CONNECT, NO_COUNT,
    NO_OVERDUE, NO_QUEUE_LIMIT, NO_RETRY_AFTER, NO_RETRY_AFTER_IN_BREAKER, TRIALS_END,
};
use fusebox::time::Duration;
use fusebox::{Jitter, LayerConfig, LayerKind, Window};

pub(super) const TOWER: Target = Target {
    name: "tower-resilience",
    title: "tower-resilience",
    version: "0.14",
    file: "resilience.rs",
    sections: &[
        Section::new(LayerKind::Timeout, &[TIMEOUT]),
        Section::new(LayerKind::Retry, &[RETRY]),
        Section::new(
            LayerKind::Breaker,
            &[BREAKER, NO_OVERDUE, COOLDOWN, CONSTANT_COOLDOWN, TRIALS, TRIALS_END],
        ),
        Section::new(LayerKind::Bulkhead, &[BULKHEAD]),
    ],
    lacks: &[
        (LayerKind::Fallback, "A fallback is code in tower-resilience-fallback."),
        (
            LayerKind::Throttle,
            "tower-resilience has no throttle by this rule; its adaptive limiter has another.",
        ),
        (
            LayerKind::RateLimiter,
            "tower-resilience-ratelimiter has no burst to set: it is left out.",
        ),
        (LayerKind::Hedge, "Hedging is code in tower-resilience-hedge."),
    ],
    order: Order::Free,
    adapt,
    remarks: &[
        (LayerKind::Breaker, "Every error is a failure unless failure_classifier says otherwise."),
        (
            LayerKind::Retry,
            "Every error is retried unless retry_on says otherwise: leave out what may have taken effect.",
        ),
    ],
    syntax: Syntax::Code(&Code {
        comment: "//",
        parts: &[
            Part::Lines(
                "\
//! Layers around «name»; `tower::ServiceBuilder` has the outermost first:
//!
//! ServiceBuilder::new()",
            ),
            Part::Layers(&[
                (LayerKind::Timeout, "//!     .layer(time_limit())"),
                (LayerKind::Retry, "//!     .layer(retry())"),
                (LayerKind::Breaker, "//!     .layer(breaker())"),
                (LayerKind::Bulkhead, "//!     .layer(bulkhead())"),
            ]),
            Part::Lines(
                "
use std::time::Duration;
use tower_resilience_bulkhead::BulkheadLayer;«?bulkhead.max»
use tower_resilience_circuitbreaker::{CircuitBreakerLayer, SlidingWindowType};«?breaker.wait»
use tower_resilience_retry::{ExponentialRandomBackoff, RetryLayer};«?retry.initial»
use tower_resilience_retry::RetryLayer;«?retry.fixed»
use tower_resilience_timelimiter::{FixedTimeout, TimeLimiterLayer};«?time_limit.timeout»",
            ),
            Part::Layers(LAYERS),
        ],
    }),
};

const LAYERS: &[(LayerKind, &str)] = &[
    (
        LayerKind::Timeout,
        "
pub fn time_limit() -> TimeLimiterLayer<FixedTimeout> {
    TimeLimiterLayer::builder()
        .timeout_duration(«time_limit.timeout»)
        .build()
}",
    ),
    (
        LayerKind::Retry,
        "
pub fn retry<Request, Response, Error>() -> RetryLayer<Request, Response, Error> {
    let backoff = ExponentialRandomBackoff::new(«retry.initial», «retry.jitter»_f64)
        .and_then(|backoff| backoff.multiplier(«retry.multiplier»_f64))
        .expect(\"settings in range\")«?retry.initial»
        .max_interval(«retry.max»);
    RetryLayer::builder()
        .max_attempts(«retry.attempts»)
        .fixed_backoff(«retry.fixed»)
        .backoff(backoff)«?retry.initial»
        .build()
}",
    ),
    (
        LayerKind::Breaker,
        "
pub fn breaker() -> CircuitBreakerLayer {
    CircuitBreakerLayer::builder()
        .consecutive_failures(«breaker.row»)
        .sliding_window_type(SlidingWindowType::TimeBased)«?breaker.duration»
        .sliding_window_duration(«breaker.duration»)
        .failure_rate_threshold(«breaker.rate»_f64)
        .minimum_number_of_calls(«breaker.min»)
        .slow_call_duration_threshold(«breaker.slow»)
        .slow_call_rate_threshold(«breaker.slow_rate»_f64)
        .wait_duration_in_open(«breaker.wait»)
        .permitted_calls_in_half_open(«breaker.trials»)
        .build()
        .expect(\"settings in range\")
}",
    ),
    (
        LayerKind::Bulkhead,
        "
pub fn bulkhead() -> BulkheadLayer {
    BulkheadLayer::builder()
        .max_concurrent_calls(«bulkhead.max»)
        .max_wait_duration(«bulkhead.wait»)
        .build()
        .expect(\"settings in range\")
}",
    ),
];

const CLOCK: Clock = Clock::new(Style::Rust).step(Duration::from_micros(1));
const TIME: Form = Form::Time(CLOCK);
const POSITIVE: Form = Form::Time(CLOCK.min(Duration::MILLISECOND));
const COUNT: Form = Form::whole(1, u32::MAX);
const SHARE: Form = Form::fraction(1, 10_000);

const TIMEOUT: &[Row] =
    &[NO_CONNECT, Row::key("timeout.attempt", "time_limit.timeout", POSITIVE, "5s"), NO_CALL];

const RETRY: &[Row] = &[
    Row::key("retry.max_attempts", "retry.attempts", COUNT, "3"),
    Row::key("retry.base", "retry.fixed", TIME, "").only("retry.growth", &["constant"]),
    Row::key("retry.base", "retry.initial", TIME, "").only("retry.growth", &["exponential"]),
    Row::key("retry.growth", "retry.constant", Form::Present("constant"), ""),
    Row::key("retry.growth", "retry.exponential", Form::Present("exponential"), "")
        .note("A delay is constant or grows by a factor."),
    Row::key("retry.growth_factor", "retry.multiplier", Form::Factor, "2"),
    Row::key("retry.cap", "retry.max", TIME, "24h")
        .only("retry.growth", &["exponential"])
        .note("Only a delay that grows has a cap, to which its jitter is added."),
    Row::acts("retry.jitter", "plus_minus_share", JITTER),
    Row::key("retry.jitter_plus_minus_share", "retry.jitter", Form::fraction(0, 10_000), "0%")
        .only("retry.growth", &["exponential"])
        .note(JITTER),
    NO_BUDGET,
    NO_RETRY_AFTER,
];

const JITTER: &str = "A delay that grows has a share of itself either way as jitter, where half of it stands \
                      for other jitters; a constant delay has none.";

const BREAKER: &[Row] = &[
    Row::key("breaker.window", "breaker.consecutive", Form::Present("consecutive"), ""),
    Row::key("breaker.window", "breaker.time", Form::Present("time"), "").note(
        "Its window by number counts all calls since it closed, so a length of time stands for it.",
    ),
    Row::key("breaker.window_duration", "breaker.duration", POSITIVE, "10s"),
    Row::key("breaker.failures", "breaker.row", COUNT, "off")
        .only("breaker.window", &["consecutive"])
        .note(NO_COUNT.note),
    Row::key("breaker.failure_rate", "breaker.rate", SHARE, "off")
        .note("The share that stands for the number of failures."),
    Row::key("breaker.slow_rate", "breaker.slow_rate", SHARE, "off")
        .note("Slow calls are looked at beside a share of failures only."),
    Row::key("breaker.slow_threshold", "breaker.slow", TIME, "60s"),
    Row::key("breaker.min_calls", "breaker.min", COUNT, "1")
        .note("The share counts from as many calls on as there were to be failures."),
];

const COOLDOWN: &[Row] = &[Row::key("breaker.cooldown", "breaker.wait", TIME, "30s")];

const TRIALS: &[Row] = &[
    NO_RETRY_AFTER_IN_BREAKER,
    Row::key("breaker.trials", "breaker.trials", COUNT, "1"),
    ALL_TRIALS,
    LENIENT_TRIALS,
];

const BULKHEAD: &[Row] = &[
    Row::key("bulkhead.max_concurrent", "bulkhead.max", COUNT, "25"),
    NO_QUEUE_LIMIT,
    Row::key("bulkhead.max_wait", "bulkhead.wait", TIME, "24h"),
];

fn adapt(layers: &mut [LayerConfig]) {
    if let Some(breaker) = breaker(layers) {
        breaker.overdue = None;
        if breaker.window == Window::Consecutive {
            in_a_row(breaker);
        } else {
            with_rate(breaker);
            with_time(breaker);
        }
    }
    if let Some(retry) = retry(layers) {
        factor_or_constant(&mut retry.backoff);
        retry.backoff.jitter = match (retry.backoff.growth, retry.backoff.jitter) {
            (fusebox::Growth::Constant, _) | (_, Jitter::None) => {
                Jitter::PlusMinusShare { per_mille: 0 }
            }
            (_, Jitter::PlusMinusShare { per_mille }) => Jitter::PlusMinusShare { per_mille },
            _ => Jitter::PlusMinusShare { per_mille: 500 },
        };
    }
}

//! .NET: the standard handler of Microsoft.Extensions.Http.Resilience as JSON, and Polly as C#.

use super::super::clock::{Clock, Style};
use super::super::form::Form;
use super::super::nearest::{breaker, retry, timeout, with_rate, with_time};
use super::super::table::{Code, Order, Part, Root, Row, Section, Syntax, Target};
use super::shared::{
    CONSTANT_COOLDOWN, LENIENT_TRIALS, NO_BUDGET, NO_CONNECT, NO_COUNT, NO_OVERDUE,
    NO_RETRY_AFTER_IN_BREAKER, NO_SLOW, NO_WAIT_LIMIT, ONE_TRIAL, TIME_WINDOW, TRIALS_END,
};
use fusebox::time::Duration;
use fusebox::{Growth, Jitter, LayerConfig, LayerKind, Window};

pub(super) const MICROSOFT: Target = Target {
    name: "dotnet-http",
    title: "Microsoft.Extensions.Http.Resilience",
    version: "10.11",
    file: "appsettings.json",
    sections: &[
        Section::always(LayerKind::Timeout, &[TIMEOUT]),
        Section::always(
            LayerKind::Breaker,
            &[BREAKER, BREAKER_LACKS, CONSTANT_COOLDOWN, ONE_TRIAL, TRIALS_END],
        ),
        Section::always(LayerKind::Retry, &[RETRY, RETRY_LACKS]),
        Section::always(LayerKind::Bulkhead, &[BULKHEAD]),
    ],
    lacks: LACKS,
    order: Order::Fixed(
        &[LayerKind::Timeout, LayerKind::Breaker, LayerKind::Retry, LayerKind::Bulkhead],
        "With the retries outside, the breaker counts attempts, and retries run into an open breaker; \
         the target polly has the order as it is here.",
    ),
    adapt,
    remarks: &[
        (
            LayerKind::Retry,
            "It retries every method: call DisableForUnsafeHttpMethods() unless a second POST does no harm. \
             A Retry-After replaces the delay.",
        ),
        (LayerKind::Breaker, "It opens while it handles a failure, never at a success."),
    ],
    syntax: Syntax::Json {
        root: &[Root {
            name: "",
            title: "",
            constants: &[],
            keys: &[
                "Retry",
                "CircuitBreaker",
                "TotalRequestTimeout",
                "AttemptTimeout",
                "RateLimiter",
            ],
            inherits: None,
        }],
        comments: true,
    },
};

const SPAN: Clock = Clock::new(Style::TimeSpan).step(Duration::from_micros(1));
const TIMEOUT_TIME: Form = Form::Time(SPAN.min(SHORTEST));
const HALF_SECOND: Form = Form::Time(SPAN.min(Duration::from_millis(500)));

const TIMEOUT: &[Row] = &[
    NO_CONNECT,
    Row::key("timeout.attempt", "AttemptTimeout.Timeout", TIMEOUT_TIME, "10s").note(ATTEMPT),
    Row::key("timeout.call", "TotalRequestTimeout.Timeout", TIMEOUT_TIME, "30s")
        .note("It must be longer than the attempt timeout."),
];

const ATTEMPT: &str = "It takes 10 ms to 12 h here, half of the longest window of a breaker.";

const BREAKER: &[Row] = &[
    TIME_WINDOW,
    Row::key("breaker.window_duration", "CircuitBreaker.SamplingDuration", HALF_SECOND, "30s")
        .note("It must be at least 0.5 s, and twice the attempt timeout."),
    NO_COUNT,
    Row::key(
        "breaker.failure_rate",
        "CircuitBreaker.FailureRatio",
        Form::fraction(1, 10_000),
        "10%",
    )
    .note("The share that stands for the number of failures."),
    Row::key(
        "breaker.min_calls",
        "CircuitBreaker.MinimumThroughput",
        Form::whole(2, u32::MAX),
        "100",
    )
    .note(
        "The share counts from 2 calls on or more, or from as many as there were to be failures.",
    ),
    Row::key("breaker.cooldown", "CircuitBreaker.BreakDuration", HALF_SECOND, "5s"),
];

const BREAKER_LACKS: &[Row] =
    &[NO_SLOW[0], NO_OVERDUE[0], NO_RETRY_AFTER_IN_BREAKER, LENIENT_TRIALS];

const RETRY: &[Row] = &[
    Row::key("retry.max_attempts", "Retry.MaxRetryAttempts", Form::retries(1), "4")
        .note("It takes at least one retry."),
    Row::key("retry.base", "Retry.Delay", Form::Time(SPAN), "2s"),
    Row::key("retry.growth", "Retry.BackoffType", Form::Quoted(BACKOFF_TYPES), "exponential")
        .note("A delay is constant, linear or doubles."),
    Row::acts("retry.growth_factor", "2", "Its exponential delays double."),
    Row::key("retry.cap", "Retry.MaxDelay", Form::Time(SPAN), "24h"),
    Row::key("retry.jitter", "Retry.UseJitter", Form::Word(USE_JITTER), "smooth_decorrelated")
        .note(JITTER_NOTE),
    Row::acts("retry.jitter_plus_minus_share", "25%", JITTER_NOTE),
    Row::key("retry.max_retry_after", "Retry.ShouldRetryAfterHeader", Form::Switch("24h"), "24h")
        .note("It follows a Retry-After of any length."),
];

const RETRY_LACKS: &[Row] = &[
    NO_BUDGET,
    Row::acts("retry.pause", "false", "A Retry-After is for the call that got it alone."),
];

const BACKOFF_TYPES: &[(&str, &str)] =
    &[("constant", "Constant"), ("linear", "Linear"), ("exponential", "Exponential")];
const USE_JITTER: &[(&str, &str)] =
    &[("none", "false"), ("smooth_decorrelated", "true"), ("plus_minus_share", "true")];
const JITTER_NOTE: &str =
    "Its jitter is smooth and decorrelated if the delays double, and 25 % either way otherwise.";

const BULKHEAD: &[Row] = &[
    Row::key(
        "bulkhead.max_concurrent",
        "RateLimiter.DefaultRateLimiterOptions.PermitLimit",
        Form::whole(1, u32::MAX),
        "1000",
    ),
    Row::key(
        "bulkhead.queue",
        "RateLimiter.DefaultRateLimiterOptions.QueueLimit",
        Form::whole(0, u32::MAX),
        "0",
    ),
    NO_WAIT_LIMIT,
];

const LACKS: &[(LayerKind, &str)] = &[
    (LayerKind::Fallback, "A fallback is code in .NET: AddFallback."),
    (LayerKind::Throttle, ".NET has no adaptive throttling."),
    (LayerKind::RateLimiter, "A limit on a rate is code in .NET: AddRateLimiter."),
    (LayerKind::Hedge, "Hedging is another handler in .NET: AddStandardHedgingHandler."),
];

pub(super) const POLLY: Target = Target {
    name: "polly",
    title: "Polly",
    version: "8.9",
    file: "ResiliencePipelines.cs",
    sections: &[
        Section::new(LayerKind::Timeout, &[CODE_TIMEOUT]),
        Section::new(
            LayerKind::Breaker,
            &[CODE_BREAKER, BREAKER_LACKS, CONSTANT_COOLDOWN, ONE_TRIAL, TRIALS_END],
        ),
        Section::new(LayerKind::Retry, &[CODE_RETRY, RETRY_LACKS]),
        Section::new(LayerKind::Bulkhead, &[CODE_BULKHEAD]),
    ],
    lacks: LACKS,
    order: Order::Free,
    adapt,
    remarks: MICROSOFT.remarks,
    syntax: Syntax::Code(&Code {
        comment: "//",
        parts: &[
            Part::Lines(
                "\
using System;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Http.Resilience;
using Polly;

public static class ResiliencePipelines
{
    // The first strategy is the outermost.
    public static void Add(IHttpClientBuilder client) =>
        client.AddResilienceHandler(\"«name»\", pipeline => pipeline
            .AddTimeout(«call.timeout»)",
            ),
            Part::Layers(&[
                (
                    LayerKind::Bulkhead,
                    "            .AddConcurrencyLimiter(permitLimit: «limiter.permits», queueLimit: «limiter.queue»)",
                ),
                (
                    LayerKind::Breaker,
                    "            .AddCircuitBreaker(new HttpCircuitBreakerStrategyOptions
            {
                FailureRatio = «breaker.ratio»,
                MinimumThroughput = «breaker.throughput»,
                SamplingDuration = «breaker.sampling»,
                BreakDuration = «breaker.break»,
            })",
                ),
                (
                    LayerKind::Retry,
                    "            .AddRetry(new HttpRetryStrategyOptions
            {
                MaxRetryAttempts = «retry.retries»,
                Delay = «retry.delay»,
                MaxDelay = «retry.cap»,
                BackoffType = DelayBackoffType.«retry.type»,
                UseJitter = «retry.jitter»,
                ShouldRetryAfterHeader = «retry.after»,
            })",
                ),
                (LayerKind::Timeout, "            .AddTimeout(«attempt.timeout»)"),
            ]),
            Part::Lines("        );\n}"),
        ],
    }),
};

const SHARP: Clock = Clock::new(Style::CSharp).step(Duration::from_micros(1));
const SHARP_TIMEOUT: Form = Form::Time(SHARP.min(SHORTEST));
const SHARP_HALF_SECOND: Form = Form::Time(SHARP.min(Duration::from_millis(500)));

const CODE_TIMEOUT: &[Row] = &[
    NO_CONNECT,
    Row::key("timeout.attempt", "attempt.timeout", SHARP_TIMEOUT, "30s").note(ATTEMPT),
    Row::key("timeout.call", "call.timeout", SHARP_TIMEOUT, "30s").note(TIMEOUT[2].note),
];

const CODE_BREAKER: &[Row] = &[
    TIME_WINDOW,
    Row::key("breaker.window_duration", "breaker.sampling", SHARP_HALF_SECOND, "30s")
        .note(BREAKER[1].note),
    NO_COUNT,
    Row::key("breaker.failure_rate", "breaker.ratio", Form::fraction(1, 10_000), "10%")
        .note(BREAKER[3].note),
    Row::key("breaker.min_calls", "breaker.throughput", Form::whole(2, u32::MAX), "100")
        .note(BREAKER[4].note),
    Row::key("breaker.cooldown", "breaker.break", SHARP_HALF_SECOND, "5s"),
];

const CODE_RETRY: &[Row] = &[
    Row::key("retry.max_attempts", "retry.retries", Form::retries(1), "4").note(RETRY[0].note),
    Row::key("retry.base", "retry.delay", Form::Time(SHARP), "2s"),
    Row::key("retry.growth", "retry.type", Form::Word(BACKOFF_TYPES), "exponential")
        .note(RETRY[2].note),
    Row::acts("retry.growth_factor", "2", RETRY[3].note),
    Row::key("retry.cap", "retry.cap", Form::Time(SHARP), "24h"),
    Row::key("retry.jitter", "retry.jitter", Form::Word(USE_JITTER), "none").note(JITTER_NOTE),
    Row::acts("retry.jitter_plus_minus_share", "25%", JITTER_NOTE),
    Row::key("retry.max_retry_after", "retry.after", Form::Switch("24h"), "24h")
        .note(RETRY[7].note),
];

const CODE_BULKHEAD: &[Row] = &[
    Row::key("bulkhead.max_concurrent", "limiter.permits", Form::whole(1, u32::MAX), "1000"),
    Row::key("bulkhead.queue", "limiter.queue", Form::whole(0, u32::MAX), "0"),
    NO_WAIT_LIMIT,
];

/// The range of an attempt: the window is at least twice as long, and at most a day.
const SHORTEST: Duration = Duration::from_millis(10);
const LONGEST: Duration = Duration::from_secs(43_200);

/// A breaker with a share of failures in a time, the jitter of its kind of delays, and times that the
/// validators of the start-up accept.
fn adapt(layers: &mut [LayerConfig]) {
    if let Some(retry) = retry(layers) {
        if !matches!(retry.backoff.growth, Growth::Constant | Growth::Linear) {
            retry.backoff.growth = Growth::DOUBLING;
        }
        retry.backoff.jitter = match (retry.backoff.jitter, retry.backoff.growth) {
            (Jitter::None, _) => Jitter::None,
            (_, Growth::Constant | Growth::Linear) => Jitter::PlusMinusShare { per_mille: 250 },
            _ => Jitter::SmoothDecorrelated,
        };
    }
    let mut longest_attempt = Duration::ZERO;
    if let Some(timeout) = timeout(layers) {
        timeout.attempt = timeout.attempt.clamp(SHORTEST, LONGEST);
        timeout.call = timeout.call.max(timeout.attempt.saturating_add(Duration::MILLISECOND));
        longest_attempt = timeout.attempt;
    }
    if let Some(breaker) = breaker(layers) {
        with_rate(breaker);
        with_time(breaker);
        if let Window::Time(length) = &mut breaker.window {
            *length = (*length).max(longest_attempt.saturating_mul(2));
        }
    }
}

//! resilience4j, as the properties of Spring Boot.
//!
//! From `CommonCircuitBreakerConfigurationProperties`, `CommonRetryConfigurationProperties`,
//! `CircuitBreakerConfig` and the `...ConfigurationProperties` of the Spring module, which have the order
//! of the aspects: the smaller number is further out.

use super::super::clock::{Clock, Style};
use super::super::form::Form;
use super::super::nearest::{breaker, breaker_of, retry, with_rate};
use super::super::table::{Order, Root, Row, Section, Syntax, Target};
use super::shared::{
    LENIENT_TRIALS, NO_BUDGET, NO_CALL, NO_CONNECT, NO_COUNT, NO_OVERDUE, NO_QUEUE_LIMIT,
    NO_RETRY_AFTER, NO_RETRY_AFTER_IN_BREAKER,
};
use fusebox::time::Duration;
use fusebox::{Jitter, LayerConfig, LayerKind, Rate};
use fusebox_sim::DependencyConfig;

pub(super) const RESILIENCE4J: Target = Target {
    name: "resilience4j",
    title: "resilience4j",
    version: "2.4",
    file: "application.yml",
    sections: &[
        Section::new(LayerKind::Bulkhead, &[BULKHEAD]),
        Section::new(LayerKind::Timeout, &[TIMEOUT]),
        Section::new(LayerKind::RateLimiter, &[RATE_LIMITER]),
        Section::new(LayerKind::Breaker, &[BREAKER, NO_OVERDUE, COOLDOWN, TRIALS]),
        Section::new(LayerKind::Retry, &[RETRY]),
    ],
    lacks: &[
        (LayerKind::Fallback, "A fallback is code in resilience4j: a fallbackMethod."),
        (LayerKind::Throttle, "resilience4j has no adaptive throttling."),
        (LayerKind::Hedge, "resilience4j has no setting for hedging in these properties."),
    ],
    order: Order::Numbered(&[
        (LayerKind::Bulkhead, "resilience4j.bulkhead.bulkheadAspectOrder"),
        (LayerKind::Timeout, "resilience4j.timelimiter.timeLimiterAspectOrder"),
        (LayerKind::RateLimiter, "resilience4j.ratelimiter.rateLimiterAspectOrder"),
        (LayerKind::Breaker, "resilience4j.circuitbreaker.circuitBreakerAspectOrder"),
        (LayerKind::Retry, "resilience4j.retry.retryAspectOrder"),
    ]),
    adapt,
    remarks: &[
        (
            LayerKind::Breaker,
            "Every exception is a failure of the breaker unless ignoreExceptions names it: name those of \
             errors of the request, and BulkheadFullException.",
        ),
        (
            LayerKind::Retry,
            "Every exception is retried unless retryExceptions or ignoreExceptions say otherwise: leave \
             out what may have taken effect, and CallNotPermittedException.",
        ),
        (LayerKind::Timeout, "The time limiter works only on methods that return a future."),
        (
            LayerKind::RateLimiter,
            "All permits of a period are there at its beginning, so where two periods meet, twice the \
             limit can pass at once; a call that gets none waits up to 5 s (timeoutDuration).",
        ),
    ],
    syntax: Syntax::Yaml(&[Root {
        name: "",
        title: "",
        constants: &[],
        keys: &["resilience4j"],
        inherits: Some(inherits),
    }]),
};

/// The path of a property of an instance.
macro_rules! at {
    ($module:literal, $key:literal) => {
        concat!("resilience4j.", $module, ".instances.*.", $key)
    };
}

const TIME: Form = Form::Time(SPRING);
const POSITIVE: Form = Form::Time(SPRING.min(Duration::MILLISECOND));
const SPRING: Clock = Clock::new(Style::Spring);
const SECONDS: Form =
    Form::Time(Clock::new(Style::Seconds).step(Duration::from_secs(1)).min(Duration::from_secs(1)));
const PERCENT: Form = Form::percent(1, 10_000);
const COUNT: Form = Form::whole(1, u32::MAX);

const BREAKER: &[Row] = &[
    Row::key(
        "breaker.window",
        at!("circuitbreaker", "slidingWindowType"),
        Form::Word(&[("time", "TIME_BASED"), ("count", "COUNT_BASED")]),
        "count",
    )
    .note("Failures in a row are a window of that many calls, all of which failed."),
    Row::key(
        "breaker.window_duration",
        at!("circuitbreaker", "slidingWindowSize"),
        SECONDS,
        "100s",
    )
    .note("The window is in whole seconds, rounded up."),
    Row::key(
        "breaker.window_calls",
        at!("circuitbreaker", "slidingWindowSize"),
        COUNT,
        "100",
    )
    .note("The window that stands for the number of failures."),
    NO_COUNT,
    Row::key(
        "breaker.failure_rate",
        at!("circuitbreaker", "failureRateThreshold"),
        PERCENT,
        "50%",
    )
    .note("The share that stands for the number of failures."),
    Row::key(
        "breaker.slow_rate",
        at!("circuitbreaker", "slowCallRateThreshold"),
        PERCENT,
        "100%",
    )
    .note("The rule on slow calls cannot be switched off: without these keys it opens when every call is slow."),
    Row::key(
        "breaker.slow_threshold",
        at!("circuitbreaker", "slowCallDurationThreshold"),
        POSITIVE,
        "60s",
    ),
    Row::key(
        "breaker.min_calls",
        at!("circuitbreaker", "minimumNumberOfCalls"),
        COUNT,
        "100",
    )
    .note("The share counts from as many calls on as there were to be failures."),
];

const COOLDOWN: &[Row] = &[
    Row::key(
        "breaker.cooldown",
        at!("circuitbreaker", "waitDurationInOpenState"),
        POSITIVE,
        "60s",
    ),
    Row::key(
        "breaker.cooldown_growth",
        at!("circuitbreaker", "enableExponentialBackoff"),
        Form::Word(GROWTH),
        "constant",
    )
    .note("A cooldown is constant or grows by a factor."),
    Row::key(
        "breaker.cooldown_factor",
        at!("circuitbreaker", "exponentialBackoffMultiplier"),
        Form::Factor,
        "1.5",
    ),
    Row::key(
        "breaker.cooldown_cap",
        at!("circuitbreaker", "exponentialMaxWaitDurationInOpenState"),
        POSITIVE,
        "24h",
    )
    .only("breaker.cooldown_growth", &["exponential"])
    .note("Only a cooldown that grows has a cap."),
    Row::key(
        "breaker.cooldown_jitter",
        at!("circuitbreaker", "enableRandomizedWait"),
        Form::Word(JITTER),
        "none",
    )
    .note("Its only jitter is a share either way, and a cooldown that grows has none: both together end the start-up."),
    Row::key(
        "breaker.cooldown_jitter_plus_minus_share",
        at!("circuitbreaker", "randomizedWaitFactor"),
        Form::fraction(0, 9_990),
        "50%",
    ),
];

const GROWTH: &[(&str, &str)] = &[("constant", "false"), ("exponential", "true")];
const JITTER: &[(&str, &str)] = &[("none", "false"), ("plus_minus_share", "true")];

const TRIALS: &[Row] = &[
    NO_RETRY_AFTER_IN_BREAKER,
    Row::key(
        "breaker.trials",
        at!("circuitbreaker", "permittedNumberOfCallsInHalfOpenState"),
        COUNT,
        "10",
    ),
    Row::follows(
        "breaker.trials_to_close",
        trials_to_close,
        "The share of failures decides about the trials too, and closes below it.",
    ),
    LENIENT_TRIALS,
    Row::acts(
        "breaker.trial_timeout",
        "24h",
        "A trial that never ends keeps its place until maxWaitDurationInHalfOpenState.",
    ),
    Row::key(
        "breaker.half_open_timeout",
        at!("circuitbreaker", "maxWaitDurationInHalfOpenState"),
        Form::TimeOrOff(SPRING),
        "off",
    ),
    Row::acts(
        "breaker.after_half_open_timeout",
        "open",
        "It opens after that; only code can change it.",
    ),
];

/// The trials that have to pass so that the share of those that fail is below the threshold.
fn trials_to_close(config: &DependencyConfig) -> String {
    let breaker = breaker_of(config);
    let trials = breaker.map_or(1, |breaker| breaker.trials);
    let rate =
        breaker.and_then(|breaker| breaker.failure_rate).map_or(10_000, Rate::as_per_ten_thousand);
    let too_many = (u64::from(trials) * u64::from(rate)).div_ceil(10_000).max(1);
    (u64::from(trials) + 1 - too_many).to_string()
}

const RETRY: &[Row] = &[
    Row::key("retry.max_attempts", at!("retry", "maxAttempts"), COUNT, "3"),
    Row::key("retry.base", at!("retry", "waitDuration"), TIME, "500ms"),
    Row::key(
        "retry.growth",
        at!("retry", "enableExponentialBackoff"),
        Form::Word(GROWTH),
        "constant",
    )
    .note("A delay is constant or grows by a factor."),
    Row::key(
        "retry.growth_factor",
        at!("retry", "exponentialBackoffMultiplier"),
        Form::Factor,
        "1.5",
    ),
    Row::key("retry.cap", at!("retry", "exponentialMaxWaitDuration"), TIME, "24h")
        .only("retry.growth", &["exponential"])
        .note("Only a delay that grows has a cap."),
    Row::key("retry.jitter", at!("retry", "enableRandomizedWait"), Form::Word(JITTER), "none")
        .note("Its only jitter is a share either way; half of the delay stands for other jitters."),
    Row::key(
        "retry.jitter_plus_minus_share",
        at!("retry", "randomizedWaitFactor"),
        Form::fraction(0, 9_990),
        "50%",
    ),
    NO_BUDGET,
    NO_RETRY_AFTER,
];

const TIMEOUT: &[Row] = &[
    NO_CONNECT,
    Row::key("timeout.attempt", at!("timelimiter", "timeoutDuration"), TIME, "1s"),
    NO_CALL,
];

const BULKHEAD: &[Row] = &[
    Row::key("bulkhead.max_concurrent", at!("bulkhead", "maxConcurrentCalls"), COUNT, "25"),
    NO_QUEUE_LIMIT,
    Row::key("bulkhead.max_wait", at!("bulkhead", "maxWaitDuration"), TIME, "0s"),
];

const RATE_LIMITER: &[Row] = &[
    Row::key("rate_limiter.permits", at!("ratelimiter", "limitForPeriod"), COUNT, "50"),
    Row::key("rate_limiter.period", at!("ratelimiter", "limitRefreshPeriod"), POSITIVE, "1ms"),
    Row::follows(
        "rate_limiter.burst",
        |config| {
            let permits = config.layers.iter().find_map(|layer| match layer {
                LayerConfig::RateLimiter(limit) => Some(limit.permits),
                _ => None,
            });
            permits.unwrap_or(1).to_string()
        },
        "The permits of a period can all be used at once, and none is saved up.",
    ),
];

/// A breaker with a share of failures, and the only jitter that there is.
fn adapt(layers: &mut [LayerConfig]) {
    if let Some(breaker) = breaker(layers) {
        with_rate(breaker);
        let grows = breaker.cooldown.growth != fusebox::Growth::Constant;
        if grows {
            breaker.cooldown.jitter = Jitter::None;
        } else {
            plus_minus(&mut breaker.cooldown.jitter);
        }
    }
    if let Some(retry) = retry(layers) {
        plus_minus(&mut retry.backoff.jitter);
    }
}

fn plus_minus(jitter: &mut Jitter) {
    if !matches!(jitter, Jitter::None | Jitter::PlusMinusShare { .. }) {
        *jitter = Jitter::PlusMinusShare { per_mille: 500 };
    }
}

/// An instance inherits from the config that it names, or else from the default config.
fn inherits(path: &str, text: &dyn Fn(&str) -> Option<String>) -> Vec<String> {
    let Some((before, after)) = path.split_once(".instances.") else { return Vec::new() };
    let Some((name, key)) = after.rsplit_once('.') else { return Vec::new() };
    let base = text(&format!("{before}.instances.{name}.baseConfig"));
    let bases = [base, Some("default".to_string())];
    bases.into_iter().flatten().map(|base| format!("{before}.configs.{base}.{key}")).collect()
}

//! Our own crate, as Rust code: everything is the same.

use super::super::clock::{Clock, Style};
use super::super::form::Form;
use super::super::table::{Code, Order, Part, Row, Section, Syntax, Target};
use fusebox::LayerKind;
use fusebox::time::Duration;

pub(super) const FUSEBOX: Target = Target {
    name: "fusebox",
    title: "the crate fusebox",
    version: "0.1",
    file: "layers.rs",
    sections: &[
        Section::new(LayerKind::Timeout, &[TIMEOUT]),
        Section::new(LayerKind::Retry, &[RETRY, BUDGET, RETRY_AFTER]),
        Section::new(LayerKind::Breaker, &[WINDOW, BREAKER, COOLDOWN, TRIALS]),
        Section::new(LayerKind::Fallback, &[FALLBACK]),
        Section::new(LayerKind::Bulkhead, &[BULKHEAD]),
        Section::new(LayerKind::Throttle, &[THROTTLE]),
        Section::new(LayerKind::RateLimiter, &[RATE_LIMITER]),
        Section::new(LayerKind::Hedge, &[HEDGE]),
    ],
    lacks: &[],
    order: Order::Free,
    adapt: |_| (),
    remarks: &[],
    syntax: Syntax::Code(&Code {
        comment: "//",
        parts: &[Part::Lines(HEAD), Part::FromInside(LAYERS), Part::Lines("    ]\n}")],
    }),
};

const TIME: Form = Form::Time(Clock::new(Style::Rust).step(Duration::from_micros(1)));
const NUMBER: Form = Form::whole(0, u32::MAX);

const HEAD: &str = "\
#[allow(unused_imports)]
use fusebox::{
    BackoffConfig, BreakerConfig, BudgetConfig, BulkheadConfig, FallbackConfig, Growth, HalfOpenEnd,
    HalfOpenTimeout, HedgeConfig, Jitter, LayerConfig, Otherwise, Overdue, Rate, RateLimitConfig,
    RetryConfig, SlowRate, ThrottleConfig, TimeoutConfig, Window, time::Duration,
};

/// The layers around «name», innermost first, for `fusebox::Pipeline::new`.
pub fn layers() -> Vec<LayerConfig> {
    vec![";

const LAYERS: &[(LayerKind, &str)] = &[
    (LayerKind::Timeout, "        LayerConfig::Timeout(TimeoutConfig {
            connect: «timeout.connect»,
            attempt: «timeout.attempt»,
            call: «timeout.call»,
        }),"),
    (LayerKind::Retry, "        LayerConfig::Retry(RetryConfig {
            attempts: «retry.max_attempts»,
            backoff: BackoffConfig {
                base: «retry.base»,
                growth: Growth::«retry.growth»,
                growth: Growth::Exponential { factor_per_mille: «retry.growth_factor» },
                cap: «retry.cap»,
                jitter: Jitter::«retry.jitter»,
                jitter: Jitter::PlusMinusShare { per_mille: «retry.jitter_plus_minus_share» },
                jitter: Jitter::AddedShare { per_mille: «retry.jitter_added_share» },
                jitter: Jitter::AddedTime { time: «retry.jitter_added_time» },
                jitter: Jitter::PlusMinusTime { time: «retry.jitter_plus_minus_time» },
            },
            budget: None,«!retry.budget»
            budget: Some(BudgetConfig::Traffic {«?retry.budget_ratio»
                per_ten_thousand: «retry.budget_ratio»,
                min_per_second: «retry.budget_min_per_second»,
                ttl: «retry.budget_window»,
            }),«?retry.budget_ratio»
            budget: Some(BudgetConfig::InFlight {«?retry.budget_in_flight_ratio»
                per_ten_thousand: «retry.budget_in_flight_ratio»,
                floor: «retry.budget_min_in_flight»,
            }),«?retry.budget_in_flight_ratio»
            budget: Some(BudgetConfig::Tokens {«?retry.budget_tokens»
                tokens: «retry.budget_tokens»,
                success_refill_per_ten_thousand: «retry.budget_success_refill»,
            }),«?retry.budget_tokens»
            budget: Some(BudgetConfig::Quota {«?retry.budget_capacity»
                capacity: «retry.budget_capacity»,
                cost: «retry.budget_cost»,
                throttled_cost: «retry.budget_throttled_cost»,
            }),«?retry.budget_capacity»
            budget: Some(BudgetConfig::Bucket {«?retry.budget_bucket_size»
                tokens: «retry.budget_bucket_size»,
                call_refill_per_ten_thousand: «retry.budget_call_refill»,
            }),«?retry.budget_bucket_size»
            budget: Some(BudgetConfig::FailureRate {«?retry.budget_max_failure_rate»
                per_ten_thousand: «retry.budget_max_failure_rate»,
            }),«?retry.budget_max_failure_rate»
            max_retry_after: Some(«retry.max_retry_after»),
            max_retry_after: None,«!retry.max_retry_after»
            pause: «retry.pause»,
            pause: true,«!retry.pause»
        }),"),
    (LayerKind::Breaker, "        LayerConfig::Breaker(BreakerConfig {
            window: Window::Time(«breaker.window_duration»),
            window: Window::Count(«breaker.window_calls»),
            window: Window::Consecutive,«?breaker.consecutive»
            failures: Some(«breaker.failures»),
            failures: None,«!breaker.failures»
            failure_rate: Some(Rate::per_ten_thousand(«breaker.failure_rate»)),
            failure_rate: None,«!breaker.failure_rate»
            slow_rate: Some(SlowRate {«?breaker.slow_rate»
                threshold: «breaker.slow_threshold»,
                rate: Rate::per_ten_thousand(«breaker.slow_rate»),
            }),«?breaker.slow_rate»
            slow_rate: None,«!breaker.slow_rate»
            min_calls: «breaker.min_calls»,
            overdue: Some(Overdue {«?breaker.overdue_calls»
                calls: «breaker.overdue_calls»,
                share: Some(Rate::per_ten_thousand(«breaker.overdue_share»)),
                share: None,«?breaker.overdue_calls»«!breaker.overdue_share»
                after: «breaker.overdue_after»,
            }),«?breaker.overdue_calls»
            overdue: None,«!breaker.overdue_calls»
            cooldown: BackoffConfig {
                base: «breaker.cooldown»,
                growth: Growth::«breaker.cooldown_growth»,
                growth: Growth::Exponential { factor_per_mille: «breaker.cooldown_factor» },
                cap: «breaker.cooldown_cap»,
                jitter: Jitter::«breaker.cooldown_jitter»,
                jitter: Jitter::PlusMinusShare { per_mille: «breaker.cooldown_jitter_plus_minus_share» },
                jitter: Jitter::AddedShare { per_mille: «breaker.cooldown_jitter_added_share» },
                jitter: Jitter::AddedTime { time: «breaker.cooldown_jitter_added_time» },
                jitter: Jitter::PlusMinusTime { time: «breaker.cooldown_jitter_plus_minus_time» },
            },
            max_retry_after: Some(«breaker.max_retry_after»),
            max_retry_after: None,«!breaker.max_retry_after»
            trials: «breaker.trials»,
            trials_to_close: «breaker.trials_to_close»,
            strict_trials: «breaker.strict_trials»,
            trial_timeout: «breaker.trial_timeout»,
            half_open_timeout: Some(HalfOpenTimeout {«?breaker.half_open_timeout»
                after: «breaker.half_open_timeout»,
                then: HalfOpenEnd::«breaker.after_half_open_timeout»,
            }),«?breaker.half_open_timeout»
            half_open_timeout: None,«!breaker.half_open_timeout»
        }),"),
    (LayerKind::Fallback, "        LayerConfig::Fallback(FallbackConfig {
            max_stale_age: Some(«fallback.max_stale_age»),
            max_stale_age: None,«!fallback.max_stale_age»
            otherwise: Otherwise::«fallback.otherwise»,
            otherwise: Otherwise::Unavailable { retry_after: «fallback.retry_after» },
        }),"),
    (LayerKind::Bulkhead, "        LayerConfig::Bulkhead(BulkheadConfig {
            slots: «bulkhead.max_concurrent»,
            queue: «bulkhead.queue»,
            max_wait: «bulkhead.max_wait»,
        }),"),
    (LayerKind::Throttle, "        LayerConfig::Throttle(ThrottleConfig {
            k_per_mille: «throttle.k»,
            window: «throttle.window»,
        }),"),
    (LayerKind::RateLimiter, "        LayerConfig::RateLimiter(RateLimitConfig {
            permits: «rate_limiter.permits»,
            period: «rate_limiter.period»,
            burst: «rate_limiter.burst»,
        }),"),
    (LayerKind::Hedge, "        LayerConfig::Hedge(HedgeConfig {
            delay: «hedge.delay»,
            attempts: «hedge.attempts»,
            budget: Some(Rate::per_ten_thousand(«hedge.budget»)),
            budget: None,«!hedge.budget»
        }),"),
];

/// Settings whose paths are their own keys, each with its value if nothing is written.
macro_rules! same {
    ($($key:literal: $form:expr $(, $unset:literal)?;)*) => {
        &[$(Row::key($key, $key, $form, concat!("" $(, $unset)?))),*]
    };
}

const GROWTHS: Form = Form::Word(&[
    ("constant", "Constant"),
    ("linear", "Linear"),
    ("fibonacci", "Fibonacci"),
    ("mersenne", "Mersenne"),
]);

const JITTERS: Form = Form::Word(&[
    ("none", "None"),
    ("full", "Full"),
    ("equal", "Equal"),
    ("decorrelated", "Decorrelated"),
    ("smooth_decorrelated", "SmoothDecorrelated"),
]);

const TIMEOUT: &[Row] = same! {
    "timeout.connect": TIME;
    "timeout.attempt": TIME;
    "timeout.call": TIME;
};

const RETRY: &[Row] = same! {
    "retry.max_attempts": NUMBER;
    "retry.base": TIME;
    "retry.growth": GROWTHS;
    "retry.growth": Form::Present("exponential");
    "retry.growth_factor": NUMBER;
    "retry.cap": TIME;
    "retry.jitter": JITTERS;
    "retry.jitter": Form::Present("plus_minus_share");
    "retry.jitter": Form::Present("added_share");
    "retry.jitter": Form::Present("added_time");
    "retry.jitter": Form::Present("plus_minus_time");
    "retry.jitter_plus_minus_share": NUMBER;
    "retry.jitter_added_share": NUMBER;
    "retry.jitter_added_time": TIME;
    "retry.jitter_plus_minus_time": TIME;
};

const BUDGET: &[Row] = same! {
    "retry.budget": Form::Word(&[
        ("traffic", "Traffic"),
        ("in_flight", "InFlight"),
        ("tokens", "Tokens"),
        ("quota", "Quota"),
        ("bucket", "Bucket"),
        ("failure_rate", "FailureRate"),
    ]), "off";
    "retry.budget_ratio": NUMBER;
    "retry.budget_min_per_second": NUMBER;
    "retry.budget_window": TIME;
    "retry.budget_in_flight_ratio": NUMBER;
    "retry.budget_min_in_flight": NUMBER;
    "retry.budget_tokens": NUMBER;
    "retry.budget_success_refill": NUMBER;
    "retry.budget_capacity": NUMBER;
    "retry.budget_cost": NUMBER;
    "retry.budget_throttled_cost": NUMBER;
    "retry.budget_bucket_size": NUMBER;
    "retry.budget_call_refill": NUMBER;
    "retry.budget_max_failure_rate": NUMBER;
};

const RETRY_AFTER: &[Row] = same! {
    "retry.max_retry_after": TIME, "off";
    "retry.pause": Form::Flag, "true";
};

const WINDOW: &[Row] = &[
    Row::key(
        "breaker.window",
        "breaker.consecutive",
        Form::Word(&[("consecutive", "Consecutive")]),
        "",
    ),
    Row::key("breaker.window", "breaker.time", Form::Present("time"), ""),
    Row::key("breaker.window", "breaker.count", Form::Present("count"), ""),
];

const BREAKER: &[Row] = same! {
    "breaker.window_duration": TIME;
    "breaker.window_calls": NUMBER;
    "breaker.failures": NUMBER, "off";
    "breaker.failure_rate": NUMBER, "off";
    "breaker.slow_rate": NUMBER, "off";
    "breaker.slow_threshold": TIME;
    "breaker.min_calls": NUMBER;
    "breaker.overdue_calls": NUMBER, "off";
    "breaker.overdue_share": NUMBER, "off";
    "breaker.overdue_after": TIME;
};

const COOLDOWN: &[Row] = same! {
    "breaker.cooldown": TIME;
    "breaker.cooldown_growth": GROWTHS;
    "breaker.cooldown_growth": Form::Present("exponential");
    "breaker.cooldown_factor": NUMBER;
    "breaker.cooldown_cap": TIME;
    "breaker.cooldown_jitter": JITTERS;
    "breaker.cooldown_jitter": Form::Present("plus_minus_share");
    "breaker.cooldown_jitter": Form::Present("added_share");
    "breaker.cooldown_jitter": Form::Present("added_time");
    "breaker.cooldown_jitter": Form::Present("plus_minus_time");
    "breaker.cooldown_jitter_plus_minus_share": NUMBER;
    "breaker.cooldown_jitter_added_share": NUMBER;
    "breaker.cooldown_jitter_added_time": TIME;
    "breaker.cooldown_jitter_plus_minus_time": TIME;
};

const TRIALS: &[Row] = same! {
    "breaker.max_retry_after": TIME, "off";
    "breaker.trials": NUMBER;
    "breaker.trials_to_close": NUMBER;
    "breaker.strict_trials": Form::Flag;
    "breaker.trial_timeout": TIME;
    "breaker.half_open_timeout": TIME, "off";
    "breaker.after_half_open_timeout": Form::Word(&[("open", "Open"), ("closed", "Close")]);
};

const FALLBACK: &[Row] = same! {
    "fallback.max_stale_age": TIME, "off";
    "fallback.otherwise": Form::Word(&[("substitute", "Substitute"), ("default", "Default")]);
    "fallback.otherwise": Form::Present("unavailable");
    "fallback.retry_after": TIME;
};

const BULKHEAD: &[Row] = same! {
    "bulkhead.max_concurrent": NUMBER;
    "bulkhead.queue": NUMBER;
    "bulkhead.max_wait": TIME;
};

const THROTTLE: &[Row] = same! {
    "throttle.k": NUMBER;
    "throttle.window": TIME;
};

const RATE_LIMITER: &[Row] = same! {
    "rate_limiter.permits": NUMBER;
    "rate_limiter.period": TIME;
    "rate_limiter.burst": NUMBER;
};

const HEDGE: &[Row] = same! {
    "hedge.delay": TIME;
    "hedge.attempts": NUMBER;
    "hedge.budget": NUMBER, "off";
};

//! The settings of the policies that are layers, but for the breaker's.

use super::backoff::{HasBackoff, Keys, backoff};
use super::budget::BUDGET;
use super::kind::{Kind, count, factor, time};
use super::table::{Access, Item, Table, setting};
use fusebox::time::Duration;
use fusebox::{
    BackoffConfig, BulkheadConfig, FallbackConfig, HedgeConfig, Otherwise, RetryConfig,
    ThrottleConfig, TimeoutConfig,
};

/// The settings of the limits of time.
pub const TIMEOUT: &Table<TimeoutConfig> = &Table {
    name: "timeout",
    fresh: TimeoutConfig::default,
    items: &[&[
        setting(
            "connect",
            "To connect",
            "How long making a connection may take.",
            time(TimeoutConfig::CONNECT),
            Access::Time(|timeout| Some(&mut timeout.connect)),
        ),
        setting(
            "attempt",
            "For an attempt",
            "How long one attempt may take, where this layer is inside of the retries.",
            time(TimeoutConfig::ATTEMPT),
            Access::Time(|timeout| Some(&mut timeout.attempt)),
        ),
        setting(
            "call",
            "For the call",
            "How long the whole call may take, with its waits and retries.",
            time(TimeoutConfig::CALL),
            Access::Time(|timeout| Some(&mut timeout.call)),
        ),
    ]],
    one_of: &[],
};

/// The settings of retries, of their backoff and of their budget.
pub const RETRY: &Table<RetryConfig> = &Table {
    name: "retry",
    fresh: RetryConfig::default,
    items: &[
        &[setting(
            "max_attempts",
            "Attempts",
            "The most attempts for each call, the first included.",
            count("attempts", RetryConfig::ATTEMPTS),
            Access::Number(|retry| Some(&mut retry.attempts)),
        )],
        &DELAY,
        BUDGET,
    ],
    one_of: &[],
};

const DELAY: [Item<RetryConfig>; 9] = backoff(
    &Keys {
        base: "base",
        growth: "growth",
        factor: "growth_factor",
        cap: "cap",
        jitter: "jitter",
        spread: "jitter_plus_minus_share",
        share: "jitter_added_share",
        add: "jitter_added_time",
        around: "jitter_plus_minus_time",
    },
    "Base delay",
    "The wait before the first retry.",
);

impl HasBackoff for RetryConfig {
    fn backoff(&mut self) -> &mut BackoffConfig {
        &mut self.backoff
    }

    fn backoff_ref(&self) -> &BackoffConfig {
        &self.backoff
    }
}

/// The settings of the answer in place of the dependency's.
pub const FALLBACK: &Table<FallbackConfig> = &Table {
    name: "fallback",
    fresh: FallbackConfig::default,
    items: &[&[
        setting(
            "max_stale_age",
            "Stale answers",
            "The oldest cached answer that is still served.",
            time(FallbackConfig::MAX_STALE_AGE),
            Access::TimeOrOff(|fallback| Some(&mut fallback.max_stale_age)),
        ),
        setting(
            "otherwise",
            "Otherwise",
            "What is answered without such a cached answer: that of a substitute, a fixed one, or 503.",
            Kind::Choice(&["substitute", "default", "unavailable"]),
            Access::Choice(|fallback| Some(otherwise_word(fallback.otherwise)), set_otherwise),
        ),
        setting(
            "retry_after",
            "Retry-After",
            "The wait that a 503 asks for, where the rejection itself names none.",
            time(FallbackConfig::RETRY_AFTER),
            Access::Time(|fallback: &mut FallbackConfig| match &mut fallback.otherwise {
                Otherwise::Unavailable { retry_after } => Some(retry_after),
                _ => None,
            }),
        )
        .when("otherwise", &["unavailable"]),
    ]],
    one_of: &[],
};

const fn otherwise_word(otherwise: Otherwise) -> &'static str {
    match otherwise {
        Otherwise::Substitute => "substitute",
        Otherwise::Default => "default",
        Otherwise::Unavailable { .. } => "unavailable",
    }
}

fn set_otherwise(fallback: &mut FallbackConfig, word: &str) {
    if otherwise_word(fallback.otherwise) != word {
        fallback.otherwise = match word {
            "substitute" => Otherwise::Substitute,
            "default" => Otherwise::Default,
            _ => Otherwise::Unavailable { retry_after: Duration::from_secs(5) },
        };
    }
}

/// The settings of a bulkhead.
pub const BULKHEAD: &Table<BulkheadConfig> = &Table {
    name: "bulkhead",
    fresh: BulkheadConfig::default,
    items: &[&[
        setting(
            "max_concurrent",
            "Slots",
            "Calls at the same time; 0 refuses everything.",
            count("calls", BulkheadConfig::SLOTS),
            Access::Number(|bulkhead| Some(&mut bulkhead.slots)),
        ),
        setting(
            "queue",
            "Queue",
            "Callers that may wait for a slot.",
            count("callers", BulkheadConfig::QUEUE),
            Access::Number(|bulkhead| Some(&mut bulkhead.queue)),
        ),
        setting(
            "max_wait",
            "Longest wait",
            "The longest that one waits for a slot.",
            time(BulkheadConfig::MAX_WAIT),
            Access::Time(|bulkhead| Some(&mut bulkhead.max_wait)),
        ),
    ]],
    one_of: &[],
};

/// The settings of hedging.
pub(super) const HEDGE: &Table<HedgeConfig> = &Table {
    name: "hedge",
    fresh: HedgeConfig::default,
    items: &[&[
        setting(
            "delay",
            "Delay",
            "Send the next attempt when none has been answered for this long.",
            time(HedgeConfig::DELAY),
            Access::Time(|hedge| Some(&mut hedge.delay)),
        ),
        setting(
            "attempts",
            "Attempts in flight",
            "Most attempts beside each other, the first included.",
            count("attempts", HedgeConfig::ATTEMPTS),
            Access::Number(|hedge| Some(&mut hedge.attempts)),
        ),
    ]],
    one_of: &[],
};

/// The settings of an adaptive throttle.
pub const THROTTLE: &Table<ThrottleConfig> = &Table {
    name: "throttle",
    fresh: ThrottleConfig::default,
    items: &[&[
        setting(
            "k",
            "K",
            "The requests that are sent for each that is accepted, before calls are turned away.",
            factor(ThrottleConfig::K_PER_MILLE),
            Access::Number(|throttle| Some(&mut throttle.k_per_mille)),
        ),
        setting(
            "window",
            "Window",
            "How long a request is remembered.",
            time(ThrottleConfig::WINDOW),
            Access::Time(|throttle| Some(&mut throttle.window)),
        ),
    ]],
    one_of: &[],
};

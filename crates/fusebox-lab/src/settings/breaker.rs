//! The settings of a circuit breaker.

use super::backoff::{HasBackoff, Keys, backoff};
use super::kind::{Kind, Value, count, per_ten_thousand, time};
use super::table::{Access, Item, Table, setting};
use fusebox::time::Duration;
use fusebox::{
    BackoffConfig, BreakerConfig, HalfOpenEnd, HalfOpenTimeout, Overdue, Rate, SlowRate, Window,
};

/// The settings of a circuit breaker.
pub const BREAKER: &Table<BreakerConfig> = &Table {
    name: "breaker",
    fresh: BreakerConfig::default,
    items: &[WINDOW, RULES, &COOLDOWN, TRIALS],
    one_of: &[],
};

impl HasBackoff for BreakerConfig {
    fn backoff(&mut self) -> &mut BackoffConfig {
        &mut self.cooldown
    }

    fn backoff_ref(&self) -> &BackoffConfig {
        &self.cooldown
    }
}

const WITH_RATES: &[&str] = &["time", "count"];

const WINDOW: &[Item<BreakerConfig>] = &[
    setting(
        "window",
        "Window",
        "Which calls the rules look at: those of the last while, the last so many, or the failures since the last success.",
        Kind::Choice(&["time", "count", "consecutive"]),
        Access::Choice(|breaker| Some(window_word(breaker.window)), set_window),
    ),
    setting(
        "window_duration",
        "Window, length",
        "How long a call is remembered.",
        time(Window::LENGTH),
        Access::Time(|breaker: &mut BreakerConfig| match &mut breaker.window {
            Window::Time(length) => Some(length),
            _ => None,
        }),
    )
    .when("window", &["time"]),
    setting(
        "window_calls",
        "Window, calls",
        "How many calls are remembered; the failures and the least calls of a rate follow it down.",
        count("calls", Window::CALLS),
        Access::Number(|breaker: &mut BreakerConfig| match &mut breaker.window {
            Window::Count(calls) => Some(calls),
            _ => None,
        }),
    )
    .when("window", &["count"])
    .then(fit_window),
];

const RULES: &[Item<BreakerConfig>] = &[
    setting(
        "failures",
        "Failures",
        "So many failures in the window open the breaker, in which they must have room.",
        count("failures", BreakerConfig::FAILURES),
        Access::NumberOrOff(|breaker| Some(&mut breaker.failures)),
    ),
    setting(
        "failure_rate",
        "Failure rate",
        "So large a share of failures in the window opens the breaker.",
        per_ten_thousand(Rate::PER_TEN_THOUSAND),
        Access::Any {
            optional: true,
            read: |breaker: &BreakerConfig| {
                has_rates(breaker).then(|| rate_value(breaker.failure_rate))
            },
            write: |breaker: &mut BreakerConfig, value| {
                if has_rates(breaker) {
                    breaker.failure_rate = value_rate(value);
                }
            },
        },
    )
    .when("window", WITH_RATES)
    .then(fit_window),
    setting(
        "slow_rate",
        "Slow rate",
        "So large a share of slow calls in the window opens the breaker.",
        per_ten_thousand(Rate::PER_TEN_THOUSAND),
        Access::Any {
            optional: true,
            read: |breaker: &BreakerConfig| {
                has_rates(breaker).then(|| rate_value(breaker.slow_rate.map(|slow| slow.rate)))
            },
            write: set_slow_rate,
        },
    )
    .when("window", WITH_RATES)
    .then(fit_window),
    setting(
        "slow_threshold",
        "Slow after",
        "A call is slow if it took longer than this.",
        time(SlowRate::THRESHOLD),
        Access::Time(|breaker: &mut BreakerConfig| {
            breaker.slow_rate.as_mut().map(|slow| &mut slow.threshold)
        }),
    )
    .when("slow_rate", &[]),
    setting(
        "min_calls",
        "Least calls",
        "The rates hold from so many calls in the window on, in which they must have room.",
        count("calls", BreakerConfig::MIN_CALLS),
        Access::Number(|breaker| Some(&mut breaker.min_calls)),
    ),
    setting(
        "overdue_calls",
        "Overdue calls",
        "So many calls that are under way for too long open the breaker, before the first has failed.",
        count("calls", Overdue::CALLS),
        Access::Any {
            optional: true,
            read: |breaker| {
                Some(breaker.overdue.map_or(Value::Off, |overdue| Value::Number(overdue.calls)))
            },
            write: set_overdue_calls,
        },
    ),
    setting(
        "overdue_after",
        "Overdue after",
        "A call is overdue when it has been under way for this long.",
        time(Overdue::AFTER),
        Access::Time(|breaker: &mut BreakerConfig| {
            breaker.overdue.as_mut().map(|overdue| &mut overdue.after)
        }),
    )
    .when("overdue_calls", &[]),
];

const COOLDOWN: [Item<BreakerConfig>; 9] = backoff(
    &Keys {
        base: "cooldown",
        growth: "cooldown_growth",
        factor: "cooldown_factor",
        cap: "cooldown_cap",
        jitter: "cooldown_jitter",
        spread: "cooldown_jitter_plus_minus_share",
        share: "cooldown_jitter_added_share",
        add: "cooldown_jitter_added_time",
        around: "cooldown_jitter_plus_minus_time",
    },
    "Cooldown",
    "How long an open breaker lets nothing through.",
);

const TRIALS: &[Item<BreakerConfig>] = &[
    setting(
        "max_retry_after",
        "Retry-After up to",
        "The Retry-After of the failure that opened the breaker takes the cooldown's place, up to this.",
        time(BreakerConfig::MAX_RETRY_AFTER),
        Access::TimeOrOff(|breaker| Some(&mut breaker.max_retry_after)),
    ),
    setting(
        "trials",
        "Trials",
        "The calls that a half-open breaker lets through.",
        count("calls", BreakerConfig::TRIALS),
        Access::Number(|breaker: &mut BreakerConfig| Some(&mut breaker.trials)),
    )
    .then(|breaker| breaker.trials_to_close = breaker.trials_to_close.min(breaker.trials)),
    setting(
        "trials_to_close",
        "Trials to close",
        "How many of the trials must succeed to close it; no more than there are, which lower it.",
        count("calls", BreakerConfig::TRIALS),
        Access::Number(|breaker| Some(&mut breaker.trials_to_close)),
    ),
    setting(
        "trial_timeout",
        "Lease",
        "After this a trial without a report loses its permit.",
        time(BreakerConfig::TRIAL_TIMEOUT),
        Access::Time(|breaker| Some(&mut breaker.trial_timeout)),
    ),
    setting(
        "half_open_timeout",
        "Half-open timeout",
        "The longest that the breaker stays half-open, counted from its first trial.",
        time(HalfOpenTimeout::AFTER),
        Access::Any {
            optional: true,
            read: |breaker| {
                Some(
                    breaker
                        .half_open_timeout
                        .map_or(Value::Off, |timeout| Value::Time(timeout.after)),
                )
            },
            write: set_half_open_timeout,
        },
    ),
    setting(
        "after_half_open_timeout",
        "After the half-open timeout",
        "The state of the breaker after the half-open timeout.",
        Kind::Choice(&["open", "closed"]),
        Access::Choice(
            |breaker: &BreakerConfig| {
                breaker.half_open_timeout.map(|timeout| verdict_word(timeout.then))
            },
            |breaker, word| {
                if let Some(timeout) = &mut breaker.half_open_timeout {
                    timeout.then =
                        if word == "open" { HalfOpenEnd::Open } else { HalfOpenEnd::Close };
                }
            },
        ),
    )
    .when("half_open_timeout", &[]),
];

const fn window_word(window: Window) -> &'static str {
    match window {
        Window::Time(_) => "time",
        Window::Count(_) => "count",
        Window::Consecutive => "consecutive",
    }
}

/// Rates have no meaning in consecutive failures, so they go, and a breaker left without any rule
/// gets that of its default.
fn set_window(breaker: &mut BreakerConfig, word: &str) {
    if window_word(breaker.window) == word {
        return;
    }
    let default = BreakerConfig::default();
    breaker.window = match word {
        "time" => default.window,
        "count" => Window::Count(100),
        _ => Window::Consecutive,
    };
    if !has_rates(breaker) {
        (breaker.failure_rate, breaker.slow_rate) = (None, None);
        if breaker.overdue.is_none() {
            breaker.failures = breaker.failures.or(default.failures);
        }
    }
    fit_window(breaker);
}

/// Failures must have room in the window, and so must the least calls of a rate where there is one.
fn fit_window(breaker: &mut BreakerConfig) {
    let has_rate = breaker.failure_rate.is_some() || breaker.slow_rate.is_some();
    if let Window::Count(calls) = breaker.window {
        breaker.failures = breaker.failures.map(|failures| failures.min(calls));
        breaker.min_calls = breaker.min_calls.min(if has_rate { calls } else { u32::MAX });
    }
}

fn has_rates(breaker: &BreakerConfig) -> bool {
    breaker.window != Window::Consecutive
}

fn rate_value(rate: Option<Rate>) -> Value {
    rate.map_or(Value::Off, |rate| Value::Number(rate.as_per_ten_thousand()))
}

fn value_rate(value: &Value) -> Option<Rate> {
    match *value {
        Value::Number(share) => Some(Rate::per_ten_thousand(share)),
        _ => None,
    }
}

fn set_slow_rate(breaker: &mut BreakerConfig, value: &Value) {
    if has_rates(breaker) {
        let before = breaker.slow_rate.map_or(Duration::from_secs(1), |slow| slow.threshold);
        breaker.slow_rate = value_rate(value).map(|rate| SlowRate { threshold: before, rate });
    }
}

fn set_overdue_calls(breaker: &mut BreakerConfig, value: &Value) {
    let after = breaker.overdue.map_or(Duration::from_secs(10), |overdue| overdue.after);
    breaker.overdue = match *value {
        Value::Number(calls) => Some(Overdue { calls, after }),
        _ => None,
    };
}

const fn verdict_word(verdict: HalfOpenEnd) -> &'static str {
    match verdict {
        HalfOpenEnd::Open => "open",
        HalfOpenEnd::Close => "closed",
    }
}

fn set_half_open_timeout(breaker: &mut BreakerConfig, value: &Value) {
    let then = breaker.half_open_timeout.map_or(HalfOpenEnd::Open, |timeout| timeout.then);
    breaker.half_open_timeout = match *value {
        Value::Time(after) => Some(HalfOpenTimeout { after, then }),
        _ => None,
    };
}

//! The settings of a circuit breaker.

use super::backoff::{HasBackoff, backoff};
use super::kind::{Kind, Scale, Value};
use super::table::{Item, Table, choose, word, words};
use fusebox::time::Duration;
use fusebox::{
    BackoffConfig, BreakerConfig, HalfOpenEnd, HalfOpenTimeout, Overdue, Rate, SlowRate, Window,
};

type Breaker = Item<BreakerConfig>;

pub(super) const BREAKER: &Table<BreakerConfig> =
    &Table::new("breaker", BreakerConfig::default, &[WINDOW, RULES, &COOLDOWN, TRIALS]);

impl HasBackoff for BreakerConfig {
    fn backoff(&mut self) -> &mut BackoffConfig {
        &mut self.cooldown
    }
}

const WINDOWS: [(&str, Window); 3] = [
    ("time", Window::Time(Duration::from_secs(10))),
    ("count", Window::Count(100)),
    ("consecutive", Window::Consecutive),
];

const WITH_RATES: &[&str] = &["time", "count"];

const RATE: Kind = Kind::number(Scale::PerTenThousand, &Rate::PER_TEN_THOUSAND);

const WINDOW: &[Breaker] = &[
    Breaker::choice(
        "window",
        &words(&WINDOWS),
        |it| Some(word(&WINDOWS, &it.window)),
        |it, to| choose(&WINDOWS, &mut it.window, to),
    )
    .label("Window")
    .help("Which calls count: by time, by number, or the failures since the last success.")
    .then(fit_window),
    Breaker::time("window_duration", Window::LENGTH, |it| match &mut it.window {
        Window::Time(length) => Some(length),
        _ => None,
    })
    .label("Window duration")
    .help("How long a call counts.")
    .when("window", &["time"]),
    Breaker::number("window_calls", "calls", Window::CALLS, |it| match &mut it.window {
        Window::Count(calls) => Some(calls),
        _ => None,
    })
    .label("Window size")
    .help("The number of calls that count; failures and minimum calls cannot exceed it.")
    .when("window", &["count"])
    .then(fit_window),
];

const RULES: &[Breaker] = &[
    Breaker::any(
        "failures",
        Kind::number(Scale::Whole("failures"), &BreakerConfig::FAILURES),
        |it| Some(it.failures.map_or(Value::Off, Value::Number)),
        |it, value| it.failures = value.number(),
    )
    .optional()
    .label("Failures")
    .help("Open at this number of failures in the window, which must have room for them."),
    Breaker::any(
        "failure_rate",
        RATE,
        |it| has_rates(it).then(|| rate_value(it.failure_rate)),
        |it, value| it.failure_rate = value.number().map(Rate::per_ten_thousand),
    )
    .optional()
    .label("Failure rate")
    .help("Open at this share of failures in the window.")
    .when("window", WITH_RATES)
    .then(fit_window),
    Breaker::any(
        "slow_rate",
        RATE,
        |it| has_rates(it).then(|| rate_value(it.slow_rate.map(|slow| slow.rate))),
        |it, value| {
            let threshold = it.slow_rate.map_or(Duration::from_secs(1), |slow| slow.threshold);
            let rate = value.number().map(Rate::per_ten_thousand);
            it.slow_rate = rate.map(|rate| SlowRate { threshold, rate });
        },
    )
    .optional()
    .label("Slow rate")
    .help("Open at this share of slow calls in the window.")
    .when("window", WITH_RATES)
    .then(fit_window),
    Breaker::time("slow_threshold", SlowRate::THRESHOLD, |it| {
        it.slow_rate.as_mut().map(|slow| &mut slow.threshold)
    })
    .label("Slow threshold")
    .help("A call that takes longer than this is slow.")
    .when("slow_rate", &[]),
    Breaker::number("min_calls", "calls", BreakerConfig::MIN_CALLS, |it| Some(&mut it.min_calls))
        .label("Minimum calls")
        .help("The calls in the window before a rate counts; the window must have room for them."),
    Breaker::any(
        "overdue_calls",
        Kind::number(Scale::Whole("calls"), &Overdue::CALLS),
        |it| Some(it.overdue.map_or(Value::Off, |overdue| Value::Number(overdue.calls))),
        |it, value| {
            let default = Overdue { calls: 1, share: None, after: Duration::from_secs(10) };
            let overdue = it.overdue.unwrap_or(default);
            it.overdue = value.number().map(|calls| Overdue { calls, ..overdue });
        },
    )
    .optional()
    .label("Overdue calls")
    .help("Open at this number of overdue calls in flight, before any of them fails."),
    Breaker::any(
        "overdue_share",
        RATE,
        |it| it.overdue.map(|overdue| rate_value(overdue.share)),
        |it, value| {
            let share = value.number().map(Rate::per_ten_thousand);
            it.overdue = it.overdue.map(|overdue| Overdue { share, ..overdue });
        },
    )
    .optional()
    .label("Overdue share")
    .help("Open only if this share of the calls in flight is overdue too.")
    .when("overdue_calls", &[]),
    Breaker::time("overdue_after", Overdue::AFTER, |it| {
        it.overdue.as_mut().map(|overdue| &mut overdue.after)
    })
    .label("Overdue threshold")
    .help("A call in flight for this long is overdue.")
    .when("overdue_calls", &[]),
];

const COOLDOWN: [Breaker; 9] = backoff(
    [
        "cooldown",
        "cooldown_growth",
        "cooldown_factor",
        "cooldown_cap",
        "cooldown_jitter",
        "cooldown_jitter_plus_minus_share",
        "cooldown_jitter_added_share",
        "cooldown_jitter_added_time",
        "cooldown_jitter_plus_minus_time",
    ],
    "Cooldown",
    "The time for which an open breaker rejects every call.",
);

const ENDS: [(&str, HalfOpenEnd); 2] =
    [("open", HalfOpenEnd::Open), ("closed", HalfOpenEnd::Close)];

const TRIALS: &[Breaker] = &[
    Breaker::time_or_off("max_retry_after", BreakerConfig::MAX_RETRY_AFTER, |it| {
        Some(&mut it.max_retry_after)
    })
    .label("Maximum Retry-After")
    .help("Let the Retry-After of the last failure replace the cooldown, up to this time, plus jitter."),
    Breaker::number("trials", "calls", BreakerConfig::TRIALS, |it| Some(&mut it.trials))
        .label("Trials")
        .help("The calls that a half-open breaker lets through.")
        .then(|it| it.trials_to_close = it.trials_to_close.min(it.trials)),
    Breaker::number("trials_to_close", "calls", BreakerConfig::TRIALS, |it| {
        Some(&mut it.trials_to_close)
    })
    .label("Trials to close")
    .help("Close after this number of successful trials; at most the number of trials."),
    Breaker::flag("strict_trials", |it| Some(&mut it.strict_trials))
        .label("Strict trials")
        .help("Pass a trial only if it succeeds; otherwise any answer passes that is no failure."),
    Breaker::time("trial_timeout", BreakerConfig::TRIAL_TIMEOUT, |it| Some(&mut it.trial_timeout))
        .label("Trial timeout")
        .help("Give the place of a trial to another call after this time; a late success still counts."),
    Breaker::any(
        "half_open_timeout",
        Kind::time(&HalfOpenTimeout::AFTER),
        |it| Some(it.half_open_timeout.map_or(Value::Off, |timeout| Value::Time(timeout.after))),
        |it, value| {
            let then = it.half_open_timeout.map_or(HalfOpenEnd::Open, |timeout| timeout.then);
            it.half_open_timeout = value.time().map(|after| HalfOpenTimeout { after, then });
        },
    )
    .optional()
    .label("Half-open timeout")
    .help("The maximum time in half-open, from the first trial."),
    Breaker::choice(
        "after_half_open_timeout",
        &words(&ENDS),
        |it| it.half_open_timeout.map(|timeout| word(&ENDS, &timeout.then)),
        |it, to| {
            it.half_open_timeout.iter_mut().for_each(|it| choose(&ENDS, &mut it.then, to));
        },
    )
    .label("After the half-open timeout")
    .help("The state of the breaker after the half-open timeout.")
    .when("half_open_timeout", &[]),
];

/// What has no meaning in the window, or no room, follows it: rates are of no use among consecutive
/// failures, and a breaker that is left without any rule gets that of its default.
fn fit_window(breaker: &mut BreakerConfig) {
    if !has_rates(breaker) {
        (breaker.failure_rate, breaker.slow_rate) = (None, None);
        if breaker.overdue.is_none() {
            breaker.failures = breaker.failures.or(BreakerConfig::default().failures);
        }
    }
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

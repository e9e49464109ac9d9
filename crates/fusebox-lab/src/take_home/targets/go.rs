//! Go: failsafe-go, which has nearly all of our policies, and gobreaker.

use super::super::clock::{Clock, Style};
use super::super::form::Form;
use super::super::nearest::{breaker, factor_or_constant, in_a_row, retry, with_time};
use super::super::table::{Code, Order, Part, Row, Section, Syntax, Target};
use super::shared::{
    ALL_TRIALS, CONSTANT_COOLDOWN, LENIENT_TRIALS, NO_CALL, NO_CONNECT, NO_OVERDUE, NO_QUEUE_LIMIT,
    NO_RETRY_AFTER, NO_RETRY_AFTER_IN_BREAKER, NO_SLOW, TRIALS_END,
};
use fusebox::time::Duration;
use fusebox::{BreakerConfig, BudgetConfig, Jitter, LayerConfig, LayerKind, Rate, Window};

const CLOCK: Clock = Clock::new(Style::Go).step(Duration::from_micros(1));
const TIME: Form = Form::Time(CLOCK);
const POSITIVE: Form = Form::Time(CLOCK.min(Duration::MILLISECOND));
const COUNT: Form = Form::whole(1, u32::MAX);

pub(super) const FAILSAFE_GO: Target = Target {
    name: "failsafe-go",
    title: "failsafe-go",
    version: "0.9",
    file: "policies.go",
    sections: &[
        Section::new(LayerKind::Timeout, &[TIMEOUT]),
        Section::new(LayerKind::Retry, &[RETRY]),
        Section::new(
            LayerKind::Breaker,
            &[BREAKER, NO_SLOW, NO_OVERDUE, COOLDOWN, CONSTANT_COOLDOWN, TRIALS, TRIALS_END],
        ),
        Section::new(LayerKind::Bulkhead, &[BULKHEAD]),
        Section::new(LayerKind::Hedge, &[HEDGE]),
    ],
    lacks: &[
        (LayerKind::Fallback, "A fallback is code in failsafe-go: fallback.NewWithFunc."),
        (
            LayerKind::Throttle,
            "failsafe-go has an adaptive throttler with another rule: adaptivethrottler.",
        ),
        (
            LayerKind::RateLimiter,
            "failsafe-go has rate limiters without a burst to set: ratelimiter.",
        ),
    ],
    order: Order::Free,
    adapt: adapt_failsafe,
    remarks: &[
        (
            LayerKind::Breaker,
            "An error is a failure of the breaker unless HandleIf says otherwise; so is status 500 and above only if it does.",
        ),
        (
            LayerKind::Retry,
            "Every error is retried unless HandleIf and AbortIf say otherwise: leave out what may have taken effect.",
        ),
    ],
    syntax: Syntax::Code(&Code {
        comment: "//",
        parts: &[
            Part::Lines(FAILSAFE_HEAD),
            Part::Layers(FAILSAFE_LAYERS),
            Part::Lines("\treturn failsafe.With[*http.Response]("),
            Part::Layers(&[
                (LayerKind::Timeout, "\t\tattempt,"),
                (LayerKind::Retry, "\t\tretry,\n\t\tretries,«?budget.rate»"),
                (LayerKind::Breaker, "\t\tbreaker,"),
                (LayerKind::Bulkhead, "\t\tslots,"),
                (LayerKind::Hedge, "\t\thedge,"),
            ]),
            Part::Lines("\t)\n}"),
        ],
    }),
};

const FAILSAFE_HEAD: &str = "\
package resilience

import (
\t\"net/http\"
\t\"time\"

\t\"github.com/failsafe-go/failsafe-go\"
\t\"github.com/failsafe-go/failsafe-go/budget\"«?budget.rate»
\t\"github.com/failsafe-go/failsafe-go/bulkhead\"«?bulkhead.slots»
\t\"github.com/failsafe-go/failsafe-go/circuitbreaker\"«?breaker.delay»
\t\"github.com/failsafe-go/failsafe-go/hedgepolicy\"«?hedge.delay»
\t\"github.com/failsafe-go/failsafe-go/retrypolicy\"«?retry.attempts»
\t\"github.com/failsafe-go/failsafe-go/timeout\"«?timeout.attempt»
)

// Policies of calls to «name»: the first is the outermost.
func Policies() failsafe.Executor[*http.Response] {";

const FAILSAFE_LAYERS: &[(LayerKind, &str)] = &[
    (LayerKind::Timeout, "\tattempt := timeout.New[*http.Response](«timeout.attempt»)"),
    (
        LayerKind::Retry,
        "\
\tretry := retrypolicy.NewBuilder[*http.Response]().
\t\tWithMaxAttempts(«retry.attempts»).
\t\tWithDelay(«retry.delay»).
\t\tWithBackoffFactor(«retry.base», «retry.cap», «retry.factor»).
\t\tWithJitterFactor(«retry.jitter»).
\t\tWithJitter(«retry.jitter_time»).
\t\tAbortOnErrors(budget.ErrExceeded).«?budget.rate»
\t\tBuild()
\tretries := budget.NewBuilder[*http.Response]().«?budget.rate»
\t\tForRetries().«?budget.rate»
\t\tWithMaxRate(«budget.rate»).
\t\tWithMinConcurrency(«budget.min»).
\t\tBuild()«?budget.rate»",
    ),
    (
        LayerKind::Breaker,
        "\
\tbreaker := circuitbreaker.NewBuilder[*http.Response]().
\t\tWithFailureThreshold(«breaker.row»).
\t\tWithFailureThresholdRatio(«breaker.failures», «breaker.calls»).
\t\tWithFailureThresholdPeriod(«breaker.failures», «breaker.period»).
\t\tWithFailureRateThreshold(«breaker.rate», «breaker.min», «breaker.period»).
\t\tWithDelay(«breaker.delay»).
\t\tWithSuccessThresholdRatio(«breaker.successes», «breaker.trials»).
\t\tBuild()",
    ),
    (
        LayerKind::Bulkhead,
        "\
\tslots := bulkhead.NewBuilder[*http.Response](«bulkhead.slots»).
\t\tWithMaxWaitTime(«bulkhead.wait»).
\t\tBuild()",
    ),
    (
        LayerKind::Hedge,
        "\
\thedge := hedgepolicy.NewBuilderWithDelay[*http.Response](«hedge.delay»).
\t\tWithMaxHedges(«hedge.hedges»).
\t\tBuild()",
    ),
];

const TIMEOUT: &[Row] =
    &[NO_CONNECT, Row::key("timeout.attempt", "timeout.attempt", POSITIVE, "24h"), NO_CALL];

const RETRY: &[Row] = &[
    Row::key("retry.max_attempts", "retry.attempts", COUNT, "3"),
    Row::key("retry.base", "retry.delay", TIME, "0s").only("retry.growth", &["constant"]),
    Row::key("retry.base", "retry.base", POSITIVE, "0s").only("retry.growth", &["exponential"]),
    Row::key("retry.growth", "retry.growth", Form::Word(GROWTH), "constant")
        .note("A delay is constant or grows by a factor."),
    Row::key("retry.growth_factor", "retry.factor", Form::Factor, "2")
        .note("The factor is more than 1."),
    Row::key("retry.cap", "retry.cap", TIME, "24h").only("retry.growth", &["exponential"]).note(JITTER_AFTER),
    Row::key("retry.jitter", "retry.kind", Form::Word(JITTERS), "none").note(
        "Its jitter is a share or a time either way; half of the delay stands for other jitters, and it is \
         added after the cap.",
    ),
    Row::key("retry.jitter_plus_minus_share", "retry.jitter", Form::fraction(0, 10_000), "50%"),
    Row::key("retry.jitter_plus_minus_time", "retry.jitter_time", TIME, "0s"),
    Row::key("retry.budget", "budget.rate", Form::Present("in_flight"), "off")
        .note("Its budget is one of retries in flight."),
    Row::key("retry.budget_in_flight_ratio", "budget.rate", Form::fraction(0, 10_000), "20%"),
    Row::key("retry.budget_min_in_flight", "budget.min", Form::whole(0, u32::MAX), "3"),
    NO_RETRY_AFTER,
];

const GROWTH: &[(&str, &str)] = &[("constant", "constant"), ("exponential", "exponential")];
const JITTERS: &[(&str, &str)] =
    &[("none", "none"), ("plus_minus_share", "share"), ("plus_minus_time", "time")];
const JITTER_AFTER: &str = "Only a delay that grows has a cap, and jitter is added after it.";

const BREAKER: &[Row] = &[
    Row::key("breaker.window", "breaker.window", Form::Word(WINDOWS), "consecutive"),
    Row::key("breaker.window_duration", "breaker.period", POSITIVE, "10s"),
    Row::key("breaker.window_calls", "breaker.calls", COUNT, "1"),
    Row::key("breaker.failures", "breaker.row", COUNT, "off")
        .only("breaker.window", &["consecutive"]),
    Row::key("breaker.failures", "breaker.failures", COUNT, "off")
        .only("breaker.window", &["time", "count"])
        .note("It has one rule: the share if it has a length of time, and otherwise the number."),
    Row::key("breaker.failure_rate", "breaker.rate", Form::fraction(1, 10_000), "off")
        .note("A share among a number of calls is that number of failures among them."),
    Row::key("breaker.min_calls", "breaker.min", COUNT, "1").only("breaker.failures", &["off"]),
];

const WINDOWS: &[(&str, &str)] =
    &[("time", "time"), ("count", "count"), ("consecutive", "consecutive")];

const COOLDOWN: &[Row] = &[Row::key("breaker.cooldown", "breaker.delay", TIME, "60s")];

const TRIALS: &[Row] = &[
    NO_RETRY_AFTER_IN_BREAKER,
    Row::key("breaker.trials", "breaker.trials", COUNT, "1"),
    Row::key("breaker.trials_to_close", "breaker.successes", COUNT, "1"),
    LENIENT_TRIALS,
];

const BULKHEAD: &[Row] = &[
    Row::key("bulkhead.max_concurrent", "bulkhead.slots", COUNT, "1"),
    NO_QUEUE_LIMIT,
    Row::key("bulkhead.max_wait", "bulkhead.wait", TIME, "0s"),
];

const HEDGE: &[Row] = &[
    Row::key("hedge.delay", "hedge.delay", TIME, "0s"),
    Row::key("hedge.attempts", "hedge.hedges", Form::retries(1), "2"),
    Row::acts(
        "hedge.budget",
        "off",
        "Its budget for hedges would be one of hedges in flight: budget ForHedges.",
    ),
];

fn adapt_failsafe(layers: &mut [LayerConfig]) {
    if let Some(breaker) = breaker(layers) {
        one_rule(breaker);
    }
    if let Some(retry) = retry(layers) {
        factor_or_constant(&mut retry.backoff);
        let jitter = &mut retry.backoff.jitter;
        if !matches!(
            jitter,
            Jitter::None | Jitter::PlusMinusShare { .. } | Jitter::PlusMinusTime { .. }
        ) {
            *jitter = Jitter::PlusMinusShare { per_mille: 500 };
        }
        if !matches!(retry.budget, None | Some(BudgetConfig::InFlight { .. })) {
            retry.budget = Some(BudgetConfig::ENVOY);
        }
    }
}

/// One rule on failures, in a form that failsafe-go has.
fn one_rule(breaker: &mut BreakerConfig) {
    (breaker.slow_rate, breaker.overdue) = (None, None);
    match (breaker.window, breaker.failure_rate) {
        (Window::Time(_), Some(_)) => breaker.failures = None,
        (Window::Count(calls), Some(rate)) if breaker.failures.is_none() => {
            let failures = u64::from(calls) * u64::from(rate.as_per_ten_thousand());
            breaker.failures = u32::try_from(failures.div_ceil(10_000).max(1)).ok();
            breaker.failure_rate = None;
        }
        _ => {
            breaker.failure_rate = None;
            breaker.failures = breaker.failures.or(BreakerConfig::default().failures);
        }
    }
    if let (Window::Count(calls), Some(failures)) = (breaker.window, &mut breaker.failures) {
        *failures = (*failures).min(calls);
    }
}

pub(super) const GOBREAKER: Target = Target {
    name: "gobreaker",
    title: "gobreaker",
    version: "2.4",
    file: "breaker.go",
    sections: &[Section::new(
        LayerKind::Breaker,
        &[GO_BREAKER, NO_SLOW, NO_OVERDUE, GO_COOLDOWN, CONSTANT_COOLDOWN, GO_TRIALS, TRIALS_END],
    )],
    lacks: &[
        (LayerKind::Timeout, "gobreaker is a breaker alone: take the timeouts from a context."),
        (LayerKind::Retry, "gobreaker is a breaker alone; failsafe-go has retries."),
        (LayerKind::Fallback, "gobreaker is a breaker alone; a fallback is code around it."),
        (LayerKind::Bulkhead, "gobreaker is a breaker alone; failsafe-go has a bulkhead."),
        (
            LayerKind::Throttle,
            "gobreaker is a breaker alone; failsafe-go has an adaptive throttler.",
        ),
        (LayerKind::RateLimiter, "gobreaker is a breaker alone; failsafe-go has rate limiters."),
        (LayerKind::Hedge, "gobreaker is a breaker alone; failsafe-go has hedging."),
    ],
    order: Order::Free,
    adapt: adapt_gobreaker,
    remarks: &[(
        LayerKind::Breaker,
        "ReadyToTrip is asked at failures alone, and its Requests count from admission, so calls in flight \
         lower a share. An error is a failure unless IsSuccessful says otherwise.",
    )],
    syntax: Syntax::Code(&Code { comment: "//", parts: &[Part::Lines(GOBREAKER_CODE)] }),
};

const GOBREAKER_CODE: &str = "\
package resilience

import (
\t\"net/http\"
\t\"time\"

\t\"github.com/sony/gobreaker/v2\"
)

// Breaker is around the calls to «name».
var Breaker = gobreaker.NewCircuitBreaker[*http.Response](gobreaker.Settings{
\tName:        \"«name»\",
\tMaxRequests: «trials»,
\tInterval:     «interval»,
\tBucketPeriod: «interval» / 10,
\tTimeout:     «timeout»,
\tReadyToTrip: func(counts gobreaker.Counts) bool {
\t\tif counts.ConsecutiveFailures >= «row» {
\t\t\treturn true«?row»
\t\t}«?row»
\t\tif counts.TotalFailures >= «failures» {
\t\t\treturn true«?failures»
\t\t}«?failures»
\t\tif counts.Requests >= «min» &&«?rate»
\t\t\tuint64(counts.TotalFailures)*10_000 >= uint64(counts.Requests)*uint64(«rate»*10_000) {
\t\t\treturn true«?rate»
\t\t}«?rate»
\t\treturn false
\t},
})";

const GO_BREAKER: &[Row] = &[
    Row::key("breaker.window", "window", Form::Word(WINDOWS), "consecutive")
        .note("Its window is a length of time, or failures in a row."),
    Row::key("breaker.window_duration", "interval", POSITIVE, "10s")
        .note("The window that stands for a number of calls; it forgets by tenths."),
    Row::key("breaker.failures", "row", COUNT, "off").only("breaker.window", &["consecutive"]),
    Row::key("breaker.failures", "failures", COUNT, "off").only("breaker.window", &["time"]),
    Row::key("breaker.failure_rate", "rate", Form::fraction(1, 10_000), "off"),
    Row::key("breaker.min_calls", "min", COUNT, "1"),
];

const GO_COOLDOWN: &[Row] = &[Row::key("breaker.cooldown", "timeout", POSITIVE, "60s")];

const GO_TRIALS: &[Row] = &[
    NO_RETRY_AFTER_IN_BREAKER,
    Row::key("breaker.trials", "trials", COUNT, "1"),
    ALL_TRIALS,
    LENIENT_TRIALS,
];

fn adapt_gobreaker(layers: &mut [LayerConfig]) {
    if let Some(breaker) = breaker(layers) {
        if breaker.window == Window::Consecutive {
            in_a_row(breaker);
        }
        with_time(breaker);
        (breaker.slow_rate, breaker.overdue) = (None, None);
        if breaker.failures.is_none() && breaker.failure_rate.is_none() {
            breaker.failure_rate = Some(Rate::percent(100));
        }
    }
}

//! Python: tenacity for retries, and pybreaker.

use super::super::clock::{Clock, Style};
use super::super::form::Form;
use super::super::nearest::{breaker, in_a_row, retry};
use super::super::table::{Code, Order, Part, Row, Section, Syntax, Target};
use super::shared::{
    ALL_TRIALS, CONSTANT_COOLDOWN, LENIENT_TRIALS, NO_BUDGET, NO_MINIMUM, NO_OVERDUE,
    NO_RETRY_AFTER, NO_RETRY_AFTER_IN_BREAKER, ROW_WINDOW, TRIALS_END,
};
use fusebox::{Growth, Jitter, LayerConfig, LayerKind};

pub(super) const PYTHON: Target = Target {
    name: "tenacity",
    title: "tenacity with pybreaker",
    version: "9.2 and 1.4",
    file: "resilience.py",
    sections: &[
        Section::new(LayerKind::Retry, &[RETRY]),
        Section::new(
            LayerKind::Breaker,
            &[BREAKER, NO_OVERDUE, CONSTANT_COOLDOWN, TRIALS, TRIALS_END],
        ),
    ],
    lacks: &[
        (
            LayerKind::Timeout,
            "The timeouts are settings of the HTTP client or the driver in Python.",
        ),
        (LayerKind::Fallback, "A fallback is code in Python: an except around the call."),
        (LayerKind::Bulkhead, "Neither has a bulkhead: use a semaphore."),
        (LayerKind::Throttle, "Neither has adaptive throttling."),
        (LayerKind::RateLimiter, "Neither has a rate limiter."),
        (LayerKind::Hedge, "Neither has hedging."),
    ],
    order: Order::Free,
    adapt,
    remarks: &[
        (
            LayerKind::Retry,
            "tenacity retries every exception: give it retry_if_exception_type without what may have taken \
             effect, and without pybreaker.CircuitBreakerError.",
        ),
        (
            LayerKind::Breaker,
            "Every exception is a failure of the breaker unless exclude names it: name those of errors of \
             the request.",
        ),
    ],
    syntax: Syntax::Code(&Code {
        comment: "#",
        parts: &[
            Part::Lines(HEAD),
            Part::FromInside(&[
                (LayerKind::Breaker, "    call = breaker(call)"),
                (LayerKind::Retry, "    call = retries.wraps(call)"),
            ]),
            Part::Lines("    return call"),
        ],
    }),
};

const HEAD: &str = "\
import pybreaker«?breaker.cooldown»
import tenacity«?retry.attempts»

retries = tenacity.Retrying(«?retry.attempts»
    stop=tenacity.stop_after_attempt(«retry.attempts»),
    wait=tenacity.wait_fixed(«retry.base»),«?retry.constant»«?retry.plain»
    wait=tenacity.wait_random(0, «retry.base»),«?retry.constant»«?retry.random»
    wait=tenacity.wait_incrementing(start=«retry.base», increment=«retry.base», max=«retry.cap»),«?retry.linear»
    wait=tenacity.wait_exponential(multiplier=«retry.base», exp_base=«retry.factor», max=«retry.cap»),«?retry.plain»
    wait=tenacity.wait_random_exponential(multiplier=«retry.base», exp_base=«retry.factor», max=«retry.cap»),«?retry.random»
    reraise=True,«?retry.attempts»
)«?retry.attempts»

breaker = pybreaker.CircuitBreaker(«?breaker.cooldown»
    name=\"«name»\",«?breaker.cooldown»
    fail_max=«breaker.failures»,
    reset_timeout=«breaker.cooldown»,
    success_threshold=«breaker.trials»,
)«?breaker.cooldown»


def protect(call):
    \"\"\"Wraps a function that calls «name».\"\"\"";

const SECONDS: Form = Form::Time(Clock::new(Style::Seconds));

const RETRY: &[Row] = &[
    Row::key("retry.max_attempts", "retry.attempts", Form::whole(1, u32::MAX), ""),
    Row::key("retry.base", "retry.base", SECONDS, ""),
    Row::key("retry.growth", "retry.constant", Form::Word(&[("constant", "1")]), ""),
    Row::key("retry.growth", "retry.linear", Form::Word(&[("linear", "1")]), ""),
    Row::key(
        "retry.growth",
        "retry.exponential",
        Form::Word(&[("exponential", "1")]),
        "exponential",
    )
    .note("A delay is constant, grows by the base or by a factor."),
    Row::key("retry.growth_factor", "retry.factor", Form::Factor, "2"),
    Row::key("retry.cap", "retry.cap", SECONDS, "24h")
        .only("retry.growth", &["linear", "exponential"]),
    Row::key("retry.jitter", "retry.plain", Form::Word(&[("none", "1")]), ""),
    Row::key("retry.jitter", "retry.random", Form::Word(&[("full", "1")]), "none")
        .note("Full jitter stands for the others, and a delay that grows by the base has none."),
    NO_BUDGET,
    NO_RETRY_AFTER,
];

const BREAKER: &[Row] = &[
    ROW_WINDOW,
    Row::key("breaker.failures", "breaker.failures", Form::whole(1, u32::MAX), "5"),
    NO_MINIMUM,
    Row::key("breaker.cooldown", "breaker.cooldown", SECONDS, "60s"),
];

const TRIALS: &[Row] = &[
    NO_RETRY_AFTER_IN_BREAKER,
    Row::key("breaker.trials", "breaker.trials", Form::whole(1, u32::MAX), "1")
        .note("It counts successes in a row, and one failure opens it again."),
    ALL_TRIALS,
    LENIENT_TRIALS,
];

/// Failures in a row, and a delay that tenacity can wait.
fn adapt(layers: &mut [LayerConfig]) {
    if let Some(breaker) = breaker(layers) {
        in_a_row(breaker);
        breaker.trials = breaker.trials_to_close;
    }
    if let Some(retry) = retry(layers) {
        let backoff = &mut retry.backoff;
        if !matches!(backoff.growth, Growth::Constant | Growth::Linear | Growth::Exponential { .. })
        {
            backoff.growth = Growth::DOUBLING;
        }
        if backoff.jitter != Jitter::None {
            backoff.jitter = Jitter::Full;
            if backoff.growth == Growth::Linear {
                backoff.growth = Growth::DOUBLING;
            }
        }
    }
}

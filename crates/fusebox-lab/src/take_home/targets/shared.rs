//! Rows that several targets have in common.

use super::super::nearest::breaker_of;
use super::super::table::{Order, Row};
use fusebox::LayerKind;

/// No rule on calls in flight.
pub(super) const NO_OVERDUE: &[Row] = &[Row::acts(
    "breaker.overdue_calls",
    "off",
    "It looks at calls that have ended; put a timeout inside it so that calls that hang end.",
)];

/// No rule on slow calls.
pub(super) const NO_SLOW: &[Row] = &[Row::acts(
    "breaker.slow_rate",
    "off",
    "Slow calls do not open it. A timeout below the slow threshold makes them failures, which is not \
     the same: they are cut off.",
)];

/// The window is a length of time.
pub(super) const TIME_WINDOW: Row =
    Row::acts("breaker.window", "time", "Its window is a length of time.");

/// Only a share of failures opens the breaker.
pub(super) const NO_COUNT: Row = Row::acts(
    "breaker.failures",
    "off",
    "It compares a share of the calls, not a number of failures: see the share that stands for it, and \
     choose one that fits the traffic.",
);

/// Failures in a row open the breaker, however few calls there are.
pub(super) const NO_MINIMUM: Row =
    Row::acts("breaker.min_calls", "1", "Failures in a row need no minimum.");

/// The cooldown is always the same.
pub(super) const CONSTANT_COOLDOWN: &[Row] = &[
    Row::acts("breaker.cooldown_growth", "constant", "Its cooldown does not grow."),
    Row::acts("breaker.cooldown_cap", "24h", "A cooldown that does not grow has no cap."),
    Row::acts("breaker.cooldown_jitter", "none", "Its cooldown has no jitter."),
];

/// What no target's breaker does with its trials.
pub(super) const TRIALS_END: &[Row] = &[
    Row::acts(
        "breaker.trial_timeout",
        "24h",
        "A trial that never ends keeps its place: put a timeout inside the breaker.",
    ),
    Row::acts(
        "breaker.half_open_timeout",
        "off",
        "It stays half-open until its trials end: put a timeout inside the breaker.",
    ),
];

/// The breaker does not read `Retry-After`.
pub(super) const NO_RETRY_AFTER_IN_BREAKER: Row =
    Row::acts("breaker.max_retry_after", "off", "Its cooldown does not follow a Retry-After.");

/// One trial decides.
pub(super) const ONE_TRIAL: &[Row] = &[
    Row::acts("breaker.trials", "1", "It makes one trial."),
    Row::acts("breaker.trials_to_close", "1", "One trial decides."),
];

/// Every trial has to succeed.
pub(super) const ALL_TRIALS: Row = Row::follows(
    "breaker.trials_to_close",
    |config| breaker_of(config).map_or(1, |breaker| breaker.trials).to_string(),
    "All trials have to succeed; one failure opens it again.",
);

/// A trial passes unless it fails.
pub(super) const LENIENT_TRIALS: Row =
    Row::acts("breaker.strict_trials", "false", "A trial passes unless it counts as a failure.");

/// No budget for retries.
pub(super) const NO_BUDGET: Row = Row::acts(
    "retry.budget",
    "off",
    "It has no retry budget: in an outage, every call makes all of its attempts.",
);

/// Retries do not read `Retry-After`.
pub(super) const NO_RETRY_AFTER: Row =
    Row::acts("retry.max_retry_after", "off", "Its delays do not follow a Retry-After.");

/// No limit of its own on the time to connect.
pub(super) const NO_CONNECT: Row = Row::acts(
    "timeout.connect",
    "24h",
    "The time to connect is a setting of the HTTP client or the driver.",
);

/// No limit on a whole call.
pub(super) const NO_CALL: Row = Row::acts(
    "timeout.call",
    "24h",
    "A limit on the whole call needs another timeout around the retries.",
);

/// A queue without a limit.
pub(super) const NO_QUEUE_LIMIT: Row = Row::acts(
    "bulkhead.queue",
    "1000000",
    "The number of waiting calls cannot be limited: only their wait is.",
);

/// No limit on the wait in a queue.
pub(super) const NO_WAIT_LIMIT: Row = Row::acts(
    "bulkhead.max_wait",
    "24h",
    "A call waits in the queue until one of its timeouts ends it.",
);

/// What outlier detection is.
pub(super) const PER_HOST: &str = "\
    This removes single hosts, each judged alone by each proxy. It never answers in place of a service \
    that is down: with all hosts removed, calls fail or, in panic mode, go to all hosts again.";

/// The window of outlier detection.
pub(super) const ROW_WINDOW: Row = Row::acts(
    "breaker.window",
    "consecutive",
    "It looks only at failures in a row: one success forgets them, so a host that fails half of its \
     calls stays.",
);

/// How the ejections of outlier detection grow, and that they have no jitter.
pub(super) const EJECTION: [Row; 2] = [
    Row::acts(
        "breaker.cooldown_growth",
        "linear",
        "Each ejection of a host is longer by the base.",
    ),
    Row::acts("breaker.cooldown_jitter", "none", "An ejection has no jitter here."),
];

/// Outlier detection has no trials: the next call decides.
pub(super) const NO_TRIALS: &[Row] =
    &[Row::acts("breaker.trials", "1", TRIALS), Row::acts("breaker.trials_to_close", "1", TRIALS)];

const TRIALS: &str = "There are no trials: after its ejection a host gets all of its calls again.";

/// The delays of Envoy.
pub(super) const MERSENNE: Row =
    Row::acts("retry.growth", "mersenne", "Its delays are 1, 3, 7, 15 ... times the base.");

/// The jitter of Envoy.
pub(super) const FULL_JITTER: Row = Row::acts("retry.jitter", "full", "Its jitter is full.");

/// What a proxy has no policy for.
pub(super) const PROXY_LACKS: &[(LayerKind, &str)] = &[
    (LayerKind::Fallback, "A proxy has no fallback: put it into the service."),
    (
        LayerKind::Throttle,
        "Adaptive throttling is a filter of Envoy, admission_control, with other numbers.",
    ),
    (LayerKind::RateLimiter, "A rate limit is a filter of Envoy, local_ratelimit."),
    (LayerKind::Hedge, "Envoy hedges only after a per-try timeout (hedge_policy)."),
];

/// The order of a proxy.
pub(super) const ATTEMPTS_INSIDE: Order = Order::Fixed(
    &[LayerKind::Breaker, LayerKind::Bulkhead, LayerKind::Timeout, LayerKind::Retry],
    "For a proxy each attempt is a request: outlier detection and limits count attempts.",
);

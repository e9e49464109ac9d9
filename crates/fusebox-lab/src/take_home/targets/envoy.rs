//! Envoy, from the API v3: a cluster, and the action of a route.

use super::super::clock::{Clock, Style};
use super::super::form::Form;
use super::super::nearest::{breaker, breaker_of, in_a_row, retry, retry_of};
use super::super::table::{Root, Row, Section, Syntax, Target};
use super::shared::{
    ATTEMPTS_INSIDE, EJECTION, FULL_JITTER, LENIENT_TRIALS, MERSENNE, NO_MINIMUM, NO_OVERDUE,
    NO_RETRY_AFTER, NO_RETRY_AFTER_IN_BREAKER, NO_TRIALS, NO_WAIT_LIMIT, PER_HOST, PROXY_LACKS,
    ROW_WINDOW, TRIALS_END,
};
use crate::settings::time_text;
use fusebox::time::Duration;
use fusebox::{BudgetConfig, LayerConfig, LayerKind};
use fusebox_sim::DependencyConfig;

pub(super) const ENVOY: Target = Target {
    name: "envoy",
    title: "Envoy",
    version: "API v3",
    file: "envoy-*.yaml",
    sections: &[
        Section::new(LayerKind::Breaker, &[BREAKER, NO_OVERDUE, COOLDOWN, NO_TRIALS, TRIALS_END])
            .with(&[
                ("cluster.outlier_detection.interval", "1s"),
                ("cluster.outlier_detection.max_ejection_percent", "100"),
                ("cluster.outlier_detection.enforcing_success_rate", "0"),
            ]),
        Section::always(LayerKind::Bulkhead, &[BULKHEAD]),
        Section::always(LayerKind::Timeout, &[TIMEOUT]),
        Section::new(LayerKind::Retry, &[RETRY]).with(&[
            (
                "route.retry_policy.retry_on",
                "connect-failure,refused-stream,retriable-status-codes",
            ),
            ("route.retry_policy.retriable_status_codes.0", "429"),
            ("route.retry_policy.retriable_status_codes.1", "503"),
        ]),
    ],
    lacks: PROXY_LACKS,
    order: ATTEMPTS_INSIDE,
    adapt,
    remarks: &[
        (LayerKind::Breaker, PER_HOST),
        (
            LayerKind::Bulkhead,
            "These limits are for each Envoy. A request of HTTP/1.1 needs a connection of its own: set \
             max_connections to max_requests too, since only requests without a connection are queued.",
        ),
        (
            LayerKind::Retry,
            "It retries what had no effect; add 5xx to retry_on only for requests that may be made twice.",
        ),
    ],
    syntax: Syntax::Yaml(&[
        Root {
            name: "cluster",
            title: "In the cluster:",
            constants: &[("name", "*")],
            keys: &["outlier_detection", "circuit_breakers", "connect_timeout"],
            inherits: Some(|path, _| {
                match path.strip_suffix("retry_budget.min_retry_concurrency") {
                    // Without a budget, the limit on retries is a number.
                    Some(thresholds) => vec![format!("{thresholds}max_retries")],
                    None => Vec::new(),
                }
            }),
        },
        Root {
            name: "route",
            title: "In the action of the route:",
            constants: &[("cluster", "*")],
            keys: &["retry_policy", "timeout"],
            inherits: None,
        },
    ]),
};

pub(super) const POSITIVE: Form = Form::Time(Clock::new(Style::Proto).min(Duration::MILLISECOND));
const COUNT: Form = Form::whole(0, u32::MAX);

const BREAKER: &[Row] = &[
    ROW_WINDOW,
    Row::key("breaker.failures", "cluster.outlier_detection.consecutive_5xx", Form::whole(1, u32::MAX), "5")
        .note("It counts failures in a row; a share of failures would be failure_percentage_threshold, by sweeps."),
    NO_MINIMUM,
];

const COOLDOWN: &[Row] = &[
    Row::key("breaker.cooldown", "cluster.outlier_detection.base_ejection_time", POSITIVE, "30s"),
    EJECTION[0],
    Row::key_or(
        "breaker.cooldown_cap",
        "cluster.outlier_detection.max_ejection_time",
        POSITIVE,
        longest_ejection,
    )
    .note("An ejection grows up to this."),
    EJECTION[1],
    NO_RETRY_AFTER_IN_BREAKER,
    LENIENT_TRIALS,
];

const BULKHEAD: &[Row] = &[
    Row::key(
        "bulkhead.max_concurrent",
        "cluster.circuit_breakers.thresholds.0.max_requests",
        COUNT,
        "1024",
    ),
    Row::key(
        "bulkhead.queue",
        "cluster.circuit_breakers.thresholds.0.max_pending_requests",
        COUNT,
        "1024",
    ),
    NO_WAIT_LIMIT,
];

const TIMEOUT: &[Row] = &[
    Row::key("timeout.connect", "cluster.connect_timeout", POSITIVE, "5s"),
    Row::key("timeout.attempt", "route.retry_policy.per_try_timeout", POSITIVE, "24h")
        .note("Without it, an attempt may take as long as the call."),
    Row::key("timeout.call", "route.timeout", POSITIVE, "15s"),
];

const RETRY: &[Row] = &[
    Row::key("retry.max_attempts", "route.retry_policy.num_retries", Form::retries(0), "2"),
    Row::key("retry.base", "route.retry_policy.retry_back_off.base_interval", POSITIVE, "25ms"),
    MERSENNE,
    Row::key_or(
        "retry.cap",
        "route.retry_policy.retry_back_off.max_interval",
        POSITIVE,
        ten_times_base,
    ),
    FULL_JITTER,
    Row::key(
        "retry.budget",
        "cluster.circuit_breakers.thresholds.0.retry_budget.budget_percent.value",
        Form::Present("in_flight"),
        "in_flight",
    )
    .note("Its budget is one of retries in flight, and there is always one; these numbers never limit them if it was off."),
    Row::key(
        "retry.budget_in_flight_ratio",
        "cluster.circuit_breakers.thresholds.0.retry_budget.budget_percent.value",
        Form::percent(0, 10_000),
        "0%",
    ),
    Row::key(
        "retry.budget_min_in_flight",
        "cluster.circuit_breakers.thresholds.0.retry_budget.min_retry_concurrency",
        COUNT,
        "3",
    ),
    NO_RETRY_AFTER,
];

/// The longest ejection, if none is said: 300 s, or the base if that is longer.
pub(super) fn longest_ejection(config: &DependencyConfig) -> String {
    let base = breaker_of(config).map_or(Duration::ZERO, |breaker| breaker.cooldown.base);
    time_text(base.max(Duration::from_secs(300)))
}

/// The longest delay, if none is said.
pub(super) fn ten_times_base(config: &DependencyConfig) -> String {
    let base = retry_of(config).map_or(Duration::MILLISECOND, |retry| retry.backoff.base);
    time_text(base.saturating_mul(10).min(Duration::DAY))
}

/// A breaker that counts failures in a row, and a budget of retries in flight.
fn adapt(layers: &mut [LayerConfig]) {
    if let Some(breaker) = breaker(layers) {
        in_a_row(breaker);
    }
    if let Some(retry) = retry(layers)
        && !matches!(retry.budget, Some(BudgetConfig::InFlight { .. }))
    {
        let without_limit = BudgetConfig::InFlight { per_ten_thousand: 10_000, floor: 1_000_000 };
        retry.budget = Some(retry.budget.map_or(without_limit, |_| BudgetConfig::ENVOY));
    }
}

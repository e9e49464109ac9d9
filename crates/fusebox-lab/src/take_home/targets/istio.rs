//! Istio: a destination rule and a virtual service.

use super::super::form::Form;
use super::super::nearest::{breaker, in_a_row, retry};
use super::super::table::{Root, Row, Section, Syntax, Target};
use super::envoy::{POSITIVE, longest_ejection, ten_times_base};
use super::shared::{
    ATTEMPTS_INSIDE, EJECTION, FULL_JITTER, LENIENT_TRIALS, MERSENNE, NO_MINIMUM, NO_OVERDUE,
    NO_RETRY_AFTER, NO_RETRY_AFTER_IN_BREAKER, NO_TRIALS, NO_WAIT_LIMIT, PER_HOST, PROXY_LACKS,
    ROW_WINDOW, TRIALS_END,
};
use fusebox::{BudgetConfig, LayerConfig, LayerKind};

pub(super) const ISTIO: Target = Target {
    name: "istio",
    title: "Istio",
    version: "1.30",
    file: "istio-*.yaml",
    sections: &[
        Section::new(LayerKind::Breaker, &[BREAKER, NO_OVERDUE, COOLDOWN, NO_TRIALS, TRIALS_END])
            .with(&[
                ("rule.spec.trafficPolicy.outlierDetection.interval", "1s"),
                ("rule.spec.trafficPolicy.outlierDetection.maxEjectionPercent", "100"),
            ]),
        Section::new(LayerKind::Bulkhead, &[BULKHEAD]),
        Section::new(LayerKind::Timeout, &[TIMEOUT]),
        Section::always(LayerKind::Retry, &[RETRY]).with(&[(
            "service.spec.http.0.retries.retryOn",
            "connect-failure,refused-stream,429,503",
        )]),
    ],
    lacks: PROXY_LACKS,
    order: ATTEMPTS_INSIDE,
    adapt,
    remarks: &[
        (LayerKind::Breaker, PER_HOST),
        (
            LayerKind::Bulkhead,
            "These limits are for each sidecar: multiply them by the replicas that call.",
        ),
        (
            LayerKind::Retry,
            "It retries what had no effect; add 5xx to retryOn only for requests that may be made twice. \
             A subset with a traffic policy of its own needs the retry budget again.",
        ),
    ],
    syntax: Syntax::Yaml(&[
        Root {
            name: "rule",
            title: "",
            constants: &[
                ("apiVersion", "networking.istio.io/v1"),
                ("kind", "DestinationRule"),
                ("metadata.name", "%"),
                ("spec.host", "%"),
            ],
            keys: &["spec.trafficPolicy"],
            inherits: None,
        },
        Root {
            name: "service",
            title: "",
            constants: &[
                ("apiVersion", "networking.istio.io/v1"),
                ("kind", "VirtualService"),
                ("metadata.name", "%"),
                ("spec.hosts.0", "%"),
                ("spec.http.0.route.0.destination.host", "%"),
            ],
            keys: &["spec.http"],
            inherits: None,
        },
    ]),
};

const COUNT: Form = Form::whole(1, i32::MAX as u32);

const BREAKER: &[Row] = &[
    ROW_WINDOW,
    Row::key(
        "breaker.failures",
        "rule.spec.trafficPolicy.outlierDetection.consecutive5xxErrors",
        Form::whole(1, u32::MAX),
        "5",
    )
    .note("It counts failures in a row."),
    NO_MINIMUM,
];

const COOLDOWN: &[Row] = &[
    Row::key(
        "breaker.cooldown",
        "rule.spec.trafficPolicy.outlierDetection.baseEjectionTime",
        POSITIVE,
        "30s",
    ),
    EJECTION[0],
    Row::follows(
        "breaker.cooldown_cap",
        longest_ejection,
        "An ejection grows up to Envoy's 300 s, which Istio has no key for.",
    ),
    EJECTION[1],
    NO_RETRY_AFTER_IN_BREAKER,
    LENIENT_TRIALS,
];

const BULKHEAD: &[Row] = &[
    Row::key(
        "bulkhead.max_concurrent",
        "rule.spec.trafficPolicy.connectionPool.http.http2MaxRequests",
        COUNT,
        "1000000",
    ),
    Row::key(
        "bulkhead.queue",
        "rule.spec.trafficPolicy.connectionPool.http.http1MaxPendingRequests",
        COUNT,
        "1000000",
    ),
    NO_WAIT_LIMIT,
];

const TIMEOUT: &[Row] = &[
    Row::key(
        "timeout.connect",
        "rule.spec.trafficPolicy.connectionPool.tcp.connectTimeout",
        POSITIVE,
        "10s",
    ),
    Row::key("timeout.attempt", "service.spec.http.0.retries.perTryTimeout", POSITIVE, "24h"),
    Row::key("timeout.call", "service.spec.http.0.timeout", POSITIVE, "24h"),
];

const RETRY: &[Row] = &[
    Row::key("retry.max_attempts", "service.spec.http.0.retries.attempts", Form::retries(0), "3"),
    Row::key("retry.base", "service.spec.http.0.retries.backoff", POSITIVE, "25ms"),
    MERSENNE,
    Row::follows("retry.cap", ten_times_base, "Its longest delay is ten times the base."),
    FULL_JITTER,
    Row::key(
        "retry.budget",
        "rule.spec.trafficPolicy.retryBudget.percent",
        Form::Present("in_flight"),
        "off",
    )
    .note("Its budget is one of retries in flight."),
    Row::key(
        "retry.budget_in_flight_ratio",
        "rule.spec.trafficPolicy.retryBudget.percent",
        Form::percent(0, 10_000),
        "20%",
    ),
    Row::key(
        "retry.budget_min_in_flight",
        "rule.spec.trafficPolicy.retryBudget.minRetryConcurrency",
        Form::whole(0, u32::MAX),
        "3",
    ),
    NO_RETRY_AFTER,
];

/// A breaker that counts failures in a row, and a budget of retries in flight if there is any.
fn adapt(layers: &mut [LayerConfig]) {
    if let Some(breaker) = breaker(layers) {
        in_a_row(breaker);
    }
    if let Some(retry) = retry(layers)
        && !matches!(retry.budget, None | Some(BudgetConfig::InFlight { .. }))
    {
        retry.budget = Some(BudgetConfig::ENVOY);
    }
}

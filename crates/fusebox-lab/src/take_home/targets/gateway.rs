//! The Gateway API of Kubernetes: an HTTP route, and the retry budget of `XBackendTrafficPolicy`.

use super::super::clock::{Clock, Style};
use super::super::form::Form;
use super::super::nearest::retry;
use super::super::table::{Order, Root, Row, Section, Syntax, Target};
use super::shared::{NO_CONNECT, NO_RETRY_AFTER};
use fusebox::time::Duration;
use fusebox::{BudgetConfig, Growth, Jitter, LayerConfig, LayerKind};

pub(super) const GATEWAY: Target = Target {
    name: "gateway-api",
    title: "the Gateway API",
    version: "1.4, with its experimental channel",
    file: "gateway-*.yaml",
    sections: &[
        Section::new(LayerKind::Retry, &[RETRY]).with(&[
            ("route.spec.rules.0.retry.codes.0", "429"),
            ("route.spec.rules.0.retry.codes.1", "503"),
        ]),
        Section::new(LayerKind::Timeout, &[TIMEOUT]),
    ],
    lacks: &[
        (
            LayerKind::Breaker,
            "The Gateway API has no circuit breaker; the policies of a gateway may have.",
        ),
        (
            LayerKind::Bulkhead,
            "The Gateway API has no bulkhead; the policies of a gateway may have.",
        ),
        (LayerKind::Fallback, "The Gateway API has no fallback."),
        (LayerKind::Throttle, "The Gateway API has no adaptive throttling."),
        (
            LayerKind::RateLimiter,
            "The Gateway API has no rate limiter; the policies of a gateway may have.",
        ),
        (LayerKind::Hedge, "The Gateway API has no hedging."),
    ],
    order: Order::Fixed(
        &[LayerKind::Timeout, LayerKind::Retry],
        "A timeout is for an attempt and for the call.",
    ),
    adapt,
    remarks: &[(
        LayerKind::Retry,
        "How the delays grow, whether they have jitter and whether a connection that fails is retried is \
         for the gateway to decide.",
    )],
    syntax: Syntax::Yaml(&[
        Root {
            name: "route",
            title: "",
            constants: &[
                ("apiVersion", "gateway.networking.k8s.io/v1"),
                ("kind", "HTTPRoute"),
                ("metadata.name", "%"),
                ("spec.rules.0.backendRefs.0.name", "%"),
                ("spec.rules.0.backendRefs.0.port", "80"),
            ],
            keys: &["spec.rules"],
            inherits: None,
        },
        Root {
            name: "policy",
            title: "",
            constants: &[
                ("apiVersion", "gateway.networking.x-k8s.io/v1alpha1"),
                ("kind", "XBackendTrafficPolicy"),
                ("metadata.name", "%"),
                ("spec.targetRefs.0.group", ""),
                ("spec.targetRefs.0.kind", "Service"),
                ("spec.targetRefs.0.name", "%"),
            ],
            keys: &["spec.retryConstraint"],
            inherits: None,
        },
    ]),
};

const TIME: Form = Form::Time(Clock::new(Style::Spring).min(Duration::MILLISECOND));
const SECONDS: Form =
    Form::Time(Clock::new(Style::Spring).step(Duration::from_secs(1)).min(Duration::from_secs(1)));

const RETRY: &[Row] = &[
    Row::key("retry.max_attempts", "route.spec.rules.0.retry.attempts", Form::retries(1), "2"),
    Row::key("retry.base", "route.spec.rules.0.retry.backoff", TIME, "25ms"),
    Row::acts("retry.growth", "exponential", "How the delays grow is for the gateway to decide."),
    Row::acts("retry.growth_factor", "2", "How the delays grow is for the gateway to decide."),
    Row::acts("retry.cap", "24h", "The longest delay is for the gateway to decide."),
    Row::acts("retry.jitter", "full", "The jitter is for the gateway to decide."),
    Row::key(
        "retry.budget",
        "policy.spec.retryConstraint.budget.percent",
        Form::Present("traffic"),
        "off",
    )
    .note("Its budget is a share of the recent calls."),
    Row::key(
        "retry.budget_ratio",
        "policy.spec.retryConstraint.budget.percent",
        Form::Share { whole: 100, range: [0, 10_000], step: 100 },
        "20%",
    )
    .note("It takes whole per cent up to 100."),
    Row::key(
        "retry.budget_min_per_second",
        "policy.spec.retryConstraint.minRetryRate.count",
        Form::whole(1, 1_000_000),
        "10",
    ),
    Row::key("retry.budget_window", "policy.spec.retryConstraint.budget.interval", SECONDS, "10s"),
    NO_RETRY_AFTER,
];

const TIMEOUT: &[Row] = &[
    NO_CONNECT,
    Row::key("timeout.attempt", "route.spec.rules.0.timeouts.backendRequest", TIME, "24h"),
    Row::key("timeout.call", "route.spec.rules.0.timeouts.request", TIME, "24h"),
];

fn adapt(layers: &mut [LayerConfig]) {
    if let Some(retry) = retry(layers) {
        (retry.backoff.growth, retry.backoff.jitter) = (Growth::DOUBLING, Jitter::Full);
        if !matches!(retry.budget, None | Some(BudgetConfig::Traffic { .. })) {
            retry.budget = Some(BudgetConfig::default());
        }
    }
}

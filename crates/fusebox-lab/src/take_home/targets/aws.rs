//! The shared config of the AWS SDKs, from their reference.

use super::super::form::Form;
use super::super::nearest::retry;
use super::super::table::{Order, Root, Row, Section, Syntax, Target};
use super::shared::NO_RETRY_AFTER;
use fusebox::time::Duration;
use fusebox::{BackoffConfig, BudgetConfig, Growth, Jitter, LayerConfig, LayerKind};

pub(super) const AWS: Target = Target {
    name: "aws",
    title: "the AWS SDKs",
    version: "standard retries of November 2026",
    file: "config",
    sections: &[
        Section::new(LayerKind::Retry, &[RETRY]).with(&[("profile *.retry_mode", "standard")])
    ],
    lacks: &[
        (LayerKind::Timeout, "Timeouts are set in the code of a client of an AWS SDK."),
        (LayerKind::Breaker, "The AWS SDKs have no circuit breaker, but their retry quota."),
        (LayerKind::Bulkhead, "The AWS SDKs have no bulkhead; their clients limit connections."),
        (LayerKind::Fallback, "The AWS SDKs have no fallback."),
        (
            LayerKind::Throttle,
            "The AWS SDKs throttle themselves with retry_mode = adaptive, by a rule of their own.",
        ),
        (LayerKind::RateLimiter, "The AWS SDKs have no rate limiter to set."),
        (LayerKind::Hedge, "The AWS SDKs have no hedging."),
    ],
    order: Order::Free,
    adapt,
    remarks: &[(
        LayerKind::Retry,
        "Only the mode and the attempts can be set; the delays and the quota are those of the SDK, and \
         differ for DynamoDB and after throttling.",
    )],
    syntax: Syntax::Ini(&[Root {
        name: "",
        title: "",
        constants: &[],
        keys: &[],
        inherits: Some(inherits),
    }]),
};

const FIXED: &str = "The delays of an SDK are fixed.";
const QUOTA: &str = "The quota of an SDK is fixed.";

const RETRY: &[Row] = &[
    Row::key("retry.max_attempts", "profile *.max_attempts", Form::whole(1, u32::MAX), "3"),
    Row::acts("retry.base", "50ms", FIXED),
    Row::acts("retry.growth", "exponential", FIXED),
    Row::acts("retry.growth_factor", "2", FIXED),
    Row::acts("retry.cap", "20s", FIXED),
    Row::acts("retry.jitter", "full", FIXED),
    Row::acts("retry.budget", "quota", "An SDK has a retry quota, and no other budget."),
    Row::acts("retry.budget_capacity", "500", QUOTA),
    Row::acts("retry.budget_cost", "14", QUOTA),
    Row::acts("retry.budget_throttled_cost", "5", QUOTA),
    NO_RETRY_AFTER,
];

fn adapt(layers: &mut [LayerConfig]) {
    if let Some(retry) = retry(layers) {
        retry.budget = Some(BudgetConfig::AWS);
        retry.backoff = BackoffConfig {
            base: Duration::from_millis(50),
            growth: Growth::DOUBLING,
            cap: Duration::from_secs(20),
            jitter: Jitter::Full,
        };
    }
}

/// What a profile does not say is in the default one.
fn inherits(path: &str, _: &dyn Fn(&str) -> Option<String>) -> Vec<String> {
    path.rsplit_once('.').map(|(_, key)| format!("default.{key}")).into_iter().collect()
}

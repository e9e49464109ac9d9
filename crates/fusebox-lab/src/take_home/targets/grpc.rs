//! gRPC's service config, from the proposals A6 and its reader in grpc-js.

use super::super::clock::{Clock, Style};
use super::super::form::Form;
use super::super::nearest::{factor_for_growth, retry};
use super::super::table::{Order, Root, Row, Section, Syntax, Target};
use super::shared::{NO_CONNECT, NO_RETRY_AFTER};
use fusebox::time::Duration;
use fusebox::{Jitter, LayerConfig, LayerKind};

pub(super) const GRPC: Target = Target {
    name: "grpc",
    title: "gRPC",
    version: "service config, checked with grpc-js 1.14",
    file: "service-config.json",
    sections: &[
        Section::new(LayerKind::Retry, &[RETRY])
            .with(&[("methodConfig.0.retryPolicy.retryableStatusCodes.0", "UNAVAILABLE")]),
        Section::new(LayerKind::Hedge, &[HEDGE]).unless(LayerKind::Retry),
        Section::new(LayerKind::Timeout, &[TIMEOUT]),
    ],
    lacks: &[
        (LayerKind::Breaker, "gRPC has no circuit breaker in its service config."),
        (LayerKind::Bulkhead, "gRPC has no bulkhead in its service config."),
        (LayerKind::Fallback, "A fallback is code around the call."),
        (LayerKind::Throttle, "gRPC has no adaptive throttling; its retry throttling is a budget."),
        (LayerKind::RateLimiter, "gRPC has no rate limiter in its service config."),
        (
            LayerKind::Hedge,
            "A method can have retries or hedging, not both: the retries are exported.",
        ),
    ],
    order: Order::Fixed(
        &[LayerKind::Hedge, LayerKind::Retry, LayerKind::Timeout],
        "Its timeout is for the whole call, around the retries.",
    ),
    adapt,
    remarks: &[
        (
            LayerKind::Retry,
            "It retries UNAVAILABLE alone: add a code to retryableStatusCodes only if the method may be \
             called twice.",
        ),
        (
            LayerKind::Retry,
            "The retry throttling counts all calls to a server, whatever their method.",
        ),
    ],
    syntax: Syntax::Json {
        root: &[Root {
            name: "",
            title: "",
            constants: &[("methodConfig.0.name.0.service", "your.package.Service")],
            keys: &["methodConfig", "retryThrottling"],
            inherits: None,
        }],
        comments: false,
    },
};

const CLOCK: Clock = Clock::new(Style::Nanos).min(Duration::MILLISECOND);
const TIME: Form = Form::Time(CLOCK);
const ATTEMPTS: Form = Form::whole(2, 5);

const RETRY: &[Row] = &[
    Row::key("retry.max_attempts", "methodConfig.0.retryPolicy.maxAttempts", ATTEMPTS, "")
        .note("It takes 2 to 5 attempts, with the first."),
    Row::key("retry.base", "methodConfig.0.retryPolicy.initialBackoff", TIME, ""),
    Row::acts("retry.growth", "exponential", "Its delays grow by a factor; 1 is constant."),
    Row::key(
        "retry.growth_factor",
        "methodConfig.0.retryPolicy.backoffMultiplier",
        Form::Factor,
        "",
    ),
    Row::key("retry.cap", "methodConfig.0.retryPolicy.maxBackoff", TIME, ""),
    Row::acts("retry.jitter", "plus_minus_share", "Its jitter is 20 % either way."),
    Row::acts("retry.jitter_plus_minus_share", "20%", "Its jitter is 20 % either way."),
    Row::key("retry.budget", "retryThrottling.maxTokens", Form::Present("tokens"), "off").note(
        "Its only budget is a bucket of tokens (retryThrottling), which the budget tokens is.",
    ),
    Row::key("retry.budget_tokens", "retryThrottling.maxTokens", Form::whole(1, 1_000), "")
        .note("It takes up to 1,000 tokens."),
    Row::key(
        "retry.budget_success_refill",
        "retryThrottling.tokenRatio",
        Form::Share { whole: 1, range: [10, u32::MAX], step: 10 },
        "",
    )
    .note("It takes three decimals."),
    NO_RETRY_AFTER,
];

const HEDGE: &[Row] = &[
    Row::key(
        "hedge.delay",
        "methodConfig.0.hedgingPolicy.hedgingDelay",
        Form::Time(Clock::new(Style::Nanos)),
        "0s",
    ),
    Row::key("hedge.attempts", "methodConfig.0.hedgingPolicy.maxAttempts", ATTEMPTS, "")
        .note("It takes 2 to 5 attempts, with the first."),
    Row::acts(
        "hedge.budget",
        "off",
        "Hedges have no budget of their own; retryThrottling stops them too.",
    ),
];

const TIMEOUT: &[Row] = &[
    NO_CONNECT,
    Row::acts("timeout.attempt", "24h", "It has no limit for each attempt."),
    Row::key("timeout.call", "methodConfig.0.timeout", TIME, "24h"),
];

fn adapt(layers: &mut [LayerConfig]) {
    if let Some(retry) = retry(layers) {
        factor_for_growth(&mut retry.backoff);
        retry.backoff.jitter = Jitter::PlusMinusShare { per_mille: 200 };
    }
}

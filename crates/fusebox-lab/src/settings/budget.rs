//! The settings of a retry budget, flat among those of the retry.
//!
//! A new form needs a word and what it begins with here, and an item for each of its numbers.

use super::kind::{Kind, Value, count, per_ten_thousand, time};
use super::table::{Access, Item, setting};
use fusebox::{BudgetConfig, RetryConfig};

/// A number of one form of the budget.
macro_rules! of_form {
    ($form:ident, $field:ident) => {
        |retry: &mut RetryConfig| match &mut retry.budget {
            Some(BudgetConfig::$form { $field, .. }) => Some($field),
            _ => None,
        }
    };
}

const FORMS: &[&str] = &["traffic", "in_flight", "tokens", "quota", "bucket", "failure_rate"];

const fn word(budget: &BudgetConfig) -> &'static str {
    match budget {
        BudgetConfig::Traffic { .. } => "traffic",
        BudgetConfig::InFlight { .. } => "in_flight",
        BudgetConfig::Tokens { .. } => "tokens",
        BudgetConfig::Quota { .. } => "quota",
        BudgetConfig::Bucket { .. } => "bucket",
        BudgetConfig::FailureRate { .. } => "failure_rate",
    }
}

fn of_word(word: &str) -> BudgetConfig {
    match word {
        "traffic" => BudgetConfig::default(),
        "in_flight" => BudgetConfig::ENVOY,
        "tokens" => BudgetConfig::GRPC,
        "bucket" => BudgetConfig::Bucket { tokens: 5, call_refill_per_ten_thousand: 1_000 },
        "failure_rate" => BudgetConfig::FailureRate { per_ten_thousand: 1_000 },
        _ => BudgetConfig::AWS,
    }
}

/// The settings of the budget.
pub(super) const BUDGET: &[Item<RetryConfig>] = &[
    setting(
        "budget",
        "Budget",
        "What retries are paid from: recent calls, calls under way, successes, or a stock.",
        Kind::Choice(FORMS),
        Access::Any {
            optional: true,
            read: |retry| {
                Some(retry.budget.as_ref().map_or(Value::Off, |form| Value::Choice(word(form))))
            },
            write: |retry, value| match value {
                Value::Choice(form) if retry.budget.as_ref().map(word) != Some(*form) => {
                    retry.budget = Some(of_word(form));
                }
                Value::Choice(_) => {}
                _ => retry.budget = None,
            },
        },
    ),
    setting(
        "budget_ratio",
        "Budget, share of calls",
        "Retries as a share of the calls of the last while.",
        per_ten_thousand(BudgetConfig::TRAFFIC_PER_TEN_THOUSAND),
        Access::Number(of_form!(Traffic, per_ten_thousand)),
    )
    .when("budget", &["traffic"]),
    setting(
        "budget_min_per_second",
        "Budget, floor",
        "Retries a second that are there with no traffic at all.",
        count("retries a second", BudgetConfig::MIN_PER_SECOND),
        Access::Number(of_form!(Traffic, min_per_second)),
    )
    .when("budget", &["traffic"]),
    setting(
        "budget_window",
        "Budget, memory",
        "How long a call and a retry count.",
        time(BudgetConfig::TTL),
        Access::Time(of_form!(Traffic, ttl)),
    )
    .when("budget", &["traffic"]),
    setting(
        "budget_in_flight_ratio",
        "Budget, share under way",
        "Retries at the same time as a share of the calls under way.",
        per_ten_thousand(BudgetConfig::PER_TEN_THOUSAND),
        Access::Number(of_form!(InFlight, per_ten_thousand)),
    )
    .when("budget", &["in_flight"]),
    setting(
        "budget_min_in_flight",
        "Budget, floor under way",
        "Retries that may be under way with few calls.",
        count("retries", BudgetConfig::FLOOR),
        Access::Number(of_form!(InFlight, floor)),
    )
    .when("budget", &["in_flight"]),
    setting(
        "budget_tokens",
        "Budget, tokens",
        "Tokens in a full bucket, of which a failure takes one; half empty allows no retry.",
        count("tokens", BudgetConfig::TOKENS),
        Access::Number(of_form!(Tokens, tokens)),
    )
    .when("budget", &["tokens"]),
    setting(
        "budget_success_refill",
        "Budget, refill",
        "The share of a token that a success brings back.",
        per_ten_thousand(BudgetConfig::TOKENS),
        Access::Number(of_form!(Tokens, success_refill_per_ten_thousand)),
    )
    .when("budget", &["tokens"]),
    setting(
        "budget_capacity",
        "Budget, stock",
        "A full stock, from which each retry takes its price.",
        count("of the stock", BudgetConfig::TOKENS),
        Access::Number(of_form!(Quota, stock)),
    )
    .when("budget", &["quota"]),
    setting(
        "budget_cost",
        "Budget, price",
        "What a retry costs, to be had back where it succeeds.",
        count("of the stock", BudgetConfig::TOKENS),
        Access::Number(of_form!(Quota, price)),
    )
    .when("budget", &["quota"]),
    setting(
        "budget_throttled_cost",
        "Budget, price after throttling",
        "What a retry costs after a 429 or a 503.",
        count("of the stock", BudgetConfig::TOKENS),
        Access::Number(of_form!(Quota, throttled_cost)),
    )
    .when("budget", &["quota"]),
    setting(
        "budget_bucket_size",
        "Budget, bucket",
        "Tokens in a full bucket, of which a retry takes one and leaves some.",
        count("tokens", BudgetConfig::TOKENS),
        Access::Number(of_form!(Bucket, tokens)),
    )
    .when("budget", &["bucket"]),
    setting(
        "budget_call_refill",
        "Budget, refill by a call",
        "The share of a token that each call brings.",
        per_ten_thousand(BudgetConfig::TOKENS),
        Access::Number(of_form!(Bucket, call_refill_per_ten_thousand)),
    )
    .when("budget", &["bucket"]),
    setting(
        "budget_max_failure_rate",
        "Budget, failures",
        "The share of failures among all calls up to which there are retries.",
        per_ten_thousand(BudgetConfig::PER_TEN_THOUSAND),
        Access::Number(of_form!(FailureRate, per_ten_thousand)),
    )
    .when("budget", &["failure_rate"]),
];

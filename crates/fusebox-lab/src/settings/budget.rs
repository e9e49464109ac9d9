//! The settings of a retry budget, on the same level as those of the retry.
//!
//! A new form needs a line in [`FORMS`], and an item for each of its numbers.

use super::kind::{Kind, Value};
use super::table::{Item, choose, word, words};
use fusebox::time::Duration;
use fusebox::{BudgetConfig, RetryConfig};

type Retry = Item<RetryConfig>;

/// A number of one form of the budget.
macro_rules! of_form {
    ($form:ident, $field:ident) => {
        |retry| match &mut retry.budget {
            Some(BudgetConfig::$form { $field, .. }) => Some($field),
            _ => None,
        }
    };
}

const TRAFFIC: BudgetConfig = BudgetConfig::Traffic {
    per_ten_thousand: 1_000,
    min_per_second: 1,
    ttl: Duration::from_secs(10),
};

const FORMS: [(&str, BudgetConfig); 6] = [
    ("traffic", TRAFFIC),
    ("in_flight", BudgetConfig::ENVOY),
    ("tokens", BudgetConfig::GRPC),
    ("quota", BudgetConfig::AWS),
    ("bucket", BudgetConfig::Bucket { tokens: 5, call_refill_per_ten_thousand: 1_000 }),
    ("failure_rate", BudgetConfig::FailureRate { per_ten_thousand: 1_000 }),
];

/// The settings of the budget.
pub(super) const BUDGET: &[Retry] = &[
    Retry::any("budget", Kind::Choice(&words(&FORMS)), read, write)
        .optional()
        .label("Budget")
        .help(
            "The limit on retries: by recent calls, calls in flight, tokens, or the failure rate.",
        ),
    Retry::per_ten_thousand(
        "budget_ratio",
        BudgetConfig::TRAFFIC_PER_TEN_THOUSAND,
        of_form!(Traffic, per_ten_thousand),
    )
    .label("Budget ratio")
    .help("Retries as a share of the calls in the budget window.")
    .when("budget", &["traffic"]),
    Retry::number(
        "budget_min_per_second",
        "retries per second",
        BudgetConfig::MIN_PER_SECOND,
        of_form!(Traffic, min_per_second),
    )
    .label("Budget minimum")
    .help("Retries per second that are always allowed, even without calls.")
    .when("budget", &["traffic"]),
    Retry::time("budget_window", BudgetConfig::TTL, of_form!(Traffic, ttl))
        .label("Budget window")
        .help("How long calls and retries count.")
        .when("budget", &["traffic"]),
    Retry::per_ten_thousand(
        "budget_in_flight_ratio",
        BudgetConfig::PER_TEN_THOUSAND,
        of_form!(InFlight, per_ten_thousand),
    )
    .label("Budget ratio in flight")
    .help("Retries in flight as a share of the calls in flight.")
    .when("budget", &["in_flight"]),
    Retry::number(
        "budget_min_in_flight",
        "retries",
        BudgetConfig::FLOOR,
        of_form!(InFlight, floor),
    )
    .label("Budget minimum in flight")
    .help("Retries in flight that are always allowed, even with few calls.")
    .when("budget", &["in_flight"]),
    Retry::number("budget_tokens", "tokens", BudgetConfig::TOKENS, of_form!(Tokens, tokens))
        .label("Budget tokens")
        .help("Tokens in a full bucket; each failure takes one, and retries stop at half a bucket.")
        .when("budget", &["tokens"]),
    Retry::per_ten_thousand(
        "budget_success_refill",
        BudgetConfig::TOKENS,
        of_form!(Tokens, success_refill_per_ten_thousand),
    )
    .label("Budget refill by a success")
    .help("The share of a token that each success puts back.")
    .when("budget", &["tokens"]),
    Retry::number("budget_capacity", "tokens", BudgetConfig::TOKENS, of_form!(Quota, capacity))
        .label("Budget capacity")
        .help("Tokens in a full bucket, from which each retry takes its cost.")
        .when("budget", &["quota"]),
    Retry::number("budget_cost", "tokens", BudgetConfig::TOKENS, of_form!(Quota, cost))
        .label("Budget cost")
        .help("Tokens that a retry takes, and puts back if it succeeds.")
        .when("budget", &["quota"]),
    Retry::number(
        "budget_throttled_cost",
        "tokens",
        BudgetConfig::TOKENS,
        of_form!(Quota, throttled_cost),
    )
    .label("Budget cost after throttling")
    .help("Tokens that a retry takes after a 429 or a 503.")
    .when("budget", &["quota"]),
    Retry::number("budget_bucket_size", "tokens", BudgetConfig::TOKENS, of_form!(Bucket, tokens))
        .label("Budget bucket size")
        .help("Tokens in a full bucket; each retry takes one, but never the last.")
        .when("budget", &["bucket"]),
    Retry::per_ten_thousand(
        "budget_call_refill",
        BudgetConfig::TOKENS,
        of_form!(Bucket, call_refill_per_ten_thousand),
    )
    .label("Budget refill by a call")
    .help("The share of a token that each call adds.")
    .when("budget", &["bucket"]),
    Retry::per_ten_thousand(
        "budget_max_failure_rate",
        BudgetConfig::PER_TEN_THOUSAND,
        of_form!(FailureRate, per_ten_thousand),
    )
    .label("Budget maximum failure rate")
    .help("Retry while the share of failures among all calls is at most this.")
    .when("budget", &["failure_rate"]),
];

#[expect(clippy::unnecessary_wraps, reason = "a setting may not apply")]
fn read(retry: &mut RetryConfig) -> Option<Value> {
    let budget = retry.budget.as_ref();
    Some(budget.map_or(Value::Off, |budget| Value::Choice(word(&FORMS, budget))))
}

fn write(retry: &mut RetryConfig, value: &Value) {
    match value {
        Value::Choice(form) => {
            choose(&FORMS, retry.budget.get_or_insert(TRAFFIC), form);
        }
        _ => retry.budget = None,
    }
}

//! The configs whose settings have keys.

use super::breaker::BREAKER;
use super::draft::{Draft, SCENARIO};
use super::herd::{COMPARISON, HERD, LANE};
use super::layers::LAYERS;
use super::policies::RETRY;
use super::problem::{Problem, check};
use super::service::{DEPENDENCIES, named};
use super::table::Table;
use crate::herd::{Comparison, Setup, Strategy};
use fusebox::{BreakerConfig, RetryConfig};
use fusebox_sim::Scenario;

/// A config whose settings have keys.
pub trait Config: Clone + 'static {
    /// The config while its settings are changed.
    type Draft: From<Self> + Into<Self> + 'static;

    /// Its settings.
    const TABLE: &'static Table<Self::Draft>;

    /// The prefix of its keys where they are listed: `lane.`, or nothing.
    const PREFIX: &'static str;

    /// The full keys of a short key.
    #[must_use]
    fn places(_: &Self::Draft, key: &str) -> Vec<String> {
        vec![key.to_string()]
    }

    /// The settings that are out of range, or invalid together.
    fn problems(&self) -> Vec<Problem> {
        Vec::new()
    }
}

impl Config for Scenario {
    type Draft = Draft;
    const TABLE: &'static Table<Draft> = SCENARIO;
    const PREFIX: &'static str = "";

    /// A layer stands for that layer around each dependency, or around the clients if there is no
    /// service.
    fn places(draft: &Draft, key: &str) -> Vec<String> {
        let (head, rest) = key.split_once('.').unwrap_or((key, ""));
        if LAYERS.contains(&head) {
            let service = draft.scenario.service.is_some();
            let holders = if service { DEPENDENCIES } else { &["clients"] };
            return holders.iter().map(|holder| format!("{holder}.{key}")).collect();
        }
        match named(head).filter(|_| !rest.is_empty()) {
            Some(dependency) => vec![format!("{}.{rest}", dependency.name())],
            None => vec![key.to_string()],
        }
    }

    fn problems(&self) -> Vec<Problem> {
        check(self)
    }
}

impl Config for Comparison {
    type Draft = Self;
    const TABLE: &'static Table<Self> = COMPARISON;
    const PREFIX: &'static str = "";

    /// The keys of common settings may leave out their prefix.
    fn places(_: &Self, key: &str) -> Vec<String> {
        let head = key.split('.').next().unwrap_or_default();
        let is_whole = COMPARISON.items().any(|item| item.spec.key == head);
        vec![if is_whole { key.to_string() } else { format!("herd.{key}") }]
    }

    fn problems(&self) -> Vec<Problem> {
        self.check().err().map(Problem::from).into_iter().collect()
    }
}

impl Config for Setup {
    type Draft = Self;
    const TABLE: &'static Table<Self> = HERD;
    const PREFIX: &'static str = "herd.";
}

impl Config for Strategy {
    type Draft = Self;
    const TABLE: &'static Table<Self> = LANE;
    const PREFIX: &'static str = "lane.";
}

impl Config for BreakerConfig {
    type Draft = Self;
    const TABLE: &'static Table<Self> = BREAKER;
    const PREFIX: &'static str = "breaker.";
}

impl Config for RetryConfig {
    type Draft = Self;
    const TABLE: &'static Table<Self> = RETRY;
    const PREFIX: &'static str = "retry.";
}

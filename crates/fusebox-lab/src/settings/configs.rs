//! The configs whose settings have keys, and the check of a whole scenario.

use super::breaker::BREAKER;
use super::config::Config;
use super::draft::{Draft, SCENARIO};
use super::herd::{COMPARISON, HERD, LANE};
use super::layers::LAYERS;
use super::list::{Setting, all};
use super::policies::RETRY;
use super::problem::Problem;
use super::service::{DEPENDENCIES, named};
use super::table::Table;
use crate::herd::{Comparison, Setup, Strategy};
use fusebox::{BreakerConfig, CircuitBreaker, ConfigError, LayerConfig, Pipeline, RetryConfig};
use fusebox_sim::Scenario;

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

    fn problems(&self) -> Vec<Problem> {
        CircuitBreaker::new(*self, 0).err().map(Problem::from).into_iter().collect()
    }
}

impl Config for RetryConfig {
    type Draft = Self;
    const TABLE: &'static Table<Self> = RETRY;
    const PREFIX: &'static str = "retry.";
}

/// The problems of a whole scenario: settings out of range, and contradicting settings. Without
/// problems, a world can be made from it, and its document is read as the same scenario.
#[must_use]
pub fn check(scenario: &Scenario) -> Vec<Problem> {
    let mut problems: Vec<Problem> = all(scenario).iter().filter_map(out_of_range).collect();
    let mut whole: Vec<Problem> = scenario.check().err().map(Problem::from).into_iter().collect();
    for (n, group) in scenario.clients.iter().enumerate() {
        check_layers(&group.layers, &format!("clients.{n}"), &mut whole);
    }
    for (dependency, config) in scenario.dependencies.iter() {
        check_layers(&config.layers, dependency.name(), &mut whole);
    }
    whole.retain(|problem| problems.iter().all(|told| told.path != problem.path));
    problems.extend(whole);
    problems
}

fn out_of_range(setting: &Setting) -> Option<Problem> {
    let Setting { key, spec, value, .. } = setting;
    // The actions of a schedule are checked one by one.
    let value = value.as_deref().filter(|_| spec.kind.parts().is_none());
    let value = value.filter(|value| spec.parse(value).is_none())?;
    Some(Problem::new(key, format!("is {value}, but must be {}", spec.accepts())))
}

/// Checks each layer alone, so that all problems are reported, and then whether one is repeated.
fn check_layers(layers: &[LayerConfig], path: &str, problems: &mut Vec<Problem>) {
    let before = problems.len();
    let error = |layers: &[LayerConfig]| Pipeline::new(layers, 0).err();
    let problem = |error: ConfigError| Problem::from(error.under(path));
    problems.extend(layers.iter().filter_map(|layer| error(&[*layer]).map(problem)));
    if problems.len() == before {
        problems.extend(error(layers).map(problem));
    }
}

//! What there is to say of a breaker that dependencies share.

use crate::words::list;
use fusebox::{LayerConfig, LayerKind};
use fusebox_sim::{Dependency, Scenario};

/// Which dependencies share the breaker around this one, and whose settings it has; none if it is for
/// this one alone.
#[must_use]
pub fn sentence(scenario: &Scenario, on: Dependency) -> Option<String> {
    scenario.service.as_ref().filter(|service| service.shared_breaker)?;
    let is_breaker = |layer: &LayerConfig| layer.kind() == LayerKind::Breaker;
    let has_one = |on: &Dependency| scenario.dependencies[*on].layers.iter().any(is_breaker);
    let around: Vec<Dependency> = scenario.used().into_iter().filter(has_one).collect();
    let first = around.first().filter(|_| around.len() > 1 && around.contains(&on))?.title();
    let names: Vec<String> = around.iter().map(|on| on.title().to_owned()).collect();
    let names = list(&names);
    Some(format!("The calls to {names} share one breaker, with the settings of {first}."))
}

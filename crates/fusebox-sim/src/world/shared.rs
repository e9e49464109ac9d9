//! One breaker for all dependencies, in place of one around each.

use super::{Site, World};
use crate::dependency::{Dependency, Each};
use crate::scenario::Scenario;
use fusebox::{CircuitBreaker, LayerKind, Pipeline};

/// The breaker that all dependencies share.
#[derive(Clone, Debug)]
pub(super) struct SharedBreaker {
    breaker: CircuitBreaker,
    /// The dependency whose settings it has: the first that is called and has a breaker.
    pub(super) settings_of: Dependency,
    /// The dependencies that are called and whose breaker is on.
    pub(super) around: Vec<Dependency>,
}

impl SharedBreaker {
    /// The shared breaker of a scenario that asks for one.
    pub(super) fn of(scenario: &Scenario, sites: &Each<Site>) -> Option<Box<Self>> {
        let service = scenario.service.as_ref()?;
        let around = around(scenario, sites);
        let used = scenario.used();
        let mut breakers = used.iter().map(|&on| (on, sites[on].pipeline.breaker()));
        let (settings_of, breaker) = breakers.find_map(|(on, it)| Some((on, it?.clone())))?;
        service.shared_breaker.then(|| Box::new(Self { breaker, settings_of, around }))
    }

    /// Puts the breaker into a pipeline that has one, or takes it out again: the two change places.
    #[cold]
    pub(super) fn swap(&mut self, pipeline: &mut Pipeline) {
        if let Some(other) = pipeline.breaker_mut() {
            std::mem::swap(&mut self.breaker, other);
        }
    }
}

/// The dependencies that are called and whose breaker is on.
fn around(scenario: &Scenario, sites: &Each<Site>) -> Vec<Dependency> {
    let is_on = |on: &Dependency| sites[*on].pipeline.is_on(LayerKind::Breaker);
    scenario.used().into_iter().filter(is_on).collect()
}

impl World {
    /// The service's breaker around a dependency, if there is one.
    #[must_use]
    pub fn breaker(&self, on: Dependency) -> Option<&CircuitBreaker> {
        let own = self.sites[on].pipeline.breaker()?;
        Some(self.shared_breaker.as_ref().map_or(own, |shared| &shared.breaker))
    }

    /// Whether the calls to both dependencies go through the same breaker.
    #[must_use]
    pub fn share_breaker(&self, a: Dependency, b: Dependency) -> bool {
        let shared = self.shared_breaker.as_ref();
        a == b || shared.is_some_and(|it| it.around.contains(&a) && it.around.contains(&b))
    }

    /// Whether a change of the breaker settings of a dependency reaches a breaker.
    pub(super) fn uses_breaker_settings(&self, of: Dependency) -> bool {
        self.shared_breaker.as_ref().is_none_or(|shared| shared.settings_of == of)
    }

    /// Finds out again which dependencies share the breaker, after it was switched around one.
    pub(super) fn note_sharing(&mut self) {
        if let Some(shared) = &mut self.shared_breaker {
            shared.around = around(&self.scenario, &self.sites);
        }
    }
}

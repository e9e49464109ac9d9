//! Who stands on the stage: what of a scenario can ever be called.

use fusebox::LayerKind;
use fusebox_sim::{Dependency, Scenario};

/// Who stands on the stage, as the scenario has it from its beginning.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Topology {
    pub(crate) clients: u32,
    /// None where the clients call the database themselves.
    pub(crate) service: Option<ServicePart>,
    /// What can be called, from the top to the bottom.
    pub(crate) parts: Vec<Part>,
}

/// The service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ServicePart {
    pub(crate) workers: u32,
    pub(crate) queue: u32,
    /// Places in the queue of jobs, where there is one and writes that it is for.
    pub(crate) jobs: Option<u32>,
    /// Connections of the pool that all dependencies share.
    pub(crate) shared_pool: Option<u32>,
}

/// A dependency.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Part {
    pub(crate) on: Dependency,
    /// Requests that it works on at the same time.
    pub(crate) slots: u32,
    /// Connections of the pool that it has for itself.
    pub(crate) pool: Option<u32>,
    /// Whether the service has a breaker and a bulkhead around it, on or off.
    pub(crate) breaker: bool,
    pub(crate) bulkhead: bool,
}

impl Topology {
    pub(crate) fn of(scenario: &Scenario) -> Self {
        let writes = scenario.clients.iter().any(|group| group.mix.mutation > 0);
        let service = scenario.service.as_ref().map(|service| ServicePart {
            workers: service.threads,
            queue: service.accept_queue,
            jobs: service.writes.job_queue.filter(|_| writes).map(|jobs| jobs.capacity),
            shared_pool: service.shared_pool.map(|pool| pool.max_connections),
        });
        let parts = scenario.used().into_iter().map(|on| Part::of(scenario, on)).collect();
        Self { clients: scenario.client_count(), service, parts }
    }
}

impl Part {
    fn of(scenario: &Scenario, on: Dependency) -> Self {
        let config = &scenario.dependencies[on];
        let service = scenario.service.as_ref();
        let own_pool = config.pool.filter(|_| service.is_some_and(|it| it.shared_pool.is_none()));
        let has =
            |kind| service.is_some() && config.layers.iter().any(|layer| layer.kind() == kind);
        Self {
            on,
            slots: config.server.concurrency,
            pool: own_pool.map(|pool| pool.max_connections),
            breaker: has(LayerKind::Breaker),
            bulkhead: has(LayerKind::Bulkhead),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use fusebox_lab::presets;

    fn parts(preset: &str) -> Vec<Dependency> {
        let preset = presets::find(preset).expect("a preset");
        Topology::of(&(preset.scenario)()).parts.iter().map(|part| part.on).collect()
    }

    #[test]
    fn only_what_can_be_called_stands_on_the_stage() {
        use Dependency::{Cache, Model, Postgres, SmallModel};
        assert_eq!(parts("search-service"), [Postgres]);
        assert_eq!(parts("herd-immediate"), [Postgres]);
        assert_eq!(parts("bulkheads-save-health"), [Postgres, Model, Cache]);
        assert_eq!(parts("rate-limited-model"), [Postgres, Model, SmallModel, Cache]);
    }

    #[test]
    fn a_shared_pool_is_the_services_and_no_dependency_has_one_besides() {
        let topology = Topology::of(&(presets::find("shared-pool").expect("a preset").scenario)());
        assert_eq!(topology.service.and_then(|service| service.shared_pool), Some(38));
        assert!(topology.parts.iter().all(|part| part.pool.is_none()));
        let herd = Topology::of(&(presets::find("herd-immediate").expect("a preset").scenario)());
        assert_eq!((herd.clients, herd.service), (2_000, None));
        assert!(herd.parts.iter().all(|part| part.pool.is_none() && !part.breaker));
    }
}

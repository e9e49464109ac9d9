//! Changes of settings in a running world: each machine keeps its state and goes on by the new ones.

use super::World;
use crate::action::Change;
use crate::dependency::Dependency;
use fusebox::LayerKind;

impl World {
    /// Changes a setting of a dependency, or of a layer around it, from now on; a change that does not
    /// fit the other settings has no effect.
    pub(super) fn set(&mut self, on: Dependency, change: Change) {
        let Ok(config) = change.of(&self.scenario.dependencies[on]) else { return };
        let old = std::mem::replace(&mut self.scenario.dependencies[on], config.clone());
        let reaches =
            |world: &Self, kind| kind != LayerKind::Breaker || world.uses_breaker_settings(on);
        for layer in config.layers.into_iter().filter(|layer| !old.layers.contains(layer)) {
            if !reaches(self, layer.kind()) {
                continue;
            }
            self.change_pipeline(on, |pipeline, now| {
                // It was checked above.
                let _ = pipeline.reconfigure(now, layer);
            });
        }
        let site = &mut self.sites[on];
        site.pipeline.set_classifier(config.classifier);
        while let Some(grant) = site.pipeline.poll_grant() {
            self.grants.push_back(grant);
            self.unsettled = true;
        }
        if config.server != old.server {
            site.server.reconfigure(self.now, config.server);
            site.connections = config.server.max_connections;
        }
        site.link = config.link;
        let shared = self.service.as_ref().is_some_and(|it| it.config.shared_pool.is_some());
        if let (Some(pool), Some(config), false) = (site.pool, config.pool, shared) {
            self.pools[pool].reconfigure(config);
            self.pools_freed = true;
        }
        self.begin_queued(on);
    }
}

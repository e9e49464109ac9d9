//! The service's side: an accept queue and worker threads, each with one call at a time.

use super::{Event, World, count, pipeline_seed};
use crate::engine::{ConfigError, Pipeline};
use crate::sim::calls::CallKey;
use crate::sim::scenario::ServiceConfig;
use crate::sim::trace::{Reply, What};
use crate::time::Instant;
use std::collections::VecDeque;

#[derive(Debug)]
pub(super) struct Service {
    pub(super) config: ServiceConfig,
    pub(super) pipeline: Pipeline,
    pub(super) busy: u32,
    pub(super) queue: VecDeque<CallKey>,
    /// When the newest answer of the database was put into the cache.
    pub(super) cached_at: Option<Instant>,
}

impl Service {
    pub(super) fn new(config: &ServiceConfig, seed: u64) -> Result<Self, ConfigError> {
        let mut pipeline = Pipeline::new(&config.layers, pipeline_seed(seed, 0))?;
        for &kind in &config.off {
            pipeline.switch(Instant::ZERO, kind, false);
        }
        Ok(Self {
            config: config.clone(),
            pipeline,
            busy: 0,
            queue: VecDeque::new(),
            cached_at: None,
        })
    }
}

impl World {
    /// A call arrives; [`World::settle`] gives it to a worker thread as soon as one is free.
    pub(super) fn accept(&mut self, key: CallKey) {
        let Some(service) = &mut self.service else { return };
        let free = service.busy < service.config.workers;
        if free || count(service.queue.len()) < service.config.queue {
            service.queue.push_back(key);
        } else if let Some(call) = self.calls.get_mut(key) {
            let id = call.id;
            self.file(Some(id), What::TurnedAway);
            self.send_reply(key, Reply::FailedFast);
        }
    }

    /// A worker thread begins with a call.
    pub(super) fn work(&mut self, key: CallKey) {
        let Some(service) = &self.service else { return };
        let Some(call) = self.calls.get_mut(key) else { return };
        if call.health {
            let done_at = self.now + service.config.health_time;
            self.schedule.at(done_at, Event::HealthDone(key));
        } else {
            self.enter_pipeline(key);
        }
    }

    /// A worker thread is done with a call; [`World::settle`] gives it the next.
    pub(super) fn reply(&mut self, key: CallKey, reply: Reply) {
        self.send_reply(key, reply);
        if let Some(service) = &mut self.service {
            service.busy -= 1;
        }
    }

    /// The next call in the queue, where a worker thread is free to take it.
    pub(super) fn next_in_queue(&mut self) -> Option<CallKey> {
        let service = self.service.as_mut()?;
        if service.busy == service.config.workers {
            return None;
        }
        let next = service.queue.pop_front()?;
        service.busy += 1;
        Some(next)
    }

    pub(super) fn send_reply(&mut self, key: CallKey, reply: Reply) {
        // Without a service the client itself is done, and there is no way back.
        if self.service.is_some() {
            let arrives_at = self.now + self.scenario.clients.network;
            self.schedule.at(arrives_at, Event::ReachClient(key, reply));
        } else {
            self.reach_client(key, reply);
        }
    }
}

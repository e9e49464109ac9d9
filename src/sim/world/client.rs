//! The clients' side: they call, wait, and give up.

use super::{Event, NO_ATTEMPT, World, pipeline_seed};
use crate::engine::{ConfigError, Pipeline};
use crate::rng::{Label, Rng, mix};
use crate::sim::calls::{CallKey, CallState};
use crate::sim::scenario::Scenario;
use crate::sim::trace::{Reply, What};
use crate::time::Instant;

const ARRIVALS: Label = Label::new("arrivals");
const HEALTH: Label = Label::new("health");
const JITTER: Label = Label::new("jitter");

/// Calls under way at the same time, at the most; a client that would add one finds no connection.
const CALLS_MAX: usize = 1_000_000;

/// A client as far as it is more than its number.
#[derive(Debug)]
pub(super) struct Client {
    pub(super) arrivals: Rng,
    pub(super) calls: u32,
    /// Its own pipeline, where it calls the database itself.
    pub(super) pipeline: Option<Pipeline>,
}

impl Client {
    pub(super) fn new(scenario: &Scenario, seed: u64, n: u32) -> Result<Self, ConfigError> {
        let own = scenario.service.is_none();
        Ok(Self {
            arrivals: Rng::labelled(seed, ARRIVALS, u64::from(n)),
            calls: 0,
            pipeline: own
                .then(|| Pipeline::new(&scenario.clients.layers, pipeline_seed(seed, n)))
                .transpose()?,
        })
    }
}

impl World {
    pub(super) fn call(&mut self, n: u32) {
        let client = &mut self.clients[n as usize];
        let tape_key = mix(u64::from(n)) ^ u64::from(client.calls);
        client.calls += 1;
        self.measures.counters.calls += 1;
        let id = self.next_call;
        self.next_call += 1;
        let health = self.service.as_ref().is_some_and(|service| {
            let share = service.config.health_per_mille;
            Rng::labelled(self.seed, HEALTH, tape_key).chance(share)
        });
        self.file(Some(id), What::Called { client: n, health });
        if self.calls.len() >= CALLS_MAX {
            self.measures.counters.reply(Reply::FailedFast);
            return;
        }
        let key = self.calls.insert(CallState {
            id,
            tape_key,
            client: n,
            health,
            called_at: self.now,
            awaited: true,
            machine: None,
            attempt: NO_ATTEMPT,
            wake_at: Instant::MAX,
            rng: Rng::labelled(self.seed, JITTER, tape_key),
        });
        if let Some(patience) = self.scenario.clients.patience {
            self.schedule.at(self.now + patience, Event::PatienceOver(key));
        }
        if self.service.is_some() {
            let arrives_at = self.now + self.scenario.clients.network;
            self.schedule.at(arrives_at, Event::ReachService(key));
        } else {
            self.enter_pipeline(key);
        }
    }

    pub(super) fn reach_client(&mut self, key: CallKey, reply: Reply) {
        let Some(call) = self.calls.remove(key) else { return };
        if call.awaited {
            let latency = self.now.since(call.called_at);
            self.measures.counters.reply(reply);
            if matches!(reply, Reply::Success | Reply::Fallback) {
                self.measures.latency(latency);
            }
            if call.health {
                self.measures.counters.health(reply == Reply::Success);
            }
            self.file(Some(call.id), What::Answered { client: call.client, reply, latency });
        }
    }

    pub(super) fn give_up(&mut self, key: CallKey) {
        let Some(call) = self.calls.get_mut(key) else { return };
        call.awaited = false;
        let (id, client, latency) = (call.id, call.client, self.now.since(call.called_at));
        if call.health {
            self.measures.counters.health(false);
        }
        self.measures.counters.gave_up += 1;
        self.file(Some(id), What::GaveUp { client, latency });
    }
}

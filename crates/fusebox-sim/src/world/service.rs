//! The service's side: an accept queue, worker threads, and the steps of each endpoint.

use super::response::Response;
use super::{Event, World, count};
use crate::calls::{Attempt, CallKey, CallState, Role};
use crate::dependency::Dependency;
use crate::fault::FaultKind;
use crate::fault_set::FaultSet;
use crate::scenario::ServiceConfig;
use crate::trace::{Endpoint, Reply, What};
use crate::world::writes::Job;
use fusebox::rng::{Label, Rng, mix};
use fusebox::time::Instant;
use fusebox::{Answer, End, Input};
use std::collections::VecDeque;

const JITTER: Label = Label::new("service jitter");

#[derive(Clone, Debug, Default)]
pub(super) struct Service {
    pub(super) config: ServiceConfig,
    pub(super) busy: u32,
    pub(super) queue: VecDeque<CallKey>,
    /// Requests in the queue that were cancelled.
    pub(super) cancelled: u32,
    pub(super) jobs: VecDeque<Job>,
    pub(super) jobs_busy: u32,
    /// After a failed job, no job begins before this moment.
    pub(super) jobs_after: Instant,
    pub(super) faults: FaultSet,
    /// The events for its process while it hangs, in their order: at most one answer, one
    /// connection and one timer per call.
    pub(super) held: Vec<Event>,
}

impl Service {
    /// Requests queued for a thread.
    pub(super) fn queued(&self) -> u32 {
        count(self.queue.len()) - self.cancelled
    }

    /// Whether the process does nothing, because it hangs or does not exist.
    pub(super) const fn is_still(&self) -> bool {
        self.faults.is(FaultKind::Hang) || self.faults.is(FaultKind::Down)
    }

    /// Whether a thread is free.
    fn has_thread(&self) -> bool {
        !self.is_still() && self.busy < self.faults.left(self.config.threads)
    }

    /// Whether there is a thread or a place in the queue for one more.
    pub(super) fn has_room(&self) -> bool {
        self.has_thread() || self.queued() < self.config.accept_queue
    }
}

impl World {
    /// A request arrives; [`World::settle`] gives it to a worker thread as soon as one is free.
    pub(super) fn accept(&mut self, parent: Attempt) {
        if !self.lets_in(parent) {
            return;
        }
        let Some(service) = &self.service else { return };
        let room = service.has_room();
        // A request whose client hung up while it was on its way is never read.
        let Some(caller) = self.calls.of(parent) else { return };
        let origin = caller.from;
        self.calls.connected(parent.call);
        if !room {
            self.measures.counters.turned_away += 1;
            self.file(Some(origin.id), None, What::TurnedAway);
            self.send_response(parent, Ok(Reply::FailedFast.into()));
            return;
        }
        if let Some(operation) = origin.operation {
            self.ledger.hold(operation);
        }
        let on = self.called_after(origin.endpoint, 0).unwrap_or(Dependency::Postgres);
        let asks_for = self.draw_key(origin.stream);
        let (step, degraded, at_work, unsure) = (0, false, false, false);
        let role = Role::Request { parent, asks_for, on, step, degraded, at_work, unsure };
        let stream_key = mix(origin.stream).wrapping_add(u64::from(parent.number));
        let rng = Rng::labelled(self.seed, JITTER, stream_key);
        let key = self.calls.insert(CallState::new(origin, role, stream_key, rng));
        if let Some(caller) = self.calls.get_mut(parent.call) {
            caller.exchange.request = Some(key);
        }
        let Some(service) = &mut self.service else { return };
        let ahead = service.queued();
        service.queue.push_back(key);
        self.unsettled = true;
        if !service.has_thread() {
            self.file(Some(origin.id), None, What::WaitsForThread(ahead));
        }
    }

    /// The next request in the queue, if a worker thread is free.
    pub(super) fn next_in_queue(&mut self) -> Option<CallKey> {
        let service = self.service.as_mut()?;
        if !service.has_thread() {
            return None;
        }
        loop {
            let next = service.queue.pop_front()?;
            if self.calls.get(next).is_some() {
                service.busy += 1;
                return Some(next);
            }
            service.cancelled -= 1;
        }
    }

    /// A worker thread begins a request.
    pub(super) fn work(&mut self, key: CallKey) {
        let Some(service) = &self.service else { return };
        let (health_time, ill) = (service.config.health_check_time, !service.faults.is_empty());
        let Some(call) = self.calls.get_mut(key) else { return };
        if let Role::Request { at_work, .. } = &mut call.role {
            *at_work = true;
        }
        let endpoint = call.from.endpoint;
        if ill && self.works_badly(key) {
            return;
        }
        if endpoint == Endpoint::Health {
            self.schedule.at(self.now + health_time, Event::HealthDone(key));
        } else {
            self.enter_pipeline(key);
        }
    }

    /// Cancels a request that the client abandoned.
    #[inline(never)]
    pub(super) fn cancel_request(&mut self, key: CallKey) {
        if self.service_is(FaultKind::Partitioned) {
            return;
        }
        let Some(call) = self.calls.get(key) else { return };
        match call.role {
            Role::Request { at_work: false, .. } => {
                self.remove_call(key);
                if let Some(service) = &mut self.service {
                    service.cancelled += 1;
                    // Once more than half of the queue is cancelled, all cancelled requests are
                    // removed together.
                    if 2 * service.cancelled > count(service.queue.len()) {
                        service.queue.retain(|key| self.calls.get(*key).is_some());
                        service.cancelled = 0;
                    }
                }
            }
            // A slow service is still at its own work.
            _ if call.from.endpoint != Endpoint::Health && self.calls.machine(key).is_none() => {
                self.respond(key, None);
            }
            _ => self.tell(key, Input::HungUp),
        }
    }

    /// The dependency that the endpoint calls after this number of steps.
    fn called_after(&self, endpoint: Endpoint, steps: u8) -> Option<Dependency> {
        match (endpoint, steps) {
            (Endpoint::Search, n) => {
                self.service.as_ref()?.config.search.get(usize::from(n)).copied()
            }
            (Endpoint::CachedRead, 0) => Some(Dependency::Cache),
            (Endpoint::CachedRead, 1) | (_, 0) => Some(Dependency::Postgres),
            _ => None,
        }
    }

    /// Ends a step of a request, in the pipeline around its dependency.
    pub(super) fn finish_step(&mut self, key: CallKey, end: End) {
        let Some(call) = self.calls.get(key) else { return };
        let Role::Request { on, .. } = call.role else { return };
        match (call.from.endpoint, on) {
            (_, _) if matches!(end, End::HungUp) => self.respond(key, None),
            (Endpoint::Mutation, _) => self.finish_write(key, end),
            (Endpoint::CachedRead, Dependency::Cache) => self.finish_lookup(key, end),
            _ => self.finish_read(key, end),
        }
    }

    /// Ends the step of a cached read; what the cache does not have fresh is read from the
    /// database.
    fn finish_lookup(&mut self, key: CallKey, end: End) {
        let Some(call) = self.calls.get(key) else { return };
        let made = self.cached(Dependency::Postgres, call);
        let fresh_for = self.service.as_ref().map(|service| service.config.cache.ttl);
        let age = made.map(|at| self.now.since(at));
        if let (End::Success, Some(age), Some(fresh_for)) = (end, age, fresh_for)
            && age <= fresh_for
        {
            self.file(Some(call.from.id), Some(Dependency::Cache), What::CacheHit { age });
            self.respond(key, Some(Reply::Success.into()));
        } else {
            self.go_on(key, false);
        }
    }

    fn finish_read(&mut self, key: CallKey, end: End) {
        let Some(call) = self.calls.get(key) else { return };
        let Role::Request { on, .. } = call.role else { return };
        match end {
            End::Success => {
                self.keep(key);
                self.go_on(key, false);
            }
            End::Fallback { answer: Answer::Substitute, rejected } => {
                if on.substitute().is_some() {
                    self.ask_substitute(key);
                } else {
                    // A write has no substitute.
                    let reply = if rejected { Reply::FailedFast } else { Reply::Failure };
                    self.respond(key, Some(reply.into()));
                }
            }
            End::Fallback { answer, .. } if answer.is_useful() => self.go_on(key, true),
            end => self.respond(key, Some(Response::of(end))),
        }
    }

    fn ask_substitute(&mut self, key: CallKey) {
        let Some(call) = self.calls.get_mut(key) else { return };
        let Role::Request { on, degraded, .. } = &mut call.role else { return };
        let Some(other) = on.substitute() else { return };
        let (id, from) = (call.from.id, std::mem::replace(on, other));
        *degraded = true;
        self.file(Some(id), Some(from), What::Substituted(other));
        self.enter_pipeline(key);
    }

    /// The next step of a request, or its end.
    fn go_on(&mut self, key: CallKey, worse: bool) {
        let Some(call) = self.calls.get(key) else { return };
        let Role::Request { step, degraded, .. } = call.role else { return };
        let next = self.called_after(call.from.endpoint, step + 1);
        let now_degraded = degraded || worse;
        let Some(next) = next else {
            let reply = if now_degraded { Reply::Fallback } else { Reply::Success };
            self.respond(key, Some(reply.into()));
            return;
        };
        let Some(call) = self.calls.get_mut(key) else { return };
        if let Role::Request { on, step, degraded, .. } = &mut call.role {
            (*on, *step, *degraded) = (next, *step + 1, now_degraded);
        }
        self.enter_pipeline(key);
    }

    /// Ends a request: its thread is free, and the caller gets the answer.
    pub(super) fn respond(&mut self, key: CallKey, response: Option<Response>) {
        let Some(call) = self.calls.get(key) else { return };
        let Role::Request { parent, at_work, .. } = call.role else { return };
        let (id, operation) = (call.from.id, call.from.operation);
        self.remove_call(key);
        if let Some(service) = &mut self.service {
            service.busy -= u32::from(at_work);
            self.unsettled = true;
        }
        let Some(response) = response else { return };
        if response.is_503() {
            let retry_after = response.retry_after;
            self.file(Some(id), None, What::Unavailable { retry_after });
        }
        if let (Some(operation), true) = (operation, response.reply.is_useful()) {
            self.ledger.promise(operation);
        }
        self.send_response(parent, Ok(response));
    }
}

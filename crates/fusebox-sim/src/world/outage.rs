//! Faults of the service itself: what each of them does to its process, and how the process
//! recovers.
//!
//! [`Fault`](crate::Fault) describes what each of them means for the service.

use super::{Event, World};
use crate::calls::{Attempt, CallKey, Role};
use crate::dependency::Dependency;
use crate::fault::FaultKind;
use crate::trace::{Endpoint, Reply};
use fusebox::rng::{Label, Rng};
use fusebox::time::{Duration, Instant};
use fusebox::{Failure, Input, Pipeline};

const FLAKY: Label = Label::new("service flaky");

impl World {
    /// Whether the process of the service exists and does not hang.
    pub(super) fn is_running(&self) -> bool {
        self.service.as_ref().is_some_and(|service| !service.is_still())
    }

    /// Whether the service has a fault of this kind.
    #[inline]
    pub(super) fn service_is(&self, kind: FaultKind) -> bool {
        self.service.as_ref().is_some_and(|service| service.faults.is(kind))
    }

    /// Ends the process, and all that it held: requests, connections, and the state of its layers.
    /// The job queue is a store of its own, and gets back the jobs that were being tried.
    pub(super) fn end_process(&mut self) {
        self.pools.iter_mut().for_each(crate::pool::Pool::forget_waiting);
        let of_process = self.calls.iter().filter(|(_, call)| !call.role.is_client());
        let keys: Vec<CallKey> = of_process.map(|(key, _)| key).collect();
        for key in keys {
            self.lose_request(key);
        }
        if let Some(service) = &mut self.service {
            service.queue.clear();
            (service.busy, service.cancelled) = (0, 0);
            service.held.clear();
        }
        for on in Dependency::ALL {
            self.close_connections(on);
            self.change_pipeline(on, Pipeline::forget);
        }
        self.schedule.retain(|event| !event.is_pools_own());
    }

    /// Drops a request or a job of the process. Its connection closes. What it had asked a server
    /// for continues there, or is stopped if the scenario cancels abandoned work.
    fn lose_request(&mut self, key: CallKey) {
        self.leave_exchange(key, false);
        let Some(call) = self.calls.get(key) else { return };
        match call.role {
            Role::Client { .. } => return,
            Role::Request { parent, .. } => {
                self.send_response(parent, Err(Failure::ConnectionLost));
            }
            Role::Job { .. } => self.put_back_job(key),
            Role::Hedge { .. } => {}
        }
        self.remove_call(key);
    }

    fn close_connections(&mut self, on: Dependency) {
        let site = &mut self.sites[on];
        let Some(pool) = site.pool.map(|pool| &mut self.pools[pool]) else { return };
        // The connections still in use are those that the pool itself was opening or checking.
        pool.close_all(on);
        site.asking = 0;
    }

    /// Holds back an event for the process of a service that hangs; returns whether it was for the
    /// process.
    #[cold]
    pub(super) fn holds_back(&mut self, event: Event) -> bool {
        let Some(service) = &mut self.service else { return false };
        let is_its_own = match event {
            Event::Wake(key, number) => match self.calls.get_mut(key) {
                Some(call) if call.wake == number && !call.role.is_client() => {
                    // The timer is no longer scheduled.
                    std::mem::replace(&mut call.wake_at, Instant::MAX) != Instant::MAX
                }
                _ => false,
            },
            Event::Answer { attempt, .. } => self.calls.of(attempt).is_some(),
            Event::Worked(key) | Event::HealthDone(key) | Event::CancelRequest(key) => {
                self.calls.get(key).is_some()
            }
            Event::Dialed(..) | Event::Checked(..) => true,
            _ => false,
        };
        if is_its_own {
            service.held.push(event);
        }
        is_its_own
    }

    /// The process continues, and receives all events that were held back.
    pub(super) fn catch_up(&mut self) {
        let Some(service) = &mut self.service else { return };
        for event in std::mem::take(&mut service.held) {
            match event {
                Event::Wake(key, number) => {
                    // A newer timer has another number.
                    if self.calls.get(key).is_some_and(|call| call.wake == number) {
                        self.tell(key, Input::Timer);
                    }
                }
                event => self.handle(event),
            }
            self.settle();
        }
    }

    /// Whether a request reaches a process that has to find a place for it; if not, its client gets
    /// an error, unless the network is partitioned.
    pub(super) fn lets_in(&mut self, parent: Attempt) -> bool {
        let now = self.now;
        let Some(service) = &mut self.service else { return true };
        if service.faults.is_empty() {
            return true;
        }
        let full = !service.has_room();
        let faults = &mut service.faults;
        if faults.is(FaultKind::Partitioned) {
            return false;
        }
        if faults.is(FaultKind::Down) || faults.is(FaultKind::Hang) && full {
            self.send_response(parent, Err(Failure::Connect));
            return false;
        }
        if faults.is(FaultKind::Hang) || self.calls.of(parent).is_none() {
            return true;
        }
        let Some(Err(refused)) = faults.limit_mut().map(|limit| limit.try_acquire(now, 1)) else {
            return true;
        };
        self.calls.connected(parent.call);
        let retry_after = Some(refused.retry_after().unwrap_or(Duration::ZERO));
        self.send_response(parent, Err(Failure::answer(429, retry_after)));
        false
    }

    /// A thread of a service with a fault begins a request: the request may fail, and if the
    /// service is slow, its own work comes first. Returns whether the request stops here for now.
    pub(super) fn works_badly(&mut self, key: CallKey) -> bool {
        let Some(service) = &self.service else { return false };
        let (faults, time) = (&service.faults, service.config.health_check_time);
        let Some(call) = self.calls.get(key) else { return false };
        let Role::Request { parent, .. } = call.role else { return false };
        let fails = |share| Rng::labelled(self.seed, FLAKY, call.stream_key).chance(share);
        if faults.failing().is_some_and(fails) {
            self.respond(key, None);
            self.send_response(parent, Err(Failure::status(500)));
            return true;
        }
        let is_slow = faults.factor() > 1;
        if is_slow {
            // Without the fault this time is left out of the model, so only the time that the
            // factor adds counts.
            let left_out = u64::from(call.from.endpoint != Endpoint::Health);
            let own = time.saturating_mul(u64::from(faults.factor()) - left_out);
            self.schedule.at(self.now + own, Event::Worked(key));
        }
        is_slow
    }

    /// Continues with a request after the service's own work on it.
    pub(super) fn worked(&mut self, key: CallKey) {
        let Some(call) = self.calls.get(key) else { return };
        if call.from.endpoint == Endpoint::Health {
            self.respond(key, Some(Reply::Success.into()));
        } else {
            self.enter_pipeline(key);
        }
    }
}

//! Invariants of every world, between any two events.

use super::{World, count};
use crate::calls::{CallState, Line, Role};
use crate::dependency::Dependency;
use crate::fault::FaultKind;
use crate::ledger::Mutations;
use crate::pool::Pool;
use crate::server::Work;
use core::fmt;
use fusebox::Bulkhead;

/// A broken invariant of a world.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// The invariant.
    pub rule: &'static str,
    /// The two numbers that should be equal, or of which the first should not exceed the second.
    pub numbers: (u64, u64),
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (left, right) = self.numbers;
        write!(f, "{}: {left} and {right}", self.rule)
    }
}

impl core::error::Error for Violation {}

type Checked = Result<(), Violation>;

fn require(holds: fn(&u64, &u64) -> bool, rule: &'static str, numbers: (u64, u64)) -> Checked {
    if holds(&numbers.0, &numbers.1) { Ok(()) } else { Err(Violation { rule, numbers }) }
}

fn equal(rule: &'static str, left: impl Into<u64>, right: impl Into<u64>) -> Checked {
    require(u64::eq, rule, (left.into(), right.into()))
}

fn at_most(rule: &'static str, left: impl Into<u64>, right: impl Into<u64>) -> Checked {
    require(u64::le, rule, (left.into(), right.into()))
}

impl World {
    /// Checks the invariants of every world between two events: every call ends once, threads,
    /// slots and connections are neither lost nor used twice, no queue is longer than it may be, no
    /// write with a key takes effect twice, and nothing of an unfinished transaction is visible.
    ///
    /// It is meant for tests, and looks at everything in flight.
    ///
    /// # Errors
    /// With the first rule that is broken.
    pub fn check(&self) -> Result<(), Violation> {
        self.check_calls()?;
        self.check_service()?;
        self.check_outage()?;
        for on in Dependency::ALL {
            self.check_server(on)?;
            self.check_connections(on)?;
        }
        self.check_pools()?;
        self.check_writes()
    }

    fn number(&self, which: impl Fn(&CallState) -> bool) -> u64 {
        self.calls.iter().filter(|(_, call)| which(call)).count() as u64
    }

    fn check_calls(&self) -> Checked {
        let counters = &self.measures.counters;
        let waiting = self.number(|call| matches!(call.role, Role::Client { .. }));
        equal("calls of clients in flight, counted and found", self.client_calls, waiting)?;
        let ended = counters.useful() + counters.errors();
        let sent = counters.calls + counters.carried;
        equal("calls sent, and ended or in flight", sent, ended + waiting)?;
        let endpoints = counters.endpoints.iter();
        let by_endpoint: u64 = endpoints.map(|endpoint| endpoint.useful + endpoint.errors).sum();
        equal("calls ended, in all and by endpoint", ended, by_endpoint)
    }

    fn check_service(&self) -> Checked {
        let Some(service) = &self.service else { return Ok(()) };
        let requests = |has_thread| {
            self.number(
                |call| matches!(call.role, Role::Request { at_work, .. } if at_work == has_thread),
            )
        };
        let (busy, queued, config) = (service.busy, service.queued(), &service.config);
        equal("busy threads, counted and found", busy, requests(true))?;
        at_most("busy threads, and threads", busy, config.threads)?;
        equal("queued requests, counted and found", queued, requests(false))?;
        at_most("queued requests, and the length of the queue", queued, config.accept_queue)?;
        let jobs = self.number(|call| matches!(call.role, Role::Job { .. }));
        equal("jobs being tried, counted and found", service.jobs_busy, jobs)?;
        let limits = config.writes.job_queue.map(|limits| limits.capacity + limits.workers);
        at_most("jobs, and most jobs", service.jobs.len() as u64 + jobs, limits.unwrap_or(0))
    }

    /// A service that is down holds nothing, and only one that hangs holds events back.
    fn check_outage(&self) -> Checked {
        let Some(service) = &self.service else { return Ok(()) };
        let faults = &service.faults;
        if !faults.is(FaultKind::Hang) {
            equal(
                "events held back from a service that runs, and 0",
                service.held.len() as u64,
                0_u32,
            )?;
        }
        if !faults.is(FaultKind::Down) {
            return Ok(());
        }
        let here = self.number(|call| !call.role.is_client());
        equal("requests and jobs in a service that is down, and 0", here, 0_u32)?;
        let connections: u32 = self.pools.iter().map(Pool::total).sum();
        equal("connections of a service that is down, and 0", connections, 0_u32)?;
        let bulkheads = self.sites.iter().filter_map(|(_, site)| site.pipeline.bulkhead());
        let taken: u32 = bulkheads.map(Bulkhead::taken).sum();
        equal("slots taken in a service that is down, and 0", taken, 0_u32)
    }

    fn check_server(&self, on: Dependency) -> Checked {
        let server = &self.sites[on].server;
        let (busy, queued) = (server.busy(), server.queued());
        let (concurrency, length) = server.most();
        at_most("requests in progress at a server, and its concurrency", busy, concurrency)?;
        at_most("requests queued at a server, and the length of its queue", queued, length)?;
        let found = count(server.in_flight().count());
        equal("requests at a server, counted and found", busy + queued, found)?;
        let connects = server.in_flight().filter(|it| matches!(it.work, Work::Connect { .. }));
        let connects = count(connects.count());
        equal("connects at a server, counted and found", server.connecting(), connects)?;
        if server.is(FaultKind::Down) {
            equal("requests at a server that is down, and 0", found, 0_u32)?;
        }
        Ok(())
    }

    fn check_connections(&self, on: Dependency) -> Checked {
        let site = &self.sites[on];
        let orphans = site.server.in_flight().filter(|visit| {
            let call = self.calls.get(visit.attempt.call);
            visit.pooled && call.is_none_or(|call| call.attempt != visit.attempt.number)
        });
        let orphans = count(orphans.count());
        equal("requests without a connection, counted and found", site.orphans, orphans)?;
        // For each pool the connections and places that its attempts hold, and those that wait.
        let mut found = vec![(0_u64, 0_u64); self.pools.len()];
        let mut asking = 0_u64;
        for (_, call) in self.calls.iter().filter(|(_, call)| self.way_of(call).0 == on) {
            let Some(pool) = self.pool_of(call) else { continue };
            match call.exchange.line {
                Line::Waiting => found[pool].1 += 1,
                Line::None | Line::Own(_) => {}
                Line::Asking | Line::Opening | Line::Checking(_) | Line::Open(_) => {
                    found[pool].0 += 1;
                }
            }
            asking += u64::from(call.exchange.line == Line::Asking);
        }
        at_most("connections asked for, found and counted", asking, site.asking)?;
        let own: u32 = self.pools_of(on).iter().map(|pool| pool.own(on)).sum();
        let most = asking + u64::from(own);
        at_most("connections asked for, counted and found", site.asking, most)?;
        for (pool, (held, waiting)) in self.pools.iter().zip(found) {
            let own = u64::from(pool.own(on));
            equal("connections in use, counted and found", pool.used(on), held + own)?;
            equal("attempts that wait for a connection", pool.waiting_for(on), waiting)?;
        }
        Ok(())
    }

    fn check_pools(&self) -> Checked {
        for pool in &self.pools {
            let (connections, queue) = pool.most();
            at_most("connections, and the size of their pool", pool.total(), connections)?;
            at_most("attempts queued at a pool, and its queue", pool.waiting(), queue)?;
        }
        Ok(())
    }

    fn check_writes(&self) -> Checked {
        let Mutations { asked, applied, duplicated, .. } = *self.ledger.all();
        let Mutations { prevented, transactions, rolled_back, statements, .. } = *self.ledger.all();
        if let Some((applied, keys)) = self.ledger.applied_and_keys() {
            equal("writes with a key that took effect again, and 0", duplicated, 0_u32)?;
            equal("writes in flight that took effect, and their keys", applied, keys)?;
        }
        let writes = self.service.as_ref().map(|service| service.config.writes);
        if writes.is_none_or(|it| !it.retry_without_key && it.job_queue.is_none()) {
            equal(
                "writes that took effect again with no one to repeat them, and 0",
                duplicated,
                0_u32,
            )?;
        }
        let whole = (applied + duplicated) * u64::from(self.ledger.statements());
        equal("visible statements, and those of whole transactions", statements, whole)?;
        let open = self.number(|call| call.exchange.transaction);
        let ended = applied + duplicated + prevented + rolled_back;
        at_most("transactions that ended or are open, and that began", ended + open, transactions)?;
        at_most("writes that took effect, and that were asked for", applied, asked)?;
        let jobs = self.service.as_ref().map_or(0, |service| service.jobs.len() as u64);
        let calls = self.number(|call| call.from.operation.is_some());
        let visits = Dependency::ALL.into_iter().flat_map(|on| self.sites[on].server.in_flight());
        let commits = visits.filter(|visit| matches!(visit.work, Work::Commit { .. })).count();
        let (holders, found) = (self.ledger.holders(), jobs + calls + commits as u64);
        at_most("holders of writes, found and counted", found, holders)?;
        if self.calls.len() == 0 && jobs == 0 {
            let pending = self.events_pending() as u64;
            at_most("holders of writes when nothing is in flight, and events", holders, pending)?;
        }
        Ok(())
    }
}

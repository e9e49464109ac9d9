//! What holds in every world after every event.

use super::World;
use super::visits::Work;
use crate::calls::{CallState, Line, Role};
use crate::dependency::Dependency;
use crate::fault::FaultKind;
use core::fmt;

/// Something that should hold in every world, and does not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// What should hold.
    pub rule: &'static str,
    /// The two numbers that should agree, or of which the first should not exceed the second.
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

fn equal(rule: &'static str, left: u64, right: u64) -> Checked {
    if left == right { Ok(()) } else { Err(Violation { rule, numbers: (left, right) }) }
}

fn at_most(rule: &'static str, left: u64, right: u64) -> Checked {
    if left <= right { Ok(()) } else { Err(Violation { rule, numbers: (left, right) }) }
}

impl World {
    /// Checks what holds in every world between two events: every call ends once, threads, slots and
    /// connections are neither lost nor used twice, no queue is longer than it may be, no write with a
    /// key takes effect twice, and nothing of an unfinished transaction can be seen.
    ///
    /// It is meant for tests, and looks at everything that is under way.
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
        equal("calls of clients under way, counted and found", self.client_calls, waiting)?;
        let ended = counters.useful() + counters.errors();
        equal("calls sent, and ended or under way", counters.calls, ended + waiting)?;
        let endpoints = counters.endpoints.iter();
        let by_endpoint = endpoints.map(|endpoint| endpoint.useful + endpoint.errors).sum();
        equal("calls ended, in all and by endpoint", ended, by_endpoint)
    }

    fn check_service(&self) -> Checked {
        let Some(service) = &self.service else { return Ok(()) };
        let requests = |working| {
            self.number(
                |call| matches!(call.role, Role::Request { at_work, .. } if at_work == working),
            )
        };
        let busy = u64::from(service.busy);
        equal("threads at work, counted and found", busy, requests(true))?;
        at_most("threads at work, and threads", busy, service.config.threads.into())?;
        let queued = u64::from(service.queued());
        equal("requests that wait, in the queue and found", queued, requests(false))?;
        at_most("requests that wait, and may", queued, service.config.accept_queue.into())?;
        let jobs = self.number(|call| matches!(call.role, Role::Job { .. }));
        equal("jobs being tried, counted and found", service.jobs_busy.into(), jobs)?;
        let limits = service.config.writes.job_queue;
        let most = limits.map_or(0, |jobs| u64::from(jobs.capacity) + u64::from(jobs.workers));
        at_most("jobs, and most jobs", service.jobs.len() as u64 + jobs, most)
    }

    /// A service that is gone has nothing, and only one that hangs keeps what it has not heard.
    fn check_outage(&self) -> Checked {
        let Some(service) = &self.service else { return Ok(()) };
        let faults = &service.outage.faults;
        if !faults.is(FaultKind::Hang) {
            equal("words for a service that hears, and none", service.outage.words_held(), 0)?;
        }
        if !faults.is(FaultKind::Down) {
            return Ok(());
        }
        let here = self.number(|call| !call.role.is_client());
        equal("requests and jobs in a service that is gone, and none", here, 0)?;
        let connections = self.pools.iter().map(|pool| u64::from(pool.total())).sum();
        equal("connections of a service that is gone, and none", connections, 0)?;
        let bulkheads = self.sites.iter().filter_map(|(_, site)| site.pipeline.bulkhead());
        let taken = bulkheads.map(|bulkhead| u64::from(bulkhead.taken())).sum();
        equal("slots taken in a service that is gone, and none", taken, 0)
    }

    fn check_server(&self, on: Dependency) -> Checked {
        let server = &self.sites[on].server;
        let config = &self.scenario.dependencies[on].server;
        let busy = u64::from(server.busy());
        at_most("requests at work in a server, and its slots", busy, config.concurrency.into())?;
        at_most(
            "requests that wait in a server, and may",
            server.queued().into(),
            config.queue.into(),
        )?;
        let found = server.under_way().count() as u64;
        equal("requests in a server, counted and found", busy + u64::from(server.queued()), found)?;
        if server.is(FaultKind::Down) {
            equal("requests in a server that is gone, and none", found, 0)?;
        }
        Ok(())
    }

    fn check_connections(&self, on: Dependency) -> Checked {
        let site = &self.sites[on];
        let orphans = site.server.under_way().filter(|visit| {
            let call = self.calls.get(visit.attempt.call);
            visit.pooled && call.is_none_or(|call| call.attempt != visit.attempt.number)
        });
        let orphans = orphans.count() as u64;
        equal("requests without a connection, counted and found", site.orphans.into(), orphans)?;
        let Some(pool) = site.pool.map(|pool| &self.pools[usize::from(pool)]) else {
            return Ok(());
        };
        let lines = |which: fn(&Line) -> bool| {
            self.number(|call| call.on() == Some(on) && which(&call.exchange.line))
        };
        let asking = lines(|line| matches!(line, Line::Asking));
        let held = asking + lines(|line| matches!(line, Line::Opening | Line::Open(_)));
        let (used, refills) = (u64::from(pool.used(on)), u64::from(site.refills));
        equal("connections in use, counted and found", used, held + refills)?;
        let counted = u64::from(site.asking);
        at_most("connections asked for, found and counted", asking, counted)?;
        at_most("connections asked for, counted and found", counted, asking + refills)?;
        let waiting = lines(|line| matches!(line, Line::Waiting));
        equal(
            "attempts that wait for one, in the pool and found",
            pool.waiting_for(on).into(),
            waiting,
        )
    }

    fn check_pools(&self) -> Checked {
        for pool in &self.pools {
            at_most(
                "connections, and the size of their pool",
                pool.total().into(),
                pool.config().max_connections.into(),
            )?;
            at_most(
                "attempts that wait for one, and may",
                pool.waiting().into(),
                pool.config().queue.into(),
            )?;
        }
        Ok(())
    }

    fn check_writes(&self) -> Checked {
        let mutations = self.ledger.mutations();
        if self.ledger.has_keys() {
            equal("writes with a key that took effect again, and none", mutations.duplicated, 0)?;
        }
        let statements = u64::from(self.ledger.statements());
        let whole = (mutations.applied + mutations.duplicated) * statements;
        equal(
            "statements that can be seen, and those of whole transactions",
            mutations.statements,
            whole,
        )?;
        let committed = mutations.applied + mutations.duplicated + mutations.prevented;
        let open = self.number(|call| call.exchange.transaction);
        at_most(
            "transactions that ended or are open, and that began",
            committed + mutations.rolled_back + open,
            mutations.transactions,
        )?;
        at_most(
            "writes that took effect, and that were asked for",
            mutations.applied,
            mutations.asked,
        )?;
        let jobs = self.service.as_ref().map_or(0, |service| service.jobs.len() as u64);
        let calls = self.number(|call| call.from.operation.is_some());
        let commits = Dependency::ALL.into_iter().flat_map(|on| self.sites[on].server.under_way());
        let commits =
            commits.filter(|visit| matches!(visit.work, Work::Commit { .. })).count() as u64;
        at_most(
            "holders of writes, found and counted",
            jobs + calls + commits,
            self.ledger.holders(),
        )?;
        if self.calls.len() == 0 && jobs == 0 {
            at_most(
                "holders of writes when nothing is under way",
                self.ledger.holders(),
                self.events_pending() as u64,
            )?;
        }
        Ok(())
    }
}

//! Requests at a server: they arrive, are worked on, and are answered.

use super::{Event, LOST, REFUSED, World};
use crate::calls::{Attempt, CallKey, CallState, Line, NO_ATTEMPT, Role};
use crate::dependency::Dependency;
use crate::fault::FaultKind;
use crate::ledger::OperationId;
use crate::measure::{AttemptEnd, Attempts, ClientAttempt};
use crate::scenario::Link;
use crate::server::{Arrival, Visit, Work};
use crate::slab::Key;
use crate::trace::What;
use fusebox::{Failure, Outcome};

impl World {
    /// Sends the next round trip of the attempt in flight.
    pub(super) fn send_visit(&mut self, key: CallKey) {
        let statements = self.ledger.statements();
        let Some(call) = self.calls.get(key) else { return };
        let visits = call.exchange.visits;
        let work = match call.from.operation {
            None => Work::Read,
            Some(_) if u32::from(visits) < statements => Work::Statement,
            Some(operation) => {
                self.ledger.hold(operation);
                Work::Commit { operation, statements: visits }
            }
        };
        let (epoch, pooled) = match call.exchange.line {
            Line::Open(connection) => (Some(connection.epoch), true),
            Line::Own(epoch) => (Some(epoch), false),
            Line::None | Line::Waiting | Line::Asking | Line::Opening | Line::Checking(_) => {
                (None, false)
            }
        };
        let attempt = call.attempt(key);
        let (on, link) = self.way_of(call);
        let key = call.message_key(4 + 3 * u64::from(visits));
        let (first, again) = (visits == 0, call.is_retry());
        let visit = Visit { attempt, key, work, epoch, first, again, pooled };
        self.send(link, key, Event::ReachServer(on, visit));
    }

    /// The dependency and the link of a call's attempts.
    pub(super) fn way_of(&self, call: &CallState) -> (Dependency, Link) {
        match call.on() {
            Some(on) => (on, self.sites[on].link),
            None => (Dependency::Postgres, self.client_link(call)),
        }
    }

    pub(super) fn reach_server(&mut self, on: Dependency, visit: Visit) {
        let site = &mut self.sites[on];
        let wanted = self.calls.of(visit.attempt).is_some();
        if site.server.is(FaultKind::Partitioned) || self.scenario.cancellation && !wanted {
            self.drop_visit(on, visit);
            return;
        }
        // The connection was closed after the request was sent; the server notices only when it
        // answers.
        site.orphans += u32::from(visit.pooled && !wanted);
        if visit.first {
            self.count_arrival(on, visit.again);
        }
        let epoch = self.sites[on].server.epoch();
        if visit.epoch.is_some_and(|opened| opened != epoch) {
            self.turn_back(on, visit, LOST);
            return;
        }
        match self.sites[on].server.arrive(self.now, visit) {
            Arrival::Started(slot, done_at) => {
                self.arrived(on, visit, Some(slot));
                self.schedule.at(done_at, Event::QueryDone(on, slot));
            }
            Arrival::Queued => {
                let ahead = self.sites[on].server.queued() - 1;
                let id = self.calls.of(visit.attempt).map(|call| call.from.id);
                self.file(id, Some(on), What::WaitsAtServer(ahead));
                self.arrived(on, visit, None);
            }
            Arrival::Refused => self.turn_back(on, visit, REFUSED),
            Arrival::Full => {
                let id = self.calls.of(visit.attempt).map(|call| call.from.id);
                self.file(id, Some(on), What::QueueFull);
                self.turn_back(on, visit, Outcome::Failure(Failure::status(503)));
            }
            Arrival::Limited(retry_after) => {
                self.measures.counters.dependencies[on].limited += 1;
                let code = self.sites[on].server.limit_status().code();
                let limited = Failure::answer(code, Some(retry_after));
                self.turn_back(on, visit, Outcome::Failure(limited));
            }
        }
    }

    pub(super) fn count_arrival(&mut self, on: Dependency, again: bool) {
        let counters = &mut self.measures.counters.dependencies[on];
        *if again { &mut counters.retries } else { &mut counters.first_attempts } += 1;
    }

    /// The request has reached the server, and so its attempt is connected.
    fn arrived(&mut self, on: Dependency, visit: Visit, slot: Option<Key>) {
        let epoch = self.sites[on].server.epoch();
        let begins = visit.first && visit.work != Work::Read;
        if begins {
            self.ledger.begin_transaction();
        }
        let Some(call) = self.calls.of_mut(visit.attempt) else {
            // No caller is left to end the transaction of an abandoned request.
            if begins {
                self.ledger.roll_back();
            }
            return;
        };
        call.exchange.at_server = true;
        call.exchange.slot = slot;
        call.exchange.transaction |= begins;
        if call.exchange.line == Line::None {
            call.exchange.line = Line::Own(epoch);
            self.calls.connected(visit.attempt.call);
        }
    }

    /// The server answers without having done anything, or its connection is found dead; a
    /// transaction of the request is rolled back.
    #[inline(never)]
    pub(super) fn turn_back(&mut self, on: Dependency, visit: Visit, outcome: Outcome) {
        self.roll_back(on, visit);
        self.leave_server(on, visit);
        self.forget_visit(on, visit);
        if matches!(visit.work, Work::Connect { .. }) {
            self.refuse_late(on, visit);
        } else {
            self.send_answer(on, visit.attempt, outcome);
        }
    }

    pub(super) fn finish_query(&mut self, on: Dependency, slot: Key) {
        let Some((visit, succeeded)) = self.sites[on].server.finish(slot) else { return };
        if matches!(visit.work, Work::Connect { .. }) {
            self.forget_visit(on, visit);
            self.finish_connect(on, visit);
            self.begin_queued(on);
            return;
        }
        self.leave_server(on, visit);
        let wanted = self.calls.of(visit.attempt).is_some();
        let counters = &mut self.measures.counters.dependencies[on];
        counters.worked += 1;
        counters.wasted += u64::from(!wanted);
        let outcome = if succeeded {
            if let Work::Commit { operation, statements } = visit.work {
                self.commit(visit, operation, statements);
            }
            Outcome::Success
        } else {
            self.roll_back(on, visit);
            Outcome::Failure(Failure::status(self.sites[on].server.flaky_status()))
        };
        self.forget_visit(on, visit);
        self.send_answer(on, visit.attempt, outcome);
        self.begin_queued(on);
    }

    #[inline(never)]
    fn commit(&mut self, visit: Visit, operation: OperationId, statements: u8) {
        let id = self.calls.get(visit.attempt.call).map(|call| call.from.id);
        if let Some(call) = self.calls.of_mut(visit.attempt) {
            call.exchange.transaction = false;
        }
        let what = self.ledger.commit(self.now, operation, statements);
        self.file(id, Some(Dependency::Postgres), what);
    }

    /// Rolls back the transaction of a request if it is still open. That of a statement ends with
    /// its attempt; only that of a commit may outlive it.
    fn roll_back(&mut self, on: Dependency, visit: Visit) {
        let open = match self.calls.of_mut(visit.attempt) {
            Some(call) => std::mem::take(&mut call.exchange.transaction),
            None => matches!(visit.work, Work::Commit { .. }),
        };
        if !open {
            return;
        }
        let id = self.calls.get(visit.attempt.call).map(|call| call.from.id);
        self.ledger.roll_back();
        self.file(id, Some(on), What::RolledBack);
    }

    #[inline(never)]
    pub(super) fn cancel_query(&mut self, on: Dependency, slot: Key) {
        if self.sites[on].server.is(FaultKind::Partitioned) {
            return;
        }
        let Some(visit) = self.sites[on].server.cancel(slot) else { return };
        self.leave_server(on, visit);
        self.drop_visit(on, visit);
        self.begin_queued(on);
    }

    /// Gives free places to queued requests.
    pub(super) fn begin_queued(&mut self, on: Dependency) {
        while let Some(visit) = self.sites[on].server.next_in_queue() {
            let hears =
                self.scenario.cancellation && !self.sites[on].server.is(FaultKind::Partitioned);
            let own = matches!(visit.work, Work::Connect { own: true, .. });
            if hears && !own && self.calls.of(visit.attempt).is_none() {
                self.leave_server(on, visit);
                self.drop_visit(on, visit);
                continue;
            }
            let (slot, done_at) = self.sites[on].server.begin(self.now, visit);
            if let Some(call) = self.calls.of_mut(visit.attempt)
                && call.exchange.at_server
            {
                call.exchange.slot = Some(slot);
            }
            self.schedule.at(done_at, Event::QueryDone(on, slot));
        }
    }

    /// Removes a request from the server that it was at.
    pub(super) fn leave_server(&mut self, on: Dependency, visit: Visit) {
        if let Some(call) = self.calls.of_mut(visit.attempt) {
            call.exchange.at_server = false;
            call.exchange.slot = None;
        } else if visit.pooled {
            let orphans = &mut self.sites[on].orphans;
            *orphans = orphans.saturating_sub(1);
        }
    }

    /// Drops a request without an answer.
    fn drop_visit(&mut self, on: Dependency, visit: Visit) {
        if matches!(visit.work, Work::Commit { .. }) {
            self.roll_back(on, visit);
        }
        self.forget_visit(on, visit);
    }

    /// Removes a request from the world.
    pub(super) fn forget_visit(&mut self, on: Dependency, visit: Visit) {
        match visit.work {
            Work::Commit { operation, .. } => self.ledger.release(operation),
            Work::Connect { .. } => self.sites[on].server.connect_is_over(),
            Work::Read | Work::Statement => {}
        }
    }

    fn send_answer(&mut self, on: Dependency, attempt: Attempt, outcome: Outcome) {
        let site = &self.sites[on];
        if site.server.is(FaultKind::Partitioned) {
            return;
        }
        let epoch = site.server.epoch();
        let Some(call) = self.calls.of(attempt) else { return };
        let key = call.message_key(5 + 3 * u64::from(call.exchange.visits));
        self.send(self.way_of(call).1, key, Event::Answer { attempt, outcome, epoch });
    }

    pub(super) fn answer(&mut self, attempt: Attempt, outcome: Outcome, epoch: u32) {
        let statements = self.ledger.statements();
        let Some(call) = self.calls.of(attempt) else { return };
        let (on, _) = self.way_of(call);
        let Some(call) = self.calls.get_mut(attempt.call) else { return };
        let id = call.from.id;
        let more = call.from.operation.is_some() && u32::from(call.exchange.visits) < statements;
        // If the server has crashed since, the answer that it had sent is lost.
        let died = epoch != self.sites[on].server.epoch();
        let outcome = if died && outcome.is_success() { LOST } else { outcome };
        if more && outcome.is_success() {
            call.exchange.visits += 1;
            self.send_visit(attempt.call);
            return;
        }
        if died && std::mem::take(&mut call.exchange.transaction) {
            self.ledger.roll_back();
            self.file(Some(id), Some(on), What::RolledBack);
        }
        self.end_attempt(attempt.call, outcome);
    }

    /// The watched attempts, with those in flight; none if none are watched.
    #[must_use]
    pub fn attempts(&self) -> Option<Attempts> {
        let mut attempts = self.measures.attempts().cloned()?;
        for (_, call) in self.calls.iter() {
            if matches!(call.role, Role::Client { .. }) && call.attempt != NO_ATTEMPT {
                let (client, at) = (call.from.client, call.attempt_at);
                let (again, took) = (call.is_retry(), self.now.since(at));
                attempts.add(ClientAttempt { client, again, at, took, end: AttemptEnd::InFlight });
            }
        }
        Some(attempts)
    }

    /// Records the end of a client's attempt at a database that it calls itself.
    pub(super) fn note_attempt(&mut self, key: CallKey, end: AttemptEnd) {
        let Some(attempts) = &mut self.measures.attempts else { return };
        let Some(call) = self.calls.get(key) else { return };
        let (client, at) = (call.from.client, call.attempt_at);
        let (again, took) = (call.is_retry(), self.now.since(at));
        attempts.add(ClientAttempt { client, again, at, took, end });
    }

    /// Ends the attempt in flight; its connection is returned to the pool, or closed.
    pub(super) fn end_attempt(&mut self, key: CallKey, outcome: Outcome) {
        let Some(call) = self.calls.get(key) else { return };
        let ((on, _), pool) = (self.way_of(call), self.pool_of(call));
        let (id, attempt, at) = (call.from.id, call.attempt(key), call.on());
        let after = self.now.since(call.attempt_at);
        let Some(call) = self.calls.get_mut(key) else { return };
        let exchange = std::mem::take(&mut call.exchange);
        call.attempt = NO_ATTEMPT;
        if at.is_none() {
            self.note_attempt(key, AttemptEnd::of(outcome));
        }
        let dead = matches!(outcome, REFUSED | LOST);
        if outcome == LOST && u32::from(exchange.visits) >= self.ledger.statements() {
            self.note_unsure(key);
        }
        self.hang_up(key, on, attempt, exchange, !dead);
        if let (Line::Open(connection), true, Some(pool)) = (exchange.line, dead, pool) {
            self.found_dead(pool, connection, Some(id), 0);
        }
        let counters = &mut self.measures.counters.dependencies[on];
        *if outcome.is_success() { &mut counters.successes } else { &mut counters.failures } += 1;
        self.file(Some(id), at.or(Some(on)), What::Attempted { outcome, after });
        self.attempt_over(key, outcome);
    }
}

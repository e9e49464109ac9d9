//! Connections: how attempts get them or wait for them, and when they close.

use super::{Event, REFUSED, World};
use crate::calls::{Attempt, CallKey, CallState, Exchange, Line, NO_ATTEMPT};
use crate::dependency::Dependency;
use crate::fault::FaultKind;
use crate::measure::AttemptEnd;
use crate::pool::{Connection, Pool, Taken};
use crate::scenario::PoolConfig;
use crate::trace::What;
use fusebox::time::Duration;

/// How often a connection to an unreachable server is tried again, like the first retries of TCP.
const DIAL_EVERY: Duration = Duration::from_secs(1);

impl World {
    /// Opens the pools of all dependencies that the service can call, including substitutes.
    pub(super) fn open_pools(&mut self) {
        let Some(service) = &self.service else { return };
        let shared = service.config.shared_pool;
        if let Some(config) = shared {
            self.open_pool(config);
        }
        let mut called = self.scenario.called();
        called.extend(called.clone().into_iter().filter_map(Dependency::substitute));
        for on in Dependency::ALL.into_iter().filter(|on| called.contains(on)) {
            match (shared, self.scenario.dependencies[on].pool) {
                (Some(_), _) => {}
                (None, Some(own)) => self.open_pool(own),
                (None, None) => continue,
            }
            let index = self.pools.len() - 1;
            self.sites[on].pool = Some(index);
            let (pool, most) = (&mut self.pools[index], self.sites[on].connections);
            while pool.idle(on) < most && pool.refill(on) {
                pool.give_back(Connection { to: on, epoch: 0 });
            }
        }
    }

    fn open_pool(&mut self, config: PoolConfig) {
        self.schedule.at(self.now + config.check_interval, Event::Maintain(self.pools.len()));
        self.pools.push(Pool::new(config));
    }

    /// Gets a connection for an attempt of the service.
    pub(super) fn connect(&mut self, key: CallKey) {
        let Some(call) = self.calls.get(key) else { return };
        let Some(on) = call.on() else { return };
        let Some(pool) = self.sites[on].pool else {
            self.send_visit(key);
            return;
        };
        let attempt = call.attempt(key);
        let taken = self.pools[pool].take(on, attempt);
        self.use_connection(pool, on, attempt, taken);
    }

    /// Gives freed connections and places of the pools to the attempts queued for them.
    pub(super) fn serve_pools(&mut self) {
        self.pools_freed = false;
        for index in 0..self.pools.len() {
            while let Some((attempt, taken)) = self.pools[index].serve() {
                let on = self.calls.get(attempt.call).and_then(CallState::on);
                if let Some(on) = on {
                    self.use_connection(index, on, attempt, taken);
                }
            }
        }
    }

    fn use_connection(&mut self, pool: usize, on: Dependency, attempt: Attempt, mut taken: Taken) {
        let site = &self.sites[on];
        let pool = &mut self.pools[pool];
        let mut dead = 0;
        // A socket whose other end has died shows that when it is checked.
        while let Taken::Open(connection) = taken
            && pool.config().liveness_check
            && connection.epoch != site.server.epoch()
        {
            dead += 1;
            taken = pool.take_again(on);
        }
        let waiting = pool.waiting();
        if dead > 0 {
            self.file(None, Some(on), What::DeadConnections(dead));
        }
        let key = attempt.call;
        let Some(call) = self.calls.get_mut(key) else { return };
        match taken {
            Taken::Open(connection) => {
                call.exchange.line = Line::Open(connection);
                self.calls.connected(key);
                self.send_visit(key);
            }
            Taken::Place => {
                call.exchange.line = Line::Asking;
                let message = call.message_key(2);
                let site = &mut self.sites[on];
                site.asking += 1;
                let link = site.link;
                self.send(link, message, Event::Dial { to: on, whom: Some(attempt) });
            }
            Taken::Wait => {
                call.exchange.line = Line::Waiting;
                let (id, ahead) = (call.from.id, waiting - 1);
                self.file(Some(id), Some(on), What::WaitsForConnection(ahead));
            }
            Taken::Full => {
                self.measures.counters.pool_rejections += 1;
                let id = call.from.id;
                self.file(Some(id), Some(on), What::PoolFull);
                self.end_attempt(key, REFUSED);
            }
        }
    }

    /// A server receives a request for a connection.
    pub(super) fn dial(&mut self, to: Dependency, whom: Option<Attempt>) {
        let full = self.is_full(to);
        let site = &mut self.sites[to];
        if site.server.is(FaultKind::Partitioned) {
            // The request is repeated until the server can be reached, or its attempt is over.
            if whom.is_none_or(|attempt| self.calls.of(attempt).is_some()) {
                self.schedule.at(self.now + DIAL_EVERY, Event::Dial { to, whom });
            }
            return;
        }
        let refused = full || site.server.is(FaultKind::Down);
        let epoch = (!refused).then_some(site.server.epoch());
        let mut key = self.events;
        if let Some(attempt) = whom {
            // An attempt that is over does not wait for the answer.
            let Some(call) = self.calls.of_mut(attempt) else { return };
            key = call.message_key(3);
            if !refused {
                call.exchange.line = Line::Opening;
            }
        }
        site.asking -= u32::from(!refused);
        let link = site.link;
        self.send(link, key, Event::Dialed { to, whom, epoch });
    }

    /// Whether a server has as many connections as it accepts.
    fn is_full(&self, to: Dependency) -> bool {
        let site = &self.sites[to];
        let epoch = site.server.epoch();
        let open = site.pool.map_or(0, |pool| self.pools[pool].alive(to, epoch) - site.asking);
        open + site.orphans >= site.connections
    }

    pub(super) fn dialed(&mut self, to: Dependency, whom: Option<Attempt>, epoch: Option<u32>) {
        let connection = epoch.map(|epoch| Connection { to, epoch });
        let Some(attempt) = whom else {
            let site = &mut self.sites[to];
            site.refills -= 1;
            site.asking -= u32::from(epoch.is_none());
            let Some(pool) = site.pool.map(|pool| &mut self.pools[pool]) else { return };
            match connection {
                Some(connection) => pool.give_back(connection),
                None => pool.give_up(to),
            }
            self.pools_freed = true;
            if connection.is_some() {
                self.file(None, Some(to), What::Connected);
            }
            return;
        };
        let Some(call) = self.calls.of_mut(attempt) else { return };
        let id = call.from.id;
        if let Some(connection) = connection {
            call.exchange.line = Line::Open(connection);
            self.calls.connected(attempt.call);
            self.file(Some(id), Some(to), What::Connected);
            self.send_visit(attempt.call);
        } else {
            let again = call.is_retry();
            self.count_arrival(to, again);
            self.end_attempt(attempt.call, REFUSED);
        }
    }

    /// Closes the dead connections of a pool and opens missing ones.
    pub(super) fn maintain(&mut self, index: usize) {
        let every = self.pools[index].config().check_interval;
        // A pool is maintained by the process of the service.
        if self.is_running() {
            self.fill_pool(index);
        }
        self.schedule.at(self.now + every, Event::Maintain(index));
    }

    /// Closes the dead connections of a pool, if it checks for them, and opens missing ones.
    pub(super) fn fill_pool(&mut self, index: usize) {
        let config = *self.pools[index].config();
        for on in Dependency::ALL {
            let site = &self.sites[on];
            if site.pool != Some(index) {
                continue;
            }
            let (epoch, link) = (site.server.epoch(), site.link);
            if config.liveness_check {
                let dead = self.pools[index].sweep(on, epoch);
                if dead > 0 {
                    self.pools_freed = true;
                    self.file(None, Some(on), What::DeadConnections(dead));
                }
            }
            while self.pools[index].refill(on) {
                self.sites[on].refills += 1;
                self.sites[on].asking += 1;
                self.send(link, self.events, Event::Dial { to: on, whom: None });
            }
        }
    }

    /// Ends the attempt in flight without an answer: it was abandoned, or it took too long.
    pub(super) fn leave_exchange(&mut self, key: CallKey, is_failure: bool) {
        let Some(call) = self.calls.get_mut(key) else { return };
        if call.attempt == NO_ATTEMPT {
            return;
        }
        let exchange = std::mem::take(&mut call.exchange);
        let (attempt, id, is_clients) = (call.attempt(key), call.from.id, call.on().is_none());
        call.attempt = NO_ATTEMPT;
        let Some(on) = call.on().or_else(|| self.service.is_none().then_some(Dependency::Postgres))
        else {
            self.leave_request(key, exchange);
            return;
        };
        let commits = u32::from(exchange.visits) >= self.ledger.statements();
        self.measures.counters.dependencies[on].failures += u64::from(is_failure);
        if is_clients {
            self.note_attempt(key, AttemptEnd::Unanswered);
        }
        if self.scenario.cancellation
            && let Some(slot) = exchange.slot
            && let Some(call) = self.calls.get(key)
        {
            let (_, link) = self.way_of(call);
            self.schedule.at(self.now + link.latency, Event::CancelQuery(on, slot));
        }
        if exchange.transaction && !commits {
            self.ledger.roll_back();
            self.file(Some(id), Some(on), What::RolledBack);
        }
        self.hang_up(on, attempt, exchange, false);
    }

    /// A client abandons its request to the service.
    fn leave_request(&mut self, key: CallKey, exchange: Exchange) {
        let Some(call) = self.calls.get(key) else { return };
        let link = self.client_link(call);
        if self.scenario.cancellation
            && let Some(request) = exchange.request
            && call.role.is_client()
        {
            self.schedule.at(self.now + link.latency, Event::CancelRequest(request));
        }
    }

    /// Returns the connection of an exchange to its pool, or closes it.
    pub(super) fn hang_up(
        &mut self,
        on: Dependency,
        attempt: Attempt,
        exchange: Exchange,
        alive: bool,
    ) {
        let site = &mut self.sites[on];
        let Some(pool) = site.pool.map(|pool| &mut self.pools[pool]) else { return };
        match exchange.line {
            Line::None | Line::Own(_) => return,
            Line::Waiting => pool.leave(attempt),
            Line::Asking => {
                site.asking -= 1;
                pool.give_up(on);
            }
            Line::Opening => pool.give_up(on),
            Line::Open(connection) if alive => pool.give_back(connection),
            Line::Open(_) => {
                pool.give_up(on);
                site.orphans += u32::from(exchange.at_server);
            }
        }
        // Without a queue there is nothing to do: the next attempt finds what is free.
        self.pools_freed |= pool.waiting() > 0;
    }
}

//! Connections: how attempts get them or wait for them, and when they close.

use super::event::Dial;
use super::{Event, REFUSED, World};
use crate::calls::{Attempt, CallKey, CallState, Exchange, Line, NO_ATTEMPT};
use crate::count;
use crate::dependency::Dependency;
use crate::measure::AttemptEnd;
use crate::pool::{Pool, Taken};
use crate::scenario::{Link, PoolConfig};
use crate::trace::What;
use fusebox::rng::{Label, Rng};
use fusebox::time::Duration;

const MAINTENANCE: Label = Label::new("pool maintenance");

/// A connection on which the server has answered within this time is used without a check, as in
/// `HikariCP`: a check before each use would double the messages of a busy pool, and would hardly
/// ever find anything.
const ALIVE_FOR: Duration = Duration::from_millis(500);

impl World {
    /// Opens the pools of all dependencies that the service can call, including substitutes, or
    /// without a service those of the clients.
    pub(super) fn open_pools(&mut self) {
        let Some(service) = &self.service else { return self.open_client_pools() };
        let shared = service.config.shared_pool;
        if let Some(config) = shared {
            self.open_pool(config, None, config.check_interval);
        }
        let mut called = self.scenario.called();
        called.extend(called.clone().into_iter().filter_map(Dependency::substitute));
        for on in Dependency::ALL.into_iter().filter(|on| called.contains(on)) {
            match (shared, self.scenario.dependencies[on].pool) {
                (Some(_), _) => {}
                (None, Some(own)) => self.open_pool(own, None, own.check_interval),
                (None, None) => continue,
            }
            let index = self.pools.len() - 1;
            self.sites[on].pool = Some(index);
            self.open_first(index, on, self.sites[on].connections);
        }
    }

    /// Opens a pool for each client of a group that has pools. Their maintenance is spread over its
    /// interval, since they are processes that started at different times.
    fn open_client_pools(&mut self) {
        let mut left = self.sites[Dependency::Postgres].connections;
        for n in 0..self.clients.len() {
            let Some(config) = self.group(count(n)).pool else { continue };
            let mut rng = Rng::labelled(self.seed, MAINTENANCE, n as u64);
            let after = Duration::from_micros(rng.up_to(config.check_interval.as_micros()));
            self.open_pool(config, Some(count(n)), after);
            let index = self.pools.len() - 1;
            self.clients[n].pool = Some(count(index));
            left -= self.open_first(index, Dependency::Postgres, left);
        }
    }

    fn open_pool(&mut self, config: PoolConfig, client: Option<u32>, maintained_after: Duration) {
        self.schedule.at(self.now + maintained_after, Event::Maintain(self.pools.len()));
        self.pools.push(Pool::new(config, client));
    }

    /// Opens the connections that a pool keeps open, up to this number; returns how many it opened.
    fn open_first(&mut self, index: usize, to: Dependency, most: u32) -> u32 {
        let mut opened = 0;
        while opened < most && self.pools[index].refill(to) {
            let key = (index as u64) << 32 | u64::from(opened);
            let connection = self.opened(index, to, 0, key);
            self.pools[index].own_is_over(to);
            self.pools[index].give_back(self.now, connection);
            opened += 1;
        }
        opened
    }

    /// The pool that a call gets its connections from.
    pub(super) fn pool_of(&self, call: &CallState) -> Option<usize> {
        match call.on() {
            Some(on) => self.sites[on].pool,
            None => Some(self.clients[call.from.client as usize].pool? as usize),
        }
    }

    /// The pools of connections to a dependency: that of the service, or those of the clients.
    pub(super) fn pools_of(&self, to: Dependency) -> &[Pool<Attempt>] {
        match self.sites[to].pool {
            Some(pool) => &self.pools[pool..=pool],
            None if self.service.is_none() && to == Dependency::Postgres => &self.pools,
            None => &[],
        }
    }

    /// Gets a connection for an attempt, from its pool if it has one.
    pub(super) fn connect(&mut self, key: CallKey) {
        let Some(call) = self.calls.get(key) else { return };
        let Some(pool) = self.pool_of(call) else {
            self.send_visit(key);
            return;
        };
        let (attempt, (to, _)) = (call.attempt(key), self.way_of(call));
        let taken = self.pools[pool].take(self.now, to, attempt);
        self.use_connection(pool, to, attempt, taken);
    }

    /// Gives freed connections and places of the pools to the attempts queued for them.
    pub(super) fn serve_pools(&mut self) {
        self.pools_freed = false;
        for index in 0..self.pools.len() {
            while let Some((attempt, taken)) = self.pools[index].serve(self.now) {
                if let Some(call) = self.calls.get(attempt.call) {
                    let (to, _) = self.way_of(call);
                    self.use_connection(index, to, attempt, taken);
                }
            }
        }
    }

    pub(super) fn use_connection(
        &mut self,
        pool: usize,
        to: Dependency,
        attempt: Attempt,
        taken: Taken,
    ) {
        let (checks, ahead) = {
            let pool = &self.pools[pool];
            (pool.config().liveness_check, pool.waiting().saturating_sub(1))
        };
        let key = attempt.call;
        let Some(call) = self.calls.get_mut(key) else { return };
        let (id, dial) = (call.from.id, Dial { pool: count(pool), to, whom: Some(attempt) });
        match taken {
            Taken::Open(connection, alive_at)
                if checks && self.now.since(alive_at) >= ALIVE_FOR =>
            {
                call.exchange.line = Line::Checking(connection);
                self.send_check(pool, connection, alive_at, Some(attempt));
            }
            Taken::Open(connection, _) => {
                call.exchange.line = Line::Open(connection);
                self.calls.connected(key);
                self.send_visit(key);
            }
            Taken::Place => {
                call.exchange.line = Line::Asking;
                let message = call.message_key(2);
                self.sites[to].asking += 1;
                self.send(self.pool_link(dial.pool, to), message, Event::Dial(dial));
            }
            Taken::Wait => {
                call.exchange.line = Line::Waiting;
                self.file(Some(id), Some(to), What::WaitsForConnection(ahead));
            }
            Taken::Refused => {
                call.exchange.line = Line::None;
                self.file(Some(id), Some(to), What::RefusedBefore);
                // An event of its own, so that an attempt after another is no deep recursion.
                self.schedule.at(self.now, Event::Dialed(dial, None));
            }
            Taken::Full => {
                self.measures.counters.pool_rejections += 1;
                self.file(Some(id), Some(to), What::PoolFull);
                self.end_attempt(key, REFUSED);
            }
        }
    }

    /// The link of a pool: that of its client, or that of the service.
    pub(super) fn pool_link(&self, pool: u32, to: Dependency) -> Link {
        match self.pools[pool as usize].client() {
            Some(client) => self.group(client).link,
            None => self.sites[to].link,
        }
    }

    /// Looks after the connections of a pool, and does so again after its interval.
    #[cold]
    pub(super) fn maintain(&mut self, index: usize) {
        let every = self.pools[index].config().check_interval;
        // A pool is maintained by the process of the service, or of its client.
        if self.service.is_none() || self.is_running() {
            self.fill_pool(index);
        }
        self.schedule.at(self.now + every, Event::Maintain(index));
    }

    /// Closes the old connections of a pool, checks those that are due, and opens missing ones.
    pub(super) fn fill_pool(&mut self, index: usize) {
        let is_clients = self.pools[index].client().is_some();
        for to in Dependency::ALL {
            if self.sites[to].pool != Some(index) && !(is_clients && to == Dependency::Postgres) {
                continue;
            }
            self.pools[index].close_old(self.now, to);
            while let Some((connection, used_at)) = self.pools[index].check_next(self.now, to) {
                self.send_check(index, connection, used_at, None);
            }
            while self.pools[index].refill(to) {
                self.sites[to].asking += 1;
                let dial = Dial { pool: count(index), to, whom: None };
                self.send(self.pool_link(dial.pool, to), self.events, Event::Dial(dial));
            }
            // Without a queue there is nothing to do: the next attempt finds what is free.
            self.pools_freed |= self.pools[index].waiting() > 0;
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
        if commits {
            self.note_unsure(key);
        }
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
        self.hang_up(key, on, attempt, exchange, false);
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

    /// Returns the connection of an exchange of a call to its pool, or closes it.
    pub(super) fn hang_up(
        &mut self,
        key: CallKey,
        on: Dependency,
        attempt: Attempt,
        exchange: Exchange,
        alive: bool,
    ) {
        let Some(index) = self.calls.get(key).and_then(|call| self.pool_of(call)) else { return };
        let (site, pool) = (&mut self.sites[on], &mut self.pools[index]);
        match exchange.line {
            Line::None | Line::Own(_) => return,
            Line::Waiting => pool.leave(attempt),
            Line::Asking => {
                site.asking -= 1;
                pool.give_up(on);
            }
            Line::Opening | Line::Checking(_) => pool.give_up(on),
            Line::Open(connection) if alive => pool.give_back(self.now, connection),
            Line::Open(_) => {
                pool.give_up(on);
                site.orphans += u32::from(exchange.at_server);
            }
        }
        // Without a queue there is nothing to do: the next attempt finds what is free.
        self.pools_freed |= pool.waiting() > 0;
    }
}

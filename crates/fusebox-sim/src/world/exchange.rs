//! Connections: how attempts get them or wait for them, and when they close.

use super::event::{Check, Dial};
use super::{Event, REFUSED, World, travel};
use crate::calls::{Attempt, CallKey, CallState, Exchange, Line, NO_ATTEMPT};
use crate::count;
use crate::dependency::Dependency;
use crate::fault::FaultKind;
use crate::measure::AttemptEnd;
use crate::pool::{Connection, Pool, Taken};
use crate::scenario::{Link, PoolConfig};
use crate::server::{Arrival, Visit, Work};
use crate::slab::Key;
use crate::trace::What;
use fusebox::rng::{Label, Rng};
use fusebox::time::{Duration, Instant};

const LIFETIME: Label = Label::new("connection lifetime");
const MAINTENANCE: Label = Label::new("pool maintenance");

/// How often a message to an unreachable server is sent again, like the first retries of TCP.
const RESEND_EVERY: Duration = Duration::from_secs(1);

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

    fn use_connection(&mut self, pool: usize, to: Dependency, attempt: Attempt, taken: Taken) {
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
    fn pool_link(&self, pool: u32, to: Dependency) -> Link {
        match self.pools[pool as usize].client() {
            Some(client) => self.group(client).link,
            None => self.sites[to].link,
        }
    }

    /// Sends a check of a connection to its server; the message takes the time of the link, like any
    /// other, but no time of a worker.
    fn send_check(
        &mut self,
        pool: usize,
        connection: Connection,
        used_at: Instant,
        whom: Option<Attempt>,
    ) {
        let until = self.now + self.pools[pool].config().liveness_timeout;
        let check = Check { pool: count(pool), connection, whom, used_at, until };
        let key = self.message_of(whom, 6);
        self.send(self.pool_link(check.pool, connection.to), key, Event::Check(check));
    }

    /// The key of a message of an attempt, or of a pool itself.
    fn message_of(&self, whom: Option<Attempt>, message: u64) -> u64 {
        let call = whom.and_then(|attempt| self.calls.of(attempt));
        call.map_or(self.events, |call| call.message_key(message))
    }

    /// Whether the attempt that something is for is still in flight, or it is for a pool itself.
    fn is_wanted(&self, whom: Option<Attempt>) -> bool {
        whom.is_none_or(|attempt| self.calls.of(attempt).is_some())
    }

    /// A server receives the check of a connection. One that cannot be reached or hangs does not
    /// answer, and the check is repeated until it does or the pool gives up.
    pub(super) fn check_arrives(&mut self, check: Check) {
        let Check { connection, until, .. } = check;
        if !self.is_wanted(check.whom) {
            return;
        }
        let server = &self.sites[connection.to].server;
        let is_alive = connection.epoch == server.epoch();
        let is_silent = server.is(FaultKind::Partitioned) || is_alive && server.is(FaultKind::Hang);
        if is_silent && self.now + RESEND_EVERY < until {
            self.schedule.at(self.now + RESEND_EVERY, Event::Check(check));
            return;
        }
        let link = self.pool_link(check.pool, connection.to);
        let answered_at = self.now + travel(link, self.seed, self.message_of(check.whom, 9));
        let in_time = !is_silent && answered_at <= until;
        let ends_at = if in_time { answered_at } else { until.max(self.now) };
        self.schedule.at(ends_at, Event::Checked(check, is_alive && in_time));
    }

    /// A check has ended: the connection is used, or closed and another one taken in its place.
    pub(super) fn checked(&mut self, check: Check, is_alive: bool) {
        let Check { pool, connection, whom, used_at, .. } = check;
        let (index, to) = (pool as usize, connection.to);
        let Some(attempt) = whom else {
            let pool = &mut self.pools[index];
            pool.own_is_over(to);
            if is_alive {
                pool.put_back(self.now, connection, used_at);
            } else {
                pool.give_up(to);
                self.found_dead(index, connection, None, 1);
            }
            self.pools_freed = true;
            return;
        };
        let Some(call) = self.calls.of_mut(attempt) else { return };
        let id = call.from.id;
        if is_alive {
            call.exchange.line = Line::Open(connection);
            self.calls.connected(attempt.call);
            self.send_visit(attempt.call);
        } else {
            call.exchange.line = Line::None;
            self.found_dead(index, connection, Some(id), 1);
            let taken = self.pools[index].take_again(self.now, to);
            self.use_connection(index, to, attempt, taken);
        }
    }

    /// A connection was found dead, and `closed` connections are closed for that already; so are
    /// those of the same generation, if the pool is set so.
    pub(super) fn found_dead(
        &mut self,
        index: usize,
        dead: Connection,
        call: Option<u64>,
        closed: u32,
    ) {
        let pool = &mut self.pools[index];
        let others = if pool.config().close_generation { pool.close_like(dead) } else { 0 };
        if closed + others > 0 {
            self.file(call, Some(dead.to), What::DeadConnections(closed + others));
        }
    }

    /// A server receives a request for a connection.
    pub(super) fn dial(&mut self, dial: Dial) {
        let Dial { pool, to, whom } = dial;
        if !self.is_wanted(whom) {
            return;
        }
        let server = &self.sites[to].server;
        if server.is(FaultKind::Partitioned) {
            // The request is repeated until the server can be reached, or its attempt is over.
            self.schedule.at(self.now + RESEND_EVERY, Event::Dial(dial));
            return;
        }
        if server.is(FaultKind::Down) || server.takes_no_connect() || self.is_full(to) {
            self.answer_dial(dial, None);
            return;
        }
        self.sites[to].asking -= 1;
        self.set_line(whom, Line::Opening);
        if !self.sites[to].server.works_on_connects() {
            self.answer_dial(dial, Some(self.sites[to].server.epoch()));
            return;
        }
        let life = self.pools[pool as usize].life();
        let visit = Visit {
            attempt: whom.unwrap_or(Attempt { call: Key::from_word(u64::MAX), number: life }),
            key: self.message_of(whom, 12),
            work: Work::Connect { pool, own: whom.is_none() },
            epoch: None,
            first: false,
            again: false,
            pooled: false,
        };
        match self.sites[to].server.connect(self.now, visit) {
            Arrival::Started(slot, done_at) => {
                self.schedule.at(done_at, Event::QueryDone(to, slot));
            }
            Arrival::Queued => {}
            _ => self.refuse_late(to, visit),
        }
    }

    fn set_line(&mut self, whom: Option<Attempt>, line: Line) {
        if let Some(call) = whom.and_then(|attempt| self.calls.of_mut(attempt)) {
            call.exchange.line = line;
        }
    }

    /// What a connect at a server is for; none if nobody waits for it.
    fn dial_of(&self, to: Dependency, visit: Visit) -> Option<Dial> {
        let Work::Connect { pool, own } = visit.work else { return None };
        let whom = (!own).then_some(visit.attempt);
        // A pool that was closed meanwhile does not wait for its connections.
        let is_its_own = own && self.pools[pool as usize].life() == visit.attempt.number;
        (is_its_own || !own && self.is_wanted(whom)).then_some(Dial { pool, to, whom })
    }

    /// The server is done with a connect.
    pub(super) fn finish_connect(&mut self, to: Dependency, visit: Visit) {
        let Some(dial) = self.dial_of(to, visit) else { return };
        let server = &self.sites[to].server;
        if server.is(FaultKind::Partitioned) {
            // The answer is lost, and the request is sent again.
            self.sites[to].asking += 1;
            self.set_line(dial.whom, Line::Asking);
            self.schedule.at(self.now + RESEND_EVERY, Event::Dial(dial));
        } else {
            self.answer_dial(dial, Some(server.epoch()));
        }
    }

    /// The server refuses a connect that it had begun or queued.
    pub(super) fn refuse_late(&mut self, to: Dependency, visit: Visit) {
        let Some(dial) = self.dial_of(to, visit) else { return };
        self.sites[to].asking += 1;
        self.set_line(dial.whom, Line::Asking);
        self.answer_dial(dial, None);
    }

    fn answer_dial(&mut self, dial: Dial, epoch: Option<u32>) {
        let key = self.message_of(dial.whom, 3);
        self.send(self.pool_link(dial.pool, dial.to), key, Event::Dialed(dial, epoch));
    }

    /// Whether a server has as many connections as it accepts.
    fn is_full(&self, to: Dependency) -> bool {
        let site = &self.sites[to];
        let epoch = site.server.epoch();
        let open: u32 = self.pools_of(to).iter().map(|pool| pool.alive(to, epoch)).sum();
        open - site.asking + site.orphans >= site.connections
    }

    /// A connection that a server has opened in this epoch; `key` identifies it.
    fn opened(&self, pool: usize, to: Dependency, epoch: u32, key: u64) -> Connection {
        let config = self.pools[pool].config();
        let expires_at = config.max_lifetime.map_or(Instant::MAX, |most| {
            let shorter = most.per_mille(config.lifetime_jitter).as_micros();
            let mut rng = Rng::labelled(self.seed, LIFETIME, key);
            self.now + most.saturating_sub(Duration::from_micros(rng.up_to(shorter)))
        });
        Connection { to, epoch, expires_at }
    }

    pub(super) fn dialed(&mut self, dial: Dial, epoch: Option<u32>) {
        let Dial { to, whom, .. } = dial;
        let (index, key) = (dial.pool as usize, self.message_of(whom, 3));
        let connection = epoch.map(|epoch| self.opened(index, to, epoch, key));
        let Some(attempt) = whom else {
            self.sites[to].asking -= u32::from(epoch.is_none());
            let pool = &mut self.pools[index];
            pool.own_is_over(to);
            pool.note_connect(self.now, to, epoch.is_none());
            match connection {
                Some(connection) => pool.give_back(self.now, connection),
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
            self.pools[index].note_connect(self.now, to, false);
            self.file(Some(id), Some(to), What::Connected);
            self.send_visit(attempt.call);
        } else {
            let again = call.is_retry();
            // An attempt that the pool rejected never came to the server.
            if call.exchange.line == Line::Asking {
                self.count_arrival(to, again);
                self.pools[index].note_connect(self.now, to, true);
            }
            self.end_attempt(attempt.call, REFUSED);
        }
    }

    /// Looks after the connections of a pool, and does so again after its interval.
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

//! The messages of pools: connects and checks of connections, at the server and back.

use super::event::{Check, Dial};
use super::{Event, REFUSED, World, travel};
use crate::calls::{Attempt, Line};
use crate::count;
use crate::dependency::Dependency;
use crate::fault::FaultKind;
use crate::pool::Connection;
use crate::server::{Arrival, Visit, Work};
use crate::slab::Key;
use crate::trace::What;
use fusebox::rng::{Label, Rng};
use fusebox::time::{Duration, Instant};

const LIFETIME: Label = Label::new("connection lifetime");

/// How often a message to an unreachable server is sent again, like the first retries of TCP.
const RESEND_EVERY: Duration = Duration::from_secs(1);

impl World {
    /// Sends a check of a connection to its server; the message takes the time of the link, like any
    /// other, but no time of a worker.
    pub(super) fn send_check(
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
    #[inline(never)]
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
    #[inline(never)]
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
    #[inline(never)]
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
    #[inline(never)]
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
    #[inline(never)]
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
    pub(super) fn opened(&self, pool: usize, to: Dependency, epoch: u32, key: u64) -> Connection {
        let config = self.pools[pool].config();
        let expires_at = config.max_lifetime.map_or(Instant::MAX, |most| {
            let shorter = most.per_mille(config.lifetime_jitter).as_micros();
            let mut rng = Rng::labelled(self.seed, LIFETIME, key);
            self.now + most.saturating_sub(Duration::from_micros(rng.up_to(shorter)))
        });
        Connection { to, epoch, expires_at }
    }

    #[inline(never)]
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
}

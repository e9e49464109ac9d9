//! A pool of connections: a maximum number of them, and a queue for attempts that find none.

use crate::count;
use crate::dependency::{Dependency, Each};
use crate::scenario::PoolConfig;
use fusebox::time::{Duration, Instant};
use std::collections::VecDeque;

/// A connection that is open, as far as its pool knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Connection {
    pub(super) to: Dependency,
    /// The server's epoch when it was opened; the server loses it in a crash.
    pub(super) epoch: u32,
    /// When its pool closes it; [`Instant::MAX`] for never.
    pub(super) expires_at: Instant,
}

/// A free connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Idle {
    connection: Connection,
    /// When an attempt last used it, or when it was opened.
    used_at: Instant,
    /// When the server last answered on it.
    alive_at: Instant,
}

/// What an attempt that needs a connection gets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Taken {
    /// An open connection, and when the server last answered on it.
    Open(Connection, Instant),
    /// A place for a connection, which is to be opened.
    Place,
    /// A place in the queue.
    Wait,
    /// An error: the queue is full.
    Full,
    /// An error: a connect was refused a moment ago.
    Refused,
}

#[derive(Clone, Debug)]
pub(super) struct Pool<W> {
    config: PoolConfig,
    /// The client that it belongs to; none for the service.
    client: Option<u32>,
    /// How often it was closed.
    life: u32,
    /// Idle connections; the newest is used first, because it is the most likely to be alive.
    idle: Each<Vec<Idle>>,
    /// Connections in use, and places for connections being opened.
    used: Each<u32>,
    /// Those of them that the pool itself opens or checks.
    own: Each<u32>,
    /// Until when no attempt connects, because a connect was refused.
    refused_until: Each<Instant>,
    waiting: VecDeque<(Dependency, W)>,
    /// Connections and queued attempts when the settings changed, which they may exceed until then.
    at_change: (u32, u32),
}

impl<W: Copy + PartialEq> Pool<W> {
    pub(super) fn new(config: PoolConfig, client: Option<u32>) -> Self {
        Self {
            config,
            client,
            life: 0,
            idle: Each::default(),
            used: Each::default(),
            own: Each::default(),
            refused_until: Each::of(|_| Instant::ZERO),
            waiting: VecDeque::new(),
            at_change: (0, 0),
        }
    }

    /// Changes the settings. Connections in use that are too many close as soon as they are given back,
    /// and queued attempts stay queued.
    pub(super) fn reconfigure(&mut self, config: PoolConfig) {
        self.config = config;
        while self.total() > config.max_connections && self.close_idle_one() {}
        self.at_change = (self.total(), self.waiting());
    }

    /// The most connections and queued attempts that may be there, including those from before a
    /// change of the settings.
    pub(super) fn most(&self) -> (u32, u32) {
        let (connections, queued) = self.at_change;
        (connections.max(self.config.max_connections), queued.max(self.config.queue))
    }

    pub(super) const fn config(&self) -> &PoolConfig {
        &self.config
    }

    pub(super) const fn client(&self) -> Option<u32> {
        self.client
    }

    /// How often it was closed with its process.
    pub(super) const fn life(&self) -> u32 {
        self.life
    }

    /// A connection for a new attempt.
    pub(super) fn take(&mut self, now: Instant, to: Dependency, whom: W) -> Taken {
        // No attempt overtakes the queue.
        if self.waiting.is_empty()
            && let Some(taken) = self.find(now, to)
        {
            return taken;
        }
        if self.waiting() >= self.config.queue {
            return Taken::Full;
        }
        self.waiting.push_back((to, whom));
        Taken::Wait
    }

    /// Another connection in place of a dead one.
    pub(super) fn take_again(&mut self, now: Instant, to: Dependency) -> Taken {
        self.used[to] -= 1;
        self.find(now, to).unwrap_or(Taken::Full)
    }

    /// The first attempt in the queue, and what it gets.
    pub(super) fn serve(&mut self, now: Instant) -> Option<(W, Taken)> {
        let &(to, whom) = self.waiting.front()?;
        let taken = self.find(now, to)?;
        self.waiting.pop_front();
        Some((whom, taken))
    }

    /// An attempt leaves the queue.
    pub(super) fn leave(&mut self, whom: W) {
        self.waiting.retain(|&(_, other)| other != whom);
    }

    /// Frees a connection that was in use, or was opened in a reserved place.
    pub(super) fn give_back(&mut self, now: Instant, connection: Connection) {
        self.put_back(now, connection, now);
    }

    /// Frees a connection on which the server has answered now, and which an attempt used then.
    pub(super) fn put_back(&mut self, now: Instant, connection: Connection, used_at: Instant) {
        self.used[connection.to] -= 1;
        // Only a pool that became smaller can have too many.
        let most = self.config.max_connections;
        let has_room = self.at_change.0 <= most || self.total() < most;
        if has_room && now < connection.expires_at {
            let idle = &mut self.idle[connection.to];
            let place = idle.partition_point(|other| other.used_at <= used_at);
            idle.insert(place, Idle { connection, used_at, alive_at: now });
        }
    }

    /// Frees the place of a connection that was closed or is not needed.
    pub(super) fn give_up(&mut self, to: Dependency) {
        self.used[to] -= 1;
    }

    /// Empties the queue.
    pub(super) fn forget_waiting(&mut self) {
        self.waiting.clear();
    }

    /// Closes the idle connections of the same epoch as a dead one; returns their number.
    pub(super) fn close_like(&mut self, dead: Connection) -> u32 {
        let idle = &mut self.idle[dead.to];
        let before = idle.len();
        idle.retain(|other| other.connection.epoch != dead.epoch);
        count(before - idle.len())
    }

    /// Closes idle connections at the end of their lifetime, and spare ones that no attempt has used
    /// for too long.
    pub(super) fn close_old(&mut self, now: Instant, to: Dependency) {
        let mut spare = (self.idle(to) + self.used[to]).saturating_sub(self.config.min_idle);
        let timeout = self.config.idle_timeout.unwrap_or(Duration::MAX);
        self.idle[to].retain(|idle| {
            let closes = idle.connection.expires_at <= now
                || spare > 0 && now.since(idle.used_at) >= timeout;
            spare = spare.saturating_sub(u32::from(closes));
            !closes
        });
    }

    /// An idle connection on which the server has not answered for the keepalive interval, to be
    /// checked by the pool, and when an attempt last used it.
    pub(super) fn check_next(
        &mut self,
        now: Instant,
        to: Dependency,
    ) -> Option<(Connection, Instant)> {
        let interval = self.config.keepalive_interval?;
        let is_due = |idle: &Idle| now.since(idle.alive_at) >= interval;
        let place = self.idle[to].iter().position(is_due)?;
        let Idle { connection, used_at, .. } = self.idle[to].remove(place);
        self.used[to] += 1;
        self.own[to] += 1;
        Some((connection, used_at))
    }

    /// The pool has opened or checked a connection of its own, or given up on it.
    pub(super) fn own_is_over(&mut self, to: Dependency) {
        self.own[to] -= 1;
    }

    /// Notes the answer to a connect.
    pub(super) fn note_connect(&mut self, now: Instant, to: Dependency, refused: bool) {
        let memory = if refused { self.config.refusal_memory } else { Duration::ZERO };
        self.refused_until[to] = now + memory;
    }

    /// A place for one more connection, if this dependency has fewer than `min_idle`.
    pub(super) fn refill(&mut self, to: Dependency) -> bool {
        let missing = self.idle(to) + self.used[to] < self.config.min_idle;
        let place = missing && self.total() < self.config.max_connections;
        self.used[to] += u32::from(place);
        self.own[to] += u32::from(place);
        place
    }

    /// Closes the idle connections, and those that the pool itself was opening or checking.
    pub(super) fn close_all(&mut self, to: Dependency) {
        self.life += 1;
        self.idle[to].clear();
        self.used[to] -= std::mem::take(&mut self.own[to]);
        self.refused_until[to] = Instant::ZERO;
    }

    pub(super) fn idle(&self, to: Dependency) -> u32 {
        count(self.idle[to].len())
    }

    pub(super) fn used(&self, to: Dependency) -> u32 {
        self.used[to]
    }

    /// The connections in use that the pool itself opens or checks.
    pub(super) fn own(&self, to: Dependency) -> u32 {
        self.own[to]
    }

    pub(super) fn waiting(&self) -> u32 {
        count(self.waiting.len())
    }

    pub(super) fn waiting_for(&self, to: Dependency) -> u32 {
        count(self.waiting.iter().filter(|(other, _)| *other == to).count())
    }

    /// Connections and reserved places, in use or not.
    pub(super) fn total(&self) -> u32 {
        Dependency::ALL.into_iter().map(|to| self.idle(to) + self.used[to]).sum()
    }

    /// Connections in use or being opened, and open ones that a server in this epoch still knows.
    pub(super) fn alive(&self, to: Dependency, epoch: u32) -> u32 {
        let idle = self.idle[to].iter().filter(|idle| idle.connection.epoch == epoch);
        self.used[to] + count(idle.count())
    }

    fn find(&mut self, now: Instant, to: Dependency) -> Option<Taken> {
        while let Some(Idle { connection, alive_at, .. }) = self.idle[to].pop() {
            if now < connection.expires_at {
                self.used[to] += 1;
                return Some(Taken::Open(connection, alive_at));
            }
        }
        let is_full = self.total() >= self.config.max_connections;
        if is_full && Dependency::ALL.into_iter().all(|other| self.idle[other].is_empty()) {
            return None;
        }
        if now < self.refused_until[to] {
            return Some(Taken::Refused);
        }
        if is_full {
            self.close_idle_one();
        }
        self.used[to] += 1;
        Some(Taken::Place)
    }

    /// Closes an idle connection to any dependency; in a shared pool, that makes room for another.
    fn close_idle_one(&mut self) -> bool {
        Dependency::ALL.into_iter().any(|other| self.idle[other].pop().is_some())
    }
}

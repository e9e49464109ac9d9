//! A pool of connections: a maximum number of them, and a queue for attempts that find none.

use crate::count;
use crate::dependency::{Dependency, Each};
use crate::scenario::PoolConfig;
use std::collections::VecDeque;

/// A connection that is open, as far as its pool knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Connection {
    pub(super) to: Dependency,
    /// The server's epoch when it was opened; the server loses it in a crash.
    pub(super) epoch: u32,
}

/// What an attempt that needs a connection gets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Taken {
    /// An open connection.
    Open(Connection),
    /// A place for a connection, which is to be opened.
    Place,
    /// A place in the queue.
    Wait,
    /// An error: the queue is full.
    Full,
}

#[derive(Clone, Debug)]
pub(super) struct Pool<W> {
    config: PoolConfig,
    /// Idle connections; the newest is used first, because it is the most likely to be alive.
    idle: Each<Vec<Connection>>,
    /// Connections in use, and places for connections being opened.
    used: Each<u32>,
    waiting: VecDeque<(Dependency, W)>,
    /// Connections and queued attempts when the settings changed, which they may exceed until then.
    at_change: (u32, u32),
}

impl<W: Copy + PartialEq> Pool<W> {
    pub(super) fn new(config: PoolConfig) -> Self {
        let (idle, used, waiting) = (Each::default(), Each::default(), VecDeque::new());
        Self { config, idle, used, waiting, at_change: (0, 0) }
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

    /// A connection for a new attempt.
    pub(super) fn take(&mut self, to: Dependency, whom: W) -> Taken {
        // No attempt overtakes the queue.
        if self.waiting.is_empty()
            && let Some(taken) = self.find(to)
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
    pub(super) fn take_again(&mut self, to: Dependency) -> Taken {
        self.used[to] -= 1;
        self.find(to).unwrap_or(Taken::Full)
    }

    /// The first attempt in the queue, and what it gets.
    pub(super) fn serve(&mut self) -> Option<(W, Taken)> {
        let &(to, whom) = self.waiting.front()?;
        let taken = self.find(to)?;
        self.waiting.pop_front();
        Some((whom, taken))
    }

    /// An attempt leaves the queue.
    pub(super) fn leave(&mut self, whom: W) {
        self.waiting.retain(|&(_, other)| other != whom);
    }

    /// Frees a connection that was in use, or was opened in a reserved place.
    pub(super) fn give_back(&mut self, connection: Connection) {
        self.used[connection.to] -= 1;
        // Only a pool that became smaller can have too many.
        let most = self.config.max_connections;
        if self.at_change.0 <= most || self.total() < most {
            self.idle[connection.to].push(connection);
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

    /// Closes the idle connections.
    pub(super) fn close_idle(&mut self, to: Dependency) {
        self.idle[to].clear();
    }

    /// Closes the idle connections that are dead; returns their number.
    pub(super) fn sweep(&mut self, to: Dependency, epoch: u32) -> u32 {
        let idle = &mut self.idle[to];
        let before = idle.len();
        idle.retain(|connection| connection.epoch == epoch);
        count(before - idle.len())
    }

    /// A place for one more connection, if this dependency has fewer than `min_idle`.
    pub(super) fn refill(&mut self, to: Dependency) -> bool {
        let missing = self.idle(to) + self.used[to] < self.config.min_idle;
        let place = missing && self.total() < self.config.max_connections;
        self.used[to] += u32::from(place);
        place
    }

    pub(super) fn idle(&self, to: Dependency) -> u32 {
        count(self.idle[to].len())
    }

    pub(super) fn used(&self, to: Dependency) -> u32 {
        self.used[to]
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
        let idle = self.idle[to].iter().filter(|connection| connection.epoch == epoch);
        self.used[to] + count(idle.count())
    }

    fn find(&mut self, to: Dependency) -> Option<Taken> {
        let taken = if let Some(connection) = self.idle[to].pop() {
            Taken::Open(connection)
        } else if self.total() < self.config.max_connections || self.close_idle_one() {
            Taken::Place
        } else {
            return None;
        };
        self.used[to] += 1;
        Some(taken)
    }

    /// Closes an idle connection to any dependency; in a shared pool, that makes room for another.
    fn close_idle_one(&mut self) -> bool {
        Dependency::ALL.into_iter().any(|other| self.idle[other].pop().is_some())
    }
}

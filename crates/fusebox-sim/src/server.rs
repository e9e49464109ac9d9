//! A server: a number of simultaneous requests, a queue for the rest, and faults.

use crate::calls::Attempt;
use crate::chance::draw;
use crate::count;
use crate::dependency::Dependency;
use crate::fault::FaultKind;
use crate::fault_set::FaultSet;
use crate::ledger::OperationId;
use crate::scenario::{ColdStart, LimitStatus, ServerConfig};
use crate::slab::{Key, Slab};
use fusebox::rng::{Label, Rng, mix};
use fusebox::time::{Duration, Instant};
use fusebox::{ConfigError, RateLimit, RateLimitConfig};
use std::collections::VecDeque;

const TIME: Label = Label::new("server time");
const FLAKY: Label = Label::new("server flaky");

/// One round trip of an attempt to a server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Visit {
    pub(super) attempt: Attempt,
    /// The key of the request's random streams, together with the dependency and the seed, so that
    /// the same request takes the same time in every run that makes it.
    pub(super) key: u64,
    pub(super) work: Work,
    /// The server's epoch when the connection was opened; none if the request opens its own.
    pub(super) epoch: Option<u32>,
    /// Whether it is the first round trip of its attempt.
    pub(super) first: bool,
    /// Whether the attempt is a retry.
    pub(super) again: bool,
    /// Whether the connection belongs to a pool.
    pub(super) pooled: bool,
}

/// The work that a server is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Work {
    Read,
    /// To open a connection of this pool, for its own stock or for an attempt.
    Connect {
        pool: u32,
        own: bool,
    },
    /// A statement of a transaction.
    Statement,
    /// The commit of the transaction of a write, after this number of statements.
    Commit {
        operation: OperationId,
        statements: u8,
    },
}

/// What happens to a request that arrives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Arrival {
    /// The server works on it, in this place and until this moment.
    Started(Key, Instant),
    /// It is queued.
    Queued,
    /// The queue is full.
    Full,
    /// The server is down.
    Refused,
    /// The rate limit is reached; the next request is accepted after this.
    Limited(Duration),
}

#[derive(Clone, Debug)]
pub(super) struct Server {
    config: ServerConfig,
    /// The seed of this server.
    seed: u64,
    faults: FaultSet,
    quota: Option<RateLimit>,
    at_work: Slab<Visit>,
    queue: VecDeque<Visit>,
    /// Connects in progress and queued.
    connecting: u32,
    /// Places whose request would be done if the server did not hang.
    stalled: Vec<Key>,
    /// The number of crashes; a connection from before a crash is dead.
    epoch: u32,
    /// When it last started; none if it has been up and warm from the beginning.
    up_at: Option<Instant>,
    /// Requests in progress and queued when its settings changed, which they may exceed until then.
    at_change: (u32, u32),
}

impl Server {
    pub(super) fn new(
        config: ServerConfig,
        dependency: Dependency,
        seed: u64,
    ) -> Result<Self, ConfigError> {
        Ok(Self {
            config,
            seed: mix(seed ^ dependency as u64),
            faults: FaultSet::default(),
            quota: config.rate_limit.map(RateLimit::new).transpose()?,
            at_work: Slab::default(),
            queue: VecDeque::new(),
            connecting: 0,
            stalled: Vec::new(),
            epoch: 0,
            up_at: None,
            at_change: (0, 0),
        })
    }

    /// Changes its settings. What it works on keeps its time, and what is queued keeps its place; free
    /// places go to the queue with [`Server::next_in_queue`].
    pub(super) fn reconfigure(&mut self, now: Instant, config: ServerConfig) {
        match (&mut self.quota, config.rate_limit) {
            // The settings of a world are checked before.
            (Some(quota), Some(limit)) => drop(quota.reconfigure(now, limit)),
            (quota, limit) => *quota = limit.and_then(|limit| RateLimit::new(limit).ok()),
        }
        self.config = config;
        self.at_change = (self.busy(), self.queued());
    }

    /// The most requests in progress and queued that may be there, including those from before a
    /// change of its settings.
    pub(super) fn most(&self) -> (u32, u32) {
        let (busy, queued) = self.at_change;
        (busy.max(self.config.concurrency), queued.max(self.config.queue))
    }

    pub(super) const fn epoch(&self) -> u32 {
        self.epoch
    }

    pub(super) const fn faults(&self) -> &FaultSet {
        &self.faults
    }

    pub(super) const fn is(&self, kind: FaultKind) -> bool {
        self.faults.is(kind)
    }

    pub(super) fn busy(&self) -> u32 {
        count(self.at_work.len())
    }

    pub(super) fn queued(&self) -> u32 {
        count(self.queue.len())
    }

    pub(super) fn arrive(&mut self, now: Instant, visit: Visit) -> Arrival {
        if self.is(FaultKind::Down) {
            return Arrival::Refused;
        }
        if let Err(retry_after) = self.take_leave(now) {
            return Arrival::Limited(retry_after);
        }
        self.enter(now, visit)
    }

    /// Whether opening a connection takes time of a worker.
    pub(super) const fn works_on_connects(&self) -> bool {
        self.config.connect_time.as_micros() > 0
    }

    /// Whether it opens as many connections already as it may at the same time.
    pub(super) const fn takes_no_connect(&self) -> bool {
        self.connecting >= self.config.concurrent_connects
    }

    /// The status of its answers above a rate limit.
    pub(super) const fn limit_status(&self) -> LimitStatus {
        self.config.limit_status
    }

    /// The status of the requests that fail while it is flaky.
    pub(super) fn flaky_status(&self) -> u16 {
        u16::try_from(self.config.flaky_status).unwrap_or(u16::MAX)
    }

    /// Begins or queues a connect.
    pub(super) fn connect(&mut self, now: Instant, visit: Visit) -> Arrival {
        let arrival = self.enter(now, visit);
        self.connecting += u32::from(!matches!(arrival, Arrival::Full));
        arrival
    }

    /// A connect that was begun or queued is no longer there.
    pub(super) const fn connect_is_over(&mut self) {
        self.connecting -= 1;
    }

    pub(super) const fn connecting(&self) -> u32 {
        self.connecting
    }

    fn enter(&mut self, now: Instant, visit: Visit) -> Arrival {
        if self.has_room() {
            let (slot, done_at) = self.begin(now, visit);
            Arrival::Started(slot, done_at)
        } else if self.queued() < self.config.queue {
            self.queue.push_back(visit);
            Arrival::Queued
        } else {
            Arrival::Full
        }
    }

    /// Ends a request and returns whether it succeeded, unless it ended before or the server hangs;
    /// then [`Server::healed`] frees the place later.
    pub(super) fn finish(&mut self, slot: Key) -> Option<(Visit, bool)> {
        if self.is(FaultKind::Hang) && self.at_work.get(slot).is_some() {
            if self.stalled.len() > 2 * self.at_work.len() {
                // Requests cancelled meanwhile are no longer there.
                self.stalled.retain(|slot| self.at_work.get(*slot).is_some());
            }
            self.stalled.push(slot);
            return None;
        }
        let visit = self.cancel(slot)?;
        Some((visit, !self.fails(visit)))
    }

    /// Stops a request, unless it has ended.
    pub(super) fn cancel(&mut self, slot: Key) -> Option<Visit> {
        self.at_work.remove(slot)
    }

    /// The next request in the queue, if there is a place for it.
    pub(super) fn next_in_queue(&mut self) -> Option<Visit> {
        if self.has_room() { self.queue.pop_front() } else { None }
    }

    /// Begins a request; returns its place, and when it will be done.
    pub(super) fn begin(&mut self, now: Instant, visit: Visit) -> (Key, Instant) {
        let time = self.time(now, visit);
        (self.at_work.insert(visit), now + time)
    }

    /// Its faults, to be changed; call [`Server::crash`] or [`Server::healed`] afterwards for the
    /// effect.
    pub(super) const fn faults_mut(&mut self) -> &mut FaultSet {
        &mut self.faults
    }

    /// Ends the process; returns everything that was in flight, which is lost.
    #[must_use]
    pub(super) fn crash(&mut self) -> Vec<Visit> {
        self.epoch = self.epoch.wrapping_add(1);
        self.stalled.clear();
        let at_work: Vec<Key> = self.at_work.iter().map(|(slot, _)| slot).collect();
        let lost = at_work.into_iter().filter_map(|slot| self.at_work.remove(slot));
        lost.chain(self.queue.drain(..)).collect()
    }

    /// Follows the healing of a fault; returns the places that are done, now that the server does
    /// not hang.
    #[must_use]
    pub(super) fn healed(&mut self, now: Instant, kind: FaultKind) -> Vec<Key> {
        match kind {
            FaultKind::Down => self.up_at = Some(now),
            FaultKind::Hang => return std::mem::take(&mut self.stalled),
            _ => {}
        }
        Vec::new()
    }

    /// Every request, in progress or queued.
    pub(super) fn in_flight(&self) -> impl Iterator<Item = &Visit> {
        self.at_work.iter().map(|(_, visit)| visit).chain(&self.queue)
    }

    fn has_room(&self) -> bool {
        self.busy() < self.faults.left(self.config.concurrency)
    }

    /// Takes a permit from the server's own quota and from the limit of a fault.
    fn take_leave(&mut self, now: Instant) -> Result<(), Duration> {
        let limits = || [self.quota.as_ref(), self.faults.limit()].into_iter().flatten();
        // A request rejected by one limit takes nothing from the other.
        let refused = limits().find_map(|limit| limit.clone().try_acquire(now, 1).err());
        if let Some(refused) = refused {
            return Err(refused.retry_after().unwrap_or(Duration::ZERO));
        }
        for limit in [self.quota.as_mut(), self.faults.limit_mut()].into_iter().flatten() {
            let _ = limit.try_acquire(now, 1);
        }
        Ok(())
    }

    /// How long a request takes that begins now and has no place yet.
    fn time(&self, now: Instant, visit: Visit) -> Duration {
        let mut rng = Rng::labelled(self.seed, TIME, visit.key);
        let mean = match visit.work {
            Work::Connect { .. } => self.config.connect_time,
            _ => self.config.service_time,
        };
        let mut time = draw(mean, self.config.distribution, &mut rng);
        // The request that begins counts too.
        let at_work = u64::from(self.busy()) + 1;
        if let Some((from, share)) = self.config.contention.knee_and_share() {
            let slowing = at_work.saturating_sub(u64::from(from));
            time = scaled(time, 10_000 + slowing * u64::from(share), 10_000);
        }
        time = time.saturating_mul(self.faults.factor().into());
        if let (Some(cold), Some(up_at)) = (self.config.cold_start, self.up_at) {
            time = scaled(time, 1_000_000 + cold_excess(cold, now.since(up_at)), 1_000_000);
        }
        time
    }

    fn fails(&self, visit: Visit) -> bool {
        let share = self.faults.failing();
        share.is_some_and(|share| Rng::labelled(self.seed, FLAKY, visit.key).chance(share))
    }
}

/// How much slower a server is this long after its start, in millionths.
fn cold_excess(cold: ColdStart, since: Duration) -> u64 {
    let left = cold.duration.saturating_sub(since).as_micros();
    let most = u64::from(cold.factor_per_mille - 1_000) * 1_000;
    let excess = u128::from(most) * u128::from(left) / u128::from(cold.duration.as_micros());
    u64::try_from(excess).unwrap_or(u64::MAX)
}

fn scaled(time: Duration, by: u64, of: u64) -> Duration {
    let micros = u128::from(time.as_micros()) * u128::from(by) / u128::from(of);
    Duration::from_micros(u64::try_from(micros).unwrap_or(u64::MAX))
}

/// The requests that a warm server with these faults can complete in 1,000 seconds, with all places
/// busy and within the rate limits; none while it answers nothing.
pub(super) fn capacity(config: &ServerConfig, faults: &FaultSet) -> Option<u64> {
    if faults.is_silent() {
        return None;
    }
    let places = faults.left(config.concurrency);
    let (from, share) = config.contention.knee_and_share().unwrap_or((0, 0));
    let ten_thousandths = 10_000 + u128::from(places.saturating_sub(from)) * u128::from(share);
    let time = u128::from(config.service_time.as_micros()) * u128::from(faults.factor());
    let by_places = u128::from(places) * 1_000_000_000 * 10_000 / (time * ten_thousandths).max(1);
    let by_limit = |limit: &RateLimitConfig| {
        u128::from(limit.permits) * 1_000_000_000 / u128::from(limit.period.as_micros())
    };
    let limits = [config.rate_limit.as_ref(), faults.limit().map(RateLimit::config)];
    let least = limits.into_iter().flatten().map(by_limit).fold(by_places, u128::min);
    Some(u64::try_from(least).unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chance::Distribution;
    use crate::{Contention, Fault};

    #[test]
    fn the_capacity_is_that_of_all_faults_together() {
        let plain = ServerConfig {
            concurrency: 10,
            service_time: Duration::from_millis(20),
            contention: Contention::None,
            rate_limit: None,
            ..ServerConfig::default()
        };
        let with = |contention| ServerConfig { contention, ..plain };
        let limited = |permits| {
            let period = Duration::from_secs(2);
            let limit = RateLimitConfig { permits, period, ..RateLimitConfig::default() };
            ServerConfig { rate_limit: Some(limit), ..plain }
        };
        let less = Fault::Degraded { capacity: 450 };
        let slow = Fault::Slow { factor: 200 };
        let limit = Fault::RateLimited { rate: 30 };
        for (server, faults, expected) in [
            (plain, &[][..], Some(500_000)),
            (plain, &[less], Some(250_000)),
            (plain, &[slow], Some(2_500)),
            (plain, &[slow, less], Some(1_250)),
            (plain, &[Fault::Flaky { error_rate: 500 }], Some(500_000)),
            (plain, &[limit], Some(30_000)),
            (plain, &[limit, less], Some(30_000)),
            (plain, &[limit, slow], Some(2_500)),
            (plain, &[Fault::Hang], None),
            (plain, &[slow, Fault::Partitioned], None),
            (with(Contention::Linear { per_ten_thousand: 1_000 }), &[], Some(250_000)),
            (with(Contention::Knee { from: 8, per_ten_thousand: 5_000 }), &[], Some(250_000)),
            (limited(100), &[], Some(50_000)),
            (limited(2_000), &[], Some(500_000)),
            (limited(100), &[slow], Some(2_500)),
        ] {
            let mut set = FaultSet::default();
            for &fault in faults {
                set.set(Instant::ZERO, fault);
            }
            assert_eq!(capacity(&server, &set), expected, "{server:?} {faults:?}");
        }
    }

    const fn visit(key: u64) -> Visit {
        let attempt = Attempt { call: Key::from_word(0), number: 1 };
        let (epoch, first, again, pooled) = (None, true, false, false);
        Visit { attempt, key, work: Work::Read, epoch, first, again, pooled }
    }

    #[test]
    fn a_request_counts_itself_and_no_other_twice_among_those_at_work() {
        let time = Duration::from_secs(1);
        let linear = Contention::Linear { per_ten_thousand: 100 };
        let knee = Contention::Knee { from: 2, per_ten_thousand: 5_000 };
        for (load, millis) in [(linear, [1_010, 1_020, 1_030]), (knee, [1_000, 1_000, 1_500])] {
            let config = ServerConfig {
                service_time: time,
                distribution: Distribution::Constant,
                contention: load,
                ..ServerConfig::default()
            };
            let mut server = Server::new(config, Dependency::Postgres, 1).unwrap();
            for _ in 0..2 {
                let started = [0, 1, 2].map(|key| server.begin(Instant::ZERO, visit(key)));
                assert_eq!(started.map(|(_, done_at)| done_at), millis.map(Instant::from_millis));
                // Reused places count like new ones.
                for (slot, _) in started {
                    assert!(server.finish(slot).is_some());
                }
            }
        }
    }
}

//! What stands between the clients and the dependencies.

use super::{DAY, MINUTE, PoolConfig, require_time};
use crate::dependency::Dependency;
use fusebox::time::Duration;
use fusebox::{ConfigError, require};

/// A service with worker threads, each of which has one request from beginning to end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServiceConfig {
    /// Threads: 1 to 10,000.
    pub threads: u32,
    /// Requests that may wait for a thread; one more is answered 503 at once: 0 to 1,000,000.
    pub accept_queue: u32,
    /// What a search calls, one after the other: 1 to 8 dependencies.
    pub search: Vec<Dependency>,
    /// How long a health check takes: up to 1 min.
    pub health_check_time: Duration,
    /// One pool of connections for all dependencies, in place of one for each.
    pub shared_pool: Option<PoolConfig>,
    /// What is kept of earlier answers.
    pub cache: CacheConfig,
    /// How writes are made.
    pub writes: WritesConfig,
}

/// Answers that were had before, with their age.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CacheConfig {
    /// How many different things clients ask for, each as likely: 1 to 100,000.
    pub keys: u32,
    /// A cached read takes an answer of up to this age: up to 1 day.
    pub ttl: Duration,
}

/// How a write is made: in one transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WritesConfig {
    /// Statements before the commit, each a round trip: 1 to 20.
    pub statements: u32,
    /// Whether each write has an idempotency key, which the database records in the transaction and
    /// keeps for as long as the write may be repeated.
    pub idempotency_keys: bool,
    /// Whether a write without a key is repeated even after a failure that may have come too late to
    /// stop it; such a repeat can apply it twice.
    pub retry_without_key: bool,
    /// The queue that a write goes to where the database cannot take it; none to refuse it.
    pub job_queue: Option<JobQueueConfig>,
}

/// A queue of writes to be made later.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct JobQueueConfig {
    /// Writes that may wait; one more is refused: 1 to 1,000,000.
    pub capacity: u32,
    /// Writes that are tried at the same time: 1 to 1,000.
    pub workers: u32,
    /// The wait of all jobs after one that failed; each is tried until it is done: 1 ms to 1 day.
    pub retry_interval: Duration,
}

impl ServiceConfig {
    pub(super) fn check(&self) -> Result<(), ConfigError> {
        let Self {
            threads: workers,
            accept_queue: queue,
            search,
            health_check_time: health_time,
            shared_pool,
            cache,
            writes,
        } = self;
        require((1..=10_000).contains(workers), "service.threads", *workers, "1 to 10,000")?;
        require(*queue <= 1_000_000, "service.accept_queue", *queue, "0 to 1,000,000")?;
        let steps = search.len();
        require((1..=8).contains(&steps), "service.search", steps, "1 to 8 dependencies")?;
        require(
            *health_time <= MINUTE,
            "service.health_check_time",
            *health_time,
            "at most 1 min",
        )?;
        if let Some(pool) = shared_pool {
            pool.check().map_err(|error| error.within("service.shared_pool"))?;
        }
        let CacheConfig { keys, ttl: fresh_for } = *cache;
        require((1..=100_000).contains(&keys), "service.cache.keys", keys, "1 to 100,000")?;
        require(fresh_for <= DAY, "service.cache.ttl", fresh_for, "at most 1 day")?;
        let statements = writes.statements;
        let range = 1..=20;
        require(range.contains(&statements), "service.writes.statements", statements, "1 to 20")?;
        if let Some(JobQueueConfig { capacity: queue, workers, retry_interval: retry_every }) =
            writes.job_queue
        {
            let range = 1..=1_000_000;
            require(
                range.contains(&queue),
                "service.writes.job_queue.capacity",
                queue,
                "1 to 1,000,000",
            )?;
            let range = 1..=1_000;
            require(
                range.contains(&workers),
                "service.writes.job_queue.workers",
                workers,
                "1 to 1,000",
            )?;
            require_time("service.writes.job_queue.retry_interval", retry_every)?;
        }
        Ok(())
    }
}

//! The service between the clients and the dependencies.

use super::PoolConfig;
use crate::dependency::Dependency;
use fusebox::time::Duration;
use fusebox::{ConfigError, require, settings};

settings! {
    /// A service with worker threads, each of which handles one request from beginning to end.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct ServiceConfig in "service" {
        /// Threads.
        threads: u32 = 64, THREADS: 1..=10_000;
        /// Requests that may be queued for a thread; one more is answered 503 at once.
        accept_queue: u32 = 128, ACCEPT_QUEUE: 0..=1_000_000;
        /// What a search calls, one after the other: 1 to 8 dependencies.
        search: Vec<Dependency> = vec![Dependency::Postgres, Dependency::Model];
        /// How long a health check takes.
        health_check_time: Duration = Duration::from_millis(2), HEALTH_CHECK_TIME: Duration::ZERO..=Duration::from_secs(60);
        /// One pool of connections for all dependencies, in place of one pool each.
        shared_pool: Option<PoolConfig> = None;
        /// Whether one breaker is around all dependencies, in place of one around each that has a
        /// breaker layer. It has the settings of the first of them that is called.
        shared_breaker: bool = false;
        /// The cache of earlier answers.
        cache: CacheConfig = CacheConfig::default();
        /// How writes are made.
        writes: WritesConfig = WritesConfig::default();
    }
}

settings! {
    /// The cache of earlier answers, with their age.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub struct CacheConfig in "cache" {
        /// How many different keys clients ask for, all equally likely.
        keys: u32 = 100, KEYS: 1..=100_000;
        /// The oldest cached answer that a cached read accepts.
        ttl: Duration = Duration::from_secs(30), TTL: Duration::ZERO..=Duration::DAY;
    }
}

settings! {
    /// How a write is made: in one transaction.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub struct WritesConfig in "writes" {
        /// Statements before the commit, each a round trip.
        statements: u32 = 2, STATEMENTS: 1..=20;
        /// Whether each write has an idempotency key, which the database records in the transaction and
        /// keeps for as long as the write may be repeated.
        idempotency_keys: bool = true;
        /// Whether a write without a key is repeated even after a failure that does not show
        /// whether it took effect; such a repeat can apply it twice. The service answers such a failure
        /// 500 without `Retry-After`, as a 503 says that the write had no effect.
        retry_without_key: bool = false;
        /// The queue for writes that the database cannot take now; none to reject them.
        job_queue: Option<JobQueueConfig> = Some(JobQueueConfig::default());
    }
}

settings! {
    /// A queue of writes to be made later. Like most such queues it delivers at least once: a job is
    /// tried until it is done, so without a key it is applied twice if the answer to its commit is lost.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub struct JobQueueConfig in "job_queue" {
        /// Writes that may be queued; one more is rejected.
        capacity: u32 = 1_000, CAPACITY: 1..=1_000_000;
        /// Writes that are tried at the same time.
        workers: u32 = 2, WORKERS: 1..=1_000;
        /// The wait of all jobs after one has failed; each job is retried until it is done.
        retry_interval: Duration = Duration::from_secs(1), RETRY_INTERVAL: Duration::MILLISECOND..=Duration::DAY;
    }
}

impl ServiceConfig {
    pub(super) fn check(&self) -> Result<(), ConfigError> {
        self.check_ranges()?;
        let steps = self.search.len();
        require((1..=8).contains(&steps), "service.search", steps, "1 to 8 dependencies")?;
        if let Some(pool) = &self.shared_pool {
            pool.check().map_err(|error| error.within("service.shared_pool"))?;
        }
        self.cache.check_ranges().map_err(|error| error.within("service.cache"))?;
        self.writes.check_ranges().map_err(|error| error.within("service.writes"))?;
        if let Some(jobs) = &self.writes.job_queue {
            jobs.check_ranges().map_err(|error| error.within("service.writes.job_queue"))?;
        }
        Ok(())
    }
}

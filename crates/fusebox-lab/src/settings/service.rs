//! The settings of the service.

use super::kind::{Kind, Value, count, time};
use super::object::{Always, Maybe};
use super::parts::POOL;
use super::table::{Access, Table, setting};
use fusebox::time::Duration;
use fusebox_sim::{CacheConfig, Dependency, JobQueueConfig, ServiceConfig, Target, WritesConfig};

/// The words for [`Dependency::ALL`], in its order.
pub(crate) const DEPENDENCIES: &[&str] =
    &["postgres", "replica", "model", "small_model", "vector_store", "cache"];

/// The words for what a fault can be set for.
pub(super) const TARGETS: &[&str] =
    &["postgres", "replica", "model", "small_model", "vector_store", "cache", "service"];

/// What a word is for.
pub(super) fn target_of(word: &str) -> Option<Target> {
    Target::ALL.into_iter().find(|target| target.name() == word)
}

/// The dependency that a word is for.
pub(super) fn dependency_of(word: &str) -> Option<Dependency> {
    Dependency::ALL.into_iter().find(|dependency| dependency.name() == word)
}

/// The dependency of which somebody speaks: by its word, or as the database.
pub(crate) fn named(word: &str) -> Option<Dependency> {
    if word == "database" { Some(Dependency::Postgres) } else { dependency_of(word) }
}

pub(super) const SERVICE: &Table<ServiceConfig> = &Table {
    name: "service",
    fresh: ServiceConfig::default,
    items: &[&[
        setting(
            "threads",
            "Workers",
            "Threads, each of which has one request from beginning to end.",
            count("threads", ServiceConfig::THREADS),
            Access::Number(|service| Some(&mut service.threads)),
        ),
        setting(
            "accept_queue",
            "Queue",
            "Requests that may wait for a thread; one more is answered 503 at once.",
            count("requests", ServiceConfig::ACCEPT_QUEUE),
            Access::Number(|service| Some(&mut service.accept_queue)),
        ),
        setting(
            "search",
            "Search",
            "What a search calls, one after the other.",
            Kind::List { of: DEPENDENCIES, min: 1, max: 8, repeats: true },
            Access::Any {
                optional: false,
                read: |service| {
                    Some(Value::List(service.search.iter().map(|it| it.name()).collect()))
                },
                write: |service, value| {
                    if let Value::List(words) = value {
                        service.search =
                            words.iter().filter_map(|word| dependency_of(word)).collect();
                    }
                },
            },
        ),
        setting(
            "health_check_time",
            "Health check",
            "How long a health check takes.",
            time(ServiceConfig::HEALTH_CHECK_TIME),
            Access::Time(|service| Some(&mut service.health_check_time)),
        ),
        setting(
            "shared_pool",
            "Shared pool",
            "One pool of connections for all dependencies, in place of one for each.",
            Kind::Part,
            Access::Inner {
                optional: true,
                inner: &Maybe { place: |it: &mut ServiceConfig| &mut it.shared_pool, table: POOL },
            },
        ),
        setting(
            "cache",
            "Cache",
            "What is kept of earlier answers.",
            Kind::Part,
            Access::Inner {
                optional: false,
                inner: &Always { place: |it: &mut ServiceConfig| &mut it.cache, table: CACHE },
            },
        ),
        setting(
            "writes",
            "Writes",
            "How writes are made.",
            Kind::Part,
            Access::Inner {
                optional: false,
                inner: &Always { place: |it: &mut ServiceConfig| &mut it.writes, table: WRITES },
            },
        ),
    ]],
    one_of: &[],
};

const CACHE: &Table<CacheConfig> = &Table {
    name: "cache",
    fresh: || ServiceConfig::default().cache,
    items: &[&[
        setting(
            "keys",
            "Keys",
            "How many different things clients ask for, each as likely.",
            count("things", CacheConfig::KEYS),
            Access::Number(|cache| Some(&mut cache.keys)),
        ),
        setting(
            "ttl",
            "Fresh for",
            "A cached read takes an answer of up to this age.",
            time(CacheConfig::TTL),
            Access::Time(|cache| Some(&mut cache.ttl)),
        ),
    ]],
    one_of: &[],
};

const WRITES: &Table<WritesConfig> = &Table {
    name: "writes",
    fresh: || ServiceConfig::default().writes,
    items: &[&[
        setting(
            "statements",
            "Statements",
            "Statements before the commit of a write, each a round trip.",
            count("statements", WritesConfig::STATEMENTS),
            Access::Number(|writes| Some(&mut writes.statements)),
        ),
        setting(
            "idempotency_keys",
            "Idempotency keys",
            "Whether each write has a key that makes it apply once, however often it is sent.",
            Kind::Flag,
            Access::Flag(|writes| Some(&mut writes.idempotency_keys)),
        ),
        setting(
            "retry_without_key",
            "Repeat without a key",
            "Whether a write without a key is repeated even where that can apply it twice.",
            Kind::Flag,
            Access::Flag(|writes| Some(&mut writes.retry_without_key)),
        ),
        setting(
            "job_queue",
            "Jobs",
            "The queue that a write goes to where the database cannot take it.",
            Kind::Part,
            Access::Inner {
                optional: true,
                inner: &Maybe { place: |it: &mut WritesConfig| &mut it.job_queue, table: JOBS },
            },
        ),
    ]],
    one_of: &[],
};

const JOBS: &Table<JobQueueConfig> = &Table {
    name: "jobs",
    fresh: || {
        let default = ServiceConfig::default().writes.job_queue;
        let retry_every = Duration::from_secs(1);
        default.unwrap_or(JobQueueConfig {
            capacity: 1_000,
            workers: 2,
            retry_interval: retry_every,
        })
    },
    items: &[&[
        setting(
            "capacity",
            "Queue",
            "Writes that may wait; one more is refused.",
            count("writes", JobQueueConfig::CAPACITY),
            Access::Number(|jobs| Some(&mut jobs.capacity)),
        ),
        setting(
            "workers",
            "Workers",
            "Writes that are tried at the same time.",
            count("writes", JobQueueConfig::WORKERS),
            Access::Number(|jobs| Some(&mut jobs.workers)),
        ),
        setting(
            "retry_interval",
            "Retry every",
            "The wait after one that failed.",
            time(JobQueueConfig::RETRY_INTERVAL),
            Access::Time(|jobs| Some(&mut jobs.retry_interval)),
        ),
    ]],
    one_of: &[],
};

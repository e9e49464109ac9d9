//! The settings of the service.

use super::kind::{Kind, Value};
use super::parts::POOL;
use super::table::{Item, Table};
use super::view::Part;
use fusebox::time::Duration;
use fusebox_sim::{CacheConfig, Dependency, JobQueueConfig, ServiceConfig, Target, WritesConfig};

type Service = Item<ServiceConfig>;
type Cache = Item<CacheConfig>;
type Writes = Item<WritesConfig>;
type Jobs = Item<JobQueueConfig>;

/// The words for [`Dependency::ALL`], in its order.
pub(crate) const DEPENDENCIES: &[&str] =
    &["postgres", "replica", "model", "small_model", "vector_store", "cache"];

/// The words for targets of faults.
pub(super) const TARGETS: &[&str] =
    &["postgres", "replica", "model", "small_model", "vector_store", "cache", "service"];

/// The target with this word.
pub(super) fn target_of(word: &str) -> Option<Target> {
    Target::ALL.into_iter().find(|target| target.name() == word)
}

/// The dependency with this word, or the database.
pub(crate) fn named(word: &str) -> Option<Dependency> {
    let word = if word == "database" { "postgres" } else { word };
    Dependency::ALL.into_iter().find(|dependency| dependency.name() == word)
}

pub(super) const SERVICE: &Table<ServiceConfig> =
    &Table::new("service", ServiceConfig::default, &[SERVICES]);

const SERVICES: &[Service] = &[
    Service::number("threads", "threads", ServiceConfig::THREADS, |it| Some(&mut it.threads))
        .label("Workers")
        .help("Threads, each of which serves one request from beginning to end."),
    Service::number("accept_queue", "requests", ServiceConfig::ACCEPT_QUEUE, |it| {
        Some(&mut it.accept_queue)
    })
    .label("Queue")
    .help("Requests that can be queued for a thread; any more get 503 at once."),
    Service::any(
        "search",
        Kind::List { of: DEPENDENCIES, min: 1, max: 8, repeats: true },
        |it| Some(Value::List(it.search.iter().map(|it| it.name()).collect())),
        |it, value| it.search = value.list().iter().filter_map(|word| named(word)).collect(),
    )
    .label("Search")
    .help("The dependencies that a search calls, one after the other."),
    Service::time("health_check_time", ServiceConfig::HEALTH_CHECK_TIME, |it| {
        Some(&mut it.health_check_time)
    })
    .label("Health check time")
    .help("How long a health check takes."),
    Service::part("shared_pool", &Part::Maybe(|it| &mut it.shared_pool, POOL))
        .optional()
        .label("Shared pool")
        .help("Use one connection pool for all dependencies instead of one for each."),
    Service::flag("shared_breaker", |it| Some(&mut it.shared_breaker))
        .label("Shared breaker")
        .help(
            "Use one breaker for all dependencies, with the settings of the first that is called.",
        ),
    Service::part("cache", &Part::One(|it| Some(&mut it.cache), CACHE))
        .label("Cache")
        .help("The earlier answers that the service keeps."),
    Service::part("writes", &Part::One(|it| Some(&mut it.writes), WRITES))
        .label("Writes")
        .help("How the service handles writes."),
];

const CACHE: &Table<CacheConfig> =
    &Table::new("cache", || ServiceConfig::default().cache, &[CACHES]);

const CACHES: &[Cache] = &[
    Cache::number("keys", "keys", CacheConfig::KEYS, |it| Some(&mut it.keys))
        .label("Keys")
        .help("How many different keys clients read, each as often as the others."),
    Cache::time("ttl", CacheConfig::TTL, |it| Some(&mut it.ttl))
        .label("TTL")
        .help("The age up to which a cached answer is fresh."),
];

const WRITES: &Table<WritesConfig> =
    &Table::new("writes", || ServiceConfig::default().writes, &[WRITE_ITEMS]);

const WRITE_ITEMS: &[Writes] = &[
    Writes::number("statements", "statements", WritesConfig::STATEMENTS, |it| {
        Some(&mut it.statements)
    })
    .label("Statements")
    .help("The statements of a write before its commit, each a round trip."),
    Writes::flag("idempotency_keys", |it| Some(&mut it.idempotency_keys))
        .label("Idempotency keys")
        .help("Give each write a key, so that it is applied once, however often it is sent."),
    Writes::flag("retry_without_key", |it| Some(&mut it.retry_without_key))
        .label("Retry without a key")
        .help("Retry writes without a key too, although one can then be applied twice."),
    Writes::part("job_queue", &Part::Maybe(|it| &mut it.job_queue, JOBS))
        .optional()
        .label("Job queue")
        .help("Queue a write that the database cannot take, and try it again later."),
];

const JOBS: &Table<JobQueueConfig> = &Table::new(
    "jobs",
    || JobQueueConfig { capacity: 1_000, workers: 2, retry_interval: Duration::from_secs(1) },
    &[JOB_ITEMS],
);

const JOB_ITEMS: &[Jobs] = &[
    Jobs::number("capacity", "writes", JobQueueConfig::CAPACITY, |it| Some(&mut it.capacity))
        .label("Queue")
        .help("Writes that can be queued; any more are rejected."),
    Jobs::number("workers", "writes", JobQueueConfig::WORKERS, |it| Some(&mut it.workers))
        .label("Workers")
        .help("Writes that are tried at the same time."),
    Jobs::time("retry_interval", JobQueueConfig::RETRY_INTERVAL, |it| Some(&mut it.retry_interval))
        .label("Retry interval")
        .help("The wait after a write that failed."),
];

//! Worlds worth looking at, by name.

mod lessons;
mod outages;

use crate::herd::{Setup, Strategy};
use fusebox::time::Duration;
use fusebox_sim::Scenario;

/// A world worth looking at.
#[derive(Clone, Copy, Debug)]
pub struct Preset {
    /// Its name in links and on the command line.
    pub name: &'static str,
    /// Its name for people.
    pub title: &'static str,
    /// What it shows, in a sentence or two.
    pub about: &'static str,
    /// The world itself.
    pub scenario: fn() -> Scenario,
}

/// Presets are the same where their names are.
impl PartialEq for Preset {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for Preset {}

/// The preset of this name.
#[must_use]
pub fn find(name: &str) -> Option<&'static Preset> {
    ALL.iter().find(|preset| preset.name == name)
}

/// All of them, in the order of the lesson.
pub const ALL: &[Preset] = &[
    Preset {
        name: "search-service",
        title: "A search service",
        about: "200 calls a second to a service with all five layers around one database, which you \
                can break.",
        scenario: Scenario::search_service,
    },
    Preset {
        name: "slow-database",
        title: "A slow database, and nothing else",
        about: "The database becomes slow for a minute and nothing protects the service: its \
                threads all wait, and even the health check, which needs no database, goes down.",
        scenario: || lessons::slow_database(0),
    },
    Preset {
        name: "slow-database-timeout",
        title: "The same with timeouts",
        about: "No attempt waits for longer than two seconds. The threads come back, but too late \
                for a part of the health checks.",
        scenario: || lessons::slow_database(1),
    },
    Preset {
        name: "slow-database-retry",
        title: "The same with timeouts and retries",
        about: "Retries bring nothing while the database is slow: what failed fails again, and \
                keeps its thread for longer.",
        scenario: || lessons::slow_database(2),
    },
    Preset {
        name: "slow-database-breaker",
        title: "The same with timeouts, retries and a breaker",
        about: "The breaker opens after five failures. Calls fail at once, the threads are free, \
                and the health check is up.",
        scenario: || lessons::slow_database(3),
    },
    Preset {
        name: "slow-database-fallback",
        title: "The same with a fallback besides",
        about: "Reads that fail are answered from the cache, if it has an answer of the last five \
                minutes. Writes still fail.",
        scenario: || lessons::slow_database(4),
    },
    Preset {
        name: "slow-database-bulkhead",
        title: "The same with all five layers",
        about: "A bulkhead keeps the database from taking every thread in the seconds before the \
                breaker trips. What it refuses is an error, as the fallback is inside it.",
        scenario: || lessons::slow_database(5),
    },
    Preset {
        name: "bulkheads-save-health",
        title: "Bulkheads save the health check",
        about: "The model provider hangs. There are no timeouts and no breakers, but each \
                dependency has its own slots and its own pool: the rest of the service does not \
                notice.",
        scenario: lessons::bulkheads_save_health,
    },
    Preset {
        name: "shared-pool",
        title: "One pool for everything",
        about: "The same with one pool of connections for all dependencies and no bulkheads: the \
                calls that wait for the model take every connection, and the database cannot be \
                reached either.",
        scenario: lessons::shared_pool,
    },
    Preset {
        name: "little-traffic",
        title: "A breaker with too little traffic",
        about: "One call in five seconds never makes five failures in ten: the breaker stays \
                closed through the whole outage, and every call waits for its timeouts.",
        scenario: lessons::little_traffic,
    },
    Preset {
        name: "rate-limited-model",
        title: "A rate-limited model provider",
        about: "The provider answers part of the calls with 429 and Retry-After. Part of \
                them wait as long as it says, and most of the others are answered by the smaller \
                model.",
        scenario: outages::rate_limited_model,
    },
    Preset {
        name: "cold-restart",
        title: "A crash and a cold restart",
        about: "The database crashes, is back after ten seconds, and is slow until its caches are \
                warm: the cooldown of the breaker gives it half of that time before the traffic \
                returns.",
        scenario: outages::cold_restart,
    },
    Preset {
        name: "dies-mid-query",
        title: "The database dies mid-query",
        about: "The seven steps of the lesson: roll-back, dead connections, the breaker trips, \
                fast 503s, degraded reads and queued writes, idempotency keys, half-open and \
                recovery.",
        scenario: outages::dies_mid_query,
    },
    Preset {
        name: "two-minute-outage",
        title: "Two minutes without the database",
        about: "The lesson's complete stack: a dependency that is gone for two minutes is a \
                degradation of one feature for two minutes, not an outage.",
        scenario: outages::two_minutes,
    },
    Preset {
        name: "retry-storm",
        title: "Retries keep a recovered database down",
        about: "Ten seconds of outage, and then nothing is wrong any more; but the retries of \
                calls that time out are more than the database can do, so they time out as well, \
                for ever.",
        scenario: || outages::retry_storm(false),
    },
    Preset {
        name: "retry-budget",
        title: "The same with a retry budget",
        about: "At most one call in ten is tried again. The database catches up within half a \
                minute.",
        scenario: || outages::retry_storm(true),
    },
    Preset {
        name: "herd-immediate",
        title: "2,000 clients that try again at once",
        about: "An outage of two seconds hits all clients together, and they come back together, \
                again and again: none gets through any more.",
        scenario: || herd_of("immediate"),
    },
    Preset {
        name: "herd-full-jitter",
        title: "2,000 clients with backoff and full jitter",
        about: "The same outage: each client waits for a random time, and the herd is a drizzle.",
        scenario: || herd_of("full"),
    },
];

/// Clients of whom each asks once in ten seconds and goes on until it is answered.
fn herd_of(strategy: &str) -> Scenario {
    let setup = Setup {
        clients: 2_000,
        every: Duration::from_secs(10),
        capacity: 500,
        patience: None,
        ..Setup::default()
    };
    let strategy = Strategy::of(strategy).unwrap_or_default();
    // It is within its ranges, as a test shows.
    setup.scenario(&strategy).unwrap_or_default()
}

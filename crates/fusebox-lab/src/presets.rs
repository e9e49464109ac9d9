//! The presets: ready-made scenarios, by name.

mod lessons;
mod outages;

use crate::herd::{Setup, Strategy};
use fusebox::time::Duration;
use fusebox_sim::Scenario;

/// A ready-made scenario.
#[derive(Clone, Copy, Debug)]
pub struct Preset {
    /// Its name in links and on the command line.
    pub name: &'static str,
    /// Its title.
    pub title: &'static str,
    /// One or two sentences on what it shows.
    pub about: &'static str,
    /// Makes the scenario.
    pub scenario: fn() -> Scenario,
}

/// Presets with the same name are equal.
impl PartialEq for Preset {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for Preset {}

/// The preset with this name.
#[must_use]
pub fn find(name: &str) -> Option<&'static Preset> {
    ALL.iter().find(|preset| preset.name == name)
}

/// The first preset. It can be had without the code of the others.
pub static FIRST: Preset = SEARCH_SERVICE;

const SEARCH_SERVICE: Preset = Preset {
    name: "search-service",
    title: "A search service",
    about: "A service with all five layers around one database, with 200 calls per second. \
            Break the database and watch.",
    scenario: Scenario::search_service,
};

/// All presets, in the order in which a learner needs them.
pub const ALL: &[Preset] = &[
    SEARCH_SERVICE,
    Preset {
        name: "slow-database",
        title: "A slow database without protection",
        about: "The database becomes slow for a minute and nothing protects the service: its \
                threads all wait, and even the health check, which needs no database, goes down.",
        scenario: || lessons::slow_database(0),
    },
    Preset {
        name: "slow-database-timeout",
        title: "A slow database with timeouts",
        about: "Every attempt times out after two seconds. The threads become free again, but too \
                late for some of the health checks.",
        scenario: || lessons::slow_database(1),
    },
    Preset {
        name: "slow-database-retry",
        title: "A slow database with timeouts and retries",
        about: "Retries do not help while the database is slow: they fail as well, and hold their \
                thread for longer.",
        scenario: || lessons::slow_database(2),
    },
    Preset {
        name: "slow-database-breaker",
        title: "A slow database with timeouts, retries and a breaker",
        about: "The breaker opens after five failures. Calls fail at once, the threads are free, \
                and the health check is up.",
        scenario: || lessons::slow_database(3),
    },
    Preset {
        name: "slow-database-fallback",
        title: "A slow database with a fallback as well",
        about: "Failed reads are answered from the cache if it has an answer from the last five \
                minutes. Writes still fail.",
        scenario: || lessons::slow_database(4),
    },
    Preset {
        name: "slow-database-bulkhead",
        title: "A slow database with all five layers",
        about: "A bulkhead keeps the database from taking every thread in the seconds before the \
                breaker trips. Its rejections reach the client as errors, because the fallback is \
                inside it.",
        scenario: || lessons::slow_database(5),
    },
    Preset {
        name: "bulkheads-save-health",
        title: "Bulkheads save the health check",
        about: "The model provider hangs. There are no timeouts and no breakers, but each \
                dependency has its own bulkhead and its own pool, so the rest of the service is not \
                affected.",
        scenario: lessons::bulkheads_save_health,
    },
    Preset {
        name: "shared-pool",
        title: "One pool for everything",
        about: "The same with one connection pool for all dependencies and no bulkheads: calls \
                that wait for the model hold every connection, so the database cannot be reached \
                either.",
        scenario: lessons::shared_pool,
    },
    Preset {
        name: "one-breaker-for-all",
        title: "One breaker for all hosts",
        about: "The model provider hangs. Only searches need it, and writes need the database, which \
                is well. But one breaker is around both hosts, so hardly any write gets through until \
                the provider is back.",
        scenario: || lessons::one_bad_host(true),
    },
    Preset {
        name: "a-breaker-each",
        title: "A breaker for each host",
        about: "The same with a breaker for each host: only the one around the model provider opens, \
                and no write is refused.",
        scenario: || lessons::one_bad_host(false),
    },
    Preset {
        name: "little-traffic",
        title: "A breaker with too little traffic",
        about: "One call every five seconds never adds up to five failures in ten seconds: the \
                breaker stays closed through the whole outage, and every call waits for its \
                timeouts.",
        scenario: lessons::little_traffic,
    },
    Preset {
        name: "rate-limited-model",
        title: "A rate-limited model provider",
        about: "The provider answers some calls with 429 and Retry-After. Some calls wait that \
                long and retry; the smaller model answers most of the others.",
        scenario: outages::rate_limited_model,
    },
    Preset {
        name: "cold-restart",
        title: "A crash and a cold restart",
        about: "The database crashes, restarts after ten seconds, and is slow until its caches are \
                warm. The cooldown of the breaker keeps traffic away for half of that time.",
        scenario: outages::cold_restart,
    },
    Preset {
        name: "dies-mid-query",
        title: "The database dies mid-query",
        about: "The seven steps of the lesson: rollback, dead connections, the breaker trips \
                at five failures, fast 503s, degraded reads and queued writes, idempotency keys, half-open and \
                recovery.",
        scenario: outages::dies_mid_query,
    },
    Preset {
        name: "two-minute-outage",
        title: "Two minutes without the database",
        about: "The complete stack: a dependency that is down for two minutes degrades one feature \
                for two minutes and does not take the service down.",
        scenario: outages::two_minutes,
    },
    Preset {
        name: "retry-storm",
        title: "Retries keep a recovered database down",
        about: "The outage lasts ten seconds. Then the database works again, but the retries of \
                timed-out calls exceed its capacity, so they time out as well: a metastable \
                failure.",
        scenario: || outages::retry_storm(false),
    },
    Preset {
        name: "retry-budget",
        title: "A retry budget lets the database recover",
        about: "The budget allows at most one retry per ten calls. The database recovers within \
                half a minute.",
        scenario: || outages::retry_storm(true),
    },
    Preset {
        name: "connect-storm",
        title: "Connects keep a restarted database down",
        about: "A crash of five seconds breaks the connections of 2,000 clients. Each connect takes \
                100 ms of a worker, and the queue is longer than a client waits: the database opens \
                connections that nobody needs any more.",
        scenario: || outages::connect_storm(false),
    },
    Preset {
        name: "connect-limit",
        title: "A connect limit ends the storm",
        about: "The database opens 20 connections at a time and refuses the rest at once, so calls \
                are answered again within 15 s. Jittered lifetimes then renew the connections a few \
                at a time, and fewer than one call in 10,000 fails.",
        scenario: || outages::connect_storm(true),
    },
    Preset {
        name: "herd-immediate",
        title: "2,000 clients that retry at once",
        about: "A two-second outage hits all clients together, and they retry together, again and \
                again, so none gets an answer.",
        scenario: || herd_of("immediate"),
    },
    Preset {
        name: "herd-full-jitter",
        title: "2,000 clients with backoff and full jitter",
        about: "The same outage: each client waits for a random time before it retries, which \
                spreads the load.",
        scenario: || herd_of("full"),
    },
];

/// Clients that each call every 10 s and retry until they get an answer.
fn herd_of(strategy: &str) -> Scenario {
    let setup = Setup {
        clients: 2_000,
        every: Duration::from_secs(10),
        capacity: 500,
        patience: None,
        ..Setup::default()
    };
    let strategy = Strategy::of(strategy).unwrap_or_default();
    // A test checks that every value is in range.
    setup.unchecked_scenario(&strategy)
}

//! The settings of the clients: their number, when they call, and what.

use super::kind::{Kind, Value};
use super::layers::{HasLayers, layers};
use super::parts::{LINK, POOL};
use super::spread::{HasSpread, spread};
use super::table::{Item, Table};
use super::view::Part;
use core::mem::discriminant;
use fusebox::LayerConfig;
use fusebox::time::{Duration, Instant};
use fusebox_sim::{Arrivals, Burst, ClientsConfig, Distribution, Mix, RateSchedule};

type Clients = Item<ClientsConfig>;
type Bursts = Item<Burst>;
type Weight = Item<Mix>;

pub(super) const CLIENTS: &Table<ClientsConfig> =
    &Table::new("clients", ClientsConfig::default, &[WHEN, &THINK_SPREAD, WHAT, &CLIENT_LAYERS]);

const CLIENT_LAYERS: [Clients; 9] = layers();

impl HasLayers for ClientsConfig {
    fn layers(&mut self) -> &mut Vec<LayerConfig> {
        &mut self.layers
    }
}

/// The distribution of the think time.
impl HasSpread for ClientsConfig {
    fn spread(&mut self) -> Option<&mut Distribution> {
        match &mut self.arrivals {
            Arrivals::Closed { distribution, .. } => Some(distribution),
            _ => None,
        }
    }
}

const WHEN: &[Clients] = &[
    Clients::number("count", "clients", ClientsConfig::COUNT, |it| Some(&mut it.count))
        .label("Clients")
        .help("The number of clients in the group; all groups together have at most 1,000,000."),
    Clients::choice(
        "arrivals",
        &["poisson", "uniform", "closed", "none"],
        |it| Some(arrivals_word(&it.arrivals)),
        set_arrivals,
    )
    .label("Arrivals")
    .help("When clients call: at random, evenly, in a closed loop, or in bursts only."),
    Clients::any(
        "rate",
        Kind::Rate,
        |it| rate(&mut it.arrivals).map(|rate| Value::Rate(rate.points().to_vec())),
        |it, value| {
            if let (Some(rate), Value::Rate(points)) = (rate(&mut it.arrivals), value) {
                *rate = RateSchedule::new(points.clone()).unwrap_or_else(|_| rate.clone());
            }
        },
    )
    .label("Rate")
    .help("Calls per second of the whole group: constant, or in straight lines between points.")
    .when("arrivals", &["poisson", "uniform"]),
    Clients::time("think_time", Arrivals::THINK_TIME, |it| match &mut it.arrivals {
        Arrivals::Closed { think_time, .. } => Some(think_time),
        _ => None,
    })
    .label("Think time")
    .help("The mean time between an answer and the client's next call.")
    .when("arrivals", &["closed"]),
];

const THINK_SPREAD: [Clients; 4] = {
    let [choice, width, sigma, deviation] = spread([
        "think_time_distribution",
        "think_time_width",
        "think_time_sigma",
        "think_time_deviation",
    ]);
    [choice.when("arrivals", &["closed"]), width, sigma, deviation]
};

const WHAT: &[Clients] = &[
    Clients::part("burst", &Part::Maybe(|it| &mut it.burst, BURST))
        .optional()
        .label("Burst")
        .help("Calls that all clients send at about the same time."),
    Clients::part("mix", &Part::One(|it| Some(&mut it.mix), MIX))
        .label("Mix")
        .help("How often each endpoint is called, as weights that are not all 0."),
    Clients::time_or_off("deadline", ClientsConfig::DEADLINE, |it| Some(&mut it.deadline))
        .label("Client deadline")
        .help("How long a client waits for the end of a call before it gives up."),
    Clients::part("pool", &Part::Maybe(|it| &mut it.pool, POOL))
        .optional()
        .label("Connection pool")
        .help("Each client's own connections to the database; used only if there is no service."),
    Clients::part("link", &Part::One(|it| Some(&mut it.link), LINK))
        .label("Link")
        .help("The network between the clients and what they call."),
    Clients::flag("shared_policies", |it| Some(&mut it.shared_policies))
        .label("Shared policies")
        .help("Let all clients of the group share one breaker, budget and bulkhead."),
];

const fn arrivals_word(arrivals: &Arrivals) -> &'static str {
    match arrivals {
        Arrivals::None => "none",
        Arrivals::Poisson(_) => "poisson",
        Arrivals::Uniform(_) => "uniform",
        Arrivals::Closed { .. } => "closed",
    }
}

const fn rate(arrivals: &mut Arrivals) -> Option<&mut RateSchedule> {
    match arrivals {
        Arrivals::Poisson(rate) | Arrivals::Uniform(rate) => Some(rate),
        Arrivals::None | Arrivals::Closed { .. } => None,
    }
}

/// Between arrivals that have a rate it is kept; new ones have one call a second of each client.
fn set_arrivals(clients: &mut ClientsConfig, word: &str) {
    let rate = rate(&mut clients.arrivals).cloned();
    let rate = rate.unwrap_or_else(|| RateSchedule::constant(u64::from(clients.count) * 1_000));
    let arrivals = match word {
        "poisson" => Arrivals::Poisson(rate),
        "uniform" => Arrivals::Uniform(rate),
        "closed" => Arrivals::Closed {
            think_time: Duration::from_secs(1),
            distribution: Distribution::Exponential,
        },
        _ => Arrivals::None,
    };
    if discriminant(&arrivals) != discriminant(&clients.arrivals) {
        clients.arrivals = arrivals;
    }
}

const BURST: &Table<Burst> = &Table::new(
    "burst",
    || Burst {
        at: Instant::from_secs(10),
        within: Duration::from_millis(100),
        every: None,
        calls_per_client: 1,
    },
    &[BURSTS],
);

const BURSTS: &[Bursts] = &[
    Bursts::moment("at", |it| Some(&mut it.at)).label("Start").help("When the burst begins."),
    Bursts::time("within", Burst::WITHIN, |it| Some(&mut it.within))
        .label("Duration")
        .help("The length of the burst; each call comes at a random moment within it."),
    Bursts::time_or_off("every", Burst::EVERY, |it| Some(&mut it.every))
        .label("Period")
        .help("The time from the start of one burst to the start of the next."),
    Bursts::number("calls_per_client", "calls", Burst::CALLS_PER_CLIENT, |it| {
        Some(&mut it.calls_per_client)
    })
    .label("Calls per client")
    .help("The calls that each client sends in a burst."),
];

const MIX: &Table<Mix> = &Table::new("mix", || Mix::SEARCH, &[WEIGHTS]);

const WEIGHTS: &[Weight] = &[
    Weight::number("search", "parts", Mix::WEIGHT, |it| Some(&mut it.search))
        .label("Searches")
        .help("The weight of searches, which call their dependencies one after the other."),
    Weight::number("cached_read", "parts", Mix::WEIGHT, |it| Some(&mut it.cached_read))
        .label("Cached reads")
        .help("The weight of cached reads; they read the database if no fresh answer is cached."),
    Weight::number("health", "parts", Mix::WEIGHT, |it| Some(&mut it.health))
        .label("Health checks")
        .help("The weight of health checks, which need no dependency."),
    Weight::number("mutation", "parts", Mix::WEIGHT, |it| Some(&mut it.mutation))
        .label("Writes")
        .help("The weight of writes to the database."),
];

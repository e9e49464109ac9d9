//! The settings of the clients: how many, when they call and for what.

use super::kind::{Kind, UP_TO_DAY, Value, count, time};
use super::layers::{HasLayers, layers};
use super::object::{Always, Maybe};
use super::parts::LINK;
use super::spread::{HasSpread, spread};
use super::table::{Access, Item, Table, setting};
use fusebox::LayerConfig;
use fusebox::time::{Duration, Instant};
use fusebox_sim::{Arrivals, Burst, ClientsConfig, Distribution, Mix, RateSchedule};

pub(super) const CLIENTS: &Table<ClientsConfig> = &Table {
    name: "clients",
    fresh: ClientsConfig::default,
    items: &[WHEN, &THINK_SPREAD, FOR_WHAT, &CLIENT_LAYERS],
    one_of: &[],
};

const CLIENT_LAYERS: [Item<ClientsConfig>; 9] = layers();

impl HasLayers for ClientsConfig {
    fn layers(&mut self) -> &mut Vec<LayerConfig> {
        &mut self.layers
    }

    fn layers_ref(&self) -> &[LayerConfig] {
        &self.layers
    }
}

/// The spread of the time to think.
impl HasSpread for ClientsConfig {
    fn spread(&mut self) -> Option<&mut Distribution> {
        match &mut self.arrivals {
            Arrivals::Closed { distribution: spread, .. } => Some(spread),
            _ => None,
        }
    }

    fn spread_now(&self) -> Option<Distribution> {
        match &self.arrivals {
            Arrivals::Closed { distribution: spread, .. } => Some(*spread),
            _ => None,
        }
    }
}

const WHEN: &[Item<ClientsConfig>] = &[
    setting(
        "count",
        "Clients",
        "How many there are, in all groups at most 1,000,000.",
        count("clients", ClientsConfig::COUNT),
        Access::Number(|clients| Some(&mut clients.count)),
    ),
    setting(
        "arrivals",
        "Arrivals",
        "When they call: at random, evenly, each one call after the other, or not at all but in bursts.",
        Kind::Choice(&["poisson", "uniform", "closed", "none"]),
        Access::Choice(|clients| Some(arrivals_word(&clients.arrivals)), set_arrivals),
    ),
    setting(
        "rate",
        "Rate",
        "Calls of the whole group a second, always the same or in straight lines between points.",
        Kind::Rate,
        Access::Any {
            optional: false,
            read: |clients: &ClientsConfig| {
                rate(&clients.arrivals).map(|rate| Value::Rate(rate.points().to_vec()))
            },
            write: set_rate,
        },
    )
    .when("arrivals", &["poisson", "uniform"]),
    setting(
        "think_time",
        "Think time",
        "The mean time between an answer and the client's next call.",
        time(Arrivals::THINK_TIME),
        Access::Time(|clients: &mut ClientsConfig| match &mut clients.arrivals {
            Arrivals::Closed { think_time: think, .. } => Some(think),
            _ => None,
        }),
    )
    .when("arrivals", &["closed"]),
];

const THINK_SPREAD: [Item<ClientsConfig>; 4] = {
    let [choice, width, sigma, deviation] = spread([
        "think_time_distribution",
        "think_time_width",
        "think_time_sigma",
        "think_time_deviation",
    ]);
    [choice.when("arrivals", &["closed"]), width, sigma, deviation]
};

const FOR_WHAT: &[Item<ClientsConfig>] = &[
    setting(
        "burst",
        "Burst",
        "Calls that all of them send because the same thing happened to all.",
        Kind::Part,
        Access::Inner {
            optional: true,
            inner: &Maybe { place: |it: &mut ClientsConfig| &mut it.burst, table: BURST },
        },
    ),
    setting(
        "mix",
        "Mix",
        "How often each endpoint is called, as weights that are not all 0.",
        Kind::Part,
        Access::Inner {
            optional: false,
            inner: &Always { place: |it: &mut ClientsConfig| &mut it.mix, table: MIX },
        },
    ),
    setting(
        "deadline",
        "Patience",
        "How long a client waits for the end of a call before it gives up.",
        time(ClientsConfig::DEADLINE),
        Access::TimeOrOff(|clients| Some(&mut clients.deadline)),
    ),
    setting(
        "link",
        "Link",
        "The way to whom they call.",
        Kind::Part,
        Access::Inner {
            optional: false,
            inner: &Always { place: |it: &mut ClientsConfig| &mut it.link, table: LINK },
        },
    ),
    setting(
        "shared_policies",
        "Shared layers",
        "Whether all clients of the group share one breaker, budget and bulkhead, as the users of one process do.",
        Kind::Flag,
        Access::Flag(|clients| Some(&mut clients.shared_policies)),
    ),
];

const fn arrivals_word(arrivals: &Arrivals) -> &'static str {
    match arrivals {
        Arrivals::None => "none",
        Arrivals::Poisson(_) => "poisson",
        Arrivals::Uniform(_) => "uniform",
        Arrivals::Closed { .. } => "closed",
    }
}

const fn rate(arrivals: &Arrivals) -> Option<&RateSchedule> {
    match arrivals {
        Arrivals::Poisson(rate) | Arrivals::Uniform(rate) => Some(rate),
        Arrivals::None | Arrivals::Closed { .. } => None,
    }
}

/// Between arrivals that have a rate it is kept; new ones have one call a second of each client.
fn set_arrivals(clients: &mut ClientsConfig, word: &str) {
    let new = || RateSchedule::constant(u64::from(clients.count) * 1_000);
    let rate = || rate(&clients.arrivals).cloned().unwrap_or_else(new);
    if arrivals_word(&clients.arrivals) != word {
        clients.arrivals = match word {
            "poisson" => Arrivals::Poisson(rate()),
            "uniform" => Arrivals::Uniform(rate()),
            "closed" => Arrivals::Closed {
                think_time: Duration::from_secs(1),
                distribution: Distribution::Exponential,
            },
            _ => Arrivals::None,
        };
    }
}

fn set_rate(clients: &mut ClientsConfig, value: &Value) {
    let Value::Rate(points) = value else { return };
    let rate = match points[..] {
        [(Instant::ZERO, rate)] => Ok(RateSchedule::constant(rate)),
        _ => RateSchedule::new(points.clone()),
    };
    if let (Arrivals::Poisson(place) | Arrivals::Uniform(place), Ok(rate)) =
        (&mut clients.arrivals, rate)
    {
        *place = rate;
    }
}

const BURST: &Table<Burst> = &Table {
    name: "burst",
    fresh: || Burst {
        at: Instant::from_secs(10),
        within: Duration::from_millis(100),
        every: None,
        calls_per_client: 1,
    },
    items: &[&[
        setting(
            "at",
            "At",
            "When it begins.",
            UP_TO_DAY,
            Access::Moment(|burst| Some(&mut burst.at)),
        ),
        setting(
            "within",
            "Within",
            "How long it takes; each call comes at a random moment of that.",
            time(Burst::WITHIN),
            Access::Time(|burst| Some(&mut burst.within)),
        ),
        setting(
            "every",
            "Again every",
            "How long after its beginning the next one begins.",
            time(Burst::EVERY),
            Access::TimeOrOff(|burst| Some(&mut burst.every)),
        ),
        setting(
            "calls_per_client",
            "Calls",
            "What each client sends every time.",
            count("calls", Burst::CALLS_PER_CLIENT),
            Access::Number(|burst| Some(&mut burst.calls_per_client)),
        ),
    ]],
    one_of: &[],
};

const MIX: &Table<Mix> = &Table {
    name: "mix",
    fresh: || Mix::SEARCH,
    items: &[&[
        setting(
            "search",
            "Searches",
            "The weight of what calls the dependencies of a search, one after the other.",
            count("parts", Mix::WEIGHT),
            Access::Number(|mix| Some(&mut mix.search)),
        ),
        setting(
            "cached_read",
            "Cached reads",
            "The weight of reads of the cache, and of the database where that has nothing fresh.",
            count("parts", Mix::WEIGHT),
            Access::Number(|mix| Some(&mut mix.cached_read)),
        ),
        setting(
            "health",
            "Health checks",
            "The weight of health checks, which need no dependency.",
            count("parts", Mix::WEIGHT),
            Access::Number(|mix| Some(&mut mix.health)),
        ),
        setting(
            "mutation",
            "Writes",
            "The weight of writes to the database.",
            count("parts", Mix::WEIGHT),
            Access::Number(|mix| Some(&mut mix.mutation)),
        ),
    ]],
    one_of: &[],
};

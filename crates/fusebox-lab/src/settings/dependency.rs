//! The settings of a dependency, of the way to it, and of what the service puts around it.

use super::kind::{Kind, Value, count, per_ten_thousand, time};
use super::layers::{HasLayers, SOME_LAYERS, layer_of, layer_word, layers};
use super::object::{Always, Maybe};
use super::parts::{COLD, LINK, POOL, RATE_LIMIT};
use super::spread::{HasSpread, spread};
use super::table::{Access, Item, Table, setting};
use fusebox::LayerConfig;
use fusebox_sim::{Contention, Dependency, DependencyConfig, Distribution, ServerConfig};

pub(super) const DEPENDENCY: &Table<DependencyConfig> = &Table {
    name: "dependency",
    fresh: || DependencyConfig::of(Dependency::Postgres),
    items: &[SERVER, &SPREAD, LOAD, AROUND, &DEPENDENCY_LAYERS, OFF],
    one_of: &[],
};

const DEPENDENCY_LAYERS: [Item<DependencyConfig>; 9] = layers();

impl HasLayers for DependencyConfig {
    fn layers(&mut self) -> &mut Vec<LayerConfig> {
        &mut self.layers
    }

    fn layers_ref(&self) -> &[LayerConfig] {
        &self.layers
    }
}

impl HasSpread for DependencyConfig {
    fn spread(&mut self) -> Option<&mut Distribution> {
        Some(&mut self.server.distribution)
    }

    fn spread_now(&self) -> Option<Distribution> {
        Some(self.server.distribution)
    }
}

const SPREAD: [Item<DependencyConfig>; 4] = spread([
    "service_time_distribution",
    "service_time_width",
    "service_time_sigma",
    "service_time_deviation",
]);

const SERVER: &[Item<DependencyConfig>] = &[
    setting(
        "concurrency",
        "Slots",
        "Requests that it works on at the same time.",
        count("requests", ServerConfig::CONCURRENCY),
        Access::Number(|it| Some(&mut it.server.concurrency)),
    ),
    setting(
        "queue",
        "Queue",
        "Requests that may wait; one more is refused with status 503.",
        count("requests", ServerConfig::QUEUE),
        Access::Number(|it| Some(&mut it.server.queue)),
    ),
    setting(
        "max_connections",
        "Connections",
        "Connections that it takes; one more is refused.",
        count("connections", ServerConfig::MAX_CONNECTIONS),
        Access::Number(|it| Some(&mut it.server.max_connections)),
    ),
    setting(
        "service_time",
        "Time",
        "The mean time of a request; a write takes it for each statement and for the commit.",
        time(ServerConfig::SERVICE_TIME),
        Access::Time(|it| Some(&mut it.server.service_time)),
    ),
];

const LOAD: &[Item<DependencyConfig>] = &[
    setting(
        "contention",
        "Contention",
        "What more work at the same time does: nothing, each request slows the next, or only beyond so many.",
        Kind::Choice(&["none", "linear", "knee"]),
        Access::Choice(|it| Some(load_word(it.server.contention)), set_load),
    ),
    setting(
        "contention_from",
        "Contention, knee",
        "So many requests at work change nothing.",
        count("requests", Contention::FROM),
        Access::Number(|it: &mut DependencyConfig| match &mut it.server.contention {
            Contention::Knee { from: at, .. } => Some(at),
            _ => None,
        }),
    )
    .when("contention", &["knee"]),
    setting(
        "contention_per_request",
        "Contention, share",
        "What each request at work adds to the time of one that begins, as a share of it.",
        per_ten_thousand(Contention::PER_TEN_THOUSAND),
        Access::Number(|it: &mut DependencyConfig| match &mut it.server.contention {
            Contention::None => None,
            Contention::Linear { per_ten_thousand } | Contention::Knee { per_ten_thousand, .. } => {
                Some(per_ten_thousand)
            }
        }),
    )
    .when("contention", &["linear", "knee"]),
];

const fn load_word(load: Contention) -> &'static str {
    match load {
        Contention::None => "none",
        Contention::Linear { .. } => "linear",
        Contention::Knee { .. } => "knee",
    }
}

fn set_load(it: &mut DependencyConfig, word: &str) {
    let load = &mut it.server.contention;
    let per_ten_thousand = match *load {
        Contention::None => 100,
        Contention::Linear { per_ten_thousand } | Contention::Knee { per_ten_thousand, .. } => {
            per_ten_thousand
        }
    };
    if load_word(*load) != word {
        *load = match word {
            "none" => Contention::None,
            "linear" => Contention::Linear { per_ten_thousand },
            _ => Contention::Knee { from: 10, per_ten_thousand },
        };
    }
}

const AROUND: &[Item<DependencyConfig>] = &[
    setting(
        "rate_limit",
        "Rate limit",
        "How many requests it takes; the rest get 429 with Retry-After.",
        Kind::Part,
        Access::Inner {
            optional: true,
            inner: &Maybe {
                place: |it: &mut DependencyConfig| &mut it.server.rate_limit,
                table: RATE_LIMIT,
            },
        },
    ),
    setting(
        "cold_start",
        "Cold start",
        "How it is slower for a while after a start.",
        Kind::Part,
        Access::Inner {
            optional: true,
            inner: &Maybe {
                place: |it: &mut DependencyConfig| &mut it.server.cold_start,
                table: COLD,
            },
        },
    ),
    setting(
        "link",
        "Link",
        "The way from the service.",
        Kind::Part,
        Access::Inner {
            optional: false,
            inner: &Always { place: |it: &mut DependencyConfig| &mut it.link, table: LINK },
        },
    ),
    setting(
        "pool",
        "Pool",
        "The service's connections to it; off where each attempt has one of its own at no cost.",
        Kind::Part,
        Access::Inner {
            optional: true,
            inner: &Maybe { place: |it: &mut DependencyConfig| &mut it.pool, table: POOL },
        },
    ),
];

const OFF: &[Item<DependencyConfig>] = &[setting(
    "layers_off",
    "Off at first",
    "The layers that are off at the start.",
    SOME_LAYERS,
    Access::Any {
        optional: false,
        read: |it| Some(Value::List(it.layers_off.iter().map(|kind| layer_word(*kind)).collect())),
        write: |it, value| {
            if let Value::List(words) = value {
                it.layers_off = words.iter().filter_map(|word| layer_of(word)).collect();
            }
        },
    },
)];

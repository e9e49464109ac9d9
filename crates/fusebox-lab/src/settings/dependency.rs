//! The settings of a dependency, of the link to it, and of what the service puts around it.

use super::kind::{Kind, Scale, Value};
use super::layers::{HasLayers, SOME_LAYERS, layer_of, layer_word, layers};
use super::parts::{COLD, LINK, POOL, RATE_LIMIT};
use super::spread::{HasSpread, spread};
use super::table::{Item, Table, choose, word, words};
use super::view::Part;
use fusebox::{Class, LayerConfig, Retryable, Verdict};
use fusebox_sim::{
    Contention, Dependency, DependencyConfig, Distribution, LimitStatus, ServerConfig,
};

type Server = Item<DependencyConfig>;

pub(super) const DEPENDENCY: &Table<DependencyConfig> = &Table::new(
    "dependency",
    || DependencyConfig::of(Dependency::Postgres),
    &[SERVER, &SPREAD, CONTENTION, AROUND, &DEPENDENCY_LAYERS, OFF, ANSWERS],
);

const DEPENDENCY_LAYERS: [Server; 9] = layers();

impl HasLayers for DependencyConfig {
    fn layers(&mut self) -> &mut Vec<LayerConfig> {
        &mut self.layers
    }
}

impl HasSpread for DependencyConfig {
    fn spread(&mut self) -> Option<&mut Distribution> {
        Some(&mut self.server.distribution)
    }
}

const SPREAD: [Server; 4] = spread([
    "service_time_distribution",
    "service_time_width",
    "service_time_sigma",
    "service_time_deviation",
]);

const SERVER: &[Server] = &[
    Server::number("concurrency", "requests", ServerConfig::CONCURRENCY, |it| {
        Some(&mut it.server.concurrency)
    })
    .label("Concurrency")
    .help("Requests processed at the same time."),
    Server::number("queue", "requests", ServerConfig::QUEUE, |it| Some(&mut it.server.queue))
        .label("Queue")
        .help("Requests that can be queued; any more get status 503."),
    Server::number("max_connections", "connections", ServerConfig::MAX_CONNECTIONS, |it| {
        Some(&mut it.server.max_connections)
    })
    .label("Maximum connections")
    .help("Connections that the dependency accepts; it refuses any more."),
    Server::time("connect_time", ServerConfig::CONNECT_TIME, |it| {
        Some(&mut it.server.connect_time)
    })
    .label("Connect time")
    .help("The mean time that opening a connection of a pool takes of a worker."),
    Server::number("concurrent_connects", "connects", ServerConfig::CONCURRENT_CONNECTS, |it| {
        Some(&mut it.server.concurrent_connects)
    })
    .label("Concurrent connects")
    .help("Connections opened or queued for it at once, if that takes time; any more are refused."),
    Server::time("service_time", ServerConfig::SERVICE_TIME, |it| {
        Some(&mut it.server.service_time)
    })
    .label("Service time")
    .help("The mean time of a request; a write takes it for each statement and its commit."),
];

const CONTENTIONS: [(&str, Contention); 3] = [
    ("none", Contention::None),
    ("linear", Contention::Linear { per_ten_thousand: 100 }),
    ("knee", Contention::Knee { from: 10, per_ten_thousand: 100 }),
];

const CONTENTION: &[Server] = &[
    Server::choice(
        "contention",
        &words(&CONTENTIONS),
        |it| Some(word(&CONTENTIONS, &it.server.contention)),
        |it, to| choose(&CONTENTIONS, &mut it.server.contention, to),
    )
    .label("Contention")
    .help("Whether concurrent requests slow each other down: never, always, or beyond a knee."),
    Server::number("contention_from", "requests", Contention::FROM, |it| {
        match &mut it.server.contention {
            Contention::Knee { from, .. } => Some(from),
            _ => None,
        }
    })
    .label("Contention, knee")
    .help("Up to this concurrency, requests do not slow each other down.")
    .when("contention", &["knee"]),
    Server::per_ten_thousand("contention_per_request", Contention::PER_TEN_THOUSAND, |it| {
        match &mut it.server.contention {
            Contention::None => None,
            Contention::Linear { per_ten_thousand } | Contention::Knee { per_ten_thousand, .. } => {
                Some(per_ten_thousand)
            }
        }
    })
    .label("Contention per request")
    .help("What each concurrent request adds to the next one's time, as a share of it.")
    .when("contention", &["linear", "knee"]),
];

const AROUND: &[Server] = &[
    Server::part("rate_limit", &Part::Maybe(|it| &mut it.server.rate_limit, RATE_LIMIT))
        .optional()
        .label("Rate limit")
        .help("Ask requests above this rate to wait, with Retry-After."),
    Server::part("cold_start", &Part::Maybe(|it| &mut it.server.cold_start, COLD))
        .optional()
        .label("Cold start")
        .help("Make requests slower for a while after a start."),
    Server::part("link", &Part::One(|it| Some(&mut it.link), LINK))
        .label("Link")
        .help("The network between the service and the dependency."),
    Server::part("pool", &Part::Maybe(|it| &mut it.pool, POOL))
        .optional()
        .label("Connection pool")
        .help("The service's connections to it; without a pool each attempt has its own for free."),
];

const OFF: &[Server] = &[Server::any(
    "layers_off",
    SOME_LAYERS,
    |it| Some(Value::List(it.layers_off.iter().map(|kind| layer_word(*kind)).collect())),
    |it, value| it.layers_off = value.list().iter().filter_map(|word| layer_of(word)).collect(),
)
.label("Layers off at the start")
.help("The layers that are switched off at the start.")];

const STATUSES: [(&str, LimitStatus); 3] = [
    ("429", LimitStatus::TooManyRequests),
    ("503", LimitStatus::Unavailable),
    ("403", LimitStatus::Forbidden),
];

/// What a status can mean to the layers.
const MEANINGS: [(&str, Verdict); 4] = [
    ("throttled", Verdict::Throttled),
    ("failure", Verdict::Failure),
    ("neutral", Verdict::Neutral),
    ("success", Verdict::Success),
];

/// What a status means, where this is its class in the engine's table.
fn meaning(of: &DependencyConfig, (code, class): (u16, Class)) -> &'static str {
    word(&MEANINGS, &of.classifier.rule(code).unwrap_or(class).verdict)
}

/// Gives a status another meaning.
fn set_meaning(of: &mut DependencyConfig, (code, class): (u16, Class), to: &str) {
    let mut verdict = of.classifier.rule(code).unwrap_or(class).verdict;
    let before = verdict;
    choose(&MEANINGS, &mut verdict, to);
    if verdict == before {
        return;
    }
    let new = match verdict {
        same if same == class.verdict => return of.classifier.unset(code),
        Verdict::Throttled => Class::THROTTLED,
        // An answer that asks to wait had no effect.
        Verdict::Failure if class.retry == Retryable::Always => Class::UNAVAILABLE,
        Verdict::Failure => Class::FAILURE,
        Verdict::Neutral => Class::PERMANENT,
        Verdict::Success => Class::SUCCESS,
    };
    of.classifier.set(code, new);
}

/// Changes what a dependency answers; a status that it no longer answers keeps no meaning.
fn change_status(of: &mut DependencyConfig, change: impl FnOnce(&mut ServerConfig)) {
    let statuses = |of: &DependencyConfig| [flaky(of).0, limit(of).0];
    let before = statuses(of);
    change(&mut of.server);
    let after = statuses(of);
    for code in before.into_iter().filter(|code| !after.contains(code)) {
        of.classifier.unset(code);
    }
}

/// The status while flaky, and its class.
fn flaky(of: &DependencyConfig) -> (u16, Class) {
    let code = u16::try_from(of.server.flaky_status).unwrap_or(u16::MAX);
    (code, Class::of(code, false))
}

/// The status above a limit, and its class.
fn limit(of: &DependencyConfig) -> (u16, Class) {
    let code = of.server.limit_status.code();
    (code, Class::of(code, true))
}

const ANSWERS: &[Server] = &[
    Server::any(
        "flaky_status",
        Kind::number(Scale::Whole(""), &ServerConfig::FLAKY_STATUS),
        |it| Some(Value::Number(it.server.flaky_status)),
        |it, value| {
            if let Some(status) = value.number() {
                change_status(it, |server| server.flaky_status = status);
            }
        },
    )
    .label("Status while flaky")
    .help("The status of the requests that fail while the dependency is flaky."),
    Server::choice(
        "flaky_as",
        &words(&MEANINGS),
        |it| Some(meaning(it, flaky(it))),
        |it, to| set_meaning(it, flaky(it), to),
    )
    .label("Meaning of that status")
    .help(
        "What it means to the layers: wait, count it as a failure, give up without counting it, or \
         use it as an answer.",
    ),
    Server::choice(
        "limit_status",
        &words(&STATUSES),
        |it| Some(word(&STATUSES, &it.server.limit_status)),
        |it, to| change_status(it, |server| choose(&STATUSES, &mut server.limit_status, to)),
    )
    .label("Status above a limit")
    .help("The status, with Retry-After, of requests above a rate limit or that of a fault."),
    Server::choice(
        "rate_limited_as",
        &words(&MEANINGS),
        |it| Some(meaning(it, limit(it))),
        |it, to| set_meaning(it, limit(it), to),
    )
    .label("Meaning above a limit")
    .help("What it means to the layers, as for the status while flaky."),
];

//! The settings of lanes side by side.

use super::breaker::BREAKER;
use super::kind::{Kind, count, per_mille};
use super::object::{Always, Many, Maybe};
use super::parts::COLD;
use super::policies::RETRY;
use super::table::{Access, Table, setting};
use crate::herd::{Comparison, LANES_MAX, OutageKind, Requests, Setup, Strategy};
use fusebox::time::Duration;

/// The settings that all lanes have in common.
pub const HERD: &Table<Setup> = &Table {
    name: "herd",
    fresh: Setup::default,
    items: &[&[
        setting(
            "clients",
            "Clients",
            "How many clients there are.",
            count("clients", Setup::CLIENTS.0..=Setup::CLIENTS.1),
            Access::Number(|setup| Some(&mut setup.clients)),
        ),
        setting(
            "requests",
            "Requests",
            "When they call: at random whatever is answered, one call after the other, or each only \
             once. All but those in a closed loop call at the moment of the outage.",
            Kind::Choice(&["open", "closed", "one_shot"]),
            Access::Choice(|setup| Some(requests_word(setup.requests)), set_requests),
        ),
        setting(
            "call_interval",
            "Calls every",
            "The mean time between two calls of a client, or its pause after an answer.",
            between(Setup::EVERY),
            Access::Time(|setup: &mut Setup| {
                (setup.requests != Requests::OneShot).then_some(&mut setup.every)
            }),
        )
        .when("requests", &["open", "closed"]),
        setting(
            "capacity",
            "Capacity",
            "Calls a second that the database can do for each 1,000 clients.",
            count("calls", Setup::CAPACITY.0..=Setup::CAPACITY.1),
            Access::Number(|setup| Some(&mut setup.capacity)),
        ),
        setting(
            "query_time",
            "Query",
            "The mean time of a query in the database.",
            between(Setup::QUERY_TIME),
            Access::Time(|setup| Some(&mut setup.query_time)),
        ),
        setting(
            "fault",
            "What fails",
            "The database is down and refuses, hangs and says nothing, cannot be reached, or does less.",
            Kind::Choice(&["down", "hang", "partitioned", "degraded"]),
            Access::Choice(|setup| Some(kind_word(setup.kind)), set_kind),
        ),
        setting(
            "capacity_lost",
            "Depth",
            "The share of its capacity that the database has lost.",
            per_mille(Setup::DEPTH.0..=Setup::DEPTH.1),
            Access::Number(|setup: &mut Setup| {
                (setup.kind == OutageKind::Reduced).then_some(&mut setup.depth_per_mille)
            }),
        )
        .when("fault", &["degraded"]),
        setting(
            "outage",
            "Outage",
            "How long that lasts; the run is longer by 5 s at least.",
            between(Setup::OUTAGE),
            Access::Time(|setup: &mut Setup| Some(&mut setup.outage)),
        )
        .then(lengthen),
        setting(
            "cold_start",
            "Cold start",
            "How the database is slower for a while once it is up again.",
            Kind::Part,
            Access::Inner {
                optional: true,
                inner: &Maybe { place: |setup: &mut Setup| &mut setup.cold, table: COLD },
            },
        ),
        setting(
            "timeout",
            "Timeout",
            "How long a client waits for the answer to an attempt.",
            between(Setup::TIMEOUT),
            Access::Time(|setup| Some(&mut setup.timeout)),
        ),
        setting(
            "deadline",
            "Patience",
            "How long a client goes on with a call, with all its attempts and waits.",
            between(Setup::PATIENCE),
            Access::TimeOrOff(|setup| Some(&mut setup.patience)),
        ),
        setting(
            "duration",
            "Run",
            "How long the run is; not below what the outage needs.",
            between(Setup::LENGTH),
            Access::Time(|setup: &mut Setup| Some(&mut setup.length)),
        )
        .then(lengthen),
    ]],
    one_of: &[],
};

/// The settings of one lane.
pub const LANE: &Table<Strategy> = &Table {
    name: "lane",
    fresh: Strategy::default,
    items: &[&[
        setting(
            "shared_policies",
            "Shared",
            "Whether all clients share one budget and one breaker, and not each has its own.",
            Kind::Flag,
            Access::Flag(|lane| Some(&mut lane.shared)),
        ),
        setting(
            "retry",
            "Retry",
            "How often an attempt is made again, and after which wait.",
            Kind::Part,
            Access::Inner {
                optional: false,
                inner: &Always { place: |lane: &mut Strategy| &mut lane.retry, table: RETRY },
            },
        ),
        setting(
            "breaker",
            "Circuit breaker",
            "Keeps attempts back while many fail; what it refuses is tried again later.",
            Kind::Part,
            Access::Inner {
                optional: true,
                inner: &Maybe { place: |lane: &mut Strategy| &mut lane.breaker, table: BREAKER },
            },
        ),
    ]],
    one_of: &[],
};

/// The settings of a comparison: those in common, and each lane's.
pub const COMPARISON: &Table<Comparison> = &Table {
    name: "comparison",
    fresh: Comparison::default,
    items: &[&[
        setting(
            "herd",
            "In common",
            "What the lanes have in common.",
            Kind::Part,
            Access::Inner {
                optional: false,
                inner: &Always { place: |it: &mut Comparison| &mut it.setup, table: HERD },
            },
        ),
        setting(
            "lanes",
            "Lanes",
            "The ways to try again that are compared.",
            Kind::Parts { min: 1, max: LANES_MAX },
            Access::Inner {
                optional: false,
                inner: &Many { place: |it: &mut Comparison| &mut it.lanes, table: LANE },
            },
        ),
    ]],
    one_of: &[],
};

const fn between((min, max): (Duration, Duration)) -> Kind {
    Kind::Time { min, max }
}

fn lengthen(setup: &mut Setup) {
    setup.length = setup.length.max(setup.least_length());
}

const fn requests_word(requests: Requests) -> &'static str {
    match requests {
        Requests::OneShot => "one_shot",
        Requests::Closed => "closed",
        Requests::Open => "open",
    }
}

fn set_requests(setup: &mut Setup, word: &str) {
    setup.requests = match word {
        "one_shot" => Requests::OneShot,
        "closed" => Requests::Closed,
        _ => Requests::Open,
    };
}

const fn kind_word(kind: OutageKind) -> &'static str {
    match kind {
        OutageKind::Down => "down",
        OutageKind::Hang => "hang",
        OutageKind::Partition => "partitioned",
        OutageKind::Reduced => "degraded",
    }
}

fn set_kind(setup: &mut Setup, word: &str) {
    setup.kind = match word {
        "down" => OutageKind::Down,
        "hang" => OutageKind::Hang,
        "partitioned" => OutageKind::Partition,
        _ => OutageKind::Reduced,
    };
}

//! The settings of a comparison and its lanes.

use super::breaker::BREAKER;
use super::parts::COLD;
use super::policies::RETRY;
use super::table::{Item, Table, choose, word, words};
use super::view::Part;
use crate::herd::{Comparison, LANES_MAX, OutageKind, Requests, Setup, Strategy};
use fusebox::time::Duration;

type Herd = Item<Setup>;
type Lane = Item<Strategy>;

/// The settings that all lanes have in common.
pub(super) const HERD: &Table<Setup> = &Table::new("herd", Setup::default, &[HERD_ITEMS]);

const REQUESTS: [(&str, Requests); 3] =
    [("open", Requests::Open), ("closed", Requests::Closed), ("one_shot", Requests::OneShot)];

const OUTAGES: [(&str, OutageKind); 4] = [
    ("down", OutageKind::Down),
    ("hang", OutageKind::Hang),
    ("partitioned", OutageKind::Partition),
    ("degraded", OutageKind::Reduced),
];

const HERD_ITEMS: &[Herd] = &[
    Herd::number("clients", "clients", 10..=100_000, |it| Some(&mut it.clients))
        .label("Clients")
        .help("The number of clients."),
    Herd::choice(
        "requests",
        &words(&REQUESTS),
        |it| Some(word(&REQUESTS, &it.requests)),
        |it, to| choose(&REQUESTS, &mut it.requests, to),
    )
    .label("Workload")
    .help(
        "When clients call: in an open loop, in a closed loop, or once; all but those in a closed \
         loop call at the moment of the outage.",
    ),
    Herd::time("call_interval", Duration::from_millis(100)..=Duration::from_secs(3_600), |it| {
        (it.requests != Requests::OneShot).then_some(&mut it.every)
    })
    .label("Call interval")
    .help("The mean time between two calls of a client, or its pause after an answer.")
    .when("requests", &["open", "closed"]),
    Herd::number("capacity", "calls", 1..=100_000, |it| Some(&mut it.capacity))
        .label("Capacity")
        .help("The database's capacity in calls per second for each 1,000 clients."),
    Herd::time("query_time", Duration::from_millis(1)..=Duration::from_secs(10), |it| {
        Some(&mut it.query_time)
    })
    .label("Query time")
    .help("The mean time of a query in the database."),
    Herd::choice(
        "fault",
        &words(&OUTAGES),
        |it| Some(word(&OUTAGES, &it.kind)),
        |it, to| choose(&OUTAGES, &mut it.kind, to),
    )
    .label("Fault")
    .help("The fault of the database: down (refuses), hang, partitioned, or reduced capacity."),
    Herd::per_mille("capacity_lost", 100..=1_000, |it| {
        (it.kind == OutageKind::Reduced).then_some(&mut it.depth_per_mille)
    })
    .label("Capacity lost")
    .help("The share of its capacity that the database loses.")
    .when("fault", &["degraded"]),
    Herd::time("outage", Duration::from_millis(100)..=Duration::from_secs(300), |it| {
        Some(&mut it.outage)
    })
    .label("Outage")
    .help("How long the fault lasts; the run lasts at least 5 s longer.")
    .then(lengthen),
    Herd::part("cold_start", &Part::Maybe(|it| &mut it.cold, COLD))
        .optional()
        .label("Cold start")
        .help("Let the database be slower for a while after the fault."),
    Herd::time("timeout", Duration::from_millis(10)..=Duration::from_secs(60), |it| {
        Some(&mut it.timeout)
    })
    .label("Timeout")
    .help("How long a client waits for the answer to an attempt."),
    Herd::time_or_off("deadline", Duration::from_millis(10)..=Duration::from_secs(3_600), |it| {
        Some(&mut it.patience)
    })
    .label("Client deadline")
    .help("How long a client waits for a call, including all attempts and delays."),
    Herd::time("duration", Duration::from_secs(10)..=Duration::from_secs(600), |it| {
        Some(&mut it.length)
    })
    .label("Duration")
    .help("The duration of the run; a longer outage raises it.")
    .then(lengthen),
    Herd::time("warm_up", Duration::ZERO..=Duration::from_secs(599), |it| Some(&mut it.warm_up))
        .label("Warm-up")
        .help("The time at the beginning whose calls, attempts and work are not counted."),
];

/// The settings of one lane.
pub(super) const LANE: &Table<Strategy> = &Table::new("lane", Strategy::default, &[LANE_ITEMS]);

const LANE_ITEMS: &[Lane] = &[
    Lane::flag("shared_policies", |it| Some(&mut it.shared))
        .label("Shared policies")
        .help("Let all clients share one budget and one breaker."),
    Lane::part("retry", &Part::One(|it| Some(&mut it.retry), RETRY))
        .label("Retry")
        .help("How often to retry, and after which delay."),
    Lane::part("breaker", &Part::Maybe(|it| &mut it.breaker, BREAKER))
        .optional()
        .label("Circuit breaker")
        .help("Stop attempts while many fail; rejected attempts are retried later."),
];

/// The settings of a comparison: the common ones, and those of each lane.
pub(super) const COMPARISON: &Table<Comparison> =
    &Table::new("comparison", Comparison::default, &[COMPARISON_ITEMS]);

const COMPARISON_ITEMS: &[Item<Comparison>] = &[
    Item::<Comparison>::part("herd", &Part::One(|it| Some(&mut it.setup), HERD))
        .label("In common")
        .help("The settings that all lanes share."),
    Item::<Comparison>::parts("lanes", 1..=LANES_MAX, &Part::Many(|it| &mut it.lanes, LANE))
        .label("Lanes")
        .help("The strategies that are compared."),
];

fn lengthen(setup: &mut Setup) {
    setup.length = setup.length.max(setup.least_length());
    if setup.warm_up >= setup.length {
        setup.warm_up = Duration::ZERO;
    }
}

//! Groups of clients by chance.

use super::super::at;
use super::Chance;
use super::dependencies::{link, pool, spread};
use super::layers;
use fusebox::time::{Duration, Instant};
use fusebox_sim::{Arrivals, Burst, ClientsConfig, Mix, RateSchedule};

/// How long clients call, in milliseconds, and whether they stop then.
#[derive(Clone, Copy)]
pub(super) struct When {
    pub(super) length: u32,
    pub(super) ends: bool,
    pub(super) large: bool,
}

pub(super) fn group(chance: &mut Chance, when: When) -> ClientsConfig {
    let count = if when.large { chance.number(1, 1_000) } else { chance.number(1, 12) };
    let mut weight = || if chance.in_thousand(400) { 0 } else { chance.number(1, 5) };
    let mix =
        Mix { search: weight(), cached_read: weight(), health: weight(), mutation: 1 + weight() };
    ClientsConfig {
        count,
        arrivals: arrivals(chance, when, count),
        burst: chance.maybe(300, |chance| burst(chance, when)),
        mix,
        deadline: chance.maybe(600, |chance| chance.millis(20, 2_000)),
        link: link(chance),
        pool: chance.maybe(400, |chance| pool(chance, false)),
        layers: if chance.in_thousand(400) { layers::some(chance) } else { Vec::new() },
        shared_policies: count.is_multiple_of(3),
    }
}

fn arrivals(chance: &mut Chance, when: When, count: u32) -> Arrivals {
    match chance.number(0, 9) {
        0 => Arrivals::None,
        1..=2 if !when.ends => {
            // So that the group calls at most a hundred times a second.
            let least = u64::from(count) * 10;
            Arrivals::Closed {
                think_time: chance.millis(least, least + 300),
                distribution: spread(chance),
            }
        }
        3..=4 => Arrivals::Uniform(rates(chance, when)),
        _ => Arrivals::Poisson(rates(chance, when)),
    }
}

/// A level rate, or lines and jumps between a few points; where calls end, a jump to none.
fn rates(chance: &mut Chance, when: When) -> RateSchedule {
    let most = if when.large { 2_000_000 } else { 80_000 };
    let mut points = vec![(Instant::ZERO, u64::from(chance.number(0, most)))];
    if chance.in_thousand(400) {
        let mut moments: Vec<u32> =
            (0..chance.number(1, 4)).map(|_| chance.number(0, when.length)).collect();
        moments.sort_unstable();
        for moment in moments {
            let mut rate = || u64::from(chance.number(0, most));
            points.push((at(moment.into()), rate()));
            if rate() % 2 == 0 {
                points.push((at(moment.into()), rate()));
            }
        }
    }
    if when.ends {
        let last = points.last().map_or(0, |&(_, rate)| rate);
        let end = at(when.length.into());
        points.extend([(end, last), (end, 0)]);
    }
    RateSchedule::new(points).unwrap()
}

fn burst(chance: &mut Chance, when: When) -> Burst {
    let length = u64::from(when.length);
    let begins = chance.moment(length * 500);
    let left = length * 1_000 - begins.as_micros();
    let within = chance.moment(left).since(Instant::ZERO);
    Burst {
        at: begins,
        within: if chance.in_thousand(300) { Duration::ZERO } else { within },
        every: if when.ends { None } else { chance.maybe(500, |chance| chance.millis(200, 900)) },
        calls_per_client: chance.number(1, 3),
    }
}

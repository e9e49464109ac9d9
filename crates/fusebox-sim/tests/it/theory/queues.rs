//! Queues at three utilisations: the 99 % confidence interval of each result contains the theory.
//!
//! Each interval is from 20 runs with the seeds 0 to 19, after a warm-up. It must be narrow to be
//! meaningful: at most 8 % to either side.

use super::formulas::{erlang_b, mg1_wait, mmc_wait};
use super::station::{Kind, Seen, Station};
use fusebox_sim::Distribution;

/// Utilisations, and the number of arrivals observed in each run; the closer to 1, the longer a
/// queue takes to forget its past.
const POINTS: [(f64, u32); 3] = [(0.3, 6_000), (0.7, 12_000), (0.9, 40_000)];

/// The greatest half-width of an interval, as a fraction of the true value.
const WIDEST: f64 = 0.08;

/// Asserts the mean wait, and by Little's law the mean number of requests.
///
/// The number of queued requests varies more than the number of all requests, some of which are in
/// service.
#[track_caller]
fn assert_wait(station: &Station, wait: f64) {
    let seen = station.watch();
    let name = |what| format!("{what} of {station:?}");
    let load = station.load();
    seen.time.assert_holds(1.0 + wait, WIDEST, &name("time"));
    seen.present.assert_holds(load * (1.0 + wait), WIDEST, &name("present"));
    seen.waiting.assert_holds(load * wait, 0.1, &name("waiting"));
    assert_little(&seen);
}

/// Little's law holds in each run and not only on average, except for calls that cross its edges.
#[track_caller]
fn assert_little(seen: &Seen) {
    let off = (seen.little.mean - 1.0).abs();
    assert!(off < 1e-3 && seen.little.half_width < 1e-3, "{:?}", seen.little);
}

#[test]
fn one_server_with_exponential_times_is_an_mm1() {
    for (utilisation, arrivals) in POINTS {
        let station = Station::of_one(Distribution::Exponential, utilisation, arrivals * 3 / 2);
        assert_wait(&station, utilisation / (1.0 - utilisation));
    }
}

/// Pollaczek and Khinchine: a constant service time halves the wait.
#[test]
fn one_server_with_a_constant_time_is_an_md1() {
    for (utilisation, arrivals) in POINTS {
        let station = Station::of_one(Distribution::Constant, utilisation, arrivals);
        assert_wait(&station, mg1_wait(utilisation, 0.0));
    }
}

/// The squared coefficient of variation of a lognormal time is `exp(sigma^2) - 1`.
#[test]
fn one_server_with_lognormal_times_is_an_mg1() {
    let station = Station::of_one(Distribution::LogNormal { sigma_per_mille: 500 }, 0.7, 12_000);
    assert_wait(&station, mg1_wait(0.7, 0.25_f64.exp() - 1.0));
}

/// Erlang C.
#[test]
fn several_servers_with_a_queue_are_an_mmc() {
    for (servers, (utilisation, arrivals)) in [2, 4, 4].into_iter().zip(POINTS) {
        let one = Station::of_one(Distribution::Exponential, utilisation, arrivals * 3 / 2);
        let station = Station { servers, ..one };
        assert_wait(&station, mmc_wait(servers, station.load()));
    }
}

/// The threads of a service that wait for a database without contention are the servers of an
/// M/M/c.
#[test]
fn the_threads_of_a_service_are_an_mmc() {
    for (utilisation, arrivals) in POINTS {
        let one = Station::of_one(Distribution::Exponential, utilisation, arrivals);
        let station = Station { servers: 2, kind: Kind::Threads, ..one };
        assert_wait(&station, mmc_wait(2, station.load()));
    }
}

/// Erlang B: without a queue, an arrival that finds all servers busy is lost.
#[test]
fn several_servers_without_a_queue_are_an_mmcc() {
    for utilisation in [0.3, 0.7, 0.9] {
        assert_blocked(Distribution::Exponential, utilisation, Kind::Database);
    }
}

/// Erlang B holds for every distribution of the service time.
#[test]
fn what_is_turned_away_depends_on_the_mean_time_alone() {
    assert_blocked(Distribution::Constant, 0.7, Kind::Database);
    assert_blocked(Distribution::LogNormal { sigma_per_mille: 1_000 }, 0.7, Kind::Database);
    assert_blocked(Distribution::Exponential, 0.7, Kind::Threads);
}

#[track_caller]
fn assert_blocked(spread: Distribution, utilisation: f64, kind: Kind) {
    let one = Station::of_one(spread, utilisation, 8_000);
    let station = Station { servers: 4, queue: 0, kind, ..one };
    let seen = station.watch();
    let blocked = erlang_b(4, station.load());
    let name = |what| format!("{what} of {station:?}");
    seen.blocked.assert_holds(blocked, WIDEST, &name("blocked"));
    seen.present.assert_holds(station.load() * (1.0 - blocked), WIDEST, &name("present"));
    assert_little(&seen);
}

/// A test of the tests: they tell each of these queues from the others.
#[test]
fn the_intervals_tell_one_queue_from_another() {
    let seen = Station::of_one(Distribution::Constant, 0.7, 12_000).watch();
    assert!(seen.time.holds(1.0 + mg1_wait(0.7, 0.0)));
    for other in [mg1_wait(0.7, 1.0), mg1_wait(0.7, 0.2), mg1_wait(0.72, 0.0), mmc_wait(2, 1.4)] {
        assert!(!seen.time.holds(1.0 + other), "{:?} holds {other}", seen.time);
    }
}

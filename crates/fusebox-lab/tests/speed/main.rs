//! The same worlds natively and in a browser, and how fast each runs: it prints, and asserts nothing
//! about time. `script/bench` runs it in both and prints the ratio.
#![cfg_attr(
    not(target_arch = "wasm32"),
    expect(clippy::disallowed_types, reason = "it reads the clock")
)]

use fusebox::time::{Duration, Instant};
use fusebox_lab::herd::{self, Comparison, FORMS, Setup};
use fusebox_lab::presets;
use fusebox_sim::World;

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::{
    console_log as println, wasm_bindgen_test as test, wasm_bindgen_test_configure,
};

#[cfg(target_arch = "wasm32")]
wasm_bindgen_test_configure!(run_in_browser);

#[cfg(target_arch = "wasm32")]
const WHERE: &str = "chromium";
#[cfg(not(target_arch = "wasm32"))]
const WHERE: &str = "native";

/// The best of this many runs, since other load on the machine only makes them slower.
const ROUNDS: u32 = 8;

#[test]
fn events_a_second() {
    for name in ["search-service", "two-minute-outage", "retry-storm", "herd-full-jitter"] {
        let best = (0..ROUNDS).map(|_| nanoseconds(name)).fold(f64::INFINITY, f64::min);
        let name = name.replace('-', "_");
        println!("figure {name}_{WHERE} {:.2} million_events_per_second", 1e3 / best);
    }
}

/// Comparisons: the usual lanes, and all eight with 10,000 clients each for two minutes.
#[test]
fn lanes_side_by_side() {
    let usual = Comparison::default();
    let length = Duration::from_secs(120);
    let setup = Setup { clients: 10_000, length, ..Setup::default() };
    let eight = Comparison::of(setup, &FORMS.map(|(word, _)| word));
    for (name, comparison) in [("herd_usual", usual), ("herd_eight", eight)] {
        let run = |lane| herd::run(&comparison.setup, lane, 42).expect("in range").events;
        let (best, events) = best_of(|| comparison.lanes.iter().map(run).sum());
        println!("figure {name}_{WHERE} {:.0} ms", best * 1e3);
        println!(
            "figure {name}_events_{WHERE} {:.2} million_events_per_second",
            events / best / 1e6
        );
        println!("figure {name}_total_{WHERE} {:.2} million_events", events / 1e6);
        // As the program for a terminal does it.
        #[cfg(not(target_arch = "wasm32"))]
        {
            let (best, _) = best_of(|| {
                std::thread::scope(|scope| {
                    let start = |lane| scope.spawn(move || run(lane));
                    let lanes: Vec<_> = comparison.lanes.iter().map(start).collect();
                    lanes.into_iter().map(|lane| lane.join().expect("no panic")).sum()
                })
            });
            println!("figure {name}_threads_{WHERE} {:.0} ms", best * 1e3);
        }
    }
}

/// The shortest time in seconds, and the events, of this many rounds.
fn best_of(round: impl Fn() -> u64) -> (f64, f64) {
    let (mut best, mut events) = (f64::INFINITY, 0);
    for _ in 0..ROUNDS {
        let start = seconds();
        events = round();
        best = best.min(seconds() - start);
    }
    (best, f64::from(u32::try_from(events).expect("fewer than 2^32 events")))
}

/// Nanoseconds for an event of this preset, over at least half a million of them.
fn nanoseconds(name: &str) -> f64 {
    let scenario = (presets::find(name).expect("a preset").scenario)();
    let start = seconds();
    let mut events = 0;
    while events < 500_000 {
        let mut world = World::new(&scenario, 1).expect("a scenario in range");
        world.run_until(Instant::ZERO + scenario.length);
        events += u32::try_from(world.events()).expect("fewer than 2^32 events");
    }
    (seconds() - start) * 1e9 / f64::from(events)
}

#[cfg(target_arch = "wasm32")]
fn seconds() -> f64 {
    js_sys::Date::now() / 1e3
}

#[cfg(not(target_arch = "wasm32"))]
fn seconds() -> f64 {
    use std::sync::LazyLock;
    static START: LazyLock<std::time::Instant> = LazyLock::new(std::time::Instant::now);
    START.elapsed().as_secs_f64()
}

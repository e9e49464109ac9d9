//! How fast a world runs: `cargo bench --bench simulation` prints lines `figure <name> <value> <unit>`,
//! and `ratio <name> heap <value>`: an event beside the bare cost of a binary heap that has as many
//! events pending as that world has on average, and from which one is taken and to which one is added.
//! `cargo bench --bench simulation -- two_minute_outage` measures one world only.
//!
//! An event of `two_minute_outage` runs about 1,350 instructions. A fifth of them are the schedule and
//! the fingerprint, which the heap has or could have. What the heap does not do: take the call through
//! the layers of its pipeline, with a record of each decision (a quarter); draw log-normal times, whose
//! logarithm, exponential and cosine take a tenth of the time; find call, connection and place at the
//! server by their keys, and move the call on; and ten times in a simulated second, which is every
//! 75 events, write a sample of 550 bytes to fresh memory.
#![expect(clippy::disallowed_types, reason = "a bench reads the clock")]

use fusebox::rng::Rng;
use fusebox::time::{Duration, Instant};
use fusebox_lab::herd::{Setup, Strategy};
use fusebox_lab::presets;
use fusebox_sim::{Scenario, World};
use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::hint::black_box;

/// Short rounds, so that the best of them is undisturbed on a busy machine too.
const ROUNDS: u32 = 25;

fn main() {
    for name in ["search-service", "two-minute-outage", "retry-storm"] {
        let preset = presets::find(name).expect("a preset");
        measure(&name.replace('-', "_"), &(preset.scenario)());
    }
    for clients in [10_000, 100_000] {
        let length = Duration::from_secs(10);
        let setup = Setup { clients, length, ..Setup::default() };
        for (name, word) in [("immediate", "immediate"), ("full_jitter", "full")] {
            let strategy = Strategy::of(word).expect("a word of a strategy");
            let scenario = setup.scenario(&strategy).expect("a setup in range");
            measure(&format!("herd_{name}_{clients}"), &scenario);
        }
    }
}

fn measure(name: &str, scenario: &Scenario) {
    // Cargo adds the option --bench.
    let only = std::env::args().skip(1).find(|it| !it.starts_with('-'));
    if only.is_some_and(|only| only != name) {
        return;
    }
    let end = Instant::ZERO + scenario.duration;
    let pending = pending(scenario, end);
    // In turns, so that whatever else the machine does hits both.
    let mut best = (f64::INFINITY, f64::INFINITY);
    for _ in 0..ROUNDS {
        best.0 = best.0.min(run(scenario, end));
        best.1 = best.1.min(heap(pending));
    }
    let (event, heap) = best;
    println!("figure {name} {:.2} million_events_per_second", 1e3 / event);
    println!("figure {name}_pending {pending} events");
    println!("figure {name}_heap {heap:.1} ns");
    println!("ratio {name} heap {:.2}", event / heap);
}

/// How many events are pending in a run, on average.
fn pending(scenario: &Scenario, end: Instant) -> u64 {
    let mut world = World::new(scenario, 1).expect("a scenario in range");
    let (mut sum, mut times) = (0, 0);
    while world.next_at().is_some_and(|at| at <= end) {
        world.step();
        if world.events().is_multiple_of(256) {
            sum += world.events_pending() as u64;
            times += 1;
        }
    }
    sum / times.max(1)
}

/// Nanoseconds for an event of this scenario.
fn run(scenario: &Scenario, end: Instant) -> f64 {
    let mut world = World::new(scenario, 1).expect("a scenario in range");
    let start = std::time::Instant::now();
    world.run_until(end);
    let elapsed = start.elapsed();
    nanoseconds(elapsed, black_box(&world).events())
}

/// An event to come: its moment, its number, and what the world needs to know of it, 48 bytes.
type Entry = Reverse<(u64, u64, [u64; 6])>;

/// Nanoseconds to pop the next of this many events from a heap and to push a later one.
fn heap(pending: u64) -> f64 {
    const TIMES: u64 = 200_000;
    let mut rng = Rng::from_seed(1);
    let mut heap: BinaryHeap<Entry> =
        (0..pending).map(|n| Reverse((rng.up_to(1_000_000), n, [n; 6]))).collect();
    let start = std::time::Instant::now();
    for n in 0..TIMES {
        let Some(Reverse((at, _, event))) = heap.pop() else { break };
        heap.push(Reverse((at + rng.up_to(1_000_000), n, black_box(event))));
    }
    let elapsed = start.elapsed();
    black_box(&heap);
    nanoseconds(elapsed, TIMES)
}

fn nanoseconds(elapsed: std::time::Duration, events: u64) -> f64 {
    let events = u32::try_from(events).expect("fewer than 2^32 events");
    elapsed.as_secs_f64() * 1e9 / f64::from(events)
}

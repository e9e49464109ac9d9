//! How fast a world runs: `cargo bench --bench simulation` prints lines `figure <name> <value> <unit>`,
//! and `ratio <name> heap <value>`: an event beside the bare cost of the heap that it passes through.
#![expect(clippy::disallowed_types, reason = "a bench reads the clock")]

use fusebox::lab::herd::{self, Outage, Strategy};
use fusebox::lab::presets;
use fusebox::rng::Rng;
use fusebox::sim::{Command, Fault, Scenario, World};
use fusebox::time::{Duration, Instant};
use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::hint::black_box;

fn main() {
    let heap = best_of_five(heap);
    println!("figure heap_pop_and_push {heap:.1} ns");

    let healthy = presets::search_service();
    let down = (Instant::from_secs(10), Command::Fault(Some(Fault::Down)));
    let faulty = Scenario { schedule: vec![down], ..presets::search_service() };
    let minute = Instant::from_secs(60);
    events("service_healthy", heap, || run(&healthy, minute));
    events("service_with_a_fault", heap, || run(&faulty, minute));

    let outage = Outage { clients: 10_000, length: Duration::from_secs(2) };
    for (name, strategy) in
        [("herd_immediate", Strategy::Immediate), ("herd_full_jitter", Strategy::FullJitter)]
    {
        let scenario = herd::scenario(outage, strategy).unwrap();
        events(name, heap, || run(&scenario, outage.ends_at()));
    }
}

fn events(name: &str, heap: f64, run: impl Fn() -> f64) {
    let each = best_of_five(run);
    println!("figure {name} {:.2} million events/s", 1e3 / each);
    println!("ratio {name} heap {:.1}", each / heap);
}

fn best_of_five(nanoseconds: impl Fn() -> f64) -> f64 {
    (0..5).map(|_| nanoseconds()).fold(f64::INFINITY, f64::min)
}

/// Nanoseconds for an event of this scenario.
fn run(scenario: &Scenario, end: Instant) -> f64 {
    let start = std::time::Instant::now();
    let mut world = World::new(scenario, 1).unwrap();
    world.run_until(end);
    let events = u32::try_from(black_box(&world).events()).unwrap();
    start.elapsed().as_secs_f64() * 1e9 / f64::from(events)
}

/// Nanoseconds to take the least of 10,000 entries out and to put a later one in.
fn heap() -> f64 {
    const TIMES: u32 = 1_000_000;
    let mut rng = Rng::from_seed(1);
    let mut heap: BinaryHeap<Reverse<(u64, u64)>> =
        (0..10_000).map(|n| Reverse((rng.up_to(1_000_000), n))).collect();
    let start = std::time::Instant::now();
    for n in 0..u64::from(TIMES) {
        let Some(Reverse((at, _))) = heap.pop() else { break };
        heap.push(Reverse((at + rng.up_to(1_000_000), n)));
    }
    black_box(&heap);
    start.elapsed().as_secs_f64() * 1e9 / f64::from(TIMES)
}

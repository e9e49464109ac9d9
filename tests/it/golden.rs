//! Whole runs as one number each, which has to be the same natively and in a browser.
//!
//! A change of behaviour changes the numbers: the failing test prints the new rows. A change that
//! was not meant to change behaviour must not touch this table.

use fusebox::engine::LayerKind::{Breaker, Bulkhead, Fallback, Retry, Timeout};
use fusebox::lab::herd::{self, Outage, Strategy};
use fusebox::lab::presets;
use fusebox::sim::{Command, Fault, Scenario, World};
use fusebox::time::{Duration, Instant};

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

/// Scenario, seed, fingerprint.
const RUNS: &[(Run, u64, u64)] = &[
    (Run::Service, 1, 0xfb32_1a61_b57d_ec5b),
    (Run::Service, 42, 0x7b71_65e4_c3c6_05d6),
    (Run::ImmediateHerd, 1, 0xdcc0_23ce_0772_e2c4),
    (Run::JitteredHerd, 1, 0xd984_148f_be99_f62f),
    (Run::JitteredHerd, 42, 0xa391_5b52_726e_08d2),
];

#[derive(Clone, Copy, Debug)]
enum Run {
    /// [`search_service_in_trouble`] for 60 s.
    Service,
    /// 300 clients that retry at once, and an outage of 1 s.
    ImmediateHerd,
    /// The same clients with full jitter.
    JitteredHerd,
}

impl Run {
    fn fingerprint(self, seed: u64) -> u64 {
        match self {
            Self::Service => {
                let mut world = World::new(&search_service_in_trouble(), seed).unwrap();
                world.run_until(Instant::from_secs(60));
                world.fingerprint()
            }
            Self::ImmediateHerd => herd_fingerprint(Strategy::Immediate, seed),
            Self::JitteredHerd => herd_fingerprint(Strategy::FullJitter, seed),
        }
    }
}

fn herd_fingerprint(strategy: Strategy, seed: u64) -> u64 {
    let outage = Outage { clients: 300, length: Duration::from_secs(1) };
    herd::run(outage, strategy, seed).unwrap().fingerprint
}

/// The preset with every fault and a switch of every layer within a minute.
fn search_service_in_trouble() -> Scenario {
    let fault = |fault| Command::Fault(Some(fault));
    let off = |layer| Command::Layer(layer, false);
    let on = |layer| Command::Layer(layer, true);
    let schedule = [
        (2_000, fault(Fault::Down)),
        (5_000, Command::Fault(None)),
        (8_000, off(Fallback)),
        (8_500, off(Timeout)),
        (17_000, fault(Fault::Hang)),
        (20_000, on(Timeout)),
        (22_000, Command::Fault(None)),
        (33_000, fault(Fault::Slow { factor: 100 })),
        (34_000, off(Breaker)),
        (36_000, off(Bulkhead)),
        (40_000, Command::Fault(None)),
        (44_000, on(Bulkhead)),
        (45_000, fault(Fault::Flaky { per_mille: 300 })),
        (48_000, on(Breaker)),
        (49_000, on(Fallback)),
        (50_000, off(Retry)),
        (52_000, fault(Fault::Flaky { per_mille: 900 })),
        (54_000, on(Retry)),
        (56_000, Command::Fault(None)),
    ];
    let schedule = schedule.map(|(at, command)| (Instant::from_millis(at), command));
    Scenario { schedule: schedule.to_vec(), ..presets::search_service() }
}

#[test]
fn the_same_runs_give_the_same_fingerprints_natively_and_in_a_browser() {
    let rows: Vec<String> = RUNS
        .iter()
        .map(|&(run, seed, expected)| (run, seed, expected, run.fingerprint(seed)))
        .filter(|(_, _, expected, actual)| expected != actual)
        .map(|(run, seed, _, actual)| format!("(Run::{run:?}, {seed}, {actual:#018x}),"))
        .collect();
    assert!(rows.is_empty(), "these rows differ, and now are:\n{}", rows.join("\n"));
}

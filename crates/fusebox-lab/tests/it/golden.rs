//! Whole runs as one number each, which has to be the same natively and in a browser.
//!
//! A change of behaviour changes the numbers: the failing test prints the new rows. A change that
//! was not meant to change behaviour must not touch this table.

use fusebox::LayerKind::{Breaker, Bulkhead, Fallback, Retry, Timeout};
use fusebox::time::{Duration, Instant};
use fusebox_lab::herd::{self, Setup, Strategy};
use fusebox_sim::Dependency::{Cache, Model, Postgres};
use fusebox_sim::{Action, Command, Fault, FaultKind, Scenario, Target, World};

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

/// Scenario, seed, fingerprint.
const RUNS: &[(Run, u64, u64)] = &[
    (Run::Service, 1, 0x899b_9465_60ea_b9e2),
    (Run::Service, 42, 0x2842_ed58_037c_5eaa),
    (Run::Everything, 1, 0x5b29_2de6_5705_813a),
    (Run::Everything, 42, 0xe769_4edf_2a3f_4e83),
    (Run::ServiceFaults, 1, 0x8563_70d3_f4a4_b03e),
    (Run::ServiceFaults, 42, 0x974c_08a5_fa53_afa1),
    (Run::ImmediateHerd, 1, 0xd7b8_cdb4_4956_2fc5),
    (Run::JitteredHerd, 1, 0xf5ab_61d0_f983_f51d),
    (Run::JitteredHerd, 42, 0xe228_4e85_f07a_3ecf),
];

#[derive(Clone, Copy, Debug)]
enum Run {
    /// [`search_service_in_trouble`] for 60 s.
    Service,
    /// [`everything_in_trouble`] for 40 s.
    Everything,
    /// [`service_fails`] for 40 s.
    ServiceFaults,
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
            Self::Everything => {
                let mut world = World::new(&everything_in_trouble(), seed).unwrap();
                world.run_until(Instant::from_secs(40));
                world.fingerprint()
            }
            Self::ServiceFaults => {
                let mut world = World::new(&service_fails(), seed).unwrap();
                world.run_until(Instant::from_secs(40));
                world.fingerprint()
            }
            Self::ImmediateHerd => herd_fingerprint("immediate", seed),
            Self::JitteredHerd => herd_fingerprint("full", seed),
        }
    }
}

fn herd_fingerprint(strategy: &str, seed: u64) -> u64 {
    let setup = Setup {
        clients: 300,
        every: Duration::from_secs(10),
        capacity: 500,
        outage: Duration::from_secs(1),
        patience: None,
        length: Duration::from_secs(23),
        ..Setup::default()
    };
    herd::run(&setup, &Strategy::of(strategy).unwrap(), seed).unwrap().fingerprint
}

/// The preset with every fault and a switch of every layer within a minute.
fn search_service_in_trouble() -> Scenario {
    let (fault, heal) = (Command::Fault, Command::Heal);
    let off = |layer| Command::Layer(layer, false);
    let on = |layer| Command::Layer(layer, true);
    let schedule = [
        (2_000, fault(Fault::Down)),
        (5_000, heal(FaultKind::Down)),
        (8_000, off(Fallback)),
        (8_500, off(Timeout)),
        (17_000, fault(Fault::Hang)),
        (20_000, on(Timeout)),
        (22_000, heal(FaultKind::Hang)),
        (33_000, fault(Fault::Slow { factor: 100 })),
        (34_000, off(Breaker)),
        (36_000, off(Bulkhead)),
        (40_000, heal(FaultKind::Slow)),
        (44_000, on(Bulkhead)),
        (45_000, fault(Fault::Flaky { error_rate: 300 })),
        (48_000, on(Breaker)),
        (49_000, on(Fallback)),
        (50_000, off(Retry)),
        (52_000, fault(Fault::Flaky { error_rate: 900 })),
        (54_000, on(Retry)),
        (56_000, heal(FaultKind::Flaky)),
    ];
    let schedule =
        schedule.map(|(at, command)| Action::new(Instant::from_millis(at), Postgres, command));
    Scenario { schedule: schedule.to_vec(), ..Scenario::search_service() }
}

/// The default world with reads, writes, cache, pools and jobs, and each kind of fault somewhere in
/// it.
fn everything_in_trouble() -> Scenario {
    let faults = [
        (Postgres, Fault::Crash { restart_after: Duration::from_secs(2) }),
        (Model, Fault::Hang),
        (Postgres, Fault::Slow { factor: 20 }),
        (Cache, Fault::Down),
        (Model, Fault::RateLimited { rate: 10 }),
        (Postgres, Fault::Partitioned),
        (Postgres, Fault::Degraded { capacity: 100 }),
        (Model, Fault::Flaky { error_rate: 300 }),
    ];
    let mut scenario = Scenario { cancellation: true, ..Scenario::default() };
    let mut begins = Instant::from_secs(2);
    for (on, fault) in faults {
        let ends = begins + Duration::from_secs(5);
        scenario.schedule.push(Action::fault(begins, on, fault));
        scenario.schedule.push(Action::heal(ends, on, fault.kind()));
        begins += Duration::from_secs(4);
    }
    scenario
}

/// The default world with each kind of fault of the service, one after the other, and one of the
/// database in between.
fn service_fails() -> Scenario {
    let faults = [
        Fault::Crash { restart_after: Duration::from_secs(2) },
        Fault::Hang,
        Fault::Slow { factor: 100 },
        Fault::Down,
        Fault::RateLimited { rate: 30 },
        Fault::Partitioned,
        Fault::Degraded { capacity: 20 },
        Fault::Flaky { error_rate: 300 },
    ];
    let mut scenario = Scenario { cancellation: true, ..Scenario::default() };
    let mut begins = Instant::from_secs(2);
    for fault in faults {
        let ends = begins + Duration::from_secs(5);
        scenario.schedule.push(Action::fault(begins, Target::Service, fault));
        scenario.schedule.push(Action::heal(ends, Target::Service, fault.kind()));
        begins += Duration::from_secs(4);
    }
    scenario.schedule.push(Action::fault(Instant::from_secs(13), Postgres, Fault::Hang));
    scenario.schedule.push(Action::heal(Instant::from_secs(21), Postgres, FaultKind::Hang));
    scenario
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

//! The herd: that its lanes differ as they should, and only in what they should.

use fusebox::lab::herd::{DOWN_AT, Lane, Outage, Runner, Strategy, run, scenario};
use fusebox::sim::{Dependency, Sample, World};
use fusebox::time::Duration;

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

/// Both lanes of the usual outage: 2,000 clients and 2 s.
fn lanes(seed: u64) -> [Lane; 2] {
    Strategy::ALL.map(|strategy| run(Outage::default(), strategy, seed).unwrap())
}

#[test]
fn a_herd_that_retries_at_once_keeps_the_database_down_and_one_with_jitter_lets_it_up() {
    for seed in 1..=3 {
        let [immediate, jitter] = lanes(seed);
        assert_eq!(immediate.recovery, None, "seed {seed}");
        let recovery = jitter.recovery.expect("it recovers");
        assert!(recovery <= Duration::from_secs(5), "after {recovery}, seed {seed}");
        assert!(immediate.retry_peak > 5.0, "a peak of {}", immediate.retry_peak);
        assert!(jitter.retry_peak < 3.0, "a peak of {}", jitter.retry_peak);
        assert!(immediate.attempts_per_call > 5.0 * jitter.attempts_per_call, "seed {seed}");
        // Every call goes on until it is answered, so that nobody is left once all is well.
        assert!(immediate.unanswered > 500, "{}", immediate.unanswered);
        assert!(jitter.unanswered < 50, "{}", jitter.unanswered);
    }
}

#[test]
fn both_lanes_have_the_same_tape() {
    let [immediate, jitter] = lanes(4);
    assert_ne!(immediate.fingerprint, jitter.fingerprint);
    assert_eq!(immediate.samples.len(), jitter.samples.len());
    for (one, other) in immediate.samples.iter().zip(&jitter.samples) {
        assert_eq!(one.calls, other.calls, "calls at {}", one.at);
        let fault = |sample: &Sample| sample.gauges.dependencies[Dependency::Postgres].fault;
        assert_eq!(fault(one), fault(other), "the fault at {}", one.at);
        if one.at <= DOWN_AT {
            // Nothing has been tried again yet, so that nothing differs at all.
            assert_eq!(one, other);
        }
    }
}

#[test]
fn a_lane_in_slices_is_the_lane_at_once() {
    let outage = Outage { clients: 200, length: Duration::from_millis(500) };
    for strategy in Strategy::ALL {
        let whole = run(outage, strategy, 9).unwrap();
        for events in [1, 2, 97] {
            let mut runner = Runner::new(outage, strategy, 9).unwrap();
            let mut slices = 1;
            while !runner.advance(events) {
                slices += 1;
                assert!(runner.now() <= outage.ends_at());
            }
            assert!(slices > 10, "only {slices} slices");
            assert!(runner.lane() == whole, "{strategy:?} in slices of {events}");
        }
        let mut world = World::new(&scenario(outage, strategy).unwrap(), 9).unwrap();
        world.run_until(outage.ends_at());
        assert_eq!(world.fingerprint(), whole.fingerprint);
    }
}

#[test]
fn an_outage_that_cannot_be_is_refused_with_the_name_of_its_field() {
    let length = Duration::from_secs(11);
    for (outage, field) in [
        (Outage { clients: 99, ..Outage::default() }, "herd.clients"),
        (Outage { length, ..Outage::default() }, "herd.outage"),
    ] {
        assert_eq!(run(outage, Strategy::FullJitter, 1).unwrap_err().field, field);
    }
}

/// A change of any of these numbers is a change of behaviour, and is to be looked at as such.
#[cfg(not(target_arch = "wasm32"))]
#[test]
fn what_an_outage_costs_each_herd() {
    use std::fmt::Write as _;

    let mut table = String::from("clients  outage  strategy    peak  attempts/call  recovery\n");
    for clients in [200, 1_000] {
        for length in [500, 2_000, 5_000].map(Duration::from_millis) {
            for strategy in Strategy::ALL {
                let lane = run(Outage { clients, length }, strategy, 1).unwrap();
                let recovery = lane.recovery.map_or("never".to_string(), |after| after.to_string());
                let (length, strategy) = (length.to_string(), format!("{strategy:?}"));
                let (peak, attempts) = (lane.retry_peak, lane.attempts_per_call);
                writeln!(
                    table,
                    "{clients:>7}  {length:>6}  {strategy:<10} {peak:>5.2}  {attempts:>13.2}  {recovery:>8}",
                )
                .unwrap();
            }
        }
    }
    insta::assert_snapshot!(table);
}

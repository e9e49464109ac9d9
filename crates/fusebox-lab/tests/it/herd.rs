//! The Herd: its lanes differ as expected, and in nothing else.

use fusebox::time::Duration;
use fusebox_lab::herd::{
    Bucket, Comparison, DOWN_AT, Lane, LaneRecovery, OutageKind, PRESETS, Requests, Runner, Setup,
    Strategy, Tone, find, run, sentence, waves,
};
use fusebox_sim::{AttemptCounts, AttemptEnd, World};

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

fn lane(setup: &Setup, word: &str, seed: u64) -> Lane {
    run(setup, &Strategy::of(word).unwrap(), seed).unwrap()
}

/// The lanes of a preset.
fn lanes(name: &str, seed: u64) -> Vec<Lane> {
    let Comparison { setup, lanes } = (find(name).unwrap().comparison)();
    lanes.iter().map(|strategy| run(&setup, strategy, seed).unwrap()).collect()
}

/// The lane of a strategy in a preset with changed settings.
fn changed(preset: &str, word: &str, settings: &[(&str, &str)]) -> Lane {
    let mut comparison = (find(preset).unwrap().comparison)();
    for (key, value) in settings {
        comparison.set(key, value).unwrap();
    }
    lane(&comparison.setup, word, 42)
}

#[test]
fn a_lane_is_called_metastable_only_on_evidence() {
    let stuck = changed("two-seconds", "immediate", &[]);
    assert_eq!((stuck.outcome.recovery, stuck.longer()), (LaneRecovery::Metastable, None));
    // The lane recovers, but not within the run.
    let open = changed("two-seconds", "immediate", &[("outage", "23s")]);
    assert_eq!(open.outcome.recovery, LaneRecovery::NotInRun);
    assert_eq!(open.longer(), Some(Duration::from_secs(60)));
    let said = "Not recovered when the run ends, 5.0 s after the repair. A longer run would show";
    assert!(sentence(&open).starts_with(said), "{}", sentence(&open));
    for length in ["40s", "60s"] {
        let longer = [("outage", "23s"), ("duration", length)];
        let longer = changed("two-seconds", "immediate", &longer);
        let after = LaneRecovery::After(Duration::from_millis(2_400));
        assert_eq!((longer.outcome.recovery, longer.longer()), (after, None), "{length}");
    }
    let end = [("duration", "600s"), ("outage", "300s"), ("deadline", "off")];
    assert_eq!(changed("two-seconds", "none", &end).longer(), None);
}

#[cfg(not(target_arch = "wasm32"))]
#[test]
fn what_is_called_metastable_does_not_recover_in_five_minutes() {
    let length = Duration::from_secs(300);
    let mut found = 0;
    for preset in PRESETS {
        for short in lanes(preset.name, 42) {
            if short.outcome.recovery == LaneRecovery::Metastable {
                let long = run(&Setup { length, ..short.setup }, &short.strategy, 42).unwrap();
                let recovery = long.outcome.recovery;
                assert_eq!(
                    recovery,
                    LaneRecovery::Metastable,
                    "{}: {}",
                    preset.name,
                    sentence(&long)
                );
                found += 1;
            }
        }
    }
    assert!(found >= 8, "{found}");
}

#[cfg(not(target_arch = "wasm32"))]
#[test]
fn answered_failed_and_waiting_calls_are_all_calls() {
    for preset in PRESETS {
        for lane in lanes(preset.name, 42) {
            let fusebox_lab::herd::LaneCalls { answered, failed, waiting, .. } = lane.outcome.calls;
            let sum =
                |of: fn(&Bucket) -> u32| lane.buckets.iter().map(|it| u64::from(of(it))).sum();
            let last = u64::from(lane.buckets.last().unwrap().in_flight);
            let buckets = (sum(|it| it.useful), sum(|it| it.errors), last);
            assert_eq!((answered, failed, waiting), buckets, "{}", preset.name);
            let mut world = World::new(&lane.setup.scenario(&lane.strategy).unwrap(), 42).unwrap();
            world.run_until(lane.setup.ends_at());
            assert_eq!(lane.outcome.calls.all(), world.measures().counters().calls);
            let much = 5 * failed >= lane.outcome.calls.all();
            assert!(!much || lane.outcome.tone() != Tone::Good, "{}", sentence(&lane));
        }
    }
    let waits = changed("overload", "fixed", &[]).outcome.calls;
    assert!(waits.waiting > 5_000 && waits.answered < 500, "{waits:?}");
}

#[test]
fn that_calls_failed_is_no_recovery() {
    let once = ("requests", "one_shot");
    let failed = changed("two-seconds", "full-budget-shared", &[once]);
    assert_eq!((failed.outcome.recovery, failed.outcome.tone()), (LaneRecovery::GaveUp, Tone::Bad));
    assert!(sentence(&failed).ends_with("Calls: 1,000, of them 1,000 failed."));
    let answered = changed("two-seconds", "full", &[once]).outcome;
    assert_eq!((answered.recovery.after().is_some(), answered.tone()), (true, Tone::Good));
    let priced = changed("two-seconds", "none", &[]).outcome;
    assert_eq!((priced.recovery.after().is_some(), priced.tone()), (true, Tone::Neutral));
    // The database is idle, but an open breaker keeps answers from the clients.
    let rejected = changed("local-breakers", "none-breaker-shared", &[]);
    assert!(rejected.outcome.recovery.after() > Some(Duration::from_secs(10)), "{rejected:?}");
}

#[test]
fn a_peak_is_that_of_the_bars() {
    for lane in lanes("waves", 42) {
        let up = lane.setup.up_at().as_micros() / 100_000;
        let bars = lane.buckets.iter().skip(usize::try_from(up).unwrap());
        let highest = bars.map(Bucket::attempts).max().unwrap();
        let peak = lane.setup.multiple(lane.outcome.peak_after_repair);
        assert!((peak - f64::from(highest) / lane.capacity()).abs() < 1e-9, "{peak}");
        // All lanes share the first wave: 1,000 clients within 100 ms, and a capacity of 50.
        assert!((lane.setup.multiple(lane.outcome.first_wave) - 10.1).abs() < 0.01);
    }
}

#[test]
fn each_wave_of_a_herd_is_found_and_noise_is_none() {
    let fixed = changed("overload", "fixed", &[]);
    let waves_of = |lane: &Lane| -> Vec<u64> {
        waves(lane).iter().map(|wave| wave.from.as_micros() / 100_000).collect()
    };
    let dozen = [20, 31, 42, 53, 64, 75, 86, 97, 108, 119, 130, 140, 150];
    assert_eq!(waves_of(&fixed)[..13], dozen);
    let ten = [("clients", "10")];
    assert_eq!(waves_of(&changed("two-seconds", "fixed", &ten))[..3], [20, 31, 42]);
    for word in ["none", "full", "decorrelated"] {
        assert_eq!(waves_of(&changed("two-seconds", word, &ten)), [20], "{word}");
    }
    // A load that changes by chance alone, far below and at its capacity.
    assert!(waves_of(&changed("half-down", "none", &[])).is_empty());
}

#[test]
fn a_lane_says_why_its_calls_fail() {
    let says = |preset: &str, word: &str, settings: &[(&str, &str)], what: &str| {
        let said = sentence(&changed(preset, word, settings));
        assert!(said.contains(what), "{said}");
    };
    says(
        "two-seconds",
        "immediate",
        &[],
        "outlasts the fault: a metastable failure. In the last 10 s",
    );
    says(
        "two-seconds",
        "immediate",
        &[],
        "the load is 783 requests/s (1.6× capacity), 94 % of it retries",
    );
    says(
        "two-seconds",
        "immediate",
        &[],
        "10,167 requests are queued, at least 9,376 abandoned; calls in flight",
    );
    says("two-seconds", "none", &[], "recovers at once, but answers only 56 % of calls. After");
    let long = [("outage", "23s"), ("duration", "40s")];
    let deadline = "The outage is longer than the client deadline of 15 s: 1,446 calls gave up";
    says("two-seconds", "immediate", &long, deadline);
    // A hang leaves requests behind: those of full jitter make twice as much work.
    let hang = [("fault", "hang")];
    let finds = "The repaired database finds 1,972 requests in its queue, 3.9 s of work";
    says("two-seconds", "full", &hang, finds);
    says("two-seconds", "full-budget", &[], "refused no retry: each allows 1 retry a second");
    says("two-seconds", "full-budget-shared", &[], "The budget refused 1,091 retries");
    says("local-breakers", "none-breaker", &[], "The clients' own breakers rejected 5 attempts.");
    says("local-breakers", "none-breaker-shared", &[], "The breaker rejected 1,521 attempts.");
}

#[test]
fn the_closed_loop_is_the_overload_but_for_its_clients() {
    let setup = |name: &str| (find(name).unwrap().comparison)().setup;
    let closed = Setup { requests: Requests::Closed, ..setup("overload") };
    assert_eq!(closed, setup("closed-loop"));
}

#[test]
fn all_lanes_have_the_same_tape() {
    let lanes = lanes("eight-ways", 4);
    let down = usize::try_from(DOWN_AT.as_micros() / 100_000).unwrap();
    for lane in &lanes[1..] {
        assert_ne!(lane.fingerprint, lanes[0].fingerprint);
        assert_eq!(lane.outcome.calls.all(), lanes[0].outcome.calls.all());
        // There are no retries yet, so there is no difference at all.
        assert_eq!(lane.buckets[..down], lanes[0].buckets[..down]);
    }
}

#[test]
fn the_attempts_of_the_raster_are_those_that_came() {
    for word in ["immediate", "full-breaker"] {
        let setup = Setup { clients: 200, ..Setup::default() };
        let lane = lane(&setup, word, 5);
        let sum: u64 = lane.attempts.cells().iter().flatten().map(|&n| u64::from(n)).sum();
        let came: u64 = lane.buckets.iter().map(|it| u64::from(it.attempts())).sum();
        // Attempts on their way to the database, and those that have not ended, are in only one of
        // them.
        assert!(sum.abs_diff(came) < 250, "{word}: {sum} and {came}");
        let useful: u64 = lane.buckets.iter().map(|it| u64::from(it.useful)).sum();
        let of = |end: AttemptEnd| -> u64 {
            lane.attempts.cells().iter().map(|cell| u64::from(cell[end as usize])).sum()
        };
        assert_eq!(of(AttemptEnd::Success), useful, "{word}");
        // Each client waits at most its timeout of a second for an attempt, so that all that are in
        // flight are of the last second.
        let in_flight = |column: &[AttemptCounts]| -> u32 {
            column.iter().map(|cell| cell[AttemptEnd::InFlight as usize]).sum()
        };
        let columns: Vec<u32> =
            lane.attempts.cells().chunks(lane.attempts.rows() as usize).map(in_flight).collect();
        let (before, last) = columns.split_at(columns.len() - 11);
        let last: u32 = last.iter().sum();
        assert!(before.iter().all(|it| *it == 0), "{word}");
        assert!(last <= lane.buckets.last().unwrap().in_flight, "{word}: {last}");
        assert!(word != "immediate" || last > 50, "{last}");
        let followed = lane.attempts.followed();
        assert!(followed.len() > 100 && followed.iter().all(|it| it.client < 200));
    }
}

#[test]
fn a_lane_in_slices_is_the_lane_at_once() {
    let length = Duration::from_secs(10);
    let setup = Setup { clients: 100, length, ..Setup::default() };
    for word in ["immediate", "full-budget-shared", "equal-breaker"] {
        let whole = lane(&setup, word, 9);
        for events in [1, 2, 97] {
            let mut runner = Runner::new(&setup, &whole.strategy, 9).unwrap();
            let mut slices = 1;
            while !runner.advance(events) {
                slices += 1;
                assert!(runner.now() <= setup.ends_at());
            }
            assert!(slices > 5, "only {slices} slices");
            assert!(runner.lane() == whole, "{word} in slices of {events}");
        }
        let mut world = World::new(&setup.scenario(&whole.strategy).unwrap(), 9).unwrap();
        world.run_until(setup.ends_at());
        assert_eq!(world.fingerprint(), whole.fingerprint, "watching changes nothing");
    }
}

#[test]
fn every_setup_of_the_presets_and_of_the_edges_can_be_run() {
    for preset in PRESETS {
        let comparison = (preset.comparison)();
        assert!(comparison.check().is_ok(), "{}", preset.name);
    }
    let base = Setup { clients: 10, length: Duration::from_secs(10), ..Setup::default() };
    for requests in [Requests::Open, Requests::Closed, Requests::OneShot] {
        for kind in [OutageKind::Down, OutageKind::Hang, OutageKind::Partition, OutageKind::Reduced]
        {
            for depth_per_mille in [100, 1_000] {
                let setup = Setup { requests, kind, depth_per_mille, ..base };
                let lane = lane(&setup, "full-budget-breaker-shared", 1);
                assert!(sentence(&lane).ends_with('.'));
                assert_eq!(lane.buckets.len(), 100);
            }
        }
    }
}

/// A change of any of these numbers is a change of behaviour, and must be reviewed as such.
#[cfg(not(target_arch = "wasm32"))]
#[test]
fn what_the_presets_come_to() {
    use std::fmt::Write as _;

    let mut table = String::new();
    for preset in PRESETS {
        writeln!(table, "{}: {}", preset.name, preset.title).unwrap();
        for lane in lanes(preset.name, 42) {
            let (attempts, wasted) = (lane.outcome.attempts_per_call, lane.outcome.wasted_work);
            let peak = lane.setup.multiple(lane.outcome.peak_after_repair);
            writeln!(
                table,
                "  {}: {peak:.1}x after the repair, {attempts:.2} attempts a call, {wasted:.2} wasted\n    {}",
                lane.strategy.title(),
                sentence(&lane),
            )
            .unwrap();
        }
    }
    insta::assert_snapshot!(table);
    assert_eq!(DOWN_AT, fusebox::time::Instant::from_secs(2));
}

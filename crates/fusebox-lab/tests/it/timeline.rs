//! A run that goes back in time is the same run.

use fusebox::LayerKind;
use fusebox::time::Instant;
use fusebox_lab::action_log::ActionLog;
use fusebox_lab::presets;
use fusebox_lab::timeline::{Plan, Run, Timeline};
use fusebox_sim::{Action, Command, Dependency, Fault, Target, What};
use proptest::prelude::*;
use std::rc::Rc;

fn plan(name: &str, seed: u64, actions: ActionLog) -> Plan {
    let preset = presets::find(name).expect("a preset");
    Plan { scenario: Rc::new((preset.scenario)()), seed, actions }
}

fn kill(millis: u64) -> Action {
    Action::fault(Instant::from_millis(millis), Dependency::Postgres, Fault::Down)
}

/// The fingerprint of the run at a moment, run straight from its beginning.
fn straight(plan: &Plan, end: Instant) -> u64 {
    let mut run = Run::new(plan, 0).expect("it is valid");
    assert!(run.advance(end, u32::MAX));
    run.world().fingerprint()
}

fn go(timeline: &mut Timeline, to: Instant) {
    timeline.seek(to);
    // In small slices, as a page does it.
    while !timeline.advance(to, 1_000) {}
}

fn actions() -> impl Strategy<Value = Action> {
    let fault = |fault| (Target::Service, Command::Fault(fault));
    let of_service = prop_oneof![
        proptest::sample::select(Fault::ALL.to_vec()).prop_map(fault),
        Just((Target::Service, Command::HealAll)),
    ];
    let commands = prop_oneof![
        proptest::sample::select(Fault::ALL.to_vec()).prop_map(Command::Fault),
        proptest::sample::select(Fault::ALL.to_vec()).prop_map(|fault| Command::Heal(fault.kind())),
        Just(Command::HealAll),
        (proptest::sample::select(LayerKind::USUAL.to_vec()), any::<bool>())
            .prop_map(|(kind, on)| Command::Layer(kind, on)),
    ];
    let of_database = commands.prop_map(|command| (Dependency::Postgres.into(), command));
    (0..30_000_u64, prop_oneof![3 => of_database, 1 => of_service]).prop_map(
        |(millis, (on, command))| Action { at: Instant::from_millis(millis), on, command },
    )
}

fn logs() -> impl Strategy<Value = ActionLog> {
    proptest::collection::vec(actions(), 0..6).prop_map(ActionLog::from_iter)
}

const WORLDS: [&str; 4] = ["search-service", "dies-mid-query", "shared-pool", "retry-storm"];

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn wherever_one_goes_the_run_is_the_same(
        world in 0..WORLDS.len(), seed in 0..1_000_u64, actions in logs(),
        moments in proptest::collection::vec(0..30_000_u64, 1..6),
    ) {
        let plan = plan(WORLDS[world], seed, actions);
        let mut timeline = Timeline::new(plan.clone()).expect("it is valid");
        for millis in moments {
            let to = Instant::from_millis(millis);
            go(&mut timeline, to);
            prop_assert_eq!(timeline.world().now(), to);
            prop_assert_eq!(timeline.world().fingerprint(), straight(&plan, to));
            prop_assert!(timeline.record().end >= to);
        }
        // The record is that of a straight run, in whatever way it came about.
        let end = timeline.record().end;
        let mut other = Timeline::new(plan).expect("it is valid");
        go(&mut other, end);
        prop_assert_eq!(&timeline.record().samples, &other.record().samples);
        prop_assert_eq!(&timeline.record().log, &other.record().log);
    }

    #[test]
    fn another_tape_gives_the_run_of_that_tape(
        seed in 0..1_000_u64, old in logs(), new in logs(), at in 0..30_000_u64, back in 0..30_000_u64,
    ) {
        let old = plan("search-service", seed, old);
        let new = Plan { actions: new, ..old.clone() };
        let mut timeline = Timeline::new(old).expect("it is valid");
        go(&mut timeline, Instant::from_millis(at));
        go(&mut timeline, Instant::from_millis(back));
        timeline.change(new.clone()).expect("it is valid");
        let to = Instant::from_millis(back);
        go(&mut timeline, to);
        prop_assert_eq!(timeline.world().fingerprint(), straight(&new, to));
        let end = Instant::from_secs(31);
        go(&mut timeline, end);
        let mut other = Timeline::new(new).expect("it is valid");
        go(&mut other, end);
        prop_assert_eq!(&timeline.record().samples, &other.record().samples);
        prop_assert_eq!(&timeline.record().log, &other.record().log);
    }
}

#[test]
fn a_deed_of_now_changes_the_run_without_going_back() {
    let before = plan("search-service", 7, ActionLog::default());
    let mut timeline = Timeline::new(before.clone()).expect("it is valid");
    let now = Instant::from_millis(12_345);
    go(&mut timeline, now);
    let after = Plan { actions: ActionLog::default().with(kill(12_345)), ..before };
    timeline.change(after.clone()).expect("it is valid");
    assert_eq!(timeline.world().now(), now, "it stays where it is");
    go(&mut timeline, Instant::from_secs(20));
    assert_eq!(timeline.world().fingerprint(), straight(&after, Instant::from_secs(20)));
    let opened =
        timeline.record().log.iter().filter(|news| matches!(news.entry.what, What::Decided(_)));
    assert!(opened.count() >= 1, "the log has the breaker's transition");
}

#[test]
fn another_scenario_begins_again() {
    let mut timeline =
        Timeline::new(plan("search-service", 7, ActionLog::default())).expect("it is valid");
    go(&mut timeline, Instant::from_secs(3));
    timeline.change(plan("shared-pool", 7, ActionLog::default())).expect("it is valid");
    assert_eq!(timeline.world().now(), Instant::ZERO);
    assert!(timeline.record().samples.is_empty());
}

#[test]
fn a_call_is_found_long_after_it_ended() {
    let plan = plan("search-service", 7, ActionLog::default().with(kill(8_000)));
    let mut timeline = Timeline::new(plan).expect("it is valid");
    let around = Instant::from_secs(9);
    go(&mut timeline, around);
    let newest = timeline.world().trace().since(0).filter_map(|entry| entry.call).next_back();
    let call = newest.expect("there were calls");
    go(&mut timeline, Instant::from_secs(60));
    let in_trace = timeline.world().trace().since(0).any(|entry| entry.call == Some(call));
    assert!(!in_trace, "the trace has forgotten it");
    let entries = timeline.entries_of(call, around);
    assert!(matches!(entries[0].what, What::Called { .. }), "{entries:?}");
    let last = entries.last().expect("it has entries");
    assert!(matches!(last.what, What::Answered { .. } | What::GaveUp { .. }), "{last:?}");
    assert!(entries.iter().all(|entry| entry.call == Some(call)));
}

#[test]
fn a_step_goes_to_the_next_thing_that_can_be_told() {
    let mut timeline =
        Timeline::new(plan("search-service", 7, ActionLog::default())).expect("it is valid");
    for _ in 0..100 {
        let before = timeline.world().now();
        let new = timeline.step(10_000);
        assert!(!new.is_empty());
        assert!(new.iter().all(|entry| entry.at >= before && entry.at == timeline.world().now()));
    }
}

#[test]
fn ten_minutes_have_their_bounds() {
    let mut timeline =
        Timeline::new(plan("search-service", 7, ActionLog::default())).expect("it is valid");
    go(&mut timeline, Instant::from_secs(1_200));
    assert_eq!(timeline.record().samples.len(), 6_000);
    let end = Instant::from_secs(333);
    go(&mut timeline, end);
    assert_eq!(
        timeline.world().fingerprint(),
        straight(&plan("search-service", 7, ActionLog::default()), end)
    );
}

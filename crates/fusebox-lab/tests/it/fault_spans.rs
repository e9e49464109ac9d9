//! The faults that a plan says are those that its run has.

use fusebox::time::{Duration, Instant};
use fusebox_lab::action_log::ActionLog;
use fusebox_lab::fault_spans::{FaultSpan, fault_spans};
use fusebox_lab::link::{Link, Playground};
use fusebox_lab::presets;
use fusebox_lab::timeline::{Plan, Run};
use fusebox_sim::{Action, Command, Dependency, Fault, FaultKind, Target};
use std::rc::Rc;

fn plan(preset: &str, actions: impl IntoIterator<Item = Action>) -> Plan {
    let scenario = Rc::new((presets::find(preset).unwrap().scenario)());
    Plan { scenario, seed: 1, actions: ActionLog::from_iter(actions) }
}

/// The faults of a span list at a moment.
fn at(spans: &[FaultSpan], now: Instant) -> Vec<Fault> {
    let is_now = |span: &&FaultSpan| span.from <= now && span.to.is_none_or(|to| now < to);
    spans.iter().find(is_now).map(|span| span.faults.clone()).unwrap_or_default()
}

#[track_caller]
fn agrees(plan: &Plan) {
    let targets = Dependency::ALL.map(Target::from).into_iter().chain([Target::Service]);
    let targets: Vec<(Target, Vec<FaultSpan>)> =
        targets.map(|on| (on, fault_spans(plan, on))).collect();
    let mut run = Run::new(plan, 0).unwrap();
    for tick in 0..400_u64 {
        // Not on the moments of the actions themselves.
        let now = Instant::ZERO + Duration::from_micros(tick * 250_000 + 1);
        while !run.advance(now, 1_000_000) {}
        for (on, spans) in &targets {
            let faults: Vec<Fault> = run.world().faults(*on).collect();
            assert_eq!(at(spans, now), faults, "{on:?} at {now}");
        }
    }
}

#[test]
fn the_spans_of_every_preset_are_the_faults_of_its_run() {
    for preset in presets::ALL {
        agrees(&plan(preset.name, []));
    }
}

#[test]
fn the_spans_of_actions_are_the_faults_of_their_run() {
    let on = Dependency::Postgres;
    let second = Instant::from_secs;
    let crash = |seconds| Fault::Crash { restart_after: Duration::from_secs(seconds) };
    let actions = [
        Action::fault(second(2), on, Fault::Hang),
        Action::fault(second(3), on, Fault::Slow { factor: 20 }),
        Action::heal(second(4), on, FaultKind::Hang),
        Action::fault(second(5), on, crash(3)),
        Action::fault(second(6), on, crash(4)),
        Action::new(second(7), Target::Service, Command::Fault(Fault::Down)),
        Action::fault(second(12), on, crash(9)),
        Action::fault(second(13), on, Fault::Down),
        Action::new(second(30), on, Command::HealAll),
        Action::fault(second(40), on, crash(5)),
        Action::heal(second(42), on, FaultKind::Down),
        Action::fault(second(50), on, Fault::Hang),
    ];
    let plan = plan("search-service", actions);
    agrees(&plan);
    let spans = fault_spans(&plan, on);
    let ends: Vec<_> = spans.iter().map(|span| (span.from, span.to)).collect();
    assert_eq!(ends[0], (second(2), Some(second(3))));
    assert_eq!(ends.last(), Some(&(second(50), None)));
    assert!(spans.iter().all(|span| span.to.is_none_or(|to| to > span.from)), "{spans:?}");
}

#[test]
fn a_schedule_is_known_before_it_comes() {
    let (link, _) = Link::read("playground?preset=slow-database");
    let Link::Playground(link) = link else { panic!("another view") };
    let Playground { scenario, seed, actions, .. } = *link;
    let plan = Plan { scenario: Rc::new(scenario), seed, actions };
    let spans = fault_spans(&plan, Dependency::Postgres);
    assert!(!spans.is_empty() && spans[0].from > Instant::from_secs(1), "{spans:?}");
}

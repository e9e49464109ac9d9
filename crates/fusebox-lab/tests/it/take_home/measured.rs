//! What the differences of a file do to a run.

use fusebox_lab::action_log::ActionLog;
use fusebox_lab::presets;
use fusebox_lab::take_home::{Figure, Measured, TARGETS, export, find};
use fusebox_lab::timeline::Plan;
use fusebox_sim::{Dependency, Scenario};
use std::rc::Rc;

const ON: Dependency = Dependency::Postgres;

/// The run in words, and its figures, of the settings that have been exported to a target.
fn measured(target: &str, scenario: &Scenario) -> (String, Vec<Figure>) {
    let exported = export(find(target).expect("a target"), scenario, ON);
    let plan = Plan { scenario: Rc::new(scenario.clone()), seed: 1, actions: ActionLog::default() };
    let mut run = Measured::new(&plan, &exported, ON).expect("settings in range");
    let mut steps = 0;
    while !run.advance(1_000) {
        steps += 1;
        assert!(steps < 10_000, "{target}: no end");
    }
    (run.about(), run.figures())
}

/// Every file of every preset stands for a world that runs.
#[test]
fn each_target_can_be_compared_with_each_preset() {
    for preset in presets::ALL.iter().step_by(8) {
        for target in TARGETS {
            let (about, figures) = measured(target.name, &(preset.scenario)());
            assert!(about.contains("run"), "{about}");
            assert!(figures.len() >= 3, "{}: {figures:?}", target.name);
        }
    }
}

#[test]
fn what_is_exported_again_from_the_meaning_of_a_file_changes_nothing() {
    for target in TARGETS {
        let there = export(target, &Scenario::search_service(), ON).there;
        for Figure { name, here, there } in measured(target.name, &there).1 {
            assert_eq!(here, there, "{}: {name}", target.name);
        }
    }
}

#[test]
fn a_format_without_a_breaker_sends_more_to_a_database_that_is_down() {
    let (about, figures) = measured("grpc", &Scenario::search_service());
    assert_eq!(about, "a run of 35.0 s with the database down from 5 s to 15 s");
    let of = |name: &str| figures.iter().find(|it| it.name == name).expect(name);
    let opens = of("The breaker opens at");
    assert!(opens.here.starts_with("6."), "{opens:?}");
    assert_eq!(opens.there, "never");
    let attempts = of("Attempts at the database");
    let [here, there] = [&attempts.here, &attempts.there]
        .map(|text| text.replace(',', "").parse::<u64>().expect("a count"));
    assert!(there > here + 1_000, "{attempts:?}");
}

//! Repetition: the same seed gives the same run, in one piece or in many.

use crate::random::each_seed;
use crate::support::checker::Checker;
use crate::support::random::sketch;
use crate::support::{at, in_pieces, remains};
use fusebox::time::Duration;
use fusebox_sim::{Action, Command, Dependency, Fault, Scenario, World};
use std::collections::BTreeSet;

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

#[test]
fn the_same_seed_gives_the_same_run_and_another_seed_another() {
    let run = |seed| {
        let mut world = World::new(&Scenario::search_service(), seed).unwrap();
        world.run_until(at(2_000));
        world.apply(Dependency::Postgres, Command::Fault(Fault::Down)).unwrap();
        world.run_until(at(6_000));
        remains(&world)
    };
    assert_eq!(run(7), run(7));
    let fingerprints: BTreeSet<u64> = (0..20).map(|seed| run(seed).0).collect();
    assert_eq!(fingerprints.len(), 20);
}

#[test]
fn a_run_in_pieces_is_the_run_in_one_piece_and_the_run_step_by_step() {
    each_seed(100, |seed| {
        let mut sketch = sketch(seed);
        // Half of the actions are applied by hand.
        let mut by_hand = Vec::new();
        if seed % 2 == 0 {
            by_hand.append(&mut sketch.scenario.schedule);
        }
        let end = sketch.ends_at + Duration::from_millis(500);
        let whole = in_pieces(&sketch, seed, &by_hand, end, 0);
        assert_eq!(whole, in_pieces(&sketch, seed, &by_hand, end, 7));
        let mut checker = Checker::of(&sketch, seed);
        for &Action { at, on, command } in &by_hand {
            checker.run_until(at);
            checker.apply(on, command);
        }
        checker.run_until(end);
        assert_eq!(whole, remains(&checker.world));
    });
}

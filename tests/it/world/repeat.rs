//! Repetition: the same seed gives the same run, in one piece or in many.

use super::checker::Checker;
use super::random::{Sketch, sketch};
use super::{Remains, at, fault, remains};
use crate::random::each_seed;
use fusebox::lab::presets;
use fusebox::rng::Rng;
use fusebox::sim::{Command, Fault, World};
use fusebox::time::{Duration, Instant};
use std::collections::BTreeSet;

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

#[test]
fn the_same_seed_gives_the_same_run_and_another_seed_another() {
    let run = |seed| {
        let mut world = World::new(&presets::search_service(), seed).unwrap();
        world.run_until(at(2_000));
        world.apply(fault(Fault::Down)).unwrap();
        world.run_until(at(6_000));
        remains(&world)
    };
    assert_eq!(run(7), run(7));
    let fingerprints: BTreeSet<u64> = (0..20).map(|seed| run(seed).0).collect();
    assert_eq!(fingerprints.len(), 20);
}

/// What is left of a run that stops at so many random moments between two commands.
pub(crate) fn in_pieces(
    sketch: &Sketch,
    seed: u64,
    commands: &[(Instant, Command)],
    end: Instant,
    splits: u64,
) -> Remains {
    let mut chance = Rng::from_seed(seed);
    let mut world = World::new(&sketch.scenario, seed).unwrap();
    let mut reach = |world: &mut World, end: Instant| {
        for _ in 0..splits {
            let left = end.since(world.now()).as_micros();
            world.run_until(world.now() + Duration::from_micros(chance.up_to(left)));
        }
        world.run_until(end);
    };
    for &(at, command) in commands {
        reach(&mut world, at);
        world.apply(command).unwrap();
    }
    reach(&mut world, end);
    remains(&world)
}

#[test]
fn a_run_in_pieces_is_the_run_in_one_piece_and_the_run_step_by_step() {
    each_seed(100, |seed| {
        let mut sketch = sketch(seed);
        // Half of what is done to it is done by hand.
        let mut by_hand = Vec::new();
        if seed % 2 == 0 {
            by_hand.append(&mut sketch.scenario.schedule);
        }
        let end = sketch.ends_at + Duration::from_millis(500);
        let whole = in_pieces(&sketch, seed, &by_hand, end, 0);
        assert_eq!(whole, in_pieces(&sketch, seed, &by_hand, end, 7));
        let mut checker = Checker::of(&sketch, seed);
        for &(at, command) in &by_hand {
            checker.run_until(at);
            checker.apply(command);
        }
        checker.run_until(end);
        assert_eq!(whole, remains(&checker.world));
    });
}

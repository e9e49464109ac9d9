//! What tests of worlds share: scenarios made by chance, a checker that looks at a world after every
//! event, and all that a run leaves behind.

pub(crate) mod checker;
pub(crate) mod random;

use fusebox::rng::Rng;
use fusebox::time::{Duration, Instant};
use fusebox_sim::{Action, Counters, Dependency, Fault, FaultKind, Mutations, Sample, World};

pub(crate) const fn millis(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

pub(crate) const fn at(millis: u64) -> Instant {
    Instant::from_millis(millis)
}

/// A fault of the database at a moment.
pub(crate) fn fault(at: Instant, fault: Fault) -> Action {
    Action::fault(at, Dependency::Postgres, fault)
}

/// The healing of a fault of the database at a moment.
pub(crate) fn heal(at: Instant, kind: FaultKind) -> Action {
    Action::heal(at, Dependency::Postgres, kind)
}

/// All that a run leaves behind, apart from its trace.
pub(crate) type Remains = (u64, u64, Counters, Mutations, Vec<Sample>);

pub(crate) fn remains(world: &World) -> Remains {
    let measures = world.measures();
    let samples = measures.samples().iter().copied().collect();
    let counters = (*measures.counters(), world.mutations());
    (world.fingerprint(), world.events(), counters.0, counters.1, samples)
}

/// What is left of a run that stops at this many random moments between two actions.
pub(crate) fn in_pieces(
    sketch: &random::Sketch,
    seed: u64,
    actions: &[Action],
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
    for &Action { at, on, command } in actions {
        reach(&mut world, at);
        world.apply(on, command).unwrap();
    }
    reach(&mut world, end);
    remains(&world)
}

//! The world: that it can be repeated and compared, that nothing in it gets lost, that it agrees
//! with queueing theory, and that it shows what it is there to show.

mod bounds;
pub(crate) mod checker;
#[cfg(not(target_arch = "wasm32"))]
mod crowd;
mod faults;
mod lesson;
mod lossless;
mod outage;
mod queueing;
pub(crate) mod random;
pub(crate) mod repeat;
mod tape;

use fusebox::sim::{Command, Counters, Dependency, Fault, FaultKind, Mutations, Sample, World};
use fusebox::time::{Duration, Instant};

const fn millis(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

pub(crate) const fn at(millis: u64) -> Instant {
    Instant::from_millis(millis)
}

/// A fault of the database.
const fn fault(fault: Fault) -> Command {
    Command::Fault(Dependency::Postgres, fault)
}

/// The end of it.
const fn heal(kind: FaultKind) -> Command {
    Command::Heal(Dependency::Postgres, kind)
}

/// All that a run leaves behind, apart from its trace.
pub(crate) type Remains = (u64, u64, Counters, Mutations, Vec<Sample>);

pub(crate) fn remains(world: &World) -> Remains {
    let measures = world.measures();
    let samples = measures.samples().iter().copied().collect();
    let counters = (*measures.counters(), *world.mutations());
    (world.fingerprint(), world.events(), counters.0, counters.1, samples)
}

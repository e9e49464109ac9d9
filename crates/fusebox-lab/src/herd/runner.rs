//! Running a lane, at once or in slices.

use super::bucket::Bucket;
use super::lane::Lane;
use super::measure::LaneMeasures;
use super::outcome::LaneOutcome;
use super::setup::Setup;
use super::strategy::Strategy;
use crate::low_share;
use fusebox::ConfigError;
use fusebox::time::Instant;
use fusebox_sim::{Attempts, World};

/// The rows of the raster of attempts.
pub(super) const ROWS: u32 = 60;

/// A lane that is being computed, in slices that fit between two frames of a page.
#[derive(Clone, Debug)]
pub struct Runner {
    setup: Setup,
    strategy: Strategy,
    world: World,
}

impl Runner {
    /// A lane at its start.
    ///
    /// # Errors
    /// With the field of the setup or of the strategy that is out of range.
    pub fn new(setup: &Setup, strategy: &Strategy, seed: u64) -> Result<Self, ConfigError> {
        let mut world = World::new(&setup.scenario(strategy)?, seed)?;
        world.watch(ROWS);
        Ok(Self { setup: *setup, strategy: strategy.clone(), world })
    }

    /// Processes up to `events` events; true once the lane is done.
    pub fn advance(&mut self, events: u32) -> bool {
        self.world.run_events(self.setup.ends_at(), events) < events
    }

    /// When the lane ends.
    #[must_use]
    pub fn ends_at(&self) -> Instant {
        self.setup.ends_at()
    }

    /// The simulated time so far.
    #[must_use]
    pub const fn now(&self) -> Instant {
        self.world.now()
    }

    /// The measures of the lane so far.
    #[must_use]
    pub fn measures(&self) -> LaneMeasures {
        self.lane().measures()
    }

    /// The lane so far.
    #[must_use]
    pub fn lane(&self) -> Lane {
        let (buckets, outcome) = outcome(&self.setup, &self.world);
        Lane {
            setup: self.setup,
            strategy: self.strategy.clone(),
            outcome,
            buckets,
            attempts: self.world.attempts().unwrap_or_else(|| Attempts::new(1, 1)),
            events: self.world.events(),
            opened_at_low_share: low_share::times(self.world.measures(), None),
            fingerprint: self.world.fingerprint(),
        }
    }
}

fn outcome(setup: &Setup, world: &World) -> (Vec<Bucket>, LaneOutcome) {
    let measures = world.measures();
    let buckets = Bucket::all(measures.samples().iter());
    let outcome = LaneOutcome::of(setup, &buckets, measures.counters());
    (buckets, outcome)
}

/// The measures of a lane whose world has run to its end elsewhere.
pub(crate) fn measures(setup: &Setup, world: &World) -> LaneMeasures {
    LaneMeasures::of(&outcome(setup, world).1, setup, world.fingerprint())
}

/// Runs one lane from start to end.
///
/// # Errors
/// With the field of the setup or of the strategy that is out of range.
pub fn run(setup: &Setup, strategy: &Strategy, seed: u64) -> Result<Lane, ConfigError> {
    let mut runner = Runner::new(setup, strategy, seed)?;
    while !runner.advance(u32::MAX) {}
    Ok(runner.lane())
}

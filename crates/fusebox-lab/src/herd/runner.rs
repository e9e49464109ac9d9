//! Running a lane, at once or in slices.

use super::lane::{Bucket, Lane};
use super::outcome::Outcome;
use super::setup::Setup;
use super::strategy::Strategy;
use fusebox::ConfigError;
use fusebox::time::Instant;
use fusebox_sim::{Attempts, World};

/// The rows in which the attempts of the clients are told apart.
pub(super) const ROWS: u32 = 60;

/// A lane that is still being computed, in slices that a page can fit between two frames.
#[derive(Clone, Debug)]
pub struct Runner {
    setup: Setup,
    strategy: Strategy,
    world: World,
}

impl Runner {
    /// A lane at its beginning.
    ///
    /// # Errors
    /// With the field of the setup or of the strategy that is outside its range.
    pub fn new(setup: &Setup, strategy: &Strategy, seed: u64) -> Result<Self, ConfigError> {
        let mut world = World::new(&setup.scenario(strategy)?, seed)?;
        world.watch(ROWS);
        Ok(Self { setup: *setup, strategy: strategy.clone(), world })
    }

    /// Lets up to `events` happen; true once the lane has come to its end.
    pub fn advance(&mut self, events: u32) -> bool {
        self.world.run_events(self.setup.ends_at(), events) < events
    }

    /// When it will be at its end.
    #[must_use]
    pub fn ends_at(&self) -> Instant {
        self.setup.ends_at()
    }

    /// How far it has come.
    #[must_use]
    pub const fn now(&self) -> Instant {
        self.world.now()
    }

    /// What the lane comes to, as far as it has come.
    #[must_use]
    pub fn outcome(&self) -> Outcome {
        let measures = self.world.measures();
        Outcome::of(&self.setup, &Bucket::all(measures.samples().iter()), measures.counters())
    }

    /// The fingerprint of what has happened.
    #[must_use]
    pub const fn fingerprint(&self) -> u64 {
        self.world.fingerprint()
    }

    /// The lane, as far as it has come.
    #[must_use]
    pub fn lane(&self) -> Lane {
        let measures = self.world.measures();
        let buckets = Bucket::all(measures.samples().iter());
        Lane {
            setup: self.setup,
            strategy: self.strategy.clone(),
            outcome: Outcome::of(&self.setup, &buckets, measures.counters()),
            buckets,
            attempts: measures.attempts().cloned().unwrap_or_else(Attempts::none),
            events: self.world.events(),
            fingerprint: self.world.fingerprint(),
        }
    }
}

/// Runs one lane from beginning to end.
///
/// # Errors
/// With the field of the setup or of the strategy that is outside its range.
pub fn run(setup: &Setup, strategy: &Strategy, seed: u64) -> Result<Lane, ConfigError> {
    let mut runner = Runner::new(setup, strategy, seed)?;
    while !runner.advance(u32::MAX) {}
    Ok(runner.lane())
}

//! Replications of a comparison with many seeds: medians with their 5-95 % bands, and which differences
//! are larger than the noise.
//!
//! Runs are added one by one and in any order, so that several workers can compute them; the result is
//! the same.
//!
//! ```
//! use fusebox_lab::bands::{Bands, Verdict};
//! use fusebox_lab::herd::{Comparison, Measure, Setup, run};
//! use fusebox::time::Duration;
//!
//! let setup = Setup { clients: 100, length: Duration::from_secs(10), ..Setup::default() };
//! let comparison = Comparison::of(setup, &["immediate", "full"]);
//! let mut bands = Bands::new(&comparison, 42, 6)?;
//! for (lane, seed) in bands.runs().collect::<Vec<_>>().into_iter().rev() {
//!     let run = run(&comparison.setup, &comparison.lanes[lane], seed).unwrap();
//!     bands.add(lane, seed, &run);
//! }
//! let attempts = Measure::find("attempts_per_call").unwrap();
//! assert_eq!(bands.differences(attempts)[0].verdict(), Verdict::Larger);
//! # Ok::<(), fusebox_lab::settings::Problem>(())
//! ```

mod difference;
mod spread;
mod table;

pub use difference::{Difference, Verdict, seeds_least};
pub use spread::{BucketSpread, Spread};

use crate::herd::{Bucket, Comparison, Lane, LaneMeasures, Measure};
use crate::settings::Problem;
use crate::words::separated;
use std::collections::BTreeMap;

/// The fewest seeds.
pub const SEEDS_MIN: u32 = 2;

/// The most seeds.
pub const SEEDS_MAX: u32 = 200;

/// The same lanes with many seeds.
#[derive(Clone, Debug, PartialEq)]
pub struct Bands {
    first: u64,
    seeds: u32,
    /// The runs of each lane, by seed.
    lanes: Vec<BTreeMap<u64, Run>>,
}

/// None of its numbers is a `NaN`.
impl Eq for Bands {}

/// One run.
#[derive(Clone, Debug, PartialEq)]
struct Run {
    measures: LaneMeasures,
    /// Attempts in each bucket.
    attempts: Vec<u32>,
}

impl Bands {
    /// Bands without runs, for this many seeds from the first one.
    ///
    /// # Errors
    /// If there are too few or too many seeds, or the last one exceeds the range of seeds.
    pub fn new(comparison: &Comparison, first: u64, seeds: u32) -> Result<Self, Problem> {
        if !(SEEDS_MIN..=SEEDS_MAX).contains(&seeds) {
            let what =
                format!("is {seeds}, but must be a whole number from {SEEDS_MIN} to {SEEDS_MAX}");
            return Err(Problem::new("seeds", what));
        }
        let most = u64::MAX - u64::from(seeds - 1);
        if first > most {
            let most = separated(&most.to_string());
            let what = format!("is {first}, but must be at most {most} for {seeds} seeds");
            return Err(Problem::new("seed", what));
        }
        Ok(Self { first, seeds, lanes: vec![BTreeMap::new(); comparison.lanes.len()] })
    }

    /// All runs of the bands, each a lane and a seed, ordered by seed.
    pub fn runs(&self) -> impl Iterator<Item = (usize, u64)> + use<> {
        let (lanes, first) = (self.lanes.len(), self.first);
        let seeds = (0..u64::from(self.seeds)).map(move |n| first + n);
        seeds.flat_map(move |seed| (0..lanes).map(move |lane| (lane, seed)))
    }

    /// Adds or replaces a run; true if it is one of [`Bands::runs`].
    pub fn add(&mut self, lane: usize, seed: u64, run: &Lane) -> bool {
        let attempts = run.buckets.iter().map(Bucket::attempts).collect();
        self.put(lane, seed, Run { measures: run.measures(), attempts })
    }

    /// Adds or replaces a run of which only the measures are known, so that it has no attempts over time.
    pub fn add_measures(&mut self, lane: usize, seed: u64, measures: LaneMeasures) -> bool {
        self.put(lane, seed, Run { measures, attempts: Vec::new() })
    }

    fn put(&mut self, lane: usize, seed: u64, run: Run) -> bool {
        let wanted = seed.checked_sub(self.first).is_some_and(|n| n < u64::from(self.seeds));
        match self.lanes.get_mut(lane) {
            Some(runs) if wanted => {
                runs.insert(seed, run);
                true
            }
            _ => false,
        }
    }

    /// The number of finished runs, and of all runs.
    #[must_use]
    pub fn progress(&self) -> (usize, usize) {
        let done = self.lanes.iter().map(BTreeMap::len).sum();
        (done, self.lanes.len() * self.seeds as usize)
    }

    /// The number of lanes.
    #[must_use]
    pub fn lanes(&self) -> usize {
        self.lanes.len()
    }

    /// The first seed, and the number of seeds.
    #[must_use]
    pub const fn seeds(&self) -> (u64, u32) {
        (self.first, self.seeds)
    }

    /// A measure of a lane over the finished seeds; none before the first.
    #[must_use]
    pub fn spread(&self, measure: &Measure, lane: usize) -> Option<Spread> {
        Spread::of(self.values(measure, lane).map(|(_, value)| value), measure.none)
    }

    /// The attempts in each bucket of a lane, over the finished seeds.
    #[must_use]
    pub fn attempts(&self, lane: usize) -> Vec<BucketSpread> {
        let runs: Vec<_> =
            self.lanes.get(lane).into_iter().flatten().map(|(_, run)| &run.attempts).collect();
        let buckets = runs.iter().map(|run| run.len()).max().unwrap_or(0);
        let bucket = |n| runs.iter().filter_map(move |run| run.get(n).copied());
        (0..buckets).filter_map(|n| BucketSpread::of(bucket(n))).collect()
    }

    /// The number of pairs of lanes.
    #[must_use]
    pub fn pairs(&self) -> usize {
        self.lanes() * self.lanes().saturating_sub(1) / 2
    }

    /// How a measure differs between two lanes, seed by seed, for all pairs of lanes in their order.
    #[must_use]
    pub fn differences(&self, measure: &Measure) -> Vec<Difference> {
        let lanes = self.lanes();
        let pairs = (0..lanes).flat_map(|one| (one + 1..lanes).map(move |other| (one, other)));
        let difference = |(one, other)| {
            let others: BTreeMap<_, _> = self.values(measure, other).collect();
            let values = self.values(measure, one);
            let values = values.filter_map(|(seed, value)| Some((value, *others.get(&seed)?)));
            Difference::of(measure, (one, other), values)
        };
        let mut differences: Vec<_> = pairs.map(difference).collect();
        difference::correct(&mut differences);
        differences
    }

    /// A measure of a lane by seed, for the finished seeds.
    pub fn values(
        &self,
        measure: &Measure,
        lane: usize,
    ) -> impl Iterator<Item = (u64, Option<f64>)> {
        let runs = self.lanes.get(lane).into_iter().flatten();
        runs.map(move |(seed, run)| (*seed, run.measures.get(measure)))
    }

    /// The fingerprint of each run of a lane by its seed.
    pub fn fingerprints(&self, lane: usize) -> impl Iterator<Item = (u64, u64)> + '_ {
        let runs = self.lanes.get(lane).into_iter().flatten();
        runs.map(|(seed, run)| (*seed, run.measures.fingerprint))
    }
}

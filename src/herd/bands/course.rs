//! The runs of the replications: done, running and waiting.

use crate::herd::session::unnamed;
use crate::worker_pool::{Batch, Heard};
use fusebox_lab::bands::Bands;
use fusebox_lab::herd::Comparison;
use fusebox_lab::job::{Job, JobResult, LaneJob};
use fusebox_lab::settings::Problem;
use fusebox_lab::words::count;
use std::rc::Rc;

/// A lane and the seed of its run.
type Run = (usize, u64);

/// A comparison with its runs over all seeds.
pub(super) struct Course {
    comparison: Rc<Comparison>,
    bands: Bands,
    pub(super) batch: Batch<Run>,
}

impl Course {
    /// A course over this many seeds from the first one on, whose runs have not started; `job` makes a
    /// job of a run, and at most `limit` of them are in the worker pool at a time.
    ///
    /// # Errors
    /// If there are not this many seeds from the first one on.
    pub(super) fn new(
        comparison: &Rc<Comparison>,
        (first, seeds): (u64, u32),
        limit: usize,
        job: fn(LaneJob) -> Job,
    ) -> Result<Self, Problem> {
        let bands = Bands::new(comparison, first, seeds)?;
        let job = |(lane, seed): Run| {
            let strategy = unnamed(&comparison.lanes[lane]);
            job(LaneJob { setup: comparison.setup, strategy, seed })
        };
        let batch = Batch::new(limit, bands.runs().map(|run| (run, job(run))));
        Ok(Self { comparison: comparison.clone(), bands, batch })
    }

    pub(super) const fn bands(&self) -> &Bands {
        &self.bands
    }

    pub(super) fn comparison(&self) -> &Comparison {
        &self.comparison
    }

    /// Whether its runs are those of this comparison; if so, it takes over the names of the lanes,
    /// which do not affect the runs.
    pub(super) fn adopt(&mut self, comparison: &Rc<Comparison>, seed: u64) -> bool {
        let same = self.bands.seeds().0 == seed
            && self.comparison.setup == comparison.setup
            && self.comparison.lanes.iter().map(unnamed).eq(comparison.lanes.iter().map(unnamed));
        if same {
            self.comparison = comparison.clone();
        }
        same
    }

    /// Handles a report; returns whether it ends a run.
    ///
    /// # Errors
    /// If the run failed.
    pub(super) fn hear(&mut self, heard: Heard) -> Result<bool, String> {
        let Some(((lane, seed), result)) = self.batch.hear(heard) else { return Ok(false) };
        match result? {
            JobResult::Lane(run) => self.bands.add(lane, seed, &run),
            JobResult::Measures(measures) => self.bands.add_measures(lane, seed, measures),
            JobResult::Contention(_) | JobResult::Goal(_) => false,
        };
        Ok(true)
    }

    pub(super) fn is_done(&self) -> bool {
        let (done, all) = self.bands.progress();
        done == all
    }

    /// The progress in words: `37 of 80 runs`.
    pub(super) fn progress(&self) -> String {
        let (done, all) = self.bands.progress();
        format!("{} of {} runs", count(done as u64), count(all as u64))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::worker_pool::Report;
    use crate::worker_pool::batch_tests::{done, fill};
    use fusebox::time::Duration;
    use fusebox_lab::herd::{Setup, run};

    fn comparison() -> Rc<Comparison> {
        let setup = Setup { clients: 20, length: Duration::from_secs(10), ..Setup::default() };
        Rc::new(Comparison::of(setup, &["immediate", "full"]))
    }

    fn course(seeds: u32) -> Course {
        Course::new(&comparison(), (5, seeds), 8, Job::Lane).unwrap()
    }

    #[test]
    fn a_course_ends_with_the_bands_of_its_comparison() {
        let mut course = course(3);
        let mut id = 0;
        for job in fill(&mut course.batch, &mut id) {
            assert_eq!(course.hear(done(job)), Ok(true));
        }
        assert!(course.is_done());
        assert_eq!(course.progress(), "6 of 6 runs");
        let of = |lane: usize| course.bands().fingerprints(lane).collect::<Vec<_>>();
        let all = [of(0), of(1)];
        for (lane, fingerprints) in all.iter().enumerate() {
            let expected = (5..8).map(|seed| {
                let it = comparison();
                (seed, run(&it.setup, &it.lanes[lane], seed).unwrap().fingerprint)
            });
            assert_eq!(*fingerprints, expected.collect::<Vec<_>>());
        }
    }

    #[test]
    fn few_runs_are_given_out_at_a_time_by_their_seeds() {
        let mut course = course(20);
        let given = fill(&mut course.batch, &mut 0);
        assert_eq!(given.len(), 8);
        let seeds: Vec<_> = given.iter().filter_map(|(_, job)| seed(job)).collect();
        assert_eq!(seeds[..3], [5, 5, 6]);
        assert!(course.hear((given[0].0, Report::Done(vec![1, 2, 3]))).is_err());
    }

    fn seed(job: &Job) -> Option<u64> {
        if let Job::Lane(lane) = job { Some(lane.seed) } else { None }
    }

    #[test]
    fn renaming_a_lane_keeps_the_runs() {
        let mut course = course(2);
        let mut other = comparison();
        Rc::make_mut(&mut other).lanes[0].rename("Ours");
        assert!(course.adopt(&other, 5));
        assert_eq!(course.comparison().lanes[0].title(), "Ours");
        assert!(!course.adopt(&other, 6));
        Rc::make_mut(&mut other).setup.clients = 30;
        assert!(!course.adopt(&other, 5));
        Rc::make_mut(&mut other).setup.clients = 20;
        Rc::make_mut(&mut other).lanes.pop();
        assert!(!course.adopt(&other, 5));
    }

    #[test]
    fn seeds_beyond_the_largest_are_an_error() {
        let problem = Course::new(&comparison(), (u64::MAX, 20), 8, Job::Lane).err().unwrap();
        assert!(problem.to_string().contains("for 20 seeds"), "{problem}");
    }
}

//! The runs that bands are made of: which are there, which are under way, and which are still to come.

use crate::herd::watch::Watch;
use fusebox_lab::bands::Bands;
use fusebox_lab::herd::{Comparison, Strategy};
use fusebox_lab::job::HerdJob;
use fusebox_lab::settings::Problem;
use fusebox_lab::words::count;
use std::collections::VecDeque;
use std::rc::Rc;

/// The most runs that are given away at a time: enough for every worker to have its next one at hand,
/// and few enough for other work of the page not to wait behind them.
const UNDER_WAY_MAX: usize = 8;

/// A lane, and the seed that it is run with.
pub(super) type Run = (usize, u64);

/// A comparison on its way through its seeds.
pub(super) struct Course {
    comparison: Rc<Comparison>,
    bands: Bands,
    waiting: VecDeque<Run>,
    under_way: Vec<Run>,
    watch: Watch,
}

impl Course {
    /// A course without runs yet.
    ///
    /// # Errors
    /// Where there cannot be so many seeds from this one on.
    pub(super) fn new(comparison: &Rc<Comparison>, seed: u64, seeds: u32) -> Result<Self, Problem> {
        let bands = Bands::new(comparison, seed, seeds)?;
        let waiting = bands.runs().collect();
        let comparison = comparison.clone();
        Ok(Self { comparison, bands, waiting, under_way: Vec::new(), watch: Watch::default() })
    }

    pub(super) const fn bands(&self) -> &Bands {
        &self.bands
    }

    pub(super) fn comparison(&self) -> &Comparison {
        &self.comparison
    }

    /// Whether its runs are those of this comparison; if so, it takes on the names of the lanes, which
    /// change no run.
    pub(super) fn adopt(&mut self, comparison: &Rc<Comparison>, seed: u64) -> bool {
        let same = self.bands.seeds().0 == seed
            && self.comparison.setup == comparison.setup
            && self.comparison.lanes.iter().map(unnamed).eq(comparison.lanes.iter().map(unnamed));
        if same {
            self.comparison = comparison.clone();
        }
        same
    }

    /// Takes note that it is being computed from this moment on.
    pub(super) fn begin(&mut self, now: f64) {
        self.watch = Watch::begin(now, self.bands.progress().0);
    }

    /// The next run that is to be given away, and its job; none where enough are.
    pub(super) fn next(&mut self) -> Option<(Run, HerdJob)> {
        if self.under_way.len() >= UNDER_WAY_MAX {
            return None;
        }
        let run = self.waiting.pop_front()?;
        self.under_way.push(run);
        Some((run, self.job(run)))
    }

    /// Takes a run in.
    ///
    /// # Errors
    /// Where these words are no run of it.
    pub(super) fn take(&mut self, run: Run, words: &[u64]) -> Result<(), String> {
        let lane = self.job(run).lane(words).ok_or("the result is no lane")?;
        self.under_way.retain(|it| *it != run);
        self.bands.add(run.0, run.1, &lane);
        Ok(())
    }

    /// Has all wait that is under way.
    pub(super) fn pause(&mut self) {
        self.under_way.drain(..).rev().for_each(|run| self.waiting.push_front(run));
    }

    pub(super) fn is_done(&self) -> bool {
        let (done, all) = self.bands.progress();
        done == all
    }

    /// How far it is: `37 of 80 runs`.
    pub(super) fn progress(&self) -> String {
        let (done, all) = self.bands.progress();
        format!("{} of {} runs", count(done as u64), count(all as u64))
    }

    /// How long it will take yet, in words; none where nothing has come since it was begun.
    pub(super) fn left(&self, now: f64) -> Option<String> {
        self.watch.left(now, self.bands.progress())
    }

    fn job(&self, (lane, seed): Run) -> HerdJob {
        let strategy = unnamed(&self.comparison.lanes[lane]);
        HerdJob { setup: self.comparison.setup, strategy, seed }
    }
}

/// The strategy itself: another name is no other run.
fn unnamed(strategy: &Strategy) -> Strategy {
    Strategy { name: None, ..strategy.clone() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use fusebox::time::Duration;
    use fusebox_lab::herd::{Setup, run};

    fn comparison() -> Rc<Comparison> {
        let setup = Setup { clients: 20, length: Duration::from_secs(10), ..Setup::default() };
        Rc::new(Comparison::of(setup, &["immediate", "full"]))
    }

    fn course(seeds: u32) -> Course {
        Course::new(&comparison(), 5, seeds).unwrap()
    }

    fn compute(course: &mut Course, (at, job): (Run, HerdJob)) {
        let lane = run(&job.setup, &job.strategy, job.seed).unwrap();
        course.take(at, &lane.to_words()).unwrap();
    }

    #[test]
    fn a_course_comes_to_the_bands_of_its_comparison() {
        let mut course = course(3);
        while let Some(next) = course.next() {
            compute(&mut course, next);
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
    fn few_are_under_way_and_what_was_stopped_comes_again_in_its_order() {
        let mut course = course(20);
        let given: Vec<Run> = std::iter::from_fn(|| course.next().map(|(run, _)| run)).collect();
        assert_eq!(given.len(), UNDER_WAY_MAX);
        assert_eq!(given[..3], [(0, 5), (1, 5), (0, 6)]);
        course.pause();
        assert_eq!(course.next().map(|(run, _)| run), Some((0, 5)));
        assert!(course.take((0, 5), &[1, 2, 3]).is_err());
    }

    #[test]
    fn what_is_left_is_told_from_what_came_since_it_went_on() {
        let mut course = course(2);
        course.begin(1_000.0);
        assert_eq!(course.left(5_000.0), None);
        let next = course.next().unwrap();
        compute(&mut course, next);
        assert_eq!(course.left(2_000.0).unwrap(), "about 3 s left");
        course.begin(90_000.0);
        assert_eq!(course.left(90_001.0), None);
    }

    #[test]
    fn another_name_is_no_other_comparison() {
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
    fn seeds_beyond_all_seeds_are_told() {
        let problem = Course::new(&comparison(), u64::MAX, 20).err().unwrap();
        assert!(problem.to_string().contains("for 20 seeds"), "{problem}");
    }
}

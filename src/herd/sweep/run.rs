//! A sweep in progress.

use crate::worker_pool::{Batch, Heard};
use fusebox_lab::herd::{Setup, Strategy};
use fusebox_lab::job::{Job, JobResult, LaneJob};
use fusebox_lab::settings::Problem;
use fusebox_lab::sweep::{Field, Sweep};
use fusebox_lab::words::count;

/// The largest number of cells in the worker pool at a time.
const RUNNING_MAX: usize = 12;

/// The distance between the cells that are computed first, for a rough picture of the whole.
const ROUGH: u32 = 3;

/// A sweep, and its results so far.
pub(super) struct Run {
    pub(super) sweep: Sweep,
    pub(super) field: Field,
    pub(super) batch: Batch<(usize, usize)>,
    ended_at: f64,
}

impl Run {
    pub(super) fn new(sweep: Sweep, now: f64) -> Self {
        let mut field = Field::new(&sweep);
        let mut jobs = Vec::new();
        for (x, y) in order(&sweep) {
            match sweep.cell(x, y) {
                Ok((setup, strategy)) => {
                    let job = LaneJob { setup, strategy, seed: sweep.seed };
                    jobs.push(((x, y), Job::Measures(job)));
                }
                Err(problem) => drop(field.put(x, y, Err(problem))),
            }
        }
        let mut batch = Batch::new(RUNNING_MAX, jobs);
        batch.start_clock(now);
        Self { sweep, field, batch, ended_at: now }
    }

    /// Handles a report of the worker pool.
    pub(super) fn hear(&mut self, heard: Heard, now: f64) {
        let Some(((x, y), result)) = self.batch.hear(heard) else { return };
        let found = match result {
            Ok(JobResult::Measures(measures)) => Ok(measures),
            Ok(_) => return,
            Err(problem) => Err(Problem::new("the run", problem)),
        };
        self.field.put(x, y, found);
        self.ended_at = now;
    }

    /// The lane of a cell, named after its settings.
    pub(super) fn lane(&self, x: usize, y: usize) -> Option<(Setup, Strategy)> {
        let (setup, mut strategy) = self.sweep.cell(x, y).ok()?;
        let (first, second) = (self.sweep.x.texts.get(x)?, self.sweep.y.texts.get(y)?);
        let (x, y) = (self.sweep.x.spec.label, self.sweep.y.spec.label);
        strategy.rename(&format!("{x} {first}, {} {second}", y.to_ascii_lowercase()));
        Some((setup, strategy))
    }

    /// The progress in words.
    pub(super) fn progress(&self, now: f64) -> String {
        let (done, all) = self.field.progress();
        let of = format!("{} of {}", count(done as u64), count(all as u64));
        if done == all {
            return format!("{} runs in {}.", count(all as u64), self.batch.elapsed(self.ended_at));
        }
        if !self.batch.is_running() {
            return format!("Cancelled at {of}.");
        }
        self.batch.left(now).map_or_else(|| of.clone(), |left| format!("{of}, {left}"))
    }
}

/// The cells in the order in which they are computed.
fn order(sweep: &Sweep) -> Vec<(usize, usize)> {
    let mut cells: Vec<_> = sweep.cells().collect();
    cells.sort_by_key(|(x, y)| std::cmp::Reverse((x | y).trailing_zeros().min(ROUGH)));
    cells
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::worker_pool::Report;
    use crate::worker_pool::batch_tests::fill;
    use fusebox::time::Duration;

    fn sweep() -> Sweep {
        Sweep::read("x=outage:1s,2s,3s&y=fault:down,hang&clients=20&measure=failed").unwrap()
    }

    #[test]
    fn rough_cells_come_first_and_each_comes_once() {
        let wide = "x=outage:1s..60s:40&y=capacity:1..100:40&clients=20";
        let mut order = order(&Sweep::read(wide).unwrap());
        assert!(order[..25].iter().all(|(x, y)| x % 8 == 0 && y % 8 == 0), "{order:?}");
        order.sort_unstable();
        order.dedup();
        assert_eq!(order.len(), 1_600);
    }

    #[test]
    fn reports_become_results_and_progress() {
        let mut run = Run::new(sweep(), 0.0);
        assert_eq!(run.field.progress(), (0, 6));
        let mut id = 0;
        let given = fill(&mut run.batch, &mut id);
        let lane = fusebox_lab::herd::run(&run.sweep.setup, &run.sweep.strategy, 1).unwrap();
        for (id, _) in given.iter().take(3) {
            run.hear((*id, Report::Done(lane.measures().to_words())), 1_000.0);
        }
        run.batch.pause();
        assert_eq!(run.progress(9_000.0), "Cancelled at 3 of 6.");
        run.field.put(0, 1, Err(Problem::new("outage", "cannot be")));
        let known = |(x, y)| run.field.get(x, y).and_then(|cell| cell.as_ref().ok());
        let known: Vec<_> = run.sweep.cells().filter_map(known).collect();
        assert!(known.iter().all(|it| **it == lane.measures()), "{known:?}");
        assert!(run.field.get(0, 1).unwrap().is_err());
    }

    #[test]
    fn a_cell_is_opened_under_its_settings() {
        let run = Run::new(sweep(), 0.0);
        let (setup, strategy) = run.lane(2, 1).unwrap();
        assert_eq!(setup.outage, Duration::from_secs(3));
        assert_eq!(strategy.title(), "Outage 3s, fault hang");
        assert_eq!(run.lane(3, 0), None);
    }
}

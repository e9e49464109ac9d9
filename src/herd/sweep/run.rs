//! A sweep under way: a few cells at a time are with the worker_pool, so that other work comes between them.

use crate::format::count;
use crate::herd::watch::{Watch, seconds};
use crate::worker_pool::{Report, Ticket, WorkerPool};
use fusebox_lab::herd::{Outcome, Setup, Strategy};
use fusebox_lab::job::{HerdJob, OutcomeJob};
use fusebox_lab::settings::Problem;
use fusebox_lab::sweep::{Field, Found, Sweep};
use yew::Callback;

/// Cells that the worker_pool has at once.
const AT_ONCE: usize = 12;

/// The distance of the cells that are computed first, so that the whole is soon seen roughly.
const ROUGH: u32 = 3;

/// A sweep, and what is known of its cells.
pub(super) struct Run {
    pub(super) sweep: Sweep,
    /// Its number, which reports name.
    pub(super) number: u32,
    known: Vec<Option<Known>>,
    /// What is left, the next last.
    todo: Vec<(usize, usize)>,
    /// Dropping a ticket cancels its job.
    under_way: Vec<(usize, Setup, Ticket)>,
    watch: Watch,
    ended_at: f64,
}

/// What is known of a cell.
enum Known {
    Outcome(Box<(Setup, Outcome)>, u64),
    Cannot(Problem),
}

impl Run {
    pub(super) fn new(sweep: Sweep, number: u32, now: f64) -> Self {
        let mut todo: Vec<_> = sweep.cells().collect();
        todo.sort_by_key(|(x, y)| std::cmp::Reverse((x | y).trailing_zeros().min(ROUGH)));
        todo.reverse();
        let known = todo.iter().map(|_| None).collect();
        let watch = Watch::begin(now, 0);
        Self { sweep, number, known, todo, under_way: Vec::new(), watch, ended_at: now }
    }

    /// Gives the worker_pool what it has hands for; `on` hears the number of this run, the cell and its report.
    pub(super) fn go_on(&mut self, worker_pool: &WorkerPool, on: &Callback<(u32, usize, Report)>) {
        while self.under_way.len() < AT_ONCE {
            let Some((x, y)) = self.todo.pop() else { return };
            let place = self.place(x, y);
            match self.sweep.cell(x, y) {
                Ok((setup, strategy)) => {
                    let job = OutcomeJob(HerdJob { setup, strategy, seed: self.sweep.seed });
                    let number = self.number;
                    let on = on.reform(move |report| (number, place, report));
                    self.under_way.push((place, setup, worker_pool.run(job.to_string(), on)));
                }
                Err(problem) => self.known[place] = Some(Known::Cannot(problem)),
            }
        }
    }

    /// Takes what is heard of a cell.
    pub(super) fn hear(&mut self, place: usize, report: Report, now: f64) {
        let Some(at) = self.under_way.iter().position(|(other, ..)| *other == place) else {
            return;
        };
        let cannot = |why: &str| Known::Cannot(Problem::new("the run", why));
        let known = match report {
            Report::Progress(_) => return,
            Report::Done(words) => match OutcomeJob::outcome(&words) {
                Some((outcome, fingerprint)) => {
                    Known::Outcome(Box::new((self.under_way[at].1, outcome)), fingerprint)
                }
                None => cannot("gave no outcome"),
            },
            Report::Failed(why) => cannot(&why),
        };
        drop(self.under_way.swap_remove(at));
        self.known[place] = Some(known);
        self.ended_at = now;
    }

    /// Leaves the rest undone.
    pub(super) fn cancel(&mut self) {
        self.todo.clear();
        self.under_way.clear();
    }

    pub(super) fn is_running(&self) -> bool {
        !self.under_way.is_empty()
    }

    /// How many cells are known, and how many there are.
    pub(super) fn done(&self) -> (usize, usize) {
        (self.known.iter().flatten().count(), self.known.len())
    }

    /// The measure of all cells that are known.
    pub(super) fn field(&self) -> Field {
        let mut field = Field::new(&self.sweep);
        for ((x, y), known) in self.sweep.cells().zip(&self.known) {
            let found = match known {
                Some(Known::Outcome(of, fingerprint)) => {
                    let (setup, outcome) = &**of;
                    let value = self.sweep.measure.of(outcome, setup);
                    Ok(Found { value, fingerprint: *fingerprint })
                }
                Some(Known::Cannot(problem)) => Err(problem.clone()),
                None => continue,
            };
            field.put(x, y, found);
        }
        field
    }

    /// What is run in a cell, under a name for it.
    pub(super) fn lane(&self, x: usize, y: usize) -> Option<(Setup, Strategy)> {
        let (setup, mut strategy) = self.sweep.cell(x, y).ok()?;
        let (first, second) = (self.sweep.x.text(x)?, self.sweep.y.text(y)?);
        let (x, y) = (self.sweep.x.facts().label, self.sweep.y.facts().label);
        strategy.rename(&format!("{x} {first}, {} {second}", y.to_lowercase()));
        Some((setup, strategy))
    }

    /// How far it is, in words.
    pub(super) fn progress(&self, now: f64) -> String {
        let (done, all) = self.done();
        let of = format!("{} of {}", whole(done), whole(all));
        if done == all {
            return format!("{} runs in {}.", whole(all), seconds(self.watch.since(self.ended_at)));
        }
        if !self.is_running() {
            return format!("Cancelled at {of}.");
        }
        match self.watch.left(now, (done, all)) {
            Some(left) => format!("{of}, {left}"),
            None => of,
        }
    }

    fn place(&self, x: usize, y: usize) -> usize {
        y * self.sweep.x.len() + x
    }
}

fn whole(number: usize) -> String {
    count(number as u64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use fusebox::time::Duration;

    fn sweep() -> Sweep {
        Sweep::read("x=outage:1s,2s,3s&y=kind:down,hang&clients=20&measure=failed").unwrap()
    }

    #[test]
    fn rough_cells_come_first_and_each_comes_once() {
        let wide = "x=outage:1s..60s:40&y=capacity:1..100:40&clients=20";
        let run = Run::new(Sweep::read(wide).unwrap(), 1, 0.0);
        let mut order = run.todo.clone();
        order.reverse();
        assert!(order[..25].iter().all(|(x, y)| x % 8 == 0 && y % 8 == 0), "{order:?}");
        order.sort_unstable();
        order.dedup();
        assert_eq!(order.len(), 1_600);
    }

    #[test]
    fn what_is_heard_is_measured_and_progress_is_told() {
        let mut run = Run::new(sweep(), 1, 0.0);
        assert_eq!(run.done(), (0, 6));
        let lane = fusebox_lab::herd::run(&run.sweep.setup, &run.sweep.strategy, 1).unwrap();
        for place in 0..3 {
            run.known[place] =
                Some(Known::Outcome(Box::new((lane.setup, lane.outcome)), lane.fingerprint));
        }
        assert_eq!(run.progress(9_000.0), "Cancelled at 3 of 6.");
        run.known[3] = Some(Known::Cannot(Problem::new("outage", "cannot be")));
        let field = run.field();
        assert_eq!(field.progress(), (4, 6));
        assert_eq!(field.get(2, 0).unwrap().as_ref().unwrap().fingerprint, lane.fingerprint);
        assert!(field.get(0, 1).unwrap().is_err());
    }

    #[test]
    fn a_cell_is_opened_under_its_settings() {
        let run = Run::new(sweep(), 1, 0.0);
        let (setup, strategy) = run.lane(2, 1).unwrap();
        assert_eq!(setup.outage, Duration::from_secs(3));
        assert_eq!(strategy.title(), "Outage 3s, what fails hang");
        assert_eq!(run.lane(3, 0), None);
    }
}

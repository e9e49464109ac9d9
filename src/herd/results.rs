//! The lanes as far as they are computed: what was run stays for as long as its settings do, and what
//! is missing is a job for the worker_pool.

use super::session::Chosen;
use crate::worker_pool::{Report, Ticket, WorkerPool};
use fusebox_lab::herd::Lane;
use fusebox_lab::job::HerdJob;
use std::rc::Rc;
use yew::Callback;

/// The lanes in their order.
#[derive(Default)]
pub(super) struct Results {
    slots: Vec<Slot>,
    /// The number of the newest job.
    number: u32,
}

/// A lane, and what is known of it.
struct Slot {
    job: HerdJob,
    number: u32,
    /// What was run; that of other settings as long as there is nothing better.
    lane: Option<Rc<Lane>>,
    /// Dropping it cancels the job.
    ticket: Option<Ticket>,
    progress: f64,
    problem: Option<String>,
}

impl Results {
    /// Has the worker_pool compute what is not known yet, and forgets what is no longer asked for.
    pub(super) fn follow(
        &mut self,
        chosen: &Chosen,
        worker_pool: &WorkerPool,
        on: &Callback<(u32, Report)>,
    ) {
        let Chosen { comparison, seed, .. } = chosen;
        let mut old: Vec<Option<Slot>> = self.slots.drain(..).map(Some).collect();
        let shown: Vec<_> = old.iter().flatten().map(|slot| slot.lane.clone()).collect();
        let jobs: Vec<HerdJob> = comparison
            .lanes
            .iter()
            .map(|lane| HerdJob { setup: comparison.setup, strategy: unnamed(lane), seed: *seed })
            .collect();
        for (n, job) in jobs.into_iter().enumerate() {
            let same = |slot: &&mut Option<Slot>| slot.as_ref().is_some_and(|it| it.job == job);
            if let Some(slot) = old.iter_mut().find(same).and_then(Option::take) {
                self.slots.push(slot);
                continue;
            }
            self.number += 1;
            let number = self.number;
            let on = on.reform(move |report| (number, report));
            let ticket = Some(worker_pool.run(job.to_string(), on));
            let lane = shown.get(n).cloned().flatten();
            self.slots.push(Slot { job, number, lane, ticket, progress: 0.0, problem: None });
        }
    }

    /// Takes what is heard of a job.
    pub(super) fn hear(&mut self, number: u32, report: Report) {
        let Some(slot) = self.slots.iter_mut().find(|slot| slot.number == number) else { return };
        match report {
            Report::Progress(share) => slot.progress = share,
            Report::Done(words) => {
                slot.ticket = None;
                match slot.job.lane(&words) {
                    Some(lane) => slot.lane = Some(Rc::new(lane)),
                    None => slot.problem = Some("the result is no lane".to_owned()),
                }
            }
            Report::Failed(problem) => (slot.ticket, slot.problem) = (None, Some(problem)),
        }
    }

    /// A lane, where there is one to show, and whether it is of other settings.
    pub(super) fn lane(&self, n: usize) -> (Option<Rc<Lane>>, bool) {
        self.slots.get(n).map_or((None, true), |slot| (slot.lane.clone(), slot.ticket.is_some()))
    }

    /// The lanes that are known.
    pub(super) fn lanes(&self) -> impl Iterator<Item = &Rc<Lane>> {
        self.slots.iter().filter_map(|slot| slot.lane.as_ref())
    }

    /// All lanes, where none is of other settings or missing.
    pub(super) fn all(&self) -> Option<Rc<[Rc<Lane>]>> {
        let lane = |slot: &Slot| slot.lane.clone().filter(|_| slot.ticket.is_none());
        self.slots.iter().map(lane).collect()
    }

    /// The share that is done; none where nothing is under way.
    pub(super) fn progress(&self) -> Option<f64> {
        let under_way = self.slots.iter().filter(|slot| slot.ticket.is_some());
        let (count, sum) =
            under_way.fold((0_u32, 0.0), |(n, sum), slot| (n + 1, sum + slot.progress));
        (count > 0).then(|| sum / f64::from(count))
    }

    /// Why a lane cannot be computed.
    pub(super) fn problem(&self) -> Option<&str> {
        self.slots.iter().find_map(|slot| slot.problem.as_deref())
    }
}

/// The strategy itself: another name is no other run.
fn unnamed(strategy: &fusebox_lab::herd::Strategy) -> fusebox_lab::herd::Strategy {
    fusebox_lab::herd::Strategy { name: None, ..strategy.clone() }
}

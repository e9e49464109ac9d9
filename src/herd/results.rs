//! The results of the lanes: a result is kept as long as its settings stay the same, and the worker
//! pool computes the missing ones.

use super::prepared::Prepared;
use super::session::Chosen;
use crate::worker_pool::{Batch, Heard, WorkerPool};
use fusebox_lab::herd::{LANES_MAX, Lane};
use fusebox_lab::job::{Job, JobResult, LaneJob};
use std::rc::Rc;
use yew::Callback;

/// The results of the lanes in their order.
pub(super) struct Results {
    prepared: Prepared,
    slots: Vec<Slot>,
    batch: Batch<LaneJob>,
}

/// A lane and its result.
#[derive(Clone)]
struct Slot {
    job: LaneJob,
    /// The result; that of the earlier settings until the new one is done.
    lane: Option<Rc<Lane>>,
    problem: Option<String>,
}

impl Default for Results {
    fn default() -> Self {
        let (prepared, batch) = (Prepared::default(), Batch::new(LANES_MAX, []));
        Self { prepared, slots: Vec::new(), batch }
    }
}

impl Results {
    /// Computes the lanes without a result, and cancels jobs that are no longer needed. If results are
    /// fetched instead, `on_fetched` receives what [`Results::fetched`] reads; then this is to be called
    /// again.
    pub(super) fn follow(
        &mut self,
        chosen: &Chosen,
        pool: &WorkerPool,
        on: &Callback<Heard>,
        on_fetched: &Callback<Option<String>>,
    ) {
        let jobs = chosen.jobs();
        if self.prepared.are_coming(&jobs, on_fetched) {
            return;
        }
        let old = std::mem::take(&mut self.slots);
        for (n, job) in jobs.into_iter().enumerate() {
            let slot = old.iter().find(|slot| slot.job == job).cloned().unwrap_or_else(|| {
                let prepared = self.prepared.lane(&job);
                if prepared.is_none() && !self.batch.contains(&job) {
                    self.batch.push(job.clone(), Job::Lane(job.clone()));
                }
                let before = || old.get(n).and_then(|slot| slot.lane.clone());
                Slot { job, lane: prepared.or_else(before), problem: None }
            });
            self.slots.push(slot);
        }
        self.batch.retain(|job| self.slots.iter().any(|slot| slot.job == *job));
        self.batch.fill(pool, on);
    }

    /// Takes the results that were fetched, if any were; false if that comes too late.
    pub(super) fn fetched(&mut self, text: Option<&str>) -> bool {
        self.prepared.hear(text)
    }

    /// Handles a report of a job.
    pub(super) fn hear(&mut self, heard: Heard, pool: &WorkerPool, on: &Callback<Heard>) {
        let Some((job, result)) = self.batch.hear(heard) else { return };
        let lane = result.map(|result| match result {
            JobResult::Lane(lane) => Some(Rc::new(*lane)),
            JobResult::Measures(_) | JobResult::Contention(_) | JobResult::Goal(_) => None,
        });
        for slot in self.slots.iter_mut().filter(|slot| slot.job == job) {
            match &lane {
                Ok(lane) => slot.lane.clone_from(lane),
                Err(problem) => slot.problem = Some(problem.clone()),
            }
        }
        self.batch.fill(pool, on);
    }

    /// The result of a lane, if there is one, and whether it is of earlier settings.
    pub(super) fn lane(&self, n: usize) -> (Option<Rc<Lane>>, bool) {
        let slot = self.slots.get(n);
        slot.map_or((None, true), |slot| (slot.lane.clone(), self.batch.contains(&slot.job)))
    }

    /// All results so far.
    pub(super) fn lanes(&self) -> impl Iterator<Item = &Rc<Lane>> {
        self.slots.iter().filter_map(|slot| slot.lane.as_ref())
    }

    /// All results; none if any is missing or of earlier settings.
    pub(super) fn all(&self) -> Option<Rc<[Rc<Lane>]>> {
        let lane = |slot: &Slot| slot.lane.clone().filter(|_| !self.batch.contains(&slot.job));
        self.slots.iter().map(lane).collect::<Option<_>>().filter(|all: &Rc<[_]>| !all.is_empty())
    }

    /// The share of the work that is done; none if no job is running.
    pub(super) fn progress(&self) -> Option<f64> {
        self.batch.is_running().then(|| self.batch.progress())
    }

    /// Why a lane cannot be computed.
    pub(super) fn problem(&self) -> Option<&str> {
        self.slots.iter().find_map(|slot| slot.problem.as_deref())
    }
}

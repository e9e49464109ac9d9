//! The unfinished jobs of a pool, first come, first served.

use super::Heard;
use yew::Callback;

/// The largest number of unfinished jobs.
const JOBS_MAX: usize = 4_000;

/// A job as a string, and the listener for its reports.
pub(super) struct PoolJob {
    pub(super) id: u32,
    pub(super) text: String,
    pub(super) on: Callback<Heard>,
    /// The worker that runs it; none while it waits.
    pub(super) worker: Option<usize>,
}

/// The unfinished jobs, in order.
#[derive(Default)]
pub(super) struct Jobs(Vec<PoolJob>);

impl Jobs {
    /// Adds a job at the end.
    ///
    /// # Errors
    /// Returns the job if the queue is full.
    pub(super) fn add(&mut self, job: PoolJob) -> Result<(), PoolJob> {
        if self.0.len() >= JOBS_MAX {
            return Err(job);
        }
        self.0.push(job);
        Ok(())
    }

    /// The next job for this worker; none if it has one, or no job waits.
    pub(super) fn next(&mut self, worker: usize) -> Option<&PoolJob> {
        if self.0.iter().any(|job| job.worker == Some(worker)) {
            return None;
        }
        let job = self.0.iter_mut().find(|job| job.worker.is_none())?;
        job.worker = Some(worker);
        Some(job)
    }

    /// The listener of the job with this id.
    pub(super) fn listener(&self, id: u32) -> Option<Callback<Heard>> {
        self.0.iter().find(|job| job.id == id).map(|job| job.on.clone())
    }

    /// Removes the job with this id.
    pub(super) fn remove(&mut self, id: u32) -> Option<PoolJob> {
        let place = self.0.iter().position(|job| job.id == id)?;
        Some(self.0.remove(place))
    }

    /// Takes all unfinished jobs away from the workers, so that they wait again.
    pub(super) fn take_back(&mut self) {
        self.0.iter_mut().for_each(|job| job.worker = None);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn job(id: u32) -> PoolJob {
        PoolJob { id, text: String::new(), on: Callback::noop(), worker: None }
    }

    #[test]
    fn jobs_come_in_their_order_and_those_taken_back_before_later_ones() {
        let mut jobs = Jobs::default();
        assert!((1..=5).all(|id| jobs.add(job(id)).is_ok()));
        let next = |jobs: &mut Jobs, worker| jobs.next(worker).map(|job| job.id);
        assert_eq!([0, 1, 0].map(|worker| next(&mut jobs, worker)), [Some(1), Some(2), None]);
        assert_eq!(jobs.remove(4).map(|job| job.id), Some(4));
        assert!(jobs.remove(4).is_none() && jobs.listener(4).is_none());
        jobs.take_back();
        let rest: Vec<_> = (0..5).filter_map(|worker| next(&mut jobs, worker)).collect();
        assert_eq!(rest, [1, 2, 3, 5]);
    }

    #[test]
    fn the_number_of_jobs_is_bounded() {
        let mut jobs = Jobs::default();
        let taken = (0..5_000).filter(|&id| jobs.add(job(id)).is_ok()).count();
        assert_eq!(taken, JOBS_MAX);
        assert_eq!(jobs.add(job(9_999)).err().map(|job| job.id), Some(9_999));
    }
}

//! The jobs that wait for a free worker, first come, first served.

use super::Heard;
use std::collections::VecDeque;
use yew::Callback;

/// The most jobs that can wait.
const WAITING_MAX: usize = 4_000;

/// A job as a string, and the listener for its reports.
pub(super) struct QueuedJob {
    pub(super) id: u32,
    pub(super) text: String,
    pub(super) on: Callback<Heard>,
}

/// The waiting jobs in order.
#[derive(Default)]
pub(super) struct Queue(VecDeque<QueuedJob>);

impl Queue {
    /// Puts a job at the end.
    ///
    /// # Errors
    /// Returns the job if the queue is full.
    pub(super) fn add(&mut self, job: QueuedJob) -> Result<(), QueuedJob> {
        if self.0.len() >= WAITING_MAX {
            return Err(job);
        }
        self.0.push_back(job);
        Ok(())
    }

    pub(super) fn next(&mut self) -> Option<QueuedJob> {
        self.0.pop_front()
    }

    /// Puts a job that had been given out back to its place.
    pub(super) fn take_back(&mut self, job: QueuedJob) {
        let place = self.0.partition_point(|other| other.id < job.id);
        self.0.insert(place, job);
    }

    /// Removes the job with this id.
    pub(super) fn remove(&mut self, id: u32) -> Option<QueuedJob> {
        let place = self.0.iter().position(|job| job.id == id)?;
        self.0.remove(place)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn job(id: u32) -> QueuedJob {
        QueuedJob { id, text: String::new(), on: Callback::noop() }
    }

    fn rest(mut queue: Queue) -> Vec<u32> {
        std::iter::from_fn(|| queue.next().map(|job| job.id)).collect()
    }

    #[test]
    fn jobs_come_in_their_order_and_those_taken_back_before_later_ones() {
        let mut queue = Queue::default();
        assert!((1..=5).all(|id| queue.add(job(id)).is_ok()));
        let (first, second) = (queue.next().unwrap(), queue.next().unwrap());
        assert_eq!(queue.remove(4).map(|job| job.id), Some(4));
        assert!(queue.remove(4).is_none());
        queue.take_back(second);
        queue.take_back(first);
        assert_eq!(rest(queue), [1, 2, 3, 5]);
    }

    #[test]
    fn only_so_many_wait() {
        let mut queue = Queue::default();
        let taken = (0..5_000).filter(|&id| queue.add(job(id)).is_ok()).count();
        assert_eq!(taken, WAITING_MAX);
        assert_eq!(queue.add(job(9_999)).err().map(|job| job.id), Some(9_999));
    }
}

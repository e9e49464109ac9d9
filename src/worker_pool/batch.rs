//! A list of jobs with keys; only a few are in the worker pool at a time.

use super::{Heard, JobHandle, Report, WorkerPool};
use crate::convert::float;
use fusebox::time::Duration;
use fusebox_lab::job::{Job, JobResult};
use fusebox_lab::words::length;
use yew::Callback;

/// A batch of jobs for the worker pool.
pub(crate) struct Batch<K> {
    /// The largest number of jobs in the pool at a time, so that other work of the page gets its turn.
    limit: usize,
    /// The unfinished jobs, in order.
    entries: Vec<Entry<K>>,
    done: usize,
    /// When the batch was started or resumed, and how many jobs were done by then.
    started: (f64, usize),
}

struct Entry<K> {
    key: K,
    job: Job,
    /// The job in the pool, with its progress; dropping the handle cancels it.
    running: Option<(JobHandle, f64)>,
}

impl<K> Batch<K> {
    pub(crate) fn new(limit: usize, jobs: impl IntoIterator<Item = (K, Job)>) -> Self {
        let entries = jobs.into_iter().map(|(key, job)| Entry { key, job, running: None });
        Self { limit, entries: entries.collect(), done: 0, started: (0.0, 0) }
    }

    /// Adds a job at the end; if all others are done, the progress restarts.
    pub(crate) fn push(&mut self, key: K, job: Job) {
        if self.entries.is_empty() {
            self.done = 0;
        }
        self.entries.push(Entry { key, job, running: None });
    }

    /// Measures the remaining time from this moment, in milliseconds.
    pub(crate) fn start_clock(&mut self, now: f64) {
        self.started = (now, self.done);
    }

    /// Gives the pool as many jobs as it may have; `on` hears their reports.
    pub(crate) fn fill(&mut self, pool: &WorkerPool, on: &Callback<Heard>) {
        self.fill_with(|job| pool.run(job, on.clone()));
    }

    pub(crate) fn fill_with(&mut self, mut run: impl FnMut(&Job) -> JobHandle) {
        let running = self.entries.iter().filter(|it| it.running.is_some()).count();
        let waiting = self.entries.iter_mut().filter(|it| it.running.is_none());
        for entry in waiting.take(self.limit.saturating_sub(running)) {
            entry.running = Some((run(&entry.job), 0.0));
        }
    }

    /// Handles a report, and returns the job that it ends. Ignores a report of a job that is no longer
    /// running.
    pub(crate) fn hear(&mut self, (id, report): Heard) -> Option<(K, Result<JobResult, String>)> {
        let is_it =
            |it: &Entry<K>| it.running.as_ref().is_some_and(|(handle, _)| handle.id() == id);
        let at = self.entries.iter().position(is_it)?;
        let result = match report {
            Report::Progress(share) => {
                self.entries[at].running.as_mut()?.1 = share;
                return None;
            }
            Report::Done(words) => {
                let result = self.entries[at].job.result(&words);
                result.ok_or_else(|| "the worker returned another kind of result".to_owned())
            }
            Report::Failed(problem) => Err(problem),
        };
        self.done += 1;
        Some((self.entries.remove(at).key, result))
    }

    /// Cancels the running jobs; they start again when the batch is filled.
    pub(crate) fn pause(&mut self) {
        self.entries.iter_mut().for_each(|it| it.running = None);
    }

    /// Cancels all jobs but those with these keys.
    pub(crate) fn retain(&mut self, is_kept: impl Fn(&K) -> bool) {
        self.entries.retain(|it| is_kept(&it.key));
    }

    pub(crate) fn cancel(&mut self) {
        self.entries.clear();
    }

    pub(crate) fn is_running(&self) -> bool {
        self.entries.iter().any(|it| it.running.is_some())
    }

    /// Whether a job with this key is waiting or running.
    pub(crate) fn contains(&self, key: &K) -> bool
    where
        K: PartialEq,
    {
        self.entries.iter().any(|it| it.key == *key)
    }

    /// The share of the work that is done, from 0 to 1.
    pub(crate) fn progress(&self) -> f64 {
        let running = self.entries.iter().filter_map(|it| it.running.as_ref());
        let running: f64 = running.map(|(_, share)| share).sum();
        (float(self.done) + running) / float((self.entries.len() + self.done).max(1))
    }

    /// The time since the batch was started, in words.
    pub(crate) fn elapsed(&self, now: f64) -> String {
        seconds(now - self.started.0)
    }

    /// An estimate of the remaining time: `about 3 s left`; none before a job is done.
    pub(crate) fn left(&self, now: f64) -> Option<String> {
        let (started, before) = self.started;
        let new = self.done.checked_sub(before).filter(|new| *new > 0)?;
        let left = (now - started).max(0.0) / float(new) * float(self.entries.len());
        Some(format!("about {} left", seconds(left)))
    }
}

/// Whole seconds, as an estimate is not more precise than that; at least one.
fn seconds(milliseconds: f64) -> String {
    length(Duration::from_secs_f64((milliseconds / 1_000.0).round().max(1.0)))
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use fusebox_sim::occ::OccBackoff;

    /// Starts all jobs that may run, and returns their ids.
    pub(crate) fn fill<K>(batch: &mut Batch<K>, last_id: &mut u32) -> Vec<(u32, Job)> {
        let mut given = Vec::new();
        batch.fill_with(|job| {
            *last_id += 1;
            given.push((*last_id, job.clone()));
            JobHandle::for_tests(*last_id)
        });
        given
    }

    /// The report of a job that is done.
    pub(crate) fn done((id, job): (u32, Job)) -> Heard {
        let mut work = job.begin().unwrap();
        while !work.advance(u32::MAX) {}
        (id, Report::Done(work.result()))
    }

    fn batch(count: u64) -> Batch<u64> {
        let job = |seed| Job::Contention { writers: 2, backoff: OccBackoff::Full, trials: 1, seed };
        Batch::new(3, (0..count).map(|seed| (seed, job(seed))))
    }

    #[test]
    fn few_jobs_run_at_a_time_and_paused_ones_come_again_in_their_order() {
        let (mut batch, mut id) = (batch(5), 0);
        assert_eq!(fill(&mut batch, &mut id).len(), 3);
        batch.pause();
        assert!(!batch.is_running());
        let given = fill(&mut batch, &mut id);
        let running = batch.entries.iter().filter(|it| it.running.is_some());
        let seeds: Vec<_> = running.map(|it| it.key).collect();
        assert_eq!(seeds, [0, 1, 2]);
        assert!(batch.hear((1, Report::Failed(String::new()))).is_none(), "a cancelled job");
        assert!(batch.hear((5, Report::Progress(0.5))).is_none());
        assert!((batch.progress() - 0.1).abs() < 1e-9);
        let (key, result) = batch.hear(done(given[1].clone())).unwrap();
        assert!(key == 1 && result.is_ok());
        let (_, result) = batch.hear((given[0].0, Report::Done(vec![1, 2, 3]))).unwrap();
        assert!(result.is_err());
        batch.retain(|key| *key == 4);
        assert!(batch.contains(&4) && !batch.contains(&2));
        batch.cancel();
        assert!(fill(&mut batch, &mut id).is_empty());
    }

    #[test]
    fn the_remaining_time_is_estimated_from_the_jobs_done_since_the_start() {
        let (mut batch, mut id) = (batch(4), 0);
        batch.start_clock(1_000.0);
        assert_eq!(batch.left(5_000.0), None);
        for job in fill(&mut batch, &mut id).into_iter().take(1) {
            batch.hear(done(job));
        }
        assert_eq!(batch.left(2_000.0).unwrap(), "about 3 s left");
        assert_eq!(batch.left(500.0).unwrap(), "about 1 s left");
        batch.start_clock(90_000.0);
        assert_eq!(batch.left(90_001.0), None);
    }

    #[test]
    fn times_are_whole_seconds() {
        assert_eq!([10.0, 1_500.0, 75_000.0].map(seconds), ["1 s", "2 s", "1 min 15 s"]);
    }
}

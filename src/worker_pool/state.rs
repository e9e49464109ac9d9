//! The state of a worker pool: the jobs, and the workers or the inline executor in their place.

use super::jobs::{Jobs, PoolJob};
use super::task::{Running, Task};
use super::worker::{Answer, Worker};
use super::{Heard, Place, Report};
use gloo_timers::callback::Timeout;
use std::cell::RefCell;
use std::rc::Weak;
use yew::Callback;

/// The largest number of workers, however many processors there are.
const WORKERS_MAX: usize = 4;

/// Milliseconds after which the page runs the jobs itself until a worker is ready. A worker may first
/// have to fetch its part of the page over a slow network.
const READY_WITHIN: u32 = 5_000;

/// Milliseconds that the inline executor runs without a break, which leaves most of a frame to the
/// page.
const SLICE: f64 = 6.0;

/// A report and its listener. The listener may use the pool again, so it is called once the pool is not
/// borrowed.
type Delivery = Option<(Callback<Heard>, Heard)>;

pub(super) struct State {
    own: Weak<RefCell<Self>>,
    last_id: u32,
    jobs: Jobs,
    executor: Executor,
}

/// The executor of the jobs.
enum Executor {
    /// None before the first job.
    None,
    /// Workers, of which those that are ready have jobs.
    Workers(Vec<Worker>),
    /// The page itself, in slices, as worker number 0, and the workers that may still become ready.
    Inline(Option<Running>, Vec<Worker>),
}

impl State {
    pub(super) fn new(own: Weak<RefCell<Self>>) -> Self {
        Self { own, last_id: 0, jobs: Jobs::default(), executor: Executor::None }
    }

    /// Queues a job and returns its id.
    pub(super) fn run(&mut self, text: String, on: Callback<Heard>) -> u32 {
        self.last_id = self.last_id.wrapping_add(1);
        let id = self.last_id;
        match self.jobs.add(PoolJob { id, text, on, worker: None }) {
            Ok(()) => self.dispatch(),
            Err(job) => {
                let failed = Report::Failed("too many jobs are waiting".to_owned());
                Timeout::new(0, move || job.on.emit((id, failed))).forget();
            }
        }
        id
    }

    /// Cancels a job, whether it is waiting or running. The caller drops the returned values once the
    /// pool is not borrowed.
    pub(super) fn cancel(&mut self, id: u32) -> Option<PoolJob> {
        let job = self.jobs.remove(id)?;
        match (&mut self.executor, job.worker) {
            (Executor::Workers(workers), Some(n)) => workers[n].send(id, None),
            (Executor::Inline(running, _), Some(_)) => *running = None,
            _ => {}
        }
        self.dispatch();
        Some(job)
    }

    pub(super) const fn place(&self) -> Option<Place> {
        match &self.executor {
            Executor::None => None,
            Executor::Workers(workers) => Some(Place::Workers(workers.len())),
            Executor::Inline(..) => Some(Place::Page),
        }
    }

    /// Gives waiting jobs to free workers, or to the inline executor.
    fn dispatch(&mut self) {
        if matches!(self.executor, Executor::None) {
            self.executor = self.start();
        }
        match &mut self.executor {
            Executor::None => {}
            Executor::Workers(workers) => {
                for (n, worker) in workers.iter().enumerate().filter(|(_, worker)| worker.ready) {
                    if let Some(job) = self.jobs.next(n) {
                        worker.send(job.id, Some(&job.text));
                    }
                }
            }
            Executor::Inline(running, _) => {
                if let Some(PoolJob { id, text, .. }) = self.jobs.next(0) {
                    let (own, id) = (self.own.clone(), *id);
                    let on = move |report| deliver(&own, |state| state.report((id, report)));
                    *running = Some(Task::new(text).run(SLICE, on));
                }
            }
        }
    }

    /// Starts the workers; if one cannot be started, the inline executor runs all jobs.
    fn start(&self) -> Executor {
        let worker = |n: usize| {
            let own = self.own.clone();
            Worker::start(move |answer| deliver(&own, |state| state.hear(n, answer)))
        };
        let workers: Result<Vec<_>, _> = (0..worker_count()).map(worker).collect();
        let Ok(workers) = workers else { return Executor::Inline(None, Vec::new()) };
        let own = self.own.clone();
        Timeout::new(READY_WITHIN, move || deliver(&own, Self::stand_in)).forget();
        Executor::Workers(workers)
    }

    /// Handles a message of a worker.
    fn hear(&mut self, n: usize, answer: Answer) -> Delivery {
        match (answer, &mut self.executor) {
            (Answer::Report(heard), Executor::Workers(_)) => return self.report(heard),
            (Answer::Ready, Executor::Workers(workers)) => {
                workers[n].ready = true;
                self.dispatch();
            }
            (Answer::Ready, Executor::Inline(_, late)) if !late.is_empty() => {
                late[n].ready = true;
                let workers = std::mem::take(late);
                self.switch(Executor::Workers(workers));
            }
            (Answer::Failed, _) => self.switch(Executor::Inline(None, Vec::new())),
            _ => {}
        }
        None
    }

    /// Handles a report of a job. A worker may report a job after it was cancelled.
    fn report(&mut self, heard: Heard) -> Delivery {
        let on = self.jobs.listener(heard.0)?;
        if heard.1.is_last() {
            self.jobs.remove(heard.0);
            self.dispatch();
        }
        Some((on, heard))
    }

    /// Runs the jobs inline, if no worker is ready yet.
    fn stand_in(&mut self) -> Delivery {
        if let Executor::Workers(workers) = &mut self.executor
            && !workers.iter().any(|worker| worker.ready)
        {
            let late = std::mem::take(workers);
            self.switch(Executor::Inline(None, late));
        }
        None
    }

    /// Begins all unfinished jobs again with another executor.
    fn switch(&mut self, executor: Executor) {
        self.jobs.take_back();
        self.executor = executor;
        self.dispatch();
    }
}

/// The number of workers that leaves one processor to the page.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped")]
fn worker_count() -> usize {
    let processors =
        web_sys::window().map_or(1.0, |window| window.navigator().hardware_concurrency());
    (processors.clamp(2.0, 1_024.0) as usize - 1).min(WORKERS_MAX)
}

/// Updates the pool, and delivers the reports once the pool is not borrowed.
fn deliver(own: &Weak<RefCell<State>>, update: impl FnOnce(&mut State) -> Delivery) {
    let Some(state) = own.upgrade() else { return };
    let delivery = update(&mut state.borrow_mut());
    if let Some((on, heard)) = delivery {
        on.emit(heard);
    }
}

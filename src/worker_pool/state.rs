//! The state of a worker pool: the queue, and the workers or the inline executor in their place.

use super::clock::Clock;
use super::messages::Answer;
use super::queue::{Queue, QueuedJob};
use super::task::Task;
use super::worker::Worker;
use super::{Heard, Place, Report};
use gloo_timers::callback::Timeout;
use std::cell::RefCell;
use std::rc::Weak;
use yew::Callback;

/// The most workers, however many processors there are.
const WORKERS_MAX: usize = 4;

/// Milliseconds within which every worker must be ready. It may have to fetch its part of the page
/// first, over a slow network.
const READY_WITHIN: u32 = 5_000;

/// Milliseconds that the inline executor works at a stretch, which leaves most of a frame to the page.
const SLICE: f64 = 6.0;

/// A report and its listener, who may use the pool again and so is called once the pool is not borrowed.
type Delivery = Option<(Callback<Heard>, Heard)>;

pub(super) struct State {
    own: Weak<RefCell<Self>>,
    last_id: u32,
    queue: Queue,
    executor: Executor,
}

/// What runs the jobs.
enum Executor {
    /// Nothing before the first job.
    None,
    /// Workers, and until all are ready, the timeout for that.
    Workers(Vec<Worker>, Option<Timeout>),
    /// The page itself, in slices.
    Inline(Box<Inline>),
}

#[derive(Default)]
struct Inline {
    clock: Clock,
    current: Option<(QueuedJob, Task)>,
    /// Dropping it cancels it.
    next: Option<Timeout>,
}

impl State {
    pub(super) fn new(own: Weak<RefCell<Self>>) -> Self {
        Self { own, last_id: 0, queue: Queue::default(), executor: Executor::None }
    }

    /// Queues a job and returns its id.
    pub(super) fn run(&mut self, text: String, on: Callback<Heard>) -> u32 {
        self.last_id = self.last_id.wrapping_add(1);
        let id = self.last_id;
        match self.queue.add(QueuedJob { id, text, on }) {
            Ok(()) => self.dispatch(),
            Err(job) => {
                let failed = Report::Failed("too many jobs are waiting".to_owned());
                Timeout::new(0, move || job.on.emit((id, failed))).forget();
            }
        }
        id
    }

    /// Cancels a job, whether it is waiting or running. The caller drops what is returned once the pool
    /// is not borrowed.
    pub(super) fn cancel(&mut self, id: u32) -> Option<QueuedJob> {
        let queued = self.queue.remove(id);
        let job = queued.or_else(|| match &mut self.executor {
            Executor::None => None,
            Executor::Workers(workers, _) => {
                let has_it = |it: &&mut Worker| it.job.as_ref().is_some_and(|job| job.id == id);
                workers.iter_mut().find(has_it)?.cancel()
            }
            Executor::Inline(inline) => {
                inline.current.take_if(|(job, _)| job.id == id).map(|(job, _)| job)
            }
        });
        self.dispatch();
        job
    }

    pub(super) const fn place(&self) -> Option<Place> {
        match &self.executor {
            Executor::None => None,
            Executor::Workers(workers, _) => Some(Place::Workers(workers.len())),
            Executor::Inline(_) => Some(Place::Page),
        }
    }

    /// Gives waiting jobs to what is free.
    fn dispatch(&mut self) {
        if matches!(self.executor, Executor::None) {
            self.executor = self.start();
        }
        match &mut self.executor {
            Executor::None => {}
            Executor::Workers(workers, _) => {
                for worker in workers.iter_mut().filter(|worker| worker.is_free()) {
                    let Some(job) = self.queue.next() else { break };
                    worker.give(job);
                }
            }
            Executor::Inline(inline) => {
                if inline.current.is_none() {
                    inline.current = self.queue.next().map(|job| {
                        let task = Task::new(job.id, &job.text, inline.clock.now());
                        (job, task)
                    });
                }
                let own = self.own.clone();
                let slice = move || deliver(&own, Self::slice);
                inline.next = inline.current.is_some().then(|| Timeout::new(0, slice));
            }
        }
    }

    /// Starts the workers; if one cannot be started, the inline executor runs all jobs.
    fn start(&self) -> Executor {
        let worker = |n: usize| {
            let own = self.own.clone();
            Worker::start(move |answer| deliver(&own, |state| state.hear(n, answer.clone())))
        };
        let workers: Result<Vec<_>, _> = (0..worker_count()).map(worker).collect();
        let own = self.own.clone();
        let too_late = move || deliver(&own, Self::fall_back);
        workers.map_or_else(
            |_| Executor::Inline(Box::default()),
            |workers| Executor::Workers(workers, Some(Timeout::new(READY_WITHIN, too_late))),
        )
    }

    /// Takes an answer of a worker; none if the worker has failed.
    fn hear(&mut self, n: usize, answer: Option<Answer>) -> Delivery {
        let Executor::Workers(workers, late) = &mut self.executor else { return None };
        let delivery = match answer {
            None => return self.fall_back(),
            Some(Answer::Ready) => {
                workers.get_mut(n)?.ready = true;
                if workers.iter().all(|worker| worker.ready) {
                    *late = None;
                }
                None
            }
            Some(Answer::Of(id, report)) => {
                let worker = workers.get_mut(n)?;
                // A worker may report a job after it was cancelled.
                let on = worker.job.as_ref().filter(|job| job.id == id)?.on.clone();
                if report.is_last() {
                    worker.job = None;
                }
                Some((on, (id, report)))
            }
        };
        self.dispatch();
        delivery
    }

    /// Leaves all unfinished jobs to the inline executor, for good.
    fn fall_back(&mut self) -> Delivery {
        if let Executor::Workers(workers, _) = &mut self.executor {
            let jobs = workers.iter_mut().filter_map(|worker| worker.job.take());
            jobs.for_each(|job| self.queue.take_back(job));
            self.executor = Executor::Inline(Box::default());
            self.dispatch();
        }
        None
    }

    /// Runs a slice of the inline executor.
    fn slice(&mut self) -> Delivery {
        let Executor::Inline(inline) = &mut self.executor else { return None };
        let (job, task) = inline.current.as_mut()?;
        let report = task.slice(SLICE, || inline.clock.now());
        let (id, on) = (job.id, job.on.clone());
        if report.as_ref().is_some_and(Report::is_last) {
            inline.current = None;
        }
        self.dispatch();
        report.map(|report| (on, (id, report)))
    }
}

/// As many workers as leave a processor to the page.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped")]
fn worker_count() -> usize {
    let processors =
        web_sys::window().map_or(1.0, |window| window.navigator().hardware_concurrency());
    (processors.clamp(2.0, 1_024.0) as usize - 1).min(WORKERS_MAX)
}

/// Updates the pool, and delivers what comes of it once the pool is not borrowed.
fn deliver(own: &Weak<RefCell<State>>, update: impl FnOnce(&mut State) -> Delivery) {
    let Some(state) = own.upgrade() else { return };
    let delivery = update(&mut state.borrow_mut());
    if let Some((on, heard)) = delivery {
        on.emit(heard);
    }
}

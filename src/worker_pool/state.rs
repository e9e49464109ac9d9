//! What a worker_pool has: the jobs that wait, and the workers, or the page's own slices in their place.

use super::clock::Clock;
use super::hand::Hand;
use super::queue::{Job, Queue};
use super::task::Task;
use super::wire::Answer;
use super::{Place, Report};
use gloo_timers::callback::Timeout;
use std::cell::RefCell;
use std::rc::Weak;
use yew::Callback;

/// The most workers, however many processors there are.
const WORKERS_MAX: usize = 4;

/// Milliseconds in which a worker has to say that it can take jobs. It may have to fetch its part of
/// the page before, over a slow network.
const HELLO_WITHIN: u32 = 5_000;

/// Milliseconds that the page works at a stretch, which leaves most of a frame to the rest of it.
const SLICE: f64 = 6.0;

/// A report, and who is to hear it once nobody holds the worker_pool.
pub(super) type Told = Option<(Callback<Report>, Report)>;

#[derive(Default)]
pub(super) struct State {
    last_id: u32,
    queue: Queue,
    hands: Hands,
}

/// Who does it.
#[derive(Default)]
enum Hands {
    /// Nobody yet.
    #[default]
    None,
    /// Workers, and until all of them are ready, the moment at which one is too late.
    Workers(Vec<Hand>, Option<Timeout>),
    /// The page.
    Page(Bench),
}

/// The page's own place of work.
#[derive(Default)]
struct Bench {
    clock: Clock,
    current: Option<(Job, Task)>,
    /// Dropping it cancels it.
    next: Option<Timeout>,
}

impl State {
    /// Takes a job, and gives its number.
    pub(super) fn take(
        &mut self,
        text: String,
        on: Callback<Report>,
        own: &Weak<RefCell<Self>>,
    ) -> u32 {
        self.last_id = self.last_id.wrapping_add(1);
        let id = self.last_id;
        match self.queue.add(Job { id, text, on }) {
            Ok(()) => self.go_on(own),
            Err(Job { on, .. }) => {
                let why = "too many jobs wait already".to_owned();
                Timeout::new(0, move || on.emit(Report::Failed(why))).forget();
            }
        }
        id
    }

    /// Drops a job, whether it waits or is under way; the caller drops what is left of it.
    pub(super) fn cancel(&mut self, id: u32, own: &Weak<RefCell<Self>>) -> Option<Job> {
        let mut job = self.queue.remove(id);
        match &mut self.hands {
            Hands::None => {}
            Hands::Workers(hands, _) => {
                let at_it = |hand: &&mut Hand| hand.job.as_ref().is_some_and(|job| job.id == id);
                job = job.or_else(|| hands.iter_mut().find(at_it)?.cancel());
            }
            Hands::Page(bench) => {
                if bench.current.as_ref().is_some_and(|(job, _)| job.id == id) {
                    job = bench.current.take().map(|(job, _)| job);
                }
            }
        }
        self.go_on(own);
        job
    }

    pub(super) const fn place(&self) -> Option<Place> {
        match &self.hands {
            Hands::None => None,
            Hands::Workers(hands, _) => Some(Place::Workers(hands.len())),
            Hands::Page(_) => Some(Place::Page),
        }
    }

    /// Has those who are free take what waits.
    fn go_on(&mut self, own: &Weak<RefCell<Self>>) {
        if matches!(self.hands, Hands::None) {
            self.hands = start(own);
        }
        match &mut self.hands {
            Hands::None => {}
            Hands::Workers(hands, _) => {
                for hand in hands.iter_mut().filter(|hand| hand.is_free()) {
                    let Some(job) = self.queue.next() else { break };
                    hand.give(job);
                }
            }
            Hands::Page(bench) => {
                if bench.current.is_none() {
                    bench.current = self.queue.next().map(|job| {
                        let task = Task::new(job.id, &job.text, bench.clock.now());
                        (job, task)
                    });
                }
                let own = own.clone();
                bench.next = bench.current.is_some().then(|| Timeout::new(0, move || slice(&own)));
            }
        }
    }

    /// Hears what a worker says.
    pub(super) fn hear(
        &mut self,
        number: usize,
        answer: Answer,
        own: &Weak<RefCell<Self>>,
    ) -> Told {
        let Hands::Workers(hands, late) = &mut self.hands else { return None };
        let told = match answer {
            Answer::Hello => {
                hands.get_mut(number)?.ready = true;
                if hands.iter().all(|hand| hand.ready) {
                    *late = None;
                }
                None
            }
            Answer::Of(id, report) => {
                let hand = hands.get_mut(number)?;
                // What is heard of a job after it was cancelled is of no use.
                let on = hand.job.as_ref().filter(|job| job.id == id)?.on.clone();
                if report.is_last() {
                    hand.job = None;
                }
                Some((on, report))
            }
        };
        self.go_on(own);
        told
    }

    /// Has the page do all that is not done, for good.
    pub(super) fn fall_back(&mut self, own: &Weak<RefCell<Self>>) {
        if let Hands::Workers(hands, _) = &mut self.hands {
            let jobs = hands.iter_mut().filter_map(|hand| hand.job.take());
            jobs.for_each(|job| self.queue.take_back(job));
            self.hands = Hands::Page(Bench::default());
            self.go_on(own);
        }
    }

    /// Goes on with what the page itself does.
    fn slice(&mut self, own: &Weak<RefCell<Self>>) -> Told {
        let Hands::Page(bench) = &mut self.hands else { return None };
        let (job, task) = bench.current.as_mut()?;
        let report = task.slice(SLICE, || bench.clock.now());
        let on = job.on.clone();
        if report.as_ref().is_some_and(Report::is_last) {
            bench.current = None;
        }
        self.go_on(own);
        report.map(|report| (on, report))
    }
}

/// Starts the workers; where one cannot be started, the page does it all.
fn start(own: &Weak<RefCell<State>>) -> Hands {
    let hands: Result<Vec<_>, _> = (0..workers()).map(|n| Hand::start(n, own)).collect();
    let own = own.clone();
    hands.map_or_else(
        |_| Hands::Page(Bench::default()),
        |hands| Hands::Workers(hands, Some(Timeout::new(HELLO_WITHIN, move || too_late(&own)))),
    )
}

/// As many as leave a processor to the page.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped")]
fn workers() -> usize {
    let processors =
        web_sys::window().map_or(1.0, |window| window.navigator().hardware_concurrency());
    (processors.clamp(2.0, 1_024.0) as usize - 1).min(WORKERS_MAX)
}

fn too_late(own: &Weak<RefCell<State>>) {
    if let Some(state) = own.upgrade() {
        state.borrow_mut().fall_back(own);
    }
}

fn slice(own: &Weak<RefCell<State>>) {
    let Some(state) = own.upgrade() else { return };
    let told = state.borrow_mut().slice(own);
    // Whoever listens may have the worker_pool do more, which must not be busy by then.
    if let Some((on, report)) = told {
        on.emit(report);
    }
}

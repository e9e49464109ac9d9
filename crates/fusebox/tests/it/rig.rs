//! A pipeline, a dependency that does as it is told, and a diary of what became of each call.
//!
//! The rig keeps the contract of a driver, and watches that the pipeline keeps its own: a call ends
//! once, its attempts count from 1, a queue is first come first served and not longer than allowed.

use fusebox::rng::Rng;
use fusebox::time::{Duration, Instant};
use fusebox::{
    Call, Context, Decision, End, Failure, Input, LayerConfig, Outcome, Pipeline, Record, Repeat,
    Request, Retry, State, Step,
};
use std::collections::{BTreeMap, VecDeque};

/// What the dependency does with an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reply {
    /// It accepts the connection, and answers after this many milliseconds.
    After(u64, Outcome),
    /// It refuses the connection after this many milliseconds.
    Refused(u64),
    /// It takes the connection and never answers.
    Silence,
    /// It does not even take the connection.
    Unreachable,
}

/// A good answer after 5 ms.
pub(crate) const SUCCESS: Reply = Reply::After(5, Outcome::Success);

/// An answer with this status after 5 ms.
pub(crate) const fn status(code: u16) -> Reply {
    Reply::After(5, Outcome::Failure(Failure::status(code)))
}

/// A 503 after 5 ms with a `Retry-After` of this many milliseconds.
pub(crate) const fn busy(retry_after: u64) -> Reply {
    let retry_after = Some(Duration::from_millis(retry_after));
    Reply::After(5, Outcome::Failure(Failure::answer(503, retry_after)))
}

/// A call in the rig, and what is known of it.
#[derive(Debug)]
pub(crate) struct Flight {
    call: Call,
    /// The answers on their way to the attempts in flight, each with the number of its attempt.
    answers: Vec<(Instant, u32, Outcome)>,
    hangs_up_at: Instant,
    queued_at: Option<Instant>,
    pub(crate) trying: bool,
    pub(crate) started_at: Instant,
    pub(crate) last_outcome: Option<Outcome>,
    pub(crate) end: Option<(Instant, End)>,
}

impl Flight {
    pub(crate) const fn attempts(&self) -> u32 {
        self.call.attempts()
    }

    /// What an attempt that is made now passes on.
    pub(crate) fn time_left(&self, now: Instant) -> Option<Duration> {
        self.call.time_left(now)
    }

    pub(crate) const fn deadline(&self) -> Instant {
        self.call.deadline()
    }
}

/// What happens next to a call; of two at the same time, the one that stands first here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Next {
    Answer,
    Timer,
    HangUp,
}

pub(crate) struct Rig {
    pub(crate) pipeline: Pipeline,
    pub(crate) now: Instant,
    pub(crate) flights: BTreeMap<u64, Flight>,
    pub(crate) records: Vec<Record>,
    /// When the cached answer that new calls know of was made.
    pub(crate) cached_at: Option<Instant>,
    /// The caller's own deadline of new calls.
    pub(crate) deadline: Instant,
    /// How long the callers of new calls wait.
    pub(crate) patience: Duration,
    max_wait: Duration,
    rng: Rng,
    replies: VecDeque<Reply>,
    /// The calls in the queue of the bulkhead.
    line: VecDeque<u64>,
    diary: Vec<(Instant, u64, String)>,
}

impl Rig {
    /// A pipeline of these layers, innermost first, at time zero.
    pub(crate) fn new(layers: &[LayerConfig]) -> Self {
        let max_wait = layers.iter().find_map(|layer| match layer {
            LayerConfig::Bulkhead(bulkhead) => Some(bulkhead.max_wait),
            _ => None,
        });
        Self {
            pipeline: Pipeline::new(layers, 1).unwrap(),
            now: Instant::ZERO,
            flights: BTreeMap::new(),
            records: Vec::new(),
            cached_at: None,
            deadline: Instant::MAX,
            patience: Duration::from_secs(3_600),
            max_wait: max_wait.unwrap_or(Duration::MAX),
            rng: Rng::from_seed(1),
            replies: VecDeque::new(),
            line: VecDeque::new(),
            diary: Vec::new(),
        }
    }

    /// What the dependency does with the next attempts; after them it answers well.
    pub(crate) fn replies(&mut self, replies: impl IntoIterator<Item = Reply>) {
        self.replies.extend(replies);
    }

    /// A call starts now; gives its number, from 1.
    pub(crate) fn call(&mut self) -> u64 {
        let id = self.flights.len() as u64 + 1;
        let request = Request {
            id,
            repeat: Repeat::Safe,
            cached_at: self.cached_at,
            deadline: self.deadline,
        };
        let mut cx = Context { now: self.now, rng: &mut self.rng, explain: &mut self.records };
        let (call, step) = self.pipeline.start(request, &mut cx);
        let flight = Flight {
            call,
            answers: Vec::new(),
            hangs_up_at: self.now + self.patience,
            queued_at: None,
            trying: false,
            started_at: self.now,
            last_outcome: None,
            end: None,
        };
        self.flights.insert(id, flight);
        self.follow(id, step);
        self.deliver_grants();
        id
    }

    /// Lets happen what happens up to and including this moment, in milliseconds.
    pub(crate) fn run_until(&mut self, millis: u64) {
        let end = Instant::from_millis(millis);
        while let Some((at, next, id)) = self.next()
            && at <= end
        {
            self.step(at, next, id);
        }
        self.now = self.now.max(end);
    }

    /// Lets everything happen that still will.
    pub(crate) fn run(&mut self) {
        while let Some((at, next, id)) = self.next() {
            self.step(at, next, id);
        }
    }

    /// One call from now to its end.
    pub(crate) fn call_and_run(&mut self) -> &Flight {
        let id = self.call();
        self.run();
        &self.flights[&id]
    }

    /// The number of slots of the bulkhead changes to this.
    pub(crate) fn set_slots(&mut self, slots: u32) {
        self.pipeline.set_slots(slots).unwrap();
        self.deliver_grants();
    }

    fn next(&self) -> Option<(Instant, Next, u64)> {
        let flights = self.flights.iter().filter(|(_, flight)| flight.end.is_none());
        let of_each = flights.flat_map(|(&id, flight)| {
            let answer = flight.answers.iter().map(|&(at, ..)| at).min().unwrap_or(Instant::MAX);
            [
                (answer, Next::Answer, id),
                (flight.call.wake_at(), Next::Timer, id),
                (flight.hangs_up_at, Next::HangUp, id),
            ]
        });
        of_each.filter(|&(at, ..)| at < Instant::MAX).min()
    }

    fn step(&mut self, at: Instant, next: Next, id: u64) {
        // A timer may be due at once, but nothing is ever due before now.
        assert!(at >= self.now, "call {id} is due at {at}, and now is {}", self.now);
        self.now = at;
        let flight = self.flights.get_mut(&id).unwrap();
        let input = match next {
            Next::Timer => Input::Timer,
            Next::HangUp => Input::HungUp,
            Next::Answer => {
                let due = flight.answers.iter().position(|answer| answer.0 == at).unwrap();
                let (_, number, outcome) = flight.answers.swap_remove(due);
                flight.last_outcome = Some(outcome);
                Input::Ended(number, outcome)
            }
        };
        self.tell(id, input);
        self.deliver_grants();
    }

    fn tell(&mut self, id: u64, input: Input) {
        let mut cx = Context { now: self.now, rng: &mut self.rng, explain: &mut self.records };
        let flight = self.flights.get_mut(&id).unwrap();
        let was_told = match input {
            Input::Ended(..) => "of an end",
            Input::Timer => "of the time",
            Input::Granted(_) => "of a slot",
            Input::HungUp => "to hang up",
        };
        let step = self.pipeline.advance(&mut flight.call, input, &mut cx);
        assert!(
            step != Step::Unchanged || flight.call.wake_at() > self.now,
            "call {id} was told {was_told} at {}, and would be told so for ever",
            self.now
        );
        self.follow(id, step);
    }

    fn deliver_grants(&mut self) {
        while let Some((id, slot)) = self.pipeline.poll_grant() {
            assert_eq!(self.line.front(), Some(&id), "first come, first served");
            self.tell(id, Input::Granted(slot));
        }
    }

    fn follow(&mut self, id: u64, step: Step) {
        if step == Step::Unchanged {
            return;
        }
        let flight = self.flights.get_mut(&id).unwrap();
        assert_eq!(flight.end, None, "call {id} goes on after its end: {step:?}");
        if let Step::Hedge(number) = step {
            assert!(flight.trying, "call {id} hedges an attempt that is not in flight");
            self.attempt(id, number);
            self.diary.push((self.now, id, format!("hedge {number}")));
            return;
        }
        flight.answers.clear();
        flight.trying = false;
        if let Some(queued_at) = flight.queued_at.take() {
            self.line.retain(|&other| other != id);
            assert!(self.now.since(queued_at) <= self.max_wait, "call {id} waited too long");
        }
        let line = match step {
            Step::Attempt(number) => {
                flight.trying = true;
                self.attempt(id, number);
                format!("attempt {number}")
            }
            Step::Backoff => "backoff".to_string(),
            Step::Queue => {
                flight.queued_at = Some(self.now);
                self.line.push_back(id);
                "queue".to_string()
            }
            Step::Hedge(_) | Step::Unchanged => unreachable!("handled above"),
            Step::Done(end) => {
                flight.end = Some((self.now, end));
                let latest = flight.deadline().max(flight.started_at);
                assert!(self.now <= latest, "call {id} ends at {}, after {latest}", self.now);
                self.poke_the_dead(id);
                describe(end)
            }
        };
        self.diary.push((self.now, id, line));
    }

    fn attempt(&mut self, id: u64, number: u32) {
        let flight = self.flights.get_mut(&id).unwrap();
        let answer_at = |millis| self.now + Duration::from_millis(millis);
        match self.replies.pop_front().unwrap_or(SUCCESS) {
            Reply::After(millis, outcome) => {
                flight.call.connected();
                flight.answers.push((answer_at(millis), number, outcome));
            }
            Reply::Refused(millis) => {
                let outcome = Outcome::Failure(Failure::Connect);
                flight.answers.push((answer_at(millis), number, outcome));
            }
            Reply::Silence => flight.call.connected(),
            Reply::Unreachable => {}
        }
    }

    /// Whatever a call is told after its end, it stays ended.
    fn poke_the_dead(&mut self, id: u64) {
        let call = &mut self.flights.get_mut(&id).unwrap().call;
        assert_eq!(call.wake_at(), Instant::MAX);
        let failed = Input::Ended(1, Outcome::Failure(Failure::ConnectionLost));
        for input in [Input::Timer, Input::Ended(1, Outcome::Success), failed, Input::HungUp] {
            let mut cx = Context { now: self.now, rng: &mut self.rng, explain: &mut () };
            assert_eq!(self.pipeline.advance(call, input, &mut cx), Step::Unchanged);
        }
    }

    /// Fails unless the diary reads like this: milliseconds, the call where there are several, what.
    #[track_caller]
    pub(crate) fn expect(&self, diagram: &str) {
        let one = self.flights.len() == 1;
        let lines = self.diary.iter().map(|(at, id, what)| {
            let millis = at.as_micros() / 1_000;
            if one { format!("{millis} {what}") } else { format!("{millis} #{id} {what}") }
        });
        let words = |line: &str| line.split_whitespace().collect::<Vec<_>>().join(" ");
        let expected = diagram.trim().lines().map(words);
        assert_eq!(
            lines.collect::<Vec<_>>().join("\n"),
            expected.collect::<Vec<_>>().join("\n"),
            "the diary (left) is not the diagram (right)"
        );
    }

    /// Fails if a call has not ended, or if anything that was taken was not given back.
    #[track_caller]
    pub(crate) fn expect_nothing_held(&mut self) {
        assert!(self.flights.values().all(|flight| flight.end.is_some()), "a call has not ended");
        assert!(self.pipeline.poll_grant().is_none(), "a grant was not delivered");
        if let Some(bulkhead) = self.pipeline.bulkhead() {
            assert_eq!((bulkhead.taken(), bulkhead.waiting()), (0, 0), "slots and waiters");
        }
        if let Some(budget) = self.pipeline.retry().and_then(Retry::budget) {
            let held = (budget.calls_in_flight(), budget.retries_in_flight());
            assert_eq!(held, (0, 0), "calls and retries that the budget knows of");
        }
        if let Some(breaker) = self.pipeline.breaker()
            && let State::HalfOpen { running, .. } = breaker.state()
        {
            assert_eq!(running, 0, "trials under way");
        }
    }

    /// How many retries the policy granted.
    pub(crate) fn retries(&self) -> usize {
        let retry = |record: &&Record| matches!(record.decision, Decision::Retry { .. });
        self.records.iter().filter(retry).count()
    }

    /// How many times a call had to wait for a slot.
    pub(crate) fn queued(&self) -> usize {
        self.diary.iter().filter(|(.., what)| what == "queue").count()
    }

    /// How many calls wait for an answer of the dependency.
    pub(crate) fn trying(&self) -> usize {
        self.flights.values().filter(|flight| flight.trying).count()
    }
}

fn describe(end: End) -> String {
    match end {
        End::Success => "success".to_string(),
        End::Failure(failure) => failure.to_string(),
        End::Rejection(rejection) => rejection.to_string(),
        End::Fallback { answer, .. } => answer.to_string(),
        End::HungUp => "hung up".to_string(),
    }
}

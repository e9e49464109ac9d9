//! That a machine that runs allocates nothing: what it needs it takes when it is made, or the first
//! time.
#![cfg(not(target_arch = "wasm32"))]

use fusebox::rng::Rng;
use fusebox::time::{Duration, Instant};
use fusebox::{
    BreakerConfig, BulkheadConfig, Call, CircuitBreaker, Context, End, Explain, Failure, Input,
    LayerConfig, LayerKind, Outcome, Permit, Pipeline, Record, Rejection, Repeat, Request, Slot,
    StateName, Step,
};

const FAILED: Outcome = Outcome::Failure(Failure::Connect);

/// Counts what `run` allocates, after it has run once to warm up.
#[track_caller]
fn allocates_nothing(mut run: impl FnMut()) {
    run();
    let count = allocation_counter::measure(&mut run).count_total;
    assert_eq!(count, 0, "allocations");
}

fn acquire(breaker: &mut CircuitBreaker, now: Instant) -> Result<Permit, Rejection> {
    breaker.try_acquire(now)
}

fn report(breaker: &mut CircuitBreaker, now: Instant, permit: Permit, outcome: Outcome) {
    breaker.report(now, permit, outcome);
}

fn breaker() -> CircuitBreaker {
    CircuitBreaker::new(BreakerConfig::default(), 1).unwrap()
}

/// Calls through a closed breaker that fail until it opens.
fn trip(breaker: &mut CircuitBreaker, now: Instant) {
    for _ in 0..breaker.config().failures.unwrap() {
        let permit = acquire(breaker, now).unwrap();
        report(breaker, now, permit, FAILED);
    }
    assert_eq!(breaker.state().name(), StateName::Open);
}

#[test]
fn an_allocation_is_seen() {
    let count = allocation_counter::measure(|| drop(std::hint::black_box(vec![1]))).count_total;
    assert_eq!(count, 1);
}

#[test]
fn a_closed_breaker() {
    let (mut breaker, mut now) = (breaker(), Instant::ZERO);
    allocates_nothing(|| {
        for n in 0..10_000 {
            now += Duration::from_millis(10);
            let permit = acquire(&mut breaker, now).unwrap();
            let outcome = if n % 1_000 == 0 { FAILED } else { Outcome::Success };
            report(&mut breaker, now, permit, outcome);
        }
    });
    assert_eq!(breaker.generation(), 0);
}

#[test]
fn a_rejection_by_an_open_breaker() {
    let mut breaker = breaker();
    trip(&mut breaker, Instant::ZERO);
    allocates_nothing(|| assert!(acquire(&mut breaker, Instant::from_secs(1)).is_err()));
}

#[test]
fn a_trial_of_a_half_open_breaker() {
    let mut breaker = breaker();
    trip(&mut breaker, Instant::ZERO);
    let now = Instant::ZERO + breaker.config().cooldown.base;
    allocates_nothing(|| {
        let permit = acquire(&mut breaker, now).unwrap();
        assert!(permit.trial().is_some());
        report(&mut breaker, now, permit, Outcome::Neutral);
    });
}

#[test]
fn a_trip_and_the_trials_that_close_the_breaker_again() {
    let (mut breaker, mut now) = (breaker(), Instant::ZERO);
    allocates_nothing(|| {
        now += Duration::from_secs(60);
        trip(&mut breaker, now);
        now += breaker.config().cooldown.base;
        for _ in 0..breaker.config().trials {
            let permit = acquire(&mut breaker, now).unwrap();
            assert!(permit.trial().is_some());
            report(&mut breaker, now, permit, Outcome::Success);
        }
        assert_eq!(breaker.state().name(), StateName::Closed);
    });
}

/// A pipeline and what its decisions need, on a clock that the test sets.
struct Rig {
    pipeline: Pipeline,
    rng: Rng,
    now: Instant,
    next_id: u64,
    records: Counter,
}

/// Looks at each record and keeps none.
#[derive(Default)]
struct Counter(u64);

impl Explain for Counter {
    fn record(&mut self, _: Record) {
        self.0 += 1;
    }
}

impl Rig {
    /// All layers, with settings other than the default ones where a configuration is given.
    fn new(others: &[LayerConfig]) -> Self {
        let config = |kind: LayerKind| {
            let other = others.iter().find(|other| other.kind() == kind);
            other.copied().unwrap_or_else(|| kind.default_config())
        };
        Self {
            pipeline: Pipeline::new(&LayerKind::USUAL.map(config), 1).unwrap(),
            rng: Rng::from_seed(1),
            now: Instant::ZERO,
            next_id: 0,
            records: Counter::default(),
        }
    }

    fn start(&mut self) -> (Call, Step) {
        self.next_id += 1;
        let request = request(self.next_id);
        let mut cx = context(self.now, &mut self.rng, &mut self.records);
        self.pipeline.start(request, &mut cx)
    }

    fn advance(&mut self, call: &mut Call, input: Input) -> Step {
        let mut cx = context(self.now, &mut self.rng, &mut self.records);
        self.pipeline.advance(call, input, &mut cx)
    }

    /// A whole call of which every attempt ends so, and how it ended.
    fn call(&mut self, outcome: Outcome) -> (End, u32) {
        let (mut call, mut step) = self.start();
        loop {
            step = match step {
                Step::Attempt(number) | Step::Hedge(number) => {
                    call.connected();
                    self.advance(&mut call, Input::Ended(number, outcome))
                }
                Step::Done(end) => {
                    assert!(self.pipeline.poll_grant().is_none());
                    return (end, call.attempts());
                }
                Step::Backoff | Step::Queue | Step::Unchanged => {
                    self.now = self.now.max(call.wake_at());
                    self.advance(&mut call, Input::Timer)
                }
            };
        }
    }
}

fn request(id: u64) -> Request {
    Request::new(id, Repeat::Safe)
}

fn context<'a>(now: Instant, rng: &'a mut Rng, explain: &'a mut Counter) -> Context<'a, Counter> {
    Context { now, rng, explain }
}

#[test]
fn a_call_that_succeeds() {
    let mut rig = Rig::new(&[]);
    allocates_nothing(|| assert_eq!(rig.call(Outcome::Success), (End::Success, 1)));
    assert!(rig.records.0 > 0, "its decisions were recorded");
}

#[test]
fn a_call_that_is_retried_and_answered_by_the_fallback() {
    let mut rig = Rig::new(&[]);
    allocates_nothing(|| {
        let (end, attempts) = rig.call(FAILED);
        assert!(matches!(end, End::Fallback { rejected: false, .. }), "{end:?}");
        assert!(attempts > 1);
    });
}

#[test]
fn a_call_that_times_out() {
    let mut rig = Rig::new(&[]);
    allocates_nothing(|| {
        let (mut call, mut step) = rig.start();
        while !matches!(step, Step::Done(_)) {
            rig.now = call.wake_at();
            step = rig.advance(&mut call, Input::Timer);
        }
    });
}

#[test]
fn a_call_that_an_open_breaker_rejects() {
    let mut rig = Rig::new(&[]);
    while rig.pipeline.breaker().unwrap().state().name() == StateName::Closed {
        rig.call(FAILED);
    }
    allocates_nothing(|| {
        let (end, attempts) = rig.call(Outcome::Success);
        assert!(matches!(end, End::Fallback { rejected: true, .. }), "{end:?}");
        assert_eq!(attempts, 0);
    });
}

#[test]
fn a_call_that_trips_the_breaker_and_the_trials_after_it() {
    let mut rig = Rig::new(&[]);
    allocates_nothing(|| {
        rig.now += Duration::from_secs(60);
        while rig.pipeline.breaker().unwrap().state().name() == StateName::Closed {
            rig.call(FAILED);
        }
        rig.now += Duration::from_secs(30);
        while rig.pipeline.breaker().unwrap().state().name() != StateName::Closed {
            assert_eq!(rig.call(Outcome::Success), (End::Success, 1));
        }
    });
}

#[test]
fn a_call_that_waits_for_a_slot_of_the_bulkhead() {
    let bulkhead = BulkheadConfig { slots: 1, queue: 1, ..BulkheadConfig::default() };
    let mut rig = Rig::new(&[LayerConfig::Bulkhead(bulkhead)]);
    allocates_nothing(|| {
        let (mut first, _) = rig.start();
        let (mut second, step) = rig.start();
        assert_eq!(step, Step::Queue);
        let (_, step) = rig.start();
        let full = Rejection::BulkheadFull { slots: 1, queue: 1 };
        assert_eq!(step, Step::Done(End::Rejection(full)));
        let step = rig.advance(&mut first, Input::Ended(1, Outcome::Success));
        assert_eq!(step, Step::Done(End::Success));
        let slot = granted(&mut rig, &second);
        assert_eq!(rig.advance(&mut second, Input::Granted(slot)), Step::Attempt(1));
        let step = rig.advance(&mut second, Input::Ended(1, Outcome::Success));
        assert_eq!(step, Step::Done(End::Success));
    });
}

#[test]
fn a_call_that_waits_for_a_slot_in_vain() {
    let bulkhead = BulkheadConfig { slots: 1, queue: 1, ..BulkheadConfig::default() };
    let mut rig = Rig::new(&[LayerConfig::Bulkhead(bulkhead)]);
    let (_first, _) = rig.start();
    allocates_nothing(|| {
        let (mut second, step) = rig.start();
        assert_eq!(step, Step::Queue);
        rig.now = second.wake_at();
        assert!(matches!(rig.advance(&mut second, Input::Timer), Step::Done(_)));
    });
}

fn granted(rig: &mut Rig, call: &Call) -> Slot {
    let (id, slot) = rig.pipeline.poll_grant().expect("a grant");
    assert_eq!(id, call.request().id);
    slot
}

//! What a decision costs, beside what it costs in other crates.
//!
//! `cargo bench --bench engine` prints lines `figure <name> <value> <unit>`, and at the end lines
//! `ratio <path> <peer> <ours divided by the peer's>`. There are two paths: `closed`, which is leave
//! to call and the report of a success, and `open`, which is a rejection.
//!
//! What to know before comparing:
//! - Time is an argument here, while the peers read the clock themselves where they need it. So
//!   `closed_with_clock` and `open_with_clock` are ours with the clock read at every step, which is
//!   twice for a call.
//! - The peers can be shared between threads as they are. Ours is owned by one, so that
//!   `closed_shared` and `open_shared` are ours with the clock and behind a `Mutex` that is locked at
//!   every step, which is again twice for a call.
//! - Ours looks at the failures of the last 10 s, as `failsafe` does here at the share of successes;
//!   `failsafe_streak` only counts failures in a row. `recloser` and `tower_resilience` look at the
//!   last 100 calls: the former has no other window, and the latter's other one goes through all its
//!   calls each time.
//! - `tower_resilience` is a service: its future is boxed, and here polled once without a runtime.
//!
//! All take turns in the same run, and the best of many rounds counts.
#![expect(clippy::disallowed_types, reason = "a bench reads the clock")]

use failsafe::CircuitBreaker as _;
use fusebox::rng::Rng;
use fusebox::time::{Duration, Instant};
use fusebox::{
    BackoffConfig, BreakerConfig, CircuitBreaker, Context, Failure, Input, LayerKind, Outcome,
    Permit, Pipeline, Rejection, Repeat, Request, Step,
};
use recloser::Recloser;
use std::future::{Ready, ready};
use std::hint::black_box;
use std::sync::Mutex;
use std::task::{Poll, Waker};
use tower_resilience_circuitbreaker::{CircuitBreakerError, CircuitBreakerLayer};
use tower_service::Service;

const ROUNDS: usize = 40;
const TIMES: u32 = 50_000;

/// Longer than any bench runs, so that what is open stays so.
const COOLDOWN: core::time::Duration = core::time::Duration::from_secs(86_400);

fn main() {
    let closed = race(vec![
        ours("closed", closed()),
        ours("closed_with_clock", closed_with_clock()),
        ours("closed_shared", closed_shared()),
        peer("recloser", recloser_closed()),
        peer("failsafe", failsafe_closed(failsafe_window())),
        peer("failsafe_streak", failsafe_closed(failsafe_streak())),
        peer("tower_resilience", tower_closed()),
    ]);
    let open = race(vec![
        ours("open", open()),
        ours("open_with_clock", open_with_clock()),
        ours("open_shared", open_shared()),
        peer("recloser", recloser_open()),
        peer("failsafe", failsafe_open()),
        peer("tower_resilience", tower_open()),
    ]);
    let alone = race(vec![
        ours("call_through_all_layers", call()),
        ours("reading_the_clock", reading_the_clock()),
    ]);
    for (path, runners) in [("closed", &closed), ("open", &open), ("", &alone)] {
        print_figures(path, runners);
    }
    print_ratios(&closed);
    print_ratios(&open);
}

/// A contestant of a benchmark.
struct Runner {
    name: &'static str,
    is_peer: bool,
    /// Runs what is measured this many times.
    repeat: Box<dyn FnMut(u32)>,
    /// Nanoseconds for once, from the best round.
    best: f64,
}

fn ours(name: &'static str, repeat: impl FnMut(u32) + 'static) -> Runner {
    Runner { name, is_peer: false, repeat: Box::new(repeat), best: f64::INFINITY }
}

fn peer(name: &'static str, repeat: impl FnMut(u32) + 'static) -> Runner {
    Runner { is_peer: true, ..ours(name, repeat) }
}

/// Lets all take turns, so that what disturbs the machine disturbs each of them.
fn race(mut runners: Vec<Runner>) -> Vec<Runner> {
    for _ in 0..ROUNDS {
        for runner in &mut runners {
            let start = std::time::Instant::now();
            (runner.repeat)(TIMES);
            let once = start.elapsed().as_secs_f64() * 1e9 / f64::from(TIMES);
            runner.best = runner.best.min(once);
        }
    }
    runners
}

fn print_figures(path: &str, runners: &[Runner]) {
    for Runner { name, is_peer, best, .. } in runners {
        let name = if *is_peer { format!("{path}_{name}") } else { (*name).to_string() };
        println!("figure {name} {best:.1} ns");
    }
}

fn print_ratios(runners: &[Runner]) {
    for ours in runners.iter().filter(|runner| !runner.is_peer) {
        for peer in runners.iter().filter(|runner| runner.is_peer) {
            println!("ratio {} {} {:.2}", ours.name, peer.name, ours.best / peer.best);
        }
    }
}

/// The clock of the machine as Fusebox has it.
struct Clock(std::time::Instant);

impl Clock {
    fn start() -> Self {
        Self(std::time::Instant::now())
    }

    #[inline]
    fn now(&self) -> Instant {
        Instant::ZERO + self.0.elapsed().into()
    }
}

fn breaker() -> CircuitBreaker {
    let config = BreakerConfig {
        cooldown: BackoffConfig::constant(Duration::from(COOLDOWN)),
        ..BreakerConfig::default()
    };
    CircuitBreaker::new(config, 1).unwrap()
}

fn open_breaker() -> CircuitBreaker {
    let mut breaker = breaker();
    for _ in 0..breaker.config().failures.unwrap() {
        let permit = acquire(&mut breaker, Instant::ZERO).unwrap();
        report(&mut breaker, Instant::ZERO, permit, Outcome::Failure(Failure::Connect));
    }
    assert!(acquire(&mut breaker, Instant::ZERO).is_err());
    breaker
}

#[inline]
fn acquire(breaker: &mut CircuitBreaker, now: Instant) -> Result<Permit, Rejection> {
    breaker.try_acquire(now)
}

#[inline]
fn report(breaker: &mut CircuitBreaker, now: Instant, permit: Permit, outcome: Outcome) {
    breaker.report(now, permit, outcome);
}

/// A success, of which the compiler knows no more than of what the closures for the peers give.
///
/// A `black_box` around the outcome itself would measure how long it takes to go through memory.
#[inline]
fn answer() -> Outcome {
    match black_box(Ok::<(), ()>(())) {
        Ok(()) => Outcome::Success,
        Err(()) => Outcome::Failure(Failure::Connect),
    }
}

/// That every success was seen is what shows that nothing was left out.
#[track_caller]
fn assert_all_counted(breaker: &CircuitBreaker, now: Instant) {
    assert!(breaker.window(now).successes > 0 && breaker.generation() == 0);
}

fn closed() -> impl FnMut(u32) {
    let (mut breaker, mut now) = (breaker(), Instant::ZERO);
    move |times| {
        for _ in 0..times {
            now += Duration::from_micros(100);
            let breaker = black_box(&mut breaker);
            let permit = acquire(breaker, black_box(now)).unwrap();
            report(breaker, now, permit, answer());
        }
        assert_all_counted(&breaker, now);
    }
}

fn closed_with_clock() -> impl FnMut(u32) {
    let (mut breaker, clock) = (breaker(), Clock::start());
    move |times| {
        for _ in 0..times {
            let breaker = black_box(&mut breaker);
            let permit = acquire(breaker, clock.now()).unwrap();
            report(breaker, clock.now(), permit, answer());
        }
        assert_all_counted(&breaker, clock.now());
    }
}

fn closed_shared() -> impl FnMut(u32) {
    let (breaker, clock) = (Mutex::new(breaker()), Clock::start());
    move |times| {
        for _ in 0..times {
            let breaker = black_box(&breaker);
            let permit = acquire(&mut breaker.lock().unwrap(), clock.now()).unwrap();
            report(&mut breaker.lock().unwrap(), clock.now(), permit, answer());
        }
        assert_all_counted(&breaker.lock().unwrap(), clock.now());
    }
}

fn open() -> impl FnMut(u32) {
    let mut breaker = open_breaker();
    move |times| {
        for _ in 0..times {
            let breaker = black_box(&mut breaker);
            assert!(black_box(acquire(breaker, black_box(Instant::from_secs(1)))).is_err());
        }
    }
}

fn open_with_clock() -> impl FnMut(u32) {
    let (mut breaker, clock) = (open_breaker(), Clock::start());
    move |times| {
        for _ in 0..times {
            let breaker = black_box(&mut breaker);
            assert!(black_box(acquire(breaker, clock.now())).is_err());
        }
    }
}

fn open_shared() -> impl FnMut(u32) {
    let (breaker, clock) = (Mutex::new(open_breaker()), Clock::start());
    move |times| {
        for _ in 0..times {
            let breaker = black_box(&breaker);
            assert!(black_box(acquire(&mut breaker.lock().unwrap(), clock.now())).is_err());
        }
    }
}

fn recloser() -> Recloser {
    Recloser::custom().error_rate(0.5).closed_len(100).open_wait(COOLDOWN).build()
}

fn recloser_closed() -> impl FnMut(u32) {
    let recloser = recloser();
    move |times| {
        for _ in 0..times {
            assert!(black_box(&recloser).call(|| black_box(Ok::<(), ()>(()))).is_ok());
        }
    }
}

fn recloser_open() -> impl FnMut(u32) {
    let recloser = recloser();
    for _ in 0..101 {
        let _ = recloser.call(|| Err::<(), ()>(()));
    }
    move |times| {
        for _ in 0..times {
            let end = black_box(&recloser).call(|| black_box(Ok::<(), ()>(())));
            assert!(matches!(end, Err(recloser::Error::Rejected)));
        }
    }
}

fn failsafe_window() -> impl failsafe::CircuitBreaker {
    let window = core::time::Duration::from_secs(10);
    let backoff = failsafe::backoff::constant(COOLDOWN);
    let policy = failsafe::failure_policy::success_rate_over_time_window(0.5, 5, window, backoff);
    failsafe::Config::new().failure_policy(policy).build()
}

fn failsafe_streak() -> impl failsafe::CircuitBreaker {
    let policy =
        failsafe::failure_policy::consecutive_failures(5, failsafe::backoff::constant(COOLDOWN));
    failsafe::Config::new().failure_policy(policy).build()
}

fn failsafe_closed(breaker: impl failsafe::CircuitBreaker) -> impl FnMut(u32) {
    move |times| {
        for _ in 0..times {
            assert!(black_box(&breaker).call(|| black_box(Ok::<(), ()>(()))).is_ok());
        }
    }
}

fn failsafe_open() -> impl FnMut(u32) {
    let breaker = failsafe_streak();
    for _ in 0..5 {
        let _ = breaker.call(|| Err::<(), ()>(()));
    }
    move |times| {
        for _ in 0..times {
            assert!(!black_box(&breaker).is_call_permitted());
        }
    }
}

/// A dependency that gives at once the answer that it is sent.
#[derive(Clone)]
struct Echo;

impl Service<Result<(), ()>> for Echo {
    type Response = ();
    type Error = ();
    type Future = Ready<Result<(), ()>>;

    fn poll_ready(&mut self, _: &mut core::task::Context<'_>) -> Poll<Result<(), ()>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, answer: Result<(), ()>) -> Self::Future {
        ready(answer)
    }
}

type TowerEnd = Result<(), CircuitBreakerError<()>>;

/// A call through the breaker around [`Echo`].
fn tower() -> impl FnMut(Result<(), ()>) -> TowerEnd {
    let layer = CircuitBreakerLayer::builder()
        .failure_rate_threshold(0.5)
        .sliding_window_size(100)
        .wait_duration_in_open(COOLDOWN)
        .build()
        .unwrap();
    let mut service = layer.layer_fn(Echo);
    move |answer| {
        let mut cx = core::task::Context::from_waker(Waker::noop());
        assert!(service.poll_ready(&mut cx).is_ready());
        match service.call(answer).as_mut().poll(&mut cx) {
            Poll::Ready(end) => end,
            Poll::Pending => panic!("nothing has to be waited for"),
        }
    }
}

fn tower_closed() -> impl FnMut(u32) {
    let mut call = tower();
    move |times| {
        for _ in 0..times {
            assert!(call(black_box(Ok(()))).is_ok());
        }
    }
}

fn tower_open() -> impl FnMut(u32) {
    let mut call = tower();
    for _ in 0..100 {
        let _ = call(Err(()));
    }
    move |times| {
        for _ in 0..times {
            assert!(matches!(call(black_box(Ok(()))), Err(CircuitBreakerError::OpenCircuit)));
        }
    }
}

fn call() -> impl FnMut(u32) {
    // The rate limiter of the default settings would refuse calls at this rate.
    let kinds = LayerKind::ALL.into_iter().filter(|kind| *kind != LayerKind::RateLimiter);
    let layers: Vec<_> = kinds.map(LayerKind::default_config).collect();
    let mut pipeline = Pipeline::new(&layers, 1).unwrap();
    let (mut rng, mut now, mut id) = (Rng::from_seed(1), Instant::ZERO, 0);
    move |times| {
        for _ in 0..times {
            (now, id) = (now + Duration::from_micros(100), id + 1);
            let mut cx = Context { now, rng: &mut rng, explain: &mut () };
            let (mut call, step) = pipeline.start(black_box(request(id)), &mut cx);
            assert_eq!(step, Step::Attempt(1));
            call.connected();
            let input = Input::Ended(1, answer());
            let end = pipeline.advance(&mut call, input, &mut cx);
            assert!(matches!(end, Step::Done(_)) && pipeline.poll_grant().is_none());
        }
    }
}

fn request(id: u64) -> Request {
    Request::new(id, Repeat::Safe)
}

fn reading_the_clock() -> impl FnMut(u32) {
    |times| {
        for _ in 0..times {
            black_box(std::time::Instant::now());
        }
    }
}

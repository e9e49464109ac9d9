//! What a decision costs: `cargo bench --bench engine` prints lines `figure <name> <value> <unit>`.
#![expect(clippy::disallowed_types, reason = "a bench reads the clock")]

use fusebox::engine::{
    BreakerConfig, CircuitBreaker, Context, Failure, Input, LayerKind, Outcome, Pipeline, Repeat,
    Request, Step,
};
use fusebox::rng::Rng;
use fusebox::time::{Duration, Instant};
use std::hint::black_box;

fn main() {
    figure("acquire_and_report_closed", acquire_and_report);
    figure("rejection_open", rejection);
    figure("call_through_five_layers", call);
    figure("reading_the_clock", |times| {
        for _ in 0..times {
            black_box(std::time::Instant::now());
        }
    });
}

/// Prints what something costs once, from the best of ten rounds.
fn figure(name: &str, repeat: impl Fn(u32)) {
    const TIMES: u32 = 200_000;
    let round = || {
        let start = std::time::Instant::now();
        repeat(TIMES);
        start.elapsed().as_secs_f64() * 1e9 / f64::from(TIMES)
    };
    let best = (0..10).map(|_| round()).fold(f64::INFINITY, f64::min);
    println!("figure {name} {best:.1} ns");
}

fn acquire_and_report(times: u32) {
    let mut breaker = CircuitBreaker::new(BreakerConfig::default(), 1).unwrap();
    let mut now = Instant::ZERO;
    for _ in 0..times {
        now += Duration::from_micros(100);
        let permit = breaker.try_acquire(black_box(now)).unwrap();
        breaker.report(now, permit, black_box(Outcome::Success));
    }
    assert_eq!(black_box(breaker).generation(), 0);
}

fn rejection(times: u32) {
    let config = BreakerConfig { failures: Some(1), ..BreakerConfig::default() };
    let mut breaker = CircuitBreaker::new(config, 1).unwrap();
    let permit = breaker.try_acquire(Instant::ZERO).unwrap();
    breaker.report(Instant::ZERO, permit, Outcome::Failure(Failure::Connect));
    for _ in 0..times {
        let rejection = breaker.try_acquire(black_box(Instant::from_secs(1))).unwrap_err();
        assert!(black_box(rejection.retry_after()).is_some());
    }
}

fn call(times: u32) {
    let mut pipeline = Pipeline::new(&LayerKind::USUAL.map(LayerKind::default_config), 1).unwrap();
    let mut rng = Rng::from_seed(1);
    let mut now = Instant::ZERO;
    for id in 0..u64::from(times) {
        now += Duration::from_micros(100);
        let request = Request { id, repeat: Repeat::Safe, cached_at: None, deadline: Instant::MAX };
        let mut cx = Context { now, rng: &mut rng, explain: &mut () };
        let (mut call, step) = pipeline.start(black_box(request), &mut cx);
        assert_eq!(step, Step::Attempt(1));
        call.connected();
        let end = pipeline.advance(&mut call, Input::Ended(black_box(Outcome::Success)), &mut cx);
        assert!(matches!(end, Step::Done(_)) && pipeline.poll_grant().is_none());
    }
}

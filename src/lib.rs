//! Fusebox: a resilience engine, a deterministic world to fail it in, and a playground to watch it.
//!
//! | layer | what it is |
//! |---|---|
//! | [`engine`] | circuit breaker, retry, bulkhead and their neighbours, as machines without a clock |
//! | [`sim`] | clients, a service and a database that can fail, as a discrete-event simulation |
//! | [`lab`] | presets and comparisons: experiments on such worlds |
//! | `app` | the browser playground (feature `app`) |
//! | `cli` | the same experiments in a terminal (feature `cli`) |
//!
//! Each layer knows only the ones above it in this table, and all stand on [`time`] and [`rng`].
//!
//! What follows is for who wants to guard calls with the engine. It needs no feature, no runtime and
//! no thread: whoever makes the calls also says what time it is.
//!
//! # A breaker alone
//!
//! Ask for leave, make the call, report what came of it:
//!
//! ```
//! use fusebox::engine::{BreakerConfig, CircuitBreaker, Failure, Outcome, StateName};
//! use fusebox::time::{Duration, Instant};
//!
//! let config = BreakerConfig { failures: Some(2), ..BreakerConfig::default() };
//! let mut breaker = CircuitBreaker::new(config, 1)?;
//!
//! for second in [1, 2] {
//!     let now = Instant::from_secs(second);
//!     let permit = breaker.try_acquire(now).expect("closed, so the call may go");
//!     // Here the call is made, and cannot connect.
//!     breaker.report(now, permit, Outcome::Failure(Failure::Connect));
//! }
//!
//! let rejection = breaker.try_acquire(Instant::from_secs(3)).unwrap_err();
//! assert_eq!(rejection.retry_after(), Some(Duration::from_secs(29)));
//!
//! let trial = breaker.try_acquire(Instant::from_secs(32)).expect("the cooldown is over");
//! assert_eq!(breaker.state().name(), StateName::HalfOpen);
//! breaker.report(Instant::from_secs(32), trial, Outcome::Success);
//! # Ok::<(), fusebox::engine::ConfigError>(())
//! ```
//!
//! # All layers, by hand
//!
//! A [`Pipeline`](engine::Pipeline) says what to do next, and is told what happened. Here the first
//! attempt gets a 503, the wait passes, and the second is answered; a `Vec` takes the reasons:
//!
//! ```
//! use fusebox::engine::{
//!     Context, End, Failure, Input, LayerKind, Outcome, Pipeline, Record, Repeat, Request, Step,
//! };
//! use fusebox::rng::Rng;
//! use fusebox::time::Instant;
//!
//! let mut pipeline = Pipeline::new(&LayerKind::USUAL.map(LayerKind::default_config), 1)?;
//! let mut rng = Rng::from_seed(1);
//! let mut why: Vec<Record> = Vec::new();
//!
//! let request = Request::new(1, Repeat::Safe);
//! let mut cx = Context { now: Instant::ZERO, rng: &mut rng, explain: &mut why };
//! let (mut call, step) = pipeline.start(request, &mut cx);
//! assert_eq!(step, Step::Attempt(1));
//!
//! call.connected();
//! let busy = Outcome::Failure(Failure::status(503));
//! assert_eq!(pipeline.advance(&mut call, Input::Ended(busy), &mut cx), Step::Backoff);
//!
//! cx.now = call.wake_at();
//! assert_eq!(pipeline.advance(&mut call, Input::Timer, &mut cx), Step::Attempt(2));
//!
//! call.connected();
//! let step = pipeline.advance(&mut call, Input::Ended(Outcome::Success), &mut cx);
//! assert_eq!(step, Step::Done(End::Success));
//! assert!(pipeline.poll_grant().is_none(), "no other call waits for the slot");
//!
//! assert_eq!(why[0].to_string(), "0.00 s: attempt 1 was sent.");
//! assert!(why[1].to_string().starts_with("0.00 s: status 503; the next try is in "));
//! # Ok::<(), fusebox::engine::ConfigError>(())
//! ```
//!
//! The whole contract of who drives a pipeline is with the [`Pipeline`](engine::Pipeline).
//!
//! # With the clock of the machine
//!
//! An [`Instant`](time::Instant) is the time since a start that the program chooses:
//!
//! ```
//! use fusebox::engine::{BreakerConfig, CircuitBreaker, Outcome};
//! use fusebox::time::Instant;
//!
//! let start = std::time::Instant::now();
//! let now = || Instant::ZERO + start.elapsed().into();
//!
//! let mut breaker = CircuitBreaker::new(BreakerConfig::default(), 1)?;
//! let permit = breaker.try_acquire(now()).expect("closed, so the call may go");
//! breaker.report(now(), permit, Outcome::Success);
//! # Ok::<(), fusebox::engine::ConfigError>(())
//! ```
//!
//! `examples/http_client` has the rest for a program with threads: a pipeline behind a lock that
//! nobody holds while they wait, sockets whose limits come from [`Call::wake_at`](engine::Call::wake_at),
//! and slots of the bulkhead that go from one thread to another. It brings a server that fails:
//!
//! ```sh
//! cargo run --example http_client
//! ```
#![forbid(unsafe_code)]

extern crate alloc;

pub mod engine;
pub mod lab;
pub mod rng;
pub mod sim;
pub mod time;

#[cfg(feature = "app")]
pub mod app;

#[cfg(feature = "cli")]
pub mod cli;

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

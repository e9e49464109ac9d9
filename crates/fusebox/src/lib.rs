//! Resilience policies as state machines without a clock.
//!
//! | pattern | type | file |
//! |---|---|---|
//! | circuit breaker | [`CircuitBreaker`] | `breaker.rs` |
//! | a breaker for each key | [`KeyedBreakers`] | `keyed.rs` |
//! | backoff and jitter | [`Backoff`] | `backoff.rs` |
//! | retry | [`Retry`] | `retry.rs` |
//! | retry budget | [`RetryBudget`] | `budget.rs` |
//! | timeout | [`TimeoutConfig`] | `timeout.rs` |
//! | hedged attempts | [`Hedge`] | `hedge.rs` |
//! | bulkhead | [`Bulkhead`] | `bulkhead.rs` |
//! | the meaning of a status | [`Classifier`], [`Class`] | `classify.rs`, `class.rs` |
//! | fallback | [`FallbackConfig`] | `fallback.rs` |
//! | idempotency keys | [`IdempotencyTable`] | `idempotency.rs` |
//! | rate limit | [`RateLimit`] | `rate_limit.rs` |
//! | adaptive throttling | [`Throttle`] | `throttle.rs` |
//! | all of these that are layers, in an order | [`Pipeline`] | `pipeline.rs`
//! | a call on its way through them | [`Call`] | `call.rs` |
//!
//! Time and randomness come in as arguments, decisions go out as values. A constructor checks its
//! settings once and names the one that is wrong; after that a policy cannot fail.
//!
//! It needs no runtime, no thread and no `std`, only `core` and `alloc`: the program that makes the
//! calls also says what time it is.
//!
//! # Choices where others choose differently
//!
//! | question | here | why |
//! |---|---|---|
//! | `Retry-After` is longer than the cap of the backoff | wait as long as asked | the cap is for our own guesses, and the dependency knows more |
//! | it does not fit the deadline, or is longer than [`max_retry_after`](RetryConfig::max_retry_after) | give up at once, and say so | an attempt before that time is burnt |
//! | when exactly to come back | up to half of the wait later, at random; for cooldowns and pauses too | nobody comes early, and those who were told the same do not come together |
//! | who waits | after throttling (429 ...) all calls of the pipeline, unless [`pause`](RetryConfig::pause) is off | each would run into its own 429 |
//! | a 4xx with `Retry-After`, but 408 and 409 | throttling: wait, and hold nothing against the dependency | large APIs throttle with 403 |
//! | a 5xx with `Retry-After` | a failure, and the wait is the cooldown | the dependency says itself that it is not up |
//! | a breaker opens for a number of failures | if so configured; a default of 5 in 10 s fits some calls a second | a number trips at 1 % of 200 calls a second: with much traffic, set a [`failure_rate`](BreakerConfig::failure_rate) with [`min_calls`](BreakerConfig::min_calls) |
//! | overdue calls | a number, and if configured also a [`share`](Overdue::share) of those in flight | a number means more at less traffic |
//! | a trial ends in 404, or in any answer that is no failure | it passes, unless [`strict_trials`](BreakerConfig::strict_trials) is on | an answer says that the dependency is up |
//! | a trial succeeds after its timeout | it passes, if the cycle still lasts | a slow and healthy dependency must be able to close the breaker |
//! | 409 while an attempt with the same key is at work | retried after the backoff | the result will be there |
//! | hedges while everything is slow | a [`budget`](HedgeConfig::budget) of 10 % of the calls | hedging would double the load exactly then |
//!
//! # A breaker alone
//!
//! Ask for a permit, make the call, report its outcome:
//!
//! ```
//! use fusebox::{BreakerConfig, CircuitBreaker, Failure, Outcome, StateName};
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
//! # Ok::<(), fusebox::ConfigError>(())
//! ```
//!
//! # All layers, by hand
//!
//! A [`Pipeline`] says what to do next, and is told what happened. Here the first attempt gets a
//! 503, the backoff passes, and the second attempt succeeds; a `Vec` collects the explanations:
//!
//! ```
//! use fusebox::{
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
//! assert_eq!(pipeline.advance(&mut call, Input::Ended(1, busy), &mut cx), Step::Backoff);
//!
//! cx.now = call.wake_at();
//! assert_eq!(pipeline.advance(&mut call, Input::Timer, &mut cx), Step::Attempt(2));
//!
//! call.connected();
//! let step = pipeline.advance(&mut call, Input::Ended(2, Outcome::Success), &mut cx);
//! assert_eq!(step, Step::Done(End::Success));
//! assert!(pipeline.poll_grant().is_none(), "no other call waits for the slot");
//!
//! assert_eq!(why[0].to_string(), "0.00 s: attempt 1 was sent.");
//! assert!(why[1].to_string().starts_with("0.00 s: status 503; the next attempt is in "));
//! # Ok::<(), fusebox::ConfigError>(())
//! ```
//!
//! [`Pipeline`] states the contract for the program that drives it.
//!
//! # With the clock of the machine
//!
//! An [`Instant`](time::Instant) is the time since a start that the program chooses:
//!
//! ```
//! use fusebox::{BreakerConfig, CircuitBreaker, Outcome};
//! use fusebox::time::Instant;
//!
//! let start = std::time::Instant::now();
//! let now = || Instant::ZERO + start.elapsed().into();
//!
//! let mut breaker = CircuitBreaker::new(BreakerConfig::default(), 1)?;
//! let permit = breaker.try_acquire(now()).expect("closed, so the call may go");
//! breaker.report(now(), permit, Outcome::Success);
//! # Ok::<(), fusebox::ConfigError>(())
//! ```
//!
//! `examples/http_client` has the rest for a program with threads: a pipeline behind a lock that no
//! thread holds while it waits, sockets whose timeouts come from [`Call::wake_at`](Call::wake_at),
//! and slots of the bulkhead that pass from one thread to another. It brings a server that fails:
//!
//! ```sh
//! cargo run --example http_client
//! ```
// Unit tests print, and use collections of `std`.
#![cfg_attr(not(test), no_std)]
#![forbid(unsafe_code)]

extern crate alloc;

mod backoff;
mod breaker;
mod budget;
mod bulkhead;
mod call;
mod class;
mod classify;
mod config;
mod explain;
mod fallback;
mod hedge;
mod idempotency;
mod keyed;
mod layer;
mod outcome;
mod pipeline;
mod rate_limit;
mod retry;
pub mod rng;
mod rolling;
mod throttle;
pub mod time;
mod timeout;

pub use backoff::{Backoff, BackoffConfig, Delays, Growth, Jitter};
pub use breaker::{
    BreakerConfig, Cause, CircuitBreaker, Counts, Exceeded, HalfOpen, HalfOpenEnd, HalfOpenTimeout,
    Mode, Overdue, Permit, Rate, Recorded, Rule, RuleStatus, SavedState, SavedWindow, ShadowTrip,
    SlowRate, Snapshot, State, StateName, Transition, Window, WindowBucket, WindowEntry,
};
pub use budget::{BudgetConfig, RetryBudget, RetryPermit, Shortage};
pub use bulkhead::{Admission, Bulkhead, BulkheadConfig, Slot, Waiter};
pub use call::{Call, Context, End, Input, Phase, Request, Step};
pub use class::{Class, Retryable, Verdict};
pub use classify::Classifier;
pub use config::{ConfigError, Expected, Ranged, require, require_in};
pub use explain::{Decision, Explain, NoHedge, Record};
pub use fallback::{Answer, FallbackConfig, Otherwise};
pub use hedge::{Attempts, Hedge, HedgeConfig, HedgeStep, Race};
pub use idempotency::{Begin, Claim, IdempotencyConfig, IdempotencyTable, TooLate};
pub use keyed::{KeyedBreakers, KeyedConfig, KeyedPermit};
pub use layer::{LayerConfig, LayerKind};
pub use outcome::{Failure, Outcome, Rejection};
pub use pipeline::Pipeline;
pub use rate_limit::{RateLimit, RateLimitConfig};
pub use retry::{GiveUp, Granted, Repeat, Retry, RetryConfig, Tried};
pub use throttle::{Demand, Throttle, ThrottleConfig, ThrottlePermit};
pub use timeout::{TimeLimit, TimeoutConfig};

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

//! Resilience policies as machines without a clock.
//!
//! | pattern | type | file |
//! |---|---|---|
//! | circuit breaker | [`CircuitBreaker`] | `breaker.rs` |
//! | backoff and jitter | [`Backoff`] | `backoff.rs` |
//! | retry | [`Retry`] | `retry.rs` |
//! | retry budget | [`RetryBudget`] | `budget.rs` |
//! | timeout | [`TimeoutConfig`] | `timeout.rs` |
//! | hedged attempts | [`Hedge`] | `hedge.rs` |
//! | bulkhead | [`Bulkhead`] | `bulkhead.rs` |
//! | fallback | [`FallbackConfig`] | `fallback.rs` |
//! | idempotency keys | [`IdempotencyTable`] | `idempotency.rs` |
//! | rate limit | [`RateLimit`] | `rate_limit.rs` |
//! | rate that finds its limit | [`CubicRate`] | `cubic_rate.rs` |
//! | adaptive throttling | [`Throttle`] | `throttle.rs` |
//! | those that are layers, in an order | [`Pipeline`] | `pipeline.rs` |
//! | a call on its way through them | [`Call`] | `call.rs` |
//!
//! Time and randomness come in as arguments, decisions go out as values. A constructor checks its
//! settings once and names the one that is wrong; a machine that runs cannot fail.
//!
//! ```
//! use fusebox::engine::{BreakerConfig, CircuitBreaker, Failure, Outcome};
//! use fusebox::time::{Duration, Instant};
//!
//! let mut breaker = CircuitBreaker::new(BreakerConfig::default(), 1)?;
//! for second in 0..5 {
//!     let now = Instant::from_secs(second);
//!     let permit = breaker.try_acquire(now).expect("closed, so the call may go");
//!     breaker.report(now, permit, Outcome::Failure(Failure::Connect));
//! }
//! let rejection = breaker.try_acquire(Instant::from_secs(10)).unwrap_err();
//! assert_eq!(rejection.retry_after(), Some(Duration::from_secs(24)));
//! # Ok::<(), fusebox::engine::ConfigError>(())
//! ```

mod backoff;
mod breaker;
mod budget;
mod bulkhead;
mod call;
mod config;
mod cubic_rate;
mod explain;
mod fallback;
mod hedge;
mod idempotency;
mod layer;
mod outcome;
mod pipeline;
mod rate_limit;
mod retry;
mod rolling;
mod throttle;
mod timeout;

pub use backoff::{Backoff, BackoffConfig, Delays, Growth, Jitter};
pub use breaker::{
    BreakerConfig, Cause, CircuitBreaker, Counts, Ended, Exceeded, HalfOpen, Mode, Observation,
    Overdue, Permit, Rate, Remembered, SavedState, SlowRate, Snapshot, State, StateName,
    TRIALS_MAX, Transition, Undecided, Verdict, WINDOW_MAX, Window, WindowStep,
};
pub use budget::{BudgetConfig, RetryBudget, RetryPermit, Shortage};
pub use bulkhead::{Admission, Bulkhead, BulkheadConfig, Slot, Waiter};
pub use call::{Call, Context, End, Input, Request, Step, Wait};
pub use config::{ConfigError, require};
pub use cubic_rate::CubicRate;
pub use explain::{Decision, Explain, Record};
pub use fallback::{Answer, FallbackConfig, Otherwise};
pub use hedge::{Attempts, Hedge, HedgeConfig, HedgeStep, Race};
pub use idempotency::{Begin, Claim, IdempotencyConfig, IdempotencyTable, TooLate};
pub use layer::{LayerConfig, LayerKind};
pub use outcome::{Failure, Outcome, Rejection};
pub use pipeline::Pipeline;
pub use rate_limit::{RateLimit, RateLimitConfig};
pub use retry::{GiveUp, Granted, Repeat, Retry, RetryConfig, Tried};
pub use throttle::{Demand, Throttle, ThrottleConfig, ThrottlePermit};
pub use timeout::{Limit, TimeoutConfig};

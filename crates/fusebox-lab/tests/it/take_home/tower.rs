// The layers around postgres, for tower-resilience 0.14. Exported by Fusebox.
// These numbers were tuned in a simulation: observe them in shadow before you rely on them.
// timeout.connect is 500ms here, unlimited in tower-resilience. The time to connect is a setting of
// the HTTP client or the driver.
// timeout.call is 3s here, unlimited in tower-resilience. A limit on the whole call needs another
// timeout around the retries.
// retry.budget is in_flight here, off in tower-resilience. It has no retry budget: in an outage, every
// call makes all of its attempts.
// breaker.trial_timeout is 60s here, unlimited in tower-resilience. A trial that never ends keeps its
// place: put a timeout inside the breaker.
// Every error is a failure unless failure_classifier says otherwise.
// Every error is retried unless retry_on says otherwise: leave out what may have taken effect.

//! Layers around postgres; `tower::ServiceBuilder` has the outermost first:
//!
//! ServiceBuilder::new()
//!     .layer(bulkhead())
//!     .layer(breaker())
//!     .layer(retry())
//!     .layer(time_limit())

use std::time::Duration;
use tower_resilience_bulkhead::BulkheadLayer;
use tower_resilience_circuitbreaker::{CircuitBreakerLayer, SlidingWindowType};
use tower_resilience_retry::{ExponentialRandomBackoff, RetryLayer};
use tower_resilience_timelimiter::{FixedTimeout, TimeLimiterLayer};

pub fn bulkhead() -> BulkheadLayer {
    BulkheadLayer::builder()
        .max_concurrent_calls(25)
        .max_wait_duration(Duration::from_secs(0))
        .build()
        .expect("settings in range")
}

pub fn breaker() -> CircuitBreakerLayer {
    CircuitBreakerLayer::builder()
        .sliding_window_type(SlidingWindowType::TimeBased)
        .sliding_window_duration(Duration::from_secs(10))
        .failure_rate_threshold(0.5_f64)
        .minimum_number_of_calls(20)
        .wait_duration_in_open(Duration::from_secs(5))
        .permitted_calls_in_half_open(1)
        .build()
        .expect("settings in range")
}

pub fn retry<Request, Response, Error>() -> RetryLayer<Request, Response, Error> {
    let backoff = ExponentialRandomBackoff::new(Duration::from_millis(100), 0.2_f64)
        .and_then(|backoff| backoff.multiplier(2_f64))
        .expect("settings in range")
        .max_interval(Duration::from_secs(2));
    RetryLayer::builder()
        .max_attempts(3)
        .backoff(backoff)
        .build()
}

pub fn time_limit() -> TimeLimiterLayer<FixedTimeout> {
    TimeLimiterLayer::builder()
        .timeout_duration(Duration::from_millis(800))
        .build()
}

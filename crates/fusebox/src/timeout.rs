//! Limits of time, so that no call waits for ever.

use crate::time::Duration;
use core::ops::RangeInclusive;

const LIMIT: RangeInclusive<Duration> = Duration::MILLISECOND..=Duration::DAY;

crate::settings! {
    /// Limits of time; the defaults are 2 s to connect, 10 s for an answer, 30 s in
    /// all.
    ///
    /// The earlier of the call's limit and its caller's deadline applies, and an attempt passes
    /// what is left of it on to the dependency ([`Call::time_left`](super::Call::time_left)).
    ///
    /// ```
    /// use fusebox::{Context, LayerConfig, Pipeline, Repeat, Request, Step, TimeoutConfig};
    /// use fusebox::rng::Rng;
    /// use fusebox::time::{Duration, Instant};
    ///
    /// let layers = [LayerConfig::Timeout(TimeoutConfig::default())];
    /// let mut pipeline = Pipeline::new(&layers, 1)?;
    /// let (now, mut rng) = (Instant::ZERO, Rng::from_seed(1));
    /// let mut cx = Context { now, rng: &mut rng, explain: &mut () };
    /// let deadline = Instant::from_secs(3);
    /// let request = Request { deadline, ..Request::new(1, Repeat::Safe) };
    /// let (mut call, step) = pipeline.start(request, &mut cx);
    /// assert_eq!(step, Step::Attempt(1));
    /// assert_eq!(call.wake_at(), Instant::from_secs(2), "when there must be a connection");
    /// call.connected();
    /// assert_eq!(call.wake_at(), deadline);
    /// assert_eq!(call.time_left(now), Some(Duration::from_secs(3)));
    /// # Ok::<(), fusebox::ConfigError>(())
    /// ```
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub struct TimeoutConfig in "timeout" {
        /// For making a connection.
        connect: Duration = Duration::from_secs(2), CONNECT: LIMIT;
        /// For everything inside the timeout layer, in the usual order one attempt.
        attempt: Duration = Duration::from_secs(10), ATTEMPT: LIMIT;
        /// For the whole call, including waits and retries.
        call: Duration = Duration::from_secs(30), CALL: LIMIT;
    }
}

/// Which limit ran out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TimeLimit {
    /// See [`TimeoutConfig::connect`].
    Connect,
    /// See [`TimeoutConfig::attempt`].
    Attempt,
    /// See [`TimeoutConfig::call`].
    Call,
    /// The caller's own deadline; see [`Request::deadline`](super::Request::deadline).
    Deadline,
}

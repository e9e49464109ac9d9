//! The answer when the dependency cannot give one: degrade the quality, not the service.

use crate::config::{ConfigError, require_in};
use crate::time::{Duration, Instant};
use core::ops::RangeInclusive;

/// The settings of a fallback; the default serves cached answers that are up to 5 minutes old.
///
/// ```
/// use fusebox::{Answer, FallbackConfig, Otherwise};
/// use fusebox::time::{Duration, Instant};
///
/// let otherwise = Otherwise::Substitute;
/// let fallback = FallbackConfig { otherwise, ..FallbackConfig::default() }.check()?;
/// let (now, cached_at) = (Instant::from_secs(60), Some(Instant::from_secs(20)));
/// let age = Duration::from_secs(40);
/// assert_eq!(fallback.answer(now, cached_at, None), Answer::Stale { age });
/// assert_eq!(fallback.answer(now, None, None), Answer::Substitute);
/// # Ok::<(), fusebox::ConfigError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FallbackConfig {
    /// The oldest cached answer that is still served, up to 1 day; none for no cache.
    pub max_stale_age: Option<Duration>,
    /// The answer if there is no such cached answer.
    pub otherwise: Otherwise,
}

/// The answer if the cache has none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Otherwise {
    /// The answer of a cheaper substitute: a smaller model, a replica.
    Substitute,
    /// A fixed answer: the ten most popular results.
    Default,
    /// 503 with `Retry-After`.
    Unavailable {
        /// The wait to ask for if the rejection itself names none: up to 1 day.
        retry_after: Duration,
    },
}

/// The answer given in place of the dependency's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// A cached answer of this age, marked as stale.
    Stale {
        /// How old it is.
        age: Duration,
    },
    /// See [`Otherwise::Substitute`].
    Substitute,
    /// See [`Otherwise::Default`].
    Default,
    /// 503, with the wait after which a new call has a chance.
    Unavailable {
        /// The wait.
        retry_after: Duration,
    },
}

impl Default for FallbackConfig {
    fn default() -> Self {
        Self {
            max_stale_age: Some(Duration::from_secs(300)),
            otherwise: Otherwise::Unavailable { retry_after: Duration::from_secs(5) },
        }
    }
}

impl FallbackConfig {
    /// The range of [`max_stale_age`](Self::max_stale_age).
    pub const MAX_STALE_AGE: RangeInclusive<Duration> = Duration::ZERO..=Duration::DAY;
    /// The range of the wait of [`Otherwise::Unavailable`].
    pub const RETRY_AFTER: RangeInclusive<Duration> = Duration::ZERO..=Duration::DAY;

    /// The settings themselves, if they are valid.
    ///
    /// # Errors
    /// When a length is outside its range.
    pub fn check(self) -> Result<Self, ConfigError> {
        if let Some(age) = self.max_stale_age {
            require_in(&Self::MAX_STALE_AGE, "fallback.max_stale_age", age)?;
        }
        if let Otherwise::Unavailable { retry_after } = self.otherwise {
            require_in(&Self::RETRY_AFTER, "fallback.retry_after", retry_after)?;
        }
        Ok(self)
    }

    /// The answer to a call that failed. The cache was filled at `cached_at`; a rejection may know
    /// when a new call has a chance.
    #[must_use]
    pub fn answer(
        &self,
        now: Instant,
        cached_at: Option<Instant>,
        retry_after: Option<Duration>,
    ) -> Answer {
        let age = cached_at.map(|at| now.since(at));
        if let (Some(age), Some(oldest)) = (age, self.max_stale_age)
            && age <= oldest
        {
            return Answer::Stale { age };
        }
        match self.otherwise {
            Otherwise::Substitute => Answer::Substitute,
            Otherwise::Default => Answer::Default,
            Otherwise::Unavailable { retry_after: default } => {
                Answer::Unavailable { retry_after: retry_after.unwrap_or(default) }
            }
        }
    }
}

impl Answer {
    /// Whether the caller got something to use.
    #[must_use]
    pub const fn is_useful(self) -> bool {
        !matches!(self, Self::Unavailable { .. })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cache_serves_up_to_its_age_and_then_the_other_answer_does() {
        let fallback = FallbackConfig::default();
        let at = Instant::from_secs;
        let age = Duration::from_secs(300);
        assert_eq!(fallback.answer(at(300), Some(at(0)), None), Answer::Stale { age });
        let retry_after = Duration::from_secs(5);
        assert_eq!(
            fallback.answer(at(301), Some(at(0)), None),
            Answer::Unavailable { retry_after }
        );
        let retry_after = Duration::from_secs(12);
        assert_eq!(
            fallback.answer(at(1), None, Some(retry_after)),
            Answer::Unavailable { retry_after }
        );
    }

    #[test]
    fn all_answers_but_503_are_of_use() {
        let second = Duration::from_secs(1);
        let answers = [
            Answer::Stale { age: second },
            Answer::Substitute,
            Answer::Default,
            Answer::Unavailable { retry_after: second },
        ];
        assert_eq!(answers.map(Answer::is_useful), [true, true, true, false]);
    }

    #[test]
    fn settings_out_of_range_name_themselves() {
        let default = FallbackConfig::default();
        let (day, too_long) = (Duration::from_secs(86_400), Duration::from_secs(86_401));
        let unavailable = |retry_after| Otherwise::Unavailable { retry_after };
        let longest = FallbackConfig { max_stale_age: Some(day), otherwise: unavailable(day) };
        assert_eq!(longest.check(), Ok(longest));
        for (config, field) in [
            (FallbackConfig { max_stale_age: Some(too_long), ..default }, "fallback.max_stale_age"),
            (
                FallbackConfig { otherwise: unavailable(too_long), ..default },
                "fallback.retry_after",
            ),
        ] {
            assert_eq!(config.check().unwrap_err().field, field);
        }
    }
}

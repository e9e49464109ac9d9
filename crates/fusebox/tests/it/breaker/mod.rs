//! The breaker beside a model that is too simple to be wrong: under random scripts, under all short
//! ones, and in what holds for any.

mod model;
mod pair;
pub(crate) mod properties;
pub(crate) mod scripts;
pub(crate) mod walk;

use fusebox::time::Duration;
use fusebox::{Failure, Outcome};

const FAILED: Outcome = Outcome::Failure(Failure::Timeout);

const fn ms(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

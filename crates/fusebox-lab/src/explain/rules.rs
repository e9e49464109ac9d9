//! The rules of breakers, as parts of sentences.

use crate::words::plural;
use fusebox::{BreakerConfig, Overdue, Rule, SlowRate};

/// What opens a closed breaker.
pub(super) fn opens(config: &BreakerConfig) -> String {
    let (of, least) = (config.window, plural(config.min_calls.into(), "call", "calls"));
    let rules = config.rules().map(|rule| match rule {
        Rule::Failures(failures) => {
            format!("{} {of}", plural(failures.into(), "failure", "failures"))
        }
        Rule::FailureRate(rate) => format!("{rate} failures of at least {least} {of}"),
        Rule::SlowRate(SlowRate { threshold, rate }) => {
            format!("{rate} calls over {threshold} of at least {least} {of}")
        }
        Rule::Overdue(Overdue { calls, share, after }) => {
            let calls = plural(calls.into(), "call", "calls");
            let least = share.map_or_else(String::new, |share| format!("{share} and at least "));
            format!("{least}{calls} in flight for over {after}")
        }
    });
    rules.collect::<Vec<_>>().join(", or ")
}

/// What closes a half-open breaker.
pub(super) fn trials(config: &BreakerConfig) -> String {
    let trials = plural(config.trials.into(), "call passes as a trial", "calls pass as trials");
    format!("{trials}, and {} must succeed to close it", config.trials_to_close)
}

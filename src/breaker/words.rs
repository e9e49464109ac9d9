//! The breaker in sentences.

use crate::breaker::rules;
use crate::breaker::strip;
use crate::breaker::view::{BreakerAt, BreakerStatus};
use crate::format::{count, plural, seconds};
use fusebox::time::{Duration, Instant};
use fusebox::{
    Cause, CircuitBreaker, Counts, Exceeded, HalfOpen, RuleStatus, State, StateName, Transition,
    Window,
};
use fusebox_sim::Dependency;

/// A transition is told for so long before what comes next is.
const NEWS: Duration = Duration::from_secs(10);

/// The largest words of the panel.
pub(super) fn headline(status: BreakerStatus, state: State, needed: u32, now: Instant) -> String {
    match (status, state) {
        (BreakerStatus::Absent, _) => "No breaker here".to_owned(),
        (BreakerStatus::SwitchedOff, _) => "Switched off".to_owned(),
        (BreakerStatus::Disabled, _) => "Disabled".to_owned(),
        (BreakerStatus::ForcedOpen, _) => "Forced open".to_owned(),
        (BreakerStatus::Observing, _) => "Only observing".to_owned(),
        (BreakerStatus::Working(_), State::Closed) => "Closed, calls pass".to_owned(),
        (BreakerStatus::Working(_), State::Open { until }) if until <= now => {
            "Open, trial is next".to_owned()
        }
        (BreakerStatus::Working(_), State::Open { until }) => {
            format!("Open, trial in {}", left(until.since(now)))
        }
        (BreakerStatus::Working(_), State::HalfOpen { passed, .. }) => {
            format!("Half-open, {passed} of {needed}")
        }
    }
}

/// What is left of a length, in no more letters than fit beside an edge.
pub(super) fn left(length: Duration) -> String {
    match length.as_micros() / 1_000_000 {
        0..100 => seconds(length),
        whole @ 100..1_000 => format!("{whole} s"),
        whole @ 1_000..36_000 => format!("{} min", whole / 60),
        whole => format!("{} h", whole / 3_600),
    }
}

/// What would change the state next.
pub(super) fn next(
    breaker: &CircuitBreaker,
    status: BreakerStatus,
    rules: &[RuleStatus],
    now: Instant,
) -> String {
    let opens = match status {
        BreakerStatus::Working(StateName::Closed) => ["opens it", "open it"],
        BreakerStatus::Observing => ["would open it", "would open it"],
        BreakerStatus::Working(StateName::Open) => return trials_to_come(breaker),
        BreakerStatus::Working(StateName::HalfOpen) => {
            return breaker.half_open().map(decision).unwrap_or_default();
        }
        BreakerStatus::ForcedOpen | BreakerStatus::Disabled => {
            return "Until an operator changes its mode.".to_owned();
        }
        BreakerStatus::Absent | BreakerStatus::SwitchedOff => return String::new(),
    };
    rules.first().map(|rule| rules::next(rule, now, opens)).unwrap_or_default()
}

fn trials_to_come(breaker: &CircuitBreaker) -> String {
    let config = breaker.config();
    match (config.trials, config.trials_to_close) {
        (1, _) => "Then a single call passes as a trial, and decides.".to_owned(),
        (trials, needed) if trials == needed => {
            format!("Then {trials} calls pass as trials, and all of them must succeed.")
        }
        (trials, needed) => {
            format!("Then {trials} calls pass as trials, and {needed} of them must succeed.")
        }
    }
}

/// What would end a half-open cycle.
fn decision(cycle: HalfOpen) -> String {
    let HalfOpen { trials, needed, passed, failed, .. } = cycle;
    let to_close = needed.saturating_sub(passed);
    let to_open = (trials.saturating_sub(needed) + 1).saturating_sub(failed);
    format!(
        "{} {} it, {} {} it again.",
        plural(to_close.into(), "more success", "more successes"),
        if to_close == 1 { "closes" } else { "close" },
        plural(to_open.into(), "failure", "failures"),
        if to_open == 1 { "opens" } else { "open" },
    )
}

/// What the breaker has in hand, as a title.
pub(super) fn held(breaker: &CircuitBreaker, status: BreakerStatus, now: Instant) -> String {
    let counts = breaker.window(now);
    match (status, breaker.half_open()) {
        (BreakerStatus::Working(StateName::Closed) | BreakerStatus::Observing, _) => {
            match breaker.config().window {
                Window::Time(_) | Window::Count(_) => format!("Holds {}", strip::words(counts)),
                Window::Consecutive => {
                    plural(counts.failures.into(), "failure in a row", "failures in a row")
                }
            }
        }
        (BreakerStatus::Working(StateName::HalfOpen), Some(cycle)) => trials(cycle),
        (BreakerStatus::Working(_), _) => match breaker.last_transition().map(|last| last.cause) {
            Some(Cause::Exceeded(Exceeded { counts, .. })) => format!(
                "As it opened: {} of {}",
                plural(counts.failures.into(), "failure", "failures"),
                plural(counts.calls().into(), "call", "calls"),
            ),
            _ => "Empty while it is open".to_owned(),
        },
        _ => "It counts nothing".to_owned(),
    }
}

/// What stands where a window would be.
pub(super) const fn empty(status: BreakerStatus) -> &'static str {
    match status {
        BreakerStatus::Working(_) | BreakerStatus::ForcedOpen => {
            "No call passes, so nothing is counted."
        }
        _ => "Every call passes uncounted.",
    }
}

fn trials(cycle: HalfOpen) -> String {
    let HalfOpen { running, passed, failed, .. } = cycle;
    format!("Trials: {passed} passed, {failed} failed, {running} under way")
}

/// What the breaker refused and ignored, as a sentence.
pub(super) fn quiet(breaker: &CircuitBreaker) -> String {
    let (stale, refused) = (breaker.stale_reports(), breaker.rejections());
    let late = || plural(stale, "late result ignored", "late results ignored");
    match (stale, refused) {
        (0, 0) => "No call refused, no late result.".to_owned(),
        (0, _) => format!("{}.", plural(refused, "call refused", "calls refused")),
        (_, 0) => format!("{}.", late()),
        _ => format!("{}, {}.", late(), plural(refused, "call refused", "calls refused")),
    }
}

/// What it means that there is no breaker.
pub(super) fn absent(on: Dependency) -> String {
    format!("Nothing keeps calls from {}, whatever its state.", on.title())
}

/// The newest thing that the breaker decided, or what it sees.
pub(super) fn why(
    breaker: &CircuitBreaker,
    shown: &BreakerAt<'_>,
    status: BreakerStatus,
    rules: &[RuleStatus],
) -> String {
    let BreakerAt { on, now, .. } = *shown;
    match status {
        BreakerStatus::Absent => return absent(on),
        BreakerStatus::SwitchedOff => {
            return format!("It stops no call, whatever the state of {}.", on.title());
        }
        BreakerStatus::Disabled => {
            return "It was told to let every call pass, and counts nothing.".to_owned();
        }
        BreakerStatus::ForcedOpen => {
            return "It was told to stay open, and lets no call pass.".to_owned();
        }
        BreakerStatus::Observing => return observed(breaker),
        BreakerStatus::Working(_) => {}
    }
    if let (Some((at, wait)), Some(cause)) = (shown.rejection, breaker.last_transition()) {
        let (because, wait) = (because(&cause), seconds(wait));
        return format!(
            "The call at {at} was not sent. {because}, so calls fail fast for {wait} more."
        );
    }
    let is_news = |last: &Transition| breaker.state() != State::Closed || now.since(last.at) < NEWS;
    if let Some(transition) = breaker.last_transition().filter(is_news) {
        return sentence(on, &transition);
    }
    let mut why =
        format!("It is closed: calls pass, and how they end is counted. {}.", seen(breaker, now));
    // What is nearest stands above already.
    for rule in rules.iter().skip(1) {
        why.push_str(" Besides, ");
        why.push_str(&rules::next(rule, now, ["opens it", "open it"]));
    }
    why
}

fn seen(breaker: &CircuitBreaker, now: Instant) -> String {
    let Counts { failures, .. } = breaker.window(now);
    let calls = plural(breaker.window(now).calls().into(), "call", "calls");
    match (breaker.config().window, failures) {
        (Window::Consecutive, 0) => "The newest has not failed".to_owned(),
        (Window::Consecutive, failures) => {
            plural(failures.into(), "call in a row has failed", "calls in a row have failed")
        }
        (Window::Count(_), 0) => format!("The last {calls} have not failed"),
        (Window::Count(_), failures) => {
            format!("{} of the last {calls} failed", count(failures.into()))
        }
        (Window::Time(length), 0) => format!("Of {calls} in the last {length} none failed"),
        (Window::Time(length), failures) => {
            format!("{} of {calls} in the last {length} failed", count(failures.into()))
        }
    }
}

fn observed(breaker: &CircuitBreaker) -> String {
    match breaker.last_shadow_trip() {
        Some(observation) => format!("At {}, {}", observation.at, observation),
        None => {
            "It stays closed and only says when it would have opened, which was not yet.".to_owned()
        }
    }
}

fn because(transition: &Transition) -> String {
    format!("{} at {}", capitalised(transition.cause.to_string()), transition.at)
}

fn capitalised(mut text: String) -> String {
    if let Some(first) = text.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    text
}

/// A transition as the page tells and announces it.
pub(crate) fn sentence(on: Dependency, transition: &Transition) -> String {
    format!(
        "{}, and the breaker on {} went from {} to {}.",
        because(transition),
        on.title(),
        transition.from,
        transition.to
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_is_short_at_any_length() {
        let left = |millis| left(Duration::from_millis(millis));
        assert_eq!(left(12_400), "12.4 s");
        assert_eq!(left(203_000), "203 s");
        assert_eq!(left(1_800_000), "30 min");
        assert_eq!(left(86_400_000), "24 h");
    }

    #[test]
    fn the_end_of_a_cycle_follows_its_arithmetic() {
        let cycle =
            HalfOpen { trials: 5, needed: 3, running: 1, passed: 2, failed: 1, next_timeout: None };
        assert_eq!(decision(cycle), "1 more success closes it, 2 failures open it again.");
        assert_eq!(trials(cycle), "Trials: 2 passed, 1 failed, 1 under way");
    }
}

//! The breaker in sentences.

use crate::format::{count, plural, seconds};
use crate::playground::breaker::rules::Rule;
use crate::playground::breaker::strip;
use crate::playground::breaker::view::Face;
use fusebox::time::{Duration, Instant};
use fusebox::{
    Cause, CircuitBreaker, Counts, Decision, Exceeded, HalfOpen, Rejection, State, StateName,
    Transition, Window,
};
use fusebox_sim::{Dependency, What, World};

/// A transition is told for so long before what comes next is.
const NEWS: Duration = Duration::from_secs(10);

/// The largest words of the panel.
pub(super) fn headline(face: Face, state: State, needed: u32, now: Instant) -> String {
    match (face, state) {
        (Face::Absent, _) => "No breaker here".to_owned(),
        (Face::SwitchedOff, _) => "Switched off".to_owned(),
        (Face::Disabled, _) => "Disabled".to_owned(),
        (Face::ForcedOpen, _) => "Forced open".to_owned(),
        (Face::Observing, _) => "Only observing".to_owned(),
        (Face::Working(_), State::Closed) => "Closed, calls pass".to_owned(),
        (Face::Working(_), State::Open { until }) if until <= now => {
            "Open, trial is next".to_owned()
        }
        (Face::Working(_), State::Open { until }) => {
            format!("Open, trial in {}", left(until.since(now)))
        }
        (Face::Working(_), State::HalfOpen { passed, .. }) => {
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
pub(super) fn next(breaker: &CircuitBreaker, face: Face, rules: &[Rule]) -> String {
    let opens = match face {
        Face::Working(StateName::Closed) => ["opens it", "open it"],
        Face::Observing => ["would open it", "would open it"],
        Face::Working(StateName::Open) => return trials_to_come(breaker),
        Face::Working(StateName::HalfOpen) => {
            return breaker.half_open().map(decision).unwrap_or_default();
        }
        Face::ForcedOpen | Face::Disabled => return "Until it is told otherwise.".to_owned(),
        Face::Absent | Face::SwitchedOff => return String::new(),
    };
    rules.first().map(|rule| rule.next(opens)).unwrap_or_default()
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
pub(super) fn held(breaker: &CircuitBreaker, face: Face, now: Instant) -> String {
    let counts = breaker.window(now);
    match (face, breaker.half_open()) {
        (Face::Working(StateName::Closed) | Face::Observing, _) => match breaker.config().window {
            Window::Time(_) | Window::Count(_) => format!("Holds {}", strip::words(counts)),
            Window::Consecutive => {
                plural(counts.failures.into(), "failure in a row", "failures in a row")
            }
        },
        (Face::Working(StateName::HalfOpen), Some(cycle)) => trials(cycle),
        (Face::Working(_), _) => match breaker.last_transition().map(|last| last.cause) {
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
pub(super) const fn empty(face: Face) -> &'static str {
    match face {
        Face::Working(_) | Face::ForcedOpen => "No call passes, so nothing is counted.",
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
    world: &World,
    breaker: &CircuitBreaker,
    on: Dependency,
    face: Face,
    rules: &[Rule],
) -> String {
    match face {
        Face::Absent => return absent(on),
        Face::SwitchedOff => {
            return format!("It stops no call, whatever the state of {}.", on.title());
        }
        Face::Disabled => {
            return "It was told to let every call pass, and counts nothing.".to_owned();
        }
        Face::ForcedOpen => return "It was told to stay open, and lets no call pass.".to_owned(),
        Face::Observing => return observed(breaker),
        Face::Working(_) => {}
    }
    if matches!(breaker.state(), State::Open { .. })
        && let Some(refusal) = newest_refusal(world, breaker, on)
    {
        return refusal;
    }
    let is_news =
        |last: &Transition| breaker.state() != State::Closed || world.now().since(last.at) < NEWS;
    if let Some(transition) = breaker.last_transition().filter(is_news) {
        return sentence(on, &transition);
    }
    let mut why = format!(
        "It is closed: calls pass, and how they end is counted. {}.",
        seen(breaker, world.now())
    );
    // What is nearest stands above already.
    for rule in rules.iter().skip(1) {
        why.push_str(" Besides, ");
        why.push_str(&rule.next(["opens it", "open it"]));
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
    match breaker.last_observation() {
        Some(observation) => format!("At {}, {}", observation.at, observation),
        None => {
            "It stays closed and only says when it would have opened, which was not yet.".to_owned()
        }
    }
}

fn newest_refusal(world: &World, breaker: &CircuitBreaker, on: Dependency) -> Option<String> {
    // A refusal is among the newest entries while calls come; a long search would find an old one.
    let seen = world.trace().added().saturating_sub(200);
    let cause = breaker.last_transition()?;
    world.trace().since(seen).rev().take_while(|entry| entry.at >= cause.at).find_map(|entry| {
        let refused = (entry.on == Some(on)).then_some(entry.what)?;
        let What::Decided(Decision::Refused(Rejection::BreakerOpen { retry_after, .. })) = refused
        else {
            return None;
        };
        let (at, because, wait) = (entry.at, because(&cause), seconds(retry_after));
        Some(format!(
            "The call at {at} was not sent. {because}, so calls fail fast for {wait} more."
        ))
    })
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
pub(in crate::playground) fn sentence(on: Dependency, transition: &Transition) -> String {
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
            HalfOpen { trials: 5, needed: 3, running: 1, passed: 2, failed: 1, lease_ends: None };
        assert_eq!(decision(cycle), "1 more success closes it, 2 failures open it again.");
        assert_eq!(trials(cycle), "Trials: 2 passed, 1 failed, 1 under way");
    }
}

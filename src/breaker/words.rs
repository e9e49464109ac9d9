//! The text of the breaker panel.

use crate::breaker::rules;
use crate::breaker::status::BreakerStatus;
use crate::breaker::strip;
use fusebox::time::{Duration, Instant};
use fusebox::{
    Cause, CircuitBreaker, Exceeded, HalfOpen, RuleStatus, State, StateName, Transition,
};
use fusebox_lab::words::{capital, left, plural};
use fusebox_sim::Dependency;

/// The text of the panel for one breaker.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Words {
    /// The headline of the panel.
    pub(crate) headline: String,
    /// The condition for the next transition.
    pub(crate) next: String,
    /// The title of the window or the trials.
    pub(super) held: String,
    /// Why the breaker is in its state.
    pub(super) why: String,
    /// The calls that it rejected and ignored.
    pub(super) quiet: String,
}

impl Words {
    pub(super) fn of(
        on: Dependency,
        now: Instant,
        breaker: Option<&CircuitBreaker>,
        status: BreakerStatus,
        rules: &[RuleStatus],
    ) -> Self {
        let by_operator = "Until an operator changes its mode.";
        let fixed = |headline: &str, next: &str, why: String| Self {
            headline: headline.to_owned(),
            next: next.to_owned(),
            held: "It counts nothing".to_owned(),
            why,
            quiet: breaker.map(quiet).unwrap_or_default(),
        };
        let Some(breaker) = breaker else {
            let why = format!("Calls to {} pass, whatever its state.", on.title());
            return fixed("No breaker here", "", why);
        };
        let nearest =
            |opens| rules.first().map(|rule| rules::next(rule, now, opens)).unwrap_or_default();
        let working = |headline: &str, next: &str, held: String| Self {
            held,
            ..fixed(headline, next, why(on, now, breaker, rules))
        };
        let holds = || format!("Holds {}", strip::words(breaker.window(now)));
        match (status, breaker.state()) {
            (BreakerStatus::Absent | BreakerStatus::SwitchedOff, _) => {
                let why = format!("Calls to {} pass, whatever its state.", on.title());
                fixed("Switched off", "", why)
            }
            (BreakerStatus::Disabled, _) => {
                let why = "An operator disabled it: every call passes, and nothing is counted.";
                fixed("Disabled", by_operator, why.to_owned())
            }
            (BreakerStatus::ForcedOpen, _) => {
                let why = "An operator forced it open: no call passes.";
                fixed("Forced open", by_operator, why.to_owned())
            }
            (BreakerStatus::Shadow, _) => {
                let why = breaker.last_shadow_trip().map_or_else(
                    || "It stays closed and says when it would have opened: not yet.".to_owned(),
                    |trip| format!("At {}, {trip}", trip.at),
                );
                Self { held: holds(), ..fixed("Shadow mode", &nearest(["would open it"; 2]), why) }
            }
            (BreakerStatus::Working(_), State::Closed) => {
                working("Closed, calls pass", &nearest(["opens it", "open it"]), holds())
            }
            (BreakerStatus::Working(_), State::Open { until }) => {
                let headline = match until.since(now) {
                    Duration::ZERO => "Open, trial is next".to_owned(),
                    wait => format!("Open, trial in {}", left(wait)),
                };
                let held = match breaker.last_transition().map(|last| last.cause) {
                    Some(Cause::Exceeded(Exceeded { counts, .. })) => format!(
                        "As it opened: {} of {}",
                        plural(counts.failures.into(), "failure", "failures"),
                        plural(counts.calls().into(), "call", "calls"),
                    ),
                    _ => "Empty while it is open".to_owned(),
                };
                let (trials, needed) = (breaker.config().trials, breaker.config().trials_to_close);
                let trials =
                    plural(trials.into(), "call passes as a trial", "calls pass as trials");
                working(&headline, &format!("Then {trials}, and {needed} must succeed."), held)
            }
            (BreakerStatus::Working(_), State::HalfOpen { .. }) => {
                let Some(cycle) = breaker.half_open() else { return Self::default() };
                let HalfOpen { needed, running, passed, failed, .. } = cycle;
                let held = format!("Trials: {passed} passed, {failed} failed, {running} in flight");
                working(&format!("Half-open, {passed} of {needed}"), &decision(cycle), held)
            }
        }
    }
}

/// The condition that ends a half-open cycle.
fn decision(HalfOpen { trials, needed, passed, failed, .. }: HalfOpen) -> String {
    let to_close = needed.saturating_sub(passed);
    let to_open = (trials.saturating_sub(needed) + 1).saturating_sub(failed);
    format!(
        "{} it, {} it again.",
        plural(to_close.into(), "more success closes", "more successes close"),
        plural(to_open.into(), "failure opens", "failures open"),
    )
}

/// The calls that the breaker rejected and ignored, as a sentence.
fn quiet(breaker: &CircuitBreaker) -> String {
    let (stale, rejected) = (breaker.stale_reports(), breaker.rejections());
    if (stale, rejected) == (0, 0) {
        return "No call rejected, no late result.".to_owned();
    }
    format!(
        "{}, {}.",
        plural(stale, "late result ignored", "late results ignored"),
        plural(rejected, "call rejected", "calls rejected")
    )
}

/// The newest transition of a breaker that is on, or what it is doing before the first.
fn why(on: Dependency, now: Instant, breaker: &CircuitBreaker, rules: &[RuleStatus]) -> String {
    let calm = || "It is closed: calls pass, and their outcomes count.".to_owned();
    let mut why = breaker.last_transition().map_or_else(calm, |last| sentence(on, &last));
    if breaker.state() == State::Closed {
        // The nearest rule is in the text above already.
        for rule in rules.iter().skip(1) {
            why.push_str(" Also: ");
            why.push_str(&rules::next(rule, now, ["opens it", "open it"]));
        }
    }
    why
}

/// A transition as the page shows and announces it.
pub(crate) fn sentence(on: Dependency, transition: &Transition) -> String {
    let Transition { at, from, to, cause } = *transition;
    let on = on.title();
    capital(&format!("{cause} at {at}, and the breaker on {on} went from {from} to {to}."))
}

/// A transition and its consequence, for a user who sees the first of its kind; `trials` is their
/// number. Before it has come, only what is coming.
pub(crate) fn caption(
    on: Dependency,
    transition: &Transition,
    trials: u32,
    is_coming: bool,
) -> String {
    let is_trip = transition.from == StateName::Closed;
    let (coming, then) = match transition.to {
        StateName::Open if is_trip => ("open", "Calls now fail at once instead of waiting.".into()),
        StateName::Open => ("open again", "No call passes until the next cooldown ends.".into()),
        StateName::HalfOpen => {
            let pass = plural(trials.into(), "call passes as a trial", "calls pass as trials");
            ("let a trial pass", format!("Up to {pass}; all others still fail at once."))
        }
        StateName::Closed => ("close", "All calls pass again.".into()),
    };
    if is_coming {
        return format!("The breaker on {} is about to {coming}.", on.title());
    }
    format!("{} {then}", sentence(on, transition))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_transitions_are_announced_and_then_explained() {
        let transition = Transition {
            at: Instant::from_secs(5),
            from: StateName::Open,
            to: StateName::HalfOpen,
            cause: Cause::ByHand,
        };
        let words = |is_coming| caption(Dependency::Postgres, &transition, 2, is_coming);
        assert_eq!(words(true), "The breaker on the database is about to let a trial pass.");
        assert!(words(false).ends_with(
            "the breaker on the database went from open to half-open. Up to 2 calls pass as trials; \
             all others still fail at once."
        ));
    }

    #[test]
    fn the_end_of_a_cycle_follows_its_arithmetic() {
        let cycle =
            HalfOpen { trials: 5, needed: 3, running: 1, passed: 2, failed: 1, next_timeout: None };
        assert_eq!(decision(cycle), "1 more success closes it, 2 failures open it again.");
    }
}

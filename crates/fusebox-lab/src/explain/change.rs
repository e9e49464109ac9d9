//! The explanation of a change of a breaker: the rule, the numbers, the effect, and the next
//! change.

use super::clauses::layer;
use super::event::{Tense, became};
use super::{Explanation, Line, rules};
use crate::low_share::{LOW_SHARE, is_at_low_share};
use crate::shared_breaker;
use crate::words::{count, length, plural, sentence};
use fusebox::time::Instant;
use fusebox::{BreakerConfig, Cause, HalfOpen, LayerKind, State, StateName};
use fusebox_sim::{BreakerChange, Dependency, World};

/// The explanation of a transition of a breaker.
#[must_use]
pub fn of_change(change: &BreakerChange, world: &World) -> Explanation {
    let BreakerChange { at, on, transition } = *change;
    let did = match (transition.from, transition.to) {
        (StateName::HalfOpen, StateName::Open) => "open again",
        (_, StateName::Open) => "open",
        (_, StateName::HalfOpen) => "become half-open",
        (_, StateName::Closed) => "close",
    };
    let title = format!("Why did {} {did} at {at}?", layer(LayerKind::Breaker, on));
    let mut lines = vec![Line::at(at, sentence(&transition.cause.to_string()))];
    let config = on.and_then(|on| world.breaker(on)).map(|breaker| *breaker.config());
    if let (Some(config), Cause::Exceeded(exceeded)) = (&config, transition.cause) {
        let counts = exceeded.counts;
        let mut held = format!(
            "Its window held {}, {} of them failed.",
            plural(counts.calls().into(), "call", "calls"),
            count(counts.failures.into())
        );
        if exceeded.failure_rate.is_some() || exceeded.slow_rate.is_some() {
            let least = plural(config.min_calls.into(), "call", "calls");
            held = format!("{held} A rate counts once there are {least}.");
        }
        lines.push(Line::at(at, held));
    }
    if is_at_low_share(&transition) {
        lines.push(Line::general(format!(
            "Under {LOW_SHARE} of the calls had failed: a number of failures means less the more calls \
             there are, and a failure rate with minimum calls does not depend on their number."
        )));
    }
    let sharing = on.and_then(|on| shared_breaker::sentence(world.scenario(), on));
    lines.extend(sharing.map(Line::general));
    lines.push(Line::general(consequence(transition.to, on, config.as_ref(), world)));
    lines.push(match next(change, world) {
        Some(BreakerChange { at: then, transition, .. }) => {
            let did = became(transition.from, transition.to);
            let (after, cause) = (length(then.since(at)), transition.cause);
            Line::at(then, Tense::Past.of(&format!("it {did} after {after}: {cause}")))
        }
        None => Line::general(to_come(change, config.as_ref(), world)),
    });
    Explanation::new(title, lines)
}

fn consequence(
    to: StateName,
    on: Option<Dependency>,
    config: Option<&BreakerConfig>,
    world: &World,
) -> String {
    match to {
        StateName::Open => {
            let layers = on.map_or(&[][..], |on| &world.scenario().dependencies[on].layers);
            let has_fallback = layers.iter().any(|layer| layer.kind() == LayerKind::Fallback);
            let instead = if has_fallback { " or get the fallback's answer" } else { "" };
            let target = match on {
                Some(on) => on.title(),
                None if world.scenario().service.is_none() => Dependency::Postgres.title(),
                None => "the service",
            };
            format!(
                "While it is open, calls do not wait for {target} but fail at once{instead}, and \
                 {target} has no load from them."
            )
        }
        StateName::HalfOpen => format!(
            "Half-open, {}; all other calls fail at once until the trials have decided.",
            config.map_or_else(|| "a few calls pass as trials".to_owned(), rules::trials)
        ),
        StateName::Closed => {
            "A closed breaker lets every call through and counts how they end; its \
             window begins empty."
                .to_owned()
        }
    }
}

/// The next change of the same breaker. Clients' own breakers cannot be told apart.
fn next(change: &BreakerChange, world: &World) -> Option<BreakerChange> {
    let on = change.on?;
    let mut changes = world.measures().breaker_changes().iter();
    changes.find(|other| *other == change)?;
    changes.find(|other| other.on == Some(on)).copied()
}

/// What the next change needs, if it is still to come.
fn to_come(change: &BreakerChange, config: Option<&BreakerConfig>, world: &World) -> String {
    let (Some(config), Some(breaker)) = (config, change.on.and_then(|on| world.breaker(on))) else {
        return "The calls of that client decide what comes next.".to_owned();
    };
    match (change.transition.to, breaker.state(), breaker.half_open()) {
        (StateName::Closed, ..) => format!("It opens again after {}.", rules::opens(config)),
        (StateName::Open, State::Open { until }, _)
            if until < Instant::MAX && breaker.last_transition() == Some(change.transition) =>
        {
            let cooldown = length(until.since(change.at));
            format!(
                "The cooldown of {cooldown} ends at {until}; the first call after that is a trial."
            )
        }
        (StateName::Open, ..) => "It becomes half-open after its cooldown.".to_owned(),
        (StateName::HalfOpen, _, Some(HalfOpen { running, passed, failed, .. })) => format!(
            "So far {passed} of its trials have passed, {failed} have failed, and {running} are in \
             flight."
        ),
        (StateName::HalfOpen, ..) => "Its trials decide what comes next.".to_owned(),
    }
}

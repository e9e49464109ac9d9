//! The explanation of a change of a breaker: the rule, the numbers, what follows, and when it changes next.

use super::clauses::layer;
use super::{Explanation, Line, rules};
use crate::words::{count, length, plural, sentence};
use fusebox::time::Instant;
use fusebox::{BreakerConfig, Cause, CircuitBreaker, LayerConfig, LayerKind, State, StateName};
use fusebox_sim::{BreakerChange, Dependency, World};

/// The explanation of a transition of a breaker.
#[must_use]
pub fn of_change(change: &BreakerChange, world: &World) -> Explanation {
    let BreakerChange { at, on, transition } = *change;
    let breaker = layer(LayerKind::Breaker, on);
    let title = sentence(&format!("{breaker} {} at {at}", became(transition.from, transition.to)));
    let mut lines = vec![Line::at(at, sentence(&rules::cause(&transition.cause)))];
    let config = on.and_then(|on| world.breaker(on)).map(|breaker| *breaker.config());
    if let Some(config) = &config {
        lines.extend(numbers(&transition.cause, config).map(|text| Line::at(at, text)));
    }
    lines.push(Line::general(consequence(transition.to, on, config.as_ref(), world)));
    lines.push(match next(change, world) {
        Some(next) => Line::at(next.at, followed(change, &next)),
        None => Line::general(to_come(change, config.as_ref(), world)),
    });
    Explanation::new(title, lines)
}

/// What a breaker did, by its states before and after.
pub(super) const fn became(from: StateName, to: StateName) -> &'static str {
    match (from, to) {
        (StateName::HalfOpen, StateName::Open) => "opened again",
        (_, StateName::Open) => "opened",
        (_, StateName::HalfOpen) => "became half-open",
        (_, StateName::Closed) => "closed",
    }
}

/// The numbers behind the rule that the rule itself does not name.
fn numbers(cause: &Cause, config: &BreakerConfig) -> Option<String> {
    let Cause::Exceeded(exceeded) = cause else { return None };
    let counts = exceeded.counts;
    let (calls, failures) = (counts.calls(), counts.failures);
    if calls == failures {
        return Some(match calls {
            1 => "That one call was all that its window held.".to_owned(),
            calls => {
                format!("Its window held nothing else: {} calls, all failed.", count(calls.into()))
            }
        });
    }
    let calls = plural(calls.into(), "call", "calls");
    let successes = plural(counts.successes.into(), "success", "successes");
    let failures = plural(failures.into(), "failure", "failures");
    let least = if exceeded.failure_rate.is_some() || exceeded.slow_rate.is_some() {
        format!(" It judges a share from {} on.", plural(config.min_calls.into(), "call", "calls"))
    } else {
        String::new()
    };
    Some(format!("Its window held {calls}: {successes} and {failures}.{least}"))
}

fn consequence(
    to: StateName,
    on: Option<Dependency>,
    config: Option<&BreakerConfig>,
    world: &World,
) -> String {
    let target = target(on, world);
    match (to, config) {
        (StateName::Open, _) => {
            let instead = match on {
                Some(on) if has(world, on, LayerKind::Fallback) => " or have the fallback's answer",
                _ => "",
            };
            format!(
                "An open breaker lets nothing through: calls do not wait for {target} but fail at \
                 once{instead}, and {target} is left in peace."
            )
        }
        (StateName::HalfOpen, Some(config)) => format!(
            "Half-open, {}; all other calls fail at once until the trials have decided.",
            rules::trials(config)
        ),
        (StateName::HalfOpen, None) => {
            "Half-open, a few calls pass as trials, and their ends decide.".to_owned()
        }
        (StateName::Closed, _) => {
            "A closed breaker lets every call through and counts how they end; its window begins \
             empty."
                .to_owned()
        }
    }
}

/// What a breaker stands before.
fn target(on: Option<Dependency>, world: &World) -> &'static str {
    match on {
        Some(on) => on.title(),
        None if world.scenario().service.is_none() => Dependency::Postgres.title(),
        None => "the service",
    }
}

fn has(world: &World, on: Dependency, kind: LayerKind) -> bool {
    let of_kind = |layer: &LayerConfig| layer.kind() == kind;
    world.scenario().dependencies[on].layers.iter().any(of_kind)
}

/// The change of the same breaker after this one. Clients' own breakers cannot be told apart.
fn next(change: &BreakerChange, world: &World) -> Option<BreakerChange> {
    let on = change.on?;
    let mut changes = world.measures().breaker_changes().iter();
    changes.find(|other| *other == change)?;
    changes.find(|other| other.on == Some(on)).copied()
}

fn followed(change: &BreakerChange, next: &BreakerChange) -> String {
    let after = length(next.at.since(change.at));
    let (from, to) = (next.transition.from, next.transition.to);
    format!("It {} after {after}: {}.", became(from, to), rules::cause(&next.transition.cause))
}

/// What it takes for the next change, where that is still to come.
fn to_come(change: &BreakerChange, config: Option<&BreakerConfig>, world: &World) -> String {
    let Some(config) = config else {
        return "What comes next is up to the calls of that client.".to_owned();
    };
    match change.transition.to {
        StateName::Closed => format!("It opens again after {}.", rules::opens(config)),
        StateName::Open => open_until(change, world).map_or_else(
            || format!("The cooldown is {}.", rules::cooldown(&config.cooldown)),
            |until| {
                let cooldown = length(until.since(change.at));
                format!(
                    "The cooldown of {cooldown} ends at {until}; the first call after that passes \
                     as a trial."
                )
            },
        ),
        StateName::HalfOpen => {
            let running = change.on.and_then(|on| world.breaker(on)).map(CircuitBreaker::state);
            match running {
                Some(State::HalfOpen { running, passed, failed }) => format!(
                    "So far {running} of its trials are under way, {passed} have passed and \
                     {failed} have failed."
                ),
                _ => "Its trials decide.".to_owned(),
            }
        }
    }
}

/// When the cooldown that began with this change is over, where the breaker is still in it.
pub(super) fn open_until(change: &BreakerChange, world: &World) -> Option<Instant> {
    let breaker = world.breaker(change.on?)?;
    match breaker.state() {
        State::Open { until } if breaker.last_transition() == Some(change.transition) => {
            Some(until).filter(|until| *until < Instant::MAX)
        }
        _ => None,
    }
}

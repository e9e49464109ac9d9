//! A short description of the current world.

use super::clauses::{layer, some};
use super::number::{last_second, lately, threads};
use crate::shared_breaker;
use crate::words::{count, length, list, plural, sentence};
use fusebox::time::Instant;
use fusebox::{LayerKind, State};
use fusebox_sim::{Dependency, DependencyGauges, Target, World};

/// The current world in a few sentences: the load of the clients, how busy the service is, the
/// state of the selected dependency and of others with faults, and what the clients get.
#[must_use]
pub fn now(world: &World, on: Dependency) -> String {
    let last = |value: fn(&fusebox_sim::Sample) -> u32| last_second(world, value);
    let (lately, clients) = (lately(world), world.scenario().client_count());
    let mut sentences = vec![format!(
        "at {} {} sent {} {lately}",
        world.now(),
        plural(clients.into(), "client", "clients"),
        some(last(|sample| sample.calls), "call", "calls")
    )];
    sentences.extend(service(world));
    sentences.push(dependency(world, on));
    sentences.extend(breaker(world, on));
    sentences.extend(shared_breaker::sentence(world.scenario(), on));
    if world.scenario().service.is_some() {
        let others = Dependency::ALL.into_iter().filter(|other| *other != on);
        sentences.extend(others.filter_map(|other| faults(world, other)));
    }
    sentences.push(format!(
        "{lately} clients had {}, {} of them substitutes, and {}",
        some(last(|sample| sample.useful), "useful answer", "useful answers"),
        count(last(|sample| sample.fallbacks)),
        some(last(|sample| sample.errors), "error", "errors")
    ));
    let failed = last(|sample| sample.health_checks) - last(|sample| sample.health_answers);
    if failed > 0 {
        sentences.push(format!("{} failed", plural(failed, "health check", "health checks")));
    }
    sentences.iter().map(|text| sentence(text)).collect::<Vec<_>>().join(" ")
}

/// The faults of a target, if there are any.
fn faults(world: &World, on: impl Into<Target>) -> Option<String> {
    let on = on.into();
    let faults: Vec<_> =
        world.faults(on).map(|fault| fault.kind().words().state.to_owned()).collect();
    (!faults.is_empty()).then(|| format!("{} is {}", on.title(), list(&faults)))
}

fn service(world: &World) -> Option<String> {
    let is = faults(world, Target::Service).map_or_else(String::new, |is| format!("{is}; "));
    let jobs = match world.gauges().jobs {
        0 => String::new(),
        jobs => format!("; the job queue has {}", plural(jobs.into(), "write", "writes")),
    };
    Some(format!("{is}{}{jobs}", threads(world)?))
}

fn dependency(world: &World, on: Dependency) -> String {
    let DependencyGauges { busy, queued, pool, .. } = world.gauges().dependencies[on];
    let is = faults(world, on).unwrap_or_else(|| format!("{} has no fault", on.title()));
    let pool = pool.map_or_else(String::new, |pool| {
        format!(
            "; its pool has {} in use and {} queued",
            count(pool.used.into()),
            count(pool.waiting.into())
        )
    });
    format!(
        "{is}, with {} in process and {} queued{pool}",
        plural(busy.into(), "request", "requests"),
        count(queued.into())
    )
}

fn breaker(world: &World, on: Dependency) -> Option<String> {
    let breaker = world.breaker(on)?;
    let name = layer(LayerKind::Breaker, Some(on));
    if world.gauges().dependencies[on].breaker.is_none() {
        return world.scenario().service.as_ref().map(|_| format!("{name} is switched off"));
    }
    let state = breaker.state();
    let more = match state {
        State::Closed => {
            let failures = breaker.window(world.now()).failures;
            format!("; its window holds {}", some(failures.into(), "failure", "failures"))
        }
        State::Open { until: Instant::MAX } => String::new(),
        State::Open { until } => {
            let left = length(until.since(world.now()));
            format!("; its cooldown is over in {left}, at {until}")
        }
        State::HalfOpen { running, passed, failed } => {
            format!("; trials in flight: {running}, passed: {passed}, failed: {failed}")
        }
    };
    Some(format!("{name} is {}{more}", state.name()))
}

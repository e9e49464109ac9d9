//! A short description of the world as it is now.

use super::clauses::{layer, some};
use super::number::{last_second, lately};
use crate::words::{count, length, list, plural, sentence};
use fusebox::time::Instant;
use fusebox::{LayerKind, State, StateName};
use fusebox_sim::{Dependency, DependencyGauges, Endpoint, Target, World};

/// The world now, in a few sentences: who calls, how busy the service is, how the chosen dependency
/// and the others that are in trouble are, and what the clients get.
#[must_use]
pub fn now(world: &World, on: Dependency) -> String {
    let mut sentences = vec![clients(world)];
    sentences.extend(service(world));
    sentences.push(dependency(world, on));
    sentences.extend(breaker(world, on));
    sentences.extend(others(world, on));
    sentences.push(ends(world));
    sentences.iter().map(|text| sentence(text)).collect::<Vec<_>>().join(" ")
}

fn clients(world: &World) -> String {
    let clients = plural(world.scenario().client_count().into(), "client", "clients");
    let number = last_second(world, |sample| sample.calls);
    let calls = some(number, "call", "calls");
    format!("at {} {clients} sent {calls} {}", world.now(), lately(world))
}

fn service(world: &World) -> Option<String> {
    let service = world.scenario().service.as_ref()?;
    let gauges = world.gauges();
    let (busy, queued) = (count(gauges.workers_busy.into()), count(gauges.queued.into()));
    let waits = match gauges.queued {
        0 => "nobody waits for one".to_owned(),
        1 => "1 request waits for one".to_owned(),
        _ => format!("{queued} requests wait for one"),
    };
    let all = count(service.threads.into());
    let jobs = match gauges.jobs {
        0 => String::new(),
        jobs => format!("; {} in the queue of jobs", plural(jobs.into(), "write is", "writes are")),
    };
    let faults: Vec<_> =
        world.faults(Target::Service).map(|fault| fault.words().state.to_owned()).collect();
    let ill = if faults.is_empty() { String::new() } else { format!("is {}; it ", list(&faults)) };
    Some(format!("the service {ill}has {busy} of {all} threads busy, and {waits}{jobs}"))
}

fn dependency(world: &World, on: Dependency) -> String {
    let title = on.title();
    let faults: Vec<_> = world.faults(on).map(|fault| format!("is {fault}")).collect();
    let health =
        if faults.is_empty() { "has nothing wrong with it".to_owned() } else { list(&faults) };
    let DependencyGauges { busy, queued, pool, .. } = world.gauges().dependencies[on];
    let work = match (busy, queued) {
        (0, 0) => "nothing to do".to_owned(),
        (busy, 0) => format!("{} at work", plural(busy.into(), "request", "requests")),
        (busy, queued) => format!(
            "{} at work and {} in its queue",
            plural(busy.into(), "request", "requests"),
            count(queued.into())
        ),
    };
    let pool = pool.map_or_else(String::new, |pool| {
        let used = plural(pool.used.into(), "connection", "connections");
        let waiting = match pool.waiting {
            0 => String::new(),
            waiting => format!(
                ", and {} for one",
                plural(waiting.into(), "attempt waits", "attempts wait")
            ),
        };
        format!("; of its pool {used} in use{waiting}")
    });
    let pool = pool
        .replace("connection in", "connection is in")
        .replace("connections in", "connections are in");
    format!("{title} {health}, and has {work}{pool}")
}

fn breaker(world: &World, on: Dependency) -> Option<String> {
    let breaker = world.breaker(on)?;
    let name = layer(LayerKind::Breaker, Some(on));
    let Some(is) = world.gauges().dependencies[on].breaker else {
        return world.scenario().service.as_ref().map(|_| format!("{name} is switched off"));
    };
    let more = match breaker.state() {
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
            format!("; trials under way: {running}, passed: {passed}, failed: {failed}")
        }
    };
    Some(format!("{name} is {}{more}", state(is)))
}

/// The other dependencies that are in trouble.
fn others(world: &World, on: Dependency) -> Option<String> {
    world.scenario().service.as_ref()?;
    let troubled = |other: &Dependency| *other != on && world.faults(*other).next().is_some();
    let others: Vec<_> = Dependency::ALL
        .into_iter()
        .filter(troubled)
        .filter_map(|other| {
            let of = world.faults(other).next()?;
            Some(format!("{} is {}", other.title(), of.words().state))
        })
        .collect();
    (!others.is_empty()).then(|| list(&others))
}

fn ends(world: &World) -> String {
    let useful = last_second(world, |sample| sample.useful);
    let fallbacks = last_second(world, |sample| sample.fallbacks);
    let errors = last_second(world, |sample| sample.errors);
    let of_those = match fallbacks {
        0 => String::new(),
        number => format!(", {} of them in place of the real one", count(number)),
    };
    let health = world.measures().counters().endpoint(Endpoint::Health).calls;
    let ended = last_second(world, |sample| sample.health_checks);
    let answered = last_second(world, |sample| sample.health_answers);
    let health = if health == 0 || ended == answered {
        String::new()
    } else {
        format!("; {} of {} health checks failed", count(ended - answered), count(ended))
    };
    format!(
        "{} clients had {}{of_those}, and {}{health}",
        lately(world),
        some(useful, "useful answer", "useful answers"),
        some(errors, "error", "errors")
    )
}

const fn state(state: StateName) -> &'static str {
    match state {
        StateName::Closed => "closed, and lets calls through",
        StateName::Open => "open, and lets nothing through",
        StateName::HalfOpen => "half-open, and lets only a few trials through",
    }
}

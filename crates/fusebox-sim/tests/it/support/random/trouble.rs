//! Worlds with an even load that are in trouble for a while.

use super::super::at;
use super::{Chance, dependencies, layers, service};
use fusebox::time::Duration;
use fusebox::{BackoffConfig, BudgetConfig, LayerConfig, LayerKind, RetryConfig, TimeoutConfig};
use fusebox_sim::{
    Action, Arrivals, ClientsConfig, Dependency, DependencyConfig, Each, Link, Mix, RateSchedule,
    Scenario, ServerConfig, Target,
};

/// A scenario of some 50 s in which faults begin after 6 s and have ended after 12 s.
pub(crate) fn in_trouble(chance: &mut Chance) -> Scenario {
    let bare = chance.in_thousand(300);
    let mut service = service(chance, false);
    service.threads = chance.number(8, 64);
    service.accept_queue = chance.number(20, 10_000);
    service.search.truncate(2);
    let mut scenario = Scenario {
        clients: vec![clients(chance)],
        service: (!bare).then_some(service),
        dependencies: Each::of(|on| dependency(chance, on)),
        cancellation: chance.in_thousand(300),
        ..Scenario::default()
    };
    let on = match &scenario.service {
        Some(service) => service.search[0],
        None => Dependency::Postgres,
    };
    for _ in 0..chance.number(1, 3) {
        let fault = dependencies::fault(chance);
        let begins = 6_000 + u64::from(chance.number(0, 3_000));
        let of_service = scenario.service.is_some() && chance.in_thousand(250);
        let on = if of_service { Target::Service } else { on.into() };
        scenario.schedule.push(Action::fault(at(begins), on, fault));
        let ends = begins + u64::from(chance.number(500, 3_000));
        scenario.schedule.push(Action::heal(at(ends), on, fault.kind()));
    }
    scenario
}

/// One group that calls 40 to 120 times a second.
fn clients(chance: &mut Chance) -> ClientsConfig {
    let count = chance.number(1, 50);
    ClientsConfig {
        count,
        arrivals: Arrivals::Poisson(RateSchedule::constant(chance.number(40_000, 120_000).into())),
        burst: None,
        mix: Mix { search: 8, cached_read: 1, health: 1, mutation: 0 },
        deadline: Some(chance.millis(200, 3_000)),
        link: Link { latency: chance.millis(0, 5), ..Link::default() },
        pool: None,
        layers: if chance.in_thousand(300) { layers::some(chance) } else { retries(chance) },
        shared_policies: count.is_multiple_of(3),
    }
}

/// Limits of time and retries, with a budget or without, or nothing.
fn retries(chance: &mut Chance) -> Vec<LayerConfig> {
    let attempt = chance.millis(100, 1_000);
    let timeout = TimeoutConfig { connect: attempt, attempt, call: Duration::from_secs(10) };
    let retry = RetryConfig {
        attempts: chance.number(2, 6),
        backoff: BackoffConfig::constant(chance.millis(0, 200)),
        budget: chance.maybe(300, |_| BudgetConfig::default()),
        ..RetryConfig::default()
    };
    let all = [LayerConfig::Timeout(timeout), LayerConfig::Retry(retry)];
    all[..usize::from(chance.in_thousand(700)) * 2].to_vec()
}

/// A dependency that the load uses to a large part or less.
fn dependency(chance: &mut Chance, on: Dependency) -> DependencyConfig {
    let slots = chance.number(2, 10);
    let time = Duration::from_micros(u64::from(slots) * u64::from(chance.number(1_000, 9_000)));
    DependencyConfig {
        server: ServerConfig {
            concurrency: slots,
            queue: chance.number(10, 100_000),
            service_time: time,
            distribution: dependencies::spread(chance),
            cold_start: None,
            ..ServerConfig::default()
        },
        pool: None,
        layers: match chance.number(0, 3) {
            0 => layers::some(chance),
            1 => Vec::new(),
            _ => LayerKind::USUAL.map(LayerKind::default_config).to_vec(),
        },
        ..DependencyConfig::of(on)
    }
}

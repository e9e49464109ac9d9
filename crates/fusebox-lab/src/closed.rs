//! Closed loops: what their latencies hide, and the latencies without that.
//!
//! A client of a closed loop calls only once it has its answer. While it waits, it sends none of the
//! calls that it would otherwise have sent, and their waits are in no latency: the slower the service,
//! the more is left out (coordinated omission). The correction counts them from the moments at which
//! they would have been sent: one in each usual interval of the client.

use fusebox::time::Duration;
use fusebox_sim::{Arrivals, Latencies, World};

/// The usual interval between two calls of a client, and the latencies of all ends corrected by it;
/// none unless all clients are closed loops, or without any call that ended.
///
/// The interval is the mean think time and the median latency.
#[must_use]
pub fn corrected(world: &World) -> Option<(Duration, Latencies)> {
    let (mut thinking, mut clients) = (0_u128, 0_u128);
    for group in &world.scenario().clients {
        let Arrivals::Closed { think_time, .. } = group.arrivals else { return None };
        thinking += u128::from(think_time.as_micros()) * u128::from(group.count);
        clients += u128::from(group.count);
    }
    let think_time = u64::try_from(thinking / clients.max(1)).unwrap_or(u64::MAX);
    let all = world.measures().all_latencies();
    let interval = Duration::from_micros(think_time).saturating_add(all.quantile(0.5)?);
    let corrected = all.corrected(interval);
    Some((interval, corrected))
}

#[cfg(test)]
mod tests {
    use super::*;
    use fusebox::time::Instant;
    use fusebox_sim::{
        ClientsConfig, Command, Dependency, Distribution, Fault, Link, Mix, Scenario, ServerConfig,
    };

    /// A client that thinks for 90 ms and is answered after 10 ms.
    fn closed() -> Scenario {
        let mut scenario = Scenario {
            clients: vec![ClientsConfig {
                count: 1,
                arrivals: Arrivals::Closed {
                    think_time: Duration::from_millis(90),
                    distribution: Distribution::Constant,
                },
                mix: Mix::SEARCH,
                deadline: None,
                link: Link { latency: Duration::ZERO, distribution: Distribution::Constant },
                ..ClientsConfig::default()
            }],
            service: None,
            ..Scenario::default()
        };
        scenario.dependencies[Dependency::Postgres].server = ServerConfig {
            service_time: Duration::from_millis(10),
            distribution: Distribution::Constant,
            ..ServerConfig::default()
        };
        scenario
    }

    #[test]
    fn a_stall_counts_for_every_call_that_was_not_sent_meanwhile() {
        let mut world = World::new(&closed(), 1).unwrap();
        world.run_until(Instant::from_secs(9));
        world.apply(Dependency::Postgres, Command::Fault(Fault::Hang)).unwrap();
        world.run_until(Instant::from_secs(10));
        world.apply(Dependency::Postgres, Command::HealAll).unwrap();
        world.run_until(Instant::from_secs(19));
        let measured = world.measures().all_latencies();
        // One call of about 180 was slow, which the 99th percentile does not see.
        assert!(measured.quantile(0.99).unwrap() < Duration::from_millis(11));
        let (interval, corrected) = corrected(&world).expect("a closed loop");
        let millis = interval.as_secs_f64() * 1e3;
        assert!((millis - 100.0).abs() < 1.0, "{interval}");
        // About nine more would have waited up to 0.9 s.
        let p99 = corrected.quantile(0.99).unwrap().as_secs_f64();
        assert!((0.75..0.95).contains(&p99), "{p99}");
        assert_eq!(corrected.longest(), measured.longest());
    }

    #[test]
    fn an_open_loop_hides_nothing() {
        let mut world = World::new(&Scenario::search_service(), 1).unwrap();
        world.run_until(Instant::from_secs(1));
        assert!(corrected(&world).is_none());
        assert!(corrected(&World::new(&closed(), 1).unwrap()).is_none(), "nothing has ended");
    }
}

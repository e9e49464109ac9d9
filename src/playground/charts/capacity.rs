//! What a dependency can do at the most, where its settings say so.

use fusebox_sim::{Contention, Dependency, Fault, Scenario, ServerConfig};

/// The attempts a second that it can do for long with this fault, once it is warm: with all its slots
/// at work, and no more than its quota.
///
/// None while it does nothing at all, and none where attempts differ in what they ask for: a write is
/// one attempt of many requests, as many as it has statements.
pub(super) fn capacity(scenario: &Scenario, on: Dependency, fault: Option<Fault>) -> Option<f64> {
    let writes = scenario.clients.iter().any(|group| group.mix.mutation > 0);
    if on == Dependency::Postgres && writes {
        return None;
    }
    of_server(&scenario.dependencies[on].server, fault)
}

fn of_server(server: &ServerConfig, fault: Option<Fault>) -> Option<f64> {
    let mut slots = server.concurrency;
    let mut longer = 1.0;
    let mut quota = server
        .rate_limit
        .map_or(f64::INFINITY, |limit| f64::from(limit.permits) / limit.period.as_secs_f64());
    match fault {
        Some(Fault::Down | Fault::Crash { .. } | Fault::Hang | Fault::Partition) => return None,
        Some(Fault::Slow { factor }) => longer = f64::from(factor),
        Some(Fault::RateLimit { per_second }) => quota = quota.min(f64::from(per_second)),
        Some(Fault::Capacity { per_mille }) => {
            let left = (u64::from(slots) * u64::from(per_mille)).div_ceil(1_000);
            slots = u32::try_from(left).unwrap_or(slots);
        }
        Some(Fault::Flaky { .. }) | None => {}
    }
    let (slowing, per_ten_thousand) = match server.contention {
        Contention::None => (0, 0),
        Contention::Linear { per_ten_thousand } => (slots, per_ten_thousand),
        Contention::Knee { from: at, per_ten_thousand } => {
            (slots.saturating_sub(at), per_ten_thousand)
        }
    };
    longer *= 1.0 + f64::from(slowing) * f64::from(per_ten_thousand) / 10_000.0;
    Some((f64::from(slots) / (server.service_time.as_secs_f64() * longer)).min(quota))
}

#[cfg(test)]
mod tests {
    use super::*;
    use fusebox::RateLimitConfig;
    use fusebox::time::Duration;

    #[test]
    fn it_is_what_all_slots_do_and_the_quota_lets_through() {
        let plain = ServerConfig {
            concurrency: 10,
            service_time: Duration::from_millis(20),
            contention: Contention::None,
            rate_limit: None,
            ..ServerConfig::default()
        };
        let with = |load| ServerConfig { contention: load, ..plain };
        let limit = |permits| RateLimitConfig {
            permits,
            period: Duration::from_secs(2),
            ..RateLimitConfig::default()
        };
        let limited = |permits| ServerConfig { rate_limit: Some(limit(permits)), ..plain };
        for (server, fault, expected) in [
            (plain, None, Some(500.0)),
            (plain, Some(Fault::Capacity { per_mille: 450 }), Some(250.0)),
            (plain, Some(Fault::Slow { factor: 200 }), Some(2.5)),
            (plain, Some(Fault::Flaky { per_mille: 500 }), Some(500.0)),
            (plain, Some(Fault::RateLimit { per_second: 30 }), Some(30.0)),
            (plain, Some(Fault::Hang), None),
            (with(Contention::Linear { per_ten_thousand: 1_000 }), None, Some(250.0)),
            (with(Contention::Knee { from: 8, per_ten_thousand: 5_000 }), None, Some(250.0)),
            (limited(100), None, Some(50.0)),
            (limited(2_000), None, Some(500.0)),
        ] {
            let found = of_server(&server, fault);
            assert_eq!(found.map(f64::round), expected.map(f64::round), "{server:?} {fault:?}");
        }
    }

    #[test]
    fn a_database_that_is_written_to_has_none() {
        let mut scenario = Scenario::search_service();
        let on = Dependency::Postgres;
        assert!(capacity(&scenario, on, None).is_some());
        scenario.clients[0].mix.mutation = 1;
        assert_eq!(capacity(&scenario, on, None), None);
        assert!(capacity(&scenario, Dependency::Model, None).is_some());
    }
}

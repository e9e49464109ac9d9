//! Adaptive throttling in the client: Google, "Site Reliability Engineering", chapter "Handling
//! Overload", equation 21-1, with its two minutes.
//!
//! A dependency accepts 100 requests per second and answers the others 429. A client that throttles
//! itself sends `K` requests for each that is accepted, so in the steady state it sends
//! `min(offered, K * 100)` per second, and the dependency still accepts its 100. A simulation of
//! the formula alone gave, with K = 2, 199.7 per second of 300 and 200.7 of 1,000.

use super::worlds::{INFINITE, SERVER, load, world};
use crate::statistics::ratio;
use fusebox::time::{Duration, Instant};
use fusebox::{LayerConfig, RateLimitConfig, ThrottleConfig};
use fusebox_sim::{Arrivals, RateSchedule, Scenario, ServerConfig, World};

/// Requests sent per second, and those accepted.
#[derive(Debug)]
struct Rates {
    sent: f64,
    accepted: f64,
}

#[test]
fn k_times_what_is_accepted_is_sent_whatever_is_offered() {
    for (clients, k, offered) in [
        (1, 2_000, 50),
        (1, 2_000, 150),
        (1, 2_000, 300),
        (1, 2_000, 1_000),
        (1, 1_500, 300),
        (1, 4_000, 300),
        (10, 2_000, 300),
    ] {
        let rates = steady(&scenario(clients, k, offered));
        let name = format!("{clients} clients, K {k} ‰, offered {offered}");
        let offered = f64::from(offered);
        let most = f64::from(k) / 10.0;
        // The requests sent vary as much as those offered, and 100 s of them are observed: four
        // standard errors.
        let expected = offered.min(most);
        let band = 4.0 * (expected / 100.0).sqrt();
        assert!((rates.sent - expected).abs() <= band, "{name}: {rates:?}");
        if offered < 100.0 {
            assert!((rates.accepted - rates.sent).abs() < 0.3, "{name}: {rates:?}");
        } else {
            assert!((99.0..=100.3).contains(&rates.accepted), "{name}: {rates:?}");
        }
    }
}

fn scenario(clients: u32, k_per_mille: u32, offered: u32) -> Scenario {
    let arrivals = Arrivals::Poisson(RateSchedule::constant(u64::from(offered) * 1_000));
    let window = Duration::from_secs(120);
    let throttle = LayerConfig::Throttle(ThrottleConfig { k_per_mille, window });
    let mut scenario = world(clients, arrivals, vec![throttle]);
    let limit = RateLimitConfig { permits: 100, period: Duration::from_secs(1), burst: 20 };
    scenario.dependencies[SERVER].server = ServerConfig { rate_limit: Some(limit), ..INFINITE };
    scenario
}

/// The rates over 100 s, after the first window.
fn steady(scenario: &Scenario) -> Rates {
    let mut world = World::new(scenario, 7).unwrap();
    let counts = |world: &mut World, second| {
        world.run_until(Instant::from_secs(second));
        let server = *load(world.measures().counters());
        (server.attempts(), server.successes)
    };
    let before = counts(&mut world, 150);
    let after = counts(&mut world, 250);
    let rate = |before: u64, after| ratio(after - before, 100);
    Rates { sent: rate(before.0, after.0), accepted: rate(before.1, after.1) }
}

//! The throttle beside the numbers that its formula gives: so much is sent, whatever is offered.

use fusebox::rng::Rng;
use fusebox::time::{Duration, Instant};
use fusebox::{Failure, Outcome, Throttle, ThrottleConfig};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

/// What the dependency accepts in a second.
const CAPACITY: u32 = 100;

/// The book's.
const WINDOW: Duration = Duration::from_secs(120);

/// A client with a throttle, and a dependency that accepts only this many requests per second.
struct Client {
    throttle: Throttle,
    rng: Rng,
    second: u64,
}

/// Requests of a second, on average.
#[derive(Debug)]
struct Rates {
    sent: f64,
    accepted: f64,
}

impl Client {
    fn new(per_mille: u32, window: Duration) -> Self {
        let config = ThrottleConfig { k_per_mille: per_mille, window };
        Self { throttle: Throttle::new(config).unwrap(), rng: Rng::from_seed(1), second: 0 }
    }

    fn run(&mut self, seconds: u32, offered: u32, capacity: u32) -> Rates {
        let (mut sent, mut accepted) = (0_u32, 0_u32);
        for _ in 0..seconds {
            let mut free = capacity;
            for n in 0..offered {
                let within = Duration::from_micros(u64::from(n) * 1_000_000 / u64::from(offered));
                let now = Instant::from_secs(self.second) + within;
                let Ok(permit) = self.throttle.try_acquire(now, &mut self.rng) else { continue };
                sent += 1;
                let outcome = if free > 0 {
                    free -= 1;
                    accepted += 1;
                    Outcome::Success
                } else {
                    Outcome::Failure(Failure::status(503))
                };
                self.throttle.report(now, permit, outcome);
            }
            self.second += 1;
        }
        let rate = |count| f64::from(count) / f64::from(seconds);
        Rates { sent: rate(sent), accepted: rate(accepted) }
    }
}

#[test]
fn in_a_steady_state_k_times_the_capacity_is_sent_whatever_is_offered() {
    for (per_mille, offered, expected) in [
        (2_000, 90, 90.0),
        (2_000, 150, 150.0),
        (2_000, 300, 200.0),
        (2_000, 1_000, 200.0),
        (2_000, 3_000, 200.0),
        (1_100, 1_000, 110.0),
        (4_000, 1_000, 400.0),
    ] {
        let mut client = Client::new(per_mille, WINDOW);
        client.run(600, offered, CAPACITY);
        let rates = client.run(1_200, offered, CAPACITY);
        let off = (rates.sent / expected - 1.0).abs();
        assert!(off < 0.02, "{rates:?}, not {expected}, of {offered} with K = {per_mille} ‰");
        let served = f64::from(offered.min(CAPACITY));
        assert!((rates.accepted / served - 1.0).abs() < 0.02, "{rates:?} of {offered}");
    }
}

#[test]
fn after_a_short_outage_all_pass_at_once() {
    let mut client = Client::new(2_000, WINDOW);
    client.run(300, 80, CAPACITY);
    client.run(30, 80, 0);
    let after = client.run(60, 80, CAPACITY);
    assert!(after.accepted > 79.9, "{after:?}");
}

#[test]
fn after_an_outage_longer_than_the_window_the_window_says_how_soon_all_pass_again() {
    for (window, seconds) in [(120, 840), (10, 80)] {
        let mut client = Client::new(2_000, Duration::from_secs(window));
        client.run(300, 80, CAPACITY);
        client.run(300, 80, 0);
        let late = client.run(120, 80, 0);
        assert!(late.sent > 0.0 && late.sent < 0.5, "{late:?} with a window of {window} s");
        client.run(seconds, 80, CAPACITY);
        let after = client.run(60, 80, CAPACITY);
        assert!(after.accepted > 79.0, "{after:?} with a window of {window} s");
    }
}

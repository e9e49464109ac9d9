//! Cases that people reported from production elsewhere, each as a small input with the right
//! value, by their numbers.

use fusebox::time::{Duration, Instant};
use fusebox::{BreakerConfig, Failure, KeyedBreakers, KeyedConfig, Outcome};

const fn millis(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

/// One breaker for all hosts: one bad host of ten opens it for the nine others.
#[test]
fn f26_one_bad_host_does_not_open_the_breaker_of_the_others() {
    let mut breakers =
        KeyedBreakers::new(BreakerConfig::default(), KeyedConfig::default(), 1).unwrap();
    let mut rejected = [0; 10];
    for n in 0..1_000_u64 {
        let (now, host) = (Instant::ZERO + millis(10).saturating_mul(n), n % 10);
        let index = usize::try_from(host).unwrap();
        match breakers.try_acquire(now, &host) {
            Ok(permit) if host == 3 => {
                breakers.report(now, &host, permit, Outcome::Failure(Failure::Timeout));
            }
            Ok(permit) => drop(breakers.report(now, &host, permit, Outcome::Success)),
            Err(_) => rejected[index] += 1,
        }
    }
    assert_eq!(rejected, [0, 0, 0, 95, 0, 0, 0, 0, 0, 0]);
}

/// Keys that never come again, as of tenants or of addresses, take no memory for ever.
#[test]
fn f26_the_breakers_are_bounded_and_idle_ones_leave() {
    let keyed = KeyedConfig { capacity: 100, idle: Duration::from_secs(60) };
    let mut breakers = KeyedBreakers::new(BreakerConfig::default(), keyed, 1).unwrap();
    for key in 0..10_000_u64 {
        let now = Instant::ZERO + millis(1).saturating_mul(key);
        let permit = breakers.try_acquire(now, &key).expect("closed");
        breakers.report(now, &key, permit, Outcome::Success);
        assert!(breakers.len() <= 100);
    }
    assert!(breakers.try_acquire(Instant::from_secs(80), &0).is_ok());
    assert_eq!(breakers.len(), 1);
}

//! Settings that are taken home, and those that are brought.

mod imports;
#[allow(unreachable_pub, clippy::pedantic, reason = "it is code for another program")]
#[rustfmt::skip]
mod layers;
mod measured;
#[allow(unreachable_pub, clippy::pedantic, reason = "it is code for another program")]
#[rustfmt::skip]
mod tower;

use fusebox::time::Duration;
use fusebox::{
    BackoffConfig, BreakerConfig, BudgetConfig, BulkheadConfig, Growth, Jitter, LayerConfig,
    LayerKind, Rate, RetryConfig, TimeoutConfig, Window,
};
use fusebox_lab::settings;
use fusebox_lab::take_home::{TARGETS, export, find};
use fusebox_sim::{Dependency, Scenario};

/// The layers of the first preset around its database.
#[test]
fn the_first_preset_in_every_format() {
    for target in TARGETS {
        let exported = export(target, &Scenario::search_service(), Dependency::Postgres);
        insta::assert_snapshot!(target.name, exported.text);
    }
}

/// Layers that most targets can express as they are.
fn portable() -> Scenario {
    let mut scenario = Scenario::search_service();
    scenario.dependencies[Dependency::Postgres].layers = vec![
        LayerConfig::Timeout(TimeoutConfig {
            connect: Duration::from_millis(500),
            attempt: Duration::from_millis(800),
            call: Duration::from_secs(3),
        }),
        LayerConfig::Retry(RetryConfig {
            attempts: 3,
            backoff: BackoffConfig {
                base: Duration::from_millis(100),
                growth: Growth::DOUBLING,
                cap: Duration::from_secs(2),
                jitter: Jitter::PlusMinusShare { per_mille: 200 },
            },
            budget: Some(BudgetConfig::ENVOY),
            max_retry_after: None,
            ..RetryConfig::default()
        }),
        LayerConfig::Breaker(BreakerConfig {
            window: Window::Time(Duration::from_secs(10)),
            failures: None,
            failure_rate: Some(Rate::percent(50)),
            min_calls: 20,
            cooldown: BackoffConfig::constant(Duration::from_secs(5)),
            max_retry_after: None,
            trials: 1,
            trials_to_close: 1,
            half_open_timeout: None,
            ..BreakerConfig::default()
        }),
        LayerConfig::Bulkhead(BulkheadConfig { slots: 25, queue: 0, max_wait: Duration::ZERO }),
    ];
    scenario
}

#[test]
fn portable_layers_in_every_format() {
    for target in TARGETS {
        let exported = export(target, &portable(), Dependency::Postgres);
        insta::assert_snapshot!(format!("portable_{}", target.name), exported.text);
    }
}

/// Renew `tower.rs` with what the assertion says.
#[test]
fn the_code_for_tower_compiles_and_its_library_accepts_the_settings() {
    let exported = export(find("tower-resilience").unwrap(), &portable(), Dependency::Postgres);
    assert_eq!(include_str!("tower.rs"), exported.text);
    // Each function panics where the library refuses a setting.
    let _ = (tower::bulkhead(), tower::breaker(), tower::time_limit());
    let _ = tower::retry::<(), (), ()>();
}

/// Renew `layers.rs` with the output of
/// `fusebox export fusebox search-service --set postgres.layers=...`, as the assertion says it.
#[test]
fn our_own_code_compiles_and_makes_the_same_layers() {
    let mut scenario = portable();
    let all = LayerKind::ALL.map(settings::layer_word).join(",");
    let on = Dependency::Postgres;
    for (key, text) in [
        ("layers", all.as_str()),
        ("breaker.slow_rate", "12.5%"),
        ("breaker.overdue_calls", "3"),
        ("breaker.cooldown_jitter", "added_time"),
        ("breaker.half_open_timeout", "20s"),
        ("fallback.otherwise", "unavailable"),
        ("retry.growth", "fibonacci"),
        ("retry.budget", "quota"),
        ("hedge.budget", "off"),
    ] {
        settings::set(&mut scenario, &format!("{}.{key}", on.name()), text).unwrap();
    }
    let exported = export(find("fusebox").unwrap(), &scenario, on);
    assert_eq!(exported.notes, [], "everything can be expressed");
    assert_eq!(include_str!("layers.rs"), exported.text);
    assert_eq!(layers::layers(), scenario.dependencies[on].layers);
    fusebox::Pipeline::new(&layers::layers(), 1).unwrap();
}

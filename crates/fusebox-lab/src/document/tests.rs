//! Documents are read as they were written.

use super::*;
use crate::settings::random::any_scenario;
use crate::settings::{self, all, get, set};
use fusebox::time::{Duration, Instant};
use fusebox::{BackoffConfig, BreakerConfig, LayerConfig, Window};
use fusebox_sim::{Action, Command, Dependency, Fault, FaultKind, Target};
use proptest::prelude::*;

fn read_plain(text: &str) -> Result<Scenario, Vec<Problem>> {
    read(text, |_| None)
}

/// The problems of an invalid document.
#[track_caller]
fn problems(text: &str) -> Vec<String> {
    read_plain(text).unwrap_err().iter().map(ToString::to_string).collect()
}

fn breaker(scenario: &Scenario) -> BreakerConfig {
    let layers = &scenario.dependencies[Dependency::Postgres].layers;
    let breaker = layers.iter().find_map(|layer| match layer {
        LayerConfig::Breaker(breaker) => Some(*breaker),
        _ => None,
    });
    breaker.expect("the default has a breaker")
}

#[test]
fn an_empty_document_is_the_default() {
    assert_eq!(read_plain("{}"), Ok(Scenario::default()));
    let default = Scenario::default();
    assert_eq!(read_plain(&write(&default)), Ok(default));
}

#[test]
fn the_order_of_the_keys_does_not_matter() {
    let text = r#"{ "postgres": { "breaker": { "window_calls": 50, "window": "count" } } }"#;
    assert_eq!(breaker(&read_plain(text).unwrap()).window, Window::Count(50));
    let text = r#"{ "postgres": { "throttle": { "k": 1.5 }, "layers": ["throttle"] } }"#;
    let scenario = read_plain(text).unwrap();
    assert_eq!(get(&scenario, "postgres.throttle.k").as_deref(), Some("1.5"));
    assert_eq!(get(&scenario, "postgres.breaker.cooldown"), None);
}

#[test]
fn a_document_changes_its_preset() {
    let mut preset = Scenario::default();
    set(&mut preset, "clients.count", "7").unwrap();
    set(&mut preset, "clients.deadline", "off").unwrap();
    let text = r#"{ "preset": "few", "clients": [{ "rate": 0.5 }, { "arrivals": "closed" }] }"#;
    let scenario = read(text, |name| (name == "few").then(|| preset.clone())).unwrap();
    let is = |key, value| assert_eq!(get(&scenario, key).as_deref(), Some(value), "{key}");
    is("clients.0.count", "7");
    is("clients.0.deadline", "off");
    is("clients.0.rate", "0.5");
    is("clients.1.count", "100");
    is("clients.1.think_time", "1s");
    let unknown = r#"{ "preset": "none" }"#;
    assert_eq!(problems(unknown), ["preset is \"none\", but must be the name of a preset"]);
}

#[test]
fn a_schedule_says_what_happens() {
    let text = r#"{ "schedule": [
        { "at": "10s", "on": "postgres", "fault": "slow", "factor": 20, "heal_after": "20s" },
        { "on": "model", "fault": "degraded", "capacity": "12.5%", "at": "1s" },
        { "at": "40s", "on": "model", "heal": "degraded" },
        { "at": "50s", "on": "cache", "layer": "breaker", "enabled": true },
        { "at": "51s", "on": "service", "fault": "crash", "restart_after": "3s", "heal_after": "1s" },
        { "at": "52s", "on": "service", "heal": "hang" }
    ] }"#;
    let (postgres, model) = (Dependency::Postgres, Dependency::Model);
    let at = Instant::from_secs;
    let expected = vec![
        Action::new(at(10), postgres, Command::Fault(Fault::Slow { factor: 20 })),
        Action::new(at(30), postgres, Command::Heal(FaultKind::Slow)),
        Action::new(at(1), model, Command::Fault(Fault::Degraded { capacity: 125 })),
        Action::new(at(40), model, Command::Heal(FaultKind::Degraded)),
        Action::new(at(50), Dependency::Cache, Command::Layer(fusebox::LayerKind::Breaker, true)),
        Action::new(
            at(51),
            Target::Service,
            Command::Fault(Fault::Crash { restart_after: Duration::from_secs(3) }),
        ),
        Action::new(at(52), Target::Service, Command::Heal(FaultKind::Down)),
        Action::new(at(52), Target::Service, Command::Heal(FaultKind::Hang)),
    ];
    let scenario = read_plain(text).unwrap();
    assert_eq!(scenario.schedule, expected);
    assert_eq!(read_plain(&write(&scenario)), Ok(scenario));
}

#[test]
fn what_the_service_does_not_have_cannot_happen_to_it() {
    let layer = r#"{ "schedule": [{ "at": "1s", "on": "service", "layer": "retry" }] }"#;
    assert_eq!(
        problems(layer),
        ["schedule.0.layer is given, but does not apply with the other settings"]
    );
    let bare = r#"{ "service": null,
        "schedule": [{ "at": "1s", "on": "service", "fault": "down" }] }"#;
    assert_eq!(
        problems(bare),
        ["schedule.0.on is service, but must be a dependency, as there is no service"]
    );
}

#[test]
fn every_problem_names_the_path_the_value_and_what_is_accepted() {
    let text = r#"{
        "duration": "2 days",
        "postgres": {
            "breaker": { "cooldown": "5", "coldown": "5s", "window_calls": 5 },
            "throttle": {},
            "concurrency": 0,
            "queue": "1000",
            "pool": { "max_connections": 5, "max_connections": 6 }
        },
        "clients": [{ "mix": 5, "rate": [["9s", 1], ["1s", 2]] }],
        "service": { "search": [], "threads": 1.5 },
        "schedule": [{ "on": "postgres", "fault": "down", "heal": "down" }, { "at": "1s", "on": "disk", "fault": "down" }],
        "color": "red"
    }"#;
    let rate = "a rate in calls per second, from 0 to 1,000,000,000 with at most 3 decimals, or 1 to 1,000 points \
        of a time and a rate in order of time, such as [[\"0s\", 40], [\"20s\", 80]]";
    assert_eq!(
        problems(text),
        [
            "color is not a setting; use one of preset, duration, warm_up, cancellation, clients, service, \
             postgres, replica, model, small_model, vector_store, cache, schedule",
            "duration is \"2 days\", but must be a time such as 250ms or 2s, from 1 ms to 1 day",
            &format!("clients.0.rate is [[\"9s\", 1], [\"1s\", 2]], but must be {rate}"),
            "clients.0.mix is 5, but must be an object",
            "service.threads is 1.5, but must be a whole number from 1 to 10,000",
            "service.search is [], but must be a list of 1 to 8 of postgres, replica, model, \
             small_model, vector_store, cache, with repeats allowed",
            "postgres.concurrency is 0, but must be a whole number from 1 to 1,000,000",
            "postgres.queue is \"1000\", but must be a whole number from 0 to 1,000,000",
            "postgres.pool.max_connections is given twice",
            "postgres.breaker.coldown is not a setting; the closest is cooldown",
            "postgres.breaker.cooldown is \"5\", but must be a time such as 250ms or 2s, up to 1 day",
            "schedule.0.at is missing; it must be a time such as 250ms or 2s, up to 1 day",
            "schedule.0 must have exactly one of fault, heal, layer, set",
            "schedule.1.on is \"disk\", but must be one of postgres, replica, model, small_model, \
             vector_store, cache, service",
            "postgres.breaker.window_calls is given, but applies only where window is count",
            "postgres.throttle is given, but applies only where layers has throttle",
        ]
    );
}

#[test]
fn what_does_not_go_together_is_told_by_its_key() {
    let text = r#"{ "postgres": {
        "retry": { "base": "30s", "cap": "5s" },
        "breaker": { "trials": 1, "trials_to_close": 3 },
        "pool": { "min_idle": 30 }
    } }"#;
    assert_eq!(
        problems(text),
        [
            "postgres.pool.min_idle is 30, but must be at most postgres.pool.max_connections, which is 20",
            "postgres.retry.cap is 5 s, but must be at least postgres.retry.base, which is 30 s",
            "postgres.breaker.trials_to_close is 3, but must be at most postgres.breaker.trials, which is 1",
        ]
    );
}

#[test]
fn hostile_texts_are_refused_and_do_no_harm() {
    assert_eq!(
        problems(&" ".repeat(LENGTH_MAX + 1)),
        ["the document is longer than 1000000 bytes"]
    );
    assert!(problems(&"[".repeat(100_000))[0].contains("recursion limit"));
    let deep = format!("{{\"clients\": {}", "{\"a\":".repeat(100_000));
    assert!(problems(&deep)[0].starts_with("the document is not JSON"));
    assert_eq!(problems("[]"), ["the document is [], but must be an object"]);
    let many = format!("{{{}\"x\":1}}", "\"x\":1,".repeat(150_000));
    assert_eq!(problems(&many).len(), 20);
    let many = format!("{{\"schedule\":[{}{{}}]}}", "{},".repeat(300_000));
    assert!(problems(&many)[0].starts_with("schedule has 300001 objects"));
    let long = format!("{{\"length\":\"{}\"}}", "9".repeat(500_000));
    assert!(problems(&long)[0].len() < 200);
    for number in ["1e300", "-1", "1e-300", "0.1234567890123456789", "99999999999999999999999"] {
        assert_eq!(problems(&format!("{{\"postgres\":{{\"slots\":{number}}}}}")).len(), 1);
    }
}

#[test]
fn what_is_right_is_kept() {
    let text = r#"{
        "duration": "30s",
        "postgres": { "concurrency": 7, "queue": -1, "retry": { "base": "30s", "cap": "5s" } },
        "replica": { "concurrency": 9, "pool": { "min_idle": 9999 } }
    }"#;
    let (scenario, problems) = read_leniently(text, |_| None);
    assert_eq!(problems.len(), 3, "{problems:?}");
    assert_eq!(settings::check(&scenario), []);
    let default = Scenario::default();
    assert_eq!(scenario.duration, Duration::from_secs(30));
    let postgres = &scenario.dependencies[Dependency::Postgres];
    assert_eq!((postgres.server.concurrency, postgres.server.queue), (7, 1_000));
    let retry = |key| get(&scenario, &format!("postgres.retry.{key}"));
    assert_eq!(retry("base").zip(retry("cap")), Some(("30s".into(), "30s".into())));
    let replica = &scenario.dependencies[Dependency::Replica];
    assert_eq!(replica.server.concurrency, 9);
    assert_eq!(replica.pool, default.dependencies[Dependency::Replica].pool);
}

#[test]
fn nothing_is_null_and_null_is_nothing() {
    let text = r#"{ "service": null, "clients": [{ "deadline": null, "burst": {} }],
        "postgres": { "cold_start": null, "rate_limit": {}, "breaker": { "max_retry_after": "off" } } }"#;
    let scenario = read_plain(text).unwrap();
    assert_eq!(scenario.service, None);
    assert!(scenario.clients[0].burst.is_some());
    assert_eq!(scenario.clients[0].deadline, None);
    assert_eq!(get(&scenario, "postgres.rate_limit.permits").as_deref(), Some("100"));
    assert_eq!(breaker(&scenario).max_retry_after, None);
    assert_eq!(read_plain(&write(&scenario)), Ok(scenario));
    assert_eq!(
        breaker(&Scenario::default()).cooldown,
        BackoffConfig::constant(Duration::from_secs(30))
    );
}

#[test]
fn a_written_document_has_every_setting_that_applies() {
    let scenario = Scenario::default();
    let document: serde_json::Value = serde_json::from_str(&write(&scenario)).unwrap();
    for setting in all(&scenario).iter().filter(|it| it.spec.key != settings::GROUPS) {
        let pointer = format!("/{}", setting.key.replace('.', "/"));
        let there = document.pointer(&pointer).is_some();
        assert_eq!(there, setting.value.is_some(), "{}", setting.key);
    }
}

proptest! {
    #![proptest_config(crate::settings::random::config())]

    #[test]
    fn what_is_written_is_read_as_the_same_scenario(scenario in any_scenario()) {
        let text = write(&scenario);
        prop_assert_eq!(read_plain(&text), Ok(scenario.clone()), "{}", text);
        // The same document with its keys in alphabetical order.
        let sorted: serde_json::Value = serde_json::from_str(&text).unwrap();
        prop_assert_eq!(read_plain(&sorted.to_string()), Ok(scenario));
    }

    #[test]
    fn no_text_does_harm(text in ".{0,200}", at in 0..3_000_usize) {
        let _ = read_leniently(&text, |_| None);
        let mut document = write(&Scenario::default());
        if document.is_char_boundary(at) && at < document.len() {
            document.insert_str(at, &text);
        }
        let (scenario, _) = read_leniently(&document, |_| None);
        prop_assert_eq!(settings::check(&scenario), []);
    }
}

#[test]
fn every_preset_is_a_document_that_reads_as_itself() {
    for preset in crate::presets::ALL {
        let scenario = (preset.scenario)();
        let read = read(&write(&scenario), |_| None);
        assert_eq!(read, Ok(scenario), "{}", preset.name);
    }
}

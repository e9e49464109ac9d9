//! The tables agree with the configs that they describe.

use super::random::{a_start, any_scenario, config};
use super::*;
use crate::herd::Setup;
use fusebox::BreakerConfig;
use fusebox::time::Duration;
use fusebox_sim::Scenario;
use proptest::prelude::*;

/// The setting with this other key in the same object.
fn beside<'a>(settings: &'a [Setting], key: &str, other: &str) -> &'a Setting {
    let owner = key.rsplit_once('.').map_or("", |(owner, _)| owner);
    let other = format!("{owner}.{other}");
    settings.iter().find(|setting| setting.key == other).expect("a setting of the same object")
}

fn holds(when: When, value: Option<&str>) -> bool {
    match (value, when.is) {
        (None | Some("off"), _) => false,
        (Some(_), []) => true,
        (Some(value), words) => words.iter().any(|word| value.split(',').any(|it| it == *word)),
    }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn a_setting_applies_just_where_its_table_says(scenario in any_scenario()) {
        let settings = all(&scenario);
        for setting in &settings {
            if let Some(when) = setting.spec.when {
                let other = beside(&settings, &setting.key, when.key);
                let applies = holds(when, other.value.as_deref());
                prop_assert_eq!(setting.value.is_some(), applies, "{}", setting.key);
            }
        }
    }

    #[test]
    fn what_is_got_can_be_set(scenario in any_scenario()) {
        for setting in all(&scenario) {
            let Some(value) = setting.value else { continue };
            let mut same = scenario.clone();
            prop_assert_eq!(set(&mut same, &setting.key, &value), Ok(()));
            prop_assert_eq!(get(&same, &setting.key), Some(value));
            prop_assert_eq!(&same, &scenario, "{}", setting.key);
        }
    }
}

/// A scenario with every possible object.
fn with_everything() -> Scenario {
    let mut scenario = a_start(1, 3);
    for part in
        ["service.shared_pool", "clients.burst", "postgres.rate_limit", "postgres.cold_start"]
    {
        set(&mut scenario, part, "on").unwrap();
    }
    let layers = "timeout,retry,breaker,fallback,bulkhead,throttle";
    set(&mut scenario, "postgres.layers", layers).unwrap();
    set(&mut scenario, "clients.layers", layers).unwrap();
    scenario
}

/// Makes a setting apply, by changing those that it depends on.
fn make_apply(scenario: &mut Scenario, setting: &Setting) {
    let Some(when) = setting.spec.when else { return };
    let settings = all(scenario);
    let other = beside(&settings, &setting.key, when.key);
    if holds(when, other.value.as_deref()) {
        return;
    }
    make_apply(scenario, other);
    let text = match (when.is.first(), other.spec.kind) {
        (Some(word), _) => (*word).to_string(),
        (None, Kind::Choice(of)) => of[0].to_string(),
        (None, kind) => kind.range().unwrap().0,
    };
    set(scenario, &other.key, &text).unwrap();
}

#[test]
fn both_ends_of_every_range_are_accepted_and_nothing_outside() {
    let start = with_everything();
    // Settings that limit this one are moved out of the way.
    let room = [
        ("cap", "base", "0s"),
        ("cooldown_cap", "cooldown", "0s"),
        ("trials_to_close", "trials", "32"),
        ("min_idle", "max_connections", "10000"),
        ("count", "layers", ""),
        ("warm_up", "duration", "1d"),
    ];
    let mut count = 0;
    for setting in all(&start) {
        let Some((min, max)) = setting.spec.kind.range() else { continue };
        let mut scenario = start.clone();
        make_apply(&mut scenario, &setting);
        for (_, beside, value) in room.iter().filter(|(key, ..)| *key == setting.spec.key) {
            let owner = setting.key.strip_suffix(setting.spec.key).unwrap();
            set(&mut scenario, &format!("{owner}{beside}"), value).unwrap();
        }
        for end in [min, max] {
            assert_eq!(set(&mut scenario, &setting.key, &end), Ok(()));
            // The duration of a fault becomes an entry of its own, which heals it.
            let got = get(&scenario, &setting.key).filter(|_| setting.spec.key != "heal_after");
            assert!(got.is_none_or(|got| got == end), "{}", setting.key);
            assert_eq!(check(&scenario), [], "{} {end}", setting.key);
        }
        for outside in outside(setting.spec.kind) {
            assert!(
                set(&mut scenario, &setting.key, &outside).is_err(),
                "{} {outside}",
                setting.key
            );
        }
        count += 1;
    }
    assert!(count > 300, "{count}");
}

/// Values just outside a range, as text.
fn outside(kind: Kind) -> Vec<String> {
    let text = |value| kind.text(&value);
    match kind {
        Kind::Time { min, max } => {
            let micro = Duration::from_micros(1);
            let below = (min > Duration::ZERO).then(|| min.saturating_sub(micro));
            let ends = below.into_iter().chain([max.saturating_add(micro)]);
            ends.map(|end| text(Value::Time(end))).collect()
        }
        Kind::Number { min, max, .. } => {
            let ends = min.checked_sub(1).into_iter().chain([max + 1]);
            ends.map(|end| text(Value::Number(end))).collect()
        }
        _ => Vec::new(),
    }
}

#[test]
fn no_key_is_there_twice_and_every_one_says_what_it_does() {
    for (name, settings) in reference() {
        for (n, setting) in settings.iter().enumerate() {
            let SettingSpec { key, label, help, when, .. } = *setting.spec;
            let before = &settings[..n];
            assert!(before.iter().all(|other| other.spec.key != key), "{name}.{key} twice");
            assert!(key.chars().all(|c| c.is_ascii_lowercase() || c == '_'), "{key}");
            assert!(label.len() <= 32 && label.starts_with(char::is_uppercase), "{label}");
            assert!(help.ends_with('.') && !help.trim_end_matches('.').contains(". "), "{help}");
            if let Some(when) = when {
                let knows = |other: &Setting| other.spec.key == when.key;
                assert!(before.iter().any(knows), "{name}.{key} stands after {}", when.key);
            }
        }
    }
}

fn error(scenario: &Scenario, key: &str, text: &str) -> String {
    let mut changed = scenario.clone();
    let problem = set(&mut changed, key, text).unwrap_err().to_string();
    assert_eq!(changed, *scenario, "what is wrong changes nothing");
    problem
}

#[test]
fn a_key_means_one_place_or_all_that_it_fits() {
    let mut scenario = a_start(2, 0);
    let is = |scenario: &Scenario, key, value| {
        assert_eq!(get(scenario, key).as_deref(), value, "{key}");
    };
    set(&mut scenario, "clients.1.count", "7").unwrap();
    is(&scenario, "clients.0.count", Some("100"));
    is(&scenario, "clients.count", None);
    set(&mut scenario, "clients.*.count", "1_000").unwrap();
    is(&scenario, "clients.count", Some("1000"));
    set(&mut scenario, "clients.0.arrivals", "closed").unwrap();
    set(&mut scenario, "clients.rate", "0s:40, 20s:80").unwrap();
    is(&scenario, "clients.1.rate", Some("0s:40,20s:80"));
    is(&scenario, "clients.0.rate", None);
    set(&mut scenario, "postgres.layers", "timeout, retry").unwrap();
    set(&mut scenario, "breaker.cooldown", "5s").unwrap();
    is(&scenario, "model.breaker.cooldown", Some("5s"));
    is(&scenario, "postgres.breaker.cooldown", None);
    assert_eq!(
        error(&scenario, "throttle.k", "2"),
        "throttle.k applies nowhere: postgres.throttle is given, but applies only where layers has throttle"
    );
    set(&mut scenario, "service", "off").unwrap();
    set(&mut scenario, "clients.layers", "retry").unwrap();
    set(&mut scenario, "retry.jitter", "equal").unwrap();
    is(&scenario, "clients.retry.jitter", Some("equal"));
    is(&scenario, "postgres.retry.jitter", Some("full"));
    set(&mut scenario, "postgres.pool", "off").unwrap();
    is(&scenario, "postgres.pool", Some("off"));
}

#[test]
fn a_wrong_key_or_text_says_what_would_do() {
    let scenario = a_start(1, 0);
    for (key, text, said) in [
        (
            "postgres.breaker.cooldown",
            "5",
            "postgres.breaker.cooldown is \"5\", but must be a time such as 250ms or 2s, up to 1 day",
        ),
        ("breaker.cooldwn", "5s", "breaker.cooldwn is not a setting; the closest is cooldown"),
        (
            "retry.jitter_plus_minus_share",
            "10%",
            "retry.jitter_plus_minus_share applies nowhere: postgres.retry.jitter_plus_minus_share is given, but applies only where jitter is plus_minus_share",
        ),
        (
            "retry.budget",
            "10%",
            "retry.budget is \"10%\", but must be one of traffic, in_flight, tokens, quota, bucket, failure_rate, or off",
        ),
        ("clients.5.count", "1", "clients.5 does not exist; the list has 1, counted from 0"),
        ("clients.burst.calls_per_client", "1", "clients.0.burst is off, so it has no settings"),
        (
            "postgres.link",
            "off",
            "postgres.link cannot be set as a whole; it has latency, latency_distribution, latency_width, latency_sigma, latency_deviation",
        ),
        ("duration.x", "1s", "duration is a single setting, with no settings inside it"),
        ("schedule.at", "1s", "schedule is empty"),
        (
            "clients",
            "1",
            "clients cannot be set as a whole; it has count, arrivals, rate, think_time, think_time_distribution, think_time_width, think_time_sigma, think_time_deviation, burst, mix, deadline, pool, link, shared_policies, layers, timeout, retry, breaker, fallback, bulkhead, throttle, rate_limiter, hedge",
        ),
        (
            "",
            "",
            "\"\" is not a setting; use one of duration, warm_up, cancellation, groups, clients, service, postgres, replica, model, small_model, vector_store, cache, schedule",
        ),
    ] {
        assert_eq!(error(&scenario, key, text), said);
    }
}

#[test]
fn one_setting_alone_never_makes_what_cannot_be() {
    for (key, text) in [
        ("breaker.cooldown", "60s"),
        ("retry.base", "1min"),
        ("breaker.trials", "1"),
        ("breaker.window", "count"),
        ("postgres.pool.max_connections", "1"),
    ] {
        let mut scenario = Scenario::default();
        set(&mut scenario, key, text).unwrap();
        assert_eq!(check(&scenario), [], "{key}");
    }
    let mut breaker = BreakerConfig::default();
    for (key, text) in [
        ("breaker.failure_rate", "50%"),
        ("slow_rate", "12.5%"),
        ("breaker.window", "count"),
        ("breaker.window_calls", "3"),
        ("breaker.window", "consecutive"),
    ] {
        set(&mut breaker, key, text).unwrap();
        assert!(fusebox::CircuitBreaker::new(breaker, 0).is_ok(), "{key}");
    }
    assert_eq!((breaker.failures, breaker.min_calls, breaker.slow_rate), (Some(3), 3, None));
    let wrong = set(&mut breaker, "breaker.trial_timeout", "0s").unwrap_err();
    assert_eq!(
        wrong.to_string(),
        "breaker.trial_timeout is \"0s\", but must be a time such as 250ms or 2s, from 1 ms to 1 day"
    );
}

#[test]
fn what_a_document_cannot_say_is_out_of_range() {
    use fusebox::LayerKind;
    use fusebox::time::Instant;
    use fusebox_sim::{Action, Dependency, Fault};

    let mut scenario = a_start(1, 0);
    let late = Instant::from_secs(86_401);
    scenario.schedule = vec![Action::fault(late, Dependency::Postgres, Fault::Down)];
    scenario.dependencies[Dependency::Cache].layers_off = vec![LayerKind::Retry; 2];
    scenario.dependencies[Dependency::Model].server.concurrency = 0;
    let said: Vec<_> = check(&scenario).iter().map(ToString::to_string).collect();
    assert_eq!(
        said,
        [
            "model.concurrency is 0, but must be a whole number from 1 to 1,000,000",
            "cache.layers_off is retry,retry, but must be a list of 0 to 8 of timeout, retry, breaker, \
             fallback, bulkhead, throttle, rate_limiter, hedge, each at most once",
            "schedule.0.at is 86401s, but must be a time such as 250ms or 2s, up to 1 day",
        ]
    );
}

#[test]
fn a_schedule_is_one_text() {
    let mut scenario = Scenario::default();
    let is = |scenario: &Scenario, text: &str| {
        assert_eq!(get(scenario, "schedule").as_deref(), Some(text));
    };
    is(&scenario, "off");
    let text = "20s:postgres:slow:500,10s:postgres:down,15s:model.retry:off,80s:database:heal";
    set(&mut scenario, "schedule", text).unwrap();
    is(&scenario, &text.replace("database", "postgres"));
    set(&mut scenario, "schedule.0.factor", "7").unwrap();
    assert!(get(&scenario, "schedule").unwrap().starts_with("20s:postgres:slow:7,"));
    let before = scenario.clone();
    let wrong = set(&mut scenario, "schedule", "1s:postgres:down,2s").unwrap_err();
    assert!(wrong.to_string().starts_with("schedule has \"2s\", which"), "{wrong}");
    assert_eq!(scenario, before, "what is wrong changes nothing");
    set(&mut scenario, "schedule", "off").unwrap();
    is(&scenario, "off");
}

#[test]
fn there_are_as_many_groups_as_one_says() {
    let mut scenario = Scenario::default();
    set(&mut scenario, "clients.0.count", "7").unwrap();
    set(&mut scenario, "groups", "3").unwrap();
    assert_eq!(scenario.clients.len(), 3);
    assert_eq!((scenario.clients[0].count, scenario.clients[2].count), (7, 100));
    let wrong = set(&mut scenario, "groups", "0").unwrap_err().to_string();
    assert_eq!(wrong, "groups is \"0\", but must be a whole number from 1 to 8");
    assert_eq!(get(&scenario, "groups").as_deref(), Some("3"));
}

#[test]
fn a_difference_says_what_it_is_and_what_it_was() {
    let base = Scenario::default();
    let mut of = base.clone();
    for (key, text) in [
        ("postgres.layers", "retry,timeout,breaker"),
        ("postgres.breaker.window", "consecutive"),
        ("postgres.breaker.cooldown", "40s"),
        ("postgres.cold_start", "off"),
        ("clients.0.burst", "on"),
        ("schedule", "1s:cache:down"),
    ] {
        set(&mut of, key, text).unwrap();
    }
    let found = differences(&base, &of);
    let lines: Vec<_> = found
        .iter()
        .map(|it| {
            let from = it.from.as_deref().unwrap_or("nothing");
            format!("{}: {} ({from} -> {})", it.labels.join(", "), it.key, it.to)
        })
        .collect();
    assert_eq!(
        lines,
        [
            "Clients, Burst: clients.0.burst (off -> on)",
            "Database, Cold start: postgres.cold_start (on -> off)",
            "Database, Layers: postgres.layers \
             (timeout,retry,breaker,fallback,bulkhead -> retry,timeout,breaker)",
            "Database, Circuit breaker, Window: postgres.breaker.window (time -> consecutive)",
            "Database, Circuit breaker, Cooldown: postgres.breaker.cooldown (30s -> 40s)",
            "Schedule: schedule (off -> 1s:cache:down)",
        ]
    );
    assert_eq!(differences(&of, &of), []);
}

#[test]
fn a_config_alone_has_differences_too() {
    let base = Setup::default();
    let found = differences(&base, &Setup { clients: 500, ..base });
    assert_eq!(found.len(), 1);
    let Difference { key, labels, from, to, .. } = &found[0];
    assert_eq!((key.as_str(), &labels[..]), ("herd.clients", &["Clients"][..]));
    assert_eq!((from.as_deref(), to.as_str()), (Some("1000"), "500"));
}

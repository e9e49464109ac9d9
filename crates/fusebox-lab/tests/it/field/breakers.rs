//! F09 and F19 in whole worlds.

use fusebox::time::{Duration, Instant};
use fusebox::{BreakerConfig, Failure, LayerConfig, LayerKind, Outcome};
use fusebox_lab::herd::{self, Strategy};
use fusebox_lab::{explain, low_share, presets, settings, trial_time};
use fusebox_sim::{Action, Dependency, Entry, Fault, Scenario, What, World};

const ON: Dependency = Dependency::Postgres;

/// One call in twenty fails for good once retries have failed too, at 200 calls a second.
fn flaky(breaker: Option<BreakerConfig>) -> World {
    let mut scenario = Scenario::search_service();
    let fault = Fault::Flaky { error_rate: 30 };
    scenario.schedule = vec![Action::fault(Instant::from_secs(10), ON, fault)];
    for layer in &mut scenario.dependencies[ON].layers {
        if let (LayerConfig::Retry(retry), Some(_)) = (&mut *layer, breaker) {
            retry.attempts = 1;
        }
        if let (LayerConfig::Breaker(config), Some(breaker)) = (layer, breaker) {
            *config = breaker;
        }
    }
    let mut world = World::new(&scenario, 1).unwrap();
    world.run_until(Instant::from_secs(30));
    world
}

/// "5 failures in 10 s" opens at 1 % of 200 calls a second; a rate does not, and the run warns.
#[test]
fn f09_a_number_of_failures_opens_at_a_low_share_and_is_warned_of() {
    let by_number = flaky(Some(BreakerConfig::default()));
    let changes = by_number.measures().breaker_changes();
    let low = changes.iter().filter(|change| low_share::is_at_low_share(&change.transition));
    let low = low.count() as u64;
    assert!(low > 0, "{changes:?}");
    let warning = low_share::warning(low).unwrap();
    assert!(warning.contains("under 5 %") && warning.contains("failure_rate"), "{warning}");
    let why = explain::of_change(&changes[0], &by_number).lines;
    assert!(why.iter().any(|line| line.text.starts_with("Under 5 % of the calls had failed")));
    assert!(flaky(None).measures().breaker_changes().is_empty());
    assert_eq!(low_share::warning(0), None);
}

/// A database that is slowly overloaded: when its first five calls time out, many have been answered.
#[test]
fn f09_a_lane_of_the_herd_warns_too() {
    let warns = |breaker: Option<BreakerConfig>| {
        let setup = (herd::find("half-down").unwrap().comparison)().setup;
        let mut strategy = Strategy::of("none-breaker-shared").unwrap();
        strategy.breaker = breaker.or(strategy.breaker);
        let lane = herd::run(&setup, &strategy, 42).unwrap();
        let is_said = herd::sentence(&lane).contains("to open came when under 5 %");
        assert_eq!(is_said, lane.opened_at_low_share > 0);
        lane.opened_at_low_share
    };
    assert_eq!(warns(Some(BreakerConfig::default())), 1);
    assert_eq!(warns(None), 0, "a rate");
}

/// The presets with much traffic open at a rate; only that of the lesson shows its 5 failures.
#[test]
fn f09_presets_with_much_traffic_open_at_a_rate() {
    for preset in presets::ALL {
        for (on, config) in (preset.scenario)().dependencies.iter() {
            for layer in &config.layers {
                let LayerConfig::Breaker(breaker) = layer else { continue };
                let is_lesson = preset.name.starts_with("slow-database")
                    || preset.name == "little-traffic"
                    || (preset.name == "dies-mid-query" && on == ON);
                assert_eq!(breaker.failures.is_some(), is_lesson, "{} {on:?}", preset.name);
            }
        }
    }
}

/// Whether an answer that asks to wait counts for the breaker is a setting, and the retry follows it.
/// By default a 503 counts, as the dependency says that it is not up; 429 and 403 do not.
#[test]
fn f19_the_class_of_an_answer_above_a_limit_is_a_setting_of_a_dependency() {
    let run = |status: &str, class: Option<&str>| {
        let mut scenario = (presets::find("rate-limited-model").unwrap().scenario)();
        settings::set(&mut scenario, "model.limit_status", status).unwrap();
        if let Some(class) = class {
            settings::set(&mut scenario, "model.rate_limited_as", class).unwrap();
            assert_eq!(settings::get(&scenario, "model.rate_limited_as").as_deref(), Some(class));
        }
        let mut world = World::with_trace(&scenario, 1, 1_000_000).unwrap();
        world.run_until(Instant::from_secs(20));
        let has_status = |entry: &Entry| match entry.what {
            What::Attempted { outcome: Outcome::Failure(Failure::Status { code, .. }), .. } => {
                code.to_string() == status
            }
            _ => false,
        };
        assert!(world.trace().since(0).any(has_status), "{status}");
        let layers = world.measures().counters().dependencies[Dependency::Model].layers;
        (layers.retries > 0, layers.breaker_rejections > 0)
    };
    let (throttled, failure, neutral) = ((true, false), (true, true), (false, false));
    for (status, default) in [("429", throttled), ("503", failure), ("403", throttled)] {
        assert_eq!(run(status, None), default, "{status}");
        assert_eq!(run(status, Some("throttled")), throttled, "{status}");
        assert_eq!(run(status, Some("failure")), failure, "{status}");
        assert_eq!(run(status, Some("neutral")), neutral, "{status}");
    }
}

/// The same for any status: a flaky dependency answers with it, and breaker and retry follow its meaning.
#[test]
fn f19_the_class_of_any_status_is_a_setting_of_a_dependency() {
    let run = |status: u32, meaning: Option<&str>| {
        let mut scenario = Scenario::search_service();
        let fault = Fault::Flaky { error_rate: 600 };
        scenario.schedule = vec![Action::fault(Instant::from_secs(10), ON, fault)];
        settings::set(&mut scenario, "postgres.flaky_status", &status.to_string()).unwrap();
        if let Some(meaning) = meaning {
            settings::set(&mut scenario, "postgres.flaky_as", meaning).unwrap();
            assert_eq!(settings::get(&scenario, "postgres.flaky_as").as_deref(), Some(meaning));
        }
        let mut world = World::new(&scenario, 1).unwrap();
        world.run_until(Instant::from_secs(30));
        let layers = world.measures().counters().dependencies[ON].layers;
        (layers.retries > 0, layers.breaker_rejections > 0)
    };
    let (throttled, failure, neutral) = ((true, false), (true, true), (false, false));
    let table = [(500, failure), (503, failure), (501, neutral), (404, neutral), (429, throttled)];
    for (status, default) in table {
        assert_eq!(run(status, None), default, "{status}");
        assert_eq!(run(status, Some("throttled")), throttled, "{status}");
        assert_eq!(run(status, Some("failure")), failure, "{status}");
        assert_eq!(run(status, Some("neutral")), neutral, "{status}");
        assert_eq!(run(status, Some("success")), neutral, "{status}");
    }
}

/// A status that is no longer answered keeps no meaning, and one with two uses has the same in both.
#[test]
fn f19_a_meaning_belongs_to_its_status() {
    let mut scenario = Scenario::search_service();
    let mut set = |changes: &[(&str, &str)]| {
        for (key, text) in changes {
            settings::set(&mut scenario, &format!("postgres.{key}"), text).unwrap();
        }
        let get = |key: &str| settings::get(&scenario, &format!("postgres.{key}")).unwrap();
        (get("flaky_as"), get("rate_limited_as"))
    };
    let pair = |a: &str, b: &str| (a.to_owned(), b.to_owned());
    assert_eq!(set(&[("flaky_as", "neutral")]), pair("neutral", "throttled"));
    assert_eq!(set(&[("flaky_status", "500")]), pair("neutral", "throttled"), "unchanged");
    assert_eq!(set(&[("flaky_status", "404")]), pair("neutral", "throttled"));
    assert_eq!(set(&[("flaky_status", "500")]), pair("failure", "throttled"), "forgotten");
    assert_eq!(set(&[("flaky_status", "429")]), pair("throttled", "throttled"));
    assert_eq!(set(&[("flaky_as", "failure")]), pair("failure", "failure"));
    assert_eq!(set(&[("flaky_status", "500")]), pair("failure", "failure"), "still the limit's");
}

/// A trial timeout shorter than a call may take is warned of, with what the call may take by the settings.
#[test]
fn f16_a_trial_that_may_take_longer_than_it_is_given_is_warned_of() {
    let warning = |changes: &[(&str, &str)]| {
        let mut scenario = Scenario::search_service();
        for (key, text) in changes {
            settings::set(&mut scenario, key, text).unwrap();
        }
        trial_time::warning(&scenario, ON, |_| true)
    };
    let (short, timeout) = (("postgres.breaker.trial_timeout", "1s"), "postgres.timeout.attempt");
    let layers = |layers| ("postgres.layers", layers);
    let trial = |most: &str| {
        Some(format!(
            "The trial timeout of 1 s is shorter than {most}: the place of a slow trial goes to \
             another call before the trial ends."
        ))
    };
    let times_out =
        |most: &str| trial(&format!("{most}, which a call may take before it times out"));
    assert_eq!(warning(&[]), None);
    let limits = [(timeout, "2s"), ("postgres.timeout.call", "7s"), short];
    let with = |layers| warning(&[&[layers], &limits[..]].concat());
    assert_eq!(with(layers("timeout,retry,breaker")), times_out("7 s"), "a trial is a whole call");
    assert_eq!(with(layers("timeout,breaker,retry")), times_out("2 s"), "a trial is an attempt");
    assert_eq!(with(layers("retry,timeout,breaker")), times_out("2 s"));
    assert_eq!(with(layers("breaker,timeout")), times_out("2 s"));
    assert_eq!(warning(&[layers("timeout,breaker"), (timeout, "1s"), short]), None);

    // Without a timeout, the times at the server count: log-normal with sigma 0.5 around 1 s.
    let slow = ("postgres.service_time", "1s");
    let told = warning(&[layers("breaker"), slow, short]);
    let most = Duration::from_secs_f64((2.326 * 0.5 - 0.125_f64).exp() + 0.002);
    assert_eq!(told, trial(&format!("{most}, which 1 in 100 calls exceeds")));
    assert_eq!(warning(&[layers("breaker"), short]), None);

    let half_open = ("postgres.breaker.half_open_timeout", "3s");
    let told = warning(&[layers("timeout,retry,breaker"), limits[1], half_open]).unwrap();
    assert!(told.starts_with("The half-open timeout of 3 s is shorter than 7 s, "), "{told}");
    assert!(told.ends_with("the breaker may open again before a slow trial ends."), "{told}");

    // A layer that is off has no limits.
    let mut scenario = Scenario::search_service();
    settings::set(&mut scenario, short.0, short.1).unwrap();
    assert!(trial_time::warning(&scenario, ON, |_| true).is_some());
    assert_eq!(trial_time::warning(&scenario, ON, |kind| kind != LayerKind::Breaker), None);
    assert_eq!(trial_time::warning(&scenario, ON, |kind| kind == LayerKind::Breaker), None);
    for preset in presets::ALL {
        for on in Dependency::ALL {
            assert_eq!(trial_time::warning(&(preset.scenario)(), on, |_| true), None);
        }
    }
}

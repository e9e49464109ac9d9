//! The presets: each is a valid world, and shows what its description says.

use fusebox::StateName;
use fusebox::time::{Duration, Instant};
use fusebox_lab::presets;
#[cfg(not(target_arch = "wasm32"))]
use fusebox_lab::recovery::{Recovery, judge};
use fusebox_sim::{Command, Counters, Dependency, Endpoint, Fault, Scenario, World};
use std::collections::BTreeSet;
#[cfg(not(target_arch = "wasm32"))]
use std::fmt::Write as _;

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

const SEED: u64 = 1;

fn scenario(name: &str) -> Scenario {
    (presets::find(name).unwrap_or_else(|| panic!("no preset {name}")).scenario)()
}

/// The counts up to the first fault, during faults, and in the last 10 s.
struct Phases {
    before: Counters,
    during: [Counters; 2],
    after: [Counters; 2],
    world: World,
}

impl Phases {
    fn of(name: &str) -> Self {
        Self::with_seed(name, SEED)
    }

    fn with_seed(name: &str, seed: u64) -> Self {
        let scenario = scenario(name);
        let end = Instant::ZERO + scenario.duration;
        let faults = scenario.schedule.iter();
        let broken = faults.clone().find(|action| matches!(action.command, Command::Fault(..)));
        let broken = broken.map_or(Instant::ZERO, |action| action.at);
        let healed = faults.filter_map(|action| match action.command {
            Command::Heal(_) | Command::HealAll => Some(action.at),
            Command::Fault(Fault::Crash { restart_after }) => Some(action.at + restart_after),
            _ => None,
        });
        let healed = healed.max().unwrap_or(end);
        let late = Instant::from_micros(end.as_micros() - 10_000_000);
        // The first seconds of a fault still have answers from before it.
        let half = Duration::from_micros(healed.since(broken).as_micros() / 2);
        let settled = broken + half.min(Duration::from_secs(10));
        let mut world = World::new(&scenario, seed).unwrap();
        let mut counted = |until| {
            while world.next_at().is_some_and(|at| at <= until) {
                world.step();
                if world.events().is_multiple_of(256) {
                    world.check().unwrap();
                }
            }
            *world.measures().counters()
        };
        let before = counted(broken);
        let during = [counted(settled), counted(healed)];
        let after = [counted(late.max(healed)), counted(end)];
        Self { before, during, after, world }
    }

    fn before(&self, endpoint: Endpoint) -> f64 {
        share(&Counters::default(), &self.before, endpoint)
    }

    fn during(&self, endpoint: Endpoint) -> f64 {
        share(&self.during[0], &self.during[1], endpoint)
    }

    fn after(&self, endpoint: Endpoint) -> f64 {
        share(&self.after[0], &self.after[1], endpoint)
    }
}

/// The share of useful answers between two moments; not a number, of which nothing holds, if no call
/// ended.
fn share(from: &Counters, to: &Counters, endpoint: Endpoint) -> f64 {
    let count = |counters: &Counters| {
        let endpoint = counters.endpoint(endpoint);
        (endpoint.useful, endpoint.errors)
    };
    let ((useful, errors), (less_useful, less_errors)) = (count(to), count(from));
    let (useful, errors) = (useful - less_useful, errors - less_errors);
    ratio(useful, useful + errors)
}

#[expect(clippy::cast_precision_loss, reason = "counts of a few thousand")]
fn ratio(part: u64, whole: u64) -> f64 {
    part as f64 / whole as f64
}

#[test]
fn every_preset_has_a_name_of_its_own_and_is_a_world() {
    let names: BTreeSet<_> = presets::ALL.iter().map(|preset| preset.name).collect();
    assert_eq!(names.len(), presets::ALL.len());
    assert!(names.len() >= 12);
    for preset in presets::ALL {
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        assert!(preset.name.chars().all(plain), "{}", preset.name);
        assert!(preset.about.ends_with('.') && !preset.title.ends_with('.'));
        let scenario = (preset.scenario)();
        World::new(&scenario, SEED).unwrap_or_else(|error| panic!("{}: {error}", preset.name));
        let last = scenario
            .schedule
            .last()
            .map_or(Duration::ZERO, |action| action.at.since(Instant::ZERO));
        assert!(last < scenario.duration, "{}", preset.name);
    }
    assert!(presets::find("no such preset").is_none());
}

#[test]
fn a_slow_database_takes_everything_down_where_nothing_protects_the_service() {
    let phases = Phases::of("slow-database");
    for endpoint in Endpoint::ALL {
        assert!(phases.before(endpoint) > 0.999, "{}", endpoint.name());
        assert!(phases.during(endpoint) < 0.01, "{}", endpoint.name());
        assert!(phases.after(endpoint) > 0.999, "{}", endpoint.name());
    }
}

#[test]
fn each_layer_brings_back_a_part_of_the_service() {
    use Endpoint::{CachedRead, Health, Search};
    let during = |name: &str, endpoint| Phases::of(name).during(endpoint);
    let timeout = Phases::of("slow-database-timeout");
    assert!(timeout.during(Search) < 0.01, "a timeout cures nothing");
    let retry = Phases::of("slow-database-retry");
    assert!(retry.during(Search) < 0.01, "nor does a retry");
    let health = [&timeout, &retry].map(|phases| phases.during(Health));
    assert!(health.iter().all(|share| (0.5..0.9).contains(share)), "{health:?}");
    let attempts = |phases: &Phases| {
        let [from, to] = phases.during;
        to.attempts(Dependency::Postgres) - from.attempts(Dependency::Postgres)
    };
    assert!(attempts(&retry) > attempts(&timeout), "it only adds load");
    let breaker = Phases::of("slow-database-breaker");
    assert!(breaker.during(Health) > 0.999);
    assert!(breaker.during(Search) < 0.01, "fast errors are errors");
    assert!(attempts(&breaker) < attempts(&timeout) / 10, "the database has silence");
    assert!(during("slow-database-fallback", Search) > 0.99);
    assert!(during("slow-database-fallback", CachedRead) > 0.99);
    let all = Phases::of("slow-database-bulkhead");
    assert!(all.during(Search) > 0.99 && all.during(Health) > 0.999);
}

#[test]
fn only_the_bulkhead_keeps_threads_free_before_the_breaker_trips() {
    let busiest = |name: &str| {
        let phases = Phases::of(name);
        let samples = phases.world.measures().samples().iter();
        samples.map(|sample| sample.gauges.threads_busy).max()
    };
    assert_eq!(busiest("slow-database-fallback"), Some(64));
    assert!(busiest("slow-database-bulkhead") < Some(64));
}

#[test]
fn bulkheads_keep_a_fault_where_it_is_and_a_shared_pool_spreads_it() {
    let apart = Phases::of("bulkheads-save-health");
    assert!(apart.during(Endpoint::Search) < 0.01);
    for endpoint in [Endpoint::CachedRead, Endpoint::Health, Endpoint::Mutation] {
        assert!(apart.during(endpoint) > 0.999, "{}", endpoint.name());
    }
    let together = Phases::of("shared-pool");
    for endpoint in Endpoint::ALL {
        assert!(together.during(endpoint) < 0.01, "{}", endpoint.name());
        assert!(together.after(endpoint) > 0.999, "{}", endpoint.name());
    }
}

#[test]
#[cfg(not(target_arch = "wasm32"))]
fn f26_one_breaker_for_all_hosts_refuses_the_calls_to_the_good_ones_too() {
    for seed in 1..=10 {
        let together = Phases::with_seed("one-breaker-for-all", seed);
        assert!(together.before(Endpoint::Mutation) > 0.999, "seed {seed}");
        let answered = together.during(Endpoint::Mutation);
        assert!(answered < 0.02, "seed {seed}: {answered} of the writes");
        assert!(together.during(Endpoint::Search) < 0.01, "seed {seed}");
        let [from, to] = together.during;
        let database = Dependency::Postgres;
        let failures = |it: &Counters| it.dependencies[database].failures;
        assert_eq!(failures(&to), failures(&from), "seed {seed}: the database is well");
        assert!(together.after(Endpoint::Mutation) > 0.999, "seed {seed}");
        assert!(together.after(Endpoint::Search) > 0.999, "seed {seed}");

        let apart = Phases::with_seed("a-breaker-each", seed);
        assert_eq!(apart.after[1].endpoint(Endpoint::Mutation).errors, 0, "seed {seed}");
        assert!(apart.during(Endpoint::Search) < 0.01, "seed {seed}");
        let changes = apart.world.measures().breaker_changes();
        assert!(changes.len() > 1, "seed {seed}");
        assert!(changes.iter().all(|change| change.on == Some(Dependency::Model)), "seed {seed}");
    }
}

#[test]
fn a_breaker_with_too_little_traffic_never_opens() {
    let phases = Phases::of("little-traffic");
    assert!(phases.during(Endpoint::Search) < 0.01);
    assert_eq!(phases.world.measures().breaker_changes_seen(), 0);
    assert!(phases.world.measures().counters().layers.timeouts() >= 10);
}

#[test]
fn a_rate_limited_model_degrades_the_answers_and_not_the_service() {
    let phases = Phases::of("rate-limited-model");
    let counters = phases.world.measures().counters();
    assert!(counters.dependencies[Dependency::Model].limited > 100);
    assert!(counters.fallbacks > 1_000);
    assert!(counters.dependencies[Dependency::SmallModel].successes > 1_000);
    assert!(share(&Counters::default(), counters, Endpoint::Search) > 0.95);
}

#[test]
fn after_a_crash_the_database_is_cold_and_then_as_fast_as_before() {
    let name = "cold-restart";
    let phases = Phases::of(name);
    let samples = phases.world.measures().samples();
    let p99 = |from: u64, to: u64| {
        let seconds = Instant::from_secs(from)..Instant::from_secs(to);
        let within = samples.iter().filter(|sample| seconds.contains(&sample.at));
        within.filter_map(|sample| sample.p99).max().unwrap()
    };
    assert!(p99(52, 60) > p99(5, 20).saturating_add(Duration::from_millis(50)));
    assert!(p99(100, 120) < p99(5, 20).saturating_mul(2));
    assert!(phases.after(Endpoint::Search) > 0.999);
}

#[test]
fn two_minutes_without_the_database_are_two_minutes_of_degraded_answers() {
    let phases = Phases::of("two-minute-outage");
    for endpoint in Endpoint::ALL {
        assert!(phases.during(endpoint) > 0.99, "{}", endpoint.name());
        assert!(phases.after(endpoint) > 0.999, "{}", endpoint.name());
    }
    let mutations = phases.world.mutations();
    assert_eq!((mutations.lost, mutations.duplicated), (0, 0));
    let last = phases.world.measures().breaker_changes().last().unwrap();
    assert_eq!(last.transition.to, StateName::Closed);
}

#[test]
fn retries_keep_a_recovered_database_down_and_a_budget_does_not() {
    let storm = Phases::of("retry-storm");
    assert!(storm.before(Endpoint::Search) > 0.999);
    assert!(storm.after(Endpoint::Search) < 0.01, "90 s after the fault");
    let budget = Phases::of("retry-budget");
    assert!(budget.after(Endpoint::Search) > 0.999);
}

#[test]
#[cfg(not(target_arch = "wasm32"))]
fn f35_connects_keep_a_restarted_database_down_and_a_limit_with_jittered_lifetimes_does_not() {
    let run = |scenario: &Scenario, seed| {
        let mut world = World::new(scenario, seed).unwrap();
        world.run_until(Instant::ZERO + scenario.duration);
        let counters = world.measures().counters();
        (judge(&world), counters.errors(), counters.calls)
    };
    // Only what happens once the database has recovered is counted.
    let warm_up = Duration::from_secs(65);
    let storm = Scenario { duration: Duration::from_secs(85), ..scenario("connect-storm") };
    let limit = Scenario { warm_up, ..scenario("connect-limit") };
    let mut in_step = limit.clone();
    in_step.clients[0].pool.as_mut().unwrap().lifetime_jitter = 0;
    for seed in 1..=10 {
        let (verdict, ..) = run(&storm, seed);
        assert!(matches!(verdict, Recovery::Metastable { .. }), "seed {seed}: {verdict:?}");
        let (verdict, errors, calls) = run(&limit, seed);
        assert!(
            matches!(verdict, Recovery::Recovered { after } if after < Duration::from_secs(15)),
            "seed {seed}: {verdict:?}"
        );
        assert!(10_000 * errors < calls, "seed {seed}: {errors} errors of {calls} calls");
        let (_, errors, _) = run(&in_step, seed);
        assert!(errors > 50, "seed {seed}: {errors} errors without jitter");
    }
}

#[test]
#[cfg(not(target_arch = "wasm32"))]
fn what_the_presets_show() {
    let mut table = String::from("useful answers before, during and after, in %\n");
    for preset in presets::ALL.iter().filter(|preset| !preset.name.starts_with("herd")) {
        let phases = Phases::of(preset.name);
        writeln!(table, "{}", preset.name).unwrap();
        for endpoint in Endpoint::ALL {
            if phases.after[1].endpoint(endpoint).calls > 0 {
                let name = endpoint.name();
                let shares =
                    [phases.before(endpoint), phases.during(endpoint), phases.after(endpoint)];
                let [before, during, after] = shares.map(|share| match share {
                    share if share.is_nan() => "-".to_owned(),
                    share => format!("{:.1}", 100.0 * share),
                });
                writeln!(table, "  {name:<12}{before:>7}{during:>7}{after:>7}").unwrap();
            }
        }
    }
    insta::assert_snapshot!(table);
}

//! Queries and goals, held against the worlds themselves.

use fusebox::StateName;
use fusebox::time::Instant;
use fusebox_lab::presets;
use fusebox_lab::query::{Experiment, Goal, Query, Ran};
use fusebox_lab::report::Report;
use fusebox_sim::World;

fn run(link: &str) -> Ran {
    Experiment::of_link(link).unwrap().run().unwrap()
}

#[track_caller]
fn number(run: &Ran, query: &str) -> Option<f64> {
    run.number(&query.parse::<Query>().unwrap(), None)
}

/// A count that a float holds exactly.
fn float(count: u64) -> f64 {
    f64::from(u32::try_from(count).unwrap())
}

#[track_caller]
fn text(run: &Ran, query: &str) -> String {
    run.text(&query.parse::<Query>().unwrap(), None).unwrap_or_default()
}

#[test]
fn numbers_are_those_of_the_world() {
    let scenario = (presets::find("dies-mid-query").unwrap().scenario)();
    let mut world = World::new(&scenario, 7).unwrap();
    world.run_until(Instant::ZERO + scenario.duration);
    let report = Report::of_world(&world, "", 7);
    let run = run("playground?preset=dies-mid-query&seed=7");
    let postgres = &report.dependencies[0];
    for (query, is) in [
        ("calls", report.calls.sent),
        ("answers", report.calls.successes + report.calls.fallbacks + report.calls.queued),
        ("errors", report.calls.failures + report.calls.failed_fast + report.calls.gave_up),
        ("count(answered.fallback)", report.calls.fallbacks),
        ("count(committed)", report.writes.applied + report.writes.duplicated),
        ("first_attempts on=postgres", postgres.first_attempts),
        ("retries on=postgres", postgres.retries),
        ("count(rejected.breaker)", report.rejections.breaker),
        ("writes.prevented", report.writes.prevented),
        ("dependencies.postgres.retries", postgres.retries),
        ("count(breaker)", report.state_changes),
        ("calls endpoint=health", report.endpoints[2].calls),
    ] {
        assert_eq!(number(&run, query), Some(float(is)), "{query}");
    }
    assert_eq!(number(&run, "success"), report.useful_share);
    assert_eq!(number(&run, "attempts.retries"), Some(float(report.attempts.retries)));
    let opened = world.measures().breaker_changes().iter();
    let opened = opened.filter(|it| it.transition.to == StateName::Open).map(|it| it.at);
    let opened = opened.map(|at| at.since(Instant::ZERO).as_secs_f64()).next();
    assert_eq!(number(&run, "first(breaker.open)"), opened);
}

#[test]
fn parts_of_a_run_add_up_to_the_run() {
    let run = run("playground?preset=dies-mid-query");
    let number = |query: &str| number(&run, query).unwrap();
    for measure in ["calls", "errors", "attempts", "count(rejected)", "time"] {
        let parts = ["to=breaker.open", "from=breaker.open to=50s", "from=50s"];
        let parts: f64 = parts.map(|part| number(&format!("{measure} {part}"))).iter().sum();
        let whole = number(measure);
        // The attempts are counted every 100 ms.
        assert!((parts - whole).abs() < 1e-6, "{measure}: {parts} and {whole}");
    }
    let length = number("time from=breaker.open+2s to=breaker.open+5s");
    assert!((length - 3.0).abs() < 1e-9, "{length}");
    assert!(number("first(window.failure#3)") > number("first(window.failure#2)"));
}

#[test]
fn numbers_are_read_with_their_units() {
    let run = run("playground?preset=dies-mid-query");
    for (query, is) in [
        ("setting postgres.breaker.cooldown", "30 s"),
        ("setting(postgres.retry.budget_ratio)", "10 %"),
        ("setting service.threads", "64"),
        ("time from=breaker.open to=breaker.half_open", "30 s"),
        ("2 * setting(postgres.breaker.cooldown)", "1 min"),
        ("success from=0s to=10s", "100 %"),
        ("recovered", "yes"),
        ("errors / errors", "1"),
    ] {
        assert_eq!(text(&run, query), is, "{query}");
    }
    assert_eq!(number(&run, "first(breaker.would_open)"), None);
    assert_eq!(number(&run, "errors from=end to=start"), None);
    assert_eq!(number(&run, "peak_after_repair"), None, "that is a measure of the Herd");
    let herd = self::run("herd?preset=two-seconds");
    assert_eq!(text(&herd, "setting herd.outage"), "2 s");
    assert!(
        number(&herd, "peak_after_repair").unwrap()
            > number(&herd, "peak_after_repair lane=2").unwrap()
    );
    assert!(number(&herd, "success lane=2").unwrap() > 0.9);
    assert_eq!(number(&herd, "success lane=7"), None);
}

#[test]
fn a_herds_lane_is_the_one_that_the_herd_runs() {
    use fusebox_lab::herd::{Measure, PRESETS, run as run_lane};
    let comparison = (PRESETS[0].comparison)();
    let lane = run_lane(&comparison.setup, &comparison.lanes[1], 42).unwrap();
    let herd = run("herd");
    for measure in ["peak_after_repair", "attempts_per_call", "wasted_work", "settled_after"] {
        let is = lane.measures().get(Measure::find(measure).unwrap());
        assert_eq!(number(&herd, &format!("{measure} lane=1")), is, "{measure}");
    }
}

#[test]
fn a_goal_holds_or_says_by_what_it_does_not() {
    let experiment = Experiment::of_link("playground?preset=dies-mid-query").unwrap();
    let goal: Goal = "success >= 99% & count(breaker.open) = 1 within 30s".parse().unwrap();
    let run = experiment.within(goal.within).run().unwrap();
    assert_eq!(text(&run, "time"), "30 s");
    let judgement = goal.judge(&run, None);
    assert!(!judgement.holds);
    assert_eq!(judgement.clauses.iter().map(|it| it.holds).collect::<Vec<_>>(), [false, true]);
    assert!(judgement.clauses[0].words().ends_with(" %"));
    let goal: Goal = "errors <= errors of=without".parse().unwrap();
    assert!(goal.judge(&run, Some(&run)).holds && !goal.judge(&run, None).holds);
}

#[test]
fn what_cannot_be_asked_is_refused_with_a_hint() {
    for (text, problem) in [
        (
            "sucess >= 1",
            "\"sucess >= 1\" has \"sucess\", which is no measure; the closest is success",
        ),
        ("success", "\"success\" ends after 7 characters, but must have a comparison"),
        ("success >= 2s", "\"success >= 2s\" compares a share with a time"),
        ("errors on=postgres = 1", "\"errors on=postgres = 1\" gives on to what does not take it"),
        ("writes.lost from=1s = 0", "gives from and to to what does not take it"),
        (
            "count(breaker.opened) = 1",
            "breaker.opened is no kind of event; the closest is breaker.open",
        ),
        ("calls on=postgress = 1", "which is no dependency; the closest is postgres"),
        ("success >= 1 within soon", "must have a time such as 250ms or 2s there"),
        ("success >= 1 & ", "must have a measure or a number there"),
        ("sqrt(2) = 1", "which is no function"),
        ("first(breaker.open#0) = 1s", "must have a number from 1 there"),
        ("errors of=with = 1", "must have without there"),
        ("setting(postgres.cooldwn) = 1", "postgres.cooldwn is not a setting"),
    ] {
        let found = text.parse::<Goal>().unwrap_err().to_string();
        assert!(found.contains(problem), "{text}: {found}");
    }
    let long = format!("{}1 = 1", "(".repeat(2_000));
    assert!(long.parse::<Goal>().unwrap_err().to_string().contains("longer than 1000 bytes"));
    for link in ["playground?preset=nothing", "nowhere", "playground?duration=11min"] {
        assert!(Experiment::of_link(link).and_then(|it| it.run()).is_err(), "{link}");
    }
}

#[test]
fn a_link_to_the_breaker_is_a_run_of_each_breaker_in_a_lane() {
    let settings = "breaker.window=time&breaker.window_duration=10s&breaker.failures=3&breaker.failure_rate=off";
    let run = run(&format!("breaker?{settings}&tape=HFFF.10s.HL"));
    for (query, is) in [
        ("first(breaker.open)", Some(4.0)),
        ("count(window.failure)", Some(3.0)),
        ("count(breaker.half_open)", Some(1.0)),
        ("count(not_counted.stale)", Some(1.0)),
        ("count(breaker.closed)", Some(0.0)),
        ("count(breaker.closed) lane=5", Some(1.0)),
        ("setting(breaker.cooldown)", Some(10.0)),
        ("first(breaker.closed)", None),
    ] {
        assert_eq!(number(&run, query), is, "{query}");
    }
}

#[test]
fn a_number_is_known_at_a_moment_of_its_own_lane() {
    let run = run(
        "breaker?breaker.failures=3&breaker.failure_rate=off&breaker.window=time&tape=F.60s.F.60s.F",
    );
    let known = |query: &str| run.known_at(&query.parse::<Query>().unwrap());
    assert_eq!(known("first(breaker.open)"), None, "ours stays closed");
    assert_eq!(known("first(breaker.open) lane=5"), Some(Instant::from_secs(121)));
    assert_eq!(known("count(sent)"), Some(Instant::from_secs(121)), "the end");
    assert_eq!(known("first(breaker.open) of=without"), None, "it is of another run");
}

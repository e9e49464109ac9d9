//! Explanations: what they say about real runs, and that they say something about every run.

use crate::random::each_seed;
use crate::support::random::sketch;
use fusebox::time::{Duration, Instant};
use fusebox::{
    Answer, Decision, End, Failure, GiveUp, LayerKind, Outcome, Rejection, StateName, TimeLimit,
};
use fusebox_lab::explain::{self, Announcement, Explanation, LINES_MAX, Number, SpanEnd};
use fusebox_lab::{presets, settings};
use fusebox_sim::{
    Action, Command, Dependency, Endpoint, Entry, Fault, FaultKind, Place, Reply, Scenario, What,
    World,
};
use std::collections::BTreeMap;
use std::fmt::Write as _;

const POSTGRES: Dependency = Dependency::Postgres;

/// The world of a preset with these additional actions, at this moment.
fn world(preset: &str, actions: &[Action], end: u64) -> World {
    let mut scenario = (presets::find(preset).unwrap().scenario)();
    scenario.schedule.extend(actions);
    run(&scenario, end)
}

fn run(scenario: &Scenario, end: u64) -> World {
    let mut world = World::with_trace(scenario, 1, 2_000_000).unwrap();
    world.run_until(Instant::from_millis(end));
    world
}

fn at(millis: u64) -> Instant {
    Instant::from_millis(millis)
}

fn broken(from: u64, fault: Fault, to: u64) -> [Action; 2] {
    [Action::fault(at(from), POSTGRES, fault), Action::heal(at(to), POSTGRES, fault.kind())]
}

/// The first call that fulfils a condition.
#[track_caller]
fn find(world: &World, holds: impl Fn(&[What]) -> bool) -> u64 {
    let mut calls: BTreeMap<u64, Vec<What>> = BTreeMap::new();
    for entry in world.trace().since(0) {
        if let Some(call) = entry.call {
            calls.entry(call).or_default().push(entry.what);
        }
    }
    let found = calls.iter().find(|(_, whats)| holds(whats));
    *found.expect("there is such a call").0
}

fn has(whats: &[What], is: impl Fn(&What) -> bool) -> bool {
    whats.iter().any(is)
}

fn decides(whats: &[What], is: impl Fn(&Decision) -> bool) -> bool {
    has(whats, |what| matches!(what, What::Decided(decision) if is(decision)))
}

fn answered(whats: &[What], with: Reply) -> bool {
    has(whats, |what| matches!(what, What::Answered { reply, .. } if *reply == with))
}

fn timed_out(whats: &[What]) -> bool {
    decides(whats, |of| matches!(of, Decision::TimedOut { limit: TimeLimit::Attempt, .. }))
}

fn changes(whats: &[What], to: StateName) -> bool {
    decides(whats, |of| matches!(of, Decision::Transition(change) if change.to == to))
}

/// An explanation as text.
fn read(explanation: &Explanation) -> String {
    let mut text = format!("# {}\n", explanation.title);
    for line in &explanation.lines {
        let at = line.at.map(|at| at.to_string()).unwrap_or_default();
        writeln!(text, "{at:>9}  {}", line.text).unwrap();
    }
    text
}

#[track_caller]
fn of_first(world: &World, holds: impl Fn(&[What]) -> bool) -> String {
    read(&explain::of_call(find(world, holds), world.trace().since(0), world))
}

/// The explanation of the first call in this place.
fn of_waiting(world: &World, is: impl Fn(&Place) -> bool) -> String {
    let calls = 0..world.measures().counters().calls;
    let found = calls.rev().find(|&call| world.progress(call).iter().any(|of| is(&of.place)));
    let call = found.expect("a call is in such a place");
    read(&explain::of_call(call, world.trace().since(0), world))
}

#[test]
fn a_call_that_succeeds_at_once() {
    let calm = world("search-service", &[], 2_000);
    let lesson = world("dies-mid-query", &[], 5_000);
    let writes = |whats: &[What]| {
        has(whats, |what| matches!(what, What::Called { endpoint: Endpoint::Mutation, .. }))
    };
    let hits = |whats: &[What]| has(whats, |what| matches!(what, What::CacheHit { .. }));
    let misses = |whats: &[What]| {
        has(whats, |what| matches!(what, What::Called { endpoint: Endpoint::CachedRead, .. }))
            && answered(whats, Reply::Success)
            && !hits(whats)
    };
    let checks = |whats: &[What]| {
        has(whats, |what| matches!(what, What::Called { endpoint: Endpoint::Health, .. }))
    };
    insta::assert_snapshot!(
        [
            of_first(&calm, |whats| answered(whats, Reply::Success)),
            of_first(&calm, checks),
            of_first(&lesson, writes),
            of_first(&lesson, hits),
            of_first(&lesson, misses),
        ]
        .join("\n")
    );
}

#[test]
fn a_call_that_is_tried_again() {
    let hung = world("search-service", &broken(5_000, Fault::Hang, 7_150), 12_000);
    let flaky =
        world("search-service", &broken(5_000, Fault::Flaky { error_rate: 100 }, 9_000), 12_000);
    let down = world("search-service", &broken(5_000, Fault::Down, 9_000), 9_000);
    let budget = world("retry-budget", &[], 30_000);
    insta::assert_snapshot!(
        [
            of_first(&hung, |whats| timed_out(whats) && answered(whats, Reply::Success)),
            of_first(&flaky, |whats| {
                has(whats, |what| {
                    matches!(what, What::Attempted { outcome: Outcome::Failure(_), .. })
                }) && answered(whats, Reply::Success)
            }),
            of_first(&down, |whats| decides(whats, |of| {
                matches!(of, Decision::GaveUp(GiveUp::AttemptsUsed { .. }))
            })),
            of_first(&budget, |whats| decides(whats, |of| {
                matches!(of, Decision::GaveUp(GiveUp::BudgetEmpty(_)))
            })),
        ]
        .join("\n")
    );
}

#[test]
fn a_call_that_is_refused() {
    let open = |of: &Decision| matches!(of, Decision::Rejected(Rejection::BreakerOpen { .. }));
    let full = |of: &Decision| matches!(of, Decision::Rejected(Rejection::BulkheadFull { .. }));
    let late = |of: &Decision| matches!(of, Decision::Rejected(Rejection::BulkheadWait));
    let down = world("search-service", &broken(5_000, Fault::Down, 12_000), 12_000);
    let bare = world(
        "search-service",
        &[
            Action::new(at(1_000), POSTGRES, Command::Layer(LayerKind::Fallback, false)),
            Action::fault(at(5_000), POSTGRES, Fault::Down),
        ],
        7_000,
    );
    let hung = world("search-service", &broken(5_000, Fault::Hang, 12_000), 12_000);
    let trials = world("search-service", &broken(5_000, Fault::Hang, 25_000), 25_000);
    insta::assert_snapshot!(
        [
            of_first(&down, |whats| {
                decides(whats, open)
                    && answered(whats, Reply::Fallback)
                    && !decides(whats, |of| matches!(of, Decision::Queued(_)))
            }),
            of_first(&bare, |whats| decides(whats, open) && answered(whats, Reply::FailedFast)),
            of_first(&hung, |whats| decides(whats, full)),
            of_first(&hung, |whats| decides(whats, late)),
            of_first(&trials, |whats| {
                decides(whats, |of| matches!(of, Decision::Rejected(Rejection::TrialsTaken { .. })))
            }),
        ]
        .join("\n")
    );
}

#[test]
fn a_call_that_its_client_gives_up() {
    let slow = world("slow-database", &[], 60_000);
    let retries = world("dies-mid-query", &broken(10_000, Fault::Hang, 20_000), 30_000);
    insta::assert_snapshot!(
        [
            of_first(&slow, |whats| has(whats, |what| matches!(what, What::GaveUp { .. }))),
            of_first(&slow, |whats| has(whats, |what| matches!(what, What::TurnedAway))),
            of_first(&retries, |whats| {
                timed_out(whats) && decides(whats, |of| matches!(of, Decision::Sent(2)))
            }),
        ]
        .join("\n")
    );
}

#[test]
fn a_write_whose_database_dies() {
    let dies = world("dies-mid-query", &[], 60_000);
    let outage = world("two-minute-outage", &[], 170_000);
    insta::assert_snapshot!(
        [
            of_first(&dies, |whats| has(whats, |what| matches!(what, What::RolledBack))),
            of_first(&dies, |whats| has(whats, |what| matches!(what, What::KeyKnown))),
            of_first(&outage, |whats| {
                has(whats, |what| matches!(what, What::Enqueued(1..)))
                    && has(whats, |what| matches!(what, What::JobDone))
            }),
        ]
        .join("\n")
    );
}

#[test]
fn a_call_that_the_model_turns_away() {
    let world = world("rate-limited-model", &[], 30_000);
    let limited = |of: &Decision| {
        let status = |failure: &Failure| matches!(failure, Failure::Status { code: 429, .. });
        matches!(of, Decision::Retry { failure, .. } if status(failure))
    };
    let substituted = |whats: &[What]| has(whats, |what| matches!(what, What::Substituted(_)));
    insta::assert_snapshot!(
        [
            of_first(&world, |whats| decides(whats, limited) && answered(whats, Reply::Success)),
            of_first(&world, |whats| decides(whats, limited) && substituted(whats)),
        ]
        .join("\n")
    );
}

#[test]
fn a_client_of_a_herd() {
    let fails = |of: &Decision| matches!(of, Decision::Retry { .. });
    let ends = |whats: &[What]| answered(whats, Reply::Success) && decides(whats, fails);
    let jittered = world("herd-full-jitter", &[], 30_000);
    let at_once = world("herd-immediate", &[], 8_000);
    let storm = world("retry-storm", &[], 60_000);
    insta::assert_snapshot!(
        [
            of_first(&jittered, ends),
            of_first(&at_once, |whats| decides(whats, fails)),
            of_first(&storm, |whats| {
                timed_out(whats) && has(whats, |what| matches!(what, What::WaitsAtServer(_)))
            }),
        ]
        .join("\n")
    );
}

#[test]
fn a_trial_of_a_half_open_breaker() {
    let world = world("search-service", &broken(5_000, Fault::Down, 20_000), 40_000);
    insta::assert_snapshot!(
        [
            of_first(&world, |whats| {
                decides(whats, |of| {
                    matches!(of, Decision::Transition(change)
                        if change.from == StateName::HalfOpen && change.to == StateName::Open)
                })
            }),
            of_first(&world, |whats| {
                changes(whats, StateName::HalfOpen) && answered(whats, Reply::Success)
            }),
            of_first(&world, |whats| changes(whats, StateName::Closed)),
        ]
        .join("\n")
    );
}

#[test]
fn a_call_in_flight() {
    let busy = world("search-service", &[Action::fault(at(4_000), POSTGRES, Fault::Down)], 4_040);
    let hung = world("search-service", &[Action::fault(at(4_000), POSTGRES, Fault::Hang)], 4_900);
    let slow = world("slow-database", &[], 28_000);
    let pool = world("shared-pool", &[], 30_000);
    let herd = world("herd-full-jitter", &[], 2_500);
    let storm = world("retry-storm", &[], 28_000);
    insta::assert_snapshot!(
        [
            of_waiting(&busy, |place| matches!(place, Place::Backoff { .. })),
            of_waiting(&hung, |place| matches!(place, Place::WaitsForSlot { .. })),
            of_waiting(&hung, |place| matches!(place, Place::AtWork)),
            of_waiting(&slow, |place| matches!(place, Place::WaitsForThread)),
            of_waiting(&slow, |place| matches!(place, Place::WaitsAtServer | Place::AtWork)),
            of_waiting(&pool, |place| matches!(place, Place::WaitsForConnection)),
            of_waiting(&herd, |place| matches!(place, Place::Backoff { .. })),
            of_waiting(&storm, |place| matches!(place, Place::AtWork | Place::WaitsAtServer)),
        ]
        .join("\n")
    );
}

#[test]
fn the_changes_of_a_breaker() {
    let down = world("search-service", &broken(5_000, Fault::Down, 20_000), 32_000);
    let fault = Action::fault(at(5_000), Dependency::Model, Fault::Flaky { error_rate: 900 });
    let limited = world("rate-limited-model", &[fault], 20_000);
    let open = world("search-service", &broken(5_000, Fault::Hang, 40_000), 12_000);
    let half = world("search-service", &broken(5_000, Fault::Hang, 40_000), 22_000);
    let told = |world: &World| {
        let changes = world.measures().breaker_changes().iter().take(8);
        changes
            .map(|change| read(&explain::of_change(change, world)))
            .collect::<Vec<_>>()
            .join("\n")
    };
    insta::assert_snapshot!([&down, &limited, &open, &half].map(told).join("\n---\n"));
}

#[test]
fn a_part_of_the_window() {
    let slot = |world: &World, from: u64, to: u64| {
        let slot = (Instant::from_millis(from), Instant::from_millis(to));
        read(&explain::of_slot(POSTGRES, slot, world.trace().since(0), world))
    };
    let down = world("search-service", &broken(5_000, Fault::Down, 20_000), 12_000);
    let hung = world("search-service", &broken(5_000, Fault::Hang, 20_000), 12_000);
    insta::assert_snapshot!(
        [
            slot(&down, 4_000, 4_050),
            slot(&down, 5_000, 5_200),
            slot(&down, 11_000, 11_200),
            slot(&hung, 8_000, 12_000),
        ]
        .join("\n")
    );
}

#[test]
fn a_breaker_inside_the_retries_is_told_of_each_attempt() {
    let mut scenario = Scenario::search_service();
    let layers = &mut scenario.dependencies[POSTGRES].layers;
    let place = |kind| layers.iter().position(|layer| layer.kind() == kind).unwrap();
    let (retry, breaker) = (place(LayerKind::Retry), place(LayerKind::Breaker));
    layers.swap(retry, breaker);
    scenario.schedule = vec![
        Action::fault(at(5_000), POSTGRES, Fault::Flaky { error_rate: 30 }),
        Action::new(at(5_000), POSTGRES, Command::Layer(LayerKind::Fallback, false)),
    ];
    let world = run(&scenario, 5_300);
    let counts = world.breaker(POSTGRES).unwrap().window(world.now());
    let slot = (at(400), world.now() + Duration::from_micros(1));
    let told = explain::of_slot(POSTGRES, slot, world.trace().since(0), &world);
    assert!(counts.failures > 0 && world.measures().breaker_changes().is_empty());
    let ended = format!("{} attempts ended here", fusebox_lab::words::count(counts.calls().into()));
    let first = &told.lines[0].text;
    assert!(first.starts_with(&ended) && first.contains(&format!("{} failure", counts.failures)));
}

#[test]
fn a_slot_counts_what_the_breaker_counts() {
    let world = world("search-service", &broken(5_000, Fault::Down, 6_000), 5_150);
    let counts = world.breaker(POSTGRES).unwrap().window(world.now());
    // The window has forgotten what came before.
    let slot = (at(200), world.now() + Duration::from_micros(1));
    let told = explain::of_slot(POSTGRES, slot, world.trace().since(0), &world);
    let (successes, failures) = (counts.successes, counts.failures);
    let ended = format!("{successes} successes and {failures} failures");
    assert!(failures > 1 && told.lines[0].text.contains(&ended), "{}", told.lines[0].text);
}

/// A change of each part of the database that can change while a world runs.
fn new_settings() -> impl Iterator<Item = (Dependency, Command)> {
    let mut scenario = Scenario::search_service();
    for (key, text) in [
        ("postgres.layers", "timeout,retry,breaker,fallback,bulkhead,throttle,rate_limiter,hedge"),
        ("postgres.pool", "on"),
        ("postgres.rate_limit", "on"),
    ] {
        settings::set(&mut scenario, key, text).unwrap();
    }
    let changes = [
        ("concurrency", "7"),
        ("link.latency", "5ms"),
        ("pool.max_connections", "5"),
        ("rate_limit.permits", "50"),
        ("timeout.attempt", "500ms"),
        ("retry.budget_ratio", "20%"),
        ("breaker.failures", "3"),
        ("fallback.otherwise", "default"),
        ("bulkhead.max_concurrent", "4"),
        ("throttle.k", "1.5"),
        ("rate_limiter.permits", "30"),
        ("hedge.delay", "50ms"),
    ];
    changes.into_iter().map(move |(key, text)| {
        let key = format!("postgres.{key}");
        let action = settings::change(&scenario, Instant::ZERO, &key, text).expect(&key);
        (POSTGRES, action.command)
    })
}

#[test]
fn what_was_done() {
    let faults = [
        Fault::Down,
        Fault::Crash { restart_after: Duration::from_secs(10) },
        Fault::Hang,
        Fault::Slow { factor: 200 },
        Fault::Flaky { error_rate: 125 },
        Fault::RateLimited { rate: 1_000 },
        Fault::Partitioned,
        Fault::Degraded { capacity: 500 },
    ];
    let layers = [false, true].into_iter().flat_map(|enabled| {
        LayerKind::ALL.map(|kind| (Dependency::Model, Command::Layer(kind, enabled)))
    });
    let commands = faults
        .map(|fault| (POSTGRES, Command::Fault(fault)))
        .into_iter()
        .chain(FaultKind::ALL.map(|kind| (POSTGRES, Command::Heal(kind))))
        .chain([(Dependency::Cache, Command::Fault(Fault::Down))])
        .chain(layers)
        .chain(new_settings());
    let told: Vec<_> = commands
        .map(|(on, command)| {
            let at = Instant::from_secs(20);
            let entry = Entry { at, call: None, on: None, what: What::Done(on.into(), command) };
            read(&explain::of_action(&entry))
        })
        .collect();
    insta::assert_snapshot!(told.join("\n"));
}

#[test]
fn the_numbers_and_the_present() {
    let mut told = Vec::new();
    let hung = broken(5_000, Fault::Hang, 9_000);
    for end in [50, 4_000, 8_000, 17_500] {
        let world = world("search-service", &hung, end);
        told.push(format!("{}\n", explain::now(&world, POSTGRES)));
    }
    let lesson = world("dies-mid-query", &[], 25_000);
    told.push(format!("{}\n", explain::now(&lesson, Dependency::Model)));
    let herd = world("herd-immediate", &[], 3_000);
    told.push(format!("{}\n", explain::now(&herd, POSTGRES)));
    for number in Number::ALL {
        told.push(read(&explain::of_number(number, &lesson, POSTGRES)));
    }
    told.push(read(&explain::of_number(Number::Threads, &herd, POSTGRES)));
    insta::assert_snapshot!(told.join("\n"));
}

#[test]
fn the_log_of_a_run() {
    let log = |world: &World| {
        let mut news = Announcement::default();
        let entries = world.trace().since(0);
        let lines = entries
            .filter(|entry| news.take(entry))
            .map(|entry| format!("{}  {}", entry.at, explain::event(entry)));
        lines.collect::<Vec<_>>().join("\n")
    };
    let events = |world: &World, call: u64| {
        let entries = world.trace().since(0).filter(|entry| entry.call == Some(call));
        let lines = entries.map(|entry| format!("{}  {}", entry.at, explain::event(entry)));
        lines.collect::<Vec<_>>().join("\n")
    };
    let hung = world("search-service", &broken(5_000, Fault::Hang, 12_000), 30_000);
    let lesson = world("dies-mid-query", &[], 70_000);
    let late = find(&lesson, |whats| has(whats, |what| matches!(what, What::RolledBack)));
    insta::assert_snapshot!([log(&hung), log(&lesson), events(&lesson, late)].join("\n---\n"));
}

#[test]
fn a_call_whose_beginning_is_lost_or_that_was_never_made() {
    let preset = (presets::find("search-service").unwrap().scenario)();
    let mut world = World::with_trace(&preset, 1, 40).unwrap();
    world.run_until(Instant::from_secs(3));
    let first = world.trace().since(0).find_map(|entry| entry.call).unwrap();
    let told = |call| read(&explain::of_call(call, world.trace().since(0), &world));
    insta::assert_snapshot!([told(first), told(0), told(1_000_000)].join("\n"));
}

/// Asserts that a text is fit for a reader.
#[track_caller]
fn is_prose(text: &str) {
    assert!(text.ends_with('.') && text.len() > 3, "no sentence: {text:?}");
    let first = text.chars().next().unwrap();
    assert!(first.is_uppercase() || first.is_numeric() || first == '…', "no beginning: {text:?}");
    for debris in ["Some(", "None", "{ ", "..", "  ", " ,", " .", "::", "18446744073709"] {
        assert!(!text.contains(debris), "{debris:?} in {text:?}");
    }
    assert!(text.len() < 700, "too long: {text:?}");
}

/// Asserts that the spans of a call are within it and say what its lines say.
#[track_caller]
fn are_spans(told: &Explanation) {
    let Some(call) = told.spans.first() else { return };
    for span in &told.spans {
        assert!(span.from >= call.from, "{span:?} begins before the call");
        assert!(span.to.is_none_or(|to| to >= span.from), "{span:?} ends before it begins");
    }
    if told.lines.len() <= LINES_MAX && told.spans.len() <= LINES_MAX {
        let sentences = told.spans.iter().map(|span| span.text.as_str()).collect::<Vec<_>>();
        for line in &told.lines {
            assert!(sentences.iter().any(|text| text.contains(&line.text)), "lost: {}", line.text);
        }
    }
}

#[test]
fn the_spans_of_a_call_are_its_attempts_and_waits() {
    let hung = world("search-service", &broken(5_000, Fault::Hang, 7_150), 12_000);
    let call = find(&hung, |whats| timed_out(whats) && answered(whats, Reply::Success));
    let told = explain::of_call(call, hung.trace().since(0), &hung);
    assert_eq!(told.title, "Why did call 1,018 take 2.2 s?");
    let spans: Vec<_> = told
        .spans
        .iter()
        .map(|span| {
            let long = span.to.expect("it is over").since(span.from);
            (span.name.as_str(), long.as_micros() / 1_000, span.end)
        })
        .collect();
    let expected = [
        ("Call", 2_201, SpanEnd::Success),
        ("Database: attempt 1", 2_000, SpanEnd::Failure),
        ("Database: wait before a retry", 82, SpanEnd::Wait),
        ("Database: attempt 2", 99, SpanEnd::Success),
    ];
    assert_eq!(spans, expected);
    assert!(told.spans[1].text.contains("the timeout ended the attempt."), "{:?}", told.spans);
    let late = find(&hung, |whats| {
        decides(whats, |of| matches!(of, Decision::Rejected(Rejection::BulkheadWait)))
    });
    let told = explain::of_call(late, hung.trace().since(0), &hung);
    let slot = told.spans.iter().find(|span| span.name == "Database: wait for a slot");
    let slot = slot.expect("it waited");
    assert_eq!(slot.to.map(|to| to.since(slot.from)), Some(Duration::from_millis(100)));
}

#[track_caller]
fn is_explanation(told: &Explanation) {
    are_spans(told);
    assert!(!told.title.is_empty() && !told.lines.is_empty());
    assert!(told.lines.len() <= LINES_MAX + 1, "{} lines", told.lines.len());
    told.lines.iter().for_each(|line| is_prose(&line.text));
}

#[test]
fn every_call_and_every_entry_of_random_scenarios_is_told_in_prose() {
    each_seed(200, |seed| {
        let sketch = sketch(seed);
        if sketch.large {
            return;
        }
        let mut world = World::with_trace(&sketch.scenario, seed, 20_000).unwrap();
        let half = Duration::from_micros(sketch.ends_at.as_micros() / 2);
        for end in [Instant::ZERO + half, sketch.ends_at + Duration::from_millis(200)] {
            world.run_until(end);
            for entry in world.trace().since(0) {
                is_prose(&explain::event(entry));
                is_explanation(&explain::of_action(entry));
            }
            let calls = world.measures().counters().calls;
            let step = usize::try_from(calls / 40 + 1).unwrap();
            for call in (0..calls + 2).step_by(step) {
                is_explanation(&explain::of_call(call, world.trace().since(0), &world));
            }
            for change in world.measures().breaker_changes().iter().take(50) {
                is_explanation(&explain::of_change(change, &world));
            }
            for on in Dependency::ALL {
                is_prose(&explain::now(&world, on));
                let slot = (Instant::ZERO + half, world.now());
                is_explanation(&explain::of_slot(on, slot, world.trace().since(0), &world));
                for number in Number::ALL {
                    is_explanation(&explain::of_number(number, &world, on));
                }
            }
        }
    });
}

#[test]
fn a_story_with_too_much_in_it_says_how_much_is_left_out() {
    let herd = world("herd-immediate", &[], 8_000);
    let tries = |whats: &[What]| {
        let tries = |what: &&What| matches!(what, What::Decided(Decision::Retry { .. }));
        whats.iter().filter(tries).count() > LINES_MAX / 2
    };
    let told = explain::of_call(find(&herd, tries), herd.trace().since(0), &herd);
    assert_eq!(told.lines.len(), LINES_MAX + 1);
    assert!(told.lines.iter().any(|line| line.text.starts_with("… and ")));
}

#[test]
fn an_answer_of_each_kind_has_words() {
    let told = |answer| {
        let end = What::Finished(End::Fallback { answer, rejected: true });
        let entry = Entry { at: Instant::ZERO, call: Some(1), on: Some(POSTGRES), what: end };
        explain::event(&entry)
    };
    let second = Duration::from_secs(1);
    let answers = [
        Answer::Stale { age: second },
        Answer::Substitute,
        Answer::Default,
        Answer::Unavailable { retry_after: second },
    ];
    answers.map(told).iter().for_each(|text| is_prose(text));
}

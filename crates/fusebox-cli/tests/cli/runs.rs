//! Runs and traces of scenarios.

use super::{command, json, json_from, text, text_from, with_input};
use fusebox::time::Instant;
use fusebox_lab::explain::event;
use fusebox_lab::{presets, settings};
use fusebox_sim::{Dependency, Scenario, World};
use serde_json::Value;
use std::io::{BufRead, BufReader};

/// The world of this preset after this many seconds.
fn world(preset: &str, seed: u64, seconds: u64, trace: usize) -> World {
    let scenario = (presets::find(preset).unwrap().scenario)();
    let mut world = World::with_trace(&scenario, seed, trace).unwrap();
    world.run_until(Instant::from_secs(seconds));
    world
}

#[test]
fn a_run_is_the_one_that_a_program_gets_from_the_library() {
    let report = json("run dies-mid-query --seed 7 --duration 40s --json");
    let world = world("dies-mid-query", 7, 40, 0);
    let counters = world.measures().counters();
    assert_eq!(report["scenario"], "dies-mid-query");
    assert_eq!(report["seed"], 7);
    assert_eq!(report["duration_ms"], 40_000.0);
    assert_eq!(report["fingerprint"], format!("{:016x}", world.fingerprint()));
    assert_eq!(report["events"], world.events());
    assert_eq!(report["calls"]["sent"], counters.calls);
    assert_eq!(report["calls"]["fallbacks"], counters.fallbacks);
    let postgres = &report["dependencies"][0];
    assert_eq!(postgres["name"], "postgres");
    let attempts = ["first_attempts", "retries"].map(|key| postgres[key].as_u64().unwrap());
    assert_eq!(attempts.iter().sum::<u64>(), counters.attempts(Dependency::Postgres));
    let changes = world.measures().breaker_changes();
    assert_eq!(report["transitions"].as_array().unwrap().len(), changes.len());
    assert_eq!(report["transitions"][0]["cause"], changes[0].transition.cause.to_string());
}

/// The calls that were sent or carried over, and those that ended or are in flight.
fn came_and_ended(arguments: &str) -> (u64, u64) {
    let calls = json(arguments)["calls"].clone();
    let count = |name: &str| calls[name].as_u64().unwrap();
    let all: u64 = calls.as_object().unwrap().keys().map(|name| count(name)).sum();
    let came = count("sent") + count("carried");
    (came, all - came)
}

#[test]
fn the_outcomes_add_up_to_all_calls_in_every_preset() {
    for preset in presets::ALL {
        let (came, ended) = came_and_ended(&format!("run {} --duration 15s --json", preset.name));
        assert_eq!(came, ended, "{}", preset.name);
    }
}

/// F29.
#[test]
fn f29_a_warm_up_is_left_out_of_the_measures_and_told() {
    let run = "run search-service --duration 40s --json";
    let warm = json(&format!("{run} --warm-up 10s"));
    let (whole, before) = (json(run), json("run search-service --duration 10s --json"));
    assert_eq!(warm["measured_from_ms"], 10_000.0);
    assert_eq!(whole["measured_from_ms"], Value::Null);
    assert_eq!(warm["fingerprint"], whole["fingerprint"]);
    let sent = |report: &Value| report["calls"]["sent"].as_u64().unwrap();
    assert_eq!(sent(&warm), sent(&whole) - sent(&before));
    assert_eq!(warm["calls"]["carried"], before["calls"]["in_flight"]);
    let (came, ended) = came_and_ended(&format!("{run} --warm-up 10s"));
    assert_eq!(came, ended);
    let run = "run two-minute-outage --duration 25s --json";
    let reports = [run.to_owned(), format!("{run} --warm-up 10s"), run.replace("25s", "10s")];
    let [whole, warm, before] = reports.map(|run| json(&run)["writes"].clone());
    for count in ["requested", "applied"] {
        let [whole, warm, before] =
            [&whole, &warm, &before].map(|writes| writes[count].as_u64().unwrap());
        assert!(before > 0 && warm == whole - before, "{count}: {whole} {warm} {before}");
    }
    assert!(text("run search-service --warm-up 5s").contains("\nmeasured from     5 s\n"));
    // A sweep counts neither the calls nor the work of its warm-up.
    let sweep = "sweep boundary --measure answered --x outage:1s,2s --y clients:100,200 --json";
    let first = |sweep: &str| json(sweep)["cells"][0]["value"].as_f64().unwrap();
    assert!(first(&format!("{sweep} --warm-up 4s")) < first(sweep));
}

#[test]
fn the_same_arguments_give_the_same_output_and_another_seed_another() {
    for arguments in
        ["run cold-restart --duration 20s", "trace cold-restart --duration 5s --on postgres"]
    {
        assert_eq!(text(arguments), text(arguments));
        assert_eq!(text(arguments), text(&format!("{arguments} --seed 1")));
        assert_ne!(text(arguments), text(&format!("{arguments} --seed 2")));
    }
}

#[test]
fn settings_and_length_change_the_run() {
    let document = json("show search-service --set postgres.breaker.cooldown=5s --duration 7s");
    assert_eq!(document["postgres"]["breaker"]["cooldown"], "5s");
    assert_eq!(document["duration"], "7s");
    let mut scenario = Scenario::search_service();
    settings::set(&mut scenario, "service.threads", "1").unwrap();
    let mut world = World::new(&scenario, 1).unwrap();
    world.run_until(Instant::from_secs(3));
    let report = json("run search-service --set service.threads=1 --duration 3s --json");
    assert_eq!(report["fingerprint"], format!("{:016x}", world.fingerprint()));
}

#[test]
fn the_order_of_settings_does_not_matter() {
    for settings in [
        ["retry.jitter_plus_minus_share=10%", "retry.jitter=plus_minus_share"],
        ["postgres.breaker.cooldown=5s", "breaker.cooldown=6s"],
        ["clients.0.rate=5", "clients.*.rate=6"],
        ["breaker.cooldown=7s", "cache.layers=breaker"],
        ["retry.base=300ms", "retry.cap=7s"],
        ["postgres.pool.max_connections=11", "postgres.pool=on"],
    ] {
        let shown = |settings: [&str; 2]| {
            let [one, two] = settings;
            text(&format!("show search-service --set {one} --set {two}"))
        };
        let [one, two] = settings;
        assert_eq!(shown([one, two]), shown([two, one]), "{settings:?}");
    }
    let both = "--set breaker.cooldown=6s --set postgres.breaker.cooldown=5s";
    let document = json(&format!("show search-service {both}"));
    assert_eq!(document["postgres"]["breaker"]["cooldown"], "5s");
    assert_eq!(document["model"]["breaker"]["cooldown"], "6s");
}

#[test]
fn a_document_that_was_shown_is_the_preset() {
    for preset in presets::ALL {
        let name = preset.name;
        let document = text(&format!("show {name}"));
        let shown = json_from("run - --duration 5s --json", &document);
        let named = json(&format!("run {name} --duration 5s --json"));
        assert_eq!(shown["fingerprint"], named["fingerprint"], "{name}");
        assert_eq!(shown["scenario"], "-");
    }
}

#[test]
fn a_document_can_build_on_a_preset() {
    let document = r#"{ "preset": "cold-restart", "duration": "5s" }"#;
    assert_eq!(text_from("show -", document), text("show cold-restart --duration 5s"));
}

#[test]
fn a_text_report_has_the_numbers_of_the_json() {
    let text = text("run dies-mid-query");
    let report = json("run dies-mid-query --json");
    assert!(text.starts_with("scenario          dies-mid-query\nseed              1\n"), "{text}");
    let fingerprint = report["fingerprint"].as_str().unwrap();
    assert!(text.contains(&format!("fingerprint       {fingerprint}\n")), "{text}");
    let changes = report["transitions"].as_array().unwrap();
    for change in changes.iter().take(20) {
        assert!(text.contains(change["cause"].as_str().unwrap()), "{change}");
    }
    assert!(text.lines().all(|line| line.trim_end() == line), "blanks at the end of a line");
}

#[test]
fn several_seeds_are_the_single_runs_and_their_summary() {
    let several = json("run cold-restart --duration 20s --seed 3 --seeds 5 --json");
    let runs = several["runs"].as_array().unwrap();
    let single = |seed| json(&format!("run cold-restart --duration 20s --seed {seed} --json"));
    assert_eq!(*runs, (3..8).map(single).collect::<Vec<_>>());
    for (name, pointer) in [
        ("calls.sent", "/calls/sent"),
        ("endpoints.search.calls", "/endpoints/0/calls"),
        ("latency_ms.p99", "/latency_ms/p99"),
        ("dependencies.postgres.peak_per_second", "/dependencies/0/peak_per_second"),
        ("writes.requested", "/writes/requested"),
        ("events", "/events"),
    ] {
        let value = |run: &Value| run.pointer(pointer).and_then(Value::as_f64).unwrap();
        let mut values: Vec<_> = runs.iter().map(value).collect();
        values.sort_by(f64::total_cmp);
        let spread = &several["summary"][name];
        assert_eq!(spread["runs"], 5, "{name}");
        assert_eq!(spread["min"], values[0], "{name}");
        assert_eq!(spread["median"], values[2], "{name}");
        assert_eq!(spread["max"], values[4], "{name}");
        let mean = values.iter().sum::<f64>() / 5.0;
        assert!((spread["mean"].as_f64().unwrap() - mean).abs() < 1e-9, "{name}");
    }
    let verdicts: Vec<_> = runs.iter().map(|run| &run["recovery"]["verdict"]).collect();
    for (verdict, count) in several["verdicts"].as_object().unwrap() {
        let same = verdicts.iter().filter(|other| **other == verdict.as_str()).count();
        assert!(same > 0 && *count == same, "{verdict}: {count}");
    }
    let text = text("run cold-restart --duration 20s --seed 3 --seeds 5");
    assert!(
        text.starts_with(
            "scenario          cold-restart\nseed              3\nseeds             5\n"
        )
    );
}

/// For text output the reports drop their transitions, which must not change the summary.
#[test]
fn several_seeds_have_the_same_numbers_as_text() {
    let several = "run dies-mid-query --duration 40s --seeds 3";
    let summary = json(&format!("{several} --json"))["summary"].clone();
    let text = text(several);
    for name in ["state_changes", "calls.sent"] {
        let row = text.lines().find(|line| line.starts_with(&format!("{name} "))).unwrap();
        let most = row.rsplit(' ').next().unwrap().replace(',', "").parse::<f64>().unwrap();
        assert!(most > 0.0 && summary[name]["max"] == most, "{row}");
    }
}

/// Guards against a count of the report that the summary leaves out.
#[test]
fn every_count_of_a_report_is_in_the_summary() {
    let several = json("run cold-restart --duration 20s --seeds 2 --json");
    let mut paths = Vec::new();
    find_numbers(&several["runs"][0], "", &mut paths);
    let own = ["seed"];
    paths.retain(|path| !own.contains(&path.as_str()) && !path.starts_with("transitions."));
    assert!(paths.len() > 60, "{paths:?}");
    for path in paths {
        assert!(several["summary"].get(&path).is_some(), "{path}");
    }
}

/// The paths of all numbers; the path of a list item contains the item's name.
fn find_numbers(value: &Value, path: &str, found: &mut Vec<String>) {
    let within = |key: &str| format!("{path}.{key}").trim_start_matches('.').to_string();
    match value {
        Value::Number(_) => found.push(path.to_string()),
        Value::Object(members) => {
            members.iter().for_each(|(key, value)| find_numbers(value, &within(key), found));
        }
        Value::Array(items) => {
            for item in items {
                let name = item.get("name").and_then(Value::as_str).unwrap_or_default();
                find_numbers(item, &within(name), found);
            }
        }
        _ => {}
    }
}

#[test]
fn a_trace_is_that_of_the_library_line_by_line() {
    let world = world("cold-restart", 1, 3, 10_000_000);
    let entries: Vec<_> = world.trace().since(0).collect();
    let all: Vec<String> = entries
        .iter()
        .map(|entry| {
            let on = entry.on.map_or("-", Dependency::name);
            format!("{:>9}  {on:<11}  {}", entry.at.to_string(), event(entry))
        })
        .collect();
    let lines =
        |arguments: &str| -> Vec<String> { text(arguments).lines().map(str::to_string).collect() };
    assert_eq!(lines("trace cold-restart --duration 3s"), all);
    assert_eq!(lines("trace cold-restart --duration 3s --last 7"), all[all.len() - 7..]);
    let of_call = lines("trace cold-restart --duration 3s --call 5");
    let pairs = entries.iter().zip(all);
    let expected: Vec<_> =
        pairs.filter(|(entry, _)| entry.call == Some(5)).map(|(_, line)| line).collect();
    assert!(expected.len() >= 3, "{expected:?}");
    assert_eq!(of_call, expected);
    let last = lines("trace cold-restart --duration 3s --call 5 --last 1");
    assert_eq!(last, expected[expected.len() - 1..]);
}

#[test]
fn a_trace_of_a_dependency_has_the_commands_to_it() {
    let lines = text("trace cold-restart --on postgres");
    assert!(lines.contains("The database crashes: "), "no crash");
    let other = |line: &&str| !line.contains("  postgres  ") && !line.contains("  The database");
    assert_eq!(lines.lines().find(other), None);
}

#[test]
fn a_reader_that_stops_after_the_first_line_is_no_error() {
    for arguments in
        ["trace search-service --duration 1h", "settings", "schema", "run cold-restart"]
    {
        let mut child = command(arguments).spawn().unwrap();
        drop(child.stdin.take());
        let mut first = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut first).unwrap();
        // The reader has closed the pipe.
        let output = child.wait_with_output().unwrap();
        assert!(!first.is_empty());
        assert_eq!((output.status.code(), output.stderr.as_slice()), (Some(0), &b""[..]));
    }
}

/// F09: the lesson's 5 failures in 10 s open at 1 % of its calls; a preset with much traffic does not.
#[test]
fn f09_a_breaker_that_opened_at_a_low_share_is_warned_of() {
    let run = |preset| {
        let output = with_input(&format!("run {preset} --json"), "");
        let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        let held = with_input(&format!("run {preset} --goal errors>=0"), "");
        let is_warned = [output.stderr, held.stderr].map(|warnings| {
            String::from_utf8(warnings).unwrap().starts_with("warning: 1 change to open")
        });
        assert_eq!(is_warned[0], is_warned[1], "the same with a goal");
        (report["opened_at_low_share"].as_u64(), is_warned[0])
    };
    assert_eq!(run("dies-mid-query"), (Some(1), true));
    assert_eq!(run("two-minute-outage"), (Some(0), false));
}

/// F09 in the Herd, with one seed and with several.
#[test]
fn f09_a_lane_that_opened_at_a_low_share_is_warned_of() {
    let warnings = |options: &str| {
        let herd = "herd half-down --lanes none-breaker-shared --json";
        String::from_utf8(with_input(&format!("{herd} {options}"), "").stderr).unwrap()
    };
    let by_number = "--set lanes.0.breaker.failures=5 --set lanes.0.breaker.failure_rate=off";
    assert!(warnings(by_number).starts_with("warning: 1 change to open"));
    let seeds = warnings(&format!("{by_number} --seeds 3"));
    assert!(seeds.starts_with("warning: 3 changes to open"), "{seeds}");
    assert_eq!(warnings("--seeds 3"), "", "a rate");
}

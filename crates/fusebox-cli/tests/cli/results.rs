//! All results except runs and traces.

use super::{json, json_from, text, text_from};
use fusebox::{BackoffConfig, Jitter};
use fusebox_lab::{delays, document, presets, settings};
use fusebox_sim::Scenario;
use fusebox_sim::occ::{OccBackoff, trials};
use serde_json::Value;

#[test]
fn presets_are_listed_with_their_descriptions() {
    let listed = json("presets --json");
    let listed = listed.as_array().unwrap();
    assert_eq!(listed.len(), presets::ALL.len());
    for (line, preset) in listed.iter().zip(presets::ALL) {
        assert_eq!(line["name"], preset.name);
        assert_eq!(line["title"], preset.title);
        assert_eq!(line["about"], preset.about);
    }
    let text = text("presets");
    for preset in presets::ALL {
        assert!(text.lines().any(|line| line.starts_with(preset.name)), "{text}");
    }
    assert!(text.lines().all(|line| line.len() <= 100), "{text}");
}

#[test]
fn a_schema_is_that_of_documents() {
    assert_eq!(json("schema"), document::schema());
}

#[test]
fn settings_are_listed_with_all_places_that_they_have() {
    let groups = json("settings --json");
    let groups = groups.as_array().unwrap();
    let list = |group: &Value, key: &str| group[key].as_array().unwrap().clone();
    assert!(groups.iter().all(|group| !list(group, "places").is_empty()), "{groups:?}");
    let count: usize = groups.iter().map(|group| list(group, "settings").len()).sum();
    assert!(count > 100, "{count}");
    let breaker = groups.iter().find(|group| group["name"] == "breaker").unwrap();
    let places = list(breaker, "places");
    for place in ["breaker", "postgres.breaker", "clients.breaker"] {
        assert!(places.contains(&place.into()), "{places:?}");
    }
    let text = text("settings cooldown");
    assert!(
        text.contains("\n  breaker.cooldown=30s\n      The time for which an open breaker"),
        "{text}"
    );
    assert!(!text.contains("retry.base"), "{text}");
}

#[test]
fn settings_have_the_defaults_of_each_place() {
    let groups = json("settings --json");
    let scenario = Scenario::default();
    let (mut said, mut different) = (0, 0);
    for group in groups.as_array().unwrap() {
        for line in group["settings"].as_array().unwrap() {
            for (place, default) in line["defaults"].as_object().unwrap() {
                let key = format!("{place}.{}", line["key"].as_str().unwrap());
                let key = key.trim_start_matches('.');
                assert_eq!(settings::get(&scenario, key).as_deref(), default.as_str(), "{key}");
                said += 1;
                different += usize::from(*default != line["default"]);
            }
        }
    }
    assert!(said > 100 && different > 10, "{said} {different}");
    let text = text("settings concurrency");
    assert!(text.contains("\n  postgres.concurrency=20\n"), "{text}");
    assert!(
        text.contains("      Other defaults: ") && text.contains("model.concurrency=50"),
        "{text}"
    );
}

#[test]
fn a_backoff_is_that_of_the_engine() {
    let backoff = BackoffConfig { jitter: Jitter::Equal, ..BackoffConfig::default() };
    let rows = delays::table(backoff, 4, 100, 9).unwrap();
    let printed =
        json("backoff --set jitter=equal --set max_attempts=4 --samples 100 --seed 9 --json");
    assert_eq!(printed.as_array().unwrap().len(), 3);
    for (row, line) in rows.iter().zip(printed.as_array().unwrap()) {
        assert_eq!(line["retry"], row.retry);
        assert_eq!(line["min_ms"], row.min_ms);
        assert_eq!(line["cumulative_mean_ms"], row.cumulative_mean_ms);
    }
}

#[test]
fn a_backoff_has_the_settings_of_the_arguments() {
    let highest = |arguments: &str| -> Vec<f64> {
        let printed = json(&format!("{arguments} --json"));
        let lines = printed.as_array().unwrap().iter();
        lines.map(|line| line["max_ms"].as_f64().unwrap()).collect()
    };
    let plain = "backoff --set base=100ms --set cap=1s --set growth_factor=3 --set jitter=none";
    let delays = ["100", "300", "900", "1000", "1000"].map(|delay| delay.parse::<f64>().unwrap());
    assert_eq!(highest(plain), delays);
    let text = text(plain);
    let row = text.lines().find(|line| line.starts_with('3')).unwrap();
    let cells: Vec<_> = row.split("  ").filter(|cell| !cell.is_empty()).map(str::trim).collect();
    assert_eq!(cells, ["3", "900 ms", "900 ms", "900 ms", "900 ms", "1.3 s"]);
    for spread in
        ["plus_minus_share=10%", "added_share=10%", "added_time=10ms", "plus_minus_time=10ms"]
    {
        let jitter = spread.split('=').next().unwrap();
        let set = format!("--set jitter={jitter} --set jitter_{spread}");
        let highest =
            highest(&format!("backoff --set base=100ms --set retry.max_attempts=2 {set}"));
        assert!((109.0..=110.0).contains(&highest[0]), "{spread}: {highest:?}");
    }
}

#[test]
fn occ_is_the_experiment_of_the_lab() {
    let summary = trials(20, 30, OccBackoff::Decorrelated, 5, |_| {}).unwrap();
    let printed = json("occ --clients 20 --trials 30 --backoff decorrelated --seed 5 --json");
    let expected = serde_json::json!({
        "clients": 20,
        "trials": 30,
        "backoff": "decorrelated",
        "seed": 5,
        "mean_time_ms": summary.mean_time_ms,
        "sd_time_ms": summary.sd_time_ms,
        "mean_calls": summary.mean_calls,
        "sd_calls": summary.sd_calls,
    });
    assert_eq!(printed, expected);
    for backoff in OccBackoff::ALL {
        let name = backoff.name();
        let text = text(&format!("occ --clients 5 --trials 2 --backoff {name}"));
        let lines: Vec<_> = text.lines().take(4).collect();
        let backoff = format!("backoff           {name}");
        assert_eq!(
            lines,
            ["clients           5", "trials            2", &backoff, "seed              1"]
        );
    }
}

const LOG: &str =
    "start_ms,duration_ms,outcome\n0,10,ok\n20,1000,timeout\n1040,1000,503\n2050,9.5,200\n";

#[test]
fn a_log_goes_through_a_breaker_with_these_settings() {
    let outcome = json_from(
        "replay - --format fusebox --set breaker.failures=2 --set cooldown=5s --json",
        LOG,
    );
    for (key, value) in [("calls", 4), ("sent", 3), ("failures", 2), ("successes_lost", 1)] {
        assert_eq!(outcome[key], value, "{key}");
    }
    assert_eq!(outcome["rejected"], serde_json::json!({ "open": 1, "trials_taken": 0 }));
    assert_eq!(outcome["state"], "open");
    let change = &outcome["transitions"][0];
    assert_eq!(change["at_ms"], 2_040.0);
    assert_eq!(change["to"], "open");
    let text = text_from("replay - --format fusebox --set breaker.failures=2", LOG);
    let change =
        "\n2.04 s            closed  open  2 failures in 10 s reached the threshold of 2\n";
    assert!(text.contains(change), "{text}");
    assert!(text.contains("\nopened at low share 0\n"), "{text}");
    assert_eq!(json_from("replay - --format fusebox --json", "0,1,404\n0,1,499")["failures"], 0);
}

#[test]
fn help_has_examples_that_work() {
    let mut tried = 0;
    for task in ["", "run", "herd", "sweep", "trace", "backoff", "occ", "replay", "settings"] {
        let help = text(&format!("{task} --help"));
        let examples = help.lines().skip_while(|line| *line != "Examples:");
        let examples = examples.filter_map(|line| line.strip_prefix("  fusebox "));
        let plain = |line: &&str| {
            !line.contains(['|', '>']) && !line.contains(".csv") && !line.contains(".gz")
        };
        for example in examples.filter(plain) {
            assert!(!text(example).is_empty(), "{example}");
            tried += 1;
        }
    }
    assert!(tried >= 10, "{tried}");
}

#[test]
fn help_explains_every_field_of_the_json() {
    for (task, arguments, input) in [
        ("run", "run dies-mid-query --json", ""),
        ("run", "run dies-mid-query --duration 30s --seeds 2 --json", ""),
        ("herd", "herd --set clients=50 --json", ""),
        ("herd", "herd --set clients=50 --seeds 2 --json", ""),
        ("sweep", "sweep --set clients=50 --x outage:1s,2s --y capacity_lost:50%,60% --json", ""),
        ("backoff", "backoff --json", ""),
        ("occ", "occ --clients 2 --backoff full --json", ""),
        ("replay", "replay - --format fusebox --set breaker.failures=2 --json", LOG),
        ("replay", "replay - --format fusebox --key outcome --set failures=1 --json", LOG),
    ] {
        let help = text(&format!("{task} --help"));
        let mut end = help.lines().skip_while(|line| !line.starts_with("The JSON"));
        assert!(end.all(|line| line.chars().count() <= 100), "{help}");
        let told: Vec<_> = help.lines().filter_map(|line| line.split_whitespace().next()).collect();
        let mut paths = Vec::new();
        find_leaves(&json_from(arguments, input), "", &mut paths);
        assert!(paths.len() >= 6, "{arguments}: {paths:?}");
        for path in paths.iter().map(|path| path.strip_prefix("runs[].").unwrap_or(path)) {
            assert!(told.contains(&path), "{task} --help does not tell of {path}");
        }
    }
}

/// The paths of all values that are neither objects nor lists; names that vary from run to run are
/// written as in the help.
fn find_leaves(value: &Value, path: &str, found: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            for (key, value) in members {
                let key = match path {
                    "summary" | "verdicts" | "lanes[].measures" => "<name>",
                    _ => key,
                };
                find_leaves(value, format!("{path}.{key}").trim_start_matches('.'), found);
            }
        }
        Value::Array(items) => {
            for item in items {
                find_leaves(item, &format!("{path}[]"), found);
            }
        }
        _ => found.push(path.to_string()),
    }
}

#[test]
fn help_has_every_verdict_and_every_column_of_a_run() {
    let help = text("run --help");
    let told = |word: &str| help.lines().any(|line| line.starts_with(&format!("  {word} ")));
    for verdict in [
        "recovered",
        "metastable",
        "overloaded",
        "unstable",
        "idle",
        "too_early",
        "beyond_history",
        "fault_active",
        "never_healthy",
        "no_fault",
    ] {
        assert!(told(verdict), "{verdict}");
    }
    let report = text("run dies-mid-query");
    let head = report.lines().find(|line| line.starts_with("dependencies ")).unwrap();
    let columns = head.split("  ").skip(1).map(str::trim).filter(|column| !column.is_empty());
    for column in columns {
        assert!(told(&format!("dependencies[].{}", column.replace(' ', "_"))), "{column}");
    }
    assert_eq!(text("help run"), help);
}

//! Exports to other libraries, and imports of their files.

use super::{json, json_from, refusal, refusal_of, text, text_from, with_input};

#[test]
fn an_export_is_read_as_a_scenario_whose_export_is_read_as_the_same() {
    for target in ["resilience4j", "dotnet-http", "istio", "envoy", "gateway-api", "aws"] {
        let file = text(&format!("export {target} dies-mid-query --on model"));
        let scenario = text_from(&format!("import {target} - --on model"), &file);
        let again = text_from(&format!("export {target} - --on model"), &scenario);
        // Its keys can be others, as what is left out the first time is the default of the target.
        let again = text_from(&format!("import {target} - --on model"), &again);
        assert_eq!(scenario, again, "{target}");
    }
}

#[test]
fn a_format_without_comments_has_its_notes_on_standard_error() {
    let output = with_input("export grpc search-service", "");
    assert_eq!(output.status.code(), Some(0));
    let (file, notes) = (String::from_utf8(output.stdout), String::from_utf8(output.stderr));
    let file: serde_json::Value = serde_json::from_str(&file.unwrap()).unwrap();
    assert_eq!(file["methodConfig"][0]["retryPolicy"]["maxAttempts"], 3);
    assert!(notes.unwrap().contains("note: gRPC has no circuit breaker"));
}

#[test]
fn a_run_with_the_settings_of_a_file_can_be_compared() {
    let output = with_input("export grpc two-minute-outage --measure", "");
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("note: in this run, up to "), "{said}");
    assert!(
        said.contains("The breaker opens at: ") && said.contains("never with the file alone"),
        "{said}"
    );
    let export = json("export resilience4j search-service --measure --seed 3 --json");
    let figures = export["measured"]["figures"].as_array().unwrap();
    assert!(figures.iter().any(|it| it["name"] == "Useful answers"), "{figures:?}");
}

#[test]
fn an_export_as_json_has_its_notes() {
    let export = json("export polly search-service --on postgres --json");
    assert_eq!((&export["target"], &export["on"]), (&"polly".into(), &"postgres".into()));
    assert_eq!(export["file_name"], "ResiliencePipelines.cs");
    let notes = export["notes"].as_array().unwrap();
    assert!(notes.iter().any(|note| note["ours"] == "breaker.trials"), "{notes:?}");
}

#[test]
fn an_import_starts_from_a_scenario_and_can_be_run() {
    let file = "resilience4j.retry.instances.backend:\n  maxAttempts: 2\n";
    let scenario = text_from("import resilience4j - --on model --scenario cold-restart", file);
    let settings: serde_json::Value = serde_json::from_str(&scenario).unwrap();
    assert_eq!(settings["model"]["layers"], serde_json::json!(["retry"]));
    assert_eq!(settings["model"]["retry"]["max_attempts"], 2);
    assert!(json_from("run - --duration 5s --json", &scenario)["calls"].is_object());
}

#[test]
fn a_table_lists_what_a_target_has_for_each_setting() {
    let table = text("export resilience4j --table");
    for line in
        ["breaker.cooldown", "  resilience4j.circuitbreaker.instances.*.waitDurationInOpenState"]
    {
        assert!(table.lines().any(|it| it == line), "{table}");
    }
}

#[test]
fn what_cannot_be_exported_or_imported_is_refused() {
    let said = refusal("export hystrix search-service");
    assert!(
        said.contains("invalid value 'hystrix' for '<TARGET>'") && said.contains("resilience4j")
    );
    assert!(refusal("export envoy no-such-preset").contains("neither a preset nor a file"));
    assert!(refusal("import envoy no-such-file.yaml").contains("no-such-file.yaml cannot be read"));
    let said = refusal_of(
        "import istio -",
        "spec:\n  trafficPolicy: { outlierDetection: { interval: [ } }\n",
    );
    assert!(said.contains("error: -: line 2"), "{said}");
    let said = refusal_of("import aws -", "[default]\nmax_attempts = three\n");
    assert!(said.contains(
        "-: line 2: profile postgres.max_attempts is \"three\", but must be a whole number"
    ));
}

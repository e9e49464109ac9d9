//! Files as people have them: written by hand, with other spellings and more than we use.

use fusebox_lab::settings::{get, whole_number};
use fusebox_lab::take_home::{LENGTH_MAX, find, import};
use fusebox_sim::{Dependency, Scenario};

const ON: Dependency = Dependency::Postgres;

/// The scenario and the notes of a file.
#[track_caller]
fn read(target: &str, text: &str) -> (Scenario, Vec<String>) {
    let mut scenario = Scenario::search_service();
    let notes = import(find(target).unwrap(), text, None, &mut scenario, ON).unwrap();
    (scenario, notes.into_iter().map(|note| note.text).collect())
}

#[track_caller]
fn refused(target: &str, text: &str) -> Vec<String> {
    let mut scenario = Scenario::search_service();
    let problems = import(find(target).unwrap(), text, None, &mut scenario, ON).unwrap_err();
    problems.iter().map(ToString::to_string).collect()
}

#[track_caller]
fn has(scenario: &Scenario, expected: &[(&str, &str)]) {
    for (key, text) in expected {
        let value = get(scenario, &format!("postgres.{key}"));
        assert_eq!(value.as_deref(), Some(*text), "{key}");
    }
}

#[test]
fn properties_of_spring_with_a_base_config_and_other_spellings() {
    let (scenario, notes) = read(
        "resilience4j",
        "\
server:
  port: 8080
resilience4j.circuitbreaker:
  configs:
    default:
      registerHealthIndicator: true
      sliding-window-size: 10
      minimumNumberOfCalls: 5
    shared:
      slidingWindowSize: 100
      failure-rate-threshold: 60
  instances:
    backendA:
      baseConfig: shared
      waitDurationInOpenState: PT5S
      permittedNumberOfCallsInHalfOpenState: ${TRIALS:3}
      eventConsumerBufferSize: 10
resilience4j.retry:
  instances:
    backendA:
      maxAttempts: 4
      waitDuration: 250
",
    );
    has(
        &scenario,
        &[
            ("layers", "breaker,retry"),
            ("breaker.window", "count"),
            ("breaker.window_calls", "100"),
            ("breaker.failure_rate", "60%"),
            ("breaker.min_calls", "5"),
            ("breaker.cooldown", "5s"),
            ("breaker.trials", "3"),
            ("breaker.trials_to_close", "2"),
            ("breaker.half_open_timeout", "off"),
            ("breaker.slow_rate", "100%"),
            ("retry.max_attempts", "4"),
            ("retry.base", "250ms"),
            ("retry.growth", "constant"),
            ("retry.budget", "off"),
        ],
    );
    assert!(notes.iter().any(|it| it.contains("eventConsumerBufferSize is not used")), "{notes:?}");
    assert!(notes.iter().any(|it| it.contains("${TRIALS:3}")), "{notes:?}");
}

#[test]
fn a_window_smaller_than_the_minimum_number_of_calls_limits_it() {
    let text = "resilience4j.circuitbreaker.instances.postgres:\n  slidingWindowSize: 10\n";
    let (scenario, _) = read("resilience4j", text);
    has(&scenario, &[("breaker.window_calls", "10"), ("breaker.min_calls", "10")]);
}

#[test]
fn the_settings_of_an_application_in_dotnet() {
    let (scenario, notes) = read(
        "dotnet-http",
        r#"{
	// Comments are allowed here.
	"Logging": { "LogLevel": { "Default": "Information" } },
	"HttpStandardResilienceOptions": {
		"Retry": { "MaxRetryAttempts": 5, "delay": "00:00:00.5", "BackoffType": "Linear" },
		"CircuitBreaker": { "FailureRatio": 0.25, "BreakDuration": "00:00:30" }, /* and here */
		"TotalRequestTimeout": { "Timeout": "00:01:00" }
	}
}"#,
    );
    has(
        &scenario,
        &[
            ("layers", "timeout,breaker,retry,bulkhead"),
            ("retry.max_attempts", "6"),
            ("retry.base", "500ms"),
            ("retry.growth", "linear"),
            ("retry.jitter", "plus_minus_share"),
            ("breaker.failure_rate", "25%"),
            ("breaker.min_calls", "100"),
            ("breaker.window_duration", "30s"),
            ("breaker.cooldown", "30s"),
            ("timeout.call", "60s"),
            ("timeout.attempt", "10s"),
            ("bulkhead.max_concurrent", "1000"),
        ],
    );
    assert_eq!(notes, [] as [&str; 0]);
}

#[test]
fn a_cluster_and_a_route_inside_a_whole_file_of_envoy() {
    let (scenario, _) = read(
        "envoy",
        "\
static_resources:
  listeners:
    - name: http
      filter_chains:
        - filters:
            - typed_config:
                route_config:
                  virtual_hosts:
                    - routes:
                        - match: { prefix: / }
                          route:
                            cluster: db
                            timeout: 3s
                            retry_policy: { retry_on: 5xx, num_retries: 2, per_try_timeout: 1s }
  clusters:
    - name: db
      circuit_breakers:
        thresholds:
          - maxRequests: 100
            max_retries: 8
      outlier_detection:
        consecutive_5xx: 3
        base_ejection_time: 0.5s
",
    );
    has(
        &scenario,
        &[
            ("layers", "breaker,bulkhead,timeout,retry"),
            ("bulkhead.max_concurrent", "100"),
            ("bulkhead.queue", "1024"),
            ("breaker.window", "consecutive"),
            ("breaker.failures", "3"),
            ("breaker.cooldown", "500ms"),
            ("breaker.cooldown_growth", "linear"),
            ("retry.max_attempts", "3"),
            ("retry.base", "25ms"),
            ("retry.cap", "250ms"),
            ("retry.budget", "in_flight"),
            ("retry.budget_in_flight_ratio", "0%"),
            ("retry.budget_min_in_flight", "8"),
            ("timeout.attempt", "1s"),
            ("timeout.call", "3s"),
            ("timeout.connect", "5s"),
        ],
    );
}

#[test]
fn a_service_config_in_the_spelling_of_go() {
    let (scenario, _) = read(
        "grpc",
        r#"{"methodConfig": [{"name": [{}], "waitForReady": true, "retryPolicy": {
            "MaxAttempts": 4, "InitialBackoff": ".01s", "MaxBackoff": "1s", "BackoffMultiplier": 1.5,
            "RetryableStatusCodes": ["UNAVAILABLE"]}}]}"#,
    );
    has(
        &scenario,
        &[
            ("layers", "retry"),
            ("retry.max_attempts", "4"),
            ("retry.base", "10ms"),
            ("retry.growth_factor", "1.5"),
            ("retry.jitter_plus_minus_share", "20%"),
            ("retry.budget", "off"),
        ],
    );
}

#[test]
fn a_profile_of_an_aws_config() {
    let text =
        "# mine\n[default]\nregion = x\n\n[profile db]\nretry_mode = standard\nmax_attempts=5\n";
    let (scenario, _) = read("aws", text);
    has(
        &scenario,
        &[("retry.max_attempts", "5"), ("retry.budget", "quota"), ("retry.base", "50ms")],
    );
}

#[test]
fn what_is_out_of_our_range_becomes_the_nearest_and_is_said() {
    let text = "resilience4j.circuitbreaker.instances.postgres:\n  permittedNumberOfCallsInHalfOpenState: 99\n";
    let (scenario, notes) = read("resilience4j", text);
    has(&scenario, &[("breaker.trials", "32")]);
    assert!(notes[0].starts_with("line 2: ") && notes[0].contains("can be is 32"), "{notes:?}");
}

#[test]
fn a_bad_file_is_refused_by_line_and_key() {
    let instance = "resilience4j.circuitbreaker.instances.postgres:\n";
    let deep = format!("a: {}{}", "[".repeat(40), "]".repeat(40));
    let long = "#".repeat(LENGTH_MAX + 1);
    for (target, text, sentence) in [
        (
            "resilience4j",
            format!("{instance}  failureRateThreshold: half\n"),
            "line 2: resilience4j.circuitbreaker.instances.postgres.failureRateThreshold is \"half\", but \
             must be a number from 0.01 to 100",
        ),
        (
            "resilience4j",
            format!("{instance}  waitDurationInOpenState: 5 parsecs\n"),
            "line 2: resilience4j.circuitbreaker.instances.postgres.waitDurationInOpenState is \
             \"5 parsecs\", but must be a time such as 30s, from 1ms to 24h in steps of 1ms",
        ),
        ("envoy", "a: &x 1\nb: *x\n".to_string(), "line 1 has an anchor, an alias or a tag; "),
        ("envoy", "a: !!binary x\n".to_string(), "line 1 has an anchor, an alias or a tag; "),
        ("envoy", "a: 1\na: 2\n".to_string(), "line 2 has the key a twice"),
        ("envoy", "a: [1, 2\n".to_string(), "cannot be read: "),
        ("envoy", deep, "line 1 is nested more than 32 levels deep"),
        ("envoy", long, "the file is longer than 65536 bytes"),
        (
            "envoy",
            "a: 1\n".to_string(),
            "the file has no setting of Envoy that is known here, such as ",
        ),
        ("envoy", String::new(), "the file has no setting of Envoy"),
        (
            "grpc",
            "{\"methodConfig\": [{\"retryPolicy\": {\"maxAttempts\": -1}}]}".to_string(),
            "line 1: ",
        ),
        ("aws", "max_attempts = 3\n".to_string(), "line 1 comes before the first [SECTION]"),
        (
            "aws",
            "[default]\nnothing\n".to_string(),
            "line 2 is \"nothing\", but must be KEY = VALUE",
        ),
        ("polly", "x".to_string(), "the file cannot be read: Polly is code"),
        (
            "resilience4j",
            "resilience4j.retry.instances:\n  a: { maxAttempts: 2 }\n  b: { maxAttempts: 2 }\n"
                .to_string(),
            "the file has no instance postgres; it has a, b",
        ),
    ] {
        let said = refused(target, &text);
        let is_said = said.iter().any(|it| it.contains(sentence));
        assert!(is_said, "{sentence}\n{said:?}");
    }
}

#[test]
fn an_instance_can_be_named() {
    let text = "resilience4j.retry.instances:\n  a: { maxAttempts: 2 }\n  b: { maxAttempts: 7 }\n";
    let mut scenario = Scenario::search_service();
    let target = find("resilience4j").unwrap();
    assert_eq!(import(target, text, Some("b"), &mut scenario, ON), Ok(Vec::new()));
    let attempts = get(&scenario, "postgres.retry.max_attempts").unwrap();
    assert_eq!(whole_number(&attempts), Some(7));
}

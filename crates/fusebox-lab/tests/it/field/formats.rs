//! Lines of real tools, each with the call that it stands for.

use super::{CONNECT, LOST, TIMEOUT, call, calls, options, read_in_pieces, status};
use fusebox::Outcome;
use fusebox_lab::log::{Format, LogOptions};

const OK: Outcome = Outcome::Success;
const NEUTRAL: Outcome = Outcome::Neutral;

/// The values of a key in a log whose format is guessed.
#[track_caller]
fn keys(log: &str, key: &str) -> Vec<String> {
    let (calls, _) = read_in_pieces(log.as_bytes(), options(None, Some(key)), 1_000).unwrap();
    calls.into_iter().map(|(_, key)| key).collect()
}

/// Row 1 is of another measure, the stamp is the end in whole seconds, and a URL has commas.
#[test]
fn k6_writes_several_rows_for_a_call_stamped_at_its_end() {
    let old = "metric_name,timestamp,metric_value,check,error,error_code,group,method,name,proto,\
               scenario,status,subproto,tls_version,url,extra_tags\n\
               http_reqs,1595325560,1.000000,,,,,GET,http://test.k6.io,HTTP/1.1,default,200,,,http://test.k6.io,\n\
               http_req_duration,1595325560,221.899000,,,,,GET,http://test.k6.io,HTTP/1.1,default,200,,,http://test.k6.io,\n";
    assert_eq!(calls(old, Format::K6), [call(1_595_325_559_778_101, 221_899, OK)]);
    let new = |stamp: &str, error: &str, code: &str, status: &str| {
        format!(
            "metric_name,timestamp,metric_value,check,error,error_code,expected_response,group,method,name,\
             proto,scenario,service,status,subproto,tls_version,url,extra_tags,metadata\n\
             http_reqs,1787214191,1.000000,,{error},{code},false,,GET,\"http://127.0.0.1:1/a,b?x=1,2\",,default,,0,,,\"http://127.0.0.1:1/a,b?x=1,2\",,\n\
             http_req_duration,{stamp},0.000000,,{error},{code},false,,GET,\"http://127.0.0.1:1/a,b?x=1,2\",,default,,{status},,,\"http://127.0.0.1:1/a,b?x=1,2\",,\n"
        )
    };
    for (error, code, status_text, outcome) in [
        ("dial: connection refused", "1212", "0", CONNECT),
        ("request timeout", "1050", "0", TIMEOUT),
        ("read: connection reset by peer", "1220", "0", LOST),
        ("lookup: no such host", "1101", "0", CONNECT),
        ("invalid URL", "1020", "0", NEUTRAL),
        ("", "1503", "503", status(503)),
        ("", "1404", "404", status(404)),
    ] {
        let read = calls(&new("1787214191", error, code, status_text), Format::K6);
        assert_eq!(read, [call(1_787_214_191_000_000, 0, outcome)], "{error}");
    }
    for stamp in
        ["1787214191250", "1787214191250000", "1787214191250000000", "2026-08-20T08:23:11.25Z"]
    {
        let read = calls(&new(stamp, "", "", "200"), Format::K6);
        assert_eq!(read, [call(1_787_214_191_250_000, 0, OK)], "{stamp}");
    }
    let refused = new("1787214191", "dial: connection refused", "1212", "0");
    assert_eq!(keys(&refused, "url"), ["http://127.0.0.1:1/a,b?x=1,2"]);
}

#[test]
fn jmeter_writes_a_header_or_none_and_pipes_or_commas() {
    let with_header = "timeStamp,elapsed,label,responseCode,responseMessage,threadName,dataType,success,\
         failureMessage,bytes,sentBytes,grpThreads,allThreads,URL,Latency,IdleTime,Connect\n\
         1662749136019,170,get 1KiB.html,200,OK,Thread Group 1-1,text,true,,1430,0,1,1,http://host/1KiB.html,162,0,100\n";
    let first = call(1_662_749_136_019_000, 170_000, OK);
    assert_eq!(calls(with_header, Format::JMeter), [first]);
    // A run that was added to the file of another.
    assert_eq!(calls(&with_header.repeat(2), Format::JMeter), [first; 2]);
    assert_eq!(keys(with_header, "label"), ["get 1KiB.html"]);
    let plain = "1499876018809,2384,ipify,200,OK,Thread Group 1-84,text,true,,220,129,2,2,2384,0,0\n\
                 1499876021193,95,ipify,200,OK,Thread Group 1-84,text,true,,220,129,2,2,94,0,9\n";
    let expected =
        [call(1_499_876_018_809_000, 2_384_000, OK), call(1_499_876_021_193_000, 95_000, OK)];
    assert_eq!(calls(plain, Format::JMeter), expected);
    assert_eq!(keys(plain, "label"), ["ipify"; 2]);
    let pipes = "1431002449675|807|Home Page|200|Home Page Users 1-1|true|20531|1|1|311|1|0|null\n";
    assert_eq!(calls(pipes, Format::JMeter), [call(1_431_002_449_675_000, 807_000, OK)]);
    let both = with_header.replace(',', "|");
    assert_eq!(calls(&both, Format::JMeter), [first]);
    assert_eq!(keys(&both, "label"), ["get 1KiB.html"]);
}

#[test]
fn jmeter_has_texts_in_place_of_codes() {
    for (code, success, outcome) in [
        ("200", "true", OK),
        // A check of the test plan failed.
        ("200", "false", status(500)),
        ("503", "false", status(503)),
        ("404", "true", status(404)),
        ("Non HTTP response code: java.net.SocketTimeoutException", "false", TIMEOUT),
        ("Non HTTP response code: java.net.ConnectException", "false", CONNECT),
        ("Non HTTP response code: java.net.SocketException", "false", status(500)),
        ("Non HTTP response code: org.apache.http.NoHttpResponseException", "false", LOST),
        ("", "true", OK),
        ("", "false", status(500)),
        ("OK", "true", OK),
        ("0", "false", CONNECT),
        ("000", "false", CONNECT),
    ] {
        let log = format!(
            "timeStamp,elapsed,label,responseCode,responseMessage,success\n\
             1,2,\"a, \"\"b\"\"\nc\",{code},\"two\nlines\",{success}\n"
        );
        assert_eq!(calls(&log, Format::JMeter), [call(1_000_000, 2_000, outcome)], "{code}");
    }
}

/// The start is in the last column, in seconds with four decimals.
#[test]
fn hey_has_the_offset_last() {
    let log = "response-time,DNS+dialup,DNS,Request-write,Response-delay,Response-read,status-code,offset\n\
               0.0087,0.0047,0.0042,0.0001,0.0019,0.0001,200,0.0016\n\
               0.0500,0,0,0,0.05,0,200,0\n\
               0.0600,0,0,0,0.06,0,503,0.05\n";
    let expected = [call(1_600, 8_700, OK), call(0, 50_000, OK), call(50_000, 60_000, status(503))];
    assert_eq!(calls(log, Format::Hey), expected);
    assert!(Format::Hey.caveat().unwrap().contains("failures are missing"));
}

#[test]
fn vegeta_counts_nanoseconds_without_a_header() {
    let log = "1536504662313741000,200,1530000,0,83,,aGk=,,16\n\
               1536504662413741000,0,2000000000,0,0,\"dial tcp 127.0.0.1:6060: connection refused\",,,17\n\
               1536504662513741999,0,2000000999,0,0,\"context deadline exceeded (Client.Timeout)\",,,18,GET,http://a/,\n\
               1536504662613741000,0,5,0,0,\"Get \"\"http://a/\"\": EOF\",,,19\n";
    let expected = [
        call(1_536_504_662_313_741, 1_530, OK),
        call(1_536_504_662_413_741, 2_000_000, CONNECT),
        call(1_536_504_662_513_741, 2_000_000, TIMEOUT),
        call(1_536_504_662_613_741, 0, LOST),
    ];
    assert_eq!(calls(log, Format::Vegeta), expected);
    assert_eq!(keys(log, "url")[2], "http://a/");
}

#[test]
fn envoy_tells_by_its_flags_whose_doing_it_was() {
    let line = |code: &str, flags: &str| {
        format!(
            "[2016-04-15T20:17:00.310Z] \"POST /api/v1/locations HTTP/2\" {code} {flags} 154 0 226 100 \
             \"10.0.35.28\" \"nsq2http\" \"cc21d9b0-\u{2026}\" \"locations\" \"tcp://10.0.2.1:80\"\n"
        )
    };
    for (code, flags, outcome) in [
        ("204", "-", OK),
        ("503", "-", status(503)),
        ("404", "NR", NEUTRAL),
        ("504", "UT", TIMEOUT),
        ("503", "UF,URX", CONNECT),
        ("503", "URX,UF", CONNECT),
        ("503", "UH", CONNECT),
        ("503", "UC", LOST),
        ("503", "UR", LOST),
        ("503", "UO", NEUTRAL),
        ("429", "RL", NEUTRAL),
        ("0", "DC", NEUTRAL),
        ("0", "-", CONNECT),
        ("500", "URX", status(500)),
        ("200", "DI", OK),
    ] {
        let read = calls(&line(code, flags), Format::Envoy);
        assert_eq!(read, [call(1_460_751_420_310_000, 226_000, outcome)], "{code} {flags}");
    }
    assert_eq!(keys(&line("204", "-"), "authority"), ["locations"]);
    assert_eq!(keys(&line("204", "-"), "upstream_host"), ["tcp://10.0.2.1:80"]);
}

/// Istio writes three fields more, and both can write JSON.
#[test]
fn envoy_as_istio_and_as_json() {
    let istio = "[2020-11-25T21:26:18.409Z] \"GET /status/418 HTTP/1.1\" 503 UC upstream_reset - \
                 \"connection \" 0 135 4 - \"-\" \"curl/7.73.0-DEV\" \"84961386\" \"httpbin:8000\" \
                 \"127.0.0.1:80\" inbound|8000|| 127.0.0.1:41854 10.44.1.27:80 - default\n";
    assert_eq!(calls(istio, Format::Envoy), [call(1_606_339_578_409_000, 4_000, LOST)]);
    let json = "{\"start_time\":\"2020-11-25T21:26:18.409Z\",\"response_code\":504,\
                \"response_flags\":\"UT\",\"duration\":4,\"authority\":\"a\"}\n";
    assert_eq!(calls(json, Format::Envoy), [call(1_606_339_578_409_000, 4_000, TIMEOUT)]);
    assert_eq!(keys(json, "authority"), ["a"]);
}

/// The stamp is the end, and the time of the date is in whole seconds.
#[test]
fn nginx_names_its_times_in_many_ways() {
    let expected = [call(1_346_208_440_402_000, 431_000, OK)];
    for log in [
        "203.0.113.7 - - [29/Aug/2012:10:47:20 +0800] \"200\" POST /api/v1/\u{2026} \"\u{2026}\" \
         upstream_response_time 0.341 msec 1346208440.833 request_time 0.431\n",
        "203.0.113.7 - - [29/Aug/2012:10:47:20 +0800] \"GET /?status=500 HTTP/1.1\" 200 612 \"-\" \"a b\" \
         msec=1346208440.833 request_time=0.431 upstream_status=\"502, 200\"\n",
        "msec:1346208440.833, request_time:0.431, status:200, upstream_response_time:0.001, 0.341\n",
        "{\"msec\":\"1346208440.833\",\"request_time\":\"0.431\",\"status\":\"200\",\"upstream_status\":\"200\"}\n",
    ] {
        assert_eq!(calls(log, Format::Nginx), expected, "{log}");
    }
    let ingress = "1.2.3.4 - - [29/Aug/2012:10:47:20 +0800] \"GET / HTTP/2.0\" 502 150 \"-\" \"curl\" 35 0.431 \
                   [shop-web-80] [] 10.0.0.1:80, 10.0.0.2:80 0, 0 0.001, 0.430 502, 502 66d0\n";
    assert_eq!(calls(ingress, Format::Nginx), [call(1_346_208_439_569_000, 431_000, status(502))]);
    assert_eq!(keys(ingress, "proxy_upstream_name"), ["shop-web-80"]);
}

#[test]
fn nginx_lists_every_upstream_that_it_asked() {
    for (answer, upstreams, outcome) in [
        ("200", "502 : 200", OK),
        ("200", "502, 200", OK),
        ("502", "502, 502", status(502)),
        // The page that replaces an error does not make the upstream well.
        ("200", "503", status(503)),
        // It answered by itself.
        ("200", "-", OK),
        ("404", "-", status(404)),
        ("000", "-", CONNECT),
        // The caller has left.
        ("499", "-", NEUTRAL),
        ("499", "504", NEUTRAL),
    ] {
        let log = format!(
            "status {answer} upstream_status {upstreams} msec 1346208440.833 request_time 0.431\n"
        );
        assert_eq!(calls(&log, Format::Nginx)[0].outcome, outcome, "{log}");
    }
}

#[test]
fn nginx_is_read_by_any_log_format() {
    let log_format = "$remote_addr [$msec] \"$request\" ${status}/$request_time <$upstream_status>";
    let log = b"1.2.3.4 [1346208440.833] \"GET /a b\" 502/0.431 <502 : 200>\n";
    let options = LogOptions {
        log_format: Some(log_format.to_string()),
        key: Some("remote_addr".to_string()),
        ..LogOptions::default()
    };
    let (calls, _) = read_in_pieces(log, options.clone(), 10).unwrap();
    assert_eq!(calls, [(call(1_346_208_440_402_000, 431_000, OK), "1.2.3.4".to_string())]);
    let (calls, summary) = read_in_pieces(b"another\n", options.clone(), 10).unwrap();
    let problem = &summary.problems[0];
    assert_eq!((calls.len(), problem.expected.as_ref()), (0, "as --format says"));
    let unclear = LogOptions { log_format: Some("$msec$status".to_string()), ..options };
    assert_eq!(read_in_pieces(log, unclear, 10).unwrap_err().field, "--format");
}

/// An event is made when its call ends; the zone has a name behind it.
#[test]
fn resilience4j_has_events_that_are_no_calls() {
    let event = |kind: &str, more: &str| {
        format!(
            " {{\"circuitBreakerName\":\"backendA\",\"type\":\"{kind}\",\
             \"creationTime\":\"2017-01-10T15:39:17.117+01:00[Europe/Berlin]\"{more}}}"
        )
    };
    let error = |message: &str| {
        event("ERROR", &format!(",\"errorMessage\":\"{message}\",\"durationInMs\":117"))
    };
    let events = [
        event("SUCCESS", ",\"durationInMs\":17"),
        error("org.springframework.web.client.HttpServerErrorException: 500 This is a \\\"}\\\""),
        error("HttpClientErrorException$NotFound: 404 : [no body]"),
        error("java.util.concurrent.TimeoutException: TimeLimiter recorded a timeout"),
        error("java.net.ConnectException: Connection refused"),
        error("java.lang.IllegalStateException"),
        event("STATE_TRANSITION", ",\"stateTransition\":\"CLOSED_TO_OPEN\""),
        event("NOT_PERMITTED", ""),
        event("IGNORED_ERROR", ",\"durationInMs\":0,\"errorMessage\":\"x\""),
    ];
    let log = format!("{{\"circuitBreakerEvents\":[\n{}\n]}}", events.join(",\n"));
    let end = 1_484_059_157_117_000;
    let failed = |outcome| call(end - 117_000, 117_000, outcome);
    let expected = [
        call(end - 17_000, 17_000, OK),
        failed(status(500)),
        failed(status(404)),
        failed(TIMEOUT),
        failed(CONNECT),
        failed(status(500)),
        call(end, 0, NEUTRAL),
        call(end, 0, NEUTRAL),
    ];
    assert_eq!(calls(&log, Format::Resilience4j), expected);
    assert_eq!(keys(&log, "circuitBreakerName"), ["backendA"; 8]);
}

#[test]
fn otlp_spans_of_clients_are_calls() {
    let span = |kind: &str, more: &str| {
        format!(
            "{{\"name\":\"GET\",\"kind\":{kind},\"startTimeUnixNano\":\"1544712660000000000\",\
             \"endTimeUnixNano\":1544712661000000000,\"events\":[{{\"name\":\"spans\"}}]{more}}}"
        )
    };
    let attribute = |key: &str, value: &str| {
        format!(",\"attributes\":[{{\"key\":\"{key}\",\"value\":{{{value}}}}}]")
    };
    let failed = |more: &str| format!(",\"status\":{{\"code\":2{more}}}");
    let spans = [
        (span("3", ""), OK),
        (span("\"SPAN_KIND_CLIENT\"", ",\"status\":{}"), OK),
        (span("3", &attribute("http.response.status_code", "\"intValue\":\"503\"")), status(503)),
        (span("3", &attribute("http.status_code", "\"intValue\":404")), status(404)),
        (span("3", &attribute("rpc.grpc.status_code", "\"intValue\":\"4\"")), TIMEOUT),
        (span("3", &attribute("rpc.grpc.status_code", "\"intValue\":\"1\"")), NEUTRAL),
        (span("3", &attribute("rpc.grpc.status_code", "\"intValue\":\"14\"")), status(503)),
        (span("3", &failed(",\"message\":\"context deadline exceeded\"")), TIMEOUT),
        (span("3", &failed("")), status(500)),
        (
            span(
                "3",
                &(attribute("error.type", "\"stringValue\":\"java.net.ConnectException\"")
                    + ",\"status\":{\"code\":\"STATUS_CODE_ERROR\"}"),
            ),
            CONNECT,
        ),
    ];
    let others = ["1", "2", "4", "5", "\"SPAN_KIND_SERVER\""].map(|kind| span(kind, ""));
    let of_calls = spans.iter().map(|(span, _)| span.clone());
    let all: Vec<_> = others.iter().cloned().chain(of_calls).collect();
    let document = format!(
        "{{\"resourceSpans\":[{{\"resource\":{{\"attributes\":[{{\"key\":\"spans\",\"value\":{{}}}}]}},\
         \"scopeSpans\":[{{\"scope\":{{}},\"spans\":[{}]}}]}}]}}",
        all.join(", \n")
    );
    let expected: Vec<_> =
        spans.iter().map(|&(_, outcome)| call(1_544_712_660_000_000, 1_000_000, outcome)).collect();
    assert_eq!(calls(&document, Format::Otlp), expected);
    // The exporter to a file writes a document in each line.
    let twice = format!("{document}\n{document}\n");
    assert_eq!(calls(&twice, Format::Otlp), [&expected[..], &expected[..]].concat());
    let by_host = format!(
        "{{\"resourceSpans\":[{{\"scopeSpans\":[{{\"spans\":[{}]}}]}}]}}",
        span("3", &attribute("server.address", "\"stringValue\":\"db\""))
    );
    assert_eq!(keys(&by_host, "server.address"), ["db"]);
}

#[test]
fn our_own_format_has_columns_in_any_order() {
    let expected = [call(5_000, 12_500, OK), call(7_000, 1_000, status(503))];
    for log in [
        "5,12.5,ok\n7,1,503\n",
        "start_ms,duration_ms,outcome\n5,12.5,ok\n7,1,503\n",
        "host,outcome,start_ms,note,duration_ms\na,ok,5,\"x, y\",12.5\nb,503,7,,1\n",
        "outcome,duration_ms,end_ms\nok,12.5,17.5\n503,1,8\n",
        "\u{feff}# From the gateway.\r\n\r\n\"Start_ms\", duration_ms ,OUTCOME\r\n5,12.5,ok\r\n7,1,503\r\n",
        "  5 ,\t12.500,\" OK \"\n  # Then.\n\n7.0,\"1.000\",503",
        "start_ms;duration_ms;outcome\n5;12.5;ok\n7;1;503\n",
    ] {
        assert_eq!(calls(log, Format::Fusebox), expected, "{log}");
    }
    let log = "start_ms,duration_ms,key,outcome,host\n5,1,a,ok,x\n7,1,b,ok,x\n";
    assert_eq!(keys(log, "key"), ["a", "b"]);
    assert_eq!(keys(log, "host"), ["x", "x"]);
    let keys = |key| read_in_pieces(log.as_bytes(), options(None, key), 1_000).unwrap().0;
    assert_eq!(keys(None), keys(Some("key")), "it is the key by its name");
    assert!(keys(Some("")).iter().all(|(_, key)| key.is_empty()));
}

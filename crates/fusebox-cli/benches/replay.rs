//! How fast the program replays long logs, and how much memory it takes: it prints, and asserts
//! nothing about either.
#![expect(clippy::disallowed_types, reason = "it reads the clock")]

use std::error::Error;
use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// Lines of the log in our own format, and in others.
const LINES: u64 = 10_000_000;
const LINES_OF_OTHERS: u64 = 2_000_000;

/// A log in one format.
struct Log {
    /// How its figures are named, after "replay".
    name: &'static str,
    head: &'static str,
    /// The line of a call by its number, its length in milliseconds and its status.
    line: fn(u64, u64, u32) -> String,
    tail: &'static str,
}

/// Our own format.
const OWN: Log = Log {
    name: "",
    head: "",
    line: |n, length, code| format!("{},{length},{code}\n", n / 4),
    tail: "",
};

const LOGS: [Log; 9] = [
    OWN,
    Log {
        name: "_jmeter",
        line: |n, length, code| {
            let is_well = code == 200;
            format!(
                "{},{length},get,{code},OK,Thread Group 1-1,text,{is_well},,1,1,1,1,{length},0,0\n",
                1_662_749_136_019 + n / 4
            )
        },
        ..OWN
    },
    Log {
        name: "_k6",
        head: "metric_name,timestamp,metric_value,check,error,error_code,expected_response,group,method,\
               name,proto,scenario,service,status,subproto,tls_version,url,extra_tags,metadata\n",
        line: |n, length, code| {
            format!(
                "http_req_duration,{},{length}.000000,,,,true,,GET,http://test.k6.io/,HTTP/1.1,\
                 default,,{code},,,http://test.k6.io/,,\n",
                1_787_214_191 + n / 4_000
            )
        },
        ..OWN
    },
    Log {
        name: "_hey",
        head: "response-time,DNS+dialup,DNS,Request-write,Response-delay,Response-read,status-code,\
               offset\n",
        line: |n, length, code| {
            let start = n / 4;
            let [whole, part] = [start / 1_000, start % 1_000];
            format!("0.{length:03}0,0,0,0,0.{length:03}0,0,{code},{whole}.{part:03}0\n")
        },
        ..OWN
    },
    Log {
        name: "_vegeta",
        line: |n, length, code| {
            let start = 1_536_504_662_313 + n / 4;
            format!("{start}741000,{code},{length}000000,0,83,,aGk=,,{n}\n")
        },
        ..OWN
    },
    Log {
        name: "_envoy",
        line: |n, length, code| {
            format!(
                "[{}Z] \"POST /api/v1/locations HTTP/2\" {code} - 154 0 {length} 100 \"10.0.35.28\" \
                 \"nsq2http\" \"cc21d9b0\" \"locations\" \"tcp://10.0.2.1:80\"\n",
                date(n)
            )
        },
        ..OWN
    },
    Log {
        name: "_nginx",
        line: |n, length, code| {
            let end = 1_346_208_440_000 + n / 4 + length;
            format!(
                "203.0.113.7 - - [29/Aug/2012:10:47:20 +0800] \"GET /items?page=2 HTTP/1.1\" {code} \
                 5120 upstream_status {code} msec {}.{:03} request_time 0.{length:03}\n",
                end / 1_000,
                end % 1_000
            )
        },
        ..OWN
    },
    Log {
        name: "_resilience4j",
        head: "{\"circuitBreakerEvents\":[",
        line: |n, length, code| {
            let comma = if n == 0 { "" } else { "," };
            let kind = if code == 200 { "SUCCESS" } else { "ERROR" };
            format!(
                "{comma}\n{{\"circuitBreakerName\":\"backendA\",\"type\":\"{kind}\",\"creationTime\":\
                 \"{}+01:00[Europe/Berlin]\",\"errorMessage\":null,\"durationInMs\":{length}}}",
                date(n)
            )
        },
        tail: "\n]}\n",
    },
    Log {
        name: "_otlp",
        line: |n, length, code| {
            let start = 1_544_712_660_000 + n / 4;
            format!(
                "{{\"resourceSpans\":[{{\"scopeSpans\":[{{\"spans\":[{{\"name\":\"GET\",\"kind\":3,\
                 \"startTimeUnixNano\":\"{start}000000\",\"endTimeUnixNano\":\"{}000000\",\
                 \"attributes\":[{{\"key\":\"http.response.status_code\",\"value\":\
                 {{\"intValue\":\"{code}\"}}}}]}}]}}]}}]}}\n",
                start + length
            )
        },
        ..OWN
    },
];

/// The moment of a call, without its time zone.
fn date(n: u64) -> String {
    let (seconds, part) = (n / 4_000, n / 4 % 1_000);
    format!("2016-04-15T20:{:02}:{:02}.{part:03}", seconds / 60 % 60, seconds % 60)
}

fn main() -> Result<(), Box<dyn Error>> {
    let file = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("replay.log");
    for log in &LOGS {
        let lines = if log.name.is_empty() { LINES } else { LINES_OF_OTHERS };
        figures(log, lines, &file)?;
    }
    Ok(fs::remove_file(&file)?)
}

/// Writes a log of 4,000 calls a second, of which every tenth second is an outage, and replays it.
fn figures(log: &Log, lines: u64, file: &Path) -> Result<(), Box<dyn Error>> {
    let mut text = BufWriter::new(File::create(file)?);
    text.write_all(log.head.as_bytes())?;
    for n in 0..lines {
        let code = if n / 4_000 % 10 == 9 { 503 } else { 200 };
        text.write_all((log.line)(n, n * 7_919 % 997, code).as_bytes())?;
    }
    text.write_all(log.tail.as_bytes())?;
    text.flush()?;
    let name = log.name;
    let start = Instant::now();
    let mut program = Command::new(env!("CARGO_BIN_EXE_fusebox"))
        .args(["replay", "--json"])
        .arg(file)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()?;
    let mut peak = 0;
    let status = loop {
        if let Some(status) = program.try_wait()? {
            break status;
        }
        peak = peak.max(peak_of(program.id()));
        thread::sleep(Duration::from_millis(2));
    };
    let seconds = start.elapsed().as_secs_f64();
    if !status.success() {
        return Err(format!("the replay of {} failed: {status}", file.display()).into());
    }
    #[expect(clippy::cast_precision_loss, reason = "the figures have few digits")]
    let (millions, megabytes) = (lines as f64 / 1e6, peak as f64 / 1e3);
    println!("figure replay{name}_lines {:.2} million_lines_per_second", millions / seconds);
    println!("figure replay{name}_memory {megabytes:.0} MB_at_most");
    Ok(())
}

/// The most memory that a process has had so far, in kB, where the system tells.
fn peak_of(process: u32) -> u64 {
    let status = fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.split_whitespace().next()?.parse().ok()).unwrap_or_default()
}

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

fn main() -> Result<(), Box<dyn Error>> {
    let file = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("replay.log");
    let own = |n: u64, length: u64, code: u32| format!("{},{length},{code}", n / 4);
    figures("", LINES, &file, &own)?;
    let jmeter = |n: u64, length: u64, code: u32| {
        let is_well = code == 200;
        format!(
            "{},{length},get,{code},OK,Thread Group 1-1,text,{is_well},,1,1,1,1,{length},0,0",
            1_662_749_136_019 + n / 4
        )
    };
    figures("_jmeter", LINES_OF_OTHERS, &file, &jmeter)?;
    let nginx = |n: u64, length: u64, code: u32| {
        let (end, length) = (1_346_208_440_000 + n / 4 + length, length % 1_000);
        format!(
            "203.0.113.7 - - [29/Aug/2012:10:47:20 +0800] \"GET /items?page=2 HTTP/1.1\" {code} 5120 \
             upstream_status {code} msec {}.{:03} request_time 0.{length:03}",
            end / 1_000,
            end % 1_000
        )
    };
    figures("_nginx", LINES_OF_OTHERS, &file, &nginx)?;
    let span = |n: u64, length: u64, code: u32| {
        let start = 1_544_712_660_000 + n / 4;
        format!(
            "{{\"resourceSpans\":[{{\"scopeSpans\":[{{\"spans\":[{{\"name\":\"GET\",\"kind\":3,\
             \"startTimeUnixNano\":\"{start}000000\",\"endTimeUnixNano\":\"{}000000\",\"attributes\":\
             [{{\"key\":\"http.response.status_code\",\"value\":{{\"intValue\":\"{code}\"}}}}]}}]}}]}}]}}",
            start + length
        )
    };
    figures("_otlp", LINES_OF_OTHERS, &file, &span)?;
    Ok(fs::remove_file(&file)?)
}

/// Writes a log of 4,000 calls a second, of which every tenth second is an outage, and replays it.
fn figures(
    name: &str,
    lines: u64,
    file: &Path,
    line: &dyn Fn(u64, u64, u32) -> String,
) -> Result<(), Box<dyn Error>> {
    let mut log = BufWriter::new(File::create(file)?);
    for n in 0..lines {
        let code = if n / 4_000 % 10 == 9 { 503 } else { 200 };
        writeln!(log, "{}", line(n, n * 7_919 % 997, code))?;
    }
    log.flush()?;
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

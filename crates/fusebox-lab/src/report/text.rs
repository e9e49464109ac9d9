//! A report as text: sections with columns, without rows that are all zero.

use super::{Change, Grid, RecoveryReport, Report};
use crate::words::separated;
use core::fmt;
use fusebox::time::{Duration, Instant};

/// The most state changes of breakers in the text; the JSON has more.
const CHANGES_MAX: usize = 20;

/// The heads of the columns of a dependency.
const DEPENDENCY: [&str; 8] =
    ["dependency", "first", "retries", "successes", "failures", "429", "rejected", "peak/s"];

impl Report {
    /// How long the run was, in words.
    pub(super) fn length(&self) -> String {
        in_words(self.duration_ms)
    }

    fn write_calls(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut grid = Grid::new(&["calls", &count(self.calls.sent), ""]);
        let ends = self.calls.counts().into_iter().skip(1).filter(|(_, n)| *n > 0);
        for (name, n) in ends {
            let name = format!("  {}", words(name));
            grid.add(vec![name, count(n), share(n, self.calls.sent)]);
        }
        writeln!(f, "{grid}")
    }

    fn write_endpoints(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut grid = Grid::new(&["endpoint", "calls", "useful", "errors"]);
        for endpoint in self.endpoints.iter().filter(|endpoint| endpoint.calls > 0) {
            grid.add(row(endpoint.name, &endpoint.counts()));
        }
        writeln!(f, "{grid}")
    }

    fn write_latency(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(latency) = &self.latency_ms else {
            return f.write_str("latency: no useful answer\n\n");
        };
        let numbers = latency.numbers();
        let names: Vec<_> =
            ["latency"].into_iter().chain(numbers.iter().map(|(name, _)| *name)).collect();
        let mut grid = Grid::new(&names);
        let values = numbers.iter().map(|(_, number)| in_words(number.unwrap_or_default()));
        grid.add(["  useful answers".to_string()].into_iter().chain(values).collect());
        writeln!(f, "{grid}")
    }

    fn write_dependencies(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let was_used = |counts: &[(&str, u64)]| counts.iter().any(|(_, n)| *n > 0);
        let mut grid = Grid::new(&DEPENDENCY);
        for dependency in self.dependencies.iter().filter(|it| was_used(&it.counts())) {
            grid.add(row(dependency.name, &dependency.counts()));
        }
        writeln!(f, "{grid}")
    }

    fn write_changes(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.transitions.is_empty() {
            return Ok(());
        }
        writeln!(f, "breakers")?;
        for change in self.transitions.iter().take(CHANGES_MAX) {
            let on = change.on.unwrap_or("a client");
            writeln!(f, "  {:>9}  {on:<12}  {change}", change.at())?;
        }
        let more = self.transitions.len().saturating_sub(CHANGES_MAX) as u64;
        if more + self.transitions_omitted > 0 {
            writeln!(f, "  and {} more", count(more + self.transitions_omitted))?;
        }
        writeln!(f)
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}, seed {}, {}\n", self.scenario, self.seed, self.length())?;
        self.write_calls(f)?;
        self.write_endpoints(f)?;
        self.write_latency(f)?;
        self.write_dependencies(f)?;
        self.write_changes(f)?;
        write_line(f, "attempts", &self.attempts.counts())?;
        write_line(f, "rejected by", &self.rejections.counts())?;
        write_line(f, "writes", &self.writes.counts())?;
        writeln!(f, "{:<13}{}", "recovery", self.recovery)?;
        writeln!(f, "{:<13}{}", "events", count(self.events))?;
        writeln!(f, "{:<13}{}", "fingerprint", self.fingerprint)
    }
}

impl Change {
    /// When, in words.
    #[must_use]
    pub fn at(&self) -> String {
        (Instant::ZERO + from_millis(self.at_ms)).to_string()
    }
}

impl fmt::Display for Change {
    /// Writes from what to what, and why.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let way = format!("{} to {}", self.from, self.to);
        write!(f, "{way:<19}  {}", self.cause)
    }
}

impl fmt::Display for RecoveryReport {
    /// Writes the verdict with its numbers.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&words(self.verdict))?;
        if let Some(after) = self.after_ms {
            write!(f, " after {}", in_words(after))?;
        }
        if let Some(before) = self.useful_share_before {
            write!(f, ", useful before: {:.1} %", before * 100.0)?;
        }
        if let Some(after) = self.useful_share_after {
            write!(f, ", useful in the last 10 s: {:.1} %", after * 100.0)?;
        }
        if let Some(load) = self.load_ratio {
            write!(f, ", {load:.1} x the load before the fault")?;
        }
        Ok(())
    }
}

fn row(name: &str, counts: &[(&str, u64)]) -> Vec<String> {
    let name = format!("  {}", words(name));
    [name].into_iter().chain(counts.iter().map(|(_, n)| count(*n))).collect()
}

/// The counts that are not zero, in a line.
fn write_line(f: &mut fmt::Formatter<'_>, title: &str, counts: &[(&str, u64)]) -> fmt::Result {
    let some = counts.iter().filter(|(_, n)| *n > 0);
    let some: Vec<_> = some.map(|(name, n)| format!("{} {}", words(name), count(*n))).collect();
    if some.is_empty() {
        return Ok(());
    }
    writeln!(f, "{title:<13}{}", some.join(", "))
}

fn words(name: &str) -> String {
    name.replace('_', " ")
}

fn count(n: u64) -> String {
    separated(&n.to_string())
}

/// A share of the whole in per cent, with one decimal.
fn share(part: u64, whole: u64) -> String {
    let tenths = (u128::from(part) * 1_000 + u128::from(whole) / 2) / u128::from(whole.max(1));
    format!("{}.{} %", tenths / 10, tenths % 10)
}

fn in_words(millis: f64) -> String {
    from_millis(millis).to_string()
}

fn from_millis(millis: f64) -> Duration {
    Duration::from_secs_f64(millis / 1e3)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::recovery::Recovery;

    #[test]
    fn every_verdict_has_words_and_its_numbers() {
        let (before, after) = (0.985, 0.25);
        for (recovery, text) in [
            (Recovery::NoFault, "no fault"),
            (Recovery::FaultActive, "fault active"),
            (Recovery::BeyondHistory, "beyond history"),
            (Recovery::NeverHealthy { before: None }, "never healthy"),
            (
                Recovery::NeverHealthy { before: Some(after) },
                "never healthy, useful before: 25.0 %",
            ),
            (Recovery::Recovered { after: Duration::from_millis(1_250) }, "recovered after 1.25 s"),
            (Recovery::TooEarly, "too early"),
            (
                Recovery::Metastable { before, after },
                "metastable, useful before: 98.5 %, useful in the last 10 s: 25.0 %",
            ),
            (Recovery::Overloaded { load: 3.04 }, "overloaded, 3.0 x the load before the fault"),
            (
                Recovery::Unstable { before, after },
                "unstable, useful before: 98.5 %, useful in the last 10 s: 25.0 %",
            ),
            (Recovery::Idle, "idle"),
        ] {
            assert_eq!(RecoveryReport::of(recovery).to_string(), text);
        }
    }

    #[test]
    fn a_share_is_rounded_to_one_decimal_and_none_of_nothing() {
        let shares = [(0, 0), (1, 3), (2, 3), (1, 1), (1, 10_000)].map(|(n, of)| share(n, of));
        assert_eq!(shares, ["0.0 %", "33.3 %", "66.7 %", "100.0 %", "0.0 %"]);
    }
}

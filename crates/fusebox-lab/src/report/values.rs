//! A report as a row of numbers, so that those of several runs can be compared.

use super::Report;

impl Report {
    /// Every number that differs from seed to seed, under the path that it has in the JSON; all
    /// reports have the same row.
    pub(super) fn values(&self) -> Vec<(String, Option<f64>)> {
        let mut row = Row(Vec::new());
        row.counts("calls", &self.calls.counts());
        for endpoint in &self.endpoints {
            row.counts(&format!("endpoints.{}", endpoint.name), &endpoint.counts());
        }
        for (n, name) in ["mean", "p50", "p90", "p99", "max"].into_iter().enumerate() {
            let number = self.latency_ms.and_then(|latency| latency.numbers()[n].1);
            row.0.push((format!("latency_ms.{name}"), number));
        }
        row.counts("attempts", &self.attempts.counts());
        row.counts("rejections", &self.rejections.counts());
        for dependency in &self.dependencies {
            row.counts(&format!("dependencies.{}", dependency.name), &dependency.counts());
        }
        let transitions = self.transitions.len() as u64 + self.transitions_omitted;
        row.0.push(("transitions".to_string(), Some(float(transitions))));
        let recovery = self.recovery.numbers().into_iter();
        row.0.extend(recovery.map(|(name, number)| (format!("recovery.{name}"), number)));
        row.counts("writes", &self.writes.counts());
        row.0.push(("events".to_string(), Some(float(self.events))));
        row.0
    }
}

struct Row(Vec<(String, Option<f64>)>);

impl Row {
    fn counts(&mut self, path: &str, counts: &[(&str, u64)]) {
        let counts = counts.iter();
        self.0.extend(counts.map(|(name, n)| (format!("{path}.{name}"), Some(float(*n)))));
    }
}

#[expect(clippy::cast_precision_loss, reason = "no run counts to 2^53")]
pub(super) const fn float(count: u64) -> f64 {
    count as f64
}

//! In which settings two scenarios differ.

use super::draft::Draft;
use super::kind::Kind;
use super::object::{Object, View};
use super::path::get;
use super::table::{SettingSpec, Table};
use super::whole::{self, GROUPS, SCHEDULE, schedule_spec};
use fusebox_sim::Scenario;

/// A setting in which one scenario differs from another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// Its whole key: `postgres.breaker.cooldown`.
    pub key: String,
    /// What it is called, from the outermost part to itself: database, circuit breaker, cooldown.
    pub labels: Vec<&'static str>,
    /// What its table says of it.
    pub spec: &'static SettingSpec,
    /// What it was, as text; none where it did not apply.
    pub from: Option<String>,
    /// What it is, as text.
    pub to: String,
}

/// The settings with which [`set`](super::set), one after the other, turns `base` into `of`: in the
/// order of the tables, and none that follows from those before it.
///
/// The two lists of a scenario are a setting each: `groups` says how many groups of clients there are,
/// and `schedule` all that happens.
#[must_use]
pub fn differences(base: &Scenario, of: &Scenario) -> Vec<Difference> {
    let mut walk = Walk::default();
    let mut grown = base.clone();
    let groups = |scenario: &Scenario| scenario.clients.len();
    if groups(base) != groups(of) {
        grown.clients.resize_with(groups(of), Default::default);
        walk.whole(GROUPS, of);
    }
    let (mut now, mut then) = (Draft::new(grown), Draft::new(of.clone()));
    walk.object(&mut now.object(), &mut then.object(), "");
    if base.schedule != of.schedule {
        walk.whole(schedule_spec(), of);
    }
    for difference in &mut walk.found {
        difference.from = get(base, &difference.key);
    }
    walk.found
}

/// The same for a config that stands alone, with keys that begin with the table's name.
pub fn differences_in<T: Clone>(table: &'static Table<T>, base: &T, of: &T) -> Vec<Difference> {
    let (mut now, mut then) = (base.clone(), of.clone());
    let (mut now, mut then) = (View { value: &mut now, table }, View { value: &mut then, table });
    let mut walk = Walk::default();
    walk.object(&mut now, &mut then, &format!("{}.", table.name));
    let mut base = base.clone();
    for difference in &mut walk.found {
        let spec = difference.spec;
        let item = table.items().find(|item| item.spec.key == spec.key);
        let value = item.and_then(|item| item.access.read(&mut base));
        difference.from = value.map(|value| spec.kind.text(&value));
    }
    walk.found
}

/// The differences that are found while one object is changed into another, so that none is told that
/// follows from an earlier one.
#[derive(Default)]
struct Walk {
    found: Vec<Difference>,
    /// What the objects are called in which it is.
    labels: Vec<&'static str>,
}

impl Walk {
    fn object(&mut self, now: &mut dyn Object, then: &mut dyn Object, prefix: &str) {
        let shape = now.shape();
        for (n, spec) in shape.specs().into_iter().enumerate() {
            let key = format!("{prefix}{}", spec.key);
            if spec.optional || shape.inner(n).is_none() {
                let value = then.read(n).filter(|value| now.read(n).as_ref() != Some(value));
                if let Some(value) = value {
                    let to = spec.kind.text(&value);
                    now.write(n, value);
                    self.find(key.clone(), spec, to);
                }
            }
            if key == SCHEDULE {
                continue;
            }
            self.labels.push(spec.label);
            let is_list = matches!(spec.kind, Kind::Parts { .. });
            for at in 0..now.length(n).min(then.length(n)) {
                let prefix = if is_list { format!("{key}.{at}.") } else { format!("{key}.") };
                if let (Some(mut now), Some(mut then)) = (now.open(n, at), then.open(n, at)) {
                    self.object(&mut *now, &mut *then, &prefix);
                }
            }
            self.labels.pop();
        }
    }

    fn whole(&mut self, spec: &'static SettingSpec, of: &Scenario) {
        let to = whole::get(of, spec.key).unwrap_or_default();
        self.find(spec.key.to_string(), spec, to);
    }

    fn find(&mut self, key: String, spec: &'static SettingSpec, to: String) {
        let mut labels = self.labels.clone();
        labels.push(spec.label);
        self.found.push(Difference { key, labels, spec, from: None, to });
    }
}

#[cfg(test)]
mod tests {
    use super::super::{HERD, set};
    use super::*;
    use crate::herd::Setup;

    #[test]
    fn a_difference_says_what_it_is_and_what_it_was() {
        let base = Scenario::default();
        let mut of = base.clone();
        for (key, text) in [
            ("postgres.layers", "retry,timeout,breaker"),
            ("postgres.breaker.window", "consecutive"),
            ("postgres.breaker.cooldown", "40s"),
            ("postgres.cold_start", "off"),
            ("clients.0.burst", "on"),
            ("schedule", "1s:cache:down"),
        ] {
            set(&mut of, key, text).unwrap();
        }
        let found = differences(&base, &of);
        let lines: Vec<_> = found
            .iter()
            .map(|it| {
                let from = it.from.as_deref().unwrap_or("nothing");
                format!("{}: {} ({from} -> {})", it.labels.join(", "), it.key, it.to)
            })
            .collect();
        assert_eq!(
            lines,
            [
                "Clients, Burst: clients.0.burst (off -> on)",
                "Database, Cold start: postgres.cold_start (on -> off)",
                "Database, Layers: postgres.layers \
                 (timeout,retry,breaker,fallback,bulkhead -> retry,timeout,breaker)",
                "Database, Circuit breaker, Window: postgres.breaker.window (time -> consecutive)",
                "Database, Circuit breaker, Cooldown: postgres.breaker.cooldown (30s -> 40s)",
                "Schedule: schedule (off -> 1s:cache:down)",
            ]
        );
        assert_eq!(differences(&of, &of), []);
    }

    #[test]
    fn a_config_alone_has_differences_too() {
        let base = Setup::default();
        let found = differences_in(HERD, &base, &Setup { clients: 500, ..base });
        assert_eq!(found.len(), 1);
        let Difference { key, labels, from, to, .. } = &found[0];
        assert_eq!((key.as_str(), &labels[..]), ("herd.clients", &["Clients"][..]));
        assert_eq!((from.as_deref(), to.as_str()), (Some("1000"), "500"));
    }
}

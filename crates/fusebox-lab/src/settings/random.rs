//! Random scenarios for tests: any setting with any value in its range.

use super::{Kind, SettingSpec, Value, all, check, set};
use fusebox::LayerKind;
use fusebox::time::{Duration, Instant};
use fusebox_sim::{Action, ClientsConfig, Command, Dependency, Fault, FaultKind, Scenario, Target};
use proptest::prelude::*;

/// Makes the cases the same in every run.
pub(crate) fn config() -> ProptestConfig {
    ProptestConfig {
        cases: 64,
        rng_seed: proptest::test_runner::RngSeed::Fixed(1),
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

/// A value in range for these bits, as text.
fn any_text(spec: &SettingSpec, bits: u64) -> String {
    let within = |min: u64, max: u64| match bits % 8 {
        0 => min,
        1 => max,
        _ => min + (bits >> 3) % (max - min + 1),
    };
    let pick = |of: &[&'static str], bits: u64| of[usize::try_from(bits).unwrap() % of.len()];
    let value = match spec.kind {
        _ if spec.optional && spec.kind != Kind::Part && bits % 5 == 4 => Value::Off,
        Kind::Time { min, max } => {
            Value::Time(Duration::from_micros(within(min.as_micros(), max.as_micros())))
        }
        Kind::Number { min, max, .. } => {
            Value::Number(u32::try_from(within(min.into(), max.into())).unwrap())
        }
        Kind::Choice(of) => Value::Choice(pick(of, bits)),
        Kind::Flag | Kind::Part => Value::Flag(bits % 2 == 1),
        Kind::List { of, max, repeats, .. } => {
            let mut words: Vec<_> = (0..16).map(|n| pick(of, (bits >> (4 * n)) & 15)).collect();
            if !repeats {
                let all = words.clone();
                let mut n = 0;
                words.retain(|word| {
                    n += 1;
                    !all[..n - 1].contains(word)
                });
            }
            words.truncate(max.min(1 + usize::try_from(bits % 8).unwrap()));
            Value::List(words)
        }
        Kind::Rate if bits.is_multiple_of(2) => {
            Value::Rate(vec![(Instant::ZERO, bits % 1_000_000)])
        }
        Kind::Rate => {
            let at = Instant::from_micros(bits % 50_000_000);
            Value::Rate(vec![(at, bits % 1_000_000_000), (at + Duration::from_millis(3), 0)])
        }
        Kind::Change => return "breaker.failures=7".to_owned(),
        Kind::Parts { .. } | Kind::Schedule { .. } => unreachable!("it is set by its entries"),
    };
    spec.kind.text(&value)
}

pub(super) fn a_start(groups: usize, entries: usize) -> Scenario {
    let what = [
        (Dependency::Postgres.into(), Command::Fault(Fault::Down)),
        (Dependency::Model.into(), Command::Heal(FaultKind::Down)),
        (Dependency::Cache.into(), Command::Layer(LayerKind::Retry, true)),
        (Target::Service, Command::Fault(Fault::Hang)),
    ];
    let schedule = what.into_iter().cycle().take(entries);
    Scenario {
        clients: vec![ClientsConfig::default(); groups],
        schedule: schedule
            .map(|(on, command)| Action::new(Instant::from_secs(1), on, command))
            .collect(),
        ..Scenario::default()
    }
}

/// Valid scenarios, with any of their settings set to any value in range.
pub(crate) fn any_scenario() -> impl Strategy<Value = Scenario> {
    near((1..4_usize, 0..7_usize).prop_map(|(groups, entries)| a_start(groups, entries)))
}

/// Valid scenarios with random changes from these.
pub(crate) fn near(starts: impl Strategy<Value = Scenario>) -> impl Strategy<Value = Scenario> {
    let changes = proptest::collection::vec((any::<prop::sample::Index>(), any::<u64>()), 0..60);
    (starts, changes).prop_map(|(mut scenario, changes)| {
        for (which, bits) in changes {
            let mut settings = all(&scenario);
            settings.retain(|setting| setting.spec.kind.parts().is_none());
            let setting = which.get(&settings);
            let mut after = scenario.clone();
            let text = any_text(setting.spec, bits);
            if set(&mut after, &setting.key, &text).is_ok() && check(&after).is_empty() {
                scenario = after;
            }
        }
        scenario
    })
}

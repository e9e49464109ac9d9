//! Settings that change while a world runs: those of a dependency and of the layers around it, except
//! which layers there are, their order, and whether there is a pool.
//!
//! In an action, the key leaves the dependency out: `3s:postgres:set:breaker.failures=3`.

use super::dependency::DEPENDENCY;
use super::kind::{Kind, Value};
use super::object::{Object, Shape};
use super::service::named;
use super::spec::SettingSpec;
use super::view::View;
use crate::words::length;
use fusebox::time::{Duration, Instant};
use fusebox_sim::{Action, Change, Command, DependencyConfig, Scenario};

/// The index of the setting in the table of a dependency, and for one that is inside a part, such as a
/// layer, its index there.
type Path = (usize, Option<usize>);

/// The settings that make the shape of a world, which does not change while it runs.
const SHAPE: [&str; 3] = ["layers", "layers_off", "pool"];

/// What stands for off among the numbers that are values.
const OFF: u64 = u64::MAX;

/// The action that sets a setting by its full key now, if that is possible in a running world with this
/// scenario.
#[must_use]
pub fn change(scenario: &Scenario, at: Instant, key: &str, text: &str) -> Option<Action> {
    let (on, key) = key.split_once('.')?;
    let on = named(on)?;
    let change = parse(&format!("{key}={text}")).ok()?;
    // Without a service, no call passes the layers around the dependency.
    let reaches = scenario.service.is_some() || !key.contains('.');
    let fits = reaches && change.of(&scenario.dependencies[on]).is_ok();
    fits.then(|| Action::new(at, on, Command::Set(change)))
}

/// Whether the setting with this full key can change while a world runs.
#[must_use]
pub fn is_live(scenario: &Scenario, key: &str) -> bool {
    let value = super::get(scenario, key);
    value.is_some_and(|value| change(scenario, Instant::ZERO, key, &value).is_some())
}

/// The change that a text stands for: `breaker.failures=3`; an error reads on after the text.
pub(super) fn parse(text: &str) -> Result<Change, String> {
    let Some((key, value)) = text.split_once('=') else {
        return Err("which must set a setting to a value, such as set:breaker.failures=3".into());
    };
    let found = find(key.trim()).and_then(|path| Some((path, specs_of(path)?.1)));
    let (path, spec) =
        found.ok_or("whose setting does not exist, or cannot change while a world runs")?;
    let value = spec.parse(value).or_else(|| spec.parse(&format!("{value}%")));
    let number = value.and_then(|value| encoded(spec, &value));
    let value = number.ok_or_else(|| format!("whose value must be {}", spec.accepts()))?;
    Ok(Change { setting: numbered(path), value, write })
}

/// The text of a change, without a % that an address would have to encode.
pub(super) fn text(change: Change) -> String {
    let Some((part, spec, value)) = described(change) else { return String::new() };
    let part = part.map_or_else(String::new, |part| format!("{}.", part.key));
    format!("{part}{}={}", spec.key, spec.kind.text(&value).trim_end_matches('%'))
}

/// What a change sets, and to what: the key of the part of the dependency that it is in, such as
/// `breaker`, with its label and the value in words, such as `cooldown 3 s`.
pub(crate) fn words(change: Change) -> (Option<&'static str>, String) {
    let Some((part, spec, value)) = described(change) else { return (None, String::new()) };
    let value = match value {
        Value::Time(time) => length(time),
        Value::Flag(on) => if on { "on" } else { "off" }.to_owned(),
        value => spec.kind.text(&value).replace('_', " ").replace('%', " %"),
    };
    (part.map(|part| part.key), format!("{} {value}", spec.label.to_ascii_lowercase()))
}

/// The part that a change is in, its setting, and the value.
fn described(
    change: Change,
) -> Option<(Option<&'static SettingSpec>, &'static SettingSpec, Value)> {
    let (part, spec) = specs_of(path(change))?;
    Some((part, spec, decoded(spec, change.value)?))
}

fn specs_of((n, inner): Path) -> Option<(Option<&'static SettingSpec>, &'static SettingSpec)> {
    let outer = *DEPENDENCY.specs().get(n)?;
    match inner {
        None => Some((None, outer)),
        Some(m) => Some((Some(outer), *DEPENDENCY.inner(n)?.specs().get(m)?)),
    }
}

fn find(key: &str) -> Option<Path> {
    let position = |specs: &[&SettingSpec], key| specs.iter().position(|spec| spec.key == key);
    match key.split_once('.') {
        None if SHAPE.contains(&key) => None,
        None => Some((position(&DEPENDENCY.specs(), key)?, None)),
        Some((part, key)) => {
            let n = position(&DEPENDENCY.specs(), part)?;
            Some((n, Some(position(&DEPENDENCY.inner(n)?.specs(), key)?)))
        }
    }
}

fn numbered((n, inner): Path) -> u32 {
    let inner = inner.map_or(0, |m| m + 1);
    u32::try_from(n << 8 | inner).unwrap_or(u32::MAX)
}

const fn path(change: Change) -> Path {
    let (n, inner) = (change.setting >> 8, change.setting & 0xff);
    (n as usize, if inner == 0 { None } else { Some(inner as usize - 1) })
}

fn encoded(spec: &SettingSpec, value: &Value) -> Option<u64> {
    match (spec.kind, value) {
        (_, Value::Off) => Some(OFF),
        (_, Value::Time(time)) => Some(time.as_micros()),
        (_, Value::Number(number)) => Some((*number).into()),
        (_, Value::Flag(flag)) => Some((*flag).into()),
        (Kind::Choice(of), Value::Choice(word)) => {
            of.iter().position(|known| known == word).map(|n| n as u64)
        }
        _ => None,
    }
}

fn decoded(spec: &SettingSpec, value: u64) -> Option<Value> {
    match spec.kind {
        _ if value == OFF => Some(Value::Off),
        Kind::Time { .. } => Some(Value::Time(Duration::from_micros(value))),
        Kind::Number { .. } => u32::try_from(value).ok().map(Value::Number),
        Kind::Flag | Kind::Part => Some(Value::Flag(value == 1)),
        Kind::Choice(of) => of.get(usize::try_from(value).ok()?).copied().map(Value::Choice),
        _ => None,
    }
}

/// Writes a change into the settings of a dependency, if the setting applies there.
fn write(config: &mut DependencyConfig, change: Change) -> bool {
    let (n, inner) = path(change);
    let mut root = View { value: config, table: DEPENDENCY };
    let apply = |object: &mut dyn Object, n: usize| {
        let value = object.shape().specs().get(n).and_then(|spec| decoded(spec, change.value));
        value.is_some_and(|value| {
            object.write(n, &value);
            object.read(n) == Some(value)
        })
    };
    match inner {
        None => apply(&mut root, n),
        Some(m) => root.open(n, 0).is_some_and(|mut part| apply(&mut *part, m)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::{all, get, set};
    use fusebox_sim::{PoolConfig, World};

    /// A scenario in which nearly every setting of the database applies.
    fn full() -> Scenario {
        let mut scenario = Scenario::search_service();
        scenario.dependencies.iter_mut().for_each(|(_, it)| it.pool = Some(PoolConfig::default()));
        for (key, text) in [
            (
                "postgres.layers",
                "timeout,retry,breaker,fallback,bulkhead,throttle,rate_limiter,hedge",
            ),
            ("postgres.rate_limit", "on"),
            ("postgres.cold_start", "on"),
            ("postgres.contention", "knee"),
            ("postgres.breaker.slow_rate", "50%"),
        ] {
            set(&mut scenario, key, text).unwrap();
        }
        scenario
    }

    #[test]
    fn every_setting_of_a_dependency_is_live_but_those_of_its_shape() {
        let scenario = full();
        let settings = all(&scenario);
        let of_database = settings.iter().filter(|it| it.key.starts_with("postgres."));
        let shape = ["postgres.pool", "postgres.layers", "postgres.layers_off"];
        let mut seen = 0;
        for setting in of_database.filter(|setting| setting.value.is_some()) {
            let key = setting.key.as_str();
            assert_eq!(is_live(&scenario, key), !shape.contains(&key), "{key}");
            seen += 1;
        }
        assert!(seen > 60, "{seen}");
        for key in ["service.threads", "clients.0.count", "duration", "cancellation", "groups"] {
            assert!(!is_live(&scenario, key), "{key}");
        }
        let bare = Scenario { service: None, ..scenario };
        assert!(is_live(&bare, "postgres.concurrency"));
        assert!(!is_live(&bare, "postgres.breaker.failures"), "no call passes it");
    }

    #[test]
    fn a_change_does_what_setting_the_same_value_does() {
        let scenario = full();
        for (key, text) in [
            ("postgres.breaker.failures", "3"),
            ("postgres.breaker.cooldown", "45s"),
            ("postgres.breaker.failure_rate", "12.5%"),
            ("postgres.breaker.window", "count"),
            ("postgres.retry.budget", "off"),
            ("postgres.retry.budget", "in_flight"),
            ("postgres.fallback.otherwise", "default"),
            ("postgres.concurrency", "7"),
            ("postgres.rate_limit", "off"),
            ("postgres.rate_limit.permits", "20"),
            ("postgres.pool.max_connections", "3"),
            ("postgres.link.latency", "3ms"),
        ] {
            let mut wanted = scenario.clone();
            set(&mut wanted, key, text).unwrap();
            let mut world = World::new(&scenario, 1).unwrap();
            world.run_until(Instant::from_secs(1));
            let action = change(&scenario, world.now(), key, text).expect(key);
            world.apply(action.on, action.command).expect(key);
            assert_eq!(world.scenario(), &wanted, "{key}");
            assert_eq!(get(world.scenario(), key).as_deref(), Some(text));
        }
        for (key, text) in [
            ("postgres.breaker.failures", "0"),
            ("postgres.breaker.window_calls", "5"),
            ("postgres.retry.budget_floor", "5"),
            ("postgres.layers", "retry"),
        ] {
            assert_eq!(change(&scenario, Instant::ZERO, key, text), None, "{key}");
        }
    }

    #[test]
    fn a_change_is_told_in_words() {
        for (text, part, what) in [
            ("breaker.failures=3", Some("breaker"), "failures 3"),
            ("breaker.failure_rate=12.5", Some("breaker"), "failure rate 12.5 %"),
            ("breaker.cooldown=5s", Some("breaker"), "cooldown 5 s"),
            ("retry.budget=in_flight", Some("retry"), "budget in flight"),
            ("pool.liveness_check=false", Some("pool"), "liveness check off"),
            ("concurrency=7", None, "concurrency 7"),
        ] {
            assert_eq!(words(parse(text).unwrap()), (part, what.to_owned()));
        }
        for (wrong, problem) in [
            ("breaker.failures", "which must set a setting to a value"),
            ("breaker.colour=3", "whose setting does not exist"),
            ("breaker.failures=0", "whose value must be a whole number from 1"),
            ("layers=retry", "whose setting does not exist, or cannot change"),
        ] {
            let said = parse(wrong).unwrap_err();
            assert!(said.starts_with(problem), "{said}");
        }
    }
}

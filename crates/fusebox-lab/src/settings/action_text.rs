//! An action as text that a person can read and edit.
//!
//! An action is a time, a target and a command: `12.4s:postgres:down`. The commands are the faults,
//! with their parameter if they have one (`crash:10s`, `slow:200`, `flaky:50`, `rate_limited:20`,
//! `degraded:50`; without it they have the parameter that a click sets), `heal` for every fault or
//! `heal:slow` for one kind, and for a layer, which stands after its dependency, `on` or `off`:
//! `12s:postgres.breaker:off`. A setting of a dependency, or of a layer around it, changes with `set`:
//! `3s:postgres:set:breaker.failures=3`.

use super::kind::{DAY, Kind};
use super::layers::{LAYERS, layer_of, layer_word};
use super::problem::{Problem, shortened};
use super::running;
use super::schedule::{ENTRY, Entry};
use super::service::{TARGETS, named};
use super::table::Item;
use super::text::{parse_time, time_text};
use crate::words::separated;
use fusebox::time::Instant;
use fusebox_sim::{Action, Command, Dependency, Fault, FaultKind, Target};

/// The command that heals.
const HEAL: &str = "heal";

/// The command that changes a setting.
const SET: &str = "set";

/// At most `most` actions from a list with commas, and the problems of the actions that are left out.
pub(crate) fn actions(path: &str, text: &str, most: usize) -> (Vec<Action>, Vec<Problem>) {
    let mut actions = Vec::new();
    let mut problems = Vec::new();
    let given = text.split(',').map(str::trim).filter(|text| !text.is_empty());
    for action in given.clone().take(most) {
        match parse(action) {
            Ok(action) => actions.push(action),
            Err(what) => {
                let what = format!("has {:?}, {what}", shortened(action));
                problems.push(Problem::new(path, what));
            }
        }
    }
    let count = given.count();
    if count > most {
        let (count, most) = (separated(&count.to_string()), separated(&most.to_string()));
        let what = format!("has {count} actions, but must have at most {most}");
        problems.push(Problem::new(path, what));
    }
    (actions, problems)
}

/// An action as links write it (`12.4s:postgres:down`), or without its time, which is then `now`.
///
/// # Errors
///
/// What is wrong with it.
pub fn action(text: &str, now: Instant) -> Result<Action, Problem> {
    let has_time = text.split(':').next().is_some_and(|it| parse_time(it.trim()).is_some());
    let now = time_text(now.since(Instant::ZERO));
    let timed = if has_time { text.to_owned() } else { format!("{now}:{text}") };
    parse(&timed)
        .map_err(|what| Problem::new("action", format!("is {:?}, {what}", shortened(text))))
}

/// The actions of a schedule, which may also be off, as [`actions`] reads them.
pub(super) fn schedule(path: &str, text: &str, most: usize) -> (Vec<Action>, Vec<Problem>) {
    actions(path, if text.trim() == "off" { "" } else { text }, most)
}

/// Actions with commas, as [`actions`] reads them.
pub(crate) fn actions_text(actions: &[Action]) -> String {
    actions.iter().copied().map(text).collect::<Vec<_>>().join(",")
}

/// The action that a text stands for; an error reads on after the text.
fn parse(text: &str) -> Result<Action, String> {
    let mut parts = text.splitn(3, ':').map(str::trim);
    let (Some(at), Some(target), Some(command)) = (parts.next(), parts.next(), parts.next()) else {
        let what = "which must be a time, a target and a command, such as 12.4s:postgres:down";
        return Err(what.to_string());
    };
    let at = parse_time(at)
        .filter(|at| *at <= DAY)
        .ok_or_else(|| format!("which must begin with {}", Kind::UP_TO_DAY.accepts()))?;
    let at = Instant::ZERO + at;
    let (target, layer) = match target.split_once('.') {
        Some((target, layer)) => (target, Some(layer)),
        None => (target, None),
    };
    let on = match target {
        "service" => Some(Target::Service),
        target => named(target).map(Target::Dependency),
    };
    let on = on.ok_or_else(|| format!("whose target must be one of {}", TARGETS.join(", ")))?;
    let command = match layer {
        Some(_) if on == Target::Service => Err("but only dependencies have layers")?,
        Some(layer) => parse_switch(layer, command)?,
        None => parse_command(command)?,
    };
    if matches!((command, on), (Command::Set(_), Target::Service)) {
        Err("but only settings of dependencies change while a world runs")?;
    }
    Ok(Action { at, on, command })
}

fn parse_switch(layer: &str, command: &str) -> Result<Command, String> {
    let layer = layer_of(layer)
        .ok_or_else(|| format!("whose layer must be one of {}", LAYERS.join(", ")))?;
    match command {
        "on" => Ok(Command::Layer(layer, true)),
        "off" => Ok(Command::Layer(layer, false)),
        _ => Err("whose command must be on or off, as it is for a layer".to_string()),
    }
}

fn parse_command(command: &str) -> Result<Command, String> {
    let (word, parameter) = match command.split_once(':') {
        Some((word, parameter)) => (word.trim(), Some(parameter.trim())),
        None => (command, None),
    };
    if let (SET, Some(change)) = (word, parameter) {
        return running::parse(change).map(Command::Set);
    }
    if word == HEAL {
        let Some(kind) = parameter else { return Ok(Command::HealAll) };
        let fault = Fault::find(kind).ok_or_else(|| {
            let kinds = FaultKind::ALL.map(|kind| kind.words().key).join(", ");
            format!("which must heal all, or with heal: one of {kinds}")
        })?;
        return Ok(Command::Heal(fault.kind()));
    }
    let fault =
        Fault::find(word).ok_or_else(|| format!("whose command must be one of {}", commands()))?;
    let Some(parameter) = parameter else { return Ok(Command::Fault(fault)) };
    let item = parameter_of(fault).ok_or_else(|| format!("but {word} has no parameter"))?;
    let kind = item.spec.kind;
    let value = kind.parse(parameter).or_else(|| kind.parse(&format!("{parameter}%")));
    let value = value.ok_or_else(|| format!("whose parameter must be {}", kind.accepts()))?;
    let mut entry = entry(fault);
    item.write(&mut entry, &value);
    Ok(entry.command.unwrap_or(Command::Fault(fault)))
}

/// All commands, each fault with the parameter that a click sets.
fn commands() -> String {
    let faults = Fault::ALL.map(|fault| command_text(Command::Fault(fault)));
    let faults = faults.join(", ");
    format!("{faults}, {HEAL}, {HEAL}:slow for one kind of fault, or {SET}:breaker.failures=3")
}

fn text(Action { at, on, command }: Action) -> String {
    let at = time_text(at.since(Instant::ZERO));
    let layer = match command {
        Command::Layer(kind, _) => format!(".{}", layer_word(kind)),
        _ => String::new(),
    };
    format!("{at}:{}{layer}:{}", on.name(), command_text(command))
}

/// The parameter is always written, so that a link keeps its meaning when the defaults change.
fn command_text(command: Command) -> String {
    match command {
        Command::HealAll => HEAL.to_string(),
        Command::Heal(kind) => format!("{HEAL}:{kind}"),
        Command::Set(change) => format!("{SET}:{}", running::text(change)),
        Command::Layer(_, on) => if on { "on" } else { "off" }.to_string(),
        Command::Fault(fault) => {
            let word = fault.words().key;
            let parameter = parameter_of(fault).and_then(|item| {
                let value = item.read(&mut entry(fault))?;
                Some(item.spec.kind.text(&value))
            });
            match parameter {
                // A % would have to be written as %25 in an address.
                Some(parameter) => format!("{word}:{}", parameter.trim_end_matches('%')),
                None => word.to_string(),
            }
        }
    }
}

fn entry(fault: Fault) -> Entry {
    Entry::new(Action::fault(Instant::ZERO, Dependency::Postgres, fault))
}

/// The setting that is a fault's parameter: the one that applies only to this fault.
fn parameter_of(fault: Fault) -> Option<&'static Item<Entry>> {
    ENTRY.items().find(|item| {
        let key = fault.words().key;
        item.spec.when.is_some_and(|when| when.key == "fault" && when.is == [key])
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use fusebox::LayerKind;
    use fusebox::time::Duration;

    fn one(text: &str) -> (Instant, Target, Command) {
        let Action { at, on, command } = parse(text).expect(text);
        (at, on, command)
    }

    #[test]
    fn every_fault_is_read_with_its_parameter_and_without_it_as_a_click_sets_it() {
        let at = Instant::from_micros(12_412_345);
        for fault in Fault::ALL {
            let word = fault.words().key;
            let read = one(&format!("12.412345s:model:{word}"));
            assert_eq!(read, (at, Dependency::Model.into(), Command::Fault(fault)));
        }
        for (command, fault) in [
            ("crash:1.5s", Fault::Crash { restart_after: Duration::from_millis(1_500) }),
            ("slow:7", Fault::Slow { factor: 7 }),
            ("flaky:12.5", Fault::Flaky { error_rate: 125 }),
            ("flaky: 12.5%", Fault::Flaky { error_rate: 125 }),
            ("rate_limited:1_000", Fault::RateLimited { rate: 1_000 }),
            ("degraded:0.1", Fault::Degraded { capacity: 1 }),
        ] {
            let read = one(&format!("0s:postgres:{command}"));
            assert_eq!(read, (Instant::ZERO, Dependency::Postgres.into(), Command::Fault(fault)));
        }
    }

    #[test]
    fn an_action_without_its_time_is_now() {
        let now = Instant::from_millis(12_400);
        let at = |text: &str| action(text, now).map(|it| it.at);
        assert_eq!(at("postgres:down"), Ok(now));
        assert_eq!(at("postgres.breaker:off"), Ok(now));
        assert_eq!(at("3s:postgres:heal"), Ok(Instant::from_secs(3)));
        for (text, what) in
            [("postgres", "a target and a command"), ("moon:down", "moon"), ("", "")]
        {
            let problem = at(text).unwrap_err().to_string();
            assert!(problem.starts_with(&format!("action is {text:?}")), "{problem}");
            assert!(problem.contains(what), "{problem}");
        }
    }

    #[test]
    fn an_action_is_written_so_that_it_stays_what_it_is() {
        for action in [
            "0s:postgres:down",
            "1s:service:crash:10s",
            "12.412345s:vector_store:crash:10s",
            "900ms:small_model:flaky:50",
            "50us:cache:degraded:99.9",
            "1h:replica:heal",
            "24h:replica:heal:rate_limited",
            "5min:model.breaker:off",
            "61.5s:model.throttle:on",
            "3s:postgres:set:breaker.failures=3",
            "3s:postgres:set:breaker.failure_rate=off",
            "3s:model:set:retry.budget_ratio=12.5",
            "3s:model:set:retry.jitter=smooth_decorrelated",
            "3s:cache:set:service_time=2.5ms",
            "3s:cache:set:pool.liveness_check=false",
        ] {
            assert_eq!(text(parse(action).unwrap()), action);
        }
        assert_eq!(text(parse("2s : database : slow").unwrap()), "2s:postgres:slow:200");
        let heal = Command::Heal(FaultKind::Down);
        assert_eq!(one("1s:postgres:heal:crash").2, heal, "both are of one kind");
        assert_eq!(one("1s:database.retry:on").2, Command::Layer(LayerKind::Retry, true));
    }

    #[test]
    fn bad_actions_are_told_and_the_others_kept() {
        let (actions, problems) =
            actions("actions", "1s:cache:down,x, ,2s:cache:hang:3,3s:cache:heal", 9);
        assert_eq!(actions_text(&actions), "1s:cache:down,3s:cache:heal");
        let said: Vec<_> = problems.iter().map(ToString::to_string).collect();
        assert_eq!(
            said,
            [
                "actions has \"x\", which must be a time, a target and a command, such as \
                 12.4s:postgres:down",
                "actions has \"2s:cache:hang:3\", but hang has no parameter",
            ]
        );
        let (first, problems) = super::actions("actions", "1s:cache:down,2s:cache:heal", 1);
        assert_eq!((first.len(), problems.len()), (1, 1));
    }
}

//! What is done to a dependency at a moment, as text that a person can read and edit.
//!
//! A deed is a time, a target and an act: `12.4s:postgres:down`. The acts are the faults, with
//! their number where they have one (`crash:10s`, `slow:200`, `flaky:50`, `rate_limit:20`,
//! `capacity:50`, and without it as a click sets them), `heal` for all that is wrong or `heal:slow`
//! for one kind of fault, and for a layer, which stands after its dependency, `on` or `off`:
//! `12s:postgres.breaker:off`.

use super::kind::{DAY, UP_TO_DAY};
use super::layers::{LAYERS, layer_of, layer_word};
use super::problem::{Problem, shortened};
use super::schedule::{ENTRY, Entry, FAULT_KINDS, What, fault_of, fault_word, kind_word};
use super::service::{TARGETS, named};
use super::table::Item;
use super::text::{parse_time, time_text};
use crate::tape::{Act, Deed};
use crate::words::separated;
use fusebox::time::Instant;
use fusebox_sim::{Fault, Target};

/// The word for an act that is no fault.
const HEAL: &str = "heal";

/// The deeds of a list with commas, at most so many, and what is wrong with it: a deed that cannot be
/// is left out, and told by its text.
pub(crate) fn deeds(path: &str, text: &str, most: usize) -> (Vec<Deed>, Vec<Problem>) {
    let mut deeds = Vec::new();
    let mut problems = Vec::new();
    let given = text.split(',').map(str::trim).filter(|text| !text.is_empty());
    for deed in given.clone().take(most) {
        match parse(deed) {
            Ok(deed) => deeds.push(deed),
            Err(what) => {
                let what = format!("has {:?}, {what}", shortened(deed));
                problems.push(Problem::new(path, what));
            }
        }
    }
    let count = given.count();
    if count > most {
        let (count, most) = (separated(&count.to_string()), separated(&most.to_string()));
        let what = format!("has {count} deeds, but must have at most {most}");
        problems.push(Problem::new(path, what));
    }
    (deeds, problems)
}

/// Deeds with commas, as [`deeds`] reads them.
pub(crate) fn deeds_text(deeds: impl IntoIterator<Item = Deed>) -> String {
    deeds.into_iter().map(text).collect::<Vec<_>>().join(",")
}

/// The deed that a text says, or what is wrong with it, in words that follow the text.
fn parse(text: &str) -> Result<Deed, String> {
    let mut parts = text.splitn(3, ':').map(str::trim);
    let (Some(at), Some(whom), Some(act)) = (parts.next(), parts.next(), parts.next()) else {
        let what = "which must be a time, a target and an act, such as 12.4s:postgres:down";
        return Err(what.to_string());
    };
    let at = parse_time(at)
        .filter(|at| *at <= DAY)
        .ok_or_else(|| format!("which must begin with {}", UP_TO_DAY.accepts()))?;
    let at = Instant::ZERO + at;
    let (whom, layer) = match whom.split_once('.') {
        Some((whom, layer)) => (whom, Some(layer)),
        None => (whom, None),
    };
    let on = match whom {
        "service" => Some(Target::Service),
        whom => named(whom).map(Target::Dependency),
    };
    let on = on.ok_or_else(|| format!("whose target must be one of {}", TARGETS.join(", ")))?;
    let act = match layer {
        Some(_) if on == Target::Service => Err("which has layers only around a dependency")?,
        Some(layer) => parse_switch(layer, act)?,
        None => parse_act(act)?,
    };
    Ok(Deed { at, on, act })
}

fn parse_switch(layer: &str, act: &str) -> Result<Act, String> {
    let layer = layer_of(layer)
        .ok_or_else(|| format!("whose layer must be one of {}", LAYERS.join(", ")))?;
    match act {
        "on" => Ok(Act::Layer(layer, true)),
        "off" => Ok(Act::Layer(layer, false)),
        _ => Err("whose act must be on or off, as it is for a layer".to_string()),
    }
}

fn parse_act(act: &str) -> Result<Act, String> {
    let (word, number) = match act.split_once(':') {
        Some((word, number)) => (word.trim(), Some(number.trim())),
        None => (act, None),
    };
    if word == HEAL {
        let Some(kind) = number else { return Ok(Act::HealAll) };
        let fault = fault_of(kind).ok_or_else(|| {
            format!("which must heal all, or with heal: one of {}", FAULT_KINDS.join(", "))
        })?;
        return Ok(Act::Heal(fault.kind()));
    }
    let fault = fault_of(word).ok_or_else(|| format!("whose act must be one of {}", acts()))?;
    let Some(number) = number else { return Ok(Act::Fault(fault)) };
    let item = number_of(fault).ok_or_else(|| format!("where {word} has no number"))?;
    let share = format!("{number}%");
    let kind = item.facts.kind;
    let value = kind.parse(number).or_else(|| kind.parse(&share));
    let value = value.ok_or_else(|| format!("whose number must be {}", kind.accepts()))?;
    let mut entry = entry(fault);
    item.access.write(&mut entry, value);
    let What::Fault(fault) = entry.what else { return Ok(Act::Fault(fault)) };
    Ok(Act::Fault(fault))
}

/// The acts there are, each with its number as a click has it.
fn acts() -> String {
    let faults = Fault::ALL.map(|fault| act_text(Act::Fault(fault)));
    format!("{}, {HEAL}, or {HEAL}:slow for one kind of fault", faults.join(", "))
}

fn text(deed: Deed) -> String {
    let Deed { at, on, act } = deed;
    let at = time_text(at.since(Instant::ZERO));
    let layer = match act {
        Act::Layer(kind, _) => format!(".{}", layer_word(kind)),
        _ => String::new(),
    };
    format!("{at}:{}{layer}:{}", on.name(), act_text(act))
}

/// A fault is written with its number even where a click would give it the same, so that a link stays
/// what it was.
fn act_text(act: Act) -> String {
    match act {
        Act::HealAll => HEAL.to_string(),
        Act::Heal(kind) => format!("{HEAL}:{}", kind_word(kind)),
        Act::Layer(_, on) => if on { "on" } else { "off" }.to_string(),
        Act::Fault(fault) => {
            let word = fault_word(fault);
            let number = number_of(fault).and_then(|item| {
                let value = item.access.read(&mut entry(fault))?;
                Some(item.facts.kind.text(&value))
            });
            match number {
                // A % would have to be written as %25 in an address.
                Some(number) => format!("{word}:{}", number.trim_end_matches('%')),
                None => word.to_string(),
            }
        }
    }
}

fn entry(fault: Fault) -> Entry {
    let (at, on) = (Instant::ZERO, Target::Service);
    Entry { at, on, what: What::Fault(fault), lasts: None }
}

/// The setting that is a fault's number: the one that applies only where there is this fault.
fn number_of(fault: Fault) -> Option<&'static Item<Entry>> {
    ENTRY.items().find(|item| {
        item.facts.when.is_some_and(|when| when.key == "fault" && when.is == [fault_word(fault)])
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use fusebox::LayerKind;
    use fusebox::time::Duration;
    use fusebox_sim::{Dependency, FaultKind};

    fn one(text: &str) -> (Instant, Target, Act) {
        let Deed { at, on, act } = parse(text).expect(text);
        (at, on, act)
    }

    #[test]
    fn every_fault_is_read_with_its_number_and_without_it_as_a_click_sets_it() {
        let at = Instant::from_micros(12_412_345);
        for fault in Fault::ALL {
            let word = fault_word(fault);
            let read = one(&format!("12.412345s:model:{word}"));
            assert_eq!(read, (at, Dependency::Model.into(), Act::Fault(fault)));
        }
        for (act, fault) in [
            ("crash:1.5s", Fault::Crash { restart: Duration::from_millis(1_500) }),
            ("slow:7", Fault::Slow { factor: 7 }),
            ("flaky:12.5", Fault::Flaky { per_mille: 125 }),
            ("flaky: 12.5%", Fault::Flaky { per_mille: 125 }),
            ("rate_limit:1_000", Fault::RateLimit { per_second: 1_000 }),
            ("capacity:0.1", Fault::Capacity { per_mille: 1 }),
        ] {
            let read = one(&format!("0s:postgres:{act}"));
            assert_eq!(read, (Instant::ZERO, Dependency::Postgres.into(), Act::Fault(fault)));
        }
    }

    #[test]
    fn a_deed_is_written_so_that_it_stays_what_it_is() {
        for deed in [
            "0s:postgres:down",
            "1s:service:crash:10s",
            "12.412345s:vector_store:crash:10s",
            "900ms:small_model:flaky:50",
            "50us:cache:capacity:99.9",
            "1h:replica:heal",
            "24h:replica:heal:rate_limit",
            "5min:model.breaker:off",
            "61.5s:model.throttle:on",
        ] {
            assert_eq!(text(parse(deed).unwrap()), deed);
        }
        assert_eq!(text(parse("2s : database : slow").unwrap()), "2s:postgres:slow:200");
        let heal = Act::Heal(FaultKind::Down);
        assert_eq!(one("1s:postgres:heal:crash").2, heal, "both are of one kind");
        assert_eq!(one("1s:database.retry:on").2, Act::Layer(LayerKind::Retry, true));
    }

    #[test]
    fn bad_deeds_are_told_and_the_others_kept() {
        let (deeds, problems) = deeds("tape", "1s:cache:down,x, ,2s:cache:hang:3,3s:cache:heal", 9);
        assert_eq!(deeds_text(deeds), "1s:cache:down,3s:cache:heal");
        let said: Vec<_> = problems.iter().map(ToString::to_string).collect();
        assert_eq!(
            said,
            [
                "tape has \"x\", which must be a time, a target and an act, such as \
                 12.4s:postgres:down",
                "tape has \"2s:cache:hang:3\", where hang has no number",
            ]
        );
        let (first, problems) = super::deeds("tape", "1s:cache:down,2s:cache:heal", 1);
        assert_eq!((first.len(), problems.len()), (1, 1));
    }
}

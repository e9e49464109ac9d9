//! The models of other breakers against the cases that their own tests and sources state.

mod envoy;
mod gobreaker;
mod lesson;
mod polly;
mod resilience4j;
mod together;

use fusebox::time::Duration;
use fusebox::{BackoffConfig, BreakerConfig, Rate, Window};
use fusebox_lab::others::{Basis, Cell, Fate, Row, System, rows};

/// A breaker that opens at this share of the last calls, of which there must be that many.
fn by_rate(percent: u32, min_calls: u32, window: u32) -> BreakerConfig {
    BreakerConfig {
        window: Window::Count(window),
        failures: None,
        failure_rate: Some(Rate::percent(percent)),
        min_calls,
        cooldown: BackoffConfig::constant(Duration::from_secs(10)),
        ..BreakerConfig::default()
    }
}

/// What a system does with a tape, whose calls are 1 s apart.
#[track_caller]
fn row(system: System, config: &BreakerConfig, basis: Basis, tape: &str) -> Row {
    let tape = tape.parse().expect(tape);
    let rows = rows(config, basis, &tape, Duration::from_secs(1)).expect("it is in range");
    rows.into_iter().find(|row| row.system == system).expect("it has a row")
}

/// The cells as a text: the state after each step, and a mark for a call that does not count: `-` for
/// a rejected one, `~` for one that is ignored or too late.
#[track_caller]
fn states(system: System, config: &BreakerConfig, basis: Basis, tape: &str) -> String {
    let row = row(system, config, basis, tape);
    row.cells.iter().map(cell).collect::<Vec<_>>().join(" ")
}

fn cell(cell: &Cell) -> String {
    let state = match cell.state {
        fusebox::StateName::Closed => "closed",
        fusebox::StateName::Open => "open",
        fusebox::StateName::HalfOpen => "half",
    };
    let mark = match cell.fate {
        Fate::Refused => "-",
        Fate::Neutral | Fate::Stale | Fate::Nothing => "~",
        Fate::Counted | Fate::InFlight | Fate::Waited => "",
    };
    format!("{mark}{state}")
}

/// The last of [`states`].
#[track_caller]
fn last(system: System, config: &BreakerConfig, basis: Basis, tape: &str) -> String {
    states(system, config, basis, tape).rsplit(' ').next().unwrap_or_default().to_owned()
}

//! What breakers did with the answers of a dependency, as a run: each breaker is a lane.

use super::event::{Carried, Event, EventKind};
use super::ran::LaneRun;
use crate::others::{Basis, Cell, Fate, rows};
use crate::settings::Problem;
use crate::tape::{Reply, Step, Tape};
use fusebox::time::{Duration, Instant};
use fusebox::{BreakerConfig, StateName};
use std::collections::BTreeMap;

/// The lanes of all breakers, ours first.
pub(super) fn lanes(
    config: &BreakerConfig,
    basis: Basis,
    tape: &Tape,
    every: Duration,
) -> Result<Vec<LaneRun>, Problem> {
    let rows = rows(config, basis, tape, every)?;
    let lane = |cells: Vec<Cell>| LaneRun {
        events: cells.iter().flat_map(events).collect(),
        samples: Vec::new(),
        began: Instant::ZERO,
        end: cells.last().map_or(Instant::ZERO, |cell| cell.at.ended),
        opened_at_low_share: 0,
        report: BTreeMap::new(),
        measures: None,
    };
    Ok(rows.into_iter().map(|row| lane(row.cells)).collect())
}

/// What a breaker did at a step, in the order of time.
fn events(cell: &Cell) -> Vec<Event> {
    let event = |at, kind| Event { at, kind, on: None, endpoint: None, carried: Carried::Nothing };
    let mut events = Vec::new();
    if matches!(cell.at.step, Step::Call(_) | Step::Hang) {
        events.push(event(cell.at.began, EventKind::Called));
        let is_open = cell.before == StateName::Open;
        let kind = match cell.fate {
            Fate::Refused if is_open => EventKind::RejectedOpen,
            Fate::Refused => EventKind::RejectedTrials,
            _ => EventKind::First,
        };
        events.push(event(cell.at.began, kind));
    }
    events.extend(cell.changes.iter().map(|change| {
        let kind = match change.to {
            StateName::Open => EventKind::BreakerOpened,
            StateName::HalfOpen => EventKind::BreakerHalfOpened,
            StateName::Closed => EventKind::BreakerClosed,
        };
        event(change.at, kind)
    }));
    let is_trial = cell.before == StateName::HalfOpen
        || cell.changes.iter().any(|change| change.to == StateName::HalfOpen);
    let failed = matches!(cell.at.step, Step::Call(Reply::Failure) | Step::Late(Reply::Failure));
    let ended = match (cell.fate, is_trial, failed) {
        (Fate::Counted, true, true) => Some(EventKind::TrialFailure),
        (Fate::Counted, true, false) => Some(EventKind::TrialSuccess),
        (Fate::Counted, false, true) => Some(EventKind::WindowFailure),
        (Fate::Counted, false, false) => Some(EventKind::WindowSuccess),
        (Fate::Neutral, ..) => Some(EventKind::NotCounted),
        (Fate::Stale, ..) => Some(EventKind::TooLate),
        (Fate::Refused | Fate::InFlight | Fate::Nothing | Fate::Waited, ..) => None,
    };
    events.extend(ended.map(|kind| event(cell.at.ended, kind)));
    let mut ordered: Vec<Event> = Vec::new();
    for event in events {
        let place = ordered.partition_point(|other| other.at <= event.at);
        ordered.insert(place, event);
    }
    ordered
}

//! The few numbers of a world that the page shows, about eight times a second.

use crate::breaker::{self, BreakerView, Move, OtherBreaker};
use crate::part;
use crate::playground::DATABASE;
use crate::playground::breaker_panel::{ShownNumber, numbers_of};
use crate::playground::charts::ChartsView;
use crate::playground::player::Player;
use crate::playground::session::Layers;
use crate::playground::stack::Work;
use fusebox::LayerKind;
use fusebox::time::Instant;
use fusebox_lab::explain::Explanation;
use fusebox_lab::timeline::LogEntry;
use fusebox_sim::Dependency;
use std::rc::Rc;

/// The lines of the log that the page shows.
const LOG_LINES: usize = 40;

/// The most of them that are still to come.
const LOG_TO_COME: usize = 10;

/// What the page shows of a run at a moment; nothing by default, before there is one.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Summary {
    pub(super) now: Instant,
    /// The last moment that the run has come to.
    pub(super) end: Instant,
    /// Whether it is on its way to a moment that is sought.
    pub(super) seeking: bool,
    /// What the newest step did, as sentences.
    pub(super) step: String,
    /// The explanation of what the user selected.
    pub(super) explanation: Option<Rc<Explanation>>,
    /// What is to be read off the charts.
    pub(super) charts: Rc<ChartsView>,
    /// The newest of the log, oldest first.
    pub(super) log: Rc<[LogLine]>,
    /// Which layers around the dependency are off.
    pub(super) layers_off: Layers,
    /// What the layers around the dependency have done.
    pub(super) work: Work,
    pub(super) numbers: Vec<ShownNumber>,
    pub(super) breaker: BreakerView,
    /// The breakers on the other dependencies.
    pub(super) other_breakers: Vec<OtherBreaker>,
    /// The newest transitions of the breaker.
    pub(super) moves: Vec<Move>,
    /// The newest announcement for screen readers: a change of a fault or of the breaker.
    pub(super) announcement: String,
}

/// A line of the log.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct LogLine {
    /// Counts all that happened in the run.
    pub(super) number: u64,
    pub(super) at: Instant,
    pub(super) text: String,
    /// Whether it is still to come, after a step back in time.
    pub(super) is_future: bool,
}

impl Default for BreakerView {
    fn default() -> Self {
        Self::empty(DATABASE)
    }
}

impl Summary {
    /// The world of a player as it is, with what surrounds a dependency; without what only the stage
    /// knows.
    pub(super) fn of(player: &Player, on: Dependency) -> Self {
        let (world, record) = (player.world(), player.timeline().record());
        let now = world.now();
        // What is still to come is a part of it, and never all.
        let passed = record.log.partition_point(|line| line.entry.at <= now);
        let end = record.log.len().min(passed + LOG_TO_COME);
        let log = record.log.range(end.saturating_sub(LOG_LINES)..end);
        Self {
            now,
            end: record.end,
            seeking: player.is_seeking(),
            log: log.map(|line| LogLine::of(line, now)).collect(),
            layers_off: LayerKind::ALL.map(|kind| !world.is_on(on, kind)),
            work: Work::of(world, on),
            numbers: numbers_of(world, on),
            breaker: BreakerView::of(world, on),
            other_breakers: breaker::others(world, on),
            ..Self::default()
        }
    }
}

impl LogLine {
    fn of(line: &LogEntry, now: Instant) -> Self {
        let at = line.entry.at;
        Self {
            number: line.number,
            at,
            text: part::details().map(|it| (it.event)(&line.entry)).unwrap_or_default(),
            is_future: at > now,
        }
    }
}

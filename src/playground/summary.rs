//! The summary: the few values of a world that the page shows, updated about eight times a second.

use crate::breaker::{self, BreakerView, Move, OtherBreaker};
use crate::playground::DATABASE;
use crate::playground::breaker_panel::{ShownNumber, numbers_of};
use crate::playground::charts::ChartsView;
use crate::playground::player::Player;
use crate::playground::session::Layers;
use crate::playground::stack::Work;
use fusebox::LayerKind;
use fusebox::time::Instant;
use fusebox_lab::explain::Explanation;
use fusebox_lab::low_share;
use fusebox_lab::timeline::LogEntry;
use fusebox_sim::{Dependency, Entry, Fault};
use std::rc::Rc;

/// The number of log lines on the page.
const LOG_LINES: usize = 40;

/// The largest number of them that are in the future.
const LOG_TO_COME: usize = 10;

/// The values that the page shows at a moment of the run; the default is the page before there is a
/// run.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Summary {
    pub(super) now: Instant,
    /// The last moment that the run has reached.
    pub(super) end: Instant,
    /// Whether the run is seeking a moment.
    pub(super) seeking: bool,
    /// The newest step, as sentences.
    pub(super) step: String,
    /// The explanation of the selection.
    pub(super) explanation: Option<Rc<Explanation>>,
    /// The readings of the charts.
    pub(super) charts: Rc<ChartsView>,
    /// The newest lines of the log, oldest first.
    pub(super) log: Rc<[LogLine]>,
    /// The faults of the dependency.
    pub(super) faults: Vec<Fault>,
    /// The layers around the dependency that are off.
    pub(super) layers_off: Layers,
    /// The work of the layers around the dependency so far.
    pub(super) work: Work,
    pub(super) numbers: Vec<ShownNumber>,
    pub(super) breaker: BreakerView,
    /// The breakers on the other dependencies.
    pub(super) other_breakers: Vec<OtherBreaker>,
    /// How many times the breaker opened although few of its calls had failed.
    pub(super) opened_at_low_share: u64,
    /// The newest transitions of the breaker.
    pub(super) moves: Vec<Move>,
    /// The newest announcement for screen readers: a change of a fault or of the breaker.
    pub(super) announcement: String,
}

/// A line of the log.
#[derive(Clone, Debug)]
pub(super) struct LogLine {
    /// Numbers the entries of the whole run.
    pub(super) number: u64,
    pub(super) entry: Entry,
    pub(super) text: String,
    /// Whether it is in the future, after going back in time.
    pub(super) is_future: bool,
}

impl PartialEq for LogLine {
    /// The number stands for the entry.
    fn eq(&self, other: &Self) -> bool {
        (self.number, self.is_future, &self.text) == (other.number, other.is_future, &other.text)
    }
}

impl Default for BreakerView {
    fn default() -> Self {
        Self::empty(DATABASE)
    }
}

impl Summary {
    /// The summary of a player's world and the layers around a dependency, without the parts that only
    /// the stage knows; `event` words an entry of the log.
    pub(super) fn of(player: &Player, on: Dependency, event: Option<fn(&Entry) -> String>) -> Self {
        let (world, record) = (player.world(), player.timeline().record());
        let now = world.now();
        // Lines of the future are a part of the list, and never all of it.
        let passed = record.log.partition_point(|line| line.entry.at <= now);
        let end = record.log.len().min(passed + LOG_TO_COME);
        let log = record.log.range(end.saturating_sub(LOG_LINES)..end);
        Self {
            now,
            end: record.end,
            seeking: player.is_seeking(),
            log: log.map(|line| LogLine::of(line, now, event)).collect(),
            faults: world.faults(on).collect(),
            layers_off: LayerKind::ALL.map(|kind| !world.is_on(on, kind)),
            work: Work::of(world, on),
            numbers: numbers_of(world, on),
            breaker: BreakerView::of(world, on),
            other_breakers: breaker::others(world, on),
            opened_at_low_share: low_share::times(world.measures(), Some(on)),
            ..Self::default()
        }
    }
}

impl LogLine {
    fn of(line: &LogEntry, now: Instant, event: Option<fn(&Entry) -> String>) -> Self {
        Self {
            number: line.number,
            entry: line.entry,
            text: event.map(|event| event(&line.entry)).unwrap_or_default(),
            is_future: line.entry.at > now,
        }
    }
}

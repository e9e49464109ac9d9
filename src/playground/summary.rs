//! The few numbers of a world that the page shows, about eight times a second.

use crate::breaker::{self, BreakerAt, BreakerView, Move, OtherBreaker};
use crate::part;
use crate::playground::DATABASE;
use crate::playground::charts::ChartsView;
use crate::playground::player::Player;
use crate::playground::session::{Layers, Session};
use crate::playground::stack::Work;
use fusebox::LayerKind;
use fusebox::time::{Duration, Instant};
use fusebox_lab::explain::Explanation;
use fusebox_lab::timeline::LogEntry;
use fusebox_sim::{Dependency, Gauges, SAMPLE_EVERY, Sample};
use std::rc::Rc;

/// Rates are those of the last second.
const RATE_SAMPLES: usize = 10;

/// The lines of the log that the page shows.
const LOG_LINES: usize = 40;

/// The most of them that are still to come.
const LOG_TO_COME: usize = 10;

#[derive(Clone, Debug, PartialEq)]
pub(super) struct Summary {
    pub(super) now: Instant,
    /// The last moment that the run has come to.
    pub(super) end: Instant,
    /// Whether it is on its way to a moment that is sought.
    pub(super) seeking: bool,
    /// What the newest step did, as sentences.
    pub(super) told: String,
    /// What is told about what the user chose.
    pub(super) explanation: Option<Rc<Explanation>>,
    /// What is to be read off the charts.
    pub(super) charts: Rc<ChartsView>,
    /// The newest of the log, oldest first.
    pub(super) log: Rc<[LogLine]>,
    /// Which layers around the dependency are on.
    pub(super) layers: Layers,
    pub(super) gauges: Gauges,
    /// What the layers around the dependency have done.
    pub(super) work: Work,
    pub(super) workers: u32,
    pub(super) rates: Rates,
    pub(super) p99: Option<Duration>,
    pub(super) breaker: BreakerView,
    /// The breakers on the other dependencies.
    pub(super) other_breakers: Vec<OtherBreaker>,
    /// The newest transitions of the breaker.
    pub(super) moves: Vec<Move>,
    /// The newest change of the fault or the breaker, as a sentence to be announced.
    pub(super) news: String,
}

/// What is said of a world besides its numbers.
#[derive(Clone, Debug, Default)]
pub(super) struct Said {
    pub(super) told: String,
    pub(super) moves: Vec<Move>,
    pub(super) news: String,
    pub(super) explanation: Option<Rc<Explanation>>,
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

/// What happened in the last second, a second.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Rates {
    pub(super) calls: f64,
    pub(super) useful: f64,
    pub(super) fallbacks: f64,
    pub(super) errors: f64,
    pub(super) health_checks: f64,
    pub(super) health_answers: f64,
    /// Attempts at the dependency that is shown large.
    pub(super) load: f64,
}

impl Summary {
    /// Before there is a world.
    pub(super) fn of_nothing() -> Self {
        Self {
            now: Instant::ZERO,
            end: Instant::ZERO,
            seeking: false,
            told: String::new(),
            explanation: None,
            charts: Rc::new(ChartsView::of_nothing()),
            log: Rc::new([]),
            layers: [true; LayerKind::ALL.len()],
            gauges: Gauges::default(),
            work: Work::default(),
            workers: 0,
            rates: Rates::default(),
            p99: None,
            breaker: BreakerView::empty(DATABASE),
            other_breakers: Vec::new(),
            moves: Vec::new(),
            news: String::new(),
        }
    }

    /// The world of a player as it is, for a session.
    pub(super) fn of(
        player: &Player,
        session: &Session,
        said: Said,
        charts: Rc<ChartsView>,
    ) -> Self {
        let (world, on) = (player.world(), session.on);
        let Said { told, moves, news, explanation } = said;
        let samples = world.measures().samples();
        let record = player.timeline().record();
        // What is still to come is a part of it, and never all.
        let passed = record.log.partition_point(|line| line.entry.at <= world.now());
        let end = record.log.len().min(passed + LOG_TO_COME);
        let log = record.log.range(end.saturating_sub(LOG_LINES)..end);
        Self {
            now: world.now(),
            end: record.end,
            seeking: player.is_seeking(),
            told,
            explanation,
            charts,
            log: log.map(|news| LogLine::of(news, world.now())).collect(),
            layers: LayerKind::ALL.map(|kind| world.is_on(on, kind)),
            gauges: world.gauges(),
            work: Work::of(world, on),
            workers: world.scenario().service.as_ref().map_or(0, |service| service.threads),
            rates: Rates::of(&samples.iter().rev().take(RATE_SAMPLES).collect::<Vec<_>>(), on),
            p99: samples.back().and_then(|sample| sample.p99),
            breaker: BreakerView::of(BreakerAt::in_world(world, on)),
            other_breakers: breaker::others(world, on),
            moves,
            news,
        }
    }
}

impl LogLine {
    fn of(news: &LogEntry, now: Instant) -> Self {
        let at = news.entry.at;
        Self {
            number: news.number,
            at,
            text: part::details().map(|it| (it.event)(&news.entry)).unwrap_or_default(),
            is_future: at > now,
        }
    }
}

impl Rates {
    /// The rates over these samples, however few they are yet.
    fn of(samples: &[&Sample], on: Dependency) -> Self {
        let seconds = samples.iter().map(|_| SAMPLE_EVERY.as_secs_f64()).sum::<f64>();
        let rate = |value: &dyn Fn(&Sample) -> u32| {
            let sum: f64 = samples.iter().map(|sample| f64::from(value(sample))).sum();
            if samples.is_empty() { 0.0 } else { sum / seconds }
        };
        Self {
            calls: rate(&|sample| sample.calls),
            useful: rate(&|sample| sample.useful),
            fallbacks: rate(&|sample| sample.fallbacks),
            errors: rate(&|sample| sample.errors),
            health_checks: rate(&|sample| sample.health_checks),
            health_answers: rate(&|sample| sample.health_answers),
            load: rate(&|sample| sample.load[on].attempts()),
        }
    }
}

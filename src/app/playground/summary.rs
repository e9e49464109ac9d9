//! The few numbers of a world that the page shows, about eight times a second.

use crate::app::format::seconds;
use crate::app::playground::moves::Move;
use crate::engine::{Cause, Decision, LayerKind, Otherwise, State, Transition};
use crate::sim::{Counters, Gauges, Sample, What, World};
use crate::time::{Duration, Instant};

/// Rates are those of the last second.
const RATE_SAMPLES: usize = 10;

#[derive(Clone, Debug, PartialEq)]
pub(super) struct Summary {
    pub(super) now: Instant,
    pub(super) counters: Counters,
    pub(super) gauges: Gauges,
    pub(super) workers: u32,
    pub(super) rates: Rates,
    pub(super) p99: Option<Duration>,
    pub(super) breaker: Option<Breaker>,
    /// The newest transitions of the breaker.
    pub(super) moves: Vec<Move>,
    /// Why the breaker is as it is, as a sentence.
    pub(super) why: String,
}

/// What happened in the last second.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Rates {
    pub(super) calls: u64,
    pub(super) useful: u64,
    pub(super) fallbacks: u64,
    pub(super) errors: u64,
}

/// The breaker, as far as the page shows it.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Breaker {
    pub(super) on: bool,
    pub(super) state: State,
    pub(super) failures: u32,
    pub(super) threshold: u32,
    pub(super) window: Duration,
    pub(super) cooldown: Duration,
    pub(super) trials: u32,
    pub(super) trials_to_close: u32,
}

impl Summary {
    /// Before there is a world.
    pub(super) fn of_nothing() -> Self {
        Self {
            now: Instant::ZERO,
            counters: Counters::default(),
            gauges: Gauges::default(),
            workers: 0,
            rates: Rates::default(),
            p99: None,
            breaker: None,
            moves: Vec::new(),
            why: String::new(),
        }
    }

    pub(super) fn of(world: &World, moves: Vec<Move>) -> Self {
        let samples = world.measures().samples();
        Self {
            now: world.now(),
            counters: *world.measures().counters(),
            gauges: world.gauges(),
            workers: world.scenario().service.as_ref().map_or(0, |service| service.workers),
            rates: Rates::of(samples.iter().rev().take(RATE_SAMPLES)),
            p99: samples.back().and_then(|sample| sample.p99),
            breaker: Breaker::of(world),
            moves,
            why: why(world).unwrap_or_default(),
        }
    }
}

impl Rates {
    /// Calls a second, sent by the clients.
    #[expect(clippy::cast_precision_loss, reason = "counts of one second")]
    pub(super) fn calls_per_second(&self) -> f64 {
        self.calls as f64
    }

    fn of<'a>(samples: impl Iterator<Item = &'a Sample>) -> Self {
        samples.fold(Self::default(), |sum, sample| Self {
            calls: sum.calls + u64::from(sample.calls),
            useful: sum.useful + u64::from(sample.useful),
            fallbacks: sum.fallbacks + u64::from(sample.fallbacks),
            errors: sum.errors + u64::from(sample.errors),
        })
    }
}

impl Breaker {
    fn of(world: &World) -> Option<Self> {
        let breaker = world.breaker()?;
        let config = breaker.config();
        Some(Self {
            on: world.gauges().breaker.is_some(),
            state: breaker.state(),
            failures: breaker.window(world.now()).failures,
            threshold: config.threshold,
            window: config.window,
            cooldown: config.cooldown,
            trials: config.trials,
            trials_to_close: config.trials_to_close,
        })
    }
}

/// A transition is told for so long before what comes next is.
const NEWS: Duration = Duration::from_secs(10);

/// The newest thing that the breaker decided, or what would make it decide.
fn why(world: &World) -> Option<String> {
    let breaker = world.breaker()?;
    if world.gauges().breaker.is_none() {
        return Some("Every call goes to the database, dead or not.".to_owned());
    }
    if matches!(breaker.state(), State::Open { .. })
        && let Some(refusal) = newest_refusal(world)
    {
        return Some(refusal);
    }
    let news = breaker.last_transition().filter(|last| world.now().since(last.at) < NEWS);
    if let (Some(transition), _) | (None, Some(transition)) =
        (news, breaker.last_transition().filter(|_| breaker.state() != State::Closed))
    {
        return Some(sentence(&transition));
    }
    let config = breaker.config();
    let missing = config.threshold.saturating_sub(breaker.window(world.now()).failures);
    Some(format!("{missing} more failures within {} would open it.", config.window))
}

fn newest_refusal(world: &World) -> Option<String> {
    // A refusal is among the newest entries while calls come; a long search would find an old one.
    let seen = world.trace().added().saturating_sub(200);
    world.trace().since(seen).rev().find_map(|entry| match entry.what {
        What::Decided(Decision::Refused(rejection)) => {
            let at = entry.at;
            let cause = world.breaker()?.last_transition()?;
            let wait = seconds(rejection.retry_after()?);
            let cause = because(&cause);
            Some(format!(
                "The call at {at} was not sent. {cause}, so calls fail fast for {wait} more."
            ))
        }
        _ => None,
    })
}

fn because(transition: &Transition) -> String {
    let at = transition.at;
    match transition.cause {
        Cause::Threshold { failures, threshold, window } => {
            format!("{failures} failures in {window} reached the threshold of {threshold} at {at}")
        }
        cause => {
            let mut text = cause.to_string();
            if let Some(first) = text.get_mut(..1) {
                first.make_ascii_uppercase();
            }
            format!("{text} at {at}")
        }
    }
}

/// A transition as the page tells and announces it.
pub(super) fn sentence(transition: &Transition) -> String {
    format!(
        "{}, and the breaker went from {} to {}.",
        because(transition),
        transition.from,
        transition.to
    )
}

/// What each layer of this world is set to, in a few words.
pub(super) fn settings(kind: LayerKind) -> String {
    use crate::engine::LayerConfig;
    let Some(service) = crate::lab::presets::search_service().service else {
        return String::new();
    };
    let config = service.layers.into_iter().find(|layer| layer.kind() == kind);
    match config {
        Some(LayerConfig::Timeout(timeout)) => timeout.attempt.to_string(),
        Some(LayerConfig::Retry(retry)) => format!("{} × full jitter", retry.attempts),
        Some(LayerConfig::Breaker(breaker)) => {
            format!("{} in {}", breaker.threshold, breaker.window)
        }
        Some(LayerConfig::Fallback(fallback)) => match fallback.otherwise {
            _ if fallback.stale_for.is_some() => "stale cache".to_owned(),
            Otherwise::Substitute => "substitute".to_owned(),
            Otherwise::Default => "default".to_owned(),
            Otherwise::Unavailable { .. } => "503".to_owned(),
        },
        Some(LayerConfig::Bulkhead(bulkhead)) => format!("{} slots", bulkhead.slots),
        None => String::new(),
    }
}

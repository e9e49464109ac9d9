//! The few numbers of a world that the page shows, about eight times a second.

use crate::app::format::seconds;
use crate::app::playground::DATABASE;
use crate::app::playground::moves::Move;
use crate::engine::{
    BreakerConfig, Cause, Decision, FallbackConfig, Jitter, LayerConfig, LayerKind, Rejection,
    State, Transition, Window,
};
use crate::lab::presets;
use crate::sim::{Counters, Gauges, SAMPLE_EVERY, Sample, What, World};
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
    /// The newest change of the fault or the breaker, as a sentence to be announced.
    pub(super) news: String,
    /// Why the breaker is as it is, as a sentence.
    pub(super) why: String,
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
}

/// The breaker, as far as the page shows it.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Breaker {
    pub(super) on: bool,
    pub(super) state: State,
    pub(super) failures: u32,
    pub(super) threshold: u32,
    pub(super) window: Window,
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
            news: String::new(),
            why: String::new(),
        }
    }

    pub(super) fn of(world: &World, moves: Vec<Move>, news: String) -> Self {
        let samples = world.measures().samples();
        Self {
            now: world.now(),
            counters: *world.measures().counters(),
            gauges: world.gauges(),
            workers: world.scenario().service.as_ref().map_or(0, |service| service.workers),
            rates: Rates::of(&samples.iter().rev().take(RATE_SAMPLES).collect::<Vec<_>>()),
            p99: samples.back().and_then(|sample| sample.p99),
            breaker: Breaker::of(world),
            moves,
            news,
            why: why(world).unwrap_or_default(),
        }
    }
}

impl Rates {
    /// The rates over these samples, however few they are yet.
    fn of(samples: &[&Sample]) -> Self {
        let seconds = samples.iter().map(|_| SAMPLE_EVERY.as_secs_f64()).sum::<f64>();
        let rate = |value: fn(&Sample) -> u32| {
            let sum: f64 = samples.iter().map(|sample| f64::from(value(sample))).sum();
            if samples.is_empty() { 0.0 } else { sum / seconds }
        };
        Self {
            calls: rate(|sample| sample.calls),
            useful: rate(|sample| sample.useful),
            fallbacks: rate(|sample| sample.fallbacks),
            errors: rate(|sample| sample.errors),
            health_checks: rate(|sample| sample.health_checks),
            health_answers: rate(|sample| sample.health_answers),
        }
    }
}

impl Breaker {
    fn of(world: &World) -> Option<Self> {
        let breaker = world.breaker(DATABASE)?;
        let config = breaker.config();
        Some(Self {
            on: is_on(world),
            state: breaker.state(),
            failures: breaker.window(world.now()).failures,
            threshold: threshold(config),
            window: config.window,
            cooldown: config.cooldown.base,
            trials: config.trials,
            trials_to_close: config.trials_to_close,
        })
    }
}

fn is_on(world: &World) -> bool {
    world.gauges().dependencies[DATABASE].breaker.is_some()
}

/// A transition is told for so long before what comes next is.
const NEWS: Duration = Duration::from_secs(10);

/// The newest thing that the breaker decided, or what would make it decide.
fn why(world: &World) -> Option<String> {
    let breaker = world.breaker(DATABASE)?;
    if !is_on(world) {
        return Some("It stops no call, whatever the state of the database.".to_owned());
    }
    if matches!(breaker.state(), State::Open { .. })
        && let Some(refusal) = newest_refusal(world)
    {
        return Some(refusal);
    }
    let is_news =
        |last: &Transition| breaker.state() != State::Closed || world.now().since(last.at) < NEWS;
    if let Some(transition) = breaker.last_transition().filter(is_news) {
        return Some(sentence(&transition));
    }
    let config = breaker.config();
    let missing = threshold(config).saturating_sub(breaker.window(world.now()).failures);
    Some(format!("{} {} would open it.", more_failures(missing), config.window))
}

/// The failures that open the breaker; with a rule on their share, at least so many.
fn threshold(config: &BreakerConfig) -> u32 {
    config.failures.unwrap_or(config.min_calls)
}

fn more_failures(missing: u32) -> String {
    match missing {
        1 => "One more failure".to_owned(),
        missing => format!("{missing} more failures"),
    }
}

fn newest_refusal(world: &World) -> Option<String> {
    // A refusal is among the newest entries while calls come; a long search would find an old one.
    let seen = world.trace().added().saturating_sub(200);
    let cause = world.breaker(DATABASE)?.last_transition()?;
    world.trace().since(seen).rev().take_while(|entry| entry.at >= cause.at).find_map(|entry| {
        let refused = (entry.on == Some(DATABASE)).then_some(entry.what)?;
        let What::Decided(Decision::Refused(Rejection::BreakerOpen { retry_after, .. })) = refused
        else {
            return None;
        };
        let (at, because, wait) = (entry.at, because(&cause), seconds(retry_after));
        Some(format!(
            "The call at {at} was not sent. {because}, so calls fail fast for {wait} more."
        ))
    })
}

fn because(transition: &Transition) -> String {
    let at = transition.at;
    match transition.cause {
        Cause::Exceeded(exceeded) => format!("{exceeded} at {at}"),
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

/// What each layer of the preset is set to, in a few words.
pub(super) fn settings(kind: LayerKind) -> String {
    let scenario = presets::search_service();
    let mut layers = scenario.dependencies[DATABASE].layers.iter();
    match layers.find(|layer| layer.kind() == kind) {
        Some(LayerConfig::Timeout(timeout)) => timeout.attempt.to_string(),
        Some(LayerConfig::Retry(retry)) => {
            format!("{} attempts, {}", retry.attempts, jitter(retry.backoff.jitter))
        }
        Some(LayerConfig::Breaker(breaker)) => {
            format!("{} {}", threshold(breaker), breaker.window)
        }
        Some(LayerConfig::Fallback(FallbackConfig { stale_for: Some(age), .. })) => {
            format!("cache up to {age}")
        }
        Some(LayerConfig::Fallback(_)) => "no cache".to_owned(),
        Some(LayerConfig::Bulkhead(bulkhead)) => format!("{} slots", bulkhead.slots),
        Some(LayerConfig::Throttle(throttle)) => format!("over {}", throttle.window),
        None => String::new(),
    }
}

const fn jitter(jitter: Jitter) -> &'static str {
    match jitter {
        Jitter::None => "no jitter",
        Jitter::Factor { .. } => "jitter factor",
        Jitter::Full => "full jitter",
        Jitter::Equal => "equal jitter",
        Jitter::AddShare { .. } | Jitter::Add { .. } => "added jitter",
        Jitter::Around { .. } => "jitter around",
        Jitter::Decorrelated => "decorrelated",
        Jitter::SmoothDecorrelated => "smooth decorrelated",
    }
}

//! Breakers whose trials may take longer than they are given, as the settings say.

use fusebox::time::Duration;
use fusebox::{HalfOpenEnd, LayerConfig, LayerKind};
use fusebox_sim::{Dependency, Distribution, Scenario};

/// What is doubtful about the limits of a breaker's trials, in a sentence or two; none if a call ends
/// before either.
///
/// The breaker is that around the dependency, or without a service that of the first group of clients.
/// Only layers that are on count. Without a timeout, a call is taken to last up to the 99th percentile
/// of the time at the server and on the link.
#[must_use]
pub fn warning(
    scenario: &Scenario,
    on: Dependency,
    is_on: impl Fn(LayerKind) -> bool,
) -> Option<String> {
    let config = &scenario.dependencies[on];
    let (layers, link) = match scenario.clients.first() {
        Some(group) if scenario.service.is_none() => (&group.layers, group.link),
        _ => (&config.layers, config.link),
    };
    let layers: Vec<_> = layers.iter().copied().filter(|layer| is_on(layer.kind())).collect();
    let place = layers.iter().position(|layer| layer.kind() == LayerKind::Breaker)?;
    let LayerConfig::Breaker(breaker) = layers[place] else { return None };
    let (most, why) = if let Some(limit) = limit(&layers, place) {
        (limit, "which a call may take before it times out")
    } else {
        let work = scaled(config.server.service_time, tail(config.server.distribution));
        (work.saturating_add(link.latency.saturating_mul(2)), "which 1 in 100 calls exceeds")
    };
    let trial = (breaker.trial_timeout < most).then(|| {
        format!(
            "The trial timeout of {} is shorter than {most}, {why}: the place of a slow trial goes to \
             another call before the trial ends.",
            breaker.trial_timeout
        )
    });
    let half_open = breaker.half_open_timeout.filter(|limit| limit.after < most).map(|limit| {
        let then = match limit.then {
            HalfOpenEnd::Open => "open again",
            HalfOpenEnd::Close => "close",
        };
        format!(
            "The half-open timeout of {} is shorter than {most}, {why}: the breaker may {then} before \
             a slow trial ends.",
            limit.after
        )
    });
    let all: Vec<String> = trial.into_iter().chain(half_open).collect();
    (!all.is_empty()).then(|| all.join(" "))
}

/// The longest time that a call may spend inside the layer at this place; none without a timeout.
fn limit(layers: &[LayerConfig], place: usize) -> Option<Duration> {
    let place_of = |kind| layers.iter().position(|layer| layer.kind() == kind);
    let timeout = place_of(LayerKind::Timeout)?;
    let LayerConfig::Timeout(limits) = layers[timeout] else { return None };
    let repeats = place_of(LayerKind::Retry).is_some_and(|it| timeout < it && it < place);
    Some(if repeats { limits.call } else { limits.attempt.min(limits.call) })
}

/// The 99th percentile of times with this distribution, as a multiple of their mean.
fn tail(distribution: Distribution) -> f64 {
    const NORMAL: f64 = 2.326;
    let part = |per_mille| f64::from(per_mille) / 1e3;
    match distribution {
        Distribution::Constant => 1.0,
        Distribution::Uniform { width_per_mille } => 1.0 + 0.98 * part(width_per_mille),
        // The logarithm of 100.
        Distribution::Exponential => 4.605,
        Distribution::LogNormal { sigma_per_mille } => {
            let sigma = part(sigma_per_mille);
            (NORMAL * sigma - sigma * sigma / 2.0).exp()
        }
        Distribution::Normal { deviation_per_mille } => 1.0 + NORMAL * part(deviation_per_mille),
    }
}

fn scaled(time: Duration, by: f64) -> Duration {
    Duration::from_secs_f64(time.as_secs_f64() * by)
}

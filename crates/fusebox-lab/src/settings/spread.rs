//! The settings of how lengths of time spread, which links, servers and clients that think share.

use super::kind::{Kind, factor, per_mille};
use super::table::{Access, Item, setting};
use fusebox_sim::Distribution;

/// A config that has one spread, if only sometimes.
pub(super) trait HasSpread: 'static {
    fn spread(&mut self) -> Option<&mut Distribution>;
    fn spread_now(&self) -> Option<Distribution>;
}

const SPREADS: &[&str] = &["constant", "uniform", "exponential", "lognormal", "normal"];

/// The settings of a spread under these keys: of itself, and of the numbers of the uniform, the
/// lognormal and the normal one.
pub(super) const fn spread<T: HasSpread>(
    [spread, width, sigma, deviation]: [&'static str; 4],
) -> [Item<T>; 4] {
    [
        setting(
            spread,
            "Distribution",
            "How that time spreads around its mean.",
            Kind::Choice(SPREADS),
            Access::Choice(|t| t.spread_now().map(word), set),
        ),
        setting(
            width,
            "Distribution, uniform",
            "The most that it differs from the mean, as a share of the mean.",
            per_mille(Distribution::WIDTH_PER_MILLE),
            Access::Number(|t: &mut T| match t.spread()? {
                Distribution::Uniform { width_per_mille } => Some(width_per_mille),
                _ => None,
            }),
        )
        .when(spread, &["uniform"]),
        setting(
            sigma,
            "Distribution, lognormal",
            "The standard deviation of its logarithm; 0.5 is as measured latencies often are.",
            factor(Distribution::SIGMA_PER_MILLE),
            Access::Number(|t: &mut T| match t.spread()? {
                Distribution::LogNormal { sigma_per_mille } => Some(sigma_per_mille),
                _ => None,
            }),
        )
        .when(spread, &["lognormal"]),
        setting(
            deviation,
            "Distribution, normal",
            "The standard deviation, as a share of the mean.",
            per_mille(Distribution::DEVIATION_PER_MILLE),
            Access::Number(|t: &mut T| match t.spread()? {
                Distribution::Normal { deviation_per_mille } => Some(deviation_per_mille),
                _ => None,
            }),
        )
        .when(spread, &["normal"]),
    ]
}

const fn word(spread: Distribution) -> &'static str {
    match spread {
        Distribution::Constant => "constant",
        Distribution::Uniform { .. } => "uniform",
        Distribution::Exponential => "exponential",
        Distribution::LogNormal { .. } => "lognormal",
        Distribution::Normal { .. } => "normal",
    }
}

fn set<T: HasSpread>(of: &mut T, name: &str) {
    let Some(spread) = of.spread() else { return };
    if word(*spread) != name {
        *spread = match name {
            "constant" => Distribution::Constant,
            "uniform" => Distribution::Uniform { width_per_mille: 500 },
            "exponential" => Distribution::Exponential,
            "lognormal" => Distribution::LogNormal { sigma_per_mille: 500 },
            _ => Distribution::Normal { deviation_per_mille: 200 },
        };
    }
}

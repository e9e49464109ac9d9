//! The settings of a distribution of times, which links, servers and think times share.

use super::table::{Item, choose, word, words};
use fusebox_sim::Distribution;

/// A config that has one distribution, at least sometimes.
pub(super) trait HasSpread: 'static {
    fn spread(&mut self) -> Option<&mut Distribution>;
}

const DISTRIBUTIONS: [(&str, Distribution); 5] = [
    ("constant", Distribution::Constant),
    ("uniform", Distribution::Uniform { width_per_mille: 500 }),
    ("exponential", Distribution::Exponential),
    ("lognormal", Distribution::LogNormal { sigma_per_mille: 500 }),
    ("normal", Distribution::Normal { deviation_per_mille: 200 }),
];

const WORDS: &[&str] = &words(&DISTRIBUTIONS);

/// The settings of a distribution under these keys: its form, and the numbers of the uniform, the
/// lognormal and the normal distribution.
pub(super) const fn spread<T: HasSpread>(
    [spread, width, sigma, deviation]: [&'static str; 4],
) -> [Item<T>; 4] {
    [
        Item::choice(
            spread,
            WORDS,
            |it: &mut T| it.spread().map(|spread| word(&DISTRIBUTIONS, spread)),
            |it, to| it.spread().into_iter().for_each(|it| choose(&DISTRIBUTIONS, it, to)),
        )
        .label("Distribution")
        .help("The distribution of the time around its mean."),
        Item::per_mille(width, Distribution::WIDTH_PER_MILLE, |it: &mut T| match it.spread()? {
            Distribution::Uniform { width_per_mille } => Some(width_per_mille),
            _ => None,
        })
        .label("Distribution, half width")
        .help("The greatest difference from the mean, as a share of the mean.")
        .when(spread, &["uniform"]),
        Item::factor(sigma, Distribution::SIGMA_PER_MILLE, |it: &mut T| match it.spread()? {
            Distribution::LogNormal { sigma_per_mille } => Some(sigma_per_mille),
            _ => None,
        })
        .label("Distribution, sigma")
        .help("The standard deviation of the logarithm; measured latencies often have 0.5.")
        .when(spread, &["lognormal"]),
        Item::per_mille(deviation, Distribution::DEVIATION_PER_MILLE, |it: &mut T| {
            match it.spread()? {
                Distribution::Normal { deviation_per_mille } => Some(deviation_per_mille),
                _ => None,
            }
        })
        .label("Distribution, deviation")
        .help("The standard deviation, as a share of the mean.")
        .when(spread, &["normal"]),
    ]
}

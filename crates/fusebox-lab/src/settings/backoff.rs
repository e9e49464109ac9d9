//! The settings of a backoff, which the delays of retries and the cooldowns of a breaker share.

use super::table::{Item, choose, word, words};
use fusebox::time::Duration;
use fusebox::{BackoffConfig, Growth, Jitter};

/// A config that has one backoff.
pub(super) trait HasBackoff: 'static {
    fn backoff(&mut self) -> &mut BackoffConfig;
}

const GROWTHS: [(&str, Growth); 5] = [
    ("constant", Growth::Constant),
    ("linear", Growth::Linear),
    ("exponential", Growth::DOUBLING),
    ("fibonacci", Growth::Fibonacci),
    ("mersenne", Growth::Mersenne),
];

const JITTERS: [(&str, Jitter); 9] = [
    ("none", Jitter::None),
    ("plus_minus_share", Jitter::PlusMinusShare { per_mille: 500 }),
    ("full", Jitter::Full),
    ("equal", Jitter::Equal),
    ("added_share", Jitter::AddedShare { per_mille: 1_000 }),
    ("added_time", Jitter::AddedTime { time: Duration::from_secs(1) }),
    ("plus_minus_time", Jitter::PlusMinusTime { time: Duration::from_secs(1) }),
    ("decorrelated", Jitter::Decorrelated),
    ("smooth_decorrelated", Jitter::SmoothDecorrelated),
];

const GROWTH_WORDS: &[&str] = &words(&GROWTHS);
const JITTER_WORDS: &[&str] = &words(&JITTERS);

/// The settings of a backoff under these keys, with the label and the help of the first.
pub(super) const fn backoff<T: HasBackoff>(
    [base, growth, factor, cap, jitter, spread, share, add, around]: [&'static str; 9],
    label: &'static str,
    help: &'static str,
) -> [Item<T>; 9] {
    [
        Item::time(base, BackoffConfig::TIME, |it: &mut T| Some(&mut it.backoff().base))
            .label(label)
            .help(help)
            .then(raise_cap),
        Item::choice(
            growth,
            GROWTH_WORDS,
            |it: &mut T| Some(word(&GROWTHS, &it.backoff().growth)),
            |it, to| choose(&GROWTHS, &mut it.backoff().growth, to),
        )
        .label("Growth")
        .help(
            "How the delay grows: not at all, by the base, by a factor, as 1, 1, 2, 3, 5 or 1, 3, 7, 15.",
        ),
        Item::factor(factor, Growth::FACTOR_PER_MILLE, |it: &mut T| {
            match &mut it.backoff().growth {
                Growth::Exponential { factor_per_mille } => Some(factor_per_mille),
                _ => None,
            }
        })
        .label("Growth factor")
        .help("The ratio of each delay to the one before it.")
        .when(growth, &["exponential"]),
        Item::time(cap, BackoffConfig::TIME, |it: &mut T| Some(&mut it.backoff().cap))
            .label("Cap")
            .help("The maximum delay, including jitter; raising the base above it raises it too."),
        Item::choice(
            jitter,
            JITTER_WORDS,
            |it: &mut T| Some(word(&JITTERS, &it.backoff().jitter)),
            |it, to| choose(&JITTERS, &mut it.backoff().jitter, to),
        )
        .label("Jitter")
        .help("Randomness in the delay, so that calls that failed together do not retry together."),
        Item::per_mille(spread, Jitter::PLUS_MINUS_PER_MILLE, |it: &mut T| {
            match &mut it.backoff().jitter {
                Jitter::PlusMinusShare { per_mille } => Some(per_mille),
                _ => None,
            }
        })
        .label("Jitter, share either way")
        .help("The maximum added or subtracted, as a share of the delay.")
        .when(jitter, &["plus_minus_share"]),
        Item::per_mille(share, Jitter::ADDED_PER_MILLE, |it: &mut T| {
            match &mut it.backoff().jitter {
                Jitter::AddedShare { per_mille } => Some(per_mille),
                _ => None,
            }
        })
        .label("Jitter, added share")
        .help("The maximum added, as a share of the delay.")
        .when(jitter, &["added_share"]),
        Item::time(add, BackoffConfig::TIME, |it: &mut T| match &mut it.backoff().jitter {
            Jitter::AddedTime { time } => Some(time),
            _ => None,
        })
        .label("Jitter, added time")
        .help("The maximum time added.")
        .when(jitter, &["added_time"]),
        Item::time(around, BackoffConfig::TIME, |it: &mut T| match &mut it.backoff().jitter {
            Jitter::PlusMinusTime { time } => Some(time),
            _ => None,
        })
        .label("Jitter, time either way")
        .help("The maximum time added or subtracted.")
        .when(jitter, &["plus_minus_time"]),
    ]
}

fn raise_cap<T: HasBackoff>(of: &mut T) {
    let backoff = of.backoff();
    backoff.cap = backoff.cap.max(backoff.base);
}

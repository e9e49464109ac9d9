//! The settings of a backoff, which the delays of retries and the cooldowns of a breaker share.

use super::kind::{Kind, factor, per_mille, time};
use super::table::{Access, Item, setting};
use fusebox::time::Duration;
use fusebox::{BackoffConfig, Growth, Jitter};

/// A config that has one backoff.
pub(super) trait HasBackoff: 'static {
    fn backoff(&mut self) -> &mut BackoffConfig;
    fn backoff_ref(&self) -> &BackoffConfig;
}

const GROWTHS: &[&str] = &["constant", "linear", "exponential", "fibonacci", "mersenne"];

const JITTERS: &[&str] = &[
    "none",
    "plus_minus_share",
    "full",
    "equal",
    "added_share",
    "added_time",
    "plus_minus_time",
    "decorrelated",
    "smooth_decorrelated",
];

/// Keys of a backoff, since it stands among others.
pub(super) struct Keys {
    pub(super) base: &'static str,
    pub(super) growth: &'static str,
    pub(super) factor: &'static str,
    pub(super) cap: &'static str,
    pub(super) jitter: &'static str,
    pub(super) spread: &'static str,
    pub(super) share: &'static str,
    pub(super) add: &'static str,
    pub(super) around: &'static str,
}

/// The settings of a backoff under these keys, with what the base is called and does.
pub(super) const fn backoff<T: HasBackoff>(
    keys: &Keys,
    label: &'static str,
    help: &'static str,
) -> [Item<T>; 9] {
    [
        setting(
            keys.base,
            label,
            help,
            time(BackoffConfig::TIME),
            Access::Time(|t: &mut T| Some(&mut t.backoff().base)),
        )
        .then(raise_cap),
        setting(
            keys.growth,
            "Growth",
            "How it grows each time: not, by the base, by a factor, as Fibonacci's numbers, or as 1, 3, 7, 15.",
            Kind::Choice(GROWTHS),
            Access::Choice(|t| Some(growth_word(t.backoff_ref().growth)), set_growth),
        ),
        setting(
            keys.factor,
            "Growth factor",
            "How many times as long it is each time.",
            factor(Growth::FACTOR_PER_MILLE),
            Access::Number(growth_factor),
        )
        .when(keys.growth, &["exponential"]),
        setting(
            keys.cap,
            "Cap",
            "The longest that it gets, jitter included; not below the base, which raises it.",
            time(BackoffConfig::TIME),
            Access::Time(|t| Some(&mut t.backoff().cap)),
        ),
        setting(
            keys.jitter,
            "Jitter",
            "How chance spreads it, so that those who failed together do not return together.",
            Kind::Choice(JITTERS),
            Access::Choice(|t| Some(jitter_word(t.backoff_ref().jitter)), set_jitter),
        ),
        setting(
            keys.spread,
            "Jitter, either way",
            "The most that chance takes away or adds, as a share of the delay.",
            per_mille(Jitter::PLUS_MINUS_PER_MILLE),
            Access::Number(jitter_spread),
        )
        .when(keys.jitter, &["plus_minus_share"]),
        setting(
            keys.share,
            "Jitter, added share",
            "The most that chance adds, as a share of the delay.",
            per_mille(Jitter::ADDED_PER_MILLE),
            Access::Number(jitter_share),
        )
        .when(keys.jitter, &["added_share"]),
        setting(
            keys.add,
            "Jitter, added time",
            "The most that chance adds.",
            time(BackoffConfig::TIME),
            Access::Time(jitter_add),
        )
        .when(keys.jitter, &["added_time"]),
        setting(
            keys.around,
            "Jitter, time either way",
            "The most that chance takes away or adds.",
            time(BackoffConfig::TIME),
            Access::Time(jitter_around),
        )
        .when(keys.jitter, &["plus_minus_time"]),
    ]
}

fn raise_cap<T: HasBackoff>(of: &mut T) {
    let backoff = of.backoff();
    backoff.cap = backoff.cap.max(backoff.base);
}

fn growth_word(growth: Growth) -> &'static str {
    match growth {
        Growth::Constant => "constant",
        Growth::Linear => "linear",
        Growth::Exponential { .. } => "exponential",
        Growth::Fibonacci => "fibonacci",
        Growth::Mersenne => "mersenne",
    }
}

fn set_growth<T: HasBackoff>(of: &mut T, word: &str) {
    let growth = &mut of.backoff().growth;
    if growth_word(*growth) != word {
        *growth = match word {
            "constant" => Growth::Constant,
            "linear" => Growth::Linear,
            "exponential" => Growth::DOUBLING,
            "fibonacci" => Growth::Fibonacci,
            _ => Growth::Mersenne,
        };
    }
}

fn growth_factor<T: HasBackoff>(of: &mut T) -> Option<&mut u32> {
    match &mut of.backoff().growth {
        Growth::Exponential { factor_per_mille } => Some(factor_per_mille),
        _ => None,
    }
}

fn jitter_word(jitter: Jitter) -> &'static str {
    match jitter {
        Jitter::None => "none",
        Jitter::PlusMinusShare { .. } => "plus_minus_share",
        Jitter::Full => "full",
        Jitter::Equal => "equal",
        Jitter::AddedShare { .. } => "added_share",
        Jitter::AddedTime { .. } => "added_time",
        Jitter::PlusMinusTime { .. } => "plus_minus_time",
        Jitter::Decorrelated => "decorrelated",
        Jitter::SmoothDecorrelated => "smooth_decorrelated",
    }
}

fn set_jitter<T: HasBackoff>(of: &mut T, word: &str) {
    let jitter = &mut of.backoff().jitter;
    if jitter_word(*jitter) != word {
        *jitter = match word {
            "none" => Jitter::None,
            "plus_minus_share" => Jitter::PlusMinusShare { per_mille: 500 },
            "full" => Jitter::Full,
            "equal" => Jitter::Equal,
            "added_share" => Jitter::AddedShare { per_mille: 1_000 },
            "added_time" => Jitter::AddedTime { time: Duration::from_secs(1) },
            "plus_minus_time" => Jitter::PlusMinusTime { time: Duration::from_secs(1) },
            "decorrelated" => Jitter::Decorrelated,
            _ => Jitter::SmoothDecorrelated,
        };
    }
}

fn jitter_spread<T: HasBackoff>(of: &mut T) -> Option<&mut u32> {
    match &mut of.backoff().jitter {
        Jitter::PlusMinusShare { per_mille } => Some(per_mille),
        _ => None,
    }
}

fn jitter_share<T: HasBackoff>(of: &mut T) -> Option<&mut u32> {
    match &mut of.backoff().jitter {
        Jitter::AddedShare { per_mille } => Some(per_mille),
        _ => None,
    }
}

fn jitter_add<T: HasBackoff>(of: &mut T) -> Option<&mut Duration> {
    match &mut of.backoff().jitter {
        Jitter::AddedTime { time } => Some(time),
        _ => None,
    }
}

fn jitter_around<T: HasBackoff>(of: &mut T) -> Option<&mut Duration> {
    match &mut of.backoff().jitter {
        Jitter::PlusMinusTime { time } => Some(time),
        _ => None,
    }
}

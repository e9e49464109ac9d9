//! A link to the Herd: the outage, and the seed.

use super::notices::Notices;
use super::parts::{Parts, encoded};
use super::{AT, SEED, read_at, read_seed};
use crate::lab::herd::Outage;
use crate::lab::knobs::{self, DAY, HERD, Problem, time_text};
use crate::time::Instant;

/// What a link to the Herd says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Herd {
    /// What the lanes have in common.
    pub outage: Outage,
    /// The seed of the run.
    pub seed: u64,
    /// The moment at which it opens, at most a day after the start; none for where the view would.
    pub at: Option<Instant>,
}

/// The keys of a link, those of the settings first.
const KEYS: [&str; 4] = ["clients", "outage", "seed", AT];

impl Default for Herd {
    fn default() -> Self {
        Self { outage: Outage::default(), seed: SEED, at: None }
    }
}

impl Herd {
    pub(super) fn read(mut parts: Parts<'_>, notices: &mut Notices) -> Self {
        let mut outage = Outage::default();
        let seed = read_seed(&mut parts, notices).unwrap_or(SEED);
        let at = read_at(&mut parts, notices);
        for (key, text) in parts.rest() {
            if KEYS.contains(&key.as_str()) {
                let wrong = knobs::set_in(HERD, &mut outage, &key, &text).err();
                notices.extend(wrong.map(|problem| Problem::new(key, problem.what)));
            } else {
                notices.unknown(&key, &key, &KEYS);
            }
        }
        Self { outage, seed, at }
    }

    /// The parts that are not the default, in the order in which they are written.
    pub(super) fn parts(&self) -> Vec<(String, String)> {
        let differences = knobs::differences_in(HERD, &Outage::default(), &self.outage);
        let settings = differences.into_iter();
        let mut parts: Vec<_> =
            settings.map(|it| (it.facts.key.to_string(), encoded(&it.to))).collect();
        if self.seed != SEED {
            parts.push(("seed".to_string(), self.seed.to_string()));
        }
        if let Some(at) = self.at {
            parts.push((AT.to_string(), time_text(at.since(Instant::ZERO).min(DAY))));
        }
        parts
    }
}

//! The experiments on the lanes of the Herd that a link opens: a prediction, replications, and a sweep.

mod sweep;

use super::notices::{Notices, nothing};
use super::parts::Parts;
use crate::bands::{SEEDS_MAX, SEEDS_MIN};
use crate::herd::{Comparison, HerdPreset, Measure};
use crate::sweep::SweepForm;

/// The keys of experiments, which are also the first words of their other keys.
pub(super) const PREDICTION: &str = "prediction";
pub(super) const BANDS: &str = "bands";
pub(super) const SWEEP: &str = "sweep";

/// The open experiments and their settings.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Experiments {
    /// Whether there is a prediction, which hides the results until it is made.
    pub prediction: bool,
    /// Replications of the lanes; none while they are closed.
    pub bands: Option<Bands>,
    /// A measure over two settings; none while it is closed.
    pub sweep: Option<SweepForm>,
}

/// Replications of the lanes with many seeds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bands {
    /// The number of seeds, from [`SEEDS_MIN`] to [`SEEDS_MAX`].
    pub seeds: u32,
    /// The measure in which the lanes are compared.
    pub measure: &'static Measure,
}

impl Default for Bands {
    fn default() -> Self {
        Self { seeds: 20, measure: Measure::usual() }
    }
}

impl Experiments {
    /// An experiment is open if any part of it is in the link.
    pub(super) fn read(
        mut parts: Parts<'_>,
        lanes: (&'static HerdPreset, &Comparison),
        notices: &mut Notices,
    ) -> Self {
        let prediction = parts.read(PREDICTION, notices, "on or off", |text| match text {
            "on" => Some(true),
            "off" => Some(false),
            _ => None,
        });
        let bands = parts.split_off(&[BANDS]).map(|parts| Bands::read(parts, notices));
        let sweep = parts.split_off(&[SWEEP]).map(|parts| sweep::read(parts, lanes, notices));
        unknown(parts, &[PREDICTION], notices);
        Self { prediction: prediction.unwrap_or_default(), bands, sweep }
    }

    pub(super) fn parts(&self, lanes: (&'static HerdPreset, &Comparison)) -> Vec<(String, String)> {
        let mut parts = Vec::new();
        if self.prediction {
            parts.push((PREDICTION.to_string(), "on".to_string()));
        }
        if let Some(Bands { seeds, measure }) = self.bands {
            parts.push((BANDS.to_string(), seeds.to_string()));
            if measure != Measure::usual() {
                parts.push((format!("{BANDS}.measure"), measure.name.to_string()));
            }
        }
        parts.extend(self.sweep.iter().flat_map(|form| sweep::parts(form, lanes)));
        parts
    }
}

impl Bands {
    fn read(mut parts: Parts<'_>, notices: &mut Notices) -> Self {
        let usual = Self::default();
        let accepts = format!("a whole number of seeds from {SEEDS_MIN} to {SEEDS_MAX}");
        let range = SEEDS_MIN..=SEEDS_MAX;
        let seeds = parts.read(BANDS, notices, &accepts, |text| {
            text.parse().ok().filter(|seeds| range.contains(seeds))
        });
        let measure = parts.measure(&format!("{BANDS}.measure"), notices);
        unknown(parts, &[&format!("{BANDS}.measure")], notices);
        Self { seeds: seeds.unwrap_or(usual.seeds), measure: measure.unwrap_or(usual.measure) }
    }
}

/// Notes the remaining parts of an experiment, which it does not know, as problems.
fn unknown(parts: Parts<'_>, known: &[&str], notices: &mut Notices) {
    notices.extend(parts.rest().iter().map(|(key, _)| nothing(key, key, known)));
}

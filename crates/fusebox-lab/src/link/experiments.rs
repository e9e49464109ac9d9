//! The experiments on the lanes of the Herd that a link opens: a prediction, seed bands, and a sweep.

mod sweep;

use super::notices::{Notices, nothing};
use super::parts::Parts;
use crate::bands::{SEEDS_MAX, SEEDS_MIN};
use crate::herd::{Comparison, MEASURES, Measure};
pub use sweep::Sweep;

/// What the keys of an experiment are, or begin with.
pub(super) const PREDICTION: &str = "prediction";
pub(super) const BANDS: &str = "bands";
pub(super) const SWEEP: &str = "sweep";

const MEASURE: &str = "measure";

/// The experiments that are open, and how they are set.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Experiments {
    /// Whether there is a prediction, which hides what comes out until it is placed.
    pub prediction: bool,
    /// The lanes over many seeds; none while that is closed.
    pub bands: Option<Bands>,
    /// A measure over two settings; none while that is closed.
    pub sweep: Option<Sweep>,
}

/// The lanes over many seeds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bands {
    /// How many there are, from [`SEEDS_MIN`] to [`SEEDS_MAX`].
    pub seeds: u32,
    /// The measure by which the lanes are told apart.
    pub measure: &'static Measure,
}

impl Default for Bands {
    fn default() -> Self {
        Self { seeds: 20, measure: usual_measure() }
    }
}

/// The measure that is shown where nobody chose.
fn usual_measure() -> &'static Measure {
    Measure::find("recovered_after").unwrap_or(&MEASURES[0])
}

impl Experiments {
    /// An experiment is open that has any part in the link.
    pub(super) fn read(
        mut parts: Parts<'_>,
        comparison: &Comparison,
        notices: &mut Notices,
    ) -> Self {
        let accepts = "on or off";
        let prediction = parts.read(PREDICTION, notices, accepts, |text| match text {
            "on" => Some(true),
            "off" => Some(false),
            _ => None,
        });
        let bands = parts.split_off(&[BANDS]).map(|parts| Bands::read(parts, notices));
        let sweep = parts.split_off(&[SWEEP]).map(|parts| Sweep::read(parts, comparison, notices));
        unknown(parts, &[PREDICTION], notices);
        Self { prediction: prediction.unwrap_or_default(), bands, sweep }
    }

    pub(super) fn parts(&self, comparison: &Comparison) -> Vec<(String, String)> {
        let mut parts = Vec::new();
        if self.prediction {
            parts.push((PREDICTION.to_string(), "on".to_string()));
        }
        parts.extend(self.bands.iter().flat_map(Bands::parts));
        parts.extend(self.sweep.iter().flat_map(|sweep| sweep.parts(comparison)));
        parts
    }
}

impl Bands {
    fn read(mut parts: Parts<'_>, notices: &mut Notices) -> Self {
        let usual = Self::default();
        let accepts =
            format!("a whole number from {SEEDS_MIN} to {SEEDS_MAX}, which is how many seeds");
        let range = SEEDS_MIN..=SEEDS_MAX;
        let seeds = parts.read(BANDS, notices, &accepts, |text| {
            text.parse().ok().filter(|seeds| range.contains(seeds))
        });
        let measure = read_measure(BANDS, &mut parts, notices);
        unknown(parts, &[&format!("{BANDS}.{MEASURE}")], notices);
        Self { seeds: seeds.unwrap_or(usual.seeds), measure: measure.unwrap_or(usual.measure) }
    }

    fn parts(&self) -> Vec<(String, String)> {
        let mut parts = vec![(BANDS.to_string(), self.seeds.to_string())];
        if self.measure != Self::default().measure {
            parts.push((format!("{BANDS}.{MEASURE}"), self.measure.name.to_string()));
        }
        parts
    }
}

/// The measure of the experiment with this key.
fn read_measure(
    of: &str,
    parts: &mut Parts<'_>,
    notices: &mut Notices,
) -> Option<&'static Measure> {
    let names = MEASURES.iter().map(|measure| measure.name).collect::<Vec<_>>().join(", ");
    let accepts = format!("one of {names}");
    parts.read(&format!("{of}.{MEASURE}"), notices, &accepts, Measure::find)
}

/// Tells of what is left of the parts of an experiment, which is nothing that it has.
fn unknown(parts: Parts<'_>, known: &[&str], notices: &mut Notices) {
    notices.extend(parts.rest().iter().map(|(key, _)| nothing(key, key, known)));
}

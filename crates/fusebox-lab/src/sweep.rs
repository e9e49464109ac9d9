//! Sweeps: one measure of one strategy over a grid of two settings.
//!
//! Each cell is a separate run, and the cells can be computed in any order and anywhere; the text
//! of a sweep has everything needed for that.
//!
//! ```
//! use fusebox_lab::sweep::Sweep;
//!
//! let text = "preset=half-down&strategy=full&x=outage:1s..60s:20&y=capacity_lost:10%25,50%25,100%25\
//!             &measure=recovered_after&seed=7";
//! let sweep = Sweep::read(text).unwrap();
//! assert_eq!(sweep.write(), text);
//! assert_eq!(sweep.cells().count(), 60);
//! let (setup, strategy) = sweep.cell(19, 1).unwrap();
//! assert_eq!((setup.outage.to_string(), strategy.word()), ("60 s".into(), "full".into()));
//!
//! let problems = Sweep::read("x=outage:1s..60s:500&y=retry.base:1s,2s").unwrap_err();
//! let said: Vec<_> = problems.iter().map(ToString::to_string).collect();
//! assert_eq!(said, [
//!     "x is \"outage:1s..60s:500\", but must have 2 to 40 values",
//!     "y is \"retry.base:1s,2s\", but retry.base is not a setting; the closest is lane.retry.base",
//! ]);
//! ```

mod axis;
mod field;
mod form;
mod presets;

pub use axis::{Axis, VALUES_MAX, VALUES_MIN, plain};
pub use field::Field;
pub(crate) use form::strategy_parts;
pub use form::{SweepForm, key_of};
pub use presets::{PRESETS, SweepPreset, find};

use crate::herd::{HerdPreset, LaneMeasures, Measure, Setup, Strategy, run};
use crate::link::{Notices, SEED, encoded};
use crate::settings::{Problem, differences};

/// One measure of one strategy over a grid of two settings.
#[derive(Clone, Debug, PartialEq)]
pub struct Sweep {
    /// The comparison whose setup it starts from.
    pub preset: &'static HerdPreset,
    /// The setup of all cells, except for the settings of the axes.
    pub setup: Setup,
    /// The strategy, except for those settings.
    pub strategy: Strategy,
    /// The setting that differs from column to column.
    pub x: Axis,
    /// The setting that differs from row to row.
    pub y: Axis,
    /// The measure.
    pub measure: &'static Measure,
    /// The seed of each run.
    pub seed: u64,
}

impl Sweep {
    /// A sweep over these axes that starts from a preset, with full jitter and the default measure.
    #[must_use]
    pub fn of(preset: &'static HerdPreset, x: Axis, y: Axis) -> Self {
        let (setup, strategy) = ((preset.comparison)().setup, Strategy::default());
        Self { preset, setup, strategy, x, y, measure: Measure::usual(), seed: SEED }
    }

    /// The sweep of a text, as in the example of the [module](self); it may also have settings of
    /// the setup and the lane, as in `clients=500&lane.retry.base=2s`.
    ///
    /// # Errors
    /// With the problems of the text.
    pub fn read(text: &str) -> Result<Self, Vec<Problem>> {
        let mut notices = Notices::default();
        let (form, seed) = SweepForm::read(text, &mut notices);
        let sweep = form.sweep(seed);
        notices.extend(sweep.as_ref().err().into_iter().flatten().cloned());
        let problems = notices.into_vec();
        sweep.map_err(drop).ok().filter(|_| problems.is_empty()).ok_or(problems)
    }

    /// The text that [`Sweep::read`] reads as this sweep; equal sweeps have equal texts.
    #[must_use]
    pub fn write(&self) -> String {
        let part = |key: &str, text: &str| (key.to_string(), encoded(text));
        let base = (self.preset.comparison)().setup;
        let mut parts = vec![part("preset", self.preset.name)];
        let setup = differences(&base, &self.setup);
        parts.extend(setup.iter().map(|it| part(plain(&it.key), &it.to)));
        parts.extend(strategy_parts(&self.strategy));
        parts.extend([("x", &self.x), ("y", &self.y)].map(|(key, it)| part(key, &it.write())));
        parts.extend([part("measure", self.measure.name), part("seed", &self.seed.to_string())]);
        let parts = parts.into_iter().map(|(key, text)| format!("{key}={text}"));
        parts.collect::<Vec<_>>().join("&")
    }

    /// Changes as many of these common settings of all cells as possible, in any order: `clients`,
    /// `lane.retry.base`. Returns the problems of the others.
    pub fn set_all(&mut self, given: Vec<(String, String)>) -> Vec<Problem> {
        form::set_in_common(&mut self.setup, &mut self.strategy, given)
    }

    /// The number of columns, and of rows.
    #[must_use]
    pub const fn size(&self) -> (usize, usize) {
        (self.x.texts.len(), self.y.texts.len())
    }

    /// All cells by their column and row, row by row.
    pub fn cells(&self) -> impl Iterator<Item = (usize, usize)> + use<> {
        let (columns, rows) = self.size();
        (0..rows).flat_map(move |y| (0..columns).map(move |x| (x, y)))
    }

    /// The setup and the strategy of a cell.
    ///
    /// # Errors
    /// When there is no such cell, or it cannot be run: a setting does not apply there, or
    /// contradicts the other one.
    pub fn cell(&self, x: usize, y: usize) -> Result<(Setup, Strategy), Problem> {
        let (Some(first), Some(second)) = (self.x.texts.get(x), self.y.texts.get(y)) else {
            let (columns, rows) = self.size();
            let what = format!("has {columns} columns and {rows} rows");
            return Err(Problem::new("the sweep", what));
        };
        let (mut setup, mut strategy) = (self.setup, self.strategy.clone());
        // Either setting may apply only because of the other.
        let early = axis::set(&mut setup, &mut strategy, &self.x.key, first);
        axis::set(&mut setup, &mut strategy, &self.y.key, second)?;
        if early.is_err() {
            axis::set(&mut setup, &mut strategy, &self.x.key, first)?;
        }
        for (axis, text) in [(&self.x, first), (&self.y, second)] {
            let is = axis.get(&setup, &strategy);
            if is.as_ref() != Some(text) {
                let is = is.map_or_else(String::new, |is| format!(": the least there is {is}"));
                let what = format!("cannot be {text} with the other settings{is}");
                return Err(Problem::new(&axis.key, what));
            }
        }
        setup.check()?;
        setup.scenario(&strategy).map_err(|error| error.under("lane"))?;
        Ok((setup, strategy))
    }

    /// Runs a cell.
    ///
    /// # Errors
    /// If it cannot be run.
    pub fn run_cell(&self, x: usize, y: usize) -> Result<LaneMeasures, Problem> {
        let (setup, strategy) = self.cell(x, y)?;
        Ok(run(&setup, &strategy, self.seed)?.measures())
    }
}

//! Bands as a table for spreadsheets and programs.

use super::{Bands, Spread};
use crate::csv::{Cell, write};
use crate::herd::{Bucket, MEASURES, Strategy};

impl Bands {
    /// A row per lane and measure: the percentiles over the seeds (empty means above every number),
    /// the number of seeds, and the number of seeds without a value.
    #[must_use]
    pub fn csv(&self, lanes: &[Strategy]) -> String {
        let headers =
            ["lane", "strategy", "measure", "unit", "p5", "median", "p95", "seeds", "absent"];
        let lanes = lanes.iter().enumerate();
        let rows = lanes.flat_map(|(n, lane)| MEASURES.iter().map(move |it| (n, lane, it)));
        let rows = rows.filter_map(|(n, lane, measure)| {
            let Spread { seeds, absent, low, median, high } = self.spread(measure, n)?;
            Some([
                Cell::from(lane.title()),
                lane.word().into(),
                measure.name.into(),
                measure.unit.name().into(),
                low.into(),
                median.into(),
                high.into(),
                (seeds as u64).into(),
                (absent as u64).into(),
            ])
        });
        write(&headers, rows)
    }

    /// A row per lane and bucket: percentiles of its attempts over the seeds.
    #[must_use]
    pub fn attempts_csv(&self, lanes: &[Strategy]) -> String {
        let headers = ["lane", "until (s)", "attempts p5", "attempts median", "attempts p95"];
        let rows = lanes.iter().enumerate().flat_map(|(n, lane)| {
            self.attempts(n).into_iter().enumerate().map(|(bucket, spread)| {
                let until = Bucket::end_of(bucket).as_secs_f64();
                let cells: [Cell; 4] =
                    [until.into(), spread.low.into(), spread.median.into(), spread.high.into()];
                [Cell::from(lane.title())].into_iter().chain(cells)
            })
        });
        write(&headers, rows.collect::<Vec<_>>())
    }
}

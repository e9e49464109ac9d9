//! The raster under a chart: time from left to right, clients from top to bottom, each attempt a mark
//! in the colour and shape of its outcome; a place with many attempts is more opaque.

use crate::palette::{Palette, rgb};
use fusebox_lab::herd::Lane;
use fusebox_sim::AttemptEnd;

/// The opacity of a single attempt among few, and among many.
const FAINT: f64 = 0.25;

/// The pixels of a raster of this size, as red, green, blue and opacity, row by row. Failures fill their
/// row, successes only the upper half and attempts in flight the lower, so that they differ by more than
/// colour.
pub(super) fn pixels(lane: &Lane, palette: &Palette, width: usize, height: usize) -> Vec<u8> {
    let rows = lane.attempts.rows() as usize;
    let columns = lane.buckets.len().max(1);
    let cells = lane.attempts.cells();
    let colours = [&palette.success, &palette.failure, &palette.slow].map(|it| rgb(it));
    let clients = f64::from(lane.setup.clients) / f64::from(lane.attempts.rows());
    let mut pixels = vec![0; width * height * 4];
    for x in 0..width {
        let (from, to) = (x * columns / width, ((x + 1) * columns).div_ceil(width));
        for row in 0..rows {
            let mut ends = [0_u32; 3];
            for column in from..to.max(from + 1) {
                let Some(cell) = cells.get(column * rows + row) else { break };
                ends[0] += cell[AttemptEnd::Success as usize];
                ends[1] +=
                    cell[AttemptEnd::Failure as usize] + cell[AttemptEnd::Unanswered as usize];
                ends[2] += cell[AttemptEnd::InFlight as usize];
            }
            // Of several ends in a place, a failure is shown before the others.
            let Some(end) = [1, 2, 0].into_iter().find(|end| ends[*end] > 0) else { continue };
            let top = row * height / rows;
            let bottom = ((row + 1) * height / rows).max(top + 1);
            // Attempts of a fifth of a row's clients at once have full opacity.
            let dense = f64::from(ends[end]) / (clients / 5.0).max(1.0);
            let opacity = (FAINT + (1.0 - FAINT) * dense.min(1.0)) * 255.0;
            let half = (bottom - top).div_ceil(2);
            let (top, bottom) = [(top, top + half), (top, bottom), (bottom - half, bottom)][end];
            for y in top..bottom.min(height) {
                let at = (y * width + x) * 4;
                pixels[at..at + 3].copy_from_slice(&colours[end]);
                pixels[at + 3] = byte(opacity);
            }
        }
    }
    pixels
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped")]
fn byte(value: f64) -> u8 {
    value.clamp(0.0, 255.0) as u8
}

#[cfg(test)]
mod tests {
    use super::*;
    use fusebox::time::Duration;
    use fusebox_lab::herd::{OutageKind, Setup, Strategy, run};

    #[test]
    fn failures_fill_their_row_and_other_ends_one_half_of_it() {
        let setup = Setup { clients: 30, ..Setup::default() };
        let lane = run(&setup, &Strategy::of("fixed").unwrap(), 1).unwrap();
        let [success, failure, slow] = ["#00ff00", "#ff0000", "#0000ff"].map(str::to_owned);
        let palette = Palette { success, failure, slow, ..Palette::for_tests() };
        let (width, height) = (300, 60);
        let pixels = pixels(&lane, &palette, width, height);
        let [success, failure] = [&palette.success, &palette.failure].map(|colour| rgb(colour));
        let count = |colour: [u8; 3], lower: bool| {
            let odd = |n: usize| (n / width) % 2 == 1;
            let all = pixels.chunks(4).enumerate();
            all.filter(|(n, it)| it[3] > 0 && it[..3] == colour && odd(*n) == lower).count()
        };
        assert!(count(success, false) > 20 && count(success, true) == 0);
        assert!(count(failure, false) > 20);
        assert_eq!(count(failure, false), count(failure, true));

        // An outage at the end: the attempts of the last second are in flight, and none is missing.
        let setup = Setup { kind: OutageKind::Hang, length: Duration::from_secs(10), ..setup };
        let setup = Setup { outage: Duration::from_secs(3), capacity: 1, ..setup };
        let lane = run(&setup, &Strategy::of("immediate").unwrap(), 1).unwrap();
        let pixels = super::pixels(&lane, &palette, 100, height);
        let open = rgb(&palette.slow);
        let marks = pixels.chunks(4).enumerate().filter(|(_, it)| it[3] > 0 && it[..3] == open);
        let marks: Vec<(usize, usize)> = marks.map(|(n, _)| (n % 100, n / 100)).collect();
        assert!(marks.len() > 10 && marks.iter().all(|(x, y)| *x >= 88 && y % 2 == 1), "{marks:?}");
    }
}

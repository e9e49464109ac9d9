//! The raster under a chart: time from left to right, clients from top to bottom, each attempt a mark
//! in the colour of its outcome; a place with many attempts is more opaque.

use crate::palette::{Palette, rgb};
use fusebox_lab::herd::Lane;

/// The opacity of a single attempt among few, and among many.
const FAINT: f64 = 0.55;

/// The pixels of a raster of this width, as red, green, blue and opacity, row by row, and the number of
/// rows. Successes fill only the upper half of a row, so that they differ by more than colour.
pub(super) fn pixels(lane: &Lane, palette: &Palette, width: usize, height: usize) -> Vec<u8> {
    let rows = lane.attempts.rows() as usize;
    let columns = lane.buckets.len().max(1);
    let cells = lane.attempts.cells();
    let colours = [rgb(&palette.success), rgb(&palette.failure)];
    let clients = f64::from(lane.setup.clients) / f64::from(lane.attempts.rows());
    let mut pixels = vec![0; width * height * 4];
    for x in 0..width {
        let (from, to) = (x * columns / width, ((x + 1) * columns).div_ceil(width));
        for row in 0..rows {
            let mut ends = [0_u32; 2];
            for column in from..to.max(from + 1) {
                let Some(cell) = cells.get(column * rows + row) else { break };
                ends[0] += cell[0];
                ends[1] += cell[1] + cell[2];
            }
            if ends == [0, 0] {
                continue;
            }
            let top = row * height / rows;
            let bottom = ((row + 1) * height / rows).max(top + 1);
            let failed = ends[1] > 0;
            // Attempts of a fifth of a row's clients at once have full opacity.
            let dense = f64::from(ends[usize::from(failed)]) / (clients / 5.0).max(1.0);
            let opacity = (FAINT + (1.0 - FAINT) * dense.min(1.0)) * 255.0;
            let end = if failed { bottom } else { top + (bottom - top).div_ceil(2) };
            for y in top..end.min(height) {
                let at = (y * width + x) * 4;
                pixels[at..at + 3].copy_from_slice(&colours[usize::from(failed)]);
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
    use fusebox_lab::herd::{Setup, Strategy, run};

    #[test]
    fn failures_fill_their_row_and_successes_half_of_it() {
        let setup = Setup { clients: 30, ..Setup::default() };
        let lane = run(&setup, &Strategy::of("fixed").unwrap(), 1).unwrap();
        let [success, failure] = ["#00ff00", "#ff0000"].map(str::to_owned);
        let palette = Palette { success, failure, ..Palette::for_tests() };
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
    }
}

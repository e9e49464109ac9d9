//! The three charts of lanes on one sheet, for a file.

use super::backlog::backlog;
use super::picture::picture;
use super::raster;
use crate::chart::{Align, Area, Drawing, LEFT, Paint, Pen, RIGHT, plane_within};
use crate::convert::float;
use crate::palette::Palette;
use fusebox_lab::herd::Lane;
use std::collections::BTreeMap;
use std::ops::Range;
use std::rc::Rc;

/// The shares of the height for the arrivals and the raster; the backlog has the rest.
const ARRIVALS: f64 = 0.44;
const RASTER: f64 = 0.24;

/// The height of the name of a lane in pixels.
const NAME: f64 = 20.0;

/// Each lane with its name, its load, the raster of its clients and its backlog, on one time axis.
pub(super) struct Sheet<'a>(pub(super) &'a [(String, Rc<Lane>)]);

impl Drawing for Sheet<'_> {
    fn draw_below(&self, pen: &mut impl Pen, palette: &Palette, head: f64) {
        let (width, bottom) = pen.size();
        let each = (bottom - head) / float(self.0.len().max(1));
        for (n, (name, lane)) in self.0.iter().enumerate() {
            let top = head + each * float(n);
            pen.text(name, (RIGHT, top + NAME / 2.0), Align::Left, &palette.ink);
            draw_lane(pen, lane, palette, (width, top + NAME..top + each));
        }
    }
}

fn draw_lane(pen: &mut impl Pen, lane: &Lane, palette: &Palette, (width, rows): (f64, Range<f64>)) {
    let (plane, height) = (plane_within(width), rows.end - rows.start);
    let raster = rows.start + height * ARRIVALS;
    let rest = raster + height * RASTER;
    picture(lane, lane.outcome.recovery.after(), palette, plane).draw_between(
        pen,
        palette,
        rows.start..raster,
    );
    let area = Area { x: LEFT, y: raster, width: width - LEFT - RIGHT, height: rest - raster };
    draw_raster(pen, lane, palette, area);
    backlog(lane, palette, plane).draw_between(pen, palette, rest..rows.end);
}

/// The raster as boxes, one for each run of equal pixels in a row.
fn draw_raster(pen: &mut impl Pen, lane: &Lane, palette: &Palette, area: Area) {
    let (columns, rows) = (lane.buckets.len().clamp(1, 600), 2 * lane.attempts.rows() as usize);
    let step = (area.width / float(columns), area.height / float(rows));
    let mut boxes: BTreeMap<[u8; 4], Vec<Area>> = BTreeMap::new();
    let pixels = raster::pixels(lane, palette, columns, rows);
    // With few levels of opacity, runs of equal pixels are longer, so that the file is smaller.
    let steps = |opacity: u8| if opacity == 0 { 0 } else { opacity | 0x1f };
    let looks = |n: usize| {
        let at = 4 * n;
        [pixels[at], pixels[at + 1], pixels[at + 2], steps(pixels[at + 3])]
    };
    for row in 0..rows {
        let mut from = 0;
        while from < columns {
            let look = looks(row * columns + from);
            let same = (from..columns).take_while(|x| looks(row * columns + x) == look).count();
            if look[3] > 0 {
                boxes.entry(look).or_default().push(Area {
                    x: area.x + float(from) * step.0,
                    y: area.y + float(row) * step.1,
                    width: float(same) * step.0,
                    height: step.1,
                });
            }
            from += same;
        }
    }
    for ([red, green, blue, opacity], boxes) in boxes {
        let colour = format!("#{red:02x}{green:02x}{blue:02x}");
        pen.boxes(&boxes, Paint { colour: &colour, opacity: f64::from(opacity) / 255.0 });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chart::{Caption, svg};
    use fusebox_lab::herd::{Setup, Strategy, run};

    #[test]
    fn a_sheet_has_all_three_charts_with_their_marks_in_place() {
        let setup = Setup { clients: 60, ..Setup::default() };
        let lane = run(&setup, &Strategy::of("fixed").unwrap(), 1).unwrap();
        let [failure, slow] = ["#ff0000", "#00ffff"].map(str::to_owned);
        let palette = Palette { failure, slow, ..Palette::for_tests() };
        let size = (400.0, 500.0);
        let lanes = [("Ours".to_owned(), Rc::new(lane))];
        let svg = svg(&Sheet(&lanes), &palette, size, &Caption::default());
        assert!(svg.contains(">Ours<"), "{svg}");
        assert_eq!(svg.matches(">30 s<").count(), 2, "{svg}");
        let heights = |colour: &str| -> Vec<f64> {
            let paths = svg.lines().filter(|line| line.contains(colour));
            let starts = paths.flat_map(|line| line.split('M').skip(1));
            let height =
                |start: &str| start.split(&[' ', 'H', 'L', 'h', 'V'][..]).nth(1)?.parse().ok();
            starts.filter_map(height).collect()
        };
        let within = |colour: &str, from: f64, to: f64| {
            let heights = heights(colour);
            assert!(!heights.is_empty(), "{colour}");
            let inside = heights.iter().filter(|&&y| y >= from && y <= to).count();
            assert!(2 * inside > heights.len(), "{colour}: {inside} of {heights:?}");
        };
        let at = |share: f64| NAME + (500.0 - NAME) * share;
        within("#ff0000", at(ARRIVALS), at(ARRIVALS + RASTER));
        within("#00ffff", at(ARRIVALS + RASTER), 500.0);

        let both = [lanes[0].clone(), ("Theirs".to_owned(), lanes[0].1.clone())];
        let svg = crate::chart::svg(&Sheet(&both), &palette, size, &Caption::default());
        assert!(svg.contains(">Ours<") && svg.contains(">Theirs<"), "{svg}");
        assert_eq!(svg.matches(">30 s<").count(), 4, "{svg}");
    }
}

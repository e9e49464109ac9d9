//! A pen that writes SVG, by which a test can see what was drawn.

use super::pen::{Align, Area, LETTERS, Paint, Pen};
use std::fmt::Write;

pub(super) struct SvgPen {
    size: (f64, f64),
    drawn: String,
}

impl SvgPen {
    pub(super) fn new(size: (f64, f64)) -> Self {
        Self { size, drawn: String::new() }
    }

    pub(super) fn svg(&self) -> String {
        let (width, height) = self.size;
        let drawn = &self.drawn;
        format!("<svg viewBox=\"0 0 {width} {height}\" font-size=\"{LETTERS}\">{drawn}</svg>")
    }

    fn filled(&mut self, path: &str, Paint { colour, opacity }: Paint<'_>) {
        let _ =
            write!(self.drawn, "<path d=\"{path}\" fill=\"{colour}\" fill-opacity=\"{opacity}\"/>");
    }
}

fn path(points: &[(f64, f64)]) -> String {
    let mut path = String::new();
    let mut command = 'M';
    for (x, y) in points {
        if y.is_nan() {
            command = 'M';
        } else {
            let _ = write!(path, "{command}{x} {y}");
            command = 'L';
        }
    }
    path
}

impl Pen for SvgPen {
    fn size(&self) -> (f64, f64) {
        self.size
    }

    fn clear(&mut self) {
        self.drawn.clear();
    }

    fn boxes(&mut self, boxes: &[Area], paint: Paint<'_>) {
        let one =
            |Area { x, y, width, height }: &Area| format!("M{x} {y}h{width}v{height}h{}Z", -width);
        self.filled(&boxes.iter().map(one).collect::<String>(), paint);
    }

    fn line(
        &mut self,
        points: &[(f64, f64)],
        Paint { colour, opacity }: Paint<'_>,
        width: f64,
        dash: Option<(f64, f64)>,
    ) {
        let dash = dash.map_or_else(String::new, |(drawn, free)| format!("{drawn} {free}"));
        let _ = write!(
            self.drawn,
            "<path d=\"{}\" fill=\"none\" stroke=\"{colour}\" stroke-opacity=\"{opacity}\" \
             stroke-width=\"{width}\" stroke-dasharray=\"{dash}\"/>",
            path(points)
        );
    }

    fn area(&mut self, outline: &[(f64, f64)], paint: Paint<'_>) {
        self.filled(&(path(outline) + "Z"), paint);
    }

    fn text(&mut self, text: &str, (x, y): (f64, f64), align: Align, colour: &str) {
        let anchor = match align {
            Align::Left => "start",
            Align::Middle => "middle",
            Align::Right => "end",
        };
        let _ = write!(
            self.drawn,
            "<text x=\"{x}\" y=\"{y}\" text-anchor=\"{anchor}\" fill=\"{colour}\">{text}</text>"
        );
    }
}

//! A picture as a file, with a background and a caption, as there is no page around it.

use super::canvas::CanvasPen;
use super::pen::{Align, Area, Paint, Pen};
use super::svg::SvgPen;
use super::{LETTER, RIGHT};
use crate::browser;
use crate::convert::float;
use crate::download::{self, Kind};
use crate::palette::Palette;

/// Image pixels per pixel of the picture's size.
const RATIO: f64 = 2.0;

/// A picture that any pen can draw.
pub(crate) trait Drawing {
    /// Draws the picture below a caption of this height.
    fn draw_below(&self, pen: &mut impl Pen, palette: &Palette, head: f64);
}

/// Saves a picture of this size as SVG or else as PNG, in a file named after these words.
pub(crate) fn save(
    words: &[&str],
    kind: Kind,
    drawing: &impl Drawing,
    palette: &Palette,
    size: (f64, f64),
    caption: &Caption<'_>,
) {
    if kind == Kind::Svg {
        return download::text(words, kind, &svg(drawing, palette, size, caption));
    }
    // Nothing happens if the browser has no canvas.
    let Some(canvas) = browser::new_canvas(size.0 * RATIO, size.1 * RATIO) else { return };
    if let Some(context) = browser::context_2d(&canvas) {
        draw_whole(&mut CanvasPen::new(&context, size, RATIO), drawing, palette, caption);
        download::png(words, &canvas);
    }
}

/// The picture as an SVG document; it looks the same as on a canvas.
pub(crate) fn svg(
    drawing: &impl Drawing,
    palette: &Palette,
    size: (f64, f64),
    caption: &Caption<'_>,
) -> String {
    let mut pen = SvgPen::new(size);
    draw_whole(&mut pen, drawing, palette, caption);
    pen.svg(&caption.title, &caption.about)
}

fn draw_whole(
    pen: &mut impl Pen,
    drawing: &impl Drawing,
    palette: &Palette,
    caption: &Caption<'_>,
) {
    let (width, height) = pen.size();
    pen.boxes(&[Area { x: 0.0, y: 0.0, width, height }], Paint::solid(&palette.panel));
    caption.draw(pen, palette);
    drawing.draw_below(pen, palette, caption.height(width));
}

/// The caption of a picture.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Caption<'a> {
    /// Its title, and in further lines what else is said of it; long lines wrap.
    pub(crate) title: String,
    /// A description in a sentence or two, for screen readers.
    pub(crate) about: String,
    /// The meaning of its marks.
    pub(crate) keys: Vec<Key<'a>>,
}

/// A mark and its meaning.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Key<'a> {
    pub(crate) label: String,
    pub(crate) colour: &'a str,
    pub(crate) look: Look,
}

/// The look of a mark.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Look {
    /// A line of this width, with this dash pattern.
    Line(f64, Option<(f64, f64)>),
    /// A filled area of this height.
    Fill(f64),
}

/// The distance between two lines of a caption, in pixels.
const LINE: f64 = 18.0;

/// The width of a mark, its distance to its text, and the distance from there to the next mark, in
/// pixels.
const MARK: f64 = 16.0;
const SPACE: f64 = 6.0;
const NEXT: f64 = 16.0;

impl Caption<'_> {
    /// The height of the caption in a picture of this width, in pixels.
    pub(super) fn height(&self, width: f64) -> f64 {
        let title = LINE * float(self.lines(width).len());
        let last = self.places(width).last().map_or(0.0, |&(_, line)| line + LINE);
        let all = title + last;
        if all > 0.0 { all + 6.0 } else { 0.0 }
    }

    pub(super) fn draw(&self, pen: &mut impl Pen, palette: &Palette) {
        let width = pen.size().0;
        let mut top = 6.0 + LINE / 2.0;
        for (n, line) in self.lines(width).iter().enumerate() {
            let ink = if n == 0 { &palette.ink } else { &palette.ink_soft };
            pen.text(line, (RIGHT, top), Align::Left, ink);
            top += LINE;
        }
        for (key, (x, line)) in self.keys.iter().zip(self.places(width)) {
            let y = top + line;
            match key.look {
                Look::Line(width, dash) => {
                    pen.line(&[(x, y), (x + MARK, y)], Paint::solid(key.colour), width, dash);
                }
                Look::Fill(height) => {
                    let area = Area { x, y: y - height / 2.0, width: MARK, height };
                    pen.boxes(&[area], Paint::solid(key.colour));
                }
            }
            pen.text(&key.label, (x + MARK + SPACE, y), Align::Left, &palette.ink_soft);
        }
    }

    /// The title in lines that fit into this width.
    fn lines(&self, width: f64) -> Vec<String> {
        let mut lines: Vec<String> = Vec::new();
        for text in self.title.lines() {
            let mut line = String::new();
            for word in text.split_whitespace() {
                let long = line.chars().count() + word.chars().count() + 1;
                if !line.is_empty() && float(long) * LETTER > width - 2.0 * RIGHT {
                    lines.push(std::mem::take(&mut line));
                }
                line.extend((!line.is_empty()).then_some(' '));
                line.push_str(word);
            }
            lines.push(line);
        }
        lines
    }

    /// The position of each key, relative to the left and to the first line of keys; a full line wraps.
    fn places(&self, width: f64) -> Vec<(f64, f64)> {
        let (mut x, mut line) = (RIGHT, 0.0);
        let place = |key: &Key<'_>| {
            let long = MARK + SPACE + float(key.label.chars().count()) * LETTER;
            if x > RIGHT && x + long > width - RIGHT {
                (x, line) = (RIGHT, line + LINE);
            }
            let place = (x, line);
            x += long + NEXT;
            place
        };
        self.keys.iter().map(place).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn caption(keys: usize) -> Caption<'static> {
        let key = |n| Key {
            label: format!("lane number {n}"),
            colour: "#1",
            look: Look::Line(2.0, None),
        };
        Caption {
            title: "Calls".to_owned(),
            about: String::new(),
            keys: (0..keys).map(key).collect(),
        }
    }

    #[test]
    fn keys_go_on_in_a_new_line_and_the_caption_grows() {
        assert!(Caption::default().height(300.0).abs() < 1e-9);
        let (one, two) = (caption(2), caption(3));
        assert_eq!(one.places(300.0).len(), 2);
        let lines =
            |caption: &Caption<'_>| caption.places(300.0).iter().map(|at| at.1).collect::<Vec<_>>();
        assert_eq!(lines(&one), [0.0, 0.0]);
        assert_eq!(lines(&two), [0.0, 0.0, LINE]);
        let more = two.height(300.0) - one.height(300.0);
        assert!((more - LINE).abs() < 1e-9, "{more}");
    }

    #[test]
    fn a_long_title_wraps_and_nothing_of_it_is_lost() {
        let title = "Calls\nAll clients call at 2 s, and 10,000 of them wait".to_owned();
        let caption = Caption { title, ..Caption::default() };
        let lines = caption.lines(140.0);
        assert_eq!(lines[..2], ["Calls", "All clients call at"]);
        assert_eq!(lines.join(" "), "Calls All clients call at 2 s, and 10,000 of them wait");
        assert!((caption.height(140.0) - LINE * float(lines.len()) - 6.0).abs() < 1e-9);
    }

    #[test]
    fn a_word_that_is_too_long_has_a_line_for_itself() {
        let places = caption(3).places(40.0);
        assert_eq!(places, [(RIGHT, 0.0), (RIGHT, LINE), (RIGHT, 2.0 * LINE)]);
    }
}

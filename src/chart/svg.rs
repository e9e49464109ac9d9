//! A pen that writes SVG.

use super::pen::{Align, Area, FONTS, LETTERS, Paint, Pen};
use std::fmt::Write;

pub(super) struct SvgPen {
    size: (f64, f64),
    drawn: String,
}

impl SvgPen {
    pub(super) const fn new(size: (f64, f64)) -> Self {
        Self { size, drawn: String::new() }
    }

    /// The drawing as a document of its own, with a name and a description for screen readers.
    pub(super) fn svg(&self, title: &str, about: &str) -> String {
        let (title, about) = (escaped(title), escaped(about));
        document(
            &format!("<title>{title}</title>\n<desc>{about}</desc>\n{}", self.drawn),
            self.size,
        )
    }

    fn filled(&mut self, path: &str, Paint { colour, opacity }: Paint<'_>) {
        // A canvas does not draw positions that are NaN either.
        if !path.is_empty() {
            let _ = writeln!(
                self.drawn,
                "<path d=\"{path}\" fill=\"{}\"{}/>",
                escaped(colour),
                unless_one("fill-opacity", opacity)
            );
        }
    }
}

/// An SVG document of this size.
pub(crate) fn document(content: &str, size: (f64, f64)) -> String {
    let (width, height, fonts) = (short(size.0), short(size.1), escaped(FONTS));
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" \
         viewBox=\"0 0 {width} {height}\" role=\"img\" font-family=\"{fonts}\" \
         font-size=\"{LETTERS}\">\n{content}</svg>\n"
    )
}

/// A length rounded to a hundredth of a pixel, a difference that is invisible.
pub(crate) fn short(length: f64) -> f64 {
    (length * 100.0).round() / 100.0
}

fn unless_one(name: &str, value: f64) -> String {
    if (value - 1.0).abs() < 1e-9 { String::new() } else { format!(" {name}=\"{value}\"") }
}

/// A text with markup escaped, and without characters that XML cannot hold.
pub(crate) fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            '\u{fffe}' | '\u{ffff}' => {}
            letter if letter.is_control() && !matches!(letter, '\t' | '\n' | '\r') => {}
            letter => safe.push(letter),
        }
    }
    safe
}

fn path(points: &[(f64, f64)]) -> String {
    let mut path = String::new();
    let mut command = 'M';
    for &(x, y) in points {
        if x.is_finite() && y.is_finite() {
            let _ = write!(path, "{command}{} {}", short(x), short(y));
            command = 'L';
        } else {
            command = 'M';
        }
    }
    path
}

impl Pen for SvgPen {
    fn size(&self) -> (f64, f64) {
        self.size
    }

    fn boxes(&mut self, boxes: &[Area], paint: Paint<'_>) {
        let mut path = String::new();
        for Area { x, y, width, height } in boxes {
            if [x, y, width, height].iter().all(|length| length.is_finite()) {
                let [x, y, width, height] = [*x, *y, *width, *height].map(short);
                let _ = write!(path, "M{x} {y}h{width}v{height}h{}Z", -width);
            }
        }
        self.filled(&path, paint);
    }

    fn line(
        &mut self,
        points: &[(f64, f64)],
        Paint { colour, opacity }: Paint<'_>,
        width: f64,
        dash: Option<(f64, f64)>,
    ) {
        let path = path(points);
        if path.is_empty() {
            return;
        }
        let dash = dash.map_or_else(String::new, |(drawn, free)| {
            format!(" stroke-dasharray=\"{drawn} {free}\"")
        });
        let _ = writeln!(
            self.drawn,
            "<path d=\"{path}\" fill=\"none\" stroke=\"{}\"{} stroke-width=\"{width}\" \
             stroke-linejoin=\"bevel\"{dash}/>",
            escaped(colour),
            unless_one("stroke-opacity", opacity)
        );
    }

    fn area(&mut self, outline: &[(f64, f64)], paint: Paint<'_>) {
        let path = path(outline);
        self.filled(&if path.is_empty() { path } else { path + "Z" }, paint);
    }

    fn text(&mut self, text: &str, (x, y): (f64, f64), align: Align, colour: &str) {
        let anchor = match align {
            Align::Left => "start",
            Align::Middle => "middle",
            Align::Right => "end",
        };
        // Not every program that shows SVG supports a middle baseline.
        let (x, y) = (short(x), short(y + 0.35 * LETTERS));
        let _ = writeln!(
            self.drawn,
            "<text x=\"{x}\" y=\"{y}\" text-anchor=\"{anchor}\" fill=\"{}\">{}</text>",
            escaped(colour),
            escaped(text)
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pen() -> SvgPen {
        SvgPen::new((300.0, 100.5))
    }

    #[test]
    fn a_document_stands_alone_and_has_a_name() {
        let svg = pen().svg("Calls", "At 4 s: 200");
        assert!(svg.starts_with("<svg xmlns=\"http://www.w3.org/2000/svg\" "), "{svg}");
        assert!(svg.contains(" width=\"300\" height=\"100.5\" viewBox=\"0 0 300 100.5\""), "{svg}");
        assert!(svg.contains(" font-family=\"system-ui, "), "{svg}");
        assert!(svg.contains("<title>Calls</title>\n<desc>At 4 s: 200</desc>"), "{svg}");
        assert!(svg.ends_with("</svg>\n"), "{svg}");
    }

    #[test]
    fn nothing_in_a_text_or_a_colour_is_markup() {
        let mut pen = pen();
        pen.text("a < b & \u{1}\"c\" \u{ffff}", (1.0, 2.0), Align::Left, "\"/><script>");
        let svg = pen.svg("<&>", "it's");
        assert!(svg.contains(">a &lt; b &amp; &quot;c&quot; </text>"), "{svg}");
        assert!(svg.contains("fill=\"&quot;/&gt;&lt;script&gt;\""), "{svg}");
        assert!(svg.contains("<title>&lt;&amp;&gt;</title>\n<desc>it&#39;s</desc>"), "{svg}");
    }

    #[test]
    fn points_that_are_not_numbers_are_left_out() {
        let mut pen = pen();
        let paint = Paint::solid("#1");
        let nowhere = Area { x: 1.0, y: f64::NAN, width: 2.0, height: 3.0 };
        pen.boxes(&[nowhere], paint);
        pen.boxes(&[], paint);
        pen.area(&[], paint);
        pen.line(&[(f64::NAN, 1.0), (1.0, f64::INFINITY)], paint, 1.0, None);
        assert!(pen.drawn.is_empty(), "{}", pen.drawn);
        pen.line(&[(0.0, 1.0), (f64::NAN, 1.0), (2.0, 3.0)], paint, 1.0, None);
        assert!(pen.drawn.contains("d=\"M0 1M2 3\""), "{}", pen.drawn);
    }

    #[test]
    fn lengths_are_short() {
        let mut pen = pen();
        pen.line(&[(1.0 / 3.0, 2.0 / 3.0), (10.0, 20.0)], Paint::solid("#1"), 1.2, None);
        assert!(pen.drawn.contains("d=\"M0.33 0.67L10 20\""), "{}", pen.drawn);
    }
}

//! The scene as a picture for a file, with the boxes of the dependencies that are HTML on the page.

use super::Scene;
use super::geometry::{Point, Rect};
use super::kinds::DotKind;
use super::layout::Lane;
use super::nodes::work;
use super::pen::{Pen, SMALL, TITLE};
use crate::chart::{document, escaped, short};
use crate::palette::Palette;
use fusebox_lab::timeline::Timeline;
use fusebox_sim::{Fault, World};
use std::cell::RefCell;
use std::fmt::Write;

/// From the left edge of a dependency's box to its texts, and from its top to their lines.
const INSET: f64 = 12.0;
const LINES: [f64; 3] = [24.0, 42.0, 58.0];

/// The most dots on a picture.
const DOTS_MAX: usize = 500;

/// A run at its present moment, as an SVG document of this width and at least this height.
pub(crate) fn picture(run: &Timeline, palette: &Palette, size: (f64, f64)) -> String {
    let world = run.world();
    let mut scene = Scene::with(world, false, false);
    scene.fit(size);
    scene.recall(world.trace().since(0), &run.record().samples, world.now());
    let drawing = Drawing::default();
    let pen = &drawing;
    scene.paint(pen, world, None, palette);
    for lane in &scene.layout.lanes {
        dependency(pen, lane, &scene, world, palette);
    }
    let mut dots = Vec::new();
    scene.dots(|kind, place, _| dots.push((kind, place)));
    // Of a crowd, some are enough to see it.
    let every = dots.len().div_ceil(DOTS_MAX).max(1);
    pen.symbols(palette);
    dots.iter().step_by(every).for_each(|&(kind, place)| pen.dot(kind, place));
    document(&drawing.drawn.borrow(), (size.0, size.1.max(scene.layout.needed)))
}

/// The box of a dependency: its name, its fault, and its work.
fn dependency(pen: &Drawing, lane: &Lane, scene: &Scene, world: &World, palette: &Palette) {
    let on = lane.part.on;
    let fault = world.faults(on).next();
    let (ground, edge, ink) = match fault {
        Some(fault) if fault.is_silent() => {
            (&palette.failure_wash, &palette.failure, &palette.failure)
        }
        Some(_) => (&palette.slow_wash, &palette.slow, &palette.ink_soft),
        None => (&palette.panel, &palette.edge, &palette.ink_soft),
    };
    let width = if fault.is_some() { 2.0 } else { 1.0 };
    pen.round(lane.place, 8.0, Some(ground), Some((edge, width)));
    let left = lane.place.x + INSET;
    let text = |n: usize, words: &str, style, colour: &str| {
        pen.text(words, left, lane.place.y + LINES[n], style, colour);
    };
    text(0, on.heading(), TITLE, &palette.ink);
    let state = fault.map_or("working", |fault: Fault| fault.words().state);
    text(1, state, SMALL, ink);
    text(2, &work(lane.part.slots, &scene.gauges.dependencies[on]), SMALL, &palette.ink_soft);
}

/// A pen that writes SVG.
#[derive(Default)]
struct Drawing {
    drawn: RefCell<String>,
    /// The path that has been begun.
    path: RefCell<String>,
    /// The attributes of everything to come.
    dash: RefCell<String>,
    opacity: RefCell<String>,
}

impl Drawing {
    /// Adds an element with these attributes, which are safe.
    fn element(&self, element: std::fmt::Arguments<'_>) {
        // Writing to a string cannot fail.
        let _ = writeln!(
            self.drawn.borrow_mut(),
            "<{element}{}{}/>",
            self.dash.borrow(),
            self.opacity.borrow()
        );
    }

    /// Defines the shapes of the dots, each by the number of its kind.
    fn symbols(&self, palette: &Palette) {
        for kind in DotKind::ALL {
            let colour = escaped(kind.colour(palette));
            let paint = if kind.is_outline() {
                format!("fill=\"none\" stroke=\"{colour}\" stroke-width=\"2\"")
            } else {
                format!("fill=\"{colour}\"")
            };
            let (n, path) = (kind as usize, kind.path());
            let shape = format!("<path id=\"d{n}\" transform=\"scale(.8)\" d=\"{path}\" {paint}/>");
            let _ = writeln!(self.drawn.borrow_mut(), "<defs>{shape}</defs>");
        }
    }

    fn dot(&self, kind: DotKind, Point { x, y }: Point) {
        let (n, x, y) = (kind as usize, x.round(), y.round());
        self.element(format_args!("use href=\"#d{n}\" x=\"{x}\" y=\"{y}\""));
    }

    fn write(&self, text: &str, x: f64, y: f64, anchor: &str, style: (u32, f64), colour: &str) {
        let [x, y] = [x, y].map(short);
        let (weight, size) = style;
        let weight =
            if weight == 400 { String::new() } else { format!(" font-weight=\"{weight}\"") };
        let (colour, text) = (escaped(colour), escaped(text));
        let _ = writeln!(
            self.drawn.borrow_mut(),
            "<text x=\"{x}\" y=\"{y}\"{anchor}{weight} font-size=\"{size}\" fill=\"{colour}\">{text}</text>"
        );
    }
}

/// The path of a box with round corners.
fn round(Rect { x, y, width, height }: Rect, radius: f64) -> String {
    let radius = radius.min(width / 2.0).min(height / 2.0);
    let [across, down] = [width - 2.0 * radius, height - 2.0 * radius].map(short);
    let [x, y, r] = [x + radius, y, radius].map(short);
    let [back, up, l] = [-across, -down, -r];
    format!(
        "M{x} {y}h{across}q{r} 0 {r} {r}v{down}q0 {r} {l} {r}h{back}q{l} 0 {l} {l}v{up}q0 {l} {r} {l}z"
    )
}

impl Pen for &Drawing {
    fn line(self, points: impl Iterator<Item = Point>, colour: &str, width: f64) {
        let mut path = String::new();
        for (n, Point { x, y }) in points.enumerate() {
            let command = if n == 0 { 'M' } else { 'L' };
            let _ = write!(path, "{command}{} {}", short(x), short(y));
        }
        let colour = escaped(colour);
        self.element(format_args!(
            "path d=\"{path}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"{width}\""
        ));
    }

    fn dash(self, pattern: &[f64]) {
        let lengths: Vec<String> = pattern.iter().map(f64::to_string).collect();
        *self.dash.borrow_mut() = match lengths.as_slice() {
            [] => String::new(),
            lengths => format!(" stroke-dasharray=\"{}\"", lengths.join(" ")),
        };
    }

    fn opacity(self, share: f64) {
        *self.opacity.borrow_mut() =
            if share < 1.0 { format!(" opacity=\"{}\"", short(share)) } else { String::new() };
    }

    fn round(self, place: Rect, radius: f64, fill: Option<&str>, line: Option<(&str, f64)>) {
        let fill = escaped(fill.unwrap_or("none"));
        let line = line.map_or_else(String::new, |(colour, width)| {
            format!(" stroke=\"{}\" stroke-width=\"{width}\"", escaped(colour))
        });
        let [x, y, width, height] = [place.x, place.y, place.width, place.height].map(short);
        self.element(format_args!(
            "rect x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" rx=\"{}\" fill=\"{fill}\"{line}",
            short(radius)
        ));
    }

    fn boxes(self, places: impl Iterator<Item = Rect>, radius: f64) {
        *self.path.borrow_mut() = places.map(|place| round(place, radius)).collect();
    }

    fn discs(self, places: impl Iterator<Item = Point>, radius: f64) {
        let side = 2.0 * radius;
        let disc = |Point { x, y }| {
            let [left, y, r, back] = [x - radius, y, radius, -side].map(short);
            format!("M{left} {y}a{r} {r} 0 0 1 {0} 0a{r} {r} 0 0 1 {back} 0", short(side))
        };
        *self.path.borrow_mut() = places.map(disc).collect();
    }

    fn fill(self, colour: &str) {
        let path = self.path.borrow();
        if !path.is_empty() {
            self.element(format_args!("path d=\"{path}\" fill=\"{}\"", escaped(colour)));
        }
    }

    fn stroke(self, colour: &str) {
        let path = self.path.borrow();
        if !path.is_empty() {
            let colour = escaped(colour);
            self.element(format_args!("path d=\"{path}\" fill=\"none\" stroke=\"{colour}\""));
        }
    }

    fn text(self, text: &str, x: f64, y: f64, style: (u32, f64), colour: &str) {
        self.write(text, x, y, "", style, colour);
    }

    fn centred(self, text: &str, x: f64, y: f64, style: (u32, f64), colour: &str) {
        self.write(text, x, y, " text-anchor=\"middle\"", style, colour);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::convert::float;
    use fusebox::time::{Duration, Instant};
    use fusebox::{HedgeConfig, LayerConfig, LayerKind};
    use fusebox_lab::action_log::ActionLog;
    use fusebox_lab::presets;
    use fusebox_lab::timeline::Plan;
    use fusebox_sim::{Action, Command, Dependency, Scenario};
    use std::rc::Rc;

    #[test]
    fn the_numbers_on_the_stage_are_those_that_it_is_given() {
        let preset = presets::find("slow-database").expect("a preset");
        let mut world = World::new(&(preset.scenario)(), 1).expect("the presets are tested");
        let mut scene = Scene::with(&world, false, false);
        let said = |scene: &mut Scene, world: &World| {
            let pen = Drawing::default();
            scene.paint(&pen, world, None, &Palette::for_tests());
            pen.drawn.into_inner().contains(">64 of 64 threads<")
        };
        let hang = Command::Fault(Fault::Hang);
        world.apply(Dependency::Postgres, hang).expect("it has no number");
        world.run_until(Instant::from_secs(5));
        assert_eq!(world.gauges().threads_busy, 64);
        assert!(!said(&mut scene, &world));
        scene.read(&world);
        assert!(said(&mut scene, &world));
    }

    fn run(scenario: Scenario, seconds: u64) -> Timeline {
        let (scenario, actions) = (Rc::new(scenario), ActionLog::default());
        let mut run = Timeline::new(Plan { scenario, seed: 1, actions }).expect("it is valid");
        while !run.advance(Instant::from_secs(seconds), u32::MAX) {}
        run
    }

    /// The picture of the search service with a slow database, its texts and boxes a line each.
    fn slow(change: impl FnOnce(&mut Scenario)) -> String {
        let mut scenario = Scenario::search_service();
        let fault = Fault::Slow { factor: 200 };
        scenario.schedule = vec![Action::fault(Instant::from_secs(2), Dependency::Postgres, fault)];
        change(&mut scenario);
        picture(&run(scenario, 4), &Palette::of(str::to_owned), (900.0, 500.0))
    }

    #[test]
    fn a_layer_that_is_off_is_dashed_and_empty_and_says_so() {
        let off = Command::Layer(LayerKind::Bulkhead, false);
        let at = Instant::from_secs(1);
        let [on, off] = [None, Some(Action { at, on: Dependency::Postgres.into(), command: off })]
            .map(|action| slow(|scenario| scenario.schedule.extend(action)));
        let dashed = |svg: &str| {
            svg.lines()
                .filter(|it| it.contains("dasharray") && it.contains("fill=\"none\""))
                .count()
        };
        assert_eq!((on.matches(">off<").count(), off.matches(">off<").count()), (0, 1));
        assert_eq!(dashed(&off), dashed(&on) + 1, "{off}");
    }

    /// The texts of a picture with their boxes, for letters that are half as wide as high.
    fn texts(svg: &str) -> Vec<(String, Rect)> {
        let number = |line: &str, name: &str| {
            let from = line.find(&format!("{name}=\""))? + name.len() + 2;
            line[from..].split('"').next()?.parse::<f64>().ok()
        };
        let lines = svg.lines().filter(|line| line.starts_with("<text"));
        let text = lines.filter_map(|line| {
            let words = line.split(['<', '>']).nth(2)?;
            let [x, y, size] = [" x", " y", "font-size"].map(|name| number(line, name));
            let (x, y, size) = (x?, y?, size?);
            let width = 0.5 * size * float(words.chars().count());
            let left = if line.contains("text-anchor") { x - width / 2.0 } else { x };
            let place = Rect { x: left, y: y - 0.8 * size, width, height: size };
            Some((words.to_owned(), place))
        });
        text.collect()
    }

    #[test]
    fn no_text_covers_another_at_any_size_in_any_preset() {
        for preset in presets::ALL {
            let run = run((preset.scenario)(), 25);
            for size in
                [(336.0, 420.0), (480.0, 300.0), (700.0, 340.0), (920.0, 480.0), (1_200.0, 560.0)]
            {
                let texts = texts(&picture(&run, &Palette::for_tests(), size));
                assert!(texts.len() > 5, "{}", preset.name);
                for (n, (one, a)) in texts.iter().enumerate() {
                    for (other, b) in &texts[n + 1..] {
                        let apart = !a.overlaps(b);
                        assert!(apart, "{} at {size:?}: \"{one}\" and \"{other}\"", preset.name);
                    }
                }
            }
        }
    }

    #[test]
    fn hedging_is_a_layer_of_its_own_that_is_coloured_while_it_hedges() {
        let hedged = slow(|scenario| {
            let layers = &mut scenario.dependencies[Dependency::Postgres].layers;
            let hedge = HedgeConfig { delay: Duration::from_millis(20), ..HedgeConfig::default() };
            layers.push(LayerConfig::Hedge(hedge));
        });
        assert!(!slow(|_| {}).contains(">hedge<"));
        assert!(hedged.contains(">hedge<"));
        // Its count, in bold and in the colour of retries.
        let mut below = hedged.lines().skip_while(|line| !line.contains(">hedge<")).skip(1);
        let count = below.next().expect("its count is below its name");
        assert!(count.contains("font-weight") && count.contains("--retry"), "{count}");
        assert!(!count.contains(">0<"), "{count}");
    }
}

//! The plot of a question: the prediction, dashed and copper, and what the run says, solid and ink.

use crate::chart::{
    Align, Canvas, Chart, Label, Marks, OnCanvas, Paint, Point, Scale, draw_on_canvas, nice_ceiling,
};
use crate::convert::float;
use crate::palette::Palette;
use fusebox_lab::query::Unit;
use fusebox_lab::words::figure;
use gloo_timers::callback::Interval;
use std::ops::Range;
use std::rc::Rc;
use web_sys::{HtmlCanvasElement, HtmlInputElement};
use yew::prelude::*;

/// The dashes of a prediction.
const DASH: Option<(f64, f64)> = Some((6.0, 4.0));

/// The dashes of the run beside the run.
const BESIDE: Option<(f64, f64)> = Some((2.0, 3.0));

/// The steps of a slider over its whole range.
const STEPS: f64 = 200.0;

/// What a plot shows.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Plot {
    /// What the curves are, in a phrase.
    pub(super) about: String,
    /// The range of time in seconds.
    pub(super) time: Range<f64>,
    /// The unit of the curves.
    pub(super) unit: Unit,
    /// The number at the top, in that unit.
    pub(super) most: f64,
    /// The curve of the run; empty while it is hidden.
    pub(super) run: Vec<Point>,
    /// The curve of the run beside it, with its name.
    pub(super) beside: Option<(String, Vec<Point>)>,
    /// What the learner predicts.
    pub(super) guess: Option<Guess>,
    /// The number of the run once it is shown.
    pub(super) truth: Option<f64>,
    /// The distance of the two in words.
    pub(super) gap: String,
}

/// What a learner predicts.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Guess {
    /// A moment, in seconds.
    Moment(f64),
    /// A number of the curve's unit.
    Level(f64),
    /// The curve, evenly spaced in time.
    Curve(Vec<f64>),
}

impl Plot {
    /// The top of a plot with curves up to this number.
    pub(super) fn top(most: f64) -> f64 {
        nice_ceiling(most.max(1e-3) * 1.05)
    }

    fn chart<'a>(&self, palette: &'a Palette) -> Chart<'a> {
        let (factor, words) = scale_of(self.unit);
        let scaled = |points: &[Point]| points.iter().map(|(at, it)| (*at, it * factor)).collect();
        let most = self.most * factor;
        let mut marks = Vec::new();
        if !self.run.is_empty() {
            let paint = Paint { colour: &palette.slow_wash, opacity: 0.55 };
            marks.push(Marks::Between { upper: scaled(&self.run), lower: Vec::new(), paint });
        }
        if let Some((_, beside)) = &self.beside {
            marks.push(Marks::line(scaled(beside), &palette.ink_soft, 1.5, BESIDE));
        }
        marks.push(Marks::line(scaled(&self.run), &palette.ink, 2.0, None));
        let across = |level: f64| vec![(self.time.start, level), (self.time.end, level)];
        let up = |at: f64| vec![(at, 0.0), (at, most)];
        match &self.guess {
            Some(Guess::Moment(at)) => marks.push(Marks::line(up(*at), &palette.copper, 1.5, DASH)),
            Some(Guess::Level(level)) => {
                marks.push(Marks::line(across(level * factor), &palette.copper, 1.5, DASH));
            }
            Some(Guess::Curve(numbers)) => {
                marks.push(Marks::line(
                    scaled(&self.points_of(numbers)),
                    &palette.copper,
                    2.0,
                    DASH,
                ));
            }
            None => {}
        }
        if let (Some(truth), Some(guess)) = (self.truth, &self.guess) {
            self.compare(&mut marks, palette, factor, truth, guess);
        }
        let (time, scale) = (self.time.clone(), Scale::Linear { most });
        Chart { time, scale, words, spans: Vec::new(), marks, position: None }
    }

    /// The number of the run beside the prediction, and the distance between them.
    fn compare<'a>(
        &self,
        marks: &mut Vec<Marks<'a>>,
        palette: &'a Palette,
        factor: f64,
        truth: f64,
        guess: &Guess,
    ) {
        let most = self.most * factor;
        let share = |share: f64| self.time.start + (self.time.end - self.time.start) * share;
        let (ends, arrow, middle, named) = match guess {
            Guess::Moment(at) => {
                let height = most * 0.5;
                let ends = vec![(truth, 0.0), (truth, most)];
                let arrow = vec![(truth, height), (*at, height)];
                let named = [(truth, most * 0.16), (*at, most * 0.3)];
                (ends, arrow, (f64::midpoint(truth, *at), height), named)
            }
            Guess::Level(level) => {
                let at = share(0.85);
                let [truth, level] = [truth * factor, level * factor];
                let ends = vec![(self.time.start, truth), (self.time.end, truth)];
                let arrow = vec![(at, truth), (at, level)];
                let named = [(share(0.1), truth), (share(0.4), level)];
                (ends, arrow, (at, f64::midpoint(truth, level)), named)
            }
            Guess::Curve(_) => return,
        };
        let unit = if matches!(guess, Guess::Moment(_)) { Unit::Time } else { self.unit };
        let (Guess::Moment(guessed) | Guess::Level(guessed)) = *guess else { return };
        marks.push(Marks::line(ends, &palette.ink, 1.5, None));
        let words =
            [("the run", truth, &palette.ink), ("your prediction", guessed, &palette.copper)];
        for (at, (name, number, colour)) in named.into_iter().zip(words) {
            let align = if at.0 > share(0.75) { Align::Right } else { Align::Left };
            let text = format!(" {name}: {} ", unit.text(number));
            let labels = vec![Label { at, align, text }];
            marks.push(Marks::Labels { labels, colour, ground: &palette.panel });
        }
        if !self.gap.is_empty() {
            marks.push(Marks::line(arrow, &palette.ink_soft, 1.0, None));
            let text = self.gap.clone();
            let labels = vec![Label { at: middle, align: Align::Middle, text }];
            marks.push(Marks::Labels { labels, colour: &palette.ink, ground: &palette.panel });
        }
    }

    /// The points of a drawn curve.
    fn points_of(&self, numbers: &[f64]) -> Vec<Point> {
        let step = (self.time.end - self.time.start) / float(numbers.len().max(2) - 1);
        let at = |n: usize| self.time.start + step * float(n);
        numbers.iter().enumerate().map(|(n, number)| (at(n), *number)).collect()
    }

    /// The curves in words.
    fn words(&self) -> String {
        let numbers = self.run.iter().map(|(_, number)| *number).filter(|it| !it.is_nan());
        let (Some(low), Some(high), Some((_, end))) =
            (numbers.clone().reduce(f64::min), numbers.reduce(f64::max), self.run.last())
        else {
            return format!("{}, hidden until you answer", self.about);
        };
        let text = |number: f64| self.unit.text(number);
        let [low, high, end] = [low, high, *end].map(text);
        format!("{}: between {low} and {high}, at the end {end}", self.about)
    }
}

/// What a unit is multiplied with in a plot, and how its numbers are written there.
fn scale_of(unit: Unit) -> (f64, fn(f64) -> String) {
    match unit {
        Unit::Share => (100.0, |it| format!("{it:.0} %")),
        Unit::Time => (1_000.0, |it| Unit::Time.text(it / 1_000.0)),
        _ => (1.0, figure),
    }
}

/// A plot in the colours and the width that the page has now.
#[derive(Clone, Debug, PartialEq)]
struct Picture {
    plot: Rc<Plot>,
    palette: Rc<Palette>,
    width: i32,
}

impl OnCanvas for Picture {
    fn draw(&self, canvas: &HtmlCanvasElement) {
        draw_on_canvas(canvas, &self.plot.chart(&self.palette), &self.palette);
    }
}

/// Milliseconds between two checks of the theme and the width.
const LOOK_EVERY: u32 = 250;

#[derive(PartialEq, Properties)]
pub(super) struct Props {
    pub(super) plot: Rc<Plot>,
    /// Requests another prediction; none once it is judged.
    #[prop_or_default]
    pub(super) on_guess: Option<Callback<Guess>>,
}

/// A plot, with a slider for each number that is predicted.
#[component(PlotView)]
pub(super) fn plot_view(props: &Props) -> Html {
    let node = use_node_ref();
    let look = use_state_eq(|| (Rc::new(Palette::read()), 0));
    {
        let (node, set) = (node.clone(), look.setter());
        use_effect_with((), move |()| {
            let look = move || {
                let width = node.cast::<web_sys::Element>().map_or(0, |it| it.client_width());
                set.set((Rc::new(Palette::read()), width));
            };
            look();
            let interval = Interval::new(LOOK_EVERY, look);
            move || drop(interval)
        });
    }
    let plot = &props.plot;
    let (palette, width) = (*look).clone();
    let label = plot.words();
    html! {
        <figure class="plot" ref={node}>
            <figcaption>
                <span>{ &plot.about }</span>
                if !plot.run.is_empty() { <span class="plot__key">{ "the run" }</span> }
                if let Some((name, _)) = &plot.beside {
                    <span class="plot__key is-beside">{ name }</span>
                }
                if plot.guess.is_some() {
                    <span class="plot__key is-guess">{ "your prediction" }</span>
                }
            </figcaption>
            <div class="plot__picture">
                <Canvas<Picture>
                    class="plot__canvas" {label} picture={Picture { plot: plot.clone(), palette, width }}
                />
                { sliders(plot, props.on_guess.as_ref()) }
            </div>
        </figure>
    }
}

fn sliders(plot: &Plot, on_guess: Option<&Callback<Guess>>) -> Html {
    let (Some(guess), Some(on_guess)) = (&plot.guess, on_guess) else { return html! {} };
    let text = |number: f64| plot.unit.text(number);
    match guess {
        Guess::Moment(at) => slider(
            "plot__across",
            ("Your prediction".to_string(), Unit::Time.text(*at)),
            (*at, 0.0..plot.time.end),
            on_guess.reform(Guess::Moment),
        ),
        Guess::Level(level) => slider(
            "plot__up is-level",
            ("Your prediction".to_string(), text(*level)),
            (*level, 0.0..plot.most),
            on_guess.reform(Guess::Level),
        ),
        Guess::Curve(numbers) => {
            let points = plot.points_of(numbers);
            let one = |n: usize| {
                let (at, number) = points[n];
                let numbers = numbers.clone();
                slider(
                    "plot__up",
                    (format!("At {}", Unit::Time.text(at)), text(number)),
                    (number, 0.0..plot.most),
                    on_guess.reform(move |number| {
                        let mut numbers = numbers.clone();
                        numbers[n] = number;
                        Guess::Curve(numbers)
                    }),
                )
            };
            html! {
                <div class="plot__plane" role="group" aria-label="Your curve">
                    { for (0..points.len()).map(one) }
                </div>
            }
        }
    }
}

fn slider(
    class: &'static str,
    (label, text): (String, String),
    (value, range): (f64, Range<f64>),
    on: Callback<f64>,
) -> Html {
    let step = (range.end - range.start) / STEPS;
    let oninput = Callback::from(move |event: InputEvent| {
        let input = event.target_dyn_into::<HtmlInputElement>();
        if let Some(number) = input.and_then(|input| input.value().parse().ok()) {
            on.emit(number);
        }
    });
    html! {
        <input
            type="range" {class} aria-label={label} aria-valuetext={text} {oninput}
            min={range.start.to_string()} max={range.end.to_string()} step={step.to_string()}
            value={value.to_string()}
        />
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chart::{Caption, svg};
    use fusebox_lab::lesson::CURVE_POINTS;

    fn plot(guess: Guess, truth: Option<f64>) -> Plot {
        Plot {
            about: "busy threads".to_string(),
            time: 0.0..10.0,
            unit: Unit::Count,
            most: 100.0,
            run: vec![(0.0, 0.0), (4.0, 64.0), (10.0, 50.0)],
            beside: None,
            guess: Some(guess),
            truth,
            gap: "6 s too long".to_string(),
        }
    }

    fn drawn(plot: &Plot) -> String {
        let palette = Palette::for_tests();
        svg(&plot.chart(&palette), &palette, (156.0, 130.0), &Caption::default())
    }

    #[test]
    fn the_gap_is_named_only_beside_what_the_run_says() {
        let hidden = drawn(&plot(Guess::Moment(10.0), None));
        assert!(!hidden.contains("6 s too long"), "{hidden}");
        let shown = drawn(&plot(Guess::Moment(10.0), Some(4.0)));
        assert!(shown.contains("6 s too long"), "{shown}");
        assert!(shown.contains("stroke-dasharray=\"6 4\""), "{shown}");
        let level = drawn(&plot(Guess::Level(10.0), Some(64.0)));
        assert!(level.contains("d=\"M46 46L146 46\""), "the number of the run: {level}");
        assert!(level.contains("d=\"M46 100L146 100\""), "the prediction: {level}");
    }

    #[test]
    fn the_curves_are_told_in_words() {
        let mut plot = plot(Guess::Curve(vec![0.0; CURVE_POINTS]), None);
        assert_eq!(plot.words(), "busy threads: between 0 and 64, at the end 50");
        plot.run.clear();
        assert_eq!(plot.words(), "busy threads, hidden until you answer");
    }

    #[test]
    fn shares_are_per_cent() {
        let mut plot = plot(Guess::Level(0.5), None);
        (plot.unit, plot.most, plot.run) = (Unit::Share, 1.0, vec![(0.0, 1.0), (10.0, 0.5)]);
        let svg = drawn(&plot);
        assert!(svg.contains(">100 %<"), "{svg}");
        assert!(svg.contains("d=\"M46 60L146 60\""), "{svg}");
    }
}

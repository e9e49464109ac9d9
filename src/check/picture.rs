//! What the plot of a question shows: which curve, over which time, and the prediction in it.

use super::plot::{Guess, Plot};
use super::words::Pair;
use crate::chart::Point;
use crate::lesson::focused;
use fusebox::time::Instant;
use fusebox_lab::lesson::{Answer, Ask, Focus, Predict, Question};
use fusebox_lab::query::series::{SERIES, Series};
use fusebox_lab::query::{Moment, Ran, Unit};
use fusebox_sim::Dependency;
use std::ops::Range;

/// A question whose plot is wanted.
pub(super) struct Picture<'a> {
    pub(super) question: &'a Question,
    pub(super) base: Pair<'a>,
    /// The run of the answer, if it has a world of its own.
    pub(super) own: Option<Pair<'a>>,
    /// The answer, or its draft.
    pub(super) now: Option<&'a Answer>,
    /// Whether what the run says is shown.
    pub(super) is_shown: bool,
}

/// A curve of a run, and the time that is its zero.
struct Curve {
    series: &'static Series,
    on: Option<Dependency>,
    from: f64,
}

impl Curve {
    fn points(&self, run: &Ran, time: &Range<f64>) -> Vec<Point> {
        let points = run.series(self.series, self.on, 0).into_iter();
        let points = points.map(|(at, it)| (at.as_secs_f64() - self.from, it.unwrap_or(f64::NAN)));
        points.filter(|(at, _)| *at >= time.start && *at <= time.end).collect()
    }
}

/// The curve that the focus names.
pub(super) fn in_focus(focus: &[Focus]) -> (&'static Series, Option<Dependency>) {
    let (series, on) = focused(focus);
    let usual = SERIES.iter().find(|series| series.name == "useful");
    (series.or(usual).unwrap_or(&SERIES[0]), on)
}

/// Whether the prediction of a number is a line in the plot.
pub(super) fn in_plot(ask: &Predict) -> bool {
    let query = &ask.query;
    query.of_series().is_some() || query.is_moment() || query.time_from().is_some()
}

/// The plot of a question; none before it is answered, unless the plot is a part of the answer.
pub(super) fn picture(of: &Picture<'_>) -> Option<Plot> {
    let run = of.base.run;
    let moment = |moment: &Moment| run.moment(moment).map(Instant::as_secs_f64);
    let end = run.lanes.first().map(|lane| lane.end.as_secs_f64())?;
    let (series, on) = in_focus(&of.question.focus);
    let mut curve = Curve { series, on, from: 0.0 };
    let mut time = 0.0..end;
    let mut guess = None;
    let mut truth = None;
    match (&of.question.ask, of.now) {
        (Ask::Predict(ask), Some(&Answer::Predict(number))) => {
            let found = run.number(&ask.query, of.base.without);
            if let Some((series, on)) = ask.query.of_series() {
                (curve.series, curve.on) = (series, on);
                guess = Some(Guess::Level(number));
                truth = found;
            } else if ask.query.is_moment() || ask.query.time_from().is_some() {
                curve.from = ask.query.time_from().map_or(Some(0.0), moment)?;
                let to = ask.to.literal().unwrap_or_default();
                time = 0.0..to.max(1.0).min(end - curve.from);
                guess = Some(Guess::Moment(number));
                truth = found;
            }
        }
        (Ask::Draw(ask), now) => {
            (curve.series, curve.on) = ask.series.series()?;
            time = moment(&ask.from)?..moment(&ask.to)?;
            if let Some(Answer::Draw(numbers)) = now {
                guess = Some(Guess::Curve(numbers.clone()));
            }
        }
        _ => {}
    }
    // Of several lanes, one curve would say little; they are shown as a world.
    if run.lanes.len() > 1 || (guess.is_none() && !of.is_shown) {
        return None;
    }
    Some(plot(of, &curve, time, guess, truth))
}

/// A curve of a run, perhaps with that of another one beside it.
fn curves(curve: &Curve, time: Range<f64>, run: &Ran, beside: Option<(&str, &Ran)>) -> Plot {
    let run = curve.points(run, &time);
    let beside = beside.map(|(name, run)| (name.to_owned(), curve.points(run, &time)));
    let both = run.iter().chain(beside.iter().flat_map(|(_, points)| points));
    let most = both.map(|(_, number)| *number).fold(0.0, f64::max);
    let on = curve.on.map(|on| format!(", {}", on.title())).unwrap_or_default();
    Plot {
        about: format!("{}{on}", curve.series.about),
        time,
        unit: curve.series.unit,
        most: Plot::top(most),
        run,
        beside,
        guess: None,
        truth: None,
        gap: String::new(),
    }
}

/// The curve in focus over a whole run.
pub(super) fn in_view(focus: &[Focus], pair: Pair<'_>) -> Plot {
    let (series, on) = in_focus(focus);
    let beside = pair.without.map(|run| ("the world beside it", run));
    let end = pair.run.lanes.first().map_or(1.0, |lane| lane.end.as_secs_f64());
    curves(&Curve { series, on, from: 0.0 }, 0.0..end, pair.run, beside)
}

/// The useful answers of a world as the learner has set it, beside those of the world before.
pub(super) fn changed(base: Pair<'_>, own: Option<Pair<'_>>) -> Plot {
    match own {
        None => in_view(&[], base),
        Some(own) => {
            let (series, on) = in_focus(&[]);
            let end = own.run.lanes.first().map_or(1.0, |lane| lane.end.as_secs_f64());
            let beside = Some(("the world before your changes", base.run));
            curves(&Curve { series, on, from: 0.0 }, 0.0..end, own.run, beside)
        }
    }
}

fn plot(
    of: &Picture<'_>,
    curve: &Curve,
    time: Range<f64>,
    guess: Option<Guess>,
    truth: Option<f64>,
) -> Plot {
    let base = of.base.run;
    let without = of.base.without.map(|run| ("the world beside it", run));
    let mut plot = match of.own {
        Some(own) => curves(curve, time, own.run, Some(("the world of the question", base))),
        None => curves(curve, time, base, without),
    };
    if let (Ask::Predict(ask), Some(Guess::Level(_))) = (&of.question.ask, &guess) {
        plot.most = plot.most.max(Plot::top(ask.to.literal().unwrap_or_default()));
    }
    let distance = match (&guess, truth) {
        (Some(Guess::Moment(number)), Some(truth)) => Some((Unit::Time, number - truth)),
        (Some(Guess::Level(number)), Some(truth)) => Some((plot.unit, number - truth)),
        _ => None,
    };
    plot.guess = guess;
    if of.is_shown {
        plot.gap = distance.map(|(unit, it)| unit.text(it.abs())).unwrap_or_default();
        plot.truth = truth;
    } else {
        plot.run.clear();
        plot.beside = None;
    }
    plot
}

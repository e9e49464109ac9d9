//! The tracks under the time bar: the faults of the service and of each dependency, past and to come,
//! and the states of their breakers.

use super::Page;
use super::run_bar::shown;
use super::session::Action;
use crate::chart::{Span, SpanPlace, moments};
use fusebox::time::{Duration, Instant};
use fusebox_lab::fault_spans::{FaultSpan, fault_spans};
use fusebox_sim::{Dependency, Fault, Target};
use std::ops::Range;
use yew::prelude::*;

/// How long before a fault the run is after a skip to it.
const BEFORE: Duration = Duration::from_millis(500);

/// The share of the time axis that a button with words needs.
const WORDS_LEAST: f64 = 0.2;

#[component(Tracks)]
pub(super) fn tracks(page: &Page) -> Html {
    let Page { session, summary, .. } = page;
    let plan = &session.world.plan;
    let lanes = use_memo(plan.clone(), |plan| {
        let service = plan.scenario.service.as_ref().map(|_| Target::Service);
        let used = plan.scenario.used().into_iter().map(Target::from);
        let targets = service.into_iter().chain(used);
        targets.map(|on| (on, fault_spans(plan, on))).collect::<Vec<_>>()
    });
    let range = shown(&plan.scenario, summary.end);
    let axis = Axis { now: summary.now.as_secs_f64(), range };
    let ticks = moments(&axis.range, 640.0);
    html! {
        <section class="tracks panel" data-arrows="" aria-label="Faults and breakers over time">
            { for lanes.iter().map(|(on, faults)| lane(page, *on, faults, &axis)) }
            <div class="track__line track__axis" aria-hidden="true">
                { for ticks.into_iter().map(|at| html! {
                    <span ~style={format!("left: {}", axis.percent(at))}>{ format!("{at:.0} s") }</span>
                }) }
                <i class="track__now" ~style={format!("left: {}", axis.percent(axis.now))} />
            </div>
        </section>
    }
}

/// Places moments on the time axis.
struct Axis {
    now: f64,
    range: Range<f64>,
}

impl Axis {
    fn share(&self, seconds: f64) -> f64 {
        ((seconds - self.range.start) / (self.range.end - self.range.start)).clamp(0.0, 1.0)
    }

    fn percent(&self, seconds: f64) -> String {
        format!("{:.3}%", 100.0 * self.share(seconds))
    }

    fn between(&self, time: &Range<f64>) -> String {
        let width = self.share(time.end) - self.share(time.start);
        format!("left: {}; width: {:.3}%", self.percent(time.start), 100.0 * width)
    }
}

fn lane(page: &Page, on: Target, faults: &[FaultSpan], axis: &Axis) -> Html {
    let name = on.dependency().map_or("Service", Dependency::heading);
    let breakers = &page.summary.charts.breakers;
    let bands = breakers.iter().find(|(of, _)| on.dependency() == Some(*of));
    let ends = faults.iter().skip(1).map(|next| next.from.as_secs_f64()).chain([f64::INFINITY]);
    html! {
        <div class="track" key={on.name()}>
            <p class="track__name" id={format!("track-{}", on.name())}>{ name }</p>
            <ul class="track__line" aria-labelledby={format!("track-{}", on.name())}>
                { for bands.iter().flat_map(|(_, spans)| spans).map(|span| band(span, axis)) }
                { for faults.iter().zip(ends).filter_map(|(it, next)| fault(page, it, next, axis)) }
            </ul>
        </div>
    }
}

/// A state of a breaker.
fn band(Span { time, place, name }: &Span, axis: &Axis) -> Html {
    let class = if *place == SpanPlace::Strip { "is-open" } else { "is-half-open" };
    let text = format!("Breaker {name} from {:.1} s to {:.1} s", time.start, time.end);
    html! {
        <li class={classes!("track__band", class)} ~style={axis.between(time)} title={text.clone()}>
            <span class="visually-hidden">{ text }</span>
        </li>
    }
}

/// A span of faults, solid as far as it has come; none outside the time axis.
fn fault(page: &Page, span: &FaultSpan, next: f64, axis: &Axis) -> Option<Html> {
    let from = span.from.as_secs_f64();
    // A fault that nothing ends is drawn as far as the run has come.
    let to = span.to.map_or(axis.now.max(from), Instant::as_secs_f64);
    if from >= axis.range.end || to < axis.range.start {
        return None;
    }
    let room = from..next.min(axis.range.end);
    let width = axis.share(room.end) - axis.share(from);
    let part = |to: f64| 100.0 * (axis.share(to) - axis.share(from)) / width;
    let class =
        if span.faults.iter().copied().any(Fault::is_silent) { "is-silent" } else { "is-slow" };
    let here = axis.now.clamp(from, to);
    let label = label(span, page.summary.now);
    let before = span.from - BEFORE;
    let skip = (page.summary.now < before).then(|| {
        let words = if width < WORDS_LEAST { "›" } else { "Skip to it ›" };
        html! {
            <button
                class="link track__skip" type="button"
                aria-label={format!("Skip to it: {label}")}
                onclick={page.on_action.reform(move |_: MouseEvent| Action::Seek(before))}
            >
                { words }
            </button>
        }
    });
    Some(html! {
        <li class={classes!("track__fault", class)} ~style={axis.between(&room)}>
            if here > from { <i class="track__box" ~style={format!("width: {:.3}%", part(here))} /> }
            if to > here {
                <i
                    class="track__box is-scheduled"
                    ~style={format!("left: {:.3}%; width: {:.3}%", part(here), part(to) - part(here))}
                />
            }
            <span class="track__label" title={label.clone()}>{ label }</span>
            { skip.unwrap_or_default() }
        </li>
    })
}

/// The faults of a span in words, with the times that are still to come.
fn label(span: &FaultSpan, now: Instant) -> String {
    let states: Vec<&str> = span.faults.iter().map(|fault| fault.words().state).collect();
    let states = states.join(", ");
    let seconds = |at: Instant| {
        let text = format!("{:.1}", at.as_secs_f64());
        text.strip_suffix(".0").unwrap_or(&text).to_owned()
    };
    let (from, to) = (seconds(span.from), span.to.map(seconds));
    match to {
        Some(to) if span.from > now => format!("{states}, {from} to {to} s"),
        None if span.from > now => format!("{states} from {from} s"),
        Some(to) if span.to > Some(now) => format!("{states} until {to} s"),
        _ => states,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_has_the_times_that_are_to_come() {
        let second = Instant::from_secs;
        let faults = vec![Fault::Hang, Fault::Partitioned];
        let span = FaultSpan { from: second(28), to: Some(Instant::from_millis(40_500)), faults };
        assert_eq!(label(&span, second(3)), "hanging, partitioned, 28 to 40.5 s");
        assert_eq!(label(&span, second(30)), "hanging, partitioned until 40.5 s");
        assert_eq!(label(&span, second(41)), "hanging, partitioned");
        let open = FaultSpan { to: None, ..span };
        assert_eq!(label(&open, second(3)), "hanging, partitioned from 28 s");
        assert_eq!(label(&open, second(30)), "hanging, partitioned");
    }

    #[test]
    fn a_place_is_a_share_of_the_axis() {
        let axis = Axis { now: 5.0, range: 0.0..60.0 };
        assert_eq!(axis.between(&(15.0..30.0)), "left: 25.000%; width: 25.000%");
        assert_eq!(axis.between(&(-5.0..90.0)), "left: 0.000%; width: 100.000%");
    }
}

//! Faults and the states of the breaker as stretches of time.

use super::series::Run;
use crate::chart::{Span, SpanPlace};
use crate::palette::Palette;
use fusebox::StateName;
use fusebox_sim::{Dependency, Fault, SAMPLE_EVERY, Sample};
use std::ops::Range;

/// A stretch of time in which something was not as it should be.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::playground) struct Mark {
    /// Seconds.
    pub(in crate::playground) time: Range<f64>,
    pub(in crate::playground) kind: MarkKind,
}

/// What was not.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::playground) enum MarkKind {
    /// The dependency had this fault.
    Fault(Fault),
    /// The service had this fault.
    Service(Fault),
    /// Its breaker was open.
    Open,
    /// Its breaker was half-open.
    HalfOpen,
}

/// Faults first, then the states of the breaker.
pub(super) fn marks(run: Run<'_>, time: &Range<f64>) -> Vec<Mark> {
    let on = run.on;
    let mut marks =
        stretches(run, time, |sample| sample.gauges.dependencies[on].fault.map(MarkKind::Fault));
    marks.extend(stretches(run, time, |sample| sample.gauges.service_fault.map(MarkKind::Service)));
    marks.extend(stretches(run, time, |sample| match sample.gauges.dependencies[on].breaker? {
        StateName::Open => Some(MarkKind::Open),
        StateName::HalfOpen => Some(MarkKind::HalfOpen),
        StateName::Closed => None,
    }));
    marks
}

/// The same as what a chart draws: faults behind all, and the breaker's states as a strip on top.
pub(super) fn spans<'a>(run: Run<'_>, time: &Range<f64>, palette: &'a Palette) -> Vec<Span<'a>> {
    let span = |Mark { time, kind }| {
        let (colour, place, name) = match kind {
            MarkKind::Fault(fault) | MarkKind::Service(fault) => {
                (&palette.failure, SpanPlace::Full, fault.words().state)
            }
            MarkKind::Open => (&palette.fast, SpanPlace::Strip, "open"),
            MarkKind::HalfOpen => (&palette.slow, SpanPlace::HalfStrip, "half-open"),
        };
        Span { time, colour, place, name }
    };
    marks(run, time).into_iter().map(span).collect()
}

/// Neighbours that are alike are one stretch; a sample stands for the time since the one before.
fn stretches(
    run: Run<'_>,
    time: &Range<f64>,
    of: impl Fn(&Sample) -> Option<MarkKind>,
) -> Vec<Mark> {
    let mut marks: Vec<Mark> = Vec::new();
    let every = SAMPLE_EVERY.as_secs_f64();
    for sample in run.samples.range(run.within(time)) {
        let Some(kind) = of(sample) else { continue };
        let end = sample.at.as_secs_f64();
        let start = (end - every).max(time.start);
        match marks.last_mut() {
            Some(last) if last.kind == kind && start - last.time.end < every / 2.0 => {
                last.time.end = end;
            }
            _ => marks.push(Mark { time: start..end, kind }),
        }
    }
    marks
}

/// What is wrong at a moment, as part of a sentence; nothing where nothing is.
pub(super) fn state(sample: &Sample, on: Dependency) -> String {
    let gauges = &sample.gauges.dependencies[on];
    let title = on.title();
    let breaker = gauges.breaker.filter(|state| *state != StateName::Closed);
    if let Some(fault) = sample.gauges.service_fault {
        return format!("the service is {}", fault.words().state);
    }
    match (gauges.fault.map(|fault| fault.words().state), breaker) {
        (None, None) => String::new(),
        (Some(fault), None) => format!("{title} is {fault}"),
        (None, Some(state)) => format!("the breaker around {title} is {state}"),
        (Some(fault), Some(state)) => format!("{title} is {fault}, the breaker around it {state}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use fusebox::time::Instant;
    use fusebox_sim::Scenario;
    use fusebox_sim::{Command, FaultKind, World};

    #[test]
    fn a_fault_and_what_the_breaker_makes_of_it_are_spans_and_words() {
        let on = Dependency::Postgres;
        let mut world = World::new(&Scenario::search_service(), 7).unwrap();
        world.run_until(Instant::from_secs(10));
        world.apply(on, Command::Fault(Fault::Down)).unwrap();
        world.run_until(Instant::from_secs(20));
        world.apply(on, Command::Heal(FaultKind::Down)).unwrap();
        world.run_until(Instant::from_secs(30));
        let samples = world.measures().samples();
        let run = Run { samples, scenario: world.scenario(), on };
        let palette = Palette::for_tests();

        let found = spans(run, &(0.0..60.0), &palette);
        let faults: Vec<_> = found.iter().filter(|span| span.place == SpanPlace::Full).collect();
        assert_eq!(faults.len(), 1, "{found:?}");
        assert_eq!(faults[0].name, "down");
        let Range { start, end } = faults[0].time;
        assert!((start - 10.0).abs() < 0.15 && (end - 20.0).abs() < 0.15, "{start} {end}");
        let open = found.iter().find(|span| span.name == "open").unwrap();
        assert!(open.time.start >= start && open.place == SpanPlace::Strip);

        let part = spans(run, &(12.0..15.0), &palette);
        assert!(part.iter().all(|span| span.time.start >= 12.0 && span.time.end <= 15.01));

        let words = |second: usize| state(&samples[second * 10 - 1], on);
        assert_eq!(words(9), "");
        assert_eq!(words(15), "the database is down, the breaker around it open");
    }
}

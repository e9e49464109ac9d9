//! Values from the samples of a run: the points of a line, spans, and the state at a moment.

use super::ChartData;
use super::quantity::{Quantity, Source};
use crate::chart::{Point, Span, SpanPlace};
use crate::convert::float;
use fusebox::StateName;
use fusebox::time::{Duration, Instant};
use fusebox_sim::{Dependency, Fault, Gauges, SAMPLE_EVERY, Sample};
use std::ops::Range;

/// Noisy quantities are smoothed over this many samples, a second, as in the numbers of the panel.
const SMOOTHED: usize = 10;

impl ChartData<'_> {
    /// The data with the baseline in place of the run.
    pub(super) fn other(&self) -> Option<Self> {
        Some(Self { samples: self.baseline?, baseline: None, gauges: None, ..self.clone() })
    }

    /// The indices of the visible samples.
    pub(super) fn within(&self) -> Range<usize> {
        let before =
            |end: f64| self.samples.partition_point(|sample| sample.at.as_secs_f64() < end);
        let first = before(self.range.start);
        first..before(self.range.end + SAMPLE_EVERY.as_secs_f64() / 2.0).max(first)
    }

    /// The index of the newest sample at a moment; none if nothing is recorded of it.
    pub(super) fn at(&self, at: Instant) -> Option<usize> {
        let is_recorded = self.samples.back().is_some_and(|last| at < last.at + SAMPLE_EVERY);
        let until = self.samples.partition_point(|sample| sample.at <= at);
        until.checked_sub(1).filter(|_| is_recorded)
    }

    /// The state of the world at a moment: at the position in time it is newer than the sample.
    fn gauges_at(&self, at: Instant) -> Option<&Gauges> {
        let sampled = || Some(&self.samples[self.at(at)?].gauges);
        self.gauges.as_ref().filter(|_| at == self.now).or_else(sampled)
    }

    /// The value of a quantity at a moment, as the panels beside the charts show it; NaN or none if it
    /// has none.
    pub(super) fn value_at(&self, quantity: Quantity, at: Instant) -> Option<f64> {
        match quantity.source {
            Source::InUse(of, _) => Some(f64::from(of(self.gauges_at(at)?, self.on))),
            _ => Some(self.value(quantity, self.at(at)?)),
        }
    }

    /// The points of a quantity in the visible samples.
    pub(super) fn points(&self, quantity: Quantity) -> impl Iterator<Item = Point> {
        self.within().map(move |n| (self.samples[n].at.as_secs_f64(), self.value(quantity, n)))
    }

    /// The value of a quantity in the sample with this index; NaN if it has none.
    pub(super) fn value(&self, quantity: Quantity, number: usize) -> f64 {
        let (sample, on) = (&self.samples[number], self.on);
        let recent = (number + 1).saturating_sub(SMOOTHED)..=number;
        let count = float(recent.clone().count());
        let sum = |of: fn(&Sample, Dependency) -> u32| -> f64 {
            self.samples.range(recent).map(|sample| f64::from(of(sample, on))).sum()
        };
        match quantity.source {
            Source::Rate(of) => sum(of) / (count * SAMPLE_EVERY.as_secs_f64()),
            Source::InUse(of, _) => f64::from(of(&sample.gauges, on)),
            Source::Latency(of) => of(sample).map_or(f64::NAN, |it| it.as_secs_f64() * 1_000.0),
            Source::Capacity => per_second(sample, on).unwrap_or(f64::NAN),
        }
    }

    /// The faults, and then the states of the breaker, as spans.
    pub(super) fn spans(&self) -> Vec<Span> {
        let on = self.on;
        let fault = |fault: Option<Fault>| Some((SpanPlace::Full, fault?.words().state));
        let mut spans = self.stretches(|sample| fault(sample.gauges.dependencies[on].fault));
        spans.extend(self.stretches(|sample| fault(sample.gauges.service_fault)));
        spans.extend(self.breaker_spans(on));
        spans
    }

    /// The states of the breaker around a dependency, as spans.
    pub(super) fn breaker_spans(&self, on: Dependency) -> Vec<Span> {
        self.stretches(|sample| match sample.gauges.dependencies[on].breaker? {
            StateName::Open => Some((SpanPlace::Strip, "open")),
            StateName::HalfOpen => Some((SpanPlace::HalfStrip, "half-open")),
            StateName::Closed => None,
        })
    }

    /// Merges equal neighbours into one span; a sample covers the time since the previous one.
    fn stretches(&self, of: impl Fn(&Sample) -> Option<(SpanPlace, &'static str)>) -> Vec<Span> {
        let mut spans: Vec<Span> = Vec::new();
        let every = SAMPLE_EVERY.as_secs_f64();
        for sample in self.samples.range(self.within()) {
            let Some((place, name)) = of(sample) else { continue };
            let end = sample.at.as_secs_f64();
            let start = (end - every).max(self.range.start);
            match spans.last_mut() {
                Some(last) if last.name == name && start - last.time.end < every / 2.0 => {
                    last.time.end = end;
                }
                _ => spans.push(Span { time: start..end, place, name }),
            }
        }
        spans
    }

    /// The faults at a moment, as part of a sentence; empty if there is none.
    pub(super) fn state(&self, at: Instant) -> String {
        let Some(world) = self.gauges_at(at) else { return String::new() };
        let gauges = &world.dependencies[self.on];
        let title = self.on.title();
        let is = |what: &str, state: &str| format!("{what} is {state}");
        let breaker = gauges.breaker.filter(|state| *state != StateName::Closed);
        let parts = [
            world.service_fault.map(|fault| is("the service", fault.words().state)),
            gauges.fault.map(|fault| is(title, fault.words().state)),
            breaker.map(|state| is(&format!("the breaker around {title}"), &state.to_string())),
        ];
        parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
    }
}

/// The capacity of a dependency in attempts per second.
#[expect(clippy::cast_precision_loss, reason = "a chart shows no more than 52 bits")]
pub(super) fn per_second(sample: &Sample, on: Dependency) -> Option<f64> {
    sample.gauges.dependencies[on].capacity.map(|thousandths| thousandths as f64 / 1_000.0)
}

/// The nearest moment with a sample.
pub(super) fn sampled(seconds: f64) -> Instant {
    let every = SAMPLE_EVERY.as_secs_f64();
    Instant::ZERO + Duration::from_secs_f64((seconds / every).round() * every)
}

#[cfg(test)]
mod tests {
    use super::super::quantity::{OFFERED, P50, P99};
    use super::*;
    use fusebox_sim::{Command, FaultKind, Scenario, World};

    fn run_for(seconds: u64) -> World {
        let mut world = World::new(&Scenario::search_service(), 7).unwrap();
        world.run_until(Instant::from_secs(seconds));
        world
    }

    fn run(world: &World, range: Range<f64>) -> ChartData<'_> {
        ChartData { range, ..ChartData::of(world) }
    }

    #[test]
    fn a_rate_is_that_of_the_last_second_wherever_the_line_begins() {
        let world = run_for(4);
        let run = |range| run(&world, range);
        let all: Vec<Point> = run(0.0..4.0).points(OFFERED).collect();
        let late: Vec<Point> = run(1.8..2.3).points(OFFERED).collect();
        assert_eq!(all[17..23], late);
        let run = run(0.0..4.0);
        let sum: u32 = run.samples.range(8..18).map(|sample| sample.calls).sum();
        assert!((all[17].1 - f64::from(sum)).abs() < 1e-9);
        let first = f64::from(run.samples[0].calls);
        assert!((all[0].1 - first / 0.1).abs() < 1e-9, "one sample is a tenth of a second");
    }

    #[test]
    fn a_moment_has_the_newest_sample_up_to_it() {
        let world = run_for(4);
        let run = |range| run(&world, range);
        assert_eq!(run(1.0..2.0).within(), 9..20);
        assert_eq!(run(9.0..20.0).within(), 40..40);
        let run = run(0.0..4.0);
        assert_eq!(run.at(Instant::ZERO), None);
        assert_eq!(run.at(Instant::from_millis(1_000)), Some(9));
        assert_eq!(run.at(Instant::from_millis(1_099)), Some(9));
        assert_eq!(run.at(Instant::from_millis(4_099)), Some(39));
        assert_eq!(run.at(Instant::from_millis(4_100)), None);
    }

    #[test]
    fn there_is_no_latency_before_the_first_whole_second() {
        let world = run_for(4);
        let run = run(&world, 0.0..4.0);
        assert!(run.value(P50, 3).is_nan());
        let (p50, p99) = (run.value(P50, 20), run.value(P99, 20));
        assert!(p50 > 1.0 && p50 <= p99, "{p50:?} {p99:?}");
    }

    #[test]
    fn a_fault_and_what_the_breaker_makes_of_it_are_spans_and_words() {
        let on = Dependency::Postgres;
        let mut world = run_for(10);
        world.apply(on, Command::Fault(Fault::Down)).unwrap();
        world.run_until(Instant::from_secs(20));
        world.apply(on, Command::Heal(FaultKind::Down)).unwrap();
        world.run_until(Instant::from_secs(30));

        let all = run(&world, 0.0..60.0);
        let found = all.spans();
        let faults: Vec<_> = found.iter().filter(|span| span.place == SpanPlace::Full).collect();
        assert_eq!(faults.len(), 1, "{found:?}");
        assert_eq!(faults[0].name, "down");
        let Range { start, end } = faults[0].time;
        assert!((start - 10.0).abs() < 0.15 && (end - 20.0).abs() < 0.15, "{start} {end}");
        let open = found.iter().find(|span| span.name == "open").unwrap();
        assert!(open.time.start >= start && open.place == SpanPlace::Strip);

        let part = run(&world, 12.0..15.0).spans();
        assert!(part.iter().all(|span| span.time.start >= 12.0 && span.time.end <= 15.01));

        let words = |second: u64| all.state(Instant::from_secs(second));
        assert_eq!(words(9), "");
        assert_eq!(words(15), "the database is down, the breaker around the database is open");
    }
}

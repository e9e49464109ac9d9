//! What is on the wire to a dependency: its layers in their order, and the pool of connections. Each is
//! a symbol with its count, and coloured only while it acts.

use super::Bulkheads;
use super::fuse::Fuses;
use super::geometry::{Point, at, rect, sin_cos};
use super::layout::{Lane, Layout, Stop, StopKind};
use super::pen::{Pen, SMALL, TINY, TINY_BOLD};
use crate::convert::whole;
use crate::palette::Palette;
use fusebox::time::{Duration, Instant};
use fusebox::{Decision, LayerKind, StateName, TimeLimit};
use fusebox_lab::settings::layer_word;
use fusebox_lab::words::count;
use fusebox_sim::{Dependency, Each, Entry, Gauges, What, World};

/// When each layer around each dependency last acted.
pub(super) type Acted = Each<[Option<Instant>; LayerKind::ALL.len()]>;

/// How long a layer stays coloured after it acted.
const ACTS: Duration = Duration::from_secs(1);

/// The side of a symbol for which its lines are given.
const SIDE: f64 = 30.0;

/// The layer that acted in an entry.
pub(super) const fn acting(entry: &Entry) -> Option<LayerKind> {
    let What::Decided(decision) = &entry.what else { return None };
    match decision {
        Decision::TimedOut { limit: TimeLimit::Deadline, .. } => None,
        Decision::TimedOut { .. } => Some(LayerKind::Timeout),
        Decision::Retry { .. } | Decision::Paused { .. } => Some(LayerKind::Retry),
        Decision::Hedged(_) => Some(LayerKind::Hedge),
        Decision::Answered(_) => Some(LayerKind::Fallback),
        Decision::Queued(_) => Some(LayerKind::Bulkhead),
        Decision::Rejected(rejection) => rejection.layer(),
        _ => None,
    }
}

/// The look of a stop at a moment.
struct Look {
    /// Its count, or its state.
    words: String,
    /// Its colour while it acts, or none.
    colour: Option<String>,
    /// The share of its slots in use.
    filled: f64,
}

impl StopKind {
    /// Its name in one short word or two.
    fn name(self) -> &'static str {
        match self {
            Self::Pool => "pool",
            // Shorter than its name in a sentence, as there is little room.
            Self::Layer(LayerKind::RateLimiter) => "rate limit",
            Self::Layer(kind) => layer_word(kind),
        }
    }

    /// The lines of its symbol; the breaker, the bulkhead and the pool are drawn by what they hold.
    const fn lines(self) -> &'static [&'static [(f64, f64)]] {
        match self {
            Self::Layer(LayerKind::Timeout) => &[&[(0.0, -5.0), (0.0, 0.5), (4.0, 2.5)]],
            Self::Layer(LayerKind::Retry) => {
                &[&[(0.0, -8.0), (8.0, 6.0), (-8.0, 6.0), (0.0, -8.0), (8.0, 6.0)]]
            }
            Self::Layer(LayerKind::Fallback) => &[
                &[(8.0, -7.0), (8.0, 2.0), (-7.0, 2.0)],
                &[(-3.0, -2.5), (-7.5, 2.0), (-3.0, 6.5)],
            ],
            Self::Layer(LayerKind::Throttle) => &[
                &[
                    (-8.0, 5.0),
                    (-7.0, -1.0),
                    (-4.0, -5.0),
                    (0.0, -6.5),
                    (4.0, -5.0),
                    (7.0, -1.0),
                    (8.0, 5.0),
                ],
                &[(0.0, 5.0), (4.0, -2.0)],
            ],
            Self::Layer(LayerKind::RateLimiter) => &[&[
                (-8.0, -7.0),
                (8.0, -7.0),
                (1.5, 1.0),
                (1.5, 8.0),
                (-1.5, 8.0),
                (-1.5, 1.0),
                (-8.0, -7.0),
            ]],
            Self::Layer(LayerKind::Hedge) => &[
                &[(-8.0, -4.0), (7.0, -4.0)],
                &[(3.5, -7.5), (7.0, -4.0), (3.5, -0.5)],
                &[(-8.0, 5.0), (7.0, 5.0)],
                &[(3.5, 1.5), (7.0, 5.0), (3.5, 8.5)],
            ],
            Self::Layer(LayerKind::Breaker | LayerKind::Bulkhead) | Self::Pool => &[],
        }
    }
}

/// Draws what is on the wires of a world.
pub(super) struct StopPainter<'a, P> {
    pub(super) pen: P,
    pub(super) layout: &'a Layout,
    pub(super) world: &'a World,
    pub(super) gauges: &'a Gauges,
    pub(super) bulkheads: &'a Bulkheads,
    pub(super) fuses: &'a Fuses,
    pub(super) acted: &'a Acted,
    pub(super) palette: &'a Palette,
}

impl<P: Pen> StopPainter<'_, P> {
    /// Draws everything that is on a wire.
    pub(super) fn paint(&self, lane: &Lane) {
        for stop in &lane.stops {
            self.stop(lane.part.on, stop);
        }
        let (Some(first), Some(last)) = (lane.stops.first(), lane.stops.last()) else { return };
        let is_first = self.layout.lanes.first().is_some_and(|first| first.part.on == lane.part.on);
        let width = last.place.right() - first.place.x;
        if is_first && !self.layout.upright && width > 120.0 && lane.part.layers.len() > 1 {
            let y = first.place.middle().y - 48.0;
            let colour = &self.palette.ink_soft;
            self.pen.text("outermost → innermost", first.place.x, y, SMALL, colour);
        }
    }

    fn stop(&self, on: Dependency, stop: &Stop) {
        let palette = self.palette;
        let is_on = match stop.kind {
            StopKind::Layer(kind) => self.layout.service.is_none() || self.world.is_on(on, kind),
            StopKind::Pool => true,
        };
        let Look { words, colour, filled } = if is_on {
            self.look(on, stop.kind)
        } else {
            Look { words: "off".to_owned(), colour: None, filled: 0.0 }
        };
        let scale = stop.place.width / SIDE;
        if is_on {
            let edge = colour.as_ref().unwrap_or(&palette.edge);
            self.flash(on, stop, edge);
            let thick = if colour.is_some() { 2.0 } else { 1.25 };
            self.pen.round(stop.place, 7.0 * scale, Some(&palette.panel), Some((edge, thick)));
            let ink = colour.as_ref().unwrap_or(&palette.ink_soft);
            self.symbol(on, stop, scale, ink, filled);
        } else {
            self.pen.dash(&[3.0, 3.0]);
            self.pen.round(stop.place, 7.0 * scale, None, Some((&palette.edge, 1.5)));
            self.pen.dash(&[]);
        }
        let Some((place, has_name)) = stop.label else { return };
        let (ink, style) = match &colour {
            Some(colour) => (colour, TINY_BOLD),
            None => (&palette.ink_soft, TINY),
        };
        let Point { x, mut y } = place;
        if has_name {
            self.pen.centred(stop.kind.name(), x, y, TINY, &palette.ink_soft);
            y += 12.0;
        }
        self.pen.centred(&words, x, y, style, ink);
    }

    /// The halo of a breaker that has just changed its state.
    fn flash(&self, on: Dependency, stop: &Stop, colour: &str) {
        let flash = self.fuses.pose(on).flash;
        if stop.kind == StopKind::Layer(LayerKind::Breaker) && flash > 0.0 {
            let grown = 3.0 + 9.0 * (1.0 - flash);
            let place = stop.place.grown(grown);
            self.pen.opacity(flash);
            self.pen.round(place, 7.0 + grown, None, Some((colour, 3.0)));
            self.pen.opacity(1.0);
        }
    }

    fn symbol(&self, on: Dependency, stop: &Stop, scale: f64, ink: &str, filled: f64) {
        let Point { x, y } = stop.place.middle();
        let to = |dx: f64, dy: f64| at(x + dx * scale, y + dy * scale);
        for line in stop.kind.lines() {
            self.pen.line(line.iter().map(|&(dx, dy)| to(dx, dy)), ink, 1.6);
        }
        match stop.kind {
            StopKind::Layer(LayerKind::Timeout) => {
                let ring = rect(x - 9.0 * scale, y - 9.0 * scale, 18.0 * scale, 18.0 * scale);
                self.pen.round(ring, 9.0 * scale, None, Some((ink, 1.6)));
            }
            StopKind::Layer(LayerKind::Breaker) => {
                let (sin, cos) = sin_cos(self.fuses.pose(on).angle);
                let tip = to(15.0 * cos - 7.0, -15.0 * sin);
                self.pen.line([to(-15.0, 0.0), to(-7.0, 0.0), tip].into_iter(), ink, 2.2);
                self.pen.line([to(8.0, 0.0), to(15.0, 0.0)].into_iter(), ink, 2.2);
                self.pen.discs([to(-7.0, 0.0), to(8.0, 0.0)].into_iter(), 2.2 * scale);
                self.pen.fill(ink);
            }
            StopKind::Layer(LayerKind::Bulkhead) | StopKind::Pool => {
                let is_pool = stop.kind == StopKind::Pool;
                let cell = |n: u32| {
                    let along = 5.6 * f64::from(n) - 11.0;
                    let (dx, dy) = if is_pool { (-9.0, 6.5 - along - 11.0) } else { (along, -8.0) };
                    let (wide, high) = if is_pool { (18.0, 4.2) } else { (4.2, 16.0) };
                    let corner = to(dx, dy);
                    rect(corner.x, corner.y, wide * scale, high * scale)
                };
                // Rounded up, so that a single slot in use is seen.
                let full = whole((filled * 4.0).ceil()).min(4);
                self.pen.boxes((full..4).map(cell), 1.2);
                self.pen.stroke(&self.palette.edge);
                self.pen.boxes((0..full).map(cell), 1.2);
                self.pen.fill(ink);
            }
            StopKind::Layer(_) => {}
        }
    }

    fn look(&self, on: Dependency, kind: StopKind) -> Look {
        let (palette, counters) = (self.palette, self.world.measures().counters());
        let layers = match self.layout.service {
            Some(_) => &counters.dependencies[on].layers,
            None => &counters.client_layers,
        };
        let layer = match kind {
            StopKind::Layer(layer) => layer,
            StopKind::Pool => return self.pool(on),
        };
        let now = self.world.now();
        let acts = self.acted[on][layer as usize].is_some_and(|at| at <= now && now <= at + ACTS);
        let (number, colour) = match layer {
            LayerKind::Timeout => (layers.timeouts(), &palette.failure),
            LayerKind::Retry => (layers.retries, &palette.retry),
            LayerKind::Hedge => (layers.hedges, &palette.retry),
            LayerKind::Throttle => (layers.throttle_rejections, &palette.fast),
            LayerKind::RateLimiter => (layers.rate_limiter_rejections, &palette.fast),
            LayerKind::Fallback => {
                let answers = layers.stale_answers + layers.substitutes + layers.fixed_answers;
                (answers + layers.unavailable, &palette.fallback)
            }
            LayerKind::Breaker => return self.breaker(on, layers.breaker_rejections),
            LayerKind::Bulkhead => {
                let Some((taken, slots)) = self.bulkheads[on] else {
                    return plain(count(layers.bulkhead_rejections), acts.then_some(&palette.fast));
                };
                let colour = if taken >= slots { &palette.failure } else { &palette.slow };
                let acts = acts || taken >= slots;
                return slots_in_use(taken, slots, acts.then_some(colour));
            }
        };
        plain(count(number), acts.then_some(colour))
    }

    /// A breaker: its state, and how many calls it rejects while it is not closed.
    fn breaker(&self, on: Dependency, rejections: u64) -> Look {
        let palette = self.palette;
        match self.gauges.dependencies[on].breaker {
            Some(StateName::Closed) => plain("closed".to_owned(), Some(&palette.copper)),
            Some(StateName::Open) => plain("open".to_owned(), Some(&palette.fast)),
            Some(StateName::HalfOpen) => plain("half-open".to_owned(), Some(&palette.slow)),
            // The clients' breakers have no common state.
            None => plain(count(rejections), None),
        }
    }

    fn pool(&self, on: Dependency) -> Look {
        let palette = self.palette;
        let pool = self.gauges.dependencies[on].pool.unwrap_or_default();
        let size = self.layout.lanes.iter().find(|lane| lane.part.on == on);
        let size = size.and_then(|lane| lane.part.pool).unwrap_or(0);
        if pool.waiting > 0 {
            let words = format!("{} queued", count(pool.waiting.into()));
            return Look { words, colour: Some(palette.slow.clone()), filled: 1.0 };
        }
        let is_full = size > 0 && pool.used >= size;
        slots_in_use(pool.used, size, is_full.then_some(&palette.failure))
    }
}

fn plain(words: String, colour: Option<&String>) -> Look {
    Look { words, colour: colour.cloned(), filled: 0.0 }
}

fn slots_in_use(used: u32, of: u32, colour: Option<&String>) -> Look {
    let words = format!("{} of {}", count(used.into()), count(of.into()));
    Look { words, colour: colour.cloned(), filled: f64::from(used) / f64::from(of.max(1)) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use fusebox_lab::presets;

    #[test]
    fn the_layers_that_act_in_an_outage_are_coloured_and_the_others_are_not() {
        let preset = presets::find("slow-database-bulkhead").expect("a preset");
        let mut world = World::with_trace(&(preset.scenario)(), 42, 50_000).expect("it is valid");
        let mut acted = |seconds: u64| {
            let from = world.trace().added();
            world.run_until(Instant::from_secs(seconds));
            let entries =
                world.trace().since(from).filter(|it| it.on == Some(Dependency::Postgres));
            let layers: Vec<LayerKind> = entries.filter_map(acting).collect();
            LayerKind::USUAL.map(|kind| layers.contains(&kind))
        };
        assert_eq!(acted(19), [false; 5], "nothing acts while all is well");
        // The database is slow from 20 s on: attempts time out and are retried, and the bulkhead fills.
        let [timeout, retry, _, _, bulkhead] = acted(24);
        assert!(timeout && retry && bulkhead);
        assert_eq!(acted(50)[2..4], [true, true], "the breaker rejects and the fallback answers");
    }
}

//! Draws the parts that do not move: clients, wires, fuses, the service, and the slots of pools and
//! bulkheads.

use super::Bulkheads;
use super::fuse::Fuses;
use super::geometry::{Point, Rect, at, rect};
use super::kinds::DotKind;
use super::layout::{Lane, Layout, Stop};
use super::pace::Tally;
use super::pen::{CellGrid, CellRow, Pen, SMALL, TITLE, WORDS};
use super::stops::{Acted, StopPainter};
use crate::convert::float;
use crate::palette::Palette;
use fusebox::{LayerKind, StateName};
use fusebox_lab::words::count;
use fusebox_sim::{Dependency, DependencyGauges, Fault, Gauges, World};

/// The position of the text of a row in the service relative to its cells.
const INSIDE: (f64, f64, f64) = (8.0, 14.0, 11.0);

/// A picture to draw.
pub(super) struct Painter<'a, P> {
    pub(super) pen: P,
    pub(super) layout: &'a Layout,
    pub(super) world: &'a World,
    pub(super) gauges: Gauges,
    pub(super) bulkheads: &'a Bulkheads,
    pub(super) fuses: &'a Fuses,
    pub(super) acted: &'a Acted,
    pub(super) chosen: Option<Dependency>,
    pub(super) palette: &'a Palette,
    /// With reduced motion, the events of the last second on each wire.
    pub(super) tallies: &'a [WireTally],
}

impl<P: Pen> Painter<'_, P> {
    pub(super) fn paint(&self) {
        let palette = self.palette;
        if let Some(wire) = &self.layout.inbound {
            self.pen.line(wire.between(0.0, 1.0), &palette.edge, 1.5);
        }
        // The selected lane is drawn last, above the others where they start together.
        let lanes = || self.layout.lanes.iter();
        let others = lanes().filter(|lane| !self.is_chosen(lane));
        let lanes: Vec<&Lane> = others.chain(lanes().filter(|lane| self.is_chosen(lane))).collect();
        for lane in &lanes {
            self.wire(lane);
        }
        let Self { pen, layout, world, ref gauges, bulkheads, fuses, acted, .. } = *self;
        let stops = StopPainter { pen, layout, world, gauges, bulkheads, fuses, acted, palette };
        for lane in lanes {
            stops.paint(lane);
        }
        self.clients();
        if let Some(place) = self.layout.service {
            self.service(place);
        }
        self.tallies();
    }

    fn is_chosen(&self, lane: &Lane) -> bool {
        self.chosen == Some(lane.part.on)
    }

    fn gauges(&self, on: Dependency) -> &DependencyGauges {
        &self.gauges.dependencies[on]
    }

    /// The wire is live as far as calls get: up to the fuse if it is open, up to the dependency if it
    /// is healthy.
    fn wire(&self, lane: &Lane) {
        let part = &lane.part;
        let palette = self.palette;
        let open = self.gauges(part.on).breaker == Some(StateName::Open);
        let silent = self.world.faults(part.on).any(Fault::is_silent);
        let width = if self.is_chosen(lane) { 2.5 } else { 1.75 };
        let live = |alive: bool| if alive { &palette.copper } else { &palette.edge };
        let has_breaker = part.layers.contains(&LayerKind::Breaker);
        let gate = if has_breaker { lane.share_of(LayerKind::Breaker) } else { 0.0 };
        if has_breaker {
            self.pen.line(lane.wire.between(0.0, gate), &palette.copper, width);
        }
        if open || silent {
            self.pen.dash(&[3.0, 5.0]);
        }
        self.pen.line(lane.wire.between(gate, 1.0), live(!open && !silent), width);
        self.pen.dash(&[]);
    }

    fn clients(&self) {
        let palette = self.palette;
        let crowd = &self.layout.crowd;
        let Rect { x, y, .. } = crowd.place;
        let clients = count(self.layout.topology.clients.into());
        self.pen.text("Clients", x, y - 22.0, TITLE, &palette.ink);
        let words = if crowd.per_dot > 1 {
            format!("{clients}, {} to a dot", count(crowd.per_dot.into()))
        } else {
            format!("{clients} of them")
        };
        self.pen.text(&words, x, y - 7.0, WORDS, &palette.ink_soft);
        self.pen.discs((0..crowd.dots).map(|n| crowd.dot(n)), 2.2);
        self.pen.fill(&palette.edge);
    }

    fn service(&self, place: Rect) {
        let Some(service) = &self.layout.topology.service else { return };
        let palette = self.palette;
        let Rect { x, y, width, height } = place;
        let Gauges { threads_busy, queued, jobs, dependencies, service_fault } = &self.gauges;
        let (ground, edge) = match service_fault {
            Some(fault) if fault.is_silent() => (&palette.failure_wash, (&palette.failure, 2.0)),
            Some(_) => (&palette.slow_wash, (&palette.slow, 2.0)),
            None => (&palette.panel, (&palette.edge, 1.0)),
        };
        if service_fault.is_some_and(|fault| !fault.is_silent()) {
            self.pen.dash(&[5.0, 4.0]);
        }
        self.pen.round(place, 12.0, Some(ground), Some((edge.0, edge.1)));
        self.pen.dash(&[]);
        let (left, inner) = (x + 14.0, width - 28.0);
        let title = if inner < 155.0 { "Service" } else { "Search service" };
        self.pen.text(title, left, y + 25.0, TITLE, &palette.ink);
        let mut strips = vec![("queue", [service.queue, *queued, 0])];
        if let Some(size) = service.shared_pool {
            let pools = || dependencies.iter().filter_map(|(_, gauges)| gauges.pool);
            let (used, idle) = (pools().map(|it| it.used).sum(), pools().map(|it| it.idle).sum());
            strips.push(("pool", [size, used, idle]));
        }
        strips.extend(service.jobs.map(|places| ("jobs", [places, *jobs, 0])));
        let strips_high = 38.0 * float(strips.len());
        let below = |top| {
            let room = rect(left, y + top, inner, height - top - 12.0 - strips_high);
            CellGrid::new(room, service.workers)
        };
        let mut grid = below(54.0);
        let is_crowded = grid.per_cell > 1;
        if is_crowded {
            grid = below(70.0);
            let words = format!("{} threads a square", grid.per_cell);
            self.pen.text(&words, left, y + 58.0, WORDS, &palette.ink_soft);
        }
        let [busy, workers] = [*threads_busy, service.workers].map(|it| count(it.into()));
        let words = match service_fault {
            Some(fault) => fault.words().state.to_owned(),
            None if is_crowded || service.workers >= 1_000 => format!("{busy} of {workers}"),
            None => format!("{busy} of {workers} threads"),
        };
        let full = *threads_busy >= service.workers;
        let colour = match service_fault {
            Some(fault) if !fault.is_silent() => &palette.slow,
            None if !full => &palette.ink_soft,
            _ => &palette.failure,
        };
        self.pen.text(&words, left, y + 43.0, WORDS, colour);
        let colour = if full { &palette.failure } else { &palette.copper };
        grid.paint(self.pen, *threads_busy, colour, palette);
        for (n, (name, cells)) in strips.into_iter().enumerate() {
            let top = y + height - strips_high - 2.0 + 38.0 * float(n);
            let [of, used, _] = cells.map(|it| count(it.into()));
            let words = format!("{name} {used} of {of}");
            let colour = match (n, cells[1] >= cells[0]) {
                (_, true) => &palette.failure,
                (0, _) => &palette.slow,
                _ => &palette.copper,
            };
            let (place, ink) = (rect(left, top, inner, 20.0), &palette.ink_soft);
            CellRow { place, rows: INSIDE, words, ink, cells, colour }.paint(self.pen, palette);
        }
    }

    /// The tallies of the last second on each wire; their shapes are drawn with the dots.
    fn tallies(&self) {
        let palette = self.palette;
        for tally in self.tallies {
            let edge = Some((palette.line.as_str(), 1.0));
            self.pen.round(tally.place, 6.0, Some(&palette.panel), edge);
            for (Point { x, y }, _, counted) in tally.rows() {
                let words = count(counted.into());
                self.pen.text(&words, x + 9.0, y + 4.0, SMALL, &palette.ink);
            }
        }
    }
}

/// The tally of a wire in the last second, the most frequent kind first, and its position.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct WireTally {
    place: Rect,
    counts: Vec<(DotKind, u32)>,
}

impl WireTally {
    /// None if nothing started on the wire.
    pub(super) fn of(tally: &Tally, n: usize, layout: &Layout) -> Option<Self> {
        let wire = layout.wires().nth(n)?;
        let mut counts: Vec<(DotKind, u32)> = Vec::new();
        for (kind, count) in DotKind::ALL.map(|kind| (kind, tally.of(n, kind))) {
            if count > 0 {
                counts.insert(counts.partition_point(|&(_, other)| other >= count), (kind, count));
            }
        }
        counts.truncate(if layout.upright { 1 } else { 3 });
        let high = float(counts.len()) * 15.0;
        let place = match layout.lane_of(n).and_then(|lane| lane.stops.first()) {
            // Above the beginning of the wire to a dependency.
            Some(Stop { place, .. }) if layout.upright => rect(4.0, place.y - 8.0, 48.0, 0.0),
            Some(Stop { place, .. }) => rect(place.x - 30.0, place.y - high - 6.0, 48.0, 0.0),
            None => {
                let middle = wire.at(0.5);
                rect(middle.x - 27.0, middle.y - high / 2.0 - 3.0, 48.0, 0.0)
            }
        };
        let place = Rect { height: high + 4.0, ..place };
        (!counts.is_empty()).then_some(Self { place, counts })
    }

    /// The position of each kind's shape, and its count.
    pub(super) fn rows(&self) -> impl Iterator<Item = (Point, DotKind, u32)> {
        let Rect { x, y, .. } = self.place;
        let place = move |row: usize| at(x + 10.0, y + 10.0 + float(row) * 15.0);
        self.counts.iter().enumerate().map(move |(row, &(kind, count))| (place(row), kind, count))
    }
}

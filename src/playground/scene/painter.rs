//! Draws the parts that do not move: clients, wires, fuses, the service, and the slots of pools and
//! bulkheads.

use super::fuse::{Fuses, Pose};
use super::geometry::{Point, Rect, at, rect};
use super::kinds::DotKind;
use super::layout::{FUSE, Lane, Layout};
use super::pace::Tally;
use super::pen::{CellGrid, CellRow, Pen, SMALL, TITLE, WORDS};
use crate::convert::float;
use crate::palette::Palette;
use fusebox::StateName;
use fusebox_lab::words::count;
use fusebox_sim::{Dependency, DependencyGauges, Fault, Gauges, PoolGauges, World};
use js_sys::Math;

/// The position of the text of a row relative to its cells: below, above, or inside the service.
const BELOW: (f64, f64, f64) = (19.0, 2.0, 7.0);
const ABOVE: (f64, f64, f64) = (9.0, 14.0, 7.0);
const INSIDE: (f64, f64, f64) = (8.0, 14.0, 11.0);

/// A picture to draw.
pub(super) struct Painter<'a> {
    pub(super) pen: Pen<'a>,
    pub(super) size: (f64, f64, f64),
    pub(super) layout: &'a Layout,
    pub(super) world: &'a World,
    pub(super) gauges: Gauges,
    pub(super) fuses: &'a Fuses,
    pub(super) chosen: Option<Dependency>,
    pub(super) palette: &'a Palette,
    /// With reduced motion, the events of the last second on each wire.
    pub(super) tallies: &'a [WireTally],
}

impl Painter<'_> {
    pub(super) fn paint(&self) {
        let (width, height, ratio) = self.size;
        // It cannot fail: the numbers are finite.
        let _ = self.pen.0.set_transform(ratio, 0.0, 0.0, ratio, 0.0, 0.0);
        self.pen.0.clear_rect(0.0, 0.0, width, height);
        let palette = self.palette;
        if let Some(wire) = &self.layout.inbound {
            self.pen.line(wire.between(0.0, 1.0), &palette.line_strong, 1.5);
        }
        // The selected lane is drawn last, above the others where they start together.
        let mut lanes: Vec<&Lane> = self.layout.lanes.iter().collect();
        lanes.sort_by_key(|lane| self.is_chosen(lane));
        for lane in &lanes {
            self.wire(lane);
        }
        for lane in lanes {
            self.strips(lane);
            self.fuse(lane);
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
        let live = |alive: bool| if alive { &palette.copper } else { &palette.line_strong };
        let gate = if part.breaker { lane.wire.gate } else { 0.0 };
        if part.breaker {
            self.pen.line(lane.wire.between(0.0, gate), live(!open), width);
        }
        if open || silent {
            self.pen.dash(&[3.0, 5.0]);
        }
        self.pen.line(lane.wire.between(gate, 1.0), live(!open && !silent), width);
        self.pen.dash(&[]);
    }

    /// The breaker as a switch on the wire: closed, open, or ajar; bridged if it is off.
    fn fuse(&self, lane: &Lane) {
        let part = &lane.part;
        if !part.breaker {
            return;
        }
        let palette = self.palette;
        let (x, y) = (lane.fuse.x, lane.fuse.y);
        let place = rect(x - FUSE.0, y - FUSE.1, FUSE.0 * 2.0, FUSE.1 * 2.0);
        let Some(state) = self.gauges(part.on).breaker else {
            self.pen.dash(&[3.0, 3.0]);
            self.pen.round(place, 7.0, None, Some((&palette.line_strong, 1.5)));
            self.pen.dash(&[]);
            return;
        };
        let colour = match state {
            StateName::Closed => &palette.copper,
            StateName::Open => &palette.fast,
            StateName::HalfOpen => &palette.slow,
        };
        let Pose { angle, flash } = self.fuses.pose(part.on);
        if flash > 0.0 {
            let grown = 3.0 + 9.0 * (1.0 - flash);
            let halo = rect(
                place.x - grown,
                place.y - grown,
                place.width + grown * 2.0,
                place.height + grown * 2.0,
            );
            self.pen.opacity(flash);
            self.pen.round(halo, 7.0 + grown, None, Some((colour, 3.0)));
            self.pen.opacity(1.0);
        }
        let thick = if self.is_chosen(lane) { 2.5 } else { 1.75 };
        self.pen.round(place, 7.0, Some(&palette.panel), Some((colour, thick)));
        let blade = 17.0;
        let hinge = at(x - 8.0, y);
        // The browser has these fonts already, so that the page need not bring its own.
        let (sin, cos) = (Math::sin(angle), Math::cos(angle));
        let tip = at(hinge.x + blade * cos, hinge.y - blade * sin);
        self.pen.line([at(x - FUSE.0 + 4.0, y), hinge].into_iter(), colour, 2.0);
        self.pen.line([at(x + 10.0, y), at(x + FUSE.0 - 4.0, y)].into_iter(), colour, 2.0);
        self.pen.line([hinge, tip].into_iter(), colour, 2.5);
        self.pen.discs([hinge, at(x + 10.0, y)].into_iter(), 2.2);
        self.pen.fill(colour);
    }

    /// The slots of the bulkhead and of the pool in front of a dependency.
    fn strips(&self, lane: &Lane) {
        let (part, palette) = (&lane.part, self.palette);
        let ink = |waiting: u32| if waiting > 0 { &palette.slow } else { &palette.ink_soft };
        let has_service = self.layout.service.is_some();
        if let Some(bulkhead) = self.world.bulkhead(part.on).filter(|_| has_service) {
            let (taken, waiting) = (bulkhead.taken(), bulkhead.waiting());
            let slots = bulkhead.config().slots;
            let rows = if self.layout.upright { BELOW } else { ABOVE };
            let words = words("bulkhead", (taken, slots), waiting, lane.bulkhead.width);
            self.cells(lane.bulkhead, rows, words, ink(waiting), [slots, taken, 0]);
        } else if part.bulkhead {
            let Rect { x, y, .. } = lane.bulkhead;
            self.pen.text("bulkhead off", x, y + 15.0, SMALL, &palette.ink_soft);
        }
        let Some(PoolGauges { used, idle, waiting }) = self.gauges(part.on).pool else { return };
        if let Some(size) = part.pool {
            let words = words("pool", (used, size), waiting, lane.pool.width);
            self.cells(lane.pool, BELOW, words, ink(waiting), [size, used, idle]);
        } else {
            let words = match waiting {
                0 => format!("uses {used} of the pool"),
                _ => format!("uses {used}, {} queued", count(waiting.into())),
            };
            self.pen.text(&words, lane.pool.x, lane.pool.y + 12.0, SMALL, ink(waiting));
        }
    }

    /// A row of cells; if all of them are filled, they are drawn in the colour of failures.
    fn cells(&self, place: Rect, rows: (f64, f64, f64), words: String, ink: &str, cells: [u32; 3]) {
        let palette = self.palette;
        let colour = if cells[1] >= cells[0] { &palette.failure } else { &palette.copper };
        CellRow { place, rows, words, ink, cells, colour }.paint(self.pen, palette);
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
        self.pen.fill(&palette.line_strong);
    }

    fn service(&self, place: Rect) {
        let Some(service) = &self.layout.topology.service else { return };
        let palette = self.palette;
        let Rect { x, y, width, height } = place;
        let Gauges { threads_busy, queued, jobs, dependencies, service_fault } = &self.gauges;
        let (ground, edge) = match service_fault {
            Some(fault) if fault.is_silent() => (&palette.failure_wash, (&palette.failure, 2.0)),
            Some(_) => (&palette.slow_wash, (&palette.slow, 2.0)),
            None => (&palette.panel, (&palette.line_strong, 1.0)),
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
        let grid = rect(left, y + 54.0, inner, height - 66.0 - strips_high);
        let grid = CellGrid::new(grid, service.workers);
        let [busy, workers] = [*threads_busy, service.workers].map(|it| count(it.into()));
        let words = match service_fault {
            Some(fault) => fault.words().state.to_owned(),
            None if grid.per_cell > 1 => {
                format!("{busy} of {workers} threads, {} to a square", grid.per_cell)
            }
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
        let mut counts: Vec<(DotKind, u32)> =
            DotKind::ALL.map(|kind| (kind, tally.of(n, kind))).into();
        counts.retain(|&(_, count)| count > 0);
        counts.sort_by_key(|&(_, count)| std::cmp::Reverse(count));
        counts.truncate(if layout.upright { 3 } else { 4 });
        let inbound = n == 0 && layout.inbound.is_some();
        let middle = wire.at(if inbound || wire.gate < 0.3 { 0.5 } else { wire.gate * 0.5 });
        let high = float(counts.len()) * 15.0;
        let place = rect(middle.x - 27.0, middle.y - high / 2.0 - 3.0, 48.0, high + 4.0);
        (!counts.is_empty()).then_some(Self { place, counts })
    }

    /// The position of each kind's shape, and its count.
    pub(super) fn rows(&self) -> impl Iterator<Item = (Point, DotKind, u32)> {
        let Rect { x, y, .. } = self.place;
        let place = move |row: usize| at(x + 10.0, y + 10.0 + float(row) * 15.0);
        self.counts.iter().enumerate().map(move |(row, &(kind, count))| (place(row), kind, count))
    }
}

/// The usage of a resource, in as many words as fit.
fn words(name: &str, (used, of): (u32, u32), waiting: u32, width: f64) -> String {
    match (waiting, width > 150.0) {
        (0, true) => format!("{name}, {used} of {of} used"),
        (0, false) if width > 96.0 => format!("{name} {used} of {of}"),
        (0, false) => format!("{name} {used}/{of}"),
        (_, true) => format!("{name}, {used} of {of}, {} queued", count(waiting.into())),
        (_, false) if width > 120.0 => format!("{name} full, {} queued", count(waiting.into())),
        (_, false) => format!("full, {} queued", count(waiting.into())),
    }
}

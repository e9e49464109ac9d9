//! Draws the stage on its canvas.

use crate::app::palette::Palette;
use crate::app::playground::DATABASE;
use crate::app::playground::layout::{Layout, Point, Rect};
use crate::app::playground::particles::{Kind, Particles};
use crate::engine::StateName;
use crate::sim::{DependencyGauges, Fault, Gauges};
use std::f64::consts::TAU;
use wasm_bindgen::JsValue;
use web_sys::CanvasRenderingContext2d as Context;

/// What the canvas shows apart from the dots.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Scene {
    pub(super) gauges: Gauges,
    pub(super) workers: u32,
    pub(super) queue: u32,
    pub(super) clients: u32,
    /// Slots taken, calls that wait for one, and all slots of the bulkhead, where it is on.
    pub(super) bulkhead: Option<(u32, u32, u32)>,
}

impl Scene {
    pub(super) const fn database(&self) -> &DependencyGauges {
        self.gauges.dependencies.get(DATABASE)
    }
}

const FONT: &str = "system-ui, -apple-system, 'Segoe UI', sans-serif";

/// Half the size of a dot, in pixels.
const DOT: f64 = 3.4;

/// Whether nothing comes from a database with this fault.
const fn silences(fault: Fault) -> bool {
    match fault {
        Fault::Down | Fault::Crash { .. } | Fault::Hang | Fault::Partition => true,
        Fault::Slow { .. }
        | Fault::Flaky { .. }
        | Fault::RateLimit { .. }
        | Fault::Capacity { .. } => false,
    }
}

/// A canvas, its colours and its layout.
pub(super) struct Painter<'a> {
    pub(super) context: &'a Context,
    pub(super) palette: &'a Palette,
    pub(super) layout: &'a Layout,
}

impl Painter<'_> {
    /// Draws everything.
    pub(super) fn paint(&self, size: (f64, f64, f64), scene: &Scene, particles: &Particles) {
        let (width, height, ratio) = size;
        // Neither call can fail: the numbers are finite.
        let _ = self.context.set_transform(ratio, 0.0, 0.0, ratio, 0.0, 0.0);
        self.context.clear_rect(0.0, 0.0, width, height);
        self.paint_wires(scene);
        self.paint_clients(scene, particles);
        self.paint_service(scene);
        for kind in Kind::ALL {
            self.paint_shapes(kind, particles.of_kind(kind, self.layout));
        }
        self.paint_fuse(scene);
    }

    fn paint_wires(&self, scene: &Scene) {
        let DependencyGauges { breaker, fault, .. } = *scene.database();
        let open = breaker == Some(StateName::Open);
        let dead = open || fault.is_some_and(silences);
        let Layout { left, right, .. } = *self.layout;
        self.line(left.from, left.to, &self.palette.line_strong, 1.5);
        let fuse = self.layout.fuse();
        self.line(
            right.from,
            fuse,
            if open { &self.palette.line_strong } else { &self.palette.copper },
            2.0,
        );
        if dead {
            self.dash(&[3.0, 5.0]);
        }
        self.line(
            fuse,
            right.to,
            if dead { &self.palette.line_strong } else { &self.palette.copper },
            2.0,
        );
        self.dash(&[]);
    }

    fn paint_clients(&self, scene: &Scene, particles: &Particles) {
        let Rect { x, y, .. } = self.layout.clients;
        self.text("Clients", x, y - 24.0, 620, 14.0, &self.palette.ink);
        let subtitle = format!("{} of them", scene.clients);
        self.text(&subtitle, x, y - 8.0, 400, 12.0, &self.palette.ink_soft);
        self.context.set_fill_style_str(&self.palette.line_strong);
        self.context.begin_path();
        for n in 0..scene.clients {
            self.disc(self.layout.client(n), 2.2);
        }
        self.context.fill();
        for kind in Kind::ALL {
            self.paint_shapes(kind, particles.glowing(kind).map(|n| self.layout.client(n)));
        }
    }

    fn paint_service(&self, scene: &Scene) {
        let Rect { x, y, width, height } = self.layout.service;
        self.context.begin_path();
        // It cannot fail: the radius is positive.
        let _ = self.context.round_rect_with_f64(x, y, width, height, 12.0);
        self.context.set_fill_style_str(&self.palette.panel);
        self.context.fill();
        self.context.set_stroke_style_str(&self.palette.line_strong);
        self.context.set_line_width(1.0);
        self.context.stroke();
        let (left, inner) = (x + 16.0, width - 32.0);
        self.text("Search service", left, y + 26.0, 620, 14.0, &self.palette.ink);
        let Gauges { workers_busy, queued, .. } = scene.gauges;
        let workers = format!("{workers_busy} of {} workers busy", scene.workers);
        self.text(&workers, left, y + 44.0, 400, 12.0, &self.palette.ink_soft);
        let full = workers_busy >= scene.workers;
        let colour = if full { &self.palette.failure } else { &self.palette.copper };
        let grid = Rect { x: left, y: y + 54.0, width: inner, height: height - 190.0 };
        self.cells(grid, 8, scene.workers, workers_busy, colour);
        let row = |n: f64| y + height - 118.0 + n * 52.0;
        let queue = format!("Accept queue, {queued} of {}", scene.queue);
        self.text(&queue, left, row(0.0), 400, 12.0, &self.palette.ink_soft);
        let cells = Rect { x: left, y: row(0.0) + 7.0, width: inner, height: 13.0 };
        let share = (queued * 16).div_ceil(scene.queue.max(1));
        self.cells(cells, 16, 16, share, &self.palette.slow);
        let (taken, waiting, slots) = scene.bulkhead.unwrap_or((0, 0, 0));
        let label = match (slots, waiting) {
            (0, _) => "No bulkhead".to_owned(),
            (_, 0) => format!("Bulkhead, {taken} of {slots} slots"),
            _ => format!("Bulkhead, {taken} of {slots}, {waiting} waiting"),
        };
        self.text(&label, left, row(1.0), 400, 12.0, &self.palette.ink_soft);
        let cells = Rect { x: left, y: row(1.0) + 7.0, width: inner, height: 26.0 };
        self.cells(cells, 10, slots, taken, &self.palette.copper);
    }

    /// A grid of cells, the first of which are filled.
    fn cells(&self, area: Rect, columns: u32, count: u32, filled: u32, colour: &str) {
        let rows = count.div_ceil(columns).max(1);
        let (wide, high) = (area.width / f64::from(columns), area.height / f64::from(rows));
        let high = high.min(wide);
        let place = |n: u32| {
            (area.x + f64::from(n % columns) * wide, area.y + f64::from(n / columns) * high)
        };
        let add = |range: std::ops::Range<u32>| {
            self.context.begin_path();
            for (x, y) in range.map(place) {
                let _ = self.context.round_rect_with_f64(x, y, wide - 4.0, high - 4.0, 2.0);
            }
        };
        let filled = filled.min(count);
        add(filled..count);
        self.context.set_stroke_style_str(&self.palette.line_strong);
        self.context.set_line_width(1.0);
        self.context.stroke();
        add(0..filled);
        self.context.set_fill_style_str(colour);
        self.context.fill();
    }

    /// The breaker as a switch on the wire: closed, lifted, or ajar.
    fn paint_fuse(&self, scene: &Scene) {
        let Some(state) = scene.database().breaker else { return };
        let Point { x, y } = self.layout.fuse();
        let (half_width, half_height) = (24.0, 18.0);
        let colour = match state {
            StateName::Closed => &self.palette.copper,
            StateName::Open => &self.palette.fast,
            StateName::HalfOpen => &self.palette.slow,
        };
        self.context.begin_path();
        let (left, top) = (x - half_width, y - half_height);
        let _ =
            self.context.round_rect_with_f64(left, top, half_width * 2.0, half_height * 2.0, 8.0);
        self.context.set_fill_style_str(&self.palette.panel);
        self.context.fill();
        self.context.set_stroke_style_str(colour);
        self.context.set_line_width(2.0);
        self.context.stroke();
        let raised = match state {
            StateName::Closed => 0.0,
            StateName::HalfOpen => 5.0,
            StateName::Open => 11.0,
        };
        let at = |dx: f64, dy: f64| Point { x: x + dx, y: y + dy };
        self.line(at(-16.0, 0.0), at(-7.0, 0.0), colour, 2.0);
        self.line(at(-7.0, 0.0), at(8.0, -raised), colour, 2.5);
        self.line(at(9.0, 0.0), at(16.0, 0.0), colour, 2.0);
    }

    /// Shapes of one kind, in one go: setting a colour costs more than drawing.
    fn paint_shapes(&self, kind: Kind, places: impl Iterator<Item = Point>) {
        self.context.begin_path();
        for place in places {
            self.shape(kind, place);
        }
        match kind {
            Kind::Failure | Kind::Slow => {
                self.context.set_stroke_style_str(self.colour(kind));
                self.context.set_line_width(2.0);
                self.context.stroke();
            }
            _ => {
                self.context.set_fill_style_str(self.colour(kind));
                self.context.fill();
            }
        }
    }

    fn shape(&self, kind: Kind, Point { x, y }: Point) {
        let corners = |points: &[(f64, f64)]| {
            for (n, (dx, dy)) in points.iter().enumerate() {
                let (x, y) = (x + dx * DOT, y + dy * DOT);
                if n == 0 { self.context.move_to(x, y) } else { self.context.line_to(x, y) }
            }
        };
        match kind {
            Kind::Request => self.disc(Point { x, y }, DOT * 0.7),
            Kind::Success | Kind::Slow => self.disc(Point { x, y }, DOT),
            Kind::Retry => corners(&[(0.0, -1.3), (1.2, 0.9), (-1.2, 0.9), (0.0, -1.3)]),
            Kind::FailedFast => {
                corners(&[(0.0, -1.4), (1.4, 0.0), (0.0, 1.4), (-1.4, 0.0), (0.0, -1.4)]);
            }
            Kind::Fallback => self.context.rect(x - DOT, y - DOT, DOT * 2.0, DOT * 2.0),
            Kind::Failure => {
                corners(&[(-1.0, -1.0), (1.0, 1.0)]);
                corners(&[(-1.0, 1.0), (1.0, -1.0)]);
            }
        }
    }

    fn colour(&self, kind: Kind) -> &str {
        match kind {
            Kind::Request => &self.palette.ink_soft,
            Kind::Retry => &self.palette.retry,
            Kind::Success => &self.palette.success,
            Kind::Slow => &self.palette.slow,
            Kind::Failure => &self.palette.failure,
            Kind::FailedFast => &self.palette.fast,
            Kind::Fallback => &self.palette.fallback,
        }
    }

    fn disc(&self, Point { x, y }: Point, radius: f64) {
        self.context.move_to(x + radius, y);
        // It cannot fail: the radius is positive.
        let _ = self.context.arc(x, y, radius, 0.0, TAU);
    }

    fn line(&self, from: Point, to: Point, colour: &str, width: f64) {
        self.context.begin_path();
        self.context.move_to(from.x, from.y);
        self.context.line_to(to.x, to.y);
        self.context.set_stroke_style_str(colour);
        self.context.set_line_width(width);
        self.context.stroke();
    }

    fn dash(&self, pattern: &[f64]) {
        let segments: js_sys::Array = pattern.iter().map(|&length| JsValue::from(length)).collect();
        // It cannot fail: the lengths are not negative.
        let _ = self.context.set_line_dash(&segments);
    }

    fn text(&self, text: &str, x: f64, y: f64, weight: u32, size: f64, colour: &str) {
        self.context.set_font(&format!("{weight} {size}px {FONT}"));
        self.context.set_fill_style_str(colour);
        // It cannot fail: the numbers are finite.
        let _ = self.context.fill_text(text, x, y);
    }
}

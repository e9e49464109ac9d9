//! The scene: the topology, the dots that move, and the controls that inject faults.
//!
//! It draws a world that it does not own. The parts that do not move are on one canvas and redrawn now
//! and then; the dots are on another canvas; the controls are on top of both.

mod fuse;
mod geometry;
mod kinds;
mod layout;
mod legend;
mod menu;
mod msg;
mod nodes;
mod pace;
mod painter;
mod particles;
mod pen;
mod picture;
mod raster;
mod stops;

pub(crate) use menu::{command_of_key, first_act};
pub(crate) use msg::{Msg, Spot};
pub(crate) use picture::picture;

use crate::browser;
use crate::palette::Palette;
use crate::playground::session::Action;
use crate::selection::Selection;
use fuse::Fuses;
use fusebox::time::{Duration, Instant};
use fusebox_sim::{Command, Dependency, Each, Entry, Gauges, Sample, What, World};
use geometry::Point;
use kinds::{DotKind, ShownKinds};
use layout::{Lane, Layout, Topology};
use nodes::Controls;
use pace::{Detail, WIRES_MAX};
use painter::{Painter, WireTally};
use particles::Particles;
use pen::{CanvasPen, Pen};
use raster::Raster;
use std::collections::VecDeque;
use stops::{Acted, acting};
use web_sys::HtmlCanvasElement;
use yew::prelude::*;

/// Milliseconds between two drawings of the parts that do not move, unless a switch swings.
const DRAW_EVERY: f64 = 66.0;

/// Milliseconds between two queries of the user's preferences, each of which costs the browser an
/// object.
const ASK_EVERY: f64 = 250.0;

/// Milliseconds between two updates of the tallies with reduced motion, so that they can be read.
const TALLY_EVERY: f64 = 500.0;

/// The age up to which events are still visible, as moving dots or as replies to clients.
const RECALLED: Duration = Duration::from_secs(1);

type Bulkheads = Each<Option<(u32, u32)>>;

fn bulkheads(world: &World) -> Bulkheads {
    Each::of(|on| world.bulkhead(on).map(|it| (it.taken(), it.config().slots)))
}

/// A scene of one world.
pub(crate) struct Scene {
    layout: Layout,
    /// The numbers on the stage: those of the panel beside it.
    gauges: Gauges,
    /// The places of each bulkhead that are taken at the same moment, and all of them.
    bulkheads: Bulkheads,
    particles: Particles,
    fuses: Fuses,
    raster: Raster,
    /// When the picture was last drawn; minus infinity if it has to be redrawn.
    drawn_at: f64,
    /// When the preferences were last asked for; none before the size on the page is known.
    asked_at: Option<f64>,
    tallied_at: f64,
    tallies: Option<Vec<WireTally>>,
    acted: Acted,
    /// The kinds of dots that are shown.
    pub(crate) shown: ShownKinds,
    /// The part of the stage whose menu of faults is open.
    pub(crate) menu: Option<Spot>,
    /// Whether there has been no fault since the page was opened.
    invites: bool,
    pub(crate) still: bool,
    size: (f64, f64),
    touch: bool,
    stage: NodeRef,
    standing: NodeRef,
    moving: NodeRef,
}

impl Scene {
    pub(crate) fn new(world: &World) -> Self {
        Self::with(world, browser::is_touch(), browser::prefers_reduced_motion())
    }

    fn with(world: &World, touch: bool, still: bool) -> Self {
        let layout = Layout::new(800.0, 0.0, touch, Topology::of(world.scenario()));
        Self {
            particles: Particles::new(&layout),
            size: (800.0, layout.needed),
            layout,
            gauges: world.gauges(),
            bulkheads: bulkheads(world),
            fuses: Fuses::default(),
            raster: Raster::default(),
            drawn_at: f64::NEG_INFINITY,
            asked_at: None,
            tallied_at: 0.0,
            tallies: None,
            acted: Acted::default(),
            shown: [true; DotKind::ALL.len()],
            menu: None,
            invites: true,
            still,
            touch,
            stage: NodeRef::default(),
            standing: NodeRef::default(),
            moving: NodeRef::default(),
        }
    }

    /// Shows another world, or the same one at another time, on the same stage.
    pub(crate) fn restart(&mut self, world: &World) {
        self.layout.topology = Topology::of(world.scenario());
        self.read(world);
        self.fit(self.size);
        self.particles = Particles::new(&self.layout);
        self.fuses = Fuses::default();
        self.tallies = None;
        self.acted = Acted::default();
    }

    /// After a jump to this moment, shows the latest events as they would be seen at real speed; the
    /// samples of the run tell whether it has had a fault.
    pub(crate) fn recall<'a>(
        &mut self,
        entries: impl Iterator<Item = &'a Entry>,
        samples: &VecDeque<Sample>,
        now: Instant,
    ) {
        let is_broken = |sample: &Sample| {
            let Gauges { dependencies, service_fault, .. } = &sample.gauges;
            service_fault.is_some() || dependencies.iter().any(|(_, it)| it.fault.is_some())
        };
        self.invites &= !samples.iter().any(is_broken);
        let begin = now - RECALLED;
        let mut at = begin;
        for entry in entries.skip_while(|entry| entry.at < begin) {
            self.particles.advance(entry.at.since(at).as_secs_f64());
            self.show(entry);
            at = entry.at;
        }
        self.particles.advance(now.since(at).as_secs_f64());
    }

    /// Shows the numbers of this moment from the next drawing on.
    pub(crate) fn read(&mut self, world: &World) {
        (self.gauges, self.bulkheads) = (world.gauges(), bulkheads(world));
        self.drawn_at = f64::NEG_INFINITY;
    }

    /// Shows an event.
    pub(crate) fn show(&mut self, entry: &Entry) {
        self.invites &= !matches!(entry.what, What::Done(_, Command::Fault(_)));
        let has_service = self.layout.topology.service.is_some();
        let clients = self.layout.lanes.first().filter(|_| !has_service);
        if let Some(on) = entry.on.or(clients.map(|lane| lane.part.on))
            && let Some(layer) = acting(entry)
        {
            self.acted[on][layer as usize] = Some(entry.at);
        }
        self.particles.show(entry, self.still);
    }

    /// Advances everything by seconds of real time.
    pub(crate) fn advance(&mut self, seconds: f64) {
        self.particles.advance(seconds);
        self.fuses.advance(seconds);
    }

    /// The message for a press at a point of the picture.
    pub(crate) fn press(&self, point: Point, now: Instant) -> Option<Action> {
        let call = || self.particles.at(point, &self.layout, self.shown);
        let fuse = self.layout.stop_at(point).filter(|_| self.layout.topology.service.is_some());
        fuse.map(Action::Depend).or_else(|| Some(explain(call()?, now)))
    }

    /// Explains the newest call of this kind.
    pub(crate) fn why(&self, kind: DotKind, now: Instant) -> Option<Action> {
        self.particles.newest[kind as usize].map(|call| explain(call, now))
    }

    /// Adapts to the size of the stage, touch and reduced motion; returns whether any of them has changed,
    /// or none while the stage is not on the page.
    pub(crate) fn measure(&mut self, timestamp: f64) -> Option<bool> {
        let size = browser::size_of(&self.stage).filter(|size| size.0 >= 1.0)?;
        let (mut still, mut touch) = (self.still, self.touch);
        let is_first = self.asked_at.is_none();
        if self.asked_at.is_none_or(|at| (timestamp - at).abs() >= ASK_EVERY) {
            self.asked_at = Some(timestamp);
            (still, touch) = (browser::prefers_reduced_motion(), browser::is_touch());
        }
        let is_another = (size, still, touch) != (self.size, self.still, self.touch);
        let is_another = is_another || is_first;
        if is_another {
            (self.still, self.touch) = (still, touch);
            self.fit(size);
        }
        Some(is_another)
    }

    /// Draws what has changed; `timestamp` is that of the frame, in milliseconds.
    pub(crate) fn draw(
        &mut self,
        world: &World,
        chosen: Option<Dependency>,
        palette: &Palette,
        timestamp: f64,
    ) {
        if self.measure(timestamp).is_none() {
            return;
        }
        self.particles.tally.move_on(world.now());
        let is_due = !(0.0..DRAW_EVERY).contains(&(timestamp - self.drawn_at));
        if is_due || self.fuses.are_moving() {
            self.draw_standing(world, chosen, palette, timestamp);
        }
        self.draw_moving(palette);
    }

    /// Lays out everything for a stage of this size.
    fn fit(&mut self, size: (f64, f64)) {
        self.size = size;
        let topology = self.layout.topology.clone();
        self.layout = Layout::new(size.0, size.1, self.touch, topology);
        browser::set_style(&self.stage, "min-height", &format!("{}px", self.layout.needed));
        self.particles.pace.fit(&self.layout);
        self.drawn_at = f64::NEG_INFINITY;
    }

    fn draw_standing(
        &mut self,
        world: &World,
        chosen: Option<Dependency>,
        palette: &Palette,
        timestamp: f64,
    ) {
        let Some(canvas) = self.standing.cast::<HtmlCanvasElement>() else { return };
        let Some(context) = browser::context_2d(&canvas) else { return };
        self.drawn_at = timestamp;
        if !self.still {
            self.tallies = None;
        } else if self.tallies.is_none() || (timestamp - self.tallied_at).abs() >= TALLY_EVERY {
            self.tallied_at = timestamp;
            let tally = |n| WireTally::of(&self.particles.tally, n, &self.layout);
            self.tallies = Some((0..WIRES_MAX).filter_map(tally).collect());
        }
        let pen = CanvasPen::new(&context, browser::fit_canvas(&canvas));
        self.paint(pen, world, chosen, palette);
    }

    /// Draws the parts that do not move.
    fn paint(
        &mut self,
        pen: impl Pen,
        world: &World,
        chosen: Option<Dependency>,
        palette: &Palette,
    ) {
        let gauges = self.gauges;
        for Lane { part, .. } in &self.layout.lanes {
            let state = gauges.dependencies[part.on].breaker;
            self.fuses.set(part.on, state, self.still);
        }
        let painter = Painter {
            pen,
            layout: &self.layout,
            world,
            gauges,
            bulkheads: &self.bulkheads,
            fuses: &self.fuses,
            acted: &self.acted,
            chosen: chosen.filter(|_| self.layout.lanes.len() > 1),
            palette,
            tallies: self.tallies.as_deref().unwrap_or_default(),
        };
        painter.paint();
    }

    fn draw_moving(&mut self, palette: &Palette) {
        let Some(canvas) = self.moving.cast::<HtmlCanvasElement>() else { return };
        let Some(context) = browser::context_2d(&canvas) else { return };
        let (width, height) = self.size;
        let mut raster = std::mem::take(&mut self.raster);
        raster.begin((width, height, browser::pixel_ratio()), palette);
        self.dots(|kind, place, detail| raster.dot(kind, place, detail));
        raster.show(&context);
        self.raster = raster;
    }

    /// The replies to clients, and the dots or, with reduced motion, the keys of the tallies.
    fn dots(&self, mut dot: impl FnMut(DotKind, Point, Detail)) {
        let Self { particles, layout, shown, .. } = self;
        let crowd = &layout.crowd;
        let mut client = |kind: DotKind, n: u32| {
            if shown[kind as usize] {
                dot(kind, crowd.dot(n), Detail::Full);
            }
        };
        if crowd.per_dot == 1 {
            let answers = (0..crowd.dots).filter_map(|n| Some((particles.answers.of(n)?, n)));
            answers.for_each(|(kind, n)| client(kind, n));
        } else {
            for (kind, first, end) in particles.answers.shares(crowd.per_dot) {
                (first..end.min(crowd.dots)).for_each(|n| client(kind, n));
            }
        }
        if self.still {
            for (place, kind, _) in self.tallies.iter().flatten().flat_map(WireTally::rows) {
                dot(kind, place, Detail::Full);
            }
        } else {
            for (place, kind, _) in particles.dots(layout, *shown) {
                dot(kind, place, particles.pace.detail);
            }
        }
    }

    /// The stage with its canvases and controls; `now` describes it as a paragraph.
    pub(crate) fn view(
        &self,
        world: &World,
        samples: &VecDeque<Sample>,
        chosen: Option<Dependency>,
        now: String,
        on_msg: &Callback<Msg>,
    ) -> Html {
        let onclick = on_msg.reform(|event: MouseEvent| {
            Msg::Point(geometry::at(f64::from(event.offset_x()), f64::from(event.offset_y())))
        });
        let controls = Controls {
            scene: self,
            world,
            samples,
            chosen: chosen.filter(|_| self.layout.lanes.len() > 1),
            on_msg,
        };
        html! {
            <div
                class={classes!("scene", self.layout.upright.then_some("is-upright"))}
                ref={self.stage.clone()}
            >
                <canvas ref={self.standing.clone()} aria-hidden="true" />
                <canvas
                    class="scene__dots" ref={self.moving.clone()} {onclick} role="img"
                    data-dots={self.particles.count().to_string()} data-one-in={self.particles.pace.one_in.to_string()}
                    aria-label="Clients, the service and its dependencies, with calls moving between them"
                />
                <p class="visually-hidden">{ now }</p>
                if self.asked_at.is_some() { { controls.view() } }
            </div>
        }
    }
}

fn explain(call: u64, now: Instant) -> Action {
    Action::Choose(Some(Selection::Call(call, now)))
}

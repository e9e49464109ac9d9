//! The stage: it owns the world, lets it run with the frames of the screen, and draws it.

use crate::app::browser;
use crate::app::chart::draw_on_canvas;
use crate::app::palette::Palette;
use crate::app::playback::Playback;
use crate::app::playground::DATABASE;
use crate::app::playground::faults::{Database, FaultButtons, on_key};
use crate::app::playground::layout::Layout;
use crate::app::playground::moves::Moves;
use crate::app::playground::painter::{Painter, Scene};
use crate::app::playground::particles::{Kind, Particles, calls_per_dot};
use crate::app::playground::session::Layers;
use crate::app::playground::summary::{Summary, sentence};
use crate::app::playground::timelines;
use crate::engine::{Decision, LayerKind};
use crate::lab::presets;
use crate::sim::{Arrivals, Command, Fault, SAMPLE_EVERY, What, World};
use crate::time::Instant;
use gloo_render::{AnimationFrame, request_animation_frame};
use std::rc::Rc;
use web_sys::HtmlCanvasElement;
use yew::prelude::*;

/// The newest entries that the trace keeps: more than happen between two frames at full speed.
const TRACE: usize = 8_192;

/// Milliseconds between two summaries.
const SUMMARY_EVERY: f64 = 125.0;

/// The most events for one frame; beyond them the world runs slower than asked, and the page stays
/// usable.
const EVENTS_PER_FRAME: u32 = 50_000;

#[derive(Clone, PartialEq, Properties)]
pub(super) struct Props {
    pub(super) run: u32,
    pub(super) seed: u64,
    pub(super) playing: bool,
    /// Whether it is on the page at all.
    pub(super) visible: bool,
    pub(super) speed: f64,
    pub(super) steps: u32,
    pub(super) fault: Option<Fault>,
    pub(super) layers: Layers,
    pub(super) on_fault: Callback<Option<Fault>>,
    pub(super) on_summary: Callback<Rc<Summary>>,
}

pub(super) enum Msg {
    /// A frame of the screen, with its timestamp in milliseconds.
    Frame(f64),
}

pub(super) struct Stage {
    world: World,
    playback: Playback,
    particles: Particles,
    moves: Moves,
    /// The newest change of the fault or the breaker, as a sentence.
    news: String,
    /// The timestamp of the newest frame.
    timestamp: f64,
    /// Entries of the trace that have been shown.
    shown: u64,
    /// How many calls a dot stands for.
    one_in: u64,
    broken_at: Instant,
    layout: Layout,
    palette: Palette,
    still: bool,
    summary_at: f64,
    scene: NodeRef,
    calls: NodeRef,
    attempts: NodeRef,
    /// Dropping it cancels the frame.
    next_frame: AnimationFrame,
}

impl Component for Stage {
    type Message = Msg;
    type Properties = Props;

    fn create(ctx: &Context<Self>) -> Self {
        let world = new_world(ctx.props());
        let clients = world.scenario().client_count();
        Self {
            world,
            playback: Playback::default(),
            particles: Particles::new(clients),
            moves: Moves::default(),
            news: String::new(),
            timestamp: 0.0,
            shown: 0,
            one_in: 1,
            broken_at: Instant::ZERO,
            layout: Layout::new(800.0, 430.0, clients),
            palette: Palette::read(),
            still: browser::prefers_reduced_motion(),
            summary_at: 0.0,
            scene: NodeRef::default(),
            calls: NodeRef::default(),
            attempts: NodeRef::default(),
            next_frame: next_frame(ctx),
        }
    }

    fn update(&mut self, ctx: &Context<Self>, Msg::Frame(timestamp): Msg) -> bool {
        let props = ctx.props();
        self.next_frame = next_frame(ctx);
        let elapsed = self.playback.frame(timestamp);
        self.timestamp = timestamp;
        if !props.visible {
            return false;
        }
        if props.playing {
            let target = self.playback.target(self.world.now(), elapsed, props.speed);
            self.run_until(target);
            self.particles.advance(elapsed);
        }
        let moved = self.show_new_entries();
        let summarise = moved || timestamp - self.summary_at >= SUMMARY_EVERY;
        if summarise {
            self.summarise(props);
        }
        // While time stands still, eight times a second is enough for a new size or theme.
        if summarise || (props.playing && !self.still) {
            self.draw_stage();
        }
        summarise
    }

    fn changed(&mut self, ctx: &Context<Self>, old: &Props) -> bool {
        let props = ctx.props();
        if (props.run, props.seed) != (old.run, old.seed) {
            self.restart(props);
            return true;
        }
        if props.fault != old.fault {
            self.change_fault(old.fault, props.fault);
        }
        for kind in LayerKind::USUAL {
            let on = props.layers[kind as usize];
            if on != old.layers[kind as usize] {
                self.apply(Command::Layer(DATABASE, kind, on));
            }
        }
        if props.steps != old.steps {
            self.run_until(self.world.now() + SAMPLE_EVERY);
            self.show_new_entries();
            self.particles.advance(SAMPLE_EVERY.as_secs_f64());
        }
        true
    }

    fn view(&self, ctx: &Context<Self>) -> Html {
        let props = ctx.props();
        let gauges = self.world.gauges().dependencies[DATABASE];
        html! {
            <>
                <section
                    class="stage panel" aria-label="The service and its database"
                    onkeydown={on_key(props.fault, &props.on_fault)}
                >
                    <div class="stage__scene">
                        <canvas ref={self.scene.clone()} role="img" aria-label="Clients, the service and the database, with calls moving between them" />
                        <p class="visually-hidden">{ self.describe() }</p>
                        <Database
                            place={self.layout.database} {gauges}
                            slots={self.world.scenario().dependencies[DATABASE].server.slots}
                            broken_for={self.world.now().since(self.broken_at)}
                            on_fault={props.on_fault.clone()}
                        />
                    </div>
                    <FaultButtons fault={props.fault} on_fault={props.on_fault.clone()} />
                    { legend(self.one_in) }
                </section>
                <section class="timelines panel" aria-label="The last minute">
                    { timeline(&self.calls, "Calls per second", &CALLS_LEGEND) }
                    { timeline(&self.attempts, "Database, attempts per second", &ATTEMPTS_LEGEND) }
                </section>
            </>
        }
    }
}

impl Stage {
    fn restart(&mut self, props: &Props) {
        self.world = new_world(props);
        self.particles = Particles::new(self.world.scenario().client_count());
        self.playback = Playback::default();
        self.moves = Moves::default();
        self.news.clear();
        self.shown = 0;
        self.summary_at = 0.0;
        self.change_fault(None, props.fault);
    }

    /// Sets a fault in place of another; that one is healed last, so that the database does not work
    /// for a moment between them.
    fn change_fault(&mut self, old: Option<Fault>, new: Option<Fault>) {
        self.broken_at = self.world.now();
        if let Some(fault) = new {
            self.apply(Command::Fault(DATABASE, fault));
        }
        if let Some(kind) = old.map(Fault::kind)
            && new.map(Fault::kind) != Some(kind)
        {
            self.apply(Command::Heal(DATABASE, kind));
        }
    }

    fn apply(&mut self, command: Command) {
        self.world.apply(command).expect("the page offers only faults that can be");
    }

    fn summarise(&mut self, props: &Props) {
        self.summary_at = self.timestamp;
        self.palette = Palette::read();
        self.still = browser::prefers_reduced_motion();
        self.one_in = calls_per_dot(calls_per_second(&self.world) * props.speed);
        self.particles.show_one_in(self.one_in);
        let moves = self.moves.at(self.timestamp);
        props.on_summary.emit(Rc::new(Summary::of(&self.world, moves, self.news.clone())));
        self.draw_charts();
    }

    fn run_until(&mut self, target: Instant) {
        for _ in 0..EVENTS_PER_FRAME {
            if self.world.next_at().is_none_or(|at| at > target) {
                self.world.run_until(target);
                return;
            }
            self.world.step();
        }
    }

    /// Shows what happened since the frame before; true if the breaker has changed its state.
    fn show_new_entries(&mut self) -> bool {
        let mut moved = false;
        for entry in self.world.trace().since(self.shown) {
            match (entry.on, entry.what) {
                (Some(DATABASE), What::Decided(Decision::Transition(transition))) => {
                    self.moves.add(self.timestamp, transition);
                    self.news = sentence(&transition);
                    moved = true;
                }
                (_, What::Done(Command::Fault(DATABASE, fault))) => {
                    self.news = format!("The database is {fault}.");
                }
                (_, What::Done(Command::Heal(DATABASE, _))) if is_well(&self.world) => {
                    "The database is healed.".clone_into(&mut self.news);
                }
                _ => {}
            }
            if self.still {
                self.particles.show_still(entry);
            } else {
                self.particles.show(entry);
            }
        }
        self.shown = self.world.trace().added();
        moved
    }

    fn draw_stage(&mut self) {
        let Some(canvas) = self.scene.cast::<HtmlCanvasElement>() else { return };
        let Some(context) = browser::context_2d(&canvas) else { return };
        let size = browser::fit_canvas(&canvas);
        let scene = self.scene();
        self.layout = Layout::new(size.0, size.1, scene.clients);
        let painter = Painter { context: &context, palette: &self.palette, layout: &self.layout };
        painter.paint(size, &scene, &self.particles);
    }

    fn draw_charts(&self) {
        let calls = timelines::calls(&self.world, &self.palette);
        let attempts = timelines::attempts(&self.world, &self.palette);
        for (node, chart) in [(&self.calls, calls), (&self.attempts, attempts)] {
            if let Some(canvas) = node.cast::<HtmlCanvasElement>() {
                draw_on_canvas(&canvas, &chart, &self.palette);
            }
        }
    }

    fn scene(&self) -> Scene {
        let scenario = self.world.scenario();
        let (workers, queue) =
            scenario.service.as_ref().map_or((0, 0), |service| (service.workers, service.queue));
        Scene {
            gauges: self.world.gauges(),
            workers,
            queue,
            clients: scenario.client_count(),
            bulkhead: self
                .world
                .bulkhead(DATABASE)
                .map(|bulkhead| (bulkhead.taken(), bulkhead.waiting(), bulkhead.config().slots)),
        }
    }

    /// The canvas in words.
    fn describe(&self) -> String {
        let scene = self.scene();
        let Scene { gauges, workers, queue, clients, .. } = scene;
        let database = match scene.database().fault {
            Some(fault) => fault.to_string(),
            None => "up".to_owned(),
        };
        format!(
            "{clients} clients call a search service. {} of its {workers} workers are busy, and {} of \
             {queue} places in its queue are taken. The database behind it is {database}.",
            gauges.workers_busy, gauges.queued
        )
    }
}

fn new_world(props: &Props) -> World {
    let mut scenario = presets::search_service();
    scenario.dependencies[DATABASE].off =
        LayerKind::USUAL.into_iter().filter(|&kind| !props.layers[kind as usize]).collect();
    World::with_trace(&scenario, props.seed, TRACE).expect("the presets are tested")
}

fn is_well(world: &World) -> bool {
    world.gauges().dependencies[DATABASE].fault.is_none()
}

/// Calls a second, as the scenario has them: unlike what was measured, it does not waver.
fn calls_per_second(world: &World) -> f64 {
    let groups = world.scenario().clients.iter();
    let rates = groups.map(|group| match &group.arrivals {
        Arrivals::Poisson(rate) | Arrivals::Uniform(rate) => rate.at(world.now()),
        Arrivals::None | Arrivals::Closed { .. } => 0.0,
    });
    rates.sum()
}

fn next_frame(ctx: &Context<Stage>) -> AnimationFrame {
    let link = ctx.link().clone();
    request_animation_frame(move |timestamp| link.send_message(Msg::Frame(timestamp)))
}

type Legend = [(&'static str, &'static str)];

/// The spans mean the same in both charts, and are explained in the first.
const CALLS_LEGEND: [(&str, &str); 6] = [
    ("offered", "is-offered"),
    ("goodput", "is-success"),
    ("errors", "is-failure"),
    ("fault", "is-fault"),
    ("breaker open", "is-open"),
    ("half-open", "is-half-open"),
];

const ATTEMPTS_LEGEND: [(&str, &str); 2] =
    [("all attempts", "is-offered"), ("retries", "is-retry")];

fn timeline(canvas: &NodeRef, title: &'static str, legend: &Legend) -> Html {
    html! {
        <figure class="timeline">
            <figcaption>
                <span class="panel__title">{ title }</span>
                { for legend.iter().map(|&(label, class)| html! {
                    <span class={classes!("key", class)}>{ label }</span>
                }) }
            </figcaption>
            <canvas ref={canvas.clone()} role="img" aria-label={title} />
        </figure>
    }
}

/// The shapes of the dots and what they mean.
fn legend(one_in: u64) -> Html {
    html! {
        <ul class="legend" aria-label="What the dots mean">
            { for Kind::ALL.map(|kind| html! {
                <li class={classes!("legend__item", legend_class(kind))}>
                    <svg viewBox="-6 -6 12 12" aria-hidden="true">{ legend_shape(kind) }</svg>
                    { kind.label() }
                </li>
            }) }
            { for (one_in > 1).then(|| html! {
                <li class="legend__item">{ format!("one dot for {one_in} calls") }</li>
            }) }
        </ul>
    }
}

const fn legend_class(kind: Kind) -> &'static str {
    match kind {
        Kind::Request => "is-offered",
        Kind::Retry => "is-retry",
        Kind::Success => "is-success",
        Kind::Slow => "is-slow",
        Kind::Failure => "is-failure",
        Kind::FailedFast => "is-open",
        Kind::Fallback => "is-fallback",
    }
}

fn legend_shape(kind: Kind) -> Html {
    match kind {
        Kind::Request => html! { <circle r="3" /> },
        Kind::Success => html! { <circle r="4.4" /> },
        Kind::Slow => html! { <circle class="is-outline" r="4" /> },
        Kind::Retry => html! { <path d="M0 -5 L4.6 3.6 L-4.6 3.6 Z" /> },
        Kind::FailedFast => html! { <path d="M0 -5 L5 0 L0 5 L-5 0 Z" /> },
        Kind::Fallback => html! { <rect x="-4" y="-4" width="8" height="8" /> },
        Kind::Failure => html! { <path class="is-outline" d="M-4 -4 L4 4 M-4 4 L4 -4" /> },
    }
}

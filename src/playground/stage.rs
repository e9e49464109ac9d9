//! The stage: it owns the run, lets it go on with the frames of the screen, and has it drawn.

use crate::breaker::{Moves, sentence};
use crate::convert::float;
use crate::palette::Palette;
use crate::part;
use crate::playback::SPEEDS;
use crate::playground::announcer::Announcer;
use crate::playground::charts::{CHARTS, ChartData, ChartsPainter, ChartsView, Export, Named};
use crate::playground::player::Player;
use crate::playground::scene::{
    Doings, DotKind, DotKinds, Frame, Hit, Legend, Point, Scene, Spot, command_of_key, has_modifier,
};
use crate::playground::session::Session;
use crate::playground::summary::{Said, Summary};
use crate::playground::time_bar::shown;
use crate::selection::Selection;
use fusebox::Decision;
use fusebox::time::Instant;
use fusebox_lab::explain::Explanation;
use fusebox_lab::words::plural;
use fusebox_sim::{Command, Dependency, Entry, Fault, Target, What};
use gloo_render::{AnimationFrame, request_animation_frame};
use std::cell::Cell;
use std::collections::VecDeque;
use std::rc::Rc;
use yew::prelude::*;

/// Milliseconds between two summaries.
const SUMMARY_EVERY: f64 = 125.0;

/// Milliseconds after which an explanation is made again, because the run has gone on.
const EXPLANATION_EVERY: f64 = 1_000.0;

#[derive(Clone, PartialEq, Properties)]
pub(super) struct Props {
    pub(super) session: Session,
    /// Whether it is on the page at all.
    pub(super) visible: bool,
    pub(super) clock: Clock,
    pub(super) charts: ChartsPainter,
    /// Whether there is all that the page has besides the picture.
    pub(super) has_details: bool,
    /// The moment that somebody points to in the charts.
    pub(super) cross: Option<Instant>,
    /// What of the charts somebody wants as a file, and its number; a new number is a new wish.
    pub(super) export: Option<(u32, Export)>,
    pub(super) on_act: Callback<(Target, Command)>,
    pub(super) on_choose: Callback<Selection>,
    pub(super) on_depend: Callback<Dependency>,
    pub(super) on_summary: Callback<Rc<Summary>>,
    /// The same one a few frames later, for the panels beside the stage.
    pub(super) on_panels: Callback<Rc<Summary>>,
}

/// The moment of the run, kept up to date with every frame, for who does something to it.
#[derive(Clone, Debug, Default)]
pub(super) struct Clock(Rc<Cell<Instant>>);

impl Clock {
    pub(super) fn now(&self) -> Instant {
        self.0.get()
    }
}

impl PartialEq for Clock {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

/// The explanation of a selection, and when it was made.
struct CurrentExplanation {
    selection: Selection,
    explanation: Rc<Explanation>,
    /// Whether it is complete.
    is_over: bool,
    at: f64,
}

/// What of the page is behind the newest summary, and the timestamps at which it follows.
#[derive(Default)]
struct Due {
    panels: Option<(f64, Rc<Summary>)>,
    /// The stage's own controls.
    controls: Option<f64>,
}

/// What a frame has for the page besides the picture, of which it does one thing.
enum Turn {
    Summary,
    Panels(Rc<Summary>),
    Controls,
    Chart,
}

pub(super) enum Msg {
    /// A frame of the screen, with its timestamp in milliseconds.
    Frame(f64),
    /// The kinds of dots that are shown.
    Show(DotKinds),
    /// A press on the picture.
    Point(Point),
    /// Why did the newest call of this kind go as it did?
    Why(DotKind),
    /// The size of the stage is known.
    Measured,
}

pub(super) struct Stage {
    player: Player,
    scene: Scene,
    shown_kinds: DotKinds,
    moves: Moves,
    /// What is announced: changes of breakers, and what was done.
    news: Announcer,
    /// What was done and is to be announced, once it can be said in words.
    unsaid: VecDeque<Entry>,
    /// What the newest step did.
    stepped: Vec<Entry>,
    explanation: Option<CurrentExplanation>,
    /// The timestamp of the newest frame.
    timestamp: f64,
    /// Entries of the trace that have been shown.
    shown: u64,
    palette: Palette,
    summary_at: f64,
    /// What of the newest summary is not on the page yet: it goes there bit by bit, so that no frame has
    /// it all.
    due: Due,
    /// The next chart to be drawn, and when the one before was.
    next_chart: usize,
    chart_at: f64,
    /// Dropping it cancels the frame.
    next_frame: AnimationFrame,
}

impl Component for Stage {
    type Message = Msg;
    type Properties = Props;

    fn create(ctx: &Context<Self>) -> Self {
        let player = Player::new(&ctx.props().session).expect("a session has only what can be");
        Self {
            scene: Scene::new(player.world()),
            player,
            shown_kinds: DotKinds::default(),
            moves: Moves::default(),
            news: Announcer::default(),
            unsaid: VecDeque::new(),
            stepped: Vec::new(),
            explanation: None,
            timestamp: 0.0,
            shown: 0,
            palette: Palette::read(),
            summary_at: 0.0,
            due: Due::default(),
            next_chart: 0,
            chart_at: 0.0,
            next_frame: next_frame(ctx),
        }
    }

    fn update(&mut self, ctx: &Context<Self>, msg: Msg) -> bool {
        match msg {
            Msg::Frame(timestamp) => return self.frame(ctx, timestamp),
            Msg::Measured => {}
            Msg::Show(kinds) => self.shown_kinds = kinds,
            Msg::Point(point) => match self.scene.hit(point, self.shown_kinds) {
                Some(Hit::Fuse(on)) => ctx.props().on_depend.emit(on),
                Some(Hit::Call(call)) => self.ask(ctx, call),
                None => {}
            },
            Msg::Why(kind) => {
                if let Some(call) = self.scene.particles().newest_call(kind) {
                    self.ask(ctx, call);
                }
            }
        }
        true
    }

    fn rendered(&mut self, ctx: &Context<Self>, is_first: bool) {
        // What stands on the stage comes once its size is known, which is before anything is seen.
        if is_first && self.scene.measure(self.timestamp) == Some(true) {
            ctx.link().send_message(Msg::Measured);
        }
    }

    fn changed(&mut self, ctx: &Context<Self>, old: &Props) -> bool {
        let props = ctx.props();
        let (session, before) = (&props.session, &old.session);
        let is_another = self.player.follow(session, before);
        if is_another.expect("a session has only what can be") {
            self.forget();
        }
        if session.world != before.world {
            self.explanation = None;
        }
        if session.steps != before.steps {
            self.stepped = self.player.step();
        }
        props.clock.0.set(self.player.moment());
        if (session, props.cross, props.has_details) != (before, old.cross, old.has_details) {
            self.show_new_entries(session.on);
            self.summarise(props);
        }
        if let (true, Some((_, export))) = (props.export != old.export, props.export) {
            self.save(export, session);
        }
        true
    }

    fn view(&self, ctx: &Context<Self>) -> Html {
        let (link, props) = (ctx.link(), ctx.props());
        let doings = Doings {
            act: props.on_act.clone(),
            choose: props.on_depend.clone(),
            point: link.callback(Msg::Point),
        };
        let samples = &self.player.timeline().record().samples;
        html! {
            <section
                class="stage panel" aria-label="The service and what it depends on"
                onkeydown={self.on_key(props)}
            >
                { self.scene.view(self.player.world(), samples, Some(props.session.on), &doings) }
                <Legend
                    shown={self.shown_kinds} known={self.scene.known()}
                    detail={self.scene.particles().detail()} one_in={self.scene.particles().one_in()} still={self.scene.is_still()}
                    on_shown={link.callback(Msg::Show)} on_why={link.callback(Msg::Why)}
                />
            </section>
        }
    }
}

impl Stage {
    fn frame(&mut self, ctx: &Context<Self>, timestamp: f64) -> bool {
        let props = ctx.props();
        self.next_frame = next_frame(ctx);
        self.timestamp = timestamp;
        if !props.visible {
            return false;
        }
        let session = &props.session;
        let frame = self.player.frame(timestamp, session, SPEEDS[session.speed]);
        if frame.arrived {
            self.forget();
        }
        props.clock.0.set(self.player.moment());
        self.scene.advance(frame.elapsed);
        let moved = self.show_new_entries(session.on);
        let turn = self.due.turn(timestamp, moved || timestamp - self.summary_at >= SUMMARY_EVERY);
        let (summarise, controls) = (matches!(turn, Turn::Summary), matches!(turn, Turn::Controls));
        match turn {
            Turn::Summary => self.summarise(props),
            Turn::Panels(summary) => props.on_panels.emit(summary),
            Turn::Controls => {}
            Turn::Chart => self.draw_next_chart(props),
        }
        // While time stands still, eight times a second is enough for a new size or theme.
        if summarise || session.playing {
            self.scene.draw(Frame {
                world: self.player.world(),
                palette: &self.palette,
                timestamp,
                chosen: Some(session.on),
                shown: self.shown_kinds,
            });
        }
        controls
    }

    fn ask(&self, ctx: &Context<Self>, call: u64) {
        ctx.props().on_choose.emit(Selection::Call(call, self.player.world().now()));
    }

    /// A key anywhere on the stage is for the dependency that is shown large.
    fn on_key(&self, props: &Props) -> Callback<KeyboardEvent> {
        let (on, on_act) = (props.session.on, props.on_act.clone());
        let faults: Vec<Fault> = self.player.world().faults(on).collect();
        Callback::from(move |event: KeyboardEvent| {
            let act = command_of_key(Spot::Dependency(on), &event.key(), &faults);
            if let Some(act) = act.filter(|_| !has_modifier(&event)) {
                event.prevent_default();
                on_act.emit((on.into(), act));
            }
        })
    }

    /// Forgets what was shown of another moment; what a breaker did before this one is known at once.
    fn forget(&mut self) {
        let world = self.player.world();
        self.scene.restart(world);
        self.scene.recall(world.trace().since(0), world.now());
        self.moves = Moves::past(self.player.world().measures().breaker_changes());
        self.stepped.clear();
        self.explanation = None;
        self.news = Announcer::default();
        self.unsaid.clear();
        self.shown = self.player.world().trace().added();
        self.summary_at = 0.0;
    }

    /// Tells about what the user chose: at once where that is new, and else once a second.
    fn tell(&mut self, session: &Session) {
        let Some(selection) = session.selection else {
            self.explanation = None;
            return;
        };
        let is_fresh = |told: &CurrentExplanation| {
            let is_new = told.is_over || self.timestamp - told.at < EXPLANATION_EVERY;
            told.selection == selection && is_new
        };
        if !self.explanation.as_ref().is_some_and(is_fresh) {
            let told = part::details()
                .and_then(|it| (it.explanation)(selection, &self.player, session.on));
            let at = self.timestamp;
            let explanation = told.map(|(explanation, is_over)| CurrentExplanation {
                selection,
                explanation: Rc::new(explanation),
                is_over,
                at,
            });
            self.explanation = explanation;
        }
    }

    fn summarise(&mut self, props: &Props) {
        let session = &props.session;
        self.summary_at = self.timestamp;
        self.palette = Palette::read();
        self.tell(session);
        let said = Said {
            told: told(&self.stepped),
            moves: self.moves.at(self.timestamp, session.on),
            news: self.news.at(self.timestamp).to_owned(),
            explanation: self.explanation.as_ref().map(|told| told.explanation.clone()),
        };
        let charts = part::details().map_or_else(ChartsView::of_nothing, |it| {
            (it.charts_view)(&self.chart_data(session.on), props.cross)
        });
        let summary = Rc::new(Summary::of(&self.player, session, said, Rc::new(charts)));
        self.due.follow(self.timestamp, summary.clone());
        props.on_summary.emit(summary);
    }

    /// Shows what happened since the frame before; true if the breaker that is shown large has changed
    /// its state.
    fn show_new_entries(&mut self, chosen: Dependency) -> bool {
        let mut moved = false;
        let world = self.player.world();
        for entry in world.trace().since(self.shown) {
            match *entry {
                Entry { on: Some(on), what: What::Decided(Decision::Transition(it)), .. } => {
                    self.moves.add(self.timestamp, on, it);
                    self.news.add(sentence(on, &it));
                    moved |= on == chosen;
                }
                Entry { what: What::Done(..), .. } => {
                    self.unsaid.push_back(*entry);
                }
                _ => {}
            }
            self.scene.show(entry);
        }
        self.shown = world.trace().added();
        self.unsaid.drain(..self.unsaid.len().saturating_sub(UNSAID_MAX));
        if let Some(details) = part::details() {
            self.unsaid.drain(..).for_each(|entry| self.news.add((details.event)(&entry)));
        }
        moved
    }

    /// Draws one chart after the other, each about eight times a second.
    fn draw_next_chart(&mut self, props: &Props) {
        let every = SUMMARY_EVERY / float(CHARTS);
        if self.timestamp - self.chart_at >= every {
            self.chart_at = self.timestamp;
            if let Some(details) = part::details() {
                let data = self.chart_data(props.session.on);
                (details.draw_chart)(&props.charts, self.next_chart, &data, &self.palette);
            }
            self.next_chart += 1;
        }
    }

    /// Hands the user the charts as they are now.
    fn save(&self, export: Export, session: &Session) {
        let (preset, plan) = (session.world.preset, &session.world.plan);
        let named = Named {
            preset: preset.name,
            title: preset.title,
            seed: plan.seed,
            baseline: session.compare.label(),
        };
        if let Some(details) = part::details() {
            (details.save_chart)(export, &self.chart_data(session.on), named, &Palette::read());
        }
    }

    fn chart_data(&self, on: Dependency) -> ChartData<'_> {
        let (world, record) = (self.player.world(), self.player.timeline().record());
        ChartData {
            samples: &record.samples,
            baseline: self.player.baseline(),
            scenario: world.scenario(),
            on,
            now: world.now(),
            range: shown(world.scenario().duration, record.end),
        }
    }
}

impl Due {
    /// Has the rest of the page follow a new summary; what has waited for its turn keeps it.
    fn follow(&mut self, timestamp: f64, summary: Rc<Summary>) {
        let at = self.panels.take().map_or(timestamp + SUMMARY_EVERY / 3.0, |(at, _)| at);
        self.panels = Some((at, summary));
        self.controls.get_or_insert(timestamp + SUMMARY_EVERY * 2.0 / 3.0);
    }

    /// What the frame with this timestamp has to do.
    fn turn(&mut self, timestamp: f64, summarise: bool) -> Turn {
        if summarise {
            return Turn::Summary;
        }
        if let Some((_, summary)) = self.panels.take_if(|(at, _)| *at <= timestamp) {
            return Turn::Panels(summary);
        }
        if self.controls.take_if(|at| *at <= timestamp).is_some() {
            return Turn::Controls;
        }
        Turn::Chart
    }
}

/// The most sentences that are told of one step.
const TOLD_MAX: usize = 3;

/// The most things done that wait for their words.
const UNSAID_MAX: usize = 3;

/// What a step did, in sentences.
fn told(entries: &[Entry]) -> String {
    let Some(details) = part::details().filter(|_| !entries.is_empty()) else {
        return String::new();
    };
    let mut sentences: Vec<String> = entries.iter().take(TOLD_MAX).map(details.event).collect();
    let others = entries.len().saturating_sub(TOLD_MAX);
    if others > 0 {
        sentences.push(format!(
            "And {} at the same moment.",
            plural(others as u64, "thing more", "things more")
        ));
    }
    sentences.join(" ")
}

fn next_frame(ctx: &Context<Stage>) -> AnimationFrame {
    let link = ctx.link().clone();
    request_animation_frame(move |timestamp| link.send_message(Msg::Frame(timestamp)))
}

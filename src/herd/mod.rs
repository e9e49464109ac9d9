//! The *Herd* view: up to eight retry strategies beside each other, with common random numbers.

mod backlog;
mod bands;
mod bar;
mod contention;
mod edit;
mod export;
mod follow;
mod keys;
mod lane;
mod numbers;
mod picture;
mod prediction;
mod raster;
mod results;
mod session;
mod sheet;
mod sound;
mod sweep;

use crate::browser;
use crate::palette::Palette;
use crate::playback::{Playback, SPEEDS, USUAL_SPEED};
use crate::transport::Transport;
use crate::worker_pool::{Heard, WorkerPool};
use bands::{Background, SeedBands};
use bar::{Bar, Common};
use contention::Contention;
use export::Export;
use follow::Follow;
use fusebox::time::{Duration, Instant};
use fusebox_lab::herd::{Bucket, LANES_MAX, LaneRecovery};
use fusebox_lab::link;
use gloo_events::EventListener;
use gloo_render::{AnimationFrame, request_animation_frame};
use gloo_timers::callback::Timeout;
use lane::LaneView;
use picture::seconds;
use prediction::PredictionPanel;
use results::Results;
use session::{Change, Session};
use sound::Sound;
use std::rc::Rc;
use sweep::SweepTool;
use yew::prelude::*;

/// Milliseconds between two checks of the theme and the width, and between two updates of the time.
const LOOK_EVERY: f64 = 125.0;

/// Milliseconds until a view that is not open yet computes its first result, so that it is there when the
/// view is opened.
const PREPARE_AFTER: u32 = 3_000;

#[derive(Clone, PartialEq, Properties)]
pub(super) struct Props {
    /// Whether the view is visible; while it is not, it computes nothing but its first result, and does
    /// not play.
    pub(super) visible: bool,
    /// The link to open, and its number; each link has a new number.
    pub(super) link: Option<(u32, Rc<link::Herd>)>,
}

pub(super) enum Msg {
    Change(Change),
    /// Computes the first result before the view is opened.
    Prepare,
    /// A report of the worker pool.
    Heard(Heard),
    /// A report of the worker pool on a run in the background.
    Replicated(Heard),
    Follow(Option<Follow>),
    Play(bool),
    Speed(usize),
    Step,
    /// Shows the lanes up to a moment, in seconds.
    Seek(f64),
    Reset,
    /// The user has made the prediction, so the results are shown.
    Made,
    /// Chooses another lane to hear, or switches the sound on or off.
    Sound(Option<usize>),
    /// A frame of the screen, with its timestamp in milliseconds.
    Frame(f64),
}

pub(super) struct HerdView {
    session: Session,
    /// The number of the link that was opened last.
    wish: u32,
    worker_pool: WorkerPool,
    results: Results,
    background: Background,
    playing: bool,
    /// An index into [`SPEEDS`].
    speed: usize,
    /// The moment up to which the lanes are shown; none for the whole run.
    position: Option<Instant>,
    follow: Option<Follow>,
    on_change: Callback<Change>,
    on_follow: Callback<Option<Follow>>,
    /// Whether the results are hidden until the user has made a prediction.
    is_hidden: bool,
    sound: Sound,
    playback: Playback,
    palette: Rc<Palette>,
    /// The width of the lanes in pixels.
    width: i32,
    lanes: NodeRef,
    looked_at: f64,
    /// Dropping it cancels the frame.
    next_frame: Option<AnimationFrame>,
    /// Handles keys while the view is on the page.
    keys: Option<EventListener>,
    /// Dropping it cancels the preparation.
    preparation: Option<Timeout>,
}

impl Component for HerdView {
    type Message = Msg;
    type Properties = Props;

    fn create(ctx: &Context<Self>) -> Self {
        let mut view = Self {
            wish: 0,
            is_hidden: false,
            session: Session::default(),
            worker_pool: WorkerPool::default(),
            results: Results::default(),
            background: Background::default(),
            playing: false,
            speed: USUAL_SPEED,
            position: None,
            follow: None,
            on_change: ctx.link().callback(Msg::Change),
            on_follow: ctx.link().callback(Msg::Follow),
            sound: Sound::default(),
            playback: Playback::default(),
            palette: Rc::new(Palette::read()),
            width: 0,
            lanes: NodeRef::default(),
            looked_at: 0.0,
            next_frame: None,
            keys: None,
            preparation: None,
        };
        view.open(ctx);
        view.appear(ctx);
        if !ctx.props().visible {
            let link = ctx.link().clone();
            let prepare = move || link.send_message(Msg::Prepare);
            view.preparation = Some(Timeout::new(PREPARE_AFTER, prepare));
        }
        view
    }

    fn changed(&mut self, ctx: &Context<Self>, old: &Props) -> bool {
        if ctx.props().link != old.link {
            self.open(ctx);
            self.compute(ctx);
        }
        if ctx.props().visible && !old.visible {
            self.appear(ctx);
        } else if !ctx.props().visible {
            self.playing = false;
            self.next_frame = None;
            self.keys = None;
            self.background.pause();
        }
        true
    }

    fn update(&mut self, ctx: &Context<Self>, msg: Msg) -> bool {
        match msg {
            Msg::Change(change) => {
                if let Change::Prediction(is_open) = change {
                    self.is_hidden = is_open;
                }
                self.session.change(change);
                self.is_hidden &= self.session.experiments.prediction;
                self.position = self.position.filter(|at| *at < self.ends_at());
                self.compute(ctx);
            }
            Msg::Prepare => {
                self.follow_choices(ctx);
                return false;
            }
            Msg::Heard(heard) => {
                let on = ctx.link().callback(Msg::Heard);
                self.results.hear(heard, &self.worker_pool, &on);
            }
            Msg::Replicated(heard) => return self.background.hear(heard),
            Msg::Follow(follow) => {
                let is_new = self.follow != follow;
                self.follow = follow;
                return is_new;
            }
            Msg::Play(playing) => self.play(playing),
            Msg::Speed(speed) => self.speed = speed,
            Msg::Step => {
                self.play(true);
                self.playing = false;
                self.move_to(self.at() + Bucket::LENGTH);
            }
            Msg::Seek(seconds) => {
                self.playing = false;
                self.move_to(Instant::ZERO + Duration::from_secs_f64(seconds.max(0.0)));
            }
            Msg::Reset => {
                self.playing = false;
                self.position = Some(Instant::ZERO);
            }
            Msg::Made => self.is_hidden = false,
            Msg::Sound(lane) => self.sound.set(lane),
            Msg::Frame(timestamp) => return self.frame(ctx, timestamp),
        }
        true
    }

    fn rendered(&mut self, _: &Context<Self>, _: bool) {
        self.show_position();
    }

    fn view(&self, ctx: &Context<Self>) -> Html {
        let link = ctx.link();
        let on_change = &self.on_change;
        let lanes = &self.session.chosen.comparison.lanes;
        html! {
            <ContextProvider<WorkerPool> context={self.worker_pool.clone()}><div class="herd">
                <h1 class="visually-hidden">{ "Herd: the same outage, several retry strategies" }</h1>
                <Bar session={self.session.clone()} visible={ctx.props().visible} on_change={on_change.clone()} />
                <Common session={self.session.clone()} visible=true on_change={on_change.clone()} />
                <Transport
                    name="herd"
                    playing={self.playing} speed={self.speed} seed={self.session.chosen.seed}
                    at={(seconds(self.at()), seconds(self.ends_at()))}
                    on_play={link.callback(Msg::Play)} on_speed={link.callback(Msg::Speed)}
                    on_step={link.callback(|()| Msg::Step)} on_reset={link.callback(|()| Msg::Reset)}
                    on_seek={link.callback(Msg::Seek)}
                    on_seed={link.callback(|seed| Msg::Change(Change::Seed(seed)))}
                />
                { self.actions(ctx) }
                { keys::keys() }
                <div class="herd__lanes" ref={self.lanes.clone()}>
                    { for (0..lanes.len()).map(|n| self.lane(n)) }
                </div>
                <button
                    class="button herd__add" type="button" disabled={lanes.len() >= LANES_MAX}
                    onclick={on_change.reform(|_: MouseEvent| Change::Add)}
                >
                    { "Add a lane" }
                </button>
                <p class="herd__progress" role="status">{ self.progress() }</p>
                <p class="visually-hidden" role="status">{ self.summary() }</p>
                <Contention visible={ctx.props().visible} />
            </div></ContextProvider<WorkerPool>>
        }
    }
}

impl HerdView {
    /// Opens the link of the page.
    fn open(&mut self, ctx: &Context<Self>) {
        if let Some((wish, link)) = &ctx.props().link {
            (self.wish, self.session, self.position) = (*wish, Session::of(link), link.at);
            self.is_hidden = link.experiments.prediction;
        }
    }

    fn lane(&self, n: usize) -> Html {
        let (lane, is_stale) = self.results.lane(n);
        let others = self.background.others();
        html! {
            <LaneView
                key={n} {n} chosen={self.session.chosen.clone()} {lane} {is_stale} {others}
                is_hidden={self.is_hidden} follow={self.follow} palette={self.palette.clone()} width={self.width}
                on_change={self.on_change.clone()} on_follow={self.on_follow.clone()}
            />
        }
    }

    /// The actions on the lanes; the results are hidden, and so their actions, while the user makes a
    /// prediction.
    fn actions(&self, ctx: &Context<Self>) -> Html {
        let Session { chosen, experiments, .. } = &self.session;
        // Each link creates them anew.
        let key = self.wish;
        html! {
            <div class="herd__actions">
                <PredictionPanel
                    {key} chosen={chosen.clone()} lanes={self.results.all()}
                    is_open={experiments.prediction} is_hidden={self.is_hidden}
                    on_made={ctx.link().callback(|()| Msg::Made)} on_change={self.on_change.clone()}
                />
                if !self.is_hidden {
                    <SeedBands
                        {key} chosen={chosen.clone()} wanted={experiments.bands} width={self.width}
                        palette={self.palette.clone()} on_change={self.on_change.clone()}
                    />
                    <SweepTool
                        {key} session={self.session.clone()} width={self.width}
                        palette={self.palette.clone()} on_change={self.on_change.clone()}
                    />
                    <Export
                        lanes={self.named()} palette={self.palette.clone()}
                        session={self.session.clone()}
                    />
                }
                { self.sound.view(&chosen.comparison, self.is_hidden, &ctx.link().callback(Msg::Sound)) }
            </div>
        }
    }

    /// The results so far, with the names of their lanes.
    fn named(&self) -> Vec<(String, Rc<fusebox_lab::herd::Lane>)> {
        let lanes = self.session.chosen.comparison.lanes.iter().enumerate();
        lanes.filter_map(|(n, it)| Some((it.title(), self.results.lane(n).0?))).collect()
    }

    fn appear(&mut self, ctx: &Context<Self>) {
        if ctx.props().visible {
            self.preparation = None;
            self.playback = Playback::default();
            self.next_frame = Some(next_frame(ctx));
            self.keys = Some(undo_by_key(ctx));
            self.compute(ctx);
        }
    }

    fn compute(&mut self, ctx: &Context<Self>) {
        if ctx.props().visible {
            self.follow_choices(ctx);
        }
    }

    fn follow_choices(&mut self, ctx: &Context<Self>) {
        self.background.follow(&self.session.chosen);
        let on = ctx.link().callback(Msg::Heard);
        self.results.follow(&self.session.chosen, &self.worker_pool, &on);
    }

    /// The progress of the computation.
    fn progress(&self) -> String {
        if let Some(problem) = self.results.problem() {
            return format!("A lane cannot be computed: {problem}.");
        }
        let place = self.worker_pool.place().map(|kind| format!(" {kind}")).unwrap_or_default();
        let progress = self.results.progress();
        progress
            .map_or_else(String::new, |share| format!("Computing{place} … {:.0} %", share * 100.0))
    }

    /// The announcement of the results.
    fn summary(&self) -> String {
        if self.is_hidden || self.results.progress().is_some() {
            return String::new();
        }
        let lanes = self.results.lanes().zip(&self.session.chosen.comparison.lanes);
        let sentences = lanes.map(|(lane, strategy)| match lane.outcome.recovery {
            LaneRecovery::After(after) => format!("{}: recovers after {after}.", strategy.title()),
            open => {
                let reason = open.reason().unwrap_or_default();
                format!("{}: does not recover in this run, {reason}.", strategy.title())
            }
        });
        sentences.collect::<Vec<_>>().join(" ")
    }

    fn ends_at(&self) -> Instant {
        self.session.chosen.comparison.setup.ends_at()
    }

    fn at(&self) -> Instant {
        self.position.unwrap_or_else(|| self.ends_at())
    }

    fn move_to(&mut self, position: Instant) {
        self.position = Some(position).filter(|position| *position < self.ends_at());
    }

    fn play(&mut self, playing: bool) {
        self.playing = playing;
        if playing && self.position.is_none() {
            self.position = Some(Instant::ZERO);
        }
    }

    fn frame(&mut self, ctx: &Context<Self>, timestamp: f64) -> bool {
        self.next_frame = Some(next_frame(ctx));
        // A hidden page has no frames, so that it starts no more runs.
        let (chosen, results) = (&self.session.chosen, &self.results);
        let on = ctx.link().callback(Msg::Replicated);
        self.background.fill(chosen, || results.all(), &self.worker_pool, &on);
        let elapsed = self.playback.frame(timestamp);
        let mut is_due = false;
        if timestamp - self.looked_at >= LOOK_EVERY {
            self.looked_at = timestamp;
            is_due = self.playing | self.look();
        }
        if self.playing {
            let before = self.at();
            let target = self.playback.target(before, elapsed, SPEEDS[self.speed]);
            self.move_to(target);
            if !self.is_hidden {
                let (lane, _) = self.results.lane(self.sound.lane(&self.session.chosen.comparison));
                self.sound.play(lane.as_ref(), before, self.at(), elapsed);
            }
            self.playing = self.position.is_some();
            self.show_position();
            return is_due || !self.playing;
        }
        is_due
    }

    /// Reads the theme and the width; returns whether either has changed, so that all charts are
    /// redrawn.
    fn look(&mut self) -> bool {
        let width = browser::size_of(&self.lanes).map_or(0, |(width, _)| pixels(width));
        let palette = Palette::read();
        let is_new = width != self.width || palette != *self.palette;
        if palette != *self.palette {
            self.palette = Rc::new(palette);
        }
        self.width = width;
        is_new
    }

    /// Veils everything after the position in all lanes, without redrawing them.
    fn show_position(&self) {
        let share = seconds(self.at()) / seconds(self.ends_at()).max(0.1);
        browser::set_style(&self.lanes, "--at", &format!("{share:.4}"));
        let veil = if self.position.is_some() { "visible" } else { "hidden" };
        browser::set_style(&self.lanes, "--veil", veil);
    }
}

#[expect(clippy::cast_possible_truncation, reason = "a width of a page")]
fn pixels(width: f64) -> i32 {
    width.round() as i32
}

/// Ctrl+Z undoes, unless the focus is in a text field.
fn undo_by_key(ctx: &Context<HerdView>) -> EventListener {
    let link = ctx.link().clone();
    browser::on_key(move |event| {
        let is_undo = browser::key(event) == "z" && (event.ctrl_key() || event.meta_key());
        if is_undo && !event.shift_key() && !browser::takes_letters(event.target()) {
            event.prevent_default();
            link.send_message(Msg::Change(Change::Undo));
        }
    })
}

fn next_frame(ctx: &Context<HerdView>) -> AnimationFrame {
    let link = ctx.link().clone();
    request_animation_frame(move |timestamp| link.send_message(Msg::Frame(timestamp)))
}

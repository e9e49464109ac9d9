//! The *Herd* view: up to eight retry strategies beside each other, with common random numbers.

mod asks;
mod backlog;
mod bands;
mod bar;
mod contention;
mod edit;
mod export;
mod follow;
mod head;
mod keys;
mod lane;
mod numbers;
mod overview;
mod picture;
mod playhead;
mod prediction;
mod prepared;
mod raster;
mod results;
mod session;
mod sheet;
mod so_far;
mod sound;
mod sweep;

use crate::browser;
use crate::frames::Turns;
use crate::host;
use crate::palette::Palette;
use crate::transport::Transport;
use crate::worker_pool::{Heard, WorkerPool};
use bands::{Background, SeedBands};
use bar::Bar;
use contention::Contention;
use edit::add;
use export::Export;
use follow::Follow;
use fusebox::time::Instant;
use fusebox_lab::herd::verdict;
use fusebox_lab::link;
use gloo_events::EventListener;
use gloo_timers::callback::Timeout;
use lane::{LaneView, edit_id};
pub(crate) use overview::Overview;
use playhead::{Playhead, seconds_to};
use prediction::PredictionPanel;
pub use prepared::results;
use results::Results;
use session::{Change, Session};
use so_far::Shown;
use sound::Sound;
use std::rc::Rc;
use sweep::SweepTool;
use yew::prelude::*;

/// Milliseconds between two checks of the theme and the width, and between two updates of the time.
const LOOK_EVERY: f64 = 125.0;

/// Milliseconds until a view that is not open yet fetches or computes its first result, so that it is there
/// when the view is opened.
const PREPARE_AFTER: u32 = 500;

/// From this many CSS pixels of width on, a page shows two lanes at once.
const NARROW: i32 = 600;

#[derive(Clone, PartialEq, Properties)]
pub(super) struct Props {
    /// Whether the view is visible; while it is not, it computes nothing but its first result, and does
    /// not play.
    pub(super) visible: bool,
    /// The link to open, and its number; each link has a new number.
    pub(super) link: Option<(u32, Rc<link::Herd>)>,
    /// Whether it is a view of the page, and not only its lanes beside a text.
    pub(super) is_alone: bool,
}

pub(super) enum Msg {
    Change(Change),
    /// Makes the first result before the view is opened.
    Prepare,
    /// The results that were computed when the page was built; none without.
    Fetched(Option<String>),
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
    playhead: Playhead,
    follow: Option<Follow>,
    on_change: Callback<Change>,
    on_follow: Callback<Option<Follow>>,
    /// Whether the results are hidden until the user has made a prediction.
    is_hidden: bool,
    sound: Sound,
    palette: Rc<Palette>,
    /// The width of the lanes in pixels.
    width: i32,
    lanes: NodeRef,
    looked_at: f64,
    /// The element that gets the focus after the next rendering.
    focus: Option<String>,
    turns: Turns,
    /// Handles keys and the asks of a host while the view is on the page.
    listeners: Option<[EventListener; 2]>,
    /// Whether the host was told that the run plays.
    told: Option<bool>,
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
            playhead: Playhead::default(),
            follow: None,
            on_change: ctx.link().callback(Msg::Change),
            on_follow: ctx.link().callback(Msg::Follow),
            sound: Sound::default(),
            palette: Rc::new(Palette::read()),
            width: 0,
            lanes: NodeRef::default(),
            looked_at: 0.0,
            focus: None,
            turns: Turns::new(ctx.link().callback(Msg::Frame)),
            listeners: None,
            told: None,
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
            self.turns.stop();
            self.listeners = None;
            self.background.pause();
        }
        true
    }

    fn update(&mut self, ctx: &Context<Self>, msg: Msg) -> bool {
        if !matches!(msg, Msg::Frame(_)) {
            self.turns.stir_if_running();
        }
        match msg {
            Msg::Change(change) => self.change(ctx, change),
            Msg::Prepare => {
                self.follow_choices(ctx);
                return false;
            }
            Msg::Fetched(text) => {
                if !self.results.fetched(text.as_deref()) {
                    return false;
                }
                self.follow_choices(ctx);
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
            Msg::Play(playing) => self.playhead.play(playing),
            Msg::Speed(speed) => self.playhead.speed = speed,
            Msg::Step => self.playhead.step(),
            Msg::Seek(seconds) => self.playhead.seek(seconds_to(seconds)),
            Msg::Reset => self.playhead.seek(seconds_to(0.0)),
            Msg::Made => {
                self.is_hidden = false;
                self.playhead = Playhead::open(None, self.ends_at(), has_motion());
            }
            Msg::Sound(lane) => self.sound.set(lane),
            Msg::Frame(timestamp) => return self.frame(ctx, timestamp),
        }
        true
    }

    fn rendered(&mut self, _: &Context<Self>, _: bool) {
        self.show_position();
        if self.listeners.is_some() {
            host::tell_state(&mut self.told, self.playhead.playing, self.playhead.at());
        }
        if let Some(id) = self.focus.take() {
            browser::focus_by_id(&id);
        }
    }

    fn view(&self, ctx: &Context<Self>) -> Html {
        let link = ctx.link();
        let on_change = &self.on_change;
        let lanes = self.session.chosen.comparison.lanes.len();
        let head = &self.playhead;
        let is_alone = ctx.props().is_alone;
        let progress = html! { <p class="herd__progress" role="status">{ self.progress() }</p> };
        // The progress is where it is in sight.
        let has_overview = !self.is_hidden && (1..NARROW).contains(&self.width);
        let (overview, beside) =
            if has_overview { (self.overview(progress), html! {}) } else { (html! {}, progress) };
        html! {
            <ContextProvider<WorkerPool> context={self.worker_pool.clone()}><div class="herd">
                if is_alone {
                    <Bar
                        session={self.session.clone()} at={head.linked()} visible={ctx.props().visible}
                        is_whole={head.position().is_none() && !self.is_hidden} on_change={on_change.clone()}
                    />
                }
                { overview }
                { numbers::patterns() }
                <div class="herd__lanes panel" ref={self.lanes.clone()}>
                    { keys::keys(&self.session.chosen.comparison.setup, beside) }
                    { for (0..lanes).map(|n| self.lane(n)) }
                </div>
                <Transport
                    name="herd"
                    playing={head.playing} speed={head.speed} seed={self.session.chosen.seed}
                    at={(head.at().as_secs_f64(), head.ends_at().as_secs_f64())}
                    on_play={link.callback(Msg::Play)} on_speed={link.callback(Msg::Speed)}
                    on_step={link.callback(|()| Msg::Step)} on_reset={link.callback(|()| Msg::Reset)}
                    on_seek={link.callback(Msg::Seek)}
                    on_seed={link.callback(|seed| Msg::Change(Change::Seed(seed)))}
                />
                if is_alone { { self.actions(ctx) } }
                <p class="visually-hidden" role="status">{ self.summary() }</p>
                if is_alone { <Contention visible={ctx.props().visible} /> }
            </div></ContextProvider<WorkerPool>>
        }
    }
}

impl HerdView {
    /// Opens the link of the page.
    fn open(&mut self, ctx: &Context<Self>) {
        let mut at = None;
        if let Some((wish, link)) = &ctx.props().link {
            (self.wish, self.session, at) = (*wish, Session::of(link), link.at);
            self.is_hidden = link.experiments.prediction;
        }
        self.playhead = Playhead::open(at, self.ends_at(), has_motion());
    }

    fn change(&mut self, ctx: &Context<Self>, change: Change) {
        if let Change::Prediction(is_open) = change {
            self.is_hidden = is_open;
        }
        if let Change::Remove(id) = change {
            // The button that was pressed is gone, so its neighbour gets the focus.
            let n = self.session.chosen.ids.iter().position(|it| *it == id).unwrap_or(0);
            let last = self.session.chosen.ids.len().saturating_sub(2);
            self.focus = Some(edit_id(n.min(last)));
        }
        let preset = self.session.chosen.preset;
        self.session.change(change);
        self.is_hidden &= self.session.experiments.prediction;
        if self.session.chosen.preset == preset {
            self.playhead.end_at(self.ends_at());
        } else {
            self.playhead = Playhead::open(None, self.ends_at(), has_motion());
        }
        self.compute(ctx);
    }

    /// The leading numbers of all lanes with the progress below them, for a page so narrow that it shows one
    /// lane at a time.
    fn overview(&self, progress: Html) -> Html {
        let until = self.playhead.position();
        let lanes = self.session.chosen.comparison.lanes.iter().enumerate();
        let lanes = lanes.map(|(n, strategy)| {
            let shown = self.results.lane(n).0.map(|lane| Shown::new(&lane, until));
            (strategy.title(), shown)
        });
        numbers::overview(lanes, progress)
    }

    fn lane(&self, n: usize) -> Html {
        let (lane, is_stale) = self.results.lane(n);
        let others = self.background.others();
        let key = format!("{}-{}", self.wish, self.session.chosen.ids[n]);
        html! {
            <LaneView
                {key} {n} chosen={self.session.chosen.clone()} {lane} {is_stale} {others}
                until={self.playhead.position()} is_hidden={self.is_hidden} follow={self.follow}
                palette={self.palette.clone()} width={self.width}
                on_change={self.on_change.clone()} on_follow={self.on_follow.clone()}
            />
        }
    }

    /// The actions on the lanes; the results are hidden, and so their actions, while the user makes a
    /// prediction.
    fn actions(&self, ctx: &Context<Self>) -> Html {
        let Session { chosen, experiments, .. } = &self.session;
        let is_over = self.playhead.position().is_none();
        // Each link creates them anew.
        let key = self.wish;
        html! {
            <div class="herd__actions">
                { add(chosen.comparison.lanes.len(), &self.on_change) }
                <PredictionPanel
                    {key} chosen={chosen.clone()} lanes={self.results.all().filter(|_| is_over)}
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
            self.playhead.resume();
            self.turns.stir();
            self.listeners = Some([undo_by_key(ctx), asks::listen(ctx)]);
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
        let (on, on_fetched) = (ctx.link().callback(Msg::Heard), ctx.link().callback(Msg::Fetched));
        self.results.follow(&self.session.chosen, &self.worker_pool, &on, &on_fetched);
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
        let is_over = self.playhead.position().is_none();
        if self.is_hidden || !is_over || self.results.progress().is_some() {
            return String::new();
        }
        let lanes = self.results.lanes().zip(&self.session.chosen.comparison.lanes);
        let sentences =
            lanes.map(|(lane, strategy)| format!("{}: {}", strategy.title(), verdict(lane)));
        sentences.collect::<Vec<_>>().join(" ")
    }

    fn ends_at(&self) -> Instant {
        self.session.chosen.comparison.setup.ends_at()
    }

    fn frame(&mut self, ctx: &Context<Self>, timestamp: f64) -> bool {
        let moves = self.playhead.playing || self.results.progress().is_some();
        let is_stirred = self.turns.are_stirred(timestamp, moves);
        self.turns.request(is_stirred);
        // A page that nobody sees starts no more runs.
        if !browser::is_seen() {
            return false;
        }
        let (chosen, results) = (&self.session.chosen, &self.results);
        let on = ctx.link().callback(Msg::Replicated);
        self.background.fill(
            chosen,
            || results.all(),
            &self.worker_pool,
            &on,
            self.playhead.playing,
        );
        let mut is_due = false;
        if timestamp - self.looked_at >= LOOK_EVERY {
            self.looked_at = timestamp;
            is_due = self.playhead.playing | self.look();
        }
        let has_results = self.results.progress().is_none();
        if let Some((before, elapsed)) = self.playhead.frame(timestamp, has_results) {
            if !self.is_hidden {
                let (lane, _) = self.results.lane(self.sound.lane(&self.session.chosen.comparison));
                self.sound.play(lane.as_ref(), before, self.playhead.at(), elapsed);
            }
            self.show_position();
            return is_due || !self.playhead.playing;
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

    /// Veils everything after the playhead in all lanes, without redrawing them.
    fn show_position(&self) {
        let share =
            self.playhead.at().as_secs_f64() / self.playhead.ends_at().as_secs_f64().max(0.1);
        browser::set_style(&self.lanes, "--at", &format!("{share:.4}"));
        // An attempt is drawn with its end, which is known at the latest when it times out.
        let open = self.session.chosen.comparison.setup.timeout.as_secs_f64();
        let open = open / self.playhead.ends_at().as_secs_f64().max(0.1);
        browser::set_style(&self.lanes, "--open", &format!("{:.4}", open.min(share)));
        let veil = if self.playhead.position().is_some() { "visible" } else { "hidden" };
        browser::set_style(&self.lanes, "--veil", veil);
    }
}

/// Whether time may play by itself.
fn has_motion() -> bool {
    !browser::prefers_reduced_motion()
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

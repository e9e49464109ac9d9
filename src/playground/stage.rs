//! The stage: it owns the run, advances it with the frames of the screen, and draws it.

use crate::breaker::{Moves, caption, sentence, state_class};
use crate::browser;
use crate::convert::float;
use crate::frames::Turns;
use crate::palette::Palette;
use crate::playback::SPEEDS;
use crate::playground::announcer::Announcer;
use crate::playground::charts::{CHARTS, Canvases, ChartData, ChartsView, Export};
use crate::playground::details::Details;
use crate::playground::player::{First, Player};
use crate::playground::run_bar::shown;
use crate::playground::scene::{Msg, Scene};
use crate::playground::session::{Action, Session};
use crate::playground::summary::Summary;
use crate::selection::Selection;
use fusebox::time::{Duration, Instant};
use fusebox::{Decision, StateName};
use fusebox_lab::explain::Explanation;
use fusebox_lab::words::plural;
use fusebox_sim::{Dependency, Entry, Fault, What};
use gloo_events::EventListener;
use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::Rc;
use yew::prelude::*;

/// Milliseconds between two turns; each of the three turns comes about eight times a second.
const TURN_EVERY: f64 = 125.0 / 3.0;

/// Where a frame takes longer than a turn, one frame of so many brings all of the page up to date.
const FRAMES: f64 = 4.0;

/// What a frame brings up to date besides the picture.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Due {
    Turn(usize),
    Chart,
    Everything,
    Nothing,
}

/// The turns: a new summary, the panels beside the stage that show it, and the controls on the stage.
const SUMMARY: usize = 0;
const PANELS: usize = 1;
const CONTROLS: usize = 2;

/// Milliseconds after which an explanation is computed again, because the run has advanced.
const EXPLANATION_EVERY: f64 = 1_000.0;

#[derive(Clone, PartialEq, Properties)]
pub(super) struct Props {
    pub(super) session: Session,
    /// Whether the stage is on the page at all.
    pub(super) visible: bool,
    pub(super) shared: Rc<Shared>,
    pub(super) details: Option<&'static Details>,
    pub(super) summary: UseStateSetter<Rc<Summary>>,
    /// Receives the same summary a few frames later, for the panels beside the stage.
    pub(super) panels: UseStateSetter<Rc<Summary>>,
    pub(super) on_action: Callback<Action>,
}

/// State that the stage and the rest of the page share between two renderings.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Shared {
    /// The current moment of the run, updated with every frame; actions take place at it.
    pub(super) now: Cell<Instant>,
    /// The faults of the selected dependency at that moment, which a key changes.
    pub(super) faults: RefCell<Vec<Fault>>,
    /// The file of the charts to save with the next frame.
    pub(super) export: Cell<Option<Export>>,
    /// The canvases of the charts.
    pub(super) canvases: Canvases,
}

impl Shared {
    /// Whether a file is to be saved with the next frame.
    fn has_export(&self) -> bool {
        let export = self.export.take();
        let is_some = export.is_some();
        self.export.set(export);
        is_some
    }
}

/// The explanation of a selection, and when it was computed.
struct CurrentExplanation {
    selection: Selection,
    explanation: Rc<Explanation>,
    /// Whether the explanation is complete.
    is_over: bool,
    at: f64,
}

pub(super) struct Stage {
    player: Player,
    scene: Scene,
    moves: Moves,
    /// The announcements: state changes of breakers, and actions.
    announcer: Announcer,
    /// Actions to be announced as soon as the code that words them is loaded.
    unsaid: VecDeque<Entry>,
    /// The entries of the newest step.
    stepped: Vec<Entry>,
    explanation: Option<CurrentExplanation>,
    /// The timestamp of the newest frame.
    timestamp: f64,
    /// The number of trace entries that have been shown.
    shown: u64,
    palette: Palette,
    /// The newest summary; each part of the page takes it over at its turn.
    summary: Rc<Summary>,
    /// The last turn, and its time: the page is updated part by part, so that no frame updates all of
    /// it.
    turn: usize,
    turn_at: f64,
    /// The next chart to draw, and the time of the previous one.
    next_chart: usize,
    chart_at: f64,
    turns: Turns,
    /// Skips the slow motion by key, wherever the focus is.
    _keys: EventListener,
}

impl Component for Stage {
    type Message = Msg;
    type Properties = Props;

    fn create(ctx: &Context<Self>) -> Self {
        let player = Player::new(&ctx.props().session);
        let mut turns = Turns::new(ctx.link().callback(Msg::Frame));
        turns.stir();
        Self {
            scene: Scene::new(player.world()),
            player,
            moves: Moves::default(),
            announcer: Announcer::default(),
            unsaid: VecDeque::new(),
            stepped: Vec::new(),
            explanation: None,
            timestamp: 0.0,
            shown: 0,
            palette: Palette::read(),
            summary: Rc::default(),
            turn: CONTROLS,
            turn_at: 0.0,
            next_chart: 0,
            chart_at: 0.0,
            turns,
            _keys: browser::on_key({
                let link = ctx.link().clone();
                move |event| {
                    if event.key() == "Escape" && !event.default_prevented() {
                        link.send_message(Msg::Skip);
                    }
                }
            }),
        }
    }

    fn update(&mut self, ctx: &Context<Self>, msg: Msg) -> bool {
        let now = self.player.world().now();
        if !matches!(msg, Msg::Frame(_)) {
            self.turns.stir();
        }
        let action = match msg {
            Msg::Frame(timestamp) => return self.frame(ctx, timestamp),
            Msg::Measured => None,
            Msg::Menu(spot) => {
                self.scene.menu = spot;
                None
            }
            Msg::Show(kind) => {
                self.scene.shown[kind as usize] ^= true;
                None
            }
            Msg::Act(on, command) => Some(Action::Act(self.player.moment(), on, vec![command])),
            Msg::Choose(on, command) => {
                self.scene.menu = None;
                Some(Action::Act(self.player.moment(), on, vec![command]))
            }
            Msg::Skip => {
                if self.player.shown_first().is_some() {
                    self.player.skip(self.scene.still);
                }
                None
            }
            Msg::NoSlowMotion => Some(Action::SlowMotion(false)),
            Msg::Depend(on) => Some(Action::Depend(on)),
            Msg::Point(point) => self.scene.press(point, now),
            Msg::Why(kind) => self.scene.why(kind, now),
        };
        if let Some(action) = action {
            ctx.props().on_action.emit(action);
        }
        true
    }

    fn rendered(&mut self, ctx: &Context<Self>, is_first: bool) {
        // The controls on the stage are rendered once its size is known, before anything is visible.
        if is_first && self.scene.measure(self.timestamp) == Some(true) {
            ctx.link().send_message(Msg::Measured);
        }
    }

    fn changed(&mut self, ctx: &Context<Self>, old: &Props) -> bool {
        let props = ctx.props();
        let (session, before) = (&props.session, &old.session);
        if self.player.follow(session, before) {
            self.forget();
        }
        if session.world != before.world {
            self.explanation = None;
        }
        if session.world != before.world || session.playing {
            self.stepped.clear();
        }
        if session.steps != before.steps {
            self.stepped = self.player.step();
        }
        self.share_moment(props);
        if (session, props.details, props.visible) != (before, old.details, old.visible) {
            self.show_new_entries(props);
            self.summarise(props);
            self.turns.stir();
        }
        true
    }

    fn view(&self, ctx: &Context<Self>) -> Html {
        let (on, world) = (ctx.props().session.on, self.player.world());
        let now = ctx.props().details.map(|it| (it.now)(world, on)).unwrap_or_default();
        let samples = &self.player.timeline().record().samples;
        let on_msg = ctx.link().callback(|msg: Msg| msg);
        html! {
            <section class="stage panel" aria-label="The service and its dependencies">
                { self.scene.view(world, samples, Some(on), now, &on_msg) }
                { self.scene.legend(&on_msg) }
                // It would not go away while the run is paused.
                if ctx.props().session.playing { { self.caption(&on_msg) } }
            </section>
        }
    }
}

impl Stage {
    fn frame(&mut self, ctx: &Context<Self>, timestamp: f64) -> bool {
        let props = ctx.props();
        let session = &props.session;
        self.timestamp = timestamp;
        let goes_on = self.goes_on(session);
        let is_stirred = self.turns.are_stirred(timestamp, goes_on);
        let is_due = props.visible && (is_stirred || self.has_changed(props));
        self.turns.request(is_due);
        if !is_due || !browser::is_seen() {
            return false;
        }
        let (elapsed, arrived) =
            self.player.frame(timestamp, session, SPEEDS[session.speed], self.scene.still);
        if arrived {
            self.forget();
        }
        self.share_moment(props);
        self.scene.advance(elapsed);
        let moved = self.show_new_entries(props);
        let due = self.due(moved);
        let is_turn = |turn| [Due::Turn(turn), Due::Everything].contains(&due);
        if is_turn(SUMMARY) {
            self.summarise(props);
            self.scene.read(self.player.world());
            self.follow_trouble(props);
        }
        if is_turn(PANELS) {
            props.panels.set(self.summary.clone());
        }
        match due {
            Due::Chart => self.draw_next_chart(props),
            Due::Everything => (0..CHARTS).for_each(|_| self.draw_next_chart(props)),
            Due::Turn(_) | Due::Nothing => {}
        }
        // While time is paused, eight times a second is enough for a new size or theme.
        if is_turn(SUMMARY) || session.playing {
            self.scene.draw(self.player.world(), Some(session.on), &self.palette, timestamp);
        }
        if let (Some(export), Some(details)) = (props.shared.export.take(), props.details) {
            let data = self.chart_data(session);
            (details.save_chart)(export, &data, &session.world, &Palette::read());
        }
        is_turn(CONTROLS)
    }

    /// Lets the rest of the page know the current moment.
    fn share_moment(&self, props: &Props) {
        props.shared.now.set(self.player.moment());
        let mut faults = props.shared.faults.borrow_mut();
        faults.clear();
        faults.extend(self.player.world().faults(props.session.on));
    }

    /// Whether anything on the page is still about to change by itself.
    fn goes_on(&self, session: &Session) -> bool {
        session.playing || !self.player.is_settled() || self.announcer.has_more()
    }

    /// Whether the size, the theme or what is to be saved has changed, which no message tells.
    fn has_changed(&mut self, props: &Props) -> bool {
        let is_new =
            self.scene.measure(self.timestamp) == Some(true) || self.palette != Palette::read();
        if is_new {
            self.turns.stir();
        }
        is_new || props.shared.has_export()
    }

    /// Selects the dependency in trouble, unless the user has chosen one or is in its settings.
    fn follow_trouble(&mut self, Props { session, on_action, .. }: &Props) {
        let world = self.player.world();
        if !session.follows || browser::has_focus(".stack") {
            return;
        }
        let gauges = world.gauges().dependencies;
        let trips = |on: &Dependency| gauges[*on].breaker.is_some_and(|it| it != StateName::Closed);
        let fails = |on: &Dependency| world.faults(*on).next().is_some();
        let used = world.scenario().used();
        let is_well = !trips(&session.on) && !fails(&session.on);
        let other = used.iter().find(|on| trips(on)).or_else(|| used.iter().find(|on| fails(on)));
        if let Some(&on) = other.filter(|_| is_well) {
            self.announcer.add(format!("The panel now shows {}.", on.title()));
            on_action.emit(Action::Trouble(on));
        }
    }

    /// What this frame brings up to date, after a breaker has moved or not.
    fn due(&mut self, moved: bool) -> Due {
        let (frame, since) = (self.turns.frame(), self.timestamp - self.turn_at);
        if frame > TURN_EVERY {
            if !moved && since < FRAMES * frame {
                return Due::Nothing;
            }
            (self.turn, self.turn_at) = (CONTROLS, self.timestamp);
            return Due::Everything;
        }
        if moved {
            return Due::Turn(SUMMARY);
        }
        if since >= TURN_EVERY {
            self.turn_at = (self.turn_at + TURN_EVERY).max(self.timestamp - TURN_EVERY);
            self.turn = (self.turn + 1) % 3;
            return Due::Turn(self.turn);
        }
        // Each chart is drawn about eight times a second.
        if self.timestamp - self.chart_at >= 3.0 * TURN_EVERY / float(CHARTS) {
            self.chart_at = self.timestamp;
            return Due::Chart;
        }
        Due::Nothing
    }

    /// Discards the dots and announcements of another moment; earlier transitions of the breakers are
    /// known at once.
    fn forget(&mut self) {
        let world = self.player.world();
        self.scene.restart(world);
        let samples = &self.player.timeline().record().samples;
        self.scene.recall(world.trace().since(0), samples, world.now());
        self.moves = Moves::past(world.measures().breaker_changes());
        self.stepped.clear();
        self.explanation = None;
        self.announcer = Announcer::default();
        // An action a frame ago is still news: the run has gone back to it and come here again.
        let is_news =
            |entry: &&Entry| matches!(entry.what, What::Done(..)) && entry.at + NEWS >= world.now();
        self.unsaid = world.trace().since(0).filter(is_news).copied().collect();
        self.shown = world.trace().added();
        (self.turn, self.turn_at) = (CONTROLS, 0.0);
    }

    /// Explains the selection: at once if it is new, and then every second.
    fn explain(&mut self, Props { session, details, .. }: &Props) {
        let Some(selection) = session.selection else {
            self.explanation = None;
            return;
        };
        let is_fresh = self.explanation.as_ref().is_some_and(|it| {
            let is_new = it.is_over || self.timestamp - it.at < EXPLANATION_EVERY;
            it.selection == selection && is_new
        });
        if let Some(details) = details.filter(|_| !is_fresh) {
            let (player, at) = (&self.player, self.timestamp);
            let made = (details.explanation)(selection, player, session.on);
            self.explanation = made.map(|(explanation, is_over)| {
                let explanation = Rc::new(explanation);
                CurrentExplanation { selection, explanation, is_over, at }
            });
        }
    }

    fn summarise(&mut self, props: &Props) {
        let session = &props.session;
        self.palette = Palette::read();
        self.explain(props);
        let charts = props.details.map_or_else(ChartsView::default, |it| {
            (it.charts_view)(&self.chart_data(session), session.cross)
        });
        self.summary = Rc::new(Summary {
            step: props.details.map(|it| sentences(&self.stepped, it)).unwrap_or_default(),
            moves: self.moves.at(self.timestamp, session.on),
            announcement: self.announcer.at(self.timestamp).to_owned(),
            explanation: self.explanation.as_ref().map(|it| it.explanation.clone()),
            charts: Rc::new(charts),
            ..Summary::of(&self.player, session.on, props.details.map(|it| it.event))
        });
        props.summary.set(self.summary.clone());
    }

    /// The transition that is shown in slow motion, in words, and the controls to go on.
    fn caption(&self, on_msg: &Callback<Msg>) -> Html {
        let Some(First { on, ref transition, .. }) = self.player.shown_first() else {
            return Html::default();
        };
        let (world, still) = (self.player.world(), self.scene.still);
        let trials = world.breaker(on).map_or(1, |breaker| breaker.config().trials);
        let is_coming = world.now() < transition.at;
        html! {
            <div class={classes!("caption", state_class(transition.to))}>
                <p>{ caption(on, transition, trials, is_coming) }</p>
                <button class="button" type="button" onclick={on_msg.reform(|_| Msg::Skip)}>
                    { if still { "Continue" } else { "Skip" } }<kbd aria-hidden="true">{ "Esc" }</kbd>
                </button>
                <button
                    class="switch" type="button" role="switch" aria-checked="true"
                    onclick={on_msg.reform(|_| Msg::NoSlowMotion)}
                >
                    <span class="switch__track" aria-hidden="true" />
                    { if still { "Stops" } else { "Slow motion" } }
                </button>
            </div>
        }
    }

    /// Shows the events since the last frame; returns whether the breaker on the selected dependency
    /// has changed its state.
    fn show_new_entries(&mut self, props: &Props) -> bool {
        let mut moved = false;
        let world = self.player.world();
        for entry in world.trace().since(self.shown) {
            match *entry {
                Entry { on: Some(on), what: What::Decided(Decision::Transition(it)), .. } => {
                    self.moves.add(self.timestamp, on, it);
                    self.announcer.add(sentence(on, &it));
                    moved |= on == props.session.on;
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
        if let Some(details) = props.details {
            self.unsaid.drain(..).for_each(|entry| self.announcer.add((details.event)(&entry)));
        }
        moved
    }

    fn draw_next_chart(&mut self, props: &Props) {
        if let Some(details) = props.details {
            let data = self.chart_data(&props.session);
            let canvases = &props.shared.canvases;
            (details.draw_chart)(canvases, self.next_chart, &data, &self.palette);
        }
        self.next_chart += 1;
    }

    fn chart_data<'a>(&'a self, session: &Session) -> ChartData<'a> {
        let (world, record) = (self.player.world(), self.player.timeline().record());
        ChartData {
            samples: &record.samples,
            baseline: self.player.baseline(),
            baseline_name: session.compare.label(),
            scenario: world.scenario(),
            on: session.on,
            now: world.now(),
            gauges: Some(world.gauges()),
            range: shown(world.scenario(), record.end),
        }
    }
}

/// The largest number of sentences about one step.
const SENTENCES_MAX: usize = 3;

/// The largest number of actions that wait for their words.
const UNSAID_MAX: usize = 3;

/// The age up to which an action is announced after a jump.
const NEWS: Duration = Duration::from_millis(500);

/// The entries of a step, in sentences.
fn sentences(entries: &[Entry], details: &Details) -> String {
    let mut sentences: Vec<String> =
        entries.iter().take(SENTENCES_MAX).map(details.event).collect();
    let others = entries.len().saturating_sub(SENTENCES_MAX);
    if others > 0 {
        sentences.push(format!(
            "And {} at the same moment.",
            plural(others as u64, "more event", "more events")
        ));
    }
    sentences.join(" ")
}

//! The *Herd* view: two ways to try again, on the same tape, side by side.

mod lane;

use crate::app::address::use_address;
use crate::app::format::{count, seconds};
use crate::app::palette::Palette;
use crate::app::playback::{Playback, SPEEDS, USUAL_SPEED};
use crate::app::transport::Transport;
use crate::lab::herd::{
    ATTEMPT_TIME, CALL_EVERY, DOWN_AT, HEADROOM, Lane, Outage, Runner, Strategy,
};
use crate::lab::link::{self, Link};
use crate::sim::SAMPLE_EVERY;
use crate::time::{Duration, Instant};
use gloo_render::{AnimationFrame, request_animation_frame};
use gloo_timers::callback::Timeout;
use lane::LaneView;
use std::rc::Rc;
use web_sys::HtmlInputElement;
use yew::prelude::*;

/// A run is computed in slices of so many events, between which the page can breathe.
const EVENTS_PER_SLICE: u32 = 60_000;

/// Milliseconds without another change before a run is computed.
const SETTLE: u32 = 120;

/// Milliseconds between two pictures while a run is played.
const LABEL_EVERY: f64 = 125.0;

#[derive(Clone, Copy, PartialEq, Properties)]
pub(super) struct Props {
    /// Whether it is on the page; nothing is computed before it is, and nothing plays while it is not.
    pub(super) visible: bool,
    /// What a link wants to be shown, and its number; a new number is a new wish.
    pub(super) link: Option<(u32, link::Herd)>,
}

pub(super) enum Msg {
    Clients(u32),
    Length(Duration),
    Seed(u64),
    Play(bool),
    Speed(usize),
    Step,
    Reset,
    /// Computes the next slice.
    Slice,
    /// A frame of the screen, with its timestamp in milliseconds.
    Frame(f64),
}

pub(super) struct HerdView {
    outage: Outage,
    seed: u64,
    playing: bool,
    /// An index into [`SPEEDS`].
    speed: usize,
    /// How far the lanes are shown; none for to their end.
    position: Option<Instant>,
    /// The moment that a link wants to be shown, once there are lanes.
    wish: Option<Instant>,
    playback: Playback,
    runners: Vec<Runner>,
    lanes: Vec<Rc<Lane>>,
    palette: Rc<Palette>,
    labelled_at: f64,
    /// Dropping either cancels it.
    next_slice: Option<Timeout>,
    next_frame: Option<AnimationFrame>,
}

impl Component for HerdView {
    type Message = Msg;
    type Properties = Props;

    fn create(ctx: &Context<Self>) -> Self {
        let link = ctx.props().link.map(|(_, link)| link).unwrap_or_default();
        let mut view = Self {
            outage: link.outage,
            seed: link.seed,
            playing: false,
            speed: USUAL_SPEED,
            position: None,
            wish: link.at,
            playback: Playback::default(),
            runners: Vec::new(),
            lanes: Vec::new(),
            palette: Rc::new(Palette::read()),
            labelled_at: 0.0,
            next_slice: None,
            next_frame: None,
        };
        view.appear(ctx);
        view
    }

    fn changed(&mut self, ctx: &Context<Self>, old: &Props) -> bool {
        if let (true, Some((_, link))) = (ctx.props().link != old.link, ctx.props().link) {
            (self.outage, self.seed, self.wish) = (link.outage, link.seed, link.at);
            self.recompute(ctx, 0);
        }
        if ctx.props().visible && !old.visible {
            self.appear(ctx);
        } else if !ctx.props().visible {
            self.playing = false;
            self.next_frame = None;
        }
        true
    }

    fn update(&mut self, ctx: &Context<Self>, msg: Msg) -> bool {
        match msg {
            Msg::Clients(clients) => {
                self.outage.clients = clients;
                self.recompute(ctx, SETTLE);
            }
            Msg::Length(length) => {
                self.outage.length = length;
                self.recompute(ctx, SETTLE);
            }
            Msg::Seed(seed) => {
                self.seed = seed;
                self.recompute(ctx, 0);
            }
            Msg::Play(playing) => self.play(playing && !self.computing()),
            Msg::Speed(speed) => self.speed = speed,
            Msg::Step => {
                self.play(true);
                self.playing = false;
                self.move_to(self.position() + SAMPLE_EVERY);
            }
            Msg::Reset => {
                self.playing = false;
                self.position = Some(Instant::ZERO);
            }
            Msg::Slice => self.compute_slice(ctx),
            Msg::Frame(timestamp) => return self.frame(ctx, timestamp),
        }
        true
    }

    fn view(&self, ctx: &Context<Self>) -> Html {
        let link = ctx.link();
        html! {
            <div class="herd">
                <Follow link={link::Herd { outage: self.outage, seed: self.seed, at: None }} visible={ctx.props().visible} />
                <section class="herd__intro panel">
                    <h1>{ "The same outage, two ways to try again" }</h1>
                    <p>
                        { format!(
                            "Each client asks the database once in {CALL_EVERY}, and gives an attempt \
                             {ATTEMPT_TIME}. The database is sized for its clients: it can do {HEADROOM} times \
                             as much. At {DOWN_AT} it goes down, and every client asks again at once. All keep \
                             trying until they are answered; the only difference is the wait before a retry."
                        ) }
                    </p>
                    { self.settings(ctx) }
                </section>
                <Transport
                    name="herd"
                    playing={self.playing} speed={self.speed} seed={self.seed}
                    time={format!("{} of {}", self.position(), self.ends_at())}
                    on_play={link.callback(Msg::Play)} on_speed={link.callback(Msg::Speed)}
                    on_step={link.callback(|()| Msg::Step)} on_reset={link.callback(|()| Msg::Reset)}
                    on_seed={link.callback(Msg::Seed)}
                />
                <div class={classes!("herd__lanes", self.computing().then_some("is-stale"))}>
                    { for self.lanes.iter().map(|lane| html! {
                        <LaneView
                            lane={lane.clone()} position={self.position()} palette={self.palette.clone()}
                        />
                    }) }
                </div>
                <p class="herd__progress" role="status">{ self.progress() }</p>
            </div>
        }
    }
}

#[derive(PartialEq, Properties)]
struct FollowProps {
    link: link::Herd,
    visible: bool,
}

/// Has the address follow what was chosen.
#[component(Follow)]
fn follow(props: &FollowProps) -> Html {
    use_address(Rc::new(Link::Herd(props.link)), props.visible);
    html! {}
}

impl HerdView {
    fn appear(&mut self, ctx: &Context<Self>) {
        if ctx.props().visible {
            self.playback = Playback::default();
            self.next_frame = Some(next_frame(ctx));
            if self.lanes.is_empty() {
                self.recompute(ctx, 0);
            }
        }
    }

    fn recompute(&mut self, ctx: &Context<Self>, settle: u32) {
        self.playing = false;
        self.runners.clear();
        self.schedule_slice(ctx, settle);
    }

    fn schedule_slice(&mut self, ctx: &Context<Self>, wait: u32) {
        let link = ctx.link().clone();
        self.next_slice = Some(Timeout::new(wait, move || link.send_message(Msg::Slice)));
    }

    fn compute_slice(&mut self, ctx: &Context<Self>) {
        if self.runners.is_empty() {
            self.runners = Strategy::ALL
                .map(|strategy| {
                    Runner::new(self.outage, strategy, self.seed)
                        .expect("the sliders stay within the range")
                })
                .into();
        }
        let mut finished = true;
        for runner in &mut self.runners {
            finished &= runner.advance(EVENTS_PER_SLICE);
        }
        if finished {
            self.lanes = self.runners.iter().map(|runner| Rc::new(runner.lane())).collect();
            self.runners.clear();
            self.next_slice = None;
            // The moment that a link names is for the lanes that it asks for alone.
            self.position = self.wish.take().filter(|&wish| wish < self.ends_at());
        } else {
            self.schedule_slice(ctx, 0);
        }
    }

    fn computing(&self) -> bool {
        self.next_slice.is_some()
    }

    fn progress(&self) -> String {
        if !self.computing() {
            return String::new();
        }
        let slowest = self.runners.iter().map(Runner::now).min().unwrap_or_default();
        let share = slowest.as_secs_f64() / self.outage.ends_at().as_secs_f64();
        format!("Computing the run: {:.0} %", share * 100.0)
    }

    /// The end of what is shown, which is not what the sliders say while that is being computed.
    fn ends_at(&self) -> Instant {
        self.lanes.first().map_or(self.outage, |lane| lane.outage).ends_at()
    }

    fn position(&self) -> Instant {
        self.position.unwrap_or_else(|| self.ends_at())
    }

    fn move_to(&mut self, position: Instant) {
        self.position = Some(position).filter(|&position| position < self.ends_at());
    }

    fn play(&mut self, playing: bool) {
        self.playing = playing;
        self.playback = Playback::default();
        if playing && self.position.is_none() {
            self.position = Some(Instant::ZERO);
        }
    }

    fn frame(&mut self, ctx: &Context<Self>, timestamp: f64) -> bool {
        self.next_frame = Some(next_frame(ctx));
        let elapsed = self.playback.frame(timestamp);
        let due = timestamp - self.labelled_at >= LABEL_EVERY;
        if due {
            self.labelled_at = timestamp;
            let palette = Palette::read();
            if palette != *self.palette {
                self.palette = Rc::new(palette);
                return true;
            }
        }
        if !self.playing {
            return false;
        }
        let target = self.playback.target(self.position(), elapsed, SPEEDS[self.speed]);
        self.move_to(target);
        self.playing = self.position.is_some();
        due || !self.playing
    }

    fn settings(&self, ctx: &Context<Self>) -> Html {
        let link = ctx.link();
        let clients = link.batch_callback(|event: InputEvent| {
            number(&event).map(|number| Msg::Clients(whole(number.clamp(100.0, 10_000.0))))
        });
        let length = link.batch_callback(|event: InputEvent| {
            let length = number(&event)?.clamp(0.1, 10.0);
            Some(Msg::Length(Duration::from_secs_f64(length)))
        });
        let shown_length = seconds(self.outage.length);
        html! {
            <div class="herd__settings">
                <label class="slider">
                    <span>{ "Clients" }</span>
                    <input
                        type="range" min="100" max="10000" step="100" oninput={clients}
                        value={self.outage.clients.to_string()}
                    />
                    <span class="slider__value" aria-hidden="true">{ count(u64::from(self.outage.clients)) }</span>
                </label>
                <label class="slider">
                    <span>{ "Outage" }</span>
                    <input
                        type="range" min="0.1" max="10" step="0.1" oninput={length}
                        value={self.outage.length.as_secs_f64().to_string()}
                        aria-valuetext={shown_length.clone()}
                    />
                    <span class="slider__value" aria-hidden="true">{ shown_length }</span>
                </label>
            </div>
        }
    }
}

fn next_frame(ctx: &Context<HerdView>) -> AnimationFrame {
    let link = ctx.link().clone();
    request_animation_frame(move |timestamp| link.send_message(Msg::Frame(timestamp)))
}

fn number(event: &InputEvent) -> Option<f64> {
    let input: HtmlInputElement = event.target_dyn_into()?;
    Some(input.value_as_number()).filter(|number| number.is_finite())
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped")]
fn whole(number: f64) -> u32 {
    number.round() as u32
}

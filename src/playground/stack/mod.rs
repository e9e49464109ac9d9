//! The stack: the layers around a dependency, each with its switch, its settings and its work so far,
//! in an order that the user can change.

mod layer;
mod settings;
mod work;

use crate::browser;
use crate::playground::Page;
use crate::playground::session::{self, Action, Layers};
use fusebox::LayerKind;
use fusebox_lab::order::{Advice, advice, with};
use fusebox_lab::{low_share, shared_breaker, trial_time};
use fusebox_sim::{Command, Scenario};
use layer::{Lift, grip_id, layer_name, switch_id};
use settings::{StackSettings, restored};
use std::rc::Rc;
use web_sys::{Element, PointerEvent};
pub(super) use work::Work;
use yew::platform::spawn_local;
use yew::prelude::*;

/// The id of the button that unfolds the stack on a small screen.
const FOLD: &str = "stack-fold";

/// Gives the focus to the switch of a layer, in a stack that is unfolded for it.
pub(super) fn show_switch(kind: LayerKind) {
    let id = switch_id(kind);
    browser::focus_by_id(&id);
    if !browser::has_focus(&format!("#{id}")) {
        browser::click_by_id(FOLD);
        // It can have the focus as soon as it is visible.
        spawn_local(async move { browser::focus_by_id(&id) });
    }
}

pub(super) enum Msg {
    /// Shows or hides all settings of a layer.
    Open(LayerKind),
    /// Shows or hides the whole stack on a small screen.
    Unfold,
    /// Lifts a layer, by pointer or keyboard.
    Lift(LayerKind, Option<i32>),
    /// The pointer that holds a layer has moved to this height.
    Follow(i32, f64),
    /// Moves the lifted layer by one place; outwards if true.
    Step(bool),
    /// Puts the layer down in its current place; if true, the focus stays with it.
    PutDown(bool),
    Cancel,
    Mend(Advice),
    Add(LayerKind),
    Remove(LayerKind),
    Switch(LayerKind, bool),
    SwitchAll(bool),
    Back,
}

pub(super) struct LayerStack {
    stack: StackSettings,
    /// The scenario with the settings that hold now.
    scenario: Rc<Scenario>,
    open: Layers,
    unfolded: bool,
    lift: Option<Lift>,
    /// The latest change of the order, for screen readers.
    announcement: String,
    /// The element that gets the focus when the stack has changed, because the pressed button may be
    /// gone.
    focus_then: Option<String>,
    focus: Option<String>,
    list: NodeRef,
    /// Requests a change of a setting; always the same callback, so that a field is not rendered again.
    on_set: Callback<(String, String)>,
}

/// The id of the title.
const TITLE: &str = "stack-title";

impl Component for LayerStack {
    type Message = Msg;
    type Properties = Page;

    fn create(ctx: &Context<Self>) -> Self {
        let Page { session, on_action, shared, .. } = ctx.props();
        let (scenario, shared) = (scenario_now(ctx.props()), shared.clone());
        Self {
            stack: StackSettings::of(session, &scenario),
            scenario,
            open: Layers::default(),
            unfolded: false,
            lift: None,
            announcement: String::new(),
            focus_then: None,
            focus: None,
            list: NodeRef::default(),
            on_set: on_action.reform(move |change| session::set(shared.now.get(), vec![change])),
        }
    }

    fn changed(&mut self, ctx: &Context<Self>, old: &Page) -> bool {
        let (now, before) = (&ctx.props().session, &old.session);
        let scenario = scenario_now(ctx.props());
        let is_same = scenario == self.scenario
            && Rc::ptr_eq(&now.world.base, &before.world.base)
            && now.on == before.on;
        if !is_same {
            self.stack = StackSettings::of(now, &scenario);
            self.scenario = scenario;
            self.lift = None;
            self.focus = self.focus_then.take();
        }
        true
    }

    fn update(&mut self, ctx: &Context<Self>, msg: Msg) -> bool {
        match msg {
            Msg::Open(kind) => self.open[kind as usize] ^= true,
            Msg::Unfold => self.unfolded ^= true,
            Msg::Lift(kind, pointer) => self.lift(kind, pointer),
            Msg::Follow(pointer, y) => {
                let lift = self.lift.as_mut().filter(|lift| lift.pointer == Some(pointer));
                return lift.is_some_and(|lift| lift.follow(y));
            }
            Msg::Step(outwards) => return self.step(outwards),
            Msg::PutDown(stay) => return self.put_down(ctx, stay),
            Msg::Cancel => {
                "The order is unchanged.".clone_into(&mut self.announcement);
                return self.lift.take().is_some();
            }
            Msg::Mend(advice) => {
                let order = advice.mend(&self.stack.kinds());
                self.change(ctx, &order, grip_id(advice.moved));
            }
            Msg::Add(kind) => {
                let order = with(&self.stack.kinds(), kind);
                self.change(ctx, &order, grip_id(kind));
            }
            Msg::Remove(kind) => {
                self.open[kind as usize] = false;
                let mut order = self.stack.kinds();
                order.retain(|&other| other != kind);
                self.change(ctx, &order, TITLE.to_owned());
            }
            Msg::Switch(kind, on) => switch(ctx.props(), vec![Command::Layer(kind, on)]),
            Msg::SwitchAll(on) => {
                let props = ctx.props();
                let others = self.stack.kinds().into_iter();
                let others = others.filter(|&kind| self.is_on(props, kind) != on);
                switch(props, others.map(|kind| Command::Layer(kind, on)).collect());
            }
            Msg::Back => {
                self.focus_then = Some(TITLE.to_owned());
                "Restored the preset's layers and their settings."
                    .clone_into(&mut self.announcement);
                let Page { session, on_action, shared, .. } = ctx.props();
                let changes = restored(session, &self.scenario);
                on_action.emit(session::set(shared.now.get(), changes));
            }
        }
        true
    }

    fn view(&self, ctx: &Context<Self>) -> Html {
        let props = ctx.props();
        let link = ctx.link();
        let kinds = self.stack.kinds();
        let order = self.lift.as_ref().map_or(&kinds, |lift| &lift.order);
        let title = if self.stack.has_service {
            format!("The stack around {}", props.session.on.title())
        } else {
            "The stack of the clients".to_owned()
        };
        let class = classes!("stack", "panel", self.unfolded.then_some("is-unfolded"));
        html! {
            <section {class} aria-labelledby={TITLE}>
                <div class="stack__top">
                    <h2 id={TITLE} class="panel__title" tabindex="-1">{ title }</h2>
                    { self.fold(ctx) }
                </div>
                <div id="stack-body" class="stack__body">
                    <p id="stack-how" class="visually-hidden">
                        { "Press Enter to pick the layer up, the arrow keys to move it, Enter to drop it, or Escape to cancel." }
                    </p>
                    // A lifted layer that has not moved yet: a message above the list would move it
                    // away from the pointer.
                    { for self.advice(props, &kinds).into_iter().map(|advice| warning(advice, link)) }
                    <p class="stack__end">{ "innermost, nearest the dependency" }</p>
                    <ol
                        class="stack__layers" ref={self.list.clone()}
                        onpointermove={link.callback(|event: PointerEvent| {
                            Msg::Follow(event.pointer_id(), f64::from(event.client_y()))
                        })}
                        onpointerup={link.callback(|_| Msg::PutDown(false))}
                        onpointercancel={link.callback(|_| Msg::Cancel)}
                    >
                        { for order.iter().filter_map(|&kind| self.stack.layer(kind)).map(|it| self.row(ctx, it)) }
                    </ol>
                    <p class="stack__end">{ "outermost, nearest the caller" }</p>
                    { self.absent(ctx) }
                    { self.foot(ctx) }
                    <p class="visually-hidden" role="status">{ &self.announcement }</p>
                </div>
            </section>
        }
    }

    fn rendered(&mut self, _: &Context<Self>, _: bool) {
        // A row that moves in the page loses the focus.
        let grip = match self.lift {
            Some(Lift { kind, pointer: None, .. }) => Some(grip_id(kind)),
            _ => None,
        };
        if let Some(id) = grip.or(self.focus.take()) {
            browser::focus_by_id(&id);
        }
    }
}

impl LayerStack {
    fn lift(&mut self, kind: LayerKind, pointer: Option<i32>) {
        if let (Some(id), Some(list)) = (pointer, self.list.cast::<Element>()) {
            // The list keeps the pointer, because the row may move in the page. It fails only for a
            // pointer that is gone already, whose move has ended then.
            let _ = list.set_pointer_capture(id);
        }
        let lift = Lift { kind, order: self.stack.kinds(), pointer };
        if pointer.is_none() {
            self.announcement = format!("Picked up. {}", lift.sentence());
        }
        self.lift = Some(lift);
    }

    fn step(&mut self, outwards: bool) -> bool {
        let Some(lift) = &mut self.lift else { return false };
        let moved = lift.step(outwards);
        self.announcement = lift.sentence();
        moved
    }

    fn put_down(&mut self, ctx: &Context<Self>, stay: bool) -> bool {
        let Some(lift) = self.lift.take() else { return false };
        self.announcement = format!("Dropped. {}", lift.sentence());
        for advice in self.advice(ctx.props(), &lift.order) {
            self.announcement.push(' ');
            self.announcement.push_str(advice.text);
        }
        if lift.order != self.stack.kinds() {
            self.focus_then = stay.then(|| grip_id(lift.kind));
            self.order(ctx, &lift.order);
        }
        true
    }

    /// Requests other layers, or another order, and moves the focus there when they are rendered.
    fn change(&mut self, ctx: &Context<Self>, order: &[LayerKind], focus: String) {
        let names: Vec<String> = order.iter().copied().map(layer_name).collect();
        self.announcement = format!("From the inside: {}.", names.join(", "));
        self.focus_then = Some(focus);
        self.order(ctx, order);
    }

    fn order(&self, ctx: &Context<Self>, order: &[LayerKind]) {
        let Page { on_action, shared, .. } = ctx.props();
        on_action.emit(session::set(shared.now.get(), vec![self.stack.reorder(order)]));
    }

    fn is_on(&self, props: &Page, kind: LayerKind) -> bool {
        !self.stack.has_service || !props.summary.layers_off[kind as usize]
    }

    /// The mistake in an order of the layers; only layers that are on count.
    fn advice(&self, props: &Page, order: &[LayerKind]) -> Vec<Advice> {
        let on = order.iter().copied().filter(|&kind| self.is_on(props, kind));
        advice(&on.collect::<Vec<_>>())
    }

    /// The button that shows the stack on a small screen, with the number of layers that are on.
    fn fold(&self, ctx: &Context<Self>) -> Html {
        let kinds = self.stack.kinds();
        let on = kinds.iter().filter(|&&kind| self.is_on(ctx.props(), kind)).count();
        html! {
            <button
                id={FOLD} class="stack__fold" type="button" aria-expanded={self.unfolded.to_string()}
                aria-controls="stack-body" onclick={ctx.link().callback(|_| Msg::Unfold)}
            >
                { format!("{on} of {} layers on", kinds.len()) }
                <svg viewBox="0 0 12 12" aria-hidden="true"><path d="M2.5 4.5 L6 8 L9.5 4.5" /></svg>
            </button>
        }
    }

    /// The layers that can be added, and when a change takes effect.
    fn absent(&self, ctx: &Context<Self>) -> Html {
        let kinds = self.stack.kinds();
        let absent = LayerKind::ALL.into_iter().filter(|kind| !kinds.contains(kind));
        let add = |kind: LayerKind| {
            html! {
                <button
                    class="button button--dashed" type="button"
                    onclick={ctx.link().callback(move |_| Msg::Add(kind))}
                >
                    { format!("Add a {}", layer_name(kind)) }
                </button>
            }
        };
        html! {
            <div class="stack__absent" role="toolbar" aria-label="More layers" data-arrows="">
                { for absent.map(add) }
                <p class="stack__note">
                    if self.stack.has_service {
                        { "Settings act from now on. Adding, removing or moving a layer starts the run again, with the same faults." }
                    } else {
                        { "A change of the clients' layers starts the run again, with the same faults." }
                    }
                </p>
            </div>
        }
    }

    /// What concerns all layers; it stays in sight while they scroll.
    fn foot(&self, ctx: &Context<Self>) -> Html {
        let (props, link) = (ctx.props(), ctx.link());
        let kinds = self.stack.kinds();
        let all_on = kinds.iter().all(|&kind| self.is_on(props, kind));
        let changes = self.stack.changed();
        let has_switch = self.stack.has_service && !kinds.is_empty();
        if !has_switch && changes == 0 {
            return Html::default();
        }
        let how_many = match changes {
            1 if self.stack.is_reordered => "The order differs from the preset.".to_owned(),
            1 => "1 setting differs from the preset.".to_owned(),
            _ => format!("{changes} settings differ from the preset."),
        };
        html! {
            <div class="stack__foot" role="toolbar" aria-label="The whole stack" data-arrows="">
                if has_switch {
                    <button
                        class="button" type="button"
                        onclick={link.callback(move |_| Msg::SwitchAll(!all_on))}
                    >
                        { if all_on { "Switch all off" } else { "Switch all on" } }
                    </button>
                }
                if changes > 0 {
                    <p class="stack__changes">
                        <span class="dot" aria-hidden="true" />
                        { how_many }
                        <button class="link" type="button" onclick={link.callback(|_| Msg::Back)}>
                            { "Restore the preset" }
                        </button>
                    </p>
                }
            </div>
        }
    }
}

/// A note on a breaker that opened although few of its calls had failed.
fn opened_at_low_share(page: &Page) -> Html {
    low_share::warning(page.summary.opened_at_low_share).map(note).unwrap_or_default()
}

/// Which dependencies share the breaker, and why its trials may take longer than they are given, as
/// notes.
pub(super) fn doubt(page: &Page) -> Html {
    let (scenario, off) = (scenario_now(page), &page.summary.layers_off);
    let is_on = |kind: LayerKind| scenario.service.is_none() || !off[kind as usize];
    let doubt = trial_time::warning(&scenario, page.session.on, is_on);
    let sharing = shared_breaker::sentence(&scenario, page.session.on);
    sharing.into_iter().chain(doubt).map(note).collect()
}

fn note(text: String) -> Html {
    html! { <p class="stack__advice" role="note">{ text }</p> }
}

/// The scenario with the layers that are on now, and the settings that hold now.
fn scenario_now(Page { session, shared, .. }: &Page) -> Rc<Scenario> {
    let plan = &session.world.plan;
    let is_of_run = |action: &fusebox_sim::Action| {
        action.at <= shared.now.get() && matches!(action.command, Command::Set(_))
    };
    let mut all = plan.scenario.schedule.iter().chain(plan.actions.actions());
    if all.any(is_of_run) {
        Rc::new(plan.scenario_at(shared.now.get()))
    } else {
        plan.scenario.clone()
    }
}

/// Switches layers at the current moment, as one change.
fn switch(props: &Page, commands: Vec<Command>) {
    let now = props.shared.now.get();
    props.on_action.emit(Action::Act(now, props.session.on.into(), commands));
}

/// A mistake in the order, and the button that fixes it.
fn warning(advice: Advice, link: &html::Scope<LayerStack>) -> Html {
    html! {
        <div class="stack__advice" role="note" key={advice.text}>
            <p>{ advice.text }</p>
            <button class="link" type="button" onclick={link.callback(move |_| Msg::Mend(advice))}>
                { format!("Move the {}", layer_name(advice.moved)) }
            </button>
        </div>
    }
}

//! The *Playground* view: a service, its database, and the layers between them.

mod faults;
mod layers;
mod layout;
mod machine;
mod moves;
mod painter;
mod particles;

mod session;
mod stage;
mod summary;
mod timelines;

use crate::app::playback::SPEEDS;
use crate::app::transport::Transport;
use session::{Action, Session};
use stage::Stage;
use std::rc::Rc;
use summary::Summary;
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub(super) struct Props {
    /// Whether it is on the page; time stands still while it is not.
    pub(super) visible: bool,
}

#[component(PlaygroundView)]
pub(super) fn playground_view(props: &Props) -> Html {
    let session = use_reducer_eq(Session::default);
    let summary = use_state_eq(|| Rc::new(Summary::of_nothing()));
    let on_summary = {
        let set = summary.setter();
        use_callback((), move |summary: Rc<Summary>, ()| set.set(summary))
    };
    let dispatch = session.dispatcher();
    let on = |act: fn(bool) -> Action| {
        let dispatch = dispatch.clone();
        Callback::from(move |value| dispatch.dispatch(act(value)))
    };
    let act = |action: Action| {
        let dispatch = dispatch.clone();
        Callback::from(move |()| dispatch.dispatch(action))
    };
    let on_fault = {
        let dispatch = dispatch.clone();
        use_callback((), move |fault, ()| dispatch.dispatch(Action::Fault(fault)))
    };
    let on_layer = {
        let dispatch = dispatch.clone();
        Callback::from(move |(kind, on)| dispatch.dispatch(Action::Layer(kind, on)))
    };
    let on_speed = {
        let dispatch = dispatch.clone();
        Callback::from(move |speed| dispatch.dispatch(Action::Speed(speed)))
    };
    let on_seed = {
        let dispatch = dispatch.clone();
        use_callback((), move |seed, ()| dispatch.dispatch(Action::Seed(seed)))
    };
    html! {
        <div class="playground">
            <h1 class="visually-hidden">{ "Playground: a service and its database" }</h1>
            <layers::LayerStack layers={session.layers} {on_layer} summary={(*summary).clone()} />
            <Stage
                run={session.run} seed={session.seed} playing={session.playing}
                visible={props.visible} speed={SPEEDS[session.speed]} steps={session.steps} fault={session.fault}
                layers={session.layers} {on_fault} {on_summary}
            />
            <machine::MachinePanel summary={(*summary).clone()} />
            <Transport
                name="playground" playing={session.playing} speed={session.speed} seed={session.seed}
                time={summary.now.to_string()} on_play={on(Action::Play)} {on_speed}
                on_step={act(Action::Step)} on_reset={act(Action::Reset)} {on_seed}
            />
        </div>
    }
}

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
use crate::sim::Dependency;
use session::{Action, Session};
use stage::Stage;
use std::rc::Rc;
use summary::Summary;
use yew::prelude::*;

/// The dependency that this view shows, breaks and protects.
const DATABASE: Dependency = Dependency::Postgres;

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
    let on_play = use_action(&session, Action::Play);
    let on_step = use_action(&session, |()| Action::Step);
    let on_speed = use_action(&session, Action::Speed);
    let on_reset = use_action(&session, |()| Action::Reset);
    let on_seed = use_action(&session, Action::Seed);
    let on_fault = use_action(&session, Action::Fault);
    let on_layer = use_action(&session, |(kind, on)| Action::Layer(kind, on));
    html! {
        <div class="playground">
            <h1 class="visually-hidden">{ "Playground: a service and its database" }</h1>
            <layers::LayerStack layers={session.layers} {on_layer} summary={(*summary).clone()} />
            <Stage
                run={session.run} seed={session.seed} playing={session.playing}
                visible={props.visible} speed={SPEEDS[session.speed]} steps={session.steps}
                fault={session.fault} layers={session.layers} {on_fault} {on_summary}
            />
            <machine::MachinePanel summary={(*summary).clone()} />
            <Transport
                name="playground" playing={session.playing} speed={session.speed} seed={session.seed}
                time={summary.now.to_string()} {on_play} {on_step} {on_speed} {on_reset} {on_seed}
            />
        </div>
    }
}

/// A callback that does an action; the same one in every render, so that nothing is drawn again for
/// its sake.
#[hook]
fn use_action<T: 'static>(
    session: &UseReducerHandle<Session>,
    action: fn(T) -> Action,
) -> Callback<T> {
    let dispatch = session.dispatcher();
    use_callback((), move |value, ()| dispatch.dispatch(action(value)))
}

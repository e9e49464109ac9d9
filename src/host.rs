//! The page around an embedded one: what it asks of the view that is shown, and what it is told.
//! `static/host.js` speaks with it, and asks here by an event, which the view that is shown takes.

use crate::convert::float;
use fusebox::time::Instant;
use fusebox_lab::settings::Problem;
use fusebox_lab::words::sentence;
use gloo_events::{EventListener, EventListenerOptions};
use gloo_utils::window;
use js_sys::{Function, Object, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::Event;

/// The event by which `static/host.js` asks: its detail has a `call` with `args`, and gets a `problem` if
/// there is one. Its default is prevented by a view that knows the call.
const ASK: &str = "fusebox-ask";

/// What a host may ask of a view.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Ask {
    Play(bool),
    /// Goes to a moment, in seconds.
    Seek(f64),
    Reset,
    /// Another speed, as a multiple of real time.
    Speed(f64),
    /// Changes a setting, by its key and a value as text.
    Set(String, String),
    /// An action, as links write it, or without its time, which is then now.
    Act(String),
}

/// Why an ask is not done.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Refusal {
    /// The view does not know it.
    Unsupported,
    /// What is wrong with it, as a sentence.
    Invalid(String),
}

impl From<Problem> for Refusal {
    fn from(problem: Problem) -> Self {
        Self::Invalid(sentence(&problem.to_string()))
    }
}

impl Ask {
    fn read(call: &str, args: &JsValue) -> Result<Self, Refusal> {
        let value = |name: &str| Reflect::get(args, &name.into()).unwrap_or_default();
        let number = |name: &str| {
            let found = value(name).as_f64().filter(|it| it.is_finite() && *it >= 0.0);
            found.ok_or_else(|| Refusal::Invalid(format!("{name} has to be a number from 0.")))
        };
        let text = |name: &str| {
            let found = value(name).as_string();
            found.ok_or_else(|| Refusal::Invalid(format!("{name} has to be a text.")))
        };
        Ok(match call {
            "play" => Self::Play(true),
            "pause" => Self::Play(false),
            "seek" => Self::Seek(number("at")?),
            "reset" => Self::Reset,
            "speed" => Self::Speed(number("speed")?),
            "set" => Self::Set(text("key")?, text("value")?),
            "act" => Self::Act(text("action")?),
            _ => return Err(Refusal::Unsupported),
        })
    }
}

/// Does what the host asks, until the result is dropped. Only a view that is shown may listen.
pub(crate) fn listen(act: impl Fn(Ask) -> Result<(), Refusal> + 'static) -> EventListener {
    let options = EventListenerOptions::enable_prevent_default();
    EventListener::new_with_options(&window(), ASK, options, move |event: &Event| {
        let detail = Reflect::get(event, &"detail".into()).unwrap_or_default();
        let get = |name: &str| Reflect::get(&detail, &name.into()).unwrap_or_default();
        let call = get("call").as_string().unwrap_or_default();
        let done = Ask::read(&call, &get("args")).and_then(&act);
        if done == Err(Refusal::Unsupported) {
            return;
        }
        if let Err(Refusal::Invalid(problem)) = done {
            // It cannot fail: the detail is an object of static/host.js.
            let _ = Reflect::set(&detail, &"problem".into(), &problem.into());
        }
        event.prevent_default();
    })
}

/// Tells the host of an event, if there is one that listens.
pub(crate) fn tell(event: &str, detail: &[(&str, JsValue)]) {
    let Ok(fusebox) = Reflect::get(&window(), &"fusebox".into()) else { return };
    let Ok(Ok(tell)) = Reflect::get(&fusebox, &"tellHost".into()).map(JsCast::dyn_into::<Function>)
    else {
        return;
    };
    let object = Object::new();
    for (name, value) in detail {
        // It cannot fail: the object is new.
        let _ = Reflect::set(&object, &(*name).into(), value);
    }
    // A host that is gone is no problem of the page.
    let _ = tell.call2(&fusebox, &event.into(), &object);
}

/// Tells whether a run plays, and where it is, if that is not what has been told.
pub(crate) fn tell_state(told: &mut Option<bool>, playing: bool, at: Instant) {
    if told.replace(playing) != Some(playing) {
        let at = at.as_secs_f64();
        tell("state", &[("playing", playing.into()), ("at", at.into())]);
    }
}

/// Tells how much is done of a lesson or a check, how much there is, and how much of it has a result.
pub(crate) fn tell_progress(done: usize, of: usize, goals: usize) {
    let number = |count| JsValue::from(float(count));
    tell("progress", &[("done", number(done)), ("of", number(of)), ("goals", number(goals))]);
}

/// Tells how a `goal` or an `answer` with this name came out.
pub(crate) fn tell_result(event: &str, id: &str, is_right: bool) {
    let score = f64::from(u8::from(is_right));
    tell(event, &[("id", id.into()), ("passed", is_right.into()), ("score", score.into())]);
}

//! One worker, seen from the page.

use super::{Heard, messages};
use crate::browser;
use gloo_events::EventListener;
use js_sys::Array;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::MessageEvent;

/// The script that starts a worker; see `static/worker.js`.
const STARTER: &str = "worker.js";

/// A message of a worker.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Answer {
    /// It can take jobs.
    Ready,
    /// A report about a job.
    Report(Heard),
    /// It cannot run, or has failed.
    Failed,
}

/// A worker.
pub(super) struct Worker {
    handle: web_sys::Worker,
    /// Whether it has reported that it can take jobs.
    pub(super) ready: bool,
    _listeners: [EventListener; 3],
}

impl Worker {
    /// Starts a worker with the module of this page. `on` receives its messages.
    ///
    /// # Errors
    /// If the browser does not let this page start workers.
    pub(super) fn start(on: impl Fn(Answer) + Clone + 'static) -> Result<Self, JsValue> {
        let script = browser::script().ok_or(JsValue::UNDEFINED)?;
        let worker = web_sys::Worker::new(&browser::of_this_build(STARTER))?;
        let listen = |name: &'static str| {
            let on = on.clone();
            EventListener::new(&worker, name, move |event| {
                let message = event.dyn_ref::<MessageEvent>().filter(|_| name == "message");
                on(message.map_or(Answer::Failed, |message| answer(message.data())));
            })
        };
        let listeners = ["message", "error", "messageerror"].map(listen);
        worker.post_message(&Array::of2(&script.into(), &wasm_bindgen::module()))?;
        Ok(Self { handle: worker, ready: false, _listeners: listeners })
    }

    /// Has the worker begin a job, or cancel it if there is no text.
    pub(super) fn send(&self, id: u32, text: Option<&str>) {
        // It cannot fail: numbers and strings can be cloned.
        let _ = self.handle.post_message(&messages::order(id, text));
    }
}

fn answer(message: JsValue) -> Answer {
    if message == JsValue::TRUE {
        return Answer::Ready;
    }
    messages::read_report(message).map_or(Answer::Failed, Answer::Report)
}

impl Drop for Worker {
    fn drop(&mut self) {
        self.handle.terminate();
    }
}

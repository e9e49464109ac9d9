//! The code inside a worker: it runs one job at a time in slices, and handles messages between them.

use super::messages;
use super::task::Task;
use gloo_events::EventListener;
use js_sys::{Array, global};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{DedicatedWorkerGlobalScope, MessageEvent};

/// Milliseconds of a slice; the worker handles no message meanwhile.
const SLICE: f64 = 50.0;

/// Handles messages of the page, if this is a worker.
pub(crate) fn serve() {
    let Ok(scope) = global().dyn_into::<DedicatedWorkerGlobalScope>() else { return };
    let page = scope.clone();
    let mut running = None;
    let heard = move |event: &web_sys::Event| {
        let message = event.dyn_ref::<MessageEvent>().map(MessageEvent::data);
        let Some((id, text)) = message.and_then(messages::read_order) else { return };
        let begin = |text: String| {
            let page = page.clone();
            Task::new(&text).run(SLICE, move |report| {
                let (message, transfer) = messages::report(id, &report);
                send(&page, &message, &transfer);
            })
        };
        // A previous job is cancelled.
        drop(std::mem::replace(&mut running, text.map(begin)));
    };
    // The worker listens for as long as it exists.
    EventListener::new(&scope, "message", heard).forget();
    send(&scope, &JsValue::TRUE, &Array::new());
}

/// Tells the page to run its jobs inline, if this is a worker.
#[cfg(feature = "split")]
pub(crate) fn decline() {
    if let Ok(scope) = global().dyn_into::<DedicatedWorkerGlobalScope>() {
        send(&scope, &JsValue::FALSE, &Array::new());
    }
}

fn send(scope: &DedicatedWorkerGlobalScope, message: &JsValue, transfer: &Array) {
    // It cannot fail: numbers, strings and arrays of words can be cloned.
    let _ = scope.post_message_with_transfer(message, transfer);
}

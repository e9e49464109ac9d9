//! One worker, seen from the page.

use super::messages::{Answer, Order};
use super::queue::QueuedJob;
use gloo_events::EventListener;
use js_sys::Array;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{HtmlLinkElement, MessageEvent};

/// The script that starts a worker; see `static/worker.js`.
const STARTER: &str = "worker.js";

/// The page's own script, which the page preloads.
const SCRIPT: &str = "link[rel=modulepreload][href*=playground]";

/// A worker, and its job.
pub(super) struct Worker {
    handle: web_sys::Worker,
    /// Whether it has reported that it can take jobs.
    pub(super) ready: bool,
    pub(super) job: Option<QueuedJob>,
    _listeners: [EventListener; 3],
}

impl Worker {
    /// Starts a worker with the module of this page. `on` hears its answers, and none if it fails.
    ///
    /// # Errors
    /// If the browser lets this page start no worker.
    pub(super) fn start(on: impl Fn(Option<Answer>) + Clone + 'static) -> Result<Self, JsValue> {
        let script = script().ok_or(JsValue::UNDEFINED)?;
        // The name of the script changes with every build, so that no older starter comes from a cache.
        let build = script.rsplit('/').next().unwrap_or_default();
        let worker = web_sys::Worker::new(&format!("{STARTER}?{build}"))?;
        let listen = |name: &'static str| {
            let on = on.clone();
            EventListener::new(&worker, name, move |event| {
                let message = event.dyn_ref::<MessageEvent>().filter(|_| name == "message");
                on(message.and_then(|message| Answer::from_js(message.data())));
            })
        };
        let listeners = ["message", "error", "messageerror"].map(listen);
        worker.post_message(&Array::of2(&script.into(), &wasm_bindgen::module()))?;
        Ok(Self { handle: worker, ready: false, job: None, _listeners: listeners })
    }

    pub(super) fn is_free(&self) -> bool {
        self.ready && self.job.is_none()
    }

    pub(super) fn give(&mut self, job: QueuedJob) {
        self.send(&Order::to_js(job.id, Some(&job.text)));
        self.job = Some(job);
    }

    /// Has the worker drop its job.
    pub(super) fn cancel(&mut self) -> Option<QueuedJob> {
        let job = self.job.take()?;
        self.send(&Order::to_js(job.id, None));
        Some(job)
    }

    fn send(&self, order: &Array) {
        // It cannot fail: numbers and strings can be cloned.
        let _ = self.handle.post_message(order);
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        self.handle.terminate();
    }
}

/// The address of the page's own script.
fn script() -> Option<String> {
    let link = web_sys::window()?.document()?.query_selector(SCRIPT).ok()??;
    Some(link.dyn_into::<HtmlLinkElement>().ok()?.href())
}

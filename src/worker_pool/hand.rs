//! One worker, as the page has it.

use super::queue::Job;
use super::state::State;
use super::wire::{Answer, Order};
use gloo_events::EventListener;
use js_sys::Array;
use std::cell::RefCell;
use std::rc::Weak;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{HtmlLinkElement, MessageEvent, Worker};

/// What starts in a worker; see `static/worker.js`.
const STARTER: &str = "worker.js";

/// The page's own script, which the page names so that the browser fetches it early.
const SCRIPT: &str = "link[rel=modulepreload][href*=playground]";

/// A worker, and the job that it has.
pub(super) struct Hand {
    worker: Worker,
    /// Whether it has said that it can take jobs.
    pub(super) ready: bool,
    pub(super) job: Option<Job>,
    _listeners: [EventListener; 3],
}

impl Hand {
    /// Starts a worker with the module that this page has; the worker_pool hears of it under this number.
    ///
    /// # Errors
    /// When the browser lets this page have none.
    pub(super) fn start(
        number: usize,
        worker_pool: &Weak<RefCell<State>>,
    ) -> Result<Self, JsValue> {
        let script = script().ok_or(JsValue::UNDEFINED)?;
        // The name of the script changes with every build, so that no older starter comes from a cache.
        let build = script.rsplit('/').next().unwrap_or_default();
        let worker = Worker::new(&format!("{STARTER}?{build}"))?;
        let heard = listen(&worker, "message", worker_pool, move |event| {
            let message = event.dyn_ref::<MessageEvent>()?.data();
            Some((number, Answer::from_js(message)?))
        });
        let failed =
            ["error", "messageerror"].map(|name| listen(&worker, name, worker_pool, |_| None));
        let [error, unreadable] = failed;
        let hand = Self { worker, ready: false, job: None, _listeners: [heard, error, unreadable] };
        hand.worker.post_message(&Array::of2(&script.into(), &wasm_bindgen::module()))?;
        Ok(hand)
    }

    pub(super) fn is_free(&self) -> bool {
        self.ready && self.job.is_none()
    }

    pub(super) fn give(&mut self, job: Job) {
        self.send(&Order::to_js(job.id, Some(&job.text)));
        self.job = Some(job);
    }

    /// Has the worker leave the job that it has.
    pub(super) fn cancel(&mut self) -> Option<Job> {
        let job = self.job.take()?;
        self.send(&Order::to_js(job.id, None));
        Some(job)
    }

    fn send(&self, order: &Array) {
        // It cannot fail: numbers and texts can be sent.
        let _ = self.worker.post_message(order);
    }
}

impl Drop for Hand {
    fn drop(&mut self) {
        self.worker.terminate();
    }
}

/// Where the page's own script is, as a whole address.
fn script() -> Option<String> {
    let link = web_sys::window()?.document()?.query_selector(SCRIPT).ok()??;
    Some(link.dyn_into::<HtmlLinkElement>().ok()?.href())
}

/// Tells the worker_pool what a worker said; what cannot be read is a failure.
fn listen(
    worker: &Worker,
    name: &'static str,
    worker_pool: &Weak<RefCell<State>>,
    read: impl Fn(&web_sys::Event) -> Option<(usize, Answer)> + 'static,
) -> EventListener {
    let worker_pool = worker_pool.clone();
    EventListener::new(worker, name, move |event| {
        let Some(state) = worker_pool.upgrade() else { return };
        let heard = read(event);
        let told = {
            let mut state = state.borrow_mut();
            if heard.is_none() {
                state.fall_back(&worker_pool);
            }
            heard.and_then(|(number, answer)| state.hear(number, answer, &worker_pool))
        };
        // Whoever listens may have the worker_pool do more, which must not be busy by then.
        if let Some((on, report)) = told {
            on.emit(report);
        }
    })
}

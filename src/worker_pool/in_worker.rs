//! The code inside a worker: it runs one job at a time in slices, and takes messages between them.

use super::clock::Clock;
use super::messages::{Answer, Order};
use super::task::Task;
use gloo_events::EventListener;
use gloo_timers::callback::Timeout;
use js_sys::{Array, global};
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{DedicatedWorkerGlobalScope, MessageEvent};

/// Milliseconds of a slice, in which the worker takes no message.
const SLICE: f64 = 50.0;

/// The state of a worker.
struct WorkerState {
    scope: DedicatedWorkerGlobalScope,
    clock: Clock,
    task: Option<Task>,
    /// Dropping it cancels it.
    next: Option<Timeout>,
}

/// Takes messages of the page, if this is a worker.
pub(crate) fn serve() {
    let Ok(scope) = global().dyn_into::<DedicatedWorkerGlobalScope>() else { return };
    let state =
        WorkerState { scope: scope.clone(), clock: Clock::default(), task: None, next: None };
    let state = Rc::new(RefCell::new(state));
    let heard = move |event: &web_sys::Event| {
        let message = event.dyn_ref::<MessageEvent>().map(MessageEvent::data);
        if let Some(order) = message.and_then(Order::from_js) {
            execute(&state, order);
        }
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

fn execute(state: &Rc<RefCell<WorkerState>>, order: Order) {
    {
        let mut state = state.borrow_mut();
        let now = state.clock.now();
        state.next = None;
        state.task = match order {
            Order::Begin { id, text } => Some(Task::new(id, &text, now)),
            Order::Cancel => None,
        };
    }
    slice(state);
}

fn slice(state: &Rc<RefCell<WorkerState>>) {
    let mut own = state.borrow_mut();
    let WorkerState { scope, clock, task: current, next } = &mut *own;
    let Some(task) = current else { return };
    let report = task.slice(SLICE, || clock.now());
    if let Some(report) = &report {
        let (message, transfer) = Answer::to_js(task.id, report);
        send(scope, &message, &transfer);
    }
    if report.is_some_and(|report| report.is_last()) {
        *current = None;
    } else {
        let again = state.clone();
        *next = Some(Timeout::new(0, move || slice(&again)));
    }
}

fn send(scope: &DedicatedWorkerGlobalScope, message: &JsValue, transfer: &Array) {
    // It cannot fail: numbers, strings and arrays of words can be cloned.
    let _ = scope.post_message_with_transfer(message, transfer);
}

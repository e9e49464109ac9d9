//! The inside of a worker: it has one job at a time, does it in slices, and listens between them.

use super::clock::Clock;
use super::task::Task;
use super::wire::{Answer, Order};
use gloo_events::EventListener;
use gloo_timers::callback::Timeout;
use js_sys::{Array, global};
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{DedicatedWorkerGlobalScope, MessageEvent};

/// Milliseconds that a worker does not listen. A browser adds some between two slices.
const SLICE: f64 = 50.0;

/// What a worker has.
struct Desk {
    scope: DedicatedWorkerGlobalScope,
    clock: Clock,
    task: Option<Task>,
    /// Dropping it cancels it.
    next: Option<Timeout>,
}

/// Takes orders from the page, where this is a worker.
pub(crate) fn serve() {
    let Ok(scope) = global().dyn_into::<DedicatedWorkerGlobalScope>() else { return };
    let desk = Desk { scope: scope.clone(), clock: Clock::default(), task: None, next: None };
    let desk = Rc::new(RefCell::new(desk));
    let heard = move |event: &web_sys::Event| {
        let message = event.dyn_ref::<MessageEvent>().map(MessageEvent::data);
        if let Some(order) = message.and_then(Order::from_js) {
            obey(&desk, order);
        }
    };
    // As long as there is a worker, it listens.
    EventListener::new(&scope, "message", heard).forget();
    say(&scope, &JsValue::TRUE, &Array::new());
}

/// Tells the page that it has to do the work itself, where this is a worker.
#[cfg(feature = "split")]
pub(crate) fn decline() {
    if let Ok(scope) = global().dyn_into::<DedicatedWorkerGlobalScope>() {
        say(&scope, &JsValue::FALSE, &Array::new());
    }
}

fn obey(desk: &Rc<RefCell<Desk>>, order: Order) {
    {
        let mut desk = desk.borrow_mut();
        let now = desk.clock.now();
        desk.next = None;
        desk.task = match order {
            Order::Begin { id, text } => Some(Task::new(id, &text, now)),
            Order::Cancel => None,
        };
    }
    slice(desk);
}

fn slice(desk: &Rc<RefCell<Desk>>) {
    let mut own = desk.borrow_mut();
    let Desk { scope, clock, task: place, next } = &mut *own;
    let Some(task) = place else { return };
    let report = task.slice(SLICE, || clock.now());
    if let Some(report) = &report {
        let (message, handed_over) = Answer::to_js(task.id, report);
        say(scope, &message, &handed_over);
    }
    if report.is_some_and(|report| report.is_last()) {
        *place = None;
    } else {
        let again = desk.clone();
        *next = Some(Timeout::new(0, move || slice(&again)));
    }
}

fn say(scope: &DedicatedWorkerGlobalScope, message: &JsValue, handed_over: &Array) {
    // It cannot fail: numbers, texts and arrays of words can all be sent.
    let _ = scope.post_message_with_transfer(message, handed_over);
}

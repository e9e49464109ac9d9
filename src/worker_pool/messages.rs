//! The messages between the page and its workers.
//!
//! The page first sends `[script, module]` to `static/worker.js`, and the worker answers `true` once it can
//! take jobs; any other answer says why it cannot. From then on the page sends `[id, job]` to begin a job
//! and `[id]` to cancel it. The worker sends `[id, share]` as progress, and at the end `[id, reason]` for a
//! failed job or `[id, words]` with the transferred result.

use super::Report;
use js_sys::{Array, BigUint64Array};
use wasm_bindgen::{JsCast, JsValue};

/// A message of the page to a worker.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Order {
    /// Begin this job in place of the current one.
    Begin { id: u32, text: String },
    /// Drop the current job.
    Cancel,
}

impl Order {
    pub(super) fn to_js(id: u32, text: Option<&str>) -> Array {
        let parts = [Some(JsValue::from(id)), text.map(JsValue::from)];
        parts.into_iter().flatten().collect()
    }

    pub(super) fn from_js(message: JsValue) -> Option<Self> {
        let parts: Array = message.dyn_into().ok()?;
        Some(match parts.get(1).as_string() {
            Some(text) => Self::Begin { id: id_of(&parts)?, text },
            None => Self::Cancel,
        })
    }
}

/// A message of a worker to the page.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Answer {
    /// The worker can take jobs.
    Ready,
    /// A report about the job with this id.
    Of(u32, Report),
}

impl Answer {
    /// The message for a report, and what it transfers.
    pub(super) fn to_js(id: u32, report: &Report) -> (Array, Array) {
        let (content, transfer) = match report {
            Report::Progress(share) => (JsValue::from(*share), Array::new()),
            Report::Failed(why) => (JsValue::from(why), Array::new()),
            Report::Done(words) => {
                let words = BigUint64Array::from(&words[..]);
                let buffer = words.buffer();
                (words.into(), Array::of1(&buffer))
            }
        };
        (Array::of2(&id.into(), &content), transfer)
    }

    /// None for any other message.
    pub(super) fn from_js(message: JsValue) -> Option<Self> {
        if message == JsValue::TRUE {
            return Some(Self::Ready);
        }
        let parts: Array = message.dyn_into().ok()?;
        let content = parts.get(1);
        let report = match (content.as_f64(), content.as_string()) {
            (Some(share), _) => Report::Progress(share),
            (_, Some(why)) => Report::Failed(why),
            _ => Report::Done(content.dyn_into::<BigUint64Array>().ok()?.to_vec()),
        };
        Some(Self::Of(id_of(&parts)?, report))
    }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked")]
fn id_of(parts: &Array) -> Option<u32> {
    let id = parts.get(0).as_f64()?;
    (0.0..=f64::from(u32::MAX)).contains(&id).then_some(id as u32)
}

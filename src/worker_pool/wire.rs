//! What the page and its workers say to each other.
//!
//! The page sends `[script, module]` first, for `static/worker.js`, and the worker answers `true` once it
//! can take jobs; anything else says why it cannot. From then on the page sends `[id, text]` for a job,
//! and `[id]` to have none; and the worker `[id, share]`, `[id, text]` where a job failed, or
//! `[id, words]` at its end, with the words handed over rather than copied.

use super::Report;
use js_sys::{Array, BigUint64Array};
use wasm_bindgen::{JsCast, JsValue};

/// What the page wants of a worker.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Order {
    /// This job, in place of the one it has.
    Begin { id: u32, text: String },
    /// No more of the one it has.
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

/// What a worker says.
#[derive(Debug, PartialEq)]
pub(super) enum Answer {
    /// It can take jobs.
    Hello,
    /// Of the job with this number.
    Of(u32, Report),
}

impl Answer {
    /// The message for a report, and what of it is handed over.
    pub(super) fn to_js(id: u32, report: &Report) -> (Array, Array) {
        let (said, handed_over) = match report {
            Report::Progress(share) => (JsValue::from(*share), Array::new()),
            Report::Failed(why) => (JsValue::from(why), Array::new()),
            Report::Done(words) => {
                let words = BigUint64Array::from(&words[..]);
                let buffer = words.buffer();
                (words.into(), Array::of1(&buffer))
            }
        };
        (Array::of2(&id.into(), &said), handed_over)
    }

    /// None for what no worker of ours says.
    pub(super) fn from_js(message: JsValue) -> Option<Self> {
        if message == JsValue::TRUE {
            return Some(Self::Hello);
        }
        let parts: Array = message.dyn_into().ok()?;
        let said = parts.get(1);
        let report = match (said.as_f64(), said.as_string()) {
            (Some(share), _) => Report::Progress(share),
            (_, Some(why)) => Report::Failed(why),
            _ => Report::Done(said.dyn_into::<BigUint64Array>().ok()?.to_vec()),
        };
        Some(Self::Of(id_of(&parts)?, report))
    }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked")]
fn id_of(parts: &Array) -> Option<u32> {
    let id = parts.get(0).as_f64()?;
    (0.0..=f64::from(u32::MAX)).contains(&id).then_some(id as u32)
}

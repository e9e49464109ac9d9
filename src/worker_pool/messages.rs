//! The messages between the page and its workers.
//!
//! The page first sends `[script, module]` to `static/worker.js`, and the worker answers `true` once it
//! can take jobs; any other answer is the reason why it cannot. From then on the page sends `[id, job]`
//! to begin a job and `[id]` to cancel it. The worker sends `[id, share]` as progress, and at the end
//! `[id, reason]` for a failed job or `[id, words]` with the transferred result.

use super::{Heard, Report};
use js_sys::{Array, BigUint64Array};
use wasm_bindgen::{JsCast, JsValue};

/// The message that begins the job with this text, or else cancels the job.
pub(super) fn order(id: u32, text: Option<&str>) -> Array {
    let parts = [Some(JsValue::from(id)), text.map(JsValue::from)];
    parts.into_iter().flatten().collect()
}

/// The id and the text of the job to begin, or no text to cancel the current job.
pub(super) fn read_order(message: JsValue) -> Option<(u32, Option<String>)> {
    let parts: Array = message.dyn_into().ok()?;
    Some((id_of(&parts)?, parts.get(1).as_string()))
}

/// The message for a report, and what it transfers.
pub(super) fn report(id: u32, report: &Report) -> (Array, Array) {
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

/// The report in a message of a worker.
pub(super) fn read_report(message: JsValue) -> Option<Heard> {
    let parts: Array = message.dyn_into().ok()?;
    let content = parts.get(1);
    let report = match (content.as_f64(), content.as_string()) {
        (Some(share), _) => Report::Progress(share),
        (_, Some(why)) => Report::Failed(why),
        _ => Report::Done(content.dyn_into::<BigUint64Array>().ok()?.to_vec()),
    };
    Some((id_of(&parts)?, report))
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked")]
fn id_of(parts: &Array) -> Option<u32> {
    let id = parts.get(0).as_f64()?;
    (0.0..=f64::from(u32::MAX)).contains(&id).then_some(id as u32)
}

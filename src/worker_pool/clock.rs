//! A clock in milliseconds, which pages and workers have alike.

use js_sys::Reflect;
use wasm_bindgen::JsCast;
use web_sys::Performance;

/// The browser's own clock, which is never set back.
pub(super) struct Clock(Option<Performance>);

impl Default for Clock {
    fn default() -> Self {
        let found = Reflect::get(&js_sys::global(), &"performance".into());
        Self(found.ok().and_then(|found| found.dyn_into().ok()))
    }
}

impl Clock {
    pub(super) fn now(&self) -> f64 {
        self.0.as_ref().map_or_else(js_sys::Date::now, Performance::now)
    }
}

//! Keys of a whole view.

use crate::browser;
use std::rc::Rc;
use web_sys::KeyboardEvent;
use yew::prelude::*;

/// Calls a function for every key that no element on the page has handled, wherever the focus is, while
/// the view is visible. It is always the function of the newest rendering: effects may run long after a
/// rendering, and a key in between would act on what is no longer shown.
#[hook]
pub(super) fn use_keys(visible: bool, act: impl Fn(&KeyboardEvent) + 'static) {
    let newest = use_mut_ref(|| None::<Rc<dyn Fn(&KeyboardEvent)>>);
    *newest.borrow_mut() = Some(Rc::new(act));
    let _listener = use_memo(visible, |visible| {
        let hear = move |event: &KeyboardEvent| {
            let act = newest.borrow().clone();
            if let Some(act) = act {
                act(event);
            }
        };
        visible.then(|| browser::on_key(hear))
    });
}

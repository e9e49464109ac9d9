//! Cases from the tests and the defects of other libraries, each named by its number; they run
//! natively and in a browser.

#[cfg(not(target_arch = "wasm32"))]
pub(crate) use core::prelude::v1::test as case;
#[cfg(target_arch = "wasm32")]
pub(crate) use wasm_bindgen_test::wasm_bindgen_test as case;

mod retries;

//! Cases from the tests and the defects of other libraries, each by its number, and what is right.
//!
//! They run natively and in a browser, so that nothing here needs more than the library.

mod neighbours;
mod retries;

#[cfg(not(target_arch = "wasm32"))]
pub(crate) use core::prelude::v1::test as case;
#[cfg(target_arch = "wasm32")]
pub(crate) use wasm_bindgen_test::wasm_bindgen_test as case;

//! Tests of the library as its users see it, run natively.
#![cfg(not(target_arch = "wasm32"))]

mod breaker;
mod conformance;
mod golden;
mod herd;
mod pipeline;
mod random;
mod rig;
mod tidy;
mod world;

//! Tests of the engine as its users see it, run natively.
#![cfg(not(target_arch = "wasm32"))]

mod breaker;
mod budgets;
mod bulkhead;
mod conformance;
mod field;
mod hedge;
mod idempotency;
mod orders;
mod pipeline;
mod properties;
mod random;
mod rig;
mod throttle;
mod vectors;

//! Tests of the library as its users see it, run natively.
#![cfg(not(target_arch = "wasm32"))]

mod breaker;
mod budgets;
mod bulkhead;
mod conformance;
mod golden;
mod hedge;
mod herd;
mod idempotency;
mod mid_query;
mod pipeline;
mod presets;
mod properties;
mod published;
mod random;
mod recovery;
mod replay;
mod rig;
mod statistics;
mod swarm;
mod theory;
mod throttle;
mod tidy;
mod vectors;
mod world;

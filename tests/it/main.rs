//! Tests of the library as its users see it, run natively.
#![cfg(not(target_arch = "wasm32"))]

mod bands;
mod breaker;
mod budgets;
mod bulkhead;
mod conformance;
mod golden;
mod hedge;
mod herd;
mod idempotency;
mod link;
mod mid_query;
mod order;
mod pipeline;
mod presets;
mod properties;
mod published;
mod random;
mod recovery;
mod replay;
mod rig;
mod statistics;
mod story;
mod swarm;
mod sweep;
mod theory;
mod throttle;
mod tidy;
mod timeline;
mod vectors;
mod world;

//! Tests of the experiments as their users see them, run natively.
#![cfg(not(target_arch = "wasm32"))]

mod bands;
mod claims;
mod explain;
mod fault_spans;
mod field;
mod golden;
mod herd;
mod judge;
mod latency;
mod lessons;
mod link;
mod locks;
mod mid_query;
mod order;
#[path = "../../../fusebox/tests/it/orders.rs"]
mod orders;
mod others;
mod presets;
mod query;
#[path = "../../../fusebox/tests/it/random.rs"]
mod random;
mod recovery;
mod replay;
#[allow(dead_code, unused_imports, reason = "a part of it is for the tests of the world alone")]
#[path = "../../../fusebox-sim/tests/it/support/mod.rs"]
mod support;
mod sweep;
mod take_home;
mod tape;
mod timeline;

//! Tests that run in a browser: those of the crates whose results must not differ there, compiled to
//! wasm.
#![cfg(target_arch = "wasm32")]

use wasm_bindgen_test::wasm_bindgen_test_configure;

wasm_bindgen_test_configure!(run_in_browser);

#[path = "../../crates/fusebox-lab/tests/it/bands.rs"]
pub mod bands;
#[path = "../../crates/fusebox/tests/it/breaker/mod.rs"]
pub mod breaker;
#[path = "../../crates/fusebox/tests/it/budgets.rs"]
pub mod budgets;
#[path = "../../crates/fusebox/tests/it/bulkhead.rs"]
pub mod bulkhead;
#[path = "../../crates/fusebox/tests/it/conformance/mod.rs"]
pub mod conformance;
#[path = "../../crates/fusebox-lab/tests/it/golden.rs"]
pub mod golden;
#[path = "../../crates/fusebox/tests/it/hedge.rs"]
pub mod hedge;
#[path = "../../crates/fusebox-lab/tests/it/herd.rs"]
pub mod herd;
#[path = "../../crates/fusebox/tests/it/idempotency.rs"]
pub mod idempotency;
#[path = "../../crates/fusebox-lab/tests/it/link.rs"]
pub mod link;
#[path = "../../crates/fusebox-lab/tests/it/mid_query.rs"]
pub mod mid_query;
#[path = "../../crates/fusebox/tests/it/orders.rs"]
mod orders;
#[path = "../../crates/fusebox/tests/it/pipeline.rs"]
pub mod pipeline;
#[path = "../../crates/fusebox-lab/tests/it/presets.rs"]
pub mod presets;
#[path = "../../crates/fusebox/tests/it/properties.rs"]
pub mod properties;
#[path = "../../crates/fusebox-sim/tests/it/published/mod.rs"]
pub mod published;
#[path = "../../crates/fusebox/tests/it/random.rs"]
mod random;
#[path = "../../crates/fusebox-lab/tests/it/recovery.rs"]
pub mod recovery;
#[path = "../../crates/fusebox-lab/tests/it/replay.rs"]
pub mod replay;
#[path = "../../crates/fusebox/tests/it/rig.rs"]
mod rig;
#[path = "../../crates/fusebox-sim/tests/it/statistics.rs"]
mod statistics;
#[path = "../../crates/fusebox-sim/tests/it/support/mod.rs"]
mod support;
#[path = "../../crates/fusebox-lab/tests/it/sweep.rs"]
pub mod sweep;
#[path = "../../crates/fusebox/tests/it/throttle.rs"]
pub mod throttle;
#[path = "../../crates/fusebox/tests/it/vectors.rs"]
pub mod vectors;
#[path = "../../crates/fusebox-sim/tests/it/world/mod.rs"]
pub mod world;

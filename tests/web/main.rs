//! Tests that run in a browser: those of `tests/it` that say something there, compiled to wasm.
#![cfg(target_arch = "wasm32")]

use wasm_bindgen_test::wasm_bindgen_test_configure;

wasm_bindgen_test_configure!(run_in_browser);

#[path = "../it/bands.rs"]
pub mod bands;
#[path = "../it/breaker/mod.rs"]
pub mod breaker;
#[path = "../it/budgets.rs"]
pub mod budgets;
#[path = "../it/bulkhead.rs"]
pub mod bulkhead;
#[path = "../it/conformance/mod.rs"]
pub mod conformance;
#[path = "../it/golden.rs"]
pub mod golden;
#[path = "../it/hedge.rs"]
pub mod hedge;
#[path = "../it/herd.rs"]
pub mod herd;
#[path = "../it/idempotency.rs"]
pub mod idempotency;
#[path = "../it/link.rs"]
pub mod link;
#[path = "../it/mid_query.rs"]
pub mod mid_query;
#[path = "../it/pipeline.rs"]
pub mod pipeline;
#[path = "../it/presets.rs"]
pub mod presets;
#[path = "../it/properties.rs"]
pub mod properties;
#[path = "../it/published/mod.rs"]
pub mod published;
#[path = "../it/random.rs"]
mod random;
#[path = "../it/recovery.rs"]
pub mod recovery;
#[path = "../it/replay.rs"]
pub mod replay;
#[path = "../it/rig.rs"]
mod rig;
#[path = "../it/statistics.rs"]
mod statistics;
#[path = "../it/sweep.rs"]
pub mod sweep;
#[path = "../it/throttle.rs"]
pub mod throttle;
#[path = "../it/vectors.rs"]
pub mod vectors;
#[path = "../it/world/mod.rs"]
pub mod world;

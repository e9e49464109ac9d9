//! Tests of the world as its users see it, run natively.
#![cfg(not(target_arch = "wasm32"))]

mod field;
mod published;
#[path = "../../../fusebox/tests/it/random.rs"]
mod random;
mod statistics;
#[allow(dead_code, unused_imports, reason = "a part of it is for the tests of experiments alone")]
mod support;
mod swarm;
mod theory;
mod world;

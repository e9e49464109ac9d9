//! The engine, time and chance once more, in a crate that has `core` and `alloc` but no `std`. That it
//! compiles is the test.
#![no_std]

extern crate alloc;

#[path = "../../src/engine/mod.rs"]
pub mod engine;
#[path = "../../src/rng.rs"]
pub mod rng;
#[path = "../../src/time.rs"]
pub mod time;

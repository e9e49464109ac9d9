//! The engine, time and chance once more, in a crate that has `core` and `alloc` but no `std`. That it
//! compiles is the test.
#![no_std]
#![expect(dead_code, reason = "what copies a permit is for the simulation, which is not here")]

extern crate alloc;

#[path = "../../src/engine/mod.rs"]
pub mod engine;
#[path = "../../src/rng.rs"]
pub mod rng;
#[path = "../../src/time.rs"]
pub mod time;

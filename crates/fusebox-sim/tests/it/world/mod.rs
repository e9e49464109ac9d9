//! The world: it is repeatable and comparable, nothing in it gets lost, it agrees with queueing
//! theory, and it shows what it is meant to show.

mod bounds;
mod changes;
#[cfg(not(target_arch = "wasm32"))]
mod crowd;
mod faults;
mod lesson;
mod lossless;
mod outage;
mod queueing;
mod repeat;
mod tape;

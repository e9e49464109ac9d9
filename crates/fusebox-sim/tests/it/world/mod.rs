//! The world: that it can be repeated and compared, that nothing in it gets lost, that it agrees
//! with queueing theory, and that it shows what it is there to show.

mod bounds;
#[cfg(not(target_arch = "wasm32"))]
mod crowd;
mod faults;
mod lesson;
mod lossless;
mod outage;
mod queueing;
mod repeat;
mod tape;

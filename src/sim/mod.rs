//! A deterministic discrete-event world: clients, a service, a database, and faults.
//!
//! A [`World`] is made from a [`Scenario`] and a seed. It takes the next event from its schedule,
//! moves its clock there, lets the event happen, which may schedule others, and so on:
//!
//! ```
//! use fusebox::lab::presets;
//! use fusebox::sim::{Command, Fault, World};
//! use fusebox::time::Instant;
//!
//! let mut world = World::new(&presets::search_service(), 42)?;
//! world.run_until(Instant::from_secs(5));
//! world.apply(Command::Fault(Some(Fault::Down)))?;
//! world.run_until(Instant::from_secs(10));
//! assert!(world.measures().counters().fallbacks > 0);
//! # Ok::<(), fusebox::engine::ConfigError>(())
//! ```
//!
//! A call's way: client, network, accept queue, worker thread, pipeline, network, database, and back.
//! Without a service each client has a pipeline of its own and calls the database itself.
//!
//! What the model leaves out: bandwidth, lost messages, clocks that differ, and the time that the
//! service itself computes. A client or a pipeline that gives up does not stop the work that it
//! asked for; that runs to its end, as it does in most systems.

mod calls;
mod chance;
mod database;
mod fault;
mod fingerprint;
mod measure;
mod scenario;
mod schedule;
mod trace;
mod world;

pub use chance::{Spread, draw};
pub use fault::Fault;
pub use measure::{Counters, Gauges, Measures, Refusals, SAMPLE_EVERY, Sample};
pub use scenario::{ClientsConfig, Command, DatabaseConfig, HerdConfig, Scenario, ServiceConfig};
pub use schedule::Schedule;
pub use trace::{Entry, Reply, Trace, What};
pub use world::World;

//! A deterministic discrete-event simulation of clients, a service, its dependencies, and faults.
//!
//! A [`World`] is made from a [`Scenario`] and a seed. It takes the next event from its schedule,
//! advances its clock to it, and carries it out, which may schedule more events:
//!
//! ```
//! use fusebox_sim::{Command, Dependency, Fault, Scenario, World};
//! use fusebox::time::Instant;
//!
//! let mut world = World::new(&Scenario::search_service(), 42)?;
//! world.run_until(Instant::from_secs(5));
//! world.apply(Dependency::Postgres, Command::Fault(Fault::Down))?;
//! world.run_until(Instant::from_secs(10));
//! assert!(world.measures().counters().fallbacks > 0);
//! # Ok::<(), fusebox::ConfigError>(())
//! ```
//!
//! The path of a call: client, its own pipeline, network, accept queue, worker thread; then for
//! each step of its endpoint the pipeline around a dependency, a connection from a pool, network,
//! the dependency's server; and back. Without a service, the clients call the database themselves.
//!
//! The model leaves out bandwidth, clock differences, and the computing time of the service itself,
//! unless the service is slow. A client or a pipeline that gives up does not stop the work that it
//! asked for, unless [`Scenario::cancellation`] is on; that work runs to its end, as in most
//! systems.
#![forbid(unsafe_code)]

mod action;
mod arrivals;
mod calls;
mod chance;
mod dependency;
mod fault;
mod fault_set;
mod fingerprint;
mod ledger;
mod measure;
pub mod occ;
mod pool;
mod scenario;
mod schedule;
mod server;
mod slab;
mod target;
mod trace;
mod world;

/// A length as 32 bits, which are enough for everything in a world.
fn count(len: usize) -> u32 {
    u32::try_from(len).unwrap_or(u32::MAX)
}

pub use action::{Action, Change, Command};
pub use arrivals::{Arrivals, Burst, RateSchedule};
pub use chance::{Distribution, draw};
pub use dependency::{Dependency, Each};
pub use fault::{Fault, FaultKind, FaultWords};
pub use fault_set::FaultSet;
pub use ledger::Mutations;
pub use measure::{
    AttemptCounts, AttemptEnd, Attempts, BreakerChange, ClientAttempt, Counters,
    DependencyCounters, DependencyGauges, EndpointCounters, Gauges, Latencies, LayerCounters,
    LoadSample, Measures, PoolGauges, SAMPLE_EVERY, Sample,
};
pub use scenario::{
    CacheConfig, ClientsConfig, ColdStart, Contention, DependencyConfig, JobQueueConfig,
    LimitStatus, Link, Mix, PoolConfig, Scenario, ServerConfig, ServiceConfig, WritesConfig,
    breaker_by_rate,
};
pub use schedule::Schedule;
pub use target::Target;
pub use trace::{Endpoint, Entry, Reply, Trace, What};
pub use world::{Place, Progress, Violation, World};

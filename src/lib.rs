//! Fusebox: a resilience engine, a deterministic world to fail it in, and a playground to watch it.
//!
//! | layer | what it is |
//! |---|---|
//! | [`engine`] | circuit breaker, retry, bulkhead and their neighbours, as machines without a clock |
//! | [`sim`] | clients, a service and a database that can fail, as a discrete-event simulation |
//! | [`lab`] | presets and comparisons: experiments on such worlds |
//! | `app` | the browser playground (feature `app`) |
//!
//! Each layer knows only the ones above it in this table, and all stand on [`time`] and [`rng`].
#![forbid(unsafe_code)]

extern crate alloc;

pub mod engine;
pub mod lab;
pub mod rng;
pub mod sim;
pub mod time;

#[cfg(feature = "app")]
pub mod app;

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

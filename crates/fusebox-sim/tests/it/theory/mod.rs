//! The world against queueing theory: where a queue has a formula, the world agrees with it.

mod formulas;
mod hedging;
mod queues;
mod station;

//! Our simulations against published ones, and against what libraries document.

mod budgets;
mod collapse;
mod metastable;
mod occ;
mod throttling;
mod token_buckets;
mod worlds;

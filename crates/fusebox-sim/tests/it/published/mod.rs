//! Our simulations beside published ones, and beside what libraries say of themselves.

mod budgets;
mod collapse;
mod metastable;
mod occ;
mod throttling;
mod token_buckets;
mod worlds;

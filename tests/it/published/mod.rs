//! Published simulations, and that ours give their numbers.

mod occ;

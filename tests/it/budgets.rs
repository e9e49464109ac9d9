//! Budgets against models that keep lists, and the numbers of their sources.

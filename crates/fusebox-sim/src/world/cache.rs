//! The cache: which earlier answers it holds, and how old they are.

use super::World;
use crate::calls::{CallKey, CallState, Role};
use crate::dependency::Dependency;
use crate::trace::Endpoint;
use fusebox::rng::{Label, Rng};
use fusebox::time::Instant;

const KEY: Label = Label::new("cache key");

impl World {
    /// The cache key of a call; retries of the client use the same key.
    pub(super) fn draw_key(&self, stream: u64) -> u32 {
        let keys = self.service.as_ref().map_or(1, |service| service.config.cache.keys);
        let mut rng = Rng::labelled(self.seed, KEY, stream);
        u32::try_from(rng.up_to(u64::from(keys) - 1)).unwrap_or(0)
    }

    /// Whether the cache can be reached.
    fn has_cache(&self) -> bool {
        !self.sites[Dependency::Cache].server.faults().is_silent()
    }

    /// When the cached answer of a dependency to this call was made, if the cache has it.
    pub(super) fn cached(&self, on: Dependency, call: &CallState) -> Option<Instant> {
        let Role::Request { asks_for, .. } = call.role else { return None };
        if !self.has_cache() {
            return None;
        }
        let made = self.sites[on].cached.get(asks_for as usize).copied()?;
        (made != Instant::MAX).then_some(made)
    }

    /// When the cached answer to a call that is about to enter a pipeline was made; none for a
    /// write.
    pub(super) fn cached_at(&self, call: &CallState) -> Option<Instant> {
        match call.role {
            Role::Request { on, .. } if call.from.endpoint != Endpoint::Mutation => {
                self.cached(on, call)
            }
            _ => None,
        }
    }

    /// Stores the answer that a request has just got from a dependency.
    pub(super) fn keep(&mut self, key: CallKey) {
        if !self.has_cache() {
            return;
        }
        let Some(call) = self.calls.get(key) else { return };
        let Role::Request { on, asks_for, .. } = call.role else { return };
        let keys = self.service.as_ref().map_or(0, |service| service.config.cache.keys);
        let cached = &mut self.sites[on].cached;
        if cached.is_empty() {
            cached.resize(keys as usize, Instant::MAX);
        }
        cached[asks_for as usize] = self.now;
    }
}

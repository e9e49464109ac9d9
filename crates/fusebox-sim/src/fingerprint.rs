//! One number for a whole run, the same on every machine.

use fusebox::rng::mix;
use std::hash::{Hash, Hasher};

/// A rolling hash of all that happened.
///
/// It takes every integer as 64 bits, because `usize` and the tags of enums are 32 bits in wasm.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Fingerprint(u64);

impl Fingerprint {
    pub(super) fn add(&mut self, value: &impl Hash) {
        value.hash(self);
    }

    pub(super) const fn value(self) -> u64 {
        mix(self.0)
    }
}

impl Hasher for Fingerprint {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.write_u64(u64::from(byte));
        }
    }

    fn write_u16(&mut self, value: u16) {
        self.write_u64(u64::from(value));
    }

    fn write_u32(&mut self, value: u32) {
        self.write_u64(u64::from(value));
    }

    /// One step of an `FxHash` with a longer rotation, as every event passes through here: different
    /// values never lead from the same state to the same state.
    fn write_u64(&mut self, value: u64) {
        self.0 = (self.0.rotate_left(23) ^ value).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    }

    fn write_usize(&mut self, value: usize) {
        self.write_u64(value as u64);
    }

    #[expect(clippy::cast_sign_loss, reason = "any fixed mapping will do")]
    fn write_isize(&mut self, value: isize) {
        self.write_u64(value as u64);
    }
}

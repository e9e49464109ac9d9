//! Randomness as a value: one seed, and a labelled stream for each entity.
//!
//! Each entity forks its own stream, so an additional draw in one never changes the draws of
//! another. That makes two runs comparable that differ in one setting.

use core::convert::Infallible;
use rand_core::{Rng as _, SeedableRng, TryRng};
use rand_pcg::Pcg32;

/// A stream of random numbers, determined by its seed and label on every machine.
///
/// PCG-XSH-RR 64/32 (O'Neill 2014): 16 bytes of state, so that 10,000 clients can have one each. It
/// is not for cryptography.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rng(Pcg32);

/// What a stream is for; two labels never share a stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Label(u64);

impl Label {
    /// The label with this name (FNV-1a, 64 bits).
    #[must_use]
    pub const fn new(name: &str) -> Self {
        let bytes = name.as_bytes();
        let mut hash = 0xcbf2_9ce4_8422_2325_u64;
        let mut i = 0;
        while i < bytes.len() {
            hash = (hash ^ bytes[i] as u64).wrapping_mul(0x0100_0000_01b3);
            i += 1;
        }
        Self(hash)
    }
}

impl Rng {
    /// The stream of this seed.
    #[must_use]
    pub fn from_seed(seed: u64) -> Self {
        Self(Pcg32::seed_from_u64(seed))
    }

    /// The stream of entity number `index` among those labelled `label`, under the same seed.
    ///
    /// It depends on its three arguments alone, never on what was drawn before.
    #[must_use]
    pub fn labelled(seed: u64, label: Label, index: u64) -> Self {
        let state = mix(mix(seed ^ label.0).wrapping_add(index));
        Self(Pcg32::new(state, mix(state)))
    }

    /// A whole number from 0 to `most`, both included, all equally likely (Lemire 2019).
    pub fn up_to(&mut self, most: u64) -> u64 {
        let Some(range) = most.checked_add(1) else {
            return self.next_u64();
        };
        loop {
            let product = u128::from(self.next_u64()) * u128::from(range);
            let (high, low) = split(product);
            // The lowest products belong to values that would otherwise come up once too often.
            if low >= range || low >= range.wrapping_neg() % range {
                return high;
            }
        }
    }

    /// True in `per_mille` of a thousand draws.
    pub fn chance(&mut self, per_mille: u32) -> bool {
        self.up_to(999) < u64::from(per_mille)
    }
}

impl TryRng for Rng {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        Ok(self.0.next_u32())
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        Ok(self.0.next_u64())
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
        self.0.fill_bytes(bytes);
        Ok(())
    }
}

/// A bijection of 64 bits in which each input bit flips about half of the output bits
/// (`SplitMix64`).
#[must_use]
pub const fn mix(value: u64) -> u64 {
    let z = value.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[expect(clippy::cast_possible_truncation, reason = "the halves of a product")]
const fn split(product: u128) -> (u64, u64) {
    ((product >> 64) as u64, product as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    const LABEL: Label = Label::new("a stream");

    #[test]
    fn a_stream_depends_on_seed_label_and_index_alone() {
        let draw = |seed, label, index| Rng::labelled(seed, label, index).next_u64();
        let first = draw(7, LABEL, 0);
        assert_eq!(first, draw(7, LABEL, 0));
        assert_ne!(first, draw(8, LABEL, 0));
        assert_ne!(first, draw(7, Label::new("another"), 0));
        assert_ne!(first, draw(7, LABEL, 1));
    }

    #[test]
    fn up_to_reaches_both_ends_and_is_even() {
        let mut rng = Rng::from_seed(1);
        let mut counts = [0_u32; 10];
        for _ in 0..100_000 {
            counts[usize::try_from(rng.up_to(9)).unwrap()] += 1;
        }
        // Five standard deviations of a binomial with n = 100,000 and p = 0.1 are 474.
        assert!(counts.iter().all(|&n| n.abs_diff(10_000) < 474), "{counts:?}");
        assert_eq!(rng.up_to(0), 0);
        let _ = rng.up_to(u64::MAX);
    }

    #[test]
    fn chance_of_none_and_of_all_are_certain() {
        let mut rng = Rng::from_seed(2);
        assert!((0..1_000).all(|_| !rng.chance(0)));
        assert!((0..1_000).all(|_| rng.chance(1_000)));
    }
}

//! Conversions between kinds of numbers for the screen, where lost precision is not visible.

/// A count as a float, for arithmetic with lengths.
#[expect(clippy::cast_precision_loss, reason = "counts stay far below 2^53")]
pub(super) const fn float(count: usize) -> f64 {
    count as f64
}

/// The whole part of a number; zero if it is negative or not a number.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it saturates")]
pub(super) const fn whole(number: f64) -> u32 {
    number as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_out_of_range_are_clamped() {
        let numbers = [0.0, 2.9, -3.0, f64::NAN, f64::INFINITY];
        assert_eq!(numbers.map(whole), [0, 2, 0, 0, u32::MAX]);
        assert_eq!(whole(float(1_234_567)), 1_234_567);
    }
}

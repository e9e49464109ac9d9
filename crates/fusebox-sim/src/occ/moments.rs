//! Mean and standard deviation of whole numbers.

/// The sums from which a mean and a deviation follow, exact until the last step.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Moments {
    count: u128,
    sum: u128,
    squares: u128,
}

impl Moments {
    pub(super) fn add(&mut self, value: u64) {
        self.count += 1;
        self.sum += u128::from(value);
        self.squares += u128::from(value) * u128::from(value);
    }

    #[expect(clippy::cast_precision_loss, reason = "a mean needs no more than 53 bits")]
    pub(super) fn mean(&self) -> f64 {
        self.sum as f64 / self.count as f64
    }

    /// The sample standard deviation, from `n * sum(x^2) - sum(x)^2` over `n * (n - 1)`.
    #[expect(clippy::cast_precision_loss, reason = "a deviation needs no more than 53 bits")]
    pub(super) fn deviation(&self) -> f64 {
        let Self { count, sum, squares } = *self;
        let spread = count * squares - sum * sum;
        libm::sqrt(spread as f64 / (count * count.saturating_sub(1)).max(1) as f64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_exact() {
        let mut moments = Moments::default();
        moments.add(7);
        assert!((moments.mean() - 7.0).abs() < 1e-12 && moments.deviation() < 1e-12);
        for value in [3, 5, 9] {
            moments.add(value);
        }
        // The squares of 1, -3, -1 and 3 are 20 together, of which a third is the variance.
        assert!((moments.mean() - 6.0).abs() < 1e-12);
        assert!((moments.deviation() - (20.0_f64 / 3.0).sqrt()).abs() < 1e-12);
        let mut large = Moments::default();
        (0..100_000).for_each(|n| large.add(20_000_000_000 + n % 2));
        assert!((large.deviation() - 0.500_002_5).abs() < 1e-6, "{}", large.deviation());
    }
}

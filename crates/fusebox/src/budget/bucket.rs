//! Retries from a bucket that every call fills a little.

use super::{RetryPermit, Shortage};

/// A bucket of tokens, in ten-thousandths: a call puts a part of one in, a retry takes one out.
///
/// In the long run a call that starts brings so many retries as it puts tokens in, whatever fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Bucket {
    most: u64,
    on_call: u64,
    left: u64,
}

const TOKEN: u64 = 10_000;

impl Bucket {
    pub(super) fn new(tokens: u32, call_refill_per_ten_thousand: u32) -> Self {
        let most = u64::from(tokens) * TOKEN;
        Self { most, on_call: u64::from(call_refill_per_ten_thousand), left: most }
    }

    pub(super) const fn shortage(self) -> Shortage {
        Shortage::Bucket { left: self.left, of: self.most }
    }

    pub(super) fn start_call(&mut self) {
        self.left = (self.left + self.on_call).min(self.most);
    }

    pub(super) fn try_withdraw(&mut self) -> Option<RetryPermit> {
        if self.left <= TOKEN {
            return None;
        }
        self.left -= TOKEN;
        Some(RetryPermit::FREE)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drain(bucket: &mut Bucket) -> usize {
        (0..1_000_001).take_while(|_| bucket.try_withdraw().is_some()).count()
    }

    #[test]
    fn one_token_is_not_enough() {
        for (tokens, retries) in [(1, 0), (2, 1), (5, 4), (1_000_000, 999_999)] {
            let mut bucket = Bucket::new(tokens, 1_000);
            assert_eq!(drain(&mut bucket), retries);
            assert_eq!(bucket.left, TOKEN);
        }
    }

    #[test]
    fn parts_of_a_token_add_up_and_more_than_one_is_enough() {
        let mut bucket = Bucket::new(5, 1_000);
        assert_eq!(drain(&mut bucket), 4);
        bucket.start_call();
        assert_eq!(drain(&mut bucket), 1, "1.1 is more than one");
        (0..9).for_each(|_| bucket.start_call());
        assert_eq!(drain(&mut bucket), 0, "0.1 and nine tenths is one, and not more");
        bucket.start_call();
        assert_eq!(drain(&mut bucket), 1);
    }

    #[test]
    fn the_bucket_has_a_rim() {
        let mut bucket = Bucket::new(3, 1_000_000);
        assert_eq!(drain(&mut bucket), 2);
        (0..100).for_each(|_| bucket.start_call());
        assert_eq!(bucket, Bucket::new(3, 1_000_000));
    }
}

//! How far each rule of a closed breaker is from opening it.

use super::config::{Overdue, Rate, Rule, SlowRate, Window};
use super::{CircuitBreaker, Counts};
use crate::time::Instant;
use alloc::vec::Vec;

/// How far a rule is from opening the breaker.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RuleStatus {
    /// The rule.
    pub rule: Rule,
    /// The window that the rule looks at.
    pub window: Window,
    /// The calls that count towards it: failures, slow calls or overdue calls.
    pub counted: u32,
    /// All calls in the window; for the rule on overdue calls, those in flight.
    pub calls: u32,
    /// Calls before the rule applies: the minimum calls of a rate, zero for a number of failures.
    pub min_calls: u32,
    /// How many more failing (or slow, or overdue) calls in a row open the breaker; none if no
    /// number of them does.
    pub missing: Option<u32>,
    /// When a window by time forgets the oldest of the counted calls.
    pub forgets_at: Option<Instant>,
    /// From 0 to 1; the breaker opens at 1.
    pub progress: f64,
}

impl Rule {
    /// The rate that the rule compares, if it compares one.
    const fn rate(self) -> Option<Rate> {
        match self {
            Self::FailureRate(rate) | Self::SlowRate(SlowRate { rate, .. }) => Some(rate),
            Self::Failures(_) | Self::Overdue(_) => None,
        }
    }

    /// How many of these ended calls count towards the rule.
    const fn counted(self, ended: Counts) -> u32 {
        match self {
            Self::Failures(_) | Self::FailureRate(_) => ended.failures,
            Self::SlowRate(_) => ended.slow,
            Self::Overdue(_) => 0,
        }
    }
}

impl Overdue {
    /// How many of this many calls in flight must be overdue.
    fn needed(self, in_flight: u32) -> u32 {
        let share = self.share.map_or(0, |share| u64::from(share.as_per_ten_thousand()));
        let needed = (u64::from(in_flight) * share).div_ceil(10_000);
        self.calls.max(u32::try_from(needed).unwrap_or(u32::MAX))
    }
}

impl RuleStatus {
    fn new(rule: Rule, breaker: &CircuitBreaker, now: Instant) -> Self {
        let (config, counts) = (breaker.config(), breaker.window(now));
        let mut buckets = breaker.window_buckets(now);
        let mut status = Self {
            rule,
            window: config.window,
            counted: match rule {
                Rule::Overdue(_) => breaker.overdue_calls(now),
                _ => rule.counted(counts),
            },
            calls: match rule {
                Rule::Overdue(_) => breaker.calls_in_flight(),
                _ => counts.calls(),
            },
            min_calls: rule.rate().map_or(0, |_| config.min_calls),
            missing: None,
            forgets_at: buckets.find(|it| rule.counted(it.counts) > 0).map(|it| it.expires),
            progress: 0.0,
        };
        status.missing = match (config.window, rule) {
            (_, Rule::Overdue(_)) | (Window::Time(_) | Window::Consecutive, _) => {
                status.missing_in_time()
            }
            (Window::Count(size), _) => status.missing_in_count(breaker, size),
        };
        let share = |part: u32, whole: u32| f64::from(part) / f64::from(whole.max(1));
        let progress = match rule {
            Rule::Failures(most) => share(status.counted, most),
            Rule::Overdue(rule) => share(status.counted, rule.needed(status.calls)),
            Rule::FailureRate(rate) | Rule::SlowRate(SlowRate { rate, .. }) => {
                let of_rate = share(status.counted, status.calls) * 10_000.0;
                let enough = share(status.calls, status.min_calls).min(1.0);
                enough * of_rate / f64::from(rate.as_per_ten_thousand().max(1))
            }
        };
        status.progress = progress.clamp(0.0, 1.0);
        status
    }

    /// The calls that are missing in a window by count: once it is full, each new call pushes the
    /// oldest out, which may be a counted one.
    fn missing_in_count(&self, breaker: &CircuitBreaker, size: u32) -> Option<u32> {
        let (mut counted, mut calls) = (self.counted, self.calls);
        let mut oldest = breaker.window_entries();
        (1..=size).find(|_| {
            if calls < size {
                calls += 1;
            } else if let Some(ended) = oldest.next() {
                counted = counted.saturating_sub(self.rule.counted(ended.counts()));
            }
            counted += 1;
            self.rule.is_reached(counted, calls, self.min_calls)
        })
    }

    /// The calls that are missing if nothing is forgotten meanwhile.
    fn missing_in_time(&self) -> Option<u32> {
        let (counted, calls) = (u64::from(self.counted), u64::from(self.calls));
        let missing = match self.rule {
            Rule::Failures(most) => u64::from(most.saturating_sub(self.counted)),
            Rule::Overdue(rule) => u64::from(rule.needed(self.calls).saturating_sub(self.counted)),
            Rule::FailureRate(rate) | Rule::SlowRate(SlowRate { rate, .. }) => {
                let share = u64::from(rate.as_per_ten_thousand());
                let lacking = (calls * share).saturating_sub(counted * 10_000);
                match 10_000_u64.saturating_sub(share) {
                    0 if lacking > 0 => return None,
                    others => lacking.div_ceil(others.max(1)),
                }
            }
        };
        let needed = u64::from(self.min_calls.saturating_sub(self.calls));
        u32::try_from(missing.max(needed).max(1)).ok()
    }
}

impl CircuitBreaker {
    /// How far each rule of the breaker is from opening it, the nearest first.
    #[must_use]
    pub fn rules(&self, now: Instant) -> Vec<RuleStatus> {
        let mut rules: Vec<RuleStatus> = Vec::new();
        // Inserted one by one: a page would load more code for a sort than for all rules.
        for rule in self.config.rules() {
            let rule = RuleStatus::new(rule, self, now);
            rules.insert(rules.partition_point(|other| other.progress >= rule.progress), rule);
        }
        rules
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::breaker::BreakerConfig;
    use crate::time::Duration;
    use crate::{Failure, Outcome};

    /// A breaker after calls 100 ms apart; an `x` is a failure.
    fn after(config: BreakerConfig, calls: &str) -> (CircuitBreaker, Instant) {
        let mut breaker = CircuitBreaker::new(config, 1).expect("it is in range");
        let mut now = Instant::ZERO;
        for call in calls.chars() {
            let permit = breaker.try_acquire(now).expect("it is closed");
            let outcome =
                if call == 'x' { Outcome::Failure(Failure::Timeout) } else { Outcome::Success };
            breaker.report(now, permit, outcome);
            now += Duration::from_millis(100);
        }
        (breaker, now)
    }

    fn nearest(config: BreakerConfig, calls: &str) -> RuleStatus {
        let (breaker, now) = after(config, calls);
        breaker.rules(now)[0]
    }

    fn rate(percent: u32) -> BreakerConfig {
        BreakerConfig {
            failures: None,
            failure_rate: Some(Rate::percent(percent)),
            min_calls: 8,
            ..BreakerConfig::default()
        }
    }

    #[test]
    fn failures_in_a_time_say_until_when_they_count() {
        let config = BreakerConfig::default();
        let status = nearest(config, "");
        assert_eq!((status.counted, status.missing, status.forgets_at), (0, Some(5), None));
        let status = nearest(config, "..xxxx");
        assert_eq!((status.counted, status.missing), (4, Some(1)));
        // The oldest failure is in the bucket from 0.2 s to 0.4 s.
        assert_eq!(status.forgets_at, Some(Instant::from_millis(10_200)));
        assert_eq!((status.calls, status.min_calls), (6, 0));
        assert!((status.progress - 0.8).abs() < 1e-9);
    }

    #[test]
    fn a_rate_counts_from_its_minimum_of_calls_on() {
        let status = nearest(rate(50), "x.x.");
        assert_eq!((status.calls, status.min_calls, status.missing), (4, 8, Some(4)));
        assert!((status.progress - 0.5).abs() < 1e-9);
        // 7 of 14.
        assert_eq!(nearest(rate(50), "x.......").missing, Some(6));
        assert_eq!(nearest(rate(100), "xxxxxxx.xx").missing, None);
    }

    #[test]
    fn a_full_window_by_count_forgets_a_call_for_each_that_comes() {
        let config = BreakerConfig {
            window: Window::Count(4),
            failures: Some(3),
            ..BreakerConfig::default()
        };
        // The next two failures push two older ones out.
        let status = nearest(config, "xx..");
        assert_eq!((status.counted, status.missing), (2, Some(3)));
        assert_eq!(nearest(config, "..xx").missing, Some(1));
        let config = BreakerConfig { window: Window::Count(8), ..rate(50) };
        assert_eq!(nearest(config, "........x").missing, Some(3));
    }

    #[test]
    fn what_is_said_to_be_missing_opens_it() {
        let count = BreakerConfig { window: Window::Count(9), ..rate(40) };
        for config in [BreakerConfig::default(), rate(30), rate(99), count] {
            for calls in ["", "x", "....x.x.", "xx.......", ".......x.x"] {
                let (mut breaker, now) = after(config, calls);
                let Some(missing) = breaker.rules(now)[0].missing else { continue };
                for _ in 0..missing {
                    let permit = breaker.try_acquire(now).expect("it is still closed");
                    breaker.report(now, permit, Outcome::Failure(Failure::Timeout));
                }
                assert!(
                    breaker.try_acquire(now).is_err(),
                    "{calls} and {missing} more: {config:?}"
                );
            }
        }
    }

    #[test]
    fn the_nearest_rule_comes_first() {
        let config = BreakerConfig { failures: Some(100), ..rate(50) };
        assert_eq!(nearest(config, "xx.......").rule, Rule::FailureRate(Rate::percent(50)));
        let run = BreakerConfig { window: Window::Consecutive, ..BreakerConfig::default() };
        let status = nearest(run, ".xx");
        assert_eq!((status.counted, status.missing, status.forgets_at), (2, Some(3), None));
    }
}

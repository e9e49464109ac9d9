//! The rules that open a breaker: how far each is, and what would make it hold.

use crate::format::{count, plural, seconds, share};
use fusebox::time::{Duration, Instant};
use fusebox::{CircuitBreaker, Counts, Overdue, Rate, SlowRate, Window, WindowEntry};

/// A rule that opens a closed breaker, beside what it looks at.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Rule {
    limit: Limit,
    window: Window,
    /// The calls that count towards the limit.
    part: u32,
    /// All calls that the rule looks at.
    calls: u32,
    /// From so many calls on it holds.
    min_calls: u32,
    /// How many calls in a row would make it hold; none where no number would.
    missing: Option<u32>,
    /// When the first of the calls that count is forgotten.
    forgets_in: Option<Duration>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Limit {
    Failures(u32),
    FailureRate(Rate),
    SlowRate(SlowRate),
    Overdue(Overdue),
}

/// The rules of a breaker, the one that is nearest to holding first.
pub(super) fn rules(breaker: &CircuitBreaker, now: Instant) -> Vec<Rule> {
    let config = breaker.config();
    let overdue = config.overdue.map(Limit::Overdue);
    let limits = [
        config.failures.map(Limit::Failures),
        config.failure_rate.map(Limit::FailureRate),
        config.slow_rate.map(Limit::SlowRate),
        overdue,
    ];
    let counts = breaker.window(now);
    let rules = limits.into_iter().flatten().map(|limit| Rule::new(limit, breaker, counts, now));
    let mut rules: Vec<Rule> = rules.collect();
    rules.sort_by(|a, b| b.progress().total_cmp(&a.progress()));
    rules
}

impl Limit {
    /// Whether a call counts towards it.
    const fn concerns(self, ended: WindowEntry) -> bool {
        match self {
            Self::Failures(_) | Self::FailureRate(_) => ended.failed,
            Self::SlowRate(_) => ended.slow,
            Self::Overdue(_) => false,
        }
    }

    const fn part_of(self, counts: Counts) -> u32 {
        match self {
            Self::Failures(_) | Self::FailureRate(_) => counts.failures,
            Self::SlowRate(_) => counts.slow,
            Self::Overdue(_) => 0,
        }
    }

    /// Its share in ten-thousandths, where it is one.
    const fn share(self) -> Option<u64> {
        match self {
            Self::FailureRate(rate) | Self::SlowRate(SlowRate { rate, .. }) => {
                Some(rate.as_per_ten_thousand() as u64)
            }
            Self::Failures(_) | Self::Overdue(_) => None,
        }
    }

    /// Whether so many of so many calls are enough.
    const fn is_reached(self, part: u32, calls: u32, min_calls: u32) -> bool {
        match self {
            Self::Failures(most) => part >= most,
            Self::Overdue(rule) => part >= rule.calls,
            Self::FailureRate(rate) | Self::SlowRate(SlowRate { rate, .. }) => {
                let share = rate.as_per_ten_thousand() as u64;
                calls >= min_calls && part as u64 * 10_000 >= calls as u64 * share
            }
        }
    }
}

impl Rule {
    fn new(limit: Limit, breaker: &CircuitBreaker, counts: Counts, now: Instant) -> Self {
        let config = breaker.config();
        let first = breaker.window_buckets(now).find(|step| limit.part_of(step.counts) > 0);
        let part = match limit {
            Limit::Overdue(_) => breaker.overdue_calls(now),
            _ => limit.part_of(counts),
        };
        let mut rule = Self {
            limit,
            window: config.window,
            part,
            calls: counts.calls(),
            min_calls: config.min_calls,
            missing: None,
            forgets_in: first.map(|step| step.expires.since(now)),
        };
        rule.missing = match (config.window, limit) {
            (
                Window::Count(size),
                Limit::Failures(_) | Limit::FailureRate(_) | Limit::SlowRate(_),
            ) => rule.missing_in_ring(breaker, size),
            _ => rule.missing_in_time(),
        };
        rule
    }

    /// Each call that comes pushes the oldest out of a full window, which may be one that counted.
    fn missing_in_ring(&self, breaker: &CircuitBreaker, size: u32) -> Option<u32> {
        let (mut part, mut calls) = (self.part, self.calls);
        let mut oldest = breaker.window_entries();
        (1..=size).find(|_| {
            if calls < size {
                calls += 1;
            } else if oldest.next().is_some_and(|ended| self.limit.concerns(ended)) {
                part = part.saturating_sub(1);
            }
            part += 1;
            self.limit.is_reached(part, calls, self.min_calls)
        })
    }

    /// The same where nothing is forgotten meanwhile.
    fn missing_in_time(&self) -> Option<u32> {
        let (part, calls) = (u64::from(self.part), u64::from(self.calls));
        let missing = match (self.limit, self.limit.share()) {
            (Limit::Failures(most) | Limit::Overdue(Overdue { calls: most, .. }), _) => {
                u64::from(most.saturating_sub(self.part))
            }
            (_, Some(10_000)) if part < calls => return None,
            (_, Some(10_000) | None) => 0,
            (_, Some(share)) => {
                (calls * share).saturating_sub(part * 10_000).div_ceil(10_000 - share)
            }
        };
        let at_least = self.limit.share().map_or(0, |_| u64::from(self.needed_calls()));
        u32::try_from(missing.max(at_least).max(1)).ok()
    }

    /// The calls without which a rate does not hold yet.
    fn needed_calls(&self) -> u32 {
        self.limit.share().map_or(0, |_| self.min_calls.saturating_sub(self.calls))
    }

    /// How far the rule is, from 0 to 1.
    pub(super) fn progress(&self) -> f64 {
        let of = |part: u32, whole: u32| f64::from(part) / f64::from(whole.max(1));
        let share = match (self.limit, self.limit.share()) {
            (Limit::Failures(most) | Limit::Overdue(Overdue { calls: most, .. }), _) => {
                of(self.part, most)
            }
            (_, share) => of(self.part, self.calls) * 10_000.0 / share_of(share),
        };
        let enough = self.limit.share().map_or(1.0, |_| of(self.calls, self.min_calls).min(1.0));
        (share * enough).clamp(0.0, 1.0)
    }

    /// What stands at the edge from closed to open: how far it is, and what the rule says.
    pub(super) fn on_edge(&self) -> [String; 2] {
        let percent = share(f64::from(self.part), f64::from(self.calls));
        match self.limit {
            Limit::Failures(most) => [
                format!("{} of {}", self.part, plural(most.into(), "failure", "failures")),
                span(self.window),
            ],
            Limit::Overdue(Overdue { calls, after }) => {
                [format!("{} of {calls} overdue", self.part), format!("under way over {after}")]
            }
            Limit::FailureRate(_) | Limit::SlowRate(_) if self.needed_calls() > 0 => [
                format!("{} of {} calls", self.calls, self.min_calls),
                "before a rate counts".into(),
            ],
            Limit::FailureRate(rate) => [format!("{percent} failed"), format!("{rate} opens it")],
            Limit::SlowRate(slow) => [format!("{percent} slow"), format!("{} opens it", slow.rate)],
        }
    }

    /// The same for an edge on which nothing moves.
    pub(super) fn at_rest(&self) -> [String; 2] {
        match self.limit {
            Limit::Failures(most) => {
                [plural(most.into(), "failure", "failures"), span(self.window)]
            }
            Limit::Overdue(Overdue { calls, after }) => {
                [plural(calls.into(), "call", "calls"), format!("under way over {after}")]
            }
            Limit::FailureRate(rate) => [format!("{rate} failed"), span(self.window)],
            Limit::SlowRate(slow) => {
                [format!("{} slow", slow.rate), format!("over {}", slow.threshold)]
            }
        }
    }

    /// What would make the rule hold, as a sentence; `opens` is what then happens, after one thing and
    /// after several.
    pub(super) fn next(&self, opens: [&str; 2]) -> String {
        let percent = share(f64::from(self.part), f64::from(self.calls));
        match self.limit {
            Limit::FailureRate(rate) | Limit::SlowRate(SlowRate { rate, .. })
                if self.needed_calls() > 0 =>
            {
                let needed = self.needed_calls();
                let (calls, are) = (
                    plural(needed.into(), "more call", "more calls"),
                    if needed == 1 { "is" } else { "are" },
                );
                format!(
                    "{calls} {are} needed before the rate counts; {rate} of bad ones {}.",
                    opens[0]
                )
                .replace("bad ones", self.bad_calls())
            }
            Limit::FailureRate(rate) | Limit::SlowRate(SlowRate { rate, .. }) => {
                match self.missing {
                    Some(missing) => format!(
                        "{} in a row {}: that makes {rate}.",
                        self.more(missing),
                        opens[usize::from(missing != 1)],
                    ),
                    None => format!(
                        "It {} when nothing but {} is in the window; {percent} are so now.",
                        opens[0].trim_end_matches(" it"),
                        self.bad_calls()
                    ),
                }
            }
            Limit::Failures(_) | Limit::Overdue(_) => {
                let missing = self.missing.unwrap_or(1);
                format!(
                    "{} {} {}.",
                    self.more(missing),
                    self.when(),
                    opens[usize::from(missing != 1)]
                )
            }
        }
    }

    const fn bad_calls(&self) -> &'static str {
        match self.limit {
            Limit::SlowRate(_) => "slow calls",
            _ => "failures",
        }
    }

    fn more(&self, missing: u32) -> String {
        let more = if self.part == 0 { "" } else { "more " };
        let (one, many) = match self.limit {
            Limit::Failures(_) | Limit::FailureRate(_) => ("failure", "failures"),
            Limit::SlowRate(_) => ("slow call", "slow calls"),
            Limit::Overdue(_) => ("call", "calls"),
        };
        format!("{} {more}{}", count(missing.into()), if missing == 1 { one } else { many })
    }

    /// Within what the missing calls would have to come.
    fn when(&self) -> String {
        match (self.limit, self.window) {
            (Limit::Overdue(rule), _) => format!("under way for over {}", rule.after),
            (_, Window::Time(length)) => match self.forgets_in {
                // After that, one more would be missing.
                Some(left) => format!("in the next {}", seconds(left)),
                None => format!("within {length}"),
            },
            (_, Window::Count(_) | Window::Consecutive) => "in a row".to_owned(),
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "at most ten thousand")]
fn share_of(share: Option<u64>) -> f64 {
    share.map_or(10_000.0, |share| share.max(1) as f64)
}

/// A window in the few words that fit beside an edge.
fn span(window: Window) -> String {
    match window {
        Window::Time(length) => format!("in {length}"),
        Window::Count(calls) => format!("in {}", plural(calls.into(), "call", "calls")),
        Window::Consecutive => "in a row".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use fusebox::{BreakerConfig, Failure, Outcome};

    const OPENS: [&str; 2] = ["opens it", "open it"];

    /// A breaker after calls that came 100 ms apart; a cross has failed.
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

    fn leading(config: BreakerConfig, calls: &str) -> ([String; 2], String) {
        let (breaker, now) = after(config, calls);
        let rules = rules(&breaker, now);
        (rules[0].on_edge(), rules[0].next(OPENS))
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
        let (edge, next) = leading(config, "");
        assert_eq!(edge, ["0 of 5 failures", "in 10 s"]);
        assert_eq!(next, "5 failures within 10 s open it.");
        let (edge, next) = leading(config, "..xxxx");
        assert_eq!(edge, ["4 of 5 failures", "in 10 s"]);
        // The first of them is in the step from 0.2 s to 0.4 s, and it is 0.6 s.
        assert_eq!(next, "1 more failure in the next 9.6 s opens it.");
    }

    #[test]
    fn a_rate_says_how_many_calls_are_needed_before_it_counts() {
        let (edge, next) = leading(rate(50), "x.x.");
        assert_eq!(edge, ["4 of 8 calls", "before a rate counts"]);
        assert_eq!(
            next,
            "4 more calls are needed before the rate counts; 50 % of failures opens it."
        );
        let (edge, next) = leading(rate(50), "x.......");
        assert_eq!(edge, ["12 % failed", "50 % opens it"]);
        // Seven of fourteen.
        assert_eq!(next, "6 more failures in a row open it: that makes 50 %.");
        let (_, next) = leading(rate(100), "xxxxxxx.xx");
        assert!(next.starts_with("It opens when nothing but failures is in the window"), "{next}");
    }

    #[test]
    fn a_full_window_by_count_forgets_a_call_for_each_that_comes() {
        let config = BreakerConfig {
            window: Window::Count(4),
            failures: Some(3),
            ..BreakerConfig::default()
        };
        // The first two failures to come push two others out.
        let (edge, next) = leading(config, "xx..");
        assert_eq!(edge, ["2 of 3 failures", "in 4 calls"]);
        assert_eq!(next, "3 more failures in a row open it.");
        let (_, next) = leading(config, "..xx");
        assert_eq!(next, "1 more failure in a row opens it.");
        let (_, next) =
            leading(BreakerConfig { window: Window::Count(8), ..rate(50) }, "........x");
        assert_eq!(next, "3 more failures in a row open it: that makes 50 %.");
    }

    #[test]
    fn what_is_said_to_be_missing_opens_it() {
        let count = BreakerConfig { window: Window::Count(9), ..rate(40) };
        for config in [BreakerConfig::default(), rate(30), rate(99), count] {
            for calls in ["", "x", "....x.x.", "xx.......", ".......x.x"] {
                let (mut breaker, now) = after(config, calls);
                let Some(missing) = rules(&breaker, now)[0].missing else { continue };
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
        let (edge, _) = leading(config, "xx.......");
        assert_eq!(edge[1], "50 % opens it");
        let run = BreakerConfig { window: Window::Consecutive, ..BreakerConfig::default() };
        let (edge, next) = leading(run, ".xx");
        assert_eq!(edge, ["2 of 5 failures", "in a row"]);
        assert_eq!(next, "3 more failures in a row open it.");
    }
}

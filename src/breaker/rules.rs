//! The words for the rules that open a breaker: beside its edge, and as a sentence.

use fusebox::time::Instant;
use fusebox::{Overdue, Rule, RuleStatus, SlowRate, Window};
use fusebox_lab::words::{count, plural, seconds, share};

/// As many characters as fit beside an edge.
pub(super) const FITS: usize = 21;

/// The text at the edge from closed to open: the progress of the rule, and the rule itself; the rule
/// alone while the breaker does not count.
pub(super) fn on_edge(status: &RuleStatus, counts: bool) -> [String; 2] {
    let RuleStatus { rule, window, counted, calls, min_calls, .. } = *status;
    let percent = share(f64::from(counted), f64::from(calls));
    // With large numbers, their noun is on the second line.
    let split = |first: String, second: String, instead: String| match first.rsplit_once(' ') {
        Some((numbers, _)) if first.len() > FITS => [numbers.to_owned(), instead],
        _ => [first, second],
    };
    let (what, limit) = match rule {
        Rule::Failures(most) => (plural(most.into(), "failure", "failures"), span(window)),
        Rule::Overdue(Overdue { share: Some(rate), after, .. }) if counts => {
            return [format!("{percent} over {after}"), format!("{rate} opens it")];
        }
        Rule::Overdue(Overdue { calls, after, .. }) => {
            (plural(calls.into(), "call", "calls"), format!("in flight over {after}"))
        }
        Rule::FailureRate(_) | Rule::SlowRate(_) if counts && calls < min_calls => {
            let minimum = plural(min_calls.into(), "call", "calls");
            let first = format!("{} of {minimum}", count(calls.into()));
            return split(first, "before a rate counts".to_owned(), "calls needed".to_owned());
        }
        Rule::FailureRate(rate) if counts => {
            return [format!("{percent} failed"), format!("{rate} opens it")];
        }
        Rule::SlowRate(slow) if counts => {
            return [format!("{percent} slow"), format!("{} opens it", slow.rate)];
        }
        Rule::FailureRate(rate) => (format!("{rate} failed"), span(window)),
        Rule::SlowRate(slow) => (format!("{} slow", slow.rate), format!("over {}", slow.threshold)),
    };
    if !counts {
        return [what, limit];
    }
    let noun = what.rsplit_once(' ').map_or("", |(_, noun)| noun);
    let instead = format!("{noun} {limit}");
    split(format!("{} of {what}", count(counted.into())), limit, instead)
}

/// What would make the rule open the breaker, as a sentence; `opens` is the consequence, in the
/// singular and in the plural.
pub(super) fn next(status: &RuleStatus, now: Instant, opens: [&str; 2]) -> String {
    let RuleStatus { rule, window, counted, calls, min_calls, missing, forgets_at, .. } = *status;
    let (one, many) = match rule {
        Rule::Failures(_) | Rule::FailureRate(_) => ("failure", "failures"),
        Rule::SlowRate(_) => ("slow call", "slow calls"),
        Rule::Overdue(_) => ("call", "calls"),
    };
    if let Rule::FailureRate(rate) | Rule::SlowRate(SlowRate { rate, .. }) = rule {
        return match min_calls.saturating_sub(calls) {
            0 => {
                let percent = share(f64::from(counted), f64::from(calls));
                let counted = plural(counted.into(), one, many);
                let calls = plural(calls.into(), "call", "calls");
                format!("{counted} in {calls}, {percent}; {rate} {}.", opens[0])
            }
            needed => {
                let calls = plural(needed.into(), "more call", "more calls");
                format!("The rate counts after {calls}; {rate} {many} {}.", opens[1])
            }
        };
    }
    // Only a rate can be out of reach.
    let missing = missing.unwrap_or(u32::MAX);
    let when = match (rule, window, forgets_at) {
        (Rule::Overdue(rule), ..) => format!("in flight for over {}", rule.after),
        (_, Window::Time(_), Some(at)) => {
            // After that moment the oldest failure is forgotten, and one more is needed.
            format!("in the next {}", seconds(at.since(now)))
        }
        (_, Window::Time(length), None) => format!("within {length}"),
        _ => {
            let (calls, fail) = match missing {
                1 => ("call".to_owned(), "fails"),
                many => (format!("{} calls", count(many.into())), "all fail"),
            };
            return format!("If the next {calls} {fail}, that {}.", opens[0]);
        }
    };
    let more = if counted == 0 { "" } else { "more " };
    let what = if missing == 1 { one } else { many };
    let opens = opens[usize::from(missing != 1)];
    format!("{} {more}{what} {when} {opens}.", count(missing.into()))
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
    use fusebox::time::Duration;
    use fusebox::{BreakerConfig, CircuitBreaker, Failure, Outcome, Rate};

    /// The text for the nearest rule after calls 100 ms apart; a cross is a failed call.
    fn nearest(config: BreakerConfig, calls: &str) -> ([String; 2], String) {
        let mut breaker = CircuitBreaker::new(config, 1).expect("it is in range");
        let mut now = Instant::ZERO;
        for call in calls.chars() {
            let permit = breaker.try_acquire(now).expect("it is closed");
            let outcome =
                if call == 'x' { Outcome::Failure(Failure::Timeout) } else { Outcome::Success };
            breaker.report(now, permit, outcome);
            now += Duration::from_millis(100);
        }
        let status = breaker.rules(now)[0];
        (on_edge(&status, true), next(&status, now, ["opens it", "open it"]))
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
    fn a_number_of_failures_says_how_many_more_and_until_when() {
        let (edge, next) = nearest(BreakerConfig::default(), "");
        assert_eq!(edge, ["0 of 5 failures", "in 10 s"]);
        assert_eq!(next, "5 failures within 10 s open it.");
        let (edge, next) = nearest(BreakerConfig::default(), "..xxxx");
        assert_eq!(edge, ["4 of 5 failures", "in 10 s"]);
        assert_eq!(next, "1 more failure in the next 9.6 s opens it.");
        let run = BreakerConfig { window: Window::Consecutive, ..BreakerConfig::default() };
        let (edge, next) = nearest(run, ".xx");
        assert_eq!(edge, ["2 of 5 failures", "in a row"]);
        assert_eq!(next, "If the next 3 calls all fail, that opens it.");
        let window = Window::Count(4);
        let count = BreakerConfig { window, failures: Some(3), ..BreakerConfig::default() };
        assert_eq!(nearest(count, "xx..").0, ["2 of 3 failures", "in 4 calls"]);
    }

    #[test]
    fn large_numbers_fit_beside_the_edge() {
        let failures = BreakerConfig { failures: Some(1_000_000), ..BreakerConfig::default() };
        let calls = "x".repeat(1_234);
        assert_eq!(nearest(failures, "x").0, ["1 of 1,000,000", "failures in 10 s"]);
        let long = BreakerConfig { window: Window::Time(Duration::from_secs(600)), ..failures };
        assert_eq!(nearest(long, &calls).0, ["1,234 of 1,000,000", "failures in 600 s"]);
        let rate = BreakerConfig { min_calls: 100_000, window: Window::Count(100_000), ..rate(50) };
        assert_eq!(nearest(rate, &calls).0, ["1,234 of 100,000", "calls needed"]);
    }

    #[test]
    fn a_rate_says_how_many_calls_it_needs_and_what_opens_it() {
        let (edge, next) = nearest(rate(50), "x.x.");
        assert_eq!(edge, ["4 of 8 calls", "before a rate counts"]);
        assert_eq!(next, "The rate counts after 4 more calls; 50 % failures open it.");
        let (edge, next) = nearest(rate(50), "x.......");
        assert_eq!(edge, ["12 % failed", "50 % opens it"]);
        assert_eq!(next, "1 failure in 8 calls, 12 %; 50 % opens it.");
        let (_, next) = nearest(rate(100), "xxxxxxx.xx");
        assert_eq!(next, "9 failures in 10 calls, 90 %; 100 % opens it.");
    }
}

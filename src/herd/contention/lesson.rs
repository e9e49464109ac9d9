//! What the results of the contention show, in sentences that hold for these numbers.

use crate::convert::whole;
use fusebox::time::Duration;
use fusebox_lab::words::{count, multiple};
use fusebox_lab::words::{length, sentence};
use fusebox_sim::occ::{OccBackoff, Summary};

/// The name of a backoff.
pub(super) const fn name(backoff: OccBackoff) -> &'static str {
    match backoff {
        OccBackoff::None => "No backoff",
        OccBackoff::Exponential => "Exponential",
        OccBackoff::Equal => "Equal jitter",
        OccBackoff::Full => "Full jitter",
        OccBackoff::Decorrelated => "Decorrelated jitter",
    }
}

pub(super) fn calls(way: &Summary) -> String {
    count(whole(way.mean_calls.round()).into())
}

pub(super) fn time(way: &Summary) -> String {
    length(Duration::from_secs_f64(way.mean_time_ms / 1_000.0))
}

type Way<'a> = (OccBackoff, &'a Summary);

/// The lesson of these results for this number of writers.
pub(super) fn lesson(writers: u32, ways: &[Summary]) -> String {
    let ways: Vec<Way<'_>> = OccBackoff::ALL.into_iter().zip(ways).collect();
    let by = |value: fn(&Summary) -> f64| {
        let mut ways = ways.clone();
        ways.sort_by(|a, b| value(a.1).total_cmp(&value(b.1)));
        (ways[0], ways[ways.len() - 1])
    };
    let (fastest, slowest) = by(|way| way.mean_time_ms);
    let (fewest, most) = by(|way| way.mean_calls);
    let none = ways[0].1;
    let mut sentences = vec![format!(
        "Without a backoff all {writers} have written after {}, with {} calls{}",
        time(none),
        calls(none),
        match (fastest.0, most.0) {
            (OccBackoff::None, OccBackoff::None) => ": the fastest, and the most expensive",
            (OccBackoff::None, _) => ": the fastest",
            (_, OccBackoff::None) => ": the most expensive",
            _ => "",
        }
    )];
    if fewest.0 != OccBackoff::None {
        sentences.push(format!(
            "{} makes the fewest calls, {}, which is {:.0} % of that, in {} the time",
            name(fewest.0),
            calls(fewest.1),
            100.0 * fewest.1.mean_calls / none.mean_calls,
            multiple(fewest.1.mean_time_ms / none.mean_time_ms),
        ));
    }
    if slowest.0 == OccBackoff::Exponential {
        sentences.push(format!(
            "Exponential backoff without jitter takes longest, {}: clients that fail together wait \
             together, and collide again",
            time(slowest.1)
        ));
    }
    sentences.iter().map(|words| sentence(words)).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use fusebox_sim::occ::trials;

    fn computed(writers: u32) -> String {
        let way = |backoff| trials(writers, 20, backoff, 1, |_| {}).unwrap();
        lesson(writers, &OccBackoff::ALL.map(way))
    }

    #[test]
    fn with_many_writers_no_backoff_is_the_fastest_and_the_most_expensive() {
        for writers in [50, 100, 200] {
            let lesson = computed(writers);
            assert!(lesson.contains(": the fastest, and the most expensive."), "{lesson}");
            assert!(lesson.contains("jitter makes the fewest calls, "), "{lesson}");
            assert!(
                lesson.contains("Exponential backoff without jitter takes longest"),
                "{lesson}"
            );
        }
    }

    #[test]
    fn conclusions_that_do_not_hold_are_left_out() {
        let way = |calls: f64, time: f64| Summary {
            mean_time_ms: time,
            sd_time_ms: 0.0,
            mean_calls: calls,
            sd_calls: 0.0,
        };
        let ways = [
            way(50.0, 400.0),
            way(51.0, 3_500.0),
            way(42.0, 7_000.0),
            way(40.0, 390.0),
            way(41.0, 430.0),
        ];
        let lesson = lesson(10, &ways);
        assert_eq!(
            lesson,
            "Without a backoff all 10 have written after 400 ms, with 50 calls. Full jitter makes the \
             fewest calls, 40, which is 80 % of that, in 1.0× the time."
        );
    }
}

//! The result of a lane in sentences.

use super::bucket::Bucket;
use super::lane::Lane;
use super::outcome::LaneCalls;
use super::recovery::LaneRecovery;
use super::setup::DOWN_AT;
use super::waves::{Wave, waves};
use crate::words::{count, list, multiple};
use fusebox::time::{Duration, Instant};

/// The most waves whose times are listed.
const TIMES_MAX: usize = 4;

/// The smallest share of wasted work that is worth a sentence.
const MUCH: f64 = 0.05;

/// Calls that settle this long after the database has recovered are worth a sentence.
const LONG: Duration = Duration::from_secs(3);

/// What happened in a lane, and why: two to five sentences made of its numbers alone.
#[must_use]
pub fn sentence(lane: &Lane) -> String {
    let mut sentences = vec![database(lane), load(lane, &waves(lane))];
    sentences.extend(waste(lane));
    sentences.extend(unsettled(lane));
    sentences.push(calls(lane));
    sentences.join(" ")
}

/// Whether the lane recovers.
fn database(lane: &Lane) -> String {
    let repaired = seconds(lane.setup.up_at().since(Instant::ZERO));
    let repaired = format!("The database is repaired at {repaired}");
    match lane.outcome.recovery {
        LaneRecovery::After(after) if after < Duration::from_millis(500) => {
            format!("{repaired} and recovers at once.")
        }
        LaneRecovery::After(after) => format!("{repaired} and recovers {} later.", seconds(after)),
        LaneRecovery::NotInRun => format!(
            "{repaired} and has not recovered when the run ends {} later; a longer run would show \
             whether it does.",
            seconds(lane.setup.ends_at().since(lane.setup.up_at()))
        ),
        LaneRecovery::Metastable => format!(
            "{repaired} and is up, but does not catch up, a metastable failure: at the end the load is \
             {}, {} of it retries, and the calls in flight are not getting fewer.",
            load_of(lane),
            percent(retries_lately(lane)),
        ),
        LaneRecovery::Overloaded => format!(
            "{repaired}, but even its first attempts exceed its capacity: at the end the load is {}.",
            load_of(lane),
        ),
        LaneRecovery::GaveUp => {
            format!("{repaired} and is idle, but only because the clients gave up.")
        }
    }
}

/// The load at the end: `784 requests/s (1.6× capacity)`.
fn load_of(lane: &Lane) -> String {
    let load = lane.outcome.load_at_end;
    format!("{} requests/s ({} capacity)", whole(load), multiple(lane.setup.multiple(load)))
}

/// When the load exceeds capacity.
fn load(lane: &Lane, waves: &[Wave]) -> String {
    let height = waves.iter().map(|wave| wave.height).fold(0.0, f64::max);
    let peak = format!("up to {height:.1}× capacity");
    match waves {
        [] => "The load never exceeds capacity.".to_string(),
        [wave] if wave.to + Bucket::LENGTH >= lane.setup.ends_at() => {
            format!("From {} the load exceeds capacity, {peak}.", at(wave.from))
        }
        [wave] => format!(
            "The herd comes once, for {} from {}, {peak}.",
            seconds(wave.to.since(wave.from)),
            at(wave.from)
        ),
        waves => {
            let mut times: Vec<_> =
                waves.iter().take(TIMES_MAX).map(|wave| at(wave.from)).collect();
            match waves.len() - times.len() {
                0 => {}
                1 => times.push("once more".to_string()),
                others => times.push(format!("{others} more times")),
            }
            format!("The herd comes in {} waves, at {}, {peak}.", waves.len(), list(&times))
        }
    }
}

fn waste(lane: &Lane) -> Option<String> {
    let wasted = lane.outcome.wasted_work;
    let share = percent(wasted);
    (wasted >= MUCH).then(|| format!("{share} of the database's work is for abandoned requests."))
}

/// Whether calls are still in flight long after the database has recovered.
fn unsettled(lane: &Lane) -> Option<String> {
    let recovered = lane.outcome.recovery.after()?;
    match lane.outcome.settled_after {
        None => {
            Some("At the end the calls have not settled to their state before the outage.".into())
        }
        Some(after) if after.saturating_sub(recovered) >= LONG => {
            Some(format!("The calls settle {} after the repair.", seconds(after)))
        }
        Some(_) => None,
    }
}

/// What became of the calls.
fn calls(lane: &Lane) -> String {
    let LaneCalls { answered, failed, waiting, .. } = lane.outcome.calls;
    let all = count(lane.outcome.calls.all());
    if failed + waiting == 0 {
        return format!("All {all} calls are answered.");
    }
    let wait = match waiting {
        0 => String::new(),
        waiting => format!(" and {} still waiting", count(waiting)),
    };
    let answered = count(answered);
    format!("Of {all} calls {answered} are answered, {} failed{wait}.", count(failed))
}

/// The share of retries among the attempts of the last ten seconds.
fn retries_lately(lane: &Lane) -> f64 {
    let lately = lane.buckets.iter().rev().take(100);
    let (retries, all) = lately.fold((0.0, 0.0), |(retries, all), it| {
        (retries + f64::from(it.retries), all + f64::from(it.attempts()))
    });
    if all > 0.0 { retries / all } else { 0.0 }
}

fn at(at: Instant) -> String {
    seconds(at.since(Instant::ZERO).max(DOWN_AT.since(Instant::ZERO)))
}

fn seconds(time: Duration) -> String {
    format!("{:.1} s", time.as_secs_f64())
}

fn percent(share: f64) -> String {
    format!("{:.0} %", share * 100.0)
}

fn whole(number: f64) -> String {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a rate of attempts"
    )]
    let number = number.round().clamp(0.0, 1e15) as u64;
    count(number)
}

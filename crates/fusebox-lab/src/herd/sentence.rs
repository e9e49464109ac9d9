//! What the numbers of a lane mean, in sentences.

use super::lane::{Bucket, Lane};
use super::outcome::Recovery;
use super::setup::{DOWN_AT, OutageKind};
use super::waves::{Wave, waves};
use crate::words::{count, list};
use fusebox::time::{Duration, Instant};

/// The most waves whose times are told.
const TIMES_MAX: usize = 4;

/// A share of wasted work from which on it is told.
const MUCH: f64 = 0.05;

/// So long after a database has caught up, clients that still wait are worth a word.
const LONG: Duration = Duration::from_secs(3);

/// What became of a lane, and why: two to five sentences, made of its numbers alone.
#[must_use]
pub fn sentence(lane: &Lane) -> String {
    let waves = waves(lane);
    let mut sentences = vec![database(lane), herd(lane, &waves)];
    sentences.extend(waste(lane));
    sentences.extend(asleep(lane));
    sentences.push(failures(lane));
    sentences.join(" ")
}

/// Whether the database keeps up again.
fn database(lane: &Lane) -> String {
    let up_at = seconds(lane.setup.up_at().since(Instant::ZERO));
    let is_up = if lane.setup.kind == OutageKind::Reduced { "is whole again" } else { "is up" };
    match lane.outcome.recovery {
        Recovery::After(after) if after < Duration::from_millis(500) => {
            format!("The database {is_up} at {up_at} and keeps up at once.")
        }
        Recovery::After(after) => {
            format!("The database {is_up} at {up_at} and keeps up {} later.", seconds(after))
        }
        Recovery::Metastable { excess } if excess < 1.0 => format!(
            "The database {is_up} at {up_at}, but does not catch up in this run with what waits in it."
        ),
        Recovery::Metastable { excess } => format!(
            "The database {is_up} at {up_at} and never keeps up, a metastable failure: {} of what comes in \
             the end are retries, and {} attempts a second would have to be shed.",
            percent(retries_lately(lane)),
            whole(excess)
        ),
        Recovery::Overloaded { excess } => format!(
            "More comes to the database than it can do even without retries: {} first tries a second \
             would have to be shed.",
            whole(excess)
        ),
    }
}

/// How the herd comes.
fn herd(lane: &Lane, waves: &[Wave]) -> String {
    let height = waves.iter().map(|wave| wave.height).fold(0.0, f64::max);
    let peak = format!("{height:.1} times what it can do");
    match waves {
        [] => "Never more comes than it can do.".to_string(),
        [wave] if wave.to + Bucket::LENGTH >= lane.setup.ends_at() => {
            format!("From {} on more comes than it can do, up to {peak}.", at(wave.from))
        }
        [wave] => format!(
            "The herd comes once, for {} from {} on, with up to {peak}.",
            seconds(wave.to.since(wave.from)),
            at(wave.from)
        ),
        waves => {
            let mut times: Vec<_> =
                waves.iter().take(TIMES_MAX).map(|wave| at(wave.from)).collect();
            if waves.len() > TIMES_MAX {
                times.push(match waves.len() - TIMES_MAX {
                    1 => "once more".to_string(),
                    others => format!("{others} times more"),
                });
            }
            format!(
                "The herd comes in {} waves, at {}, with up to {peak}.",
                waves.len(),
                list(&times)
            )
        }
    }
}

fn waste(lane: &Lane) -> Option<String> {
    let wasted = lane.outcome.wasted;
    let share = percent(wasted);
    (wasted >= MUCH).then(|| format!("{share} of its work is for clients that no longer wait."))
}

/// Whether clients are still behind when the database has long caught up.
fn asleep(lane: &Lane) -> Option<String> {
    let recovered = lane.outcome.recovery.after()?;
    match lane.outcome.caught_up {
        None => Some("At the end there are still more clients that wait than before.".to_string()),
        Some(after) if after.saturating_sub(recovered) >= LONG => {
            Some(format!("The last of the herd is back {} after the outage.", seconds(after)))
        }
        Some(_) => None,
    }
}

fn failures(lane: &Lane) -> String {
    let outcome = &lane.outcome;
    match outcome.failed {
        0 => "No call fails for good.".to_string(),
        1 => "One call fails for good.".to_string(),
        failed => {
            let (failed, calls) = (count(failed), count(outcome.calls));
            format!("{failed} of {calls} calls fail for good.")
        }
    }
}

/// The share of retries in what came in the last five seconds.
fn retries_lately(lane: &Lane) -> f64 {
    let lately = lane.buckets.iter().rev().take(50);
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

//! The result of a lane in sentences.

use super::bucket::Bucket;
use super::calls::LaneCalls;
use super::lane::Lane;
use super::outcome::{LaneOutcome, ratio};
use super::recovery::{LATELY, LaneRecovery, last};
use super::setup::DOWN_AT;
use super::waves::{Wave, waves};
use crate::low_share;
use crate::words::{count, list, plural};
use fusebox::BudgetConfig;
use fusebox::time::{Duration, Instant};

/// The most waves whose times are listed.
const TIMES_MAX: usize = 4;

/// The smallest share of wasted work that is worth a sentence.
const MUCH: f64 = 0.05;

/// Retries that raise the load of the first wave by this factor are worth a sentence.
const MORE: f64 = 1.25;

/// Calls that settle this long after the database has recovered are worth a sentence.
const LONG: Duration = Duration::from_secs(3);

/// The sentences that lead: the verdict, and at most two on why.
pub const LEADING: usize = 3;

/// What happened in a lane, and why, in sentences made of its numbers alone: the verdict first, then the
/// others in the order of their worth.
#[must_use]
pub fn sentences(lane: &Lane) -> Vec<String> {
    let LaneCalls { refused, rejected, .. } = lane.outcome.calls;
    let (bound, idle): (Vec<_>, Vec<_>) = [(refused, budget(lane)), (rejected, breaker(lane))]
        .into_iter()
        .partition(|(count, _)| *count > 0);
    let policies = |some: Vec<(u64, Option<String>)>| some.into_iter().filter_map(|it| it.1);
    let mut sentences = vec![verdict(lane)];
    sentences.extend(evidence(lane));
    sentences.extend(policies(bound));
    sentences.push(after_repair(lane));
    sentences.extend([backlog(lane), gave_up(lane)].into_iter().flatten());
    sentences.extend(in_outage(lane));
    sentences.extend([later_waves(&waves(lane)), waste(lane)].into_iter().flatten());
    sentences.extend(policies(idle).chain(unsettled(lane)));
    sentences.extend(low_share::warning(lane.opened_at_low_share));
    sentences.push(calls(lane));
    sentences
}

/// What happened in a lane, and why: all [`sentences`] in a row.
#[must_use]
pub fn sentence(lane: &Lane) -> String {
    sentences(lane).join(" ")
}

/// Whether the lane recovers, and at which price, in one line.
#[must_use]
pub fn verdict(lane: &Lane) -> String {
    let LaneOutcome { recovery, calls, .. } = lane.outcome;
    let recovers = match recovery {
        LaneRecovery::After(after) if after < Duration::from_millis(500) => {
            "The database recovers at once".to_owned()
        }
        LaneRecovery::After(after) => {
            format!("The database recovers {} after the repair", seconds(after))
        }
        LaneRecovery::NotInRun => {
            let after = seconds(lane.setup.ends_at().since(lane.setup.up_at()));
            return format!("Not recovered when the run ends, {after} after the repair.");
        }
        LaneRecovery::Metastable => {
            return "Overload outlasts the fault: a metastable failure.".to_owned();
        }
        LaneRecovery::Overloaded => {
            return "The database stays overloaded, even by first attempts alone.".to_owned();
        }
        LaneRecovery::GaveUp => {
            return "No recovery: the queue is short only because calls failed.".to_owned();
        }
    };
    if calls.are_mostly_answered() {
        return format!("{recovers}.");
    }
    let answered = percent(ratio(calls.answered, calls.all()));
    format!("{recovers}, but answers only {answered} of calls.")
}

/// What the verdict on a lane that has not recovered rests on.
fn evidence(lane: &Lane) -> Vec<String> {
    let load = || {
        format!(
            "In the last {LATELY} the load is {}",
            lane.setup.load_words(lane.outcome.load_at_end)
        )
    };
    match lane.outcome.recovery {
        LaneRecovery::NotInRun => vec!["A longer run would show whether it recovers.".to_owned()],
        LaneRecovery::Overloaded => vec![format!("{}.", load())],
        LaneRecovery::Metastable => {
            let last = lane.buckets.len().saturating_sub(1);
            let (queued, abandoned) = queue(lane, last).unwrap_or_default();
            vec![
                format!(
                    "{}, {} of it retries; first attempts alone would fit.",
                    load(),
                    percent(retries_lately(lane))
                ),
                format!(
                    "{} queued, at least {} abandoned; calls in flight do not get fewer.",
                    plural(queued.into(), "request is", "requests are"),
                    count(abandoned.into())
                ),
            ]
        }
        LaneRecovery::After(_) | LaneRecovery::GaveUp => Vec::new(),
    }
}

fn after_repair(lane: &Lane) -> String {
    let peak = lane.outcome.peak_after_repair;
    if peak > lane.setup.capacity_per_second() {
        format!("After the repair the load peaks at {}.", lane.setup.load_words(peak))
    } else {
        "After the repair the load stays within capacity.".to_owned()
    }
}

/// The first wave, which the failure itself brings, and the load that the retries make of it.
fn in_outage(lane: &Lane) -> Vec<String> {
    let LaneOutcome { first_wave, peak_in_outage, .. } = lane.outcome;
    let mut sentences = Vec::new();
    if lane.setup.all_call_at_once() {
        let first = lane.setup.load_words(first_wave);
        sentences.push(format!("All clients call when it fails, a first wave of {first}."));
    }
    if peak_in_outage > MORE * first_wave {
        let peak = lane.setup.load_words(peak_in_outage);
        sentences.push(format!("Retries raise the load in the outage to {peak}."));
    }
    sentences
}

/// The waves after the first.
fn later_waves(waves: &[Wave]) -> Option<String> {
    let later: Vec<_> = waves.iter().filter(|wave| wave.from > DOWN_AT + Bucket::LENGTH).collect();
    let mut times: Vec<_> = later.iter().take(TIMES_MAX).map(|wave| at(wave.from)).collect();
    match later.len() - times.len() {
        0 => {}
        1 => times.push("once more".to_string()),
        others => times.push(format!("{others} more times")),
    }
    match later.len() {
        0 => None,
        1 => Some(format!("A later wave comes at {}.", times[0])),
        waves => Some(format!("Later come {waves} waves, at {}.", list(&times))),
    }
}

/// The queue with which the database is repaired.
fn backlog(lane: &Lane) -> Option<String> {
    let repaired = Bucket::at(lane.setup.up_at());
    let (queued, abandoned) = queue(lane, repaired.checked_sub(1)?)?;
    let work = Duration::from_secs_f64(f64::from(queued) / lane.setup.capacity_per_second());
    (work >= lane.setup.timeout && abandoned > 0).then(|| {
        format!(
            "The repaired database finds {} in its queue, {} of work, at least {} of them abandoned.",
            plural(queued.into(), "request", "requests"),
            seconds(work),
            count(abandoned.into())
        )
    })
}

/// The requests that are queued in the database at the end of a bucket, and how many of them are certainly
/// abandoned.
fn queue(lane: &Lane, last: usize) -> Option<(u32, u32)> {
    let Bucket { queued, in_flight, .. } = *lane.buckets.get(last)?;
    // An attempt that came a timeout ago or earlier is over, and a call has one attempt at a time.
    let earliest = Bucket::end_of(last) - lane.setup.timeout;
    let recent = &lane.buckets[(Bucket::at(earliest).saturating_sub(1)).min(last)..=last];
    let alive = recent.iter().map(Bucket::attempts).fold(0, u32::saturating_add).min(in_flight);
    Some((queued, queued.saturating_sub(alive)))
}

fn waste(lane: &Lane) -> Option<String> {
    let wasted = lane.outcome.wasted_work;
    let share = percent(wasted);
    (wasted >= MUCH).then(|| {
        format!("Over the whole run, {share} of the database's work is for abandoned requests.")
    })
}

/// What the client deadline did to the retries.
fn gave_up(lane: &Lane) -> Option<String> {
    let LaneCalls { gave_up, .. } = lane.outcome.calls;
    let deadline = lane.setup.patience?;
    let many = gave_up > 0 && 100 * gave_up >= lane.outcome.calls.all();
    let of = |what: &str| format!("{} {what}", plural(gave_up, "call", "calls"));
    (many && lane.strategy.retry.attempts > 1).then(|| match lane.outcome.recovery {
        LaneRecovery::After(_) if lane.setup.outage >= deadline => format!(
            "The outage is longer than the client deadline of {deadline}: {}, and a call that has given \
             up no longer retries.",
            of("gave up")
        ),
        _ => format!("{}.", of(&format!("reached the client deadline of {deadline} and gave up"))),
    })
}

/// What the retry budget did.
fn budget(lane: &Lane) -> Option<String> {
    let budget = lane.strategy.retry.budget?;
    let whose = if lane.strategy.shared { "The budget" } else { "The clients' own budgets" };
    Some(match (lane.outcome.calls.refused, budget) {
        (0, BudgetConfig::Traffic { min_per_second, .. })
            if min_per_second > 0 && !lane.strategy.shared =>
        {
            let floor = plural(min_per_second.into(), "retry", "retries");
            format!(
                "{whose} refused no retry: each allows {floor} a second whatever its client's traffic, \
                 and no client needed more."
            )
        }
        (0, _) => format!("{whose} refused no retry."),
        (refused, _) => {
            let retries = plural(refused, "retry", "retries");
            format!("{whose} refused {retries}, and so ended the call each time.")
        }
    })
}

/// What the breaker did.
fn breaker(lane: &Lane) -> Option<String> {
    lane.strategy.breaker?;
    let is_shared = lane.strategy.shared;
    let whose = if is_shared { "The breaker" } else { "The clients' own breakers" };
    Some(match lane.outcome.calls.rejected {
        0 if is_shared => format!("{whose} rejected no attempt."),
        0 => format!("{whose} rejected no attempt, since each sees only the calls of its client."),
        rejected => format!("{whose} rejected {}.", plural(rejected, "attempt", "attempts")),
    })
}

/// Whether calls are still in flight long after the database has recovered.
fn unsettled(lane: &Lane) -> Option<String> {
    let recovered = lane.outcome.recovery.after()?;
    match lane.outcome.settled_after {
        None => Some("At the end more calls are in flight than before the outage.".into()),
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
    let parts = [(answered, "answered"), (failed, "failed"), (waiting, "still waiting")];
    let parts = parts.iter().filter(|(number, _)| *number > 0);
    let parts: Vec<_> = parts.map(|(number, what)| format!("{} {what}", count(*number))).collect();
    format!("Calls: {all}, of them {}.", list(&parts))
}

/// The share of retries among the attempts of the last part of the run.
fn retries_lately(lane: &Lane) -> f64 {
    let lately = last(&lane.buckets).iter();
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

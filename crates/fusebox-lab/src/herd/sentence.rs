//! The result of a lane in sentences.

use super::bucket::Bucket;
use super::calls::LaneCalls;
use super::lane::Lane;
use super::outcome::LaneOutcome;
use super::recovery::LaneRecovery;
use super::setup::DOWN_AT;
use super::waves::{Wave, waves};
use crate::words::{count, list, multiple, plural};
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

/// What happened in a lane, and why: sentences made of its numbers alone.
#[must_use]
pub fn sentence(lane: &Lane) -> String {
    let mut sentences = vec![database(lane)];
    sentences.extend(load(lane, &waves(lane)));
    sentences.extend(
        [backlog(lane), waste(lane), gave_up(lane), budget(lane), breaker(lane)]
            .into_iter()
            .flatten(),
    );
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
            "{repaired} and is up, but does not catch up, a metastable failure: at the end {} are queued, \
             the load is {}, {} of it retries, and the calls in flight are not getting fewer.",
            plural(lane.buckets.last().map_or(0, |it| it.queued.into()), "request", "requests"),
            load_of(lane),
            percent(retries_lately(lane)),
        ),
        LaneRecovery::Overloaded => format!(
            "{repaired}, but even its first attempts exceed its capacity: at the end the load is {}.",
            load_of(lane),
        ),
        LaneRecovery::GaveUp => {
            format!("{repaired} and its queue is short, but since calls failed, not by answers.")
        }
    }
}

/// The load at the end: `784 requests/s (1.6× capacity)`.
fn load_of(lane: &Lane) -> String {
    let load = lane.outcome.load_at_end;
    format!("{} requests/s ({} capacity)", whole(load), multiple(lane.setup.multiple(load)))
}

/// The first wave, which the failure itself brings, and the load that the retries make of it.
fn load(lane: &Lane, waves: &[Wave]) -> Vec<String> {
    let LaneOutcome { first_wave, peak_in_outage, peak_after_repair, .. } = lane.outcome;
    let height = |load: f64| format!("{} capacity", multiple(lane.setup.multiple(load)));
    let mut sentences = Vec::new();
    if lane.setup.all_call_at_once() {
        let first = height(first_wave);
        sentences.push(format!("All clients call when it fails, a first wave of {first}."));
    }
    if peak_in_outage > MORE * first_wave {
        let peak = height(peak_in_outage);
        sentences.push(format!("Retries raise the load in the outage to {peak}."));
    }
    let later: Vec<_> = waves.iter().filter(|wave| wave.from > DOWN_AT + Bucket::LENGTH).collect();
    let mut times: Vec<_> = later.iter().take(TIMES_MAX).map(|wave| at(wave.from)).collect();
    match later.len() - times.len() {
        0 => {}
        1 => times.push("once more".to_string()),
        others => times.push(format!("{others} more times")),
    }
    match later.len() {
        0 => {}
        1 => sentences.push(format!("A wave follows at {}.", times[0])),
        waves => sentences.push(format!("Then come {waves} waves, at {}.", list(&times))),
    }
    sentences.push(if peak_after_repair > lane.setup.capacity_per_second() {
        format!("After the repair the load reaches {}.", height(peak_after_repair))
    } else {
        "After the repair the load stays within capacity.".to_string()
    });
    sentences
}

/// The queue with which the database is repaired.
fn backlog(lane: &Lane) -> Option<String> {
    let at_repair = Bucket::at(lane.setup.up_at()).checked_sub(1)?;
    let Bucket { queued, in_flight, .. } = *lane.buckets.get(at_repair)?;
    let work = Duration::from_secs_f64(f64::from(queued) / lane.setup.capacity_per_second());
    // A call has one request at a time, so the others are of attempts that have timed out.
    let abandoned = queued.saturating_sub(in_flight);
    (work >= lane.setup.timeout && abandoned > 0).then(|| {
        format!(
            "The repaired database finds {} in its queue, {} of work, {} or more of them \
             abandoned.",
            plural(queued.into(), "request", "requests"),
            seconds(work),
            count(abandoned.into())
        )
    })
}

fn waste(lane: &Lane) -> Option<String> {
    let wasted = lane.outcome.wasted_work;
    let share = percent(wasted);
    (wasted >= MUCH).then(|| format!("{share} of the database's work is for abandoned requests."))
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
    let parts = [(answered, "answered"), (failed, "failed"), (waiting, "still waiting")];
    let parts = parts.iter().filter(|(number, _)| *number > 0);
    let parts: Vec<_> = parts.map(|(number, what)| format!("{} {what}", count(*number))).collect();
    format!("Calls: {all}, of them {}.", list(&parts))
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

//! The explanation of a call: its events in order of time, and what it waits for now.

use super::event::{Tense, clause};
use super::spans::Spans;
use super::{Explanation, Line, pending};
use crate::words::{count, length};
use fusebox::{Decision, Failure, Outcome, Recorded, Rejection, StateName};
use fusebox_sim::{Dependency, Endpoint, Entry, What, World};

/// The explanation of the call with this number, as far as the entries go, and of what it waits for
/// now.
///
/// The entries may include those of other calls; they are in order of time and end at the world's
/// present, like those of its trace.
#[must_use]
pub fn of_call<'a>(
    call: u64,
    entries: impl IntoIterator<Item = &'a Entry>,
    world: &World,
) -> Explanation {
    let has_service = world.scenario().service.is_some();
    let mut client = None;
    let mut lines = Vec::new();
    let mut spans = Spans::default();
    let mut end = None;
    for entry in entries.into_iter().filter(|entry| entry.call == Some(call)) {
        if let What::Called { client: number, endpoint } = entry.what {
            client = Some((number, endpoint));
        } else if lines.is_empty() {
            let text = format!("The beginning is no longer recorded; this starts at {}.", entry.at);
            lines.push(Line::general(text));
        }
        let text = is_told(entry, world).then(|| {
            let mut text = match entry.what {
                What::Called { client, .. } if !has_service => {
                    format!("Client {} called the database.", count(client.into()))
                }
                _ => Tense::Past.of(&clause(entry)),
            };
            if let Some(fact) = fact(entry, client.map(|(_, asked)| asked), world) {
                text = format!("{text} {fact}");
            }
            text
        });
        if client.is_some() {
            spans.take(entry, text.as_deref());
        }
        lines.extend(text.map(|text| Line::at(entry.at, text)));
        end = end.or(how_it_ended(entry));
    }
    if lines.is_empty() {
        lines.push(Line::general(if call >= world.measures().counters().calls {
            "There has been no such call yet."
        } else {
            "This call is no longer recorded."
        }));
    }
    for progress in world.progress(call) {
        let line = pending::line(&progress, world);
        spans.say(progress.on, &line.text);
        lines.push(line);
    }
    let number = count(call);
    let title = match (end, client) {
        (Some(end), _) => format!("Why {end}?").replace('#', &number),
        (None, Some(_)) => format!("Where is call {number}?"),
        (None, None) => format!("Call {number}"),
    };
    Explanation { spans: spans.into_spans(), ..Explanation::new(title, lines) }
}

/// The end of a call as the end of a question, with `#` for its number.
fn how_it_ended(entry: &Entry) -> Option<String> {
    match entry.what {
        What::Answered { reply, latency, .. } => {
            let did = if reply.is_useful() { "take" } else { "fail after" };
            Some(format!("did call # {did} {}", length(latency)))
        }
        What::GaveUp { latency, .. } => {
            Some(format!("was call # given up after {}", length(latency)))
        }
        _ => None,
    }
}

/// Whether an event adds something to those around it.
fn is_told(entry: &Entry, world: &World) -> bool {
    match entry.what {
        What::Finished(_) => false,
        What::Decided(Decision::Sent(1)) => {
            entry.on.is_some() || world.scenario().service.is_none()
        }
        What::Decided(Decision::Reported { trial, outcome, recorded, .. }) => {
            trial.is_some() || recorded == Recorded::Stale || !outcome.is_success()
        }
        _ => true,
    }
}

/// Details beside an event: settings, or the effect of another call.
fn fact(entry: &Entry, asked: Option<Endpoint>, world: &World) -> Option<String> {
    let Entry { at, on, what, .. } = *entry;
    let scenario = world.scenario();
    match what {
        What::Decided(Decision::Rejected(
            rejection @ (Rejection::BreakerOpen { .. } | Rejection::TrialsTaken { .. }),
        )) => {
            let (to, did) = match rejection {
                Rejection::TrialsTaken { .. } => (StateName::HalfOpen, "became half-open"),
                _ => (StateName::Open, "opened"),
            };
            let is_cause = |change: &&fusebox_sim::BreakerChange| {
                on.is_some() && change.on == on && change.at <= at && change.transition.to == to
            };
            let change = world.measures().breaker_changes().iter().rfind(is_cause)?;
            Some(format!("It {did} at {}: {}.", change.at, change.transition.cause))
        }
        What::Decided(Decision::Retry { failure, delay, range: (least, most) }) => {
            let asked = failure.retry_after().filter(|&asked| delay >= asked && delay > most);
            let drawn =
                || format!("The delay was drawn from {} to {}.", length(least), length(most));
            match asked {
                Some(asked) => {
                    Some(format!("The answer asked for {}; the rest is jitter.", length(asked)))
                }
                None => (least < most).then(drawn),
            }
        }
        What::Decided(Decision::Sent(1)) => (asked == Some(Endpoint::CachedRead)
            && on == Some(Dependency::Postgres))
        .then(|| "The cache had no fresh enough answer.".to_owned()),
        What::Decided(Decision::TimedOut { .. }) | What::GaveUp { .. }
            if on.is_none() && scenario.service.is_some() =>
        {
            let cancels = scenario.cancellation;
            let text = if cancels {
                "It cancelled its request."
            } else {
                "The service was not told to stop."
            };
            Some(text.to_owned())
        }
        What::Attempted { outcome: Outcome::Failure(Failure::ConnectionLost), .. } => (asked
            == Some(Endpoint::Mutation))
        .then(|| "The caller cannot know whether the write was applied.".to_owned()),
        _ => None,
    }
}

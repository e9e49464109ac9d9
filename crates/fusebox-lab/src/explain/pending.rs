//! What a call in flight waits for, and what comes next.

use super::Line;
use crate::words::{count, length, list, sentence};
use fusebox::time::{Duration, Instant};
use fusebox_sim::{Dependency, FaultKind, Place, Progress, World};

/// The sentences about something in flight.
pub(super) fn line(progress: &Progress, world: &World) -> Line {
    Line::at(world.now(), format!("Now, {}.{}", waits(progress, world), limits(progress, world)))
}

fn waits(progress: &Progress, world: &World) -> String {
    let Progress { on, place, attempt, .. } = *progress;
    let who = match (on, progress.is_job) {
        (None, _) => "the client",
        (Some(_), true) => "the job",
        (Some(_), false) => "the service",
    };
    let to = on.unwrap_or(Dependency::Postgres);
    let title = to.title();
    let next = |until: Instant| format!("at {until}, in {}", length(until.since(world.now())));
    match place {
        Place::AtService => "the client waits for the service".to_owned(),
        Place::WaitsForThread => {
            "the request waits for a thread of the service, but all are busy".to_owned()
        }
        Place::HealthCheck => "a thread of the service handles the health check".to_owned(),
        Place::WaitsForSlot { until } => format!(
            "{who} waits for a slot of the bulkhead around {title}; without one it gives up {}",
            next(until)
        ),
        Place::Backoff { until } => {
            let target = if on.is_none() && world.scenario().service.is_some() {
                "the service"
            } else {
                title
            };
            let attempt = attempt + 1;
            format!(
                "{who} waits before its next attempt; attempt {attempt} goes to {target} {}",
                next(until)
            )
        }
        Place::WaitsForConnection => {
            format!("{who} waits for a connection to {title}, but all are in use")
        }
        Place::Connecting => format!("{who} waits for a new connection to {title} to open"),
        Place::CheckingConnection => {
            format!("{who} waits for the check of its connection to {title}")
        }
        Place::OnTheWay if has(world, to, FaultKind::Partitioned) => {
            format!("{who} waits for {title}, but it is cut off, so no answer will come")
        }
        Place::OnTheWay => format!("a message between {who} and {title} is on its way"),
        Place::WaitsAtServer => {
            let queued = world.gauges().dependencies[to].queued;
            let others = match queued {
                0 | 1 => String::new(),
                queued => format!(", one of {}", count(queued.into())),
            };
            format!("the request is queued at {title}{others}")
        }
        Place::AtWork if has(world, to, FaultKind::Hang) => {
            format!("{title} has the request, but hangs and answers nobody")
        }
        Place::AtWork => format!("{title} is processing the request"),
    }
}

/// A limit further away than this is not mentioned.
const FAR: Duration = Duration::from_secs(3_600);

/// When the limits of time are reached, as a sentence with a leading space.
fn limits(progress: &Progress, world: &World) -> String {
    let Progress { attempt_ends, ends, gives_up_at, place, .. } = *progress;
    let waits_for_itself = matches!(place, Place::Backoff { .. } | Place::WaitsForSlot { .. });
    let attempt_ends = if waits_for_itself { Instant::MAX } else { attempt_ends };
    let limits: Vec<_> = [
        (attempt_ends, "the attempt times out at"),
        (ends, "the whole call times out at"),
        (gives_up_at, "the client gives up at"),
    ]
    .into_iter()
    .filter(|(at, _)| *at < Instant::MAX && at.since(world.now()) < FAR)
    .map(|(at, limit)| format!("{limit} {at}"))
    .collect();
    let is_started = !matches!(place, Place::WaitsForThread | Place::HealthCheck);
    if !limits.is_empty() {
        let before = if waits_for_itself { "" } else { "without an answer, " };
        format!(" {}", sentence(&format!("{before}{}", list(&limits))))
    } else if is_started && attempt_ends.min(ends) == Instant::MAX && !waits_for_itself {
        " No timeout of its own limits this wait.".to_owned()
    } else {
        String::new()
    }
}

fn has(world: &World, on: Dependency, kind: FaultKind) -> bool {
    world.faults(on).any(|fault| fault.kind() == kind)
}

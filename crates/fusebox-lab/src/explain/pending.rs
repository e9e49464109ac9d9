//! What a call that is under way waits for, and what happens next.

use super::Line;
use super::call::client_layers;
use crate::words::{count, length, list, sentence};
use fusebox::time::{Duration, Instant};
use fusebox::{LayerConfig, LayerKind};
use fusebox_sim::{Dependency, FaultKind, Place, Progress, World};

/// The sentences about something that is under way.
pub(super) fn line(progress: &Progress, world: &World, client: Option<u32>) -> Line {
    let now = world.now();
    let (waits, limits) = (waits(progress, world), limits(progress, world, client));
    Line::at(now, format!("Now, {waits}.{limits}"))
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
            "the request waits for a thread of the service, which are all busy".to_owned()
        }
        Place::HealthCheck => "a thread of the service makes the health check".to_owned(),
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
            format!("{who} waits for a connection to {title}, which are all in use")
        }
        Place::Connecting => format!("{who} waits for a new connection to {title} to open"),
        Place::OnTheWay if has(world, to, FaultKind::Partitioned) => {
            format!("{who} waits for {title}, which is cut off, so that no answer will come")
        }
        Place::OnTheWay => format!("a message between {who} and {title} is on its way"),
        Place::WaitsAtServer => {
            let queued = world.gauges().dependencies[to].queued;
            let others = match queued {
                0 | 1 => String::new(),
                queued => format!(", one of {} there", count(queued.into())),
            };
            format!("the request waits in the queue of {title}{others}")
        }
        Place::AtWork if has(world, to, FaultKind::Hang) => {
            format!("{title} has the request, but hangs and answers nobody")
        }
        Place::AtWork => format!("{title} is processing the request"),
    }
}

/// A limit that is farther away than this is of no interest.
const FAR: Duration = Duration::from_secs(3_600);

/// When the limits of time come, as a sentence with a space before it.
fn limits(progress: &Progress, world: &World, client: Option<u32>) -> String {
    let Progress { on, attempt_ends, ends, gives_up_at, place, .. } = *progress;
    let is_near = |at: Instant| at < Instant::MAX && at.since(world.now()) < FAR;
    let waits_for_itself = matches!(place, Place::Backoff { .. } | Place::WaitsForSlot { .. });
    let mut limits = Vec::new();
    if is_near(attempt_ends) && !waits_for_itself {
        limits.push(format!("the timeout ends the attempt at {attempt_ends}"));
    }
    if is_near(ends) {
        limits.push(format!("the whole call has until {ends}"));
    }
    if is_near(gives_up_at) {
        limits.push(format!("the client gives up at {gives_up_at}"));
    }
    if !limits.is_empty() {
        let before = if waits_for_itself { "" } else { "if nothing comes before, " };
        return format!(" {}", sentence(&format!("{before}{}", list(&limits))));
    }
    let layers = match on {
        Some(on) => world.scenario().dependencies[on].layers.as_slice(),
        None => client_layers(world.scenario(), client),
    };
    let of_time = |layer: &LayerConfig| layer.kind() == LayerKind::Timeout;
    let waits_for_others = !waits_for_itself
        && !matches!(place, Place::WaitsForThread | Place::HealthCheck)
        && !layers.iter().any(of_time);
    if waits_for_others {
        " No timeout of its own limits this wait.".to_owned()
    } else {
        String::new()
    }
}

fn has(world: &World, on: Dependency, kind: FaultKind) -> bool {
    world.faults(on).any(|fault| fault.kind() == kind)
}

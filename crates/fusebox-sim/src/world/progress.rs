//! The progress of calls in flight: what each waits for, and for how long.

use super::World;
use crate::calls::{CallKey, CallState, Line, Role};
use crate::dependency::Dependency;
use crate::trace::Endpoint;
use fusebox::time::Instant;
use fusebox::{Call, Phase};

/// Something in flight for a client's call: the call itself, the service's work on it, or a job
/// that it queued.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// The pipeline that it is in; none for the client's own.
    pub on: Option<Dependency>,
    /// Whether it is a write from the job queue.
    pub is_job: bool,
    /// Where it is, which says what it waits for.
    pub place: Place,
    /// The attempt in flight in that pipeline, or the newest; zero before the first.
    pub attempt: u32,
    /// When the attempt times out; [`Instant::MAX`] for never.
    pub attempt_ends: Instant,
    /// When the whole call times out in that pipeline; [`Instant::MAX`] for never.
    pub ends: Instant,
    /// When the client gives up; [`Instant::MAX`] for never, and for anything but the client's own
    /// call.
    pub gives_up_at: Instant,
}

/// Where something in flight is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// At the service, or on the way there or back.
    AtService,
    /// Queued for a thread of the service.
    WaitsForThread,
    /// A thread of the service answers a health check.
    HealthCheck,
    /// Queued for a slot of the bulkhead.
    WaitsForSlot {
        /// When the max wait is over.
        until: Instant,
    },
    /// Waiting for the next attempt.
    Backoff {
        /// When that wait is over.
        until: Instant,
    },
    /// Queued for a connection of the pool.
    WaitsForConnection,
    /// Waiting for a new connection to be opened.
    Connecting,
    /// Waiting for the check of its connection.
    CheckingConnection,
    /// On the way between service and dependency.
    OnTheWay,
    /// Queued at the dependency.
    WaitsAtServer,
    /// In progress in the dependency.
    AtWork,
}

impl World {
    /// What is in flight for the call with this number, the client's own side first.
    ///
    /// It looks at everything in flight, and is meant for questions about a single call.
    #[must_use]
    pub fn progress(&self, call: u64) -> Vec<Progress> {
        let under_way = self.calls.iter().filter(|(_, state)| state.from.id == call);
        let mut found: Vec<_> =
            under_way.filter_map(|(key, state)| self.progress_of(key, state)).collect();
        found.sort_by_key(|progress| (progress.on, progress.is_job));
        found
    }

    fn progress_of(&self, key: CallKey, state: &CallState) -> Option<Progress> {
        let gives_up_at = match state.role {
            Role::Client { gives_up_at, .. } => gives_up_at,
            Role::Request { .. } | Role::Job { .. } | Role::Hedge { .. } => Instant::MAX,
        };
        let machine = self.calls.machine(key);
        Some(Progress {
            on: state.on(),
            is_job: matches!(state.role, Role::Job { .. }),
            place: self.place(state, machine.map(Call::phase))?,
            attempt: machine.map_or(0, Call::attempts),
            attempt_ends: machine.map_or(Instant::MAX, Call::respond_by),
            ends: machine.map_or(Instant::MAX, Call::deadline),
            gives_up_at,
        })
    }

    fn place(&self, state: &CallState, phase: Option<Phase>) -> Option<Place> {
        if let Role::Request { at_work, .. } = state.role {
            match (at_work, state.from.endpoint) {
                (false, _) => return Some(Place::WaitsForThread),
                (true, Endpoint::Health) => return Some(Place::HealthCheck),
                (true, _) => {}
            }
        }
        Some(match phase? {
            Phase::Queue { until } => Place::WaitsForSlot { until },
            Phase::Backoff { until } => Place::Backoff { until },
            Phase::Done => return None,
            Phase::Attempt { .. } => match state.exchange.line {
                _ if matches!(state.role, Role::Client { .. }) && self.service.is_some() => {
                    Place::AtService
                }
                Line::Waiting => Place::WaitsForConnection,
                Line::Asking | Line::Opening => Place::Connecting,
                Line::Checking(_) => Place::CheckingConnection,
                _ if state.exchange.slot.is_some() => Place::AtWork,
                _ if state.exchange.at_server => Place::WaitsAtServer,
                Line::None | Line::Own(_) | Line::Open(_) => Place::OnTheWay,
            },
        })
    }
}

//! The names of events, as queries have them.

use super::unit::Unit;
use crate::settings::Problem;
use fusebox::time::{Duration, Instant};
use fusebox::{Answer, Decision, Failure, GiveUp, Outcome, Rejection, StateName, TimeLimit};
use fusebox_sim::{Command, Dependency, Endpoint, Entry, FaultKind, Reply, What};

/// Declares the kinds of events, each with its name and a sentence.
macro_rules! events {
    ($($kind:ident = ($name:literal, $about:literal),)*) => {
        /// A kind of event.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum EventKind {
            $(#[doc = $about] $kind,)*
        }

        impl EventKind {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$kind),*];

            /// Its name in queries, from the general to the particular.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$kind => $name),* }
            }

            /// What happens, in a sentence without its full stop.
            #[must_use]
            pub const fn about(self) -> &'static str {
                match self { $(Self::$kind => $about),* }
            }
        }
    };
}

events! {
    Called = ("called", "A client sent a call"),
    Success = ("answered.success", "A client got what it asked for; carries the latency"),
    Fallback = ("answered.fallback", "A client got a useful substitute; carries the latency"),
    Accepted = ("answered.queued", "A client's write was accepted for later; carries the latency"),
    Failed = ("answered.failure", "A client got an error because a dependency failed; carries the latency"),
    FailedFast = ("answered.failed_fast", "A client got an error at once from one of our policies; carries the latency"),
    GaveUp = ("gave_up", "A client stopped waiting at its deadline; carries how long it waited"),
    First = ("sent.first", "A pipeline sent the first attempt of a call"),
    Again = ("sent.retry", "A pipeline sent a later attempt of a call; carries its number"),
    Hedge = ("sent.hedge", "A pipeline sent one more attempt beside those in flight"),
    AttemptOk = ("attempt.success", "An attempt succeeded; carries how long it took"),
    AttemptConnect = ("attempt.failure.connect", "An attempt got no connection; carries how long it took"),
    AttemptLost = ("attempt.failure.lost", "The connection of an attempt broke; carries how long it took"),
    AttemptTimeout = ("attempt.failure.timeout", "An attempt got no answer in time; carries how long it took"),
    AttemptAborted = ("attempt.failure.aborted", "The transaction of an attempt was rolled back; carries how long it took"),
    AttemptBadRequest = ("attempt.failure.400", "An attempt was answered 400; carries how long it took"),
    AttemptUnauthorized = ("attempt.failure.401", "An attempt was answered 401; carries how long it took"),
    AttemptNotFound = ("attempt.failure.404", "An attempt was answered 404; carries how long it took"),
    AttemptLimited = ("attempt.failure.429", "An attempt was answered 429; carries how long it took"),
    AttemptError = ("attempt.failure.500", "An attempt was answered 500; carries how long it took"),
    AttemptUnavailable = ("attempt.failure.503", "An attempt was answered 503; carries how long it took"),
    AttemptStatus = ("attempt.failure.status", "An attempt was answered with another error; carries how long it took"),
    AttemptNeutral = ("attempt.neutral", "An attempt ended without telling anything of the dependency"),
    BreakerOpened = ("breaker.open", "A breaker opened"),
    BreakerHalfOpened = ("breaker.half_open", "A breaker became half-open"),
    BreakerClosed = ("breaker.closed", "A breaker closed"),
    BreakerWould = ("breaker.would_open", "A breaker in shadow mode would have opened"),
    WindowSuccess = ("window.success", "A success was counted in the window of a closed breaker"),
    WindowFailure = ("window.failure", "A failure was counted in the window of a closed breaker"),
    TrialSuccess = ("trial.success", "A trial of a half-open breaker succeeded"),
    TrialFailure = ("trial.failure", "A trial of a half-open breaker failed"),
    NotCounted = ("not_counted.neutral", "A breaker did not count an outcome, since it tells nothing of the dependency"),
    TooLate = ("not_counted.stale", "A breaker ignored an outcome from before its newest transition"),
    RejectedOpen = ("rejected.breaker.open", "An open breaker rejected a call; carries the time until the next trial"),
    RejectedTrials = ("rejected.breaker.trials", "A half-open breaker had all its trials in flight, and rejected a call"),
    RejectedBulkhead = ("rejected.bulkhead.full", "A full bulkhead rejected a call"),
    RejectedWait = ("rejected.bulkhead.wait", "A call got no slot of a bulkhead within the max wait"),
    RejectedThrottle = ("rejected.throttle", "A throttle rejected a call"),
    RejectedRate = ("rejected.rate_limiter", "A rate limiter rejected a call"),
    RejectedPause = ("rejected.pause", "A Retry-After paused all calls beyond the deadline of a call"),
    RejectedDeadline = ("rejected.deadline", "The caller's deadline had passed"),
    QueuedThread = ("queued.thread", "A request waits for a thread; carries how many are ahead"),
    QueuedConnection = ("queued.connection", "An attempt waits for a connection; carries how many are ahead"),
    QueuedServer = ("queued.server", "An attempt waits at the dependency; carries how many are ahead"),
    QueuedBulkhead = ("queued.bulkhead", "A call waits for a slot of a bulkhead; carries how many are ahead"),
    TimedOutConnect = ("timed_out.connect", "The connect timeout ran out; carries its length"),
    TimedOutAttempt = ("timed_out.attempt", "The timeout of an attempt ran out; carries its length"),
    TimedOutCall = ("timed_out.call", "The timeout of a whole call ran out; carries its length"),
    TimedOutDeadline = ("timed_out.deadline", "The caller's deadline passed; carries its length"),
    Retry = ("retry", "A failed attempt will be retried; carries the delay"),
    Paused = ("paused", "A call waits for the end of a Retry-After for all calls; carries the wait"),
    NotHedged = ("not_hedged", "A hedge was due and not sent"),
    NotPermanent = ("not_retried.permanent", "A failure that would only repeat itself is not retried"),
    NotIdempotent = ("not_retried.not_idempotent", "A write without a key that may have taken effect is not retried"),
    NotAttempts = ("not_retried.attempts", "A failure is not retried: all attempts are used"),
    NotBudget = ("not_retried.budget", "A failure is not retried: the retry budget is spent"),
    NotRetryAfter = ("not_retried.retry_after", "A failure is not retried: the Retry-After is too long; carries it"),
    NotDeadline = ("not_retried.deadline", "A failure is not retried: the deadline is too close"),
    Stale = ("fallback.stale", "The fallback answered from the cache; carries the age of the answer"),
    SubstituteAnswer = ("fallback.substitute", "The substitute answered"),
    DefaultAnswer = ("fallback.default", "The fallback answered with the default"),
    UnavailableAnswer = ("fallback.unavailable", "The fallback had nothing useful; carries the Retry-After"),
    TurnedAway = ("turned_away", "The service had no thread and a full queue, and answered 503"),
    Unavailable = ("unavailable", "The service answered 503; carries the Retry-After"),
    OutcomeUnknown = ("outcome_unknown", "The service answered 500, as a commit without a key was never answered"),
    CacheHit = ("cache_hit", "The cache had a fresh answer; carries its age"),
    Substituted = ("substituted", "A call goes to the substitute of a dependency"),
    Committed = ("committed.first", "A write took effect"),
    CommittedAgain = ("committed.again", "A write took effect once more: a duplicate"),
    KeyKnown = ("key_known", "A repeated write was not applied again, since its key was known"),
    RolledBack = ("rolled_back", "The transaction of a write was rolled back"),
    Enqueued = ("enqueued", "A write entered the job queue; carries how many are ahead"),
    JobDone = ("job_done", "A write from the job queue was applied"),
    DeadConnections = ("dead_connections", "A pool found dead connections; carries their number"),
    Connected = ("connected", "A pool opened a connection"),
    QueueFull = ("refused.queue", "A dependency had a full queue, and answered 503"),
    RefusedBefore = ("refused.connect", "A pool refused an attempt, since a connect was refused a moment ago"),
    PoolFull = ("refused.pool", "A pool had no free connection and a full queue"),
    Restarted = ("restarted", "A dependency or the service is up again after a crash"),
    FaultDown = ("fault.down", "A dependency or the service went down"),
    FaultHang = ("fault.hang", "A dependency or the service hung"),
    FaultSlow = ("fault.slow", "A dependency or the service became slow"),
    FaultOther = ("fault.other", "Another fault began"),
    Healed = ("healed", "A fault was healed"),
    Changed = ("changed", "A layer was switched or a setting changed"),
    Finished = ("finished", "A step of a call ended in a pipeline"),
}

/// What an event carries.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Carried {
    /// Nothing.
    Nothing,
    /// A time.
    Time(Duration),
    /// A number of things.
    Count(u32),
}

/// An event of a run.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Event {
    /// When it happened.
    pub at: Instant,
    /// Its kind.
    pub kind: EventKind,
    /// The dependency; none for the client and the service.
    pub on: Option<Dependency>,
    /// The endpoint that the call is for; none if it concerns no call.
    pub endpoint: Option<Endpoint>,
    /// What it carries.
    pub carried: Carried,
}

/// The events that a query asks for: those of a kind or of several, perhaps only some of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Events {
    /// A name, or the beginning of several: `rejected` for `rejected.breaker.open` and others.
    pub name: &'static str,
    /// Only those of this dependency.
    pub on: Option<Dependency>,
    /// Only those of calls to this endpoint.
    pub endpoint: Option<Endpoint>,
}

impl Events {
    /// The events with this name.
    ///
    /// # Errors
    /// When there are none.
    pub fn named(name: &str) -> Result<Self, Problem> {
        let is_it = |known: &&str| begins_with(known, name);
        let known = EventKind::ALL.iter().map(|kind| kind.name()).find(is_it);
        let known =
            known.map(|known| Self { name: &known[..name.len()], on: None, endpoint: None });
        known.ok_or_else(|| {
            let names: Vec<_> = EventKind::ALL.iter().map(|kind| kind.name()).collect();
            let hint = crate::settings::hint(name, &names);
            Problem::new(crate::settings::shortened(name), format!("is no kind of event{hint}"))
        })
    }

    /// The unit of what they carry.
    pub(super) fn carried(&self) -> Unit {
        const COUNTS: [&str; 4] = ["queued", "enqueued", "dead_connections", "sent"];
        let head = self.name.split('.').next().unwrap_or_default();
        if COUNTS.contains(&head) { Unit::Count } else { Unit::Time }
    }

    /// Whether it asks for this event.
    #[must_use]
    pub fn has(&self, event: &Event) -> bool {
        begins_with(event.kind.name(), self.name)
            && self.on.is_none_or(|on| event.on == Some(on))
            && self.endpoint.is_none_or(|endpoint| event.endpoint == Some(endpoint))
    }
}

fn begins_with(name: &str, start: &str) -> bool {
    let rest = name.strip_prefix(start);
    rest.is_some_and(|rest| !start.is_empty() && (rest.is_empty() || rest.starts_with('.')))
}

impl Event {
    /// The event of an entry of the trace, and the endpoint of its call.
    #[must_use]
    pub fn of(entry: &Entry, endpoint: Option<Endpoint>) -> Self {
        let (kind, carried) = kind(&entry.what);
        let on = match entry.what {
            What::Done(on, _) => on.dependency(),
            _ => entry.on,
        };
        Self { at: entry.at, kind, on, endpoint, carried }
    }
}

fn kind(what: &What) -> (EventKind, Carried) {
    use Carried::{Count, Nothing, Time};
    use EventKind as Kind;
    let perhaps = |time: Option<Duration>| time.map_or(Nothing, Time);
    match *what {
        What::Called { .. } => (Kind::Called, Nothing),
        What::Decided(ref decision) => decided(decision),
        What::Attempted { outcome, after } => (attempted(outcome), Time(after)),
        What::TurnedAway => (Kind::TurnedAway, Nothing),
        What::Finished(_) => (Kind::Finished, Nothing),
        What::Unavailable { retry_after } => (Kind::Unavailable, perhaps(retry_after)),
        What::OutcomeUnknown => (Kind::OutcomeUnknown, Nothing),
        What::CacheHit { age } => (Kind::CacheHit, Time(age)),
        What::Substituted(_) => (Kind::Substituted, Nothing),
        What::Committed { again: false } => (Kind::Committed, Nothing),
        What::Committed { again: true } => (Kind::CommittedAgain, Nothing),
        What::KeyKnown => (Kind::KeyKnown, Nothing),
        What::RolledBack => (Kind::RolledBack, Nothing),
        What::Enqueued(ahead) => (Kind::Enqueued, Count(ahead)),
        What::JobDone => (Kind::JobDone, Nothing),
        What::DeadConnections(count) => (Kind::DeadConnections, Count(count)),
        What::Connected => (Kind::Connected, Nothing),
        What::WaitsForThread(ahead) => (Kind::QueuedThread, Count(ahead)),
        What::WaitsForConnection(ahead) => (Kind::QueuedConnection, Count(ahead)),
        What::WaitsAtServer(ahead) => (Kind::QueuedServer, Count(ahead)),
        What::QueueFull => (Kind::QueueFull, Nothing),
        What::RefusedBefore => (Kind::RefusedBefore, Nothing),
        What::PoolFull => (Kind::PoolFull, Nothing),
        What::Restarted => (Kind::Restarted, Nothing),
        What::Answered { reply, latency, .. } => (answered(reply), Time(latency)),
        What::GaveUp { latency, .. } => (Kind::GaveUp, Time(latency)),
        What::Done(_, Command::Fault(fault)) => (fault_kind(fault.kind()), Nothing),
        What::Done(_, Command::Heal(_) | Command::HealAll) => (Kind::Healed, Nothing),
        What::Done(..) => (Kind::Changed, Nothing),
    }
}

fn decided(decision: &Decision) -> (EventKind, Carried) {
    use Carried::{Count, Nothing, Time};
    use EventKind as Kind;
    match *decision {
        Decision::Sent(1) => (Kind::First, Nothing),
        Decision::Sent(number) => (Kind::Again, Count(number)),
        Decision::Hedged(number) => (Kind::Hedge, Count(number)),
        Decision::NotHedged(_) => (Kind::NotHedged, Nothing),
        Decision::Rejected(rejection) => rejected(rejection),
        Decision::Transition(transition) => (
            match transition.to {
                StateName::Open => Kind::BreakerOpened,
                StateName::HalfOpen => Kind::BreakerHalfOpened,
                StateName::Closed => Kind::BreakerClosed,
            },
            Nothing,
        ),
        Decision::ShadowTrip(_) => (Kind::BreakerWould, Nothing),
        Decision::Reported { trial, recorded, .. } => (reported(trial, recorded), Nothing),
        Decision::Queued(ahead) => (Kind::QueuedBulkhead, Count(ahead)),
        Decision::TimedOut { limit, after } => (
            match limit {
                TimeLimit::Connect => Kind::TimedOutConnect,
                TimeLimit::Attempt => Kind::TimedOutAttempt,
                TimeLimit::Call => Kind::TimedOutCall,
                TimeLimit::Deadline => Kind::TimedOutDeadline,
            },
            Time(after),
        ),
        Decision::Retry { delay, .. } => (Kind::Retry, Time(delay)),
        Decision::Paused { delay } => (Kind::Paused, Time(delay)),
        Decision::GaveUp(reason) => match reason {
            GiveUp::Permanent(_) => (Kind::NotPermanent, Nothing),
            GiveUp::NotIdempotent(_) => (Kind::NotIdempotent, Nothing),
            GiveUp::AttemptsUsed { .. } => (Kind::NotAttempts, Nothing),
            GiveUp::BudgetEmpty(_) => (Kind::NotBudget, Nothing),
            GiveUp::RetryAfterTooLong { asked, .. } => (Kind::NotRetryAfter, Time(asked)),
            GiveUp::DeadlineTooClose { .. } => (Kind::NotDeadline, Nothing),
        },
        Decision::Answered(answer) => match answer {
            Answer::Stale { age } => (Kind::Stale, Time(age)),
            Answer::Substitute => (Kind::SubstituteAnswer, Nothing),
            Answer::Default => (Kind::DefaultAnswer, Nothing),
            Answer::Unavailable { retry_after } => (Kind::UnavailableAnswer, Time(retry_after)),
        },
    }
}

fn rejected(rejection: Rejection) -> (EventKind, Carried) {
    use EventKind as Kind;
    let kind = match rejection {
        Rejection::BreakerOpen { retry_after, .. } => {
            return (Kind::RejectedOpen, Carried::Time(retry_after));
        }
        Rejection::BreakerForcedOpen => Kind::RejectedOpen,
        Rejection::Paused { .. } => Kind::RejectedPause,
        Rejection::TrialsTaken { .. } => Kind::RejectedTrials,
        Rejection::BulkheadFull { .. } => Kind::RejectedBulkhead,
        Rejection::BulkheadWait => Kind::RejectedWait,
        Rejection::Throttled { .. } => Kind::RejectedThrottle,
        Rejection::RateLimited { .. } => Kind::RejectedRate,
        Rejection::DeadlinePassed => Kind::RejectedDeadline,
    };
    (kind, Carried::Nothing)
}

fn reported(trial: Option<u64>, recorded: fusebox::Recorded) -> EventKind {
    use EventKind as Kind;
    use fusebox::Recorded;
    match (recorded, trial) {
        (Recorded::Neutral, _) => Kind::NotCounted,
        (Recorded::Stale, _) => Kind::TooLate,
        (Recorded::Counted(entry), None) if entry.failed => Kind::WindowFailure,
        (Recorded::Counted(_), None) => Kind::WindowSuccess,
        (Recorded::Counted(entry), Some(_)) if entry.failed => Kind::TrialFailure,
        (Recorded::Counted(_), Some(_)) => Kind::TrialSuccess,
    }
}

const fn attempted(outcome: Outcome) -> EventKind {
    use EventKind as Kind;
    match outcome {
        Outcome::Success => Kind::AttemptOk,
        Outcome::Neutral => Kind::AttemptNeutral,
        Outcome::Failure(failure) => match failure {
            Failure::Connect => Kind::AttemptConnect,
            Failure::ConnectionLost => Kind::AttemptLost,
            Failure::Timeout => Kind::AttemptTimeout,
            Failure::Aborted => Kind::AttemptAborted,
            Failure::Status { code: 400, .. } => Kind::AttemptBadRequest,
            Failure::Status { code: 401, .. } => Kind::AttemptUnauthorized,
            Failure::Status { code: 404, .. } => Kind::AttemptNotFound,
            Failure::Status { code: 429, .. } => Kind::AttemptLimited,
            Failure::Status { code: 500, .. } => Kind::AttemptError,
            Failure::Status { code: 503, .. } => Kind::AttemptUnavailable,
            Failure::Status { .. } => Kind::AttemptStatus,
        },
    }
}

const fn answered(reply: Reply) -> EventKind {
    match reply {
        Reply::Success => EventKind::Success,
        Reply::Fallback => EventKind::Fallback,
        Reply::Queued => EventKind::Accepted,
        Reply::Failure => EventKind::Failed,
        Reply::FailedFast => EventKind::FailedFast,
    }
}

const fn fault_kind(kind: FaultKind) -> EventKind {
    match kind {
        FaultKind::Down => EventKind::FaultDown,
        FaultKind::Hang => EventKind::FaultHang,
        FaultKind::Slow => EventKind::FaultSlow,
        _ => EventKind::FaultOther,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_stands_for_all_that_begin_with_its_words() {
        let kinds = |name: &str| {
            let events = Events::named(name).unwrap();
            let is_it = |kind: &&EventKind| begins_with(kind.name(), events.name);
            EventKind::ALL.iter().filter(is_it).count()
        };
        assert_eq!(kinds("breaker.open"), 1);
        assert_eq!(kinds("rejected.breaker"), 2);
        assert_eq!(kinds("answered"), 5);
        let wrong = Events::named("breaker.opn").unwrap_err().to_string();
        assert!(wrong.contains("the closest is breaker.open"), "{wrong}");
        for wrong in ["", "b", "breaker.", "answer"] {
            assert!(Events::named(wrong).is_err(), "{wrong}");
        }
        assert!(EventKind::ALL.iter().all(|kind| !kind.about().ends_with('.')));
    }
}

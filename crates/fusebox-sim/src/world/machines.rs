//! The connection between a call and its state machine in a pipeline: attempts, answers and timers.

use super::{Event, World};
use crate::calls::{CallKey, CallState, NO_ATTEMPT, Role};
use crate::dependency::Dependency;
use crate::measure::{BreakerChange, Measures};
use crate::trace::{Endpoint, Entry, Trace, What};
use fusebox::time::Instant;
use fusebox::{
    Call, Context, Decision, End, Explain, Input, Outcome, Record, Repeat, Request, Step,
    Transition,
};

/// Files the records of a pipeline under their call.
struct Ear<'a> {
    trace: &'a mut Trace,
    measures: &'a mut Measures,
    call: u64,
    on: Option<Dependency>,
    /// The dependencies that share the breaker, if they do; its changes are those of each.
    around: &'a [Dependency],
}

impl Ear<'_> {
    #[cold]
    fn transition(&mut self, at: Instant, on: Option<Dependency>, transition: Transition) {
        self.measures.breaker_changed(BreakerChange { at, on, transition });
        let what = What::Decided(Decision::Transition(transition));
        self.trace.add(Entry { at, call: Some(self.call), on, what });
    }
}

impl Explain for Ear<'_> {
    fn record(&mut self, record: Record) {
        let Record { at, decision } = record;
        self.measures.counters.decision(self.on, &decision);
        if let Decision::Transition(transition) = decision {
            if self.around.is_empty() {
                self.transition(at, self.on, transition);
            }
            for &on in self.around {
                self.transition(at, Some(on), transition);
            }
            return;
        }
        let what = What::Decided(decision);
        self.trace.add(Entry { at, call: Some(self.call), on: self.on, what });
    }
}

/// What the state machine of a call is told.
enum Told {
    Request(Request),
    Input(Input),
}

impl World {
    #[inline(never)]
    pub(super) fn enter_pipeline(&mut self, key: CallKey) {
        let Some(call) = self.calls.get(key) else { return };
        let request = Request {
            id: key.to_word(),
            repeat: self.repeat(call.from.endpoint),
            cached_at: self.cached_at(call),
            deadline: Instant::MAX,
        };
        self.drive(key, Told::Request(request));
    }

    pub(super) fn tell(&mut self, key: CallKey, input: Input) {
        self.drive(key, Told::Input(input));
    }

    /// A read may be made twice, and so may a write with a key, or one that is retried without a
    /// key.
    fn repeat(&self, endpoint: Endpoint) -> Repeat {
        let writes = self.service.as_ref().map(|service| service.config.writes);
        match (endpoint, writes) {
            (Endpoint::Mutation, Some(writes))
                if !writes.idempotency_keys && !writes.retry_without_key =>
            {
                Repeat::Unsafe
            }
            _ => Repeat::Safe,
        }
    }

    /// Starts or advances a call's state machine in its pipeline, and then takes the step that it
    /// returns.
    fn drive(&mut self, key: CallKey, told: Told) {
        let Some((call, machine)) = self.calls.with_machine(key) else { return };
        let on = call.on();
        let pipeline = match on {
            None => &mut self.pipelines[call.from.pipeline as usize],
            Some(on) => &mut self.sites[on].pipeline,
        };
        let mut shared = self.shared_breaker.as_deref_mut().filter(|_| on.is_some());
        if let Some(shared) = &mut shared {
            shared.swap(pipeline);
        }
        let around = shared.as_ref().map_or(&[][..], |shared| &shared.around);
        let (trace, measures) = (&mut self.trace, &mut self.measures);
        let mut ear = Ear { trace, measures, call: call.from.id, on, around };
        let mut cx = Context { now: self.now, rng: &mut call.rng, explain: &mut ear };
        let step = match (told, machine) {
            (Told::Request(request), machine) => pipeline.start_in(machine, request, &mut cx),
            (Told::Input(input), Some(machine)) => pipeline.advance(machine, input, &mut cx),
            (Told::Input(_), None) => Step::Unchanged,
        };
        if let Some(shared) = shared {
            shared.swap(pipeline);
        }
        while let Some(grant) = pipeline.poll_grant() {
            self.grants.push_back(grant);
            self.unsettled = true;
        }
        self.follow(key, step);
    }

    fn follow(&mut self, key: CallKey, step: Step) {
        let Some(call) = self.calls.get(key) else { return };
        let has_more = call.attempt != NO_ATTEMPT || call.hedge.is_some();
        if has_more && !matches!(step, Step::Unchanged | Step::Hedge(_)) {
            // An attempt that was ended by its caller, or by the winner of a race, is no failure of
            // the dependency.
            let is_failure = !matches!(step, Step::Done(End::HungUp | End::Success));
            self.leave_exchange(key, is_failure);
            self.end_hedges(key, is_failure);
        }
        let Some(call) = self.calls.get_mut(key) else { return };
        match step {
            Step::Attempt(number) => {
                call.attempts += 1;
                call.attempt_at = self.now;
                call.attempt = call.attempts;
                call.attempt_here = number;
                self.send_attempt(key);
            }
            Step::Hedge(number) => self.send_hedge(key, number),
            Step::Backoff | Step::Queue => call.attempt = NO_ATTEMPT,
            Step::Unchanged => {}
            Step::Done(end) => {
                call.attempt = NO_ATTEMPT;
                let (id, on, role) = (call.from.id, call.on(), call.role);
                self.file(Some(id), on, What::Finished(end));
                match role {
                    Role::Client { .. } => self.finish_call(key, end),
                    Role::Request { .. } => self.finish_step(key, end),
                    Role::Job { .. } => self.finish_job(key, end),
                    Role::Hedge { .. } => {}
                }
                return;
            }
        }
        self.schedule_wake(key);
    }

    /// Sends an attempt to the service or to a dependency.
    fn send_attempt(&mut self, key: CallKey) {
        match self.calls.get(key).map(|call| call.role.is_client()) {
            Some(true) => self.send_request(key),
            Some(false) => self.connect(key),
            None => {}
        }
    }

    #[inline(never)]
    fn send_hedge(&mut self, key: CallKey, number: u32) {
        let Some(call) = self.calls.get_mut(key) else { return };
        call.attempts += 1;
        let role = Role::Hedge { of: key, on: call.on(), step: call.step() };
        let mut hedge = CallState::new(call.from, role, call.stream_key, call.rng.clone());
        (hedge.attempt, hedge.attempts) = (call.attempts, call.attempts);
        (hedge.attempt_here, hedge.attempt_at) = (number, self.now);
        hedge.hedge = call.hedge;
        if let Some(operation) = hedge.from.operation {
            self.ledger.hold(operation);
        }
        let hedge = self.calls.insert(hedge);
        if let Some(call) = self.calls.get_mut(key) {
            call.hedge = Some(hedge);
        }
        self.send_attempt(hedge);
    }

    /// Abandons the hedges of a call.
    fn end_hedges(&mut self, key: CallKey, is_failure: bool) {
        let mut next = self.calls.get_mut(key).and_then(|call| call.hedge.take());
        while let Some(hedge) = next {
            self.leave_exchange(hedge, is_failure);
            next = self.calls.get(hedge).and_then(|call| call.hedge);
            self.remove_call(hedge);
        }
    }

    /// Ends an attempt, and reports that to the state machine of its call.
    pub(super) fn attempt_over(&mut self, key: CallKey, outcome: Outcome) {
        let Some(call) = self.calls.get(key) else { return };
        let (input, before) = (Input::Ended(call.attempt_here, outcome), call.hedge);
        let Role::Hedge { of, .. } = call.role else { return self.tell(key, input) };
        self.remove_call(key);
        let mut holder = of;
        while let Some(call) = self.calls.get_mut(holder) {
            match call.hedge {
                Some(next) if next == key => {
                    call.hedge = before;
                    break;
                }
                Some(next) => holder = next,
                None => break,
            }
        }
        self.tell(of, input);
    }

    /// The call of an attempt: the call itself, or for a hedge, the call that it hedges.
    pub(super) fn call_of(&mut self, key: CallKey) -> Option<&mut CallState> {
        let of = match self.calls.get(key)?.role {
            Role::Hedge { of, .. } => of,
            _ => key,
        };
        self.calls.get_mut(of)
    }

    fn schedule_wake(&mut self, key: CallKey) {
        let Some((call, machine)) = self.calls.with_machine(key) else { return };
        // A timer that came due while the service hung fires now.
        let wake_at = call.timer(machine.as_ref()).max(self.now);
        // A timer that is set for an earlier moment checks again when it fires.
        if wake_at < call.wake_at {
            if call.wake_at != Instant::MAX {
                self.schedule.note_stale();
            }
            call.wake_at = wake_at;
            call.wake = call.wake.wrapping_add(1);
            self.schedule.at(wake_at, Event::Wake(key, call.wake));
        }
    }

    pub(super) fn wake(&mut self, key: CallKey, number: u32) {
        let Some(call) = self.calls.get_mut(key) else { return };
        if call.wake != number || call.wake_at == Instant::MAX {
            return;
        }
        call.wake_at = Instant::MAX;
        if let Role::Client { gives_up_at, .. } = call.role
            && gives_up_at <= self.now
        {
            self.give_up(key);
        } else {
            self.tell(key, Input::Timer);
        }
    }

    /// Removes a call from the world.
    pub(super) fn remove_call(&mut self, key: CallKey) {
        let Some(call) = self.calls.get(key) else { return };
        if call.wake_at != Instant::MAX {
            self.schedule.note_stale();
        }
        if let Some(operation) = call.from.operation {
            self.ledger.release(operation);
        }
        self.calls.remove(key);
    }
}

impl CallState {
    /// The dependency whose pipeline it is in; none for a client's own.
    pub(super) const fn on(&self) -> Option<Dependency> {
        match self.role {
            Role::Client { .. } => None,
            Role::Request { on, .. } => Some(on),
            Role::Job { .. } => Some(Dependency::Postgres),
            Role::Hedge { on, .. } => on,
        }
    }

    /// The number of the step of its endpoint.
    const fn step(&self) -> u8 {
        match self.role {
            Role::Request { step, .. } | Role::Hedge { step, .. } => step,
            Role::Client { .. } | Role::Job { .. } => 0,
        }
    }

    /// When its timer is due, unless something happens before.
    fn timer(&self, machine: Option<&Call>) -> Instant {
        let machine = machine.map_or(Instant::MAX, Call::wake_at);
        match self.role {
            Role::Client { gives_up_at, .. } => machine.min(gives_up_at),
            Role::Request { .. } | Role::Job { .. } | Role::Hedge { .. } => machine,
        }
    }

    /// Whether its attempt is a retry of the client's call.
    pub(super) const fn is_retry(&self) -> bool {
        let parent = match self.role {
            Role::Request { parent, .. } => parent.number,
            Role::Client { .. } | Role::Job { .. } | Role::Hedge { .. } => 1,
        };
        parent > 1 || self.attempt_here > 1
    }

    /// The key of a message's random streams: the call, the attempt, and which message of which
    /// step it is.
    pub(super) fn message_key(&self, message: u64) -> u64 {
        let on = self.on().map_or(0, |on| 1 + on as u64);
        let place = on << 32 | message << 40 | u64::from(self.step()) << 56;
        fusebox::rng::mix(self.stream_key) ^ (u64::from(self.attempt_here) | place)
    }
}

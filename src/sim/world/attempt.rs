//! The ways between a call's machine and the database: attempts, answers and timers.

use super::{Event, NO_ATTEMPT, World};
use crate::engine::{
    Call, Context, End, Explain, Failure, Input, Outcome, Pipeline, Record, Repeat, Request, Step,
};
use crate::rng::mix;
use crate::sim::calls::CallKey;
use crate::sim::database::{Arrival, Finished, Query, Started};
use crate::sim::fault::Fault;
use crate::sim::measure::Counters;
use crate::sim::trace::{Entry, Reply, Trace, What};
use crate::time::{Duration, Instant};

/// One try of a call at the database.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Attempt {
    call: CallKey,
    number: u32,
}

/// The ear of a pipeline: it files the records under their call.
struct Ear<'a> {
    trace: &'a mut Trace,
    counters: &'a mut Counters,
    call: u64,
}

impl Explain for Ear<'_> {
    fn record(&mut self, record: Record) {
        self.counters.decision(&record.decision);
        let what = What::Decided(record.decision);
        self.trace.add(Entry { at: record.at, call: Some(self.call), what });
    }
}

impl World {
    pub(super) fn enter_pipeline(&mut self, key: CallKey) {
        let cached_at = self.service.as_ref().and_then(|service| service.cached_at);
        self.drive(key, |pipeline, machine, cx| {
            let request = Request {
                id: key.to_id(),
                repeat: Repeat::Safe,
                cached_at,
                deadline: Instant::MAX,
            };
            let (started, step) = pipeline.start(request, cx);
            *machine = Some(started);
            step
        });
    }

    fn tell(&mut self, key: CallKey, input: Input) {
        self.drive(key, |pipeline, machine, cx| match machine {
            Some(machine) => pipeline.advance(machine, input, cx),
            None => Step::Unchanged,
        });
    }

    /// Does something with a call's machine in its pipeline, and then what the machine says.
    fn drive(
        &mut self,
        key: CallKey,
        act: impl FnOnce(&mut Pipeline, &mut Option<Call>, &mut Context<'_, Ear<'_>>) -> Step,
    ) {
        let Some(call) = self.calls.get_mut(key) else { return };
        let own = self.clients[call.client as usize].pipeline.as_mut();
        let shared = self.service.as_mut().map(|service| &mut service.pipeline);
        let Some(pipeline) = shared.or(own) else { return };
        let mut ear =
            Ear { trace: &mut self.trace, counters: &mut self.measures.counters, call: call.id };
        let mut cx = Context { now: self.now, rng: &mut call.rng, explain: &mut ear };
        let step = act(pipeline, &mut call.machine, &mut cx);
        self.grants.extend(std::iter::from_fn(|| pipeline.poll_grant()));
        self.follow(key, step);
    }

    fn follow(&mut self, key: CallKey, step: Step) {
        let network = self.network_to_database();
        let Some(call) = self.calls.get_mut(key) else { return };
        match step {
            Step::Attempt(number) => {
                call.attempt = number;
                let query = Query {
                    whom: Attempt { call: key, number },
                    key: mix(call.tape_key) ^ u64::from(number),
                };
                self.schedule.at(self.now + network, Event::ReachDatabase(query));
            }
            Step::Backoff | Step::Queue => call.attempt = NO_ATTEMPT,
            Step::Unchanged => {}
            Step::Done(end) => {
                call.attempt = NO_ATTEMPT;
                call.machine = None;
                self.finish_call(key, end);
            }
        }
        self.schedule_wake(key);
    }

    fn finish_call(&mut self, key: CallKey, end: End) {
        let Some(call) = self.calls.get_mut(key) else { return };
        let id = call.id;
        self.file(Some(id), What::Finished(end));
        if let (End::Success, Some(service)) = (end, &mut self.service) {
            service.cached_at = Some(self.now);
        }
        self.reply(key, Reply::from(end));
    }

    fn schedule_wake(&mut self, key: CallKey) {
        let Some(call) = self.calls.get_mut(key) else { return };
        let wake_at = call.machine.as_ref().map_or(Instant::MAX, Call::wake_at);
        // A timer that is set for earlier will look again when it fires.
        if wake_at < call.wake_at {
            call.wake_at = wake_at;
            self.schedule.at(wake_at, Event::Wake(key));
        }
    }

    pub(super) fn wake(&mut self, key: CallKey) {
        let Some(call) = self.calls.get_mut(key) else { return };
        if call.wake_at == self.now {
            call.wake_at = Instant::MAX;
            self.tell(key, Input::Timer);
        }
    }

    /// Gives freed worker threads and freed slots to who waits for them.
    ///
    /// It is a loop because a call may end as soon as it begins, as may a whole queue of them.
    pub(super) fn settle(&mut self) {
        loop {
            if let Some(next) = self.next_in_queue() {
                self.work(next);
            } else if let Some((id, slot)) = self.grants.pop_front() {
                self.tell(CallKey::from_id(id), Input::Granted(slot));
            } else {
                return;
            }
        }
    }

    pub(super) fn reach_database(&mut self, query: Query<Attempt>) {
        let attempt = query.whom;
        let counters = &mut self.measures.counters;
        *if attempt.number == 1 { &mut counters.first_attempts } else { &mut counters.retries } +=
            1;
        match self.database.arrive(self.now, query) {
            Arrival::Refused => self.send_answer(attempt, Outcome::Failure(Failure::Connect)),
            Arrival::Full => self.send_answer(attempt, Outcome::Failure(Failure::status(503))),
            Arrival::Started(started) => {
                self.schedule_query_done(started);
                self.connected(attempt);
            }
            Arrival::Queued => self.connected(attempt),
        }
    }

    fn connected(&mut self, attempt: Attempt) {
        if let Some(call) = self.calls.get_mut(attempt.call)
            && call.attempt == attempt.number
            && let Some(machine) = &mut call.machine
        {
            machine.connected();
        }
    }

    fn schedule_query_done(&mut self, Started { slot, done_at }: Started) {
        let epoch = self.database.epoch();
        self.schedule.at(done_at, Event::QueryDone { slot, epoch });
    }

    pub(super) fn finish_query(&mut self, slot: u32) {
        let (finished, next) = self.database.finish(self.now, slot);
        if let Some(started) = next {
            self.schedule_query_done(started);
        }
        if let Some(Finished { query, succeeded }) = finished {
            let failed = Outcome::Failure(Failure::status(500));
            self.send_answer(query.whom, if succeeded { Outcome::Success } else { failed });
        }
    }

    fn send_answer(&mut self, attempt: Attempt, outcome: Outcome) {
        let arrives_at = self.now + self.network_to_database();
        self.schedule.at(arrives_at, Event::Answer(attempt, outcome));
    }

    pub(super) fn answer(&mut self, attempt: Attempt, outcome: Outcome) {
        let Some(call) = self.calls.get_mut(attempt.call) else { return };
        if call.attempt == attempt.number {
            let id = call.id;
            self.file(Some(id), What::Attempted(outcome));
            self.tell(attempt.call, Input::Ended(outcome));
        }
    }

    pub(super) fn set_fault(&mut self, fault: Option<Fault>) {
        if fault == Some(Fault::Down) {
            for attempt in self.database.crash() {
                self.send_answer(attempt, Outcome::Failure(Failure::ConnectionLost));
            }
        }
        for slot in self.database.set_fault(fault) {
            self.finish_query(slot);
        }
    }

    fn network_to_database(&self) -> Duration {
        let clients = self.scenario.clients.network;
        self.service.as_ref().map_or(clients, |service| service.config.network)
    }
}

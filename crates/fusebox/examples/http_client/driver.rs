//! Drives calls through a pipeline that threads share, with the clock of the machine.
//!
//! It knows nothing of HTTP: what an attempt is comes in as a closure, which blocks. The lock is held
//! for the decisions alone, never while anybody waits.

use crate::clock::Clock;
use fusebox::rng::Rng;
use fusebox::time::Instant;
use fusebox::{
    Call, Context, End, Input, Pipeline, Record, Repeat, Request, Slot, StateName, Step,
};
use std::sync::{Condvar, Mutex, MutexGuard};

/// A pipeline for the threads of a program.
pub(crate) struct Driver {
    clock: Clock,
    shared: Mutex<Shared>,
    /// Tells those in the queue of the bulkhead to look whether there is a slot for them.
    granted: Condvar,
}

/// What is behind the lock.
struct Shared {
    pipeline: Pipeline,
    rng: Rng,
    next_id: u64,
    /// Slots for calls whose threads have not taken them yet.
    slots: Vec<(u64, Slot)>,
}

/// How a call ended, and why.
pub(crate) struct Report {
    pub(crate) end: End,
    pub(crate) records: Vec<Record>,
}

impl Driver {
    pub(crate) fn new(clock: Clock, pipeline: Pipeline, seed: u64) -> Self {
        let rng = Rng::from_seed(seed);
        let shared = Shared { pipeline, rng, next_id: 0, slots: Vec::new() };
        Self { clock, shared: Mutex::new(shared), granted: Condvar::new() }
    }

    pub(crate) const fn clock(&self) -> &Clock {
        &self.clock
    }

    /// What the breaker of the pipeline is doing, if it has one.
    pub(crate) fn breaker(&self) -> Option<StateName> {
        self.lock().pipeline.breaker().map(|breaker| breaker.state().name())
    }

    /// Makes a call, and returns when it has ended.
    ///
    /// An attempt is over by [`Call::wake_at`]: it gives [`Input::Ended`] before, and
    /// [`Input::Timer`] then.
    pub(crate) fn call(
        &self,
        cached_at: Option<Instant>,
        mut attempt: impl FnMut(&mut Call) -> Input,
    ) -> Report {
        let mut records = Vec::new();
        let (mut call, mut step) = self.start(cached_at, &mut records);
        loop {
            let input = match step {
                Step::Attempt(_) => attempt(&mut call),
                Step::Queue => self.wait_for_slot(&call),
                // The pipeline of this client has no hedge layer: an attempt blocks its thread, and a
                // second one beside it would need another.
                Step::Hedge(_) | Step::Backoff | Step::Unchanged => Input::Timer,
                Step::Done(end) => return Report { end, records },
            };
            if matches!(input, Input::Timer) {
                // Not a moment early, so that the timer finds something to do.
                self.clock.sleep_until(call.wake_at());
            }
            step = self.advance(&mut call, input, &mut records);
        }
    }

    fn start(&self, cached_at: Option<Instant>, records: &mut Vec<Record>) -> (Call, Step) {
        let mut shared = self.lock();
        shared.next_id += 1;
        let request = Request { cached_at, ..Request::new(shared.next_id, Repeat::Safe) };
        let (pipeline, mut cx) = shared.parts(&self.clock, records);
        let started = pipeline.start(request, &mut cx);
        self.hand_out_slots(&mut shared);
        started
    }

    fn advance(&self, call: &mut Call, input: Input, records: &mut Vec<Record>) -> Step {
        let mut shared = self.lock();
        // A slot may have come between the end of the wait and here; it must not be left lying.
        let input = shared.take_slot(call).map_or(input, Input::Granted);
        let (pipeline, mut cx) = shared.parts(&self.clock, records);
        let step = pipeline.advance(call, input, &mut cx);
        self.hand_out_slots(&mut shared);
        step
    }

    /// Waits until there is a slot for the call, or until its time is up.
    fn wait_for_slot(&self, call: &Call) -> Input {
        let mut shared = self.lock();
        loop {
            if let Some(slot) = shared.take_slot(call) {
                return Input::Granted(slot);
            }
            let Some(left) = self.clock.left(call.wake_at()) else { return Input::Timer };
            shared = self.granted.wait_timeout(shared, left).expect(UNPOISONED).0;
        }
    }

    fn hand_out_slots(&self, shared: &mut Shared) {
        while let Some((id, slot)) = shared.pipeline.poll_grant() {
            shared.slots.push((id, slot));
            self.granted.notify_all();
        }
    }

    fn lock(&self) -> MutexGuard<'_, Shared> {
        self.shared.lock().expect(UNPOISONED)
    }
}

const UNPOISONED: &str = "nothing panics under the lock";

impl Shared {
    fn take_slot(&mut self, call: &Call) -> Option<Slot> {
        let place = self.slots.iter().position(|&(id, _)| id == call.request().id)?;
        Some(self.slots.swap_remove(place).1)
    }

    fn parts<'a>(
        &'a mut self,
        clock: &Clock,
        records: &'a mut Vec<Record>,
    ) -> (&'a mut Pipeline, Context<'a, Vec<Record>>) {
        // The clock is read under the lock, so that decisions come in the order of their times.
        let cx = Context { now: clock.now(), rng: &mut self.rng, explain: records };
        (&mut self.pipeline, cx)
    }
}

//! The layers together: a call is a state machine that goes in through them and out again.

mod steps;

use crate::breaker::CircuitBreaker;
use crate::bulkhead::{Admission, Bulkhead, Slot, Waiter};
use crate::call::{Call, Context, End, Input, Phase, Request, Step};
use crate::class::Verdict;
use crate::classify::Classifier;
use crate::config::{ConfigError, require};
use crate::explain::{Decision, Explain, NoHedge};
use crate::hedge::{Hedge, HedgeStep};
use crate::layer::{Layer, LayerConfig, LayerKind, Policy};
use crate::outcome::{Failure, Outcome, Rejection};
use crate::rate_limit::RateLimit;
use crate::retry::{Repeat, Retry};
use crate::throttle::Throttle;
use crate::time::Instant;
use crate::timeout::{TimeLimit, TimeoutConfig};
use alloc::format;
use alloc::vec::Vec;
use steps::{count_call, end_attempt, explain_transition, send_hedge};

/// The layers around a dependency, each of which can be switched off and on again.
///
/// When a layer is switched, the calls in flight keep what they hold, and give it back.
///
/// ```text
///   start ──▶ bulkhead ──▶ fallback ──▶ breaker ──▶ retry ──▶ timeout ──▶ attempt
///   End   ◀──    release ◀── answer ◀── report ◀── again? ◀── disarm ◀──  outcome
/// ```
///
/// A [`Pipeline`] holds what calls share (the breaker, the slots, the budget); a [`Call`] holds its
/// own state. Neither waits nor reads a clock: a [`Step`] says what the call waits for, and
/// [`Pipeline::advance`] tells it what happened. The contract for the code that drives it:
///
/// 1. [`Pipeline::start`] gives a call and its first step.
/// 2. On [`Step::Attempt`], make an attempt; report its connection with [`Call::connected`], and
///    its end with [`Input::Ended`]. On [`Step::Hedge`], which only a pipeline with a hedge layer
///    gives, make one more attempt beside it and report its end in the same way.
/// 3. When [`Call::wake_at`] has come, pass [`Input::Timer`].
/// 4. Any step other than [`Step::Unchanged`] and [`Step::Hedge`] ends all attempts in flight:
///    cancel them, since their answers are no longer used.
/// 5. After every call of `start`, `advance`, `reconfigure` or `set_slots`, deliver
///    [`Pipeline::poll_grant`] until it is empty.
/// 6. [`Step::Done`] comes exactly once, and by then the call has given back everything it took.
#[derive(Clone, Debug)]
pub struct Pipeline {
    /// Innermost first.
    layers: Vec<Layer>,
    /// The position of the bulkhead among them, which is needed after every step of every call.
    bulkhead: Option<usize>,
    classifier: Classifier,
}

impl Pipeline {
    /// A pipeline of these layers, innermost first; with none, a call is a bare attempt.
    ///
    /// The seed is for the randomness of the pipeline itself, see [`CircuitBreaker::new`].
    ///
    /// # Errors
    /// When a setting is outside its range, or a kind of layer is there twice.
    pub fn new(configs: &[LayerConfig], seed: u64) -> Result<Self, ConfigError> {
        for (n, config) in configs.iter().enumerate() {
            let kind = config.kind();
            let once = configs[..n].iter().all(|other| other.kind() != kind);
            require(once, "pipeline.layers", format!("{kind:?} twice"), "each kind once")?;
        }
        let layers = configs.iter().map(|&it| Layer::new(it, seed)).collect::<Result<_, _>>()?;
        let bulkhead = configs.iter().position(|config| config.kind() == LayerKind::Bulkhead);
        Ok(Self { layers, bulkhead, classifier: Classifier::default() })
    }

    /// Sets what answers mean to all layers, from now on.
    pub fn set_classifier(&mut self, classifier: Classifier) {
        self.classifier = classifier;
    }

    /// Switches the layer of this kind on or off, if there is one; a layer that is off lets
    /// everything through.
    ///
    /// A breaker that is switched on begins anew in the mode that was set: what it had seen before
    /// it was switched off is out of date.
    pub fn switch(&mut self, now: Instant, kind: LayerKind, on: bool) {
        let Some(layer) = self.layers.iter_mut().find(|layer| layer.kind == kind) else { return };
        if let (Policy::Breaker(breaker), false, true) = (&mut layer.policy, layer.on, on) {
            breaker.begin_anew(now);
        }
        layer.on = on;
    }

    /// Changes the settings of the layer of this kind, if there is one, from now on.
    ///
    /// The layer keeps its state as far as the new settings allow: a breaker its state and its window,
    /// a budget its recent calls, a bulkhead its calls and its queue. Calls in flight keep what they
    /// hold, and the limits of time that they began with; a retry is decided by the new settings.
    /// Afterwards, deliver [`Pipeline::poll_grant`] until it is empty.
    ///
    /// # Errors
    /// When a setting is outside its range; then nothing has changed.
    pub fn reconfigure(&mut self, now: Instant, config: LayerConfig) -> Result<(), ConfigError> {
        let layer = self.layers.iter_mut().find(|layer| layer.kind == config.kind());
        layer.map_or(Ok(()), |layer| layer.reconfigure(now, config))
    }

    /// Forgets what all layers have seen, as when a process restarts: the breaker is closed, every
    /// slot free and the budget full. What is on or off stays so.
    ///
    /// The calls in flight are gone too; do not advance any of them after this.
    pub fn forget(&mut self, now: Instant) {
        self.layers.iter_mut().for_each(|layer| layer.forget(now));
    }

    /// Whether there is a layer of this kind and it is on.
    #[must_use]
    pub fn is_on(&self, kind: LayerKind) -> bool {
        self.layers.iter().any(|layer| layer.kind == kind && layer.on)
    }

    /// The position of the layer of this kind, or the innermost position if there is none.
    fn place_of(&self, kind: LayerKind) -> usize {
        self.layers.iter().position(|layer| layer.kind == kind).unwrap_or(0)
    }

    fn find<T>(&self, of: impl Fn(&Policy) -> Option<&T>) -> Option<&T> {
        self.layers.iter().find_map(|layer| of(&layer.policy))
    }

    /// The breaker, if there is one.
    #[must_use]
    pub fn breaker(&self) -> Option<&CircuitBreaker> {
        self.find(|policy| if let Policy::Breaker(it) = policy { Some(&**it) } else { None })
    }

    /// The breaker, if there is one, for an operator to control it.
    pub fn breaker_mut(&mut self) -> Option<&mut CircuitBreaker> {
        self.layers.iter_mut().find_map(|layer| match &mut layer.policy {
            Policy::Breaker(breaker) => Some(&mut **breaker),
            _ => None,
        })
    }

    /// The retry policy, if there is one.
    #[must_use]
    pub fn retry(&self) -> Option<&Retry> {
        self.find(|policy| if let Policy::Retry(it) = policy { Some(it) } else { None })
    }

    /// The bulkhead, if there is one.
    #[must_use]
    pub fn bulkhead(&self) -> Option<&Bulkhead> {
        self.find(|policy| if let Policy::Bulkhead(it) = policy { Some(it) } else { None })
    }

    /// The throttle, if there is one.
    #[must_use]
    pub fn throttle(&self) -> Option<&Throttle> {
        self.find(|policy| if let Policy::Throttle(it) = policy { Some(it) } else { None })
    }

    /// The rate limiter, if there is one.
    #[must_use]
    pub fn rate_limiter(&self) -> Option<&RateLimit> {
        self.find(|policy| if let Policy::RateLimiter(it) = policy { Some(it) } else { None })
    }

    /// The hedging policy, if a hedge layer is on.
    fn hedge_mut(&mut self) -> Option<&mut Hedge> {
        self.layers.iter_mut().find_map(|layer| match &mut layer.policy {
            Policy::Hedge(hedge) if layer.on => Some(hedge),
            _ => None,
        })
    }

    fn timeout(&self) -> Option<TimeoutConfig> {
        self.layers.iter().find_map(|layer| match layer.policy {
            Policy::Timeout(timeout) if layer.on => Some(timeout),
            _ => None,
        })
    }

    /// A new call and its first step.
    pub fn start<X: Explain>(&mut self, request: Request, cx: &mut Context<'_, X>) -> (Call, Step) {
        let mut call = self.call(request, cx.now);
        let step = self.begin(&mut call, cx);
        (call, step)
    }

    /// Puts a new call where the caller keeps it, and gives its first step. [`Self::start`] has to
    /// move the call, which is some 200 bytes long.
    pub fn start_in<X: Explain>(
        &mut self,
        place: &mut Option<Call>,
        request: Request,
        cx: &mut Context<'_, X>,
    ) -> Step {
        let call = place.insert(self.call(request, cx.now));
        self.begin(call, cx)
    }

    fn call(&self, request: Request, now: Instant) -> Call {
        let limit = self.timeout().map_or(Instant::MAX, |timeout| now + timeout.call);
        Call::new(request, now, limit.min(request.deadline))
    }

    fn begin<X: Explain>(&mut self, call: &mut Call, cx: &mut Context<'_, X>) -> Step {
        if cx.now < call.request.deadline {
            self.enter(call, self.layers.len(), cx)
        } else {
            // The call takes nothing from any layer, and a fallback may still answer it.
            cx.record(Decision::Rejected(Rejection::DeadlinePassed));
            self.leave(call, 0, 0, End::Rejection(Rejection::DeadlinePassed), cx)
        }
    }

    /// Tells a call what happened, and gives its next step.
    pub fn advance<X: Explain>(
        &mut self,
        call: &mut Call,
        input: Input,
        cx: &mut Context<'_, X>,
    ) -> Step {
        match (input, call.phase) {
            (Input::Ended(number, outcome), Phase::Attempt { .. }) => {
                self.attempt_ended(call, number, outcome, cx)
            }
            (Input::Granted(slot), phase @ Phase::Queue { .. }) => {
                if cx.now < call.deadline.min(call.respond_by) {
                    call.slot = Some(slot);
                    return self.enter(call, self.place_of(LayerKind::Bulkhead), cx);
                }
                // The slot was granted after the call's time was over, and before its timer said
                // so.
                self.release(slot);
                self.on_timer(call, phase, cx)
            }
            (Input::Granted(slot), _) => {
                self.release(slot);
                Step::Unchanged
            }
            (Input::HungUp, phase) if phase != Phase::Done => {
                self.abandon(call, self.layers.len(), End::HungUp, cx)
            }
            (Input::Timer, phase) => self.on_timer(call, phase, cx),
            _ => Step::Unchanged,
        }
    }

    fn attempt_ended<X: Explain>(
        &mut self,
        call: &mut Call,
        number: u32,
        outcome: Outcome,
        cx: &mut Context<'_, X>,
    ) -> Step {
        let outcome = self.classifier.classify(outcome);
        let Some(race) = &mut call.race else {
            return if number == call.attempts {
                self.leave(call, 0, 0, End::of(outcome), cx)
            } else {
                Step::Unchanged
            };
        };
        let step = race.ended(cx.now, number, outcome);
        self.follow_race(call, step, cx)
    }

    fn follow_race<X: Explain>(
        &mut self,
        call: &mut Call,
        step: HedgeStep,
        cx: &mut Context<'_, X>,
    ) -> Step {
        let number = match step {
            HedgeStep::Done { outcome, .. } => {
                return self.leave(call, 0, 0, End::of(outcome), cx);
            }
            HedgeStep::Unchanged => return Step::Unchanged,
            HedgeStep::Send(number) => number,
        };
        let why = if self.retry().is_some_and(|retry| retry.is_paused(cx.now)) {
            NoHedge::Paused
        } else if self.hedge_mut().is_none_or(Hedge::try_hedge) {
            return send_hedge(call, number, cx);
        } else {
            NoHedge::BudgetSpent
        };
        cx.record(Decision::NotHedged(why));
        // The race asks for no further hedge.
        let step = call.race.as_mut().map(|race| race.rejected(number));
        self.follow_race(call, step.unwrap_or(HedgeStep::Unchanged), cx)
    }

    /// The next queued call for which there is a free slot, with the slot to pass to it.
    pub fn poll_grant(&mut self) -> Option<(u64, Slot)> {
        let (Waiter(id), slot) = self.bulkhead_mut()?.poll_grant()?;
        Some((id, slot))
    }

    /// Changes the number of slots of the bulkhead, if there is one, to 0 to 1,000,000; see
    /// [`Bulkhead::set_slots`]. After an increase, [`Pipeline::poll_grant`] gives the new slots to
    /// queued calls.
    ///
    /// # Errors
    /// When the number is outside that range; then nothing has changed.
    pub fn set_slots(&mut self, slots: u32) -> Result<(), ConfigError> {
        self.bulkhead_mut().map_or(Ok(()), |bulkhead| bulkhead.set_slots(slots))
    }

    fn bulkhead_mut(&mut self) -> Option<&mut Bulkhead> {
        match &mut self.layers.get_mut(self.bulkhead?)?.policy {
            Policy::Bulkhead(bulkhead) => Some(bulkhead),
            _ => None,
        }
    }

    fn on_timer<X: Explain>(
        &mut self,
        call: &mut Call,
        phase: Phase,
        cx: &mut Context<'_, X>,
    ) -> Step {
        let timed_out = |limit, since| Decision::TimedOut { limit, after: cx.now.since(since) };
        let end = match phase {
            // Time that ran out in our own queue says nothing about the dependency.
            Phase::Queue { .. } => End::Rejection(Rejection::BulkheadWait),
            _ => End::Failure(Failure::Timeout),
        };
        if phase == Phase::Done || cx.now < call.wake_at() {
            Step::Unchanged
        } else if cx.now >= call.deadline {
            let own = call.deadline == call.request.deadline;
            let limit = if own { TimeLimit::Deadline } else { TimeLimit::Call };
            cx.record(timed_out(limit, call.started_at));
            self.abandon(call, self.layers.len(), end, cx)
        } else if cx.now >= call.respond_by {
            cx.record(timed_out(TimeLimit::Attempt, call.limited_at));
            // The layers inside the timeout have used up their time and may not try again.
            self.abandon(call, self.place_of(LayerKind::Timeout), end, cx)
        } else {
            // The limits of time are dealt with; what remains is what the phase of the call waits
            // for.
            match phase {
                Phase::Attempt { .. } if let Some(race) = &mut call.race => {
                    let step = race.timer(cx.now);
                    self.follow_race(call, step, cx)
                }
                Phase::Attempt { .. } => {
                    cx.record(timed_out(TimeLimit::Connect, call.sent_at));
                    self.leave(call, 0, 0, End::Failure(Failure::Connect), cx)
                }
                Phase::Backoff { .. } => {
                    let place = self.place_of(LayerKind::Retry);
                    if self.retry().is_some_and(|retry| retry.is_paused(cx.now)) {
                        self.pause(call, place, cx)
                    } else {
                        self.enter(call, place, cx)
                    }
                }
                Phase::Queue { .. } => self.abandon(call, 0, end, cx),
                Phase::Done => Step::Unchanged,
            }
        }
    }

    /// Goes inwards through the layers below `from`, and makes an attempt if all let the call
    /// through.
    fn enter<X: Explain>(&mut self, call: &mut Call, from: usize, cx: &mut Context<'_, X>) -> Step {
        for n in (0..from).rev() {
            let layer = &mut self.layers[n];
            if !layer.on {
                continue;
            }
            match &mut layer.policy {
                Policy::Timeout(timeout) => {
                    call.limited_at = cx.now;
                    call.respond_by = cx.now + timeout.attempt;
                }
                Policy::Retry(retry) => {
                    count_call(retry, call, cx.now);
                    if retry.is_paused(cx.now) {
                        return self.pause(call, n, cx);
                    }
                }
                Policy::Fallback(_) | Policy::Hedge(_) => {}
                Policy::RateLimiter(limit) => {
                    if let Err(rejection) = limit.try_acquire(cx.now, 1) {
                        return self.reject(call, n, rejection, cx);
                    }
                }
                Policy::Breaker(breaker) => {
                    match explain_transition(breaker, cx, |it, cx| it.try_acquire(cx.now)) {
                        Ok(permit) => call.permit = Some(permit),
                        Err(rejection) => return self.reject(call, n, rejection, cx),
                    }
                }
                Policy::Throttle(throttle) => match throttle.try_acquire(cx.now, cx.rng) {
                    Ok(permit) => call.throttle_permit = Some(permit),
                    Err(rejection) => return self.reject(call, n, rejection, cx),
                },
                Policy::Bulkhead(bulkhead) => {
                    match bulkhead.try_acquire(cx.now, Waiter(call.request.id)) {
                        Ok(Admission::Slot(slot)) => call.slot = Some(slot),
                        Ok(Admission::Queued { until, ahead }) => {
                            cx.record(Decision::Queued(ahead));
                            call.phase = Phase::Queue { until };
                            return Step::Queue;
                        }
                        Err(rejection) => return self.reject(call, n, rejection, cx),
                    }
                }
            }
        }
        call.attempts += 1;
        call.sent_at = cx.now;
        let hedge = self.hedge_mut().filter(|_| call.request.repeat == Repeat::Safe);
        call.race = hedge.map(|hedge| hedge.start_from(cx.now, call.attempts));
        // With hedging there is no limit on the connection: the next hedge makes up for a slow one.
        let connect_by = match (self.timeout(), &call.race) {
            (Some(timeout), None) => cx.now + timeout.connect,
            _ => Instant::MAX,
        };
        call.phase = Phase::Attempt { connect_by };
        cx.record(Decision::Sent(call.attempts));
        Step::Attempt(call.attempts)
    }

    /// Has a call wait for the end of the pause of the retry layer, which is at this place.
    #[inline(never)]
    fn pause<X: Explain>(
        &mut self,
        call: &mut Call,
        place: usize,
        cx: &mut Context<'_, X>,
    ) -> Step {
        let Some(retry) = self.retry() else { return Step::Unchanged };
        match retry.pause(cx.now, call.deadline.min(call.respond_by), cx.rng) {
            Ok(until) => {
                cx.record(Decision::Paused { delay: until.since(cx.now) });
                call.phase = Phase::Backoff { until };
                Step::Backoff
            }
            Err(rejection) => self.reject(call, place, rejection, cx),
        }
    }

    fn reject<X: Explain>(
        &mut self,
        call: &mut Call,
        layer: usize,
        rejection: Rejection,
        cx: &mut Context<'_, X>,
    ) -> Step {
        cx.record(Decision::Rejected(rejection));
        self.leave(call, layer, 0, End::Rejection(rejection), cx)
    }

    /// Goes outwards through the layers from `from` on with the end that the inside came to; a
    /// retry layer below `no_retry_below` may not try again.
    fn leave<X: Explain>(
        &mut self,
        call: &mut Call,
        from: usize,
        no_retry_below: usize,
        mut end: End,
        cx: &mut Context<'_, X>,
    ) -> Step {
        call.race = None;
        for n in from..self.layers.len() {
            let layer = &mut self.layers[n];
            match &mut layer.policy {
                Policy::Timeout(_) => call.respond_by = Instant::MAX,
                Policy::Retry(retry) => {
                    // A call that came in while the layer was off is counted on its way out, unless
                    // it was never sent.
                    if layer.on && call.attempts > 0 {
                        count_call(retry, call, cx.now);
                    }
                    let may_retry = layer.on && n >= no_retry_below;
                    if let Some(delay) = end_attempt(retry, call, end, may_retry, cx) {
                        call.phase = Phase::Backoff { until: cx.now + delay };
                        return Step::Backoff;
                    }
                }
                Policy::Breaker(breaker) => {
                    if let Some(permit) = call.permit.take() {
                        explain_transition(breaker, cx, |breaker, cx| {
                            let (began, trial, outcome) =
                                (permit.began(), permit.trial(), end.outcome());
                            let recorded = breaker.report(cx.now, permit, outcome);
                            cx.record(Decision::Reported { began, trial, outcome, recorded });
                        });
                    }
                }
                Policy::Throttle(throttle) => {
                    if let Some(permit) = call.throttle_permit.take() {
                        throttle.report(cx.now, permit, end.outcome());
                    }
                }
                Policy::Bulkhead(bulkhead) => {
                    if let Some(slot) = call.slot.take() {
                        bulkhead.release(slot);
                    }
                }
                Policy::Fallback(fallback) if layer.on => {
                    let (retry_after, rejected) = match end {
                        // A fallback does not answer a request that is itself at fault.
                        End::Failure(failure) if failure.class().verdict == Verdict::Neutral => {
                            continue;
                        }
                        End::Failure(failure) => (failure.retry_after(), false),
                        End::Rejection(rejection) => (rejection.retry_after(), true),
                        End::Success | End::Fallback { .. } | End::HungUp => continue,
                    };
                    let answer = fallback.answer(cx.now, call.request.cached_at, retry_after);
                    cx.record(Decision::Answered(answer));
                    end = End::Fallback { answer, rejected };
                }
                Policy::Fallback(_) | Policy::RateLimiter(_) | Policy::Hedge(_) => {}
            }
        }
        call.phase = Phase::Done;
        Step::Done(end)
    }

    fn release(&mut self, slot: Slot) {
        if let Some(bulkhead) = self.bulkhead_mut() {
            bulkhead.release(slot);
        }
    }

    /// Ends whatever the call waits for, and goes outwards from there.
    fn abandon<X: Explain>(
        &mut self,
        call: &mut Call,
        no_retry_below: usize,
        end: End,
        cx: &mut Context<'_, X>,
    ) -> Step {
        let from = match call.phase {
            Phase::Attempt { .. } | Phase::Done => 0,
            Phase::Backoff { .. } => self.place_of(LayerKind::Retry),
            Phase::Queue { .. } => {
                if let Some(bulkhead) = self.bulkhead_mut() {
                    bulkhead.leave_queue(Waiter(call.request.id));
                }
                if let End::Rejection(rejection) = end {
                    cx.record(Decision::Rejected(rejection));
                }
                self.place_of(LayerKind::Bulkhead)
            }
        };
        self.leave(call, from, no_retry_below, end, cx)
    }
}

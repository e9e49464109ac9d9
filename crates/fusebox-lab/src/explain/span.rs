//! The part of a call's explanation in one pipeline: its attempts, its waits, and what refused it.

use super::attempt::{Attempt, out_of_time};
use super::change::became;
use super::clauses::Tense::Past;
use super::clauses::{answer, behind, failure, layer};
use super::{Line, reasons, rules};
use crate::words::{length, sentence};
use fusebox::time::{Duration, Instant};
use fusebox::{
    Answer, Cause, Decision, Failure, GiveUp, LayerConfig, LayerKind, Outcome, Rejection,
    RetryConfig, StateName, Transition,
};
use fusebox_sim::{Dependency, Scenario};

/// Where a span leads, and through which layers.
#[derive(Clone, Copy, Debug)]
pub(super) struct Way<'a> {
    /// The dependency that attempts go to.
    pub(super) to: Dependency,
    /// Whose layers they pass: those around a dependency, or the client's own.
    pub(super) on: Option<Dependency>,
    pub(super) layers: &'a [LayerConfig],
    /// Whether it is a job that comes this way.
    pub(super) is_job: bool,
    /// Whether it is a write that goes this way.
    pub(super) is_write: bool,
    /// Whether another request of the same call may be on this way too.
    pub(super) is_shared: bool,
}

/// What is known of a call in one pipeline.
#[derive(Clone, Debug, Default)]
pub(super) struct Span {
    /// The attempt under way.
    pub(super) open: Option<Attempt>,
    /// The attempt that the newest hedges stand beside.
    raced_from: u32,
    /// The number of the newest attempt; zero before the first.
    pub(super) attempts: u32,
    retries: u32,
    /// Since when it has waited for a slot.
    queued_at: Option<Instant>,
    /// Whether it is a trial of a half-open breaker.
    is_trial: bool,
    /// Whether it is known to be a job's.
    pub(super) is_job: bool,
}

impl Way<'_> {
    pub(super) fn retry(&self) -> Option<&RetryConfig> {
        self.layers.iter().find_map(|layer| match layer {
            LayerConfig::Retry(retry) => Some(retry),
            _ => None,
        })
    }

    fn name(&self, attempt: u32, is_job: bool) -> String {
        match (self.retry().is_some() || attempt > 1, is_job) {
            (true, true) => format!("attempt {attempt} of the job"),
            (true, false) => format!("attempt {attempt}"),
            (false, true) => "the job".to_owned(),
            (false, false) => "the request".to_owned(),
        }
    }
}

impl Span {
    /// Tells what a policy decided; `before` is the newest change of the breaker, and `since` the moment
    /// that was told of last.
    pub(super) fn decided(
        &mut self,
        way: Way<'_>,
        at: Instant,
        decision: &Decision,
        before: Option<Transition>,
        since: Instant,
    ) -> Vec<Line> {
        let line = |text: String| vec![Line::at(at, sentence(&text))];
        match *decision {
            Decision::Sent(number) => self.sent(way, at, number, since),
            Decision::Hedged(number) => self.hedged(way, at, number),
            Decision::Refused(rejection) => line(self.refused(way, at, rejection, before)),
            Decision::Transition(transition) => line(self.transition(way, &transition)),
            Decision::ShadowTrip(observation) => line(format!(
                "{} only observes; it would have opened here: {}",
                layer(LayerKind::Breaker, way.on),
                rules::cause(&observation.cause)
            )),
            Decision::Queued(ahead) => {
                self.queued_at = Some(at);
                let bulkhead = layer(LayerKind::Bulkhead, way.on);
                line(format!(
                    "all slots of {bulkhead} were taken, and the call waited {}",
                    behind(ahead)
                ))
            }
            Decision::TimedOut { limit, after } => match self.open.take() {
                Some(attempt) => vec![attempt.timed_out(limit, after)],
                None => line(out_of_time(limit, after)),
            },
            Decision::Retry { failure, delay } => line(self.wait(way, failure, delay)),
            Decision::GaveUp(reason) => {
                let mut text =
                    format!("it was not tried again: {}.", reasons::give_up(reason, Past));
                if let (GiveUp::BudgetEmpty(_), Some(budget)) =
                    (reason, way.retry().and_then(|retry| retry.budget))
                {
                    text = format!("{text} The budget allows {}.", rules::budget(&budget));
                }
                line(text)
            }
            Decision::Answered(Answer::Substitute) => {
                line(format!("{} turned to a substitute", layer(LayerKind::Fallback, way.on)))
            }
            Decision::Answered(of) => {
                line(format!("{} answered with {}", layer(LayerKind::Fallback, way.on), answer(of)))
            }
        }
    }

    /// Why nothing was sent, and since when that is so.
    fn refused(
        &mut self,
        way: Way<'_>,
        at: Instant,
        rejection: Rejection,
        before: Option<Transition>,
    ) -> String {
        let mut text = match self.attempts {
            attempts if attempts > 0 && !way.is_shared => {
                format!("{} was not sent", way.name(attempts + 1, self.is_job))
            }
            _ => format!("nothing was sent to {}", way.to.title()),
        };
        if let Some(queued_at) = self.queued_at.take() {
            text = format!("after {} in that queue {text}", length(at.since(queued_at)));
        }
        text = format!("{text}: {}.", reasons::refusal(rejection, way.on, Past));
        let is_of_state =
            matches!(rejection, Rejection::BreakerOpen { .. } | Rejection::TrialsTaken { .. });
        match before.filter(|_| is_of_state) {
            Some(Transition { at, from, to, cause }) => {
                format!("{text} It {} at {at}, when {}.", became(from, to), rules::cause(&cause))
            }
            None => text,
        }
    }

    fn sent(&mut self, way: Way<'_>, at: Instant, number: u32, since: Instant) -> Vec<Line> {
        let lines = self.close("was still under way when another one was sent");
        if number == 1 {
            self.is_job = way.is_job;
        }
        let mut begins = format!("{} went to {}", way.name(number, self.is_job), way.to.title());
        if let Some(queued_at) = self.queued_at.take() {
            begins = format!("{begins} after {} in that queue", length(at.since(queued_at)));
        } else if number == 1 && at > since {
            begins = format!("{begins} {} later", length(at.since(since)));
        }
        if std::mem::take(&mut self.is_trial) {
            begins = format!("{begins} as a trial of the half-open breaker");
        }
        self.attempts = number;
        self.raced_from = number;
        self.open = Some(Attempt::new(at, begins, way.is_write));
        lines
    }

    /// A further attempt beside those in flight; which of them ends first is not known.
    fn hedged(&mut self, way: Way<'_>, at: Instant, number: u32) -> Vec<Line> {
        let ending = format!("had no answer yet when attempt {number} was sent beside it");
        let lines = self.close(&ending);
        let begins = format!("of attempts {} to {number} in flight, one", self.raced_from);
        self.attempts = number;
        self.open = Some(Attempt::new(at, begins, way.is_write));
        lines
    }

    /// Ends the sentence about the attempt under way, where there is one.
    pub(super) fn close(&mut self, ending: &str) -> Vec<Line> {
        self.open.take().map(|attempt| attempt.left(ending)).into_iter().collect()
    }

    /// Says of the call that comes in that a half-open breaker lets it through as a trial.
    pub(super) const fn expect_trial(&mut self) {
        self.is_trial = self.attempts == 0;
    }

    fn transition(&mut self, way: Way<'_>, transition: &Transition) -> String {
        let breaker = layer(LayerKind::Breaker, way.on);
        let cause = rules::cause(&transition.cause);
        let did = became(transition.from, transition.to);
        match transition.to {
            StateName::HalfOpen => {
                let cause = match transition.cause {
                    Cause::CooldownOver { cooldown } => {
                        format!(
                            "this was the first call after the cooldown of {}",
                            length(cooldown)
                        )
                    }
                    _ => cause,
                };
                format!("{cause}, and {breaker} {did}")
            }
            _ if self.attempts == 0 => format!("{cause}, and {breaker} {did}"),
            _ => format!("with that, {cause}, and {breaker} {did}"),
        }
    }

    /// The wait before the next attempt, and where its length comes from.
    fn wait(&mut self, way: Way<'_>, of: Failure, delay: Duration) -> String {
        let retry = self.retries.max(self.attempts.saturating_sub(1));
        self.retries = retry + 1;
        if delay == Duration::ZERO {
            return format!("{} tried again at once", layer(LayerKind::Retry, way.on));
        }
        let config = way.retry().map(|retry| retry.backoff);
        let asked = of.retry_after().map(|asked| config.map_or(asked, |of| asked.min(of.cap)));
        let why = if asked == Some(delay) {
            Some("as long as the answer had asked for".to_owned())
        } else {
            config.and_then(|config| rules::wait(&config, retry))
        };
        let why = why.map_or_else(String::new, |why| format!(" ({why})"));
        format!("{} waited {}{why}", layer(LayerKind::Retry, way.on), length(delay))
    }

    /// Tells how an attempt ended.
    pub(super) fn attempted(&mut self, way: Way<'_>, at: Instant, outcome: Outcome) -> Line {
        match self.open.take() {
            Some(attempt) => attempt.ended(at, outcome),
            None => Line::at(at, sentence(&stray(way.to, outcome))),
        }
    }
}

/// The end of an attempt whose beginning is not known.
fn stray(to: Dependency, outcome: Outcome) -> String {
    let to = to.title();
    match outcome {
        Outcome::Success => format!("an attempt was answered by {to}"),
        Outcome::Failure(of) => format!("an attempt at {to} failed: {}", failure(of)),
        Outcome::Neutral => format!("an attempt at {to} ended, and nobody waited for it any more"),
    }
}

/// The layers of a client's own.
pub(super) fn client_layers(scenario: &Scenario, client: Option<u32>) -> &[LayerConfig] {
    let Some(client) = client else { return &[] };
    let mut first = 0;
    for group in &scenario.clients {
        first += group.count;
        if client < first {
            return &group.layers;
        }
    }
    &[]
}

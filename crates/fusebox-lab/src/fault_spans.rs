//! The faults of a run, past and to come: a plan says them all before the run has got there.

use crate::timeline::Plan;
use fusebox::time::Instant;
use fusebox_sim::{Action, Command, Fault, FaultKind, FaultSet, Target};

/// A stretch of time in which a target has the same faults.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FaultSpan {
    /// When it begins.
    pub from: Instant,
    /// When it ends; none if nothing in the plan ends it.
    pub to: Option<Instant>,
    /// The faults, in the order of [`FaultKind::ALL`].
    pub faults: Vec<Fault>,
}

/// The faults of the service or a dependency in a plan, in the order of time.
#[must_use]
pub fn fault_spans(plan: &Plan, on: impl Into<Target>) -> Vec<FaultSpan> {
    let on = on.into();
    let mut course = Course::default();
    for Action { at, command, .. } in plan.in_order().into_iter().filter(|it| it.on == on) {
        course.restart(at);
        course.apply(at, command);
    }
    course.restart(Instant::MAX);
    course.spans
}

/// The faults at a moment, and the spans so far; the last one may be open.
#[derive(Default)]
struct Course {
    faults: FaultSet,
    spans: Vec<FaultSpan>,
}

impl Course {
    fn apply(&mut self, at: Instant, command: Command) {
        match command {
            Command::Fault(fault) => drop(self.faults.set(at, fault)),
            Command::Heal(kind) => drop(self.faults.heal(kind)),
            Command::HealAll => self.faults = FaultSet::default(),
            Command::Layer(..) | Command::Set(_) => return,
        }
        self.change(at);
    }

    /// Ends a crash that is over by this moment.
    fn restart(&mut self, by: Instant) {
        if let Some(at) = self.faults.restart_at.filter(|&at| at <= by) {
            self.apply(at, Command::Heal(FaultKind::Down));
        }
    }

    /// Ends the open span, and begins one with the present faults.
    fn change(&mut self, at: Instant) {
        let faults: Vec<Fault> = self.faults.iter().collect();
        if let Some(open) = self.spans.pop_if(|span| span.to.is_none() && span.from < at) {
            let to = (open.faults != faults).then_some(at);
            self.spans.push(FaultSpan { to, ..open });
            if to.is_none() {
                return;
            }
        }
        self.spans.pop_if(|span| span.to.is_none());
        if !faults.is_empty() {
            self.spans.push(FaultSpan { from: at, to: None, faults });
        }
    }
}

//! What is done to a world from outside, and what comes of it.

use super::{Event, World};
use crate::action::{Action, Command};
use crate::dependency::Dependency;
use crate::fault::{Fault, FaultKind};
use crate::measure::BreakerChange;
use crate::target::Target;
use crate::trace::What;
use fusebox::time::Instant;
use fusebox::{CircuitBreaker, Decision, LayerKind};

/// When there was something wrong with the service or any dependency.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Trouble {
    /// Faults that are set now.
    active: u32,
    began: Option<Instant>,
    ended: Option<Instant>,
}

impl Trouble {
    pub(super) fn begins(&mut self, now: Instant) {
        self.active += 1;
        self.began.get_or_insert(now);
    }

    pub(super) fn ends(&mut self, now: Instant) {
        self.active -= 1;
        self.ended = Some(now);
    }
}

impl World {
    /// When the first fault was set; none where there has been none.
    #[must_use]
    pub const fn first_fault_at(&self) -> Option<Instant> {
        self.trouble.began
    }

    /// When the last fault was healed, or what crashed came back last; none where there has
    /// been no fault, and while there is one.
    #[must_use]
    pub const fn faults_ended_at(&self) -> Option<Instant> {
        if self.trouble.active == 0 { self.trouble.ended } else { None }
    }

    /// Does what a command says. To heal all is to heal each kind of fault that there is.
    pub(super) fn perform(&mut self, on: Target, command: Command) {
        if command == Command::HealAll {
            for kind in FaultKind::ALL {
                if self.faults(on).any(|fault| fault.kind() == kind) {
                    self.perform(on, Command::Heal(kind));
                    self.settle();
                }
            }
            return;
        }
        self.fingerprint.add(&Action { at: self.now, on, command });
        self.file(None, None, What::Done(on, command));
        match (on, command) {
            (Target::Dependency(on), Command::Fault(fault)) => self.fail(on, fault),
            (Target::Dependency(on), Command::Heal(kind)) => self.heal(on, kind),
            (Target::Dependency(on), Command::Layer(kind, enabled)) => {
                self.switch(on, kind, enabled);
            }
            (Target::Service, Command::Fault(fault)) => self.fail_service(fault),
            (Target::Service, Command::Heal(kind)) => self.heal_service(kind),
            (Target::Service, Command::Layer(..)) | (_, Command::HealAll) => {}
        }
    }

    /// Switches a layer; a breaker that is switched on begins closed, which is a change like any other.
    fn switch(&mut self, on: Dependency, kind: LayerKind, enabled: bool) {
        let pipeline = &mut self.sites[on].pipeline;
        let generation = pipeline.breaker().map(CircuitBreaker::generation);
        pipeline.switch(self.now, kind, enabled);
        let breaker = pipeline.breaker().filter(|breaker| Some(breaker.generation()) != generation);
        let transition = breaker.and_then(CircuitBreaker::last_transition);
        if let Some(transition) = transition.filter(|transition| transition.at == self.now) {
            self.measures.breaker_changed(BreakerChange { at: self.now, on: Some(on), transition });
            self.file(None, Some(on), What::Decided(Decision::Transition(transition)));
        }
    }

    fn fail(&mut self, on: Dependency, fault: Fault) {
        if !self.sites[on].server.is(fault.kind()) {
            self.trouble.begins(self.now);
        }
        let lost = self.sites[on].server.fail(self.now, fault);
        if fault.kind() == FaultKind::Down {
            self.sites[on].orphans = 0;
            self.sites[on].restart_at = None;
            if on == Dependency::Cache {
                // What it held is gone with it.
                self.sites.iter_mut().for_each(|(_, site)| site.cached.clear());
            }
        }
        if let Fault::Crash { restart_after } = fault {
            let at = self.now + restart_after;
            self.sites[on].restart_at = Some(at);
            self.schedule.at(at, Event::Restart(on));
        }
        for visit in lost {
            self.lose(on, visit);
        }
        // One that leaves more of its capacity than the one before makes room.
        self.begin_queued(on);
    }

    fn heal(&mut self, on: Dependency, kind: FaultKind) {
        let was = self.sites[on].server.is(kind);
        let done = self.sites[on].server.heal(self.now, kind);
        if was {
            self.trouble.ends(self.now);
        }
        if was && kind == FaultKind::Down {
            self.sites[on].restart_at = None;
            self.file(None, Some(on), What::Restarted);
        }
        for slot in done {
            self.finish_query(on, slot);
        }
        self.begin_queued(on);
    }

    /// A crashed server comes back, unless somebody healed it or had it fail otherwise before.
    pub(super) fn restart(&mut self, on: Dependency) {
        if self.sites[on].restart_at == Some(self.now) {
            self.heal(on, FaultKind::Down);
        }
    }
}

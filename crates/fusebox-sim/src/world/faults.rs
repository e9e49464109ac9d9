//! Commands on a world, and their effects.

use super::{Event, LOST, World};
use crate::action::{Action, Command};
use crate::dependency::Dependency;
use crate::fault::{Fault, FaultKind};
use crate::fault_set::FaultSet;
use crate::measure::BreakerChange;
use crate::target::Target;
use crate::trace::What;
use fusebox::time::Instant;
use fusebox::{Decision, Pipeline};

/// When the service or any dependency had a fault.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Trouble {
    /// The number of current faults.
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
    /// When the first fault was set; none without any fault so far.
    #[must_use]
    pub const fn first_fault_at(&self) -> Option<Instant> {
        self.trouble.began
    }

    /// When the last fault was healed or ended by a restart; none while there is a fault, or
    /// without any fault so far.
    #[must_use]
    pub const fn faults_ended_at(&self) -> Option<Instant> {
        if self.trouble.active == 0 { self.trouble.ended } else { None }
    }

    /// Applies a command. Healing all faults heals each kind that is set.
    #[cold]
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
        match (command, on) {
            (Command::Fault(fault), on) => self.fail(on, fault),
            (Command::Heal(kind), on) => self.heal(on, kind),
            (Command::Layer(kind, enabled), Target::Dependency(on)) => {
                self.change_pipeline(on, |pipeline, now| pipeline.switch(now, kind, enabled));
            }
            (Command::Set(change), Target::Dependency(on)) => self.set(on, change),
            (Command::Layer(..) | Command::Set(_), Target::Service) | (Command::HealAll, _) => {}
        }
    }

    /// The faults of the service or a dependency; none if the world has no service.
    pub(super) fn fault_set(&self, of: Target) -> Option<&FaultSet> {
        match of {
            Target::Service => self.service.as_ref().map(|service| &service.faults),
            Target::Dependency(on) => Some(self.sites[on].server.faults()),
        }
    }

    fn fault_set_mut(&mut self, of: Target) -> Option<&mut FaultSet> {
        match of {
            Target::Service => self.service.as_mut().map(|service| &mut service.faults),
            Target::Dependency(on) => Some(self.sites[on].server.faults_mut()),
        }
    }

    /// Changes the pipeline around a dependency. If its breaker begins anew, that is a transition
    /// like any other.
    pub(super) fn change_pipeline(
        &mut self,
        on: Dependency,
        change: impl FnOnce(&mut Pipeline, Instant),
    ) {
        let newest = |pipeline: &Pipeline| pipeline.breaker()?.last_transition();
        let (pipeline, shared) = (&mut self.sites[on].pipeline, &mut self.shared_breaker);
        if let Some(shared) = shared {
            shared.swap(pipeline);
        }
        let before = newest(pipeline);
        change(pipeline, self.now);
        let after = newest(pipeline);
        if let Some(shared) = shared {
            shared.swap(pipeline);
        }
        self.note_sharing();
        let Some(transition) = after.filter(|_| after != before) else { return };
        let around = self.shared_breaker.as_ref().map_or(vec![on], |it| it.around.clone());
        for on in around {
            self.measures.breaker_changed(BreakerChange { at: self.now, on: Some(on), transition });
            self.file(None, Some(on), What::Decided(Decision::Transition(transition)));
        }
    }

    fn fail(&mut self, of: Target, fault: Fault) {
        let now = self.now;
        let Some(faults) = self.fault_set_mut(of) else { return };
        let is_new = faults.set(now, fault);
        if let Fault::Crash { restart_after } = fault {
            self.schedule.at(now + restart_after, Event::Restart(of));
        }
        if is_new {
            self.trouble.begins(now);
        }
        let has_ended = is_new && fault.kind() == FaultKind::Down;
        // A fault that leaves more capacity than the one that it replaces frees places.
        match of {
            Target::Service => {
                self.unsettled = true;
                if has_ended {
                    self.end_process();
                }
            }
            Target::Dependency(on) => {
                if has_ended {
                    self.crash(on);
                }
                self.begin_queued(on);
            }
        }
    }

    fn crash(&mut self, on: Dependency) {
        let site = &mut self.sites[on];
        let lost = site.server.crash();
        site.orphans = 0;
        if on == Dependency::Cache {
            // The contents of the cache are lost with it.
            self.sites.iter_mut().for_each(|(_, site)| site.cached.clear());
        }
        for visit in lost {
            self.turn_back(on, visit, LOST);
        }
    }

    fn heal(&mut self, of: Target, kind: FaultKind) {
        if !self.fault_set_mut(of).is_some_and(|faults| faults.heal(kind)) {
            return;
        }
        self.trouble.ends(self.now);
        if kind == FaultKind::Down {
            self.file(None, of.dependency(), What::Restarted);
        }
        match of {
            Target::Service => {
                self.unsettled = true;
                match kind {
                    FaultKind::Down => (0..self.pools.len()).for_each(|pool| self.fill_pool(pool)),
                    FaultKind::Hang => self.catch_up(),
                    _ => {}
                }
            }
            Target::Dependency(on) => {
                for slot in self.sites[on].server.healed(self.now, kind) {
                    self.finish_query(on, slot);
                }
                self.begin_queued(on);
            }
        }
    }

    /// Ends a crash, unless it was healed or replaced by another fault of its kind before.
    #[cold]
    pub(super) fn restart(&mut self, of: Target) {
        if self.fault_set(of).and_then(|faults| faults.restart_at) == Some(self.now) {
            self.heal(of, FaultKind::Down);
        }
    }
}

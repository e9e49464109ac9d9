//! What the differences do: the same run with our settings, and with what the file means.

use super::export::Exported;
use crate::action_log::ActionLog;
use crate::timeline::{Plan, Run};
use crate::words::{count, float, latency, length, seconds, share};
use fusebox::time::{Duration, Instant};
use fusebox::{ConfigError, StateName};
use fusebox_sim::{Action, Command, Dependency, Fault, World};
use serde::Serialize;
use std::rc::Rc;

/// The outage of a run that has none.
const DOWN: (Instant, Instant) = (Instant::from_secs(5), Instant::from_secs(15));

/// How long a run goes on after its last action, and how long it is at most.
const AFTER: Duration = Duration::from_secs(20);
const LENGTH_MAX: Duration = Duration::from_secs(120);

/// A run twice: with the settings as they are here, and with those that a file means.
///
/// It is advanced step by step, so that a page stays responsive.
#[derive(Clone, Debug)]
pub struct Measured {
    here: Box<Run>,
    there: Box<Run>,
    on: Dependency,
    end: Instant,
    is_own: bool,
}

/// A number of both runs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Figure {
    /// What it is: `Attempts at the database`.
    pub name: String,
    /// With the settings as they are here.
    pub here: String,
    /// With those that the file means.
    pub there: String,
}

impl Measured {
    /// The faults of a plan, and of its schedule, with these settings and with those of the file that was
    /// exported from them. Without any fault the dependency is down for ten seconds.
    ///
    /// # Errors
    /// If the settings of the file are no settings of a world, with the first that is not.
    pub fn new(plan: &Plan, exported: &Exported, on: Dependency) -> Result<Self, ConfigError> {
        let is_fault = |it: &&Action| {
            matches!(it.command, Command::Fault(_) | Command::Heal(_) | Command::HealAll)
        };
        let mut actions: ActionLog =
            plan.actions.actions().iter().filter(is_fault).copied().collect();
        let all = plan.scenario.schedule.iter().chain(actions.actions());
        let is_own = all.clone().any(|it| matches!(it.command, Command::Fault(_)));
        let last = all.map(|it| it.at).max().unwrap_or_default();
        if !is_own {
            actions = actions
                .with(Action::new(DOWN.0, on, Command::Fault(Fault::Down)))
                .with(Action::new(DOWN.1, on, Command::HealAll));
        }
        let end = last.max(DOWN.1) + AFTER;
        let run = |scenario| {
            let plan = Plan { scenario, seed: plan.seed, actions: actions.clone() };
            // The trace is not looked at.
            Run::new(&plan, 1).map(Box::new)
        };
        let here = run(Rc::new(exported.here.clone()))?;
        let there = run(Rc::new(exported.there.clone()))?;
        Ok(Self { here, there, on, end: end.min(Instant::ZERO + LENGTH_MAX), is_own })
    }

    /// Runs at most this many events; returns whether both runs have ended.
    pub fn advance(&mut self, events: u32) -> bool {
        self.here.advance(self.end, events) && self.there.advance(self.end, events)
    }

    /// The run in words: `this run, up to 35.0 s`.
    #[must_use]
    pub fn about(&self) -> String {
        let end = seconds(self.end.since(Instant::ZERO));
        if self.is_own {
            format!("this run, up to {end}")
        } else {
            let [from, to] = [DOWN.0, DOWN.1].map(|it| length(it.since(Instant::ZERO)));
            format!("a run of {end} with {} down from {from} to {to}", self.on.title())
        }
    }

    /// The figures of both runs as far as they have come.
    #[must_use]
    pub fn figures(&self) -> Vec<Figure> {
        let of = self.on.title();
        let figure = |name: String, tell: &dyn Fn(&World) -> String| {
            let [here, there] = [&self.here, &self.there].map(|run| tell(run.world()));
            Figure { name, here, there }
        };
        let load = |world: &World| count(world.measures().counters().attempts(self.on));
        let mut figures = Vec::new();
        if [&self.here, &self.there].iter().any(|run| run.world().breaker(self.on).is_some()) {
            let opened = |world: &World| {
                let first = self.opened(world).next();
                first.map_or_else(|| "never".to_owned(), |at| at.to_string())
            };
            figures.push(figure("The breaker opens at".into(), &opened));
            let times = |world: &World| count(self.opened(world).count() as u64);
            figures.push(figure("Times that it opens".into(), &times));
        }
        figures.push(figure(format!("Attempts at {of}"), &load));
        figures.push(figure("Useful answers".into(), &|world| {
            let counters = world.measures().counters();
            let (useful, errors) = (counters.useful(), counters.errors());
            share(float(useful), float(useful + errors))
        }));
        figures.push(figure("p99 of all calls".into(), &|world| {
            let p99 = world.measures().all_latencies().quantile(0.99);
            p99.map_or_else(|| "none ended".to_owned(), latency)
        }));
        figures
    }

    fn opened(&self, world: &World) -> impl Iterator<Item = Instant> {
        let changes = world.measures().breaker_changes().iter();
        let is_here = changes.filter(|change| change.on == Some(self.on));
        is_here.filter(|it| it.transition.to == StateName::Open).map(|it| it.transition.at)
    }
}

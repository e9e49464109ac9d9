//! Runs the world of a link to its end, and keeps what queries need of it.

use super::event::Event;
use super::played;
use super::ran::{LaneRun, Ran, Settings};
use crate::herd;
use crate::link::{Herd, Link, Playground, SEED};
use crate::report::{Report, numbers};
use crate::settings::{Problem, shortened};
use crate::timeline::{Plan, Run};
use fusebox::time::{Duration, Instant};
use fusebox_sim::{Endpoint, What};
use std::rc::Rc;

/// The longest run, of which all samples are kept.
const LONGEST: Duration = Duration::from_secs(600);

/// The most events of a world.
const EVENTS_MAX: usize = 4_000_000;

/// The trace is read after this many steps, so that none of its entries has been dropped by then.
const LOOK_EVERY: u32 = 256;

/// The entries of the trace.
const TRACE: usize = 16_384;

/// A world, or the lanes of a Herd, to be run to its end.
#[derive(Clone, Debug)]
pub struct Experiment {
    of: Link,
    length: Option<Duration>,
}

/// An experiment in progress.
#[derive(Debug)]
pub struct Running {
    lanes: Vec<RunningLane>,
    /// What needs no time to be run.
    done: Vec<LaneRun>,
    settings: Settings,
}

#[derive(Debug)]
struct RunningLane {
    run: Run,
    end: Instant,
    setup: Option<herd::Setup>,
    events: Vec<Event>,
    /// The endpoint of each call.
    endpoints: Vec<Option<Endpoint>>,
}

impl From<Playground> for Experiment {
    fn from(of: Playground) -> Self {
        Self { of: of.into(), length: None }
    }
}

impl From<Herd> for Experiment {
    fn from(of: Herd) -> Self {
        Self { of: of.into(), length: None }
    }
}

fn no_run(link: &str) -> Problem {
    Problem::new(format!("the link {:?}", shortened(link)), "has no run")
}

impl Experiment {
    /// The experiment of a link to the Playground or the Herd.
    ///
    /// # Errors
    /// When any part of the link cannot be read, or when it is to another view.
    pub fn of_link(text: &str) -> Result<Self, Problem> {
        let (link, problems) = Link::read(text);
        if let Some(problem) = problems.into_iter().next() {
            let path = format!("the link {:?}", shortened(text));
            return Err(Problem::new(path, format!("cannot be used: {problem}")));
        }
        match link {
            Link::Playground(_) | Link::Herd(_) | Link::Breaker(_) => {
                Ok(Self { of: link, length: None })
            }
            Link::Learn(_) | Link::Check(_) => Err(no_run(text)),
        }
    }

    /// The link, with the seed that it has now.
    #[must_use]
    pub const fn link(&self) -> &Link {
        &self.of
    }

    /// Its seed.
    #[must_use]
    pub fn seed(&self) -> u64 {
        match &self.of {
            Link::Playground(of) => of.seed,
            Link::Herd(of) => of.seed,
            Link::Learn(_) | Link::Breaker(_) | Link::Check(_) => SEED,
        }
    }

    /// The same with another seed.
    #[must_use]
    pub fn with_seed(mut self, seed: u64) -> Self {
        match &mut self.of {
            Link::Playground(of) => of.seed = seed,
            Link::Herd(of) => of.seed = seed,
            Link::Learn(_) | Link::Breaker(_) | Link::Check(_) => {}
        }
        self
    }

    /// The same with another length of the run, if one is given.
    #[must_use]
    pub fn within(mut self, length: Option<Duration>) -> Self {
        self.length = length.or(self.length);
        self
    }

    /// Starts it.
    ///
    /// # Errors
    /// When a setting is out of range, or the run would be too long.
    pub fn start(&self) -> Result<Running, Problem> {
        match &self.of {
            Link::Playground(of) => {
                let plan = Plan {
                    scenario: Rc::new(of.scenario.clone()),
                    seed: of.seed,
                    actions: of.actions.clone(),
                };
                let lane = self.lane(&plan, of.scenario.duration, None)?;
                let settings = Settings::Playground(Box::new(of.scenario.clone()));
                Ok(Running { lanes: vec![lane], done: Vec::new(), settings })
            }
            Link::Herd(of) => {
                let setup = &of.comparison.setup;
                let lane = |strategy| {
                    let scenario = Rc::new(setup.scenario(strategy)?);
                    let plan = Plan { scenario, seed: of.seed, actions: <_>::default() };
                    self.lane(&plan, setup.length, Some(*setup))
                };
                let lanes: Result<_, Problem> = of.comparison.lanes.iter().map(lane).collect();
                let settings = Settings::Herd(Box::new(of.comparison.clone()));
                Ok(Running { lanes: lanes?, done: Vec::new(), settings })
            }
            Link::Breaker(of) => {
                let done = played::lanes(&of.config, of.others, &of.tape, of.every)?;
                let settings = Settings::Breaker(Box::new(of.config));
                Ok(Running { lanes: Vec::new(), done, settings })
            }
            of @ (Link::Learn(_) | Link::Check(_)) => Err(no_run(&of.write())),
        }
    }

    fn lane(
        &self,
        plan: &Plan,
        length: Duration,
        setup: Option<herd::Setup>,
    ) -> Result<RunningLane, Problem> {
        let length = self.length.unwrap_or(length);
        if length > LONGEST {
            return Err(Problem::new("the run", "is longer than 10 min"));
        }
        let run = Run::new(plan, TRACE)?;
        let end = Instant::ZERO + length;
        Ok(RunningLane { run, end, setup, events: Vec::new(), endpoints: Vec::new() })
    }

    /// Runs it to its end.
    ///
    /// # Errors
    /// As for [`Experiment::start`], and when the run has too many events.
    pub fn run(&self) -> Result<Ran, Problem> {
        let mut running = self.start()?;
        while !running.advance(u32::MAX) {}
        running.finish()
    }
}

impl Running {
    /// Runs about this many steps; returns whether it has come to its end.
    pub fn advance(&mut self, steps: u32) -> bool {
        let mut left = steps;
        for lane in &mut self.lanes {
            while !lane.is_done() {
                if left == 0 {
                    return false;
                }
                let part = left.min(LOOK_EVERY);
                lane.advance(part);
                left -= part;
            }
        }
        true
    }

    /// The share that is done, from 0 to 1.
    #[must_use]
    pub fn progress(&self) -> f64 {
        let [now, all] = [|it: &RunningLane| it.run.world().now(), |it: &RunningLane| it.end]
            .map(|of| self.lanes.iter().map(|lane| of(lane).as_secs_f64()).sum::<f64>());
        if all > 0.0 { (now / all).min(1.0) } else { 1.0 }
    }

    /// The run after its end.
    ///
    /// # Errors
    /// When it has too many events.
    pub fn finish(self) -> Result<Ran, Problem> {
        if self.lanes.iter().any(|lane| lane.events.len() >= EVENTS_MAX) {
            return Err(Problem::new("the run", "has more than 4,000,000 events"));
        }
        let lanes = self.lanes.into_iter().map(RunningLane::finish).chain(self.done).collect();
        Ok(Ran { lanes, settings: self.settings })
    }
}

impl RunningLane {
    fn is_done(&self) -> bool {
        self.run.world().now() >= self.end || self.events.len() >= EVENTS_MAX
    }

    fn advance(&mut self, steps: u32) {
        let seen = self.run.world().trace().added();
        self.run.advance(self.end, steps);
        for entry in self.run.world().trace().since(seen) {
            let call = entry.call.and_then(|call| usize::try_from(call).ok());
            if let (Some(call), What::Called { endpoint, .. }) = (call, entry.what) {
                self.endpoints.resize((call + 1).max(self.endpoints.len()), None);
                self.endpoints[call] = Some(endpoint);
            }
            let endpoint = call.and_then(|call| self.endpoints.get(call).copied().flatten());
            self.events.push(Event::of(entry, endpoint));
        }
    }

    fn finish(self) -> LaneRun {
        let world = self.run.world();
        let report = Report::of_world(world, "", world.seed());
        LaneRun {
            samples: world.measures().samples().iter().copied().collect(),
            began: world.measures().began(),
            end: self.end,
            opened_at_low_share: report.opened_at_low_share,
            report: numbers(&report),
            measures: self.setup.map(|setup| herd::measures(&setup, world)),
            events: self.events,
        }
    }
}

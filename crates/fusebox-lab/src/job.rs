//! Long work that a page can give to a worker: a [`Job`] crosses as a string, its result as 64-bit
//! words, and the work in between is done in slices.
//!
//! ```
//! use fusebox_lab::job::{Job, JobResult};
//! use fusebox_sim::occ::{OccBackoff, trials};
//!
//! let job = Job::Contention { writers: 20, backoff: OccBackoff::Full, trials: 5, seed: 1 };
//! let mut work = Job::decode(&job.encode()).expect("what was encoded").begin()?;
//! while !work.advance(1_000) {
//!     assert!(work.progress() <= 1.0);
//! }
//! let summary = trials(20, 5, OccBackoff::Full, 1, |_| {})?;
//! assert_eq!(job.result(&work.result()), Some(JobResult::Contention(summary)));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use crate::herd::{Comparison, Lane, LaneMeasures, Runner, Setup, Strategy};
use crate::link::{Herd, Link};
use crate::query::{Experiment, Goal, Judgement, Running};
use crate::settings::Problem;
use fusebox::ConfigError;
use fusebox_sim::occ::{OccBackoff, Series, Summary};

/// A job.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Job {
    /// A lane with everything that its charts show.
    Lane(LaneJob),
    /// A lane of which only the measures are needed.
    Measures(LaneJob),
    /// Optimistic concurrency on one row.
    Contention {
        /// Clients that write the row.
        writers: u32,
        /// How a client waits before it retries.
        backoff: OccBackoff,
        /// The number of trials.
        trials: u32,
        /// The seed.
        seed: u64,
    },
    /// Whether a goal holds in a world.
    Goal {
        /// The link of the world.
        world: String,
        /// The goal.
        goal: String,
        /// The seed in place of that of the link.
        seed: u64,
    },
}

/// A lane to run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LaneJob {
    /// The settings of all lanes.
    pub setup: Setup,
    /// The strategy of this lane.
    pub strategy: Strategy,
    /// The seed.
    pub seed: u64,
}

/// The result of a job.
#[derive(Clone, Debug, PartialEq)]
pub enum JobResult {
    /// Of [`Job::Lane`].
    Lane(Box<Lane>),
    /// Of [`Job::Measures`].
    Measures(LaneMeasures),
    /// Of [`Job::Contention`].
    Contention(Summary),
    /// Of [`Job::Goal`].
    Goal(Judgement),
}

impl Job {
    /// The string from which [`Job::decode`] makes this job.
    #[must_use]
    pub fn encode(&self) -> String {
        match self {
            Self::Lane(lane) => format!("lane {}", lane.link()),
            Self::Measures(lane) => format!("measures {}", lane.link()),
            Self::Contention { writers, backoff, trials, seed } => {
                format!("contention {writers} {} {trials} {seed}", backoff.name())
            }
            Self::Goal { world, goal, seed } => format!("goal {seed}\n{world}\n{goal}"),
        }
    }

    /// The job that a string encodes; none if it encodes no job.
    #[must_use]
    pub fn decode(text: &str) -> Option<Self> {
        let (kind, rest) = text.split_once(' ')?;
        match kind {
            "lane" => LaneJob::read(rest).map(Self::Lane),
            "measures" => LaneJob::read(rest).map(Self::Measures),
            "contention" => {
                let parts: Vec<_> = rest.split(' ').collect();
                let [writers, backoff, trials, seed] = parts[..] else { return None };
                Some(Self::Contention {
                    writers: writers.parse().ok()?,
                    backoff: OccBackoff::ALL.into_iter().find(|it| it.name() == backoff)?,
                    trials: trials.parse().ok()?,
                    seed: seed.parse().ok()?,
                })
            }
            "goal" => {
                let [seed, world, goal] =
                    <[&str; 3]>::try_from(rest.split('\n').collect::<Vec<_>>()).ok()?;
                let [world, goal] = [world, goal].map(ToString::to_string);
                Some(Self::Goal { world, goal, seed: seed.parse().ok()? })
            }
            _ => None,
        }
    }

    /// Begins the job.
    ///
    /// # Errors
    /// With the first setting that is out of range, or what of a link or a goal cannot be read.
    pub fn begin(&self) -> Result<Work, Problem> {
        Ok(match self {
            Self::Lane(lane) => Work::Lane(lane.begin()?),
            Self::Measures(lane) => Work::Measures(lane.begin()?),
            &Self::Contention { writers, backoff, trials, seed } => {
                Work::Contention(Series::new(writers, trials, backoff, seed)?)
            }
            Self::Goal { world, goal, seed } => {
                let goal: Goal = goal.parse()?;
                let experiment = Experiment::of_link(world)?.with_seed(*seed).within(goal.within);
                Work::Goal(Box::new(GoalWork { goal, state: GoalState::Runs(experiment.start()?) }))
            }
        })
    }

    /// The result from its words; none if they are not the result of such a job.
    #[must_use]
    pub fn result(&self, words: &[u64]) -> Option<JobResult> {
        match self {
            Self::Lane(LaneJob { setup, strategy, .. }) => {
                let lane = Lane::from_words(*setup, strategy.clone(), words)?;
                Some(JobResult::Lane(Box::new(lane)))
            }
            Self::Measures(_) => LaneMeasures::from_words(words).map(JobResult::Measures),
            Self::Contention { .. } => {
                let [mean_time_ms, sd_time_ms, mean_calls, sd_calls] =
                    <[u64; 4]>::try_from(words).ok()?.map(f64::from_bits);
                let summary = Summary { mean_time_ms, sd_time_ms, mean_calls, sd_calls };
                Some(JobResult::Contention(summary))
            }
            Self::Goal { goal, .. } => {
                let goal: Goal = goal.parse().ok()?;
                let (pairs, rest) = words.as_chunks::<2>();
                if !rest.is_empty() || pairs.len() != goal.clauses.len() {
                    return None;
                }
                let number = |word: u64| Some(f64::from_bits(word)).filter(|it| !it.is_nan());
                let numbers: Vec<_> = pairs.iter().map(|pair| pair.map(number)).collect();
                Some(JobResult::Goal(goal.judgement(&numbers)))
            }
        }
    }
}

impl LaneJob {
    /// The link to a Herd with this lane alone.
    fn link(&self) -> String {
        let Self { setup, strategy, seed } = self.clone();
        let comparison = Comparison { setup, lanes: vec![strategy] };
        Link::from(Herd { comparison, seed, ..Herd::default() }).write()
    }

    fn read(link: &str) -> Option<Self> {
        let (Link::Herd(herd), problems) = Link::read(link) else { return None };
        let Herd { comparison: Comparison { setup, lanes }, seed, .. } = *herd;
        let [strategy] = <[Strategy; 1]>::try_from(lanes).ok()?;
        problems.is_empty().then_some(Self { setup, strategy, seed })
    }

    fn begin(&self) -> Result<Runner, ConfigError> {
        Runner::new(&self.setup, &self.strategy, self.seed)
    }
}

/// A job in progress.
pub enum Work {
    /// Of [`Job::Lane`].
    Lane(Runner),
    /// Of [`Job::Measures`].
    Measures(Runner),
    /// Of [`Job::Contention`].
    Contention(Series),
    /// Of [`Job::Goal`].
    Goal(Box<GoalWork>),
}

/// A [`Job::Goal`] in progress.
pub struct GoalWork {
    goal: Goal,
    state: GoalState,
}

enum GoalState {
    Runs(Running),
    /// The numbers of the goal; none if the run cannot be used.
    Ended(Vec<[Option<f64>; 2]>),
}

impl GoalWork {
    fn advance(&mut self, events: u32) -> bool {
        if let GoalState::Runs(running) = &mut self.state {
            if !running.advance(events) {
                return false;
            }
            let GoalState::Runs(running) =
                std::mem::replace(&mut self.state, GoalState::Ended(Vec::new()))
            else {
                return true;
            };
            let clauses = running.finish().map(|run| self.goal.judge(&run, None).clauses);
            let numbers = clauses.unwrap_or_default().into_iter().map(|it| [it.left, it.right]);
            self.state = GoalState::Ended(numbers.collect());
        }
        true
    }

    fn result(&self) -> Vec<u64> {
        match &self.state {
            GoalState::Runs(_) => Vec::new(),
            GoalState::Ended(numbers) => {
                let numbers = numbers.iter().flatten();
                numbers.map(|number| number.unwrap_or(f64::NAN).to_bits()).collect()
            }
        }
    }
}

impl Work {
    /// Processes up to this many events; true once the job is done.
    pub fn advance(&mut self, events: u32) -> bool {
        match self {
            Self::Lane(runner) | Self::Measures(runner) => runner.advance(events),
            Self::Contention(series) => series.advance(events),
            Self::Goal(work) => work.advance(events),
        }
    }

    /// The share that is done, from 0 to 1.
    #[must_use]
    pub fn progress(&self) -> f64 {
        match self {
            Self::Lane(runner) | Self::Measures(runner) => {
                (runner.now().as_secs_f64() / runner.ends_at().as_secs_f64()).min(1.0)
            }
            Self::Contention(series) => series.progress(),
            Self::Goal(work) => match &work.state {
                GoalState::Runs(running) => running.progress(),
                GoalState::Ended(_) => 1.0,
            },
        }
    }

    /// The result of a job that is done, as words.
    #[must_use]
    pub fn result(&self) -> Vec<u64> {
        match self {
            Self::Lane(runner) => runner.lane().to_words(),
            Self::Measures(runner) => runner.measures().to_words(),
            Self::Contention(series) => {
                let Summary { mean_time_ms, sd_time_ms, mean_calls, sd_calls } = series.summary();
                [mean_time_ms, sd_time_ms, mean_calls, sd_calls].map(f64::to_bits).into()
            }
            Self::Goal(work) => work.result(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::herd::run;
    use fusebox::time::Duration;
    use fusebox_sim::occ::trials;

    fn lane() -> LaneJob {
        let setup = Setup { clients: 123, timeout: Duration::from_millis(700), ..Setup::default() };
        let mut strategy = Strategy::of("equal-budget").unwrap();
        strategy.rename("Ours & theirs");
        LaneJob { setup, strategy, seed: 8 }
    }

    fn done(job: &Job, events: u32) -> Option<JobResult> {
        let decoded = Job::decode(&job.encode()).unwrap();
        assert_eq!(&decoded, job);
        let mut work = decoded.begin().unwrap();
        while !work.advance(events) {
            assert!((0.0..=1.0).contains(&work.progress()));
        }
        assert!((work.progress() - 1.0).abs() < 1e-12);
        job.result(&work.result())
    }

    #[test]
    fn a_job_in_slices_gives_what_the_experiment_gives() {
        for backoff in OccBackoff::ALL {
            let job = Job::Contention { writers: 12, backoff, trials: 4, seed: u64::MAX };
            let whole = trials(12, 4, backoff, u64::MAX, |_| {}).unwrap();
            for events in [1, 97, u32::MAX] {
                assert_eq!(done(&job, events), Some(JobResult::Contention(whole)));
            }
        }
    }

    #[test]
    fn a_lane_in_slices_is_what_a_run_gives() {
        let job = lane();
        let whole = run(&job.setup, &job.strategy, job.seed).unwrap();
        let measures = whole.measures();
        assert_eq!(done(&Job::Lane(job.clone()), 5_000), Some(JobResult::Lane(Box::new(whole))));
        assert_eq!(done(&Job::Measures(job), 5_000), Some(JobResult::Measures(measures)));
    }

    #[test]
    fn a_goal_in_slices_is_judged_as_in_one_run() {
        let world = "playground?preset=dies-mid-query".to_string();
        let text = "success >= 99% & first(breaker.half_open) = 1s & count(breaker.open) >= 1 \
                    within 40s";
        let goal: Goal = text.parse().unwrap();
        let whole = Experiment::of_link(&world).unwrap().with_seed(9).within(goal.within);
        let whole = goal.judge(&whole.run().unwrap(), None);
        let job = Job::Goal { world, goal: text.to_string(), seed: 9 };
        assert_eq!(done(&job, 3_000), Some(JobResult::Goal(whole)));
        let wrong = Job::Goal { world: "herd?lanes=fool".into(), goal: text.into(), seed: 1 };
        assert!(wrong.begin().is_err());
        assert_eq!(job.result(&[1, 2]), None);
    }

    #[test]
    fn a_result_of_another_kind_is_none() {
        let contention =
            Job::Contention { writers: 1, backoff: OccBackoff::Full, trials: 1, seed: 1 };
        for job in [contention, Job::Lane(lane()), Job::Measures(lane())] {
            assert_eq!(job.result(&[]), None);
            assert_eq!(job.result(&[1, 2, 3, 4, 5]), None);
        }
    }

    #[test]
    fn settings_out_of_range_begin_no_job() {
        for (writers, trials) in [(0, 1), (10_001, 1), (1, 0), (1, 100_001)] {
            let backoff = OccBackoff::Full;
            assert!(Job::Contention { writers, backoff, trials, seed: 1 }.begin().is_err());
        }
        let mut job = lane();
        job.setup.clients = 3;
        assert!(Job::Lane(job).begin().is_err());
    }

    #[test]
    fn a_string_that_encodes_no_job_is_none() {
        for text in [
            "",
            "contention",
            "contention 10 ful 1 1",
            "contention 10 full 1",
            "contention -1 full 1 1",
            "contention 10 full 1 x",
            "contention 10 full 1 1 1",
            "lane herd",
            "lane herd?lanes=full&clients=3",
            "lane herd?lanes=fool",
            "other herd?lanes=full",
            "goal 1\nplayground",
            "goal x\nplayground\nerrors = 0",
            "\u{0} \u{fffd}",
        ] {
            assert_eq!(Job::decode(text), None, "{text}");
        }
        let long = format!("contention {}", "9".repeat(100_000));
        assert_eq!(Job::decode(&long), None);
        assert_eq!(Job::decode(&format!("lane herd?{}", "x=1&".repeat(10_000))), None);
    }
}

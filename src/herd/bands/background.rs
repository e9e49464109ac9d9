//! Replications in the background: what other seeds give for the numbers that the lanes show.

use super::course::Course;
use super::words::words;
use crate::herd::session::Chosen;
use crate::worker_pool::{Heard, Place, WorkerPool};
use fusebox_lab::bands::Bands;
use fusebox_lab::herd::{Lane, Measure};
use fusebox_lab::job::Job;
use std::rc::Rc;
use yew::prelude::*;

/// The number of other seeds.
const SEEDS: u32 = 20;

/// The most events of all runs together, about half a minute of one worker.
const EVENTS_MAX: u64 = 100_000_000;

/// The runs of a comparison with the seeds after its own.
#[derive(Default)]
pub(in crate::herd) struct Background {
    course: Option<Course>,
    others: OtherSeeds,
}

/// What other seeds give.
#[derive(Clone, Default, PartialEq)]
pub(in crate::herd) enum OtherSeeds {
    /// Not known yet.
    #[default]
    Computing,
    /// The runs would be too long, or keep the page busy.
    TooMuch,
    Known(Rc<Bands>),
}

impl Background {
    /// Cancels the runs if they are of other settings; [`Background::fill`] starts the new ones.
    pub(in crate::herd) fn follow(&mut self, Chosen { comparison, seed, .. }: &Chosen) {
        let is_same = |course: &mut Course| course.adopt(comparison, seed.wrapping_add(1));
        if !self.course.as_mut().is_some_and(is_same) {
            *self = Self::default();
        }
    }

    /// Gives each worker a run, once the lanes of the comparison have their results.
    pub(in crate::herd) fn fill(
        &mut self,
        chosen: &Chosen,
        lanes: impl FnOnce() -> Option<Rc<[Rc<Lane>]>>,
        pool: &WorkerPool,
        on: &Callback<Heard>,
        is_playing: bool,
    ) {
        // A single worker means that the machine has few processors, and drawing needs them.
        let is_busy = is_playing && pool.place() == Some(Place::Workers(1));
        if is_busy || self.others != OtherSeeds::Computing {
            return;
        }
        if self.course.is_none() {
            let Some(lanes) = lanes() else { return };
            self.course = course(chosen, &lanes, pool.place());
        }
        match &mut self.course {
            Some(course) => course.batch.fill(pool, on),
            None => self.others = OtherSeeds::TooMuch,
        }
    }

    /// Handles a report; returns whether all runs are done.
    pub(in crate::herd) fn hear(&mut self, heard: Heard) -> bool {
        let Some(course) = &mut self.course else { return false };
        if course.hear(heard).is_err() {
            // The lanes run with their own seed, so that this is rare.
            course.batch.cancel();
            self.others = OtherSeeds::TooMuch;
        } else if course.is_done() {
            self.others = OtherSeeds::Known(Rc::new(course.bands().clone()));
        }
        self.others != OtherSeeds::Computing
    }

    /// Cancels the running runs; [`Background::fill`] starts them again.
    pub(in crate::herd) fn pause(&mut self) {
        if let Some(course) = &mut self.course {
            course.batch.pause();
        }
    }

    pub(in crate::herd) fn others(&self) -> OtherSeeds {
        self.others.clone()
    }
}

/// The runs of these lanes with other seeds; none if they would take too long, or not run in workers.
fn course(chosen: &Chosen, lanes: &[Rc<Lane>], place: Option<Place>) -> Option<Course> {
    let events = lanes.iter().map(|lane| lane.events).sum::<u64>() * u64::from(SEEDS);
    let (Some(Place::Workers(workers)), ..=EVENTS_MAX) = (place, events) else { return None };
    let seeds = (chosen.seed.checked_add(1)?, SEEDS);
    Course::new(&chosen.comparison, seeds, workers, Job::Measures).ok()
}

impl OtherSeeds {
    /// A line below a number of a lane: what other seeds give for this measure.
    pub(in crate::herd) fn note(&self, measure: &str, lane: usize) -> Html {
        let Some(text) = self.text(measure, lane) else { return Html::default() };
        html! {
            <dd class="tiles__others" title="Their median, and their range from 5 % to 95 %">
                { format!("{SEEDS} other seeds: ") }<span>{ text }</span>
            </dd>
        }
    }

    fn text(&self, measure: &str, lane: usize) -> Option<String> {
        match self {
            Self::Computing => Some("being run".to_owned()),
            Self::TooMuch => Some("not run by themselves".to_owned()),
            Self::Known(bands) => {
                let measure = Measure::find(measure)?;
                let spread = bands.spread(measure, lane)?;
                if spread.absent == spread.seeds {
                    return Some("in none of them".to_owned());
                }
                let (median, band) = words(measure, &spread);
                Some([Some(median), band].into_iter().flatten().collect::<Vec<_>>().join(" "))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::herd::session::Session;
    use crate::worker_pool::batch_tests::{done, fill};
    use fusebox::time::Duration;
    use fusebox_lab::herd::{Comparison, Setup, run};

    fn chosen() -> Chosen {
        let setup = Setup { clients: 20, length: Duration::from_secs(10), ..Setup::default() };
        let comparison = Rc::new(Comparison::of(setup, &["immediate", "full"]));
        Chosen { comparison, ..Session::default().chosen }
    }

    fn lanes(Chosen { comparison, seed, .. }: &Chosen) -> Vec<Rc<Lane>> {
        let run = |lane| Rc::new(run(&comparison.setup, lane, *seed).unwrap());
        comparison.lanes.iter().map(run).collect()
    }

    fn started(chosen: &Chosen) -> Background {
        let course = course(chosen, &lanes(chosen), Some(Place::Workers(40)));
        Background { course: Some(course.unwrap()), ..Background::default() }
    }

    #[test]
    fn the_seeds_after_the_own_one_give_the_spread_of_a_lane() {
        let chosen = chosen();
        let mut background = started(&chosen);
        assert_eq!(background.others().text("attempts_per_call", 1).unwrap(), "being run");
        let jobs = fill(&mut background.course.as_mut().unwrap().batch, &mut 0);
        assert_eq!(jobs.len(), 40);
        let ended: Vec<_> = jobs.into_iter().map(|job| background.hear(done(job))).collect();
        assert_eq!(ended.iter().position(|it| *it), Some(39));
        let OtherSeeds::Known(bands) = background.others() else { panic!() };
        assert_eq!(bands.seeds(), (chosen.seed + 1, 20));
        let measure = Measure::find("attempts_per_call").unwrap();
        let mut values: Vec<_> = (1..=20)
            .map(|n| lanes(&Chosen { seed: chosen.seed + n, ..chosen.clone() })[1].clone())
            .map(|lane| measure.of(&lane.outcome, &lane.setup).unwrap())
            .collect();
        values.sort_by(f64::total_cmp);
        let median = f64::midpoint(values[9], values[10]);
        let text = background.others().text("attempts_per_call", 1).unwrap();
        let begin = measure.text(Some(median));
        assert!(
            text.starts_with(&format!("{begin} (")) && text.contains(" to "),
            "{text}, not {begin}"
        );
    }

    #[test]
    fn other_settings_start_again_and_other_names_do_not() {
        let mut chosen = chosen();
        let mut background = started(&chosen);
        Rc::make_mut(&mut chosen.comparison).lanes[0].rename("Ours");
        background.follow(&chosen);
        assert!(background.course.is_some());
        chosen.seed += 1;
        background.follow(&chosen);
        assert!(background.course.is_none() && background.others() == OtherSeeds::Computing);
    }

    #[test]
    fn nothing_runs_on_the_page_or_for_long_or_beyond_the_last_seed() {
        let chosen = chosen();
        let mut lanes = lanes(&chosen);
        for place in [None, Some(Place::Page)] {
            assert!(course(&chosen, &lanes, place).is_none());
        }
        let last = Chosen { seed: u64::MAX - 10, ..chosen.clone() };
        assert!(course(&last, &lanes, Some(Place::Workers(2))).is_none());
        Rc::make_mut(&mut lanes[0]).events = EVENTS_MAX / 20 + 1;
        assert!(course(&chosen, &lanes, Some(Place::Workers(2))).is_none());
    }

    #[test]
    fn what_would_take_too_long_is_said_not_to_run() {
        let text = OtherSeeds::TooMuch.text("peak_after_repair", 0);
        assert_eq!(text.as_deref(), Some("not run by themselves"));
    }
}

//! Replications of the comparison with many seeds: medians with 5-95 % bands, and which differences are
//! larger than the noise.

mod background;
mod chart;
mod course;
mod files;
mod table;
mod verdict;
mod words;

use super::session::{Change, Chosen};
use crate::browser;
use crate::palette::Palette;
use crate::select::Select;
use crate::worker_pool::{Heard, WorkerPool};
pub(super) use background::{Background, OtherSeeds};
use chart::{Attempts, BandPicture, chart, most};
use course::Course;
use files::File;
use fusebox_lab::job::Job;
use fusebox_lab::link;
use std::rc::Rc;
use table::{measures, numbers};
use verdict::{shown, verdict};
use yew::prelude::*;

/// The numbers of seeds that can be chosen.
const SEEDS: [u32; 4] = [5, 20, 50, 100];

/// The largest number of runs in the worker pool at a time: one for each worker, and the next ones.
const RUNNING_MAX: usize = 8;

/// Milliseconds between two updates, each of which redraws all charts.
const LOOK_EVERY: f64 = 500.0;

#[derive(Clone, PartialEq, Properties)]
pub(super) struct Props {
    pub(super) chosen: Chosen,
    pub(super) palette: Rc<Palette>,
    /// The width of the page: a change of it redraws everything.
    pub(super) width: i32,
    /// The options of the panel, if it is open.
    pub(super) wanted: Option<link::Bands>,
    pub(super) on_change: Callback<Change>,
}

pub(super) enum Msg {
    /// Opens or closes the panel.
    Toggle,
    Close,
    Seeds(u32),
    /// Computes all runs again after a change.
    Again,
    Stop,
    Resume,
    Heard(Heard),
    /// Compares the lanes by the measure with this index in the table.
    Measure(usize),
    Save(File),
}

/// The button with its number of seeds, and the panel that it opens.
pub(super) struct SeedBands {
    worker_pool: WorkerPool,
    /// The options of the panel while it is open, or when it was last open.
    chosen: link::Bands,
    course: Option<Course>,
    /// Whether the results are of earlier settings.
    is_stale: bool,
    problem: Option<String>,
    /// The content of the chart of each lane.
    attempts: Vec<Attempts>,
    looked_at: f64,
    button: NodeRef,
}

impl Component for SeedBands {
    type Message = Msg;
    type Properties = Props;

    fn create(ctx: &Context<Self>) -> Self {
        let mut bands = Self {
            worker_pool: WorkerPool::of(ctx),
            chosen: ctx.props().wanted.unwrap_or_default(),
            course: None,
            is_stale: false,
            problem: None,
            attempts: Vec::new(),
            looked_at: 0.0,
            button: NodeRef::default(),
        };
        if ctx.props().wanted.is_some() {
            bands.again(ctx);
        }
        bands
    }

    fn changed(&mut self, ctx: &Context<Self>, old: &Props) -> bool {
        let Props { chosen: Chosen { comparison, seed, .. }, wanted, .. } = ctx.props();
        if let Some(course) = &mut self.course {
            self.is_stale = !course.adopt(comparison, *seed);
            if self.is_stale && course.batch.is_running() {
                self.stop();
            }
        }
        match wanted {
            Some(now) => {
                self.chosen = *now;
                if old.wanted.is_none_or(|before| before.seeds != now.seeds) {
                    self.again(ctx);
                }
            }
            None => self.clear(),
        }
        true
    }

    fn update(&mut self, ctx: &Context<Self>, msg: Msg) -> bool {
        let is_open = ctx.props().wanted.is_some();
        let want = |wanted| ctx.props().on_change.emit(Change::Bands(wanted));
        match msg {
            Msg::Toggle => want((!is_open).then_some(self.chosen)),
            Msg::Close => {
                want(None);
                browser::focus(&self.button);
            }
            Msg::Seeds(seeds) => {
                self.chosen.seeds = seeds;
                want(is_open.then_some(self.chosen));
            }
            Msg::Again => self.again(ctx),
            Msg::Stop => self.stop(),
            Msg::Resume => self.resume(ctx),
            Msg::Heard(heard) => return self.hear(ctx, heard),
            Msg::Measure(place) => {
                let known = self.course.as_ref().map(|course| measures(course.bands()));
                if let Some(measure) = known.and_then(|known| known.get(place).copied()) {
                    want(Some(link::Bands { measure, ..self.chosen }));
                }
            }
            Msg::Save(file) => {
                if let Some(course) = &self.course {
                    files::save(file, course, &self.attempts, ctx.props());
                }
            }
        }
        true
    }

    fn view(&self, ctx: &Context<Self>) -> Html {
        html! {
            <>
                { self.control(ctx) }
                <section
                    id="bands" class="bands panel" aria-labelledby="bands-title" hidden={ctx.props().wanted.is_none()}
                    aria-busy={self.is_busy().to_string()}
                >
                    if ctx.props().wanted.is_some() { { self.panel(ctx) } }
                </section>
                <p class="visually-hidden" role="status">{ self.announcement() }</p>
            </>
        }
    }
}

impl SeedBands {
    fn is_busy(&self) -> bool {
        self.course.as_ref().is_some_and(|course| course.batch.is_running())
    }

    fn again(&mut self, ctx: &Context<Self>) {
        self.clear();
        let Chosen { comparison, seed, .. } = &ctx.props().chosen;
        match Course::new(comparison, (*seed, self.chosen.seeds), RUNNING_MAX, Job::Lane) {
            Ok(course) => {
                self.course = Some(course);
                self.look();
                self.resume(ctx);
            }
            Err(problem) => self.problem = Some(problem.to_string()),
        }
    }

    fn clear(&mut self) {
        (self.course, self.problem, self.is_stale) = (None, None, false);
        self.attempts.clear();
    }

    /// Pauses the runs; they can be resumed from there.
    fn stop(&mut self) {
        if let Some(course) = &mut self.course {
            course.batch.pause();
        }
        self.look();
    }

    fn resume(&mut self, ctx: &Context<Self>) {
        self.problem = None;
        if let Some(course) = &mut self.course {
            course.batch.start_clock(browser::now());
            course.batch.fill(&self.worker_pool, &ctx.link().callback(Msg::Heard));
        }
    }

    /// Handles a report; returns whether the panel has to be drawn.
    fn hear(&mut self, ctx: &Context<Self>, heard: Heard) -> bool {
        let Some(course) = &mut self.course else { return false };
        match course.hear(heard) {
            Ok(false) => return false,
            Ok(true) => course.batch.fill(&self.worker_pool, &ctx.link().callback(Msg::Heard)),
            Err(problem) => {
                self.stop();
                self.problem = Some(problem);
                return true;
            }
        }
        let is_due = browser::now() - self.looked_at >= LOOK_EVERY || !self.is_busy();
        if is_due {
            self.look();
        }
        is_due
    }

    /// Updates the charts with the results so far.
    fn look(&mut self) {
        self.looked_at = browser::now();
        let Some(course) = &self.course else { return };
        let bands = course.bands();
        self.attempts = (0..bands.lanes()).map(|lane| Rc::new(bands.attempts(lane))).collect();
    }

    fn control(&self, ctx: &Context<Self>) -> Html {
        let choices = choices(self.chosen.seeds);
        let chosen = choices.iter().position(|seeds| *seeds == self.chosen.seeds);
        let title = |seeds: &u32| AttrValue::from(format!("{seeds} seeds"));
        let options: Vec<AttrValue> = choices.iter().map(title).collect();
        let choose = ctx.link().callback(move |n: usize| Msg::Seeds(choices[n]));
        html! {
            <div class="bands__control">
                <button
                    ref={self.button.clone()} class="button" type="button"
                    onclick={ctx.link().callback(|_: MouseEvent| Msg::Toggle)}
                    aria-expanded={ctx.props().wanted.is_some().to_string()} aria-controls="bands"
                >
                    { "Replicate" }
                </button>
                <Select label="Number of seeds" {options} {chosen} on_choose={choose} />
            </div>
        }
    }

    fn panel(&self, ctx: &Context<Self>) -> Html {
        html! {
            <>
                <header class="bands__head">
                    <h2 id="bands-title">{ "Replications with many seeds" }</h2>
                    <p>
                        { "Each seed gives other arrivals and service times, common to all lanes. The line \
                           is the median over the seeds, the band spans 5-95 %." }
                    </p>
                    <div class="bands__actions">
                        if let Some(course) = &self.course {
                            { files::menu(&course.comparison().lanes, &ctx.link().callback(Msg::Save)) }
                        }
                        <button
                            class="button button--quiet" type="button" aria-label="Close the replications"
                            onclick={ctx.link().callback(|_: MouseEvent| Msg::Close)}
                        >
                            { "Close" }
                        </button>
                    </div>
                </header>
                { self.state(ctx) }
                if let Some(course) = &self.course { { self.results(ctx, course) } }
            </>
        }
    }

    /// The progress, and the buttons to cancel and to resume.
    fn state(&self, ctx: &Context<Self>) -> Html {
        let button = |label: &'static str, msg: fn() -> Msg| {
            let onclick = ctx.link().callback(move |_: MouseEvent| msg());
            html! { <button class="button" type="button" {onclick}>{ label }</button> }
        };
        let is_done = self.course.as_ref().is_some_and(Course::is_done);
        let course = self.course.as_ref().filter(|_| !is_done && !self.is_stale);
        let progress = course.map(|course| course.bands().progress());
        html! {
            <div class="bands__state">
                <p>{ self.told() }</p>
                if let Some((done, all)) = progress {
                    <progress
                        value={done.to_string()} max={all.to_string()} aria-label="Runs done"
                    />
                }
                if self.is_stale {
                    { button("Compute again", || Msg::Again) }
                } else if self.is_busy() {
                    { button("Cancel", || Msg::Stop) }
                } else if self.course.is_some() && !is_done {
                    { button("Resume", || Msg::Resume) }
                }
            </div>
        }
    }

    fn told(&self) -> String {
        if let Some(problem) = &self.problem {
            return format!("This cannot be computed: {problem}.");
        }
        let Some(course) = &self.course else { return String::new() };
        let (progress, seeds) = (course.progress(), over(course.bands().seeds()));
        if self.is_stale && course.is_done() {
            return format!("These replications are of earlier settings, {seeds}.");
        } else if self.is_stale {
            return format!("These replications are of earlier settings, {progress}, {seeds}.");
        } else if course.is_done() {
            let place = self.worker_pool.place().map(|place| format!(", computed {place}"));
            return format!("{progress}, {seeds}{}.", place.unwrap_or_default());
        } else if !self.is_busy() {
            return format!("Stopped after {progress}, {seeds}.");
        }
        match course.batch.left(self.looked_at) {
            Some(left) => format!("{progress}, {left}"),
            None => progress,
        }
    }

    /// The announcement when the runs start, and when they are done.
    fn announcement(&self) -> String {
        let Some(course) = &self.course else {
            return self.problem.clone().unwrap_or_default();
        };
        if self.is_busy() {
            return format!("Computing {} runs.", course.bands().progress().1);
        } else if self.is_stale || self.problem.is_some() || !course.is_done() {
            return self.told();
        }
        let (summary, _) = verdict(self.chosen.measure, course.bands(), course.comparison());
        format!("All runs are done. {summary}")
    }

    fn results(&self, ctx: &Context<Self>, course: &Course) -> Html {
        let Props { palette, width, .. } = ctx.props();
        let (comparison, bands) = (course.comparison(), course.bands());
        let setup = comparison.setup;
        let (most, is_cut) = most(&self.attempts, &setup);
        let lanes = comparison.lanes.iter().zip(&self.attempts);
        html! {
            <div class={classes!("bands__results", self.is_stale.then_some("is-stale"))}>
                <p class="bands__keys">
                    <span class="panel__title">{ "Attempts at the database in 100 ms" }</span>
                    <span class="key is-median">{ "median" }</span>
                    <span class="key is-band">{ "5-95 %" }</span>
                    <span class="key is-fault">{ "outage" }</span>
                    <span class="key is-limit">{ "capacity" }</span>
                    if is_cut {
                        <span>{ format!("The charts end at {:.0}× capacity.", chart::CUT) }</span>
                    }
                </p>
                <div class="bands__charts">
                    { for lanes.map(|(lane, attempts)| {
                        let (attempts, palette) = (attempts.clone(), palette.clone());
                        chart(lane, BandPicture { attempts, setup, most, palette, width: *width })
                    }) }
                </div>
                { numbers(bands, comparison) }
                { shown(self.chosen.measure, bands, comparison, &ctx.link().callback(Msg::Measure)) }
            </div>
        }
    }
}

/// The numbers of seeds to choose from, with the number of the link if it is another one.
fn choices(now: u32) -> Vec<u32> {
    let mut choices = SEEDS.to_vec();
    choices.push(now);
    choices.sort_unstable();
    choices.dedup();
    choices
}

/// The range of seeds: `seeds 42 to 61`.
fn over((first, seeds): (u64, u32)) -> String {
    format!("seeds {first} to {}", first.saturating_add(u64::from(seeds.saturating_sub(1))))
}

#[cfg(test)]
mod tests {
    use super::*;
    use fusebox_lab::herd::Comparison;

    #[test]
    fn a_range_of_seeds_names_its_ends() {
        assert_eq!(over((42, 20)), "seeds 42 to 61");
    }

    #[test]
    fn every_number_of_seeds_on_offer_can_be_computed() {
        let comparison = Rc::new(Comparison::default());
        for seeds in SEEDS {
            assert!(Course::new(&comparison, (1, seeds), RUNNING_MAX, Job::Lane).is_ok());
        }
        assert_eq!(choices(link::Bands::default().seeds), SEEDS);
        assert_eq!(choices(7), [5, 7, 20, 50, 100]);
    }
}

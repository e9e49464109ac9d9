//! Optimistic concurrency: what backoff saves and costs under contention on one row, in the published
//! simulation.

mod lesson;

use crate::table::{caption, table};
use crate::worker_pool::{Batch, Heard, WorkerPool};
use fusebox_lab::job::{Job, JobResult};
use fusebox_lab::words::count;
use fusebox_sim::occ::{OccBackoff, Summary};
use gloo_timers::callback::Timeout;
use lesson::{calls, lesson, name, time};
use std::collections::BTreeMap;
use web_sys::HtmlInputElement;
use yew::prelude::*;

/// The number of trials.
const TRIALS: u32 = 20;

const SEED: u64 = 1;

/// The smallest and the largest number of writers.
const WRITERS: (u32, u32) = (10, 200);

/// Milliseconds after the last change until the computation starts.
const SETTLE: u32 = 120;

#[derive(Clone, Copy, PartialEq, Properties)]
pub(super) struct Props {
    /// Whether the view is visible; the computation starts only then.
    pub(super) visible: bool,
}

pub(super) enum Msg {
    Writers(u32),
    /// Starts the computation.
    Begin,
    Heard(Heard),
}

pub(super) struct Contention {
    worker_pool: WorkerPool,
    writers: u32,
    /// The last complete result for each backoff, with its number of writers.
    outcome: Option<(u32, Vec<Summary>)>,
    /// The results of the running computation so far.
    found: BTreeMap<usize, Summary>,
    /// The jobs, by the index of their backoff.
    batch: Batch<usize>,
    failed: Option<String>,
    settle: Option<Timeout>,
}

impl Component for Contention {
    type Message = Msg;
    type Properties = Props;

    fn create(ctx: &Context<Self>) -> Self {
        let mut contention = Self {
            worker_pool: WorkerPool::of(ctx),
            writers: 100,
            outcome: None,
            found: BTreeMap::new(),
            batch: Batch::new(0, []),
            failed: None,
            settle: None,
        };
        contention.appear(ctx);
        contention
    }

    fn changed(&mut self, ctx: &Context<Self>, _: &Props) -> bool {
        self.appear(ctx);
        true
    }

    fn update(&mut self, ctx: &Context<Self>, msg: Msg) -> bool {
        match msg {
            Msg::Writers(writers) if writers == self.writers => return false,
            Msg::Writers(writers) => {
                self.writers = writers;
                self.batch.cancel();
                self.begin_in(ctx, SETTLE);
            }
            Msg::Begin => self.begin(ctx),
            Msg::Heard(heard) => self.hear(heard),
        }
        true
    }

    fn view(&self, ctx: &Context<Self>) -> Html {
        html! {
            <section
                class="contention panel" aria-labelledby="contention"
                aria-busy={self.is_busy().to_string()}
            >
                <header>
                    <h2 id="contention">{ "Contention on one row" }</h2>
                    <p>
                        { "Optimistic concurrency: each client reads the version of one row, and writes the row \
                           if it still has that version. A client that comes too late waits and retries. A \
                           message takes 10 ms. The row answers at once under any load, so that a lost call \
                           costs nothing here; in a real database, backoff saves those calls." }
                    </p>
                </header>
                { self.slider(ctx) }
                if let Some((writers, ways)) = &self.outcome { { self.shown(*writers, ways) } }
                <p class="contention__state">{ self.state() }</p>
            </section>
        }
    }
}

impl Contention {
    fn appear(&mut self, ctx: &Context<Self>) {
        if ctx.props().visible && self.outcome.is_none() && !self.is_busy() {
            self.begin_in(ctx, 0);
        }
    }

    fn is_busy(&self) -> bool {
        self.settle.is_some() || self.batch.is_running()
    }

    fn begin_in(&mut self, ctx: &Context<Self>, wait: u32) {
        let link = ctx.link().clone();
        self.settle = Some(Timeout::new(wait, move || link.send_message(Msg::Begin)));
    }

    fn begin(&mut self, ctx: &Context<Self>) {
        (self.settle, self.failed) = (None, None);
        self.found.clear();
        let (writers, trials, seed) = (self.writers, TRIALS, SEED);
        let jobs =
            OccBackoff::ALL.map(|backoff| Job::Contention { writers, backoff, trials, seed });
        self.batch = Batch::new(jobs.len(), jobs.into_iter().enumerate());
        self.batch.fill(&self.worker_pool, &ctx.link().callback(Msg::Heard));
    }

    fn hear(&mut self, heard: Heard) {
        match self.batch.hear(heard) {
            Some((n, Ok(JobResult::Contention(summary)))) => {
                self.found.insert(n, summary);
                if self.found.len() == OccBackoff::ALL.len() {
                    self.outcome = Some((self.writers, self.found.values().copied().collect()));
                }
            }
            Some((_, Err(why))) => {
                self.failed = Some(why);
                self.batch.cancel();
            }
            _ => {}
        }
    }

    fn slider(&self, ctx: &Context<Self>) -> Html {
        let (min, max) = WRITERS;
        let writers = ctx.link().batch_callback(move |event: InputEvent| {
            let input: HtmlInputElement = event.target_dyn_into()?;
            let writers: u32 = input.value().parse().ok()?;
            Some(Msg::Writers(writers.clamp(min, max)))
        });
        html! {
            <label class="slider">
                <span>{ "Writers" }</span>
                <input
                    type="range" min={min.to_string()} max={max.to_string()} step="10"
                    oninput={writers} value={self.writers.to_string()}
                />
                <span class="slider__value" aria-hidden="true">{ self.writers }</span>
            </label>
        }
    }

    /// The progress, or how the numbers were computed.
    fn state(&self) -> String {
        if let Some(why) = &self.failed {
            return format!("This cannot be computed: {why}.");
        }
        let place = self.worker_pool.place().map(|place| format!(" {place}")).unwrap_or_default();
        if self.is_busy() {
            let percent = self.batch.progress() * 100.0;
            return format!("Computing{place}: {percent:.0} %");
        }
        format!("Means of {TRIALS} trials, computed{place}.")
    }

    fn shown(&self, writers: u32, ways: &[Summary]) -> Html {
        let most = |value: fn(&Summary) -> f64| ways.iter().map(value).fold(0.0, f64::max);
        let (calls_most, time_most) = (most(|way| way.mean_calls), most(|way| way.mean_time_ms));
        let rows = OccBackoff::ALL.into_iter().zip(ways).map(|(backoff, way)| {
            vec![
                Html::from(name(backoff)),
                bar(calls(way), way.mean_calls / calls_most, "is-calls"),
                bar(time(way), way.mean_time_ms / time_most, "is-time"),
            ]
        });
        let heads = ["Backoff", "Calls made", "Time until all clients have written"];
        let about = format!("Calls and time of {} writers of one row", count(writers.into()));
        html! {
            <div class={classes!("contention__outcome", self.is_busy().then_some("is-stale"))}>
                { table(caption(&about), heads.map(Html::from), rows) }
                <p class="contention__lesson" role="status">{ lesson(writers, ways) }</p>
            </div>
        }
    }
}

/// A number over a bar; `share` is the length of the bar relative to the longest.
fn bar(text: String, share: f64, class: &'static str) -> Html {
    html! {
        <>
            { text }
            <svg class={classes!("contention__bar", class)} aria-hidden="true">
                <rect width={format!("{:.1}%", share * 100.0)} height="100%" rx="2" />
            </svg>
        </>
    }
}

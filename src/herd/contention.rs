//! Optimistic concurrency: what backoff saves and costs under contention on one row, in the published
//! simulation.

mod lesson;

use crate::browser::set_style;
use crate::format::count;
use crate::worker_pool::{Batch, Heard, WorkerPool};
use fusebox_lab::job::{Job, JobResult};
use fusebox_sim::occ::{OccBackoff, Summary};
use gloo_timers::callback::Timeout;
use lesson::{calls, lesson, name, time};
use web_sys::HtmlInputElement;
use yew::prelude::*;

/// The number of trials.
const TRIALS: u32 = 20;

const SEED: u64 = 1;

/// The fewest and the most writers.
const WRITERS: (u32, u32) = (10, 200);

/// Milliseconds without another change before the computation starts.
const SETTLE: u32 = 120;

const WAYS: usize = OccBackoff::ALL.len();

#[derive(Clone, Copy, PartialEq, Properties)]
pub(super) struct Props {
    /// Whether it is on the page; nothing is computed before it is.
    pub(super) visible: bool,
}

pub(super) enum Msg {
    Writers(u32),
    /// Begins to compute.
    Begin,
    Heard(Heard),
}

/// The result of each backoff.
#[derive(Clone, Copy)]
struct ContentionOutcome {
    writers: u32,
    ways: [Summary; WAYS],
}

pub(super) struct Contention {
    worker_pool: WorkerPool,
    writers: u32,
    /// The last complete result, which is shown.
    outcome: Option<ContentionOutcome>,
    /// The results so far of what is being computed.
    found: [Option<Summary>; WAYS],
    /// The jobs, by the index of their backoff.
    batch: Batch<usize>,
    failed: Option<String>,
    settle: Option<Timeout>,
}

impl Component for Contention {
    type Message = Msg;
    type Properties = Props;

    fn create(ctx: &Context<Self>) -> Self {
        let worker_pool = WorkerPool::of(ctx);
        let mut contention = Self {
            worker_pool,
            writers: 100,
            outcome: None,
            found: [None; WAYS],
            batch: Batch::new(WAYS, []),
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
        let busy = self.is_busy();
        html! {
            <section
                class="contention panel" aria-labelledby="contention" aria-busy={busy.to_string()}
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
                if let Some(outcome) = &self.outcome { { shown(outcome, busy) } }
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
        self.settle = None;
        (self.found, self.failed) = ([None; WAYS], None);
        let job = |backoff| Job::Contention {
            writers: self.writers,
            backoff,
            trials: TRIALS,
            seed: SEED,
        };
        self.batch = Batch::new(WAYS, OccBackoff::ALL.map(job).into_iter().enumerate());
        self.batch.fill(&self.worker_pool, &ctx.link().callback(Msg::Heard));
    }

    fn hear(&mut self, heard: Heard) {
        match self.batch.hear(heard) {
            Some((n, Ok(JobResult::Contention(summary)))) => self.found[n] = Some(summary),
            Some((_, Err(why))) => {
                self.failed = Some(why);
                self.batch.cancel();
            }
            _ => {}
        }
        if let Some(ways) = whole(&self.found).filter(|_| !self.batch.is_running()) {
            self.outcome = Some(ContentionOutcome { writers: self.writers, ways });
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
}

fn whole(found: &[Option<Summary>; WAYS]) -> Option<[Summary; WAYS]> {
    let all: Option<Vec<Summary>> = found.iter().copied().collect();
    all?.try_into().ok()
}

fn shown(outcome: &ContentionOutcome, stale: bool) -> Html {
    let most = |value: fn(&Summary) -> f64| outcome.ways.iter().map(value).fold(0.0, f64::max);
    let (calls_most, time_most) = (most(|way| way.mean_calls), most(|way| way.mean_time_ms));
    let rows = OccBackoff::ALL.iter().zip(&outcome.ways).map(|(&backoff, way)| {
        html! {
            <tr>
                <th scope="row">{ name(backoff) }</th>
                <td>{ calls(way) }<Bar share={way.mean_calls / calls_most} class="is-calls" /></td>
                <td>{ time(way) }<Bar share={way.mean_time_ms / time_most} class="is-time" /></td>
            </tr>
        }
    });
    html! {
        <div class={classes!("contention__outcome", stale.then_some("is-stale"))}>
            <table>
                <caption class="visually-hidden">
                    { format!("What {} writers of one row need", count(outcome.writers.into())) }
                </caption>
                <thead>
                    <tr>
                        <th scope="col">{ "Backoff" }</th>
                        <th scope="col">{ "Calls made" }</th>
                        <th scope="col">{ "Time until all clients have written" }</th>
                    </tr>
                </thead>
                <tbody>{ for rows }</tbody>
            </table>
            <p class="contention__lesson" role="status">{ lesson(outcome.writers, &outcome.ways) }</p>
        </div>
    }
}

#[derive(PartialEq, Properties)]
struct BarProps {
    /// The share of the longest.
    share: f64,
    class: &'static str,
}

#[component(Bar)]
fn bar(props: &BarProps) -> Html {
    let node = use_node_ref();
    use_effect_with((node.clone(), props.share), |(node, share)| {
        set_style(node, "width", &format!("{:.1}%", share * 100.0));
    });
    html! { <span ref={node} class={classes!("contention__bar", props.class)} /> }
}

//! When all write the same row: what a backoff saves, and what it costs, in the published simulation.

mod lesson;

use crate::browser::set_style;
use crate::convert::float;
use crate::format::count;
use crate::worker_pool::{Report, Ticket, WorkerPool};
use fusebox_lab::job::OccJob;
use fusebox_sim::occ::{OccBackoff, Summary};
use gloo_timers::callback::Timeout;
use lesson::{calls, lesson, name, time};
use web_sys::HtmlInputElement;
use yew::prelude::*;

/// How often all is done anew.
const TRIALS: u32 = 20;

const SEED: u64 = 1;

/// The fewest and the most who write.
const WRITERS: (u32, u32) = (10, 200);

/// Milliseconds without another change before anything is computed.
const SETTLE: u32 = 120;

const WAYS: usize = OccBackoff::ALL.len();

const PERCENT_EACH: f64 = 100.0 / float(WAYS);

#[derive(Clone, Copy, PartialEq, Properties)]
pub(super) struct Props {
    /// Whether it is on the page; nothing is computed before it is.
    pub(super) visible: bool,
}

pub(super) enum Msg {
    Writers(u32),
    /// Begins to compute.
    Begin,
    /// What is heard of the job for the backoff with this index.
    Heard(usize, Report),
}

/// What came of each backoff.
#[derive(Clone, Copy)]
struct Outcome {
    writers: u32,
    ways: [Summary; WAYS],
}

pub(super) struct Contention {
    worker_pool: WorkerPool,
    writers: u32,
    /// What is shown: the last that was whole.
    outcome: Option<Outcome>,
    /// What has come so far of what is being computed, and how far each is.
    found: [Option<Summary>; WAYS],
    shares: [f64; WAYS],
    failed: Option<String>,
    /// Dropping them cancels the jobs.
    tickets: Vec<Ticket>,
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
            shares: [0.0; WAYS],
            failed: None,
            tickets: Vec::new(),
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
                self.tickets.clear();
                self.begin_in(ctx, SETTLE);
            }
            Msg::Begin => self.begin(ctx),
            Msg::Heard(n, report) => self.hear(n, report),
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
                    <h2 id="contention">{ "When all write the same row" }</h2>
                    <p>
                        { "Each reads the version of one row, and writes the row where it still has this \
                           version; whoever comes too late waits and begins again. A message takes 10 ms. \
                           The row answers at once however many ask, so that a needless call costs nothing \
                           here; where it does, the calls are what a backoff saves." }
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
        self.settle.is_some() || !self.tickets.is_empty()
    }

    fn begin_in(&mut self, ctx: &Context<Self>, wait: u32) {
        let link = ctx.link().clone();
        self.settle = Some(Timeout::new(wait, move || link.send_message(Msg::Begin)));
    }

    fn begin(&mut self, ctx: &Context<Self>) {
        self.settle = None;
        (self.found, self.shares, self.failed) = ([None; WAYS], [0.0; WAYS], None);
        let jobs = OccBackoff::ALL.iter().enumerate().map(|(n, &backoff)| {
            let job = OccJob { clients: self.writers, backoff, trials: TRIALS, seed: SEED };
            let heard = ctx.link().callback(move |report| Msg::Heard(n, report));
            self.worker_pool.run(job.to_string(), heard)
        });
        self.tickets = jobs.collect();
    }

    fn hear(&mut self, n: usize, report: Report) {
        match report {
            Report::Progress(share) => self.shares[n] = share,
            Report::Done(words) => (self.shares[n], self.found[n]) = (1.0, OccJob::summary(&words)),
            Report::Failed(why) => {
                self.failed = Some(why);
                self.tickets.clear();
            }
        }
        if let Some(ways) = whole(&self.found) {
            self.outcome = Some(Outcome { writers: self.writers, ways });
            self.tickets.clear();
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

    /// What is being done, or how the numbers came about.
    fn state(&self) -> String {
        if let Some(why) = &self.failed {
            return format!("This cannot be computed: {why}.");
        }
        let place = self.worker_pool.kind().map(|place| format!(" {place}")).unwrap_or_default();
        if self.is_busy() {
            let percent = self.shares.iter().sum::<f64>() * PERCENT_EACH;
            return format!("Computing{place}: {percent:.0} %");
        }
        format!("Means of {TRIALS} trials, computed{place}.")
    }
}

fn whole(found: &[Option<Summary>; WAYS]) -> Option<[Summary; WAYS]> {
    let all: Option<Vec<Summary>> = found.iter().copied().collect();
    all?.try_into().ok()
}

fn shown(outcome: &Outcome, stale: bool) -> Html {
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
                        <th scope="col">{ "Time until all have written" }</th>
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

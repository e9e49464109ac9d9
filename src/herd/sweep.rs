//! Sweeps: one measure of one strategy over two settings, as a heat map that fills in as it is
//! computed. Each cell can be opened as a lane.

mod fields;
mod map;
mod run;
mod save;
mod words;

use super::session::{Change, Session};
use crate::browser;
use crate::palette::Palette;
use crate::worker_pool::{Heard, WorkerPool};
use fields::Fields;
use fusebox_lab::sweep::{PRESETS, SweepForm};
use map::{Map, figure};
use run::Run;
use std::rc::Rc;
use yew::prelude::*;

/// Milliseconds between two drawings of the map.
const DRAWN_EVERY: f64 = 125.0;

/// The number of steps in which progress is announced.
const TOLD_STEPS: usize = 4;

#[derive(Clone, PartialEq, Properties)]
pub(super) struct Props {
    pub(super) session: Session,
    pub(super) palette: Rc<Palette>,
    /// The width of the page: a change of it redraws everything.
    pub(super) width: i32,
    pub(super) on_change: Callback<Change>,
}

pub(super) enum Msg {
    Toggle,
    /// Starts or cancels the sweep.
    Run,
    Heard(Heard),
    /// The pointer is on a cell.
    Point(Option<(usize, usize)>),
    /// Opens a cell as a lane.
    Open(usize, usize),
}

/// The button and, while it is open, the panel.
pub(super) struct SweepTool {
    worker_pool: WorkerPool,
    /// The form when the panel was closed.
    closed: Option<SweepForm>,
    run: Option<Run>,
    map: Map,
    drawn_at: f64,
}

impl Component for SweepTool {
    type Message = Msg;
    type Properties = Props;

    fn create(ctx: &Context<Self>) -> Self {
        let worker_pool = WorkerPool::of(ctx);
        Self { worker_pool, closed: None, run: None, map: Map::default(), drawn_at: 0.0 }
    }

    fn changed(&mut self, ctx: &Context<Self>, old: &Props) -> bool {
        let Session { chosen, experiments, .. } = &ctx.props().session;
        let before = &old.session.experiments.sweep;
        if chosen.seed != old.session.chosen.seed {
            self.cancel();
        }
        if let (Some(form), Some(before)) = (&experiments.sweep, before) {
            // A sweep records all measures, so that another measure needs no new runs.
            if *form != (SweepForm { measure: form.measure, ..before.clone() }) {
                self.cancel();
            }
            if let Some(run) = &mut self.run {
                run.sweep.measure = form.measure;
            }
        }
        true
    }

    fn update(&mut self, ctx: &Context<Self>, msg: Msg) -> bool {
        match msg {
            Msg::Toggle => self.toggle(ctx),
            Msg::Run => self.begin_or_cancel(ctx),
            Msg::Heard(heard) => return self.hear(ctx, heard),
            Msg::Point(cell) => {
                let is_new = self.map.cursor != cell;
                self.map.cursor = cell;
                return is_new;
            }
            Msg::Open(x, y) => {
                self.map.cursor = Some((x, y));
                if let Some((setup, strategy)) = self.run.as_ref().and_then(|run| run.lane(x, y)) {
                    self.map.opened.clone_from(&strategy.name);
                    ctx.props().on_change.emit(Change::Open(Box::new((setup, strategy))));
                }
            }
        }
        true
    }

    fn rendered(&mut self, ctx: &Context<Self>, _: bool) {
        if let (Some(_), Some(run)) = (form(ctx), &self.run) {
            self.map.draw(run, &ctx.props().palette);
        }
    }

    fn view(&self, ctx: &Context<Self>) -> Html {
        html! {
            <>
                <button
                    class="button export__button" type="button"
                    aria-expanded={form(ctx).is_some().to_string()}
                    onclick={ctx.link().callback(|_: MouseEvent| Msg::Toggle)}
                >
                    { "Sweep" }
                </button>
                if let Some(form) = form(ctx) {
                    <section class="sweep panel" aria-label="Sweep">{ self.panel(ctx, form) }</section>
                }
            </>
        }
    }
}

/// The form while the panel is open.
fn form(ctx: &Context<SweepTool>) -> Option<&SweepForm> {
    ctx.props().session.experiments.sweep.as_ref()
}

impl SweepTool {
    fn panel(&self, ctx: &Context<Self>, form: &SweepForm) -> Html {
        let Props { session, on_change, .. } = ctx.props();
        let is_running = self.is_running();
        let can_run = is_running || form.sweep(session.chosen.seed).is_ok();
        let run = ctx.link().batch_callback(move |_: MouseEvent| can_run.then_some(Msg::Run));
        html! {
            <>
                <header class="sweep__intro">
                    <h2>{ "One measure over two settings" }</h2>
                    <p>
                        { "Each cell is a run with the settings of its column and its row." }
                    </p>
                </header>
                <Fields form={form.clone()} chosen={session.chosen.clone()} on_change={on_change.clone()} />
                <div class="sweep__run">
                    <button
                        class="button button--strong" type="button" onclick={run}
                        aria-disabled={(!can_run).to_string()}
                    >
                        { if is_running { "Cancel" } else { "Run" } }
                    </button>
                    { self.progress(form) }
                </div>
                if let Some(run) = &self.run { { figure(ctx, &self.map, run) } }
            </>
        }
    }

    /// The progress, and its announcement.
    fn progress(&self, form: &SweepForm) -> Html {
        let Some(run) = &self.run else {
            return html! { <p class="sweep__progress">{ words::size(form) }</p> };
        };
        let text = run.progress(browser::now());
        let (done, all) = run.field.progress();
        let told = if run.batch.is_running() {
            format!("{} of {TOLD_STEPS} parts are done.", done * TOLD_STEPS / all)
        } else {
            text.clone()
        };
        html! {
            <>
                <progress
                    class="sweep__bar" max={all.to_string()} value={done.to_string()}
                    aria-label="Runs done"
                />
                <p class="sweep__progress">{ text }</p>
                <p class="visually-hidden" role="status">{ told }</p>
            </>
        }
    }

    fn toggle(&mut self, ctx: &Context<Self>) {
        self.cancel();
        let open = form(ctx).cloned();
        let chosen = &ctx.props().session.chosen;
        let mut form = self.closed.take().unwrap_or_else(|| PRESETS[0].form());
        if form.start.is_none() {
            (form.preset, form.setup) = (chosen.preset, chosen.comparison.setup);
            form.fit();
        }
        let next = open.is_none().then_some(Box::new(form));
        self.closed = open;
        ctx.props().on_change.emit(Change::Sweep(next));
    }

    fn begin_or_cancel(&mut self, ctx: &Context<Self>) {
        if self.is_running() {
            return self.cancel();
        }
        let seed = ctx.props().session.chosen.seed;
        if let Some(Ok(sweep)) = form(ctx).map(|form| form.sweep(seed)) {
            let mut run = Run::new(sweep, browser::now());
            run.batch.fill(&self.worker_pool, &ctx.link().callback(Msg::Heard));
            self.run = Some(run);
            self.map = Map::default();
        }
    }

    fn cancel(&mut self) {
        if let Some(run) = &mut self.run {
            run.batch.cancel();
        }
    }

    fn is_running(&self) -> bool {
        self.run.as_ref().is_some_and(|run| run.batch.is_running())
    }

    fn hear(&mut self, ctx: &Context<Self>, heard: Heard) -> bool {
        let Some(run) = &mut self.run else { return false };
        let now = browser::now();
        run.hear(heard, now);
        run.batch.fill(&self.worker_pool, &ctx.link().callback(Msg::Heard));
        let is_due = !run.batch.is_running() || now - self.drawn_at >= DRAWN_EVERY;
        if is_due {
            self.drawn_at = now;
        }
        is_due
    }
}

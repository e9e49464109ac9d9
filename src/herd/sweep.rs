//! Sweeps: one measure of one strategy over two settings, as a heat map that fills in as it is
//! computed, each cell of which can be opened as a lane.

mod fields;
mod form;
mod map;
mod run;
mod save;
mod table;
mod words;

use super::session::{Change, Session};
use crate::browser;
use crate::palette::Palette;
use crate::worker_pool::{Heard, WorkerPool};
use fields::Fields;
use form::Form;
use fusebox_lab::herd::{Measure, Setup};
use map::{Map, figure};
use run::Run;
use std::rc::Rc;
use yew::prelude::*;

/// Milliseconds between two drawings.
const DRAWN_EVERY: f64 = 125.0;

/// The number of steps in which the progress is announced.
const TOLD_STEPS: usize = 4;

#[derive(Clone, Properties)]
pub(super) struct Props {
    pub(super) session: Session,
    /// The number of the link that the session is from; a new number is a new wish.
    pub(super) wish: u32,
    pub(super) worker_pool: WorkerPool,
    pub(super) palette: Rc<Palette>,
    /// The width of the page, so that a change of it has all drawn anew.
    pub(super) width: i32,
    pub(super) on_change: Callback<Change>,
}

impl PartialEq for Props {
    fn eq(&self, other: &Self) -> bool {
        self.session == other.session
            && self.wish == other.wish
            && self.width == other.width
            && Rc::ptr_eq(&self.palette, &other.palette)
    }
}

pub(super) enum Msg {
    Toggle,
    /// The form has changed, which cancels the run.
    Fill(Box<Form>),
    /// Shows another measure of the same runs.
    Measure(&'static Measure),
    /// Begins, or cancels.
    Run,
    Heard(Heard),
    /// A cell is pointed at.
    Point(Option<(usize, usize)>),
    /// A cell is to be a lane.
    Open(usize, usize),
}

/// The button, and while it is open the panel.
pub(super) struct SweepTool {
    open: bool,
    form: Rc<Form>,
    run: Option<Run>,
    map: Map,
    /// The setup of the cell that was opened last, which is no change of what is asked for.
    opened: Option<Setup>,
    drawn_at: f64,
}

impl Component for SweepTool {
    type Message = Msg;
    type Properties = Props;

    fn create(ctx: &Context<Self>) -> Self {
        let wanted = ctx.props().session.experiments.sweep.as_ref();
        let chosen = &ctx.props().session.chosen;
        Self {
            open: wanted.is_some(),
            form: Rc::new(wanted.map_or_else(Form::default, |it| Form::wanted(it, chosen))),
            run: None,
            map: Map::default(),
            opened: None,
            drawn_at: 0.0,
        }
    }

    fn changed(&mut self, ctx: &Context<Self>, old: &Props) -> bool {
        let (now, before) = (&ctx.props().session.chosen, &old.session.chosen);
        if ctx.props().wish != old.wish {
            *self = Component::create(ctx);
            return true;
        }
        let setup = now.comparison.setup;
        if now.seed != before.seed {
            self.cancel();
        }
        if setup != before.comparison.setup && Some(setup) != self.opened {
            self.opened = None;
            if self.form.preset.is_none() {
                let form = Rc::make_mut(&mut self.form);
                (form.herd, form.setup) = (now.preset, setup);
                form.keep_to_what_applies();
                self.cancel();
            }
        }
        self.tell(ctx);
        true
    }

    fn update(&mut self, ctx: &Context<Self>, msg: Msg) -> bool {
        match msg {
            Msg::Toggle => {
                self.open = !self.open;
                self.cancel();
                self.tell(ctx);
            }
            Msg::Fill(form) => {
                self.form = Rc::new(*form);
                self.cancel();
                self.tell(ctx);
            }
            Msg::Measure(measure) => {
                Rc::make_mut(&mut self.form).measure = measure;
                if let Some(run) = &mut self.run {
                    run.sweep.measure = measure;
                }
                self.tell(ctx);
            }
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
                    self.opened = Some(setup);
                    self.map.opened.clone_from(&strategy.name);
                    ctx.props().on_change.emit(Change::Open(Box::new((setup, strategy))));
                }
            }
        }
        true
    }

    fn rendered(&mut self, ctx: &Context<Self>, _: bool) {
        if let (true, Some(run)) = (self.open, &self.run) {
            self.map.draw(run, &ctx.props().palette);
        }
    }

    fn view(&self, ctx: &Context<Self>) -> Html {
        html! {
            <>
                <button
                    class="button export__button" type="button" aria-expanded={self.open.to_string()}
                    onclick={ctx.link().callback(|_: MouseEvent| Msg::Toggle)}
                >
                    { "Sweep" }
                </button>
                if self.open {
                    <section class="sweep panel" aria-label="Sweep">{ self.panel(ctx) }</section>
                }
            </>
        }
    }
}

impl SweepTool {
    /// Reports the open form for the link.
    fn tell(&self, ctx: &Context<Self>) {
        let Session { chosen, experiments, .. } = &ctx.props().session;
        let sweep = self.open.then(|| self.form.link(&chosen.comparison));
        if sweep != experiments.sweep {
            ctx.props().on_change.emit(Change::Sweep(sweep.map(Box::new)));
        }
    }

    fn panel(&self, ctx: &Context<Self>) -> Html {
        let session = &ctx.props().session;
        let problems = self.form.sweep(session.chosen.seed).err().unwrap_or_default();
        let is_running = self.is_running();
        let can_run = is_running || problems.is_empty();
        let run = ctx.link().batch_callback(move |_: MouseEvent| can_run.then_some(Msg::Run));
        html! {
            <>
                <header class="sweep__intro">
                    <h2>{ "One measure over two settings" }</h2>
                    <p>
                        { "Each cell is a run with the settings of its column and its row." }
                    </p>
                </header>
                <Fields form={self.form.clone()} chosen={session.chosen.clone()} link={ctx.link().clone()} />
                <div class="sweep__run">
                    <button
                        class="button button--strong" type="button" onclick={run}
                        aria-disabled={(!can_run).to_string()}
                    >
                        { if is_running { "Cancel" } else { "Run" } }
                    </button>
                    { self.progress(&problems) }
                </div>
                if let Some(run) = &self.run { { figure(ctx, &self.map, run) } }
            </>
        }
    }

    /// The progress, and its announcement.
    fn progress(&self, problems: &[fusebox_lab::settings::Problem]) -> Html {
        let Some(run) = &self.run else {
            return html! { <p class="sweep__progress">{ words::size(&self.form, problems) }</p> };
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
                    aria-label="Runs that are done"
                />
                <p class="sweep__progress">{ text }</p>
                <p class="visually-hidden" role="status">{ told }</p>
            </>
        }
    }

    fn begin_or_cancel(&mut self, ctx: &Context<Self>) {
        if self.is_running() {
            return self.cancel();
        }
        let chosen = &ctx.props().session.chosen;
        if let Ok(sweep) = self.form.sweep(chosen.seed) {
            let mut run = Run::new(sweep, browser::now());
            run.batch.fill(&ctx.props().worker_pool, &ctx.link().callback(Msg::Heard));
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
        run.batch.fill(&ctx.props().worker_pool, &ctx.link().callback(Msg::Heard));
        let is_due = !run.batch.is_running() || now - self.drawn_at >= DRAWN_EVERY;
        if is_due {
            self.drawn_at = now;
        }
        is_due
    }
}

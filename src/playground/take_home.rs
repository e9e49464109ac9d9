//! The layers around a dependency as the file of another library, and such a file as the layers.

use crate::part::{self, Fetch, Part, use_part};
use crate::playground::Page;
use crate::playground::session;
use crate::select::Select;
use crate::share::use_copy;
use crate::table::{caption, table};
use crate::{browser, download};
use fusebox_lab::settings;
use fusebox_lab::take_home::{self, Exported, Figure, Measured, Note, TARGETS, Target};
use fusebox_lab::words::{capital, plural};
use fusebox_sim::{Dependency, Scenario};
use gloo_timers::future::TimeoutFuture;
use std::cell::Cell;
use std::rc::Rc;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Event, HtmlInputElement, HtmlTextAreaElement};
use yew::platform::spawn_local;
use yew::prelude::*;

/// The code of the panel, which is a part of the page of its own.
pub(crate) struct Home {
    panel: fn(&Page) -> Html,
}

pub(crate) static HOME: Home = Home { panel: |page| html! { <TakeHome ..page.clone() /> } };

/// The id of the field with the file.
const FILE: &str = "home-file";

/// The panel, once its part of the page is loaded.
#[component(HomePanel)]
pub(super) fn home_panel(page: &Page) -> Html {
    let part = use_part(Part::Home, Fetch::Now);
    match part::home().filter(|_| part.is_here()) {
        Some(home) => (home.panel)(page),
        None => part.stand_in(),
    }
}

#[component(TakeHome)]
fn take_home(page: &Page) -> Html {
    let Page { session, shared, .. } = page;
    let target = use_state_eq(|| 0_usize);
    let on = use_state_eq(|| session.on);
    let chosen = TARGETS[*target];
    let dependencies = session.world.plan.scenario.used();
    let now = session.world.plan.scenario_at(shared.now.get());
    let exported = use_memo((now, *target, *on), |(scenario, target, on)| {
        take_home::export(TARGETS[*target], scenario, *on)
    });
    let choose_target = {
        let target = target.clone();
        Callback::from(move |n| target.set(n))
    };
    let choose_on = {
        let (on, dependencies) = (on.clone(), dependencies.clone());
        Callback::from(move |n: usize| on.set(dependencies[n]))
    };
    let title = |it: &&Target| AttrValue::from(format!("{} {}", it.title, it.version));
    html! {
        <section class="home" aria-label="Settings of other libraries">
            <div class="home__head">
                <label class="home__field">
                    <span>{ "The layers around" }</span>
                    <Select
                        options={dependencies.iter().map(|it| AttrValue::from(it.heading())).collect::<Vec<_>>()}
                        chosen={dependencies.iter().position(|it| *it == *on)} on_choose={choose_on}
                    />
                </label>
                <label class="home__field">
                    <span>{ "For" }</span>
                    <Select
                        options={TARGETS.iter().map(title).collect::<Vec<_>>()}
                        chosen={*target} on_choose={choose_target}
                    />
                </label>
                if !browser::is_one_file() {
                    <a class="home__more" href={format!("docs/take-home.html#{}", chosen.name)} target="_blank" rel="noopener">
                        { format!("What {} has for each setting", chosen.title) }
                    </a>
                }
            </div>
            <File exported={exported.clone()} target={chosen.title} />
            if exported.here != exported.there {
                <Difference page={page.clone()} {exported} target={chosen.title} on={*on} />
            }
            if chosen.is_read() { <Bring page={page.clone()} target={*target} on={*on} /> }
        </section>
    }
}

#[derive(PartialEq, Properties)]
struct FileProps {
    exported: Rc<Exported>,
    target: &'static str,
}

/// The file, and what is not the same in it.
#[component(File)]
fn file(FileProps { exported, target }: &FileProps) -> Html {
    let field = use_node_ref();
    let text = AttrValue::from(exported.text.clone());
    let (copy, copied) = use_copy(&text, &field);
    let save = {
        let exported = exported.clone();
        Callback::from(move |_: MouseEvent| download::file(&exported.file_name, &exported.text))
    };
    let title = match exported.notes.len() as u64 {
        0 => format!("Everything is the same in {target}"),
        n => format!("{} not the same in {target}", plural(n, "thing is", "things are")),
    };
    html! {
        <>
            <textarea
                ref={field} id={FILE} class="input home__text" readonly=true rows="14" spellcheck="false" wrap="off"
                aria-label={exported.file_name.clone()} value={text}
            />
            <div class="home__acts">
                <button class="button" type="button" onclick={copy}>{ "Copy" }</button>
                <button class="button" type="button" onclick={save}>
                    { format!("Save {}", exported.file_name) }
                </button>
                <p role="status">{ copied }</p>
            </div>
            if exported.notes.is_empty() { <p>{ title }</p> } else {
                <details class="home__notes">
                    <summary>{ title }</summary>
                    { notes(&exported.notes) }
                </details>
            }
        </>
    }
}

#[derive(PartialEq, Properties)]
struct DifferenceProps {
    page: Page,
    exported: Rc<Exported>,
    target: &'static str,
    on: Dependency,
}

/// How far both runs have been compared.
#[derive(Clone, PartialEq)]
enum Comparison {
    Running,
    /// With the reason.
    Impossible(String),
    /// With the run in words.
    Done(String, Vec<Figure>),
}

/// How many events of a run are computed at a time, in about ten milliseconds.
const STEP: u32 = 10_000;

/// What the differences do to the run, in numbers.
#[component(Difference)]
fn difference(DifferenceProps { page, exported, target, on }: &DifferenceProps) -> Html {
    let comparison = use_state_eq(|| Comparison::Running);
    let plan = &page.session.world.plan;
    {
        let set = comparison.setter();
        use_effect_with((plan.clone(), exported.clone(), *on), move |(plan, exported, on)| {
            let wanted = Rc::new(Cell::new(true));
            match Measured::new(plan, exported, *on) {
                Ok(run) => {
                    set.set(Comparison::Running);
                    spawn_local(compare(run, wanted.clone(), set));
                }
                Err(error) => set.set(Comparison::Impossible(error.to_string())),
            }
            move || wanted.set(false)
        });
    }
    let take = {
        let (page, exported, on) = (page.clone(), exported.clone(), *on);
        Callback::from(move |_: MouseEvent| {
            take_over(&page, on, &exported.there);
            // This button goes with the differences.
            browser::focus_by_id(FILE);
        })
    };
    let (about, figures) = match &*comparison {
        Comparison::Running => {
            return html! { <p class="home__wait">{ "Comparing both in this run ..." }</p> };
        }
        Comparison::Impossible(error) => {
            return html! { <p>{ format!("The file cannot be compared: {error}.") }</p> };
        }
        Comparison::Done(about, figures) => (about, figures),
    };
    let heads = [capital(&format!("in {about}")), "as here".into(), "with the file alone".into()];
    let rows = figures.iter().map(|Figure { name, here, there }| {
        let there = if here == there {
            there.into()
        } else {
            html! { <b>{ there }</b> }
        };
        vec![name.into(), here.into(), there]
    });
    html! {
        <div class="home__difference">
            { table(caption("What the differences do"), heads.map(Html::from), rows) }
            <button class="button" type="button" onclick={take}>
                { format!("Use the settings of {target} here") }
            </button>
        </div>
    }
}

/// Runs both a little at a time, so that the page stays responsive, as long as the result is wanted.
async fn compare(mut run: Measured, is_wanted: Rc<Cell<bool>>, set: UseStateSetter<Comparison>) {
    while is_wanted.get() {
        if run.advance(STEP) {
            set.set(Comparison::Done(run.about(), run.figures()));
            return;
        }
        TimeoutFuture::new(0).await;
    }
}

/// Has the session take over the layers around a dependency from another scenario.
fn take_over(page: &Page, on: Dependency, other: &Scenario) {
    let now = page.shared.now.get();
    let before = page.session.world.plan.scenario_at(now);
    let mut after = before.clone();
    let (config, other) = (&mut after.dependencies[on], &other.dependencies[on]);
    config.layers.clone_from(&other.layers);
    config.layers_off.clone_from(&other.layers_off);
    let changes = settings::differences(&before, &after).into_iter();
    let changes = changes.map(|it| (it.key, it.to)).collect::<Vec<_>>();
    if !changes.is_empty() {
        page.on_action.emit(session::set(now, changes));
    }
}

fn notes(notes: &[Note]) -> Html {
    html! { <ul>{ for notes.iter().map(|note| html! { <li>{ &note.text }</li> }) }</ul> }
}

#[derive(PartialEq, Properties)]
struct BringProps {
    page: Page,
    /// An index into [`TARGETS`].
    target: usize,
    on: Dependency,
}

/// What became of a file.
#[derive(Clone, PartialEq)]
enum Brought {
    Nothing,
    Refused(Vec<String>),
    /// The dependency that has its layers now, and what is to be said about them.
    Read(Dependency, Vec<Note>),
}

/// A file of the user, whose layers replace those around the dependency.
#[component(Bring)]
fn bring(BringProps { page, target, on }: &BringProps) -> Html {
    let field = use_node_ref();
    let brought = use_state_eq(|| Brought::Nothing);
    let (chosen, on) = (TARGETS[*target], *on);
    let open = {
        let field = field.clone();
        Callback::from(move |event: Event| read_into(&field, &event.target_unchecked_into()))
    };
    let read = {
        let (page, field, set) = (page.clone(), field.clone(), brought.setter());
        Callback::from(move |_: MouseEvent| {
            let Some(area) = field.cast::<HtmlTextAreaElement>() else { return };
            set.set(apply(&page, chosen, on, &area.value()));
        })
    };
    let label = format!("Paste a file for {}, or open one", chosen.title);
    html! {
        <details class="home__bring">
            <summary>{ "Bring such a file" }</summary>
            <label class="home__field">
                <span>{ label }</span>
                <textarea ref={field} class="input home__text" rows="8" spellcheck="false" wrap="off" />
            </label>
            <div class="home__acts">
                <input type="file" class="home__open" aria-label="Open a file" onchange={open} />
                <button class="button button--strong" type="button" onclick={read}>
                    { "Use its layers" }
                </button>
            </div>
            { said(&brought) }
        </details>
    }
}

fn said(brought: &Brought) -> Html {
    match brought {
        Brought::Nothing => html! {},
        Brought::Refused(problems) => html! {
            <div class="home__said" role="alert">
                <p>{ "Nothing was changed." }</p>
                <ul>{ for problems.iter().map(|it| html! { <li>{ it }</li> }) }</ul>
            </div>
        },
        Brought::Read(on, said) => html! {
            <div class="home__said" role="status">
                <p>{ format!("The layers around {} are those of the file. Break it, and watch.", on.title()) }</p>
                { notes(said) }
            </div>
        },
    }
}

/// Has the session take over the layers of a file.
fn apply(page: &Page, target: &Target, on: Dependency, text: &str) -> Brought {
    let mut after = page.session.world.plan.scenario_at(page.shared.now.get());
    match take_home::import(target, text, None, &mut after, on) {
        Err(problems) => Brought::Refused(problems.iter().map(|it| format!("{it}.")).collect()),
        Ok(notes) => {
            take_over(page, on, &after);
            Brought::Read(on, notes)
        }
    }
}

/// Reads the file that an input has, as far as it may be long, into the field.
fn read_into(field: &NodeRef, input: &HtmlInputElement) {
    let Some(file) = input.files().and_then(|files| files.get(0)) else { return };
    // One byte more than may be read, so that the reader says that it is too long.
    let most = f64::from(u32::try_from(take_home::LENGTH_MAX).unwrap_or(u32::MAX)) + 1.0;
    let Ok(beginning) = file.slice_with_f64_and_f64(0.0, most) else { return };
    let field = field.clone();
    spawn_local(async move {
        let text = JsFuture::from(beginning.text()).await.ok().and_then(|it| it.as_string());
        if let (Some(area), Some(text)) = (field.cast::<HtmlTextAreaElement>(), text) {
            area.set_value(&text);
        }
    });
}

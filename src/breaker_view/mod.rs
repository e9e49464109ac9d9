//! The *Breaker* view: the user plays the dependency of one breaker, step by step, and sees the same
//! tape in the breakers of other libraries.

mod answers;
mod beside;
mod class;
mod player;
mod rows;
mod session;
mod shape;
mod shown;
mod tape;

use crate::address::use_address;
use crate::breaker::{diagram, held, status_class};
use crate::browser;
use crate::disclosure::panel_button;
use crate::selection::Selection;
use crate::setting_field::{Subject, fields};
use crate::share::Share;
use answers::{ANSWERS, Answers};
pub(crate) use beside::TapeWorld;
use fusebox_lab::link::{self, Link};
use fusebox_lab::settings;
use rows::Rows;
use session::{Change, Session};
use shown::{Shown, effect, moment, name, told};
use std::rc::Rc;
use tape::TapeBar;
use yew::prelude::*;

#[derive(PartialEq, Properties)]
pub(super) struct Props {
    pub(super) visible: bool,
    /// The link to open, and its number; each link has a new number.
    pub(super) link: Option<(u32, Rc<link::Breaker>)>,
}

#[component(BreakerPage)]
pub(super) fn breaker_page(props: &Props) -> Html {
    let first = || Session::of(props.link.as_ref().map(|it| it.1.clone()).unwrap_or_default());
    let session = use_reducer(first);
    let on_change = use_callback((), {
        let dispatcher = session.dispatcher();
        move |change: Change, ()| dispatcher.dispatch(change)
    });
    {
        let on_change = on_change.clone();
        use_effect_with(props.link.clone(), move |link| {
            if let Some((_, link)) = link {
                on_change.emit(Change::Open(link.clone()));
            }
        });
    }
    use_address(
        Rc::new(link::Breaker::clone(&session.link).into()),
        props.visible,
        Some(Link::write),
    );
    let shown = use_memo((session.link.clone(), session.step()), |(link, step)| {
        Shown::of(link, *step).map(Rc::new)
    });
    let onkeydown = {
        let (on_change, step) = (on_change.clone(), session.step());
        Callback::from(move |event: KeyboardEvent| press(&event, step, &on_change))
    };
    let Some(shown) = (*shown).clone() else { return Html::default() };
    let session = Session::clone(&session);
    html! {
        <div class="microscope" {onkeydown} tabindex="-1">
            <Head session={session.clone()} on_change={on_change.clone()} />
            <div class="microscope__top">
                <Answers session={session.clone()} on_change={on_change.clone()} />
                { machine(&shown) }
                <Now shown={shown.clone()} />
            </div>
            <section class="microscope__below panel" aria-label="The tape and other breakers">
                <TapeBar session={session.clone()} on_change={on_change.clone()} />
                <Rows {session} {shown} on_change={on_change.clone()} />
            </section>
        </div>
    }
}

/// The keys, while the focus is in the view but in no text field.
fn press(event: &KeyboardEvent, step: usize, on_change: &Callback<Change>) {
    let is_plain = !(event.ctrl_key() || event.alt_key() || event.meta_key());
    if !is_plain || event.default_prevented() || browser::takes_letters(event.target()) {
        return;
    }
    let key = browser::key(event);
    let answer = ANSWERS.iter().find(|(.., own)| *own == key);
    // Arrow keys move the focus within a group of buttons.
    let is_moving = browser::is_within(event.target(), "[data-arrows], [role=region]");
    let change = match (answer, key.as_str()) {
        (Some((step, ..)), _) => Change::Play(*step),
        (None, "ArrowLeft") if !is_moving => Change::Go(step.saturating_sub(1)),
        (None, "ArrowRight") if !is_moving => Change::Go(step + 1),
        (None, "Home") if !is_moving => Change::Go(0),
        (None, "End") if !is_moving => Change::Go(usize::MAX),
        _ => return,
    };
    event.prevent_default();
    on_change.emit(change);
}

#[derive(PartialEq, Properties)]
struct HeadProps {
    session: Session,
    on_change: Callback<Change>,
}

/// The panels that the head can open, one at a time.
#[derive(Clone, Copy, PartialEq)]
enum Panel {
    Settings,
    Share,
}

/// The head: what the view is, the settings of the breaker, undo and share.
#[component(Head)]
fn head(HeadProps { session, on_change }: &HeadProps) -> Html {
    let open = use_state_eq(|| None::<Panel>);
    let config = session.link.config;
    let rules: Vec<String> = config.rules().map(|rule| rule_words(rule, &config)).collect();
    html! {
        <section class="microscope__head" aria-label="The breaker">
            <h1>{ "One breaker, one answer at a time" }</h1>
            <p class="quiet">
                { format!(
                    "Opens at {}, for {}; then {} of {} trials close it.",
                    rules.join(" or "), config.cooldown.base, config.trials_to_close, config.trials
                ) }
            </p>
            <div class="microscope__controls">
                { panel_button(&open, "Settings", Panel::Settings, None) }
                <button
                    class="button" type="button" onclick={on_change.reform(|_: MouseEvent| Change::Undo)}
                    aria-disabled={(!session.can_undo()).to_string()}
                >
                    { "Undo" }
                </button>
                { panel_button(&open, "Share", Panel::Share, Some("button--strong")) }
            </div>
            if *open == Some(Panel::Share) {
                <Share
                    link={Link::from(link::Breaker::clone(&session.link)).write()}
                    about="This link opens the same tape at this step."
                />
            }
            if *open == Some(Panel::Settings) { { settings_of(session, on_change) } }
        </section>
    }
}

fn rule_words(rule: fusebox::Rule, config: &fusebox::BreakerConfig) -> String {
    use fusebox::Rule;
    let of = config.window;
    match rule {
        Rule::Failures(failures) => format!("{failures} failures {of}"),
        Rule::FailureRate(rate) => {
            format!("{rate} failures of at least {} calls {of}", config.min_calls)
        }
        Rule::SlowRate(slow) => format!("{} calls over {} {of}", slow.rate, slow.threshold),
        Rule::Overdue(rule) => format!("{} calls in flight for over {}", rule.calls, rule.after),
    }
}

/// All settings of the breaker.
fn settings_of(session: &Session, on_change: &Callback<Change>) -> Html {
    let config = session.link.config;
    let before = settings::all(&link::Breaker::base());
    let on_set = on_change.reform(|(key, text)| Change::Set(key, text));
    html! {
        <section class="microscope__settings panel" aria-label="Settings of the breaker">
            { for fields(&settings::all(&config), &before, &Subject::Breaker(config), "b-", &on_set) }
        </section>
    }
}

/// The state machine, and what the current step did.
fn machine(shown: &Shown) -> Html {
    let told = shown.cell.as_ref().map_or_else(|| "No call has come yet.".to_owned(), told);
    html! {
        <section class="machine panel" aria-labelledby="machine-title">
            <h2 id="machine-title">{ "The breaker, one step at a time" }</h2>
            { diagram(&shown.breaker, &shown.moves) }
            <p class="machine__told" role="status">{ told }</p>
        </section>
    }
}

#[derive(PartialEq, Properties)]
struct NowProps {
    shown: Rc<Shown>,
}

/// The situation, and what each next answer would do.
#[component(Now)]
fn now(NowProps { shown }: &NowProps) -> Html {
    let selection = use_state_eq(|| None::<Selection>);
    let on_choose = {
        let set = selection.setter();
        Callback::from(move |chosen: Selection| set.set(Some(chosen)))
    };
    let words = &shown.breaker.words;
    html! {
        <section class="now panel" aria-labelledby="now-title">
            <h2 id="now-title" class="quiet">{ format!("Now, at {}", moment(shown.now)) }</h2>
            <p class={classes!("now__state", status_class(&shown.breaker))}>{ &words.headline }</p>
            <p>{ &words.next }</p>
            { next(shown) }
            { held(&shown.breaker, *selection, &on_choose) }
        </section>
    }
}

/// What each next answer would do; calls that are all rejected are one sentence.
fn next(shown: &Shown) -> Html {
    let mut all = shown.next.iter().peekable();
    let rejected = all.peek().filter(|(_, cell)| cell.is_refused());
    let at = rejected.map(|(_, cell)| {
        format!(
            "A call at {} is rejected, whatever you would answer. {}",
            moment(cell.at.ended),
            cell.why
        )
    });
    let rest = all.filter(|(_, cell)| !cell.is_refused());
    html! {
        <>
            if let Some(at) = at { <p class="now__rejected">{ at }</p> }
            <dl class="now__next" aria-label="The next answer">
                { for rest.map(|(step, cell)| html! {
                    <div key={name(*step)}>
                        <dt>{ shape::of_step(*step) }{ name(*step) }</dt>
                        <dd title={cell.why.clone()}>{ effect(cell) }</dd>
                    </div>
                }) }
            </dl>
        </>
    }
}

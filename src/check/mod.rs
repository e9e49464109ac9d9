//! The *Check* view: questions whose answers are experiments, challenges, and interview practice.

mod challenge;
mod inputs;
mod interview;
mod judging;
mod list;
mod picture;
mod plot;
mod question;
mod seeds;
mod session;
mod words;

use crate::address::use_address;
use crate::browser;
use crate::host;
use crate::keys::use_keys;
use crate::lesson::{Document, Loaded, use_document};
use crate::worker_pool::WorkerPool;
use challenge::ChallengeView;
use fusebox_lab::lesson::Lesson;
use fusebox_lab::link::{Check, Link};
use interview::InterviewView;
use judging::{SilentChallenge, SilentQuestion};
use list::{List, ResultView};
use question::QuestionView;
use session::{Action, Item, Session};
use std::rc::Rc;
use yew::prelude::*;

#[derive(Clone, PartialEq, Properties)]
pub(super) struct Props {
    /// Whether the view is visible.
    pub(super) visible: bool,
    /// The link to open, and its number; each link has a new number.
    pub(super) link: Option<(u32, Rc<Check>)>,
    pub(super) loaded: Loaded,
}

/// The view. Its document is fetched when it is opened for the first time.
#[component(CheckView)]
pub(super) fn check_view(props: &Props) -> Html {
    let was_opened = use_mut_ref(|| false);
    *was_opened.borrow_mut() |= props.visible;
    let is_open = *was_opened.borrow();
    html! { if is_open { <Fetched ..props.clone() /> } }
}

/// The view, once its document is loaded.
#[component(Fetched)]
fn fetched(props: &Props) -> Html {
    // While the page shows a link to another view, the newest one to this view stays.
    let newest = use_mut_ref(|| None);
    if props.link.is_some() {
        newest.borrow_mut().clone_from(&props.link);
    }
    let (number, link) = newest.borrow().clone().unwrap_or_default();
    let pool = use_memo((), |()| WorkerPool::default());
    match use_document(&link.lesson) {
        Document::Loading => html! { <p class="part panel">{ "The questions are loading …" }</p> },
        Document::Failed(sentences) => html! {
            <section class="part notice panel" role="alert">
                { for sentences.iter().map(|sentence| html! { <p>{ sentence }</p> }) }
            </section>
        },
        Document::Here(lesson) => html! {
            <ContextProvider<WorkerPool> context={(*pool).clone()}>
                <Checked {lesson} {link} visible={props.visible} loaded={props.loaded} {number} />
            </ContextProvider<WorkerPool>>
        },
    }
}

#[derive(Clone, PartialEq, Properties)]
struct CheckedProps {
    lesson: Rc<Lesson>,
    link: Rc<Check>,
    number: u32,
    visible: bool,
    loaded: Loaded,
}

#[component(Checked)]
fn checked(props: &CheckedProps) -> Html {
    let CheckedProps { lesson, link, number, visible, loaded } = props;
    let session = {
        let (lesson, link) = (lesson.clone(), link.clone());
        use_reducer_eq(move || Session::of(lesson, &link))
    };
    let on_action = Callback::from(session.dispatcher());
    {
        let (on_action, is_first) = (on_action.clone(), use_mut_ref(|| true));
        use_effect_with((lesson.clone(), *number, link.clone()), move |(lesson, _, link)| {
            // The session was created from the first link.
            if !is_first.replace(false) {
                on_action.emit(Action::Open(lesson.clone(), link.clone()));
            }
        });
    }
    let address = use_memo((*session).clone(), |session| Link::from(session.link()));
    use_address(address, *visible, Some(Link::write));
    {
        // The title of another item gets the focus.
        let is_first = use_mut_ref(|| true);
        use_effect_with(session.item, move |_| {
            if !is_first.replace(false) {
                browser::focus_by_id("check-title");
            }
        });
    }
    use_arrows(*visible, &session, &on_action);
    use_told(*visible, &session);
    let of = |n: usize| judging::Props {
        session: (*session).clone(),
        n,
        loaded: *loaded,
        on_action: on_action.clone(),
    };
    let key = session.id(session.item);
    let shown = match session.item {
        Item::Question(n) => html! { <QuestionView {key} ..of(n) /> },
        Item::Challenge(n) => html! { <ChallengeView {key} ..of(n) /> },
        Item::Interview(n) => html! { <InterviewView {key} ..of(n) /> },
        Item::Result => {
            html! { <ResultView {key} session={(*session).clone()} on_action={on_action.clone()} /> }
        }
    };
    let pending = session.pending();
    let key = pending.map(|item| session.id(item)).unwrap_or_default();
    let silent = match pending {
        Some(Item::Question(n)) => html! { <SilentQuestion {key} ..of(n) /> },
        Some(Item::Challenge(n)) => html! { <SilentChallenge {key} ..of(n) /> },
        _ => html! {},
    };
    if !visible {
        // The answers stay, but no world runs on.
        return html! {};
    }
    html! {
        <div class="check">
            <List session={(*session).clone()} on_action={on_action.clone()} />
            { shown }
            { silent }
        </div>
    }
}

/// Tells the host how many items are done, and of each verdict that is new.
#[hook]
fn use_told(visible: bool, session: &Session) {
    let told = use_mut_ref(Vec::new);
    let marks: Vec<_> = session.items().into_iter().map(|it| (it, session.mark(it))).collect();
    let session = session.clone();
    use_effect_with((visible, marks), move |(visible, marks)| {
        if !visible {
            return;
        }
        let before = told.replace(marks.clone());
        for &(item, mark) in marks.iter().filter(|it| !before.contains(it)) {
            let event = if session.challenge(item).is_some() { "goal" } else { "answer" };
            if let Some(is_right) = mark.verdict() {
                host::tell_result(event, &session.id(item), is_right);
            }
        }
        let done = marks.iter().filter(|(item, _)| session.is_done(*item)).count();
        let (questions, challenges) = (&session.lesson.questions, &session.lesson.challenges);
        host::tell_progress(done, marks.len(), questions.len() + challenges.len());
    });
}

/// The arrow keys go to the item before and after, unless the focused element needs them.
#[hook]
fn use_arrows(visible: bool, session: &Session, on_action: &Callback<Action>) {
    let [before, after] = [session.beside(false), session.beside(true)];
    let on_action = on_action.clone();
    use_keys(visible, move |event| {
        let is_plain = !(event.ctrl_key() || event.alt_key() || event.meta_key());
        let needs = "input, select, textarea, [role=slider], [data-arrows]";
        if !is_plain || event.default_prevented() || browser::is_within(event.target(), needs) {
            return;
        }
        let to = match event.key().as_str() {
            "ArrowLeft" => before,
            "ArrowRight" => after,
            _ => None,
        };
        if let Some(to) = to {
            event.prevent_default();
            on_action.emit(Action::Show(to));
        }
    });
}

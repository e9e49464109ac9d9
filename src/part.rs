//! What of the page is not needed for its first picture. Where the page is built in parts (feature
//! `split`) each part is a module of its own, fetched when it is wanted or when nothing else is to be
//! done; a page in one piece has all of them at once.
//!
//! What a part has is reached through function pointers alone ([`Details`], [`herd`]): whatever the
//! first module named directly would be linked into it.

#[cfg(feature = "split")]
mod fetch;

use crate::herd;
use crate::playground::{DETAILS, Details};
use gloo_timers::callback::Timeout;
use yew::platform::spawn_local;
use yew::prelude::*;

/// A part of the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    /// What the Playground has besides its picture.
    Details,
    /// The Herd, and all that is done in workers.
    Herd,
}

/// Makes the Herd.
pub(crate) type MakeHerd = fn(&herd::Props) -> Html;

const HERD: MakeHerd = |props| html! { <herd::HerdView ..props.clone() /> };

#[cfg(feature = "split")]
pub(crate) use fetch::{details, fetch, herd, serve};

/// What the Playground has besides its picture, once it is here.
#[cfg(not(feature = "split"))]
#[expect(clippy::unnecessary_wraps, reason = "a page in parts may not have it yet")]
pub(crate) const fn details() -> Option<&'static Details> {
    Some(&DETAILS)
}

/// What makes the Herd, once it is here.
#[cfg(not(feature = "split"))]
#[expect(clippy::unnecessary_wraps, reason = "a page in parts may not have it yet")]
pub(crate) const fn herd() -> Option<MakeHerd> {
    Some(HERD)
}

/// Has a part fetched, and tells whether it is here.
#[cfg(not(feature = "split"))]
#[expect(clippy::unused_async, reason = "a page in parts waits for it")]
pub(crate) async fn fetch(_: Part) -> bool {
    true
}

/// Does what the page asks for, where this is a worker.
#[cfg(not(feature = "split"))]
pub(crate) fn serve() {
    crate::crew::serve();
}

impl Part {
    fn is_here(self) -> bool {
        match self {
            Self::Details => details().is_some(),
            Self::Herd => herd().is_some(),
        }
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Details => "The rest of the page",
            Self::Herd => "The Herd",
        }
    }
}

/// How far a part is, and what fetches it again.
#[derive(Clone, PartialEq)]
pub(crate) struct PartState {
    part: Part,
    progress: Progress,
    retry: Callback<()>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Progress {
    Absent,
    Fetching,
    Failed,
    Here,
}

/// Fetches a part as soon as it is wanted, and otherwise so many milliseconds after the first picture.
#[hook]
pub(crate) fn use_part(part: Part, is_wanted: bool, after: u32) -> PartState {
    let progress = use_state_eq(|| if part.is_here() { Progress::Here } else { Progress::Absent });
    let retry = {
        let set = progress.setter();
        use_callback(part, move |(), &part| {
            set.set(Progress::Fetching);
            let set = set.clone();
            spawn_local(async move {
                let is_here = fetch(part).await;
                set.set(if is_here { Progress::Here } else { Progress::Failed });
            });
        })
    };
    {
        // One that failed unseen is fetched again once somebody looks.
        let (retry, is_due) =
            (retry.clone(), matches!(*progress, Progress::Absent | Progress::Failed));
        use_effect_with(is_wanted, move |&is_wanted| {
            let wait = if is_wanted { 0 } else { after };
            let timeout = is_due.then(|| Timeout::new(wait, move || retry.emit(())));
            move || drop(timeout)
        });
    }
    PartState { part, progress: *progress, retry }
}

impl PartState {
    pub(crate) fn is_here(&self) -> bool {
        self.progress == Progress::Here
    }

    pub(crate) fn has_failed(&self) -> bool {
        self.progress == Progress::Failed
    }

    /// What stands in its place while it is not here.
    pub(crate) fn stand_in(&self) -> Html {
        let name = self.part.name();
        if !self.has_failed() {
            return html! { <p class="part panel" role="status">{ format!("{name} is loading …") }</p> };
        }
        html! {
            <section class="part notice panel" role="alert">
                <p>
                    { format!("{name} could not be loaded. The network may be down; or there is a newer \
                               Fusebox, which you get by reloading the page.") }
                </p>
                <button class="button" type="button" onclick={self.retry.reform(|_: MouseEvent| ())}>
                    { "Try again" }
                </button>
            </section>
        }
    }
}

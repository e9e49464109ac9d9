//! The parts of the page that its first picture does not need. If the page is built in parts (feature
//! `split`), each part is a module of its own, fetched when it is needed or some time after the first
//! picture; a page built in one piece has all of them at once.
//!
//! The code of a part is reached only through function pointers ([`Details`], [`MakeView`]): code that
//! the first module named directly would be linked into it.

#[cfg(feature = "split")]
mod fetch;

use crate::address::Address;
use crate::lesson::Loaded;
use crate::playground::{DETAILS, Details, HOME, Home};
use crate::{breaker_view, browser, check, herd, learn};
use fusebox_lab::link::View;
use gloo_render::request_animation_frame;
use gloo_timers::callback::Timeout;
use gloo_utils::document;
use js_sys::Promise;
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen_futures::JsFuture;
use web_sys::HtmlLinkElement;
use yew::platform::spawn_local;
use yew::prelude::*;

/// A part of the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    /// The code of the Playground besides its picture.
    Details,
    /// The Herd, and the code of the workers.
    Herd,
    /// The views that teach: lessons, the check, and the Breaker.
    Lessons,
    /// The files of other libraries, to take settings home.
    Home,
}

/// Makes a view of a part, given whether it is visible.
pub(crate) type MakeView = fn(view: View, visible: bool, address: &Address) -> Html;

const HERD: MakeView = |view, visible, address| html! { <herd::HerdView {visible} is_alone={view == View::Herd} link={address.content()} /> };

/// They show worlds by the code of other parts, as far as that is loaded.
const LESSONS: MakeView = |view, visible, address| {
    let loaded = Loaded { details: details(), herd: views(Part::Herd) };
    match view {
        View::Check => html! { <check::CheckView {visible} link={address.content()} {loaded} /> },
        View::Breaker => {
            html! { <breaker_view::BreakerPage {visible} link={address.content()} /> }
        }
        _ => html! { <learn::LearnView {visible} link={address.content()} {loaded} /> },
    }
};

#[cfg(feature = "split")]
pub(crate) use fetch::{details, fetch, home, serve, views};

/// The code of the Playground besides its picture; none until it is fetched.
#[cfg(not(feature = "split"))]
#[expect(clippy::unnecessary_wraps, reason = "a page in parts may not have it yet")]
pub(crate) const fn details() -> Option<&'static Details> {
    Some(&DETAILS)
}

/// The panel of settings to take home; none until it is fetched.
#[cfg(not(feature = "split"))]
#[expect(clippy::unnecessary_wraps, reason = "a page in parts may not have it yet")]
pub(crate) const fn home() -> Option<&'static Home> {
    Some(&HOME)
}

/// The function that makes the views of a part; none if it has none, or until the part is fetched.
#[cfg(not(feature = "split"))]
pub(crate) const fn views(part: Part) -> Option<MakeView> {
    match part {
        Part::Details | Part::Home => None,
        Part::Herd => Some(HERD),
        Part::Lessons => Some(LESSONS),
    }
}

/// Fetches a part; returns whether it is loaded.
#[cfg(not(feature = "split"))]
#[expect(clippy::unused_async, reason = "a page in parts waits for it")]
pub(crate) async fn fetch(_: Part) -> bool {
    true
}

/// In a worker, serves the jobs of the page.
#[cfg(not(feature = "split"))]
pub(crate) fn serve() {
    crate::worker_pool::serve();
}

impl Part {
    #[cfg(feature = "split")]
    const COUNT: usize = Self::Home as usize + 1;

    fn is_here(self) -> bool {
        let has_code = match self {
            Self::Details => details().is_some(),
            Self::Home => home().is_some(),
            Self::Herd | Self::Lessons => views(self).is_some(),
        };
        has_code && self.disabled_styles().is_empty()
    }

    /// The style sheets of the part that index.html disables, but those that are enabled already.
    fn disabled_styles(self) -> Vec<HtmlLinkElement> {
        let class = match self {
            // The panel of settings to take home is in the details.
            Self::Details | Self::Home => ".details-style[disabled]",
            Self::Herd => ".herd-style[disabled]",
            Self::Lessons => ".lessons-style[disabled]",
        };
        browser::elements(document().query_selector_all(class))
    }

    /// Fetches the code and the styles of a part; returns whether both are loaded.
    async fn load(self) -> bool {
        let styles = self.disabled_styles();
        let enabled: Vec<Promise> = styles.iter().map(enable).collect();
        let mut is_here = fetch(self).await;
        for (style, enabled) in styles.iter().zip(enabled) {
            if JsFuture::from(enabled).await.is_err() {
                style.set_disabled(true);
                is_here = false;
            }
        }
        is_here
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Details => "The rest of the page",
            Self::Herd => "The Herd",
            Self::Lessons => "The view",
            Self::Home => "The panel",
        }
    }
}

/// Has the browser fetch a disabled style sheet.
fn enable(style: &HtmlLinkElement) -> Promise {
    let loaded = Promise::new(&mut |resolve, reject| {
        style.set_onload(Some(&resolve));
        style.set_onerror(Some(&reject));
    });
    style.set_disabled(false);
    loaded
}

/// The state of a part, and the function that fetches it again.
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
    /// Fetches the part again after a failure.
    Retrying,
    Here,
}

/// When to fetch a part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fetch {
    /// Now, because the user waits for it.
    Now,
    /// This many milliseconds after the next picture.
    Soon(u32),
    /// Not yet.
    Later,
}

/// Fetches a part at the given time.
#[hook]
pub(crate) fn use_part(part: Part, when: Fetch) -> PartState {
    let progress = use_state_eq(|| if part.is_here() { Progress::Here } else { Progress::Absent });
    let retry = {
        let (now, set) = (*progress, progress.setter());
        use_callback((part, now), move |(), &(part, now)| {
            if !matches!(now, Progress::Absent | Progress::Failed) {
                return;
            }
            let failed = now == Progress::Failed;
            set.set(if failed { Progress::Retrying } else { Progress::Fetching });
            let set = set.clone();
            spawn_local(async move {
                let is_here = part.load().await;
                set.set(if is_here { Progress::Here } else { Progress::Failed });
            });
        })
    };
    {
        let retry = retry.clone();
        // A part whose fetch failed in the background is fetched again once the user waits for it.
        use_effect_with(when, move |&when| {
            let timer = Rc::new(RefCell::new(None));
            let start = {
                let timer = timer.clone();
                move |wait| *timer.borrow_mut() = Some(Timeout::new(wait, move || retry.emit(())))
            };
            let frame = match when {
                Fetch::Now => {
                    start(0);
                    None
                }
                Fetch::Soon(wait) => Some(request_animation_frame(move |_| start(wait))),
                Fetch::Later => None,
            };
            move || drop((frame, timer))
        });
    }
    PartState { part, progress: *progress, retry }
}

impl PartState {
    pub(crate) fn is_here(&self) -> bool {
        self.progress == Progress::Here
    }

    /// The function that makes the views of the part, once it is loaded.
    pub(crate) fn views(&self) -> Option<MakeView> {
        views(self.part).filter(|_| self.is_here())
    }

    /// The placeholder of a part that is not loaded; its button stays in place while the part is
    /// fetched, so that it keeps the focus.
    pub(crate) fn stand_in(&self) -> Html {
        let name = self.part.name();
        let loading = format!("{name} is loading …");
        let is_retrying = self.progress == Progress::Retrying;
        if !is_retrying && self.progress != Progress::Failed {
            return html! { <p class="part panel">{ loading }</p> };
        }
        html! {
            <section class="part notice panel">
                <p role="alert">
                    if is_retrying { { loading } } else {
                        { format!("{name} could not be loaded. The network may be down, or Fusebox \
                                   was updated: then reload the page.") }
                    }
                </p>
                <button
                    class="button" type="button" aria-disabled={is_retrying.to_string()}
                    onclick={self.retry.reform(|_: MouseEvent| ())}
                >
                    { "Try again" }
                </button>
            </section>
        }
    }
}

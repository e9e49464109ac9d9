//! The *Learn* view: a lesson, step by step, each beside a live world.

mod code;
mod contents;
mod course;
mod moments;
mod print;
mod step;
mod try_it;

use crate::address::use_address;
use crate::browser;
use crate::host;
use crate::keys::use_keys;
use crate::lesson::{Document, Loaded, use_document};
use contents::Contents;
use course::Course;
use fusebox_lab::lesson::Lesson;
use fusebox_lab::link::{self, Link};
use std::rc::Rc;
use step::StepView;
use yew::prelude::*;

#[derive(PartialEq, Properties)]
pub(crate) struct Props {
    /// Whether the view is on the page; while it is not, it has no world.
    pub(crate) visible: bool,
    /// The link to open, and its number; each link has a new number.
    pub(crate) link: Option<(u32, Rc<link::Learn>)>,
    pub(crate) loaded: Loaded,
}

#[component(LearnView)]
pub(crate) fn learn_view(props: &Props) -> Html {
    let link = use_state_eq(|| newest(props.link.as_ref(), &Rc::default()));
    {
        let link = link.clone();
        use_effect_with(props.link.clone(), move |new| link.set(newest(new.as_ref(), &link)));
    }
    let document = use_document(&link.lesson);
    let written = use_memo(link.clone(), |link| Link::from((***link).clone()));
    use_address(written, props.visible, Some(Link::write));
    let on_done = {
        let link = link.clone();
        Callback::from(move |step: AttrValue| {
            let mut next = (**link).clone();
            next.finish(&step);
            link.set(Rc::new(next));
        })
    };
    if !props.visible {
        return Html::default();
    }
    let lesson = match document {
        Document::Here(lesson) if lesson.steps.is_empty() => {
            return notice(&["The lesson has no steps.".to_owned()]);
        }
        Document::Here(lesson) => lesson,
        Document::Loading => {
            return html! { <p class="part panel">{ "The lesson is loading …" }</p> };
        }
        Document::Failed(sentences) => return notice(&sentences),
    };
    let loaded = props.loaded;
    html! { <LessonView {lesson} link={(*link).clone()} {loaded} {on_done} /> }
}

/// The content of the newest link, or that of an earlier one while the page shows another view.
fn newest(link: Option<&(u32, Rc<link::Learn>)>, before: &Rc<link::Learn>) -> Rc<link::Learn> {
    link.map_or_else(|| before.clone(), |(_, link)| link.clone())
}

fn notice(sentences: &[String]) -> Html {
    html! {
        <section class="notice panel" role="alert" aria-label="About this lesson">
            { for sentences.iter().map(|sentence| html! { <p>{ sentence }</p> }) }
        </section>
    }
}

#[derive(PartialEq, Properties)]
struct LessonProps {
    lesson: Rc<Lesson>,
    link: Rc<link::Learn>,
    loaded: Loaded,
    on_done: Callback<AttrValue>,
}

#[component(LessonView)]
fn lesson_view(LessonProps { lesson, link, loaded, on_done }: &LessonProps) -> Html {
    let course = Rc::new(Course::new(lesson.clone(), link.clone()));
    use_arrows(course.before(), course.after());
    let (done, of) = course.progress();
    use_effect_with((done, of, course.goals()), |&(done, of, goals)| {
        host::tell_progress(done, of, goals);
    });
    {
        // What was read is the heading of the step that was left.
        let is_first = use_mut_ref(|| true);
        use_effect_with(course.step().id.0.clone(), move |_| {
            if !is_first.replace(false) {
                browser::focus_by_id(step::TITLE);
            }
        });
    }
    html! {
        <div class="learn">
            <header class="learn__head">
                { contents::rail(&course) }
                // A new step has closed it.
                <Contents key={course.step().id.0.clone()} course={course.clone()} />
            </header>
            <StepView
                key={format!("{} {}", lesson.id.0, course.step().id.0)} course={course.clone()}
                loaded={*loaded} on_done={on_done.clone()}
            />
        </div>
    }
}

/// Goes to the step before or after with the arrow keys, unless the focused element needs them.
#[hook]
fn use_arrows(before: Option<String>, after: Option<String>) {
    use_keys(true, move |event| {
        let link = match event.key().as_str() {
            "ArrowLeft" => &before,
            "ArrowRight" => &after,
            _ => return,
        };
        let is_plain = !(event.ctrl_key() || event.alt_key() || event.meta_key());
        let needs = "input, select, textarea, [data-arrows], [role=slider], [tabindex='0']";
        if let Some(link) = link
            && is_plain
            && !event.default_prevented()
            && !browser::is_within(event.target(), needs)
        {
            event.prevent_default();
            browser::open_fragment(link);
        }
    });
}

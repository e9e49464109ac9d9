//! The parts of the lesson on a wire, with a fuse at the current one, and the table of contents.

use super::course::Course;
use crate::disclosure::Disclosure;
use fusebox_lab::lesson::Part;
use std::rc::Rc;
use yew::prelude::*;

/// The parts of the lesson, each a link to its first step.
pub(super) fn rail(course: &Course) -> Html {
    let here = course.lesson.parts.iter().position(|part| part.id == course.step().part);
    let stop = |(n, part): (usize, &Part)| {
        let Some(first) = course.steps(part).next() else { return Html::default() };
        let is_done = course.steps(part).all(|step| course.is_done(step));
        let class = classes!(
            "rail__stop",
            is_done.then_some("is-done"),
            here.is_some_and(|here| n < here).then_some("is-past"),
        );
        let current = (here == Some(n)).then_some("step");
        html! {
            <li {class} key={part.id.0.clone()}>
                <a href={format!("#{}", course.to(first))} aria-current={current}>
                    <span class="rail__mark" aria-hidden="true" />
                    <span class="rail__name">{ &part.title }</span>
                    if is_done { <span class="visually-hidden">{ " (done)" }</span> }
                </a>
            </li>
        }
    };
    html! {
        <nav class="rail" aria-label="Parts of the lesson">
            <ol data-arrows="">{ for course.lesson.parts.iter().enumerate().map(stop) }</ol>
        </nav>
    }
}

#[derive(PartialEq, Properties)]
pub(super) struct Props {
    pub(super) course: Rc<Course>,
}

/// The table of contents, with what is done.
#[component(Contents)]
pub(super) fn contents(Props { course }: &Props) -> Html {
    html! {
        <Disclosure class="contents" title="Contents">
            <nav class="contents__list panel" aria-label="Contents">
                <p class="contents__left">{ course.left() }</p>
                { for course.lesson.parts.iter().map(|part| section(course, part)) }
            </nav>
        </Disclosure>
    }
}

fn section(course: &Course, part: &Part) -> Html {
    let steps = course.steps(part).map(|step| {
        let is_done = course.is_done(step);
        let current = (step.id == course.step().id).then_some("step");
        html! {
            <li class={classes!("contents__step", is_done.then_some("is-done"))}>
                <a href={format!("#{}", course.to(step))} aria-current={current}>
                    { &step.title }
                    if is_done { <span class="visually-hidden">{ " (done)" }</span> }
                </a>
            </li>
        }
    });
    html! {
        <section class="contents__part">
            <h2>{ &part.title }</h2>
            <ol>{ for steps }</ol>
        </section>
    }
}

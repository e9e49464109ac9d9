//! The list of all items with their marks, and the result.

use super::session::{Action, Item, Mark, Session};
use crate::convert::float;
use crate::share::Share;
use crate::table::{caption, scrolled, table};
use fusebox_lab::link::Link;
use yew::prelude::*;

#[derive(Clone, PartialEq, Properties)]
pub(super) struct Props {
    pub(super) session: Session,
    pub(super) on_action: Callback<Action>,
}

/// A group of items with its title.
fn groups(session: &Session) -> Vec<(String, Vec<Item>)> {
    let lesson = &session.lesson;
    let of_part = |part: &fusebox_lab::lesson::Part| {
        let questions = lesson.questions.iter().enumerate();
        let questions = questions.filter(|(_, it)| it.part == part.id);
        (part.title.clone(), questions.map(|(n, _)| Item::Question(n)).collect::<Vec<_>>())
    };
    let challenges = (0..lesson.challenges.len()).map(Item::Challenge).collect();
    let interview = (0..lesson.interview.len()).map(Item::Interview).collect();
    let more =
        [("Challenges".to_owned(), challenges), ("Interview practice".to_owned(), interview)];
    let all = lesson.parts.iter().map(of_part).chain(more);
    all.filter(|(_, items)| !items.is_empty()).collect()
}

/// The questions, right and wrong, in a sentence.
fn standing(session: &Session) -> (usize, usize, usize) {
    let questions: Vec<_> = (0..session.lesson.questions.len()).map(Item::Question).collect();
    let right = session.count(&questions, Mark::Right);
    let wrong = session.count(&questions, Mark::Wrong);
    (right, wrong, questions.len())
}

fn sentence((right, wrong, all): (usize, usize, usize)) -> String {
    match all - right - wrong {
        left if left == all => format!("{all} questions"),
        0 => format!("{right} right of {all}"),
        left => format!("{right} right of {}, {left} to go", right + wrong),
    }
}

const fn look(mark: Mark) -> (&'static str, &'static str, &'static str) {
    match mark {
        Mark::Open => ("is-open", "", "open"),
        Mark::Pending => ("is-open", "…", "being judged"),
        Mark::Right => ("is-right", "✓", "right"),
        Mark::Wrong => ("is-wrong", "✗", "not yet"),
        Mark::Seen => ("is-seen", "•", "begun"),
    }
}

#[component(List)]
pub(super) fn list(Props { session, on_action }: &Props) -> Html {
    let (right, wrong, all) = standing(session);
    let width = |count: usize| format!("{:.2}%", 100.0 * float(count) / float(all.max(1)));
    let item = |item: &Item| {
        let (class, mark, word) = look(session.mark(*item));
        let (kind, n) = match item {
            Item::Question(n) => ("Question", n + 1),
            Item::Challenge(n) => ("Challenge", n + 1),
            Item::Interview(n) => ("Interview question", n + 1),
            Item::Result => ("Result", 0),
        };
        let is_here = session.item == *item;
        let item = *item;
        html! {
            <li>
                <button
                    class={classes!("check__mark", class, is_here.then_some("is-here"))} type="button"
                    aria-label={format!("{kind} {n}: {word}")} aria-current={is_here.then_some("true")}
                    onclick={on_action.reform(move |_: MouseEvent| Action::Show(item))}
                >
                    if mark.is_empty() || is_here { { n } } else { { mark } }
                </button>
            </li>
        }
    };
    let group = |(title, items): (String, Vec<Item>)| {
        html! {
            <section>
                <h2>{ title }</h2>
                <ul>{ for items.iter().map(item) }</ul>
            </section>
        }
    };
    html! {
        <nav class="check__list panel" aria-label="Questions">
            <h1>{ &session.lesson.title }</h1>
            <p>{ sentence((right, wrong, all)) }</p>
            // A policy may forbid styles in the page itself, but not the lengths of a picture.
            <svg class="check__progress" aria-hidden="true">
                <rect class="is-right" width={width(right)} height="100%" />
                <rect class="is-wrong" x={width(right)} width={width(wrong)} height="100%" />
            </svg>
            <div class="check__groups">{ for groups(session).into_iter().map(group) }</div>
            <button
                class="button" type="button"
                aria-current={(session.item == Item::Result).then_some("true")}
                onclick={on_action.reform(|_: MouseEvent| Action::Show(Item::Result))}
            >
                { "Share my result" }
            </button>
        </nav>
    }
}

/// The result in numbers, and as a link.
#[component(ResultView)]
pub(super) fn result_view(Props { session, .. }: &Props) -> Html {
    let rows = groups(session).into_iter().map(|(title, items)| {
        let cell = |mark| Html::from(session.count(&items, mark).to_string());
        let judged = items.iter().filter(|item| session.mark(**item) != Mark::Open).count();
        let practice = items.iter().any(|item| matches!(item, Item::Interview(_)));
        let [right, wrong] = if practice {
            ["–", "–"].map(Html::from)
        } else {
            [cell(Mark::Right), cell(Mark::Wrong)]
        };
        vec![Html::from(title), Html::from(format!("{judged} of {}", items.len())), right, wrong]
    });
    let heads = ["Part", "Answered", "Right", "Not yet"].map(Html::from);
    let link = Link::from(session.link()).write();
    html! {
        <article class="check__item panel" aria-labelledby="check-title">
            <p class="check__kind">{ "Your result" }</p>
            <h2 id="check-title" tabindex="-1">{ sentence(standing(session)) }</h2>
            { scrolled("check__table", "Your result by part".to_owned(), table(caption("Your result by part"), heads, rows)) }
            <p>
                { "Nothing is stored. The link holds your answers, and whoever opens it has the engine judge \
                   them again." }
            </p>
            <Share {link} about="A link to your result" />
        </article>
    }
}

#[cfg(test)]
mod tests {
    use super::super::session::tests::lesson;
    use super::*;
    use fusebox_lab::link::Check;

    #[test]
    fn how_it_stands_is_a_sentence() {
        assert_eq!(sentence((7, 1, 24)), "7 right of 8, 16 to go");
        assert_eq!(sentence((24, 0, 24)), "24 right of 24");
        assert_eq!(sentence((0, 0, 24)), "24 questions");
    }

    #[test]
    fn all_items_are_listed_once() {
        let session = Session::of(lesson(), &Check::default());
        let listed: Vec<_> = groups(&session).into_iter().flat_map(|(_, items)| items).collect();
        assert_eq!(listed, session.items());
    }
}

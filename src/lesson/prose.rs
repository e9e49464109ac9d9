//! Prose as a page shows it: words in the colour of what they name, and numbers of a run.

use super::run::RunState;
use fusebox::time::Instant;
use fusebox_lab::lesson::{Piece, Prose};
use fusebox_lab::query::Query;
use std::rc::Rc;
use yew::prelude::*;

/// The runs that the numbers of a text are of.
#[derive(Clone, PartialEq)]
pub(crate) struct Numbers {
    pub(crate) world: RunState,
    pub(crate) without: RunState,
    /// Shows a moment of the run; none if its world cannot be played to one.
    pub(crate) on_seek: Option<Callback<Instant>>,
}

impl Numbers {
    /// The number of a query in words; none while its run is not over.
    fn text(&self, query: &Query) -> Option<String> {
        let ran = self.world.over()?;
        if query.needs_without() && self.without.over().is_none() {
            return None;
        }
        let text = ran.text(query, self.without.over().map(Rc::as_ref));
        Some(text.unwrap_or_else(|| "–".to_owned()))
    }

    /// The moment at which a number is known, if it is within the run.
    fn known_at(&self, query: &Query) -> Option<Instant> {
        self.world.over()?.known_at(query).filter(|at| *at > Instant::ZERO)
    }
}

/// Prose as plain text.
pub(crate) fn words(prose: &Prose, numbers: &Numbers) -> String {
    prose.plain(|query| numbers.text(query).unwrap_or_else(|| "…".to_owned()))
}

/// Prose with its colours and numbers.
pub(crate) fn paragraph(prose: &Prose, numbers: &Numbers) -> Html {
    prose.0.iter().map(|it| piece(it, numbers)).collect()
}

fn piece(piece: &Piece, numbers: &Numbers) -> Html {
    match piece {
        Piece::Text(text) => html! { { text } },
        Piece::Code(text) => html! { <code>{ text }</code> },
        Piece::Marked { text, mark } if mark == "fixed" => html! { { text } },
        Piece::Marked { text, mark } => {
            html! { <b class={classes!("mark", colour(mark))}>{ text }</b> }
        }
        Piece::Query(query) => number(query, numbers),
    }
}

fn number(query: &Query, numbers: &Numbers) -> Html {
    let Some(text) = numbers.text(query) else {
        return html! { <span class="number is-pending">{ "…" }</span> };
    };
    let asked = format!("{query}, asked of the run beside this text");
    let Some((at, on_seek)) = numbers.known_at(query).zip(numbers.on_seek.as_ref()) else {
        return html! { <span class="number" title={asked}>{ text }</span> };
    };
    let seconds = at.as_secs_f64();
    html! {
        <button
            class="number" type="button" onclick={on_seek.reform(move |_: MouseEvent| at)}
            title={format!("{asked}. Shows its moment, {seconds:.2} s.")}
        >
            { text }
        </button>
    }
}

/// The class with the colour of what a word names.
fn colour(mark: &str) -> Option<&'static str> {
    Some(match mark {
        "closed" | "success" => "is-success",
        "open" | "failed_fast" => "is-fast",
        "half_open" | "trial" | "slow" => "is-slow",
        "failure" | "down" | "hang" => "is-failure",
        "fallback" => "is-fallback",
        "retry" => "is-retry",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use fusebox_lab::lesson::MARKS;
    use fusebox_lab::query::Experiment;

    fn numbers(link: &str) -> Numbers {
        let ran = Experiment::of_link(link).unwrap().run().unwrap();
        let world = RunState::Over(Rc::new(ran));
        Numbers { world, without: RunState::Nothing, on_seek: None }
    }

    #[test]
    fn prose_has_the_numbers_of_its_run_and_waits_for_them() {
        let prose: Prose =
            "[Open](open) for {setting postgres.breaker.cooldown}, after {count(breaker.open)}."
                .parse()
                .unwrap();
        let waiting =
            Numbers { world: RunState::Running, without: RunState::Nothing, on_seek: None };
        assert_eq!(words(&prose, &waiting), "Open for …, after ….");
        let run =
            numbers("playground?postgres.breaker.cooldown=4s&duration=6s&actions=2s:postgres:down");
        assert_eq!(words(&prose, &run), "Open for 4 s, after 1.");
        let none: Prose = "{first(breaker.closed)} {errors of=without}".parse().unwrap();
        assert_eq!(words(&none, &run), "– …", "it has not closed, and there is no other run");
    }

    #[test]
    fn states_and_outcomes_have_colours() {
        let coloured = MARKS.iter().filter(|mark| colour(mark).is_some()).count();
        assert_eq!(coloured, 12);
        assert_eq!(colour("open"), Some("is-fast"));
        assert_eq!(colour("postgres"), None);
    }
}

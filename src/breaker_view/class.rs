//! The lesson's class beside a tape: its code with the lines that have run, and its variables.

use super::shown::moment;
use crate::listing::listing;
use fusebox::StateName;
use fusebox_lab::others::{CLASS, Line, Row, Variables};
use fusebox_lab::words::length;
use yew::prelude::*;

/// The lines of a step that have run, and the variables after them.
#[derive(Clone, Copy)]
pub(super) struct Ran<'a> {
    lines: &'a [Line],
    /// The variables before them.
    before: Variables,
}

impl<'a> Ran<'a> {
    /// The first lines of a step.
    pub(super) fn of(row: &'a Row, step: usize, lines: usize) -> Self {
        let here = step.checked_sub(1).and_then(|step| row.cells.get(step));
        let all = here.map_or(&[][..], |cell| &cell.lines[..]);
        let earlier = &row.cells[..row.cells.len().min(step.saturating_sub(1))];
        let before = earlier.iter().rev().find_map(|cell| cell.lines.last());
        Self {
            lines: &all[..lines.min(all.len())],
            before: before.map(|line| line.after).unwrap_or_default(),
        }
    }

    pub(super) fn now(&self) -> Variables {
        self.lines.last().map_or(self.before, |line| line.after)
    }
}

/// The code, in which the lines that have run are lit.
pub(super) fn class(ran: Ran<'_>) -> Html {
    let numbers: Vec<u32> = ran.lines.iter().map(|line| line.number).collect();
    html! {
        <section class="class panel" aria-labelledby="class-title">
            <h2 id="class-title" class="panel__title">{ "The lesson's class, as it runs" }</h2>
            { listing(CLASS, "Python", &numbers) }
        </section>
    }
}

/// Its variables; those that the lines of this step have changed are marked.
pub(super) fn variables(row: &Row, ran: Ran<'_>) -> Html {
    let (before, now) = (ran.before, ran.now());
    let at = |at: Option<_>| at.map_or_else(|| "None".to_owned(), moment);
    let elapsed = now.elapsed.map_or_else(|| "–".to_owned(), length);
    let changing = [
        ("_state", state(now.state).to_owned(), before.state != now.state),
        ("_failures", now.failures.to_string(), before.failures != now.failures),
        ("_opened_at", at(now.opened_at), before.opened_at != now.opened_at),
        ("_trials", now.trials.to_string(), before.trials != now.trials),
        ("elapsed", elapsed, now.elapsed.is_some() && before.elapsed != now.elapsed),
    ];
    let fixed = row.setup.settings.iter().map(|(key, value)| (*key, value.clone(), false));
    let item = |(name, value, is_new): (&'static str, String, bool)| {
        html! {
            <div key={name} class={classes!("class__variable", is_new.then_some("is-new"))}>
                <dt><code>{ name }</code></dt>
                <dd>{ value }</dd>
            </div>
        }
    };
    html! {
        <dl class="class__variables" aria-label="The variables of the class">
            { for changing.into_iter().chain(fixed).map(item) }
        </dl>
    }
}

/// A state as the class writes it.
const fn state(state: StateName) -> &'static str {
    match state {
        StateName::Closed => "CLOSED",
        StateName::Open => "OPEN",
        StateName::HalfOpen => "HALF_OPEN",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use fusebox::time::Instant;
    use fusebox_lab::link;
    use fusebox_lab::others::{System, rows};

    #[test]
    fn the_variables_follow_the_lines() {
        let link::Breaker { config, others, every, .. } = link::Breaker::default();
        let tape = "SFFF..S".parse().unwrap();
        let rows = rows(&config, others, &tape, every).unwrap();
        let row = rows.iter().find(|row| row.system == System::Lesson).unwrap();
        let now = |step, lines| Ran::of(row, step, lines).now();
        assert_eq!(now(0, 99), Variables::default());
        // The third failure opens it: with the line that counts it, it is still closed.
        let counts = row.cells[3].lines.iter().position(|line| line.number == 34).unwrap() + 1;
        assert_eq!((now(4, counts).failures, now(4, counts).state), (3, StateName::Closed));
        assert_eq!(now(4, counts - 1).failures, 2);
        let open = now(4, 99);
        assert_eq!((open.state, open.opened_at), (StateName::Open, Some(Instant::from_secs(4))));
        assert_eq!(now(6, 99), open, "time alone runs no line");
        assert_eq!(now(7, 99).elapsed, Some(fusebox::time::Duration::from_secs(2)));
    }
}

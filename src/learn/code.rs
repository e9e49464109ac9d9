//! Code beside the world: the lines that the newest event runs are lit.

use crate::listing::listing;
use fusebox::time::Instant;
use fusebox_lab::lesson::{Code, Lit};
use fusebox_lab::query::Ran;
use fusebox_lab::query::event::Event;
use yew::prelude::*;

/// The newest event up to a moment that runs lines of the code, and the lines.
fn lit<'a>(code: &'a Code, ran: &'a Ran, now: Instant) -> Option<(&'a Event, &'a Lit)> {
    let events = &ran.lanes.first()?.events;
    let past = &events[..events.partition_point(|event| event.at <= now)];
    past.iter().rev().find_map(|event| {
        let lit = code.lit.iter().find(|lit| lit.when.has(event))?;
        Some((event, lit))
    })
}

/// The code at a moment of its run.
pub(super) fn code(code: &Code, ran: Option<&Ran>, now: Instant) -> Html {
    let lit = ran.and_then(|ran| lit(code, ran, now));
    let lines: &[u32] = lit.map(|(_, lit)| &lit.lines[..]).unwrap_or_default();
    let event = lit.map_or_else(
        || "None of it has run yet.".to_owned(),
        |(event, _)| {
            let at = event.at.as_secs_f64();
            // What an event carries is no part of what happens.
            let about = event.kind.about().split(';').next().unwrap_or_default();
            format!("At {at:.2} s: {about}.")
        },
    );
    html! {
        <section class="code panel" aria-label={code.title.clone()}>
            <h2 class="panel__title">{ &code.title }</h2>
            <p class="code__event">{ event }</p>
            { listing(code.lines.iter().map(|line| line.0.as_str()), &code.language, lines) }
        </section>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use fusebox_lab::lesson::Line;
    use fusebox_lab::query::Experiment;

    #[test]
    fn the_newest_event_lights_its_lines() {
        let of = |when: &str, line| Lit { when: when.parse().unwrap(), lines: vec![line] };
        let code = Code {
            language: "python".to_owned(),
            title: "A breaker".to_owned(),
            lines: vec![Line(String::new()); 2],
            lit: vec![of("breaker.open", 1), of("breaker.half_open", 2)],
        };
        let link = "playground?duration=20s&actions=2s:postgres:down";
        let ran = Experiment::of_link(link).unwrap().run().unwrap();
        let lines = |seconds| {
            let lit = lit(&code, &ran, Instant::from_secs(seconds));
            lit.map(|(_, lit)| lit.lines.clone())
        };
        assert_eq!(lines(1), None);
        let opened = ran.moment(&"breaker.open".parse().unwrap()).expect("it opens");
        assert_eq!(lit(&code, &ran, opened).expect("it has opened").0.at, opened);
        assert_eq!(lines(20).map(|it| it.len()), Some(1));
    }
}

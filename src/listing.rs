//! A listing of code, in which the lines that have run are lit.

use yew::prelude::*;

/// How far the rest of a line that is broken is indented, in letters.
const HANGING: usize = 4;

/// The listing; of the lines that have run, the last is the one that is at work.
pub(crate) fn listing<'a>(
    lines: impl IntoIterator<Item = &'a str>,
    language: &str,
    ran: &[u32],
) -> Html {
    let line = |(n, text): (u32, &str)| {
        let class = match ran.iter().rposition(|line| *line == n) {
            Some(place) if place + 1 == ran.len() => Some("is-lit"),
            Some(_) => Some("is-run"),
            None => None,
        };
        let code = text.trim_start();
        let indent = format!("padding-left: {}ch", text.len() - code.len() + HANGING);
        html! { <li {class}><code ~style={indent}>{ code }</code></li> }
    };
    html! {
        <ol class="code__lines" aria-label={format!("Lines of {language}")}>
            { for (1..).zip(lines).map(line) }
        </ol>
    }
}

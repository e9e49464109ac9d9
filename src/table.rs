//! A table: what a picture shows, in numbers.

use yew::prelude::*;

/// A table with the heads of its columns, and its rows, the first cell of which is their head.
pub(super) fn table(
    caption: Html,
    heads: impl IntoIterator<Item = Html>,
    rows: impl IntoIterator<Item = Vec<Html>>,
) -> Html {
    let head = |head| html! { <th scope="col">{ head }</th> };
    html! {
        <table>
            { caption }
            <thead><tr>{ for heads.into_iter().map(head) }</tr></thead>
            <tbody>{ for rows.into_iter().map(row) }</tbody>
        </table>
    }
}

fn row(cells: Vec<Html>) -> Html {
    let cell = |(n, cell): (usize, Html)| {
        if n == 0 {
            html! { <th scope="row">{ cell }</th> }
        } else {
            html! { <td>{ cell }</td> }
        }
    };
    html! { <tr>{ for cells.into_iter().enumerate().map(cell) }</tr> }
}

/// A caption that is only read out.
pub(super) fn caption(text: &str) -> Html {
    html! { <caption class="visually-hidden">{ text }</caption> }
}

/// What may be wider than the page, and is scrolled within it.
pub(super) fn scrolled(class: &'static str, label: String, table: Html) -> Html {
    html! { <div {class} tabindex="0" role="region" aria-label={label}>{ table }</div> }
}

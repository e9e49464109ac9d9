//! A table: the data of a picture in numbers.

use yew::prelude::*;

/// A table with column headings and rows; the first cell of each row is its heading.
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

/// A caption for screen readers only.
pub(super) fn caption(text: &str) -> Html {
    html! { <caption class="visually-hidden">{ text }</caption> }
}

/// Content that may be wider than the page and is scrolled sideways.
pub(super) fn scrolled(class: &'static str, label: String, table: Html) -> Html {
    html! { <div {class} tabindex="0" role="region" aria-label={label}>{ table }</div> }
}

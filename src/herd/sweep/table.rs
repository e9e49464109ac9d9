//! The cells of a sweep as a table.

use super::words::{brief, label};
use fusebox_lab::sweep::{Field, Sweep};
use yew::prelude::*;

#[derive(PartialEq, Properties)]
pub(super) struct Props {
    pub(super) sweep: Sweep,
    pub(super) field: Field,
}

/// All cells in numbers, a row for each value of the second setting.
#[component(Table)]
pub(super) fn table(Props { sweep, field }: &Props) -> Html {
    let row = |y: usize| {
        let cell = |x| html! { <td>{ brief(field.get(x, y), sweep.measure) }</td> };
        html! {
            <tr>
                <th scope="row">{ sweep.y.text(y).unwrap_or_default() }</th>
                { for (0..sweep.x.len()).map(cell) }
            </tr>
        }
    };
    html! {
        <div class="lane__scroll" tabindex="0" role="group" aria-label="The sweep as a table">
            <table>
                <caption>
                    { format!("{}: {} from left to right, {} from top to bottom",
                        sweep.measure.label, label(&sweep.x), label(&sweep.y)) }
                </caption>
                <thead>
                    <tr>
                        <th scope="col">{ label(&sweep.y) }</th>
                        { for sweep.x.texts().iter().map(|text| html! { <th scope="col">{ text }</th> }) }
                    </tr>
                </thead>
                <tbody>{ for (0..sweep.y.len()).map(row) }</tbody>
            </table>
        </div>
    }
}

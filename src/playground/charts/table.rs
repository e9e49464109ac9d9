//! The table behind a chart.

use super::reading::{ChartView, Reading};
use yew::prelude::*;

#[derive(Clone, PartialEq, Properties)]
pub(super) struct Props {
    pub(super) chart: ChartView,
    /// What the run with other settings is called.
    pub(super) baseline: AttrValue,
}

/// The chart as numbers at evenly spaced moments; a row stays as it is once it is there.
#[component(Table)]
pub(super) fn table(props: &Props) -> Html {
    let chart = &props.chart;
    let columns: Vec<Reading> = chart.readings.iter().chain(&chart.baseline).copied().collect();
    let name = |(n, column): (usize, &Reading)| {
        let label = column.quantity.label();
        if n < chart.readings.len() {
            label.to_owned()
        } else {
            format!("{label}, {}", props.baseline)
        }
    };
    html! {
        <div class="chart__rows" tabindex="0" role="group" aria-label={chart.title.clone()}>
            <table>
                <thead>
                    <tr>
                        <th scope="col">{ "at" }</th>
                        { for columns.iter().enumerate().map(|column| html! {
                            <th scope="col">{ name(column) }</th>
                        }) }
                    </tr>
                </thead>
                <tbody>
                    { for chart.rows.iter().map(|row| html! {
                        <tr>
                            <th scope="row">{ format!("{:.0} s", row.at.as_secs_f64()) }</th>
                            { for columns.iter().zip(row.values).map(|(column, value)| html! {
                                <td>{ column.quantity.words(value, column.limit) }</td>
                            }) }
                        </tr>
                    }) }
                </tbody>
            </table>
        </div>
    }
}

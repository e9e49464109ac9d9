//! The legend of the charts of all lanes.

use super::picture::CUT;
use yew::prelude::*;

/// The legend of the three charts, in the order of the charts.
pub(super) fn keys() -> Html {
    html! {
        <p class="herd__keys">
            <span class="herd__group">
                <span class="panel__title">{ "Attempts at the database in 100 ms" }</span>
                <span class="key is-success">{ "first attempts" }</span>
                <span class="key is-retry">{ "retries" }</span>
                <span class="key is-limit">{ "capacity" }</span>
                <span class="key is-cut">{ format!("cut at {CUT:.0}× capacity") }</span>
            </span>
            <span class="herd__group">
                <span class="panel__title">{ "Clients, from top to bottom" }</span>
                <span class="key is-answered">{ "answered" }</span>
                <span class="key is-failed">{ "failed" }</span>
                <span>{ "Point at a client to follow it in all lanes." }</span>
            </span>
            <span class="herd__group">
                <span class="panel__title">{ "Backlog" }</span>
                <span class="key is-at-work">{ "in service in the database" }</span>
                <span class="key is-queued">{ "queued in the database" }</span>
                <span class="key is-under-way">{ "calls in flight" }</span>
                <span class="key is-cut">{ "cut" }</span>
            </span>
        </p>
    }
}

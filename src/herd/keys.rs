//! The legend of the charts of all lanes.

use fusebox_lab::herd::Setup;
use fusebox_lab::words::requests;
use yew::prelude::*;

/// The legend of the charts, in their order, and what is beside it; the capacity in requests per second
/// is what multiples on the axis are of.
pub(super) fn keys(setup: &Setup, beside: Html) -> Html {
    html! {
        // With a key, as the lanes beside it have keys: a list keeps its elements only if all have one.
        <div key="keys" class="herd__keys">
            <span class="herd__group">
                <span class="panel__title">{ "Load in 100 ms, × capacity" }</span>
                <span class="key is-first">{ "first attempts" }</span>
                <span class="key is-retry">{ "retries" }</span>
                <span class="key is-limit">{ format!("capacity, {}", requests(setup.capacity_per_second())) }</span>
            </span>
            <span class="herd__group">
                <span class="panel__title">{ "Attempts of the clients, top to bottom" }</span>
                <span class="key is-answered">{ "answered" }</span>
                <span class="key is-failed">{ "failed" }</span>
                <span class="key is-open-attempt">{ "in flight" }</span>
            </span>
            { beside }
        </div>
    }
}

/// The legend of a backlog.
pub(super) fn backlog_keys() -> Html {
    html! {
        <p class="herd__group">
            <span class="panel__title">{ "Backlog" }</span>
            <span class="key is-at-work">{ "in service in the database" }</span>
            <span class="key is-queued">{ "queued in the database" }</span>
            <span class="key is-under-way">{ "calls in flight" }</span>
            <span class="key is-cut">{ "cut" }</span>
        </p>
    }
}

//! What the marks of all lanes mean.

use super::picture::CUT;
use yew::prelude::*;

/// The marks of the three pictures, in their order.
pub(super) fn keys() -> Html {
    html! {
        <p class="herd__keys">
            <span class="herd__group">
                <span class="panel__title">{ "Attempts at the database in 100 ms" }</span>
                <span class="key is-success">{ "first tries" }</span>
                <span class="key is-retry">{ "retries" }</span>
                <span class="key is-limit">{ "what it can do" }</span>
                <span class="key is-cut">{ format!("cut at {CUT:.0} times that") }</span>
            </span>
            <span class="herd__group">
                <span class="panel__title">{ "Clients, from top to bottom" }</span>
                <span class="key is-answered">{ "answered" }</span>
                <span class="key is-failed">{ "failed" }</span>
                <span>{ "Point at one to follow it in all lanes." }</span>
            </span>
            <span class="herd__group">
                <span class="panel__title">{ "Backlog" }</span>
                <span class="key is-at-work">{ "at work in the database" }</span>
                <span class="key is-queued">{ "in its queue" }</span>
                <span class="key is-under-way">{ "calls under way" }</span>
                <span class="key is-cut">{ "cut" }</span>
            </span>
        </p>
    }
}

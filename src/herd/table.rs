//! The charts of a lane as a table.

use crate::format::count;
use fusebox_lab::herd::{Bucket, Lane};
use std::rc::Rc;
use yew::prelude::*;

#[derive(Properties)]
pub(super) struct Props {
    pub(super) lane: Rc<Lane>,
}

impl PartialEq for Props {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.lane, &other.lane)
    }
}

/// A row for each second.
#[component(Table)]
pub(super) fn table(Props { lane }: &Props) -> Html {
    const SECOND: usize = 10;
    let row = |(n, second): (usize, &[Bucket])| {
        let sum = |value: fn(&Bucket) -> u32| {
            count(second.iter().map(|bucket| u64::from(value(bucket))).sum())
        };
        let last = second.last().copied().unwrap_or_default();
        html! {
            <tr>
                <th scope="row">{ Lane::end_of((n + 1) * SECOND - 1).to_string() }</th>
                <td>{ sum(|bucket| bucket.first) }</td>
                <td>{ sum(|bucket| bucket.retries) }</td>
                <td>{ sum(|bucket| bucket.useful) }</td>
                <td>{ sum(|bucket| bucket.errors) }</td>
                <td>{ count(u64::from(last.queued)) }</td>
                <td>{ count(u64::from(last.busy)) }</td>
                <td>{ count(u64::from(last.in_flight)) }</td>
            </tr>
        }
    };
    let heads = [
        "Up to",
        "First attempts",
        "Retries",
        "Answered",
        "Failed",
        "Queued",
        "In service",
        "Calls in flight",
    ];
    html! {
        <div class="lane__scroll" tabindex="0" role="region" aria-label="The numbers of the lane">
            <table>
                <thead>
                    <tr>{ for heads.iter().map(|head| html! { <th scope="col">{ *head }</th> }) }</tr>
                </thead>
                <tbody>{ for lane.buckets.chunks(SECOND).enumerate().map(row) }</tbody>
            </table>
        </div>
    }
}

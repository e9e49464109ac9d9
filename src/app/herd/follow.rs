//! One client, followed in all lanes at once.

use crate::app::convert::whole;
use crate::app::format::{latency, seconds};
use crate::lab::herd::Lane;
use crate::lab::words::{count, list};
use crate::sim::{AttemptEnd, ClientAttempt};
use crate::time::{Duration, Instant};
use std::rc::Rc;
use yew::prelude::*;

/// The most attempts that are marked.
const MARKS_MAX: usize = 200;

/// The most attempts that are told one by one.
const TOLD_MAX: usize = 5;

/// A client by the row that it is the first of, and the moment that is pointed at.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::app) struct Follow {
    pub(super) row: u32,
    /// The share of the run, in thousandths; none where no moment is meant.
    pub(super) at: Option<u32>,
}

impl Follow {
    /// The client at a place of a raster, in shares of its width and height.
    pub(super) fn at(lane: &Lane, x: f64, y: f64) -> Self {
        let row = part(y, lane.attempts.rows());
        Self { row: row.min(lane.attempts.rows() - 1), at: Some(part(x, 1_000)) }
    }

    /// The client a row further down, or up.
    pub(super) fn next(before: Option<Self>, step: i32, rows: u32) -> Self {
        let row = before.map_or(0, |before| {
            let last = rows.saturating_sub(1);
            before.row.saturating_add_signed(step).min(last)
        });
        Self { row, at: None }
    }

    /// Its number among all clients.
    fn client(self, lane: &Lane) -> u32 {
        lane.attempts.followed_in(self.row.min(lane.attempts.rows() - 1))
    }

    fn attempts(self, lane: &Lane) -> impl Iterator<Item = &ClientAttempt> {
        let client = self.client(lane);
        lane.attempts.followed().iter().filter(move |it| it.client == client)
    }
}

/// What became of the client in a lane, in a sentence.
pub(super) fn told(lane: &Lane, follow: Follow) -> String {
    let client = count(u64::from(follow.client(lane)));
    let mut attempts: Vec<_> = follow.attempts(lane).collect();
    attempts.sort_by_key(|it| it.at);
    // Those around the moment that is pointed at.
    let at = follow.at.map_or(0.0, |at| f64::from(at) / 1_000.0) * lane.setup.length.as_secs_f64();
    let moment = Instant::ZERO + Duration::from_secs_f64(at);
    let near = attempts.partition_point(|it| it.at < moment).saturating_sub(TOLD_MAX / 2);
    let near = near.min(attempts.len().saturating_sub(TOLD_MAX));
    let some: Vec<_> = attempts.iter().skip(near).take(TOLD_MAX).map(|it| one(it)).collect();
    let others = attempts.len() - some.len();
    let more = if others > 0 { format!(", and {others} attempts more") } else { String::new() };
    if some.is_empty() {
        return format!("Client {client} has no attempt that has ended.");
    }
    format!("Client {client}: {}{more}.", list(&some))
}

fn one(attempt: &ClientAttempt) -> String {
    let at = seconds(attempt.at.since(Instant::ZERO));
    let what = if attempt.again { "retry" } else { "first try" };
    let took = latency(attempt.took);
    match attempt.end {
        AttemptEnd::Success => format!("{what} at {at}, answered after {took}"),
        AttemptEnd::Failure => format!("{what} at {at}, refused"),
        AttemptEnd::Unanswered => format!("{what} at {at}, no answer in {took}"),
    }
}

#[derive(Clone, Properties)]
pub(super) struct MarksProps {
    pub(super) row: u32,
    pub(super) lane: Rc<Lane>,
}

impl PartialEq for MarksProps {
    fn eq(&self, other: &Self) -> bool {
        self.row == other.row && Rc::ptr_eq(&self.lane, &other.lane)
    }
}

/// The attempts of who is followed: circles, crosses and open circles in its row.
#[component(Marks)]
pub(super) fn marks(props: &MarksProps) -> Html {
    let MarksProps { row, lane } = props;
    let follow = Follow { row: *row, at: None };
    let length = lane.setup.length.as_secs_f64();
    let y = (f64::from(follow.row) + 0.5) / f64::from(lane.attempts.rows()) * 100.0;
    let mark = |it: &ClientAttempt| {
        let x = it.at.since(Instant::ZERO).as_secs_f64() / length * 100.0;
        let class = match it.end {
            AttemptEnd::Success => "is-success",
            AttemptEnd::Failure => "is-failure",
            AttemptEnd::Unanswered => "is-unanswered",
        };
        let (x, y) = (format!("{x:.2}%"), format!("{y:.2}%"));
        if it.end == AttemptEnd::Success {
            return html! { <circle {class} cx={x} cy={y} r="4" /> };
        }
        html! {
            <svg {x} {y} class="follow__cross"><path {class} d="M-3.5 -3.5 L3.5 3.5 M3.5 -3.5 L-3.5 3.5" /></svg>
        }
    };
    html! {
        <svg class="follow" aria-hidden="true">
            <line class="follow__row" x1="0" x2="100%" y1={format!("{y:.2}%")} y2={format!("{y:.2}%")} />
            { for follow.attempts(lane).take(MARKS_MAX).map(mark) }
        </svg>
    }
}

fn part(share: f64, of: u32) -> u32 {
    whole(share.clamp(0.0, 1.0) * f64::from(of))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lab::herd::{Setup, Strategy, run};

    #[test]
    fn a_client_is_told_about_in_each_lane() {
        let setup = Setup { clients: 60, ..Setup::default() };
        for (word, what) in [("exponential", "refused"), ("none", "first try")] {
            let lane = run(&setup, &Strategy::of(word).unwrap(), 1).unwrap();
            let follow = Follow::at(&lane, 2.05 / 30.0, 0.51);
            assert_eq!(follow.row, 30);
            let told = told(&lane, follow);
            assert!(told.starts_with("Client 30: ") && told.contains(what), "{told}");
        }
    }

    #[test]
    fn keys_go_from_row_to_row_and_stop_at_the_ends() {
        let mut follow = Follow::next(None, 1, 3);
        assert_eq!(follow.row, 0);
        for row in [1, 2, 2] {
            follow = Follow::next(Some(follow), 1, 3);
            assert_eq!(follow.row, row);
        }
        assert_eq!(Follow::next(Some(Follow { row: 0, at: None }), -1, 3).row, 0);
    }
}

//! One client, followed in all lanes at once.

use crate::convert::whole;
use fusebox::time::{Duration, Instant};
use fusebox_lab::herd::Lane;
use fusebox_lab::words::{count, list};
use fusebox_lab::words::{latency, seconds};
use fusebox_sim::{AttemptEnd, ClientAttempt};
use std::rc::Rc;
use yew::prelude::*;

/// The largest number of attempts that are marked.
const MARKS_MAX: usize = 200;

/// The largest number of attempts that are described one by one.
const TOLD_MAX: usize = 5;

/// The followed client, given by its row of the raster, and the moment under the pointer.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Follow {
    pub(super) row: u32,
    /// The moment as a share of the run, in thousandths; none if no moment is pointed at.
    pub(super) at: Option<u32>,
}

impl Follow {
    /// The client at a position of the raster, in shares of its width and height.
    pub(super) fn at(lane: &Lane, x: f64, y: f64) -> Self {
        let row = part(y, lane.attempts.rows());
        Self { row: row.min(lane.attempts.rows() - 1), at: Some(part(x, 1_000)) }
    }

    /// The client one row further down or up.
    pub(super) fn next(before: Option<Self>, step: i32, rows: u32) -> Self {
        let row = before.map_or(0, |before| {
            let last = rows.saturating_sub(1);
            before.row.saturating_add_signed(step).min(last)
        });
        Self { row, at: None }
    }
}

/// The followed client in a lane, with its attempts in order.
pub(super) struct Followed {
    lane: Rc<Lane>,
    row: u32,
    attempts: Vec<ClientAttempt>,
}

impl Followed {
    /// The client of a row, with its attempts that have ended by a moment, or all.
    pub(super) fn new(lane: Rc<Lane>, row: u32, until: Option<Instant>) -> Self {
        let row = row.min(lane.attempts.rows() - 1);
        let client = lane.attempts.followed_in(row);
        let attempts = lane.attempts.followed().iter().filter(|it| it.client == client);
        let is_past = |it: &&ClientAttempt| until.is_none_or(|until| it.at + it.took <= until);
        let mut attempts: Vec<_> = attempts.filter(is_past).copied().collect();
        attempts.sort_by_key(|it| it.at);
        Self { lane, row, attempts }
    }

    /// The outcome of the client in a sentence, and the attempts around the moment under the pointer.
    pub(super) fn told(&self, at: Option<u32>) -> String {
        let Self { lane, row, attempts } = self;
        let client = count(u64::from(lane.attempts.followed_in(*row)));
        let at = at.map_or(0.0, |at| f64::from(at) / 1_000.0) * lane.setup.length.as_secs_f64();
        let moment = Instant::ZERO + Duration::from_secs_f64(at);
        let near = attempts.partition_point(|it| it.at < moment).saturating_sub(TOLD_MAX / 2);
        let near = near.min(attempts.len().saturating_sub(TOLD_MAX));
        let some: Vec<_> = attempts.iter().skip(near).take(TOLD_MAX).map(one).collect();
        let later = attempts.len() - near - some.len();
        let earlier = match near {
            0 => String::new(),
            1 => ", after 1 earlier attempt".to_owned(),
            near => format!(", after {near} earlier attempts"),
        };
        let more = if later > 0 { format!(", and {later} later") } else { String::new() };
        if some.is_empty() {
            return format!("Client {client} has made no attempt so far.");
        }
        format!("Client {client}{earlier}: {}{more}.", list(&some))
    }
}

fn one(attempt: &ClientAttempt) -> String {
    let at = seconds(attempt.at.since(Instant::ZERO));
    let what = if attempt.again { "retry" } else { "first attempt" };
    let took = latency(attempt.took);
    match attempt.end {
        AttemptEnd::Success => format!("{what} at {at}, answered after {took}"),
        AttemptEnd::Failure => format!("{what} at {at}, refused"),
        AttemptEnd::Unanswered => format!("{what} at {at}, no answer in {took}"),
        AttemptEnd::InFlight => format!("{what} at {at}, in flight"),
    }
}

/// The attempts of the followed client in its row: circles for successes, crosses for failures.
pub(super) fn marks(Followed { lane, row, attempts }: &Followed) -> Html {
    let length = lane.setup.length.as_secs_f64();
    let y = (f64::from(*row) + 0.5) / f64::from(lane.attempts.rows()) * 100.0;
    let mark = |it: &ClientAttempt| {
        let x = it.at.as_secs_f64() / length * 100.0;
        let class = match it.end {
            AttemptEnd::Success => "is-success",
            AttemptEnd::Failure => "is-failure",
            AttemptEnd::Unanswered | AttemptEnd::InFlight => "is-unanswered",
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
            { for attempts.iter().take(MARKS_MAX).map(mark) }
        </svg>
    }
}

fn part(share: f64, of: u32) -> u32 {
    whole(share.clamp(0.0, 1.0) * f64::from(of))
}

#[cfg(test)]
mod tests {
    use super::*;
    use fusebox_lab::herd::{Setup, Strategy, run};

    #[test]
    fn a_client_is_described_in_each_lane() {
        let setup = Setup { clients: 60, ..Setup::default() };
        for (word, what) in [("exponential", "refused"), ("none", "first attempt")] {
            let lane = Rc::new(run(&setup, &Strategy::of(word).unwrap(), 1).unwrap());
            let follow = Follow::at(&lane, 2.05 / 30.0, 0.51);
            assert_eq!(follow.row, 30);
            let early = Followed::new(lane.clone(), follow.row, Some(Instant::from_micros(1)));
            assert_eq!(early.told(follow.at), "Client 30 has made no attempt so far.");
            let followed = Followed::new(lane, follow.row, None);
            assert!(followed.attempts.is_sorted_by_key(|it| it.at));
            assert!(followed.attempts.iter().all(|it| it.client == 30));
            let told = followed.told(follow.at);
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

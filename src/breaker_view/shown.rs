//! What the view shows of a session, all of it computed by playing the tape.

use crate::breaker::{BreakerView, Move};
use fusebox::StateName;
use fusebox::time::Instant;
use fusebox_lab::link;
use fusebox_lab::others::{Cell, Fate, Row, ours, rows};
use fusebox_lab::tape::{Reply, Step, Tape};
use fusebox_lab::words::length;

/// The tape up to the current step.
#[derive(Debug, PartialEq)]
pub(super) struct Shown {
    pub(super) now: Instant,
    /// Our breaker at the current step.
    pub(super) breaker: BreakerView,
    /// Its newest transition, if the current step made one.
    pub(super) moves: Vec<Move>,
    /// What it did at the current step; none before the first.
    pub(super) cell: Option<Cell>,
    /// Each answer that can come next, and what our breaker would do.
    pub(super) next: Vec<(Step, Cell)>,
    pub(super) rows: Vec<Row>,
}

/// The answers that are tried out.
const NEXT: [Step; 6] = [
    Step::Call(Reply::Success),
    Step::Call(Reply::Failure),
    Step::Call(Reply::Slow),
    Step::Call(Reply::Ignored),
    Step::Late(Reply::Success),
    Step::Late(Reply::Failure),
];

impl Shown {
    /// The state of our breaker after the current step.
    pub(super) fn breaker_state(&self) -> StateName {
        self.cell.as_ref().map_or(StateName::Closed, |cell| cell.state)
    }

    /// None if the settings are not valid, which a session does not allow.
    pub(super) fn of(link: &link::Breaker, step: usize) -> Option<Self> {
        let tape = link.tape.first(step);
        let play = |tape: &Tape| ours(&link.config, tape, link.every).ok();
        let (mut cells, breaker) = play(&tape)?;
        let now = cells.last().map_or(Instant::ZERO, |cell| cell.at.ended);
        let next = |answer: Step| Some((answer, play(&tape.and(answer).ok()?)?.0.pop()?));
        let cell = cells.pop();
        let is_new =
            |at: Instant| cell.as_ref().is_some_and(|it| it.changes.iter().any(|it| it.at == at));
        let transition = breaker.last_transition().filter(|last| is_new(last.at));
        let number = u32::try_from(step).unwrap_or(u32::MAX);
        let moves = transition.map(|transition| Move { number, transition, delay: Some(0.0) });
        Some(Self {
            now,
            breaker: BreakerView::alone(&breaker, now),
            moves: moves.into_iter().collect(),
            next: NEXT.into_iter().filter_map(next).collect(),
            rows: rows(&link.config, link.others, &tape, link.every).ok()?,
            cell,
        })
    }
}

/// A moment with as few decimals as it needs, but at least one.
pub(super) fn moment(at: Instant) -> String {
    let decimals = if at.as_micros().is_multiple_of(100_000) { 1 } else { 3 };
    format!("{:.decimals$} s", at.as_secs_f64())
}

/// A step in a word or two.
pub(super) fn name(step: Step) -> String {
    match step {
        Step::Call(Reply::Success) => "success".to_owned(),
        Step::Call(Reply::Failure) => "failure".to_owned(),
        Step::Call(Reply::Slow) => "slow success".to_owned(),
        Step::Call(Reply::Ignored) => "ignored error".to_owned(),
        Step::Hang => "no answer yet".to_owned(),
        Step::Late(Reply::Failure) => "late failure".to_owned(),
        Step::Late(_) => "late success".to_owned(),
        Step::Wait(time) => format!("{} pass", length(time)),
    }
}

/// What happened at a step, as sentences.
pub(super) fn told(cell: &Cell) -> String {
    let at = moment(cell.at.ended);
    let what = match (cell.at.step, cell.fate) {
        (Step::Wait(time), _) => format!("{} passed; it is {at}.", length(time)),
        (_, Fate::Refused) => format!("At {at} a call came and was rejected."),
        (Step::Hang, _) => format!("At {at} a call came, which has no answer yet."),
        (Step::Late(reply), _) => {
            let ended = if reply == Reply::Failure { "failed" } else { "succeeded" };
            format!("At {at} the call that had waited longest {ended}.")
        }
        (step, _) => format!("At {at} you answered: {}.", name(step)),
    };
    if cell.why.is_empty() { what } else { format!("{what} {}", cell.why) }
}

/// What a step would do, in a few words.
pub(super) fn effect(cell: &Cell) -> String {
    match (cell.fate, cell.before, cell.state) {
        (Fate::Refused, ..) => "is rejected".to_owned(),
        (Fate::Stale, ..) => "is too late to count".to_owned(),
        (Fate::Nothing, ..) => "was rejected, so no answer comes".to_owned(),
        (_, before, after) if before != after => match after {
            StateName::Closed => "closes it".to_owned(),
            StateName::Open if before == StateName::HalfOpen => "opens it again".to_owned(),
            StateName::Open => "opens it".to_owned(),
            StateName::HalfOpen => "makes it half-open".to_owned(),
        },
        (_, _, state) => format!("leaves it {state}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(tape: &str) -> Shown {
        let link = link::Breaker { tape: tape.parse().expect(tape), ..link::Breaker::default() };
        Shown::of(&link, usize::MAX).expect("the settings are valid")
    }

    fn effects(tape: &str) -> Vec<String> {
        let next = shown(tape).next;
        next.iter().map(|(step, cell)| format!("{} {}", name(*step), effect(cell))).collect()
    }

    #[test]
    fn every_next_answer_is_tried_out() {
        assert_eq!(effects("SFFS")[..2], ["success leaves it closed", "failure opens it"]);
        assert_eq!(effects("SFFSF")[0], "success is rejected");
        let half_open = effects("HSFFFF.10s.S");
        assert_eq!(half_open[..2], ["success closes it", "failure opens it again"]);
        assert_eq!(half_open[3], "ignored error leaves it half-open");
        assert_eq!(
            half_open[4..],
            ["late success is too late to count", "late failure is too late to count"]
        );
    }

    #[test]
    fn a_step_is_told_with_its_reason() {
        let told = |tape: &str| told(shown(tape).cell.as_ref().expect("a step"));
        assert_eq!(
            told("S"),
            "At 1.0 s you answered: success. 0 of 1 call failed, 0 %: 60 % trips it, once there are 5 calls."
        );
        assert_eq!(told("SFFSFS"), "At 6.0 s a call came and was rejected. Open for another 9 s.");
        assert_eq!(told("S.1500ms."), "1.5 s passed; it is 2.5 s.");
        assert!(told("SFFSF").contains(" It opens: 3 failures of 5 calls "), "{}", told("SFFSF"));
    }

    #[test]
    fn only_a_step_that_changes_the_state_moves_along_an_edge() {
        assert_eq!(["SFFS", "SFFSF", "SFFSF.10s."].map(|tape| shown(tape).moves.len()), [0, 1, 0]);
        assert_eq!(shown("").now, Instant::ZERO);
    }
}

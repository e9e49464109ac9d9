//! A tape as it is played: by steps, or by the lines of the lesson's class.

use super::session::{Change, Session};
use fusebox::time::Instant;
use fusebox_lab::link;
use fusebox_lab::others::{Row, System, rows};
use fusebox_lab::tape::Step;
use std::rc::Rc;
use yew::Reducible;

/// A tape with its position.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Player {
    pub(super) session: Session,
    /// What the class does with the whole tape; none if the settings are not valid, which a session does
    /// not allow.
    row: Option<Rc<Row>>,
    /// How many lines of the current step have run.
    lines: usize,
    pub(super) is_playing: bool,
    /// The step at whose end it stops.
    stop: Option<usize>,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Act {
    Change(Change),
    /// Shows the moment.
    Seek(Instant),
    /// Runs one more line, or begins the next step.
    Line,
    Play(bool),
}

fn row(link: &link::Breaker) -> Option<Rc<Row>> {
    let all = rows(&link.config, link.others, &link.tape, link.every).ok()?;
    all.into_iter().find(|row| row.system == System::Lesson).map(Rc::new)
}

impl Player {
    /// The tape of a link at a moment, or at its end; if it `moves`, it plays the step of that moment.
    pub(super) fn of(link: &link::Breaker, at: Option<Instant>, moves: bool) -> Self {
        let step = at.map(|at| step_at(link, at)).or(link.step);
        let step = step.unwrap_or_else(|| link.tape.steps().len());
        let moves = moves && step > 0;
        let link = Rc::new(link::Breaker { step: None, ..link.clone() });
        let row = row(&link);
        let session = Session::of(link);
        let mut player =
            Self { session, row, lines: 0, is_playing: moves, stop: moves.then_some(step) };
        player.go(step - usize::from(moves));
        player
    }

    pub(super) fn row(&self) -> Option<&Rc<Row>> {
        self.row.as_ref()
    }

    pub(super) const fn lines(&self) -> usize {
        self.lines
    }

    /// The step that the tape plays.
    fn step_now(&self) -> Option<Step> {
        let steps = self.session.link.tape.steps();
        self.session.step().checked_sub(1).and_then(|step| steps.get(step)).copied()
    }

    /// How many lines run in the current step.
    fn all_lines(&self) -> usize {
        let cells = self.row.as_ref().map_or(&[][..], |row| &row.cells[..]);
        let cell = self.session.step().checked_sub(1).and_then(|step| cells.get(step));
        cell.map_or(0, |cell| cell.lines.len())
    }

    /// The steps whose lines have all run.
    pub(super) fn done(&self) -> usize {
        let is_begun = self.lines < self.all_lines();
        self.session.step() - usize::from(is_begun)
    }

    /// The step that has begun and is not over.
    pub(super) fn begun(&self) -> Option<Step> {
        self.step_now().filter(|_| self.done() < self.session.step())
    }

    pub(super) fn is_at_end(&self) -> bool {
        self.done() == self.session.link.tape.steps().len()
    }

    fn go(&mut self, step: usize) {
        self.change(Change::Go(step));
        self.lines = self.all_lines();
    }

    fn change(&mut self, change: Change) {
        let tape = self.session.link.clone();
        self.session = Session::clone(&Rc::new(self.session.clone()).reduce(change));
        let link = &self.session.link;
        if (&link.tape, link.config) != (&tape.tape, tape.config) {
            self.row = row(link);
        }
        self.lines = self.all_lines();
    }

    fn line(&mut self) {
        if self.lines < self.all_lines() {
            self.lines += 1;
        } else if !self.is_at_end() {
            self.change(Change::Go(self.session.step() + 1));
            self.lines = self.all_lines().min(1);
        }
        let is_stop = self.stop.is_some_and(|stop| self.done() >= stop);
        if is_stop || self.is_at_end() {
            (self.is_playing, self.stop) = (false, None);
        }
    }
}

/// The first step that has ended at a moment.
fn step_at(link: &link::Breaker, at: Instant) -> usize {
    let ends: Vec<Instant> = link.tape.timed(link.every).map(|it| it.ended).collect();
    let step = ends.partition_point(|ended| *ended < at);
    (step + 1).min(ends.len())
}

impl Reducible for Player {
    type Action = Act;

    fn reduce(self: Rc<Self>, act: Act) -> Rc<Self> {
        let mut player = Self::clone(&self);
        match act {
            Act::Line => player.line(),
            Act::Play(plays) => {
                if plays && player.is_at_end() {
                    player.go(0);
                }
                (player.is_playing, player.stop) = (plays, None);
            }
            Act::Seek(at) => {
                (player.is_playing, player.stop) = (false, None);
                player.go(step_at(&player.session.link, at));
            }
            Act::Change(change) => {
                (player.is_playing, player.stop) = (false, None);
                player.change(change);
            }
        }
        player.into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn player(tape: &str, at: Option<u64>, moves: bool) -> Player {
        let link = link::Breaker { tape: tape.parse().expect(tape), ..link::Breaker::default() };
        Player::of(&link, at.map(Instant::from_secs), moves)
    }

    fn after(player: Player, acts: &[Act]) -> Player {
        let end = acts.iter().cloned().fold(Rc::new(player), Reducible::reduce);
        Player::clone(&end)
    }

    #[test]
    fn a_tape_stands_at_the_step_of_its_moment_or_plays_it() {
        let stands = player("SFFF.10s.S", Some(4), false);
        assert_eq!((stands.done(), stands.begun(), stands.is_playing), (4, None, false));
        let mut plays = player("SFFF.10s.S", Some(4), true);
        assert_eq!((plays.done(), plays.begun(), plays.is_playing), (3, None, true));
        plays = after(plays, &[Act::Line]);
        assert_eq!((plays.done(), plays.lines(), plays.is_playing), (3, 1, true));
        plays = after(plays, &[const { Act::Line }; 13]);
        assert_eq!((plays.done(), plays.begun(), plays.is_playing), (4, None, false));
    }

    #[test]
    fn it_plays_to_its_end_and_then_from_its_start() {
        let start = after(player("F.5s.F", None, false), &[Act::Play(true)]);
        assert_eq!((start.done(), start.lines(), start.is_playing), (0, 0, true));
        let end = after(start, &[const { Act::Line }; 99]);
        assert!(end.is_at_end() && !end.is_playing);
        let again = after(end, &[Act::Change(Change::Tape("FF".parse().unwrap()))]);
        assert_eq!((again.done(), again.row().map(|row| row.cells.len())), (2, Some(2)));
        assert_eq!(after(again, &[Act::Seek(Instant::from_secs(1))]).done(), 1);
    }
}

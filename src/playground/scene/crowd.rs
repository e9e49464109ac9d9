//! What each client got last, for as long as it glows.

use super::kinds::DotKind;
use std::collections::VecDeque;

/// Seconds of the viewer's time for which a client's dot shows what it got.
const GLOW: f64 = 1.2;

/// The most clients that glow at the same time; the oldest make room.
const GLOWING_MAX: usize = 100_000;

/// What the clients got.
#[derive(Debug)]
pub(super) struct Answers {
    /// What each got last and a number that tells whether it is still that; none where it is dark.
    clients: Vec<(Option<DotKind>, u32)>,
    /// Who goes dark when, in that order.
    glowing: VecDeque<(f64, u32, u32)>,
    counts: [u32; DotKind::ALL.len()],
    now: f64,
}

impl Answers {
    pub(super) fn new(clients: u32) -> Self {
        Self {
            clients: vec![(None, 0); clients as usize],
            glowing: VecDeque::new(),
            counts: [0; DotKind::ALL.len()],
            now: 0.0,
        }
    }

    pub(super) fn set(&mut self, client: u32, kind: DotKind) {
        if self.glowing.len() >= GLOWING_MAX {
            self.darken_first();
        }
        let Some((got, serial)) = self.clients.get_mut(client as usize) else { return };
        if let Some(before) = got.replace(kind) {
            self.counts[before as usize] -= 1;
        }
        self.counts[kind as usize] += 1;
        *serial = serial.wrapping_add(1);
        self.glowing.push_back((self.now + GLOW, client, *serial));
    }

    pub(super) fn advance(&mut self, seconds: f64) {
        self.now += seconds;
        while self.glowing.front().is_some_and(|&(end, ..)| end <= self.now) {
            self.darken_first();
        }
    }

    fn darken_first(&mut self) {
        let Some((_, client, serial)) = self.glowing.pop_front() else { return };
        let (got, newest) = &mut self.clients[client as usize];
        if *newest == serial
            && let Some(kind) = got.take()
        {
            self.counts[kind as usize] -= 1;
        }
    }

    /// What a client got, while it glows.
    pub(super) fn of(&self, client: u32) -> Option<DotKind> {
        self.clients.get(client as usize).and_then(|&(got, _)| got)
    }

    /// Dots that stand for several clients each: for each kind the first dot of it and the one after
    /// the last, so that shares of dots are the shares of clients, to half a dot.
    pub(super) fn shares(&self, per_dot: u32) -> impl Iterator<Item = (DotKind, u32, u32)> + '_ {
        let (mut clients, mut dot) = (0, 0);
        DotKind::ALL.into_iter().map(move |kind| {
            clients += self.counts[kind as usize];
            let first = dot;
            dot = (clients + per_dot / 2) / per_dot;
            (kind, first, dot)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_client_shows_its_newest_answer_and_goes_dark() {
        let mut answers = Answers::new(2);
        answers.set(0, DotKind::Success);
        answers.advance(1.0);
        answers.set(0, DotKind::Failure);
        answers.advance(1.0);
        assert_eq!((answers.of(0), answers.of(1)), (Some(DotKind::Failure), None));
        answers.advance(1.0);
        assert_eq!(answers.of(0), None);
        assert_eq!(answers.counts, [0; 8]);
        answers.set(7, DotKind::Success);
        assert_eq!(answers.counts, [0; 8], "there is no such client");
    }

    #[test]
    fn dots_for_several_clients_have_the_shares_of_the_clients() {
        let mut answers = Answers::new(1_000);
        (0..300).for_each(|n| answers.set(n, DotKind::Success));
        (300..400).for_each(|n| answers.set(n, DotKind::Failure));
        let lit: Vec<_> = answers.shares(5).filter(|(_, first, end)| first < end).collect();
        assert_eq!(lit, [(DotKind::Success, 0, 60), (DotKind::Failure, 60, 80)]);
    }

    #[test]
    fn what_glows_is_bounded() {
        let mut answers = Answers::new(10);
        (0..300_000).for_each(|n| answers.set(n % 10, DotKind::Success));
        assert!(answers.glowing.len() <= GLOWING_MAX);
        assert!(answers.counts[DotKind::Success as usize] <= 10);
    }
}

//! The race of hedged attempts under every sequence of events that there is, to the end of each.

use fusebox::time::{Duration, Instant};
use fusebox::{Failure, Hedge, HedgeConfig, HedgeStep, Outcome, Race};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

const LOST: Outcome = Outcome::Failure(Failure::ConnectionLost);
const MISSING: Outcome = Outcome::Failure(Failure::status(404));
const BUSY: Outcome = Outcome::Failure(Failure::answer(503, Some(Duration::from_secs(1))));
const OUTCOMES: [Outcome; 5] = [Outcome::Success, LOST, MISSING, BUSY, Outcome::Neutral];

/// What can happen to a race.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Event {
    Ended(u32, Outcome),
    /// A policy rejects the newest attempt, which is possible as long as nothing else has happened.
    Rejected(u32),
    Timer,
    HungUp,
}

/// One attempt as the driver sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    Running,
    Answered(Outcome),
    Rejected,
    Cancelled,
}

/// A race so far; a branch of the tree of all of them.
#[derive(Clone)]
struct Branch {
    race: Race,
    now: Instant,
    fates: Vec<Fate>,
    /// The attempt that the step before asked for.
    asked: Option<u32>,
    end: Option<Outcome>,
    story: Vec<Event>,
}

impl Branch {
    fn running(&self) -> Vec<u32> {
        (1..).zip(&self.fates).filter(|(_, fate)| **fate == Fate::Running).map(|(n, _)| n).collect()
    }

    fn events(&self) -> Vec<Event> {
        let running = self.running();
        let ends = running.iter().flat_map(|&n| OUTCOMES.map(|outcome| Event::Ended(n, outcome)));
        let mut events: Vec<Event> = ends.collect();
        events.extend(self.asked.map(Event::Rejected));
        events.push(Event::HungUp);
        if self.race.wake_at() < Instant::MAX {
            events.push(Event::Timer);
        }
        events
    }

    fn happen(&mut self, event: Event) {
        self.story.push(event);
        let stopped = self.race.wake_at() == Instant::MAX;
        let running = self.running().len();
        let step = match event {
            Event::Ended(number, outcome) => {
                self.fates[number as usize - 1] = Fate::Answered(outcome);
                self.race.ended(self.now, number, outcome)
            }
            Event::Rejected(number) => {
                self.fates[number as usize - 1] = Fate::Rejected;
                self.race.rejected(number)
            }
            Event::Timer => {
                self.now = self.race.wake_at();
                self.race.timer(self.now)
            }
            Event::HungUp => self.race.hang_up(),
        };
        self.follow(step);
        // What has to follow, said once more and in other words.
        let sent = matches!(step, HedgeStep::Send(_));
        let ended = self.end.is_some();
        match event {
            Event::Timer => assert!(sent, "{:?}", self.story),
            Event::Ended(_, Outcome::Success | MISSING) | Event::HungUp => {
                assert!(ended, "{:?}", self.story);
            }
            Event::Ended(_, LOST) => {
                assert_eq!(sent, !stopped, "{:?}", self.story);
                assert_eq!(ended, stopped && running == 1, "{:?}", self.story);
            }
            Event::Ended(..) | Event::Rejected(_) => {
                assert_eq!(ended, running == 1, "{:?}", self.story);
                let goes_on = self.race.wake_at() < Instant::MAX;
                let neutral = matches!(event, Event::Ended(_, Outcome::Neutral));
                assert!(neutral || !goes_on, "a further attempt: {:?}", self.story);
            }
        }
    }

    fn follow(&mut self, step: HedgeStep) {
        let story = &self.story;
        assert_eq!(self.end, None, "a step after the end: {story:?}");
        self.asked = None;
        match step {
            HedgeStep::Send(number) => {
                assert_eq!(number as usize, self.fates.len() + 1, "{story:?}");
                self.fates.push(Fate::Running);
                self.asked = Some(number);
            }
            HedgeStep::Unchanged => {}
            HedgeStep::Done { outcome, cancel } => {
                for number in cancel.numbers() {
                    let fate = &mut self.fates[number as usize - 1];
                    assert_eq!(*fate, Fate::Running, "{number} is cancelled: {story:?}");
                    *fate = Fate::Cancelled;
                }
                self.end = Some(outcome);
            }
        }
        assert_eq!(self.race.running().numbers().collect::<Vec<_>>(), self.running());
    }

    fn check_end(&self, outcome: Outcome, most: usize) {
        let story = &self.story;
        assert!(self.fates.len() <= most, "{story:?}");
        assert!(self.running().is_empty(), "one was forgotten: {story:?}");
        let answers = self.fates.iter().filter_map(|fate| match fate {
            Fate::Answered(outcome) => Some(*outcome),
            _ => None,
        });
        let answers: Vec<Outcome> = answers.collect();
        let expected = if story.last() == Some(&Event::HungUp) {
            Outcome::Neutral
        } else if let Some(&won) =
            answers.iter().find(|o| matches!(**o, Outcome::Success | MISSING))
        {
            won
        } else if answers.contains(&BUSY) {
            BUSY
        } else if answers.contains(&LOST) {
            LOST
        } else {
            Outcome::Neutral
        };
        assert_eq!(outcome, expected, "{story:?}");
        // Whatever comes too late, or never was, changes nothing any more.
        let mut race = self.race.clone();
        assert_eq!(race.wake_at(), Instant::MAX);
        for number in 0..=40 {
            assert_eq!(race.ended(self.now, number, Outcome::Success), HedgeStep::Unchanged);
            assert_eq!(race.rejected(number), HedgeStep::Unchanged);
        }
        assert_eq!(
            (race.timer(Instant::MAX), race.hang_up()),
            (HedgeStep::Unchanged, HedgeStep::Unchanged)
        );
    }
}

#[test]
fn under_every_sequence_each_attempt_is_answered_or_cancelled_once_and_there_is_one_end() {
    for (attempts, sequences) in [(1, 7), (2, 60), (3, 718), (4, 11_742)] {
        let config = HedgeConfig { attempts, ..HedgeConfig::default() };
        let (race, step) = Hedge::new(config).unwrap().start(Instant::ZERO);
        let mut first = Branch {
            race,
            now: Instant::ZERO,
            fates: Vec::new(),
            asked: None,
            end: None,
            story: Vec::new(),
        };
        first.follow(step);
        let mut ends = 0;
        let mut open = vec![first];
        while let Some(branch) = open.pop() {
            if let Some(outcome) = branch.end {
                branch.check_end(outcome, attempts as usize);
                ends += 1;
                continue;
            }
            // Each attempt is sent once and ends once, so that no story is longer.
            assert!(branch.story.len() < 2 * attempts as usize, "{:?}", branch.story);
            open.extend(branch.events().into_iter().map(|event| {
                let mut next = branch.clone();
                next.happen(event);
                next
            }));
        }
        assert_eq!(ends, sequences, "sequences with {attempts} attempts");
    }
}

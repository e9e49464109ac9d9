//! Judges answers by the run that they are about.

use super::answer::{Answer, CURVE_POINTS};
use super::check::GOAL_SEEDS;
use super::{
    Ask, Choose, Draw, Find, Id, NamedMoment, Order, Predict, Prose, Question, Set, WorldLink,
};
use crate::job::Job;
use crate::link::Link;
use crate::query::{Goal, Judgement, Measured, Ran, Unit};
use crate::settings::Problem;
use fusebox::time::Instant;

/// What a run makes of an answer.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Verdict {
    /// Whether the answer is right.
    pub is_right: bool,
    /// By how much a wrong answer is off, in words; empty if the answer has no distance.
    pub off: String,
    /// Why it is right, or what would have to be true.
    pub why: Option<Prose>,
    /// A world in which a wrong answer would be right.
    pub world: Option<WorldLink>,
    /// What the run measured where a goal decides.
    pub clauses: Vec<Measured>,
}

/// The seeds on which the goal of this question or challenge is judged; no link shows them.
#[must_use]
pub fn seeds(id: &Id) -> Vec<u64> {
    let hash = id.0.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    // The first bits differ most.
    (0..u64::from(GOAL_SEEDS)).map(|n| (hash >> 24) + n).collect()
}

/// The jobs that judge a goal on the [`seeds`] of a question or a challenge.
#[must_use]
pub fn jobs(world: &WorldLink, goal: &Goal, id: &Id) -> Vec<Job> {
    let world = Link::read(&world.0).0.write();
    let goal = goal.text.replace('\n', " ");
    let job = |seed| Job::Goal { world: world.clone(), goal: goal.clone(), seed };
    seeds(id).into_iter().map(job).collect()
}

impl Question {
    /// The world that judges this answer.
    ///
    /// # Errors
    /// When a changed setting does not accept its value.
    pub fn world_of(&self, answer: Option<&Answer>) -> Result<WorldLink, Problem> {
        match (&self.ask, answer) {
            (Ask::Set(_), Some(Answer::Set(changes))) => changes.world(&self.world),
            (Ask::Find(ask), Some(Answer::Find(n))) => {
                Ok(ask.lines.get(*n).map_or(&self.world, |line| &line.world).clone())
            }
            _ => Ok(self.world.clone()),
        }
    }

    /// The verdict of the run of [`Question::world_of`]; none if it is no answer to this question, if
    /// the run does not have what is asked for, or if [`Set::judge`] decides.
    #[must_use]
    pub fn judge(&self, answer: &Answer, run: &Ran, without: Option<&Ran>) -> Option<Verdict> {
        match (&self.ask, answer) {
            (Ask::Choose(ask), Answer::Choose(n)) => ask.judge(*n),
            (Ask::Order(ask), Answer::Order(order)) => ask.judge(order, run),
            (Ask::Predict(ask), Answer::Predict(number)) => ask.judge(*number, run, without),
            (Ask::Draw(ask), Answer::Draw(numbers)) => ask.judge(numbers, run),
            (Ask::Find(ask), Answer::Find(n)) => ask.judge(*n, run, without),
            _ => None,
        }
    }
}

impl Ask {
    /// Why the right one of several answers is right; none if the answer is none of several.
    #[must_use]
    pub fn why_right(&self) -> Option<&Prose> {
        match self {
            Self::Choose(ask) => ask.options.iter().find(|it| it.right).map(|it| &it.why),
            Self::Find(ask) => ask.lines.iter().find(|it| it.right).map(|it| &it.why),
            Self::Order(_) | Self::Predict(_) | Self::Draw(_) | Self::Set(_) => None,
        }
    }
}

impl Choose {
    fn judge(&self, n: usize) -> Option<Verdict> {
        let option = self.options.get(n)?;
        Some(Verdict {
            is_right: option.right,
            why: Some(option.why.clone()),
            world: option.world.clone().filter(|_| !option.right),
            ..Verdict::default()
        })
    }
}

impl Order {
    fn judge(&self, order: &[usize], run: &Ran) -> Option<Verdict> {
        let items: Option<Vec<&NamedMoment>> = order.iter().map(|n| self.items.get(*n)).collect();
        let items = items?;
        let at: Option<Vec<Instant>> = items.iter().map(|it| run.moment(&it.at)).collect();
        let at = at?;
        let wrong = (1..items.len()).find(|n| at[n - 1] > at[*n]);
        let said = |n: usize| {
            let seconds = at[n].as_secs_f64();
            format!("“{}” ({})", items[n].title, Unit::Time.text(seconds))
        };
        let off = wrong.map(|n| format!("{} comes before {}", said(n), said(n - 1)));
        Some(Verdict {
            is_right: wrong.is_none(),
            off: off.unwrap_or_default(),
            ..Verdict::default()
        })
    }
}

impl Predict {
    fn judge(&self, predicted: f64, run: &Ran, without: Option<&Ran>) -> Option<Verdict> {
        let number = run.number(&self.query, without)?;
        let is_right = self.is_right(predicted, run, without)?;
        if is_right {
            return Some(Verdict { is_right, ..Verdict::default() });
        }
        let wrong = self.wrong.iter().find(|wrong| {
            let known = run.number(&wrong.number, without);
            let tolerance = known.and_then(|known| self.tolerance_of(known));
            known.zip(tolerance).is_some_and(|(known, off)| (known - predicted).abs() <= off)
        });
        Some(Verdict {
            off: off(self.query.unit(), self.query.is_moment(), predicted, number),
            why: wrong.map(|it| it.why.clone()),
            world: wrong.and_then(|it| it.world.clone()),
            ..Verdict::default()
        })
    }
}

/// By how much a prediction is off, in words.
fn off(unit: Unit, is_moment: bool, predicted: f64, number: f64) -> String {
    let is_high = predicted > number;
    let word = match (unit, is_moment, is_high) {
        (Unit::Time, true, true) => "late",
        (Unit::Time, true, false) => "early",
        (Unit::Time, false, true) => "long",
        (Unit::Time, false, false) => "short",
        (_, _, true) => "high",
        (_, _, false) => "low",
    };
    let difference = (predicted - number).abs();
    let difference = match unit {
        Unit::Share => format!("{} percentage points", Unit::Number.text(difference * 100.0)),
        unit => unit.text(difference),
    };
    let (more, less) = if is_high { (predicted, number) } else { (number, predicted) };
    let ratio = if less > 0.0 { (more / less).round() } else { 0.0 };
    // A moment is counted from the start of the run, so its ratio means nothing.
    if is_moment || ratio < 2.0 || more / less < 1.75 {
        return format!("{difference} too {word}");
    }
    let times = if ratio < 3.0 {
        "twice".to_string()
    } else {
        format!("{} times", Unit::Count.text(ratio))
    };
    if is_high {
        format!("{difference} too {word}, about {times} what the run says")
    } else {
        format!("{difference} too {word}; the run says about {times} as much")
    }
}

/// A drawn curve at a share of its length, from 0 to 1.
fn drawn_at(numbers: &[f64], share: f64) -> f64 {
    let last = numbers.len() - 1;
    let place = share.clamp(0.0, 1.0) * (0..last).map(|_| 1.0).sum::<f64>();
    let mut left = 0.0;
    for pair in numbers.windows(2) {
        if place <= left + 1.0 {
            return pair[0] + (pair[1] - pair[0]) * (place - left);
        }
        left += 1.0;
    }
    numbers[last]
}

impl Draw {
    fn judge(&self, numbers: &[f64], run: &Ran) -> Option<Verdict> {
        let curve = self.curve(run).filter(|_| numbers.len() == CURVE_POINTS)?;
        let (from, to) = (curve[0].0, curve[curve.len() - 1].0);
        let drawn = |at: f64| drawn_at(numbers, (at - from) / (to - from));
        let share = self.deviation(run, drawn)?;
        let is_right = self.is_right(run, drawn)?;
        let distance = |(at, number): &(f64, f64)| (drawn(*at) - number).abs();
        let most = curve.iter().max_by(|one, other| distance(one).total_cmp(&distance(other)))?;
        let unit = self.series.unit();
        let off = format!(
            "{} of the height off on average, and most at {}, where you drew {} and the run has {}",
            Unit::Share.text((share * 100.0).round() / 100.0),
            Unit::Time.text(most.0),
            unit.text(drawn(most.0)),
            unit.text(most.1),
        );
        Some(Verdict {
            is_right,
            off: if is_right { String::new() } else { off },
            ..Verdict::default()
        })
    }
}

impl Find {
    fn judge(&self, n: usize, run: &Ran, without: Option<&Ran>) -> Option<Verdict> {
        let line = self.lines.get(n)?;
        let Judgement { clauses, .. } = self.goal.judge(run, without);
        let why = Some(line.why.clone());
        Some(Verdict { is_right: line.right, why, clauses, ..Verdict::default() })
    }
}

impl Set {
    /// The verdict on a world that was judged on [`seeds`].
    #[must_use]
    pub fn judge(&self, world: &WorldLink, judged: &[Judgement]) -> Verdict {
        let same = |other: &WorldLink| Link::read(&other.0).0 == Link::read(&world.0).0;
        let verdict = over_seeds(judged);
        let wrong = self.wrong.iter().find(|it| !verdict.is_right && same(&it.world));
        Verdict { why: wrong.map(|it| it.why.clone()), ..verdict }
    }
}

/// The verdict on a world whose goal was judged on several seeds. It has the numbers of the first that
/// failed, or else of the first.
#[must_use]
pub fn over_seeds(judged: &[Judgement]) -> Verdict {
    let held = judged.iter().filter(|it| it.holds).count();
    let is_right = held == judged.len() && held > 0;
    let shown = judged.iter().find(|it| !it.holds).or_else(|| judged.first());
    let off = format!("the goal held on {held} of {} seeds", judged.len());
    Verdict {
        is_right,
        off: if is_right { String::new() } else { off },
        clauses: shown.map(|it| it.clauses.clone()).unwrap_or_default(),
        ..Verdict::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn how_far_a_prediction_is_off_is_told_in_its_unit() {
        for (unit, is_moment, predicted, number, words) in [
            (Unit::Time, false, 10.0, 3.2, "6.8 s too long, about 3 times what the run says"),
            (Unit::Time, false, 1.6, 3.2, "1.6 s too short; the run says about twice as much"),
            (Unit::Time, true, 30.0, 10.0, "20 s too late"),
            (Unit::Time, true, 9.5, 10.0, "500 ms too early"),
            (Unit::Share, false, 0.9, 0.95, "5 percentage points too low"),
            (Unit::Count, false, 0.0, 48.0, "48 too low"),
            (
                Unit::Count,
                false,
                4_800.0,
                48.0,
                "4,752 too high, about 100 times what the run says",
            ),
        ] {
            assert_eq!(off(unit, is_moment, predicted, number), words);
        }
    }

    #[test]
    fn a_drawn_curve_is_straight_between_its_numbers() {
        let numbers = [0.0, 10.0, 10.0];
        for (share, number) in [(0.0, 0.0), (0.25, 5.0), (0.5, 10.0), (1.0, 10.0), (2.0, 10.0)] {
            assert!((drawn_at(&numbers, share) - number).abs() < 1e-9, "{share}");
        }
    }

    #[test]
    fn each_question_has_seeds_of_its_own() {
        let of = |id: &str| seeds(&Id(id.to_string()));
        assert_eq!(of("herd").len(), 10);
        assert!(of("herd").iter().all(|seed| !of("here").contains(seed) && *seed != 42));
    }

    #[test]
    fn a_goal_that_fails_on_one_seed_is_not_met() {
        let judged = |holds| Judgement { holds, clauses: Vec::new() };
        assert!(over_seeds(&[judged(true), judged(true)]).is_right);
        let verdict = over_seeds(&[judged(true), judged(false)]);
        assert!(!verdict.is_right);
        assert_eq!(verdict.off, "the goal held on 1 of 2 seeds");
        assert!(!over_seeds(&[]).is_right);
    }
}

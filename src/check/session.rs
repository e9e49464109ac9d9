//! What a learner is shown and has answered: an immutable value, all of which a link can hold.

use fusebox_lab::lesson::{Answer, Attempted, Challenge, Interview, Lesson, Question, Verdict};
use fusebox_lab::link::Check;
use std::collections::BTreeMap;
use std::rc::Rc;
use yew::Reducible;

/// The name of the result in links.
const RESULT: &str = "result";

/// What is shown: a question, a challenge or an interview question by its number, or the result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Item {
    Question(usize),
    Challenge(usize),
    Interview(usize),
    Result,
}

/// How an item stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mark {
    Open,
    /// Answered, and not judged yet.
    Pending,
    Right,
    Wrong,
    /// A challenge that can be tried again, or an interview question whose answer was shown.
    Seen,
}

impl Mark {
    /// Whether the answer was right; none if it is open, or has no verdict.
    pub(super) const fn verdict(self) -> Option<bool> {
        match self {
            Self::Right => Some(true),
            Self::Wrong => Some(false),
            Self::Open | Self::Pending | Self::Seen => None,
        }
    }
}

/// An answer as text, with its verdict.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Given {
    pub(super) text: String,
    pub(super) verdict: Option<Rc<Verdict>>,
}

/// The state of the view.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Session {
    /// The name of the document.
    name: String,
    pub(super) lesson: Rc<Lesson>,
    pub(super) item: Item,
    given: BTreeMap<String, Given>,
}

pub(super) enum Action {
    Show(Item),
    /// Answers the item that is shown.
    Answer(String),
    /// The verdict on an answer with this text.
    Judged(Item, String, Rc<Verdict>),
    /// Takes the answer to the shown item back.
    Again,
    /// Another document or link.
    Open(Rc<Lesson>, Rc<Check>),
}

impl Session {
    /// The state of a link; answers that are none are left out.
    pub(super) fn of(lesson: Rc<Lesson>, link: &Check) -> Self {
        let mut session = Self {
            name: link.lesson.clone(),
            lesson,
            item: Item::Question(0),
            given: BTreeMap::new(),
        };
        let all = session.items();
        let on = link.on.as_deref().unwrap_or_default();
        let shown = all.iter().find(|item| session.id(**item) == on).or_else(|| all.first());
        session.item = shown.copied().filter(|_| on != RESULT).unwrap_or(Item::Result);
        for item in all {
            let id = session.id(item);
            let text = link.answers.iter().find(|(of, _)| *of == id).map(|(_, text)| text.clone());
            if let Some(text) = text.filter(|text| session.is_answer(item, text)) {
                session.given.insert(id, Given { text, verdict: None });
            }
        }
        session
    }

    pub(super) fn link(&self) -> Check {
        let is_first = self.items().first() == Some(&self.item);
        let answers = self.items().into_iter().filter_map(|item| {
            let id = self.id(item);
            let text = self.given.get(&id)?.text.clone();
            Some((id, text))
        });
        Check {
            lesson: self.name.clone(),
            on: (!is_first).then(|| self.id(self.item)),
            answers: answers.collect(),
        }
    }

    /// All items, in the order in which they are listed.
    pub(super) fn items(&self) -> Vec<Item> {
        let Lesson { questions, challenges, interview, .. } = &*self.lesson;
        let questions = (0..questions.len()).map(Item::Question);
        let challenges = (0..challenges.len()).map(Item::Challenge);
        questions.chain(challenges).chain((0..interview.len()).map(Item::Interview)).collect()
    }

    /// The item before or after the shown one.
    pub(super) fn beside(&self, forwards: bool) -> Option<Item> {
        let mut all = self.items();
        all.push(Item::Result);
        let at = all.iter().position(|item| *item == self.item)?;
        let at = if forwards { at + 1 } else { at.checked_sub(1)? };
        all.get(at).copied()
    }

    pub(super) fn question(&self, item: Item) -> Option<&Question> {
        if let Item::Question(n) = item { self.lesson.questions.get(n) } else { None }
    }

    pub(super) fn challenge(&self, item: Item) -> Option<&Challenge> {
        if let Item::Challenge(n) = item { self.lesson.challenges.get(n) } else { None }
    }

    pub(super) fn interview(&self, item: Item) -> Option<&Interview> {
        if let Item::Interview(n) = item { self.lesson.interview.get(n) } else { None }
    }

    /// Its name in links. Those of challenges and interview questions begin with their kind, since a
    /// document may have a question of the same name.
    pub(super) fn id(&self, item: Item) -> String {
        let question = self.question(item).map(|it| it.id.0.clone());
        let id = question.or_else(|| Some(format!("challenge-{}", self.challenge(item)?.id.0)));
        let id = id.or_else(|| Some(format!("interview-{}", self.interview(item)?.id.0)));
        id.unwrap_or_else(|| RESULT.to_owned())
    }

    fn is_answer(&self, item: Item, text: &str) -> bool {
        let question = self.question(item).and_then(|it| Answer::read(&it.ask, text));
        let challenge = self.challenge(item).and_then(|it| Attempted::read(it, text));
        question.is_some()
            || challenge.is_some()
            || (matches!(item, Item::Interview(_)) && text == "1")
    }

    pub(super) fn given(&self, item: Item) -> Option<&Given> {
        self.given.get(&self.id(item))
    }

    /// The answer to a question.
    pub(super) fn answer(&self, item: Item) -> Option<Answer> {
        Answer::read(&self.question(item)?.ask, &self.given(item)?.text)
    }

    /// What was tried of a challenge.
    pub(super) fn attempted(&self, item: Item) -> Option<Attempted> {
        Attempted::read(self.challenge(item)?, &self.given(item)?.text)
    }

    pub(super) fn mark(&self, item: Item) -> Mark {
        let Some(given) = self.given(item) else { return Mark::Open };
        match (&given.verdict, self.challenge(item)) {
            (_, None) if matches!(item, Item::Interview(_)) => Mark::Seen,
            (None, _) => Mark::Pending,
            (Some(verdict), _) if verdict.is_right => Mark::Right,
            (Some(_), Some(challenge)) => {
                let tries = self.attempted(item).map_or(0, |it| it.tries);
                if tries < challenge.tries { Mark::Seen } else { Mark::Wrong }
            }
            (Some(_), None) => Mark::Wrong,
        }
    }

    /// Whether nothing is left to do of an item.
    pub(super) fn is_done(&self, item: Item) -> bool {
        match self.mark(item) {
            Mark::Open | Mark::Pending => false,
            Mark::Right | Mark::Wrong => true,
            Mark::Seen => self.challenge(item).is_none(),
        }
    }

    /// The number of these items with a mark.
    pub(super) fn count(&self, items: &[Item], mark: Mark) -> usize {
        items.iter().filter(|item| self.mark(**item) == mark).count()
    }

    /// The first item that is answered, not judged, and not shown.
    pub(super) fn pending(&self) -> Option<Item> {
        let is_it = |it: &Item| *it != self.item && self.mark(*it) == Mark::Pending;
        self.items().into_iter().find(is_it)
    }
}

impl Reducible for Session {
    type Action = Action;

    fn reduce(self: Rc<Self>, action: Action) -> Rc<Self> {
        let mut next = (*self).clone();
        match action {
            Action::Show(item) => next.item = item,
            Action::Open(lesson, link) => {
                let before = std::mem::take(&mut next.given);
                next = Self::of(lesson, &link);
                // A verdict on the same answer stays.
                for (id, given) in &mut next.given {
                    let same = before.get(id).filter(|before| before.text == given.text);
                    given.verdict = same.and_then(|before| before.verdict.clone());
                }
            }
            Action::Answer(text) => {
                if next.is_answer(next.item, &text) {
                    let id = next.id(next.item);
                    next.given.insert(id, Given { text, verdict: None });
                }
            }
            Action::Again => {
                let id = next.id(next.item);
                next.given.remove(&id);
            }
            Action::Judged(item, text, verdict) => {
                let id = next.id(item);
                if let Some(given) = next.given.get_mut(&id).filter(|it| it.text == text) {
                    given.verdict = Some(verdict);
                }
            }
        }
        Rc::new(next)
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// A small check with one of each.
    pub(in crate::check) fn lesson() -> Rc<Lesson> {
        let text = r#"{
            "id": "check", "title": "Quick check", "about": "All.",
            "parts": [{ "id": "one", "title": "One" }],
            "questions": [
                { "id": "silence", "part": "one", "title": "How long is it silent?",
                  "world": "playground?preset=dies-mid-query",
                  "ask": { "predict": {
                    "query": "time from=breaker.open to=breaker.half_open",
                    "tolerance": "10%", "from": "0s", "to": "60s" } } },
                { "id": "opens", "part": "one", "title": "Does it open?",
                  "world": "playground?preset=dies-mid-query",
                  "ask": { "choose": { "options": [
                    { "text": "Yes.", "claim": "count(breaker.open) >= 1", "right": true, "why": "So." },
                    { "text": "No.", "claim": "count(breaker.open) = 0", "why": "No." }] } } }],
            "challenges": [{ "id": "mend", "title": "Mend it",
                "world": "playground?preset=dies-mid-query", "goal": "success >= 50%",
                "change": ["postgres.breaker.cooldown"], "tries": 2, "technique": "A breaker",
                "solution": "playground?preset=dies-mid-query&postgres.breaker.cooldown=5s" }],
            "interview": [{ "id": "order", "part": "one", "title": "Which order?",
                "world": "playground?preset=dies-mid-query" }]
        }"#;
        Rc::new(Lesson::read(text).unwrap())
    }

    fn session(on: Option<&str>, answers: &[(&str, &str)]) -> Session {
        let answers = answers.iter().map(|(id, text)| ((*id).to_owned(), (*text).to_owned()));
        let on = on.map(ToOwned::to_owned);
        Session::of(lesson(), &Check { on, answers: answers.collect(), ..Check::default() })
    }

    fn reduced(session: &Session, action: Action) -> Session {
        (*Rc::new(session.clone()).reduce(action)).clone()
    }

    fn verdict(is_right: bool) -> Rc<Verdict> {
        Rc::new(Verdict { is_right, ..Verdict::default() })
    }

    #[test]
    fn a_link_has_the_item_and_the_answers_that_are_some() {
        let answers = [
            ("opens", "0"),
            ("silence", "x"),
            ("challenge-mend", "2/postgres.breaker.cooldown=5s"),
        ];
        let session = session(Some("opens"), &answers);
        assert_eq!(session.item, Item::Question(1));
        let link = session.link();
        assert_eq!(link.on.as_deref(), Some("opens"));
        let ids: Vec<_> = link.answers.iter().map(|(id, _)| id.as_str()).collect();
        assert_eq!(ids, ["opens", "challenge-mend"]);
        for wrong in ["3/", "0/", "1/postgres.breaker.min_calls=1", "x"] {
            let session = self::session(None, &[("challenge-mend", wrong)]);
            assert_eq!(session.mark(Item::Challenge(0)), Mark::Open, "{wrong}");
        }
        assert_eq!(self::session(Some("nothing"), &[]).item, Item::Question(0));
        assert_eq!(self::session(Some("result"), &[]).link().on.as_deref(), Some("result"));
        assert_eq!(self::session(None, &[]).link(), Check::default());
    }

    #[test]
    fn an_answer_is_judged_once_and_can_be_taken_back() {
        let item = Item::Question(0);
        let answered = reduced(&session(None, &[]), Action::Answer("30".to_owned()));
        assert_eq!(answered.mark(item), Mark::Pending);
        let late = Action::Judged(item, "29".to_owned(), verdict(false));
        assert_eq!(reduced(&answered, late).mark(item), Mark::Pending, "an answer before");
        let judged = reduced(&answered, Action::Judged(item, "30".to_owned(), verdict(true)));
        assert_eq!(judged.mark(item), Mark::Right);
        let opened = Action::Open(judged.lesson.clone(), Rc::new(judged.link()));
        assert_eq!(reduced(&judged, opened).mark(item), Mark::Right, "its own link");
        assert_eq!(reduced(&judged, Action::Again).mark(item), Mark::Open);
    }

    #[test]
    fn a_challenge_is_lost_only_after_its_last_try() {
        let item = Item::Challenge(0);
        for (text, right, mark) in
            [("1/", false, Mark::Seen), ("2/", false, Mark::Wrong), ("2/", true, Mark::Right)]
        {
            let session = session(Some("challenge-mend"), &[("challenge-mend", text)]);
            let judged = Action::Judged(item, text.to_owned(), verdict(right));
            assert_eq!(reduced(&session, judged).mark(item), mark, "{text}");
        }
    }

    #[test]
    fn answers_of_a_link_are_judged_one_after_another() {
        let answers = [("opens", "0"), ("silence", "30"), ("interview-order", "1")];
        let session = session(Some("silence"), &answers);
        assert_eq!(session.pending(), Some(Item::Question(1)), "the shown one judges itself");
        let judged = Action::Judged(Item::Question(1), "0".to_owned(), verdict(true));
        assert_eq!(reduced(&session, judged).pending(), None);
        assert_eq!(session.beside(false), None);
        assert_eq!(session.beside(true), Some(Item::Question(1)));
    }
}

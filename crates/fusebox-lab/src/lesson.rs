//! Lessons as data: steps with live worlds, questions, challenges and interview practice.
//!
//! A lesson is a JSON document, which [`Lesson::read`] reads and [`schema`] describes. Its prose has
//! no numbers of its own: they are [queries](crate::query) to the run that is shown beside it, and
//! [`Lesson::check`] proves on several seeds that each has a value, that each claim holds, that each goal can
//! be met and is not met at the start, that each right answer is right and each other one wrong.
//!
//! ```
//! use fusebox_lab::lesson::Lesson;
//!
//! let text = r#"{
//!     "id": "outages", "title": "Outages", "about": "What an outage does.",
//!     "parts": [{ "id": "one", "title": "One" }],
//!     "steps": [{
//!         "id": "open", "part": "one", "title": "The breaker opens",
//!         "text": ["It is [open](open) for {setting postgres.breaker.cooldown}."],
//!         "world": "playground?preset=dies-mid-query", "at": "breaker.open",
//!         "expect": ["count(breaker.open) >= 1"]
//!     }]
//! }"#;
//! let lesson = Lesson::read(text).unwrap();
//! assert_eq!(lesson.steps[0].title, "The breaker opens");
//! let problems = Lesson::read(r#"{ "id": "x", "titel": "y" }"#).unwrap_err();
//! assert!(problems.iter().any(|problem| problem.path == "titel"));
//! ```

mod answer;
mod check;
mod fields;
mod judge;
mod prose;

use crate::query::event::Events;
use crate::query::{Goal, Moment, Query};
use crate::settings::{Problem, hint};
pub use answer::{Answer, Attempted, CURVE_POINTS, Changes};
pub use check::GOAL_SEEDS;
use core::str::FromStr;
use fields::{Field, Problems, choice, object};
pub use fields::{Id, Key, WorldLink};
use fusebox_sim::Dependency;
pub use judge::{Verdict, jobs, over_seeds, seeds};
pub use prose::{MARKS, Piece, Prose};
use serde_json::Value;

/// The longest document that is read, in bytes.
pub const LENGTH_MAX: usize = 1_000_000;

object! {
    /// A lesson.
    pub struct Lesson {
        /// Its name in links.
        id: Id,
        /// Its title.
        title: String,
        /// What it is about, in a sentence or two.
        about: Prose,
        /// What its reader can do afterwards.
        objectives: Vec<Prose>,
        /// How long it takes, in minutes.
        minutes: Option<u32>,
        /// Its parts, which steps, questions and interview questions name.
        parts: Vec<Part>,
        /// Its steps, those of a part together.
        steps: Vec<Step>,
        /// Questions, each with an experiment that answers it.
        questions: Vec<Question>,
        /// Challenges: worlds to be mended.
        challenges: Vec<Challenge>,
        /// Open questions, each with a model answer that is an experiment.
        interview: Vec<Interview>,
    }
}

object! {
    /// A part of a lesson.
    pub struct Part {
        /// Its name in links.
        id: Id,
        /// Its title, a few words.
        title: String,
    }
}

object! {
    /// A step: one new idea beside a live world.
    pub struct Step {
        /// Its name in links.
        id: Id,
        /// The part that it belongs to.
        part: Id,
        /// Its title.
        title: String,
        /// Its paragraphs.
        text: Vec<Prose>,
        /// The world beside it, as a link.
        world: WorldLink,
        /// The moment at which the world is shown.
        at: Option<Moment>,
        /// What of the view is in focus.
        focus: Vec<Focus>,
        /// The settings that may be changed here.
        change: Vec<Key>,
        /// A thing to try.
        try_it: Option<Prose>,
        /// What is to be reached.
        goal: Option<StepGoal>,
        /// The world without what the step is about, to be shown in its place and beside it.
        without: Option<WorldLink>,
        /// The names of these two worlds; none if they are the world as it is, and without it.
        names: Option<Names>,
        /// What must hold on every seed.
        expect: Vec<Goal>,
        /// Code beside the world.
        code: Option<Code>,
        /// Moments of the run on a rail, in their order.
        moments: Vec<NamedMoment>,
        /// What clients of the service see.
        responses: Vec<Response>,
    }
}

object! {
    /// What two worlds are called, each in a few words.
    pub struct Names {
        /// The name of the world.
        world: String,
        /// The name of the one in its place.
        without: String,
    }
}

object! {
    /// A goal of a step.
    pub struct StepGoal {
        /// The goal in words.
        text: Prose,
        /// The goal.
        goal: Goal,
        /// A link in which it is met.
        solution: WorldLink,
    }
}

object! {
    /// Code whose lines are lit by what happens.
    pub struct Code {
        /// The language, such as python.
        language: String,
        /// Its title.
        title: String,
        /// Its lines.
        lines: Vec<Line>,
        /// Which lines run when something happens.
        lit: Vec<Lit>,
    }
}

object! {
    /// Lines of code that an event runs.
    pub struct Lit {
        /// The event.
        when: Events,
        /// The numbers of the lines, from 1, in the order in which they run.
        lines: Vec<u32>,
    }
}

object! {
    /// A moment with its name.
    pub struct NamedMoment {
        /// Its name, a few words.
        title: String,
        /// What happens then.
        text: Option<Prose>,
        /// The moment.
        at: Moment,
    }
}

object! {
    /// An answer that a client of the service gets, as the client sees it.
    pub struct Response {
        /// What kind of answer it is, a few words.
        title: String,
        /// When the first one is sent.
        at: Moment,
        /// Its lines: the status, headers, and the body.
        lines: Vec<Prose>,
    }
}

object! {
    /// A question with an experiment that answers it.
    pub struct Question {
        /// Its name in links.
        id: Id,
        /// The part that it is about.
        part: Id,
        /// The question.
        title: Prose,
        /// The experiment, as a link.
        world: WorldLink,
        /// The moment at which the experiment is shown.
        at: Option<Moment>,
        /// What of the view is in focus.
        focus: Vec<Focus>,
        /// The world beside it.
        without: Option<WorldLink>,
        /// What is asked for.
        ask: Ask,
        /// The explanation, which points into the experiment.
        why: Vec<Prose>,
        /// What must hold on every seed.
        expect: Vec<Goal>,
    }
}

choice! {
    /// What a question asks for.
    pub enum Ask {
        /// The right one of several claims.
        Choose("choose", Choose),
        /// The order of moments.
        Order("order", Order),
        /// A number.
        Predict("predict", Predict),
        /// A curve.
        Draw("draw", Draw),
        /// Settings with which a goal holds.
        Set("set", Set),
        /// The mistake in a configuration.
        Find("find", Find),
    }
}

object! {
    /// Claims, of which one is right.
    pub struct Choose {
        /// The claims.
        options: Vec<Choice>,
    }
}

object! {
    /// A claim that may be right.
    pub struct Choice {
        /// The claim in words.
        text: Prose,
        /// The claim; it must hold on every seed if it is right, and on none if it is not.
        claim: Goal,
        /// Whether it is right.
        right: bool,
        /// Why it is right, or what would have to be true.
        why: Prose,
        /// A world in which a wrong claim would be right.
        world: Option<WorldLink>,
    }
}

object! {
    /// Moments to be put into their order.
    pub struct Order {
        /// The moments in their order.
        items: Vec<NamedMoment>,
    }
}

object! {
    /// A number to be predicted.
    pub struct Predict {
        /// The number.
        query: Query,
        /// How far a right prediction may be off: a share of the number, or a number of its unit.
        tolerance: Query,
        /// The smallest prediction.
        from: Query,
        /// The largest prediction.
        to: Query,
        /// Wrong numbers that people predict.
        wrong: Vec<WrongNumber>,
    }
}

object! {
    /// A wrong prediction.
    pub struct WrongNumber {
        /// The number.
        number: Query,
        /// What would have to be true.
        why: Prose,
        /// A world in which the number is right.
        world: Option<WorldLink>,
    }
}

object! {
    /// A curve to be drawn.
    pub struct Draw {
        /// The name of a series, perhaps with its dependency.
        series: Query,
        /// Where the curve begins.
        from: Moment,
        /// Where it ends.
        to: Moment,
        /// How far a right curve may be off on average, as a share of the range of the series.
        tolerance: Query,
    }
}

object! {
    /// Settings to be found with which a goal holds.
    pub struct Set {
        /// The settings that may be changed.
        change: Vec<Key>,
        /// The goal, which must hold on ten seeds.
        goal: Goal,
        /// A link in which it holds.
        solution: WorldLink,
        /// Settings that people try and with which it does not hold.
        wrong: Vec<WrongWorld>,
    }
}

object! {
    /// A world in which a goal does not hold.
    pub struct WrongWorld {
        /// The world, as a link.
        world: WorldLink,
        /// Why it does not hold.
        why: Prose,
    }
}

object! {
    /// A configuration with a mistake.
    pub struct Find {
        /// What holds once the mistake is mended, and with it does not.
        goal: Goal,
        /// The settings that are shown, of which one is the mistake.
        lines: Vec<Suspect>,
    }
}

object! {
    /// A setting that may be the mistake.
    pub struct Suspect {
        /// The setting.
        setting: Key,
        /// Whether it is the mistake.
        right: bool,
        /// Why.
        why: Prose,
        /// The world with another value of it.
        world: WorldLink,
    }
}

object! {
    /// A world to be mended.
    pub struct Challenge {
        /// Its name in links.
        id: Id,
        /// Its title.
        title: String,
        /// The world, as a link.
        world: WorldLink,
        /// What is wrong, and what is to be reached.
        briefing: Vec<Prose>,
        /// What is to be reached, which must hold on ten seeds.
        goal: Goal,
        /// The settings that may be changed; all others are locked.
        change: Vec<Key>,
        /// How many tries there are.
        tries: u32,
        /// The technique that meets the goal, a few words.
        technique: String,
        /// What the technique does, and what to take from it.
        debriefing: Vec<Prose>,
        /// A link in which the goal is met.
        solution: WorldLink,
    }
}

object! {
    /// An open question of an interview.
    pub struct Interview {
        /// Its name in links.
        id: Id,
        /// The part that it is about.
        part: Id,
        /// The question.
        title: Prose,
        /// The experiment of the model answer, as a link.
        world: WorldLink,
        /// The moment at which the experiment is shown.
        at: Option<Moment>,
        /// What of the view is in focus.
        focus: Vec<Focus>,
        /// The world beside it.
        without: Option<WorldLink>,
        /// The model answer.
        answer: Vec<Prose>,
        /// What a strong answer has.
        points: Vec<Prose>,
        /// What must hold on every seed.
        expect: Vec<Goal>,
    }
}

/// A line of code, which may be empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line(pub String);

impl Field for Line {
    fn schema() -> Value {
        serde_json::json!({ "type": "string", "maxLength": 160 })
    }

    fn read(json: &Value, path: &str, problems: &mut Problems) -> Option<Self> {
        let found = json.as_str().filter(|text| text.len() <= 160 && !text.contains('\n'));
        if found.is_none() {
            problems.say(path, "must be a line of at most 160 bytes");
        }
        found.map(|text| Self(text.to_string()))
    }
}

/// What of a view is in focus: one of [`FOCUS`], a dependency, or a series whose chart is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Focus(pub String);

/// What can be in focus, apart from dependencies and series.
pub const FOCUS: &[&str] = &[
    "stage",
    "clients",
    "service",
    "layers",
    "breaker",
    "retry",
    "timeout",
    "fallback",
    "bulkhead",
    "charts",
    "log",
    "lanes",
    "code",
    "moments",
    "responses",
];

impl Field for Focus {
    fn schema() -> Value {
        serde_json::json!({ "type": "string", "enum": Self::all() })
    }

    fn read(json: &Value, path: &str, problems: &mut Problems) -> Option<Self> {
        let all = Self::all();
        let word = json.as_str().unwrap_or_default();
        let found = all.contains(&word);
        if !found {
            let what = format!("is {json}, which cannot be in focus{}", hint(word, &all));
            problems.say(path, what);
        }
        found.then(|| Self(word.to_string()))
    }
}

impl Focus {
    fn all() -> Vec<&'static str> {
        let series = crate::query::series::SERIES.iter().map(|series| series.name);
        FOCUS.iter().copied().chain(Dependency::ALL.map(Dependency::name)).chain(series).collect()
    }
}

impl FromStr for Lesson {
    type Err = Vec<Problem>;

    fn from_str(text: &str) -> Result<Self, Vec<Problem>> {
        Self::read(text)
    }
}

impl Lesson {
    /// The lesson of a document.
    ///
    /// # Errors
    /// With all problems that can be detected, up to 20.
    pub fn read(text: &str) -> Result<Self, Vec<Problem>> {
        if text.len() > LENGTH_MAX {
            let what = format!("is longer than {LENGTH_MAX} bytes");
            return Err(vec![Problem::new("", what)]);
        }
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let mut json: Value = serde_json::from_str(text)
            .map_err(|error| vec![Problem::new("", format!("is not JSON: {error}"))])?;
        if let Some(members) = json.as_object_mut() {
            members.remove("$schema");
        }
        let mut problems = Problems::default();
        let lesson = <Self as Field>::read(&json, "", &mut problems);
        if let Some(lesson) = &lesson {
            lesson.check_names(&mut problems);
        }
        let problems = problems.into_vec();
        lesson.filter(|_| problems.is_empty()).ok_or(problems)
    }

    /// The texts of each step, question, challenge and interview question, with its title, its world and
    /// the world beside it.
    #[must_use]
    pub fn texts(&self) -> Vec<(String, &WorldLink, Option<&WorldLink>, Vec<&Prose>)> {
        let mut texts = Vec::new();
        for it in &self.steps {
            let goal = it.goal.iter().map(|goal| &goal.text);
            let moments = it.moments.iter().flat_map(|moment| &moment.text);
            let responses = it.responses.iter().flat_map(|response| &response.lines);
            let all = it.text.iter().chain(&it.try_it).chain(goal).chain(moments).chain(responses);
            texts.push((it.title.clone(), &it.world, it.without.as_ref(), all.collect()));
        }
        for it in &self.questions {
            let answers = match &it.ask {
                Ask::Choose(ask) => ask.options.iter().flat_map(|it| [&it.text, &it.why]).collect(),
                Ask::Predict(ask) => ask.wrong.iter().map(|it| &it.why).collect(),
                Ask::Set(ask) => ask.wrong.iter().map(|it| &it.why).collect(),
                Ask::Find(ask) => ask.lines.iter().map(|it| &it.why).collect(),
                Ask::Order(_) | Ask::Draw(_) => Vec::new(),
            };
            let all = [&it.title].into_iter().chain(answers).chain(&it.why).collect();
            texts.push((it.id.0.clone(), &it.world, it.without.as_ref(), all));
        }
        for it in &self.challenges {
            let (before, after) = (it.briefing.iter().collect(), it.debriefing.iter().collect());
            texts.push((it.title.clone(), &it.world, None, before));
            texts.push((it.technique.clone(), &it.solution, None, after));
        }
        for it in &self.interview {
            let all = [&it.title].into_iter().chain(&it.answer).chain(&it.points).collect();
            texts.push((it.id.0.clone(), &it.world, it.without.as_ref(), all));
        }
        texts
    }

    /// Checks that parts exist, and that no two things of a kind have the same name.
    fn check_names(&self, problems: &mut Problems) {
        let parts: Vec<_> = self.parts.iter().map(|part| part.id.0.as_str()).collect();
        for (n, step) in self.steps.iter().enumerate() {
            if step.names.is_some() && step.without.is_none() {
                let what = "has a name for a world that the step does not have";
                problems.say(&format!("steps.{n}.names"), what);
            }
        }
        let mut check = |kind: &str, items: Vec<(&Id, Option<&Id>)>| {
            for (n, (id, part)) in items.iter().enumerate() {
                if items[..n].iter().any(|(other, _)| other == id) {
                    problems.say(&format!("{kind}.{n}.id"), format!("is {:?} again", id.0));
                }
                if let Some(part) = part.filter(|part| !parts.contains(&part.0.as_str())) {
                    let what = format!("is {:?}, which is no part", part.0);
                    problems.say(&format!("{kind}.{n}.part"), what + &hint(&part.0, &parts));
                }
            }
        };
        check("parts", self.parts.iter().map(|it| (&it.id, None)).collect());
        check("steps", self.steps.iter().map(|it| (&it.id, Some(&it.part))).collect());
        check("questions", self.questions.iter().map(|it| (&it.id, Some(&it.part))).collect());
        check("challenges", self.challenges.iter().map(|it| (&it.id, None)).collect());
        check("interview", self.interview.iter().map(|it| (&it.id, Some(&it.part))).collect());
    }
}

/// The JSON Schema (draft 2020-12) of what [`Lesson::read`] accepts. It does not describe the grammar
/// of prose, queries, goals and links.
#[must_use]
pub fn schema() -> Value {
    let mut schema = <Lesson as Field>::schema();
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema".into();
    schema["title"] = "A lesson of Fusebox".into();
    schema["properties"]["$schema"] =
        serde_json::json!({ "type": "string", "description": "The schema of this document." });
    schema
}

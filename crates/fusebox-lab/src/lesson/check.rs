//! Proves a lesson on several seeds.

use super::prose::Prose;
use super::{
    Ask, Challenge, Choose, Draw, Find, Interview, Key, Lesson, NamedMoment, Predict, Question,
    Set, Step, WorldLink,
};
use crate::link::Link;
use crate::query::{Experiment, Goal, Moment, Query, Ran, Unit};
use crate::settings::{self, Problem};

/// The seeds on which a goal must hold.
pub const GOAL_SEEDS: u32 = 10;

/// A step, a question, a challenge or an interview question.
#[derive(Clone, Copy, Debug)]
enum Item<'a> {
    Step(&'a Step),
    Question(&'a Question),
    Challenge(&'a Challenge),
    Interview(&'a Interview),
}

impl Lesson {
    fn items(&self) -> Vec<Item<'_>> {
        let steps = self.steps.iter().map(Item::Step);
        let questions = self.questions.iter().map(Item::Question);
        let challenges = self.challenges.iter().map(Item::Challenge);
        let interview = self.interview.iter().map(Item::Interview);
        steps.chain(questions).chain(challenges).chain(interview).collect()
    }

    /// The number of its steps, questions, challenges and interview questions.
    #[must_use]
    pub fn item_count(&self) -> usize {
        self.items().len()
    }

    /// What is not true of one of them, on the seed of each link and the `seeds - 1` after it; goals to
    /// be met are held against [`GOAL_SEEDS`] seeds.
    #[must_use]
    pub fn check_item(&self, item: usize, seeds: u32) -> Vec<Problem> {
        let Some(item) = self.items().get(item).copied() else { return Vec::new() };
        let (kind, id) = match item {
            Item::Step(it) => ("steps", &it.id),
            Item::Question(it) => ("questions", &it.id),
            Item::Challenge(it) => ("challenges", &it.id),
            Item::Interview(it) => ("interview", &it.id),
        };
        let place = format!("{kind}.{}", id.0);
        let mut check = Check { place, seeds, unseen: super::seeds(id), problems: Vec::new() };
        match item {
            Item::Step(it) => check.step(it),
            Item::Question(it) => check.question(it),
            Item::Challenge(it) => check.challenge(it),
            Item::Interview(it) => check.interview(it),
        }
        check.problems
    }

    /// What is not true of the lesson; see [`Lesson::check_item`].
    #[must_use]
    pub fn check(&self, seeds: u32) -> Vec<Problem> {
        (0..self.item_count()).flat_map(|item| self.check_item(item, seeds)).collect()
    }
}

/// A world on several seeds, each with the run beside it.
struct Runs(Vec<Pair>);

struct Pair {
    seed: u64,
    run: Ran,
    without: Option<Ran>,
}

impl Pair {
    fn holds(&self, goal: &Goal) -> Result<(), String> {
        let judgement = goal.judge(&self.run, self.without.as_ref());
        let failed = judgement.clauses.iter().filter(|clause| !clause.holds);
        let failed = failed.map(|clause| format!("{} is {}", clause.text, clause.words()));
        let failed: Vec<_> = failed.collect();
        if failed.is_empty() {
            return Ok(());
        }
        Err(format!("does not hold with seed {}: {}", self.seed, failed.join(", ")))
    }

    fn number(&self, query: &Query) -> Option<f64> {
        self.run.number(query, self.without.as_ref())
    }
}

struct Check {
    place: String,
    seeds: u32,
    /// The seeds on which the goals of answers and challenges are judged.
    unseen: Vec<u64>,
    problems: Vec<Problem>,
}

impl Check {
    fn say(&mut self, field: &str, what: impl Into<String>) {
        self.problems.push(Problem::new(format!("{}.{field}", self.place), what));
    }

    /// The runs of a world with this many seeds, and for the same seeds those of another beside it.
    fn runs(
        &mut self,
        field: &str,
        world: &WorldLink,
        without: Option<&WorldLink>,
        goal: Option<&Goal>,
        seeds: u32,
    ) -> Runs {
        let first = Experiment::of_link(&world.0).map_or(0, |of| of.seed());
        let seeds: Vec<_> = (0..seeds).map(|n| first.wrapping_add(n.into())).collect();
        self.runs_on(field, world, without, goal, &seeds)
    }

    /// The runs of a world on the seeds on which goals are judged.
    fn unseen(&mut self, field: &str, world: &WorldLink, goal: &Goal) -> Runs {
        let seeds = self.unseen.clone();
        self.runs_on(field, world, None, Some(goal), &seeds)
    }

    fn runs_on(
        &mut self,
        field: &str,
        world: &WorldLink,
        without: Option<&WorldLink>,
        goal: Option<&Goal>,
        seeds: &[u64],
    ) -> Runs {
        let run = |link: &WorldLink, seed: u64| {
            let within = goal.and_then(|goal| goal.within);
            let experiment = Experiment::of_link(&link.0)?.with_seed(seed).within(within);
            experiment.run().map(|run| (seed, run))
        };
        let mut runs = Vec::new();
        for &n in seeds {
            let pair = run(world, n).and_then(|(seed, ran)| {
                let without = without.map(|link| run(link, n)).transpose()?;
                Ok(Pair { seed, run: ran, without: without.map(|(_, run)| run) })
            });
            match pair {
                Ok(pair) => runs.push(pair),
                Err(problem) => {
                    self.say(field, problem.to_string());
                    break;
                }
            }
        }
        Runs(runs)
    }

    fn step(&mut self, step: &Step) {
        let runs = self.runs("world", &step.world, step.without.as_ref(), None, self.seeds);
        self.prose("text", &step.text, &runs);
        self.prose("try_it", step.try_it.as_slice(), &runs);
        self.moment("at", step.at.as_ref(), &runs);
        self.claims(&step.expect, &runs);
        self.order("moments", &step.moments, &runs);
        for (n, response) in step.responses.iter().enumerate() {
            self.moment(&format!("responses.{n}.at"), Some(&response.at), &runs);
            self.prose(&format!("responses.{n}.lines"), &response.lines, &runs);
        }
        if let Some(code) = &step.code {
            let last = code.lines.len();
            let lines = code.lit.iter().flat_map(|lit| &lit.lines);
            for line in lines.filter(|line| **line as usize > last) {
                self.say("code.lit", format!("has line {line}, but the code ends with {last}"));
            }
        }
        if let Some(goal) = &step.goal {
            self.prose("goal.text", std::slice::from_ref(&goal.text), &runs);
            let change = (!step.change.is_empty()).then_some(&step.change[..]);
            self.task("goal", (&step.world, change), &goal.goal, &goal.solution);
        }
    }

    fn interview(&mut self, it: &Interview) {
        let runs = self.runs("world", &it.world, it.without.as_ref(), None, self.seeds);
        self.prose("title", std::slice::from_ref(&it.title), &runs);
        self.prose("answer", &it.answer, &runs);
        self.prose("points", &it.points, &runs);
        self.moment("at", it.at.as_ref(), &runs);
        self.claims(&it.expect, &runs);
    }

    fn challenge(&mut self, it: &Challenge) {
        let runs = self.runs("world", &it.world, None, Some(&it.goal), self.seeds);
        self.prose("briefing", &it.briefing, &runs);
        let solved = self.runs("solution", &it.solution, None, Some(&it.goal), self.seeds);
        self.prose("debriefing", &it.debriefing, &solved);
        self.task("goal", (&it.world, Some(&it.change)), &it.goal, &it.solution);
    }

    fn question(&mut self, it: &Question) {
        let runs = self.runs("world", &it.world, it.without.as_ref(), None, self.seeds);
        self.prose("title", std::slice::from_ref(&it.title), &runs);
        self.prose("why", &it.why, &runs);
        self.moment("at", it.at.as_ref(), &runs);
        self.claims(&it.expect, &runs);
        match &it.ask {
            Ask::Choose(ask) => self.choose(ask, it, &runs),
            Ask::Order(ask) => {
                if ask.items.len() < 3 {
                    self.say("ask.order.items", "has fewer than 3 moments");
                }
                self.order("ask.order.items", &ask.items, &runs);
            }
            Ask::Predict(ask) => self.predict(ask, &runs),
            Ask::Draw(ask) => self.draw(ask, &runs),
            Ask::Set(ask) => self.set(ask, it, &runs),
            Ask::Find(ask) => self.find(ask, it, &runs),
        }
    }

    /// Each query of a text must have a number on every seed.
    fn prose(&mut self, field: &str, text: &[Prose], runs: &Runs) {
        for query in text.iter().flat_map(Prose::queries) {
            let without = |pair: &&Pair| pair.run.text(query, pair.without.as_ref()).is_none();
            if let Some(Pair { seed, .. }) = runs.0.iter().find(without) {
                self.say(field, format!("asks for {query}, which has no value with seed {seed}"));
            }
        }
    }

    fn moment(&mut self, field: &str, at: Option<&Moment>, runs: &Runs) {
        let Some(at) = at else { return };
        if let Some(pair) = runs.0.iter().find(|pair| pair.run.moment(at).is_none()) {
            let what = format!("is {}, which does not happen with seed {}", at.text, pair.seed);
            self.say(field, what);
        }
    }

    fn claims(&mut self, claims: &[Goal], runs: &Runs) {
        for (n, claim) in claims.iter().enumerate() {
            self.hold(&format!("expect.{n}"), claim, runs);
        }
    }

    /// A claim must hold on every seed.
    fn hold(&mut self, field: &str, claim: &Goal, runs: &Runs) {
        if let Some(what) = runs.0.iter().find_map(|pair| pair.holds(claim).err()) {
            self.say(field, what);
        }
    }

    /// A claim must hold on no seed.
    fn fail(&mut self, field: &str, claim: &Goal, runs: &Runs) {
        if let Some(pair) = runs.0.iter().find(|pair| pair.holds(claim).is_ok()) {
            let what = format!("must not hold, but does with seed {}: {}", pair.seed, claim.text);
            self.say(field, what);
        }
    }

    /// Moments must be in their order on every seed.
    fn order(&mut self, field: &str, items: &[NamedMoment], runs: &Runs) {
        for (n, item) in items.iter().enumerate() {
            self.moment(&format!("{field}.{n}.at"), Some(&item.at), runs);
            self.prose(&format!("{field}.{n}.text"), item.text.as_slice(), runs);
        }
        for pair in &runs.0 {
            let at: Option<Vec<_>> = items.iter().map(|it| pair.run.moment(&it.at)).collect();
            let Some(at) = at else { return };
            if let Some(n) = (1..at.len()).find(|&n| at[n] < at[n - 1]) {
                let [one, other] = [&items[n - 1], &items[n]].map(|it| &it.title);
                let what = format!("has {other:?} before {one:?} with seed {}", pair.seed);
                return self.say(field, what);
            }
        }
    }

    /// A goal must be met by its solution, and not by the world before it; the solution may change only
    /// the settings that are open.
    fn task(
        &mut self,
        field: &str,
        (world, change): (&WorldLink, Option<&[Key]>),
        goal: &Goal,
        solution: &WorldLink,
    ) {
        let start = self.unseen(field, world, goal);
        if let Some(pair) = start.0.iter().find(|pair| pair.holds(goal).is_ok()) {
            self.say(field, format!("is met at the start, with seed {}", pair.seed));
        }
        let solved = self.unseen(field, solution, goal);
        self.hold(&format!("{field}.solution"), goal, &solved);
        for key in change.map(|open| locked(world, solution, open)).unwrap_or_default() {
            self.say(&format!("{field}.solution"), format!("changes {key}, which is locked"));
        }
    }

    fn choose(&mut self, ask: &Choose, it: &Question, runs: &Runs) {
        let right = ask.options.iter().filter(|option| option.right).count();
        if right != 1 || ask.options.len() < 3 {
            self.say("ask.choose.options", "must be 3 or more, of which one is right");
        }
        for (n, option) in ask.options.iter().enumerate() {
            let field = format!("ask.choose.options.{n}");
            self.prose(&field, &[option.text.clone(), option.why.clone()], runs);
            if option.right {
                self.hold(&field, &option.claim, runs);
            } else {
                self.fail(&field, &option.claim, runs);
            }
            if let Some(world) = &option.world {
                let runs = self.runs(&field, world, it.without.as_ref(), None, self.seeds);
                self.hold(&format!("{field}.world"), &option.claim, &runs);
            }
        }
    }

    fn predict(&mut self, ask: &Predict, runs: &Runs) {
        let range = |pair: &Pair| {
            let number = pair.number(&ask.query)?;
            Some((number, ask.tolerance_of(number)?))
        };
        let Some(Some((first, tolerance))) = runs.0.first().map(range) else {
            return self.say("ask.predict.query", "has no value");
        };
        for pair in &runs.0 {
            let number = pair.number(&ask.query);
            if number.is_none_or(|number| (number - first).abs() > tolerance) {
                let is = number.map_or("none".into(), |number| ask.query.unit().text(number));
                let what =
                    format!("is {is} with seed {}, off by more than the tolerance", pair.seed);
                self.say("ask.predict.query", what);
            }
            let [from, to] = [&ask.from, &ask.to].map(|query| pair.number(query));
            let is_inside = from.zip(to).is_some_and(|(from, to)| from < first && first < to);
            if !is_inside {
                self.say("ask.predict", "has a right answer outside of its range");
            }
        }
        for (n, wrong) in ask.wrong.iter().enumerate() {
            let field = format!("ask.predict.wrong.{n}");
            self.prose(&field, std::slice::from_ref(&wrong.why), runs);
            let number = runs.0.first().and_then(|pair| pair.number(&wrong.number));
            let Some(number) = number else {
                self.say(&field, "has no value");
                continue;
            };
            if (number - first).abs() <= tolerance {
                self.say(&field, "is within the tolerance of the right answer");
            }
            let Some(world) = &wrong.world else { continue };
            let runs = self.runs(&field, world, None, None, self.seeds);
            let is_right = |pair: &Pair| {
                let there = pair.number(&ask.query)?;
                Some((there - number).abs() <= ask.tolerance_of(there)?)
            };
            if runs.0.iter().any(|pair| is_right(pair) != Some(true)) {
                self.say(&format!("{field}.world"), "does not make the wrong answer right");
            }
        }
    }

    fn draw(&mut self, ask: &Draw, runs: &Runs) {
        for pair in &runs.0 {
            let Some(curve) = ask.curve(&pair.run) else {
                return self.say("ask.draw.series", "has no curve there");
            };
            let (first, last) = (curve[0].1, curve[curve.len() - 1].1);
            if ask.is_right(&pair.run, |at| curve_at(&curve, at)) != Some(true) {
                self.say("ask.draw", format!("finds the curve itself wrong, seed {}", pair.seed));
            }
            let span = curve[curve.len() - 1].0 - curve[0].0;
            let line = |at: f64| first + (last - first) * (at - curve[0].0) / span;
            for (name, wrong) in [
                ("a straight line", ask.is_right(&pair.run, line)),
                ("a level line", ask.is_right(&pair.run, |_| first)),
            ] {
                if wrong != Some(false) {
                    self.say("ask.draw", format!("takes {name} for right, seed {}", pair.seed));
                }
            }
        }
    }

    fn set(&mut self, ask: &Set, it: &Question, runs: &Runs) {
        self.task("ask.set", (&it.world, Some(&ask.change)), &ask.goal, &ask.solution);
        for (n, wrong) in ask.wrong.iter().enumerate() {
            let field = format!("ask.set.wrong.{n}");
            self.prose(&field, std::slice::from_ref(&wrong.why), runs);
            let tried = self.unseen(&field, &wrong.world, &ask.goal);
            if tried.0.iter().all(|pair| pair.holds(&ask.goal).is_ok()) {
                self.say(&field, "meets the goal on every seed");
            }
        }
    }

    fn find(&mut self, ask: &Find, it: &Question, runs: &Runs) {
        let right = ask.lines.iter().filter(|line| line.right).count();
        if right != 1 || ask.lines.len() < 3 {
            self.say("ask.find.lines", "must be 3 or more, of which one is the mistake");
        }
        self.fail("ask.find.goal", &ask.goal, runs);
        for (n, line) in ask.lines.iter().enumerate() {
            let field = format!("ask.find.lines.{n}");
            self.prose(&field, std::slice::from_ref(&line.why), runs);
            let changed = self.runs(&field, &line.world, None, Some(&ask.goal), self.seeds);
            if line.right {
                self.hold(&field, &ask.goal, &changed);
            } else {
                self.fail(&field, &ask.goal, &changed);
            }
            let only = std::slice::from_ref(&line.setting);
            for key in locked(&it.world, &line.world, only) {
                self.say(&field, format!("also changes {key}"));
            }
        }
    }
}

/// The settings in which two worlds differ and which are not open.
fn locked(world: &WorldLink, other: &WorldLink, open: &[Key]) -> Vec<String> {
    let open = |key: &str| open.iter().any(|it| it.0 == key);
    let keys: Vec<String> = match (Link::read(&world.0).0, Link::read(&other.0).0) {
        (Link::Playground(one), Link::Playground(other)) => {
            let found = settings::differences(&one.scenario, &other.scenario);
            found.into_iter().map(|difference| difference.key).collect()
        }
        (Link::Herd(one), Link::Herd(other)) => {
            let found = settings::differences(&one.comparison, &other.comparison);
            found.into_iter().map(|difference| difference.key).collect()
        }
        (Link::Breaker(one), Link::Breaker(other)) => {
            let found = settings::differences(&one.config, &other.config);
            found.into_iter().map(|difference| difference.key).collect()
        }
        _ => vec!["the view".to_string()],
    };
    keys.into_iter().filter(|key| !open(key)).collect()
}

impl Predict {
    /// How far a prediction of this number may be off.
    #[must_use]
    pub fn tolerance_of(&self, number: f64) -> Option<f64> {
        let tolerance = self.tolerance.literal()?;
        let is_share = self.tolerance.unit() == Unit::Share && self.query.unit() != Unit::Share;
        Some(if is_share { tolerance * number.abs() } else { tolerance })
    }

    /// Whether a prediction is right for this run; none if the run does not have the number.
    #[must_use]
    pub fn is_right(&self, predicted: f64, run: &Ran, without: Option<&Ran>) -> Option<bool> {
        let number = run.number(&self.query, without)?;
        Some((predicted - number).abs() <= self.tolerance_of(number)?)
    }
}

impl Draw {
    /// The curve: its points, each a time in seconds and a number; none if it has fewer than two.
    #[must_use]
    pub fn curve(&self, run: &Ran) -> Option<Vec<(f64, f64)>> {
        let (series, on) = self.series.series()?;
        let [from, to] = [&self.from, &self.to].map(|moment| run.moment(moment));
        let (from, to) = (from?, to?);
        let points = run.series(series, on, 0).into_iter();
        let points = points.filter(|(at, _)| (from..=to).contains(at));
        let seconds = |at: fusebox::time::Instant| at.since(fusebox::time::Instant::ZERO);
        let points = points.filter_map(|(at, it)| Some((seconds(at).as_secs_f64(), it?)));
        let points: Vec<_> = points.collect();
        (points.len() >= 2).then_some(points)
    }

    /// Whether a drawn curve, as a function of the time in seconds, is right for this run; none if the
    /// run does not have the curve.
    #[must_use]
    pub fn is_right(&self, run: &Ran, drawn: impl Fn(f64) -> f64) -> Option<bool> {
        Some(self.deviation(run, drawn)? <= self.tolerance.literal()?)
    }

    /// How far a drawn curve is off on average, as a share of the range of the curve.
    #[must_use]
    pub fn deviation(&self, run: &Ran, drawn: impl Fn(f64) -> f64) -> Option<f64> {
        let curve = self.curve(run)?;
        let numbers = || curve.iter().map(|(_, number)| *number);
        let range = numbers().reduce(f64::max)? - numbers().reduce(f64::min)?;
        let off: f64 = curve.iter().map(|(at, number)| (drawn(*at) - number).abs()).sum();
        let count = curve.iter().map(|_| 1.0).sum::<f64>();
        (range > 0.0).then(|| off / count / range)
    }
}

fn curve_at(curve: &[(f64, f64)], at: f64) -> f64 {
    let next = curve.partition_point(|(time, _)| *time < at);
    curve[next.min(curve.len() - 1)].1
}

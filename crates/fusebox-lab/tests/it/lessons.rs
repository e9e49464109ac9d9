//! The lessons of the page are true, and the check of a lesson finds what is not.

use fusebox_lab::lesson::{Lesson, Step, schema};
use fusebox_lab::query::Experiment;
use fusebox_lab::query::series::Series;
use fusebox_sim::Dependency;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::{fs, thread};

fn files() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../static/lessons");
    let mut files: Vec<_> = fs::read_dir(folder).unwrap().map(|it| it.unwrap().path()).collect();
    files.sort();
    files
}

fn read(path: &Path) -> Lesson {
    Lesson::read(&fs::read_to_string(path).unwrap()).unwrap_or_else(|problems| {
        panic!("{}: {problems:#?}", path.display());
    })
}

/// The problems of all parts of a lesson, two of them at a time.
fn problems(lesson: &Lesson, seeds: u32) -> Vec<String> {
    let next = AtomicUsize::new(0);
    let work = || {
        let mut found = Vec::new();
        loop {
            let item = next.fetch_add(1, Ordering::Relaxed);
            if item >= lesson.item_count() {
                return found;
            }
            found.extend(lesson.check_item(item, seeds).iter().map(ToString::to_string));
        }
    };
    thread::scope(|scope| {
        let threads = [scope.spawn(work), scope.spawn(work)];
        threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
    })
}

#[test]
fn everything_in_the_lessons_of_the_page_is_true() {
    for file in files() {
        let wrong = problems(&read(&file), 3);
        assert!(wrong.is_empty(), "{}:\n{}", file.display(), wrong.join("\n"));
    }
}

#[test]
fn the_lesson_covers_its_eight_parts_in_their_order() {
    let lesson = read(&files().into_iter().find(|it| it.ends_with("resilience.json")).unwrap());
    let mut parts: Vec<_> = lesson.steps.iter().map(|step| &step.part).collect();
    parts.dedup();
    assert_eq!(parts, lesson.parts.iter().map(|part| &part.id).collect::<Vec<_>>());
    assert_eq!(parts.len(), 8);
}

/// The percentage of the moments until a step is shown at which the two lines of its chart differ; none if
/// it has no such chart.
fn percent_apart(step: &Step) -> Option<usize> {
    let series = step.focus.iter().find_map(|focus| Series::find(&focus.0))?;
    let of = |name: &str| Dependency::ALL.into_iter().find(|on| on.name() == name);
    let on = step.focus.iter().find_map(|focus| of(&focus.0));
    let run = |world: &str| Experiment::of_link(world).unwrap().run().unwrap();
    let (one, other) = (run(&step.world.0), run(&step.without.as_ref()?.0));
    let end = step.at.as_ref().map(|at| one.moment(at).unwrap());
    let lines = one.series(series, on, 0).into_iter().zip(other.series(series, on, 0));
    let shown: Vec<_> = lines.filter(|(one, _)| end.is_none_or(|end| one.0 <= end)).collect();
    let text = |value: Option<f64>| value.map(|it| series.unit.text(it));
    let apart = shown.iter().filter(|(one, other)| text(one.1) != text(other.1)).count();
    Some(apart * 100 / shown.len())
}

/// A reader who sees two equal lines takes the step for broken, unless it says that they are equal.
#[test]
fn two_worlds_of_a_step_differ_to_the_eye_or_are_said_not_to() {
    let lesson = read(&files().into_iter().find(|it| it.ends_with("resilience.json")).unwrap());
    let mut compared = 0;
    for step in &lesson.steps {
        let Some(percent) = percent_apart(step) else { continue };
        compared += 1;
        let prose: String = step.text.iter().map(|it| it.plain(|_| "1".to_owned())).collect();
        let says = prose.contains("both lines go to the top");
        assert_eq!(percent < 3, says, "{}: {percent} %", step.id.0);
    }
    assert!(compared >= 9, "{compared}");
}

const HEAD: &str =
    r#""id": "x", "title": "X", "about": "X.", "parts": [{ "id": "p", "title": "P" }]"#;

/// A lesson with one step, which has these members too.
fn step(members: &str) -> String {
    format!(
        r#"{{ {HEAD}, "steps": [{{ "id": "s", "part": "p", "title": "S",
             "world": "playground?preset=dies-mid-query", {members} }}] }}"#
    )
}

/// A lesson with one question about the same world.
fn question(ask: &str) -> String {
    format!(
        r#"{{ {HEAD}, "questions": [{{ "id": "q", "part": "p", "title": "Q?",
             "world": "playground?preset=dies-mid-query", "ask": {ask} }}] }}"#
    )
}

#[track_caller]
fn check(text: &str) -> Vec<String> {
    problems(&Lesson::read(text).unwrap(), 2)
}

#[test]
fn what_is_not_true_is_found_with_its_place_and_its_numbers() {
    let goal = |world: &str| {
        format!(
            r#""change": ["postgres.breaker.cooldown"], "goal": {{ "text": "Close it.",
                "goal": "time from=breaker.open to=breaker.closed <= 25s",
                "solution": "playground?preset=dies-mid-query&{world}" }}"#
        )
    };
    for (members, problem) in [
        (
            r#""text": ["{first(breaker.would_open)}"]"#,
            "steps.s.text asks for first(breaker.would_open), which has no value",
        ),
        (r#""at": "cache_hit#9999999""#, ""),
        (
            r#""at": "breaker.would_open""#,
            "steps.s.at is breaker.would_open, which does not happen",
        ),
        (
            r#""expect": ["count(breaker.open) = 2"]"#,
            "steps.s.expect.0 does not hold with seed 42: count(breaker.open) = 2 is 1",
        ),
        (&goal("seed=42"), "steps.s.goal.solution does not hold"),
        (
            &goal("postgres.breaker.cooldown=18s&service.threads=63"),
            "steps.s.goal.solution changes service.threads, which is locked",
        ),
        (
            r#""moments": [{ "title": "A", "at": "breaker.closed" }, { "title": "B", "at": "breaker.open" }]"#,
            "steps.s.moments has \"B\" before \"A\"",
        ),
    ] {
        if problem.is_empty() {
            assert!(Lesson::read(&step(members)).is_err(), "{members}");
            continue;
        }
        let found = check(&step(members));
        assert!(found.iter().any(|it| it.starts_with(problem)), "{members}: {found:?}");
    }
    let fine = [
        r#""expect": ["count(breaker.open) = 1"], "at": "breaker.open", "text": ["{p99}"]"#,
        &goal("postgres.breaker.cooldown=18s"),
    ];
    assert_eq!(fine.map(|members| check(&step(members))), [const { Vec::<String>::new() }; 2]);
}

#[test]
fn a_wrong_answer_that_is_right_is_found_and_a_right_one_that_is_wrong() {
    let choose = |right: &str, wrong: &str| {
        let option = |claim: &str, right: bool| {
            format!(r#"{{ "text": "A", "claim": "{claim}", "right": {right}, "why": "B" }}"#)
        };
        let wrongs = [option(wrong, false), option("calls = 0", false)].join(", ");
        question(&format!(
            r#"{{ "choose": {{ "options": [{}, {wrongs}] }} }}"#,
            option(right, true)
        ))
    };
    assert_eq!(check(&choose("errors > 0", "errors = 0")), Vec::<String>::new());
    let found = check(&choose("errors = 0", "errors > 0"));
    assert!(found[0].starts_with("questions.q.ask.choose.options.0 does not hold"), "{found:?}");
    assert!(found[1].starts_with("questions.q.ask.choose.options.1 must not hold"), "{found:?}");

    let predict = |tolerance: &str, wrong: &str| {
        question(&format!(
            r#"{{ "predict": {{ "query": "time from=breaker.open to=breaker.half_open",
                 "tolerance": "{tolerance}", "from": "0s", "to": "60s",
                 "wrong": [{{ "number": "{wrong}", "why": "A shorter cooldown.",
                 "world": "playground?preset=dies-mid-query&postgres.breaker.cooldown=10s" }}] }} }}"#
        ))
    };
    assert_eq!(check(&predict("5%", "10s")), Vec::<String>::new());
    assert_eq!(check(&predict("5%", "30s")).len(), 2, "it is right, and the other world is not it");

    let draw = |tolerance: &str| {
        question(&format!(
            r#"{{ "draw": {{ "series": "jobs", "from": "breaker.open", "to": "end", "tolerance": "{tolerance}" }} }}"#
        ))
    };
    assert_eq!(check(&draw("10%")), Vec::<String>::new());
    assert!(check(&draw("90%"))[0].contains("takes a straight line for right"));
}

#[test]
fn a_hostile_lesson_is_refused_with_the_field_that_is_wrong() {
    for (text, problem) in [
        ("[]".to_string(), "is a list, but must be an object"),
        ("{".to_string(), "the document is not JSON"),
        (step(r#""text": [5]"#), "steps.0.text.0 is 5, but must be a text of 1 to 3000 bytes"),
        (step(r#""text": ["In 5 s"]"#), "steps.0.text.0 cannot be read: \"5 s\" has digits"),
        (step(r#""focus": ["everything"]"#), "steps.0.focus.0 is \"everything\", which cannot"),
        (
            step(r#""expect": ["errors ="]"#),
            "steps.0.expect.0 cannot be read: \"errors =\" ends after 8",
        ),
        (
            step(r#""without": "elsewhere?x=1""#),
            "steps.0.without cannot be read: elsewhere is not a view",
        ),
        (
            step(r#""change": ["postgres.braker"]"#),
            "steps.0.change.0 cannot be read: postgres.braker",
        ),
        (
            step(r#""names": { "world": "One", "without": "Other" }"#),
            "steps.0.names has a name for a world that the step does not have",
        ),
        (step(r#""tries": 2"#), "steps.0.tries is not a member of this object"),
        (step(&format!(r#""text": ["{}"]"#, "a".repeat(3_001))), "steps.0.text.0 is"),
        (
            step(&format!(r#""expect": ["{}1 = 1"]"#, "(".repeat(300))),
            "steps.0.expect.0 cannot be read",
        ),
        (
            step(r#""focus": []"#).replace(r#""part": "p""#, r#""part": "r""#),
            "steps.0.part is \"r\", which is no part",
        ),
        (
            question(r#"{ "choose": { "options": [] }, "guess": {} }"#),
            "questions.0.ask.guess is not",
        ),
        (question("{}"), "questions.0.ask must have exactly one of choose, order, predict"),
    ] {
        let problems: Vec<_> =
            Lesson::read(&text).unwrap_err().iter().map(ToString::to_string).collect();
        assert!(problems.iter().any(|it| it.contains(problem)), "{problem}: {problems:#?}");
    }
}

#[test]
fn the_schema_has_every_member_of_a_step() {
    let schema = schema();
    let step = &schema["properties"]["steps"]["items"];
    for member in ["id", "text", "world", "at", "without", "expect", "goal", "code", "responses"] {
        assert!(step["properties"][member]["description"].is_string(), "{member}");
    }
    assert_eq!(step["required"], serde_json::json!(["id", "part", "title", "world"]));
    assert_eq!(schema["properties"]["questions"]["items"]["properties"]["ask"]["maxProperties"], 1);
}

//! Answers to questions, judged by the runs that they are about.

use fusebox_lab::lesson::{Answer, Ask, Lesson, Question, Verdict, WorldLink};
use fusebox_lab::query::{Experiment, Ran};

const WORLD: &str = "playground?preset=dies-mid-query";

fn question(ask: &str) -> Question {
    let text = format!(
        r#"{{ "id": "check", "title": "Check", "about": "All.",
            "parts": [{{ "id": "one", "title": "One" }}],
            "questions": [{{ "id": "q", "part": "one", "title": "What happens?",
                "world": "{WORLD}", "ask": {ask} }}] }}"#
    );
    Lesson::read(&text).unwrap().questions.remove(0)
}

fn run(link: &WorldLink) -> Ran {
    Experiment::of_link(&link.0).unwrap().run().unwrap()
}

fn judged(question: &Question, text: &str) -> Verdict {
    let answer = Answer::read(&question.ask, text).unwrap();
    assert_eq!(Answer::read(&question.ask, &answer.write()).as_ref(), Some(&answer));
    let world = question.world_of(Some(&answer)).unwrap();
    question.judge(&answer, &run(&world), None).unwrap()
}

#[test]
fn a_prediction_is_right_within_its_tolerance_and_told_by_how_much_it_is_wrong() {
    let question = question(
        r#"{ "predict": {
            "query": "time from=first(breaker.open) to=first(breaker.half_open)",
            "tolerance": "10%", "from": "0s", "to": "60s",
            "wrong": [{ "number": "10s", "why": "The [cooldown](open) would have to be shorter.",
                "world": "playground?preset=dies-mid-query&postgres.breaker.cooldown=10s" }] } }"#,
    );
    assert!(judged(&question, "28").is_right);
    let wrong = judged(&question, "10");
    assert!(!wrong.is_right);
    assert_eq!(wrong.off, "20 s too short; the run says about 3 times as much");
    let Ask::Predict(ask) = &question.ask else { panic!("it is another kind") };
    let there = run(&wrong.world.expect("there is one in which it would be right"));
    assert_eq!(ask.is_right(10.0, &there, None), Some(true));
    let other = judged(&question, "20");
    assert_eq!((other.off.as_str(), other.why), ("10 s too short", None));
}

#[test]
fn an_order_is_wrong_where_the_run_has_the_later_one_first() {
    let question = question(
        r#"{ "order": { "items": [
            { "title": "The breaker opens", "at": "breaker.open" },
            { "title": "The first trial", "at": "breaker.half_open" },
            { "title": "The end", "at": "end" }] } }"#,
    );
    assert!(judged(&question, "0/1/2").is_right);
    let wrong = judged(&question, "1/0/2");
    assert!(!wrong.is_right);
    let parts = ["“The breaker opens” (", ") comes before “The first trial” ("];
    assert!(parts.iter().all(|part| wrong.off.contains(part)), "{}", wrong.off);
}

#[test]
fn a_drawn_curve_is_compared_with_the_series() {
    let question = question(
        r#"{ "draw": { "series": "threads", "from": "start", "to": "end", "tolerance": "15%" } }"#,
    );
    let Ask::Draw(ask) = &question.ask else { panic!("it is another kind") };
    let curve = ask.curve(&run(&question.world)).unwrap();
    let most = curve.iter().map(|(_, number)| *number).fold(0.0, f64::max);
    let wrong = judged(&question, "0/0/0/0/0/0/0/0/0");
    assert!(!wrong.is_right);
    let end = format!("where you drew 0 and the run has {most}");
    assert!(wrong.off.ends_with(&end), "{}", wrong.off);
}

#[test]
fn the_mistake_is_found_by_the_run_without_it() {
    let question = question(
        r#"{ "find": { "goal": "count(breaker.open on=postgres) = 0", "lines": [
            { "setting": "postgres.breaker.min_calls", "right": true, "why": "It never trips.",
              "world": "playground?preset=dies-mid-query&postgres.layers_off=breaker" },
            { "setting": "postgres.breaker.cooldown", "right": false, "why": "It trips all the same.",
              "world": "playground?preset=dies-mid-query&postgres.breaker.cooldown=5s" }] } }"#,
    );
    let right = judged(&question, "0");
    assert!(right.is_right && right.clauses[0].holds, "{right:?}");
    let wrong = judged(&question, "1");
    assert!(!wrong.is_right && !wrong.clauses[0].holds, "{wrong:?}");
    assert!(wrong.clauses[0].left.is_some_and(|count| count >= 1.0));
}

#[test]
fn settings_are_an_answer_only_if_they_are_open() {
    let question = question(
        r#"{ "set": { "change": ["postgres.breaker.cooldown", "postgres.layers"],
            "goal": "count(breaker.half_open) >= 2",
            "solution": "playground?preset=dies-mid-query&postgres.breaker.cooldown=5s",
            "wrong": [{ "world": "playground?preset=dies-mid-query&postgres.breaker.cooldown=40s",
                "why": "It is silent for longer." }] } }"#,
    );
    let world = |text: &str| {
        let answer = Answer::read(&question.ask, text).unwrap();
        question.world_of(Some(&answer))
    };
    let Ask::Set(ask) = &question.ask else { panic!("it is another kind") };
    let set = world("postgres.breaker.cooldown=5s").unwrap();
    assert_eq!(set, ask.solution);
    let layers = world("postgres.layers=breaker;timeout").unwrap();
    assert!(layers.0.contains("postgres.layers=breaker,timeout"), "{}", layers.0);
    assert!(world("postgres.breaker.cooldown=soon").is_err());
    for wrong in ["postgres.retry.base=1s", "postgres.breaker.cooldown", "seed=7"] {
        assert_eq!(Answer::read(&question.ask, wrong), None, "{wrong}");
    }
    let tried = world("postgres.breaker.cooldown=40s").unwrap();
    let goal = ask.goal.judge(&run(&tried), None);
    let verdict = ask.judge(&tried, &[goal]);
    assert!(!verdict.is_right && verdict.why.is_some(), "{verdict:?}");
}

#[test]
fn what_is_no_answer_to_the_question_is_none() {
    let choose = question(
        r#"{ "choose": { "options": [
            { "text": "It opens.", "claim": "count(breaker.open) >= 1", "right": true, "why": "So." },
            { "text": "It does not.", "claim": "count(breaker.open) = 0", "why": "No." }] } }"#,
    );
    assert!(judged(&choose, "0").is_right);
    assert!(!judged(&choose, "1").is_right);
    let order = question(
        r#"{ "order": { "items": [{ "title": "One", "at": "start" }, { "title": "Two", "at": "end" }] } }"#,
    );
    let draw = question(
        r#"{ "draw": { "series": "threads", "from": "start", "to": "end", "tolerance": "5%" } }"#,
    );
    for (question, texts) in [
        (&choose, &["", "2", "-1", "x", "99999999999999999999"][..]),
        (&order, &["", "0", "0/0", "0/1/2", "1/x"]),
        (&draw, &["", "1", "1/2/3/4/5/6/7/8/NaN", "1/2/3/4/5/6/7/8/9/10", "1/2/3/4/5/6/7/8/1e99"]),
    ] {
        for text in texts {
            assert_eq!(Answer::read(&question.ask, text), None, "{text}");
        }
    }
}

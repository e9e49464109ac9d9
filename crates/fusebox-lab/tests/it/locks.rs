//! What an answer in a link cannot be: a change of a locked setting, or another world.

use fusebox_lab::lesson::{Answer, Ask, Attempted, Lesson, WorldLink};
use fusebox_lab::link::{Link, Playground};
use fusebox_lab::settings;
use fusebox_sim::Scenario;

fn lesson() -> Lesson {
    Lesson::read(include_str!("../../../../static/lessons/check.json")).unwrap()
}

fn playground(world: &WorldLink) -> Playground {
    let Link::Playground(playground) = Link::read(&world.0).0 else { panic!("{}", world.0) };
    *playground
}

#[test]
fn an_answer_with_a_locked_setting_or_a_world_of_its_own_is_none() {
    let lesson = lesson();
    for challenge in &lesson.challenges {
        let own = playground(&challenge.world);
        let value = |key: &str| settings::get(&own.scenario, key);
        let keys = settings::all::<Scenario>(&own.scenario).into_iter().map(|it| it.key);
        let locked: Vec<_> =
            keys.filter(|key| !challenge.change.iter().any(|open| open.0 == *key)).collect();
        assert!(locked.len() > 50, "{}", locked.len());
        for key in locked {
            // Not even with the value that it has.
            let text = format!("1/{key}={}", value(&key).unwrap_or_else(|| "1".to_owned()));
            assert_eq!(Attempted::read(challenge, &text), None, "{text}");
        }
        let open = &challenge.change[0].0;
        for text in [
            challenge.solution.0.clone(),
            format!("1/{}", challenge.solution.0),
            format!("1/{open}={}", challenge.solution.0),
            "1/seed=7".to_owned(),
            "1/actions=1s:postgres:heal".to_owned(),
            format!("1/{open}=nothing that it accepts"),
            format!("{}/", challenge.tries + 1),
            "0/".to_owned(),
        ] {
            assert_eq!(Attempted::read(challenge, &text), None, "{text}");
        }
        assert_eq!(
            Attempted::read(challenge, "1/"),
            Some(Attempted { tries: 1, ..Attempted::default() })
        );
    }
    for question in &lesson.questions {
        if let Ask::Set(ask) = &question.ask {
            assert_eq!(Answer::read(&question.ask, &ask.solution.0), None);
        }
    }
}

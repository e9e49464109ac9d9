//! Links: opening a link shows the run of its author, and no link does harm.

use crate::random::{each_seed, property};
use crate::support::random::{Chance, sketch};
use crate::support::remains;
use fusebox::LayerKind;
use fusebox::time::{Duration, Instant};
use fusebox_lab::action_log::ActionLog;
use fusebox_lab::link::{Breaker, Herd, Link, Playground, View, sentences};
use fusebox_lab::{presets, settings};
use fusebox_sim::{Action, Command, Dependency, Fault, FaultKind, World};
use proptest::prelude::*;
#[cfg(not(target_arch = "wasm32"))]
use std::fmt::Write;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

/// Random clicks within this many microseconds.
fn actions(chance: &mut Chance, length: u64) -> ActionLog {
    let actions = (0..chance.number(0, 12)).map(|_| Action {
        at: chance.moment(length),
        on: chance.pick(&[Dependency::Postgres, Dependency::Model, Dependency::Cache]).into(),
        command: match chance.number(0, 9) {
            0..=4 => Command::Fault(chance.pick(&Fault::ALL)),
            5 => Command::Heal(chance.pick(&FaultKind::ALL)),
            6 => Command::HealAll,
            _ => Command::Layer(chance.pick(&LayerKind::ALL), chance.in_thousand(500)),
        },
    });
    actions.collect()
}

/// The run of a link to the Playground.
fn run(link: &Link, end: Instant) -> World {
    let Link::Playground(playground) = link else { panic!("another view") };
    let mut world = World::new(&playground.scenario, playground.seed).unwrap();
    for &Action { at, on, command } in playground.actions.up_to(end).actions() {
        world.run_until(at);
        world.apply(on, command).unwrap();
    }
    world.run_until(end);
    world
}

#[test]
fn opening_a_link_shows_the_same_run() {
    each_seed(300, |seed| {
        let mut sketch = sketch(seed);
        // Only the tables of settings have changes that can be written.
        sketch.scenario.schedule.retain(|action| !matches!(action.command, Command::Set(_)));
        let mut chance = Chance::new(seed);
        let end = sketch.ends_at + Duration::from_millis(200);
        let moment = chance.moment(end.as_micros());
        let faster = settings::change(&sketch.scenario, moment, "postgres.service_time", "7ms");
        let link = Link::from(Playground {
            preset: &presets::ALL[usize::try_from(seed).unwrap() % presets::ALL.len()],
            scenario: sketch.scenario,
            seed,
            on: None,
            actions: actions(&mut chance, end.as_micros()).with(faster.expect("it can change")),
            at: Some(end),
        });
        let text = link.write();
        let (read, problems) = Link::read(&text);
        assert_eq!(problems, [], "{text}");
        assert_eq!(read, link, "{text}");
        assert!(remains(&run(&read, end)) == remains(&run(&link, end)), "{text}");
    });
}

#[test]
fn a_link_is_the_same_run_natively_and_in_a_browser() {
    let text = "playground?model.breaker.failure_rate=60%25&seed=7\
                &actions=2.000001s:model:rate_limited:20,3s:postgres.retry:off,4.5s:postgres:slow:50,\
                7s:postgres:crash:2s,8s:database:heal:slow,9s:model:heal";
    let text = text.replace("playground?", "playground?preset=two-minute-outage&");
    let (link, problems) = Link::read(&text);
    assert_eq!(problems, []);
    let fingerprint = run(&link, Instant::from_secs(12)).fingerprint();
    assert_eq!(fingerprint, 0xa363_7090_bd8c_935e, "{fingerprint:#018x}");
}

/// Texts that are nearly links, more often than texts that are nothing like one.
fn any_text() -> impl Strategy<Value = String> {
    let part = prop_oneof![
        "[a-z]{1,9}(\\.[a-z]{1,9}){0,3}=.{0,12}",
        "(postgres|database|model|clients|schedule)\\.[a-z0-9*]{1,9}=[0-9]{0,12}(ms|s|%|%25)?",
        "(seed|v|at|on|preset|groups|clients|outage|service|schedule)=.{0,20}",
        "(actions|schedule)=([0-9.]{0,6}(s|ms):[a-z_.]{0,9}:[a-z_]{0,9}(:[0-9]{1,9}%?)?,){0,20}",
        "(breaker|retry)\\.[a-z_]{1,9}=[a-z0-9]{0,9}",
        "breaker\\.(window|failures|failure_rate|min_calls|trials)=(time|count|consecutive|off|[1-9]%?)",
        "(tape|step|every|others)=[SFWIHLXs0-9.m]{0,20}",
        ".{0,30}",
    ];
    ("#?(playground|herd|breaker|.{0,9})[?&]?", proptest::collection::vec(part, 0..30))
        .prop_map(|(view, parts)| view + &parts.join("&"))
}

#[test]
fn no_text_does_harm() {
    property(400, &any_text(), |text| {
        let (link, problems) = Link::read(&text);
        prop_assert!(problems.len() <= 9, "{} problems", problems.len());
        let said = sentences(&problems).concat();
        prop_assert!(said.chars().count() < 9 * 1_000, "{}", said);
        if let Link::Playground(playground) = &link {
            prop_assert_eq!(settings::check(&playground.scenario), []);
        }
        prop_assert_eq!(Link::read(&link.write()), (link, Vec::new()));
        Ok(())
    });
}

#[test]
fn the_longest_text_is_read_in_a_moment() {
    for part in ["a=1&", "seed=1&", "postgres.breaker.x=1&", "1s:x:y,", "%", "&", "clients.9.x&"] {
        for start in ["playground?", "playground?actions=", "herd?", "playground?schedule="] {
            let (_, problems) = Link::read(&(start.to_string() + &part.repeat(200_000)));
            assert!((1..=9).contains(&problems.len()), "{start}{part}");
        }
    }
}

#[test]
fn a_view_alone_is_the_view_as_it_is() {
    assert_eq!(Link::read("").0, Playground::default().into());
    assert_eq!(Link::from(Playground::default()).view(), View::Playground);
    for preset in presets::ALL {
        let link = Link::from(Playground::of(preset));
        let name = if *preset == presets::ALL[0] { "" } else { preset.name };
        let parts = if name.is_empty() { String::new() } else { format!("?preset={name}") };
        assert_eq!(link.write(), format!("playground{parts}"));
        assert_eq!(Link::read(&link.write()), (link, Vec::new()));
    }
    assert_eq!(Link::read("#herd"), (Herd::default().into(), Vec::new()));
}

/// Links as a person may have written or damaged them.
#[cfg(not(target_arch = "wasm32"))]
const LINKS: &[&str] = &[
    "#playground",
    "#herd?clients=10000&outage=3s&seed=7",
    "#playground?preset=slow-database&postgres.breaker.cooldown=10s&seed=7\
     &actions=12.4s:postgres:down,42s:postgres:heal",
    "#playground?preset=slow-database-breaker&database.breaker.cooldown=10s&on=database",
    "#playground?seed=1&retry.max_attempts=many",
    "#playground?preset=slow-databse&seed=7",
    "#playgroud?seed=7",
    "#herd?clients=1000000&outage=1m&sed=7&preset=retry-storm",
    "#playground?v=2&seed=7&later=1",
    "#playground?seed=1&seed=2&at=yesterday&on=oracle&seed=-3",
    "#playground?sed=7&colour=red&postgres.breaker.cooldwn=1s&=3",
    "#playground?postgres.breaker.cooldown=2d&postgres.pool.max_connections=0&clients.3.count=1",
    "#playground?postgres.retry.cap=1ms&postgres.concurrency=7",
    "#playground?throttle.k=2&model.throttle.k=2&postgres.link=off&postgres.retry=off",
    "#playground?postgres.layers=retry,breaker&postgres.layers_off=breaker,retry&postgres.timeout.call=1s",
    "#playground?postgres.layers=&schedule=20s:postgres:slow,80s:postgres:heal",
    "#playground?preset=two-minute-outage&schedule=off&service=off&breaker.cooldown=1s",
    "#playground?groups=2&clients.1.arrivals=closed&clients.1.think_time=2s&clients.0.rate=0s:40,20s:80.5",
    "#playground?groups=9&clients=500&clients.mix.search=0&clients.mix.health=0",
    "#playground?actions=1s:postgres:down,2s:postgres:crash:5s,3s:model:flaky:12.5%25,4s:cache:degraded",
    "#playground?actions=42s:postgres:heal,12.412345s:postgres:hang,900ms:vector_store.retry:off",
    "#playground?actions=1s:postgres:dwon,soon:postgres:down,25h:postgres:down,1s:oracle:down,1s:down,\
     1s:model:down:5s,1s:model:slow:1,1s:model:heal:pain",
    "#playground?actions=1s:model.retry:maybe,1s:model.cache:off,1s:model:rate_limited:0.5,,1s:model:heal:crash",
    "#playground?schedule=1s:postgres:down,2s:postgres:slwo,3s:postgres:heal",
    "#playground?a=1&b=2&c=3&d=4&e=5&f=6&g=7&h=8&i=9&j=10&seed=7",
    "https://example.org/?x=%zz%&",
];

#[test]
#[cfg(not(target_arch = "wasm32"))]
fn what_links_are_read_as_and_what_is_said_of_them() {
    let mut table = String::new();
    for text in LINKS {
        let (link, problems) = Link::read(text);
        writeln!(table, "{text}\n  is {}", link.write()).unwrap();
        for sentence in sentences(&problems) {
            writeln!(table, "  - {sentence}").unwrap();
        }
    }
    insta::assert_snapshot!(table);
}

#[test]
fn a_tape_and_the_settings_of_a_breaker_are_a_link() {
    let text = "breaker?tape=HSFFFF.11s.HL&breaker.window=time&breaker.cooldown=5s&every=200ms\
                &others=defaults&step=3";
    let (link, problems) = Link::read(text);
    assert_eq!((link.write().as_str(), problems), (text, Vec::new()));
    assert_eq!(Link::from(Breaker::default()).write(), "breaker");
    // A step behind the tape, and the last one, are all of it.
    assert_eq!(Link::read("breaker?tape=SF&step=2").0.write(), "breaker?tape=SF");

    let (link, _) = Link::read("breaker?tape=SSQ&breaker.trials=3");
    assert_eq!(link.write(), "breaker?breaker.trials=3");
    let (link, problems) = Link::read("breaker?tape=SSQ&breaker.failure_rate=off");
    assert_eq!(link.write(), "breaker");
    assert_eq!(
        sentences(&problems),
        [
            "tape cannot be read: character 3, \"Q\", is no step.",
            "breaker.failures is none, but must be set, as no other rule opens the breaker; the link's \
             other parts are kept."
        ]
    );
}

#[test]
fn of_contradicting_settings_of_a_breaker_only_one_is_left_out() {
    let config = |text: &str| {
        let (link, problems) = Link::read(text);
        let Link::Breaker(breaker) = link else { panic!("another view") };
        let problems: Vec<String> = problems.iter().map(ToString::to_string).collect();
        (breaker.config, problems)
    };
    let cooldown = |of: &fusebox::BreakerConfig| of.cooldown.base;
    for (contradiction, word) in [
        ("breaker.trials_to_close=5", "breaker.trials_to_close"),
        ("breaker.min_calls=500", "breaker.min_calls"),
        ("breaker.failure_rate=off", "breaker.failures is none, but must be set"),
        ("breaker.failures=500", "breaker.failures"),
    ] {
        let (config, problems) = config(&format!(
            "breaker?breaker.cooldown=7s&{contradiction}&breaker.cooldown_cap=90s&tape=SF"
        ));
        assert_eq!(cooldown(&config), Duration::from_secs(7), "{contradiction}: {problems:?}");
        assert!(problems.iter().any(|it| it.starts_with(word)), "{contradiction}: {problems:?}");
    }
}

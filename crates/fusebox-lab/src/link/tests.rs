//! Random links: a link that is written is read as the same.

use super::*;
use crate::action_log::ActionLog;
use crate::bands::{SEEDS_MAX, SEEDS_MIN};
use crate::herd::{self, FORMS, MEASURES, Measure, PRESETS};
use crate::presets;
use crate::settings::random::{any_scenario, config, near};
use crate::settings::{self, differences, set};
use crate::sweep::{self, SweepForm};
use fusebox::LayerKind;
use fusebox::time::Duration;
use fusebox_sim::{Action, Command, Dependency, Fault, FaultKind, Scenario};
use proptest::prelude::*;
use proptest::sample::select;

fn any_moment() -> impl Strategy<Value = Instant> {
    prop_oneof![
        (0..=DAY.as_micros()).prop_map(Instant::from_micros),
        (0..=86_400_u64).prop_map(Instant::from_secs),
    ]
}

fn any_command() -> impl Strategy<Value = Command> {
    prop_oneof![
        select(Fault::ALL.to_vec()).prop_map(Command::Fault),
        (2..=1_000_u32).prop_map(|factor| Command::Fault(Fault::Slow { factor })),
        (1..=1_000_u32).prop_map(|error_rate| Command::Fault(Fault::Flaky { error_rate })),
        (1..=1_000_000_u32).prop_map(|rate| Command::Fault(Fault::RateLimited { rate })),
        (1..=999_u32).prop_map(|capacity| Command::Fault(Fault::Degraded { capacity })),
        (1_000..=DAY.as_micros()).prop_map(|restart| {
            Command::Fault(Fault::Crash { restart_after: Duration::from_micros(restart) })
        }),
        select(FaultKind::ALL.to_vec()).prop_map(Command::Heal),
        Just(Command::HealAll),
        (select(LayerKind::ALL.to_vec()), any::<bool>())
            .prop_map(|(kind, on)| Command::Layer(kind, on)),
    ]
}

fn any_log() -> impl Strategy<Value = ActionLog> {
    let action = (any_moment(), select(Dependency::ALL.to_vec()), any_command());
    let action = action.prop_map(|(at, on, command)| Action::new(at, on, command));
    proptest::collection::vec(action, 0..20).prop_map(ActionLog::from_iter)
}

fn any_preset() -> impl Strategy<Value = &'static presets::Preset> {
    (0..presets::ALL.len()).prop_map(|n| &presets::ALL[n])
}

fn near_a_preset() -> impl Strategy<Value = Scenario> {
    near(any_preset().prop_map(|preset| (preset.scenario)()))
}

prop_compose! {
    fn any_link()(
        preset in any_preset(),
        scenario in prop_oneof![any_scenario(), near_a_preset()],
        seed in prop_oneof![Just(SEED), any::<u64>()],
        on in proptest::option::of(select(Dependency::ALL.to_vec())),
        actions in any_log(),
        at in proptest::option::of(any_moment()),
    ) -> Playground {
        Playground { preset, scenario, seed, on, actions, at }
    }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn what_is_written_is_read_as_the_same(playground in any_link()) {
        let link = Link::from(playground);
        let text = link.write();
        let (read, problems) = Link::read(&text);
        prop_assert_eq!(problems, [], "{}", text);
        prop_assert_eq!(read.write(), text);
        prop_assert_eq!(read, link);
    }

    #[test]
    fn the_order_of_the_parts_does_not_matter(
        preset in any_preset(), scenario in near_a_preset(), by in any::<usize>(),
    ) {
        let link = Link::from(Playground { scenario, ..Playground::of(preset) });
        let text = link.write();
        let (view, parts) = text.split_once('?').unwrap_or((&text, ""));
        let mut parts: Vec<_> = parts.split('&').collect();
        parts.reverse();
        let by = by % parts.len();
        parts.rotate_left(by);
        let (read, problems) = Link::read(&format!("{view}?{}", parts.join("&")));
        prop_assert_eq!(problems, [], "{}", text);
        prop_assert_eq!(read, link);
    }

    #[test]
    fn differences_set_one_after_the_other_make_the_one_of_the_other(
        base in near_a_preset(), of in prop_oneof![any_scenario(), near_a_preset()],
    ) {
        let mut scenario = base.clone();
        for difference in differences(&base, &of) {
            let before = scenario.clone();
            prop_assert_eq!(set(&mut scenario, &difference.key, &difference.to), Ok(()));
            prop_assert_ne!(&before, &scenario, "{} changes nothing", difference.key);
            prop_assert_eq!(&difference.from, &settings::get(&base, &difference.key));
        }
        prop_assert_eq!(scenario, of);
    }

    #[test]
    fn a_herd_is_read_as_it_is_written(
        preset in 0..PRESETS.len(), clients in 10..=80_000_u32, length in 100_000..=5_000_000_u64,
        lanes in proptest::collection::vec((0..FORMS.len(), 0..8_u8, any::<u16>()), 1..=8),
        seed in any::<u64>(), at in proptest::option::of(any_moment()),
        prediction in any::<bool>(), bands in proptest::option::of(any_bands()),
        sweep in proptest::option::of(any_sweep()),
    ) {
        let mut herd = Herd { seed, at, ..Herd::of(&PRESETS[preset]) };
        let setup = &mut herd.comparison.setup;
        (setup.clients, setup.outage) = (clients, Duration::from_micros(length));
        setup.length = setup.length.max(setup.least_length());
        herd.comparison.lanes = lanes.into_iter().map(any_lane).collect();
        let sweep = sweep.map(|given| filled(given, &herd));
        herd.experiments = Experiments { prediction, bands, sweep };
        let link = Link::Herd(Box::new(herd));
        prop_assert_eq!(Link::read(&link.write()), (link, Vec::new()));
    }
}

fn any_measure() -> impl Strategy<Value = &'static Measure> {
    (0..MEASURES.len()).prop_map(|n| &MEASURES[n])
}

fn any_bands() -> impl Strategy<Value = Bands> {
    (SEEDS_MIN..=SEEDS_MAX, any_measure()).prop_map(|(seeds, measure)| Bands { seeds, measure })
}

fn any_axis(texts: &'static [&'static str]) -> impl Strategy<Value = Option<String>> {
    proptest::option::of(select(texts.to_vec()).prop_map(str::to_string))
}

/// The user's input for a sweep; none for a field that keeps its initial value.
type Given = (
    Option<&'static sweep::SweepPreset>,
    Option<herd::Strategy>,
    Option<String>,
    Option<String>,
    Option<&'static Measure>,
);

/// A sweep of settings that every strategy and setup has.
fn any_sweep() -> impl Strategy<Value = Given> {
    let lane = proptest::option::of((0..FORMS.len(), 0..8_u8, any::<u16>()).prop_map(any_lane));
    let x = any_axis(&["clients:10..1000:7:log", "fault:down,hang", "outage:1s..60s:24:log"]);
    let y = any_axis(&[
        "capacity:100..900:9",
        "lane.shared_policies:true,false",
        "query_time:5ms,12.5ms,100ms",
    ]);
    let start = select(vec![None, Some(&sweep::PRESETS[0])]);
    (start, lane, x, y, proptest::option::of(any_measure()))
}

fn filled((start, strategy, x, y, measure): Given, herd: &Herd) -> SweepForm {
    let of_lanes = || SweepForm::of_lanes(herd.preset, &herd.comparison);
    let start = start.map_or_else(of_lanes, sweep::SweepPreset::form);
    SweepForm {
        strategy: strategy.unwrap_or(start.strategy.clone()),
        x: x.unwrap_or(start.x.clone()),
        y: y.unwrap_or(start.y.clone()),
        measure: measure.unwrap_or(start.measure),
        ..start
    }
}

/// A strategy of this form, possibly with a budget and a breaker, and with changed numbers.
fn any_lane((form, extras, number): (usize, u8, u16)) -> herd::Strategy {
    let extra = |bit: u8, word| if extras & bit > 0 { word } else { "" };
    let extras = [extra(1, "-budget"), extra(2, "-breaker"), extra(4, "-shared")].concat();
    let mut lane = herd::Strategy::of(&format!("{}{extras}", FORMS[form].0)).unwrap();
    if number % 3 == 0 {
        lane.rename(&format!("Lane & co {number}%"));
        lane.retry.attempts = 2 + u32::from(number);
        lane.retry.backoff.cap = Duration::from_millis(30_000 + u64::from(number));
    }
    lane
}

/// How a text is read and written again, and its problems.
fn read(text: &str) -> (String, Vec<String>) {
    let (link, problems) = Link::read(text);
    (link.write(), sentences(&problems))
}

#[test]
fn nothing_but_what_differs_is_written() {
    for text in
        ["", "#", "playground", "?seed=42&v=1", "playground?duration=1min&preset=search-service"]
    {
        assert_eq!(read(text), ("playground".to_string(), Vec::new()), "{text}");
    }
    assert_eq!(read("#herd?clients=10_000&seed=42").0, "herd");
    assert_eq!(
        read("#herd?at=0s&outage=500ms&clients=100").0,
        "herd?clients=100&outage=500ms&at=0s"
    );
}

#[test]
fn an_experiment_is_open_where_a_part_of_it_is_given() {
    for (text, is, what) in [
        ("bands=20&prediction=off", "bands=20", ""),
        (
            "bands.measure=peak_after_repair&prediction=on",
            "prediction=on&bands=20&bands.measure=peak_after_repair",
            "",
        ),
        ("bands=7&bands.measure=recovered_after", "bands=7", ""),
        (
            "bands=1&seed=7",
            "seed=7&bands=20",
            "bands is \"1\", but must be a whole number of seeds from 2 to 200",
        ),
        (
            "bands.measure=x",
            "bands=20",
            "bands.measure is \"x\", but must be one of peak_after_repair, ",
        ),
        ("bands.seed=5", "bands=20", "bands.seed is not a key of this view"),
        ("prediction=yes", "", "prediction is \"yes\", but must be on or off"),
        ("prediction.x=1", "", "prediction.x is not a key of this view"),
        ("band=5", "", "band is not a key of this view; the closest is bands"),
    ] {
        let (text, said) = read(&format!("herd?{text}"));
        assert_eq!(text.trim_start_matches("herd").trim_start_matches('?'), is);
        assert_eq!(said.is_empty(), what.is_empty(), "{said:?}");
        assert!(said.join(" ").contains(what), "{said:?}");
    }
}

#[test]
fn one_place_wins_over_all_in_any_order() {
    for text in [
        "playground?preset=two-minute-outage&breaker.cooldown=5s&model.breaker.cooldown=7s",
        "playground?model.breaker.cooldown=7s&breaker.cooldown=5s&preset=two-minute-outage",
    ] {
        let (link, problems) = Link::read(text);
        assert_eq!(problems, []);
        let Link::Playground(read) = link else { panic!("{text}") };
        let Playground { scenario, .. } = *read;
        let get = |key| settings::get(&scenario, key).unwrap();
        assert_eq!(get("postgres.breaker.cooldown"), "5s");
        assert_eq!(get("model.breaker.cooldown"), "7s");
        assert_eq!(get("cache.breaker.cooldown"), "5s");
    }
    let text = "playground?groups=2&clients.1.rate=5&clients.count=7";
    let canonical = "playground?groups=2&clients.0.count=7&clients.1.count=7&clients.1.rate=5";
    assert_eq!(read(text), (canonical.to_string(), Vec::new()));
}

#[test]
fn what_does_not_go_together_is_left_out_and_nothing_else() {
    let (text, said) = read(
        "playground?postgres.concurrency=7&clients.mix.search=0&clients.mix.health=0&postgres.retry.cap=1ms",
    );
    assert_eq!(text, "playground?clients.0.mix.health=0&postgres.concurrency=7");
    assert_eq!(
        said,
        [
            "clients.0.mix is 0, but must be weights that are not all 0.",
            "postgres.retry.cap is 1 ms, but must be at least postgres.retry.base, \
             which is 100 ms; the link's other parts are kept.",
        ]
    );
}

#[test]
fn a_percent_sign_may_be_escaped_or_not() {
    for text in [
        "playground?model.breaker.failure_rate=12.5%&seed=7&actions=1s:model:flaky:12.5%,2s:model:heal",
        "playground?model.breaker.failure_rate=12.5%25&seed=7&actions=1s%3Amodel%3Aflaky%3A12.5%25%2C2s:model:heal",
    ] {
        let canonical = "playground?model.breaker.failure_rate=12.5%25&seed=7\
                         &actions=1s:model:flaky:12.5,2s:model:heal";
        assert_eq!(read(text), (canonical.to_string(), Vec::new()));
    }
}

#[test]
fn a_full_log_fits_into_a_link() {
    let action = |n: u64| {
        let at = Instant::from_micros(86_399_000_001 + n);
        Action::fault(at, Dependency::VectorStore, Fault::RateLimited { rate: 1_000_000 })
    };
    let actions = (0..500).map(action).collect();
    let link = Link::from(Playground { actions, ..Playground::default() });
    assert_eq!(Link::read(&link.write()), (link, Vec::new()));
    let more = format!(
        "{},1s:cache:down",
        Link::read("").0.write() + "?actions=" + &"1s:cache:hang,".repeat(500)
    );
    let (link, problems) = Link::read(&more);
    let Link::Playground(read) = link else { panic!() };
    assert_eq!(read.actions.actions().len(), ActionLog::MAX);
    assert_eq!(problems[0].to_string(), "actions has 501 actions, but must have at most 500");
}

//! Comparisons and sweeps: both print the results of the library.

use super::{json, json_from, text, text_from};
use fusebox_lab::bands::Bands;
use fusebox_lab::document::write_comparison;
use fusebox_lab::herd::{Comparison, MEASURES, PRESETS, Setup, find, run, sentence, table_csv};
use fusebox_lab::link::Herd;
use fusebox_lab::sweep::{self, Axis, Field, Sweep};
use serde_json::Value;

fn hex(fingerprint: u64) -> String {
    format!("{fingerprint:016x}")
}

/// The fingerprints of the lanes of a report.
fn fingerprints(report: &Value) -> Vec<String> {
    let lanes = report["lanes"].as_array().unwrap().iter();
    lanes.map(|lane| lane["fingerprint"].as_str().unwrap().to_string()).collect()
}

/// Equal but for the last digit, which the JSON reader of this test rounds.
#[track_caller]
fn assert_same(said: &Value, number: Option<f64>) {
    let same = match (said.as_f64(), number) {
        (Some(said), Some(number)) => (said - number).abs() <= 1e-15 * number.abs(),
        (said, number) => said == number,
    };
    assert!(same, "{said} and {number:?}");
}

#[test]
fn every_preset_is_that_of_the_library() {
    for preset in PRESETS {
        let Comparison { setup, lanes } = (preset.comparison)();
        let lanes: Vec<_> = lanes.iter().map(|lane| run(&setup, lane, 42).unwrap()).collect();
        let report = json(&format!("herd {} --json", preset.name));
        let expected: Vec<_> = lanes.iter().map(|lane| hex(lane.fingerprint)).collect();
        assert_eq!(fingerprints(&report), expected, "{}", preset.name);
        assert_eq!((&report["comparison"], &report["seed"]), (&preset.name.into(), &42.into()));
        for (lane, said) in lanes.iter().zip(report["lanes"].as_array().unwrap()) {
            assert_eq!(said["sentence"], sentence(lane));
            for measure in MEASURES {
                assert_same(&said["measures"][measure.name], measure.of(&lane.outcome, &setup));
            }
        }
        let name = preset.name;
        let titled: Vec<_> = lanes.iter().map(|lane| (lane.strategy.title(), lane)).collect();
        assert_eq!(text(&format!("herd {name} --csv")), table_csv(&titled), "{name}");
    }
}

#[test]
fn a_document_gives_what_its_preset_gives() {
    for name in ["overload", "local-breakers"] {
        let document = text(&format!("show {name}"));
        assert_eq!(document, write_comparison(&Herd::of(find(name).unwrap())));
        let expected = fingerprints(&json(&format!("herd {name} --json")));
        assert_eq!(fingerprints(&json_from("run - --json", &document)), expected);
        assert_eq!(fingerprints(&json_from("herd - --json", &document)), expected);
        assert_eq!(text_from("run -", &document), text_from("herd -", &document));
        assert_eq!(text(&format!("run {name}")), text(&format!("herd {name}")));
    }
    // The seed is the document's, unless the arguments give another one.
    let document = r#"{ "seed": 7, "herd": { "clients": 50 } }"#;
    assert_eq!(json_from("run - --json", document)["seed"], 7);
    assert_eq!(json_from("run - --seed 8 --json", document)["seed"], 8);
}

#[test]
fn settings_change_the_lanes_whatever_their_order() {
    let setup = (find("caps").unwrap().comparison)().setup;
    let mut comparison = Comparison::of(setup, &["fixed", "full-budget"]);
    for (key, value) in [("herd.clients", "60"), ("outage", "5s"), ("lanes.retry.base", "2s")] {
        comparison.set(key, value).unwrap();
    }
    comparison.set("lanes.1.retry.base", "700ms").unwrap();
    let expected: Vec<_> = comparison
        .lanes
        .iter()
        .map(|lane| hex(run(&comparison.setup, lane, 5).unwrap().fingerprint))
        .collect();
    let settings =
        ["herd.clients=60", "lanes.1.retry.base=700ms", "outage=5s", "lanes.retry.base=2s"];
    for order in [[0, 1, 2, 3], [3, 2, 1, 0]] {
        let set: String = order.map(|n| format!(" --set {}", settings[n])).concat();
        let report = json(&format!("herd caps --lanes fixed,full-budget --seed 5 --json{set}"));
        assert_eq!(fingerprints(&report), expected, "{set}");
    }
}

#[test]
fn text_has_the_numbers_and_the_sentences() {
    let report = json("herd --set clients=100 --json");
    let text = text("herd --set clients=100");
    assert!(
        text.starts_with("jitter, seed 42, 100 clients, capacity 60 /s, 30 s each\n"),
        "{text}"
    );
    for (n, lane) in report["lanes"].as_array().unwrap().iter().enumerate() {
        let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(words(&text).contains(&words(lane["sentence"].as_str().unwrap())), "{text}");
        assert!(text.contains(&format!("\nlane {n}: {} (", lane["title"].as_str().unwrap())));
        assert!(text.contains(lane["fingerprint"].as_str().unwrap()));
    }
    assert!(text.lines().all(|line| line.trim_end() == line && line.chars().count() <= 110));
}

#[test]
fn thousands_may_be_separated() {
    let plain = text("herd --set clients=1000 --set duration=10s --lanes none --seed 10000");
    for (clients, seed) in [("1,000", "10,000"), ("1_000", "10_000")] {
        let set = format!("herd --set clients={clients} --set duration=10s --lanes none");
        assert_eq!(text(&format!("{set} --seed {seed}")), plain);
    }
}

#[test]
fn many_seeds_are_bands_of_the_single_runs() {
    let arguments = "herd two-seconds --set clients=50 --lanes immediate,full --seed 3 --seeds 7";
    let report = json(&format!("{arguments} --json"));
    let mut comparison = Comparison::of(Setup::default(), &["immediate", "full"]);
    comparison.set("clients", "50").unwrap();
    let mut bands = Bands::new(&comparison, 3, 7).unwrap();
    for (n, (lane, seed)) in bands.runs().collect::<Vec<_>>().into_iter().enumerate() {
        let run = run(&comparison.setup, &comparison.lanes[lane], seed).unwrap();
        assert_eq!(report["lanes"][lane]["fingerprints"][n / 2], hex(run.fingerprint));
        bands.add(lane, seed, &run);
    }
    for measure in MEASURES {
        for lane in 0..2 {
            let spread = bands.spread(measure, lane).unwrap();
            let said = &report["lanes"][lane]["measures"][measure.name];
            assert_same(&said["p5"], spread.low);
            assert_same(&said["median"], spread.median);
            assert_same(&said["p95"], spread.high);
            assert_eq!(said["absent"], spread.absent);
        }
    }
    let differences = report["differences"].as_array().unwrap();
    assert_eq!(differences.len(), MEASURES.len());
    for (measure, said) in MEASURES.iter().zip(differences) {
        let difference = bands.differences(measure)[0];
        let verdict = difference.verdict();
        assert_same(&said["p"], Some(difference.p));
        assert_eq!(
            (&said["measure"], &said["verdict"]),
            (&measure.name.into(), &verdict.name().into())
        );
    }
    assert_eq!(text(&format!("{arguments} --csv")), bands.csv(&comparison.lanes));
    let shown = text(arguments);
    assert!(
        shown.starts_with("two-seconds, seeds 3 to 9, 50 clients, capacity 25 /s, 30 s each\n"),
        "{shown}"
    );
    assert!(shown.contains("\n  larger than the noise: 0 > 1\n"), "{shown}");
    assert!(shown.lines().all(|line| line.trim_end() == line));
    let few = text("herd --set clients=50 --seeds 2");
    assert!(few.contains("2 seeds are too few to tell what differs"), "{few}");
    assert!(!few.contains("the noise:"), "{few}");
}

/// The field of a sweep, cell by cell from the last to the first.
fn field(sweep: &Sweep) -> Field {
    let mut field = Field::new(sweep);
    for (x, y) in sweep.cells().collect::<Vec<_>>().into_iter().rev() {
        field.put(x, y, sweep.run_cell(x, y));
    }
    field
}

#[test]
fn a_sweep_is_that_of_the_library() {
    let arguments =
        "sweep --x outage:1s..40s:3:log --y capacity_lost:50%,100% --set clients=60 --seed 9";
    let mut sweep = sweep::find("boundary").unwrap().sweep();
    sweep.x = Axis::read("x", "outage:1s..40s:3:log").unwrap();
    sweep.y = Axis::read("y", "capacity_lost:50%,100%").unwrap();
    assert_eq!(sweep.set_all(vec![("clients".into(), "60".into())]), []);
    sweep.seed = 9;
    let field = field(&sweep);
    let report = json(&format!("{arguments} --json"));
    assert_eq!(report["fingerprint"], hex(field.fingerprint()));
    assert_eq!(Sweep::read(report["sweep"].as_str().unwrap()).as_ref(), Ok(&sweep));
    let cells = report["cells"].as_array().unwrap();
    assert_eq!(cells.len(), 6);
    for ((x, y), said) in sweep.cells().zip(cells) {
        let found = field.get(x, y).unwrap().as_ref().unwrap();
        assert_eq!(
            (said["x"].as_str(), said["y"].as_str()),
            (Some(&*sweep.x.texts[x]), Some(&*sweep.y.texts[y]))
        );
        assert_same(&said["value"], found.get(sweep.measure));
        assert_eq!(said["fingerprint"], hex(found.fingerprint));
        let absent = found.get(sweep.measure).is_none().then_some("not in this run");
        assert_eq!(said["absent"].as_str(), absent);
    }
    assert_eq!(text(&format!("{arguments} --csv")), field.csv(&sweep));
}

#[test]
fn a_sweep_is_drawn_with_its_highest_row_at_the_top() {
    let shown = text("sweep --x outage:1s,40s --y capacity_lost:50%,100% --set clients=60");
    let lines: Vec<_> = shown.lines().collect();
    assert_eq!(lines[2], "100%  0 X", "{shown}");
    assert!(lines[3].starts_with(" 50%  0 "), "{shown}");
    assert!(shown.contains("\nX                   not in this run\n"), "{shown}");
    let shown = text("sweep overload --x duration:10s,60s --y outage:1s,20s --set clients=10");
    assert!(shown.contains("\n 1s  ? "), "{shown}");
    assert!(shown.contains("?                   cannot run: duration cannot be 10s with "));
}

#[test]
fn presets_of_both_are_listed() {
    for (task, names) in [
        ("herd", PRESETS.iter().map(|preset| preset.name).collect::<Vec<_>>()),
        ("sweep", sweep::PRESETS.iter().map(|preset| preset.name).collect()),
    ] {
        let listed = json(&format!("{task} --list --json"));
        let listed = listed.as_array().unwrap().iter();
        assert_eq!(listed.map(|it| it["name"].as_str().unwrap()).collect::<Vec<_>>(), names);
        let text = text(&format!("{task} --list"));
        assert!(names.iter().all(|name| text.lines().any(|line| line.starts_with(name))));
    }
}

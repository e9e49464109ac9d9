//! Sweeps: each cell is the run that it stands for, and the boundary of metastability is sharp.

use fusebox::time::Duration;
use fusebox_lab::herd::{PRESETS as HERDS, Requests, Setup, Strategy, run};
use fusebox_lab::sweep::{Axis, Field, PRESETS, Sweep, find};

#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

fn read(text: &str) -> Sweep {
    Sweep::read(text).unwrap_or_else(|problems| panic!("{text}: {problems:?}"))
}

fn axis(text: &str) -> Axis {
    Axis::read("x", text).unwrap()
}

/// All cells, in this order.
fn field(sweep: &Sweep, order: impl Fn(&mut Vec<(usize, usize)>)) -> Field {
    let mut cells: Vec<_> = sweep.cells().collect();
    order(&mut cells);
    let mut field = Field::new(sweep);
    for (x, y) in cells {
        assert!(field.put(x, y, sweep.run_cell(x, y)));
    }
    field
}

const SMALL: &str = "preset=half-down&clients=50&duration=70s&strategy=fixed\
                     &x=outage:5s,40s&y=lane.retry.base:500ms..4s:3:log&measure=attempts_per_call&seed=3";

#[test]
fn a_cell_is_the_run_that_its_settings_say() {
    let sweep = read(SMALL);
    let Sweep { setup, .. } = sweep;
    let setup = Setup { outage: Duration::from_secs(40), ..setup };
    let mut strategy = Strategy::of("fixed").unwrap();
    strategy.retry.backoff.base = Duration::from_millis(1_410);
    assert_eq!(sweep.cell(1, 1), Ok((setup, strategy.clone())));
    let lane = run(&setup, &strategy, 3).unwrap();
    let value = Some(lane.outcome.attempts_per_call);
    let found = sweep.run_cell(1, 1).unwrap();
    assert_eq!((found.get(sweep.measure), found.fingerprint), (value, lane.fingerprint));
    assert!(sweep.cell(2, 0).is_err() && sweep.cell(0, usize::MAX).is_err());
}

#[test]
fn the_order_of_the_cells_does_not_matter() {
    let sweep = read(SMALL);
    let rows = field(&sweep, |_| {});
    let backwards = field(&sweep, |cells| cells.reverse());
    assert_eq!(rows, backwards);
    assert_eq!(rows.fingerprint(), backwards.fingerprint());
    assert_eq!(rows.csv(&sweep), backwards.csv(&sweep));
    let other = Sweep { seed: 4, ..sweep.clone() };
    assert_ne!(field(&other, |_| {}).fingerprint(), rows.fingerprint());
    let mut wrong = Field::new(&sweep);
    assert!(!wrong.put(2, 0, sweep.run_cell(0, 0)) && !wrong.put(0, 3, sweep.run_cell(0, 0)));
    assert_eq!((wrong.progress(), wrong.range(sweep.measure)), ((0, 6), None));
}

#[test]
fn a_sweep_is_written_as_it_is_read() {
    for text in [
        SMALL,
        "preset=two-seconds&requests=closed&strategy=none-breaker-shared&lane.name=A%20%26%20B\
         &lane.breaker.cooldown=5s&x=clients:10..100000:40:log&y=deadline:off,5s&measure=peak_after_repair&seed=0",
    ] {
        let sweep = read(text);
        assert_eq!(sweep.write(), text);
        assert_eq!(read(&sweep.write()), sweep);
    }
    let mut sweep =
        Sweep::of(&HERDS[1], axis("clients:10,20"), axis("lane.shared_policies:true,false"));
    let given = [("lane.retry.max_attempts", "3"), ("herd.requests", "one_shot")];
    assert_eq!(sweep.set_all(given.map(|(key, text)| (key.into(), text.into())).into()), []);
    assert_eq!(sweep.setup.requests, Requests::OneShot);
    assert_eq!(read(&sweep.write()), sweep);
}

#[test]
fn hostile_text_gives_named_problems() {
    let ends = "x=outage:1s,2s&y=clients:10,20";
    for (text, said) in [
        (String::new(), "x is \"\", but must be a setting and its values"),
        (format!("{ends}&z=1"), "z is not a setting"),
        (format!("{ends}&lane.z=1"), "lane.z is not a setting"),
        (
            format!("{ends}&measure=pek"),
            "measure is \"pek\", but must be one of peak_after_repair, ",
        ),
        (format!("{ends}&preset=nope"), "preset is \"nope\", which does not exist"),
        (format!("{ends}&strategy=none-none"), "strategy is \"none-none\", but must be a strategy"),
        (format!("{ends}&seed=-1"), "seed is \"-1\", but must be a whole number from 0 to"),
        (format!("{ends}&outage=1"), "outage is \"1\", but must be a time"),
        (
            format!("{ends}&capacity_lost=50%"),
            "capacity_lost is given, but applies only where fault is degraded",
        ),
        (format!("{ends}&x=capacity_lost:1%,2%"), "x is given twice"),
        ("x=outage:1s,2s&y=herd.outage:1s,2s".to_string(), "y is outage, but must differ from x"),
        ("herd?x=outage:1s,2s".to_string(), "the sweep must be parts"),
        ("x=outage:1s..300s:99999999999999999999&y=clients:1,2".to_string(), "x is "),
        (format!("x={}", "%ff,".repeat(20_000)), "the link is longer than 50,000 characters"),
    ] {
        let problems = Sweep::read(&text).unwrap_err();
        assert!(problems.len() <= 9);
        let all: Vec<_> = problems.iter().map(ToString::to_string).collect();
        assert!(all.iter().any(|it| it.contains(said)), "{text:.60}: {all:?}");
        assert!(all.iter().all(|it| it.chars().count() < 300), "{all:?}");
    }
}

#[test]
fn what_cannot_be_is_an_empty_cell_with_a_reason() {
    let reason = |text: &str, x, y| {
        let problem = read(text).cell(x, y).unwrap_err();
        problem.to_string()
    };
    let text = "x=duration:10s,60s&y=outage:1s,20s";
    assert_eq!(
        reason(text, 0, 1),
        "duration cannot be 10s with the other settings: the least there is 27s"
    );
    assert!(read(text).cell(1, 1).is_ok() && read(text).cell(0, 0).is_ok());
    let text = "x=lane.breaker.cooldown:1s,2s&y=lane.breaker:off,on";
    assert_eq!(reason(text, 0, 0), "lane.breaker is off, so it has no settings");
    assert!(read(text).cell(0, 1).is_ok(), "either axis may make room for the other");
    let text = "x=call_interval:100ms,20s&y=clients:1000,100000";
    assert!(reason(text, 0, 1).contains("at most 2,000,000 calls"));
    let text = "strategy=full-breaker&x=lane.breaker.failures:off,5&y=outage:1s,2s";
    assert!(reason(text, 0, 0).starts_with("lane.breaker.failures is none"));
    assert!(read(text).cell(1, 0).is_ok());
}

/// The preset, with fewer clients and only every other column and row, so that it takes a second.
fn boundary() -> Sweep {
    let mut sweep = find("boundary").unwrap().sweep();
    assert_eq!(sweep.set_all(vec![("clients".into(), "400".into())]), []);
    sweep.x = axis("outage:1s..60s:12:log");
    sweep.y = axis("capacity_lost:45%..100%:12");
    sweep
}

#[test]
fn the_boundary_of_metastability_is_sharp() {
    assert_eq!(PRESETS[0].name, "boundary");
    for seed in [42, 7] {
        let sweep = Sweep { seed, ..boundary() };
        let field = field(&sweep, |_| {});
        let value = |x, y| field.get(x, y).unwrap().as_ref().unwrap().get(sweep.measure);
        let (columns, rows) = sweep.size();
        // Short and shallow outages leave nothing behind, and long and deep ones never end.
        for n in 0..rows {
            assert!(value(0, n).is_some_and(|it| it < 1.0), "{n}: {:?}", value(0, n));
        }
        for n in 0..columns {
            assert!(value(n, 0).is_some_and(|it| it < 1.0), "{n}: {:?}", value(n, 0));
        }
        for y in rows / 2..rows {
            for x in 2 * columns / 3..columns {
                assert_eq!(value(x, y), None, "{x} {y}");
            }
        }
        // The boundary is well inside, and worlds that recover do so in seconds, not minutes.
        let never = sweep.cells().filter(|(x, y)| value(*x, *y).is_none()).count();
        assert!((50..100).contains(&never), "{never} of {}", columns * rows);
        let (_, longest) = field.range(sweep.measure).unwrap();
        assert!(longest < 8.0, "{longest}");
        // A longer or a deeper outage is hardly ever better.
        let breaks = sweep.cells().filter(|&(x, y)| {
            let better = |x, y| x < columns && y < rows && value(x, y).is_some();
            value(x, y).is_none() && (better(x + 1, y) || better(x, y + 1))
        });
        assert!(breaks.count() <= 2);
    }
}

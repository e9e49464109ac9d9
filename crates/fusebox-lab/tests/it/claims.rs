//! The text of each preset of the Herd, held against the numbers of its lanes with ten seeds.

use Than::{Lane, Number};
use fusebox_lab::herd::{
    Comparison, LEADING, LaneOutcome, LaneRecovery, Measure, PRESETS, find, run, sentences, waves,
};
use std::cmp::Ordering::{self, Greater, Less};
use std::collections::BTreeSet;

/// A number of a lane compared with another: a lane, a measure, a relation, and what it relates to.
type Check = (usize, &'static str, Ordering, Than);

/// A sentence of a preset, and what it claims.
type Claim = (&'static str, &'static [Check]);

/// What a number is compared with.
#[derive(Clone, Copy)]
enum Than {
    Number(f64),
    /// A multiple of the same measure in another lane.
    Lane(f64, usize),
}

/// A time that is not within any run.
const OPEN: Than = Number(1e6);

/// The waves that begin after the repair, which are no measure.
const WAVES: &str = "waves";

/// 1 for a metastable lane, and 0 for others.
const METASTABLE: &str = "metastable";

const CLAIMS: &[(&str, &[Claim])] = &[
    (
        "jitter",
        &[
            (
                "Clients that retry at once come back together and keep the database overloaded: \
                 nearly all of its work is for calls that have timed out.",
                &[
                    (0, "peak_after_repair", Greater, Number(5.0)),
                    (0, METASTABLE, Greater, Number(0.5)),
                    (0, "load_at_end", Greater, Number(1.0)),
                    (0, "wasted_work", Greater, Number(0.95)),
                ],
            ),
            (
                "Waits that grow, with jitter, spread the same clients out, and it recovers.",
                &[
                    (1, "peak_after_repair", Less, Lane(0.25, 0)),
                    (1, "recovered_after", Less, OPEN),
                ],
            ),
        ],
    ),
    (
        "lesson",
        &[
            (
                "With jitter and 3, 4 or 5 attempts the database recovers after the same time, and hardly \
                 any call fails.",
                &[
                    (1, "recovered_after", Less, Lane(1.05, 0)),
                    (1, "recovered_after", Greater, Lane(0.95, 0)),
                    (2, "recovered_after", Less, Lane(1.05, 1)),
                    (2, "recovered_after", Greater, Lane(0.95, 1)),
                    (0, "failure_rate", Less, Number(0.05)),
                    (1, "failure_rate", Less, Number(0.05)),
                    (2, "failure_rate", Less, Number(0.05)),
                ],
            ),
            (
                "A budget of 10 % that all clients share brings it back in less than half of that time, \
                 but more than half of the calls fail.",
                &[
                    (3, "recovered_after", Less, Lane(0.5, 0)),
                    (3, "failure_rate", Greater, Number(0.5)),
                ],
            ),
        ],
    ),
    (
        "two-seconds",
        &[
            ("All clients lose the database at the same moment.", &[]),
            (
                "Immediate retries keep it from recovering, identical delays send the retries in waves, \
                 and full jitter spreads them out.",
                &[
                    (0, "recovered_after", Greater, OPEN),
                    (1, WAVES, Greater, Number(1.5)),
                    (2, WAVES, Less, Number(0.5)),
                    (2, "peak_after_repair", Less, Lane(0.25, 1)),
                ],
            ),
            (
                "A shared budget keeps the load within capacity after the repair, but more than a third \
                 of the calls fail.",
                &[
                    (3, "peak_after_repair", Less, Number(1.0)),
                    (3, "failure_rate", Greater, Number(0.333)),
                ],
            ),
        ],
    ),
    (
        "eight-ways",
        &[
            ("From no retries to decorrelated jitter, with common random numbers.", &[]),
            (
                "Immediate retries alone keep the database from recovering.",
                &[
                    (0, "recovered_after", Less, OPEN),
                    (1, "recovered_after", Greater, OPEN),
                    (2, "recovered_after", Less, OPEN),
                    (3, "recovered_after", Less, OPEN),
                    (4, "recovered_after", Less, OPEN),
                    (5, "recovered_after", Less, OPEN),
                    (6, "recovered_after", Less, OPEN),
                    (7, "recovered_after", Less, OPEN),
                ],
            ),
            (
                "Without retries it recovers at once, but more than a third of the calls fail.",
                &[
                    (0, "recovered_after", Less, Number(0.1)),
                    (0, "failure_rate", Greater, Number(0.333)),
                ],
            ),
        ],
    ),
    (
        "waves",
        &[
            (
                "All clients double their waits in step, so that they return together.",
                &[(0, WAVES, Greater, Number(1.5))],
            ),
            (
                "Each kind of jitter lowers the peak after the repair to less than a third.",
                &[
                    (1, "peak_after_repair", Less, Lane(0.333, 0)),
                    (2, "peak_after_repair", Less, Lane(0.333, 0)),
                    (3, "peak_after_repair", Less, Lane(0.333, 0)),
                ],
            ),
        ],
    ),
    (
        "overload",
        &[
            ("In an open loop new calls keep coming while others retry.", &[]),
            (
                "Neither fixed waits nor backoff nor jitter bring the load below capacity within the run.",
                &[
                    (0, "load_at_end", Greater, Number(1.0)),
                    (0, "recovered_after", Greater, OPEN),
                    (1, "load_at_end", Greater, Number(1.0)),
                    (1, "recovered_after", Greater, OPEN),
                    (2, "load_at_end", Greater, Number(1.0)),
                    (2, "recovered_after", Greater, OPEN),
                ],
            ),
            (
                "With a budget the database recovers at once, and a fifth of the calls fail.",
                &[
                    (3, "recovered_after", Less, Number(0.1)),
                    (3, "failure_rate", Greater, Number(0.18)),
                    (3, "failure_rate", Less, Number(0.22)),
                ],
            ),
        ],
    ),
    (
        "closed-loop",
        &[
            (
                "The same outage and database, but each client has one call at a time: a client that \
                 waits does not call.",
                &[],
            ),
            (
                "With backoff the database recovers at once; fixed waits keep it overloaded even so.",
                &[
                    (0, "recovered_after", Greater, OPEN),
                    (0, "load_at_end", Greater, Number(1.0)),
                    (1, "recovered_after", Less, Number(0.1)),
                    (2, "recovered_after", Less, Number(0.1)),
                    (3, "recovered_after", Less, Number(0.1)),
                ],
            ),
        ],
    ),
    (
        "caps",
        &[(
            "After a long outage the cap of the backoff decides: with 1 s the retries keep the \
                 database from recovering, with 20 s the calls settle within 20 s of the repair, and \
                 with 5 min some clients wait for two minutes more.",
            &[
                (0, "recovered_after", Greater, OPEN),
                (1, "settled_after", Less, Number(20.0)),
                (2, "settled_after", Greater, Number(120.0)),
            ],
        )],
    ),
    (
        "local-breakers",
        &[
            (
                "A client that calls every 20 s hardly ever sees five failures within 10 s, so its own \
                 breaker changes next to nothing.",
                &[
                    (1, "attempts_per_call", Greater, Lane(0.99, 0)),
                    (1, "failed", Greater, Lane(0.99, 0)),
                    (1, "failed", Less, Lane(1.01, 0)),
                ],
            ),
            (
                "One breaker for all takes a third of the requests off the database, but it is still open \
                 after the repair: more calls fail, and the lane recovers later.",
                &[
                    (2, "attempts_per_call", Less, Lane(0.667, 0)),
                    (2, "failed", Greater, Lane(1.1, 0)),
                    (2, "recovered_after", Greater, Lane(2.0, 0)),
                ],
            ),
        ],
    ),
    (
        "half-down",
        &[
            ("The database loses 60 % of its capacity for half a minute.", &[]),
            (
                "Without retries it recovers within ten seconds of the repair; with fixed waits or full \
                 jitter it stays overloaded.",
                &[
                    (0, "recovered_after", Less, Number(10.0)),
                    (1, "recovered_after", Greater, OPEN),
                    (1, "load_at_end", Greater, Number(1.0)),
                    (2, "recovered_after", Greater, OPEN),
                    (2, "load_at_end", Greater, Number(1.0)),
                ],
            ),
            (
                "With a budget it recovers, but later than without retries.",
                &[
                    (3, "recovered_after", Greater, Lane(1.0, 0)),
                    (3, "recovered_after", Less, OPEN),
                ],
            ),
        ],
    ),
];

#[test]
fn each_preset_says_what_its_claims_say() {
    let claimed: Vec<_> = CLAIMS.iter().map(|(name, _)| *name).collect();
    let presets: Vec<_> = PRESETS.iter().map(|preset| preset.name).collect();
    assert_eq!(claimed, presets);
    for (name, claims) in CLAIMS {
        let sentences: Vec<_> = claims.iter().map(|(sentence, _)| *sentence).collect();
        assert_eq!(find(name).unwrap().about, sentences.join(" "), "{name}");
    }
}

/// The numbers that a preset's claims are about, of all its lanes with one seed.
fn hold(name: &str) {
    let (_, claims) = CLAIMS.iter().find(|it| it.0 == name).unwrap();
    let Comparison { setup, lanes } = (find(name).unwrap().comparison)();
    for seed in 1..=10 {
        let lanes: Vec<_> = lanes.iter().map(|it| run(&setup, it, seed).unwrap()).collect();
        let number = |lane: usize, measure: &str| {
            let lane = &lanes[lane];
            if measure == WAVES {
                let after_repair = |wave: &&fusebox_lab::herd::Wave| wave.from >= setup.up_at();
                return f64::from(
                    u32::try_from(waves(lane).iter().filter(after_repair).count()).unwrap(),
                );
            }
            if measure == METASTABLE {
                return f64::from(lane.outcome.recovery == LaneRecovery::Metastable);
            }
            lane.measures().get(Measure::find(measure).unwrap()).unwrap_or(f64::INFINITY)
        };
        for (sentence, checks) in *claims {
            for (lane, measure, relation, than) in *checks {
                let (value, than) = (
                    number(*lane, measure),
                    match than {
                        Number(number) => *number,
                        Lane(factor, lane) => factor * number(*lane, measure),
                    },
                );
                assert_eq!(
                    value.total_cmp(&than),
                    *relation,
                    "{name}, seed {seed}, {sentence:?}: {measure} of lane {lane} is {value}, not {relation:?} than {than}"
                );
            }
        }
    }
}

/// A test for each preset, so that they run beside each other.
macro_rules! hold {
    ($($test:ident $name:literal)*) => { $(
        #[test]
        fn $test() {
            hold($name);
        }
    )* };
}

hold! {
    jitter "jitter"
    lesson "lesson"
    two_seconds "two-seconds"
    eight_ways "eight-ways"
    waves_of_backoff "waves"
    overload "overload"
    closed_loop "closed-loop"
    caps "caps"
    local_breakers "local-breakers"
    half_down "half-down"
}

/// What a reader sees first: a verdict of one line, and at most two sentences more.
#[test]
fn each_lane_leads_with_a_short_verdict_that_its_numbers_bear_out() {
    let mut found = BTreeSet::new();
    for preset in PRESETS {
        let Comparison { setup, lanes } = (preset.comparison)();
        for lane in &lanes {
            let lane = run(&setup, lane, 1).unwrap();
            let told = sentences(&lane);
            let (verdict, lead) = (&told[0], told.iter().take(LEADING).map(String::len));
            assert!(verdict.len() < 80, "{verdict}");
            assert!(lead.sum::<usize>() < 260, "{:?}", &told[..LEADING]);
            let LaneOutcome { recovery, calls, .. } = lane.outcome;
            let (begin, kind) = match recovery {
                LaneRecovery::After(_) => ("The database recovers ", "recovers"),
                LaneRecovery::NotInRun => ("Not recovered when the run ends", "open"),
                LaneRecovery::Metastable => ("Overload outlasts the fault: ", "metastable"),
                LaneRecovery::Overloaded => ("The database stays overloaded, ", "overloaded"),
                LaneRecovery::GaveUp => ("No recovery", "gave up"),
            };
            assert!(verdict.starts_with(begin), "{verdict}");
            found.insert(kind);
            let has_price = recovery.after().is_some() && 5 * calls.answered <= 4 * calls.all();
            let price = verdict.contains(", but answers only ");
            assert_eq!(price, has_price, "{}: {verdict} {calls:?}", preset.name);
        }
    }
    assert!(found.contains("recovers") && found.contains("metastable"), "{found:?}");
}

//! Comparisons that show one effect each.

use super::comparison::Comparison;
use super::setup::{OutageKind, Requests, Setup};
use super::strategy::Strategy;
use fusebox::time::Duration;

/// A comparison that shows one effect.
#[derive(Clone, Copy, Debug)]
pub struct HerdPreset {
    /// Its name in links and the terminal.
    pub name: &'static str,
    /// Its title in lists.
    pub title: &'static str,
    /// A few sentences on what it shows, which tests hold against its numbers.
    pub about: &'static str,
    /// The comparison.
    pub comparison: fn() -> Comparison,
}

impl PartialEq for HerdPreset {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for HerdPreset {}

/// The presets; the first is the default.
pub const PRESETS: &[HerdPreset] = &[
    HerdPreset {
        name: "jitter",
        title: "Immediate retries against jitter",
        about: "Clients that retry at once come back together and keep the database overloaded: \
                nearly all of its work is for calls that have timed out. Waits that grow, with jitter, \
                spread the same clients out, and it recovers.",
        comparison: jitter,
    },
    HerdPreset {
        name: "lesson",
        title: "The lesson: 3 to 5 attempts, and a budget of 10 %",
        about: "With jitter and 3, 4 or 5 attempts the database recovers after the same time, and hardly \
                any call fails. A budget of 10 % that all clients share brings it back in less than half \
                of that time, but more than half of the calls fail.",
        comparison: lesson,
    },
    HerdPreset {
        name: "two-seconds",
        title: "Two seconds of outage, four retry strategies",
        about: "All clients lose the database at the same moment. Immediate retries keep it from \
                recovering, identical delays send the retries in waves, and full jitter spreads them \
                out. A shared budget keeps the load within capacity after the repair, but more than a \
                third of the calls fail.",
        comparison: Comparison::default,
    },
    HerdPreset {
        name: "eight-ways",
        title: "All eight retry strategies",
        about: "From no retries to decorrelated jitter, with common random numbers. Immediate retries \
                alone keep the database from recovering. Without retries it recovers at once, but more \
                than a third of the calls fail.",
        comparison: eight_ways,
    },
    HerdPreset {
        name: "waves",
        title: "Backoff without jitter keeps the waves",
        about: "All clients double their waits in step, so that they return together. Each kind of \
                jitter lowers the peak after the repair to less than a third.",
        comparison: waves,
    },
    HerdPreset {
        name: "overload",
        title: "Backoff does not save an open loop; a budget does",
        about: "In an open loop new calls keep coming while others retry. Neither fixed waits nor \
                backoff nor jitter bring the load below capacity within the run. With a budget the \
                database recovers at once, and a fifth of the calls fail.",
        comparison: || overload(Requests::Open),
    },
    HerdPreset {
        name: "closed-loop",
        title: "A closed loop slows itself down",
        about: "The same outage and database, but each client has one call at a time: a client that \
                waits does not call. With backoff the database recovers at once; fixed waits keep it \
                overloaded even so.",
        comparison: || overload(Requests::Closed),
    },
    HerdPreset {
        name: "caps",
        title: "A short cap hammers the database, a long cap keeps clients waiting",
        about: "After a long outage the cap of the backoff decides: with 1 s the retries keep the \
                database from recovering, with 20 s the calls settle within 20 s of the repair, and \
                with 5 min some clients wait for two minutes more.",
        comparison: caps,
    },
    HerdPreset {
        name: "local-breakers",
        title: "A breaker for each client sees too little",
        about: "A client that calls every 20 s hardly ever sees five failures within 10 s, so its own \
                breaker changes next to nothing. One breaker for all takes a third of the requests off \
                the database, but it is still open after the repair: more calls fail, and the lane \
                recovers later.",
        comparison: local_breakers,
    },
    HerdPreset {
        name: "half-down",
        title: "A database with less capacity than load",
        about: "The database loses 60 % of its capacity for half a minute. Without retries it recovers \
                within ten seconds of the repair; with fixed waits or full jitter it stays overloaded. \
                With a budget it recovers, but later than without retries.",
        comparison: half_down,
    },
];

/// The preset of this name.
#[must_use]
pub fn find(name: &str) -> Option<&'static HerdPreset> {
    PRESETS.iter().find(|preset| preset.name == name)
}

/// 10,000 clients whose database hangs for 2 s.
fn ten_thousand(capacity: u32) -> Setup {
    Setup { clients: 10_000, capacity, kind: OutageKind::Hang, ..Setup::default() }
}

fn jitter() -> Comparison {
    // Retries without a wait keep this capacity overloaded for good: of the 500 new calls a second each
    // makes 15 attempts until its deadline. The run is long enough to show it.
    Comparison::of(ten_thousand(600), &["immediate", "factor"])
}

fn lesson() -> Comparison {
    let lane = |attempts: u32, word: &str, name: &str| {
        let mut strategy = Strategy::of(word)?;
        strategy.retry.attempts = attempts;
        strategy.rename(&format!("{attempts} attempts{name}"));
        Some(strategy)
    };
    let lanes = [
        lane(3, "factor", ""),
        lane(4, "factor", ""),
        lane(5, "factor", ""),
        lane(5, "factor-budget-shared", ", budget of 10 %"),
    ];
    let setup = Setup { length: Duration::from_secs(20), ..ten_thousand(800) };
    Comparison { setup, lanes: lanes.into_iter().flatten().collect() }
}

fn eight_ways() -> Comparison {
    Comparison::of(Setup::default(), &super::FORMS.map(|(word, _)| word))
}

fn waves() -> Comparison {
    let setup = Setup { length: Duration::from_secs(40), ..Setup::default() };
    Comparison::of(setup, &["exponential", "factor", "equal", "full"])
}

fn overload(requests: Requests) -> Comparison {
    let setup = Setup {
        requests,
        every: Duration::from_secs(10),
        capacity: 200,
        outage: Duration::from_secs(10),
        patience: Some(Duration::from_secs(60)),
        length: Duration::from_secs(90),
        ..Setup::default()
    };
    Comparison::of(setup, &["fixed", "exponential", "full", "full-budget-shared"])
}

fn caps() -> Comparison {
    let setup = Setup {
        clients: 500,
        every: Duration::from_secs(60),
        outage: Duration::from_secs(60),
        patience: None,
        length: Duration::from_secs(240),
        ..Setup::default()
    };
    let with = |name: &str, cap: u64| {
        let mut strategy = Strategy::default();
        strategy.rename(name);
        strategy.retry.backoff.cap = Duration::from_secs(cap);
        strategy
    };
    let lanes = vec![with("Cap of 1 s", 1), with("Cap of 20 s", 20), with("Cap of 5 min", 300)];
    Comparison { setup, lanes }
}

fn local_breakers() -> Comparison {
    let setup = Setup {
        kind: OutageKind::Hang,
        outage: Duration::from_secs(20),
        length: Duration::from_secs(60),
        ..Setup::default()
    };
    let mut comparison = Comparison::of(setup, &["none", "none-breaker", "none-breaker-shared"]);
    comparison.lanes[1].rename("A breaker each");
    comparison.lanes[2].rename("One breaker for all");
    comparison
}

fn half_down() -> Comparison {
    let setup = Setup {
        every: Duration::from_secs(10),
        capacity: 200,
        query_time: Duration::from_millis(200),
        kind: OutageKind::Reduced,
        depth_per_mille: 600,
        outage: Duration::from_secs(30),
        length: Duration::from_secs(90),
        ..Setup::default()
    };
    Comparison::of(setup, &["none", "fixed", "full", "full-budget-shared"])
}

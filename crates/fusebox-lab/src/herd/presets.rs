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
    /// One or two sentences on what it shows.
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
        name: "two-seconds",
        title: "Two seconds of outage, four retry strategies",
        about: "All clients lose the database at the same moment. Immediate retries keep it down, \
                identical delays send the retries in waves, and jitter spreads them out.",
        comparison: Comparison::default,
    },
    HerdPreset {
        name: "eight-ways",
        title: "All eight retry strategies",
        about: "From no retries to decorrelated jitter, with common random numbers.",
        comparison: eight_ways,
    },
    HerdPreset {
        name: "waves",
        title: "Backoff without jitter keeps the waves",
        about: "All clients double their waits in step, so the whole herd returns at once, later \
                each time. Jitter breaks it up.",
        comparison: waves,
    },
    HerdPreset {
        name: "overload",
        title: "Backoff does not save an open loop; a budget does",
        about: "In an open loop new calls keep coming while others retry. Longer waits only postpone \
                the retries; a retry budget limits them.",
        comparison: || overload(Requests::Open),
    },
    HerdPreset {
        name: "closed-loop",
        title: "A closed loop slows itself down",
        about: "The same outage and database, but each client has one call at a time: a client that \
                waits does not call, and the load falls by itself.",
        comparison: || overload(Requests::Closed),
    },
    HerdPreset {
        name: "caps",
        title: "A short cap hammers the database, a long cap keeps clients waiting",
        about: "After a long outage the cap of the backoff decides: a short cap hammers the database \
                while it is down, a long one leaves clients waiting once it is repaired.",
        comparison: caps,
    },
    HerdPreset {
        name: "local-breakers",
        title: "A breaker for each client sees too little",
        about: "A client that calls rarely hardly ever sees five failures, so its own breaker \
                does little; a shared breaker sees the failures of all clients at once.",
        comparison: local_breakers,
    },
    HerdPreset {
        name: "half-down",
        title: "A database with less capacity than load",
        about: "The capacity of the database is reduced for half a minute. Without retries the trouble \
                ends with the reduction; with retries it depends on its length and depth.",
        comparison: half_down,
    },
];

/// The preset of this name.
#[must_use]
pub fn find(name: &str) -> Option<&'static HerdPreset> {
    PRESETS.iter().find(|preset| preset.name == name)
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

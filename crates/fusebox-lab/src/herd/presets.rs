//! Comparisons that show one thing each.

use super::comparison::Comparison;
use super::setup::{OutageKind, Requests, Setup};
use super::strategy::Strategy;
use fusebox::time::Duration;

/// A comparison that shows one thing.
#[derive(Clone, Copy, Debug)]
pub struct HerdPreset {
    /// Its name in links and for the terminal.
    pub name: &'static str,
    /// What a list calls it.
    pub title: &'static str,
    /// What it shows, in a sentence or two.
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

/// The presets; the first is shown where nobody chose.
pub const PRESETS: &[HerdPreset] = &[
    HerdPreset {
        name: "two-seconds",
        title: "Two seconds of outage, four ways to retry",
        about: "Everyone loses the database at the same moment. Without a wait it never comes up \
                again, with the same waits for all it is hit in waves, and jitter makes the waves a \
                drizzle.",
        comparison: Comparison::default,
    },
    HerdPreset {
        name: "eight-ways",
        title: "All eight ways to retry",
        about: "From no retry at all to decorrelated jitter, on the same tape.",
        comparison: eight_ways,
    },
    HerdPreset {
        name: "waves",
        title: "Backoff without jitter keeps the waves",
        about: "The waits double, but everyone doubles them together: the herd returns in step, later \
                each time. Chance in the wait is what takes it apart.",
        comparison: waves,
    },
    HerdPreset {
        name: "overload",
        title: "Backoff does not save an open system; a budget does",
        about: "Clients that call whatever is answered keep coming while others retry. Longer waits \
                only put the retries off; a budget of retries keeps their sum down.",
        comparison: || overload(Requests::Open),
    },
    HerdPreset {
        name: "closed-loop",
        title: "Clients that wait for their answer slow themselves down",
        about: "The same outage and the same database, but each client has one call at a time: who \
                waits does not call, and the load falls by itself.",
        comparison: || overload(Requests::Closed),
    },
    HerdPreset {
        name: "caps",
        title: "A cap that is too short hammers, one that is too long waits",
        about: "After a long outage the longest wait decides: short ones hammer a database that is \
                down, long ones leave clients asleep when it is up.",
        comparison: caps,
    },
    HerdPreset {
        name: "local-breakers",
        title: "A breaker for each client sees too little",
        about: "A client with a call now and then hardly ever gathers five failures, so that its own \
                breaker does little; one that all share sees them at once.",
        comparison: local_breakers,
    },
    HerdPreset {
        name: "half-down",
        title: "A database that does less than is asked of it",
        about: "Nothing is down, it only does less for half a minute. Without retries it is over with \
                that; with them it depends on how long it lasts and how deep it goes.",
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

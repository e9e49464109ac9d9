//! The cases that are known from the tests and the defects of other libraries, each as a test whose name
//! begins with its id: `b01` to `b105` for the circuit breaker, `p01` to `p17` for the other policies.
//!
//! A case of the breaker is a configuration and a script of events and expectations; see [`script`].
//! Where libraries disagree, the comment of the case says what Fusebox does and why. The cases run
//! natively and in a browser, so they need only the library.

#[cfg(not(target_arch = "wasm32"))]
pub(crate) use core::prelude::v1::test as case;
#[cfg(target_arch = "wasm32")]
pub(crate) use wasm_bindgen_test::wasm_bindgen_test as case;

mod admin;
mod admission;
mod construction;
mod cooldown;
mod decision;
mod late;
mod neighbours;
mod neutral;
mod retries;
mod script;
mod tripping;
mod window;

use fusebox::time::Duration;
use fusebox::{BackoffConfig, BreakerConfig, Rate, SlowRate, Window};
use script::{Run, given};
use std::collections::BTreeSet;

/// The files with cases, as they are compiled.
const FILES: &[&str] = &[
    include_str!("admin.rs"),
    include_str!("admission.rs"),
    include_str!("construction.rs"),
    include_str!("cooldown.rs"),
    include_str!("decision.rs"),
    include_str!("late.rs"),
    include_str!("neighbours.rs"),
    include_str!("neutral.rs"),
    include_str!("retries.rs"),
    include_str!("tripping.rs"),
    include_str!("window.rs"),
];

/// The cases that cannot be written down here, and why.
const NOT_APPLICABLE: &[(&str, &str)] = &[(
    "B104",
    "A breaker that is dropped cannot be named any more: its use after that does not compile.",
)];

/// The last case of each kind.
const LAST: [(char, u32); 2] = [('B', 105), ('P', 17)];

#[case]
fn every_case_is_there() {
    let mut there: BTreeSet<String> = BTreeSet::new();
    for (id, _) in NOT_APPLICABLE {
        there.insert((*id).to_string());
    }
    for file in FILES {
        let lines: Vec<&str> = file.lines().map(str::trim).collect();
        for pair in lines.windows(2) {
            let Some(id) = pair[1].strip_prefix("fn ").and_then(|name| name.split('_').next())
            else {
                continue;
            };
            let id = id.to_ascii_uppercase();
            if id.starts_with(['B', 'P']) && id[1..].parse::<u32>().is_ok() {
                assert_eq!(pair[0], "#[case]", "{id} does not run");
                there.insert(id);
            }
        }
    }
    for (kind, last) in LAST {
        for n in 1..=last {
            let id = format!("{kind}{n:02}");
            assert!(there.remove(&id), "{id} is missing");
        }
    }
    assert!(there.is_empty(), "there are no such cases: {there:?}");
    assert!(NOT_APPLICABLE.len() < 10);
}

const fn secs(secs: u64) -> Duration {
    Duration::from_secs(secs)
}

const fn millis(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

/// The first failure opens for five seconds, and one trial decides.
const FIRST: BreakerConfig = BreakerConfig {
    window: Window::Consecutive,
    failures: Some(1),
    failure_rate: None,
    slow_rate: None,
    min_calls: 1,
    overdue: None,
    cooldown: BackoffConfig::constant(secs(5)),
    max_retry_after: None,
    trials: 1,
    trials_to_close: 1,
    strict_trials: false,
    trial_timeout: secs(60),
    half_open_timeout: None,
};

/// Opens at this many failures in a row.
const fn in_a_row(failures: u32) -> BreakerConfig {
    BreakerConfig { failures: Some(failures), ..FIRST }
}

/// Opens at this failure rate in per cent, from this many calls in the window on.
const fn at_rate(percent: u32, window: Window, min_calls: u32) -> BreakerConfig {
    let failure_rate = Some(Rate::percent(percent));
    BreakerConfig { window, failures: None, failure_rate, min_calls, ..FIRST }
}

/// Opens at the first failure, and closes if this many of the trials pass.
const fn on_trial(trials: u32, trials_to_close: u32) -> BreakerConfig {
    BreakerConfig { trials, trials_to_close, ..FIRST }
}

/// Opens at this share of calls, in per cent, that take longer than the threshold.
const fn slow(threshold: Duration, percent: u32) -> SlowRate {
    SlowRate { threshold, rate: Rate::percent(percent) }
}

/// Half-open at 5 s, without a trial so far; closes if this many of the trials pass.
fn half_open(trials: u32, trials_to_close: u32) -> Run {
    let mut run = given(on_trial(trials, trials_to_close));
    run.script("F => open until=5s");
    run.script("@5s +first first:N => half-open running=0");
    run
}

/// Does it for every number below `n`, each in a thread of its own where there are threads.
#[cfg(not(target_arch = "wasm32"))]
fn at_once(n: usize, act: impl Fn(usize) + Sync) {
    std::thread::scope(|scope| {
        for k in 0..n {
            let act = &act;
            scope.spawn(move || act(k));
        }
    });
}

#[cfg(target_arch = "wasm32")]
fn at_once(n: usize, act: impl Fn(usize) + Sync) {
    (0..n).for_each(act);
}

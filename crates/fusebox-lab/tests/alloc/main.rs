//! That a run on the screen holds no more memory after many minutes than after a few, and a log no more
//! after many lines.
#![cfg(not(target_arch = "wasm32"))]

mod logs;

use fusebox::time::Instant;
use fusebox_lab::action_log::ActionLog;
use fusebox_lab::presets;
use fusebox_lab::timeline::{Plan, Timeline};
use std::rc::Rc;

/// What a run that can be gone back in holds, in bytes, at the end of each of these minutes.
fn held(name: &str, minutes: &[u64]) -> Vec<i64> {
    let scenario = Rc::new((presets::find(name).expect("a preset").scenario)());
    let plan = Plan { scenario, seed: 42, actions: ActionLog::default() };
    let mut timeline = Timeline::new(plan).expect("it is valid");
    // What the timeline held before is not counted, which is little.
    let mut held = 0;
    let at_end = |&minute: &u64| {
        let end = Instant::from_secs(minute * 60);
        held +=
            allocation_counter::measure(|| while !timeline.advance(end, 1_000) {}).bytes_current;
        held
    };
    minutes.iter().map(at_end).collect()
}

#[test]
fn a_run_that_can_be_gone_back_in_holds_the_same_however_long_it_lasts() {
    const MIB: i64 = 1 << 20;
    for name in ["search-service", "dies-mid-query"] {
        let held = held(name, &[2, 5, 10, 20, 40]);
        assert!(held.iter().all(|&bytes| bytes < 12 * MIB), "{name}: {held:?}");
        // The checkpoints are from 12 to 24.
        let (early, late) = (held[1], held[4]);
        assert!(late < early + MIB, "{name}: {held:?}");
    }
}

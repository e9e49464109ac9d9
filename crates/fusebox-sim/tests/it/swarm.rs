//! A swarm of random scenarios, each of them under every check that there is.
//!
//! `FUSEBOX_SWARM=50000 cargo test -p fusebox-sim --test it swarm` runs that many instead of the
//! default number.

use crate::random::each_seed;
use crate::support::checker::Checker;
use crate::support::in_pieces;
use crate::support::random::sketch;
use crate::support::remains;
use fusebox::time::Duration;

/// How many scenarios a usual run has.
const USUAL: u64 = 4_000;

fn size() -> u64 {
    std::env::var("FUSEBOX_SWARM").map_or(USUAL, |size| size.parse().expect("a whole number"))
}

#[test]
fn every_random_scenario_keeps_every_rule() {
    each_seed(size(), |seed| {
        let sketch = sketch(seed);
        let mut checker = Checker::of(&sketch, seed);
        checker.run_until(sketch.ends_at + Duration::from_millis(200));
        if sketch.ends {
            checker.run_dry(&sketch);
        }
        let (world, applied) = (&checker.world, &checker.applied);
        let again = in_pieces(&sketch, seed, applied, world.now(), 2);
        assert!(remains(world) == again, "stepped and in pieces");
    });
}

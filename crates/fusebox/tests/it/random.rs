//! Random tests that can be replayed: a failure names its seed and the command that runs it alone.
//!
//! The seeds are the same in every run, so that a test does not fail for a reason that is not there.

#[cfg(not(target_arch = "wasm32"))]
pub(crate) use native::each_seed;

use proptest::strategy::Strategy;
use proptest::test_runner::{Config, RngSeed, TestCaseError, TestError, TestRunner};

/// Checks a property for this many random values; a failing value is shrunk to a small one.
pub(crate) fn property<S: Strategy, F>(cases: u32, values: &S, check: F)
where
    F: Fn(S::Value) -> Result<(), TestCaseError>,
{
    let seed = chosen_seed().unwrap_or(0);
    let mut runner = TestRunner::new(Config {
        cases,
        rng_seed: RngSeed::Fixed(seed),
        failure_persistence: None,
        ..Config::default()
    });
    let replay = replay::<F>(seed);
    match runner.run(values, check) {
        Ok(()) => {}
        Err(TestError::Fail(reason, value)) => {
            panic!(
                "{reason}\nfor {value:?}\nseed {seed} fails, and this replays it:\n    {replay}"
            );
        }
        Err(TestError::Abort(reason)) => panic!("{reason}\n    {replay}"),
    }
}

/// The seed in the variable `FUSEBOX_SEED`, which a browser does not have.
fn chosen_seed() -> Option<u64> {
    let seed = std::env::var("FUSEBOX_SEED").ok()?;
    Some(seed.parse().expect("FUSEBOX_SEED is a whole number"))
}

/// The command that runs the test in which the closure `F` stands with this seed alone.
fn replay<F>(seed: u64) -> String {
    let closure = std::any::type_name::<F>();
    let test = closure.split("::{{").next().unwrap_or(closure);
    let name = test.split_once("::").map_or(test, |(_, name)| name);
    let package = env!("CARGO_PKG_NAME");
    format!("FUSEBOX_SEED={seed} cargo test -p {package} --test it {name} -- --exact")
}

/// Checks something for this many seeds.
///
/// A browser has no variables, and a panic there cannot be caught: the native run tells the seed.
#[cfg(target_arch = "wasm32")]
pub(crate) fn each_seed(seeds: u64, check: impl Fn(u64)) {
    (0..seeds).for_each(check);
}

#[cfg(not(target_arch = "wasm32"))]
mod native {
    use super::{TestCaseError, chosen_seed, replay};
    use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

    /// Checks something for this many seeds, or for the one in the variable `FUSEBOX_SEED`.
    pub(crate) fn each_seed<F: Fn(u64)>(seeds: u64, check: F) {
        for seed in chosen_seed().map_or(0..seeds, |seed| seed..seed + 1) {
            if let Err(panic) = catch_unwind(AssertUnwindSafe(|| check(seed))) {
                eprintln!("seed {seed} fails, and this replays it:\n    {}", replay::<F>(seed));
                resume_unwind(panic);
            }
        }
    }

    #[test]
    fn a_property_fails_with_the_smallest_value_for_which_it_does() {
        let check = |n| match n {
            0..700 => Ok(()),
            _ => Err(TestCaseError::fail("too large")),
        };
        super::property(100, &(0..700_u32), check);
        let failing = || super::property(100, &(0..100_000_u32), check);
        let panic = catch_unwind(failing).unwrap_err();
        let message = panic.downcast_ref::<String>().unwrap();
        assert!(message.starts_with("too large\nfor 700\nseed 0 fails"), "{message}");
    }

    #[test]
    fn a_test_knows_the_command_that_replays_it() {
        fn of<F: Fn(u64)>(_: F) -> String {
            replay::<F>(7)
        }
        let test = "random::native::a_test_knows_the_command_that_replays_it";
        let package = env!("CARGO_PKG_NAME");
        let command = format!("FUSEBOX_SEED=7 cargo test -p {package} --test it {test} -- --exact");
        assert_eq!(of(|_| {}), command);
    }
}

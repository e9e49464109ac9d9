//! Replays a recorded log through a breaker.

use super::args::ReplayArgs;
use super::failure::Failure;
use super::input;
use super::output::write;
use fusebox::BreakerConfig;
use fusebox_lab::replay;
use fusebox_lab::settings::{self, Problem};
use std::io::Write;

/// The longest log that is read, in bytes.
const LOG_MAX: usize = 100_000_000;

pub(super) fn replay(args: &ReplayArgs, out: &mut dyn Write) -> Result<(), Failure> {
    let mut config = BreakerConfig::default();
    input::set_all(&args.set, |given| set_all(&mut config, &given))?;
    let text = input::read(&args.log, LOG_MAX, "100 MB")?;
    let calls = replay::parse(&text);
    let calls = calls.map_err(|error| Failure::input(format!("{}: {error}", args.log)))?;
    drop(text);
    if calls.is_empty() {
        let what =
            "has no calls, but must have one line per call, as in start_ms,duration_ms,outcome";
        return Err(Failure::input(format!("{} {what}", args.log)));
    }
    write(out, args.json, &replay::replay(&calls, config, args.seed)?)
}

/// Sets settings of the breaker; a key may begin with `breaker.`.
fn set_all(config: &mut BreakerConfig, given: &[(String, String)]) -> Vec<Problem> {
    let is_other = |key: &str| key.split_once('.').is_some_and(|(head, _)| head != "breaker");
    if let Some((key, _)) = given.iter().find(|(key, _)| is_other(key)) {
        let what = "cannot be set here; only breaker.* can, as in breaker.failures=10";
        return vec![Problem::new(format!("{key:?}"), what)];
    }
    settings::set_all(config, given)
}

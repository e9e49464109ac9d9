//! The delays of a backoff, retry by retry.

use super::args::BackoffArgs;
use super::failure::Failure;
use super::input::set_all;
use super::output::write;
use fusebox::RetryConfig;
use fusebox_lab::delays;
use fusebox_lab::settings;
use std::io::Write;

/// The number of attempts of a call, unless the arguments set it.
const ATTEMPTS: u32 = 6;

pub(super) fn backoff(args: &BackoffArgs, out: &mut dyn Write) -> Result<(), Failure> {
    let mut retry = RetryConfig { attempts: ATTEMPTS, ..RetryConfig::default() };
    set_all(&args.set, |given| settings::set_all(&mut retry, &given))?;
    let delays = delays::table(retry.backoff, retry.attempts, args.samples, args.seed);
    let path = |path: &str| match path {
        "delays.attempts" => "retry.attempts".to_string(),
        path => format!("retry.{path}"),
    };
    write(out, args.json, &delays.map_err(|error| error.map_paths(path))?)
}

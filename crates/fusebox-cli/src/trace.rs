//! Prints the events of a run while it is simulated.

use super::args::TraceArgs;
use super::failure::Failure;
use super::input;
use super::progress::Progress;
use fusebox::time::Instant;
use fusebox_lab::explain::event;
use fusebox_sim::{Dependency, Entry, What, World};
use std::collections::VecDeque;
use std::io::{IsTerminal, Write, stdout};

/// The largest number of events that are kept until they are written; only a single step can exceed it.
const AT_ONCE: usize = 100_000;

pub(super) fn trace(args: &TraceArgs, out: &mut dyn Write) -> Result<(), Failure> {
    let scenario = input::world(&args.world)?;
    let mut world = World::with_trace(&scenario, args.seed, AT_ONCE)?;
    let end = Instant::ZERO + scenario.duration;
    // The last events, if only those are requested; they are printed at the end.
    let mut kept = VecDeque::new();
    let on_terminal = stdout().is_terminal();
    let progress = progress(args, on_terminal, end);
    let (mut seen, mut second, mut calls) = (0, 0, 0);
    while world.next_at().is_some_and(|at| at <= end) {
        world.step();
        let new = world.trace().added() - seen;
        if new > AT_ONCE as u64 {
            writeln!(out, "{}: {} events are omitted here.", world.now(), new - AT_ONCE as u64)?;
        }
        for entry in world.trace().since(seen) {
            calls = entry.call.map_or(calls, |call| calls.max(call + 1));
            if is_wanted(entry, args) {
                match args.last {
                    Some(most) => {
                        kept.push_back(*entry);
                        kept.drain(..kept.len().saturating_sub(most as usize));
                    }
                    None => progress.around(|| {
                        writeln!(out, "{}", line(entry))?;
                        if on_terminal { out.flush() } else { Ok(()) }
                    })?,
                }
            }
        }
        seen += new;
        let now = whole_seconds(world.now());
        progress.add(now - second);
        second = now;
    }
    drop(progress);
    check_call(args, calls)?;
    kept.iter().try_for_each(|entry| Ok(writeln!(out, "{}", line(entry))?))
}

/// Checks that the run had the requested call.
fn check_call(args: &TraceArgs, calls: u64) -> Result<(), Failure> {
    let Some(call) = args.call.filter(|call| *call >= calls) else { return Ok(()) };
    let there_are = match calls {
        0 => "the run has no calls".to_string(),
        _ => format!("the run has calls 0 to {}", calls - 1),
    };
    let seed = args.seed;
    Err(Failure::input(format!("--call is {call}, but {there_are} (seed {seed})")))
}

/// No progress line is shown while every event is printed to a terminal.
fn progress(args: &TraceArgs, on_terminal: bool, end: Instant) -> Progress {
    let wants_all = args.call.is_none() && args.on.is_none() && args.last.is_none();
    if on_terminal && wants_all { Progress::hidden() } else { Progress::new(whole_seconds(end)) }
}

const fn whole_seconds(at: Instant) -> u64 {
    at.as_micros() / 1_000_000
}

fn is_wanted(entry: &Entry, args: &TraceArgs) -> bool {
    let is_call = args.call.is_none() || entry.call == args.call;
    is_call && args.on.is_none_or(|on| concerns(entry, on))
}

/// Whether the event happened at this dependency, or is a command to it.
fn concerns(entry: &Entry, to: Dependency) -> bool {
    let done = match entry.what {
        What::Done(on, _) => on.dependency(),
        _ => None,
    };
    entry.on.or(done) == Some(to)
}

/// The time, the dependency and the event in a sentence.
fn line(entry: &Entry) -> String {
    let on = entry.on.map_or("-", Dependency::name);
    format!("{:>9}  {on:<11}  {}", entry.at.to_string(), event(entry))
}

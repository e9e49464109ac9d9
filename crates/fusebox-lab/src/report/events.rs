//! State changes of breakers, and the verdict on recovery, in a report.

use super::millis;
use crate::record;
use crate::recovery::Recovery;
use fusebox::Transition;
use fusebox::time::Instant;
use fusebox_sim::Dependency;

record! {
    /// A state change of a breaker.
    pub struct Change(of: &Transition, on: Option<Dependency>) {
        at_ms: f64 = millis(of.at.since(Instant::ZERO)), "ms", "Time since the start of the run";
        on: Option<&'static str> = on.map(Dependency::name), "",
            "The dependency behind the breaker; null for a client's own breaker";
        from: String = of.from.to_string(), "", "The state before: closed, open or half-open";
        to: String = of.to.to_string(), "", "The state after";
        cause: String = of.cause.to_string(), "", "The reason, as a sentence";
    }
}

record! {
    /// Whether the world recovered after its faults: the [`Recovery`] with its numbers.
    #[derive(Copy)]
    pub struct RecoveryReport(verdict: &'static str, numbers: [Option<f64>; 4]) {
        verdict: &'static str = verdict, "",
            "Whether the service recovered after its faults; the verdicts are listed below";
        after_ms: Option<f64> = numbers[0], "ms", "Time from the last repair to recovery, or null";
        useful_share_before: Option<f64> = numbers[1], "0 to 1",
            "Share of useful answers before the first fault, or null";
        useful_share_after: Option<f64> = numbers[2], "0 to 1",
            "Share of useful answers in the last 10 s, or null";
        load_ratio: Option<f64> = numbers[3], "x",
            "Call rate in the last 10 s as a multiple of that before the fault, or null";
    }
}

impl From<Recovery> for RecoveryReport {
    fn from(recovery: Recovery) -> Self {
        let none = [None; 4];
        let shares = |before, after| [None, Some(before), Some(after), None];
        let (verdict, numbers) = match recovery {
            Recovery::NoFault => ("no_fault", none),
            Recovery::FaultActive => ("fault_active", none),
            Recovery::BeyondHistory => ("beyond_history", none),
            Recovery::NeverHealthy { before } => ("never_healthy", [None, before, None, None]),
            Recovery::Recovered { after } => ("recovered", [Some(millis(after)), None, None, None]),
            Recovery::TooEarly => ("too_early", none),
            Recovery::Metastable { before, after } => ("metastable", shares(before, after)),
            Recovery::Overloaded { load } => ("overloaded", [None, None, None, Some(load)]),
            Recovery::Unstable { before, after } => ("unstable", shares(before, after)),
            Recovery::Idle => ("idle", none),
        };
        Self::of(verdict, numbers)
    }
}

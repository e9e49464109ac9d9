//! Whether a world recovered after its faults, or stays down although no fault is left.
//!
//! A failure is metastable if it outlasts the fault that caused it, sustained by effects of the fault
//! such as retries (Bronson et al., "Metastable failures in distributed systems", 2021). The verdict
//! is about the share of useful answers among the calls that ended.

use crate::words::float;
use fusebox::time::{Duration, Instant};
use fusebox_sim::{SAMPLE_EVERY, Sample, World};

/// The time before the first fault from which the baseline is taken.
pub const BASELINE: Duration = Duration::from_secs(5);

/// A share of at least this part of the baseline is as good as before.
pub const AS_GOOD: f64 = 0.9;

/// The length of the rolling window of the share.
pub const ROLLING: Duration = Duration::from_secs(1);

/// A world that is as good as before for this long has recovered.
pub const STEADY: Duration = Duration::from_secs(5);

/// A world that has not recovered this long after the last repair may be metastable.
pub const PATIENCE: Duration = Duration::from_secs(30);

/// The last part of a run, which decides whether it is.
pub const LATELY: Duration = Duration::from_secs(10);

/// Clients that send up to this multiple of their former load send no more than before.
pub const AS_MUCH: f64 = 1.25;

/// A world with a smaller baseline was not healthy.
pub const HEALTHY: f64 = 0.5;

/// Whether a world recovered after its faults. Shares are from 0 to 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Recovery {
    /// No fault has happened.
    NoFault,
    /// A fault is still active.
    FaultActive,
    /// The first fault is older than the samples, of which a world keeps 10 minutes.
    BeyondHistory,
    /// In the [`BASELINE`] before the first fault no call ended, or the useful share was below
    /// [`HEALTHY`], so there is no healthy state to return to.
    NeverHealthy {
        /// That share; none if no call ended.
        before: Option<f64>,
    },
    /// The [`ROLLING`] share was [`AS_GOOD`] as the baseline or better for [`STEADY`] without a
    /// break, at some time after the last repair.
    Recovered {
        /// The time from the last repair to the beginning of the first such stretch.
        after: Duration,
    },
    /// Not recovered, and [`PATIENCE`] has not passed since the last repair.
    TooEarly,
    /// Not recovered within [`PATIENCE`], and the share [`LATELY`] is worse than [`AS_GOOD`] as the
    /// baseline, although clients send at most [`AS_MUCH`] as before the first fault.
    Metastable {
        /// The baseline.
        before: f64,
        /// The share at the end; 0 if calls are in flight and none of them ends.
        after: f64,
    },
    /// Like metastable, but clients send more than before, which may be the only reason.
    Overloaded {
        /// The load as a multiple of that before the first fault.
        load: f64,
    },
    /// Not recovered within [`PATIENCE`], because it was never steady for long enough, although the
    /// share [`LATELY`] is [`AS_GOOD`] as the baseline.
    Unstable {
        /// The baseline.
        before: f64,
        /// The share at the end.
        after: f64,
    },
    /// Not recovered within [`PATIENCE`]; [`LATELY`] no call ended, and none is in flight.
    Idle,
}

/// Whether a world has recovered after its faults by now.
///
/// An answer counts as useful however late it comes, as long as the client waits for it.
#[must_use]
pub fn judge(world: &World) -> Recovery {
    let Some(fault_at) = world.first_fault_at() else { return Recovery::NoFault };
    let Some(healed_at) = world.faults_ended_at() else { return Recovery::FaultActive };
    let samples: Vec<&Sample> = world.measures().samples().iter().collect();
    let oldest = samples.first().map_or(Instant::ZERO, |sample| sample.at);
    if oldest > fault_at && oldest > Instant::ZERO + SAMPLE_EVERY {
        return Recovery::BeyondHistory;
    }
    let before = Sum::of(&samples, fault_at - BASELINE, fault_at);
    let healthy = |&share: &f64| share >= HEALTHY && before.calls > 0;
    let Some(baseline) = before.share().filter(healthy) else {
        return Recovery::NeverHealthy { before: before.share() };
    };
    if let Some(since) = steady_since(&samples, healed_at, AS_GOOD * baseline) {
        return Recovery::Recovered { after: since.since(healed_at) };
    }
    if world.now().since(healed_at) < PATIENCE {
        return Recovery::TooEarly;
    }
    let lately = Sum::of(&samples, world.now() - LATELY, world.now());
    judge_end(before, baseline, lately, world.calls_in_flight())
}

/// The verdict on a world that has not recovered.
fn judge_end(before: Sum, baseline: f64, lately: Sum, under_way: u64) -> Recovery {
    let load = lately.calls_per_sample() / before.calls_per_sample();
    let after = match lately.share() {
        None if under_way == 0 => return Recovery::Idle,
        share => share.unwrap_or(0.0),
    };
    if after >= AS_GOOD * baseline {
        Recovery::Unstable { before: baseline, after }
    } else if load > AS_MUCH {
        Recovery::Overloaded { load }
    } else {
        Recovery::Metastable { before: baseline, after }
    }
}

/// The beginning of the first stretch of [`STEADY`] in which every [`ROLLING`] share is good
/// enough.
///
/// A second in which calls were sent and none ended counts as a second of errors. A second without
/// any calls counts as neither, and a stretch of only such seconds does not count.
fn steady_since(samples: &[&Sample], healed_at: Instant, enough: f64) -> Option<Instant> {
    let mut stretch: Option<(Instant, bool)> = None;
    for (n, sample) in samples.iter().enumerate() {
        let begins = sample.at - ROLLING;
        if begins < healed_at {
            continue;
        }
        let sum = Sum::of(&samples[..=n], begins, sample.at);
        let share = sum.share().or((sum.calls > 0).then_some(0.0));
        if share.is_some_and(|share| share < enough) {
            stretch = None;
            continue;
        }
        let (since, some) = stretch.get_or_insert((begins, false));
        *some |= share.is_some();
        if *some && sample.at.since(*since) >= STEADY {
            return Some(*since);
        }
    }
    None
}

/// The sum of some samples.
#[derive(Clone, Copy, Debug, Default)]
struct Sum {
    samples: u32,
    calls: u64,
    useful: u64,
    ended: u64,
}

impl Sum {
    /// The sum of the samples after one moment and up to another; the samples are in order of time.
    fn of(samples: &[&Sample], after: Instant, until: Instant) -> Self {
        let mut sum = Self::default();
        let late = samples.iter().rev().skip_while(|sample| sample.at > until);
        for sample in late.take_while(|sample| sample.at > after) {
            sum.samples += 1;
            sum.calls += u64::from(sample.calls);
            sum.useful += u64::from(sample.useful);
            sum.ended += u64::from(sample.useful) + u64::from(sample.errors);
        }
        sum
    }

    /// The useful share of ended calls; none if no call ended.
    fn share(self) -> Option<f64> {
        (self.ended > 0).then(|| float(self.useful) / float(self.ended))
    }

    fn calls_per_sample(self) -> f64 {
        float(self.calls) / f64::from(self.samples)
    }
}

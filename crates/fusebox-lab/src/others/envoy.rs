//! The outlier detection of Envoy (API v3), for one host of a cluster that has enough others.
//!
//! It ejects a host after consecutive 5xx answers, or after an interval in which too large a share of
//! the answers failed. There is no trial: a timer returns the host to the rotation, at the first end of
//! an interval at which it has been ejected for long enough. The intervals are counted from the begin
//! of the tape. A rejected call goes to another host.

use super::Basis;
use super::model::{Admitted, Fate, Model, Pass};
use super::setup::{Setup, is_reached, lacks};
use crate::tape::Reply;
use fusebox::time::{Duration, Instant};
use fusebox::{BreakerConfig, Growth, Rate, StateName, Window};

struct Envoy {
    /// None if it is not enforced.
    consecutive_5xx: Option<u32>,
    /// The threshold and the request volume; none if it is not enforced.
    failure_percentage: Option<(Rate, u32)>,
    interval: Duration,
    base_ejection_time: Duration,
    max_ejection_time: Duration,
    is_ejected: bool,
    ejected_at: Instant,
    /// By how much the ejection time is multiplied.
    backoff: u64,
    consecutive: u32,
    /// Failures and all answers since the begin of the interval.
    answers: (u32, u32),
    ticks: u64,
}

pub(super) fn model(config: &BreakerConfig, basis: Basis) -> (Box<dyn Model>, Setup) {
    let mut setup = Setup::default();
    let mut model = Envoy {
        consecutive_5xx: Some(5),
        failure_percentage: None,
        interval: Duration::from_secs(10),
        base_ejection_time: Duration::from_secs(30),
        max_ejection_time: Duration::from_secs(300),
        is_ejected: false,
        ejected_at: Instant::ZERO,
        backoff: 0,
        consecutive: 0,
        answers: (0, 0),
        ticks: 0,
    };
    if basis == Basis::Nearest {
        setup.lacks = lacks(config, false);
        model.consecutive_5xx = config.failures;
        model.failure_percentage = config.failure_rate.map(|rate| (rate, config.min_calls));
        if config.failures.is_some() && config.window != Window::Consecutive {
            setup.lacks.push("failures that are not in a row");
        }
        if let (Window::Time(length), Some(_)) = (config.window, config.failure_rate) {
            model.interval = length.max(Duration::MILLISECOND);
        } else if matches!(config.window, Window::Count(_)) {
            setup.lacks.push("a window by count");
        }
        model.base_ejection_time = config.cooldown.base;
        model.max_ejection_time = match config.cooldown.growth {
            Growth::Constant => config.cooldown.base,
            _ => config.cooldown.cap,
        };
        setup.lacks.push("trials");
    }
    let off = || "not enforced".to_owned();
    setup.settings = vec![
        ("consecutive_5xx", model.consecutive_5xx.map_or_else(off, |most| most.to_string())),
        (
            "failure_percentage_threshold",
            model.failure_percentage.map_or_else(off, |(rate, _)| rate.to_string()),
        ),
        ("interval", model.interval.to_string()),
        ("base_ejection_time", model.base_ejection_time.to_string()),
        ("max_ejection_time", model.max_ejection_time.to_string()),
    ];
    if let Some((_, volume)) = model.failure_percentage {
        setup.settings.insert(2, ("failure_percentage_request_volume", volume.to_string()));
    }
    (Box::new(model), setup)
}

impl Envoy {
    fn eject(&mut self, now: Instant) {
        self.is_ejected = true;
        self.ejected_at = now;
        let most = self.max_ejection_time.saturating_add(self.base_ejection_time);
        if self.base_ejection_time.saturating_mul(self.backoff) < most {
            self.backoff += 1;
        }
        self.consecutive = 0;
    }

    fn ejection_time(&self) -> Duration {
        self.base_ejection_time.saturating_mul(self.backoff).min(self.max_ejection_time)
    }

    /// When the next interval ends.
    fn tick_at(&self) -> Instant {
        Instant::ZERO + self.interval.saturating_mul(self.ticks + 1)
    }

    /// The end of an interval; returns what it changed.
    fn tick(&mut self, now: Instant) -> Option<String> {
        let (failures, all) = std::mem::take(&mut self.answers);
        if self.is_ejected {
            let time = self.ejection_time();
            if now.since(self.ejected_at) < time {
                return None;
            }
            self.is_ejected = false;
            self.consecutive = 0;
            return Some(format!(
                "A timer every {} returns it once {time} are over; no call is a trial.",
                self.interval
            ));
        }
        self.backoff = self.backoff.saturating_sub(1);
        let (rate, volume) = self.failure_percentage?;
        if all == 0 || all < volume || !is_reached(rate, failures, all) {
            return None;
        }
        self.eject(now);
        Some(format!("{failures} of {all} answers of the interval failed: {rate} ejects it."))
    }
}

impl Model for Envoy {
    fn try_acquire(&mut self, now: Instant) -> Result<Admitted, String> {
        if self.is_ejected {
            return Err("Ejected: another host gets the call.".to_owned());
        }
        let pass = Pass { began: now, generation: 0, permit: None };
        Ok(Admitted { pass, why: String::new() })
    }

    fn report(&mut self, now: Instant, _: Pass, reply: Reply) -> (Fate, String) {
        if reply == Reply::Ignored {
            let why = "A cancelled request is no answer, so it counts neither way.";
            return (Fate::Neutral, why.to_owned());
        }
        let failed = reply == Reply::Failure;
        self.answers.0 += u32::from(failed);
        self.answers.1 += 1;
        if !failed {
            let before = std::mem::take(&mut self.consecutive);
            let why = match (before, self.consecutive_5xx) {
                (1.., Some(_)) => format!("A success: the row of {before} begins anew."),
                _ => "It is in rotation.".to_owned(),
            };
            return (Fate::Counted, why);
        }
        if self.is_ejected {
            return (Fate::Neutral, "It is ejected already.".to_owned());
        }
        self.consecutive += 1;
        let row = self.consecutive;
        let why = match self.consecutive_5xx {
            Some(most) if row >= most => {
                self.eject(now);
                format!("{row} in a row reached consecutive_5xx {most}.")
            }
            Some(most) => format!("{row} in a row; consecutive_5xx is {most}."),
            None => {
                let (failures, all) = self.answers;
                format!(
                    "{failures} of {all} answers of the interval failed; it is compared at its end, {}.",
                    self.tick_at()
                )
            }
        };
        (Fate::Counted, why)
    }

    fn state(&self) -> StateName {
        if self.is_ejected { StateName::Open } else { StateName::Closed }
    }

    fn timer(&mut self, until: Instant) -> Option<(Instant, String)> {
        // Intervals that change nothing are skipped, since a tape may wait for days.
        let skip_to = if self.is_ejected {
            (self.ejected_at + self.ejection_time()).min(until)
        } else if (self.backoff, self.answers) == (0, (0, 0)) {
            until
        } else {
            Instant::ZERO
        };
        self.ticks =
            self.ticks.max((skip_to.as_micros() / self.interval.as_micros()).saturating_sub(1));
        while self.tick_at() <= until {
            let now = self.tick_at();
            let what = self.tick(now);
            self.ticks += 1;
            if let Some(what) = what {
                return Some((now, what));
            }
        }
        None
    }
}

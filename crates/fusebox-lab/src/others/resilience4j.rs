//! resilience4j 2.4 for Java: rates of failures and of slow calls over a window by count or by whole
//! seconds, compared after each call.
//!
//! Half-open, the same rates decide over the permitted calls, but already once the minimum of calls has
//! ended. Nothing ties a result to the state in which its call began, and an ignored error gives a
//! permission back even if it never took one.

use super::Basis;
use super::model::{Admitted, Fate, Model, Pass};
use super::setup::{NearestRate, Setup, is_reached, lacks};
use crate::tape::Reply;
use crate::words::{plural, share};
use fusebox::rng::Rng;
use fusebox::time::{Duration, Instant};
use fusebox::{
    Backoff, BackoffConfig, BreakerConfig, ConfigError, Delays, HalfOpenEnd, HalfOpenTimeout, Rate,
    SlowRate, StateName, Window, WindowEntry,
};
use std::collections::VecDeque;

#[derive(Clone, Copy)]
enum SlidingWindow {
    Count(usize),
    Seconds(u64),
}

struct Settings {
    window: SlidingWindow,
    minimum_number_of_calls: u32,
    failure_rate_threshold: Rate,
    slow: SlowRate,
    wait_duration_in_open_state: BackoffConfig,
    permitted: u32,
    max_wait_duration_in_half_open_state: Option<HalfOpenTimeout>,
    /// Whether it is told to ignore the ignored errors.
    ignores: bool,
}

struct Resilience4j {
    settings: Settings,
    wait: Backoff,
    delays: Delays,
    rng: Rng,
    state: StateName,
    generation: u64,
    since: Instant,
    open_until: Instant,
    /// Permissions left while half-open.
    permissions: u32,
    /// The ended calls of the window, each with the second in which it ended.
    calls: VecDeque<(u64, WindowEntry)>,
}

const DEFAULTS: Settings = Settings {
    window: SlidingWindow::Count(100),
    minimum_number_of_calls: 100,
    failure_rate_threshold: Rate::percent(50),
    slow: SlowRate { threshold: Duration::from_secs(60), rate: Rate::percent(100) },
    wait_duration_in_open_state: BackoffConfig::constant(Duration::from_secs(60)),
    permitted: 10,
    max_wait_duration_in_half_open_state: None,
    ignores: false,
};

pub(super) fn model(
    config: &BreakerConfig,
    basis: Basis,
) -> Result<(Box<dyn Model>, Setup), ConfigError> {
    let mut setup = Setup::default();
    let settings = match basis {
        Basis::Nearest => Settings::nearest(config, &mut setup.lacks),
        Basis::Defaults => DEFAULTS,
    };
    let (kind, size) = match settings.window {
        SlidingWindow::Count(calls) => ("COUNT_BASED", calls.to_string()),
        SlidingWindow::Seconds(seconds) => ("TIME_BASED", seconds.to_string()),
    };
    setup.settings = vec![
        ("slidingWindowType", kind.to_owned()),
        ("slidingWindowSize", size),
        ("minimumNumberOfCalls", settings.minimum_number_of_calls.to_string()),
        ("failureRateThreshold", settings.failure_rate_threshold.to_string()),
        ("slowCallRateThreshold", settings.slow.rate.to_string()),
        ("slowCallDurationThreshold", settings.slow.threshold.to_string()),
        ("waitDurationInOpenState", settings.wait_duration_in_open_state.base.to_string()),
        ("permittedNumberOfCallsInHalfOpenState", settings.permitted.to_string()),
        (
            "maxWaitDurationInHalfOpenState",
            settings
                .max_wait_duration_in_half_open_state
                .map_or_else(|| "0".to_owned(), |limit| limit.after.to_string()),
        ),
    ];
    let model = Resilience4j {
        wait: Backoff::new(settings.wait_duration_in_open_state)?,
        settings,
        delays: Delays::default(),
        rng: Rng::from_seed(super::ours::SEED),
        state: StateName::Closed,
        generation: 0,
        since: Instant::ZERO,
        open_until: Instant::ZERO,
        permissions: 0,
        calls: VecDeque::new(),
    };
    Ok((Box::new(model), setup))
}

impl Settings {
    fn nearest(config: &BreakerConfig, told: &mut Vec<&'static str>) -> Self {
        *told = lacks(config, true);
        let NearestRate { rate, min_calls } = NearestRate::of(config, told);
        if config.trials > 1 {
            told.push("a number of trials that must pass: the rate decides");
        }
        Self {
            window: match config.window {
                Window::Time(length) => {
                    SlidingWindow::Seconds(length.as_micros().div_ceil(1_000_000).max(1))
                }
                Window::Count(calls) => SlidingWindow::Count(calls as usize),
                Window::Consecutive => SlidingWindow::Count(min_calls as usize),
            },
            minimum_number_of_calls: min_calls,
            failure_rate_threshold: rate,
            slow: config.slow_rate.unwrap_or(DEFAULTS.slow),
            wait_duration_in_open_state: config.cooldown,
            permitted: config.trials,
            max_wait_duration_in_half_open_state: config.half_open_timeout,
            ignores: true,
        }
    }
}

impl Resilience4j {
    fn enter(&mut self, now: Instant, state: StateName) {
        self.generation += 1;
        self.state = state;
        self.since = now;
        self.calls.clear();
        match state {
            StateName::Open => {
                self.open_until = now + self.wait.next(&mut self.delays, &mut self.rng);
            }
            StateName::HalfOpen => self.permissions = self.settings.permitted,
            StateName::Closed => self.delays = Delays::default(),
        }
    }

    /// Failures, slow calls and all calls, with this one.
    fn record(&mut self, now: Instant, entry: WindowEntry) -> (u32, u32, u32) {
        let second = now.as_micros() / 1_000_000;
        self.calls.push_back((second, entry));
        let window = match self.state {
            StateName::HalfOpen => SlidingWindow::Count(self.settings.permitted as usize),
            _ => self.settings.window,
        };
        match window {
            SlidingWindow::Count(calls) => {
                let over = self.calls.len().saturating_sub(calls);
                self.calls.drain(..over);
            }
            SlidingWindow::Seconds(seconds) => self.calls.retain(|(at, _)| at + seconds > second),
        }
        let add = |(failures, slow, calls): (u32, u32, u32), (_, entry): &(u64, WindowEntry)| {
            (failures + u32::from(entry.failed), slow + u32::from(entry.slow), calls + 1)
        };
        self.calls.iter().fold((0, 0, 0), add)
    }

    /// Compares the rates after a call; returns the reason as a sentence.
    fn decide(&mut self, now: Instant, entry: WindowEntry) -> String {
        let (failures, slow, calls) = self.record(now, entry);
        if self.state == StateName::Open {
            return "Open: a late result changes nothing.".to_owned();
        }
        let is_half_open = self.state == StateName::HalfOpen;
        let Settings { failure_rate_threshold: most, slow: slow_rate, permitted, .. } =
            self.settings;
        let least = match (is_half_open, self.settings.window) {
            (true, _) => self.settings.minimum_number_of_calls.min(permitted),
            (false, SlidingWindow::Count(size)) => {
                let size = u32::try_from(size).unwrap_or(u32::MAX);
                self.settings.minimum_number_of_calls.min(size)
            }
            (false, SlidingWindow::Seconds(_)) => self.settings.minimum_number_of_calls,
        };
        if calls < least {
            let calls = plural(calls.into(), "call", "calls");
            return format!("{calls} of {least} before a rate counts.");
        }
        let percent = |part: u32| share(part.into(), calls.into());
        let of = plural(calls.into(), "call", "calls");
        let (why, next) = if is_reached(most, failures, calls) {
            let why = format!("{} of {of} failed; the threshold is {most}.", percent(failures));
            (why, Some(StateName::Open))
        } else if is_reached(slow_rate.rate, slow, calls) {
            let why = format!(
                "{} of {of} were slow; the threshold is {}.",
                percent(slow),
                slow_rate.rate
            );
            (why, Some(StateName::Open))
        } else {
            let why =
                format!("{} of {of} failed, below the threshold of {most}.", percent(failures));
            (why, is_half_open.then_some(StateName::Closed))
        };
        if let Some(next) = next {
            self.enter(now, next);
        }
        why
    }

    fn ignore(&mut self, is_late: bool) -> String {
        if self.state != StateName::HalfOpen {
            return "Ignored: it counts neither way.".to_owned();
        }
        self.permissions += 1;
        if is_late {
            format!(
                "Ignored, and gives back a permission that it never took: {} may now pass.",
                plural(self.permissions.into(), "call", "calls")
            )
        } else {
            "Ignored: its permission is given back.".to_owned()
        }
    }
}

impl Model for Resilience4j {
    fn try_acquire(&mut self, now: Instant) -> Result<Admitted, String> {
        let mut why = String::new();
        match self.state {
            StateName::Closed => {}
            StateName::Open if now == self.open_until => {
                return Err("Still open: the wait must be exceeded, not only reached.".to_owned());
            }
            StateName::Open if now < self.open_until => {
                return Err(format!("Open for another {}.", self.open_until.since(now)));
            }
            StateName::Open => {
                self.enter(now, StateName::HalfOpen);
                self.permissions -= 1;
                "The wait is over: half-open.".clone_into(&mut why);
            }
            StateName::HalfOpen if self.permissions == 0 => {
                let permitted = plural(self.settings.permitted.into(), "call is", "calls are");
                return Err(format!("Half-open, and the {permitted} taken."));
            }
            StateName::HalfOpen => self.permissions -= 1,
        }
        Ok(Admitted { pass: Pass { began: now, generation: self.generation, permit: None }, why })
    }

    fn report(&mut self, now: Instant, pass: Pass, reply: Reply) -> (Fate, String) {
        let is_late = pass.generation != self.generation;
        if reply == Reply::Ignored && self.settings.ignores {
            return (Fate::Neutral, self.ignore(is_late));
        }
        let fate = if self.state == StateName::Open { Fate::Neutral } else { Fate::Counted };
        let counts_late = is_late && self.state == StateName::HalfOpen;
        let failed = matches!(reply, Reply::Failure | Reply::Ignored);
        let slow = now.since(pass.began) > self.settings.slow.threshold;
        let why = self.decide(now, WindowEntry { failed, slow });
        let about = match (counts_late, reply) {
            (true, _) => "A late result counts as a permitted call. ",
            (_, Reply::Ignored) => "Every exception is recorded. ",
            _ => "",
        };
        (fate, format!("{about}{why}"))
    }

    fn state(&self) -> StateName {
        self.state
    }

    fn timer(&mut self, until: Instant) -> Option<(Instant, String)> {
        let HalfOpenTimeout { after, then } = self.settings.max_wait_duration_in_half_open_state?;
        let due = self.since + after;
        if self.state != StateName::HalfOpen || due > until {
            return None;
        }
        let next = match then {
            HalfOpenEnd::Open => StateName::Open,
            HalfOpenEnd::Close => StateName::Closed,
        };
        self.enter(due, next);
        Some((due, format!("maxWaitDurationInHalfOpenState {after} is over: {next}.")))
    }
}

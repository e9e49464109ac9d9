//! Scripts: actions on a breaker and what must hold after them, as text.
//!
//! A line is `when => then`: words for actions, one after the other, and words for what must hold after
//! them. The clock begins at 0 s and stands still unless a word moves it.
//!
//! | when | |
//! |---|---|
//! | `@1.5s` | sets the clock, which may step back |
//! | `S` `F` `N` `503` | a call, from permit to report: success, failure, neutral, this status |
//! | `503~7s` | a call with this status, and with `Retry-After: 7` |
//! | `S/4s` | a call that takes this long |
//! | `X` | a call that is rejected |
//! | `+a` | a call named `a` begins |
//! | `a:S` | the oldest call named `a` ends like this |
//! | `-a` | the oldest call named `a` is lost: its permit is dropped |
//! | `F*5` `+a*5` `a:F*5` | the word this many times |
//! | `reset` `open-for=2h` | by hand |
//! | `enforce` `observe` `disable` `force-open` | the mode is set |
//!
//! | then | |
//! |---|---|
//! | `closed` `open` `half-open` | the state |
//! | `until=5s` | when the cooldown is over |
//! | `running=` `passed=` `failed=` | the trials |
//! | `calls=` `successes=` `failures=` `slow=` | what the window holds |
//! | `rejected=` `stale=` `observed=` `transitions=` | their number since the start |
//! | `retry-after=2s` | the wait in the newest rejection |

use fusebox::time::{Duration, Instant};
use fusebox::{BreakerConfig, CircuitBreaker, Failure, Mode, Outcome, Permit, Rejection, State};
use std::collections::{BTreeMap, VecDeque};

/// A breaker, a clock, and the calls in flight.
pub(super) struct Run {
    pub(super) breaker: CircuitBreaker,
    pub(super) now: Instant,
    calls: BTreeMap<String, VecDeque<Permit>>,
    rejection: Option<Rejection>,
}

/// A breaker with these settings at 0 s.
#[track_caller]
pub(super) fn given(config: BreakerConfig) -> Run {
    resumed(CircuitBreaker::new(config, 1).expect("settings as they may be"), Instant::ZERO)
}

/// This breaker at this moment.
pub(super) fn resumed(breaker: CircuitBreaker, now: Instant) -> Run {
    Run { breaker, now, calls: BTreeMap::new(), rejection: None }
}

impl Run {
    /// Does what the lines say, and fails at the first that does not hold.
    #[track_caller]
    pub(super) fn script(&mut self, lines: &str) {
        for line in lines.lines().map(str::trim).filter(|line| !line.is_empty()) {
            let (when, then) = line.split_once("=>").unwrap_or((line, ""));
            for word in when.split_whitespace() {
                if let Err(problem) = self.act(word) {
                    panic!("`{word}` in `{line}`: {problem}; {:#?}", self.breaker);
                }
            }
            for word in then.split_whitespace() {
                let (key, value) = word.split_once('=').unwrap_or(("", word));
                let found = self.look(key);
                assert_eq!(found, value, "{key} in `{line}` (left: is, right: should be)");
            }
        }
    }

    fn act(&mut self, word: &str) -> Result<(), String> {
        if let Some(moment) = word.strip_prefix('@') {
            self.now = Instant::ZERO + length(moment);
            return Ok(());
        }
        let (what, times) = word.split_once('*').unwrap_or((word, "1"));
        let times = times.parse::<u32>().expect("a number of times");
        (0..times).try_for_each(|_| self.act_once(what))
    }

    fn act_once(&mut self, what: &str) -> Result<(), String> {
        let mode = match what {
            "X" => return self.is_rejected(),
            "reset" => {
                self.breaker.reset(self.now);
                return Ok(());
            }
            "enforce" => Some(Mode::Enforce),
            "observe" => Some(Mode::Shadow),
            "disable" => Some(Mode::Disable),
            "force-open" => Some(Mode::ForceOpen),
            _ => None,
        };
        if let Some(mode) = mode {
            self.breaker.set_mode(self.now, mode);
        } else if let Some(cooldown) = what.strip_prefix("open-for=") {
            self.breaker.open_for(self.now, length(cooldown));
        } else if let Some(name) = what.strip_prefix('+') {
            let permit = self.acquire()?;
            self.calls.entry(name.to_string()).or_default().push_back(permit);
        } else if let Some(name) = what.strip_prefix('-') {
            drop(self.oldest(name)?);
        } else if let Some((name, how)) = what.split_once(':') {
            let permit = self.oldest(name)?;
            self.breaker.report(self.now, permit, outcome(how));
        } else {
            let (how, takes) = what.split_once('/').unwrap_or((what, "0s"));
            let permit = self.acquire()?;
            self.now += length(takes);
            self.breaker.report(self.now, permit, outcome(how));
        }
        Ok(())
    }

    fn acquire(&mut self) -> Result<Permit, String> {
        self.breaker.try_acquire(self.now).map_err(|rejection| rejection.to_string())
    }

    fn is_rejected(&mut self) -> Result<(), String> {
        match self.breaker.try_acquire(self.now) {
            Ok(_) => Err("the call got through".to_string()),
            Err(rejection) => {
                self.rejection = Some(rejection);
                Ok(())
            }
        }
    }

    fn oldest(&mut self, name: &str) -> Result<Permit, String> {
        let of_name = self.calls.get_mut(name).and_then(VecDeque::pop_front);
        of_name.ok_or_else(|| format!("no call {name} is under way"))
    }

    /// What there is to see under this word, the state under none.
    fn look(&self, key: &str) -> String {
        let state = self.breaker.state();
        let window = self.breaker.window(self.now);
        let trials = |select: fn([u32; 3]) -> u32| match state {
            State::HalfOpen { running, passed, failed } => {
                select([running, passed, failed]).to_string()
            }
            state => state.name().to_string(),
        };
        match key {
            "" => state.name().to_string(),
            "until" => match state {
                State::Open { until } => short(until.since(Instant::ZERO)),
                state => state.name().to_string(),
            },
            "running" => trials(|[running, _, _]| running),
            "passed" => trials(|[_, passed, _]| passed),
            "failed" => trials(|[_, _, failed]| failed),
            "calls" => window.calls().to_string(),
            "successes" => window.successes.to_string(),
            "failures" => window.failures.to_string(),
            "slow" => window.slow.to_string(),
            "rejected" => self.breaker.rejections().to_string(),
            "stale" => self.breaker.stale_reports().to_string(),
            "observed" => self.breaker.shadow_trips().to_string(),
            "transitions" => self.breaker.generation().to_string(),
            "retry-after" => match self.rejection.and_then(Rejection::retry_after) {
                Some(wait) => short(wait),
                None => "none".to_string(),
            },
            _ => panic!("a script does not know the word {key}"),
        }
    }
}

fn outcome(word: &str) -> Outcome {
    let (word, retry_after) = match word.split_once('~') {
        Some((word, asked)) => (word, Some(length(asked))),
        None => (word, None),
    };
    match word {
        "S" => Outcome::Success,
        "F" => Outcome::Failure(Failure::Timeout),
        "N" => Outcome::Neutral,
        code => {
            let code = code.parse().unwrap_or_else(|_| panic!("{code} is no outcome"));
            Outcome::Failure(Failure::answer(code, retry_after))
        }
    }
}

/// The units of a script in microseconds; the first that matches the end of a word counts.
const UNITS: [(&str, u64); 5] =
    [("us", 1), ("ms", 1_000), ("min", 60_000_000), ("s", 1_000_000), ("h", 3_600_000_000)];

/// A length such as `29.999s`, exactly.
fn length(text: &str) -> Duration {
    let with_unit =
        UNITS.iter().find_map(|&(unit, micros)| Some((text.strip_suffix(unit)?, micros)));
    let (number, unit) = with_unit.unwrap_or_else(|| panic!("{text} is no length of time"));
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    let scale = 10_u64.pow(u32::try_from(fraction.len()).unwrap());
    let digits: u64 = format!("{whole}{fraction}").parse().expect("a number before the unit");
    assert_eq!(digits * unit % scale, 0, "{text} is finer than a microsecond");
    Duration::from_micros(digits * unit / scale)
}

/// The length in seconds, as a script writes it.
fn short(length: Duration) -> String {
    let (whole, micros) = (length.as_micros() / 1_000_000, length.as_micros() % 1_000_000);
    let text = format!("{whole}.{micros:06}");
    format!("{}s", text.trim_end_matches('0').trim_end_matches('.'))
}

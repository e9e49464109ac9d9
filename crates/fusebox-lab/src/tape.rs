//! A tape: what a dependency answers to one call after the other, as a text that a person can edit.
//!
//! Each letter is one step, in capitals or not:
//!
//! | step | meaning |
//! |---|---|
//! | `S` | a call comes, and succeeds at once |
//! | `F` | a call comes, and fails at once |
//! | `W` | a call comes, and succeeds after 2 s |
//! | `I` | a call comes, and ends at once with an ignored error, such as a cancelled call |
//! | `H` | a call comes, and gets no answer yet |
//! | `L` | the call that has waited longest for its answer succeeds now |
//! | `X` | the call that has waited longest for its answer fails now |
//! | `.` | 1 s passes |
//! | `.10s.` | this time passes: a whole number of `ms`, `s`, `min` or `h` |
//!
//! A call or an answer comes one interval after the step before it, but at once after a step in which
//! time passes. So in `FF.10s.S`, with an interval of 1 s, the calls come at 1 s, 2 s and 12 s.
//!
//! ```
//! use fusebox_lab::tape::Tape;
//!
//! let tape: Tape = "ssfff .s10. s".parse()?;
//! assert_eq!(tape.to_string(), "SSFFF.10s.S");
//!
//! let error = "SSQ".parse::<Tape>().unwrap_err();
//! assert_eq!(error.to_string(), "character 3, \"Q\", is no step");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use crate::settings::{parse_time, time_text};
use crate::words::count;
use fusebox::Rate;
use fusebox::rng::Rng;
use fusebox::time::{Duration, Instant};
use std::fmt;
use std::str::FromStr;

/// The steps of a tape, at most [`Tape::MAX`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tape(Vec<Step>);

/// One step of a tape.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// A call comes, and ends before the next step.
    Call(Reply),
    /// A call comes, and gets no answer yet.
    Hang,
    /// The call that has waited longest for its answer gets it.
    Late(Reply),
    /// Time passes.
    Wait(Duration),
}

/// What the dependency answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reply {
    /// A success.
    Success,
    /// A failure.
    Failure,
    /// A success after [`SLOW`].
    Slow,
    /// An error that says nothing about the dependency.
    Ignored,
}

/// A step at its time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timed {
    /// The step.
    pub step: Step,
    /// When it begins.
    pub began: Instant,
    /// When it ends: later only for a slow answer, and where time passes.
    pub ended: Instant,
}

/// Why a text is no tape.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TapeError {
    /// The character that is wrong, counted from 1.
    pub position: usize,
    what: String,
}

/// How long a slow answer takes.
pub const SLOW: Duration = Duration::from_secs(2);

/// A wait without a length.
const WAIT: Duration = Duration::from_secs(1);

/// The letters of the steps that have one.
const LETTERS: [(char, Step); 7] = [
    ('S', Step::Call(Reply::Success)),
    ('F', Step::Call(Reply::Failure)),
    ('W', Step::Call(Reply::Slow)),
    ('I', Step::Call(Reply::Ignored)),
    ('H', Step::Hang),
    ('L', Step::Late(Reply::Success)),
    ('X', Step::Late(Reply::Failure)),
];

impl Tape {
    /// The most steps of a tape.
    pub const MAX: usize = 300;

    /// The longest wait in one step.
    pub const WAIT_MAX: Duration = Duration::DAY;

    /// The steps.
    #[must_use]
    pub fn steps(&self) -> &[Step] {
        &self.0
    }

    /// The first steps.
    #[must_use]
    pub fn first(&self, steps: usize) -> Self {
        Self(self.0.iter().take(steps).copied().collect())
    }

    /// The tape with one more step at its end.
    ///
    /// # Errors
    /// When it is full, or no call waits for the answer.
    pub fn and(&self, step: Step) -> Result<Self, TapeError> {
        let mut tape = self.clone();
        tape.push(step, self.to_string().chars().count() + 1)?;
        Ok(tape)
    }

    /// Steady traffic: this many calls, of which each fails with this probability.
    #[must_use]
    pub fn steady(calls: usize, failing: Rate, seed: u64) -> Self {
        let mut rng = Rng::from_seed(seed);
        let share = u64::from(failing.as_per_ten_thousand());
        let mut step = || if rng.up_to(9_999) < share { Reply::Failure } else { Reply::Success };
        Self((0..calls.min(Self::MAX)).map(|_| Step::Call(step())).collect())
    }

    /// The steps with their times, the calls one `every` apart.
    pub fn timed(&self, every: Duration) -> impl Iterator<Item = Timed> {
        let (mut now, mut has_waited) = (Instant::ZERO, false);
        self.0.iter().map(move |&step| {
            let began = match step {
                Step::Wait(_) => now,
                _ if has_waited => now,
                _ => now + every,
            };
            has_waited = matches!(step, Step::Wait(_));
            now = match step {
                Step::Wait(time) => began + time,
                Step::Call(Reply::Slow) => began + SLOW,
                _ => began,
            };
            Timed { step, began, ended: now }
        })
    }

    /// How many calls wait for their answers after the last step.
    #[must_use]
    pub fn hanging(&self) -> usize {
        let change = |hanging: usize, step: &Step| match step {
            Step::Hang => hanging + 1,
            Step::Late(_) => hanging.saturating_sub(1),
            Step::Call(_) | Step::Wait(_) => hanging,
        };
        self.0.iter().fold(0, change)
    }

    fn push(&mut self, step: Step, position: usize) -> Result<(), TapeError> {
        let error = |what: String| Err(TapeError { position, what });
        if self.0.len() == Self::MAX {
            let most = count(Self::MAX as u64);
            return error(format!("is one step more than the {most} that a tape can have"));
        }
        if matches!(step, Step::Late(_)) && self.hanging() == 0 {
            return error("answers a call, but none waits: begin one with H".to_owned());
        }
        self.0.push(step);
        Ok(())
    }
}

impl FromStr for Tape {
    type Err = TapeError;

    fn from_str(text: &str) -> Result<Self, TapeError> {
        let characters: Vec<char> = text.chars().collect();
        let (mut tape, mut place) = (Self::default(), 0);
        while let Some(&character) = characters.get(place) {
            let at = place + 1;
            place += 1;
            if character.is_whitespace() {
                continue;
            }
            if character == '.' {
                let wait = wait(&characters[place..], at)?;
                place += wait.map_or(0, |(_, length)| length);
                tape.push(Step::Wait(wait.map_or(WAIT, |(time, _)| time)), at)?;
                continue;
            }
            let upper = character.to_ascii_uppercase();
            let step = LETTERS.iter().find(|(letter, _)| *letter == upper);
            let Some(&(_, step)) = step else {
                let what = match character {
                    '0'..='9' => "is a number outside of a wait such as .10s.",
                    _ => "is no step",
                };
                let what = format!(", {:?}, {what}", character.to_string());
                return Err(TapeError { position: at, what });
            };
            tape.push(step, at)?;
        }
        Ok(tape)
    }
}

/// The wait after its first dot, and how many characters it takes; none for a dot alone.
fn wait(rest: &[char], position: usize) -> Result<Option<(Duration, usize)>, TapeError> {
    let error = |what: &str| Err(TapeError { position, what: what.to_owned() });
    let is_time = |c: &&char| c.is_ascii_alphanumeric();
    let text: String = rest.iter().take_while(is_time).collect();
    let is_long = text.starts_with(|c: char| c.is_ascii_digit())
        || text.strip_prefix('s').is_some_and(|it| it.starts_with(|c: char| c.is_ascii_digit()));
    if !is_long {
        return Ok(None);
    }
    let closes = rest.get(text.len()) == Some(&'.');
    // The unit may also come first.
    let written =
        text.strip_prefix('s').map_or_else(|| text.clone(), |number| format!("{number}s"));
    match parse_time(&written).filter(|_| closes) {
        None => error("begins a wait, which is to end with a unit and a dot, as in .10s."),
        Some(Duration::ZERO) => error("begins a wait of no time"),
        Some(time) if time > Tape::WAIT_MAX => error("begins a wait of more than a day"),
        Some(time) if !time.as_micros().is_multiple_of(1_000) => {
            error("begins a wait that is no whole number of milliseconds")
        }
        Some(time) => Ok(Some((time, text.len() + 1))),
    }
}

impl fmt::Display for Tape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|step| step.fmt(f))
    }
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match LETTERS.iter().find(|(_, step)| step == self) {
            Some((letter, _)) => write!(f, "{letter}"),
            None => match self {
                Self::Wait(WAIT) => f.write_str("."),
                Self::Wait(time) => {
                    let (text, millis) = (time_text(*time), time.as_micros() / 1_000);
                    let text = if text.contains('.') { format!("{millis}ms") } else { text };
                    write!(f, ".{text}.")
                }
                _ => Ok(()),
            },
        }
    }
}

impl fmt::Display for TapeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let and = if self.what.starts_with(',') { "" } else { " " };
        write!(f, "character {}{and}{}", self.position, self.what)
    }
}

impl std::error::Error for TapeError {}

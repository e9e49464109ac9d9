//! A link to the Breaker: its settings, a tape, and the other breakers beside it.

use super::notices::Notices;
use super::parts::{Parts, encoded};
use crate::others::Basis;
use crate::settings::{self, DAY, parse_time, time_text, whole_number};
use crate::tape::Tape;
use fusebox::time::Duration;
use fusebox::{BackoffConfig, BreakerConfig, Rate, Window};

/// The content of a link to the Breaker.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Breaker {
    /// The settings of ours.
    pub config: BreakerConfig,
    /// What the dependency answers.
    pub tape: Tape,
    /// The time from one call to the next.
    pub every: Duration,
    /// The settings of the others.
    pub others: Basis,
    /// The steps of the tape that are played; none for all of them.
    pub step: Option<usize>,
}

const TAPE: &str = "tape";
const EVERY: &str = "every";
const OTHERS: &str = "others";
const STEP: &str = "step";
const SETTINGS: &str = "breaker";

/// The tape of a link without one.
const EXAMPLE: &str = "SFFSF.10s.S";

impl Default for Breaker {
    fn default() -> Self {
        Self {
            config: Self::base(),
            tape: EXAMPLE.parse().unwrap_or_default(),
            every: Duration::from_secs(1),
            others: Basis::default(),
            step: None,
        }
    }
}

impl Breaker {
    /// The settings of a link without any: three failures of the last five calls open the breaker for
    /// ten seconds, and two trials close it.
    #[must_use]
    pub fn base() -> BreakerConfig {
        BreakerConfig {
            window: Window::Count(5),
            failures: None,
            failure_rate: Some(Rate::percent(60)),
            min_calls: 5,
            cooldown: BackoffConfig::constant(Duration::from_secs(10)),
            ..BreakerConfig::default()
        }
    }

    pub(super) fn read(mut parts: Parts<'_>, notices: &mut Notices) -> Self {
        let mut read = Self::default();
        if let Some(text) = parts.take(TAPE) {
            match text.parse() {
                Ok(tape) => read.tape = tape,
                Err(error) => notices.say(TAPE, format!("cannot be read: {error}")),
            }
        }
        let accepts = "a time such as 200ms or 1s, up to 1 day";
        let time =
            |text: &str| parse_time(text).filter(|it| (Duration::MILLISECOND..=DAY).contains(it));
        read.every = parts.read(EVERY, notices, accepts, time).unwrap_or(read.every);
        let find = |text: &str| Basis::ALL.iter().find(|it| it.0 == text).map(|it| it.1);
        let names = Basis::ALL.map(|it| it.0);
        read.others = parts.word(OTHERS, notices, &names, find).unwrap_or_default();
        let number = |text: &str| whole_number(text).and_then(|it| usize::try_from(it).ok());
        let step = parts.read(STEP, notices, "the number of a step of the tape", number);
        read.step = step.filter(|step| *step < read.tape.steps().len());
        let given = parts.known(&[TAPE, EVERY, OTHERS, STEP, SETTINGS], notices);
        notices.extend(settings::set_all(&mut read.config, &given));
        read
    }

    /// The parts that are not the default, in the order in which they are written.
    pub(super) fn parts(&self) -> Vec<(String, String)> {
        let base = Self::default();
        let mut parts = Vec::new();
        let mut say = |key: &str, text: String| parts.push((key.to_owned(), text));
        if self.tape != base.tape {
            say(TAPE, encoded(&self.tape.to_string()));
        }
        for it in settings::differences(&base.config, &self.config) {
            say(&it.key, encoded(&it.to));
        }
        if self.every != base.every {
            say(EVERY, time_text(self.every));
        }
        if let Some((name, _)) =
            Basis::ALL.iter().find(|it| it.1 == self.others && it.1 != base.others)
        {
            say(OTHERS, (*name).to_owned());
        }
        if let Some(step) = self.step {
            say(STEP, step.to_string());
        }
        parts
    }
}

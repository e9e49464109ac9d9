//! Retry strategies.

use fusebox::time::Duration;
use fusebox::{
    BackoffConfig, BreakerConfig, BudgetConfig, Growth, Jitter, LayerConfig, RetryConfig,
    TimeoutConfig,
};
use fusebox_sim::breaker_by_rate;

/// More attempts than fit into any deadline.
const WITHOUT_END: u32 = 1_000_000;

/// The longest name of a lane, in characters.
const NAME_MAX: usize = 40;

/// A retry strategy, the only difference between lanes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Strategy {
    /// The name that the user gave it; none for its default title.
    pub name: Option<String>,
    /// How often to retry, after which delays, and with which budget.
    pub retry: RetryConfig,
    /// The breaker around each attempt.
    pub breaker: Option<BreakerConfig>,
    /// Whether all clients share one budget and one breaker.
    pub shared: bool,
}

/// The forms of a strategy: their words and titles.
pub const FORMS: [(&str, &str); 8] = [
    ("none", "No retries"),
    ("immediate", "Immediate"),
    ("fixed", "Fixed"),
    ("exponential", "Exponential"),
    ("factor", "Factor jitter"),
    ("full", "Full jitter"),
    ("equal", "Equal jitter"),
    ("decorrelated", "Decorrelated jitter"),
];

/// What [`Strategy::of`] reads, in words that follow "must be".
pub const STRATEGIES: &str = "none, immediate, fixed, exponential, factor, full, equal or decorrelated, \
                              optionally followed by -budget, -breaker or -shared";

impl Default for Strategy {
    fn default() -> Self {
        Self::of("full").unwrap_or_else(|| Self::with(BackoffConfig::default()))
    }
}

impl Strategy {
    /// The strategy with this word: one of [`FORMS`], with `-budget`, `-breaker` and `-shared`
    /// after it as in `full-budget-shared`.
    #[must_use]
    pub fn of(word: &str) -> Option<Self> {
        let mut parts = word.trim().split('-');
        let form = parts.next()?;
        if !FORMS.iter().any(|(word, _)| *word == form) {
            return None;
        }
        let mut strategy = Self::with(backoff(form));
        if form == "none" {
            strategy.retry.attempts = 1;
        }
        for part in parts {
            match part {
                "budget" if strategy.retry.budget.is_none() => {
                    strategy.retry.budget = Some(budget());
                }
                "breaker" if strategy.breaker.is_none() => {
                    strategy.breaker = Some(BreakerConfig::default());
                }
                "shared" if !strategy.shared => strategy.shared = true,
                _ => return None,
            }
        }
        if strategy.shared {
            // The lesson's 5 failures in 10 s are for the calls of one client.
            strategy.breaker = strategy.breaker.map(|_| breaker_by_rate());
        }
        Some(strategy)
    }

    fn with(backoff: BackoffConfig) -> Self {
        let retry =
            RetryConfig { attempts: WITHOUT_END, backoff, budget: None, ..RetryConfig::default() };
        Self { name: None, retry, breaker: None, shared: false }
    }

    /// Its word; [`Strategy::of`] of that word differs from it only in numbers.
    #[must_use]
    pub fn word(&self) -> String {
        let mut word = self.form().to_string();
        let parts = [
            (self.retry.budget.is_some(), "-budget"),
            (self.breaker.is_some(), "-breaker"),
            (self.shared, "-shared"),
        ];
        parts.iter().filter(|(has, _)| *has).for_each(|(_, part)| word += part);
        word
    }

    /// The nearest of [`FORMS`].
    #[must_use]
    pub fn form(&self) -> &'static str {
        let BackoffConfig { base, growth, jitter, .. } = self.retry.backoff;
        if self.retry.attempts == 1 {
            return "none";
        }
        if base == Duration::ZERO {
            return "immediate";
        }
        match (jitter, growth) {
            (Jitter::None, Growth::Constant) => "fixed",
            (Jitter::None, _) => "exponential",
            (Jitter::Full, _) => "full",
            (Jitter::Equal, _) => "equal",
            (Jitter::Decorrelated | Jitter::SmoothDecorrelated, _) => "decorrelated",
            _ => "factor",
        }
    }

    /// Its title.
    #[must_use]
    pub fn title(&self) -> String {
        if let Some(name) = &self.name {
            return name.clone();
        }
        let form = self.form();
        let mut title =
            FORMS.iter().find(|(word, _)| *word == form).map_or(form, |it| it.1).to_string();
        let more: &[(bool, &str)] =
            &[(self.retry.budget.is_some(), "budget"), (self.breaker.is_some(), "breaker")];
        let more: Vec<_> = more.iter().filter(|(has, _)| *has).map(|(_, word)| *word).collect();
        if !more.is_empty() {
            title = format!("{title}, {}", more.join(" and "));
        }
        title
    }

    /// Sets its name, shortened to 40 characters; an empty name removes it.
    pub fn rename(&mut self, name: &str) {
        let plain = name.chars().filter(|letter| !letter.is_control());
        let name: String = plain.take(NAME_MAX).collect();
        let name = name.trim();
        self.name = (!name.is_empty()).then(|| name.to_string());
    }

    /// Takes another form; keeps the name, and the numbers that both forms have.
    pub fn turn_into(&mut self, form: &Self) {
        let before = self.clone();
        *self = Self { name: before.name, ..form.clone() };
        let (now, old) = (&mut self.retry, before.retry);
        if now.attempts != 1 && old.attempts != 1 {
            now.attempts = old.attempts;
        }
        let zero = Duration::ZERO;
        if now.backoff.base > zero && old.backoff.base > zero {
            (now.backoff.base, now.backoff.cap) = (old.backoff.base, old.backoff.cap);
        }
        now.budget = now.budget.map(|usual| old.budget.unwrap_or(usual));
        self.breaker = self.breaker.map(|usual| before.breaker.unwrap_or(usual));
    }

    /// A short description.
    #[must_use]
    pub fn words(&self) -> String {
        let BackoffConfig { base, cap, growth, jitter } = self.retry.backoff;
        let waits = match (growth, base) {
            _ if self.retry.attempts == 1 => return self.extras("one attempt, no retry"),
            (_, Duration::ZERO) => "no wait".to_string(),
            (Growth::Constant, _) => format!("{base} each time"),
            (Growth::Exponential { factor_per_mille }, _) => {
                format!("{base} × {}ⁿ, up to {cap}", f64::from(factor_per_mille) / 1_000.0)
            }
            (Growth::Linear, _) => format!("{base} × n, up to {cap}"),
            _ => format!("{base} and more, up to {cap}"),
        };
        let spread = match jitter {
            _ if base == Duration::ZERO => String::new(),
            Jitter::None => ", the same for all".to_string(),
            Jitter::Full => ", a random time from 0 to that".to_string(),
            Jitter::Equal => ", from half of it to all".to_string(),
            Jitter::PlusMinusShare { per_mille } => {
                let spread = f64::from(per_mille) / 1_000.0;
                format!(", times {} to {}", 1.0 - spread, 1.0 + spread)
            }
            Jitter::Decorrelated | Jitter::SmoothDecorrelated => {
                format!(" in the end: from {base} to 3 times the last wait, up to {cap}")
            }
            _ => ", with a random time".to_string(),
        };
        let waits = match jitter {
            Jitter::Decorrelated if base > Duration::ZERO => {
                format!("{base} to 3 times the last wait, up to {cap}")
            }
            _ => waits + &spread,
        };
        let ends = match self.retry.attempts {
            WITHOUT_END => String::new(),
            attempts => format!("; {attempts} attempts at most"),
        };
        self.extras(&(waits + &ends))
    }

    /// A description with the budget and the breaker.
    fn extras(&self, words: &str) -> String {
        let whose = if self.shared { "shared by all" } else { "for each client" };
        match (self.retry.budget.is_some(), self.breaker.is_some()) {
            (true, true) => format!("{words}; a budget and a breaker, {whose}"),
            (true, false) => format!("{words}; a budget, {whose}"),
            (false, true) => format!("{words}; a breaker, {whose}"),
            (false, false) => words.to_string(),
        }
    }

    /// The layers of a client with this strategy, innermost first: the breaker sees each attempt, and
    /// rejected attempts are retried like failed ones.
    pub(super) fn layers(&self, timeout: Duration) -> Vec<LayerConfig> {
        let day = Duration::from_secs(86_400);
        let timeout = TimeoutConfig { connect: timeout, attempt: timeout, call: day };
        let mut layers = vec![LayerConfig::Timeout(timeout)];
        layers.extend(self.breaker.map(LayerConfig::Breaker));
        layers.push(LayerConfig::Retry(self.retry));
        layers
    }
}

fn backoff(form: &str) -> BackoffConfig {
    let usual = BackoffConfig::default();
    match form {
        "immediate" => BackoffConfig::IMMEDIATE,
        "fixed" => BackoffConfig { growth: Growth::Constant, jitter: Jitter::None, ..usual },
        "factor" => BackoffConfig { jitter: Jitter::PlusMinusShare { per_mille: 500 }, ..usual },
        "full" => BackoffConfig { jitter: Jitter::Full, ..usual },
        "equal" => BackoffConfig { jitter: Jitter::Equal, ..usual },
        "decorrelated" => BackoffConfig { jitter: Jitter::Decorrelated, ..usual },
        _ => BackoffConfig { jitter: Jitter::None, ..usual },
    }
}

/// Retries up to a tenth of the calls, and one per second for clients with few calls.
fn budget() -> BudgetConfig {
    BudgetConfig::default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_says_a_strategy_and_is_found_again() {
        for (form, title) in FORMS {
            for more in ["", "-budget", "-breaker", "-budget-breaker-shared", "-shared"] {
                let word = format!("{form}{more}");
                let strategy = Strategy::of(&word).unwrap();
                assert_eq!(strategy.word(), word);
                assert!(strategy.title().starts_with(title), "{word}");
            }
        }
        for word in ["", "all", "full-", "full-budget-budget", "-budget", "full budget"] {
            assert_eq!(Strategy::of(word), None, "{word}");
        }
    }

    #[test]
    fn a_name_is_short_and_plain() {
        let mut strategy = Strategy::default();
        strategy.rename(" Ours\n ");
        assert_eq!(strategy.title(), "Ours");
        strategy.rename(&"x".repeat(100));
        assert_eq!(strategy.title().len(), NAME_MAX);
        strategy.rename("  ");
        assert_eq!(strategy.title(), "Full jitter");
    }

    #[test]
    fn it_says_what_it_does() {
        let words = |word: &str| Strategy::of(word).unwrap().words();
        assert_eq!(words("none"), "one attempt, no retry");
        assert_eq!(words("immediate"), "no wait");
        assert_eq!(words("fixed"), "1 s each time, the same for all");
        assert_eq!(words("exponential"), "1 s × 2ⁿ, up to 20 s, the same for all");
        assert_eq!(words("full"), "1 s × 2ⁿ, up to 20 s, a random time from 0 to that");
        assert_eq!(words("factor"), "1 s × 2ⁿ, up to 20 s, times 0.5 to 1.5");
        assert_eq!(words("decorrelated"), "1 s to 3 times the last wait, up to 20 s");
        assert_eq!(words("none-breaker-shared"), "one attempt, no retry; a breaker, shared by all");
    }
}

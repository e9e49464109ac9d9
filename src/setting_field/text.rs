//! Settings as people read and type them.

use super::Subject;
use fusebox::CircuitBreaker;
use fusebox_lab::herd::Comparison;
use fusebox_lab::settings::{self, Kind, Problem, Scale, Setting, SettingSpec, Value};
use fusebox_lab::words::separated;

/// A value as people write it: `10 s`, `12.5 %`, `10,000`, `full`; reading it gives the same value.
pub(crate) fn spoken(spec: &SettingSpec, text: &str) -> String {
    match spec.kind {
        Kind::Time { .. } => spaced(text, |c| c.is_ascii_alphabetic()).replace("us", "µs"),
        Kind::Number { scale, .. } if scale.is_share() => spaced(text, |c| c == '%'),
        Kind::Number { scale: Scale::Whole(_), .. } => separated(text),
        Kind::Choice(_) => text.replace('_', " "),
        _ => text.to_owned(),
    }
}

/// Adds a space before the unit; `off` has no unit.
fn spaced(text: &str, is_unit: fn(char) -> bool) -> String {
    match text.find(is_unit) {
        Some(at) if at > 0 => format!("{} {}", &text[..at], &text[at..]),
        _ => text.to_owned(),
    }
}

/// The typed text as the setting accepts it: the per cent sign may be missing.
pub(super) fn typed(spec: &SettingSpec, text: &str) -> String {
    let text = text.trim();
    match spec.kind {
        Kind::Number { scale, .. }
            if scale.is_share() && text.ends_with(|c: char| c.is_ascii_digit()) =>
        {
            format!("{text}%")
        }
        _ => text.to_owned(),
    }
}

/// The unit of a count, if the label does not name it; a time and a share carry their own unit.
pub(super) fn unit(spec: &SettingSpec) -> Option<&'static str> {
    match spec.kind {
        Kind::Number { scale: Scale::Whole(of), .. } => {
            Some(of).filter(|of| !spec.label.to_ascii_lowercase().contains(of))
        }
        _ => None,
    }
}

/// The value of an optional setting when it is switched on: the preset's or the default, or else a
/// value in the middle of its range.
pub(super) fn when_on(setting: &Setting, preset: Option<&str>) -> String {
    let known =
        [preset, setting.default.as_deref()].into_iter().flatten().find(|text| *text != "off");
    match (known, setting.spec.kind) {
        (Some(known), _) => known.to_owned(),
        (None, Kind::Time { min, max }) => {
            let ten = fusebox::time::Duration::from_secs(10);
            setting.spec.kind.text(&Value::Time(ten.clamp(min, max)))
        }
        (None, Kind::Number { min, max, scale }) => {
            let middle = if scale.is_share() { 50 * 10_u32.pow(scale.decimals()) } else { 10 };
            setting.spec.kind.text(&Value::Number(middle.clamp(min, max)))
        }
        (None, Kind::Choice(words)) => words.first().copied().unwrap_or_default().to_owned(),
        (None, _) => "on".to_owned(),
    }
}

/// Validates a value of the setting; the error is a sentence.
pub(super) fn try_out(of: &Subject, setting: &Setting, text: &str) -> Result<(), String> {
    let sentence = |problem: &Problem| {
        if problem.path == setting.key {
            format!("{} {}.", setting.spec.label, problem.what)
        } else {
            format!("{problem}.")
        }
    };
    let of = of.clone();
    match of {
        Subject::Scenario(scenario) => {
            let mut changed = (*scenario).clone();
            settings::set(&mut changed, &setting.key, text)
                .map_err(|problem| sentence(&problem))?;
            settings::check(&changed).first().map_or(Ok(()), |problem| Err(sentence(problem)))
        }
        Subject::Herd(mut setup) => {
            settings::set(&mut setup, &setting.key, text).map_err(|it| sentence(&it))?;
            setup.check().map(|_| ()).map_err(|error| format!("{error}."))
        }
        Subject::Breaker(mut breaker) => {
            settings::set(&mut breaker, &setting.key, text).map_err(|it| sentence(&it))?;
            let checked = CircuitBreaker::new(breaker, 0);
            checked.map(|_| ()).map_err(|error| sentence(&Problem::from(error)))
        }
        Subject::Lane(setup, lane) => {
            let mut lane = (*lane).clone();
            settings::set(&mut lane, &setting.key, text).map_err(|it| sentence(&it))?;
            setup.scenario(&lane).map(|_| ()).map_err(|error| format!("{error}."))
        }
        Subject::Comparison(comparison) => {
            let mut comparison = (*comparison).clone();
            settings::set(&mut comparison, &setting.key, text).map_err(|it| sentence(&it))?;
            let Comparison { setup, lanes } = comparison;
            let checked = lanes.iter().try_for_each(|lane| setup.scenario(lane).map(|_| ()));
            checked.map_err(|error| format!("{error}."))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use fusebox_sim::Scenario;

    fn setting(key: &str) -> (Scenario, Setting) {
        let scenario = Scenario::search_service();
        let found = settings::all(&scenario).into_iter().find(|setting| setting.key == key);
        (scenario, found.unwrap())
    }

    #[test]
    fn a_shown_value_is_read_as_the_same_value() {
        for setting in settings::all(&Scenario::search_service()) {
            let spec = setting.spec;
            let Some(value) = setting.value.filter(|_| !matches!(spec.kind, Kind::Choice(_)))
            else {
                continue;
            };
            let shown = spoken(spec, &value);
            assert_eq!(spec.parse(&typed(spec, &shown)), spec.parse(&value), "{}", setting.key);
        }
    }

    #[test]
    fn values_read_as_a_person_would_write_them() {
        let (_, cooldown) = setting("postgres.breaker.cooldown");
        assert_eq!(spoken(cooldown.spec, "10s"), "10 s");
        assert_eq!(spoken(cooldown.spec, "50us"), "50 µs");
        let (_, share) = setting("postgres.retry.budget_ratio");
        assert_eq!(spoken(share.spec, "12.5%"), "12.5 %");
        assert_eq!(typed(share.spec, " 12.5 "), "12.5%");
        let (_, rate) = setting("postgres.breaker.failure_rate");
        assert_eq!(spoken(rate.spec, "off"), "off");
        let (scenario, queue) = setting("postgres.queue");
        assert_eq!(spoken(queue.spec, "10000"), "10,000");
        let subject = Subject::Scenario(scenario.into());
        for typed in ["10,000", "10 000", "10_000", "10000"] {
            assert_eq!(try_out(&subject, &queue, typed), Ok(()), "{typed}");
        }
        assert_eq!(when_on(&rate, Some("off")), "20%");
        assert_eq!(when_on(&rate, Some("20%")), "20%");
    }

    #[test]
    fn an_invalid_value_is_explained_in_a_sentence() {
        let (scenario, cooldown) = setting("postgres.breaker.cooldown");
        assert_eq!(try_out(&Subject::Scenario(scenario.clone().into()), &cooldown, "5s"), Ok(()));
        let problem =
            try_out(&Subject::Scenario(scenario.clone().into()), &cooldown, "soon").unwrap_err();
        assert!(
            problem.starts_with("Cooldown is \"soon\", but must be a time such as"),
            "{problem}"
        );
        assert!(problem.ends_with('.'));
    }
}

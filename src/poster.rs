//! The posters: pictures of the presets at a telling moment, which stand in an embedded page until
//! somebody wants the experiment itself.

use crate::herd::Overview;
use crate::palette::Palette;
use crate::playground::picture;
use fusebox::time::{Duration, Instant};
use fusebox_lab::action_log::ActionLog;
use fusebox_lab::herd;
use fusebox_lab::link::{SEED, View};
use fusebox_lab::presets::{self, Preset};
use fusebox_lab::timeline::{Plan, Timeline};
use serde_json::{Value, json};
use std::rc::Rc;

/// The width and the height of a poster in pixels; that of a preset with much on it is higher.
const SIZE: (f64, f64) = (820.0, 400.0);

/// How long after the first breaker opens, or the first fault, the picture is taken.
const AFTER: Duration = Duration::from_millis(1_500);

/// The moment of the picture if nothing happens by itself, and the last one at which something may.
const QUIET: Instant = Instant::from_secs(5);
const END: Instant = Instant::from_secs(60);

/// Light and dark: the name in links, and the rule of the style sheet with its colours.
const THEMES: [(&str, &str); 2] = [("light", ":root {"), ("dark", ":root[data-theme=\"dark\"] {")];

/// The posters of all presets in both themes, and the titles and descriptions of the presets of each
/// view as JSON: the name of each file and its content. It needs the text of the style sheet with the colours.
#[must_use]
pub fn posters(tokens: &str) -> Vec<(String, String)> {
    let palettes = THEMES.map(|(theme, rule)| (theme, palette(tokens, rule)));
    let mut files: Vec<_> =
        View::ALL.map(|view| (format!("{}.json", view.name()), texts(view))).into();
    let mut add = |view: View, preset: &str, draw: &dyn Fn(&Palette) -> String| {
        let of = |(theme, palette): &(&str, Palette)| {
            (format!("{}-{preset}-{theme}.svg", view.name()), draw(palette))
        };
        files.extend(palettes.iter().map(of));
    };
    for preset in presets::ALL {
        let run = telling(preset);
        add(View::Playground, preset.name, &|palette| picture(&run, palette, SIZE));
    }
    for preset in herd::PRESETS {
        let overview = Overview::of(&(preset.comparison)());
        add(View::Herd, preset.name, &|palette| overview.picture(palette, SIZE));
    }
    files
}

/// The name, the title and the description of each preset of a view, the default first; a view without
/// presets has one without a name.
fn texts(view: View) -> String {
    let text = |(name, title, about): (&str, &str, &str)| json!({ "name": name, "title": title, "about": about });
    let texts: Vec<Value> = match view {
        View::Playground => {
            presets::ALL.iter().map(|it| text((it.name, it.title, it.about))).collect()
        }
        View::Herd => herd::PRESETS.iter().map(|it| text((it.name, it.title, it.about))).collect(),
        View::Learn | View::Breaker | View::Check => {
            vec![text(("", view.title(), view.question()))]
        }
    };
    Value::from(texts).to_string() + "\n"
}

/// The colours of a rule of the style sheet.
fn palette(tokens: &str, rule: &str) -> Palette {
    let rule =
        tokens.split(rule).nth(1).and_then(|rest| rest.split('}').next()).unwrap_or_default();
    Palette::of(|name| {
        let value = |line: &str| {
            let value = line.trim().strip_prefix(name)?.strip_prefix(':')?.strip_suffix(';')?;
            Some(value.trim().to_owned())
        };
        rule.lines().find_map(value).unwrap_or_default()
    })
}

/// The run of a preset at the moment of its poster.
fn telling(preset: &Preset) -> Timeline {
    let scenario = Rc::new((preset.scenario)());
    let fault = scenario.schedule.iter().map(|action| action.at).min();
    let plan = Plan { scenario, seed: SEED, actions: ActionLog::default() };
    let mut run = Timeline::new(plan).expect("a preset can be run");
    go(&mut run, END);
    let opened = run.world().measures().breaker_changes().first().map(|it| it.at);
    go(&mut run, opened.or(fault).map_or(QUIET, |at| at + AFTER));
    run
}

/// Takes a run to a moment, also back.
fn go(run: &mut Timeline, to: Instant) {
    run.seek(to);
    while !run.advance(to, u32::MAX) {}
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_preset_has_a_light_picture_in_both_themes() {
        let files = posters(include_str!("../static/style/tokens.css"));
        let find = |name: &str| files.iter().find(|it| it.0 == name).map(|it| it.1.as_str());
        let presets = presets::ALL.len() + herd::PRESETS.len();
        assert_eq!(files.len(), View::ALL.len() + THEMES.len() * presets);
        for view in [View::Playground, View::Herd] {
            let texts = find(&format!("{}.json", view.name())).unwrap();
            let texts: Vec<Value> = serde_json::from_str(texts).unwrap();
            for text in &texts {
                let preset = text["name"].as_str().unwrap();
                assert!(text["title"].is_string() && text["about"].is_string(), "{preset}");
                let [light, dark] = THEMES.map(|(theme, _)| {
                    let name = format!("{}-{preset}-{theme}.svg", view.name());
                    find(&name).unwrap_or_else(|| panic!("{name} is missing"))
                });
                // The copper of each theme.
                assert!(!light.contains("#e0955a") && !dark.contains("#a8561b"), "{preset}");
                for svg in [light, dark] {
                    assert!(svg.starts_with("<svg ") && svg.ends_with("</svg>\n"), "{preset}");
                    assert!(svg.len() < 80_000, "{preset} has {} bytes", svg.len());
                    assert!(!svg.contains("NaN") && !svg.contains("\"\" "), "{preset}");
                }
            }
        }
    }

    #[test]
    fn the_poster_of_an_outage_shows_its_open_breaker() {
        let run = telling(presets::find("slow-database-breaker").unwrap());
        let palette = palette(include_str!("../static/style/tokens.css"), THEMES[0].1);
        let svg = picture(&run, &palette, SIZE);
        for text in ["Database", "slow", "breaker", "open", "Service"] {
            assert!(svg.contains(&format!(">{text}<")), "{text}: {svg}");
        }
    }
}

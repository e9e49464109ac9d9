//! Reads scenarios, comparisons and logs, up to a limit of bytes.

use super::args::WorldArgs;
use super::failure::Failure;
use flate2::bufread::MultiGzDecoder;
use fusebox_lab::document::Document;
use fusebox_lab::link::Herd;
use fusebox_lab::settings::{self, Problem};
use fusebox_lab::{document, herd, presets};
use fusebox_sim::Scenario;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;

/// The lowest similarity at which a name is suggested.
const SIMILAR: f64 = 0.8;

/// The largest number of suggested names.
const SUGGESTIONS_MAX: usize = 3;

/// The scenario or the comparison that the arguments name, a preset or a file, with its settings and
/// its warm-up.
pub(super) fn any(args: &WorldArgs, warm_up: Option<&str>) -> Result<Document, Failure> {
    let mut document = document(&args.scenario)?;
    let duration = args.duration.iter().map(|duration| format!("duration={duration}"));
    let settings = args.set.iter().cloned().chain(duration).chain(warm_up_setting(warm_up));
    let settings: Vec<_> = settings.collect();
    set_all(&settings, |given| match &mut document {
        Document::Scenario(scenario) => settings::set_all(&mut **scenario, &given),
        Document::Comparison(herd) => herd.comparison.set_all(given),
    })?;
    Ok(document)
}

/// The setting of a warm-up.
pub(super) fn warm_up_setting(warm_up: Option<&str>) -> Option<String> {
    warm_up.map(|warm_up| format!("warm_up={warm_up}"))
}

/// The scenario that the arguments name.
pub(super) fn world(args: &WorldArgs) -> Result<Scenario, Failure> {
    match any(args, None)? {
        Document::Scenario(scenario) => Ok(*scenario),
        Document::Comparison(_) => {
            let what = "is a comparison, but this command needs a scenario; use fusebox herd";
            Err(Failure::input(format!("{} {what}", args.scenario)))
        }
    }
}

/// The comparison with this name: a preset of `fusebox herd`, or a file.
pub(super) fn herd(name: &str) -> Result<Herd, Failure> {
    match document(name)? {
        Document::Comparison(herd) => Ok(*herd),
        Document::Scenario(_) => {
            let what = "is a scenario, but this command needs a comparison; use fusebox run";
            Err(Failure::input(format!("{name} {what}")))
        }
    }
}

/// Applies all of these settings with a function that returns their problems.
pub(super) fn set_all(
    settings: &[String],
    set: impl FnOnce(Vec<(String, String)>) -> Vec<Problem>,
) -> Result<(), Failure> {
    let given = settings.iter().map(|it| key_and_value(it)).collect::<Result<Vec<_>, _>>()?;
    let twice = (1..given.len()).find(|&n| given[..n].iter().any(|it| it.0 == given[n].0));
    if let Some(n) = twice {
        return Err(Failure::input(format!("{} is given twice; give it once", given[n].0)));
    }
    match &set(given)[..] {
        [] => Ok(()),
        problems => Err(Failure::Input(problems.iter().map(Problem::to_string).collect())),
    }
}

/// The two sides of `breaker.cooldown=5s`.
fn key_and_value(setting: &str) -> Result<(String, String), Failure> {
    let sides = setting.split_once('=');
    let sides = sides.map(|(key, value)| (key.trim().to_string(), value.trim().to_string()));
    let accepts = "KEY=VALUE, as in breaker.cooldown=5s";
    let sides = sides.filter(|(key, _)| !key.is_empty());
    sides.ok_or_else(|| Failure::must_be("--set", setting, accepts))
}

fn document(name: &str) -> Result<Document, Failure> {
    let preset = |name: &str| presets::find(name).map(|preset| (preset.scenario)());
    if let Some(scenario) = preset(name) {
        return Ok(Document::Scenario(Box::new(scenario)));
    }
    if let Some(preset) = herd::find(name) {
        return Ok(Document::Comparison(Box::new(Herd::of(preset))));
    }
    if !is_file(name) {
        let scenarios = presets::ALL.iter().map(|preset| preset.name);
        let names = || scenarios.clone().chain(herd::PRESETS.iter().map(|preset| preset.name));
        return Err(no_preset(name, "neither a preset nor a file", names));
    }
    let text = read(name, document::LENGTH_MAX, "1 MB")?;
    Document::read(&text, preset).map_err(|problems| {
        Failure::Input(problems.iter().map(|problem| format!("{name}: {problem}")).collect())
    })
}

fn is_file(name: &str) -> bool {
    let path = Path::new(name);
    name == "-" || path.extension().is_some_and(|it| it == "json") || path.exists()
}

/// The error for an unknown name, with similar names or else all names.
pub(super) fn no_preset<N: Iterator<Item = &'static str>>(
    name: &str,
    what: &str,
    names: impl Fn() -> N,
) -> Failure {
    let mut near: Vec<_> =
        names().map(|known| (strsim::jaro_winkler(name, known), known)).collect();
    near.retain(|(likeness, _)| *likeness >= SIMILAR);
    near.sort_by(|a, b| b.0.total_cmp(&a.0));
    let near: Vec<_> = near.into_iter().take(SUGGESTIONS_MAX).map(|(_, known)| known).collect();
    let hint = if near.is_empty() {
        format!("the presets are {}", names().collect::<Vec<_>>().join(", "))
    } else {
        format!("did you mean {}?", near.join(" or "))
    };
    Failure::input(format!("{name:?} is {what}; {hint}"))
}

/// The text of a file, or of standard input for `-`, up to a limit of bytes.
pub(super) fn read(name: &str, most: usize, most_in_words: &str) -> Result<String, Failure> {
    let mut bytes = Vec::new();
    let limit = most as u64 + 1;
    match name {
        "-" => io::stdin().lock().take(limit).read_to_end(&mut bytes),
        path => File::open(path).and_then(|file| file.take(limit).read_to_end(&mut bytes)),
    }
    .map_err(|error| unreadable(name, &error))?;
    if bytes.len() > most {
        return Err(Failure::input(format!("{name} is larger than {most_in_words}")));
    }
    String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        Failure::input(format!("{name} is not UTF-8 text: byte {at} is invalid"))
    })
}

/// The bytes of a file, or of standard input for `-`, without end; what gzip has packed is unpacked.
pub(super) fn open(name: &str) -> Result<Box<dyn Read>, Failure> {
    let bytes: Box<dyn Read> = match name {
        "-" => Box::new(io::stdin().lock()),
        path => Box::new(File::open(path).map_err(|error| unreadable(name, &error))?),
    };
    let mut bytes = BufReader::with_capacity(65_536, bytes);
    let head = bytes.fill_buf().map_err(|error| unreadable(name, &error))?;
    let is_packed = head.starts_with(&[0x1f, 0x8b]);
    Ok(if is_packed { Box::new(MultiGzDecoder::new(bytes)) } else { Box::new(bytes) })
}

/// The error for a file that cannot be read.
pub(super) fn unreadable(name: &str, error: &io::Error) -> Failure {
    Failure::input(format!("{name} cannot be read: {error}"))
}

//! The pages for authors, which stand beside the page in `docs/`: how to embed an experiment, what each
//! teaches, what the model is and is not, all settings, and what other libraries have for them.

use crate::chart::escaped;
use fusebox_lab::lesson::Lesson;
use fusebox_lab::link::View;
use fusebox_lab::take_home::{Mapping, TARGETS, Target};
use fusebox_lab::{herd, presets, settings};
use serde_json::Value;

/// The lessons and questions of the page, as documents.
const LESSONS: [&str; 2] = [
    include_str!("../static/lessons/resilience.json"),
    include_str!("../static/lessons/check.json"),
];

const API: &str = include_str!("../static/api.json");
const OBJECTIVES: &str = include_str!("docs/objectives.json");
const EMBED: &str = include_str!("docs/embed.html");
const MODEL: &str = include_str!("docs/model.html");

/// The pages: the name of each file and its content.
///
/// # Panics
///
/// If a document of the page is not what it has to be; the tests read all of them.
#[must_use]
pub fn docs() -> Vec<(String, String)> {
    let [course, check] = LESSONS.map(|text| Lesson::read(text).expect("a lesson of the page"));
    let api: Value = serde_json::from_str(API).expect("it is JSON");
    let embed = EMBED.replace("{tables}", &tables(&api));
    [
        ("index", "Put it into a page", embed),
        ("learning", "What each experiment teaches", learning(&course, &check)),
        ("model", "What the model is, and is not", MODEL.to_owned()),
        ("settings", "All settings", reference()),
        ("take-home", "Settings of other libraries", take_home()),
    ]
    .map(|(name, title, body)| (format!("{name}.html"), page(title, &body)))
    .into()
}

fn page(title: &str, body: &str) -> String {
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n<title>{title} – Fusebox</title>\n\
         <link rel=\"icon\" href=\"../icon.svg\">\n<link rel=\"stylesheet\" href=\"../share.css\">\n</head>\n<body>\n\
         <header class=\"page__head\"><nav class=\"page__nav\" aria-label=\"For authors\">\
         <a href=\"../\">Fusebox</a> <a href=\"./\">Embedding</a> <a href=\"learning.html\">Objectives</a> \
         <a href=\"model.html\">The model</a> <a href=\"settings.html\">Settings</a> \
         <a href=\"take-home.html\">Other libraries</a></nav>\n\
         <h1>{title}</h1></header>\n<main class=\"page__text-body\">\n{body}</main>\n</body>\n</html>\n"
    )
}

/// Elements of this name with these contents, which are HTML.
fn each(name: &str, contents: impl IntoIterator<Item = String>) -> String {
    let start = name.split(' ').next().unwrap_or_default();
    let contents = contents.into_iter();
    contents.fold(String::new(), |all, it| all + &format!("<{name}>{it}</{start}>"))
}

/// A table; cells are HTML.
fn table(caption: &str, head: &[&str], rows: impl IntoIterator<Item = Vec<String>>) -> String {
    let head = each("th scope=\"col\"", head.iter().map(ToString::to_string));
    let rows = each("tr", rows.into_iter().map(|cells| each("td", cells) + "\n"));
    format!(
        "<div class=\"page__table\" tabindex=\"0\" role=\"region\" aria-label=\"{caption}\"><table>\
         <caption>{caption}</caption>\n<thead><tr>{head}</tr></thead>\n<tbody>\n{rows}</tbody></table></div>\n"
    )
}

fn code(text: &str) -> String {
    format!("<code>{}</code>", escaped(text))
}

// --- Embedding -----------------------------------------------------------------------------------

/// The parameters, panels, calls, events and errors of `static/api.json`.
fn tables(api: &Value) -> String {
    let entries = |of: &str| api[of].as_object().expect("it is an object").iter();
    let text = |value: &Value| escaped(value.as_str().unwrap_or_default());
    let words = |value: &Value| {
        let words = value.as_array().into_iter().flatten().filter_map(Value::as_str);
        words.map(code).collect::<Vec<_>>().join(", ")
    };
    let fields = |value: &Value| {
        let fields = value.as_object().into_iter().flatten();
        let field = |(name, about): (&String, &Value)| format!("{}: {}", code(name), text(about));
        fields.map(field).collect::<Vec<_>>().join("<br>")
    };
    let values = |it: &Value| match (&it["values"], &it["list"]) {
        (values @ Value::Array(_), _) => words(values),
        (_, list @ Value::Array(_)) => format!("any of {}", words(list)),
        (_, Value::String(_)) => "any of the panels below".to_owned(),
        _ => text(&it["text"]),
    };
    let parameter = |(name, it): (&String, &Value)| {
        vec![code(name), values(it), text(&it["default"]), text(&it["about"])]
    };
    let named = |(name, about): (&String, &Value)| vec![code(name), text(about)];
    let call = |(name, it): (&String, &Value)| {
        vec![code(name), fields(&it["args"]), text(&it["answer"]), text(&it["about"])]
    };
    let event = |(name, it): (&String, &Value)| {
        vec![code(name), fields(&it["detail"]), text(&it["about"]), text(&it["xapi"])]
    };
    let tables = [
        table(
            "Parameters",
            &["name", "values", "default", "meaning"],
            entries("parameters").map(parameter),
        ),
        table("Panels", &["name", "what it is"], entries("panels").map(named)),
        table("Calls", &["name", "arguments", "answer", "meaning"], entries("calls").map(call)),
        table(
            "Events",
            &["name", "detail", "meaning", "verb of xAPI"],
            entries("events").map(event),
        ),
        table("Errors", &["code", "meaning"], entries("errors").map(named)),
    ];
    format!("<p>{}</p>\n{}", text(&api["about"]), tables.concat())
}

// --- Objectives ----------------------------------------------------------------------------------

/// An experiment: its kind and name in the list of objectives, its link, and its title.
type Experiment = (&'static str, String, String, String);

fn experiments(course: &Lesson, check: &Lesson) -> Vec<Experiment> {
    let preset = |view: View, name: &str, title: &str| {
        let link = format!("{}?preset={name}", view.name());
        (view.name(), name.to_owned(), link, title.to_owned())
    };
    let part = |it: &fusebox_lab::lesson::Part| {
        let first = course.steps.iter().find(|step| step.part == it.id);
        let step = first.map(|step| step.id.0.as_str()).unwrap_or_default();
        ("part", it.id.0.clone(), format!("learn?step={step}"), it.title.clone())
    };
    let challenge = |it: &fusebox_lab::lesson::Challenge| {
        let link = format!("check?on=challenge-{}", it.id.0);
        ("challenge", it.id.0.clone(), link, it.title.clone())
    };
    let parts = course.parts.iter().map(part);
    let presets = presets::ALL.iter().map(|it| preset(View::Playground, it.name, it.title));
    let herds = herd::PRESETS.iter().map(|it| preset(View::Herd, it.name, it.title));
    parts.chain(presets).chain(herds).chain(check.challenges.iter().map(challenge)).collect()
}

fn learning(course: &Lesson, check: &Lesson) -> String {
    let objectives: Value = serde_json::from_str(OBJECTIVES).expect("it is JSON");
    let experiments = experiments(course, check);
    let text = |value: &Value| escaped(value.as_str().unwrap_or_default());
    let rows = |kind: &'static str| {
        let of_kind = experiments.iter().filter(move |it| it.0 == kind);
        let row = |(_, name, link, title): &Experiment| {
            let it = &objectives[kind][name];
            let link = escaped(link);
            vec![
                format!("<a href=\"../#{link}\">{}</a>", escaped(title)),
                text(&it[3]),
                text(&it[0]),
                format!("{} min", it[1]),
                text(&it[2]),
                format!("<a href=\"../share.html#{link}\">Embed</a>"),
            ]
        };
        of_kind.map(row).collect::<Vec<_>>()
    };
    let head =
        ["experiment", "afterwards, learners can", "level (Bloom)", "time", "needs", "for authors"];
    let document: Value = serde_json::from_str(LESSONS[0]).expect("it is JSON");
    let goals = document["objectives"].as_array().into_iter().flatten();
    let goals = each("li", goals.map(text));
    let questions = check.questions.len();
    format!(
        "<p>The times are for a learner who has not seen the experiment before.</p>\n\
         <h2>The lesson: {}</h2>\n<ul>{goals}</ul>\n{}\
         <h2>The Playground</h2>\n{}<h2>The Herd</h2>\n{}<h2>Challenges</h2>\n{}\
         <p><a href=\"../#check\">Check</a> has {questions} questions on the parts of the lesson, about 30 s each, \
         and {} open questions for practice.</p>\n",
        escaped(&course.title),
        table("The parts of the lesson", &head, rows("part")),
        table("Presets of the Playground", &head, rows("playground")),
        table("Comparisons of the Herd", &head, rows("herd")),
        table("Challenges", &head, rows("challenge")),
        check.interview.len(),
    )
}

// --- Settings ------------------------------------------------------------------------------------

fn reference() -> String {
    let row = |it: &settings::Setting| {
        let off = if it.spec.optional { ", or off" } else { "" };
        vec![
            code(&it.key),
            escaped(it.spec.help),
            format!("{}{off}", escaped(&it.spec.accepts())),
            escaped(it.default.as_deref().unwrap_or("–")),
        ]
    };
    let head = ["key", "meaning", "accepts", "default"];
    let of = |(name, all): &(&str, Vec<settings::Setting>)| {
        let all = all.iter().filter(|it| it.spec.has_value());
        format!("<h2>{}</h2>\n{}", escaped(name), table(name, &head, all.map(row)))
    };
    let tables: String = settings::reference().iter().map(of).collect();
    format!(
        "<p>A link, a document, the command line and a call of the host name a setting by its key, such as \
         {}. A key that begins with a layer means that layer around each dependency.</p>\n{tables}",
        code("postgres.breaker.cooldown")
    )
}

/// What each target has for each setting.
fn take_home() -> String {
    let row = |it: Mapping| {
        vec![code(it.ours), it.theirs.map_or_else(|| "–".to_owned(), code), escaped(it.note)]
    };
    let head = ["here", "there", "what is different"];
    let of = |target: &&Target| {
        let about = if target.is_read() {
            "Its files are exported and imported."
        } else {
            "It is code, which is exported."
        };
        let (title, version) = (escaped(target.title), escaped(target.version));
        let rows = target.mappings().into_iter().map(row);
        format!(
            "<h2 id=\"{}\">{title}</h2>\n<p>{version}. {about}</p>\n{}",
            target.name,
            table(&format!("Settings of {title}"), &head, rows)
        )
    };
    let tables: String = TARGETS.iter().map(of).collect();
    format!(
        "<p>The Playground exports the layers around a dependency behind Share, and the command line with \
         {}. In place of * stands the name of the dependency. What is not the same in a file is a comment \
         in it.</p>\n{tables}",
        code("fusebox export TARGET SCENARIO --on DEPENDENCY")
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_experiment_has_an_objective_and_every_objective_an_experiment() {
        let [course, check] = LESSONS.map(|text| Lesson::read(text).unwrap());
        let have: BTreeSet<_> =
            experiments(&course, &check).into_iter().map(|it| (it.0.to_owned(), it.1)).collect();
        let objectives: Value = serde_json::from_str(OBJECTIVES).unwrap();
        let mut named = BTreeSet::new();
        for (kind, all) in objectives.as_object().unwrap() {
            for (name, it) in all.as_object().unwrap() {
                let level = it[0].as_str().unwrap();
                let levels = ["Remember", "Understand", "Apply", "Analyse", "Evaluate", "Create"];
                assert!(levels.contains(&level), "{name}: {level}");
                assert!((1..=10).contains(&it[1].as_u64().unwrap()), "{name}");
                let needs = it[2].as_str().unwrap();
                let words = ["none", "all other parts"];
                let is_known = have.iter().any(|(_, other)| other == needs);
                assert!(words.contains(&needs) || is_known, "{name} needs {needs}");
                assert!(it[3].as_str().unwrap().len() > 20, "{name}");
                named.insert((kind.clone(), name.clone()));
            }
        }
        assert_eq!(have, named);
        let parts = objectives["part"].as_object().unwrap().values();
        let minutes: u64 = parts.map(|it| it[1].as_u64().unwrap()).sum();
        assert_eq!(Some(minutes), course.minutes.map(u64::from), "the parts make the lesson");
    }

    /// 238 words a minute are the mean of silent reading in English (Brysbaert 2019,
    /// doi:10.1016/j.jml.2019.104047); exercises take longer.
    #[test]
    fn a_part_takes_the_time_to_read_its_steps_and_to_watch_each_for_twelve_seconds() {
        let course = Lesson::read(LESSONS[0]).unwrap();
        let objectives: Value = serde_json::from_str(OBJECTIVES).unwrap();
        let mut seconds = std::collections::BTreeMap::<&str, f64>::new();
        for step in &course.steps {
            let moments = step.moments.iter().filter_map(|moment| moment.text.as_ref());
            let text = step.text.iter().chain(moments).map(|it| it.plain(|_| "1".to_owned()));
            let words = text.map(|it| it.split_whitespace().count()).sum();
            let read = crate::convert::float(words) / 238.0 * 60.0;
            *seconds.entry(&step.part.0).or_default() += read + 12.0;
        }
        for (part, seconds) in seconds {
            let minutes = objectives["part"][part][1].as_f64();
            assert_eq!(minutes, Some((seconds / 60.0).round()), "{part}: {seconds} s");
        }
    }

    #[test]
    fn the_model_names_only_tests_that_exist() {
        let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
        let paths: Vec<&str> = MODEL.split("<code>crates/").skip(1).collect();
        assert!(paths.len() > 10);
        for path in paths {
            let path = path.split("</code>").next().unwrap();
            assert!(root.join("crates").join(path).exists(), "{path} does not exist");
        }
    }

    #[test]
    fn every_setting_is_in_the_reference() {
        let page = reference();
        for (_, all) in settings::reference() {
            for it in all.iter().filter(|it| it.spec.has_value()) {
                assert!(page.contains(&code(&it.key)), "{}", it.key);
            }
        }
    }
}

//! What ARCHITECTURE.md states and a machine can check, apart from what Cargo checks already: what is
//! not used where, and how long a file may be.
#![cfg(not(target_arch = "wasm32"))]

mod colours;

use std::fs;
use std::path::{Path, PathBuf};

/// The most lines of code in a file, without blank lines, comments and its own tests.
const CODE_LINES_MAX: usize = 450;

/// The crates below the page, each with those of ours that it may depend on.
const CRATES: &[(&str, &[&str])] = &[
    ("fusebox", &[]),
    ("fusebox-sim", &["fusebox"]),
    ("fusebox-lab", &["fusebox", "fusebox-sim"]),
    ("fusebox-cli", &["fusebox", "fusebox-sim", "fusebox-lab"]),
];

/// Crates that only the page needs, by how their names begin.
const WEB: &[&str] = &["web-sys", "js-sys", "yew", "gloo", "wasm-bindgen", "getrandom"];

/// What would make two runs differ.
const NOT_DETERMINISTIC: &[&str] =
    &["HashMap", "HashSet", "RandomState", "SystemTime", "thread_rng", "from_os_rng", "OsRng"];

/// Phrases for which the field has a better term, in texts and in comments.
const UNWANTED_PHRASES: &[&str] = &[
    "ailment",
    "all chance",
    "crew",
    "deed",
    "deeds",
    "ghost",
    "knob",
    "leg",
    "legs",
    "probe",
    "probes",
    "topic",
    "topics",
    "undecided",
    "whole again",
];

/// Further phrases that the people who use Fusebox must not read; comments may need them.
const UNWANTED_IN_TEXTS: &[&str] = &[
    "all back",
    "keeps up",
    "on end",
    "open system",
    "side by side",
    "waits in it",
    "what it can do",
    "who is followed",
];

#[test]
fn texts_and_comments_use_the_terms_of_the_field() {
    check(Source::unwanted_phrases);
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for name in ["README.md", "crates/fusebox-cli/src/args.rs"] {
        let text = fs::read_to_string(root.join(name)).unwrap();
        for phrases in [UNWANTED_PHRASES, UNWANTED_IN_TEXTS] {
            assert_eq!(phrases_in(&text, phrases), Vec::<&str>::new(), "{name}");
        }
    }
}

/// Those of the phrases that are in a text, as whole words.
fn phrases_in<'a>(text: &str, phrases: &[&'a str]) -> Vec<&'a str> {
    let words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    let words = format!(" {} ", words.collect::<Vec<_>>().join(" ").to_ascii_lowercase());
    let is_there = |phrase: &&&str| words.contains(&format!(" {phrase} "));
    phrases.iter().filter(is_there).copied().collect()
}

#[test]
fn crates_depend_only_on_those_below_them() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("crates");
    let mut folders: Vec<_> =
        fs::read_dir(&folder).unwrap().map(|it| it.unwrap().file_name()).collect();
    folders.sort();
    let mut known: Vec<_> = CRATES.iter().map(|(name, _)| *name).collect();
    known.sort_unstable();
    assert_eq!(folders, known);
    for (name, allowed) in CRATES {
        let manifest = fs::read_to_string(folder.join(name).join("Cargo.toml")).unwrap();
        let wrong = wrong_dependencies(&manifest, allowed);
        assert!(wrong.is_empty(), "{name} may not depend on {wrong:?}");
    }
}

/// The dependencies in a manifest that are of ours and not allowed, those of its tests too, and those on
/// the web; what tests need in a browser, under `[target...]`, may be of the web.
fn wrong_dependencies<'a>(manifest: &'a str, allowed: &[&str]) -> Vec<&'a str> {
    let mut wrong = Vec::new();
    let (mut lists, mut is_for_web) = (false, false);
    for line in manifest.lines() {
        if line.starts_with('[') {
            lists = line.ends_with("dependencies]");
            is_for_web = line.starts_with("[target.'cfg(target_arch = \"wasm32\")'.dev-");
        } else if let Some(name) = line.split(['.', ' ', '=']).next().filter(|_| lists) {
            let is_ours = name.starts_with("fusebox") && !allowed.contains(&name);
            let is_web = !is_for_web && WEB.iter().any(|web| name.starts_with(web));
            wrong.extend((is_ours || is_web).then_some(name));
        }
    }
    wrong
}

#[test]
fn every_style_sheet_is_on_the_page() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let joined = fs::read_to_string(root.join("Trunk.toml")).unwrap();
    for entry in fs::read_dir(root.join("static/style")).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        assert!(joined.split_whitespace().any(|word| word == name), "Trunk.toml leaves out {name}");
    }
}

#[test]
fn no_crate_below_the_page_depends_on_clocks_or_the_order_of_a_hash_map() {
    check(Source::not_deterministic);
}

#[test]
fn no_file_has_too_much_code() {
    check(Source::too_long);
}

#[test]
fn nothing_unfinished_is_left() {
    check(Source::unfinished);
}

#[test]
fn every_file_begins_with_its_purpose() {
    check(Source::undocumented);
}

/// Applies a rule to every file of the page and of the crates below it.
#[track_caller]
fn check(rule: impl Fn(&Source) -> Vec<String>) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut paths = Vec::new();
    find_sources(&root.join("src"), &mut paths);
    for entry in fs::read_dir(root.join("crates")).unwrap() {
        find_sources(&entry.unwrap().path().join("src"), &mut paths);
    }
    assert!(paths.len() > 300, "only {} files were found", paths.len());
    let mut problems = Vec::new();
    for path in paths {
        let text = fs::read_to_string(&path).unwrap();
        let name = path.strip_prefix(root).unwrap().display().to_string().replace('\\', "/");
        problems.extend(rule(&Source::new(&name, &text)));
    }
    assert!(problems.is_empty(), "\n{}\n", problems.join("\n"));
}

fn find_sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            find_sources(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
    found.sort();
}

/// A file, and its code without comments and without the contents of strings.
struct Source {
    name: String,
    text: String,
    code: String,
}

/// A path such as `std::time::Instant`, and the line in which it stands.
struct Mention {
    line: usize,
    path: Vec<String>,
}

impl Source {
    fn new(name: &str, text: &str) -> Self {
        let code = without_comments_and_strings(text);
        Self { name: name.to_string(), text: text.to_string(), code }
    }

    /// What a file below the page uses of clocks, global randomness and the order of hash maps.
    fn not_deterministic(&self) -> Vec<String> {
        if self.name.starts_with("src/") {
            return Vec::new();
        }
        let is_unwanted = |path: &[String]| {
            path.starts_with(&["std".into(), "time".into()])
                || path.iter().any(|name| NOT_DETERMINISTIC.contains(&name.as_str()))
        };
        let mentions = self.mentions().into_iter().filter(|mention| is_unwanted(&mention.path));
        let problem = |Mention { line, path }| {
            self.problem(line, &format!("{} is not for here", path.join("::")))
        };
        mentions.map(problem).collect()
    }

    fn too_long(&self) -> Vec<String> {
        let before_tests = self.code.lines().take_while(|line| !line.starts_with("mod tests"));
        let lines = before_tests.filter(|line| !line.trim().is_empty()).count();
        if lines <= CODE_LINES_MAX {
            return Vec::new();
        }
        vec![self.problem(1, &format!("{lines} lines of code, of at most {CODE_LINES_MAX}"))]
    }

    fn unwanted_phrases(&self) -> Vec<String> {
        let strings = self.strings();
        let comments = self.text.lines().filter(|line| line.trim_start().starts_with("//"));
        let all = comments.chain([strings.as_str()]).collect::<Vec<_>>().join(" ");
        let mut found = phrases_in(&all, UNWANTED_PHRASES);
        found.extend(phrases_in(&strings, UNWANTED_IN_TEXTS));
        let problem = |phrase| self.problem(1, &format!("it has the words {phrase:?}"));
        found.into_iter().map(problem).collect()
    }

    /// The contents of the strings before the tests, without comments.
    fn strings(&self) -> String {
        let lines = self.text.lines().zip(self.code.lines());
        let lines = lines.take_while(|(_, code)| !code.starts_with("mod tests"));
        let lines = lines.filter(|(text, _)| !text.trim_start().starts_with("//"));
        let only_strings = |(text, code): (&str, &str)| {
            let pairs = text.chars().zip(code.chars());
            pairs.map(|(text, code)| if code == ' ' { text } else { ' ' }).collect::<String>()
        };
        lines.map(only_strings).collect::<Vec<_>>().join(" ")
    }

    fn unfinished(&self) -> Vec<String> {
        let mut problems = Vec::new();
        for (n, line) in self.text.lines().enumerate() {
            let mut words = line.split(|c: char| !c.is_alphanumeric() && c != '_');
            if words.any(|word| matches!(word, "TODO" | "FIXME" | "XXX")) {
                problems.push(self.problem(n + 1, "it says itself that it is unfinished"));
            }
        }
        for (n, line) in self.code.lines().enumerate() {
            if ["dbg!", "todo!", "unimplemented!"].iter().any(|name| line.contains(name)) {
                problems.push(self.problem(n + 1, "a macro for the time of writing only"));
            }
        }
        problems
    }

    fn undocumented(&self) -> Vec<String> {
        if self.text.starts_with("//! ") {
            return Vec::new();
        }
        vec![self.problem(1, "it does not begin with a `//!` comment")]
    }

    fn problem(&self, line: usize, what: &str) -> String {
        format!("{}:{line}: {what}", self.name)
    }

    /// Every path in the code, with the groups of `use` declarations written out.
    fn mentions(&self) -> Vec<Mention> {
        let tokens = tokens(&self.code);
        let mut mentions = Vec::new();
        let mut n = 0;
        while n < tokens.len() {
            let begins = is_name(tokens[n].1) && (n == 0 || tokens[n - 1].1 != "::");
            n = if begins { follow(&tokens, n, &[], &mut mentions) } else { n + 1 };
        }
        mentions
    }
}

/// Adds the paths that go on from `before` with the name at token `n`; gives the token after them.
fn follow(
    tokens: &[(usize, &str)],
    n: usize,
    before: &[String],
    mentions: &mut Vec<Mention>,
) -> usize {
    let (line, name) = tokens[n];
    let mut path = before.to_vec();
    path.push(name.to_string());
    let token = |n: usize| tokens.get(n).map_or("", |&(_, token)| token);
    if token(n + 1) == "::" && is_name(token(n + 2)) {
        return follow(tokens, n + 2, &path, mentions);
    }
    if token(n + 1) != "::" || token(n + 2) != "{" {
        mentions.push(Mention { line, path });
        return n + 1;
    }
    let mut n = n + 3;
    while n < tokens.len() && token(n) != "}" {
        n = match token(n) {
            "as" => n + 2,
            name if is_name(name) => follow(tokens, n, &path, mentions),
            _ => n + 1,
        };
    }
    n + 1
}

fn is_name(token: &str) -> bool {
    token.starts_with(|c: char| c.is_alphabetic() || c == '_')
}

/// Names, `::` and single characters, each with its line.
fn tokens(code: &str) -> Vec<(usize, &str)> {
    let mut tokens = Vec::new();
    for (n, mut line) in code.lines().enumerate() {
        loop {
            line = line.trim_start();
            let Some(first) = line.chars().next() else { break };
            let in_name = |c: char| c.is_alphanumeric() || c == '_';
            let length = if in_name(first) {
                line.find(|c| !in_name(c)).unwrap_or(line.len())
            } else if line.starts_with("::") {
                2
            } else {
                first.len_utf8()
            };
            let (token, rest) = line.split_at(length);
            tokens.push((n + 1, token));
            line = rest;
        }
    }
    tokens
}

/// The text with its lines, but blanks for comments and for what is within quotes.
fn without_comments_and_strings(text: &str) -> String {
    let mut code = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let length = if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if rest.starts_with("/*") {
            rest.find("*/").map_or(rest.len(), |end| end + 2)
        } else if first == '"' {
            quoted(rest, '"')
        } else if let Some(length) = raw_string(rest, code.chars().next_back()) {
            length
        } else if first == '\'' && is_character(rest) {
            quoted(rest, '\'')
        } else {
            code.push(first);
            rest = &rest[first.len_utf8()..];
            continue;
        };
        let (dropped, after) = rest.split_at(length);
        code.extend(dropped.chars().map(|c| if c == '\n' { '\n' } else { ' ' }));
        rest = after;
    }
    code
}

/// The length of what begins and ends with this quotation mark.
fn quoted(text: &str, mark: char) -> usize {
    let mut escaped = false;
    for (n, c) in text.char_indices().skip(1) {
        if escaped {
            escaped = false;
        } else if c == '\\' {
            escaped = true;
        } else if c == mark {
            return n + 1;
        }
    }
    text.len()
}

/// The length of a raw string that begins here, where one does.
fn raw_string(text: &str, before: Option<char>) -> Option<usize> {
    if before.is_some_and(|c| c.is_alphanumeric() || c == '_') {
        return None;
    }
    let inside = text.strip_prefix('r')?;
    let from_mark = inside.trim_start_matches('#');
    let hashes = inside.len() - from_mark.len();
    let string = from_mark.strip_prefix('"')?;
    let end = format!("\"{}", "#".repeat(hashes));
    let length = string.find(&end).map_or(string.len(), |n| n + end.len());
    Some(1 + hashes + 1 + length)
}

/// Whether the quotation mark begins a character rather than the name of a lifetime.
fn is_character(text: &str) -> bool {
    let mut after = text.chars().skip(1);
    after.next() == Some('\\') || after.next() == Some('\'')
}

mod tests {
    use super::Source;

    #[track_caller]
    fn finds(problems: &[String], expected: &[&str]) {
        assert_eq!(problems, expected);
    }

    #[test]
    fn a_dependency_that_is_not_below_is_found() {
        let manifest = "[dependencies]\nfusebox.workspace = true\nfusebox-lab = \"1\"\n\
                        [dev-dependencies]\njs-sys = \"0.3\"\nproptest = \"1\"\n\
                        [target.'cfg(target_arch = \"wasm32\")'.dev-dependencies]\njs-sys = \"0.3\"\n";
        assert_eq!(super::wrong_dependencies(manifest, &["fusebox"]), ["fusebox-lab", "js-sys"]);
        let other = "[features]\nyew = []\n[dependencies]\nlibm = \"0.2\"";
        assert!(super::wrong_dependencies(other, &[]).is_empty());
    }

    #[test]
    fn clocks_and_hash_maps_are_found() {
        let wrong = |text| Source::new("crates/fusebox-sim/src/x.rs", text).not_deterministic();
        for text in [
            "use std::time::Instant;",
            "use std::{fmt, time::{Instant}};",
            "use std::collections::{BTreeMap, HashMap};",
            "let at = SystemTime::now();",
            "rand::thread_rng();",
        ] {
            assert_eq!(wrong(text).len(), 1, "{text}");
        }
        finds(&wrong("use fusebox::time::Instant; use std::collections::BTreeMap;"), &[]);
        finds(&Source::new("src/x.rs", "use std::time::Instant;").not_deterministic(), &[]);
    }

    #[test]
    fn only_code_before_the_tests_counts_as_length() {
        let too_long =
            |text: &str| !Source::new("crates/fusebox-sim/src/x.rs", text).too_long().is_empty();
        let code = "let x = 1;\n";
        assert!(!too_long(&code.repeat(450)));
        assert!(too_long(&code.repeat(451)));
        assert!(!too_long(&"// A comment.\n\n".repeat(1_000)));
        let with_tests =
            format!("{}#[cfg(test)]\nmod tests {{\n{}}}", code.repeat(449), code.repeat(99));
        assert!(!too_long(&with_tests));
    }

    #[test]
    fn unwanted_phrases_are_found_in_texts_and_comments_but_not_in_code() {
        let found = |text| Source::new("src/x.rs", text).unwanted_phrases().len();
        assert_eq!(found("let text = \"A Knob, side by \\\n    side.\";"), 2);
        assert_eq!(found("// A knob.\nlet knob = \"A doorknob.\";"), 1);
        assert_eq!(found("/// Side by side.\nlet knob = \"A doorknob.\";"), 0);
    }

    #[test]
    fn unfinished_and_undocumented_files_are_found() {
        let unfinished = |text| Source::new("crates/fusebox-sim/src/x.rs", text).unfinished().len();
        assert_eq!(unfinished("// TODO: later.\nlet x = dbg!(y);\n// FIXME"), 3);
        assert_eq!(unfinished("// A TODOLIST, and \"dbg!\" in a text.\nlet text = \"dbg!\";"), 0);
        let undocumented =
            |text| Source::new("crates/fusebox-sim/src/x.rs", text).undocumented().len();
        assert_eq!(undocumented("//! What it is for.\n"), 0);
        assert_eq!(undocumented("// What it is for.\n"), 1);
        assert_eq!(undocumented("use crate::time;\n//! Too late."), 1);
    }
}

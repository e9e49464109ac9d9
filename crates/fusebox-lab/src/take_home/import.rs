//! Reads the files of a target as the layers around a dependency.

use super::convert::{key, ordered, settled};
use super::document::inside;
use super::form::{fit, words};
use super::node::{Content, Node, plain};
use super::note::Note;
use super::read;
use super::scalar::Scalar;
use super::table::{Order, Root, Row, Section, Syntax, Target, Theirs};
use crate::settings::{self, Problem, SettingSpec, Value, shortened};
use crate::words::plural;
use fusebox::LayerKind;
use fusebox_sim::{Dependency, Scenario};

/// The longest file that is read, in bytes.
pub const LENGTH_MAX: usize = 65_536;

/// The most unknown keys that are named.
const UNKNOWN_MAX: usize = 20;

/// Replaces the layers around a dependency by those of a file; gives notes on what of the file has no
/// equal here.
///
/// What the file does not say has the default of the target. If the file has the settings of several
/// instances, `instance` names the one that is meant; otherwise it is the one with the name of the
/// dependency, or the only one.
///
/// # Errors
/// When the target's files cannot be read, the text is not such a file, or a value is invalid, with
/// sentences that name the line and the key; then the scenario is as before.
pub fn import(
    target: &Target,
    text: &str,
    instance: Option<&str>,
    scenario: &mut Scenario,
    on: Dependency,
) -> Result<Vec<Note>, Vec<Problem>> {
    let file = File::read(target, text, instance, on).map_err(|problem| vec![problem])?;
    let kinds = file.kinds();
    if kinds.is_empty() {
        return Err(vec![file.without_settings()]);
    }
    let (mut notes, mut problems) = (Vec::new(), Vec::new());
    let (result, wrong) = settled(target, scenario, on, &kinds, &mut |row, spec| {
        file.value(row, spec, &mut notes).unwrap_or_else(|problem| {
            problems.push(problem);
            None
        })
    });
    problems.extend(wrong);
    if problems.is_empty() {
        let prefix = key(on, "");
        let ours = settings::check(&result).into_iter().filter(|it| it.path.starts_with(&prefix));
        problems.extend(ours);
    }
    if !problems.is_empty() {
        return Err(problems);
    }
    notes.extend(file.unknown());
    let dropped = scenario.schedule.len() - result.schedule.len();
    if dropped > 0 {
        let ours = "schedule".to_string();
        let changes = plural(dropped as u64, "scheduled change", "scheduled changes");
        let text = format!("{changes} left out: there are no such settings any more.");
        notes.push(Note { ours, theirs: None, text });
    }
    *scenario = result;
    Ok(notes)
}

/// A file of a target.
struct File<'a> {
    target: &'a Target,
    /// The object of each root, if it is there.
    roots: Vec<(&'static Root, Option<Node>)>,
    /// The name in place of `*` in paths.
    name: String,
}

impl<'a> File<'a> {
    fn read(
        target: &'a Target,
        text: &str,
        instance: Option<&str>,
        on: Dependency,
    ) -> Result<Self, Problem> {
        if text.len() > LENGTH_MAX {
            return Err(Problem::new("the file", format!("is longer than {LENGTH_MAX} bytes")));
        }
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let documents = match target.syntax {
            Syntax::Yaml(_) => read::yaml(text)?,
            Syntax::Json { .. } => read::json(text)?,
            Syntax::Ini(_) => read::ini(text)?,
            Syntax::Code(_) => {
                let what = format!("cannot be read: {} is code", target.title);
                return Err(Problem::new("the file", what));
            }
        };
        let node = |root: &Root| match root.keys {
            [] => documents.at("0").cloned(),
            keys => keys.iter().find_map(|key| documents.find(key)).cloned(),
        };
        let roots = target.roots().iter().map(|root| (root, node(root))).collect();
        let mut file = Self { target, roots, name: String::new() };
        file.name = file.instance(instance, on)?;
        Ok(file)
    }

    /// The name in place of `*`.
    fn instance(&self, wanted: Option<&str>, on: Dependency) -> Result<String, Problem> {
        let leaves: Vec<String> = self
            .roots
            .iter()
            .flat_map(|(root, node)| {
                let prefix =
                    if root.name.is_empty() { String::new() } else { format!("{}.", root.name) };
                let leaves = node.as_ref().map(Node::leaves).unwrap_or_default();
                leaves.into_iter().map(move |(path, _)| prefix.clone() + &path)
            })
            .collect();
        let mut names: Vec<String> = Vec::new();
        for (before, _) in self.paths().filter_map(|path| path.split_once('*')) {
            for name in leaves.iter().filter_map(|leaf| name_after(leaf, before)) {
                if names.iter().all(|known| known != name) {
                    names.push(name.to_string());
                }
            }
        }
        let has = |name: &str| names.iter().any(|known| known == name);
        match (wanted, &names[..]) {
            (Some(wanted), _) if has(wanted) || names.is_empty() => Ok(wanted.to_string()),
            (None, _) if has(on.name()) || names.is_empty() => Ok(on.name().to_string()),
            (None, [name]) => Ok(name.clone()),
            (wanted, _) => {
                let wanted = shortened(wanted.unwrap_or(on.name()));
                let names: Vec<String> = names.iter().map(|name| shortened(name)).collect();
                let what = format!("has no instance {wanted}; it has {}", names.join(", "));
                Err(Problem::new("the file", what))
            }
        }
    }

    fn rows(&self) -> impl Iterator<Item = &'static Row> + use<'a> {
        self.target.sections.iter().flat_map(Section::rows)
    }

    /// The path of every key that the target's table knows.
    fn paths(&self) -> impl Iterator<Item = &'static str> + use<'a> {
        let order: &[(LayerKind, &str)] = match self.target.order {
            Order::Numbered(paths) => paths,
            _ => &[],
        };
        let rows = self.rows().filter_map(Row::path);
        let sections = self.target.sections.iter();
        let constants =
            sections.flat_map(|section| section.constants.iter().map(|(path, _)| *path));
        rows.chain(order.iter().map(|(_, path)| *path)).chain(constants)
    }

    /// The node at a path, with the name in it, or where it is inherited from.
    fn at(&self, path: &str) -> Option<&Node> {
        let roots = self.target.roots();
        let found = self
            .roots
            .iter()
            .find_map(|(root, node)| Some((*root, node.as_ref()?, inside(root, roots, path)?)));
        let (root, node, path) = found?;
        let named = path.replace('*', &self.name);
        let text = |path: &str| node.at(path).and_then(Node::text).map(ToString::to_string);
        node.at(&named).or_else(|| {
            let inherits = root.inherits?;
            inherits(&named, &text).iter().find_map(|path| node.at(path))
        })
    }

    /// The single value at a path, if it is not null.
    fn scalar(&self, path: &str) -> Option<(&Node, &str)> {
        let node = self.at(path)?;
        let text = node.text()?;
        let is_null = matches!(&node.content, Content::Scalar(Scalar::Bare(text))
            if ["", "~", "null"].contains(&text.as_str()));
        (!is_null).then_some((node, text))
    }

    /// The layers of the file, innermost first.
    fn kinds(&self) -> Vec<LayerKind> {
        let has = |row: &Row| row.path().is_some_and(|path| self.scalar(path).is_some());
        let is_any = self.target.sections.iter().flat_map(Section::rows).any(has);
        let is_there = |section: &&Section| section.always || section.rows().any(has);
        let sections = self.target.sections.iter().filter(is_there);
        let kinds: Vec<_> = sections.map(|section| section.layer).filter(|_| is_any).collect();
        let mut kinds = ordered(self.target, self.target.possible(&kinds));
        if let Order::Numbered(paths) = self.target.order {
            kinds.sort_by_key(|kind| {
                let by_default = paths.iter().position(|(of, _)| of == kind).unwrap_or(0);
                let path = paths.get(by_default).map_or("", |(_, path)| *path);
                let number = self.scalar(path).and_then(|(_, text)| text.trim().parse().ok());
                // A larger number is further in, and the default is the largest.
                let default = i64::from(i32::MAX) - i64::try_from(by_default).unwrap_or(0);
                std::cmp::Reverse(number.unwrap_or(default))
            });
        }
        kinds
    }

    /// The value of a row in the file; none if it has none.
    fn value(
        &self,
        row: &Row,
        spec: &SettingSpec,
        notes: &mut Vec<Note>,
    ) -> Result<Option<Value>, Problem> {
        let Theirs::Key { path, form, .. } = &row.theirs else { return Ok(None) };
        let Some((found, text)) = self.scalar(path) else { return Ok(None) };
        let named = path.replace('*', &self.name);
        let mut say = |text: String| {
            let (ours, theirs) = (row.ours.to_string(), Some(named.clone()));
            notes.push(Note { ours, theirs, text: format!("line {}: {text}", found.line) });
        };
        let given = placeholder(text).unwrap_or(text);
        if given != text {
            say(format!("{named} is {}; its default is used.", shortened(text)));
        }
        let Some(value) = form.read(spec.kind, given) else {
            let what = format!("is {:?}, but must be {}", shortened(text), form.accepts());
            return Err(Problem::new(format!("line {}: {named}", found.line), what));
        };
        let fitted = fit(spec.kind, value.clone());
        if fitted != value {
            let used = words(spec.kind, &fitted);
            say(format!(
                "{named} is {}; the nearest that {} can be is {used}.",
                shortened(text),
                row.ours
            ));
        }
        Ok(Some(fitted))
    }

    /// Notes on the keys that the table does not know.
    fn unknown(&self) -> Vec<Note> {
        let roots = self.target.roots();
        let mut notes = Vec::new();
        for (root, node) in &self.roots {
            let Some(node) = node else { continue };
            let rows = self.paths().filter_map(|path| inside(root, roots, path));
            let constants = root.constants.iter().map(|(path, _)| *path);
            let named: Vec<String> =
                rows.chain(constants).map(|path| path.replace('*', &self.name)).collect();
            let text = |path: &str| node.at(path).and_then(Node::text).map(ToString::to_string);
            let inherited = |path: &String| root.inherits.map(|inherits| inherits(path, &text));
            let inherited = named.iter().filter_map(inherited).flatten();
            let known: Vec<String> =
                inherited.chain(named.iter().cloned()).map(|it| plain(&it)).collect();
            for (path, line) in node.leaves() {
                if self.is_elsewhere(root, &path) || known.contains(&plain(&path)) {
                    continue;
                }
                let text = format!("line {line}: {} is not used.", cut(&path));
                notes.push(Note { ours: String::new(), theirs: Some(path), text });
            }
        }
        if notes.len() > UNKNOWN_MAX {
            let more = notes.len() - UNKNOWN_MAX;
            notes.truncate(UNKNOWN_MAX);
            let text = format!("{more} more keys are not used.");
            notes.push(Note { ours: String::new(), theirs: None, text });
        }
        notes
    }

    /// Whether a path of a file belongs to another instance, or to a part that instances inherit from.
    fn is_elsewhere(&self, root: &Root, path: &str) -> bool {
        let roots = self.target.roots();
        let (path, name) = (plain(path), plain(&self.name));
        self.paths().filter_map(|known| inside(root, roots, known)).any(|known| {
            let Some((before, _)) = known.split_once('*') else { return false };
            let before = plain(before);
            let other = path
                .strip_prefix(&before)
                .is_some_and(|rest| rest.split('.').next() != Some(&name) && !rest.is_empty());
            let parent = before.trim_end_matches("instances.");
            let inherited = root.inherits.is_some()
                && path.strip_prefix(parent).is_some_and(|rest| {
                    rest.starts_with("configs.") || rest.ends_with("baseconfig")
                });
            other || inherited
        })
    }

    fn without_settings(&self) -> Problem {
        let mut paths: Vec<&str> = self.paths().collect();
        paths.truncate(3);
        let paths = paths.join(", ");
        let what =
            format!("has no setting of {} that is known here, such as {paths}", self.target.title);
        Problem::new("the file", what)
    }
}

/// The name that stands in a path after this beginning.
fn name_after<'a>(path: &'a str, before: &str) -> Option<&'a str> {
    let (parent, head) = before.rsplit_once('.').unwrap_or(("", before));
    let parts = before.matches('.').count();
    let start = path.match_indices('.').nth(parts.checked_sub(1).unwrap_or(usize::MAX));
    let start = start.map_or(0, |(at, _)| at + 1);
    let is_inside = plain(path[..start].trim_end_matches('.')) == plain(parent);
    let name = path[start..].split('.').next()?.strip_prefix(head)?;
    is_inside.then_some(name)
}

/// A path, cut if it is too long for a sentence.
fn cut(path: &str) -> String {
    const MOST: usize = 160;
    if path.chars().count() <= MOST { path.to_string() } else { shortened(path) }
}

/// The default in a placeholder of Spring: `50` in `${RATE:50}`.
fn placeholder(text: &str) -> Option<&str> {
    let inner = text.trim().strip_prefix("${")?.strip_suffix('}')?;
    inner.split_once(':').map(|(_, default)| default)
}

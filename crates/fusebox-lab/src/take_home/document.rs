//! The values of a target as YAML, JSON or sections of keys, with the notes as comments.

use super::convert::{Field, constant};
use super::node::{Content, Node};
use super::note::Note;
use super::scalar::Scalar;
use super::table::Root;
use crate::words::wrapped;
use fusebox_sim::Dependency;

/// The longest line of a comment, in characters.
const LINE_MAX: usize = 100;

/// YAML, one document for each root that has values.
pub(super) fn yaml(
    roots: &[Root],
    on: Dependency,
    fields: &[Field],
    notes: &[Note],
    about: &[String],
) -> String {
    let mut out: String = comments(about.iter(), "# ");
    let mut documents = Vec::new();
    for root in roots {
        let tree = tree(root, roots, on, fields, notes);
        if tree != Node::empty() {
            let title =
                if root.title.is_empty() { Vec::new() } else { vec![root.title.to_string()] };
            let mut document = comments(title.iter(), "# ");
            write_yaml(&tree, 0, &mut document);
            documents.push(document);
        }
    }
    out += &documents.join("---\n");
    out + &comments(unplaced(notes), "# ")
}

/// JSON, with comments if there is an introduction to begin them with.
pub(super) fn json(
    roots: &[Root],
    on: Dependency,
    fields: &[Field],
    notes: &[Note],
    about: Option<&[String; 2]>,
) -> String {
    let none = &[][..];
    let notes = if about.is_some() { notes } else { none };
    let mut out = about.map_or_else(String::new, |about| comments(about.iter(), "// "));
    for root in roots {
        write_json(&tree(root, roots, on, fields, notes), 0, &mut out);
        out.push('\n');
    }
    out + &comments(unplaced(notes), "// ")
}

/// Sections of keys: the first part of a path is its section.
pub(super) fn ini(on: Dependency, fields: &[Field], notes: &[Note], about: &[String]) -> String {
    let mut out = comments(about.iter(), "# ");
    let mut before = String::new();
    for field in fields {
        let path = field.path.replace('*', on.name());
        let (section, key) = path.split_once('.').unwrap_or(("", &path));
        if section != before {
            out.extend(["[", section, "]\n"]);
            before = section.to_string();
        }
        out += &comments(placed(notes, &path).iter(), "# ");
        out.extend([key, " = ", field.scalar.text(), "\n"]);
    }
    out + &comments(unplaced(notes), "# ")
}

/// The notes that stand above a path.
pub(super) fn placed(notes: &[Note], path: &str) -> Vec<String> {
    let notes = notes.iter().filter(|note| note.theirs.as_deref() == Some(path));
    notes.map(|note| note.text.clone()).collect()
}

/// The notes that stand at the end.
pub(super) fn unplaced(notes: &[Note]) -> impl Iterator<Item = &String> {
    notes.iter().filter(|note| note.theirs.is_none()).map(|note| &note.text)
}

pub(super) fn comments<'a>(texts: impl Iterator<Item = &'a String>, mark: &str) -> String {
    let mut out = String::new();
    for line in texts.flat_map(|text| wrapped(text, LINE_MAX)) {
        out.extend([mark, &line, "\n"]);
    }
    out
}

/// The tree of a root.
fn tree(root: &Root, roots: &[Root], on: Dependency, fields: &[Field], notes: &[Note]) -> Node {
    let mut tree = Node::empty();
    let mine: Vec<&Field> =
        fields.iter().filter(|field| inside(root, roots, field.path).is_some()).collect();
    if mine.is_empty() {
        return tree;
    }
    for (path, value) in root.constants {
        tree.insert(path, Node::new(0, Content::Scalar(constant(value, on))));
    }
    for field in mine {
        let path = inside(root, roots, field.path).unwrap_or_default().replace('*', on.name());
        let comments = placed(notes, &field.path.replace('*', on.name()));
        let content = Content::Scalar(field.scalar.clone());
        tree.insert(&path, Node { line: 0, comments, content });
    }
    tree
}

/// The path within a root; none if it is in another one.
pub(super) fn inside<'a>(root: &Root, roots: &[Root], path: &'a str) -> Option<&'a str> {
    let (head, rest) = path.split_once('.').unwrap_or((path, ""));
    if root.name.is_empty() {
        return roots.iter().all(|other| other.name != head).then_some(path);
    }
    (root.name == head).then_some(rest)
}

fn write_yaml(node: &Node, depth: usize, out: &mut String) {
    let indent = "  ".repeat(depth);
    match &node.content {
        Content::Scalar(scalar) => out.extend([&indent, &*yaml_scalar(scalar), "\n"]),
        Content::List(items) => {
            for item in items {
                let mut inner = String::new();
                write_yaml(item, depth + 1, &mut inner);
                // The first line of an item begins with its mark in place of its indent.
                let cut = inner.len().min(indent.len() + 2);
                out.extend([&indent, "- ", &inner[cut..]]);
            }
        }
        Content::Map(members) => {
            for (key, node) in members {
                *out += &comments(node.comments.iter(), &format!("{indent}# "));
                if let Content::Scalar(scalar) = &node.content {
                    out.extend([&indent, key, ": ", &yaml_scalar(scalar), "\n"]);
                } else {
                    out.extend([&indent, key, ":\n"]);
                    write_yaml(node, depth + 1, out);
                }
            }
        }
    }
}

/// A value in YAML: without quotation marks if it is a plain word or a number with a unit.
fn yaml_scalar(scalar: &Scalar) -> String {
    let Scalar::Text(text) = scalar else { return scalar.text().to_string() };
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "._/-,".contains(c);
    let begins = text.starts_with(|c: char| c.is_ascii_alphanumeric());
    let is_word = begins && text.chars().all(is_plain) && text.parse::<f64>().is_err();
    let means_else = ["true", "false", "null", "yes", "no", "on", "off"];
    if is_word && !means_else.contains(&text.to_ascii_lowercase().as_str()) {
        return text.clone();
    }
    quoted(text)
}

fn write_json(node: &Node, depth: usize, out: &mut String) {
    let (open, close, items): (_, _, Vec<(String, &Node)>) = match &node.content {
        Content::Scalar(Scalar::Bare(text)) => return out.push_str(text),
        Content::Scalar(Scalar::Text(text)) => return out.push_str(&quoted(text)),
        Content::List(items) => {
            ('[', ']', items.iter().map(|item| (String::new(), item)).collect())
        }
        Content::Map(members) => {
            ('{', '}', members.iter().map(|it| (format!("{}: ", quoted(&it.0)), &it.1)).collect())
        }
    };
    let indent = "  ".repeat(depth + 1);
    out.push(open);
    for (n, (key, item)) in items.iter().enumerate() {
        *out += if n == 0 { "\n" } else { ",\n" };
        *out += &comments(item.comments.iter(), &format!("{indent}// "));
        out.extend([indent.as_str(), key]);
        write_json(item, depth + 1, out);
    }
    if !items.is_empty() {
        out.extend(["\n", &"  ".repeat(depth)]);
    }
    out.push(close);
}

fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

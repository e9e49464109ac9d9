//! Reads YAML, JSON and sections of keys into a tree, within bounds.
//!
//! JSON is read as YAML, of which it is a part, so that problems have lines there too.

use super::node::{Content, Node};
use super::scalar::Scalar;
use crate::settings::{Problem, shortened};
use saphyr_parser::{Event, Parser, ScalarStyle, Span};

/// The deepest nesting of objects and lists.
const DEPTH_MAX: usize = 32;

/// The documents of a text, as a list.
///
/// # Errors
/// When the text is neither, is nested too deeply, or has anchors, aliases or tags.
pub(super) fn yaml(text: &str) -> Result<Node, Problem> {
    let mut parser = Parser::new_from_str(text);
    let mut documents = Vec::new();
    loop {
        let (event, span) = next(&mut parser)?;
        match event {
            Event::StreamEnd => return Ok(Node::new(1, Content::List(documents))),
            Event::Nothing | Event::StreamStart | Event::DocumentStart(_) | Event::DocumentEnd => {}
            event => documents.push(node(&mut parser, event, span, 0)?),
        }
    }
}

/// JSON, with comments.
pub(super) fn json(text: &str) -> Result<Node, Problem> {
    yaml(&without_comments(text))
}

type Events<'a> = Parser<'a, saphyr_parser::StrInput<'a>>;

fn next<'a>(parser: &mut Events<'a>) -> Result<(Event<'a>, Span), Problem> {
    match parser.next_event() {
        Some(Ok(event)) => Ok(event),
        Some(Err(error)) => {
            Err(at(error.marker().line(), format!("cannot be read: {}", shortened(error.info()))))
        }
        None => Ok((Event::StreamEnd, Span::default())),
    }
}

/// The node that begins with an event.
fn node<'a>(
    parser: &mut Events<'a>,
    event: Event<'a>,
    span: Span,
    depth: usize,
) -> Result<Node, Problem> {
    let line = span.start.line();
    if depth > DEPTH_MAX {
        return Err(at(line, format!("is nested more than {DEPTH_MAX} levels deep")));
    }
    let is_plain = |anchor: usize, tagged: bool| {
        let what = "has an anchor, an alias or a tag; write the values out";
        if anchor == 0 && !tagged { Ok(()) } else { Err(at(line, what)) }
    };
    let content = match event {
        Event::Scalar(text, style, anchor, tag) => {
            is_plain(anchor, tag.is_some())?;
            let text = text.into_owned();
            let plain = matches!(style, ScalarStyle::Plain);
            Content::Scalar(if plain { Scalar::Bare(text) } else { Scalar::Text(text) })
        }
        Event::SequenceStart(anchor, tag) => {
            is_plain(anchor, tag.is_some())?;
            Content::List(list(parser, depth)?)
        }
        Event::MappingStart(anchor, tag) => {
            is_plain(anchor, tag.is_some())?;
            Content::Map(map(parser, depth)?)
        }
        _ => {
            is_plain(1, true)?;
            Content::Map(Vec::new())
        }
    };
    Ok(Node::new(line, content))
}

fn list(parser: &mut Events<'_>, depth: usize) -> Result<Vec<Node>, Problem> {
    let mut items = Vec::new();
    loop {
        match next(parser)? {
            (Event::SequenceEnd | Event::StreamEnd, _) => return Ok(items),
            (event, span) => items.push(node(parser, event, span, depth + 1)?),
        }
    }
}

fn map(parser: &mut Events<'_>, depth: usize) -> Result<Vec<(String, Node)>, Problem> {
    let mut members: Vec<(String, Node)> = Vec::new();
    loop {
        let (event, span) = next(parser)?;
        if let Event::MappingEnd | Event::StreamEnd = event {
            return Ok(members);
        }
        let key = node(parser, event, span, depth + 1)?;
        let Some(text) = key.text().map(ToString::to_string) else {
            return Err(at(key.line, "has a key that is not a single word"));
        };
        if members.iter().any(|(before, _)| *before == text) {
            return Err(at(key.line, format!("has the key {} twice", shortened(&text))));
        }
        let (event, span) = next(parser)?;
        members.push((text, node(parser, event, span, depth + 1)?));
    }
}

/// A problem in a line.
pub(super) fn at(line: usize, what: impl AsRef<str>) -> Problem {
    Problem::new(format!("line {line}"), what.as_ref())
}

/// Keys with values in sections, as in `~/.aws/config`.
pub(super) fn ini(text: &str) -> Result<Node, Problem> {
    let mut sections: Vec<(String, Node)> = Vec::new();
    for (n, line) in text.lines().enumerate() {
        let (line, n) = (line.trim(), n + 1);
        if line.is_empty() || line.starts_with(['#', ';']) {
            continue;
        }
        if let Some(name) = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            sections.push((name.trim().to_string(), Node::new(n, Content::Map(Vec::new()))));
            continue;
        }
        let Some((key, value)) = line.split_once('=') else {
            let what = format!("is {:?}, but must be KEY = VALUE or [SECTION]", shortened(line));
            return Err(at(n, what));
        };
        let Some((_, Node { content: Content::Map(members), .. })) = sections.last_mut() else {
            return Err(at(n, "comes before the first [SECTION]"));
        };
        let value = Content::Scalar(Scalar::Bare(value.trim().to_string()));
        members.push((key.trim().to_string(), Node::new(n, value)));
    }
    Ok(Node::new(1, Content::List(vec![Node::new(1, Content::Map(sections))])))
}

/// JSON with blanks in place of its comments, so that every line stays where it is.
fn without_comments(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let (length, is_comment) = if rest.starts_with("//") {
            (rest.find('\n').unwrap_or(rest.len()), true)
        } else if rest.starts_with("/*") {
            (rest.find("*/").map_or(rest.len(), |end| end + 2), true)
        } else if c == '"' {
            (string_length(rest), false)
        } else {
            (c.len_utf8(), false)
        };
        let (part, after) = rest.split_at(length);
        if is_comment {
            out.extend(part.chars().map(|c| if c == '\n' { '\n' } else { ' ' }));
        } else if c == '\t' {
            // YAML has no tabs where a line begins.
            out.push(' ');
        } else {
            out += part;
        }
        rest = after;
    }
    out
}

/// The length of a string of JSON, with its quotation marks.
fn string_length(text: &str) -> usize {
    let mut escaped = false;
    for (n, c) in text.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return n + 1,
            _ => {}
        }
    }
    text.len()
}

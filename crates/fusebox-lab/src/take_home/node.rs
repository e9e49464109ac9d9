//! A document as a tree: what YAML and JSON have in common.

use super::scalar::Scalar;

/// A value of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Node {
    /// The line at which it begins, from 1; 0 if it was not read.
    pub(super) line: usize,
    /// The comments above it.
    pub(super) comments: Vec<String>,
    pub(super) content: Content,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Content {
    Scalar(Scalar),
    List(Vec<Node>),
    Map(Vec<(String, Node)>),
}

impl Node {
    pub(super) const fn new(line: usize, content: Content) -> Self {
        Self { line, comments: Vec::new(), content }
    }

    /// An object without members.
    pub(super) const fn empty() -> Self {
        Self::new(0, Content::Map(Vec::new()))
    }

    /// The text of a single value.
    pub(super) fn text(&self) -> Option<&str> {
        match &self.content {
            Content::Scalar(scalar) => Some(scalar.text()),
            _ => None,
        }
    }

    /// Puts a node at a path, and makes the objects and lists on the way; a value that is already there
    /// stays.
    pub(super) fn insert(&mut self, path: &str, node: Self) {
        let (head, rest) = path.split_once('.').unwrap_or((path, ""));
        let inner = match (&mut self.content, head.parse::<usize>()) {
            (Content::List(items), Ok(at)) => {
                let at = at.min(items.len());
                if at == items.len() {
                    items.push(Self::empty());
                }
                &mut items[at]
            }
            (Content::Map(members), _) => {
                let at = members.iter().position(|(key, _)| key == head).unwrap_or_else(|| {
                    members.push((head.to_string(), Self::empty()));
                    members.len() - 1
                });
                &mut members[at].1
            }
            _ => return,
        };
        if rest.is_empty() {
            if *inner == Self::empty() {
                *inner = node;
            }
            return;
        }
        if rest.split('.').next().is_some_and(|next| next.parse::<usize>().is_ok())
            && *inner == Self::empty()
        {
            inner.content = Content::List(Vec::new());
        }
        inner.insert(rest, node);
    }

    /// The node at a path. Keys are the same if they differ only in case, `-` and `_`, as Spring, .NET and
    /// the JSON of Protocol Buffers read them.
    pub(super) fn at(&self, path: &str) -> Option<&Self> {
        if path.is_empty() {
            return Some(self);
        }
        match &self.content {
            Content::Scalar(_) => None,
            Content::List(items) => {
                let (head, rest) = path.split_once('.').unwrap_or((path, ""));
                items.get(head.parse::<usize>().ok()?)?.at(rest)
            }
            // A key may have dots itself, as Spring and people write it: resilience4j.retry.
            Content::Map(members) => members.iter().find_map(|(key, node)| {
                let rest = strip_key(path, key)?;
                node.at(rest)
            }),
        }
    }

    /// The first object that has something at this path or inside it, from the outside to the inside.
    pub(super) fn find(&self, path: &str) -> Option<&Self> {
        match &self.content {
            Content::Scalar(_) => None,
            Content::List(items) => items.iter().find_map(|item| item.find(path)),
            Content::Map(members) => {
                let begins = plain(path) + ".";
                let has_it = |(key, _): &(String, Self)| plain(key).starts_with(&begins);
                if self.at(path).is_some() || members.iter().any(has_it) {
                    return Some(self);
                }
                members.iter().find_map(|(_, node)| node.find(path))
            }
        }
    }

    /// Every single value, with its path and its line.
    pub(super) fn leaves(&self) -> Vec<(String, usize)> {
        let mut found = Vec::new();
        self.walk("", &mut found);
        found
    }

    fn walk(&self, path: &str, found: &mut Vec<(String, usize)>) {
        let inside =
            |key: &str| if path.is_empty() { key.to_string() } else { format!("{path}.{key}") };
        match &self.content {
            Content::Scalar(_) => found.push((path.to_string(), self.line)),
            Content::List(items) => {
                for (n, item) in items.iter().enumerate() {
                    item.walk(&inside(&n.to_string()), found);
                }
            }
            Content::Map(members) => {
                for (key, node) in members {
                    node.walk(&inside(key), found);
                }
            }
        }
    }
}

/// The rest of a path after a key, which may have several of its parts.
fn strip_key<'a>(path: &'a str, key: &str) -> Option<&'a str> {
    let parts = key.split('.').count();
    let end = path.match_indices('.').nth(parts - 1).map_or(path.len(), |(at, _)| at);
    let (head, rest) = path.split_at(end);
    (plain(head) == plain(key)).then(|| rest.trim_start_matches('.'))
}

/// A key without what does not matter in it.
pub(super) fn plain(key: &str) -> String {
    key.chars().filter(|c| !matches!(c, '-' | '_')).map(|c| c.to_ascii_lowercase()).collect()
}

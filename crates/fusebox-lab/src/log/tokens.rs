//! The parts of a line of an access log, and the formats in which nginx writes it.

use super::LogError;

/// The words of a line: `[...]`, `"..."`, or up to the next space. What begins as a word and has a
/// quotation mark within, as in `a="b c"`, ends with the next one.
pub(super) fn tokens(line: &str) -> Vec<&str> {
    let mut found = Vec::with_capacity(32);
    let mut rest = line.trim();
    while let Some(first) = rest.chars().next() {
        let closing = match first {
            '[' => Some(']'),
            '"' => Some('"'),
            _ => None,
        };
        let length = if let Some(closing) = closing {
            rest[1..].find(closing).map_or(rest.len(), |end| end + 2)
        } else {
            let end = rest.find([' ', '\t']).unwrap_or(rest.len());
            let quote = rest[..end].find('"').map(|quote| quote + 1);
            let closed = quote.and_then(|quote| Some(quote + rest[quote..].find('"')? + 1));
            closed.unwrap_or(end)
        };
        let (token, after) = rest.split_at(length);
        found.push(token);
        rest = after.trim_start();
    }
    found
}

/// A token without its quotation marks or brackets.
pub(super) fn inner(token: &str) -> &str {
    let without = |open, close| token.strip_prefix(open).and_then(|it| it.strip_suffix(close));
    without('"', '"').or_else(|| without('[', ']')).unwrap_or(token)
}

/// The value that stands after this name in a line: `name value`, `name=value` or `name:value`, with
/// further parts after commas and colons, as nginx writes lists.
pub(super) fn labelled<'a>(line: &'a str, tokens: &[&'a str], name: &str) -> Option<&'a str> {
    let (mut n, mut value) = tokens.iter().enumerate().find_map(|(n, token)| {
        let rest = token.strip_prefix(name)?;
        match rest.strip_prefix(['=', ':']) {
            None if rest.is_empty() => Some((n + 1, *tokens.get(n + 1)?)),
            Some("") => Some((n + 1, *tokens.get(n + 1)?)),
            value => Some((n, value?)),
        }
    })?;
    let start = value.as_ptr().addr() - line.as_ptr().addr();
    while let Some(next) = tokens.get(n + 1) {
        let is_item = next.starts_with(|first: char| first.is_ascii_digit() || first == '-');
        let goes_on = (value.ends_with([',', ':']) && is_item) || matches!(*next, ":" | ",");
        if !goes_on {
            break;
        }
        let end = next.as_ptr().addr() - line.as_ptr().addr() + next.len();
        (n, value) = (n + 1, &line[start..end]);
    }
    Some(inner(value.trim_end_matches([',', ';'])))
}

/// The last of a list such as `0.001, 0.341` or `502 : 200`.
pub(super) fn last(list: &str) -> &str {
    list.rsplit([',', ':']).next().unwrap_or_default().trim()
}

/// A `log_format` of nginx: the variables in a line, and the texts between them.
#[derive(Clone, Debug)]
pub(super) struct Pattern {
    /// The text before the first variable.
    before: String,
    /// Each variable with the text after it.
    variables: Vec<(String, String)>,
}

impl Pattern {
    /// The format with this text, as in `$remote_addr [$time_local] "$request" $status`.
    pub(super) fn new(format: &str) -> Result<Self, LogError> {
        let mut parts = format.trim().split('$');
        let before = parts.next().unwrap_or_default().to_string();
        let variables: Vec<_> = parts.map(variable).collect();
        let is_clear = |(n, (name, after)): (usize, &(String, String))| {
            !name.is_empty() && (!after.is_empty() || n + 1 == variables.len())
        };
        if variables.is_empty() || !variables.iter().enumerate().all(is_clear) {
            let expected = "a log_format of nginx with a text between any two variables";
            return Err(LogError::fatal("--format", format, expected));
        }
        Ok(Self { before, variables })
    }

    /// The variables in a line of this format.
    pub(super) fn matches<'a>(&'a self, line: &'a str) -> Option<Vec<(&'a str, &'a str)>> {
        let mut rest = line.trim().strip_prefix(self.before.as_str())?;
        let mut found = Vec::with_capacity(self.variables.len());
        for (name, after) in &self.variables {
            let mut end = if after.is_empty() { rest.len() } else { rest.find(after.as_str())? };
            while after.starts_with(' ') && is_in_list(name, &rest[..end], &rest[end..]) {
                end += 1 + rest[end + 1..].find(after.as_str())?;
            }
            found.push((name.as_str(), &rest[..end]));
            rest = &rest[end + after.len()..];
        }
        Some(found)
    }
}

/// Whether a list of nginx goes on: these have an item for each upstream, after a comma and a space, or
/// after a colon between spaces.
fn is_in_list(name: &str, value: &str, rest: &str) -> bool {
    let goes_on = value.ends_with(',') || value.ends_with(" :") || rest.starts_with(" : ");
    name.starts_with("upstream_") && goes_on
}

/// The variable at the beginning, as in `status ` or `{status}`, and the text after it.
fn variable(text: &str) -> (String, String) {
    let in_braces = text.strip_prefix('{').and_then(|text| text.split_once('}'));
    let (name, after) = in_braces.unwrap_or_else(|| {
        let in_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
        text.split_at(text.find(|c| !in_name(c)).unwrap_or(text.len()))
    });
    (name.to_string(), after.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_after_a_name_are_read_whole() {
        let line = "1.2.3.4 [29/Aug/2012:10:47:20 +0800] \"GET /?status=500 HTTP/1.1\" \
            upstream_response_time 0.001, 0.341 upstream_status=\"502, 200\" rt: 5 : 6 msec=7";
        let tokens = tokens(line);
        let value = |name| labelled(line, &tokens, name);
        assert_eq!(value("upstream_response_time"), Some("0.001, 0.341"));
        assert_eq!(value("upstream_status"), Some("502, 200"));
        assert_eq!(value("rt"), Some("5 : 6"));
        assert_eq!(value("msec"), Some("7"));
        assert_eq!(value("status"), None);
        assert_eq!(["502 : 200", "0.1, -", "7"].map(last), ["200", "-", "7"]);
    }

    #[test]
    fn a_log_format_finds_its_variables() {
        let pattern = Pattern::new("$a [$b] \"$c\" ${d}s").unwrap();
        let found = pattern.matches("1 [2 3] \"GET / HTTP\" 0.5s").unwrap();
        assert_eq!(found, [("a", "1"), ("b", "2 3"), ("c", "GET / HTTP"), ("d", "0.5")]);
        assert!(pattern.matches("1 [2").is_none());
        let lists = Pattern::new("$upstream_addr $upstream_status $end").unwrap();
        let found = lists.matches("1.2.3.4:80, 1.2.3.5:80 : 1.2.3.6:80 502, 502 : 200 x").unwrap();
        assert_eq!(found[0].1, "1.2.3.4:80, 1.2.3.5:80 : 1.2.3.6:80");
        assert_eq!((found[1].1, found[2].1), ("502, 502 : 200", "x"));
        assert!(Pattern::new("$a$b").is_err() && Pattern::new("none").is_err());
    }
}

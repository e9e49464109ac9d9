//! Prose whose numbers are queries.
//!
//! | in the text | is |
//! |---|---|
//! | `{errors from=breaker.open}` | the number of a [query](crate::query) |
//! | `{setting postgres.breaker.cooldown}` | a setting of the world |
//! | `[half-open](half_open)` | words in the colour of what they name, one of [`MARKS`] |
//! | `[429](fixed)` | digits that no run can contradict, such as a status code |
//! | `` `base * 2^N` `` | code |
//!
//! Digits anywhere else are a problem, since a run could contradict them.

use crate::query::Query;
use crate::settings::{Problem, hint, shortened};
use core::str::FromStr;
use fusebox_sim::Dependency;

/// A paragraph.
#[derive(Clone, Debug, PartialEq)]
pub struct Prose(pub Vec<Piece>);

/// A piece of a paragraph.
#[derive(Clone, Debug, PartialEq)]
pub enum Piece {
    /// Plain words.
    Text(String),
    /// A number of the run.
    Query(Query),
    /// Words in the colour of what they name.
    Marked {
        /// The words.
        text: String,
        /// What they name, one of [`MARKS`] or a dependency.
        mark: String,
    },
    /// Code.
    Code(String),
}

/// What words can name, apart from the dependencies; `fixed` is for digits and has no colour.
pub const MARKS: &[&str] = &[
    "fixed",
    "closed",
    "open",
    "half_open",
    "trial",
    "window",
    "success",
    "failure",
    "failed_fast",
    "fallback",
    "retry",
    "first_attempts",
    "timeout",
    "backoff",
    "jitter",
    "budget",
    "breaker",
    "bulkhead",
    "threads",
    "queue",
    "memory",
    "health",
    "slow",
    "hang",
    "down",
    "write",
    "key",
];

/// The most pieces of a paragraph.
const PIECES_MAX: usize = 100;

impl FromStr for Prose {
    type Err = Problem;

    /// Reads a paragraph.
    fn from_str(text: &str) -> Result<Self, Problem> {
        let mut pieces = Vec::new();
        let mut rest = text;
        while !rest.is_empty() {
            if pieces.len() == PIECES_MAX {
                return Err(Problem::new("the paragraph", "has more than 100 pieces"));
            }
            let (piece, after) = match rest.chars().next() {
                Some('{') => {
                    let (inside, after) = up_to(rest, '}')?;
                    (Piece::Query(inside.parse()?), after)
                }
                Some('`') => {
                    let (inside, after) = up_to(rest, '`')?;
                    (Piece::Code(inside.to_string()), after)
                }
                Some('[') => marked(rest)?,
                _ => {
                    let end = rest.find(['{', '[', '`']).unwrap_or(rest.len());
                    (Piece::Text(rest[..end].to_string()), &rest[end..])
                }
            };
            if let Piece::Text(text) = &piece {
                check(text)?;
            }
            pieces.push(piece);
            rest = after;
        }
        Ok(Self(pieces))
    }
}

/// The text between the first character and the next one like this, and the text after it.
fn up_to(text: &str, end: char) -> Result<(&str, &str), Problem> {
    let found = text[1..].split_once(end);
    found.ok_or_else(|| Problem::new(format!("{:?}", shortened(text)), format!("has no {end}")))
}

fn marked(text: &str) -> Result<(Piece, &str), Problem> {
    let (words, after) = up_to(text, ']')?;
    if !after.starts_with('(') {
        let what = "must have ( with a mark and ) after its ]";
        return Err(Problem::new(format!("{:?}", shortened(text)), what));
    }
    let (mark, after) = up_to(after, ')')?;
    let known: Vec<_> =
        MARKS.iter().copied().chain(Dependency::ALL.map(Dependency::name)).collect();
    if !known.contains(&mark) {
        let what = format!("is no mark{}", hint(mark, &known));
        return Err(Problem::new(format!("{:?}", shortened(mark)), what));
    }
    if mark != "fixed" {
        check(words)?;
    }
    Ok((Piece::Marked { text: words.to_string(), mark: mark.to_string() }, after))
}

fn check(text: &str) -> Result<(), Problem> {
    let Some(at) = text.find(|c: char| c.is_numeric()) else { return Ok(()) };
    let what = "has digits that a run could contradict; write a query such as {errors}, or mark \
                them as in [429](fixed)";
    Err(Problem::new(format!("{:?}", shortened(&text[at..])), what))
}

impl Prose {
    /// Its queries.
    pub fn queries(&self) -> impl Iterator<Item = &Query> {
        self.0.iter().filter_map(|piece| match piece {
            Piece::Query(query) => Some(query),
            _ => None,
        })
    }

    /// As plain text, with these words for each query.
    pub fn plain(&self, mut number: impl FnMut(&Query) -> String) -> String {
        let word = |piece: &Piece| match piece {
            Piece::Text(text) | Piece::Marked { text, .. } | Piece::Code(text) => text.clone(),
            Piece::Query(query) => number(query),
        };
        self.0.iter().map(word).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prose_has_numbers_colours_and_code() {
        let text = "After {errors} errors it is [open](open); `x = 2`, and [429](fixed) waits.";
        let prose: Prose = text.parse().unwrap();
        assert_eq!(prose.queries().count(), 1);
        let plain = prose.plain(|_| "5".to_string());
        assert_eq!(plain, "After 5 errors it is open; x = 2, and 429 waits.");
    }

    #[test]
    fn digits_of_its_own_are_a_problem() {
        for (wrong, why) in [
            ("After 5 failures", "has digits that a run could contradict"),
            ("[2 s](timeout)", "has digits"),
            ("{errors", "has no }"),
            ("{erors}", "the closest is errors"),
            ("[open](opne)", "the closest is open"),
            ("[open]", "must have ("),
        ] {
            let problem = wrong.parse::<Prose>().unwrap_err().to_string();
            assert!(problem.contains(why), "{wrong}: {problem}");
        }
    }
}

//! The parts of a link: the view, and the parts after the `?`, with the percent-encoding of
//! addresses.

use super::notices::{Notices, nothing};
use crate::herd::Measure;
use crate::settings::{hint, shortened};
use crate::words::separated;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

/// The longest link that is read, in characters; the rest is cut off.
pub(crate) const LENGTH_MAX: usize = 50_000;

/// The most parts of a link that are read, which is more than there are settings.
const PARTS_MAX: usize = 1_500;

/// A link in its parts, each key once.
pub(crate) struct Parts<'a> {
    pub(crate) view: &'a str,
    /// Parts that have not been taken yet, in the order in which they were given.
    given: Vec<(String, String)>,
}

impl<'a> Parts<'a> {
    /// The parts of a link; if a key is repeated, the last one counts.
    pub(crate) fn of(text: &'a str, notices: &mut Notices) -> Self {
        let text = bounded(text.trim().trim_start_matches('#'), notices);
        // A link without the view, or with an & in place of the ?, is accepted too.
        let end = text.find(['?', '&', '=']).unwrap_or(text.len());
        let (view, given) = match text[end..].chars().next() {
            Some('=') => ("", text),
            Some(_) => (&text[..end], &text[end + 1..]),
            None => (text, ""),
        };
        let mut parts = Self { view: view.trim_matches('/'), given: Vec::new() };
        let mut pairs = given.split(['&', '?']).filter(|pair| !pair.trim().is_empty());
        for pair in pairs.by_ref().take(PARTS_MAX) {
            let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
            let (key, value) = (decoded(key).trim().to_string(), decoded(value));
            if let Some(place) = parts.given.iter().position(|(before, _)| *before == key) {
                parts.given.remove(place);
                notices.say(&shortened(&key), "is given twice; the last value counts");
            }
            parts.given.push((key, value));
        }
        if pairs.next().is_some() {
            let most = separated(&PARTS_MAX.to_string());
            notices.say("the link", format!("has more than {most} parts; the rest is ignored"));
        }
        parts
    }

    /// Takes the value of this key.
    pub(crate) fn take(&mut self, key: &str) -> Option<String> {
        let place = self.given.iter().position(|(given, _)| given == key)?;
        Some(self.given.remove(place).1)
    }

    /// Takes the value of this key if it can be read; otherwise notes what it must be.
    pub(crate) fn read<T>(
        &mut self,
        key: &str,
        notices: &mut Notices,
        accepts: &str,
        read: impl FnOnce(&str) -> Option<T>,
    ) -> Option<T> {
        let text = self.take(key)?;
        let value = read(text.trim());
        if value.is_none() {
            notices.say(key, format!("is {:?}, but must be {accepts}", shortened(&text)));
        }
        value
    }

    /// Takes the value of this key if it is one of these words; otherwise notes them.
    pub(crate) fn word<T>(
        &mut self,
        key: &str,
        notices: &mut Notices,
        known: &[&str],
        find: impl FnOnce(&str) -> Option<T>,
    ) -> Option<T> {
        let text = self.take(key)?;
        let value = find(text.trim());
        if value.is_none() {
            let hint = hint(text.trim(), known);
            notices.say(key, format!("is {:?}, which does not exist{hint}", shortened(&text)));
        }
        value
    }

    /// Takes the measure with this key.
    pub(crate) fn measure(&mut self, key: &str, notices: &mut Notices) -> Option<&'static Measure> {
        self.read(key, notices, &format!("one of {}", Measure::names()), Measure::find)
    }

    /// Takes the values of these keys and of those inside them, such as `sweep` and `sweep.x`; none
    /// if there are none.
    pub(crate) fn split_off(&mut self, heads: &[&str]) -> Option<Self> {
        let is_of = |key: &str, head: &str| {
            key.strip_prefix(head).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        };
        let (given, rest): (Vec<_>, Vec<_>) = std::mem::take(&mut self.given)
            .into_iter()
            .partition(|(key, _)| heads.iter().any(|head| is_of(key, head)));
        self.given = rest;
        (!given.is_empty()).then_some(Self { view: self.view, given })
    }

    /// All remaining parts whose keys begin with one of these; notes the others as problems.
    pub(crate) fn known(self, known: &[&str], notices: &mut Notices) -> Vec<(String, String)> {
        let head = |key: &str| key.split('.').next().unwrap_or_default().to_string();
        let is_known = |(key, _): &(String, String)| known.contains(&head(key).as_str());
        let (given, rest): (Vec<_>, Vec<_>) = self.given.into_iter().partition(is_known);
        notices.extend(rest.iter().map(|(key, _)| nothing(key, &head(key), known)));
        given
    }

    /// All remaining parts.
    pub(crate) fn rest(self) -> Vec<(String, String)> {
        self.given
    }
}

/// The part of a text within the limits, without an incomplete part at its end.
fn bounded<'a>(text: &'a str, notices: &mut Notices) -> &'a str {
    let Some((end, _)) = text.char_indices().nth(LENGTH_MAX) else { return text };
    let most = separated(&LENGTH_MAX.to_string());
    notices.say("the link", format!("is longer than {most} characters; the rest is ignored"));
    let text = &text[..end];
    &text[..text.rfind('&').unwrap_or(text.len())]
}

/// Decodes percent-encoding; a percent sign that begins no escape stands for itself.
fn decoded(text: &str) -> String {
    // Forms encode a space as a plus.
    percent_decode_str(&text.replace('+', " ")).decode_utf8_lossy().into_owned()
}

/// All characters except those that addresses, messages and mails leave unchanged.
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~')
    .remove(b':')
    .remove(b',')
    .remove(b'*')
    .remove(b'=')
    .remove(b'/');

/// The text with percent-encoding.
pub(crate) fn encoded(text: &str) -> String {
    utf8_percent_encode(text, ESCAPED).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(text: &str) -> (String, Vec<(String, String)>, usize) {
        let mut notices = Notices::default();
        let parts = Parts::of(text, &mut notices);
        (parts.view.to_string(), parts.rest(), notices.into_vec().len())
    }

    fn pair(key: &str, value: &str) -> (String, String) {
        (key.to_string(), value.to_string())
    }

    #[test]
    fn a_link_has_a_view_and_pairs() {
        let seed = vec![pair("seed", "7")];
        for (text, view) in [
            ("#playground?seed=7", "playground"),
            ("playground&seed=7", "playground"),
            ("##/herd/?seed=7&", "herd"),
            ("seed=7", ""),
            ("?seed=7", ""),
            (" #herd?&&seed=7 ", "herd"),
        ] {
            assert_eq!(parts(text), (view.to_string(), seed.clone(), 0), "{text}");
        }
        assert_eq!(parts("#"), (String::new(), Vec::new(), 0));
        assert_eq!(parts("a?b=1=2").1, [pair("b", "1=2")]);
        assert_eq!(parts("a?b").1, [pair("b", "")]);
        assert_eq!(
            parts("a?b=1&c=2&b=3"),
            ("a".to_string(), vec![pair("c", "2"), pair("b", "3")], 1)
        );
    }

    #[test]
    fn what_is_under_a_key_is_split_off() {
        let mut notices = Notices::default();
        let mut parts = Parts::of("a?b=1&b.c=2&bc=3&d=4", &mut notices);
        let own = parts.split_off(&["b", "e"]).unwrap();
        assert_eq!((own.view, own.rest()), ("a", vec![pair("b", "1"), pair("b.c", "2")]));
        assert!(parts.split_off(&["b"]).is_none());
        assert_eq!(parts.rest(), [pair("bc", "3"), pair("d", "4")]);
    }

    #[test]
    fn what_is_encoded_is_decoded_and_what_is_not_stays() {
        for text in ["12.5%", "0s:40,20s:80", "a&b=c#d+e f", "50µs", "%25", "*"] {
            assert_eq!(decoded(&encoded(text)), text);
        }
        assert_eq!(encoded("20s:model.breaker:off,1.5s"), "20s:model.breaker:off,1.5s");
        assert_eq!(encoded("3s:model:set:retry.base=1s"), "3s:model:set:retry.base=1s");
        assert_eq!(encoded("12.5%"), "12.5%25");
        for (text, is) in [
            ("12.5%", "12.5%"),
            ("5%,2%", "5%,2%"),
            ("%", "%"),
            ("%2", "%2"),
            ("%zz%2c", "%zz,"),
            ("a+b", "a b"),
            ("%ff", "\u{fffd}"),
        ] {
            assert_eq!(decoded(text), is, "{text}");
        }
    }

    #[test]
    fn what_is_too_long_is_cut_between_two_parts() {
        let text = format!("a?b=1&c={}", "µ".repeat(LENGTH_MAX));
        assert_eq!(parts(&text), ("a".to_string(), vec![pair("b", "1")], 1));
        let many = "x=1&".repeat(3).replace('x', "y") + &"z&".repeat(PARTS_MAX);
        assert_eq!(parts(&many).1.len(), 2);
    }
}

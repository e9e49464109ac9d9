//! The announcements for screen readers: one message at a time, with time to speak each of them.

use std::collections::VecDeque;

/// Milliseconds of real time between two messages.
const EVERY: f64 = 2_000.0;

/// The largest number of messages that wait; a further one drops the oldest.
const WAITING: usize = 3;

/// The current message, and those that wait for their turn.
#[derive(Debug, Default)]
pub(super) struct Announcer {
    current: String,
    /// When the current message was shown.
    since: Option<f64>,
    waiting: VecDeque<String>,
}

impl Announcer {
    /// Adds a message.
    pub(super) fn add(&mut self, message: String) {
        if self.waiting.len() == WAITING {
            self.waiting.pop_front();
        }
        self.waiting.push_back(message);
    }

    /// Whether a message waits for its turn.
    pub(super) fn has_more(&self) -> bool {
        !self.waiting.is_empty()
    }

    /// The message to announce at this moment, in milliseconds of real time.
    pub(super) fn at(&mut self, now: f64) -> &str {
        if self.since.is_none_or(|since| now - since >= EVERY)
            && let Some(message) = self.waiting.pop_front()
        {
            self.current = message;
            self.since = Some(now);
        }
        &self.current
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_come_two_seconds_apart_and_the_newest_are_kept() {
        let mut news = Announcer::default();
        assert_eq!(news.at(0.0), "");
        news.add("a".to_owned());
        assert_eq!(news.at(10.0), "a");
        for message in ["b", "c", "d", "e"] {
            news.add(message.to_owned());
        }
        assert_eq!(news.at(2_009.0), "a");
        assert_eq!(news.at(2_010.0), "c", "there were too many, and the oldest has no turn");
        assert_eq!(news.at(2_020.0), "c");
        assert_eq!(news.at(9_000.0), "d");
        assert_eq!(news.at(11_000.0), "e");
        assert_eq!(news.at(20_000.0), "e");
    }
}

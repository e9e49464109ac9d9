//! The text of a job in its parts, each of which has to be right.

use crate::link::notices::Notices;
use crate::link::parts::Parts;
use crate::settings::{Problem, hint, shortened};
use crate::words::count;

/// What a text gives, and what is wrong with it.
pub(super) struct Fields<'a> {
    parts: Parts<'a>,
    notices: Notices,
    /// The keys that were asked for.
    known: Vec<&'static str>,
}

impl<'a> Fields<'a> {
    pub(super) fn of(text: &'a str) -> Self {
        let mut notices = Notices::default();
        Self { parts: Parts::of(text, &mut notices), notices, known: Vec::new() }
    }

    pub(super) const fn kind(&self) -> &'a str {
        self.parts.view
    }

    /// That there is no such kind of job.
    pub(super) fn unknown_kind(&self, kinds: &[&str]) -> String {
        let kind = self.kind();
        let hint = match hint(kind, kinds) {
            none if none.is_empty() => format!("; there are {}", kinds.join(", ")),
            hint => hint,
        };
        format!("{:?} is no kind of job{hint}", shortened(kind))
    }

    /// A whole number in this range; none where there is none, or it is wrong.
    pub(super) fn whole(&mut self, key: &'static str, min: u32, max: u32) -> Option<u32> {
        let accepts = format!("a whole number from {} to {}", count(min.into()), count(max.into()));
        let read = |text: &str| text.parse().ok().filter(|number| (min..=max).contains(number));
        self.known.push(key);
        self.parts.read(key, &mut self.notices, &accepts, read)
    }

    /// Any number of 64 bits.
    pub(super) fn seed(&mut self, key: &'static str) -> Option<u64> {
        let accepts = format!("a whole number from 0 to {}", count(u64::MAX));
        self.known.push(key);
        self.parts.read(key, &mut self.notices, &accepts, |text| text.parse().ok())
    }

    /// The value with this name.
    pub(super) fn one_of<T: Copy, const N: usize>(
        &mut self,
        key: &'static str,
        values: [(&str, T); N],
    ) -> Option<T> {
        let find = |word: &str| values.iter().find(|(name, _)| *name == word).map(|it| it.1);
        self.known.push(key);
        self.parts.word(key, &mut self.notices, &values.map(|(name, _)| name), find)
    }

    /// Ends the reading: what was not asked for is wrong as well.
    ///
    /// # Errors
    /// The first thing that is wrong, in a sentence.
    pub(super) fn end(mut self) -> Result<(), String> {
        for (key, _) in self.parts.rest() {
            let key = if key.is_empty() { "\"\"" } else { &key };
            let what = format!("is nothing that this job has{}", hint(key, &self.known));
            self.notices.say(&shortened(key), what);
        }
        self.notices.into_vec().first().map_or(Ok(()), |problem| Err(problem.to_string()))
    }
}

/// What has to be there.
///
/// # Errors
/// When it is not.
pub(super) fn required<T>(key: &str, value: Option<T>) -> Result<T, String> {
    value.ok_or_else(|| Problem::new(key, "is missing").to_string())
}

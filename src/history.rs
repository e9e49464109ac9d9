//! Undo: the values that an immutable state had before each change.

use std::rc::Rc;

/// The largest number of changes that can be undone.
const CHANGES_MAX: usize = 100;

/// The changes that can be undone. Successive changes of one setting are undone together, so that one
/// drag of a slider is one change.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct History<T> {
    /// The values before each change, newest last.
    before: Rc<Vec<T>>,
    /// The setting that the newest change was of.
    setting: Option<String>,
}

impl<T> Default for History<T> {
    fn default() -> Self {
        Self { before: Rc::default(), setting: None }
    }
}

impl<T: Clone + PartialEq> History<T> {
    #[cfg(test)]
    pub(crate) fn len(&self) -> usize {
        self.before.len()
    }

    pub(crate) fn can_undo(&self) -> bool {
        !self.before.is_empty()
    }

    /// Records a change from one value to another; `setting` names the setting if the change is of one
    /// alone.
    pub(crate) fn record(&mut self, from: T, to: &T, setting: Option<String>) {
        if from == *to {
            return;
        }
        let continues = setting.is_some() && setting == self.setting;
        self.setting = setting;
        let before = Rc::make_mut(&mut self.before);
        if !continues {
            before.push(from);
            before.drain(..before.len().saturating_sub(CHANGES_MAX));
        } else if before.last() == Some(to) {
            // The setting is back at its first value, so there is nothing to undo.
            before.pop();
            self.setting = None;
        }
    }

    /// Removes and returns the value before the newest change.
    pub(crate) fn undo(&mut self) -> Option<T> {
        self.setting = None;
        Rc::make_mut(&mut self.before).pop()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_history_is_bounded() {
        let mut history = History::default();
        (0..400).for_each(|n| history.record(n, &(n + 1), None));
        assert_eq!(history.len(), CHANGES_MAX);
        assert_eq!(history.undo(), Some(399));
    }

    #[test]
    fn successive_changes_of_a_setting_merge_and_setting_it_back_removes_them() {
        let mut history = History::default();
        let slider = || Some("cooldown".to_owned());
        history.record(1, &2, slider());
        history.record(2, &3, slider());
        assert_eq!(history.len(), 1);
        history.record(3, &1, slider());
        assert!(!history.can_undo());
        history.record(1, &1, None);
        assert!(!history.can_undo(), "nothing changed");
    }
}

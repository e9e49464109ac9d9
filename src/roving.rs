//! Moving the focus through a list with the keys.

/// The index that a key leads to from another one among `count`; it wraps around at the ends.
pub(super) fn moved(from: usize, count: usize, key: &str) -> Option<usize> {
    let last = count.checked_sub(1)?;
    match key {
        "ArrowDown" => Some(if from >= last { 0 } else { from + 1 }),
        "ArrowUp" => Some(if from == 0 { last } else { from - 1 }),
        "Home" => Some(0),
        "End" => Some(last),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arrows_go_round_and_other_keys_do_not_move() {
        assert_eq!(moved(0, 9, "ArrowUp"), Some(8));
        assert_eq!(moved(8, 9, "ArrowDown"), Some(0));
        assert_eq!(moved(3, 9, "ArrowDown"), Some(4));
        assert_eq!((moved(3, 9, "Home"), moved(3, 9, "End")), (Some(0), Some(8)));
        assert_eq!(moved(3, 9, "k"), None);
        assert_eq!(moved(0, 0, "ArrowDown"), None);
    }
}

//! The colours of the style sheets, for drawing on canvas.

use crate::browser::style_property;

/// One colour per meaning, as in `static/style/tokens.css`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Palette {
    pub(super) panel: String,
    pub(super) line: String,
    pub(super) edge: String,
    pub(super) ink: String,
    pub(super) ink_soft: String,
    pub(super) copper: String,
    pub(super) success: String,
    pub(super) failure: String,
    pub(super) failure_wash: String,
    pub(super) slow: String,
    pub(super) slow_wash: String,
    pub(super) retry: String,
    pub(super) fast: String,
    pub(super) fallback: String,
}

impl Palette {
    /// The current colours, of the light or the dark theme.
    pub(super) fn read() -> Self {
        Self::of(|name| style_property(name).unwrap_or_else(|| "#808080".to_owned()))
    }

    /// One colour for everything, for tests without a page.
    #[cfg(test)]
    pub(super) fn for_tests() -> Self {
        Self::of(|_| "#808080".to_owned())
    }

    /// The colours by the names that they have in the style sheet, such as `--ink`.
    pub(super) fn of(colour: impl Fn(&str) -> String) -> Self {
        Self {
            panel: colour("--panel"),
            line: colour("--line"),
            edge: colour("--edge"),
            ink: colour("--ink"),
            ink_soft: colour("--ink-soft"),
            copper: colour("--copper"),
            success: colour("--success"),
            failure: colour("--failure"),
            failure_wash: colour("--failure-wash"),
            slow: colour("--slow"),
            slow_wash: colour("--slow-wash"),
            retry: colour("--retry"),
            fast: colour("--fast"),
            fallback: colour("--fallback"),
        }
    }
}

/// The red, green and blue of a colour `#rrggbb`; grey for anything else.
pub(super) fn rgb(text: &str) -> [u8; 3] {
    let digits = text.strip_prefix('#').filter(|digits| digits.len() == 6);
    let number = digits.and_then(|digits| u32::from_str_radix(digits, 16).ok());
    let [_, red, green, blue] = number.unwrap_or(0x80_80_80).to_be_bytes();
    [red, green, blue]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_are_read_and_anything_else_is_grey() {
        assert_eq!(rgb("#0b8a68"), [0x0b, 0x8a, 0x68]);
        assert_eq!(rgb("tomato"), [0x80, 0x80, 0x80]);
    }
}

//! Setting specs: what a setting is called and which values it accepts.

use super::kind::{Kind, Value};

/// A setting spec: the name, help and values of a setting, but not where it is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SettingSpec {
    /// Its key within its config: `cooldown`.
    pub key: &'static str,
    /// The label in a form, a few words.
    pub label: &'static str,
    /// The help, one sentence.
    pub help: &'static str,
    /// The values that it accepts.
    pub kind: Kind,
    /// Whether it can also be off.
    pub optional: bool,
    /// Whether it must be given in a new object.
    pub required: bool,
    /// When it applies, depending on another setting; none for always.
    pub when: Option<When>,
}

/// The condition under which a setting applies, which depends on another setting beside it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct When {
    /// The key of the other setting.
    pub key: &'static str,
    /// The values of the other setting, or for a list, items that it has; empty for anything but
    /// off.
    pub is: &'static [&'static str],
}

impl SettingSpec {
    /// Whether the setting has a value of its own; an object that is always there does not.
    #[must_use]
    pub const fn has_value(&self) -> bool {
        match self.kind {
            Kind::Part => self.optional,
            Kind::Parts { .. } => false,
            _ => true,
        }
    }

    /// The accepted values, in words that follow "must be".
    #[must_use]
    pub fn accepts(&self) -> String {
        let or_off = self.optional && self.kind != Kind::Part;
        self.kind.accepts() + if or_off { ", or off" } else { "" }
    }

    /// The value that a text stands for, if it is accepted.
    #[must_use]
    pub fn parse(&self, text: &str) -> Option<Value> {
        let is_off = self.optional && self.kind != Kind::Part && text.trim() == "off";
        if is_off { Some(Value::Off) } else { self.kind.parse(text) }
    }
}

impl When {
    /// When the setting applies, in words that follow "applies only where".
    #[must_use]
    pub fn words(&self) -> String {
        match (self.key, self.is) {
            (key, []) => format!("{key} is set"),
            ("layers", kinds) => format!("layers has {}", kinds.join(" or ")),
            (key, words) => format!("{key} is {}", words.join(" or ")),
        }
    }
}

//! Sweeps that show one effect each.

/// A sweep that shows one effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SweepPreset {
    /// Its name in links and the terminal.
    pub name: &'static str,
    /// Its title in lists.
    pub title: &'static str,
    /// One or two sentences on what it shows.
    pub about: &'static str,
    pub(super) text: &'static str,
}

/// The presets; the first is the default.
pub const PRESETS: &[SweepPreset] = &[SweepPreset {
    name: "boundary",
    title: "The boundary of metastability: length and depth of the outage",
    about: "Clients retry with full jitter while the capacity of the database is reduced. On one side \
            of a sharp boundary in length and depth the database recovers within seconds, on the \
            other not within the run.",
    text: "preset=half-down&strategy=full&x=outage:1s..60s:24:log&y=capacity_lost:45%..100%:23\
               &measure=recovered_after",
}];

/// The preset of this name.
#[must_use]
pub fn find(name: &str) -> Option<&'static SweepPreset> {
    PRESETS.iter().find(|preset| preset.name == name)
}

#[cfg(test)]
mod tests {
    use super::super::Sweep;
    use super::*;

    #[test]
    fn every_preset_is_read_and_found() {
        for preset in PRESETS {
            let sweep = preset.sweep();
            assert_eq!(Sweep::read(&sweep.write()), Ok(sweep));
            assert_eq!(find(preset.name).map(|it| it.title), Some(preset.title));
        }
        assert!(find("").is_none());
    }
}

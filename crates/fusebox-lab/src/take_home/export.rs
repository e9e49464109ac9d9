//! Writes layers as a file of a target, with a note on every difference.

use super::convert::{Values, key, kinds, ordered, settled, values};
use super::document::{ini, json, yaml};
use super::nearest::without_idle_settings;
use super::note::Note;
use super::table::{Order, Row, Syntax, Target, Theirs};
use super::template::code;
use crate::settings::{self, Difference, layer_word};
use fusebox::{LayerConfig, LayerKind, RetryConfig};
use fusebox_sim::{Dependency, Scenario};

/// A file for a target.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exported {
    /// The usual name of such a file: `application.yml`.
    pub file_name: String,
    /// Its content. The notes are comments in it, if its format has comments.
    pub text: String,
    /// What is not the same there.
    pub notes: Vec<Note>,
    /// Whether the notes are in the text.
    pub has_comments: bool,
    /// The settings that were exported: those of layers that are on.
    pub here: Scenario,
    /// What the file means to the target, in our settings: the nearest that it can express.
    pub there: Scenario,
}

/// The layers around a dependency as a file of a target.
///
/// Layers that are off at the start are left out. Settings that the target cannot express become the
/// nearest that it can, or what it always does, and each of them is a note.
#[must_use]
pub fn export(target: &Target, scenario: &Scenario, on: Dependency) -> Exported {
    let mut notes = Vec::new();
    let own = without_layers_off(scenario, on, &mut notes);
    let near = nearest(target, &own, on);
    let values = values(target, &near, on);
    let there = meant(target, &near, on, &values);
    layer_notes(target, &own, &there, on, &mut notes);
    setting_notes(target, &own, &there, on, &values, &mut notes);
    let is_there = kinds(&there, on);
    let remarks = target.remarks.iter().filter(|(layer, _)| is_there.contains(layer));
    notes.extend(remarks.map(|(layer, text)| Note {
        ours: layer_word(*layer).to_string(),
        theirs: None,
        text: (*text).to_string(),
    }));
    let about = format!(
        "The layers around {}, for {} {}. Exported by Fusebox.",
        on.name(),
        target.title,
        target.version
    );
    let about = [about, WARNING.to_string()];
    let text = match target.syntax {
        Syntax::Yaml(roots) => yaml(roots, on, &values.fields, &notes, &about),
        Syntax::Json { root, comments } => {
            json(root, on, &values.fields, &notes, comments.then_some(&about))
        }
        Syntax::Ini(_) => ini(on, &values.fields, &notes, &about),
        Syntax::Code(template) => code(template, on, &is_there, &values.fields, &notes, &about),
    };
    let file_name = target.file.replace('*', on.name());
    let has_comments = !matches!(target.syntax, Syntax::Json { comments: false, .. });
    Exported { file_name, text, notes, has_comments, here: own, there }
}

const WARNING: &str =
    "These numbers were tuned in a simulation: observe them in shadow before you rely on them.";

/// The scenario without the layers around a dependency that are off at the start.
pub(super) fn without_layers_off(
    scenario: &Scenario,
    on: Dependency,
    notes: &mut Vec<Note>,
) -> Scenario {
    let mut own = scenario.clone();
    let config = &mut own.dependencies[on];
    let off = std::mem::take(&mut config.layers_off);
    config.layers.retain(|layer| !off.contains(&layer.kind()));
    notes.extend(off.into_iter().map(|kind| Note {
        ours: layer_word(kind).to_string(),
        theirs: None,
        text: format!("The {} is off at the start, so it is left out.", settings::layer_name(kind)),
    }));
    own
}

/// The layers that a target has, with the nearest settings that it can express, and those that it always
/// has.
pub(super) fn nearest(target: &Target, own: &Scenario, on: Dependency) -> Scenario {
    let mut near = own.clone();
    let layers = &mut near.dependencies[on].layers;
    let possible = target.possible(&kinds(own, on));
    layers.retain(|layer| possible.contains(&layer.kind()));
    for section in target.sections.iter().filter(|section| section.always) {
        if layers.iter().all(|layer| layer.kind() != section.layer) {
            let (mut default, _) = settled(target, own, on, &[section.layer], &mut |_, _| None);
            layers.extend(default.dependencies[on].layers.drain(..).map(as_little));
        }
    }
    (target.adapt)(layers);
    let order = ordered(target, layers.iter().map(LayerConfig::kind).collect());
    layers.sort_by_key(|layer| order.iter().position(|kind| *kind == layer.kind()));
    near
}

/// A layer that nobody has asked for: retries are not to be made.
fn as_little(layer: LayerConfig) -> LayerConfig {
    match layer {
        LayerConfig::Retry(retry) => LayerConfig::Retry(RetryConfig { attempts: 1, ..retry }),
        layer => layer,
    }
}

/// What these values mean to the target.
pub(super) fn meant(target: &Target, near: &Scenario, on: Dependency, values: &Values) -> Scenario {
    let kinds = kinds(near, on);
    let (there, _) = settled(target, near, on, &kinds, &mut |row, _| {
        let meant = values.meant.iter().find(|(ours, _)| *ours == row.ours);
        meant.map(|(_, value)| value.clone())
    });
    there
}

/// Notes on layers that only one side has, and on another order.
fn layer_notes(
    target: &Target,
    own: &Scenario,
    there: &Scenario,
    on: Dependency,
    notes: &mut Vec<Note>,
) {
    let [here, there] = [own, there].map(|scenario| kinds(scenario, on));
    let mut add = |kind: LayerKind, text: String| {
        notes.push(Note { ours: layer_word(kind).to_string(), theirs: None, text });
    };
    for kind in here.iter().filter(|kind| !there.contains(kind)) {
        let lack = target.lacks.iter().find(|(of, _)| of == kind);
        add(*kind, lack.map_or_else(String::new, |(_, text)| (*text).to_string()));
    }
    for kind in there.iter().filter(|kind| !here.contains(kind)) {
        let name = settings::layer_name(*kind);
        let what = match kind {
            LayerKind::Retry => "makes as few attempts as it can",
            _ => "has its defaults",
        };
        add(*kind, format!("{} always has a {name}; this one {what}.", target.title));
    }
    let both = |one: &[LayerKind], other: &[LayerKind]| -> Vec<LayerKind> {
        one.iter().copied().filter(|kind| other.contains(kind)).collect()
    };
    let [here, there] = [both(&here, &there), both(&there, &here)];
    if let (true, Order::Fixed(_, why)) = (here != there, &target.order) {
        let list = |kinds: &[LayerKind]| {
            kinds.iter().map(|kind| layer_word(*kind)).collect::<Vec<_>>().join(", ")
        };
        let text = format!(
            "The order, innermost first, is {} here and {} in {}. {why}",
            list(&here),
            list(&there),
            target.title
        );
        notes.push(Note { ours: "layers".to_string(), theirs: None, text });
    }
}

/// Notes on settings that are not the same.
fn setting_notes(
    target: &Target,
    own: &Scenario,
    there: &Scenario,
    on: Dependency,
    values: &Values,
    notes: &mut Vec<Note>,
) {
    let (mut own, mut there) = (own.clone(), there.clone());
    let order = kinds(&there, on);
    let layers = &mut own.dependencies[on].layers;
    layers.retain(|layer| order.contains(&layer.kind()));
    layers.sort_by_key(|layer| order.iter().position(|kind| *kind == layer.kind()));
    let here: Vec<LayerKind> = layers.iter().map(LayerConfig::kind).collect();
    there.dependencies[on].layers.retain(|layer| here.contains(&layer.kind()));
    let [layers, layers_there] = [&mut own, &mut there].map(|it| &mut it.dependencies[on].layers);
    without_idle_settings(layers, layers_there);
    let prefix = key(on, "");
    for Difference { key, from, to, .. } in settings::differences(&own, &there) {
        let Some(ours) = key.strip_prefix(&prefix) else { continue };
        let row = target.row(ours);
        let path = row.and_then(Row::path);
        let is_written = path.filter(|path| values.fields.iter().any(|field| field.path == *path));
        let why = row.map_or_else(String::new, |row| match &row.theirs {
            _ if !row.note.is_empty() => row.note.to_string(),
            Theirs::Key { form, .. } => format!("It takes {}.", form.accepts()),
            Theirs::Acts(_) => "It has no such setting.".to_string(),
        });
        let from = from.map_or_else(String::new, |from| format!("{from} here, "));
        // The largest values of ours stand for no limit.
        let to = if ["24h", "1000000"].contains(&to.as_str()) { "unlimited" } else { &to };
        let text = format!("{ours} is {from}{to} in {}. {why}", target.title);
        let theirs = is_written.map(|path| path.replace('*', on.name()));
        notes.push(Note { ours: ours.to_string(), theirs, text });
    }
}

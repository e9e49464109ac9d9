//! From our layers to the values of a target, and from its values to our layers.

use super::form::{fit, words};
use super::nearest::within_caps;
use super::scalar::Scalar;
use super::table::{Order, Row, Section, Target, Theirs};
use crate::settings::{self, Problem, SettingSpec, Value};
use fusebox::LayerKind;
use fusebox_sim::{Command, Dependency, Scenario};

/// A value at a path of a target.
#[derive(Clone, Debug)]
pub(super) struct Field {
    /// The path, with `*` for the name of the dependency.
    pub(super) path: &'static str,
    /// What is written.
    pub(super) scalar: Scalar,
}

/// What a target is given, and what it makes of it.
#[derive(Debug, Default)]
pub(super) struct Values {
    /// What is written.
    pub(super) fields: Vec<Field>,
    /// Our settings by their keys, each with the value that this means to the target.
    pub(super) meant: Vec<(&'static str, Value)>,
}

/// The full key of a setting of a dependency.
pub(super) fn key(on: Dependency, ours: &str) -> String {
    format!("{}.{ours}", on.name())
}

/// The description of one of our settings, and its value if it applies.
pub(super) fn setting(
    scenario: &Scenario,
    on: Dependency,
    ours: &str,
) -> Option<(&'static SettingSpec, Value)> {
    let key = key(on, ours);
    let spec = settings::spec::<Scenario>(&key).ok()?;
    Some((spec, spec.parse(&settings::get(scenario, &key)?)?))
}

/// The kinds of the layers around a dependency, innermost first.
pub(super) fn kinds(scenario: &Scenario, on: Dependency) -> Vec<LayerKind> {
    scenario.dependencies[on].layers.iter().map(fusebox::LayerConfig::kind).collect()
}

/// The values of a target for the layers around a dependency.
pub(super) fn values(target: &Target, near: &Scenario, on: Dependency) -> Values {
    let kinds = kinds(near, on);
    let mut values = Values { fields: order_numbers(target, &kinds), meant: Vec::new() };
    for section in target.sections.iter().filter(|section| kinds.contains(&section.layer)) {
        for row in section.rows().filter(|row| is_wanted(row, near, on)) {
            let Theirs::Key { path, form, .. } = &row.theirs else { continue };
            let Some((spec, value)) = setting(near, on, row.ours) else { continue };
            if let Some(written) = form.write(spec.kind, &value) {
                values.meant.push((row.ours, fit(spec.kind, written.meant)));
                values.fields.extend(written.scalar.map(|scalar| Field { path, scalar }));
            }
        }
        let constant =
            |(path, value): &(&'static str, &str)| Field { path, scalar: constant(value, on) };
        values.fields.extend(section.constants.iter().map(constant));
    }
    values
}

/// A value that does not depend on settings: a number, a boolean or a text, in which `*` stands for the
/// name of the dependency and `%` for that name as Kubernetes accepts it.
pub(super) fn constant(value: &str, on: Dependency) -> Scalar {
    let text = value.replace('*', on.name()).replace('%', &on.name().replace('_', "-"));
    if text.parse::<f64>().is_ok() || ["true", "false"].contains(&text.as_str()) {
        Scalar::Bare(text)
    } else {
        Scalar::Text(text)
    }
}

/// Whether a row is written with these settings.
fn is_wanted(row: &Row, near: &Scenario, on: Dependency) -> bool {
    row.only.is_none_or(|(other, is)| {
        let value = settings::get(near, &key(on, other));
        value.is_some_and(|value| is.contains(&value.as_str()))
    })
}

/// The numbers of an order: 1 for the outermost.
fn order_numbers(target: &Target, kinds: &[LayerKind]) -> Vec<Field> {
    let Order::Numbered(paths) = target.order else { return Vec::new() };
    let path = |kind: &LayerKind| paths.iter().find(|(of, _)| of == kind).map(|(_, path)| *path);
    let numbers = (1_u32..).map(|number| Scalar::Bare(number.to_string()));
    let outermost_first = kinds.iter().rev().filter_map(path);
    outermost_first.zip(numbers).map(|(path, scalar)| Field { path, scalar }).collect()
}

/// The kinds in the order in which the target has them, innermost first.
pub(super) fn ordered(target: &Target, mut kinds: Vec<LayerKind>) -> Vec<LayerKind> {
    if let Order::Fixed(order, _) = target.order {
        kinds.sort_by_key(|kind| order.iter().position(|of| of == kind));
    }
    kinds
}

/// A scenario in which a dependency has these layers, innermost first, as the target runs them with these
/// values; a value that is missing has its meaning for the target. With the problems of the values.
pub(super) fn settled(
    target: &Target,
    base: &Scenario,
    on: Dependency,
    kinds: &[LayerKind],
    value: &mut dyn FnMut(&'static Row, &'static SettingSpec) -> Option<Value>,
) -> (Scenario, Vec<Problem>) {
    let (mut scenario, mut problems) = (base.clone(), Vec::new());
    let config = &mut scenario.dependencies[on];
    config.layers = kinds.iter().map(|kind| kind.default_config()).collect();
    config.layers_off.clear();
    for row in kinds.iter().filter_map(|kind| target.section(*kind)).flat_map(Section::rows) {
        let key = key(on, row.ours);
        let Ok(spec) = settings::spec::<Scenario>(&key) else { continue };
        if settings::get(&scenario, &key).is_none() {
            continue;
        }
        let config = &scenario.dependencies[on];
        let text = match &row.theirs {
            Theirs::Acts(meaning) => meaning.text(config),
            Theirs::Key { unset, .. } => match value(row, spec) {
                Some(value) => words(spec.kind, &fit(spec.kind, value)),
                None => unset.text(config),
            },
        };
        // What is empty stands for nothing that we have: ours keeps its default.
        if !text.is_empty() {
            problems.extend(settings::set(&mut scenario, &key, &text).err());
        }
    }
    let layers = &mut scenario.dependencies[on].layers;
    within_caps(layers);
    (target.adapt)(layers);
    drop_changes(&mut scenario, on);
    (scenario, problems)
}

/// Drops the scheduled changes of settings that its layers do not have any more.
fn drop_changes(scenario: &mut Scenario, on: Dependency) {
    let mut now = scenario.dependencies[on].clone();
    let schedule = &mut scenario.schedule;
    let mut in_time: Vec<usize> = (0..schedule.len()).collect();
    in_time.sort_by_key(|n| schedule[*n].at);
    let mut fits = vec![true; schedule.len()];
    for n in in_time {
        let action = schedule[n];
        if let (Command::Set(change), true) = (action.command, action.on == on.into()) {
            let after = change.of(&now);
            fits[n] = after.map(|after| now = after).is_ok();
        }
    }
    let mut fits = fits.into_iter();
    schedule.retain(|_| fits.next() == Some(true));
}

//! Properties of every target.

use super::convert::{key, values};
use super::export::{meant, nearest, without_layers_off};
use super::note::Note;
use super::table::{Section, Theirs};
use super::{TARGETS, Target, export, find, import};
use crate::settings::random::{any_scenario, config, near};
use crate::settings::{all, check, layer_word, spec};
use fusebox::LayerKind;
use fusebox_sim::{Dependency, Scenario};
use proptest::prelude::*;

const ON: Dependency = Dependency::Postgres;

/// A scenario in which a dependency has every layer.
fn with_all_layers() -> Scenario {
    let mut scenario = Scenario::search_service();
    scenario.dependencies[ON].layers = LayerKind::ALL.map(LayerKind::default_config).to_vec();
    scenario
}

fn scenarios() -> impl Strategy<Value = Scenario> {
    prop_oneof![any_scenario(), near(Just(with_all_layers()))]
}

/// The scenario as a target runs what is exported.
fn as_run(target: &Target, scenario: &Scenario) -> Scenario {
    let own = without_layers_off(scenario, ON, &mut Vec::new());
    let near = nearest(target, &own, ON);
    let values = values(target, &near, ON);
    meant(target, &near, ON, &values)
}

#[test]
fn each_table_has_keys_of_ours_and_a_word_on_each_layer() {
    for target in TARGETS {
        for row in target.sections.iter().flat_map(Section::rows) {
            let section = row.ours.split('.').next().unwrap();
            assert!(spec::<Scenario>(&key(ON, row.ours)).is_ok(), "{}: {}", target.name, row.ours);
            let layer = target.sections.iter().find(|it| layer_word(it.layer) == section);
            assert!(layer.is_some(), "{}: {}", target.name, row.ours);
        }
        for layer in LayerKind::ALL {
            let lacks = target.lacks.iter().any(|(of, _)| *of == layer);
            assert!(target.section(layer).is_some() || lacks, "{}: {layer:?}", target.name);
        }
        assert_eq!(find(target.name).map(|it| it.name), Some(target.name));
        assert!(!target.mappings().is_empty());
    }
}

#[test]
fn what_a_key_means_if_it_is_not_written_is_a_value_of_ours() {
    let scenario = with_all_layers();
    for target in TARGETS {
        for row in target.sections.iter().flat_map(Section::rows) {
            let meaning = match row.theirs {
                Theirs::Key { unset, .. } => unset,
                Theirs::Acts(meaning) => meaning,
            };
            let text = meaning.text(&scenario.dependencies[ON]);
            let spec = spec::<Scenario>(&key(ON, row.ours)).unwrap();
            let holds = text.is_empty() || spec.parse(&text).is_some();
            assert!(holds, "{}: {} is {text:?}", target.name, row.ours);
        }
    }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn every_setting_that_is_not_the_same_there_is_a_note_in_the_file(scenario in scenarios()) {
        for target in TARGETS {
            let exported = export(target, &scenario, ON);
            let flat = |text: &str| text.split_whitespace()
                .filter(|word| !["#", "//"].contains(word)).collect::<Vec<_>>().join(" ");
            let text = flat(&exported.text);
            for note in &exported.notes {
                prop_assert!(note.text.ends_with('.'), "{}: {:?}", target.name, note);
                let unexplained = note.text.contains("has no such setting") || note.text.ends_with(". .");
                prop_assert!(!unexplained, "{}: {:?}", target.name, note);
                let is_there = text.contains(&flat(&note.text));
                prop_assert!(is_there || !exported.has_comments, "{}: {:?}\n{}", target.name, note, exported.text);
            }
        }
    }

    #[test]
    fn what_a_target_runs_is_valid_and_comes_from_its_table(scenario in scenarios()) {
        for target in TARGETS {
            let there = as_run(target, &scenario);
            prop_assert_eq!(check(&there), [], "{}", target.name);
            let prefix = key(ON, "");
            for setting in all(&there).iter().filter(|it| it.value.is_some()) {
                let ours = setting.key.strip_prefix(&prefix).unwrap_or_default();
                let is_of_layer = LayerKind::ALL.iter()
                    .any(|kind| ours.split('.').next() == Some(layer_word(*kind)));
                prop_assert!(!is_of_layer || target.row(ours).is_some(), "{}: {ours}", target.name);
            }
        }
    }

    #[test]
    fn a_second_export_changes_nothing(scenario in scenarios()) {
        for target in TARGETS {
            let there = as_run(target, &scenario);
            let again = as_run(target, &there);
            prop_assert_eq!(&again.dependencies[ON], &there.dependencies[ON], "{}", target.name);
        }
    }

    #[test]
    fn a_file_is_read_as_what_was_exported(scenario in scenarios()) {
        for target in TARGETS.iter().filter(|target| target.is_read()) {
            let exported = export(target, &scenario, ON);
            let there = as_run(target, &scenario);
            let mut read = scenario.clone();
            let notes = import(target, &exported.text, None, &mut read, ON);
            if there.dependencies[ON].layers.is_empty() {
                prop_assert!(notes.is_err(), "nothing can be expressed, so the file has nothing");
                continue;
            }
            let of_file = |mut notes: Vec<Note>| {
                notes.retain(|note| note.ours != "schedule");
                notes
            };
            prop_assert_eq!(notes.map(of_file), Ok(Vec::new()), "{}\n{}", target.name, exported.text);
            prop_assert_eq!(
                &read.dependencies[ON], &there.dependencies[ON], "{}\n{}", target.name, exported.text
            );
        }
    }

    #[test]
    fn any_text_is_read_or_refused(text in "[-a-z0-9:{}\\[\\]\"' \n\t#&*!|>%@`,.]{0,200}") {
        for target in TARGETS {
            let mut scenario = Scenario::default();
            let before = scenario.clone();
            if import(target, &text, None, &mut scenario, ON).is_err() {
                prop_assert_eq!(scenario, before);
            }
        }
    }
}

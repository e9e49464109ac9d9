//! The schema beside the documents that it is of.

use super::*;
use crate::document::write;
use crate::settings;
use crate::settings::random::{any_scenario, config};
use proptest::prelude::*;

#[test]
fn every_setting_of_a_form_is_in_the_schema_once() {
    let schema = schema();
    let tables = &schema["$defs"];
    let mut found = 0;
    for (name, mut settings) in settings::reference() {
        settings.retain(|setting| setting.spec.key != settings::GROUPS);
        let table = if name == "scenario" { &schema } else { &tables[name] };
        let properties = table["properties"].as_object().unwrap();
        let extra = if name == "scenario" { 2 } else { 0 };
        assert_eq!(properties.len(), settings.len() + extra, "{name}");
        for setting in settings {
            let property = &properties[setting.spec.key];
            let description = property["description"].as_str().unwrap();
            assert!(description.starts_with(setting.spec.help), "{}", setting.key);
            found += 1;
        }
    }
    assert_eq!(tables.as_object().unwrap().len() + 1, settings::reference().len());
    assert!(found > 120, "{found}");
}

/// Whether a value is as a schema has it, as far as our schema says; patterns are not looked at.
fn is_valid(
    schema: &serde_json::Value,
    root: &serde_json::Value,
    value: &serde_json::Value,
) -> bool {
    use serde_json::Value as V;
    let V::Object(rules) = schema else { return schema == &V::Bool(true) };
    let is = |with: &V| is_valid(with, root, value);
    let items = value.as_array();
    let count = items.map(|items| u64::try_from(items.len()).unwrap());
    let each = |with: &V| items.is_none_or(|it| it.iter().all(|it| is_valid(with, root, it)));
    // A rule that is for another type of value holds.
    rules.iter().all(|(rule, with)| match rule.as_str() {
        "title" | "description" | "default" | "pattern" | "$defs" | "$schema" => true,
        "type" => match with.as_str().unwrap() {
            "object" => value.is_object(),
            "array" => value.is_array(),
            "string" => value.is_string(),
            "boolean" => value.is_boolean(),
            "integer" => value.is_u64(),
            "number" => value.is_number(),
            other => panic!("{other}"),
        },
        "enum" => with.as_array().unwrap().contains(value),
        "minimum" => value.as_f64().is_none_or(|value| value >= with.as_f64().unwrap()),
        "maximum" => value.as_f64().is_none_or(|value| value <= with.as_f64().unwrap()),
        "minItems" => count.is_none_or(|count| count >= with.as_u64().unwrap()),
        "maxItems" => count.is_none_or(|count| count <= with.as_u64().unwrap()),
        "uniqueItems" => {
            let once = |items: &Vec<V>| (1..items.len()).all(|n| !items[..n].contains(&items[n]));
            with == false || items.is_none_or(once)
        }
        "items" => each(with),
        "prefixItems" => {
            let pairs = items.into_iter().flatten().zip(with.as_array().unwrap());
            pairs.into_iter().all(|(item, with)| is_valid(with, root, item))
        }
        "anyOf" => with.as_array().unwrap().iter().any(is),
        "oneOf" => with.as_array().unwrap().iter().filter(|with| is(with)).count() == 1,
        "required" => {
            let keys = with.as_array().unwrap().iter().map(|key| key.as_str().unwrap());
            value.as_object().is_none_or(|value| keys.into_iter().all(|it| value.contains_key(it)))
        }
        "properties" => value
            .as_object()
            .into_iter()
            .flatten()
            .all(|(key, value)| with.get(key).is_some_and(|with| is_valid(with, root, value))),
        "additionalProperties" => with == false,
        "$ref" => {
            let name = with.as_str().unwrap().trim_start_matches("#/$defs/");
            is(&root["$defs"][name])
        }
        other => panic!("{other}"),
    })
}

/// Every value that is stated in a schema as a default, and the schema that states it.
fn defaults<'a>(schema: &'a serde_json::Value, found: &mut Vec<&'a serde_json::Value>) {
    if let Some(object) = schema.as_object() {
        if object.contains_key("default") {
            found.push(schema);
        }
        object.iter().filter(|(key, _)| *key != "default").for_each(|(_, it)| defaults(it, found));
    }
}

#[test]
fn the_defaults_of_the_schema_are_as_it_says() {
    let schema = schema();
    let mut found = Vec::new();
    defaults(&schema, &mut found);
    assert!(found.len() > 80, "{}", found.len());
    for with in found {
        assert!(is_valid(with, &schema, &with["default"]), "{with}");
    }
    let wrong = serde_json::json!({ "postgres": { "concurrency": 0 } });
    assert!(!is_valid(&schema, &schema, &wrong));
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn what_is_written_is_as_the_schema_says(scenario in any_scenario()) {
        let document: serde_json::Value = serde_json::from_str(&write(&scenario)).unwrap();
        let schema = schema();
        prop_assert!(is_valid(&schema, &schema, &document), "{}", document);
    }
}

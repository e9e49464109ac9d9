//! All settings that a user can change, each declared once.
//!
//! A `Table` describes each setting of a config: its name, its help, the values that it accepts,
//! and where it is stored. Forms, links, documents, their schema, sweeps and the reference page are
//! all made from these tables, so that all of them have the same settings.
//!
//! The key of a setting is its path in a [`Scenario`](fusebox_sim::Scenario), with dots:
//! `postgres.breaker.cooldown`, `service.threads`, `clients.0.rate`. After `clients` or `schedule`
//! comes a number from 0, or `*` or nothing for all of them. A key that begins with a layer, such
//! as `breaker.cooldown`, means that layer around each dependency that has it, and around the
//! clients if there is no service. Each of the two lists is also a setting: `groups` is the number
//! of groups of clients, and `schedule` the list of all actions, as in
//! `20s:postgres:slow:500,80s:postgres:heal`.
//!
//! ```
//! use fusebox_lab::settings;
//! use fusebox_sim::Scenario;
//!
//! let mut scenario = Scenario::default();
//! settings::set(&mut scenario, "breaker.cooldown", "5s")?;
//! settings::set(&mut scenario, "clients.rate", "0s:40, 20s:80")?;
//! assert_eq!(settings::get(&scenario, "postgres.breaker.cooldown").as_deref(), Some("5s"));
//!
//! let wrong = settings::set(&mut scenario, "model.bulkhead.max_concurrent", "many").unwrap_err();
//! assert_eq!(
//!     wrong.to_string(),
//!     "model.bulkhead.max_concurrent is \"many\", but must be a whole number from 0 to 1,000,000"
//! );
//! # Ok::<(), settings::Problem>(())
//! ```

mod action_text;
mod arrivals;
mod backoff;
mod breaker;
mod budget;
mod change;
mod config;
mod configs;
mod dependency;
mod draft;
mod herd;
mod kind;
mod kind_text;
mod layers;
mod list;
mod object;
mod parts;
mod place;
mod policies;
mod problem;
#[cfg(test)]
pub(crate) mod random;
mod rate;
mod running;
mod schedule;
mod service;
mod spec;
mod spread;
mod table;
mod text;
mod view;
mod words;

#[cfg(test)]
mod tests;

pub use action_text::action;
pub use change::{Difference, differences, get, keys, set, set_all, spec};
pub use config::Config;
pub use configs::check;
pub use kind::{Kind, Scale, Value};
pub use layers::{layer_label, layer_name, layer_word};
pub use list::{Setting, all, reference};
pub use problem::Problem;
pub use running::{change, is_live};
pub use spec::{SettingSpec, When};
pub use text::whole_number;

pub(crate) use {
    action_text::{actions, actions_text},
    change::{Input, set_inputs},
    draft::GROUPS,
    kind::DAY,
    layers::LAYERS,
    list::{object, shapes},
    object::{Object, Shape},
    problem::{hint, near, shortened},
    rate::{checked_points, constant_rate, parse_point, point_text},
    running::words as words_of_change,
    service::{DEPENDENCIES, named},
    text::{decimal_text, parse_time, time_text},
};

//! A scenario while its settings are changed, and the table of them all.

use super::arrivals::CLIENTS;
use super::dependency::DEPENDENCY;
use super::kind::{Kind, time};
use super::object::{Always, Many, Maybe, View};
use super::schedule::{ENTRY, Entry};
use super::service::SERVICE;
use super::table::{Access, Table, setting};
use fusebox_sim::{Dependency, Scenario};

/// A scenario while its settings are changed.
#[derive(Clone, Debug)]
pub(crate) struct Draft {
    /// All but its schedule, which is empty here.
    scenario: Scenario,
    schedule: Vec<Entry>,
}

impl Draft {
    /// A draft that says what the scenario does.
    pub(crate) fn new(mut scenario: Scenario) -> Self {
        let schedule = core::mem::take(&mut scenario.schedule);
        let schedule = schedule.into_iter().map(Entry::new).collect();
        Self { scenario, schedule }
    }

    /// The scenario that it says; an entry of the schedule that does nothing is left out.
    pub(crate) fn finish(self) -> Scenario {
        let entries = self.schedule.iter().enumerate();
        let actions = entries.flat_map(|(n, entry)| {
            let replaced = self.schedule[n + 1..].iter().any(|later| later.replaces(entry, true))
                || self.schedule[..n].iter().any(|earlier| earlier.replaces(entry, false));
            entry.actions(!replaced)
        });
        Scenario { schedule: actions.collect(), ..self.scenario }
    }

    /// It and its table.
    pub(crate) const fn object(&mut self) -> View<'_, Self> {
        View { value: self, table: SCENARIO }
    }
}

/// The settings of one dependency.
macro_rules! dependency {
    ($word:literal, $dependency:ident, $label:literal, $help:literal) => {
        setting(
            $word,
            $label,
            $help,
            Kind::Part,
            Access::Inner {
                optional: false,
                inner: &Always {
                    place: |draft: &mut Draft| {
                        &mut draft.scenario.dependencies[Dependency::$dependency]
                    },
                    table: DEPENDENCY,
                },
            },
        )
    };
}

/// All settings of a scenario.
pub(crate) const SCENARIO: &Table<Draft> = &Table {
    name: "scenario",
    fresh: || Draft::new(Scenario::default()),
    items: &[
        &[
            setting(
                "duration",
                "Length",
                "How long a run is, where nobody says otherwise.",
                time(Scenario::DURATION),
                Access::Time(|draft| Some(&mut draft.scenario.duration)),
            ),
            setting(
                "cancellation",
                "Cancellation",
                "Whether who gives up also has the work stopped that was begun for it.",
                Kind::Flag,
                Access::Flag(|draft| Some(&mut draft.scenario.cancellation)),
            ),
            setting(
                "clients",
                "Clients",
                "Who calls: groups of clients that are alike.",
                Kind::Parts { min: 1, max: 8 },
                Access::Inner {
                    optional: false,
                    inner: &Many {
                        place: |draft: &mut Draft| &mut draft.scenario.clients,
                        table: CLIENTS,
                    },
                },
            ),
            setting(
                "service",
                "Service",
                "What stands between the clients and the dependencies; without it the clients call the database themselves.",
                Kind::Part,
                Access::Inner {
                    optional: true,
                    inner: &Maybe {
                        place: |draft: &mut Draft| &mut draft.scenario.service,
                        table: SERVICE,
                    },
                },
            ),
        ],
        &[
            dependency!(
                "postgres",
                Postgres,
                "Database",
                "The database, with reads and writes in transactions."
            ),
            dependency!(
                "replica",
                Replica,
                "Read replica",
                "A copy of the database that only reads; the substitute for it."
            ),
            dependency!("model", Model, "Model provider", "The model provider."),
            dependency!(
                "small_model",
                SmallModel,
                "Smaller model",
                "A smaller model, the substitute for the model provider."
            ),
            dependency!("vector_store", VectorStore, "Vector store", "The vector store."),
            dependency!("cache", Cache, "Cache", "The cache."),
        ],
        &[setting(
            "schedule",
            "Schedule",
            "The actions that belong to the scenario: faults, healings, and layers switched on or off.",
            Kind::Parts { min: 0, max: 1_000 },
            Access::Inner {
                optional: false,
                inner: &Many { place: |draft: &mut Draft| &mut draft.schedule, table: ENTRY },
            },
        )],
    ],
    one_of: &[],
};

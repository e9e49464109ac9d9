//! A scenario while its settings are changed, and the table of all its settings.

use super::arrivals::CLIENTS;
use super::dependency::DEPENDENCY;
use super::kind::{Kind, Scale, Value};
use super::schedule::{ENTRY, Entry};
use super::service::SERVICE;
use super::table::{Item, Table};
use super::view::Part;
use fusebox::time::Duration;
use fusebox_sim::{Action, Dependency, Scenario};

/// A scenario while its settings are changed.
#[derive(Clone, Debug)]
pub struct Draft {
    /// The scenario without its schedule, which is empty here.
    pub(super) scenario: Scenario,
    schedule: Vec<Entry>,
}

impl From<Scenario> for Draft {
    fn from(mut scenario: Scenario) -> Self {
        let schedule = core::mem::take(&mut scenario.schedule);
        Self { scenario, schedule: schedule.into_iter().map(Entry::new).collect() }
    }
}

impl From<Draft> for Scenario {
    fn from(mut draft: Draft) -> Self {
        Self { schedule: draft.actions(), ..draft.scenario }
    }
}

impl Draft {
    /// The actions of the schedule; an entry without an effect is left out.
    fn actions(&mut self) -> Vec<Action> {
        let entries = self.schedule.iter().enumerate();
        let actions = entries.flat_map(|(n, entry)| {
            let replaced = self.schedule[n + 1..].iter().any(|later| later.replaces(entry, true))
                || self.schedule[..n].iter().any(|earlier| earlier.replaces(entry, false));
            entry.actions(!replaced)
        });
        actions.collect()
    }
}

type Root = Item<Draft>;

/// The key of the number of groups of clients, which in a document is the length of their list.
pub(crate) const GROUPS: &str = "groups";

const GROUPS_MAX: u32 = 8;

/// All settings of a scenario.
pub(super) const SCENARIO: &Table<Draft> =
    &Table::new("scenario", || Draft::from(Scenario::default()), &[WORLD, SERVERS, SCHEDULE]);

const WORLD: &[Root] = &[
    Root::time("duration", Scenario::DURATION, |it| Some(&mut it.scenario.duration))
        .label("Duration")
        .help("The duration of a run; one no longer than the warm-up removes the warm-up.")
        .then(|it| {
            if it.scenario.warm_up >= it.scenario.duration {
                it.scenario.warm_up = Duration::ZERO;
            }
        }),
    Root::time("warm_up", Scenario::WARM_UP, |it| Some(&mut it.scenario.warm_up))
        .label("Warm-up")
        .help("The time at the beginning of a run whose calls, latencies and attempts are not counted."),
    Root::flag("cancellation", |it| Some(&mut it.scenario.cancellation))
        .label("Cancellation")
        .help("Cancel work in progress when the caller gives up."),
    Root::any(
        GROUPS,
        Kind::number(Scale::Whole("groups"), &(1..=GROUPS_MAX)),
        |it| u32::try_from(it.scenario.clients.len()).ok().map(Value::Number),
        |it, value| {
            let groups = value.number().map_or(1, |groups| groups as usize);
            it.scenario.clients.resize_with(groups, Default::default);
        },
    )
    .label("Groups of clients")
    .help("The number of groups of clients; a new group has the defaults."),
    Root::parts(
        "clients",
        1..=GROUPS_MAX as usize,
        &Part::Many(|it| &mut it.scenario.clients, CLIENTS),
    )
    .label("Clients")
    .help("Groups of clients that are alike."),
    Root::part("service", &Part::Maybe(|it| &mut it.scenario.service, SERVICE))
        .optional()
        .label("Service")
        .help("The service that calls the dependencies; without it clients call the database."),
];

/// The settings of one dependency.
macro_rules! server {
    ($word:literal, $dependency:ident) => {
        Root::part(
            $word,
            &Part::One(
                |it| Some(&mut it.scenario.dependencies[Dependency::$dependency]),
                DEPENDENCY,
            ),
        )
    };
}

const SERVERS: &[Root] = &[
    server!("postgres", Postgres)
        .label("Database")
        .help("The database, with reads and writes in transactions."),
    server!("replica", Replica)
        .label("Read replica")
        .help("A read-only copy of the database, and its substitute."),
    server!("model", Model).label("Model provider").help("The model provider."),
    server!("small_model", SmallModel)
        .label("Smaller model")
        .help("A smaller model, the substitute for the model provider."),
    server!("vector_store", VectorStore).label("Vector store").help("The vector store."),
    server!("cache", Cache).label("Cache").help("The cache."),
];

const SCHEDULE: &[Root] = &[Root::schedule(
    "schedule",
    1_000,
    &Part::Many(|it| &mut it.schedule, ENTRY),
    Draft::actions,
    |it, actions| it.schedule = actions.iter().copied().map(Entry::new).collect(),
)
.label("Schedule")
.help("The actions of the scenario: faults, heals, and layers that are switched.")];

//! The content of the breaker panel at a moment, as data.

use crate::breaker::rules;
use crate::breaker::status::BreakerStatus;
use crate::breaker::strip::Strip;
use crate::breaker::words::Words;
use fusebox::time::{Duration, Instant};
use fusebox::{CircuitBreaker, HalfOpen, RuleStatus, State, StateName, Window};
use fusebox_lab::words::{left, plural};
use fusebox_sim::{Dependency, World};

/// The content of the panel for one breaker.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct BreakerView {
    pub(crate) on: Dependency,
    pub(super) now: Instant,
    /// Since when the breaker has been in this state.
    pub(super) since: Instant,
    pub(super) status: BreakerStatus,
    /// In the order of [`EDGES`].
    pub(super) edges: [Edge; 4],
    /// Its window or its trials; none if it counts nothing.
    pub(super) held: Option<Strip>,
    /// The length of its time window; none if it counts calls instead of time.
    pub(super) remembers: Option<Duration>,
    pub(crate) words: Words,
}

/// The breaker on another dependency, and its status.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct OtherBreaker {
    pub(super) on: Dependency,
    pub(super) status: BreakerStatus,
}

/// The transitions.
pub(super) const EDGES: [(StateName, StateName); 4] = [
    (StateName::Closed, StateName::Open),
    (StateName::Open, StateName::HalfOpen),
    (StateName::HalfOpen, StateName::Open),
    (StateName::HalfOpen, StateName::Closed),
];

/// A transition: its condition, and how close the breaker is to it.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Edge {
    pub(super) words: [String; 2],
    /// How close the breaker is, from 0 to 1; none if this transition cannot come next.
    pub(super) progress: Option<f64>,
}

impl BreakerView {
    /// The panel before there is a run.
    pub(crate) fn empty(on: Dependency) -> Self {
        Self {
            on,
            now: Instant::ZERO,
            since: Instant::ZERO,
            status: BreakerStatus::Absent,
            edges: Default::default(),
            held: None,
            remembers: None,
            words: Words::default(),
        }
    }

    /// The breaker on a dependency in a world, as it is now.
    pub(crate) fn of(world: &World, on: Dependency) -> Self {
        let (now, status) = (world.now(), BreakerStatus::of(world, on));
        let Some(breaker) = world.breaker(on).filter(|_| status != BreakerStatus::Absent) else {
            return Self { now, words: Words::of(on, now, None, status, &[]), ..Self::empty(on) };
        };
        Self::working(on, breaker, status, now)
    }

    /// A breaker that is in no world.
    pub(crate) fn alone(breaker: &CircuitBreaker, now: Instant) -> Self {
        let status = BreakerStatus::Working(breaker.state().name());
        Self::working(Dependency::Postgres, breaker, status, now)
    }

    fn working(
        on: Dependency,
        breaker: &CircuitBreaker,
        status: BreakerStatus,
        now: Instant,
    ) -> Self {
        let rules = breaker.rules(now);
        Self {
            on,
            now,
            since: breaker.last_transition().map_or(Instant::ZERO, |last| last.at),
            status,
            edges: edges(breaker, status, rules.first(), now),
            held: (status.counts() || status == BreakerStatus::Working(StateName::HalfOpen))
                .then(|| Strip::of(breaker, now)),
            remembers: match breaker.config().window {
                Window::Time(length) => Some(length),
                Window::Count(_) | Window::Consecutive => None,
            },
            words: Words::of(on, now, Some(breaker), status, &rules),
        }
    }
}

/// The breakers on all dependencies but this one.
pub(crate) fn others(world: &World, shown: Dependency) -> Vec<OtherBreaker> {
    let others = Dependency::ALL.into_iter().filter(|&on| on != shown);
    let others = others.map(|on| OtherBreaker { on, status: BreakerStatus::of(world, on) });
    others.filter(|other| other.status != BreakerStatus::Absent).collect()
}

fn at_rest(words: [String; 2]) -> Edge {
    Edge { words, progress: None }
}

fn live(words: [String; 2], progress: f64) -> Edge {
    Edge { words, progress: Some(progress) }
}

fn edges(
    breaker: &CircuitBreaker,
    status: BreakerStatus,
    rule: Option<&RuleStatus>,
    now: Instant,
) -> [Edge; 4] {
    let trips = match rule {
        Some(rule) if matches!(status, BreakerStatus::Working(StateName::Closed)) => {
            live(rules::on_edge(rule, true), rule.progress)
        }
        Some(rule) => at_rest(rules::on_edge(rule, status.counts())),
        None => Edge::default(),
    };
    let [fails, passes] = trial_edges(breaker, status);
    [trips, cooling_edge(breaker, status, now), fails, passes]
}

fn cooling_edge(breaker: &CircuitBreaker, status: BreakerStatus, now: Instant) -> Edge {
    match (status, breaker.state()) {
        (BreakerStatus::ForcedOpen, _) => at_rest(["only by hand".into(), "forced open".into()]),
        (BreakerStatus::Working(_), State::Open { until }) if until <= now => {
            live(["at the next call".into(), "cooldown is over".into()], 1.0)
        }
        (BreakerStatus::Working(_), State::Open { until }) => {
            let wait = until.since(now);
            let length = breaker.cooldown().unwrap_or(wait);
            let words = [format!("trial in {}", left(wait)), format!("cooldown {length}")];
            live(words, 1.0 - part(wait, length))
        }
        _ => {
            let after = breaker.config().cooldown.base;
            at_rest([format!("after {after}"), "and a call".into()])
        }
    }
}

/// The conditions that reopen and that close a half-open breaker.
fn trial_edges(breaker: &CircuitBreaker, status: BreakerStatus) -> [Edge; 2] {
    let config = breaker.config();
    let (trials, needed, passed, failed) = breaker.half_open().map_or(
        (config.trials, config.trials_to_close, 0, 0),
        |HalfOpen { trials, needed, passed, failed, .. }| (trials, needed, passed, failed),
    );
    let allowed = trials.saturating_sub(needed);
    let fails = match allowed {
        0 => ["a failed trial".into(), "opens it again".into()],
        allowed => {
            let left = (allowed + 1).saturating_sub(failed);
            let opens = if left == 1 { "opens" } else { "open" };
            [format!("{failed} failed, {allowed} allowed"), format!("{left} more {opens} it")]
        }
    };
    if status != BreakerStatus::Working(StateName::HalfOpen) {
        let closes = [plural(needed.into(), "trial", "trials"), "must pass".into()];
        return [at_rest(fails), at_rest(closes)];
    }
    let closes = [format!("{passed} of {needed} trials"), "passed".into()];
    let of = |part: u32, whole: u32| f64::from(part) / f64::from(whole.max(1));
    [live(fails, of(failed, allowed + 1)), live(closes, of(passed, needed))]
}

fn part(left: Duration, whole: Duration) -> f64 {
    if whole == Duration::ZERO { 0.0 } else { (left.as_secs_f64() / whole.as_secs_f64()).min(1.0) }
}

#[cfg(test)]
mod tests {
    use super::super::strip::Held;
    use super::*;
    use fusebox::LayerConfig;
    use fusebox::{LayerKind, Rate};
    use fusebox_lab::presets;
    use fusebox_sim::{Command, Fault, Scenario};

    const ON: Dependency = Dependency::Postgres;

    fn world() -> World {
        World::with_trace(&Scenario::search_service(), 42, 1_000).expect("the presets are tested")
    }

    fn run(world: &mut World, millis: u64) -> BreakerView {
        world.run_until(world.now() + Duration::from_millis(millis));
        BreakerView::of(world, ON)
    }

    #[track_caller]
    fn apply(world: &mut World, command: Command) {
        world.apply(ON, command).expect("it is in range");
    }

    #[test]
    fn each_state_has_the_conditions_of_its_transitions() {
        let mut world = world();
        let view = run(&mut world, 5_000);
        assert_eq!(view.words.headline, "Closed, calls pass");
        assert_eq!(view.edges[0].words, ["0 % failed", "20 % opens it"]);
        assert_eq!(view.edges[3].words, ["2 trials", "must pass"]);
        assert_eq!(
            view.edges.clone().map(|edge| edge.progress.is_some()),
            [true, false, false, false]
        );
        assert!(view.words.next.ends_with(" calls, 0 %; 20 % opens it."), "{}", view.words.next);
        assert_eq!(view.words.quiet, "No call rejected, no late result.");
        let columns = |view: &BreakerView| view.held.as_ref().map(|strip| strip.columns.len());
        assert_eq!(columns(&view), Some(26));

        apply(&mut world, Command::Fault(Fault::Down));
        let view = run(&mut world, 3_000);
        assert_eq!(view.status, BreakerStatus::Working(StateName::Open));
        assert!(view.words.headline.starts_with("Open, trial in "), "{}", view.words.headline);
        assert!(view.edges[1].words[0].starts_with("trial in "), "{:?}", view.edges[1]);
        assert!(view.edges[1].progress > Some(0.1));
        assert_eq!(view.held, None);
        assert!(view.words.held.starts_with("As it opened: "), "{}", view.words.held);
        assert!(view.words.why.contains(" calls in 5 s reached 20 %"), "{}", view.words.why);
        assert!(view.words.quiet.ends_with("calls rejected."), "{}", view.words.quiet);

        apply(&mut world, Command::Heal(Fault::Down.kind()));
        apply(&mut world, Command::Fault(Fault::Hang));
        let mut view = run(&mut world, 10);
        while view.status != BreakerStatus::Working(StateName::HalfOpen) {
            view = run(&mut world, 10);
        }
        assert_eq!(
            view.edges.clone().map(|edge| edge.progress.is_some()),
            [false, false, true, true]
        );
        assert_eq!(view.edges[3].words, ["0 of 2 trials", "passed"]);
        assert_eq!(view.words.next, "2 more successes close it, 1 failure opens it again.");
        let strip = view.held.as_ref().expect("it shows its trials");
        assert!(strip.columns.iter().any(|column| column.held == Held::InFlight));
        assert!(view.words.held.contains("in flight"), "{}", view.words.held);
    }

    #[test]
    fn a_breaker_that_is_off_or_missing_says_so() {
        let mut world = world();
        apply(&mut world, Command::Layer(LayerKind::Breaker, false));
        let view = run(&mut world, 1_000);
        assert_eq!((view.words.headline.as_str(), view.status.state()), ("Switched off", None));
        assert!(view.edges.iter().all(|edge| edge.progress.is_none()));
        let view = BreakerView::of(&world, Dependency::Model);
        assert_eq!(view.words.headline, "No breaker here");
        let off = OtherBreaker { on: ON, status: BreakerStatus::SwitchedOff };
        assert_eq!(others(&world, Dependency::Model), [off]);
    }

    #[test]
    fn every_preset_can_be_shown_at_every_moment() {
        for preset in presets::ALL {
            let mut world = World::with_trace(&(preset.scenario)(), 7, 100).expect(preset.name);
            for _ in 0..8 {
                world.run_until(world.now() + Duration::from_millis(700));
                for on in Dependency::ALL {
                    let view = BreakerView::of(&world, on);
                    assert!(
                        !view.words.headline.is_empty() && !view.words.why.is_empty(),
                        "{}",
                        preset.name
                    );
                    // As many characters as fit beside an edge.
                    let words = view.edges.iter().flat_map(|edge| &edge.words);
                    words.for_each(|words| assert!(words.len() <= rules::FITS, "{words}"));
                }
            }
        }
    }

    #[test]
    fn a_rate_over_a_count_is_shown_by_call() {
        let mut scenario = Scenario::search_service();
        for layer in &mut scenario.dependencies[ON].layers {
            if let LayerConfig::Breaker(breaker) = layer {
                breaker.window = Window::Count(20);
                breaker.failures = None;
                breaker.failure_rate = Some(Rate::percent(50));
                breaker.min_calls = 20;
            }
        }
        let mut world = World::with_trace(&scenario, 42, 100).expect("it is in range");
        let view = run(&mut world, 50);
        assert_eq!(view.edges[0].words[1], "before a rate counts");
        assert!(view.words.next.contains("The rate counts after"), "{}", view.words.next);
        let view = run(&mut world, 5_000);
        assert_eq!(view.edges[0].words, ["0 % failed", "50 % opens it"]);
        assert_eq!(view.held.map(|strip| strip.columns.len()), Some(20));
    }
}

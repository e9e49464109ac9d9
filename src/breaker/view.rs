//! What the panel shows of a breaker at a moment, as data.

use crate::breaker::rules;
use crate::breaker::strip::Strip;
use crate::breaker::words;
use fusebox::time::{Duration, Instant};
use fusebox::{CircuitBreaker, HalfOpen, Mode, RuleStatus, State, StateName, Window};
use fusebox_sim::Dependency;

/// A breaker at a moment, to be shown.
#[derive(Clone, Copy, Debug)]
pub(crate) struct BreakerAt<'a> {
    /// The dependency that it protects.
    pub(crate) on: Dependency,
    /// None if there is no breaker.
    pub(crate) breaker: Option<&'a CircuitBreaker>,
    /// Whether the breaker is switched on.
    pub(crate) is_on: bool,
    pub(crate) now: Instant,
    /// The newest call that it rejected while open: when, and how long it stayed open from then on.
    pub(crate) rejection: Option<(Instant, Duration)>,
}

/// What the panel shows of a breaker.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct BreakerView {
    pub(crate) on: Dependency,
    pub(super) now: Instant,
    /// Since when it has been in this state.
    pub(super) since: Instant,
    pub(super) status: BreakerStatus,
    /// The largest words of the panel.
    pub(super) headline: String,
    /// In the order of [`EDGES`].
    pub(super) edges: [Edge; 4],
    /// What would change its state next.
    pub(super) next: String,
    pub(super) held: Held,
    pub(super) held_title: String,
    /// How long it remembers; none where it counts calls instead of time.
    pub(super) remembers: Option<Duration>,
    /// What it refused and ignored.
    pub(super) quiet: String,
    /// Why it is as it is.
    pub(super) why: String,
}

/// What a breaker does, in short.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum BreakerStatus {
    /// There is no breaker.
    Absent,
    SwitchedOff,
    Disabled,
    ForcedOpen,
    /// It lets calls pass or rejects them, by its state.
    Working(StateName),
    /// It counts and stays closed.
    Observing,
}

/// The transitions.
pub(super) const EDGES: [(StateName, StateName); 4] = [
    (StateName::Closed, StateName::Open),
    (StateName::Open, StateName::HalfOpen),
    (StateName::HalfOpen, StateName::Open),
    (StateName::HalfOpen, StateName::Closed),
];

/// A transition: its condition, and how close that is.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Edge {
    pub(super) words: [String; 2],
    /// From 0 to 1.
    pub(super) progress: f64,
    /// Whether the transition can come next.
    pub(super) is_live: bool,
}

/// What the breaker has in hand.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Held {
    Nothing,
    Window(Strip),
    Trials(HalfOpen),
}

impl BreakerView {
    /// The panel before there is a world.
    pub(crate) fn empty(on: Dependency) -> Self {
        Self {
            on,
            now: Instant::ZERO,
            since: Instant::ZERO,
            status: BreakerStatus::Absent,
            headline: String::new(),
            edges: EDGES.map(|_| Edge::at_rest([String::new(), String::new()])),
            next: String::new(),
            held: Held::Nothing,
            held_title: String::new(),
            remembers: None,
            quiet: String::new(),
            why: String::new(),
        }
    }

    pub(crate) fn of(shown: BreakerAt<'_>) -> Self {
        let BreakerAt { on, breaker, now, .. } = shown;
        let status = shown.status();
        let Some(breaker) = breaker else {
            let headline = words::headline(status, State::Closed, 0, now);
            return Self { now, headline, why: words::absent(on), ..Self::empty(on) };
        };
        let rules = breaker.rules(now);
        let needed = breaker.half_open().map_or(breaker.config().trials_to_close, |it| it.needed);
        Self {
            on,
            now,
            since: breaker.last_transition().map_or(Instant::ZERO, |last| last.at),
            status,
            headline: words::headline(status, breaker.state(), needed, now),
            edges: edges(breaker, status, rules.first(), now),
            next: words::next(breaker, status, &rules, now),
            held: held(breaker, status, now),
            held_title: words::held(breaker, status, now),
            remembers: match breaker.config().window {
                Window::Time(length) => Some(length),
                Window::Count(_) | Window::Consecutive => None,
            },
            quiet: words::quiet(breaker),
            why: words::why(breaker, &shown, status, &rules),
        }
    }
}

impl BreakerAt<'_> {
    /// Whether there is a breaker, and what it does.
    pub(super) fn status(&self) -> BreakerStatus {
        match self.breaker {
            None => BreakerStatus::Absent,
            Some(_) if !self.is_on => BreakerStatus::SwitchedOff,
            Some(breaker) => BreakerStatus::of(breaker),
        }
    }
}

impl BreakerStatus {
    fn of(breaker: &CircuitBreaker) -> Self {
        match breaker.mode() {
            Mode::Enforce => Self::Working(breaker.state().name()),
            Mode::Shadow => Self::Observing,
            Mode::Disable => Self::Disabled,
            Mode::ForceOpen => Self::ForcedOpen,
        }
    }

    /// The state in the diagram that is lit; a breaker that is off is in none.
    pub(super) const fn state(self) -> Option<StateName> {
        match self {
            Self::Working(state) => Some(state),
            Self::Observing => Some(StateName::Closed),
            Self::ForcedOpen => Some(StateName::Open),
            Self::Absent | Self::SwitchedOff | Self::Disabled => None,
        }
    }

    /// Whether it looks at the calls that end.
    pub(super) const fn counts(self) -> bool {
        matches!(self, Self::Working(StateName::Closed) | Self::Observing)
    }

    /// The status in a word or two.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Absent => "no breaker",
            Self::SwitchedOff => "switched off",
            Self::Disabled => "disabled",
            Self::ForcedOpen => "forced open",
            Self::Working(StateName::Closed) => "closed",
            Self::Working(StateName::Open) => "open",
            Self::Working(StateName::HalfOpen) => "half-open",
            Self::Observing => "observing",
        }
    }

    /// The class with the colours of its state.
    pub(super) const fn class(self) -> &'static str {
        match self {
            Self::Working(state) => state_class(state),
            Self::Observing => "is-observing",
            Self::ForcedOpen => "is-open",
            Self::Absent | Self::SwitchedOff | Self::Disabled => "is-off",
        }
    }
}

/// The class with the colours of a state.
pub(super) const fn state_class(state: StateName) -> &'static str {
    match state {
        StateName::Closed => "is-closed",
        StateName::Open => "is-open",
        StateName::HalfOpen => "is-half-open",
    }
}

impl Edge {
    const fn at_rest(words: [String; 2]) -> Self {
        Self { words, progress: 0.0, is_live: false }
    }

    const fn live(words: [String; 2], progress: f64) -> Self {
        Self { words, progress, is_live: true }
    }
}

fn edges(
    breaker: &CircuitBreaker,
    status: BreakerStatus,
    rule: Option<&RuleStatus>,
    now: Instant,
) -> [Edge; 4] {
    let trips = match rule {
        Some(rule) if matches!(status, BreakerStatus::Working(StateName::Closed)) => {
            Edge::live(rules::on_edge(rule, true), rule.progress)
        }
        Some(rule) => Edge::at_rest(rules::on_edge(rule, status.counts())),
        None => Edge::at_rest([String::new(), String::new()]),
    };
    let [fails, passes] = trial_edges(breaker, status);
    [trips, cooling_edge(breaker, status, now), fails, passes]
}

fn cooling_edge(breaker: &CircuitBreaker, status: BreakerStatus, now: Instant) -> Edge {
    match (status, breaker.state()) {
        (BreakerStatus::ForcedOpen, _) => {
            Edge::at_rest(["not by itself".into(), "forced open".into()])
        }
        (BreakerStatus::Working(_), State::Open { until }) if until <= now => {
            Edge::live(["at the next call".into(), "cooldown is over".into()], 1.0)
        }
        (BreakerStatus::Working(_), State::Open { until }) => {
            let left = until.since(now);
            let length = breaker.cooldown().unwrap_or(left);
            let words = [format!("trial in {}", words::left(left)), format!("cooldown {length}")];
            Edge::live(words, 1.0 - part(left, length))
        }
        _ => {
            let after = breaker.config().cooldown.base;
            Edge::at_rest([format!("after {after}"), "and a call".into()])
        }
    }
}

/// What makes a half-open breaker open again, and what closes it.
fn trial_edges(breaker: &CircuitBreaker, status: BreakerStatus) -> [Edge; 2] {
    let cycle = breaker.half_open().filter(|_| matches!(status, BreakerStatus::Working(_)));
    let Some(HalfOpen { trials, needed, passed, failed, .. }) = cycle else {
        let config = breaker.config();
        let allowed = config.trials.saturating_sub(config.trials_to_close);
        let fails = match allowed {
            0 => ["a failed trial".into(), "opens it again".into()],
            allowed => [format!("{} failed trials", allowed + 1), "open it again".into()],
        };
        let passes = format!("{} of {} trials", config.trials_to_close, config.trials);
        return [Edge::at_rest(fails), Edge::at_rest([passes, "must pass".into()])];
    };
    let allowed = trials.saturating_sub(needed);
    let fails = match allowed {
        0 => ["a failed trial".into(), "opens it again".into()],
        allowed => {
            let left = (allowed + 1).saturating_sub(failed);
            let opens = if left == 1 { "opens" } else { "open" };
            [format!("{failed} failed, {allowed} allowed"), format!("{left} more {opens} it")]
        }
    };
    let of = |part: u32, whole: u32| f64::from(part) / f64::from(whole.max(1));
    [
        Edge::live(fails, of(failed, allowed + 1)),
        Edge::live([format!("{passed} of {needed} trials"), "passed".into()], of(passed, needed)),
    ]
}

fn part(left: Duration, whole: Duration) -> f64 {
    if whole == Duration::ZERO { 0.0 } else { (left.as_secs_f64() / whole.as_secs_f64()).min(1.0) }
}

fn held(breaker: &CircuitBreaker, status: BreakerStatus, now: Instant) -> Held {
    match breaker.half_open() {
        _ if status.counts() => Held::Window(Strip::of(breaker, now)),
        Some(cycle) if status == BreakerStatus::Working(StateName::HalfOpen) => Held::Trials(cycle),
        _ => Held::Nothing,
    }
}

#[cfg(test)]
mod tests {
    use super::super::in_world::{OtherBreaker, others};
    use super::*;
    use fusebox::LayerConfig;
    use fusebox::{LayerKind, Rate};
    use fusebox_lab::presets;
    use fusebox_sim::{Command, Fault, Scenario, World};

    const ON: Dependency = Dependency::Postgres;

    fn world() -> World {
        World::with_trace(&Scenario::search_service(), 42, 1_000).expect("the presets are tested")
    }

    fn run(world: &mut World, millis: u64) -> BreakerView {
        world.run_until(world.now() + Duration::from_millis(millis));
        BreakerView::of(BreakerAt::in_world(world, ON))
    }

    #[track_caller]
    fn apply(world: &mut World, command: Command) {
        world.apply(ON, command).expect("it is in range");
    }

    #[test]
    fn each_state_says_what_leads_out_of_it() {
        let mut world = world();
        let view = run(&mut world, 5_000);
        assert_eq!(view.headline, "Closed, calls pass");
        assert_eq!(view.edges[0].words, ["0 of 5 failures", "in 10 s"]);
        assert_eq!(view.edges.clone().map(|edge| edge.is_live), [true, false, false, false]);
        assert_eq!(view.next, "5 failures within 10 s open it.");
        assert_eq!(view.quiet, "No call refused, no late result.");
        assert!(matches!(&view.held, Held::Window(Strip::Slices(slices)) if slices.len() == 13));

        apply(&mut world, Command::Fault(Fault::Down));
        let view = run(&mut world, 3_000);
        assert_eq!(view.status, BreakerStatus::Working(StateName::Open));
        assert!(view.headline.starts_with("Open, trial in "), "{}", view.headline);
        assert!(view.edges[1].words[0].starts_with("trial in "), "{:?}", view.edges[1]);
        assert!(view.edges[1].is_live && view.edges[1].progress > 0.1);
        assert_eq!(view.held, Held::Nothing);
        assert!(view.held_title.starts_with("As it opened: "), "{}", view.held_title);
        assert!(view.why.contains("5 failures in 10 s reached the threshold"), "{}", view.why);
        assert!(view.quiet.ends_with("calls refused."), "{}", view.quiet);

        apply(&mut world, Command::Heal(Fault::Down.kind()));
        apply(&mut world, Command::Fault(Fault::Hang));
        let mut view = run(&mut world, 10);
        while view.status != BreakerStatus::Working(StateName::HalfOpen) {
            view = run(&mut world, 10);
        }
        assert_eq!(view.edges.clone().map(|edge| edge.is_live), [false, false, true, true]);
        assert_eq!(view.edges[3].words, ["0 of 2 trials", "passed"]);
        assert_eq!(view.next, "2 more successes close it, 1 failure opens it again.");
        assert!(matches!(view.held, Held::Trials(HalfOpen { running: 1.., .. })));
        assert!(view.held_title.contains("under way"), "{}", view.held_title);
    }

    #[test]
    fn a_breaker_that_is_off_or_not_there_says_so() {
        let mut world = world();
        apply(&mut world, Command::Layer(LayerKind::Breaker, false));
        let view = run(&mut world, 1_000);
        assert_eq!((view.headline.as_str(), view.status.state()), ("Switched off", None));
        assert!(view.edges.iter().all(|edge| !edge.is_live));
        let view = BreakerView::of(BreakerAt::in_world(&world, Dependency::Model));
        assert_eq!(view.headline, "No breaker here");
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
                    let view = BreakerView::of(BreakerAt::in_world(&world, on));
                    assert!(!view.headline.is_empty() && !view.why.is_empty(), "{}", preset.name);
                    // As many letters as fit beside an edge.
                    let words = view.edges.iter().flat_map(|edge| &edge.words);
                    words.for_each(|words| assert!(words.len() <= 21, "{words}"));
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
        assert!(view.next.contains("The rate counts after"), "{}", view.next);
        let view = run(&mut world, 5_000);
        assert_eq!(view.edges[0].words, ["0 % failed", "50 % opens it"]);
        assert!(
            matches!(&view.held, Held::Window(Strip::Cells { cells, per_cell: 1 }) if cells.len() == 20)
        );
    }
}

//! What a user can point at to be told its explanation.

use crate::playground::player::Player;
use fusebox::Decision;
use fusebox::time::{Duration, Instant};
use fusebox_lab::explain::{self, Explanation, Line, Number};
use fusebox_sim::{BreakerChange, Dependency, What};

/// Something on the page that has a explanation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Selection {
    /// A call, by its number, and a moment at which it was under way.
    Call(u64, Instant),
    /// The calls that ended at a dependency in a stretch of time.
    Slot { on: Dependency, from: Instant, to: Instant },
    /// A transition of the breaker on a dependency.
    Change { on: Dependency, at: Instant },
    /// One of the numbers of the service.
    Number(Number),
    /// A line of the log, by its number.
    Line(u64),
    /// All that is on the page, as it was at this moment.
    Now(Instant),
}

/// The numbers that the page shows.
pub(super) const NUMBERS: [Number; 8] = [
    Number::Offered,
    Number::Goodput,
    Number::Fallbacks,
    Number::Errors,
    Number::P99,
    Number::Workers,
    Number::Health,
    Number::Load,
];

/// What stands beside a number.
pub(super) const fn label(number: Number) -> &'static str {
    match number {
        Number::Offered => "Offered",
        Number::Goodput => "Goodput",
        Number::Fallbacks => "Fallback",
        Number::Errors => "Errors",
        Number::P99 => "p99",
        Number::Workers => "Workers",
        Number::Health => "Health",
        Number::Load => "Load",
    }
}

/// A call that ends in a slot of a window may have begun so long before.
const BEFORE: Duration = Duration::from_secs(10);

impl Selection {
    /// Whether there is something to tell of it at this moment.
    pub(super) fn is_of(self, now: Instant) -> bool {
        match self {
            Self::Now(at) => at == now,
            Self::Call(_, at) | Self::Change { at, .. } | Self::Slot { from: at, .. } => at <= now,
            Self::Number(_) | Self::Line(_) => true,
        }
    }

    /// Its explanation, as far as the run has come, and whether that is all that there will be; none where the
    /// run has no such thing.
    pub(super) fn explanation(
        self,
        player: &Player,
        on: Dependency,
    ) -> Option<(Explanation, bool)> {
        let (world, timeline) = (player.world(), player.timeline());
        match self {
            Self::Call(call, at) => Some(of_call(player, call, at)),
            Self::Slot { on, from, to } => {
                let is_over = to <= world.now();
                let Some(entries) = timeline.entries_between(from - BEFORE, to) else {
                    let text = "So much has happened since that it cannot be told call by call.";
                    return Some((in_a_line("Too far back", text), is_over));
                };
                Some((explain::of_slot(on, (from, to), &entries, world), is_over))
            }
            Self::Change { on, at } => {
                let mut changes = world.measures().breaker_changes().iter();
                let change = changes.rfind(|change| change.on == Some(on) && change.at == at)?;
                Some((explain::of_change(change, world), false))
            }
            Self::Number(number) => Some((explain::of_number(number, world, on), false)),
            Self::Now(at) => {
                let title = format!("At {:.1} s", at.as_secs_f64());
                Some((in_a_line(&title, &explain::now(world, on)), true))
            }
            Self::Line(number) => {
                let entry = timeline.record().log.iter().find(|line| line.number == number)?.entry;
                Some(match (entry.what, entry.call) {
                    (What::Decided(Decision::Transition(transition)), _) => {
                        let change = BreakerChange { at: entry.at, on: entry.on, transition };
                        (explain::of_change(&change, world), false)
                    }
                    (_, Some(call)) => of_call(player, call, entry.at),
                    (_, None) => (explain::of_deed(&entry), true),
                })
            }
        }
    }
}

fn of_call(player: &Player, call: u64, at: Instant) -> (Explanation, bool) {
    let entries = player.timeline().entries_of(call, at);
    let ended = entries.iter().rev().find_map(|entry| {
        matches!(entry.what, What::Answered { .. } | What::GaveUp { .. }).then_some(entry.at)
    });
    // What was begun for it may go on for a while after that.
    let is_over = ended.is_some_and(|ended| ended + BEFORE < player.world().now());
    (explain::of_call(call, &entries, player.world()), is_over)
}

fn in_a_line(title: &str, text: &str) -> Explanation {
    let line = Line { at: None, text: text.to_owned() };
    Explanation { title: title.to_owned(), lines: vec![line] }
}

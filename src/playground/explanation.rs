//! Finds the explanation of a selection.

use crate::playground::player::Player;
use crate::selection::Selection;
use fusebox::Decision;
use fusebox::time::{Duration, Instant};
use fusebox_lab::explain::{self, Explanation, Line};
use fusebox_sim::{BreakerChange, Dependency, What};

/// The longest time for which calls are followed before and after a window bucket.
const CALL_MAX: Duration = Duration::from_secs(10);

/// The explanation of a selection as far as the run has come, and whether it is complete. None if the
/// run does not have the selection.
pub(super) fn explanation(
    selection: Selection,
    player: &Player,
    on: Dependency,
) -> Option<(Explanation, bool)> {
    let (world, timeline) = (player.world(), player.timeline());
    match selection {
        Selection::Call(call, at) => Some(of_call(player, call, at)),
        Selection::Bucket { on, from, to } => {
            let is_over = to <= world.now();
            let Some(entries) = timeline.entries_between(from - CALL_MAX, to) else {
                let text = "The calls of this bucket are no longer recorded one by one.";
                return Some((one_line("Too long ago", text), is_over));
            };
            Some((explain::of_slot(on, (from, to), &entries, world), is_over))
        }
        Selection::Change { on, at } => {
            let mut changes = world.measures().breaker_changes().iter();
            let change = changes.rfind(|change| change.on == Some(on) && change.at == at)?;
            Some((explain::of_change(change, world), false))
        }
        Selection::Number(number) => Some((explain::of_number(number, world, on), false)),
        Selection::Now(at) => {
            let title = format!("At {:.1} s", at.as_secs_f64());
            Some((one_line(&title, &explain::now(world, on)), true))
        }
        Selection::Line(number) => {
            let entry = timeline.record().log.iter().find(|line| line.number == number)?.entry;
            Some(match (entry.what, entry.call) {
                (What::Decided(Decision::Transition(transition)), _) => {
                    let change = BreakerChange { at: entry.at, on: entry.on, transition };
                    (explain::of_change(&change, world), false)
                }
                (_, Some(call)) => of_call(player, call, entry.at),
                (_, None) => (explain::of_action(&entry), true),
            })
        }
    }
}

fn of_call(player: &Player, call: u64, at: Instant) -> (Explanation, bool) {
    let entries = player.timeline().entries_of(call, at);
    let ended = entries.iter().rev().find_map(|entry| {
        matches!(entry.what, What::Answered { .. } | What::GaveUp { .. }).then_some(entry.at)
    });
    // Work for the call may continue for a while.
    let is_over = ended.is_some_and(|ended| ended + CALL_MAX < player.world().now());
    (explain::of_call(call, &entries, player.world()), is_over)
}

fn one_line(title: &str, text: &str) -> Explanation {
    let line = Line { at: None, text: text.to_owned() };
    Explanation { title: title.to_owned(), lines: vec![line], ..Explanation::default() }
}

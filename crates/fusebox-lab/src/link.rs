//! The address of a view, as words that a person can read and edit.
//!
//! A link is the part of an address after the `#`: the name of a view, a `?`, and parts separated
//! by `&`, each a key, `=` and a value. The `#` itself is optional. Defaults are left out.
//!
//! | key | in | value |
//! |---|---|---|
//! | `v` | all | the version of this format, 1 by default |
//! | `preset` | `playground`, `herd` | the name of a preset |
//! | a setting's | `playground`, `herd` | a change from the preset, as [`settings`](super::settings) reads and writes it |
//! | `lanes` | `herd` | the strategies, as in `immediate,full,full-budget-shared` |
//! | `lanes.0.name`, `lanes.0.retry.base` … | `herd` | the name of a lane, and its settings |
//! | `seed` | `playground`, `herd` | the seed of the run |
//! | `on` | `playground` | the selected dependency |
//! | `on` | `check` | the question that is shown |
//! | `actions` | `playground` | the action log, with `,` between the actions |
//! | `at` | `playground`, `herd` | the moment at which the view opens |
//! | `prediction` | `herd` | `on` for a prediction, which hides the results until it is made |
//! | `bands` | `herd` | replications of the lanes with this number of seeds, from 2 to 200 |
//! | `bands.measure` | `herd` | the measure that compares the lanes; `recovery` by default |
//! | `sweep` | `herd` | where a sweep starts from: its preset, such as `boundary`, or `lanes` for those of the link |
//! | `sweep.x`, `sweep.y` | `herd` | the settings of its columns and rows, and their values |
//! | `sweep.measure` | `herd` | the measure of the sweep |
//! | `sweep.lane` | `herd` | the number of the lane whose strategy it uses; the first by default |
//! | `tape` | `breaker` | what the dependency answers, as [`tape`](crate::tape) reads it |
//! | `breaker.cooldown` … | `breaker` | the settings of the breaker |
//! | `every` | `breaker` | the time from one call to the next; 1 s by default |
//! | `others` | `breaker` | the settings of the other breakers: `nearest` or `defaults` |
//! | `step` | `breaker` | the number of steps that are played; all of them by default |
//! | `sweep.strategy`, `sweep.lane.retry.base` … | `herd` | a strategy that no lane has, and its settings |
//! | `lesson` | `learn` | the name of a document with a lesson; `resilience` by default |
//! | `step` | `learn` | the step that is shown |
//! | `done` | `learn` | the steps that are done |
//! | `answers` | `check` | the answers, as in `threads:2,silence:30`, which the questions read |
//!
//! Settings may be given in any order; a setting of a single place (`postgres.breaker.cooldown`)
//! overrides one for all places (`breaker.cooldown`). Layers are a list
//! (`postgres.layers=timeout,breaker`), and layers that are off are another
//! (`postgres.layers_off=breaker`). `database` means the same as `postgres`.
//!
//! An action is a time, a target and a command: `12.4s:postgres:down`. The commands are
//! * a fault: `down`, `crash:10s`, `hang`, `slow:200` (times as long), `flaky:50` (per cent fail),
//!   `rate_limited:20` (req/s), `partitioned`, `degraded:50` (per cent of the capacity left);
//!   without a parameter, it has the one that a click sets,
//! * `heal` for every fault, or for one kind such as `heal:slow`,
//! * `on` or `off` for a layer, which follows its dependency: `12s:postgres.breaker:off`.
//!
//! An experiment of the Herd is open if the link has a part of it; a sweep then waits to be run.
//! The values of a sweep's settings are a range in even steps (`sweep.x=outage:1s..60s:20`), a
//! range in steps of the same ratio (`outage:1s..60s:20:log`), or a list
//! (`capacity_lost:50%,70%,90%`): 2 to 40 values. Keys that begin with `lane` belong to the
//! strategy (`lane.retry.base:100ms..2s:8`).
//!
//! The `schedule` of a scenario has the same format, or is `off`.
//!
//! A link is read as far as possible: the problems are reported, and the rest is kept. Two links
//! with the same meaning are written alike.
//!
//! ```
//! use fusebox_lab::link::{Link, sentences};
//!
//! let text = "herd?preset=caps&bands=50&sweep=lanes&sweep.lane=1\
//!             &sweep.x=outage:1s..60s:20:log&sweep.y=lane.retry.cap:1s,5s,30s&sweep.measure=peak_after_repair";
//! assert_eq!(Link::read(text).0.write(), text);
//!
//! let text = "playground?preset=slow-database&postgres.layers=timeout,breaker\
//!             &postgres.breaker.cooldown=10s&seed=7&actions=12.4s:postgres:down,42s:postgres:heal";
//! let (link, problems) = Link::read(text);
//! assert_eq!(problems, []);
//! assert_eq!(link.write(), text);
//!
//! let (link, problems) = Link::read("#playground?seed=7&retry.max_attempts=many");
//! assert_eq!(link.write(), "playground?seed=7");
//! assert_eq!(sentences(&problems), [
//!     "retry.max_attempts is \"many\", but must be a whole number from 1 to 1,000,000; \
//!      the link's other parts are kept."
//! ]);
//! ```

mod breaker;
mod check;
mod experiments;
mod herd;
mod learn;
pub(super) mod notices;
pub(super) mod parts;
mod playground;
#[cfg(test)]
mod tests;
mod view;

use crate::settings::{DAY, Problem, hint, parse_time, shortened, whole_number};
pub use breaker::Breaker;
pub use check::Check;
pub use experiments::{Bands, Experiments};
use fusebox::time::Instant;
pub use herd::Herd;
pub use learn::Learn;
pub(crate) use notices::Notices;
pub use notices::sentences;
pub(crate) use parts::{Parts, encoded};
pub use playground::Playground;
pub use view::{Content, Link, View};

/// The seed of a link without one.
pub const SEED: u64 = 42;

/// The version of the format that this program writes.
pub const VERSION: u32 = 1;

const AT: &str = "at";

impl Link {
    /// The content of a link, and its problems: at most 9, the last of which may give the number of
    /// the remaining ones.
    #[must_use]
    pub fn read(text: &str) -> (Self, Vec<Problem>) {
        let mut notices = Notices::default();
        let mut parts = Parts::of(text, &mut notices);
        let ours = |text: &str| (text == VERSION.to_string()).then_some(());
        let accepts = format!("{VERSION}, the version that this page reads");
        parts.read("v", &mut notices, &accepts, ours);
        let view = View::named(parts.view).unwrap_or_else(|| {
            if !parts.view.is_empty() {
                let hint = hint(parts.view, &View::ALL.map(View::name));
                notices.say(&shortened(parts.view), format!("is not a view{hint}"));
            }
            View::default()
        });
        (view.read(parts, &mut notices), notices.into_vec())
    }

    /// The link as text, without a leading `#`.
    #[must_use]
    pub fn write(&self) -> String {
        let parts: Vec<_> =
            self.parts().into_iter().map(|(key, text)| format!("{key}={text}")).collect();
        let mark = if parts.is_empty() { "" } else { "?" };
        format!("{}{mark}{}", self.view().name(), parts.join("&"))
    }
}

pub(crate) fn read_seed(parts: &mut Parts<'_>, notices: &mut Notices) -> Option<u64> {
    let accepts = "a whole number from 0 to 18,446,744,073,709,551,615";
    parts.read("seed", notices, accepts, whole_number)
}

fn read_at(parts: &mut Parts<'_>, notices: &mut Notices) -> Option<Instant> {
    let accepts = "a time such as 250ms or 2s, up to 1 day";
    let time = |text: &str| parse_time(text).filter(|time| *time <= DAY);
    parts.read(AT, notices, accepts, time).map(|time| Instant::ZERO + time)
}

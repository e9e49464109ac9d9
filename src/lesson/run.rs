//! Runs a world of a lesson to its end on the page, in slices, for the numbers of its prose.

use crate::browser;
use fusebox::time::Duration;
use fusebox_lab::query::{Experiment, Ran};
use fusebox_lab::settings::Problem;
use std::cell::Cell;
use std::rc::Rc;
use yew::platform::spawn_local;
use yew::prelude::*;

/// Milliseconds of a slice, between which the page is updated.
const SLICE: f64 = 12.0;

/// The steps of a run between two looks at the clock.
const STEPS: u32 = 2_000;

/// A run of a world.
#[derive(Clone, Debug)]
pub(crate) enum RunState {
    /// There is no world to run.
    Nothing,
    Running,
    Over(Rc<Ran>),
    Failed(Rc<str>),
}

impl PartialEq for RunState {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Nothing, Self::Nothing) | (Self::Running, Self::Running) => true,
            (Self::Over(one), Self::Over(other)) => Rc::ptr_eq(one, other),
            (Self::Failed(one), Self::Failed(other)) => one == other,
            _ => false,
        }
    }
}

impl RunState {
    /// The run after its end.
    pub(crate) const fn over(&self) -> Option<&Rc<Ran>> {
        if let Self::Over(ran) = self { Some(ran) } else { None }
    }
}

/// Runs the world of a link to its end, or for this time; a new link cancels the run of an earlier one.
#[hook]
pub(crate) fn use_run(link: Option<&str>, within: Option<Duration>) -> RunState {
    let run = use_state_eq(|| if link.is_some() { RunState::Running } else { RunState::Nothing });
    {
        let set = run.setter();
        use_effect_with((link.map(ToOwned::to_owned), within), move |(link, within)| {
            let is_wanted = Rc::new(Cell::new(true));
            if let Some(link) = link.clone() {
                set.set(RunState::Running);
                let (within, still) = (*within, is_wanted.clone());
                spawn_local(async move {
                    let ran = ran(&link, within, &still).await;
                    if still.get() {
                        set.set(ran.map_or_else(
                            |problem| RunState::Failed(problem.to_string().into()),
                            |ran| RunState::Over(Rc::new(ran)),
                        ));
                    }
                });
            } else {
                set.set(RunState::Nothing);
            }
            move || is_wanted.set(false)
        });
    }
    (*run).clone()
}

async fn ran(link: &str, within: Option<Duration>, still: &Cell<bool>) -> Result<Ran, Problem> {
    let mut running = Experiment::of_link(link)?.within(within).start()?;
    let mut begin = browser::now();
    while still.get() && !running.advance(STEPS) {
        if browser::now() - begin >= SLICE {
            browser::pause().await;
            begin = browser::now();
        }
    }
    running.finish()
}

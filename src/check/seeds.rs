//! Ten seeds: judged in the worker pool, where only the goal matters, and shown as ten marks.

use crate::worker_pool::{Batch, Heard, WorkerPool};
use fusebox_lab::job::{Job, JobResult};
use fusebox_lab::query::Judgement;
use std::cell::RefCell;
use std::rc::Rc;
use yew::prelude::*;

/// What several seeds made of a goal, each as soon as it is known.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Seeds {
    pub(super) found: Vec<Option<Judgement>>,
    pub(super) failed: Option<String>,
}

impl Seeds {
    /// All of them, once all are known.
    pub(super) fn all(&self) -> Option<Vec<Judgement>> {
        let all: Option<Vec<_>> = self.found.iter().cloned().collect();
        all.filter(|all| !all.is_empty())
    }
}

/// Judges a goal on several seeds in the worker pool; without jobs, does nothing.
#[hook]
pub(super) fn use_seeds(jobs: Vec<Job>) -> Seeds {
    let pool = use_context::<WorkerPool>().unwrap_or_default();
    let seeds = use_state(|| (Vec::new(), Seeds::default()));
    let set = seeds.setter();
    use_effect_with(jobs.clone(), move |jobs| {
        let none = Seeds { found: vec![None; jobs.len()], failed: None };
        let batch = Batch::new(jobs.len(), jobs.iter().cloned().enumerate());
        let state = Rc::new(RefCell::new((batch, none)));
        let on = {
            let (state, jobs) = (Rc::downgrade(&state), jobs.clone());
            Callback::from(move |heard: Heard| {
                let Some(state) = state.upgrade() else { return };
                let (batch, seeds) = &mut *state.borrow_mut();
                match batch.hear(heard) {
                    Some((n, Ok(JobResult::Goal(judgement)))) => seeds.found[n] = Some(judgement),
                    Some((_, Ok(_))) | None => return,
                    Some((_, Err(why))) => {
                        seeds.failed = Some(why);
                        batch.cancel();
                    }
                }
                set.set((jobs.clone(), seeds.clone()));
            })
        };
        state.borrow_mut().0.fill(&pool, &on);
        move || drop(state)
    });
    let (of, found) = &*seeds;
    if *of == jobs { found.clone() } else { Seeds { found: vec![None; jobs.len()], failed: None } }
}

/// A mark for each seed: held, failed, or not known yet.
pub(super) fn ten(seeds: &Seeds) -> Html {
    let known = seeds.found.iter().flatten().count();
    let held = seeds.found.iter().flatten().filter(|it| it.holds).count();
    let mark = |found: &Option<Judgement>| {
        let (class, mark) = match found.as_ref().map(|it| it.holds) {
            Some(true) => ("is-right", "✓"),
            Some(false) => ("is-wrong", "✗"),
            None => ("is-open", ""),
        };
        html! { <span class={classes!("check__mark", class)}>{ mark }</span> }
    };
    let all = seeds.found.len();
    let words = if known < all {
        format!("{known} of {all} seeds judged")
    } else {
        format!("The goal held on {held} of {all} seeds")
    };
    html! {
        <p class="check__seeds">
            <span class="check__ten" aria-hidden="true">{ for seeds.found.iter().map(mark) }</span>
            <span>{ words }</span>
        </p>
    }
}

/// Stands in the place of what is not computed yet.
pub(super) fn running(is_running: bool) -> Html {
    html! { if is_running { <p class="check__hint">{ "The experiment runs …" }</p> } }
}

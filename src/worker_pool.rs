//! The worker pool, which runs the long work of the page in web workers or, if there are none, inline
//! in slices. The results are the same.
//!
//! A [`WorkerPool`] is a handle; clones share the same pool. The first job starts the workers. If one of
//! them cannot be started or fails, the page itself runs all unfinished jobs: in a sandboxed frame, under
//! a policy without workers, or in an old browser. It also runs them while no worker is ready for long.

mod batch;
mod in_worker;
mod jobs;
mod messages;
mod state;
mod task;
mod worker;

pub(super) use batch::Batch;
#[cfg(test)]
pub(super) use batch::tests as batch_tests;
use fusebox_lab::job::Job;
#[cfg(feature = "split")]
pub(super) use in_worker::decline;
pub(super) use in_worker::serve;
use state::State;
use std::cell::RefCell;
use std::fmt;
use std::rc::{Rc, Weak};
use yew::{Callback, Component, Context};

/// A report about a job.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Report {
    /// The share that is done, from 0 to 1; at most eight times a second.
    Progress(f64),
    /// The result as words; no report follows it.
    Done(Vec<u64>),
    /// Why the job failed; no report follows it.
    Failed(String),
}

impl Report {
    const fn is_last(&self) -> bool {
        !matches!(self, Self::Progress(_))
    }
}

/// A report with the id of its job.
pub(super) type Heard = (u32, Report);

/// Where jobs run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// In this many workers.
    Workers(usize),
    /// On the page, in slices.
    Page,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Workers(1) => f.write_str("in a worker"),
            Self::Workers(number) => write!(f, "in {number} workers"),
            Self::Page => f.write_str("on the page"),
        }
    }
}

/// A handle to a worker pool.
#[derive(Clone)]
pub(super) struct WorkerPool(Rc<RefCell<State>>);

impl Default for WorkerPool {
    fn default() -> Self {
        Self(Rc::new_cyclic(|own| RefCell::new(State::new(own.clone()))))
    }
}

impl PartialEq for WorkerPool {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

impl WorkerPool {
    /// The pool of the view around a component; without one, a pool for this component alone.
    pub(super) fn of<COMP: Component>(ctx: &Context<COMP>) -> Self {
        ctx.link().context(Callback::noop()).map(|(pool, _)| pool).unwrap_or_default()
    }

    /// Runs a job; `on` hears its reports for as long as the handle is kept, and never before this
    /// returns.
    #[must_use = "dropping the handle cancels the job"]
    pub(super) fn run(&self, job: &Job, on: Callback<Heard>) -> JobHandle {
        let id = self.0.borrow_mut().run(job.encode(), on);
        JobHandle { id, pool: Rc::downgrade(&self.0) }
    }

    /// Where jobs run; none before the first job.
    pub(super) fn place(&self) -> Option<Place> {
        self.0.borrow().place()
    }
}

/// A job in the pool; dropping the handle cancels the job.
pub(super) struct JobHandle {
    id: u32,
    pool: Weak<RefCell<State>>,
}

impl JobHandle {
    const fn id(&self) -> u32 {
        self.id
    }

    #[cfg(test)]
    fn for_tests(id: u32) -> Self {
        Self { id, pool: Weak::new() }
    }
}

impl Drop for JobHandle {
    fn drop(&mut self) {
        if let Some(pool) = self.pool.upgrade() {
            let dropped = pool.borrow_mut().cancel(self.id);
            // The listener may own more handles, and dropping them borrows the pool again.
            drop(dropped);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_reads_well_after_computed() {
        assert_eq!(Place::Workers(1).to_string(), "in a worker");
        assert_eq!(Place::Workers(3).to_string(), "in 3 workers");
        assert_eq!(Place::Page.to_string(), "on the page");
    }
}

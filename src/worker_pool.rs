//! Who does the long work of the page: workers of the browser where it has them, and otherwise the
//! page itself, in slices between which it can breathe. The results are the same.
//!
//! A [`WorkerPool`] is a handle, and its copies mean the same worker_pool. The workers are started with the first
//! job. Where one of them cannot be started or fails, all that is not done is done on the page: in a
//! sandboxed frame, under a policy without workers, or in an old browser.

mod clock;
mod hand;
mod inside;
mod queue;
mod state;
mod task;
mod wire;

#[cfg(feature = "split")]
pub(super) use inside::decline;
pub(super) use inside::serve;
use state::State;
use std::cell::RefCell;
use std::fmt;
use std::rc::{Rc, Weak};
use yew::{Callback, Component, Context};

/// What is heard of a job.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Report {
    /// The share that is done, from 0 to 1; at most eight times a second.
    Progress(f64),
    /// The result as words; nothing is heard after it.
    Done(Vec<u64>),
    /// Why there will be no result; nothing is heard after it.
    Failed(String),
}

/// Where the work is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// In so many workers.
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

/// A few workers, or what stands in for them.
#[derive(Clone, Default)]
pub(super) struct WorkerPool(Rc<RefCell<State>>);

impl PartialEq for WorkerPool {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

impl WorkerPool {
    /// The worker_pool that does all the work of the page; without one, a worker_pool for this component alone.
    pub(super) fn of<COMP: Component>(ctx: &Context<COMP>) -> Self {
        ctx.link().context(Callback::noop()).map(|(worker_pool, _)| worker_pool).unwrap_or_default()
    }

    /// Has a job done, as [`job`](fusebox_lab::job) writes it; `on` hears of it, for as long as the
    /// ticket is kept, and never before this returns.
    #[must_use = "dropping the ticket cancels the job"]
    pub(super) fn run(&self, text: String, on: Callback<Report>) -> Ticket {
        let id = self.0.borrow_mut().take(text, on, &Rc::downgrade(&self.0));
        Ticket { id, worker_pool: Rc::downgrade(&self.0) }
    }

    /// Where jobs are done; none before the first.
    pub(super) fn kind(&self) -> Option<Place> {
        self.0.borrow().place()
    }
}

/// A job that somebody waits for; dropping it cancels the job.
pub(super) struct Ticket {
    id: u32,
    worker_pool: Weak<RefCell<State>>,
}

impl Drop for Ticket {
    fn drop(&mut self) {
        if let Some(worker_pool) = self.worker_pool.upgrade() {
            let dropped = worker_pool.borrow_mut().cancel(self.id, &self.worker_pool);
            // Whoever listened may hold more tickets, so that this worker_pool must not be busy by now.
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

//! Writes that cannot be made now, and the job queue that makes them later.

use super::response::Response;
use super::{Event, World, count};
use crate::calls::{CallKey, CallState, Origin, Role};
use crate::dependency::Dependency;
use crate::trace::{Reply, What};
use fusebox::rng::{Label, Rng, mix};
use fusebox::{End, Retryable};

const JITTER: Label = Label::new("job jitter");

/// A write in the job queue.
#[derive(Clone, Copy, Debug)]
pub(super) struct Job {
    from: Origin,
    /// How often it was tried.
    tries: u32,
}

impl World {
    /// Notes that the commit of a request was sent, and that its outcome will never be known.
    #[cold]
    pub(super) fn note_unsure(&mut self, key: CallKey) {
        if let Some(call) = self.call_of(key)
            && let Role::Request { unsure, .. } = &mut call.role
        {
            *unsure = true;
        }
    }

    /// Ends the write of a request, in the pipeline around the database.
    #[inline(never)]
    pub(super) fn finish_write(&mut self, key: CallKey, end: End) {
        let Some(call) = self.calls.get(key) else { return };
        let (id, has_key) = (call.from.id, self.ledger.has_keys());
        let is_unsure = matches!(call.role, Role::Request { unsure: true, .. }) && !has_key;
        let response = match end {
            End::Success => Reply::Success.into(),
            end if self.enqueue(key, end, is_unsure) => Reply::Queued.into(),
            // A 503 would say that the write had no effect, and ask for it again.
            _ if is_unsure => {
                self.file(Some(id), None, What::OutcomeUnknown);
                Reply::Failure.into()
            }
            // A fallback for a read is of no use to a write.
            End::Fallback { rejected: true, .. } => {
                Response { reply: Reply::FailedFast, ..Response::of(end) }
            }
            End::Fallback { .. } => Response { reply: Reply::Failure, ..Response::of(end) },
            end => Response::of(end),
        };
        self.respond(key, Some(response));
    }

    /// Adds the write of a request to the job queue, if there is a queue with room, and no risk
    /// that the write takes effect twice, unless that is allowed.
    fn enqueue(&mut self, key: CallKey, end: End, is_unsure: bool) -> bool {
        let Some(service) = &mut self.service else { return false };
        let Some(jobs) = service.config.writes.job_queue else { return false };
        let untouched = match end {
            End::Rejection(_) | End::Fallback { rejected: true, .. } => true,
            End::Failure(failure) => failure.class().retry == Retryable::Always,
            _ => false,
        };
        let writes = &service.config.writes;
        let harmless =
            untouched && !is_unsure || writes.idempotency_keys || writes.retry_without_key;
        let Some(call) = self.calls.get(key) else { return false };
        let Some(operation) = call.from.operation else { return false };
        let ahead = count(service.jobs.len());
        if !harmless || ahead >= jobs.capacity {
            return false;
        }
        self.ledger.hold(operation);
        self.unsettled = true;
        let from = call.from;
        service.jobs.push_back(Job { from, tries: 0 });
        self.file(Some(from.id), None, What::Enqueued(ahead));
        true
    }

    /// Queues a job again, because its try failed or the process has ended.
    pub(super) fn put_back_job(&mut self, key: CallKey) {
        let Some(call) = self.calls.get(key) else { return };
        let (Some(operation), Role::Job { tries }) = (call.from.operation, call.role) else {
            return;
        };
        let from = call.from;
        self.ledger.hold(operation);
        if let Some(service) = &mut self.service {
            service.jobs_busy -= 1;
            service.jobs.push_front(Job { from, tries });
        }
    }

    /// Begins the next job, if one is queued and may be tried.
    #[inline(never)]
    pub(super) fn start_job(&mut self) -> bool {
        if !self.is_running() {
            return false;
        }
        let Some(service) = &mut self.service else { return false };
        let Some(jobs) = service.config.writes.job_queue else { return false };
        if service.jobs_busy == jobs.workers || self.now < service.jobs_after {
            return false;
        }
        let Some(job) = service.jobs.pop_front() else { return false };
        service.jobs_busy += 1;
        let Job { from, tries } = job;
        let stream_key = mix(from.stream ^ JOBS).wrapping_add(u64::from(tries));
        let rng = Rng::labelled(self.seed, JITTER, stream_key);
        let role = Role::Job { tries: tries + 1 };
        let key = self.calls.insert(CallState::new(from, role, stream_key, rng));
        self.enter_pipeline(key);
        true
    }

    #[inline(never)]
    pub(super) fn finish_job(&mut self, key: CallKey, end: End) {
        let Some(call) = self.calls.get(key) else { return };
        if end == End::Success {
            self.file(Some(call.from.id), Some(Dependency::Postgres), What::JobDone);
            if let Some(service) = &mut self.service {
                service.jobs_busy -= 1;
            }
        } else {
            self.put_back_job(key);
            if let Some(service) = &mut self.service
                && let Some(jobs) = service.config.writes.job_queue
            {
                service.jobs_after = self.now + jobs.retry_interval;
                self.schedule.at(service.jobs_after, Event::RetryJobs);
            }
        }
        self.unsettled = true;
        self.remove_call(key);
    }
}

/// Separates the random streams of a job from those of its request.
const JOBS: u64 = 0x6a6f_6273;

//! The explanation of a call: from the client's question to its answer, and what went on after it.

use super::clauses::{Tense::Past, behind, endpoint};
mod client;

use super::attempt::Attempt;
use super::span::{Span, Way, client_layers};
use super::{Explanation, Line, meanwhile, pending};
use crate::words::{count, length, sentence};
use fusebox::time::Instant;
use fusebox::{Cause, Decision, End, LayerKind, StateName, Transition};
use fusebox_sim::{Command, Dependency, Each, Endpoint, Entry, Target, What, World};

/// The explanation of the call of this number, as far as the entries know it, and of what it waits for now.
///
/// The entries may be those of all calls, in the order of time and up to the world's now, such as those
/// of its trace.
#[must_use]
pub fn of_call<'a>(
    call: u64,
    entries: impl IntoIterator<Item = &'a Entry>,
    world: &World,
) -> Explanation {
    let mut teller = Teller::new(world);
    for entry in entries {
        teller.watch(entry);
        if entry.call == Some(call) {
            teller.tell(entry);
        }
    }
    teller.end(call)
}

/// What is known so far of a call that is being told.
struct Teller<'a> {
    world: &'a World,
    lines: Vec<Line>,
    client: Option<u32>,
    endpoint: Option<Endpoint>,
    /// The moment that was told of last; none before the first.
    since: Option<Instant>,
    /// The client's own part; without a service that part leads to the database.
    own: Span,
    spans: Each<Option<Span>>,
    /// The newest change of each breaker.
    changes: Each<Option<Transition>>,
    is_job: bool,
    earlier: Earlier,
    /// Whether its newest request may be waiting for a thread.
    waits_for_thread: bool,
    cache_missed: bool,
}

/// What is known of an earlier request of the same call when the client sends another one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Earlier {
    /// There is none, or it has ended.
    Over,
    /// The client no longer waits for it, but the service may still be at work on it.
    Abandoned,
    /// Two are under way, as has been told.
    Told,
}

impl<'a> Teller<'a> {
    fn new(world: &'a World) -> Self {
        Self {
            world,
            lines: Vec::new(),
            client: None,
            endpoint: None,
            since: None,
            own: Span::default(),
            spans: Each::of(|_| None),
            changes: Each::default(),
            is_job: false,
            earlier: Earlier::Over,
            waits_for_thread: false,
            cache_missed: false,
        }
    }

    /// Notes what calls have in common: the states of the breakers.
    fn watch(&mut self, entry: &Entry) {
        match (entry.what, entry.on) {
            (What::Decided(Decision::Transition(transition)), Some(on)) => {
                self.changes[on] = Some(transition);
            }
            (What::Done(Target::Dependency(on), Command::Layer(LayerKind::Breaker, false)), _) => {
                // One that is off lets everything through, as if it were closed.
                let (from, to) = (StateName::Closed, StateName::Closed);
                let cause = Cause::ByHand;
                self.changes[on] = Some(Transition { at: entry.at, from, to, cause });
            }
            _ => {}
        }
    }

    /// The newest change of the breaker there up to this moment.
    fn change(&self, on: Option<Dependency>, at: Instant) -> Option<Transition> {
        let on = on?;
        self.changes[on].or_else(|| {
            let changes = self.world.measures().breaker_changes();
            let newest = changes.iter().rfind(|change| change.on == Some(on) && change.at <= at);
            newest.map(|change| change.transition)
        })
    }

    fn has_service(&self) -> bool {
        self.world.scenario().service.is_some()
    }

    fn say(&mut self, at: Instant, text: &str) {
        self.lines.push(Line::at(at, sentence(text)));
    }

    fn way(&self, on: Dependency) -> Way<'a> {
        let scenario = self.world.scenario();
        if scenario.service.is_none() {
            return self.own_way();
        }
        let layers = scenario.dependencies[on].layers.as_slice();
        Way {
            to: on,
            on: Some(on),
            layers,
            is_job: self.is_job && on == Dependency::Postgres,
            is_write: self.endpoint == Some(Endpoint::Mutation),
            is_shared: self.earlier != Earlier::Over,
        }
    }

    fn own_way(&self) -> Way<'a> {
        let layers = client_layers(self.world.scenario(), self.client);
        let (to, on) = (Dependency::Postgres, None);
        Way { to, on, layers, is_job: false, is_write: false, is_shared: false }
    }

    /// The span that something on this dependency belongs to.
    fn span(&mut self, on: Dependency) -> &mut Span {
        if self.has_service() { self.spans[on].get_or_insert_default() } else { &mut self.own }
    }

    fn tell(&mut self, entry: &Entry) {
        let Entry { at, on, what, .. } = *entry;
        if self.since.is_none() {
            self.since = Some(at);
            if !matches!(what, What::Called { .. }) {
                self.lines.push(Line::general(format!(
                    "How this call began is no longer on record; what is left begins at {at}."
                )));
            }
        }
        match (what, on) {
            (What::Decided(decision), None) if self.has_service() => self.client(at, &decision),
            (What::Decided(decision), on) => self.decided(at, on, &decision),
            (What::Attempted(outcome), on) => {
                let to = on.unwrap_or(Dependency::Postgres);
                let way = self.way(to);
                let line = self.span(to).attempted(way, at, outcome);
                self.lines.push(line);
            }
            (What::Finished(end), on) => self.finished(at, on, end),
            (what, Some(on)) => self.at_dependency(at, on, what),
            (what, None) => self.at_service(at, what),
        }
        self.since = Some(at);
    }

    fn decided(&mut self, at: Instant, on: Option<Dependency>, decision: &Decision) {
        let to = on.unwrap_or(Dependency::Postgres);
        let (way, before, since) = (self.way(to), self.change(on, at), self.since.unwrap_or(at));
        if let Decision::Sent(1) = decision {
            self.note_miss(at, to);
        }
        self.waits_for_thread = false;
        let span = self.span(to);
        if matches!(decision, Decision::Sent(_))
            && before.is_some_and(|before| before.to == StateName::HalfOpen)
        {
            span.expect_trial();
        }
        let overlaps = matches!(decision, Decision::Sent(_)) && span.open.is_some();
        let lines = span.decided(way, at, decision, before, since);
        self.lines.extend(lines);
        if overlaps && self.earlier != Earlier::Told {
            self.earlier = Earlier::Told;
            self.say(
                at,
                "from here on two requests of this call were under way at once, and the record does \
                 not always tell them apart",
            );
        }
    }

    fn note_miss(&mut self, at: Instant, to: Dependency) {
        if std::mem::take(&mut self.cache_missed) && to == Dependency::Postgres {
            self.say(at, "the cache had no answer that was fresh enough");
        }
    }

    fn finished(&mut self, at: Instant, on: Option<Dependency>, end: End) {
        let Some(on) = on else {
            let lines = self.own.close("was still under way when the client left");
            self.lines.extend(lines);
            return;
        };
        let is_refused = matches!(end, End::Rejection(_) | End::Fallback { rejected: true, .. });
        let is_open = self.spans[on].as_ref().is_some_and(|span| span.open.is_some());
        // What is refused has no attempt under way; one that is belongs to another request.
        if is_refused && is_open {
            return;
        }
        let mut span = self.spans[on].take().unwrap_or_default();
        let lines = span.close("was still under way when nobody wanted it any more");
        self.lines.extend(lines);
        self.cache_missed = on == Dependency::Cache && self.endpoint == Some(Endpoint::CachedRead);
        if span.is_job && on == Dependency::Postgres && end != End::Success {
            self.say(at, "the write stayed first in the queue of jobs, to be tried again");
        }
    }

    /// Something that happened at a dependency, or on the way to it.
    fn at_dependency(&mut self, at: Instant, on: Dependency, what: What) {
        let open = self.leg_if_open(on);
        match (what, open) {
            (What::Connected, Some(open)) => open.add("opened a new connection"),
            (What::WaitsForConnection(ahead), Some(open)) => open.waited_for_connection(ahead),
            (What::WaitsAtServer(ahead), Some(open)) => open.waited_at_server(ahead),
            (What::PoolFull, Some(open)) => open.found_pool_full(),
            (What::RolledBack, Some(open)) => open.settled("had its transaction rolled back"),
            (What::Committed { again: false }, Some(open)) => open.settled("was committed"),
            (What::Committed { again: true }, Some(open)) => {
                open.settled("was committed although the write had taken effect before");
            }
            (What::KeyKnown, Some(open)) => {
                open.settled(
                    "found the idempotency key on record instead of making the write again",
                );
            }
            (What::CacheHit { age }, _) => {
                self.cache_missed = false;
                let age = length(age);
                self.say(at, &format!("its answer was {age} old, which is fresh enough"));
            }
            (What::Substituted(other), _) => {
                self.say(at, &format!("{} was asked in its place", other.title()));
            }
            (What::JobDone, _) => {
                self.say(at, "the write was made at last, and left the queue of jobs");
            }
            (what, _) => {
                let text = meanwhile::at(on, what);
                self.say(at, &text);
            }
        }
    }

    fn leg_if_open(&mut self, on: Dependency) -> Option<&mut Attempt> {
        let span = if self.has_service() { self.spans[on].as_mut()? } else { &mut self.own };
        span.open.as_mut()
    }

    /// Something that happened to the client or to the service itself.
    fn at_service(&mut self, at: Instant, what: What) {
        match what {
            What::Called { client, endpoint } => self.called(at, client, endpoint),
            What::WaitsForThread(ahead) => {
                self.waits_for_thread = true;
                let workers = self.world.scenario().service.as_ref().map_or(0, |of| of.threads);
                let busy = super::clauses::all(workers, "thread", "threads", Past);
                self.say(at, &format!("{busy} busy, and the request waited {}", behind(ahead)));
            }
            What::TurnedAway => self.say(
                at,
                "the service had no thread free and no place in its queue, and answered 503 at once",
            ),
            What::Unavailable { retry_after: None } => self.say(at, "the service answered 503"),
            What::Unavailable { retry_after: Some(wait) } => {
                let wait = length(wait);
                self.say(at, &format!("the service answered 503, with the advice to wait {wait}"));
            }
            What::Enqueued(ahead) => {
                self.is_job = true;
                let behind = if ahead == 0 { String::new() } else { format!(" {}", behind(ahead)) };
                self.say(at, &format!("the write was put into the queue of jobs{behind}"));
            }
            What::Answered { reply, latency, .. } => self.answered(at, reply, latency),
            What::GaveUp { latency, .. } => {
                        self.say(at, &format!("the client gave up waiting after {}", length(latency)));
                self.note_abandoned(at);
            }
            what => {
                let text = meanwhile::at(Dependency::Postgres, what);
                self.say(at, &text);
            }
        }
    }

    fn end(mut self, call: u64) -> Explanation {
        let title = match (self.client, self.endpoint) {
            (Some(client), Some(asked)) if self.has_service() => {
                format!(
                    "Call {}: {} by client {}",
                    count(call),
                    endpoint(asked),
                    count(client.into())
                )
            }
            (Some(client), _) => {
                format!("Call {}, by client {}", count(call), count(client.into()))
            }
            (None, _) => format!("Call {}", count(call)),
        };
        if self.since.is_none() {
            let text = if call >= self.world.measures().counters().calls {
                "There has been no such call yet."
            } else {
                "Nothing of this call is on record any more."
            };
            self.lines.push(Line::general(text));
        }
        let progress = self.world.progress(call);
        let ending = if progress.is_empty() { "has no end on record" } else { "has not ended yet" };
        let spans = self.spans.iter_mut().filter_map(|(_, span)| span.as_mut());
        let open: Vec<_> =
            spans.chain([&mut self.own]).flat_map(|span| span.close(ending)).collect();
        self.lines.extend(open);
        self.lines.sort_by_key(|line| line.at.unwrap_or(Instant::ZERO));
        let pending = progress.iter().map(|of| pending::line(of, self.world, self.client));
        self.lines.extend(pending);
        Explanation::new(title, self.lines)
    }
}

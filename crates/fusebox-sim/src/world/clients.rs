//! The clients' side: they call, wait, and give up.

use super::response::Response;
use super::{Event, World, count, pipeline_seed};
use crate::arrivals::Arrivals;
use crate::calls::{Attempt, CallKey, CallState, Exchange, NO_ATTEMPT, Origin, Role};
use crate::fault::FaultKind;
use crate::scenario::{ClientsConfig, Link, Scenario};
use crate::trace::{Endpoint, Reply, What};
use fusebox::rng::{Label, Rng, mix};
use fusebox::time::Duration;
use fusebox::{ConfigError, End, Failure, Input, LayerConfig, Outcome, Pipeline};

const ARRIVALS: Label = Label::new("arrivals");
const BURST: Label = Label::new("burst");
const ENDPOINT: Label = Label::new("endpoint");
const JITTER: Label = Label::new("jitter");

/// With this many calls, requests and jobs in flight, a client that would add one gets no
/// connection.
const CALLS_MAX: usize = 1_000_000;

/// The state of a client.
#[derive(Clone, Debug)]
pub(super) struct Client {
    /// The index of its pipeline.
    pub(super) pipeline: u32,
    /// The index of its pool of connections.
    pub(super) pool: Option<u32>,
    arrivals: Rng,
    calls: u32,
    group: u8,
    /// Its number within the group, from 0.
    number: u32,
}

/// The clients of all groups, and their pipelines.
pub(super) fn all(
    scenario: &Scenario,
    seed: u64,
) -> Result<(Vec<Client>, Vec<Pipeline>), ConfigError> {
    let (mut clients, mut pipelines): (Vec<Client>, Vec<Pipeline>) = Default::default();
    for (group, config) in (0_u8..).zip(&scenario.clients) {
        for number in 0..config.count {
            let n = clients.len() as u64;
            // If no layer keeps state between calls, one pipeline serves all clients and stays in
            // the cache.
            if number == 0 || !config.shared_policies && config.layers.iter().any(remembers) {
                let pipeline = Pipeline::new(&config.layers, pipeline_seed(seed, n));
                pipelines.push(pipeline.map_err(|it| it.under(&format!("clients.{group}")))?);
            }
            clients.push(Client {
                pipeline: count(pipelines.len() - 1),
                pool: None,
                arrivals: Rng::labelled(seed, ARRIVALS, n),
                calls: 0,
                group,
                number,
            });
        }
    }
    Ok((clients, pipelines))
}

/// Whether a layer keeps state from one call to the next.
const fn remembers(layer: &LayerConfig) -> bool {
    match layer {
        LayerConfig::Timeout(_) | LayerConfig::Fallback(_) | LayerConfig::Hedge(_) => false,
        LayerConfig::Retry(retry) => retry.budget.is_some(),
        LayerConfig::Breaker(_)
        | LayerConfig::Bulkhead(_)
        | LayerConfig::Throttle(_)
        | LayerConfig::RateLimiter(_) => true,
    }
}

impl World {
    pub(super) fn group(&self, client: u32) -> &ClientsConfig {
        &self.scenario.clients[usize::from(self.clients[client as usize].group)]
    }

    /// The link from a call's client to the service or the database.
    pub(super) fn client_link(&self, call: &CallState) -> Link {
        self.scenario.clients[usize::from(call.from.group)].link
    }

    pub(super) fn schedule_clients(&mut self) {
        for n in 0..count(self.clients.len()) {
            self.schedule_arrival(n);
            let (Client { group, number, .. }, config) = (&self.clients[n as usize], self.group(n));
            if number + 1 == config.count
                && let Some(burst) = config.burst
            {
                self.schedule.at(burst.at, Event::Burst { group: *group, round: 0 });
            }
        }
    }

    /// Schedules a client's next call after a call has begun (open loop) or ended (closed loop).
    pub(super) fn schedule_next(&mut self, n: u32, has_ended: bool) {
        if matches!(self.group(n).arrivals, Arrivals::Closed { .. }) == has_ended {
            self.schedule_arrival(n);
        }
    }

    fn schedule_arrival(&mut self, n: u32) {
        let client = &mut self.clients[n as usize];
        let group = &self.scenario.clients[usize::from(client.group)];
        let Client { number, arrivals, .. } = client;
        if let Some(at) = group.arrivals.next(self.now, group.count, *number, arrivals) {
            self.schedule.at(at, Event::Arrival(n));
        }
    }

    /// Schedules a call of every client of a group within the length of its burst.
    #[cold]
    pub(super) fn burst(&mut self, group: u8, round: u32) {
        let Some(burst) = self.scenario.clients[usize::from(group)].burst else { return };
        let before = &self.scenario.clients[..usize::from(group)];
        let first: u32 = before.iter().map(|group| group.count).sum();
        let calls = u64::from(burst.calls_per_client);
        for n in first..first + self.scenario.clients[usize::from(group)].count {
            for call in 0..calls {
                let index = mix(u64::from(round) * calls + call).wrapping_add(n.into());
                let mut rng = Rng::labelled(self.seed, BURST, index);
                self.schedule.at(burst.moment(self.now, &mut rng), Event::BurstCall(n));
            }
        }
        let round = round.wrapping_add(1);
        if let Some(at) = burst.begins(round.into()) {
            self.schedule.at(at, Event::Burst { group, round });
        }
    }

    pub(super) fn call(&mut self, n: u32, leads_on: bool) {
        let client = &mut self.clients[n as usize];
        let stream_key = mix(u64::from(n)) ^ u64::from(client.calls);
        client.calls = client.calls.wrapping_add(1);
        let endpoint = self.draw_endpoint(n, stream_key);
        self.measures.counters.called(endpoint);
        let id = self.next_call;
        self.next_call += 1;
        self.file(Some(id), None, What::Called { client: n, endpoint });
        if self.calls.len() >= CALLS_MAX {
            let (reply, latency) = (Reply::FailedFast, Duration::ZERO);
            self.measures.counters.reply(endpoint, reply);
            self.measures.latency(latency, false);
            self.file(Some(id), None, What::Answered { client: n, reply, latency });
            if leads_on {
                self.schedule_next(n, true);
            }
            return;
        }
        let gives_up_at = self.now + self.group(n).deadline.unwrap_or(Duration::MAX);
        let operation = (endpoint == Endpoint::Mutation).then(|| self.ledger.begin());
        let role =
            Role::Client { called_at: self.now, gives_up_at, leads_on, reply: Reply::Success };
        let Client { group, pipeline, .. } = self.clients[n as usize];
        let origin =
            Origin { id, stream: stream_key, client: n, group, pipeline, endpoint, operation };
        let rng = Rng::labelled(self.seed, JITTER, stream_key);
        let key = self.calls.insert(CallState::new(origin, role, stream_key, rng));
        self.client_calls += 1;
        self.enter_pipeline(key);
    }

    fn draw_endpoint(&self, n: u32, stream_key: u64) -> Endpoint {
        let weights = self.group(n).mix.weights();
        let sum: u32 = weights.iter().sum();
        if self.service.is_none() || sum == weights[0] {
            return Endpoint::Search;
        }
        let mut rng = Rng::labelled(self.seed, ENDPOINT, stream_key);
        let mut drawn = rng.up_to(u64::from(sum) - 1);
        for (endpoint, weight) in Endpoint::ALL.into_iter().zip(weights) {
            match drawn.checked_sub(u64::from(weight)) {
                Some(rest) => drawn = rest,
                None => return endpoint,
            }
        }
        Endpoint::Search
    }

    /// Sends an attempt of a client to the service, or to the database if there is no service.
    pub(super) fn send_request(&mut self, key: CallKey) {
        if self.service.is_none() {
            self.connect(key);
            return;
        }
        let Some(call) = self.calls.get(key) else { return };
        self.measures.counters.client_retries += u64::from(call.attempt > 1);
        let (attempt, message) = (call.attempt(key), call.message_key(0));
        self.send(self.client_link(call), message, Event::ReachService(attempt));
    }

    /// Sends a client the answer of the service, or the failure of a service that cannot answer.
    pub(super) fn send_response(&mut self, to: Attempt, response: Result<Response, Failure>) {
        if self.service_is(FaultKind::Partitioned) {
            return;
        }
        // A client that gave up, or is already at another attempt, does not get the answer.
        let Some(call) = self.calls.of(to) else { return };
        let message = Event::ReachClient(to, response);
        self.send(self.client_link(call), call.message_key(1), message);
    }

    pub(super) fn reach_client(&mut self, attempt: Attempt, response: Result<Response, Failure>) {
        let Some(call) = self.calls.of_mut(attempt) else { return };
        call.exchange = Exchange::default();
        call.attempt = NO_ATTEMPT;
        let (id, after) = (call.from.id, self.now.since(call.attempt_at));
        let (newest, outcome) = match response {
            Ok(response) => (response.reply, response.outcome()),
            Err(failure @ Failure::Status { code: 429, .. }) => {
                (Reply::FailedFast, Outcome::Failure(failure))
            }
            Err(failure) => (Reply::Failure, Outcome::Failure(failure)),
        };
        if let Some(call) = self.call_of(attempt.call)
            && let Role::Client { reply, .. } = &mut call.role
        {
            *reply = newest;
        }
        if response.is_err() {
            self.file(Some(id), None, What::Attempted { outcome, after });
        }
        self.attempt_over(attempt.call, outcome);
    }

    /// Ends a client's call, which has left the client's own pipeline.
    pub(super) fn finish_call(&mut self, key: CallKey, end: End) {
        let Some(call) = self.calls.get(key) else { return };
        let Role::Client { called_at, reply, leads_on, .. } = call.role else { return };
        let Origin { id, client, endpoint, .. } = call.from;
        self.remove_call(key);
        self.client_calls -= 1;
        if !matches!(end, End::HungUp) {
            let reply = match end {
                End::Success => reply,
                // The reply is that of the service, as it was measured there.
                End::Failure(Failure::Status { .. }) if self.service.is_some() => reply,
                end => Reply::from(end),
            };
            let latency = self.now.since(called_at);
            self.measures.counters.reply(endpoint, reply);
            self.measures.latency(latency, reply.is_useful());
            self.file(Some(id), None, What::Answered { client, reply, latency });
        }
        if leads_on {
            self.schedule_next(client, true);
        }
    }

    #[inline(never)]
    pub(super) fn give_up(&mut self, key: CallKey) {
        let Some(call) = self.calls.get(key) else { return };
        let Role::Client { called_at, .. } = call.role else { return };
        let (id, client, latency) = (call.from.id, call.from.client, self.now.since(called_at));
        self.measures.counters.gave_up(call.from.endpoint);
        self.measures.latency(latency, false);
        self.file(Some(id), None, What::GaveUp { client, latency });
        self.tell(key, Input::HungUp);
    }
}

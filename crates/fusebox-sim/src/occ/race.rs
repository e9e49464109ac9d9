//! One trial, in slices.

use super::{OccBackoff, Trial};
use crate::{Distribution, Schedule, draw};
use fusebox::rng::{Label, Rng};
use fusebox::time::{Duration, Instant};
use fusebox::{Backoff, ConfigError, Delays, require};

/// The mean time of a message.
const HOP: Duration = Duration::from_millis(10);

/// A fifth of the mean, which is 2 ms.
const HOP_SPREAD: Distribution = Distribution::Normal { deviation_per_mille: 200 };

const HOPS: Label = Label::new("occ hops");
const WAITS: Label = Label::new("occ waits");

/// Something that arrives.
#[derive(Clone, Copy, Debug)]
enum Event {
    /// At the row: a question for its version.
    Read { client: usize },
    /// At the client: the version.
    ReadAnswer { client: usize, version: u64 },
    /// At the row: a write for this version.
    Write { client: usize, version: u64 },
    /// At the client: whether it has written.
    WriteAnswer { client: usize, written: bool },
}

/// A client, with a stream of chance for its messages and another for its waits: two trials that
/// differ in the backoff alone have the same messages.
struct Client {
    hops: Rng,
    waits: Rng,
    delays: Delays,
}

impl Client {
    fn hop(&mut self) -> Duration {
        draw(HOP, HOP_SPREAD, &mut self.hops)
    }
}

/// Clients that all want to write the row, some of which have.
pub(super) struct Race {
    backoff: Backoff,
    clients: Vec<Client>,
    schedule: Schedule<Event>,
    /// The version of the row, which is also how many have written.
    version: u64,
    calls: u64,
    last: Instant,
}

impl Race {
    pub(super) fn new(clients: u32, backoff: OccBackoff, seed: u64) -> Result<Self, ConfigError> {
        require((1..=10_000).contains(&clients), "occ.clients", clients, "1 to 10,000")?;
        let backoff = Backoff::new(backoff.config())?;
        let stream = |label, n: u32| Rng::labelled(seed, label, u64::from(n));
        let client = |n| Client {
            hops: stream(HOPS, n),
            waits: stream(WAITS, n),
            delays: Delays::default(),
        };
        let mut clients: Vec<Client> = (0..clients).map(client).collect();
        let mut schedule = Schedule::new();
        for (client, own) in clients.iter_mut().enumerate() {
            schedule.at(Instant::ZERO + own.hop(), Event::Read { client });
        }
        Ok(Self { backoff, clients, schedule, version: 0, calls: 0, last: Instant::ZERO })
    }

    /// Processes up to this many events; true once the trial is over.
    pub(super) fn advance(&mut self, events: u32) -> bool {
        for _ in 0..events {
            let Some((now, event)) = self.schedule.pop() else { return true };
            self.happen(now, event);
        }
        self.schedule.is_empty()
    }

    fn happen(&mut self, now: Instant, event: Event) {
        self.last = now;
        let (client, next) = match event {
            Event::Read { client } => (client, Event::ReadAnswer { client, version: self.version }),
            Event::ReadAnswer { client, version } => (client, Event::Write { client, version }),
            Event::Write { client, version } => {
                self.calls += 1;
                let written = version == self.version;
                self.version += u64::from(written);
                (client, Event::WriteAnswer { client, written })
            }
            Event::WriteAnswer { written: true, .. } => return,
            Event::WriteAnswer { client, written: false } => (client, Event::Read { client }),
        };
        let own = &mut self.clients[client];
        let mut at = now + own.hop();
        if matches!(event, Event::WriteAnswer { .. }) {
            at += self.backoff.next(&mut own.delays, &mut own.waits);
        }
        self.schedule.at(at, next);
    }

    /// The share of the clients that have written.
    #[expect(clippy::cast_precision_loss, reason = "at most 10,000")]
    pub(super) fn progress(&self) -> f64 {
        self.version as f64 / self.clients.len() as f64
    }

    /// The result, once the trial is over.
    pub(super) fn trial(&self) -> Trial {
        Trial { time: self.last.since(Instant::ZERO), calls: self.calls }
    }
}

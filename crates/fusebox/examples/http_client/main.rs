//! A blocking HTTP client behind all the layers, and a server that fails it.
//!
//! ```sh
//! cargo run --example http_client
//! ```
//!
//! It prints every decision with its reason, takes a few seconds, and ends with a summary. To guard a
//! client of your own, take `driver.rs` and `clock.rs` as they are, and write your own `http.rs`.

mod clock;
mod driver;
mod http;
mod retry_after;
mod server;

use clock::Clock;
use driver::{Driver, Report};
use fusebox::time::{Duration, Instant};
use fusebox::{
    Answer, BackoffConfig, BreakerConfig, BulkheadConfig, ConfigError, End, FallbackConfig,
    LayerConfig, Pipeline, Rejection, RetryConfig, StateName, TimeoutConfig,
};
use server::{Reply, Server};
use std::collections::BTreeMap;
use std::error::Error;
use std::sync::Mutex;
use std::thread;

const STOCK: &str = "/stock";

fn main() -> Result<(), Box<dyn Error>> {
    let server = Server::start()?;
    let client = Client {
        driver: Driver::new(Clock::start(), pipeline()?, 1),
        server,
        cache: Mutex::default(),
    };
    let ends =
        [well(&client), failing(&client), open(&client), recovered(&client), crowded(&client)]
            .concat();
    let from_server = ends.iter().filter(|end| **end == End::Success).count();
    let from_fallback = ends.iter().filter(|end| matches!(end, End::Fallback { .. })).count();
    println!(
        "\n{} calls: {from_server} answered by the server, {from_fallback} by the fallback, {} refused.",
        ends.len(),
        ends.len() - from_server - from_fallback
    );
    Ok(())
}

/// All five layers, quick enough to be watched.
fn pipeline() -> Result<Pipeline, ConfigError> {
    let millis = Duration::from_millis;
    let timeout = TimeoutConfig { connect: millis(300), attempt: millis(300), call: millis(2_000) };
    let backoff = BackoffConfig { base: millis(50), cap: millis(400), ..BackoffConfig::default() };
    let bulkhead = BulkheadConfig { slots: 2, queue: 1, max_wait: millis(1_000) };
    let layers = [
        LayerConfig::Timeout(timeout),
        LayerConfig::Retry(RetryConfig { attempts: 3, backoff, ..RetryConfig::default() }),
        LayerConfig::Breaker(breaker()),
        LayerConfig::Fallback(FallbackConfig::default()),
        LayerConfig::Bulkhead(bulkhead),
    ];
    Pipeline::new(&layers, 1)
}

/// Three calls that fail, each with all its attempts, open it for a second.
fn breaker() -> BreakerConfig {
    BreakerConfig {
        failures: Some(3),
        cooldown: BackoffConfig::constant(Duration::from_secs(1)),
        ..BreakerConfig::default()
    }
}

/// A client of the server, with a cache of its good answers.
struct Client {
    driver: Driver,
    server: Server,
    cache: Mutex<BTreeMap<&'static str, (Instant, String)>>,
}

impl Client {
    /// Gets what is at this path, and says how that ended and why.
    fn get(&self, path: &'static str) -> Report {
        let clock = self.driver.clock();
        let cached_at = self.cache.lock().expect("no thread panics").get(path).map(|&(at, _)| at);
        let mut body = String::new();
        let report = self.driver.call(cached_at, |call| {
            http::attempt(call, clock, (self.server.address(), path), &mut body)
        });
        if report.end == End::Success {
            let mut cache = self.cache.lock().expect("no thread panics");
            cache.insert(path, (clock.now(), body));
        }
        report
    }

    /// Gets it and prints it.
    fn show(&self, path: &'static str) -> End {
        let report = self.get(path);
        print(path, &report);
        report.end
    }

    fn is(&self, state: StateName) -> bool {
        self.driver.breaker() == Some(state)
    }
}

fn print(path: &str, Report { end, records }: &Report) {
    println!("\n  GET {path}");
    for record in records {
        println!("    {record}");
    }
    println!("    => {end:?}");
}

/// The server answers, at the latest to the second attempt.
fn well(client: &Client) -> Vec<End> {
    println!("\nThe server is well, but for one moment.");
    client.server.next([Reply::Good, Reply::Busy(1)]);
    let ends = vec![client.show(STOCK), client.show(STOCK)];
    assert_eq!(ends, [End::Success; 2]);
    ends
}

/// Each call fails with all its attempts; what the cache has is served, and the breaker opens.
fn failing(client: &Client) -> Vec<End> {
    println!("\nThe server hangs, then breaks connections, then is busy.");
    let replies = [Reply::Hang, Reply::Break, Reply::Busy(0)];
    client.server.next(replies.into_iter().flat_map(|reply| [reply; 3]));
    let ends: Vec<End> = (0..3).map(|_| client.show(STOCK)).collect();
    assert!(ends.iter().all(|&end| is_stale(end, false)), "{ends:?}");
    assert!(client.is(StateName::Open));
    ends
}

/// No attempt is sent while the breaker is open.
fn open(client: &Client) -> Vec<End> {
    println!("\nThe breaker is open; only one of the answers is in the cache.");
    let ends = vec![client.show(STOCK), client.show("/prices")];
    assert!(is_stale(ends[0], true), "{ends:?}");
    let answer = match ends[1] {
        End::Fallback { answer, rejected: true } => answer,
        end => panic!("not rejected: {end:?}"),
    };
    assert!(
        matches!(answer, Answer::Unavailable { retry_after } if retry_after <= breaker().cooldown.base)
    );
    ends
}

/// The first call after the cooldown is a trial, and the second closes the breaker.
fn recovered(client: &Client) -> Vec<End> {
    println!("\nThe server is well again, and a call comes after the cooldown.");
    let clock = client.driver.clock();
    clock.sleep_until(clock.now() + breaker().cooldown.base);
    let first = client.show(STOCK);
    assert!(client.is(StateName::HalfOpen));
    let ends = vec![first, client.show(STOCK)];
    assert!(client.is(StateName::Closed));
    assert_eq!(ends, [End::Success; 2]);
    ends
}

/// Of four at the same time two have a slot, one waits for it, and one is refused.
fn crowded(client: &Client) -> Vec<End> {
    println!("\nFour calls come at the same time, and the server is slow.");
    client.server.next([Reply::Slow(core::time::Duration::from_millis(150)); 2]);
    let reports: Vec<Report> = thread::scope(|scope| {
        let threads = [(); 4].map(|()| scope.spawn(|| client.get(STOCK)));
        threads.into_iter().map(|thread| thread.join().expect("no thread panics")).collect()
    });
    for report in &reports {
        print(STOCK, report);
    }
    let ends: Vec<End> = reports.iter().map(|report| report.end).collect();
    let full = Rejection::BulkheadFull { slots: 2, queue: 1 };
    let count = |wanted| ends.iter().filter(|&&end| end == wanted).count();
    assert_eq!((count(End::Success), count(End::Rejection(full))), (3, 1));
    ends
}

/// Whether the cache answered, in place of a rejection or of a failure.
fn is_stale(end: End, in_place_of_rejection: bool) -> bool {
    matches!(end, End::Fallback { answer: Answer::Stale { .. }, rejected }
        if rejected == in_place_of_rejection)
}

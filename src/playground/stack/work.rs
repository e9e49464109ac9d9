//! One line about the work of each layer so far.

use fusebox::time::Duration;
use fusebox::{LayerConfig, LayerKind};
use fusebox_lab::words::{count, plural};
use fusebox_sim::{Dependency, LayerCounters, World};

/// The work of the layers of a stack so far.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(in crate::playground) struct Work {
    counters: LayerCounters,
    /// Slots of the bulkhead: those in use, all of them, and the calls queued for one.
    bulkhead: Option<[u32; 3]>,
}

impl Work {
    /// The work of the stack around a dependency, or of all clients' stacks if there is no service.
    pub(in crate::playground) fn of(world: &World, on: Dependency) -> Self {
        let counters = world.measures().counters();
        if world.scenario().service.is_none() {
            return Self { counters: counters.client_layers, bulkhead: None };
        }
        let bulkhead = world.bulkhead(on);
        let bulkhead = bulkhead.map(|it| [it.taken(), it.config().slots, it.waiting()]);
        Self { counters: counters.dependencies[on].layers, bulkhead }
    }

    /// The line for this layer, given the layers that are on, innermost first.
    pub(super) fn line(&self, layer: &LayerConfig, on: &[LayerConfig], whom: Dependency) -> String {
        let counters = &self.counters;
        let fate = fate(layer.kind(), on);
        match layer {
            LayerConfig::Timeout(timeout) => {
                let after = |limit: Duration| format!(" after {limit}");
                let ended = counted([
                    (counters.attempt_timeouts, ["attempt", "attempts"], after(timeout.attempt)),
                    (
                        counters.connect_timeouts,
                        ["connection", "connections"],
                        after(timeout.connect),
                    ),
                    (counters.call_timeouts, ["call", "calls"], after(timeout.call)),
                ]);
                ended.map_or("No attempt timed out".to_owned(), |it| format!("Timed out: {it}"))
            }
            LayerConfig::Retry(retry) => {
                let budget = match retry.budget {
                    Some(_) => format!("; the budget refused {}", count(counters.budget_refusals)),
                    None => ", without a budget".to_owned(),
                };
                format!("Retried {}{budget}", plural(counters.retries, "time", "times"))
            }
            LayerConfig::Breaker(_) => {
                let wait = longest_wait(on)
                    .map_or("without a limit".to_owned(), |wait| format!("up to {wait}"));
                let then = format!(" at once; each could have waited {wait}");
                rejected(counters.breaker_rejections, &then)
            }
            LayerConfig::Fallback(_) => fallback(counters, whom),
            LayerConfig::Bulkhead(_) => {
                let slots = self.bulkhead.map(|[taken, of, waiting]| {
                    format!("; {taken} of {of} slots in use, {waiting} queued")
                });
                rejected(counters.bulkhead_rejections, fate) + &slots.unwrap_or_default()
            }
            LayerConfig::RateLimiter(_) => rejected(counters.rate_limiter_rejections, fate),
            LayerConfig::Throttle(_) => rejected(counters.throttle_rejections, fate),
            LayerConfig::Hedge(_) => {
                counted([(counters.hedges, ["hedge", "hedges"], String::new())])
                    .map_or("Hedged no attempt".to_owned(), |hedges| format!("Sent {hedges}"))
            }
        }
    }
}

fn rejected(calls: u64, then: &str) -> String {
    match calls {
        0 => "Rejected no call".to_owned(),
        calls => format!("Rejected {}{then}", plural(calls, "call", "calls")),
    }
}

/// The counts that are not zero, as words; none if all are zero.
fn counted<const N: usize>(things: [(u64, [&str; 2], String); N]) -> Option<String> {
    let things = things.into_iter().filter(|(number, ..)| *number > 0);
    let texts = things.map(|(number, [one, many], then)| plural(number, one, many) + &then);
    let texts: Vec<String> = texts.collect();
    (!texts.is_empty()).then(|| texts.join(", "))
}

/// The outcome of a call that a layer rejects: a fallback further out answers it, or it fails.
fn fate(kind: LayerKind, on: &[LayerConfig]) -> &'static str {
    let mut outside = on.iter().skip_while(|layer| layer.kind() != kind);
    if outside.any(|layer| layer.kind() == LayerKind::Fallback) {
        ", answered by the fallback"
    } else {
        " with an error"
    }
}

/// The longest time that a call can wait inside the breaker; none if it is unlimited.
fn longest_wait(on: &[LayerConfig]) -> Option<Duration> {
    let inside: Vec<&LayerConfig> =
        on.iter().take_while(|layer| layer.kind() != LayerKind::Breaker).collect();
    let again = inside.iter().any(|layer| layer.kind() == LayerKind::Retry);
    let limit = on.iter().find_map(|layer| match layer {
        LayerConfig::Timeout(timeout) => Some(timeout),
        _ => None,
    })?;
    // Retries lengthen the wait up to the limit for the whole call, which holds wherever that layer is.
    Some(if again { limit.call } else { limit.attempt.min(limit.call) })
}

fn fallback(counters: &LayerCounters, whom: Dependency) -> String {
    let substitute = whom.substitute().map_or("a substitute", Dependency::title);
    let oldest = counters.oldest_answer.as_secs_f64();
    let stale = format!(" from the cache, the oldest {oldest:.0} s old");
    counted([
        (counters.stale_answers, ["answer", "answers"], stale),
        (counters.substitutes, ["call", "calls"], format!(" sent to {substitute}")),
        (counters.fixed_answers, ["fixed answer", "fixed answers"], String::new()),
        (counters.unavailable, ["call", "calls"], " answered 503".to_owned()),
    ])
    .unwrap_or_else(|| "Not used so far".to_owned())
}

/// The consequence of switching a layer off.
pub(super) fn off(kind: LayerKind, whom: Dependency) -> String {
    let title = whom.title();
    match kind {
        LayerKind::Timeout => "Off: a call can wait forever".to_owned(),
        LayerKind::Retry => "Off: one failure fails the call".to_owned(),
        LayerKind::Breaker => format!("Off: calls pass even while {title} fails"),
        LayerKind::Fallback => "Off: the client gets the error".to_owned(),
        LayerKind::Bulkhead => format!("Off: {title} can occupy every thread"),
        LayerKind::Throttle => "Off: no call is throttled".to_owned(),
        LayerKind::RateLimiter => "Off: no limit on the rate".to_owned(),
        LayerKind::Hedge => "Off: no attempt is hedged".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use fusebox::time::Instant;
    use fusebox_lab::settings;
    use fusebox_sim::{Command, Fault, Scenario};

    const ON: Dependency = Dependency::Postgres;

    fn lines(order: &str, fault: Fault) -> Vec<String> {
        let mut scenario = Scenario::search_service();
        settings::set(&mut scenario, "postgres.layers", order).unwrap();
        let mut world = World::new(&scenario, 42).unwrap();
        world.run_until(Instant::from_secs(10));
        world.apply(ON, Command::Fault(fault)).unwrap();
        world.run_until(Instant::from_secs(20));
        let layers = &scenario.dependencies[ON].layers;
        let work = Work::of(&world, ON);
        layers.iter().map(|layer| work.line(layer, layers, ON)).collect()
    }

    #[test]
    fn each_line_says_what_was_counted() {
        let lines = lines("timeout,retry,breaker,fallback,bulkhead", Fault::Hang);
        let [timeout, retry, breaker, fallback, bulkhead] = &lines[..] else { panic!() };
        assert!(
            timeout.starts_with("Timed out: ") && timeout.contains(" attempts after 2 s"),
            "{timeout}"
        );
        assert!(
            retry.starts_with("Retried ") && retry.contains("; the budget refused "),
            "{retry}"
        );
        assert!(breaker.ends_with(" at once; each could have waited up to 6 s"), "{breaker}");
        assert!(fallback.contains("answers from the cache, the oldest "), "{fallback}");
        assert!(
            bulkhead.starts_with("Rejected ")
                && bulkhead.contains(" with an error; ")
                && bulkhead.contains("of 20 slots")
        );
    }

    #[test]
    fn a_line_depends_on_what_is_around_the_layer() {
        let all = lines("timeout,breaker,bulkhead,fallback", Fault::Hang);
        assert!(all[1].ends_with("each could have waited up to 2 s"), "{}", all[1]);
        assert!(all[2].contains(", answered by the fallback; "), "{}", all[2]);
        let bare = lines("breaker", Fault::Down);
        assert!(bare[0].ends_with("each could have waited without a limit"), "{}", bare[0]);
    }

    #[test]
    fn layers_with_nothing_to_do_say_so() {
        let quiet = Fault::Slow { factor: 2 };
        let lines = lines("timeout,breaker,fallback,bulkhead", quiet);
        assert_eq!(lines[..3], ["No attempt timed out", "Rejected no call", "Not used so far"]);
        assert!(lines[3].ends_with(" of 20 slots in use, 0 queued"), "{}", lines[3]);
    }
}

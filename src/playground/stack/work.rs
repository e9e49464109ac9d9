//! One line on what each layer has done so far.

use crate::format::{count, plural};
use fusebox::time::Duration;
use fusebox::{LayerConfig, LayerKind};
use fusebox_sim::{Dependency, LayerCounters, World};

/// What the layers of a stack have done so far.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(in crate::playground) struct Work {
    counters: LayerCounters,
    bulkhead: Option<BulkheadUse>,
}

/// A bulkhead at a moment.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct BulkheadUse {
    taken: u32,
    of: u32,
    waiting: u32,
}

impl Work {
    /// That of the stack around a dependency, or of all clients' stacks where there is no service.
    pub(in crate::playground) fn of(world: &World, on: Dependency) -> Self {
        let counters = world.measures().counters();
        if world.scenario().service.is_none() {
            return Self { counters: counters.client_layers, bulkhead: None };
        }
        let bulkhead = world.bulkhead(on).map(|bulkhead| BulkheadUse {
            taken: bulkhead.taken(),
            of: bulkhead.config().slots,
            waiting: bulkhead.waiting(),
        });
        Self { counters: counters.dependencies[on].layers, bulkhead }
    }

    /// The line of this layer, among those that are on, innermost first.
    pub(super) fn line(&self, layer: &LayerConfig, on: &[LayerConfig], whom: Dependency) -> String {
        let counters = &self.counters;
        match layer {
            LayerConfig::Timeout(timeout) => {
                timeouts(counters, [timeout.attempt, timeout.connect, timeout.call])
            }
            LayerConfig::Retry(retry) => {
                let retries = plural(counters.retries, "time", "times");
                if retry.budget.is_some() {
                    format!(
                        "Retried {retries}; the budget refused {}",
                        count(counters.budget_refusals)
                    )
                } else {
                    format!("Retried {retries}, without a budget")
                }
            }
            LayerConfig::Breaker(_) => breaker(counters.breaker_refusals, on),
            LayerConfig::Fallback(_) => fallback(counters, whom),
            LayerConfig::Bulkhead(_) => self.bulkhead_line(on),
            LayerConfig::RateLimiter(_) => match counters.rate_limiter_refusals {
                0 => "Rejected no call".to_owned(),
                rejected => format!(
                    "Rejected {}{}",
                    plural(rejected, "call", "calls"),
                    fate(LayerKind::RateLimiter, on)
                ),
            },
            LayerConfig::Hedge(_) => match counters.hedges {
                0 => "Hedged no attempt".to_owned(),
                hedges => format!("Sent {}", plural(hedges, "hedge", "hedges")),
            },
            LayerConfig::Throttle(_) => match counters.throttle_refusals {
                0 => "Throttled no call".to_owned(),
                held => format!(
                    "Throttled {}{}",
                    plural(held, "call", "calls"),
                    fate(LayerKind::Throttle, on)
                ),
            },
        }
    }

    fn bulkhead_line(&self, on: &[LayerConfig]) -> String {
        let turned = (self.counters.bulkhead_refusals > 0).then(|| {
            let fate = fate(LayerKind::Bulkhead, on);
            format!("Rejected {}{fate}", plural(self.counters.bulkhead_refusals, "call", "calls"))
        });
        let slots = self.bulkhead.map(|BulkheadUse { taken, of, waiting }| {
            format!("{taken} of {of} slots in use, {waiting} queued")
        });
        let parts: Vec<String> = turned.into_iter().chain(slots).collect();
        if parts.is_empty() { "Rejected no call".to_owned() } else { parts.join("; ") }
    }
}

/// What becomes of a call that a layer turns away: a fallback further out answers it, or nobody.
fn fate(kind: LayerKind, on: &[LayerConfig]) -> &'static str {
    let outside = on.iter().skip_while(|layer| layer.kind() != kind);
    if outside.into_iter().any(|layer| layer.kind() == LayerKind::Fallback) {
        ", answered by the fallback"
    } else {
        " with an error"
    }
}

fn timeouts(counters: &LayerCounters, [attempt, connect, call]: [Duration; 3]) -> String {
    let ended = |number: u64, one: &str, many: &str, after: Duration| {
        (number > 0).then(|| format!("{} after {after}", plural(number, one, many)))
    };
    let parts = [
        ended(counters.attempt_timeouts, "attempt", "attempts", attempt),
        ended(counters.connect_timeouts, "connection", "connections", connect),
        ended(counters.call_timeouts, "call", "calls", call),
    ];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    if parts.is_empty() {
        "No attempt timed out".to_owned()
    } else {
        format!("Timed out: {}", parts.join(", "))
    }
}

fn breaker(refused: u64, on: &[LayerConfig]) -> String {
    if refused == 0 {
        return "Rejected no call".to_owned();
    }
    let refused = plural(refused, "call", "calls");
    match longest_wait(on) {
        Some(wait) => format!("Rejected {refused} at once; each could have waited up to {wait}"),
        None => format!("Rejected {refused} at once; each could have waited without a limit"),
    }
}

/// How long a call could have waited inside the breaker; none for ever.
fn longest_wait(on: &[LayerConfig]) -> Option<Duration> {
    let inside: Vec<&LayerConfig> =
        on.iter().take_while(|layer| layer.kind() != LayerKind::Breaker).collect();
    let again = inside.iter().any(|layer| layer.kind() == LayerKind::Retry);
    let limit = on.iter().find_map(|layer| match layer {
        LayerConfig::Timeout(timeout) => Some(timeout),
        _ => None,
    })?;
    // More attempts have more time, up to the limit for the whole call, which holds wherever it is.
    Some(if again { limit.call } else { limit.attempt.min(limit.call) })
}

fn fallback(counters: &LayerCounters, whom: Dependency) -> String {
    let substitute = whom.substitute().map_or("a substitute", Dependency::title);
    let stale = (counters.stale_answers > 0).then(|| {
        let answers = plural(counters.stale_answers, "answer", "answers");
        let oldest = counters.oldest_answer.as_secs_f64();
        format!("{answers} from the cache, the oldest {oldest:.0} s old")
    });
    let some = |number: u64, text: String| (number > 0).then_some(text);
    let passed = plural(counters.substitutes, "call", "calls") + " sent to " + substitute;
    let fixed = plural(counters.fixed_answers, "fixed answer", "fixed answers");
    let empty = plural(counters.unavailable, "call", "calls") + " answered 503";
    let parts = [
        stale,
        some(counters.substitutes, passed),
        some(counters.fixed_answers, fixed),
        some(counters.unavailable, empty),
    ];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    if parts.is_empty() { "Not used so far".to_owned() } else { parts.join(", ") }
}

/// What it means that a layer is off.
pub(super) fn off(kind: LayerKind, whom: Dependency) -> String {
    let title = whom.title();
    match kind {
        LayerKind::Timeout => "Off: a call can wait forever".to_owned(),
        LayerKind::Retry => "Off: one failure fails the call".to_owned(),
        LayerKind::Breaker => format!("Off: calls pass even while {title} fails"),
        LayerKind::Fallback => "Off: the client gets the error".to_owned(),
        LayerKind::Bulkhead => format!("Off: {title} can occupy every thread"),
        LayerKind::Throttle => "Off: it throttles no call".to_owned(),
        LayerKind::RateLimiter => "Off: calls are sent at any rate".to_owned(),
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

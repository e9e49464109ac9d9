//! The advice on the order of layers: each mistake has the stated effect in a world.

use crate::orders::all_orders;
use fusebox::LayerKind::{self, Breaker, Bulkhead, Fallback, Retry, Throttle, Timeout};
use fusebox::time::Instant;
use fusebox_lab::order::{Advice, advice, moved, with};
use fusebox_lab::settings;
use fusebox_sim::{Command, Dependency, Fault, LayerCounters, Scenario, World};

/// The counters of the layers in 10 good seconds and 20 bad ones, and the most busy workers.
fn run(order: &str, fault: Fault) -> (LayerCounters, u32) {
    let on = Dependency::Postgres;
    let mut scenario = Scenario::search_service();
    settings::set(&mut scenario, "postgres.layers", order).unwrap();
    let mut world = World::new(&scenario, 42).unwrap();
    world.run_until(Instant::from_secs(10));
    world.apply(on, Command::Fault(fault)).unwrap();
    let mut most = 0;
    for tenth in 100..300 {
        world.run_until(Instant::from_millis(tenth * 100));
        most = most.max(world.gauges().threads_busy);
    }
    (world.measures().counters().dependencies[on].layers, most)
}

fn counters(order: &str, fault: Fault) -> LayerCounters {
    run(order, fault).0
}

/// The only advice on this order.
fn only(order: &[LayerKind]) -> Advice {
    let all = advice(order);
    assert_eq!(all.len(), 1, "{all:?}");
    all[0]
}

const SOME_FAIL: Fault = Fault::Flaky { error_rate: 100 };

/// More than the breaker allows, and with retries less than that.
const MANY_FAIL: Fault = Fault::Flaky { error_rate: 250 };

#[test]
fn a_timeout_outside_the_retry_leaves_no_time_for_a_second_attempt() {
    only(&[Retry, Timeout, Breaker, Fallback, Bulkhead]);
    let right = counters("timeout,retry,breaker,fallback,bulkhead", Fault::Hang);
    let wrong = counters("retry,timeout,breaker,fallback,bulkhead", Fault::Hang);
    assert!(right.attempt_timeouts > 0 && wrong.attempt_timeouts > 0);
    assert!(right.retries > 0, "{right:?}");
    assert_eq!(wrong.retries, 0);
}

#[test]
fn a_breaker_inside_the_retry_opens_for_failures_that_retries_make_good() {
    only(&[Timeout, Breaker, Retry, Fallback, Bulkhead]);
    let right = counters("timeout,retry,breaker,fallback,bulkhead", MANY_FAIL);
    let wrong = counters("timeout,breaker,retry,fallback,bulkhead", MANY_FAIL);
    assert!(wrong.breaker_rejections > right.breaker_rejections * 3 / 2, "{wrong:?} {right:?}");
}

#[test]
fn a_fallback_inside_the_retry_leaves_it_nothing_to_retry() {
    only(&[Timeout, Fallback, Retry, Bulkhead]);
    let right = counters("timeout,retry,fallback,bulkhead", SOME_FAIL);
    let wrong = counters("timeout,fallback,retry,bulkhead", SOME_FAIL);
    assert!(right.retries > 100, "{right:?}");
    assert_eq!(wrong.retries, 0);
    assert!(wrong.stale_answers > 10 * right.stale_answers, "{wrong:?} {right:?}");
}

#[test]
fn a_fallback_inside_the_breaker_keeps_it_closed() {
    only(&[Timeout, Retry, Fallback, Breaker, Bulkhead]);
    for fault in [Fault::Down, Fault::Hang, Fault::Flaky { error_rate: 600 }] {
        let right = counters("timeout,retry,breaker,fallback,bulkhead", fault);
        let wrong = counters("timeout,retry,fallback,breaker,bulkhead", fault);
        assert!(right.breaker_rejections > 1_000, "{fault}: {right:?}");
        assert_eq!(wrong.breaker_rejections, 0, "{fault}");
    }
}

#[test]
fn a_fallback_inside_the_throttle_keeps_it_from_throttling() {
    only(&[Timeout, Retry, Fallback, Throttle]);
    let right = counters("timeout,retry,throttle,fallback", Fault::Down);
    let wrong = counters("timeout,retry,fallback,throttle", Fault::Down);
    assert!(right.throttle_rejections > 10 * wrong.throttle_rejections, "{wrong:?} {right:?}");
}

#[test]
fn a_bulkhead_inside_the_retry_lets_more_in_and_hides_failures_from_the_breaker() {
    only(&[Timeout, Bulkhead, Retry, Breaker, Fallback]);
    let (right, few) = run("timeout,retry,breaker,bulkhead,fallback", Fault::Hang);
    let (wrong, many) = run("timeout,bulkhead,retry,breaker,fallback", Fault::Hang);
    assert!(many > few, "{many} workers, {few} where the slot is kept");
    assert!(right.breaker_rejections > 1_000, "{right:?}");
    assert_eq!(wrong.breaker_rejections, 0);
    assert!(wrong.bulkhead_rejections > 2 * right.bulkhead_rejections, "{wrong:?} {right:?}");
}

#[test]
fn to_mend_one_thing_after_the_other_ends_in_an_order_without_advice() {
    for order in all_orders(&LayerKind::ALL) {
        let mut mended = order.clone();
        for _ in 0..order.len() {
            let Some(first) = advice(&mended).first().copied() else { break };
            mended = first.mend(&mended);
        }
        assert_eq!(advice(&mended), [], "{order:?} became {mended:?}");
        let mut kinds = [order, mended];
        for kinds in &mut kinds {
            kinds.sort_unstable();
        }
        assert_eq!(kinds[0], kinds[1]);
    }
}

#[test]
fn a_layer_is_added_where_it_belongs() {
    let usual = LayerKind::USUAL.to_vec();
    for n in 0..usual.len() {
        let mut without = usual.clone();
        let kind = without.remove(n);
        assert_eq!(with(&without, kind), usual);
    }
    let six = with(&usual, Throttle);
    assert_eq!(six, [Timeout, Retry, Breaker, Throttle, Fallback, Bulkhead]);
    assert_eq!(advice(&six), []);
    assert_eq!(with(&[], Retry), [Retry]);
    assert_eq!(moved(&usual, 4, 0), [Bulkhead, Timeout, Retry, Breaker, Fallback]);
}

//! P07 to P14: retries, their delays and their budgets.

use super::case;
use crate::rig::{Reply, Rig};
use fusebox::rng::Rng;
use fusebox::time::{Duration, Instant};
use fusebox::{
    BackoffConfig, BreakerConfig, BudgetConfig, Delays, Failure, GiveUp, Growth, Jitter,
    LayerConfig, Outcome, Repeat, Retry, RetryBudget, RetryConfig, RetryPermit, State, Tried,
};

const FAILURE: Failure = Failure::Connect;
const FAILED: Outcome = Outcome::Failure(FAILURE);

const fn tried(attempts: u32, deadline: Instant) -> Tried {
    Tried { failure: FAILURE, attempts, repeat: Repeat::Safe, deadline }
}

/// The same delay each time, without jitter.
const fn constant(base: Duration) -> BackoffConfig {
    BackoffConfig { base, growth: Growth::Constant, cap: base, jitter: Jitter::None }
}

fn traffic(per_ten_thousand: u32, min_per_second: u32, ttl: Duration) -> RetryBudget {
    let config = BudgetConfig::Traffic { per_ten_thousand, min_per_second, ttl };
    RetryBudget::new(config).unwrap()
}

/// The number of retries that are granted at this moment.
fn drain(budget: &mut RetryBudget, now: Instant) -> usize {
    core::iter::from_fn(|| budget.try_withdraw(now, FAILURE)).take(100_000).count()
}

#[case]
fn p07_a_retry_stops_at_an_open_breaker() {
    let breaker = BreakerConfig { failures: Some(3), ..BreakerConfig::default() };
    let backoff = constant(Duration::from_secs(1));
    let retry = RetryConfig { attempts: 7, backoff, budget: None, ..RetryConfig::default() };
    let mut rig = Rig::new(&[LayerConfig::Breaker(breaker), LayerConfig::Retry(retry)]);
    rig.replies([Reply::Refused(1); 7]);
    rig.call_and_run();
    rig.expect(
        "    0 attempt 1
             1 backoff
          1001 attempt 2
          1002 backoff
          2002 attempt 3
          2003 backoff
          3003 breaker open for another 29 s",
    );
    assert!(matches!(rig.pipeline.breaker().unwrap().state(), State::Open { .. }));
    rig.expect_nothing_held();
}

#[case]
fn p08_a_delay_that_does_not_fit_is_not_cut_but_not_slept() {
    let backoff = constant(Duration::from_millis(250));
    let mut retry = Retry::new(RetryConfig { backoff, ..RetryConfig::default() }).unwrap();
    let deadline = Instant::from_secs(1);
    let mut at = |millis| {
        let now = Instant::from_millis(millis);
        let (mut delays, mut rng) = (Delays::default(), Rng::from_seed(1));
        let granted = retry.decide(now, &tried(1, deadline), &mut delays, &mut rng);
        granted.map(|granted| granted.delay)
    };
    let (delay, left) = (Duration::from_millis(250), Duration::from_millis(100));
    assert_eq!(at(900), Err(GiveUp::DeadlineTooClose { delay, left }));
    assert_eq!(at(750), Err(GiveUp::DeadlineTooClose { delay, left: delay }));
    assert_eq!(at(749), Ok(delay));
}

#[case]
fn p09_who_hangs_up_in_a_wait_ends_the_call_then_and_gives_the_retry_back() {
    for budget in [BudgetConfig::ENVOY, BudgetConfig::GRPC, BudgetConfig::AWS] {
        let backoff = constant(Duration::from_secs(1));
        let config =
            RetryConfig { attempts: 3, backoff, budget: Some(budget), ..RetryConfig::default() };
        let mut rig = Rig::new(&[LayerConfig::Retry(config)]);
        rig.patience = Duration::from_millis(500);
        rig.replies([Reply::Refused(1); 3]);
        rig.call();
        rig.run_until(400);
        let before = rig.pipeline.retry().unwrap().clone();
        assert_eq!(before.budget().unwrap().retries_in_flight(), 1);
        rig.run();
        rig.expect("0 attempt 1 \n 1 backoff \n 500 hung up");
        rig.expect_nothing_held();
        // A wait that was cut short is no attempt, and so it moves no tokens.
        let mut after = RetryBudget::new(budget).unwrap();
        after.start_call(Instant::ZERO);
        after.attempt_ended(None, FAILED);
        let permit = after.try_withdraw(Instant::ZERO, FAILURE);
        after.attempt_ended(permit, Outcome::Neutral);
        after.end_call();
        assert_eq!(rig.pipeline.retry().unwrap().budget(), Some(&after));
    }
}

/// In Fusebox a stop is an `Err` with its reason, so no delay can mean it by accident: the shortest
/// delay means a retry at once.
#[case]
fn p10_no_delay_is_a_word_for_stop() {
    let config = RetryConfig {
        attempts: 3,
        backoff: BackoffConfig::IMMEDIATE,
        budget: None,
        ..RetryConfig::default()
    };
    let mut retry = Retry::new(config).unwrap();
    let (mut delays, mut rng) = (Delays::default(), Rng::from_seed(1));
    let row = [1, 2, 3].map(|attempts| {
        let granted =
            retry.decide(Instant::ZERO, &tried(attempts, Instant::MAX), &mut delays, &mut rng);
        granted.map(|granted| granted.delay)
    });
    let used = GiveUp::AttemptsUsed { attempts: 3 };
    assert_eq!(row, [Ok(Duration::ZERO), Ok(Duration::ZERO), Err(used)]);
}

#[case]
fn p11_a_budget_of_nothing_is_empty_and_bounds_are_checked() {
    let mut nothing = traffic(0, 0, Duration::from_secs(10));
    for _ in 0..1_000 {
        nothing.start_call(Instant::ZERO);
        assert!(nothing.try_withdraw(Instant::ZERO, FAILURE).is_none());
    }
    let field = |per_ten_thousand, ttl| {
        let config = BudgetConfig::Traffic { per_ten_thousand, min_per_second: 0, ttl };
        RetryBudget::new(config).err().map(|error| error.field)
    };
    let ratio = |per_ten_thousand| field(per_ten_thousand, Duration::from_secs(10));
    assert_eq!([0, 10_000_000].map(ratio), [None, None]);
    assert_eq!(ratio(10_000_001).as_deref(), Some("budget.per_ten_thousand"));
    let ttl = |micros| field(1_000, Duration::from_micros(micros));
    assert_eq!([1_000_000, 60_000_000].map(ttl), [None, None]);
    for micros in [0, 999_999, 60_000_001] {
        assert_eq!(ttl(micros).as_deref(), Some("budget.ttl"));
    }
}

/// In ten-thousandths.
const RATIOS: [u32; 10] = [1_000, 5_000, 2_500, 7_500, 9_900, 9_990, 9_999, 100, 10, 1];

#[case]
fn p12_every_share_of_the_calls_under_way_is_exact() {
    for ratio in RATIOS {
        let config = BudgetConfig::InFlight { per_ten_thousand: ratio, floor: 0 };
        let mut budget = RetryBudget::new(config).unwrap();
        for _ in 0..10_000 {
            budget.start_call(Instant::ZERO);
        }
        assert_eq!(drain(&mut budget, Instant::ZERO), ratio as usize);
    }
}

#[case]
fn p12_every_part_of_a_token_is_exact() {
    for ratio in RATIOS {
        let config = BudgetConfig::Tokens { tokens: 1_000, success_refill_per_ten_thousand: ratio };
        let mut budget = RetryBudget::new(config).unwrap();
        let mut retry_in_vain = || {
            let permit = budget.try_withdraw(Instant::ZERO, FAILURE);
            let retries = permit.is_some();
            budget.attempt_ended(permit, if retries { FAILED } else { Outcome::Success });
            retries
        };
        // It starts full, and is half empty after 500 failures; then each success adds its part.
        let (mut retries, mut successes) = (0, 0);
        while successes < 10_000 {
            if retry_in_vain() {
                retries += 1;
            } else {
                successes += 1;
            }
        }
        while retry_in_vain() {
            retries += 1;
        }
        assert_eq!(retries, 500 + ratio, "{ratio} in 10,000");
    }
}

#[case]
fn p12_every_ratio_is_exact() {
    for ratio in RATIOS {
        for (floor, secs) in [(0, 1), (0, 10), (1, 60), (10, 10)] {
            let ttl = Duration::from_secs(secs);
            let mut budget = traffic(ratio, floor, ttl);
            let reserve = u64::from(floor) * secs;
            let mut now = Instant::ZERO;
            let mut retries = 0;
            for round in 1..=10_000 {
                budget.start_call(now);
                retries += u64::from(budget.try_withdraw(now, FAILURE).is_some());
                let most = round * u64::from(ratio) / 10_000 + reserve;
                assert!(retries <= most, "{retries} of {most} after {round} calls at {ratio}");
                // All within 97 % of the time for which a call counts.
                now += Duration::from_micros(secs * 97);
            }
            retries += drain(&mut budget, now) as u64;
            assert_eq!(retries, u64::from(ratio) + reserve, "{ratio} in 10,000 and {reserve}");
        }
    }
}

#[case]
fn p13_a_call_counts_for_its_time_and_the_reserve_is_exact() {
    let second = Duration::from_secs(1);
    let at = Instant::from_millis;

    let mut leaky = traffic(10_000, 0, second);
    leaky.start_call(at(0));
    assert_eq!(drain(&mut leaky, at(3_000)), 0);

    let mut slots = traffic(5_000, 0, second);
    slots.start_call(at(0));
    slots.start_call(at(0));
    assert_eq!(drain(&mut slots, at(901)), 1);
    for millis in [2_902, 3_203, 4_004] {
        slots.start_call(at(millis));
    }
    assert_eq!(drain(&mut slots, at(4_004)), 1, "the first is forgotten, the others are not");

    let mut reserve = traffic(10_000, 5, second);
    assert_eq!(drain(&mut reserve, at(0)), 5);
}

/// In Fusebox a call counts once; in failsafe-go a retry is a further execution: its two executions and
/// one retry, and the call that asks, are four calls in flight.
#[case]
fn p14_retries_at_once_are_a_share_of_the_calls_under_way() {
    let config = BudgetConfig::InFlight { per_ten_thousand: 5_000, floor: 1 };
    let mut budget = RetryBudget::new(config).unwrap();
    let now = Instant::ZERO;
    (0..4).for_each(|_| budget.start_call(now));
    let first = budget.try_withdraw(now, FAILURE);
    let second = budget.try_withdraw(now, FAILURE);
    assert!(first.is_some() && second.is_some());
    assert_eq!(budget.try_withdraw(now, FAILURE), None);
    budget.attempt_ended(first, FAILED);
    assert!(budget.try_withdraw(now, FAILURE).is_some());
    assert_eq!(budget.try_withdraw(now, FAILURE), None);
    budget.attempt_ended(second, Outcome::Success);
    (0..4).for_each(|_| budget.end_call());
    assert_eq!(budget.try_withdraw(now, FAILURE), None, "the floor of 1 is still held");

    for (calls, retries) in [(25, 5), (2, 3), (0, 3), (1_000, 200)] {
        let mut envoy = RetryBudget::new(BudgetConfig::ENVOY).unwrap();
        (0..calls).for_each(|_| envoy.start_call(now));
        let permits: Vec<RetryPermit> =
            core::iter::from_fn(|| envoy.try_withdraw(now, FAILURE)).collect();
        assert_eq!(permits.len(), retries, "with {calls} calls under way");
    }
}

//! The table of idempotency keys beside a model that is too simple to be wrong.

use crate::random::property;
use fusebox::time::{Duration, Instant};
use fusebox::{Begin, Claim, IdempotencyConfig, IdempotencyTable, TooLate};
use proptest::prelude::*;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

const CONFIG: IdempotencyConfig = IdempotencyConfig {
    ttl: Duration::from_millis(50),
    claim_timeout: Duration::from_millis(20),
    capacity: 3,
};

/// What can be done with a table.
#[derive(Clone, Copy, Debug)]
enum Op {
    /// A request with this key and this payload comes.
    Begin(u8, u64),
    /// The work of the claim at this place is done, counted round.
    Complete(usize),
    /// It took no effect.
    Abandon(usize),
    /// Its worker crashed.
    Drop(usize),
    /// The request with this key can no longer come again.
    Forget(u8),
    /// So many milliseconds pass.
    Wait(u64),
}

/// An entry of the model, and whether it is done.
#[derive(Clone, Copy, Debug)]
struct Row {
    key: u8,
    payload: u64,
    /// The number of the operation that began it.
    begun: u64,
    ends: Instant,
    result: Option<u64>,
}

/// A claim, and the number of the operation that gave it.
type Work = (u64, Claim<u8>);

fn op() -> impl Strategy<Value = Op> {
    prop_oneof![
        6 => (0_u8..5, 0_u64..2).prop_map(|(key, payload)| Op::Begin(key, payload)),
        4 => any::<usize>().prop_map(Op::Complete),
        1 => any::<usize>().prop_map(Op::Abandon),
        1 => any::<usize>().prop_map(Op::Drop),
        1 => (0_u8..5).prop_map(Op::Forget),
        3 => (0_u64..30).prop_map(Op::Wait),
    ]
}

#[test]
fn with_a_key_a_request_takes_effect_once_within_its_time() {
    property(3_000, &prop::collection::vec(op(), 0..100), |ops| {
        let mut table = IdempotencyTable::new(CONFIG).unwrap();
        let mut rows: Vec<Row> = Vec::new();
        let mut works: Vec<Work> = Vec::new();
        // The effects: the key, and when.
        let mut effects: Vec<(u8, Instant)> = Vec::new();
        let mut now = Instant::ZERO;
        for (n, op) in (0..).zip(ops) {
            rows.retain(|row| now < row.ends);
            let place = |place: usize| place % works.len();
            match op {
                Op::Begin(key, payload) => {
                    begin(&mut table, &mut rows, &mut works, (now, n), (key, payload))?;
                }
                Op::Wait(millis) => now += Duration::from_millis(millis),
                Op::Forget(key) => {
                    table.expire(now);
                    prop_assert_eq!(table.forget(&key), rows.iter().any(|row| row.key == key));
                    rows.retain(|row| row.key != key);
                    effects.retain(|&(of, _)| of != key);
                }
                _ if works.is_empty() => {}
                Op::Complete(at) => {
                    let (begun, claim) = works.remove(place(at));
                    let key = *claim.key();
                    let row = rows.iter_mut().find(|row| row.begun == begun);
                    let expected = if row.is_some() { Ok(()) } else { Err(TooLate(n)) };
                    prop_assert_eq!(table.complete(now, claim, n), expected);
                    if let Some(row) = row {
                        (row.ends, row.result) = (now + CONFIG.ttl, Some(n));
                        effects.push((key, now));
                    }
                }
                Op::Abandon(at) => {
                    let (begun, claim) = works.remove(place(at));
                    let own = rows.iter().any(|row| row.begun == begun);
                    table.expire(now);
                    prop_assert_eq!(table.abandon(claim), own);
                    rows.retain(|row| row.begun != begun);
                }
                Op::Drop(at) => drop(works.remove(place(at))),
            }
            table.expire(now);
            prop_assert_eq!(table.len(), rows.iter().filter(|row| now < row.ends).count());
        }
        for (n, &(key, at)) in effects.iter().enumerate() {
            let again = effects[..n]
                .iter()
                .any(|&(other, before)| other == key && at < before + CONFIG.ttl);
            prop_assert!(!again, "key {} twice within its time: {:?}", key, effects);
        }
        Ok(())
    });
}

fn begin(
    table: &mut IdempotencyTable<u8, u64>,
    rows: &mut Vec<Row>,
    works: &mut Vec<Work>,
    (now, n): (Instant, u64),
    (key, payload): (u8, u64),
) -> Result<(), TestCaseError> {
    let row = rows.iter().copied().find(|row| row.key == key);
    let first_end = rows.iter().map(|row| row.ends).min();
    match table.begin(now, key, payload) {
        Begin::New(claim) => {
            prop_assert!(row.is_none() && rows.len() < CONFIG.capacity as usize);
            let ends = now + CONFIG.claim_timeout;
            rows.push(Row { key, payload, begun: n, ends, result: None });
            works.push((n, claim));
        }
        Begin::Full { until } => {
            prop_assert!(row.is_none() && rows.len() == CONFIG.capacity as usize);
            prop_assert_eq!(Some(until), first_end);
        }
        Begin::Mismatch => prop_assert!(row.is_some_and(|row| row.payload != payload)),
        Begin::InProgress { until } => {
            let same = row.filter(|row| row.payload == payload && row.result.is_none());
            prop_assert_eq!(same.map(|row| row.ends), Some(until));
        }
        Begin::Done(&result) => {
            let same = row.filter(|row| row.payload == payload);
            prop_assert_eq!(same.and_then(|row| row.result), Some(result));
        }
    }
    Ok(())
}

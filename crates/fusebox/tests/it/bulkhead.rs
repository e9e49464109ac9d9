//! The bulkhead beside a model that is too simple to be wrong, while its slots become fewer and more.

use crate::random::property;
use fusebox::time::{Duration, Instant};
use fusebox::{Admission, Bulkhead, BulkheadConfig, Rejection, Slot, Waiter};
use proptest::prelude::*;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

const MAX_WAIT: Duration = Duration::from_millis(100);

/// What can be done to a bulkhead.
#[derive(Clone, Copy, Debug)]
enum Op {
    /// The next caller asks.
    Acquire,
    /// The slot at this place is given back, counted round.
    Release(usize),
    /// The waiter at this place gives up, counted round.
    Leave(usize),
    /// One that never waited gives up.
    LeaveByMistake,
    /// The number of slots changes to this.
    Slots(u32),
    /// A free slot goes to the queue.
    Poll,
}

/// The callers with a slot and those in the queue, by name.
#[derive(Debug, Default)]
struct Model {
    slots: u32,
    queue: u32,
    inside: Vec<u64>,
    waiting: Vec<u64>,
}

impl Model {
    fn is_free(&self) -> bool {
        self.inside.len() < self.slots as usize
    }

    /// None for a slot, and otherwise how many are ahead, or a refusal.
    fn acquire(&mut self, name: u64) -> Option<Result<u32, Rejection>> {
        if self.is_free() && self.waiting.is_empty() {
            self.inside.push(name);
            return None;
        }
        if self.slots == 0 || self.waiting.len() >= self.queue as usize {
            return Some(Err(Rejection::BulkheadFull { slots: self.slots, queue: self.queue }));
        }
        self.waiting.push(name);
        Some(Ok(u32::try_from(self.waiting.len()).unwrap() - 1))
    }

    fn poll(&mut self) -> Option<u64> {
        if !self.is_free() || self.waiting.is_empty() {
            return None;
        }
        let first = self.waiting.remove(0);
        self.inside.push(first);
        Some(first)
    }
}

fn op() -> impl Strategy<Value = Op> {
    prop_oneof![
        6 => Just(Op::Acquire),
        4 => any::<usize>().prop_map(Op::Release),
        2 => any::<usize>().prop_map(Op::Leave),
        1 => Just(Op::LeaveByMistake),
        2 => (0_u32..5).prop_map(Op::Slots),
        4 => Just(Op::Poll),
    ]
}

#[test]
fn a_slot_is_given_to_one_at_a_time_in_turn_and_is_never_lost() {
    let values = (0_u32..5, 0_u32..5, prop::collection::vec(op(), 0..80));
    property(2_000, &values, |(slots, queue, ops)| {
        let config = BulkheadConfig { slots, queue, max_wait: MAX_WAIT };
        let mut bulkhead = Bulkhead::new(config).unwrap();
        let mut model = Model { slots, queue, ..Model::default() };
        let mut held: Vec<(u64, Slot)> = Vec::new();
        for (n, op) in (0_u64..).zip(ops) {
            perform(op, n, &mut bulkhead, &mut model, &mut held)?;
            let names: Vec<u64> = held.iter().map(|&(name, _)| name).collect();
            prop_assert_eq!(&names, &model.inside, "after {:?}", op);
            prop_assert_eq!(bulkhead.taken() as usize, held.len());
            prop_assert_eq!(bulkhead.waiting() as usize, model.waiting.len());
        }
        // With at least one slot, every queued caller gets in once the others have left.
        bulkhead.set_slots(model.slots.max(1)).unwrap();
        let mut served = Vec::new();
        loop {
            held.extend(std::iter::from_fn(|| {
                let (Waiter(name), slot) = bulkhead.poll_grant()?;
                served.push(name);
                Some((name, slot))
            }));
            let Some((_, slot)) = held.pop() else { break };
            bulkhead.release(slot);
        }
        prop_assert_eq!(served, model.waiting);
        prop_assert_eq!((bulkhead.taken(), bulkhead.waiting()), (0, 0));
        Ok(())
    });
}

/// Does it to both, and compares what they say.
fn perform(
    op: Op,
    n: u64,
    bulkhead: &mut Bulkhead,
    model: &mut Model,
    held: &mut Vec<(u64, Slot)>,
) -> Result<(), TestCaseError> {
    let now = Instant::from_millis(n);
    match op {
        Op::Acquire => {
            let expected = model.acquire(n);
            match bulkhead.try_acquire(now, Waiter(n)) {
                Ok(Admission::Slot(slot)) => {
                    held.push((n, slot));
                    prop_assert_eq!(expected, None);
                }
                Ok(Admission::Queued { until, ahead }) => {
                    prop_assert_eq!(until, now + MAX_WAIT);
                    prop_assert_eq!(expected, Some(Ok(ahead)));
                }
                Err(rejection) => prop_assert_eq!(expected, Some(Err(rejection))),
            }
        }
        Op::Release(place) if !held.is_empty() => {
            let (name, slot) = held.remove(place % held.len());
            model.inside.retain(|&other| other != name);
            bulkhead.release(slot);
        }
        Op::Leave(place) if !model.waiting.is_empty() => {
            let name = model.waiting.remove(place % model.waiting.len());
            bulkhead.leave_queue(Waiter(name));
        }
        Op::Release(_) | Op::Leave(_) => {}
        Op::LeaveByMistake => bulkhead.leave_queue(Waiter(u64::MAX)),
        Op::Slots(slots) => {
            model.slots = slots;
            bulkhead.set_slots(slots).unwrap();
        }
        Op::Poll => {
            let granted = bulkhead.poll_grant();
            let name = granted.as_ref().map(|&(Waiter(name), _)| name);
            prop_assert_eq!(name, model.poll());
            held.extend(granted.map(|(Waiter(name), slot)| (name, slot)));
        }
    }
    Ok(())
}

//! What writes did to the data: which took effect, and how often.

use crate::slab::{Key, Slab};
use crate::trace::What;
use fusebox::time::Instant;
use fusebox::{Begin, ConfigError, IdempotencyConfig, IdempotencyTable};

/// A write that a client requested, however often it is tried.
pub(super) type OperationId = Key;

/// Counters over all writes, since the start of a run or since its warm-up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Mutations {
    /// Writes that clients requested.
    pub asked: u64,
    /// Writes that took effect, once or more.
    pub applied: u64,
    /// How often a write took effect again, after its first time.
    pub duplicated: u64,
    /// Repeats that did not take effect again, because of their key.
    pub prevented: u64,
    /// Writes that never took effect, although their client was told that they had or would.
    pub lost: u64,
    /// Transactions that began.
    pub transactions: u64,
    /// Transactions that ended without their commit.
    pub rolled_back: u64,
    /// Statements whose effect is visible.
    pub statements: u64,
}

#[derive(Clone, Debug)]
struct Operation {
    /// Calls, requests, jobs and commits that may still affect it.
    holders: u32,
    applied: bool,
    promised: bool,
}

#[derive(Clone, Debug)]
pub(super) struct Ledger {
    statements: u32,
    /// The keys of the writes that took effect, if they are recorded.
    keys: Option<IdempotencyTable<OperationId, ()>>,
    operations: Slab<Operation>,
    mutations: Mutations,
    /// Those of the warm-up, which are not counted.
    at_warm_up: Mutations,
}

impl Ledger {
    /// A ledger of writes with this number of statements each, with or without keys.
    ///
    /// A key is forgotten with its write, so its time to live is of no account.
    pub(super) fn new(statements: u32, keys: bool) -> Result<Self, ConfigError> {
        let config = IdempotencyConfig {
            ttl: *IdempotencyConfig::TTL.end(),
            capacity: *IdempotencyConfig::CAPACITY.end(),
            ..IdempotencyConfig::default()
        };
        let keys = keys.then(|| IdempotencyTable::new(config)).transpose()?;
        let (mutations, at_warm_up) = (Mutations::default(), Mutations::default());
        Ok(Self { statements, keys, operations: Slab::default(), mutations, at_warm_up })
    }

    /// Begins the counters anew; a write from before that is applied later counts as applied.
    pub(super) const fn end_warm_up(&mut self) {
        self.at_warm_up = self.mutations;
    }

    /// Whether writes have idempotency keys.
    pub(super) const fn has_keys(&self) -> bool {
        self.keys.is_some()
    }

    /// The counters since the start of the run.
    pub(super) const fn all(&self) -> &Mutations {
        &self.mutations
    }

    /// The counters since the warm-up.
    pub(super) const fn mutations(&self) -> Mutations {
        let (all, before) = (&self.mutations, &self.at_warm_up);
        Mutations {
            asked: all.asked - before.asked,
            applied: all.applied - before.applied,
            duplicated: all.duplicated - before.duplicated,
            prevented: all.prevented - before.prevented,
            lost: all.lost - before.lost,
            transactions: all.transactions - before.transactions,
            rolled_back: all.rolled_back - before.rolled_back,
            statements: all.statements - before.statements,
        }
    }

    pub(super) const fn statements(&self) -> u32 {
        self.statements
    }

    /// A write that a call requests; the call holds it.
    pub(super) fn begin(&mut self) -> OperationId {
        self.mutations.asked += 1;
        self.operations.insert(Operation { holders: 1, applied: false, promised: false })
    }

    /// One more call, request, job or commit holds the write.
    pub(super) fn hold(&mut self, id: OperationId) {
        if let Some(operation) = self.operations.get_mut(id) {
            operation.holders += 1;
        }
    }

    /// A call, request, job or commit lets go of the write; after the last one it is forgotten.
    pub(super) fn release(&mut self, id: OperationId) {
        let Some(operation) = self.operations.get_mut(id) else { return };
        operation.holders -= 1;
        if operation.holders == 0 {
            self.mutations.lost += u64::from(operation.promised && !operation.applied);
            self.operations.remove(id);
            if let Some(keys) = &mut self.keys {
                keys.forget(&id);
            }
        }
    }

    /// Records that the client was told that the write is done or will be.
    pub(super) fn promise(&mut self, id: OperationId) {
        if let Some(operation) = self.operations.get_mut(id) {
            operation.promised = true;
        }
    }

    /// Commits the transaction of a write, after this number of statements.
    ///
    /// With keys, the key of the write is recorded in the same transaction; if it is there already,
    /// nothing is applied. It is kept for as long as the write may still be repeated.
    pub(super) fn commit(&mut self, now: Instant, id: OperationId, statements: u8) -> What {
        if let Some(keys) = &mut self.keys {
            let Begin::New(claim) = keys.begin(now, id, 0) else {
                self.mutations.prevented += 1;
                return What::KeyKnown;
            };
            let kept = keys.complete(now, claim, ());
            debug_assert!(kept.is_ok(), "a claim that is completed at once is in time");
        }
        let operation = self.operations.get_mut(id);
        let again = operation.is_some_and(|it| std::mem::replace(&mut it.applied, true));
        self.mutations.statements += u64::from(statements);
        let count =
            if again { &mut self.mutations.duplicated } else { &mut self.mutations.applied };
        *count += 1;
        What::Committed { again }
    }

    pub(super) fn begin_transaction(&mut self) {
        self.mutations.transactions += 1;
    }

    /// A transaction ended without its commit.
    pub(super) fn roll_back(&mut self) {
        self.mutations.rolled_back += 1;
    }

    /// The number of writes that took effect and are not yet forgotten, and of their keys.
    pub(super) fn applied_and_keys(&self) -> Option<(u64, u64)> {
        let applied = self.operations.iter().filter(|(_, operation)| operation.applied).count();
        self.keys.as_ref().map(|keys| (applied as u64, keys.len() as u64))
    }

    /// The number of holders of all writes that are not yet forgotten.
    pub(super) fn holders(&self) -> u64 {
        self.operations.iter().map(|(_, operation)| u64::from(operation.holders)).sum()
    }
}

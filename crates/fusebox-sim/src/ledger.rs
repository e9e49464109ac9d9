//! What writes did to the data: which took effect, and how often.

use crate::slab::{Key, Slab};
use crate::trace::What;

/// A write that a client requested, however often it is tried.
pub(super) type OperationId = Key;

/// Counters over all writes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Mutations {
    /// Writes that clients asked for.
    pub asked: u64,
    /// Writes that took effect, once or more often.
    pub applied: u64,
    /// The times that a write took effect beyond its first.
    pub duplicated: u64,
    /// Repeats that a key kept from taking effect again.
    pub prevented: u64,
    /// Writes whose client was told that they are done or will be, and that never took effect.
    pub lost: u64,
    /// Transactions that began.
    pub transactions: u64,
    /// Of those, the ones that ended without their commit.
    pub rolled_back: u64,
    /// Statements whose effect can be seen.
    pub statements: u64,
}

#[derive(Clone, Debug)]
struct Operation {
    /// Calls, requests, jobs and commits that may still have to do with it.
    holders: u32,
    applied: bool,
    promised: bool,
}

#[derive(Clone, Debug)]
pub(super) struct Ledger {
    statements: u32,
    /// Whether the keys of writes are recorded.
    keys: bool,
    operations: Slab<Operation>,
    mutations: Mutations,
}

impl Ledger {
    /// A ledger of writes with this number of statements each, which records their keys or not.
    pub(super) fn new(statements: u32, keys: bool) -> Self {
        let (operations, mutations) = (Slab::default(), Mutations::default());
        Self { statements, keys, operations, mutations }
    }

    pub(super) const fn mutations(&self) -> &Mutations {
        &self.mutations
    }

    pub(super) const fn statements(&self) -> u32 {
        self.statements
    }

    /// Whether it records the keys of writes.
    pub(super) const fn has_keys(&self) -> bool {
        self.keys
    }

    /// A write that a call asks for; the call holds it.
    pub(super) fn begin(&mut self) -> OperationId {
        self.mutations.asked += 1;
        self.operations.insert(Operation { holders: 1, applied: false, promised: false })
    }

    /// One more call, request, job or commit has to do with it.
    pub(super) fn hold(&mut self, id: OperationId) {
        if let Some(operation) = self.operations.get_mut(id) {
            operation.holders += 1;
        }
    }

    /// A call, request, job or commit no longer has to do with it; after the last one it is forgotten.
    pub(super) fn release(&mut self, id: OperationId) {
        let Some(operation) = self.operations.get_mut(id) else { return };
        operation.holders -= 1;
        if operation.holders == 0 {
            self.mutations.lost += u64::from(operation.promised && !operation.applied);
            self.operations.remove(id);
        }
    }

    /// The client is told that the write is done or will be.
    pub(super) fn promise(&mut self, id: OperationId) {
        if let Some(operation) = self.operations.get_mut(id) {
            operation.promised = true;
        }
    }

    /// The transaction of a write commits, after this number of statements.
    ///
    /// With keys, that of the write is recorded in the same transaction; one that is there already has
    /// nothing done. It is kept for as long as anybody may still repeat the write.
    pub(super) fn commit(&mut self, id: OperationId, statements: u8) -> What {
        let operation = self.operations.get_mut(id);
        let again = operation.is_some_and(|it| std::mem::replace(&mut it.applied, true));
        if self.keys && again {
            self.mutations.prevented += 1;
            return What::KeyKnown;
        }
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

    /// How many have to do with a write that is not yet forgotten.
    pub(super) fn holders(&self) -> u64 {
        self.operations.iter().map(|(_, operation)| u64::from(operation.holders)).sum()
    }
}

//! Attempts of clients at a database that they call themselves: their times, and how they ended.

use crate::measure::SAMPLE_EVERY;
use fusebox::Outcome;
use fusebox::time::{Duration, Instant};

/// The most attempts of followed clients that are kept.
const FOLLOWED_MAX: usize = 40_000;

/// The most columns: 10 minutes.
const COLUMNS_MAX: usize = 6_000;

/// How an attempt of a client ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AttemptEnd {
    /// With a useful answer.
    Success,
    /// With an error, or without a connection.
    Failure,
    /// Without an answer for as long as the client waited.
    Unanswered,
    /// Not yet.
    InFlight,
}

impl AttemptEnd {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Success, Self::Failure, Self::Unanswered, Self::InFlight];

    pub(crate) const fn of(outcome: Outcome) -> Self {
        if outcome.is_success() { Self::Success } else { Self::Failure }
    }
}

/// Attempts by how they ended, in the order of [`AttemptEnd::ALL`].
pub type AttemptCounts = [u32; AttemptEnd::ALL.len()];

/// An attempt of a followed client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClientAttempt {
    /// The number of the client in the world, from 0.
    pub client: u32,
    /// Whether it is a retry.
    pub again: bool,
    /// When it was made.
    pub at: Instant,
    /// The time to its end, or so far.
    pub took: Duration,
    /// How it ended.
    pub end: AttemptEnd,
}

/// All attempts, by time and by client. If there are more clients than rows, clients share
/// rows, and the first client of each row is also followed on its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attempts {
    clients: u32,
    rows: u32,
    /// One column per 100 ms with a cell per row, which counts the attempts by how they ended.
    cells: Vec<AttemptCounts>,
    followed: Vec<ClientAttempt>,
}

impl Attempts {
    /// No attempts yet, for this number of clients in this number of rows.
    #[must_use]
    pub fn new(clients: u32, rows: u32) -> Self {
        let clients = clients.max(1);
        Self { clients, rows: rows.clamp(1, clients), cells: Vec::new(), followed: Vec::new() }
    }

    /// Attempts from their parts: the number of cells, the cells that are not empty with their
    /// indices, and the attempts of followed clients; none if they do not fit together.
    #[must_use]
    pub fn from_parts(
        clients: u32,
        rows: u32,
        length: usize,
        cells: &[(usize, AttemptCounts)],
        followed: Vec<ClientAttempt>,
    ) -> Option<Self> {
        let mut attempts = Self::new(clients, rows);
        let most = COLUMNS_MAX * attempts.rows as usize;
        if length > most || followed.len() > FOLLOWED_MAX {
            return None;
        }
        attempts.cells = vec![AttemptCounts::default(); length];
        for &(n, cell) in cells {
            *attempts.cells.get_mut(n)? = cell;
        }
        attempts.followed = followed;
        Some(attempts)
    }

    /// How many rows there are.
    #[must_use]
    pub const fn rows(&self) -> u32 {
        self.rows
    }

    /// The cells, column by column, with [`Attempts::rows`] cells per column; each has its attempts
    /// in the order of [`AttemptEnd::ALL`].
    #[must_use]
    pub fn cells(&self) -> &[AttemptCounts] {
        &self.cells
    }

    /// The attempts of followed clients, in the order of their ends; at most 40,000.
    #[must_use]
    pub fn followed(&self) -> &[ClientAttempt] {
        &self.followed
    }

    /// The followed client of a row.
    #[must_use]
    pub const fn followed_in(&self, row: u32) -> u32 {
        let first = (row as u64 * self.clients as u64).div_ceil(self.rows as u64);
        #[expect(clippy::cast_possible_truncation, reason = "fewer than there are clients")]
        let first = first as u32;
        first
    }

    /// The row of a client.
    #[must_use]
    pub const fn row_of(&self, client: u32) -> u32 {
        #[expect(clippy::cast_possible_truncation, reason = "fewer than there are rows")]
        let row = (client as u64 * self.rows as u64 / self.clients as u64) as u32;
        row
    }

    pub(crate) fn add(&mut self, attempt: ClientAttempt) {
        let column = usize::try_from(attempt.at.as_micros() / SAMPLE_EVERY.as_micros());
        let column = column.unwrap_or(usize::MAX);
        if column >= COLUMNS_MAX {
            return;
        }
        let (rows, row) = (self.rows as usize, self.row_of(attempt.client));
        if self.cells.len() < (column + 1) * rows {
            self.cells.resize((column + 1) * rows, AttemptCounts::default());
        }
        self.cells[column * rows + row as usize][attempt.end as usize] += 1;
        if self.followed.len() < FOLLOWED_MAX && self.followed_in(row) == attempt.client {
            self.followed.push(attempt);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn attempt(client: u32, millis: u64, end: AttemptEnd) -> ClientAttempt {
        let at = Instant::ZERO + Duration::from_millis(millis);
        ClientAttempt { client, again: false, at, took: Duration::from_millis(5), end }
    }

    #[test]
    fn clients_share_rows_and_one_of_each_is_followed() {
        let mut attempts = Attempts::new(10, 4);
        for client in 0..10 {
            attempts.add(attempt(client, 250, AttemptEnd::Failure));
        }
        attempts.add(attempt(9, 0, AttemptEnd::Success));
        assert_eq!(attempts.cells().len(), 3 * 4);
        assert_eq!(attempts.cells()[3], [1, 0, 0, 0]);
        let sums: Vec<u32> = attempts.cells()[8..].iter().map(|cell| cell[1]).collect();
        assert_eq!(sums, [3, 2, 3, 2]);
        let followed: Vec<u32> = attempts.followed().iter().map(|it| it.client).collect();
        assert_eq!(followed, [0, 3, 5, 8]);
        assert_eq!((0..4).map(|row| attempts.followed_in(row)).collect::<Vec<_>>(), [0, 3, 5, 8]);
    }

    #[test]
    fn few_clients_have_a_row_each_and_time_is_bounded() {
        let mut attempts = Attempts::new(3, 60);
        assert_eq!(attempts.rows(), 3);
        attempts.add(attempt(2, 600_000, AttemptEnd::Success));
        assert!(attempts.cells().is_empty());
    }
}

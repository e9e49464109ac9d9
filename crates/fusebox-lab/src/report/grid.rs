//! Text in columns.

use core::fmt;

/// Rows of text, the first of them the head. The first column and texts are flush left, numbers flush
/// right.
#[derive(Clone, Debug, Default)]
pub struct Grid {
    rows: Vec<Vec<String>>,
}

impl Grid {
    /// One more row.
    pub fn add(&mut self, row: impl IntoIterator<Item: Into<String>>) {
        self.rows.push(row.into_iter().map(Into::into).collect());
    }

    fn cells(&self, column: usize) -> impl Iterator<Item = &str> {
        self.rows.iter().map(move |row| row.get(column).map_or("", String::as_str))
    }

    /// How wide a column is, and whether it is of numbers.
    fn column(&self, column: usize) -> (usize, bool) {
        let width = self.cells(column).map(|cell| cell.chars().count()).max().unwrap_or(0);
        // A number may have a unit after it.
        let is_number = |cell: &str| {
            !cell.starts_with(char::is_alphabetic) && cell.split_whitespace().count() <= 2
        };
        (width, column > 0 && self.cells(column).skip(1).all(is_number))
    }
}

impl fmt::Display for Grid {
    /// Writes each row in a line of its own.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let columns = self.rows.iter().map(Vec::len).max().unwrap_or(0);
        let columns: Vec<_> = (0..columns).map(|n| self.column(n)).collect();
        for row in &self.rows {
            let cells = row.iter().zip(&columns).map(|(cell, &(width, is_number))| {
                if is_number { format!("{cell:>width$}") } else { format!("{cell:<width$}") }
            });
            writeln!(f, "{}", cells.collect::<Vec<_>>().join("  ").trim_end())?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_as_wide_as_their_widest_cell() {
        let mut grid = Grid::default();
        grid.add(["", "n", "text"]);
        grid.add(["a µ", "100 s", "2 failures in a row"]);
        grid.add(["b", "7 ms", "x"]);
        let expected = "         n  text\na µ  100 s  2 failures in a row\nb     7 ms  x\n";
        assert_eq!(grid.to_string(), expected);
    }
}

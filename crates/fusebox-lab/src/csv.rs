//! Tables as comma-separated values, for spreadsheets and programs.

use std::fmt::Write;

/// What stands in one place of a table.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    /// Nothing, as where a measurement has no value.
    Empty,
    /// A whole number.
    Count(u64),
    /// A number, which is written with a point and without an exponent; one that is none or has no end
    /// leaves its place empty.
    Number(f64),
    /// Text, which a spreadsheet takes for nothing else.
    Text(String),
}

impl From<u32> for Cell {
    fn from(count: u32) -> Self {
        Self::Count(count.into())
    }
}

impl From<u64> for Cell {
    fn from(count: u64) -> Self {
        Self::Count(count)
    }
}

impl From<f64> for Cell {
    fn from(number: f64) -> Self {
        Self::Number(number)
    }
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl<T: Into<Self>> From<Option<T>> for Cell {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Empty, Into::into)
    }
}

/// A table with a line for its headers and one for each row, quoted as in RFC 4180.
///
/// Each row has as many cells as there are headers: what is missing is empty, and what is too much is
/// left out. Lines end with a line feed alone, which spreadsheets read as well and which leaves the
/// last column clean for who cuts lines apart.
///
/// ```
/// use fusebox_lab::csv::{Cell, write};
///
/// let rows = [[Cell::from("full jitter"), 1.5.into()], ["=1+1".into(), Cell::Empty]];
/// assert_eq!(write(&["lane", "peak"], rows), "lane,peak\nfull jitter,1.5\n'=1+1,\n");
/// ```
#[must_use]
pub fn write<H, R>(headers: &[H], rows: impl IntoIterator<Item = R>) -> String
where
    H: AsRef<str>,
    R: IntoIterator<Item = Cell>,
{
    let mut csv = String::new();
    line(&mut csv, headers.iter().map(|header| header.as_ref().into()));
    for row in rows {
        let cells = row.into_iter().chain(std::iter::repeat(Cell::Empty));
        line(&mut csv, cells.take(headers.len()));
    }
    csv
}

fn line(csv: &mut String, cells: impl Iterator<Item = Cell>) {
    let start = csv.len();
    for (n, cell) in cells.enumerate() {
        if n > 0 {
            csv.push(',');
        }
        match cell {
            Cell::Count(count) => {
                let _ = write!(csv, "{count}");
            }
            // With a zero added, for the zero below zero is written with its sign.
            Cell::Number(number) if number.is_finite() => {
                let _ = write!(csv, "{}", number + 0.0);
            }
            Cell::Empty | Cell::Number(_) => {}
            Cell::Text(text) => quote(csv, &text),
        }
    }
    if csv.len() == start {
        // A line without anything is no row for many readers.
        csv.push_str("\"\"");
    }
    csv.push('\n');
}

fn quote(csv: &mut String, text: &str) {
    // Spreadsheets would run it; the apostrophe tells them that it is text.
    let guard = if text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']) { "'" } else { "" };
    // Some readers take a semicolon or a tab for what parts cells, and spaces at the ends away.
    let parts = text.contains([',', '"', '\n', '\r', ';', '\t']);
    if parts || text.starts_with(' ') || text.ends_with(' ') {
        let _ = write!(csv, "\"{guard}{}\"", text.replace('"', "\"\""));
    } else {
        let _ = write!(csv, "{guard}{text}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The only cell of a table, as it is written.
    fn written(cell: impl Into<Cell>) -> String {
        let csv = write(&["x"], [[cell.into()]]);
        csv.strip_prefix("x\n").and_then(|rest| rest.strip_suffix('\n')).unwrap().to_owned()
    }

    #[test]
    fn numbers_have_a_point_and_neither_an_exponent_nor_rounding() {
        assert_eq!(written(u64::MAX), "18446744073709551615");
        for (number, text) in [
            (0.1, "0.1"),
            (-2.5, "-2.5"),
            (1e21, "1000000000000000000000"),
            (1e-7, "0.0000001"),
            (-0.0, "0"),
            (12.0, "12"),
            (0.1 + 0.2, "0.30000000000000004"),
        ] {
            assert_eq!(written(number), text);
        }
    }

    #[test]
    fn what_is_no_number_is_empty_and_never_a_blank_line() {
        for cell in [Cell::Empty, f64::NAN.into(), f64::INFINITY.into(), None::<u32>.into()] {
            assert_eq!(written(cell), "\"\"");
        }
        let row = [Cell::Empty, 1_u32.into(), f64::NAN.into()];
        assert_eq!(write(&["a", "b", "c"], [row]), "a,b,c\n,1,\n");
    }

    #[test]
    fn text_is_quoted_where_a_reader_would_take_it_apart() {
        for (text, expected) in [
            ("full jitter", "full jitter"),
            ("a,b", "\"a,b\""),
            ("says \"no\"", "\"says \"\"no\"\"\""),
            ("two\r\nlines", "\"two\r\nlines\""),
            ("a;b", "\"a;b\""),
            (" wide ", "\" wide \""),
            ("größer, 5 µs", "\"größer, 5 µs\""),
        ] {
            assert_eq!(written(text), expected);
        }
    }

    #[test]
    fn text_is_never_run_as_a_formula() {
        for (text, expected) in [
            ("=1+1", "'=1+1"),
            ("+1", "'+1"),
            ("-1", "'-1"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("\t=1", "\"'\t=1\""),
            ("=HYPERLINK(\"x\",1)", "\"'=HYPERLINK(\"\"x\"\",1)\""),
            ("1-1", "1-1"),
        ] {
            assert_eq!(written(text), expected);
        }
        assert_eq!(write(&["=cmd"], [[Cell::Count(1)]]), "'=cmd\n1\n");
        assert_eq!(written(-1.0), "-1", "a number is a number");
    }

    #[test]
    fn every_row_is_as_wide_as_the_headers() {
        let rows = [vec![Cell::Count(1)], vec![2_u32.into(), 3_u32.into(), 4_u32.into()]];
        assert_eq!(write(&["a", "b"], rows), "a,b\n1,\n2,3\n");
    }
}

//! Tables as comma-separated values, for spreadsheets and programs.

/// A cell of a table, as it is written.
///
/// A number has a decimal point and no exponent; a missing or infinite number is empty. A text is
/// guarded so that a spreadsheet does not take it for a formula.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cell(String);

impl From<u32> for Cell {
    fn from(count: u32) -> Self {
        Self(count.to_string())
    }
}

impl From<u64> for Cell {
    fn from(count: u64) -> Self {
        Self(count.to_string())
    }
}

impl From<f64> for Cell {
    fn from(number: f64) -> Self {
        // Adding zero turns a negative zero positive, which would be written with its sign.
        Self(if number.is_finite() { (number + 0.0).to_string() } else { String::new() })
    }
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        // Spreadsheets would run the text as a formula; the apostrophe prevents that.
        let guard = if text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']) { "'" } else { "" };
        // Some readers split cells at a semicolon or a tab, and trim spaces.
        let splits = text.contains([',', '"', '\n', '\r', ';', '\t']);
        if splits || text.starts_with(' ') || text.ends_with(' ') {
            Self(format!("\"{guard}{}\"", text.replace('"', "\"\"")))
        } else {
            Self(format!("{guard}{text}"))
        }
    }
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        text.as_str().into()
    }
}

impl<T: Into<Self>> From<Option<T>> for Cell {
    fn from(value: Option<T>) -> Self {
        value.map_or_else(Self::default, Into::into)
    }
}

/// A table with a header line and one line per row, quoted as in RFC 4180.
///
/// Each row has as many cells as there are headers: missing cells are empty, and additional ones
/// are left out. Lines end with a line feed only, which spreadsheets accept too.
///
/// ```
/// use fusebox_lab::csv::{Cell, write};
///
/// let rows = [[Cell::from("full jitter"), 1.5.into()], ["=1+1".into(), Cell::default()]];
/// assert_eq!(write(&["lane", "peak"], rows), "lane,peak\nfull jitter,1.5\n'=1+1,\n");
/// ```
#[must_use]
pub fn write<H, R>(headers: &[H], rows: impl IntoIterator<Item = R>) -> String
where
    H: AsRef<str>,
    R: IntoIterator<Item = Cell>,
{
    let mut csv = line(headers.iter().map(|header| header.as_ref().into()));
    for row in rows {
        let cells = row.into_iter().chain(std::iter::repeat(Cell::default()));
        csv.push_str(&line(cells.take(headers.len())));
    }
    csv
}

fn line(cells: impl Iterator<Item = Cell>) -> String {
    let line = cells.map(|cell| cell.0).collect::<Vec<_>>().join(",");
    // Many readers skip a blank line.
    if line.is_empty() { "\"\"\n".to_owned() } else { line + "\n" }
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
        for cell in [Cell::default(), f64::NAN.into(), f64::INFINITY.into(), None::<u32>.into()] {
            assert_eq!(written(cell), "\"\"");
        }
        let row = [Cell::default(), 1_u32.into(), f64::NAN.into()];
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
        assert_eq!(write(&["=cmd"], [[Cell::from(1_u32)]]), "'=cmd\n1\n");
        assert_eq!(written(-1.0), "-1", "a number is a number");
    }

    #[test]
    fn every_row_is_as_wide_as_the_headers() {
        let rows = [vec![Cell::from(1_u32)], vec![2_u32.into(), 3_u32.into(), 4_u32.into()]];
        assert_eq!(write(&["a", "b"], rows), "a,b\n1,\n2,3\n");
    }
}

//! Cuts a stream of bytes into records and reads them.

use super::access::Access;
use super::events::{Found, Scanner, Source};
use super::format::Parts;
use super::table::{Row, Table};
use super::{Entry, Format, LogError, LogSummary, LoggedCall};

/// The longest record, in bytes.
pub const RECORD_MAX: usize = 1_000_000;

/// How many bytes are taken at once.
const PIECE: usize = 65_536;

/// The beginning of a log from which its format is guessed, in bytes.
const HEAD: usize = 16_384;

/// What may precede text in UTF-8.
const BOM: &[u8] = b"\xef\xbb\xbf";

/// The longest record over several lines, in bytes; longer ones are a stray quotation mark.
const QUOTED_MAX: usize = 65_536;

/// How a log is to be read.
#[derive(Clone, Debug, Default)]
pub struct LogOptions {
    /// The format; guessed from the first lines if it is none.
    pub format: Option<Format>,
    /// The `log_format` of nginx, with its variables such as `$status`.
    pub log_format: Option<String>,
    /// The column or field whose value is handed on with each call, or an empty name for none; by
    /// default the column `key` of our own format, if it is there.
    pub key: Option<String>,
}

impl LogOptions {
    /// The name of a column or field that must be there.
    fn key_name(&self) -> Option<&str> {
        self.key.as_deref().filter(|name| !name.is_empty())
    }
}

/// Takes a call with the value of its key; a problem of the call makes its record one that is dropped.
pub(super) type Sink<'a> = dyn FnMut(LoggedCall, Option<&str>) -> Result<(), LogError> + 'a;

/// Reads a log piece by piece.
///
/// ```
/// use fusebox_lab::log::{LogOptions, LogReader};
///
/// let log = "start_ms,duration_ms,outcome,host\n0,10,ok,a\n20,1000,timeout,b\n";
/// let options = LogOptions { key: Some("host".to_string()), ..LogOptions::default() };
/// let (mut reader, mut hosts) = (LogReader::new(options), String::new());
/// let mut sink = |_call, key: Option<&str>| Ok(hosts += key.unwrap_or_default());
/// for piece in log.as_bytes().chunks(7) {
///     reader.feed(piece, &mut sink)?;
/// }
/// assert_eq!(reader.finish(&mut sink)?.calls, 2);
/// assert_eq!(hosts, "ab");
/// # Ok::<(), fusebox_lab::log::LogError>(())
/// ```
pub struct LogReader {
    options: LogOptions,
    parser: Option<Parser>,
    input: Input,
    summary: LogSummary,
}

enum Parser {
    Table(Box<Table>),
    Access(Access),
    Events(Documents),
}

/// What has not been read yet.
#[derive(Default)]
struct Input {
    bytes: Vec<u8>,
    /// The number of the first line in it, from 1.
    line: u64,
    /// Whether the rest of the line is dropped.
    is_dropping: bool,
    /// Whether no more bytes come.
    is_whole: bool,
    /// Whether the last line of the log has no end.
    is_cut: bool,
}

impl LogReader {
    /// A reader at the beginning of a log.
    #[must_use]
    pub fn new(options: LogOptions) -> Self {
        let input = Input { line: 1, ..Input::default() };
        Self { options, parser: None, input, summary: LogSummary::default() }
    }

    /// The format, once it is known.
    #[must_use]
    pub const fn format(&self) -> Option<Format> {
        self.summary.format
    }

    /// Reads the next bytes of the log.
    ///
    /// # Errors
    /// When no line of the log can be read, such as for an encoding or a format that is not known.
    pub fn feed(&mut self, bytes: &[u8], sink: &mut Sink<'_>) -> Result<(), LogError> {
        for piece in bytes.chunks(PIECE) {
            self.input.bytes.extend_from_slice(piece);
            self.work(sink)?;
        }
        Ok(())
    }

    /// Reads what is left at the end of the log.
    ///
    /// # Errors
    /// As [`LogReader::feed`].
    pub fn finish(mut self, sink: &mut Sink<'_>) -> Result<LogSummary, LogError> {
        self.input.is_whole = true;
        self.work(sink)?;
        Ok(self.summary)
    }

    fn work(&mut self, sink: &mut Sink<'_>) -> Result<(), LogError> {
        if self.input.is_whole && self.input.bytes.last().is_some_and(|&byte| byte != b'\n') {
            self.input.is_cut = true;
            self.input.bytes.push(b'\n');
        }
        if self.parser.is_none() {
            if self.input.bytes.len() <= HEAD + BOM.len() && !self.input.is_whole {
                return Ok(());
            }
            if self.input.bytes.starts_with(BOM) {
                self.input.bytes.drain(..BOM.len());
            }
            check_encoding(&self.input.bytes)?;
            let Some(parser) = self.begin()? else { return Ok(()) };
            self.parser = Some(parser);
        }
        let Self { parser, input, summary, options } = self;
        match parser {
            None => Ok(()),
            Some(Parser::Events(documents)) => {
                documents.read(input, options.key_name(), summary, sink)
            }
            Some(parser) => read_lines(parser, input, summary, sink),
        }
    }

    /// The parser for the format that was given, or that fits the first lines.
    fn begin(&mut self) -> Result<Option<Parser>, LogError> {
        let LogOptions { format, log_format, key } = &self.options;
        let head = head(&self.input.bytes);
        let lines = head.split_inclusive(|&byte| byte == b'\n');
        let mut lines = lines.filter(|line| !is_blank(line));
        if lines.clone().next().is_none() {
            return Ok(None);
        }
        let text = String::from_utf8_lossy(head);
        let given = format.or_else(|| log_format.as_ref().map(|_| Format::Nginx));
        let of_line = || lines.clone().find_map(Format::of_line);
        let guessed = given.or_else(|| Format::of_document(&text)).or_else(of_line);
        let first = lines.next().unwrap_or_default();
        let format = guessed.or_else(|| resembles_own(first)).ok_or_else(|| {
            let names = Format::ALL.map(Format::name).join(", ");
            LogError::fatal("the first line", &text, format!("in a known format: {names}"))
        })?;
        self.summary.format = Some(format);
        Ok(Some(match format.parts() {
            Parts::Table(kind) => {
                let mut fitting = head.split_inclusive(|&byte| byte == b'\n');
                let fitting = fitting.find_map(|line| Table::fitting(kind, line, key.as_deref()));
                let table = fitting.unwrap_or_else(|| Table::new(kind, b',', key.as_deref()));
                Parser::Table(Box::new(table))
            }
            Parts::Access(proxy) => {
                let key = self.options.key_name();
                Parser::Access(Access::new(proxy, log_format.as_deref(), key)?)
            }
            Parts::Events(source) => Parser::Events(Documents::new(source)),
        }))
    }
}

/// The first whole lines; what there is of the first line if it is not whole.
fn head(bytes: &[u8]) -> &[u8] {
    let Some(head) = bytes.get(..HEAD) else { return bytes };
    memchr::memrchr(b'\n', head).map_or(head, |end| &head[..=end])
}

/// Reads all whole lines of the input.
fn read_lines(
    parser: &mut Parser,
    input: &mut Input,
    summary: &mut LogSummary,
    sink: &mut Sink<'_>,
) -> Result<(), LogError> {
    let mut at = 0;
    while let Some(length) = next_line(&input.bytes[at..]) {
        let line = &input.bytes[at..at + length];
        if std::mem::take(&mut input.is_dropping) || is_blank(line) {
            (at, input.line) = (at + length, input.line + 1);
            continue;
        }
        if length > RECORD_MAX {
            summary.drop(input.line, too_long());
            (at, input.line) = (at + length, input.line + 1);
            continue;
        }
        let rest = &input.bytes[at..];
        let (length, lines, read) = match parser {
            Parser::Table(table) => match record(table, rest, length, input.is_whole) {
                Some(record) => record,
                // The rest of the record has not come yet.
                None => break,
            },
            Parser::Access(access) => {
                (length, 1, access.read(&String::from_utf8_lossy(line)).map(Some))
            }
            Parser::Events(_) => break,
        };
        let is_last = input.is_cut && at + length == input.bytes.len();
        take(read, input.line, is_last, summary, sink)?;
        (at, input.line) = (at + length, input.line + lines);
    }
    input.bytes.drain(..at);
    if input.bytes.len() > RECORD_MAX {
        input.bytes.clear();
        if !std::mem::replace(&mut input.is_dropping, true) {
            summary.drop(input.line, too_long());
        }
    }
    Ok(())
}

/// Reads the record that begins with this line: its length, its lines, and what it says; none if more
/// bytes are needed. If it cannot be read, only its first line is dropped.
fn record<'a>(
    table: &'a mut Table,
    bytes: &[u8],
    first: usize,
    is_whole: bool,
) -> Option<(usize, u64, Result<Option<Entry<'a>>, LogError>)> {
    let (mut length, mut lines) = (0, 0);
    table.begin();
    let unfinished = loop {
        let Some(more) = next_line(&bytes[length..]) else {
            if is_whole || length > QUOTED_MAX {
                break true;
            }
            return None;
        };
        let line = &bytes[length..length + more];
        (length, lines) = (length + more, lines + 1);
        match table.add(line) {
            Ok(true) => break false,
            Ok(false) if length <= QUOTED_MAX => {}
            Ok(false) => break true,
            Err(problem) => return Some((first, 1, Err(problem))),
        }
    };
    if unfinished {
        let problem = LogError::new("line", &String::from_utf8_lossy(&bytes[..first]), CLOSED);
        return Some((first, 1, Err(problem)));
    }
    Some(match table.row() {
        Ok(Row::Call(entry)) => (length, lines, Ok(Some(entry))),
        Ok(Row::Other) => (length, lines, Ok(None)),
        Err(problem) => (first, 1, Err(problem)),
    })
}

const CLOSED: &str = "one with both quotation marks of every pair";

fn too_long() -> LogError {
    LogError::new("length", "more than 1,000,000 bytes", "at most 1,000,000 bytes")
}

/// Hands a call on, or counts what cannot be read.
fn take(
    read: Result<Option<Entry<'_>>, LogError>,
    line: u64,
    is_last: bool,
    summary: &mut LogSummary,
    sink: &mut Sink<'_>,
) -> Result<(), LogError> {
    let taken = match read {
        Ok(Some(Entry { call, key })) => sink(call, key.as_deref()).map(|()| summary.calls += 1),
        Ok(None) => {
            summary.others += 1;
            return Ok(());
        }
        Err(problem) => Err(problem),
    };
    match taken {
        Ok(()) => {}
        Err(problem) if problem.is_fatal => return Err(problem),
        Err(problem) if is_last => summary.cut = Some(LogError { line, ..problem }),
        Err(problem) => summary.drop(line, problem),
    }
    Ok(())
}

/// The length of the first line with its end, if its end is there.
fn next_line(bytes: &[u8]) -> Option<usize> {
    memchr::memchr(b'\n', bytes).map(|end| end + 1)
}

fn is_blank(line: &[u8]) -> bool {
    line.trim_ascii_start().first().is_none_or(|&first| first == b'#')
}

/// Three fields with commas between them are a line of our own, even if one is wrong.
fn resembles_own(line: &[u8]) -> Option<Format> {
    let names = line.split(|&byte| byte == b',').count();
    (names == 3).then_some(Format::Fusebox)
}

/// Names encodings that are not read: those of Windows programs, and what is packed.
fn check_encoding(bytes: &[u8]) -> Result<(), LogError> {
    let zeros = |from| bytes.iter().take(64).skip(from).step_by(2).filter(|it| **it == 0).count();
    let (name, expected) = match bytes {
        [0xff, 0xfe, 0, 0, ..] | [0, 0, 0xfe, 0xff, ..] => ("UTF-32", CONVERT),
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => ("UTF-16", CONVERT),
        [0x1f, 0x8b, ..] => ("gzip", UNPACK),
        [0x28, 0xb5, 0x2f, 0xfd, ..] => ("Zstandard", UNPACK),
        _ if bytes.len() >= 4 && (zeros(0) + zeros(1)) * 3 > bytes.len().min(64) => {
            ("UTF-16", CONVERT)
        }
        _ => return Ok(()),
    };
    Err(LogError::fatal("the encoding", name, expected))
}

const CONVERT: &str = "UTF-8; convert the log, as with iconv -f UTF-16 -t UTF-8";
const UNPACK: &str = "UTF-8; unpack the log first";

/// Finds items in JSON documents.
struct Documents {
    source: Source,
    scanner: Scanner,
    /// How much of the input has been scanned.
    scanned: usize,
    /// Where the item begins that has not ended, and in which line.
    begun: Option<(usize, u64)>,
    /// Whether the item is longer than a record may be.
    is_dropping: bool,
}

impl Documents {
    const fn new(source: Source) -> Self {
        let scanner = Scanner::new(source.list());
        Self { source, scanner, scanned: 0, begun: None, is_dropping: false }
    }

    fn read(
        &mut self,
        input: &mut Input,
        key: Option<&str>,
        summary: &mut LogSummary,
        sink: &mut Sink<'_>,
    ) -> Result<(), LogError> {
        loop {
            self.scanned += self.scanner.skips(&input.bytes[self.scanned..]);
            let Some(&byte) = input.bytes.get(self.scanned) else { break };
            self.scanned += 1;
            match self.scanner.next(byte) {
                Some(Found::Begin) => self.begun = Some((self.scanned - 1, input.line)),
                Some(Found::End) => {
                    if let Some((begun, line)) = self.begun.take() {
                        let item = &input.bytes[begun..self.scanned];
                        take(self.source.read(item, key), line, false, summary, sink)?;
                    }
                    self.is_dropping = false;
                }
                None if byte == b'\n' => input.line += 1,
                None => {}
            }
        }
        let kept = self.begun.map_or(self.scanned, |(begun, _)| begun);
        input.bytes.drain(..kept);
        self.scanned -= kept;
        if let Some((_, line)) = self.begun.take_if(|_| self.scanned > RECORD_MAX) {
            summary.drop(line, too_long());
            (input.bytes, self.scanned, self.is_dropping) = (Vec::new(), 0, true);
        } else if let Some((begun, _)) = &mut self.begun {
            *begun = 0;
        }
        if input.is_whole && self.scanner.is_inside() && !self.is_dropping {
            let problem = LogError::new("the end", "", "the end of a JSON document");
            let line = self.begun.map_or(input.line - u64::from(input.is_cut), |(_, line)| line);
            summary.cut = Some(LogError { line, ..problem });
        }
        Ok(())
    }
}

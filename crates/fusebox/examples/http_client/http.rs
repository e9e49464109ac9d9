//! As much of HTTP/1.1 as one GET needs, and what its troubles mean to the engine.

use crate::clock::Clock;
use crate::retry_after;
use fusebox::time::Duration;
use fusebox::{Call, Failure, Input, Outcome};
use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream};

/// The longest answer that is read.
const ANSWER_MAX: usize = 65_536;

/// An answer.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    /// The wait that it asks for.
    pub(crate) retry_after: Option<Duration>,
    pub(crate) body: String,
}

/// Makes one attempt of a call, within the times that the call has; leaves a good answer in `body`.
pub(crate) fn attempt(
    call: &mut Call,
    clock: &Clock,
    (address, path): (SocketAddr, &str),
    body: &mut String,
) -> Input {
    let Some(left) = clock.left(call.wake_at()) else { return Input::Timer };
    let mut stream = match TcpStream::connect_timeout(&address, left) {
        Ok(stream) => stream,
        Err(error) if is_timeout(&error) => return Input::Timer,
        Err(_) => return failed(call, Failure::Connect),
    };
    call.connected();
    match get(&mut stream, path, || clock.left(call.wake_at())) {
        Ok(answer) if answer.status < 400 => {
            *body = answer.body;
            Input::Ended(call.attempts(), Outcome::Success)
        }
        Ok(Answer { status: code, retry_after, .. }) => {
            failed(call, Failure::answer(code, retry_after))
        }
        Err(error) if is_timeout(&error) => Input::Timer,
        Err(_) => failed(call, Failure::ConnectionLost),
    }
}

const fn failed(call: &Call, failure: Failure) -> Input {
    Input::Ended(call.attempts(), Outcome::Failure(failure))
}

/// Sends the request and reads the answer; `left` says how much time there is for the next step.
fn get(
    stream: &mut TcpStream,
    path: &str,
    left: impl Fn() -> Option<std::time::Duration>,
) -> io::Result<Answer> {
    let in_time = || left().ok_or(io::ErrorKind::TimedOut);
    stream.set_write_timeout(Some(in_time()?))?;
    let host = stream.peer_addr()?;
    let request = format!("GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes())?;
    let (mut answer, mut part) = (Vec::new(), [0; 1_024]);
    loop {
        stream.set_read_timeout(Some(in_time()?))?;
        match stream.read(&mut part)? {
            0 => break,
            length => answer.extend_from_slice(&part[..length]),
        }
        if answer.len() > ANSWER_MAX {
            return Err(io::ErrorKind::InvalidData.into());
        }
    }
    let answer = str::from_utf8(&answer).ok().and_then(parse);
    answer.ok_or_else(|| io::ErrorKind::UnexpectedEof.into())
}

/// The answer, where it is whole.
fn parse(text: &str) -> Option<Answer> {
    let (head, body) = text.split_once("\r\n\r\n")?;
    let mut lines = head.lines();
    let status = lines.next()?.strip_prefix("HTTP/1.1 ")?.split(' ').next()?.parse().ok()?;
    let headers = lines.filter_map(|line| line.split_once(':'));
    let (mut length, mut date, mut retry_after) = (None, None, None);
    for (name, value) in headers {
        let value = value.trim();
        match name.to_ascii_lowercase().as_str() {
            "content-length" => length = value.parse().ok(),
            "date" => date = Some(value),
            "retry-after" => retry_after = Some(value),
            _ => {}
        }
    }
    let retry_after = retry_after.and_then(|value| retry_after::wait(value, date));
    let is_whole = length.is_none_or(|length: u64| length == body.len() as u64);
    is_whole.then(|| Answer { status, retry_after, body: body.to_string() })
}

/// Whether a limit of time ran out; which of the two kinds it is depends on the system.
fn is_timeout(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::TimedOut | io::ErrorKind::WouldBlock)
}

//! A server on this machine that can be told to fail.

use std::collections::VecDeque;
use std::io::{self, BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

/// What the server does with a request.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Reply {
    /// Answers with 200 at once.
    Good,
    /// Answers with 200 after this time.
    Slow(Duration),
    /// Answers with 503 and a `Retry-After` of this many seconds.
    Busy(u64),
    /// Closes the connection without an answer.
    Break,
    /// Never answers.
    Hang,
}

/// A server that serves until the program ends.
pub(crate) struct Server {
    address: SocketAddr,
    /// What it does with the next requests; with those after them it is good.
    replies: Arc<Mutex<VecDeque<Reply>>>,
}

impl Server {
    pub(crate) fn start() -> io::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let address = listener.local_addr()?;
        let replies = Arc::new(Mutex::new(VecDeque::new()));
        let server = Self { address, replies: Arc::clone(&replies) };
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let next = replies.lock().expect("no thread panics").pop_front();
                // A client that hung up is no trouble of ours.
                thread::spawn(move || serve(stream, next.unwrap_or(Reply::Good)).ok());
            }
        });
        Ok(server)
    }

    pub(crate) const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Tells what to do with the next requests.
    pub(crate) fn next(&self, replies: impl IntoIterator<Item = Reply>) {
        self.replies.lock().expect("no thread panics").extend(replies);
    }
}

fn serve(mut stream: TcpStream, reply: Reply) -> io::Result<()> {
    let mut reader = BufReader::new(stream.try_clone()?);
    let mut line = String::new();
    while reader.read_line(&mut line)? > 2 {
        line.clear();
    }
    match reply {
        Reply::Good => answer(&mut stream, "200 OK", ""),
        Reply::Slow(time) => {
            thread::sleep(time);
            answer(&mut stream, "200 OK", "")
        }
        Reply::Busy(seconds) => {
            let header = format!("Retry-After: {seconds}\r\n");
            answer(&mut stream, "503 Service Unavailable", &header)
        }
        Reply::Break => Ok(()),
        Reply::Hang => {
            thread::sleep(Duration::from_secs(60));
            Ok(())
        }
    }
}

fn answer(stream: &mut TcpStream, status: &str, headers: &str) -> io::Result<()> {
    let body = "42 in stock";
    let length = body.len();
    write!(stream, "HTTP/1.1 {status}\r\n{headers}Content-Length: {length}\r\n\r\n{body}")
}

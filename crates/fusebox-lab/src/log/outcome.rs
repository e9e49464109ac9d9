//! What the words, codes and messages of logs say of a call's outcome.

use fusebox::{Failure, Outcome};

/// The outcomes of our own format, in words.
pub(super) const OUTCOMES: &str = "success, ok, failure, error, timeout, connect, lost, aborted, \
    neutral, cancelled or an HTTP status: 0 or - for no answer, or from 100 to 599";

/// An HTTP status, in words.
pub(super) const STATUS: &str = "an HTTP status: 0 or - for no answer, or from 100 to 599";

/// A failure of which only that is known.
pub(super) const UNKNOWN: Outcome = Outcome::Failure(Failure::status(500));

/// The outcome of our own format.
pub(super) fn word(text: &str) -> Option<Outcome> {
    let is = |word: &str| text.eq_ignore_ascii_case(word);
    let any = |words: [&str; 2]| words.into_iter().any(is);
    Some(match text {
        _ if any(["ok", "success"]) => Outcome::Success,
        _ if any(["neutral", "cancelled"]) => Outcome::Neutral,
        _ if any(["failure", "error"]) => UNKNOWN,
        _ if is("timeout") => Outcome::Failure(Failure::Timeout),
        _ if is("connect") => Outcome::Failure(Failure::Connect),
        _ if is("lost") => Outcome::Failure(Failure::ConnectionLost),
        _ if is("aborted") => Outcome::Failure(Failure::Aborted),
        _ => return status(text),
    })
}

/// The outcome of an answer with this status, or of none.
pub(super) fn status(text: &str) -> Option<Outcome> {
    if matches!(text, "-" | "0" | "000") {
        return Some(Outcome::Failure(Failure::Connect));
    }
    let is_code = text.len() == 3 && text.bytes().all(|byte| byte.is_ascii_digit());
    match is_code.then(|| text.parse().ok())?? {
        100..=399 => Some(Outcome::Success),
        // The caller has left before the answer, as nginx writes it.
        499 => Some(Outcome::Neutral),
        code @ 400..=599 => Some(Outcome::Failure(Failure::status(code))),
        _ => None,
    }
}

/// The failure that the message of an error tells of; none if it is not known.
pub(super) fn failure_in(message: &str) -> Option<Failure> {
    const CONNECT: &[&str] = &[
        "connectexception",
        "connecttimeout",
        "connect timed out",
        "connection refused",
        "dial tcp",
        "dial:",
        "unknownhost",
        "no such host",
        "no route",
        "noroute",
        "handshake",
    ];
    const TIMEOUT: &[&str] = &["timeout", "timed out", "deadline exceeded", "deadline_exceeded"];
    const LOST: &[&str] = &["reset", "eof", "broken pipe", "closed", "nohttpresponse"];
    let message = message.to_ascii_lowercase();
    let any = |words: &[&str]| words.iter().any(|word| message.contains(word));
    match () {
        () if any(CONNECT) => Some(Failure::Connect),
        () if any(TIMEOUT) => Some(Failure::Timeout),
        () if any(LOST) => Some(Failure::ConnectionLost),
        () => None,
    }
}

/// The outcome that Envoy's response flags tell of; none if the status alone does.
///
/// What Envoy or the caller decided without the dependency is neutral.
pub(super) fn of_flags(flags: &str) -> Option<Outcome> {
    flags.split(',').find_map(|flag| match flag {
        "DC" | "DPE" | "DR" | "IH" | "UO" | "RL" | "RLSE" | "UAEX" | "NR" | "NC" | "NFCF"
        | "FI" | "OM" | "LH" | "RFCF" => Some(Outcome::Neutral),
        "UT" | "SI" | "DT" | "UMSDR" => Some(Outcome::Failure(Failure::Timeout)),
        "UF" | "UH" | "DF" => Some(Outcome::Failure(Failure::Connect)),
        "UC" | "UR" | "LR" | "UPE" => Some(Outcome::Failure(Failure::ConnectionLost)),
        _ => None,
    })
}

/// The outcome of a call with this code of gRPC.
pub(super) fn of_grpc(code: u64) -> Outcome {
    Outcome::Failure(match code {
        0 => return Outcome::Success,
        // Cancelled by the caller.
        1 => return Outcome::Neutral,
        4 => Failure::Timeout,
        8 => Failure::status(429),
        10 => Failure::Aborted,
        12 => Failure::status(501),
        14 => Failure::status(503),
        3 | 5 | 6 | 7 | 9 | 11 | 16 => Failure::status(400),
        _ => Failure::status(500),
    })
}

/// What the error code of k6 adds to a status of 0.
pub(super) fn of_k6(code: &str) -> Outcome {
    Outcome::Failure(match code {
        // The address itself is wrong, or is one that the script forbids.
        "1020" | "1110" | "1111" => return Outcome::Neutral,
        "1050" => Failure::Timeout,
        "1201" | "1202" | "1220" => Failure::ConnectionLost,
        code if code.starts_with("16") => Failure::ConnectionLost,
        _ => Failure::Connect,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_has_its_outcome_in_capitals_too() {
        let status = |code| Outcome::Failure(Failure::status(code));
        let failure = Outcome::Failure;
        for (text, outcome) in [
            ("success", Outcome::Success),
            ("ok", Outcome::Success),
            ("failure", status(500)),
            ("error", status(500)),
            ("timeout", failure(Failure::Timeout)),
            ("connect", failure(Failure::Connect)),
            ("lost", failure(Failure::ConnectionLost)),
            ("aborted", failure(Failure::Aborted)),
            ("neutral", Outcome::Neutral),
            ("cancelled", Outcome::Neutral),
            ("0", failure(Failure::Connect)),
            ("000", failure(Failure::Connect)),
            ("-", failure(Failure::Connect)),
            ("100", Outcome::Success),
            ("399", Outcome::Success),
            ("400", status(400)),
            ("499", Outcome::Neutral),
            ("599", status(599)),
        ] {
            assert_eq!(word(text), Some(outcome), "{text}");
            assert_eq!(word(&text.to_ascii_uppercase()), Some(outcome), "{text}");
        }
        for text in ["", "okay", "99", "600", "+200", "00", "0200", "1e2"] {
            assert_eq!(word(text), None, "{text}");
        }
    }

    #[test]
    fn a_message_tells_whether_there_was_a_connection() {
        for (message, failure) in [
            ("Non HTTP response code: java.net.SocketTimeoutException", Failure::Timeout),
            ("java.net.SocketTimeoutException: connect timed out", Failure::Connect),
            ("org.apache.http.conn.HttpHostConnectException", Failure::Connect),
            ("org.apache.http.conn.ConnectTimeoutException", Failure::Connect),
            ("dial tcp 127.0.0.1:6060: connection refused", Failure::Connect),
            ("dial tcp: lookup x: no such host", Failure::Connect),
            ("context deadline exceeded (Client.Timeout exceeded)", Failure::Timeout),
            (
                "read tcp 127.0.0.1:1->127.0.0.1:2: connection reset by peer",
                Failure::ConnectionLost,
            ),
            ("Get \"http://x/\": EOF", Failure::ConnectionLost),
            ("org.apache.http.NoHttpResponseException", Failure::ConnectionLost),
        ] {
            assert_eq!(failure_in(message), Some(failure), "{message}");
        }
        assert_eq!(failure_in("NullPointerException"), None);
    }
}

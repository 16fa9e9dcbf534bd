//! Messages on standard input and output.
//!
//! The framing is read here and not by `lsp-server`, which ends with the first text that is no message: the
//! protocol wants an answer to it, and the next message read.

use std::io::{self, BufRead, Read, Write};
use std::sync::mpsc::Receiver;

use lsp_server::{ErrorCode, Message, RequestId, Response};
use serde_json::{Value, json};

/// A text that is longer is no message of an editor; in bytes.
const MAX_LENGTH: usize = 1 << 28;

/// So many bytes without a line break are no header.
const MAX_HEADER: u64 = 1 << 20;

/// What every message begins with.
const LENGTH: &[u8] = b"Content-Length:";

/// What came in.
#[derive(Debug)]
pub(super) enum Incoming {
    /// A message.
    Message(Message),
    /// What is none, with what is to be answered.
    Faulty(Fault),
}

/// What is wrong with what came in.
#[derive(Debug)]
pub(super) struct Fault {
    /// The request, where it is known.
    pub(super) id: Option<RequestId>,
    /// The code of the protocol.
    pub(super) code: ErrorCode,
    /// One sentence.
    pub(super) message: String,
}

/// What goes out.
#[derive(Debug)]
pub(super) enum Outgoing {
    /// A message.
    Message(Message),
    /// The answer to what was no message.
    Fault(Fault),
    /// The last; what was sent before is written.
    End,
}

/// Reads the next message; none at the end of the input. Behind a length that is wrong, headers are looked for in what
/// comes, so that one broken message costs no other.
pub(super) fn read(input: &mut impl BufRead) -> io::Result<Option<Incoming>> {
    let mut length: Option<usize> = None;
    let mut line = Vec::new();
    loop {
        // A header may begin in what was cut off.
        let kept = if line.ends_with(b"\n") { 0 } else { line.len().min(2 * LENGTH.len()) };
        line.drain(..line.len() - kept);
        if input.by_ref().take(MAX_HEADER).read_until(b'\n', &mut line)? == 0 {
            return Ok(None);
        }
        if !line.ends_with(b"\n") {
            continue;
        }
        let line = header(&line).trim_ascii();
        if line.is_empty() {
            match length {
                Some(_) => break,
                // Blank lines before a header do no harm.
                None => continue,
            }
        }
        let header = String::from_utf8_lossy(line);
        let (name, value) = header.split_once(':').unwrap_or((&header, ""));
        if name.trim().eq_ignore_ascii_case("Content-Length") {
            length = value.trim().parse().ok().filter(|length| *length <= MAX_LENGTH);
            if length.is_none() {
                return Ok(Some(faulty(
                    None,
                    ErrorCode::ParseError,
                    "the length of the content is no length",
                )));
            }
        } else if !name.trim().eq_ignore_ascii_case("Content-Type") {
            return Ok(Some(faulty(None, ErrorCode::ParseError, "a header is not one of the protocol")));
        }
    }
    let mut body = vec![0; length.unwrap_or(0)];
    input.read_exact(&mut body)?;
    Ok(Some(message(&body)))
}

// The rest of a content without a line break stands before the header that follows it.
fn header(line: &[u8]) -> &[u8] {
    let starts =
        |at: &usize| line.get(*at..at + LENGTH.len()).is_some_and(|part| part.eq_ignore_ascii_case(LENGTH));
    let at = (0..line.len()).rev().find(starts);
    at.and_then(|at| line.get(at..)).unwrap_or(line)
}

fn message(body: &[u8]) -> Incoming {
    let Ok(value) = serde_json::from_slice::<Value>(body) else {
        return faulty(None, ErrorCode::ParseError, "the content is no JSON");
    };
    let id = value.get("id").and_then(|id| serde_json::from_value(id.clone()).ok());
    match serde_json::from_value(value) {
        Ok(message) => Incoming::Message(message),
        Err(_) => {
            faulty(id, ErrorCode::InvalidRequest, "the content is neither request, response nor notification")
        }
    }
}

fn faulty(id: Option<RequestId>, code: ErrorCode, message: &str) -> Incoming {
    Incoming::Faulty(Fault { id, code, message: message.to_string() })
}

/// Writes what is sent until the end, or until nobody reads any more.
pub(super) fn write_all(outgoing: &Receiver<Outgoing>, output: &mut impl Write) -> io::Result<()> {
    for sent in outgoing {
        match sent {
            Outgoing::Message(message) => message.write(output)?,
            Outgoing::Fault(Fault { id: Some(id), code, message }) => {
                Message::from(Response::new_err(id, code as i32, message)).write(output)?;
            }
            Outgoing::Fault(Fault { id: None, code, message }) => {
                let error = json!({ "code": code as i32, "message": message });
                let text = json!({ "jsonrpc": "2.0", "id": null, "error": error }).to_string();
                write!(output, "Content-Length: {}\r\n\r\n{text}", text.len())?;
                output.flush()?;
            }
            Outgoing::End => break,
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn framed(text: &str) -> String {
        format!("Content-Length: {}\r\n\r\n{text}", text.len())
    }

    #[test]
    fn what_is_no_message_is_told_and_the_next_one_read() {
        let good = framed(r#"{"jsonrpc":"2.0","method":"x"}"#);
        let texts = [framed("{"), framed("[1]"), framed(r#"{"id":7}"#), "Nonsense\r\n".into(), good].concat();
        let mut input = texts.as_bytes();
        let mut codes = Vec::new();
        while let Some(incoming) = read(&mut input).unwrap() {
            codes.push(match incoming {
                Incoming::Message(_) => 0,
                Incoming::Faulty(fault) => fault.code as i32 + fault.id.map_or(0, |_| 100_000),
            });
        }
        assert_eq!(codes, [-32700, -32600, 67400, -32700, 0]);
        assert!(matches!(
            read(&mut &b"Content-Length: 99999999999999999999\r\n\r\n"[..]),
            Ok(Some(Incoming::Faulty(_)))
        ));
        assert!(read(&mut &b"Content-Length: 5\r\n\r\n{"[..]).is_err());
    }

    #[test]
    fn a_broken_message_costs_no_other() {
        let body = r#"{"jsonrpc":"2.0","method":"broken"}"#;
        let good = framed(r#"{"jsonrpc":"2.0","method":"good"}"#);
        let lengths = ["-1", "", "ten", "0x23", "3.5", "99999999999999999999", "0", "7", "34"];
        let headers = lengths.iter().map(|length| format!("Content-Length: {length}\r\n\r\n"));
        let others =
            ["\r\n", "Content-Type: x\r\n\r\n", "Length: 35\r\n\r\n", "\u{1}\u{2}:"].map(String::from);
        for header in headers.chain(others) {
            for body in [body.to_string(), format!("{body}\n"), "x".repeat(3 << 20), String::new()] {
                let text = format!("{header}{body}{good}{good}");
                let mut input = text.as_bytes();
                let mut methods = Vec::new();
                while let Ok(Some(incoming)) = read(&mut input) {
                    if let Incoming::Message(Message::Notification(notification)) = incoming {
                        methods.push(notification.method);
                    }
                }
                let found = methods.iter().filter(|method| *method == "good").count();
                // A length without a content of its own takes the content of the next message.
                let taken = usize::from(body.is_empty());
                assert!(found + taken >= 2, "{header:?} {} {methods:?}", body.len());
            }
        }
    }
}

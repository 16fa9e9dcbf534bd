//! The one detector of secrets by their shape alone: connection strings, addresses, headers, tokens, command
//! lines, private keys.
//!
//! It is for what no rule and no place knows. To mask a word too many costs little, to print a password costs
//! much; but it must not mask what only speaks of secrets.

mod address;
mod assignment;
mod certain;
mod command;
mod expression;
mod token;
mod word;

use std::ops::Range;

pub use address::webhook_token;
pub use certain::{Shape, certain};
pub use expression::in_expression;
pub use token::{is_frame, is_guid, like_secret};

/// What a text is, which decides where a secret in it ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reading {
    /// The decoded text of a value: a blank ends nothing.
    Value,
    /// Sentences, in which a blank ends a value.
    Prose,
    /// Text as it is written in a file: a comment, or what did not parse.
    Raw,
}

/// The byte ranges of `text` that look like secrets, in their order and disjoint. It reads the text once.
pub fn shapes(text: &str, reading: Reading) -> Vec<Range<usize>> {
    let mut scan = Scan { text, bytes: text.as_bytes(), reading, held: false };
    let mut found: Vec<Range<usize>> = Vec::new();
    let mut at = 0;
    while at < scan.bytes.len() {
        let range = scan.at(at).filter(|range| range.start < range.end && is_told(text, range));
        at += 1;
        if let Some(range) = range {
            // What is hidden already needs no second look; so the whole stays linear.
            at = at.max(range.end);
            match found.last_mut() {
                Some(last) if range.start <= last.end => last.end = last.end.max(range.end),
                _ => found.push(range),
            }
        }
    }
    found
}

// Asterisks hide nothing any more.
fn is_told(text: &str, range: &Range<usize>) -> bool {
    text.get(range.clone()).is_some_and(|secret| !secret.trim_matches(['*', ' ']).is_empty())
}

/// A text that is read from its start to its end.
struct Scan<'t> {
    text: &'t str,
    bytes: &'t [u8],
    reading: Reading,
    /// The object around says that its value is a secret.
    held: bool,
}

impl Scan<'_> {
    fn at(&mut self, at: usize) -> Option<Range<usize>> {
        match self.bytes[at] {
            b'=' => self.assigned(at).or_else(|| self.storage_key(at)),
            b':' if self.starts(at + 1, "//") => self.user_information(at + 3),
            b':' => self.oracle(at).or_else(|| self.member(at)),
            b'@' => self.runtime_key(at),
            b'-' => self.private_key(at).or_else(|| self.option(at)),
            b'<' => self.element(at),
            b'}' => {
                self.held = false;
                None
            }
            byte if byte.is_ascii_alphabetic() && self.begins_word(at) => self.word(at),
            _ => None,
        }
    }

    fn word(&self, at: usize) -> Option<Range<usize>> {
        match self.bytes[at] | 0x20 {
            b'b' => self.scheme(at),
            b'c' => self.secure_string(at),
            b'h' => self.webhook(at),
            _ => None,
        }
        .or_else(|| self.token(at))
    }

    fn begins_word(&self, at: usize) -> bool {
        at.checked_sub(1).is_none_or(|before| !is_word_byte(self.bytes[before]))
    }

    fn rest(&self, at: usize) -> &str {
        self.text.get(at..).unwrap_or("")
    }

    fn starts(&self, at: usize, what: &str) -> bool {
        self.bytes.get(at..).is_some_and(|rest| rest.starts_with(what.as_bytes()))
    }

    // Whether a text, whatever its case, stands at an offset.
    fn reads(&self, at: usize, what: &str) -> bool {
        self.bytes.get(at..at + what.len()).is_some_and(|own| own.eq_ignore_ascii_case(what.as_bytes()))
    }
}

fn is_word_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80
}

#[cfg(test)]
mod tests;

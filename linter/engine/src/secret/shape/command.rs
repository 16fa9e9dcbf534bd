//! Secrets in command lines: `-p x`, `--password x`, `curl -u user:x`, `ConvertTo-SecureString 'x'`.

use std::ops::Range;

use super::{Scan, is_word_byte, word};
use crate::secret::names::names_secret;

/// How far back the command of an option is looked for, in bytes.
const REACH: usize = 200;

/// Commands whose `-p` is a port, a path or a wish to keep things as they are.
const OTHERS: [&str; 15] = [
    "mkdir",
    "cp",
    "ssh",
    "scp",
    "sftp",
    "tar",
    "ps",
    "nc",
    "nmap",
    "lsof",
    "read",
    "unzip",
    "docker run",
    "podman run",
    "install",
];

impl Scan<'_> {
    /// The value of the option that begins with the dash at `at`.
    pub(super) fn option(&self, at: usize) -> Option<Range<usize>> {
        const LONGEST_NAME: usize = 64;
        let before = at.checked_sub(1).map(|before| self.bytes[before]);
        if !before.is_none_or(|byte| byte.is_ascii_whitespace() || matches!(byte, b'"' | b'\'' | b'`' | b'('))
        {
            return None;
        }
        let dashes = if self.starts(at, "--") { 2 } else { 1 };
        let start = at + dashes;
        let is_part = |byte: &u8| is_word_byte(*byte) || *byte == b'-';
        let length = self.bytes[start..].iter().take(LONGEST_NAME).take_while(|byte| is_part(byte)).count();
        let (name, behind) = (self.text.get(start..start + length)?, start + length);
        let short = dashes == 1 && matches!(name, "p" | "P");
        let user = dashes == 1 && name == "u" || dashes == 2 && name == "user";
        if dashes == 1 && name.len() > 4 && name.starts_with('p') && self.is_command_before(at, &["mysql"]) {
            return Some(start + 1..behind);
        }
        if !(user || names_secret(name) || short && !self.is_command_before(at, &OTHERS)) {
            return None;
        }
        let value = self.argument(behind)?;
        let text = self.text.get(value.clone())?;
        if user {
            let colon = text.find(':').filter(|_| !text.starts_with("http"))?;
            return Some(value.start + colon + 1..value.end);
        }
        (!short || is_password(text)).then_some(value)
    }

    // What stands behind an option, without its quotes; none where it is computed, or another option.
    fn argument(&self, at: usize) -> Option<Range<usize>> {
        let rest = self.rest(at);
        let blanks = rest.len() - rest.trim_start_matches([' ', '\t']).len();
        let blanks = if rest.starts_with(':') { 1 } else { blanks };
        let value = rest.get(blanks..).filter(|_| blanks > 0)?;
        let start = at + blanks;
        let opening = ["\\\"", "\"", "'"].iter().find(|quote| value.starts_with(**quote));
        if let Some(quote) = opening {
            let inner = &value[quote.len()..];
            // In `' -p ', parameters('p')` the quote ends the text.
            if inner.trim_start().starts_with([',', ')']) || inner.starts_with(['$', '%', '{']) {
                return None;
            }
            let end = inner.find(quote).unwrap_or_else(|| inner.find('\n').unwrap_or(inner.len()));
            return Some(start + quote.len()..start + quote.len() + end);
        }
        let ends = |c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '`' | '|' | ';' | '\\');
        let end = value.find(ends).unwrap_or(value.len());
        let computed = value.starts_with(['-', '$', '(', '%', '[', '{', '<', '@', '&']);
        (end > 0 && !computed).then(|| start..start + end)
    }

    fn is_command_before(&self, at: usize, commands: &[&str]) -> bool {
        let floor = at.saturating_sub(REACH);
        let line = self.bytes[floor..at].iter().rposition(|byte| matches!(byte, b'\n' | b';' | b'|' | b'&'));
        let start = line.map_or(floor, |line| floor + line + 1);
        let before = String::from_utf8_lossy(&self.bytes[start..at]);
        commands.iter().any(|command| {
            let mut places = before.match_indices(command);
            places.any(|(place, _)| {
                let ends = |byte: Option<&u8>| !byte.is_some_and(|byte| is_word_byte(*byte));
                let bytes = before.as_bytes();
                ends(place.checked_sub(1).and_then(|at| bytes.get(at)))
                    && ends(bytes.get(place + command.len()))
            })
        })
    }

    /// The text that PowerShell makes a secure string of.
    pub(super) fn secure_string(&self, at: usize) -> Option<Range<usize>> {
        const COMMAND: &str = "ConvertTo-SecureString";
        if !self.reads(at, COMMAND) {
            return None;
        }
        let mut start = at + COMMAND.len();
        // Other options may stand before the text.
        for _ in 0..6 {
            let rest = self.rest(start);
            let trimmed = rest.trim_start_matches([' ', '\t']);
            let next = start + rest.len() - trimmed.len();
            if !trimmed.starts_with('-') {
                let argument = self.argument(start)?;
                return Some(argument);
            }
            let length = trimmed.bytes().skip(1).take_while(|byte| is_word_byte(*byte)).count();
            start = next + 1 + length;
        }
        None
    }
}

// A port, a path and a mapping of ports are no passwords.
fn is_password(text: &str) -> bool {
    let number = text.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b':' | b'.' | b'-'));
    let path =
        text.starts_with(['/', '.', '~']) || word::before(text, text.len()).is_none() && text.len() < 4;
    !number && !path && text.len() > 2
}

//! `AccountKey=...`, `?code=...`, `"password": "..."`, `Authorization: ...`, `<Password>...</Password>`.

use std::ops::Range;

use super::{Reading, Scan, word};
use crate::secret::names::{carries_value, names_secret};

impl Scan<'_> {
    /// The value behind `=`, where its key names a secret.
    pub(super) fn assigned(&self, at: usize) -> Option<Range<usize>> {
        let key = word::before(self.text, at)?;
        let start = at - key.len();
        let before = start.checked_sub(1).and_then(|before| self.bytes.get(before));
        let in_query = matches!(before, Some(b'?' | b'&'));
        if !(names_secret(key) || in_query && key == "code" || self.is_second_word(at, key)) {
            return None;
        }
        let rest = self.rest(at + 1);
        let start = at + 1 + (rest.len() - rest.trim_start_matches(' ').len());
        let value = self.rest(start);
        if let Some(inner) = self.quoted(value) {
            return inner.map(|inner| start + inner.start..start + inner.end);
        }
        let placeholder = ["@{", "$(", "#{", "${"].iter().any(|prefix| value.starts_with(prefix))
            || value.strip_prefix('{').is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
        if placeholder {
            return None;
        }
        Some(start..start + self.length(value, in_query || key.eq_ignore_ascii_case("sig")))
    }

    // `Application Key=`: the word before belongs to the name.
    fn is_second_word(&self, at: usize, key: &str) -> bool {
        let joined = || {
            let end = self.text.get(..at)?.trim_end_matches(' ').len() - key.len();
            let first = self.text.get(..end)?.ends_with(' ').then(|| word::before(self.text, end))??;
            Some(format!("{first}{key}"))
        };
        key.eq_ignore_ascii_case("key") && joined().is_some_and(|name| names_secret(&name))
    }

    // The inside of the quotes that a value begins with: none where the quote ends the text around; nothing at
    // all where no quote stands there.
    fn quoted(&self, value: &str) -> Option<Option<Range<usize>>> {
        if let Some(inner) = value.strip_prefix("\\\"") {
            return Some(Some(2..2 + inner.find("\\\"").unwrap_or_else(|| self.length(inner, false))));
        }
        let quote = *value.as_bytes().first().filter(|byte| matches!(byte, b'"' | b'\''))?;
        let inner = value.get(1..)?;
        // In `'Password=', parameters('p')` the quote ends the text, in `Password='x y'` it begins it.
        let next = inner.trim_start().as_bytes().first().copied();
        let ends = match (self.reading, quote) {
            (Reading::Value, b'"') => matches!(next, Some(b',' | b'}' | b']')),
            (Reading::Value, _) => matches!(next, Some(b',' | b')')),
            _ => matches!(next, None | Some(b',' | b')' | b';' | b'}' | b']')) || inner.starts_with('\n'),
        };
        if ends {
            return Some(None);
        }
        let end = word::closing(inner, quote, false, true);
        Some(Some(1..1 + end.unwrap_or_else(|| inner.find([';', '\n']).unwrap_or(inner.len()))))
    }

    // The length of a value without quotes around it.
    fn length(&self, value: &str, in_query: bool) -> usize {
        let bytes = value.as_bytes();
        let ends = |(at, c): (usize, char)| match c {
            ';' | '`' | '\n' | '\r' => true,
            '"' | '\'' => !bytes.get(at + 1).is_some_and(|next| next.is_ascii_alphanumeric()),
            '\\' => self.reading == Reading::Raw,
            '&' | ' ' if in_query => true,
            c => self.reading == Reading::Prose && c.is_whitespace(),
        };
        value.char_indices().find(|place| ends(*place)).map_or(value.len(), |(at, _)| at)
    }

    /// The value of a member or of a header whose key names a secret.
    pub(super) fn member(&mut self, colon: usize) -> Option<Range<usize>> {
        let key = word::key(self.text, colon)?;
        let rest = self.rest(colon + 1);
        let start = colon + 1 + (rest.len() - rest.trim_start().len());
        let value = self.text.get(start..)?;
        let named = names_secret(key);
        if !(named || self.held && carries_value(key)) {
            self.held |= tells(key, value);
            return None;
        }
        self.held |= named && value.starts_with('{');
        let behind = self.text.get(colon + 1..start)?;
        let inner = match value.as_bytes().first()? {
            quote @ (b'"' | b'\'') => {
                let end = word::closing(
                    &value[1..],
                    *quote,
                    *quote == b'"' && self.reading != Reading::Value,
                    false,
                );
                start + 1..start + 1 + end.unwrap_or_else(|| value[1..].find('\n').unwrap_or(value.len() - 1))
            }
            b'\\' if value.starts_with("\\\"") => {
                start + 2..start + 2 + value[2..].find("\\\"").unwrap_or(value.len() - 2)
            }
            b'{' | b'[' | b'|' | b'>' | b'&' | b'*' | b'!' | b'#' | b'/' | b'$' | b'<' => return None,
            // A plain value stands on the line of its key, and a type behind a name is one word of code.
            _ if behind.contains('\n') || self.bytes.get(colon + 1) == Some(&b':') => return None,
            _ => start..start + self.plain_length(key, value),
        };
        (!is_open(self.text.get(inner.clone())?)).then_some(inner)
    }

    fn plain_length(&self, key: &str, value: &str) -> usize {
        let prose = self.reading == Reading::Prose;
        let ends =
            |c: char| matches!(c, '\n' | '\r' | ',' | '}' | ']' | '`' | '"' | ';') || (prose && c == ' ');
        // `Authorization: Bearer x` has a blank in it.
        let header = ["bearer ", "basic "].iter().find(|scheme| {
            key.to_ascii_lowercase().ends_with("authorization")
                && value.get(..scheme.len()).is_some_and(|own| own.eq_ignore_ascii_case(scheme))
        });
        let skip = header.map_or(0, |scheme| scheme.len());
        let end = skip + value[skip..].find(ends).unwrap_or(value.len() - skip);
        let plain = value[..end].split(" #").next().unwrap_or("").trim_end();
        // Sentences speak of passwords: `the password: a literal`.
        if prose && plain.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'.') {
            0
        } else {
            plain.len()
        }
    }

    /// What stands in an element of XML whose name is that of a secret.
    pub(super) fn element(&self, at: usize) -> Option<Range<usize>> {
        const LONGEST_NAME: usize = 64;
        let name = self.rest(at + 1);
        let length = name.bytes().take(LONGEST_NAME).take_while(|byte| super::is_word_byte(*byte)).count();
        let rest = name.get(length..)?.strip_prefix('>')?;
        if !names_secret(name.get(..length)?) {
            return None;
        }
        let end = rest.find('<').filter(|end| rest[*end..].starts_with("</"))?;
        let start = at + 1 + length + 1;
        Some(start..start + end)
    }
}

// Whether a member says of the object around that its value is a secret: `"name": "DB_PASSWORD"`.
fn tells(key: &str, value: &str) -> bool {
    const LONGEST: usize = 128;
    let is_name = key.eq_ignore_ascii_case("name");
    if !is_name && !key.eq_ignore_ascii_case("type") {
        return false;
    }
    let value = value.trim_start_matches(['\\', '"', '\'']);
    let ends = |byte: u8| matches!(byte, b'\\' | b'"' | b'\'' | b',' | b'\n' | b'\r');
    let length = value.bytes().take(LONGEST).take_while(|byte| !ends(*byte)).count();
    let value = value.get(..length).unwrap_or("").trim();
    match is_name {
        true => names_secret(value),
        false => ["securestring", "secureobject"].iter().any(|ty| value.eq_ignore_ascii_case(ty)),
    }
}

// Whether a value is computed, or none.
fn is_open(value: &str) -> bool {
    let computed = value.starts_with('[') && !value.starts_with("[[") && value.ends_with(']')
        || value.starts_with("@{") && value.ends_with('}');
    computed || matches!(value, "" | "true" | "false" | "null" | "~")
}

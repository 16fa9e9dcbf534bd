//! Tokens that are known by how they begin, and what looks like a key.

use std::ops::Range;

use super::{Reading, Scan};

/// How tokens of well-known services begin (their pages on secret scanning, 2026-07).
const PREFIXES: [&str; 24] = [
    "ghp_",
    "gho_",
    "ghu_",
    "ghs_",
    "ghr_",
    "github_pat_",
    "glpat-",
    "gldt-",
    "xoxb-",
    "xoxp-",
    "xoxa-",
    "xoxe-",
    "xapp-",
    "sk_live_",
    "rk_live_",
    "sk-ant-",
    "sk-proj-",
    "npm_",
    "pypi-",
    "dapi",
    "dop_v1_",
    "hf_",
    "AIza",
    "SG.",
];

/// The least characters behind such a beginning.
const LEAST: usize = 8;

impl Scan<'_> {
    /// A token that begins at `at`: one with a known beginning, or three parts of Base64 with dots.
    pub(super) fn token(&self, at: usize) -> Option<Range<usize>> {
        if self.starts(at, "eyJ") {
            let length = self.run(at, |byte| byte.is_ascii_alphanumeric() || b"-_.=".contains(&byte));
            // With dots it is a token, without them perhaps the first part of one.
            return (length > 2 * LEAST).then(|| at..at + length);
        }
        let prefix = PREFIXES.iter().find(|prefix| self.starts(at, prefix))?;
        // `dapi` may begin a word.
        let signed = prefix.contains(['_', '-', '.']);
        let length = self.run(at, |byte| byte.is_ascii_alphanumeric() || signed && b"-_.".contains(&byte));
        let behind = self.text.get(at + prefix.len()..at + length)?;
        let is_token = signed || behind.contains(|c: char| c.is_ascii_digit());
        (behind.len() >= LEAST && is_token).then(|| at..at + length)
    }

    /// What stands behind `Bearer` or `Basic`.
    pub(super) fn scheme(&self, at: usize) -> Option<Range<usize>> {
        let scheme = ["bearer ", "basic "].into_iter().find(|scheme| self.reads(at, scheme))?;
        let start = at + scheme.len();
        let length = self.run(start, |byte| byte.is_ascii_alphanumeric() || b"-_.~+/=".contains(&byte));
        let token = self.text.get(start..start + length)?.trim_end_matches('.');
        // Sentences speak of bearer tokens and of basic authentication.
        let letters = token.bytes().skip(1).all(|byte| byte.is_ascii_lowercase() || byte == b'-');
        (token.len() >= LEAST && !letters).then(|| start..start + token.len())
    }

    /// A private key, with its first and last line.
    pub(super) fn private_key(&self, at: usize) -> Option<Range<usize>> {
        const HEADER: usize = 64;
        if !self.starts(at, "-----BEGIN ") {
            return None;
        }
        let head = self.bytes.get(at..)?;
        let head = &head[..head.len().min(HEADER)];
        memchr::memmem::find(head, b"PRIVATE KEY")?;
        let rest = self.rest(at);
        let Some(end) = rest.find("-----END ") else { return Some(at..self.text.len()) };
        let last = rest[end + 9..].find("-----").map_or(rest.len(), |last| end + 9 + last + 5);
        Some(at..at + last)
    }

    /// A key of 64 bytes in Base64, as storage accounts have; it ends with the two `=` at `at`.
    pub(super) fn storage_key(&self, at: usize) -> Option<Range<usize>> {
        const LENGTH: usize = 86;
        let start = at.checked_sub(LENGTH).filter(|_| self.starts(at, "=="))?;
        let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/');
        let whole = self.bytes[start..at].iter().all(is_part);
        let begins = start.checked_sub(1).is_none_or(|before| !is_part(&self.bytes[before]));
        let wanted = whole && begins && self.reading != Reading::Prose;
        wanted.then(|| start..at + 2)
    }

    // How many bytes from `at` on are parts of a token.
    fn run(&self, at: usize, is_part: impl Fn(u8) -> bool) -> usize {
        self.bytes.get(at..).unwrap_or_default().iter().take_while(|byte| is_part(**byte)).count()
    }
}

/// Whether a text, of which it is known that its name is that of a secret, looks like one: long, of several
/// kinds of characters, and neither an address, an id, nor words.
pub fn like_secret(text: &str) -> bool {
    let text = text.trim();
    if text.len() < 16 || text.contains("://") || text.contains(char::is_whitespace) || is_guid(text) {
        return false;
    }
    // Paths, lists, addresses and the names of secrets.
    if text.starts_with(['/', '\\', '$', '#']) || text.contains([',', '{', '}', '<', '>']) || is_words(text) {
        return false;
    }
    let has = |test: fn(char) -> bool| text.chars().any(test);
    let kinds = [
        has(|c| c.is_ascii_lowercase()),
        has(|c| c.is_ascii_uppercase()),
        has(|c| c.is_ascii_digit()),
        has(|c| c.is_ascii_punctuation()),
    ];
    kinds.iter().filter(|kind| **kind).count() >= 3 || is_long_hexadecimal(text)
}

/// Whether a text is a GUID.
pub fn is_guid(text: &str) -> bool {
    let text = text.trim_matches(['{', '}']);
    text.len() == 36
        && text.bytes().enumerate().all(|(at, byte)| match at {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
}

// `sql-loader-password-2024`, `Contoso.Api.Key`: words of letters or of digits, joined by signs.
fn is_words(text: &str) -> bool {
    let mut words = text.split(['-', '_', '.', '/']);
    words.all(|word| {
        let lead = word.trim_end_matches(|c: char| c.is_ascii_digit());
        let letters = lead.chars().all(|c| c.is_ascii_alphabetic());
        letters && word.len() - lead.len() <= 4 && changes(lead) <= 6
    })
}

// How often a small letter is followed by a capital one.
fn changes(word: &str) -> usize {
    let following = word.chars().skip(1);
    word.chars().zip(following).filter(|(a, b)| a.is_ascii_lowercase() && b.is_ascii_uppercase()).count()
}

fn is_long_hexadecimal(text: &str) -> bool {
    text.len() >= 32
        && text.bytes().all(|byte| byte.is_ascii_hexdigit())
        && text.bytes().any(|byte| byte.is_ascii_digit())
        && text.bytes().any(|byte| byte.is_ascii_alphabetic())
}

/// Whether a literal of an expression only stands around a value: `;Password=`, `Server=tcp:`, `Bearer `.
pub fn is_frame(literal: &str) -> bool {
    let open = literal.trim_end();
    let open =
        open.strip_suffix(':').map_or(open, |open| open.trim_end_matches(|c: char| c.is_ascii_alphabetic()));
    let key = open.strip_suffix('=').map(|open| {
        let start = open.rfind([';', '&', '?', ' ']).map_or(0, |at| at + 1);
        &open[start..]
    });
    let opens = key.is_some_and(|key| !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_alphabetic()))
        || literal.ends_with("://")
        || ["bearer ", "basic "].iter().any(|scheme| literal.eq_ignore_ascii_case(scheme));
    !literal.contains(|c: char| c.is_alphanumeric())
        || opens && super::shapes(literal, Reading::Value).is_empty()
}

//! What is a secret by its shape alone, wherever it stands and whatever it is called: a rule may say so.

use std::ops::Range;

use super::{Reading, Scan, is_frame, like_secret};
use crate::secret::is_placeholder;

/// What a secret is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// The key of an account or of a policy.
    AccountKey,
    /// The signature of a shared access signature.
    Signature,
    /// A private key.
    PrivateKey,
    /// A token of a well-known service.
    Token,
    /// The token in the address of a webhook.
    Webhook,
}

impl Shape {
    /// What messages call it.
    pub fn describe(self) -> &'static str {
        match self {
            Shape::AccountKey => "an account key",
            Shape::Signature => "a shared access signature",
            Shape::PrivateKey => "a private key",
            Shape::Token => "an access token",
            Shape::Webhook => "the address of a webhook",
        }
    }
}

/// The shortest text that is looked at: no secret is shorter.
const LEAST: usize = 20;

/// How many characters of Base64 the shortest private key has.
const LEAST_KEY: usize = 100;

/// How far around a place a secret is looked for, in bytes.
const REACH: usize = 512;

/// How many different characters a key has at least: those of examples repeat a few.
const LEAST_CHARACTERS: usize = 12;

/// The byte ranges of `text` that certainly are secrets, in their order. It reads the text once.
pub fn certain(text: &str) -> Vec<(Range<usize>, Shape)> {
    if text.len() < LEAST {
        return Vec::new();
    }
    let scan = Scan { text, bytes: text.as_bytes(), reading: Reading::Value, held: false };
    let mut found: Vec<(Range<usize>, Shape)> = Vec::new();
    let mut at = 0;
    while at < scan.bytes.len() {
        let here = scan.certain(at);
        at += 1;
        if let Some((range, shape)) = here
            && found.last().is_none_or(|(last, _)| last.end <= range.start)
        {
            at = at.max(range.end);
            found.push((range, shape));
        }
    }
    found
}

impl Scan<'_> {
    fn certain(&self, at: usize) -> Option<(Range<usize>, Shape)> {
        match self.bytes[at] {
            b'=' => self.account_key(at).or_else(|| self.keyed(at)),
            b'-' => self.whole_private_key(at),
            byte if byte.is_ascii_alphabetic() && self.begins_word(at) => {
                let webhook =
                    || Some((self.webhook(at).filter(|token| self.is_varied(token))?, Shape::Webhook));
                match byte | 0x20 {
                    b'h' => webhook().or_else(|| self.whole_token(at)),
                    _ => self.whole_token(at),
                }
            }
            _ => None,
        }
    }

    fn account_key(&self, at: usize) -> Option<(Range<usize>, Shape)> {
        let key = self.storage_key(at).filter(|key| self.is_varied(key))?;
        Some((key, Shape::AccountKey))
    }

    // `AccountKey=`, `SharedAccessKey=` and, in a signed address, `sig=`.
    fn keyed(&self, at: usize) -> Option<(Range<usize>, Shape)> {
        let ends = |key: &str| at.checked_sub(key.len()).is_some_and(|start| self.reads(start, key));
        let shape = match () {
            () if ends("accountkey") || ends("sharedaccesskey") => Shape::AccountKey,
            () if ends("sig") && self.is_signed(at) => Shape::Signature,
            () => return None,
        };
        let stops =
            |c: char| c.is_whitespace() || matches!(c, ';' | '&' | '"' | '\'' | '`' | ',' | ')' | '<');
        let rest = self.rest(at + 1);
        let rest = &rest[..rest.floor_char_boundary(REACH)];
        let value = &rest[..rest.find(stops).unwrap_or(rest.len())];
        let range = at + 1..at + 1 + value.len();
        (value.len() >= LEAST && !is_placeholder(value) && self.is_varied(&range)).then_some((range, shape))
    }

    // Whether the address around a place says until when, or for which version, it is signed.
    fn is_signed(&self, at: usize) -> bool {
        let start = self.text.floor_char_boundary(at.saturating_sub(REACH));
        let end = self.text.floor_char_boundary(at + REACH);
        let around = self.text.get(start..end).unwrap_or("");
        ["se=", "sv="].iter().any(|key| around.contains(key))
    }

    fn whole_private_key(&self, at: usize) -> Option<(Range<usize>, Shape)> {
        let range = self.private_key(at)?;
        let body =
            self.text.get(range.start..self.text.floor_char_boundary(range.end.min(range.start + REACH)))?;
        let count = body.bytes().filter(u8::is_ascii_alphanumeric).count();
        (count >= LEAST_KEY + "BEGINPRIVATEKEYENDPRIVATEKEY".len()).then_some((range, Shape::PrivateKey))
    }

    // Three parts with dots, or a known beginning and what no word has.
    fn whole_token(&self, at: usize) -> Option<(Range<usize>, Shape)> {
        let range = self.token(at)?;
        let token = self.text.get(range.clone())?;
        let is_signed =
            !token.starts_with("eyJ") || token.split('.').filter(|part| part.len() > 8).count() == 3;
        let is_token = is_signed && token.len() >= LEAST && !is_placeholder(token) && self.is_varied(&range);
        (is_token && (token.starts_with("eyJ") || like_secret(token))).then_some((range, Shape::Token))
    }

    // Of many characters, none of them a dot that leaves something out.
    fn is_varied(&self, range: &Range<usize>) -> bool {
        let text = self.text.get(range.clone()).unwrap_or("");
        let mut seen: Vec<u8> = text.bytes().collect();
        seen.sort_unstable();
        seen.dedup();
        seen.len() >= LEAST_CHARACTERS && !text.contains("...") && !is_frame(text)
    }
}

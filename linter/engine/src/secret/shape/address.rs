//! Addresses with a secret in them: `user:secret@host`, `jdbc:oracle:thin:user/secret@host`, webhooks, and the
//! keys that look like an address.

use std::ops::Range;

use super::Scan;

/// Addresses are no longer, in bytes: what is longer is looked at so far.
const LONGEST: usize = 4096;

impl Scan<'_> {
    /// What stands before `@` in an address, behind `://`.
    pub(super) fn user_information(&self, start: usize) -> Option<Range<usize>> {
        let rest = self.short(start);
        // Most addresses have none, and need not be taken apart.
        memchr::memchr(b'@', rest.as_bytes())?;
        let ends = |c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '`' | ',' | ';' | '<' | '>');
        let address = &rest[..rest.find(ends).unwrap_or(rest.len())];
        let authority = &address[..address.find(['/', '?', '#']).unwrap_or(address.len())];
        if let Some(at) = authority.rfind('@') {
            return match authority[..at].find(':') {
                Some(colon) => Some(start + colon + 1..start + at),
                None => is_token(&authority[..at]).then(|| start..start + at),
            };
        }
        // A slash in a password is written as it is by whoever does not know better.
        let colon = authority.find(':')?;
        let at = address.find('@')?;
        let between = &address[colon + 1..at];
        let port = between.bytes().take_while(u8::is_ascii_digit).count();
        let is_port = port > 0 && between[port..].starts_with(['/', '?', '#']);
        (!is_port && !between.starts_with('/')).then(|| start + colon + 1..start + at)
    }

    /// `jdbc:oracle:thin:user/secret@host`.
    pub(super) fn oracle(&self, colon: usize) -> Option<Range<usize>> {
        let ends = |end: &str| {
            let start = colon.checked_sub(end.len());
            start.is_some_and(|start| self.reads(start, end))
        };
        if !ends("oracle:thin") && !ends("oracle:oci") && !ends("oracle:oci8") {
            return None;
        }
        let rest = self.short(colon + 1);
        let at = rest.find(['@', '"', '\'', ' ', ';']).filter(|at| rest[*at..].starts_with('@'))?;
        let slash = rest[..at].find('/')?;
        Some(colon + 1 + slash + 1..colon + 1 + at)
    }

    /// `IR@<id>@<name>@<region>@<key>`: the key that registers a runtime.
    pub(super) fn runtime_key(&self, at: usize) -> Option<Range<usize>> {
        let before = self.text.get(..at)?.strip_suffix("IR")?;
        if before.ends_with(|c: char| c.is_ascii_alphanumeric()) {
            return None;
        }
        let rest = self.rest(at + 1);
        let ends = |c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '`' | ',' | ';' | '<');
        let key = &rest[..rest.find(ends).unwrap_or(rest.len())];
        key.contains('@').then(|| at + 1..at + 1 + key.len())
    }

    /// The token in the path of an incoming webhook.
    pub(super) fn webhook(&self, at: usize) -> Option<Range<usize>> {
        if !self.reads(at, "https://") {
            return None;
        }
        let range = webhook_token(self.short(at))?;
        Some(at + range.start..at + range.end)
    }

    // What an address may be at an offset.
    fn short(&self, at: usize) -> &str {
        let rest = self.rest(at);
        &rest[..rest.floor_char_boundary(LONGEST)]
    }
}

// A user's name is made of letters; what has digits in it, or is long, is no name.
fn is_token(text: &str) -> bool {
    text.len() >= 6
        && (text.len() > 24 || text.contains(|c: char| c.is_ascii_digit()))
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~%+=!$".contains(&byte))
}

/// The part of an address that is a token by which whoever has the address is let in: the path of an
/// incoming webhook. The range counts in bytes of the text.
pub fn webhook_token(address: &str) -> Option<Range<usize>> {
    // Slack, Discord, Microsoft Teams and Office 365 connectors, Zapier, 2026-07.
    const HOOKS: [(&str, &str); 7] = [
        ("hooks.slack.com", "/services/"),
        ("hooks.zapier.com", "/hooks/catch/"),
        ("discord.com", "/api/webhooks/"),
        ("discordapp.com", "/api/webhooks/"),
        ("outlook.office.com", "/webhook/"),
        ("outlook.office365.com", "/webhook/"),
        (".webhook.office.com", "/webhookb2/"),
    ];
    let lower = address.to_ascii_lowercase();
    let scheme = lower.find("://")? + 3;
    let host_end = scheme + lower.get(scheme..)?.find('/')?;
    let host = lower.get(scheme..host_end)?;
    let (_, path) = HOOKS
        .iter()
        .find(|(ending, _)| host == *ending || (ending.starts_with('.') && host.ends_with(ending)))?;
    let start = host_end + path.len();
    if !lower.get(host_end..)?.starts_with(path) {
        return None;
    }
    let end = lower.get(start..)?.find(['?', '#', '"', '\'', ' ']).map_or(lower.len(), |at| start + at);
    (end > start + 8).then_some(start..end)
}

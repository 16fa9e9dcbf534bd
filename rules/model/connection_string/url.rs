//! URIs: `https://host/path?sv=..&sig=..`, `mongodb://user:password@host:port/`, `jdbc:driver://host`.

use std::ops::Range;

use super::{Part, Role, keyed};
use crate::model::tape::Tape;

/// Where the part behind `scheme://` starts; `None` where the range starts with no scheme.
pub(super) fn scheme_end(tape: &Tape, range: &Range<usize>) -> Option<usize> {
    let text = tape.str(range);
    let scheme = text.get(..text.find("://")?)?;
    let plain = |c: char| c.is_ascii_alphanumeric() || "+-.:".contains(c);
    let valid = scheme.starts_with(|c: char| c.is_ascii_alphabetic()) && scheme.chars().all(plain);
    valid.then_some(range.start + scheme.len() + 3)
}

/// Where the part behind `jdbc:oracle:thin:` starts, which has no `//` where the host is a plain one; `None`
/// where the range is no such URL.
pub(super) fn oracle_end(tape: &Tape, range: &Range<usize>) -> Option<usize> {
    let text = tape.str(range);
    let oracle = text.get(..12).is_some_and(|scheme| scheme.eq_ignore_ascii_case("jdbc:oracle:"));
    let driver = text.get(12..)?.find(':').filter(|_| oracle)?;
    Some(range.start + 12 + driver + 1)
}

/// The parts of `user/password@//host:port/service`, `@host:port:sid` and `@(DESCRIPTION=...)`.
pub(super) fn oracle(tape: &Tape, range: &Range<usize>, start: usize) -> Vec<Part> {
    let mut parts = Vec::new();
    let Some(at) = tape.find(&(start..range.end), b"@") else {
        return vec![Part::unkeyed(tape, &(start..range.end))];
    };
    let user_range = start..at;
    if let Some(slash) = tape.find(&user_range, b"/") {
        parts.push(Part::new(tape, "user", Role::User, &(start..slash)));
        parts.push(Part::new(tape, "password", Role::Secret, &(slash + 1..at)));
    } else if !user_range.is_empty() {
        parts.push(Part::new(tape, "user", Role::User, &user_range));
    }
    let slashes = if tape.str(&(at + 1..range.end)).starts_with("//") { 2 } else { 0 };
    let host = at + 1 + slashes..range.end;
    let descriptor = tape.str(&host).starts_with('(');
    let end = if descriptor { host.end } else { tape.find(&host, b"/?").unwrap_or(host.end) };
    // `host:port:sid`.
    let first = tape.find(&(host.start..end), b":");
    let sid = first.and_then(|colon| tape.find(&(colon + 1..end), b":"));
    let end = if descriptor { end } else { sid.unwrap_or(end) };
    if host.start < end {
        parts.push(Part::new(tape, "host", Role::Host, &(host.start..end)));
    }
    parts
}

/// Whether a range without semicolons is a query: `sv=..&sig=..`.
pub(super) fn is_query(tape: &Tape, range: &Range<usize>) -> bool {
    let pairs = tape.split(range, b"&");
    pairs.len() > 1 && pairs.iter().any(|pair| tape.str(pair).to_ascii_lowercase().starts_with("sig="))
}

/// The parts of a URI whose authority starts at `start`.
pub(super) fn parts(tape: &Tape, range: &Range<usize>, start: usize) -> Vec<Part> {
    let rest = start..range.end;
    let question = tape.find(&rest, b"?").unwrap_or(range.end);
    let mongo = tape.str(range).get(..7).is_some_and(|scheme| scheme.eq_ignore_ascii_case("mongodb"));
    // The keys of Cosmos DB hold slashes, and its URLs do not escape them.
    let limit = if mongo { start..question } else { start..end_of_authority(tape, &rest) };
    let at = tape.find_last(&limit, b"@");
    let mut parts = Vec::new();
    let host = match at {
        Some(at) => {
            user(tape, &(start..at), &mut parts);
            at + 1
        }
        None => start,
    };
    let end = end_of_authority(tape, &(host..range.end));
    authority(tape, &(host..end), &mut parts);
    let properties = if tape.str(range).get(..5).is_some_and(|scheme| scheme.eq_ignore_ascii_case("jdbc:")) {
        properties(tape, &(end..question))
    } else {
        None
    };
    let semicolon = tape.find(&(end..question), b";");
    if let Some((start, separator)) = properties {
        parts.extend(listed(tape, &(start..range.end), separator));
    } else if let Some(semicolon) = semicolon {
        parts.extend(keyed::parts(tape, &(semicolon + 1..range.end)));
    } else if question < range.end {
        let fragment = tape.find(&(question..range.end), b"#").unwrap_or(range.end);
        parts.extend(query(tape, &(question + 1..fragment)));
    }
    parts
}

// Where the properties start that a driver wants within the path, and what separates them:
// `/database:user=u;password=p;` of Db2, `/USER=u,PASSWORD=p` of Teradata.
fn properties(tape: &Tape, range: &Range<usize>) -> Option<(usize, u8)> {
    let equals = tape.find(range, b"=")?;
    let before = range.start..equals;
    if tape.find(&before, b";").is_some() {
        return None;
    }
    if let Some(colon) = tape.find_last(&before, b":") {
        return Some((colon + 1, b';'));
    }
    tape.find_last(&before, b"/").map(|slash| (slash + 1, b','))
}

fn listed(tape: &Tape, range: &Range<usize>, separator: u8) -> Vec<Part> {
    if separator == b';' {
        return keyed::parts(tape, range);
    }
    tape.split(range, &[separator]).iter().flat_map(|pair| keyed::parts(tape, pair)).collect()
}

fn end_of_authority(tape: &Tape, range: &Range<usize>) -> usize {
    tape.find(range, b"/?#;").unwrap_or(range.end)
}

fn user(tape: &Tape, range: &Range<usize>, parts: &mut Vec<Part>) {
    match tape.find(range, b":") {
        Some(colon) => {
            parts.push(Part::new(tape, "user", Role::User, &(range.start..colon)));
            parts.push(Part::new(tape, "password", Role::Secret, &(colon + 1..range.end)));
        }
        None => parts.push(Part::new(tape, "user", Role::User, range)),
    }
}

// The first of the hosts, with its port.
fn authority(tape: &Tape, range: &Range<usize>, parts: &mut Vec<Part>) {
    let first = tape.find(range, b",").unwrap_or(range.end);
    if range.start < first {
        parts.push(Part::new(tape, "host", Role::Host, &(range.start..first)));
    }
}

/// The parts of a query.
pub(super) fn query(tape: &Tape, range: &Range<usize>) -> Vec<Part> {
    let pairs = tape.split(range, b"&").into_iter().filter(|pair| !pair.is_empty());
    pairs
        .map(|pair| {
            let Some(equals) = tape.find(&pair, b"=") else {
                return Part::unkeyed(tape, &pair);
            };
            let key = pair.start..equals;
            let Some(name) = keyed::name(tape, &key) else {
                return Part::new(tape, "", Role::Hidden, &(equals + 1..pair.end));
            };
            let role = match name.as_str() {
                "sig" | "password" | "pwd" | "private_key_pwd" | "private_key_file_pwd" | "passcode" => {
                    Role::Secret
                }
                "sslpassword" | "truststorepassword" | "keystorepassword" => Role::Secret,
                "trustcertificatekeystorepassword" | "clientcertificatekeystorepassword" => Role::Secret,
                "user" | "uid" => Role::User,
                _ => Role::Other,
            };
            Part::new(tape, &name, role, &(equals + 1..pair.end))
        })
        .collect()
}

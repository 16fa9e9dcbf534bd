//! URIs: `https://host/path?sv=..&sig=..`, `mongodb://user:password@host:port/`, `jdbc:driver://host`.

use std::ops::Range;

use super::keyed;
use crate::connection_string::{Part, Role};
use crate::text_with_holes::FlatText;

/// Where the part behind `scheme://` starts; `None` where the range starts with no scheme.
pub(super) fn scheme_end(flat: &FlatText, range: &Range<usize>) -> Option<usize> {
    let text = flat.str(range);
    let scheme = text.get(..text.find("://")?)?;
    let plain = |c: char| c.is_ascii_alphanumeric() || "+-.:".contains(c);
    let valid = scheme.starts_with(|c: char| c.is_ascii_alphabetic()) && scheme.chars().all(plain);
    valid.then_some(range.start + scheme.len() + 3)
}

/// Where the part behind `jdbc:oracle:thin:` starts, which has no `//` where the host is a plain one; `None`
/// where the range is no such URL.
pub(super) fn oracle_end(flat: &FlatText, range: &Range<usize>) -> Option<usize> {
    let text = flat.str(range);
    let oracle = text.get(..12).is_some_and(|scheme| scheme.eq_ignore_ascii_case("jdbc:oracle:"));
    let driver = text.get(12..)?.find(':').filter(|_| oracle)?;
    Some(range.start + 12 + driver + 1)
}

/// The parts of `user/password@//host:port/service`, `@host:port:sid` and `@(DESCRIPTION=...)`.
pub(super) fn oracle(flat: &FlatText, range: &Range<usize>, start: usize) -> Vec<Part> {
    let mut parts = Vec::new();
    let Some(at) = flat.find(&(start..range.end), b"@") else {
        return vec![Part::unkeyed(flat, &(start..range.end))];
    };
    let user_range = start..at;
    if let Some(slash) = flat.find(&user_range, b"/") {
        parts.push(Part::new(flat, "user", Role::User, &(start..slash)));
        parts.push(Part::new(flat, "password", Role::Secret, &(slash + 1..at)));
    } else if !user_range.is_empty() {
        parts.push(Part::new(flat, "user", Role::User, &user_range));
    }
    let slashes = if flat.str(&(at + 1..range.end)).starts_with("//") { 2 } else { 0 };
    let host = at + 1 + slashes..range.end;
    let descriptor = flat.str(&host).starts_with('(');
    let end = if descriptor { host.end } else { flat.find(&host, b"/?").unwrap_or(host.end) };
    // `host:port:sid`.
    let first = flat.find(&(host.start..end), b":");
    let sid = first.and_then(|colon| flat.find(&(colon + 1..end), b":"));
    let end = if descriptor { end } else { sid.unwrap_or(end) };
    if host.start < end {
        parts.push(Part::new(flat, "host", Role::Host, &(host.start..end)));
    }
    parts
}

/// Whether a range without semicolons is a query: `sv=..&sig=..`.
pub(super) fn is_query(flat: &FlatText, range: &Range<usize>) -> bool {
    let pairs = flat.split(range, b"&");
    pairs.len() > 1 && pairs.iter().any(|pair| flat.str(pair).to_ascii_lowercase().starts_with("sig="))
}

/// The parts of a URI whose authority starts at `start`.
pub(super) fn parts(flat: &FlatText, range: &Range<usize>, start: usize) -> Vec<Part> {
    let rest = start..range.end;
    let question = flat.find(&rest, b"?").unwrap_or(range.end);
    let mongo = flat.str(range).get(..7).is_some_and(|scheme| scheme.eq_ignore_ascii_case("mongodb"));
    // The keys of Cosmos DB hold slashes, and its URLs do not escape them.
    let limit = if mongo { start..question } else { start..end_of_authority(flat, &rest) };
    let at = flat.find_last(&limit, b"@");
    let mut parts = Vec::new();
    let host = match at {
        Some(at) => {
            user(flat, &(start..at), &mut parts);
            at + 1
        }
        None => start,
    };
    let end = end_of_authority(flat, &(host..range.end));
    authority(flat, &(host..end), &mut parts);
    let properties = if flat.str(range).get(..5).is_some_and(|scheme| scheme.eq_ignore_ascii_case("jdbc:")) {
        properties(flat, &(end..question))
    } else {
        None
    };
    let semicolon = flat.find(&(end..question), b";");
    if let Some((start, separator)) = properties {
        parts.extend(listed(flat, &(start..range.end), separator));
    } else if let Some(semicolon) = semicolon {
        parts.extend(keyed::parts(flat, &(semicolon + 1..range.end)));
    } else if question < range.end {
        let fragment = flat.find(&(question..range.end), b"#").unwrap_or(range.end);
        parts.extend(query(flat, &(question + 1..fragment)));
    }
    parts
}

// Where the properties start that a driver wants within the path, and what separates them:
// `/database:user=u;password=p;` of Db2, `/USER=u,PASSWORD=p` of Teradata.
fn properties(flat: &FlatText, range: &Range<usize>) -> Option<(usize, u8)> {
    let equals = flat.find(range, b"=")?;
    let before = range.start..equals;
    if flat.find(&before, b";").is_some() {
        return None;
    }
    if let Some(colon) = flat.find_last(&before, b":") {
        return Some((colon + 1, b';'));
    }
    flat.find_last(&before, b"/").map(|slash| (slash + 1, b','))
}

fn listed(flat: &FlatText, range: &Range<usize>, separator: u8) -> Vec<Part> {
    if separator == b';' {
        return keyed::parts(flat, range);
    }
    flat.split(range, &[separator]).iter().flat_map(|pair| keyed::parts(flat, pair)).collect()
}

fn end_of_authority(flat: &FlatText, range: &Range<usize>) -> usize {
    flat.find(range, b"/?#;").unwrap_or(range.end)
}

fn user(flat: &FlatText, range: &Range<usize>, parts: &mut Vec<Part>) {
    match flat.find(range, b":") {
        Some(colon) => {
            parts.push(Part::new(flat, "user", Role::User, &(range.start..colon)));
            parts.push(Part::new(flat, "password", Role::Secret, &(colon + 1..range.end)));
        }
        None => parts.push(Part::new(flat, "user", Role::User, range)),
    }
}

// The first of the hosts, with its port.
fn authority(flat: &FlatText, range: &Range<usize>, parts: &mut Vec<Part>) {
    let first = flat.find(range, b",").unwrap_or(range.end);
    if range.start < first {
        parts.push(Part::new(flat, "host", Role::Host, &(range.start..first)));
    }
}

/// The parts of a query.
pub(super) fn query(flat: &FlatText, range: &Range<usize>) -> Vec<Part> {
    let pairs = flat.split(range, b"&").into_iter().filter(|pair| !pair.is_empty());
    pairs
        .map(|pair| {
            let Some(equals) = flat.find(&pair, b"=") else {
                return Part::unkeyed(flat, &pair);
            };
            let key = pair.start..equals;
            let Some(name) = keyed::name(flat, &key) else {
                return Part::new(flat, "", Role::Hidden, &(equals + 1..pair.end));
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
            Part::new(flat, &name, role, &(equals + 1..pair.end))
        })
        .collect()
}

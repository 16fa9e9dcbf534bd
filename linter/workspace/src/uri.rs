//! Paths as URI references (RFC 3986).

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// Everything but what is unreserved, and the `/` between segments.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b'/');

/// A relative path as a relative reference without `./`, an absolute one as `file:///...`.
pub fn of(path: &str) -> String {
    let encoded = |path: &str| utf8_percent_encode(path, ENCODED).to_string();
    let has_drive = matches!(path.as_bytes(), [drive, b':', b'/', ..] if drive.is_ascii_alphabetic());
    if has_drive {
        let (drive, rest) = path.split_at(2);
        return format!("file:///{drive}{}", encoded(rest));
    }
    if path.starts_with('/') {
        return format!("file://{}", encoded(path));
    }
    let mut path = path;
    while let Some(rest) = path.strip_prefix("./") {
        path = rest;
    }
    // Two slashes would begin a host.
    encoded(path.trim_start_matches('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_relative_and_encoded() {
        for (path, uri) in [
            ("a/b.json", "a/b.json"),
            ("./a b.json", "a%20b.json"),
            ("../a.json", "../a.json"),
            ("a:b#c?d%.json", "a%3Ab%23c%3Fd%25.json"),
            ("<stdin>", "%3Cstdin%3E"),
            ("ä.json", "%C3%A4.json"),
            ("/x/a.json", "file:///x/a.json"),
            ("//host/a.json", "file:////host/a.json"),
            ("C:/x/a b.json", "file:///C:/x/a%20b.json"),
        ] {
            assert_eq!(of(path), uri);
        }
    }
}

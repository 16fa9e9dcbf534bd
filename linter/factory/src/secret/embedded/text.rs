//! What in a text is a secret, by the shape of the text: a header, a body, a statement, a package.

use std::ops::Range;

use armlint_engine::secret::names_secret;
use smol_str::{SmolStr, format_smolstr};

/// Whether a header is one that lets the caller in.
pub(super) fn is_secret_header(name: &str) -> bool {
    let name = name.trim().to_ascii_lowercase();
    const NAMES: [&str; 9] = [
        "authorization",
        "proxy-authorization",
        "api-key",
        "apikey",
        "x-api-key",
        "x-functions-key",
        "ocp-apim-subscription-key",
        "x-auth-token",
        "cookie",
    ];
    NAMES.contains(&name.as_str())
        || ["-key", "_key", "token", "secret", "password"].iter().any(|end| name.ends_with(end))
            && !["idempotency-key", "partition-key", "x-ms-documentdb-partitionkey"].contains(&name.as_str())
}

/// The values of `Name: value` in lines.
pub(super) fn header_lines(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        if let Some((name, value)) = line.split_once(':')
            && is_secret_header(name)
        {
            let start = at + name.len() + 1 + (value.len() - value.trim_start().len());
            found.push(start..at + line.trim_end().len());
        }
        at += line.len();
    }
    found.retain(|range| range.start < range.end);
    found
}

/// `client_secret=...&` and `"client_secret": "..."`.
pub(super) fn in_body(text: &str) -> Vec<Range<usize>> {
    let lower = text.to_ascii_lowercase();
    let mut found = Vec::new();
    for name in ["client_secret", "client_assertion", "password", "refresh_token"] {
        for (at, _) in lower.match_indices(name) {
            let before = lower.get(..at).and_then(|before| before.chars().next_back());
            let behind = at + name.len();
            let rest = text.get(behind..).unwrap_or("");
            if let Some(value) = rest.strip_prefix('=') {
                if before.is_none_or(|c| matches!(c, '&' | '?' | '\n' | ' ')) {
                    let end = value.find(['&', '\n', '"']).unwrap_or(value.len());
                    found.push(behind + 1..behind + 1 + end);
                }
            } else if before == Some('"')
                && let Some(start) = json_string(rest)
            {
                let value = rest.get(start..).unwrap_or("");
                let end = value.find('"').unwrap_or(value.len());
                found.push(behind + start..behind + start + end);
            }
        }
    }
    found
}

// Where the string starts behind `": "`.
fn json_string(rest: &str) -> Option<usize> {
    let rest = rest.strip_prefix('"')?;
    let colon = rest.trim_start().strip_prefix(':')?;
    let value = colon.trim_start().strip_prefix('"')?;
    Some(1 + rest.len() - value.len())
}

/// `PASSWORD = N'...'`, `SECRET = '...'`, `IDENTIFIED BY '...'`.
pub(super) fn in_statement(text: &str) -> Vec<Range<usize>> {
    let lower = text.to_ascii_lowercase();
    let mut found = Vec::new();
    for (name, equals) in [("password", true), ("secret", true), ("pwd", true), ("identified by", false)] {
        for (at, _) in lower.match_indices(name) {
            let part_of_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '@' | '[' | '.');
            if lower.get(..at).and_then(|before| before.chars().next_back()).is_some_and(part_of_name) {
                continue;
            }
            let behind = text.get(at + name.len()..).unwrap_or("");
            let mut rest = behind.trim_start();
            if equals {
                let Some(value) = rest.strip_prefix('=') else { continue };
                rest = value.trim_start();
            }
            rest = rest.strip_prefix(['N', 'n']).filter(|rest| rest.starts_with('\'')).unwrap_or(rest);
            let Some(value) = rest.strip_prefix('\'') else { continue };
            let start = text.len() - value.len();
            let end = value.find('\'').unwrap_or(value.len());
            found.push(start..start + end);
        }
    }
    // Comparisons of a column are no credentials.
    let creates = ["create ", "alter ", "openrowset", "credential", "identified", "connect ", "login"];
    found.retain(|range| {
        let before = lower.get(..range.start).unwrap_or("");
        let clause = before.rfind(" where ").map_or(0, |at| at + 1);
        creates.iter().any(|word| before.get(clause..).is_some_and(|before| before.contains(word)))
    });
    found
}

/// `projectParameters.DbPassword.value`, `packageConnectionManagers.Crm.Password.value`.
pub(super) fn is_package_secret(keys: &[SmolStr]) -> bool {
    const LISTS: [&str; 6] = [
        "projectParameters",
        "packageParameters",
        "projectConnectionManagers",
        "packageConnectionManagers",
        "propertyOverrides",
        "environmentVariables",
    ];
    let Some(at) = keys.iter().position(|key| LISTS.iter().any(|list| key.eq_ignore_ascii_case(list))) else {
        return false;
    };
    let names = keys.get(at + 1..).unwrap_or_default();
    names.last().is_some_and(|last| last == "value")
        && names.iter().rev().skip(1).take(2).any(|name| {
            let own = format_smolstr!("{}", name.trim_end_matches(']'));
            names_secret(&own)
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn slices(text: &str, ranges: Vec<Range<usize>>) -> Vec<&str> {
        ranges.into_iter().map(|range| &text[range]).collect()
    }

    #[test]
    fn statements() {
        let text = "CREATE DATABASE SCOPED CREDENTIAL c WITH IDENTITY = 'u', SECRET = 'abc'";
        assert_eq!(slices(text, in_statement(text)), ["abc"]);
        let text = "create login l with password = N'p;1'";
        assert_eq!(slices(text, in_statement(text)), ["p;1"]);
        for text in [
            "select * from users where password = 'x'",
            "select password from t",
            "create table t (password varchar(10))",
            "exec p @password = 'x'",
        ] {
            assert_eq!(slices(text, in_statement(text)), [""; 0], "{text}");
        }
    }

    #[test]
    fn bodies_and_headers() {
        let text = "grant_type=client_credentials&client_secret=abc&client_id=x";
        assert_eq!(slices(text, in_body(text)), ["abc"]);
        let text = r#"{"client_secret" : "abc", "x": 1}"#;
        assert_eq!(slices(text, in_body(text)), ["abc"]);
        let text = "Accept: text/csv\nAuthorization: Bearer abc\r\nX: y";
        assert_eq!(slices(text, header_lines(text)), ["Bearer abc"]);
        assert!(is_secret_header("X-Functions-Key"));
        assert!(!is_secret_header("Content-Type"));
    }
}

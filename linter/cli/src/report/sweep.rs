//! Finds what looks like a secret in a text by its surroundings alone.
//!
//! The second line of defence: the engine says what is secret, and this catches what it does not know of.
//! To mask a word too many costs little here, to print a password costs much.

use std::ops::Range;

use super::expression;

/// How far around a member its object is looked at, in bytes.
pub(super) const REACH: usize = 600;

/// The byte ranges within `region` of `text` that look like secrets, neither sorted nor disjoint. `prose`
/// says that the text is made of sentences, in which a blank ends a value.
pub(crate) fn secrets(text: &str, region: Range<usize>, prose: bool) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let bytes = text.as_bytes();
    let mut at = region.start;
    while at < region.end.min(bytes.len()) {
        let range = match bytes[at] {
            b'=' => assignment(text, at, prose),
            b':' if bytes.get(at + 1..at + 3) == Some(b"//") => userinfo(text, at + 3),
            b':' => member(text, at),
            b'@' => runtime_key(text, at),
            _ => None,
        };
        at += 1;
        let valid = |range: &Range<usize>| {
            text.get(range.clone()).is_some_and(|text| !text.trim_matches('*').is_empty())
        };
        if let Some(range) = range.filter(valid) {
            // What is hidden already needs no second look; so the whole stays linear.
            at = at.max(range.end);
            found.push(range);
        }
    }
    found
}

/// Whether a key names a secret: `sasToken`, `client_secret`, `administratorLoginPassword`.
pub(crate) fn names_secret(key: &str) -> bool {
    const WHOLE: [&str; 7] =
        ["pwd", "sig", "pat", "authkey", "accesskeyid", "encryptedcredential", "primarykey"];
    const ENDS: [&str; 20] = [
        "password",
        "passwd",
        "passphrase",
        "secret",
        "secretvalue",
        "secretkey",
        "accountkey",
        "accesskey",
        "sharedaccesskey",
        "sharedaccesssignature",
        "sharedkey",
        "sastoken",
        "accesstoken",
        "refreshtoken",
        "apptoken",
        "apikey",
        "serviceprincipalkey",
        "privatekey",
        "functionkey",
        "secondarykey",
    ];
    let name: String =
        key.chars().filter(|c| c.is_ascii_alphanumeric()).map(|c| c.to_ascii_lowercase()).collect();
    WHOLE.contains(&name.as_str()) || ENDS.iter().any(|end| name.ends_with(end))
}

/// Whether a member holds what the object around it is about: `{"type": "SecureString", "value": ..}`.
pub(super) fn carries_value(key: &str) -> bool {
    ["value", "defaultValue"].iter().any(|name| key.eq_ignore_ascii_case(name))
}

/// Whether a text is an expression of a factory, which is decided at run time.
pub(super) fn is_dynamic(text: &str) -> bool {
    text.starts_with("@{") || (text.starts_with('@') && text.contains('('))
}

// `AccountKey=...` in a connection string, `sig=...` in an address.
fn assignment(text: &str, at: usize, prose: bool) -> Option<Range<usize>> {
    let key = word_before(text, at)?;
    if !names_secret(key) {
        return None;
    }
    let rest = text.get(at + 1..)?;
    let start = at + 1 + (rest.len() - rest.trim_start_matches(' ').len());
    let value = text.get(start..)?;
    if let Some(quoted) = value.strip_prefix("\\\"") {
        return Some(start + 2..start + 2 + quoted.find("\\\"").unwrap_or(0));
    }
    if let Some(quoted) = value.strip_prefix('\'') {
        // In `'Password=', parameters('p')` the quote ends the text, in `Password='x y'` it begins it.
        let begins = !quoted.starts_with([',', ')', ' ', '\'', ';']);
        return begins.then(|| start + 1..start + 1 + quoted.find(['\'', '"', '\n']).unwrap_or(quoted.len()));
    }
    let is_placeholder = ["@{", "$(", "#{"].iter().any(|prefix| value.starts_with(prefix))
        || (value.starts_with('{') && value[1..].starts_with(|c: char| c.is_ascii_digit()));
    if is_placeholder {
        return None;
    }
    let parameter = key.eq_ignore_ascii_case("sig");
    let end = value.find(|c: char| {
        matches!(c, ';' | '"' | '\'' | '`' | '\n' | '\r')
            || (parameter && matches!(c, '&' | ' '))
            || (prose && c.is_whitespace())
    });
    Some(start..start + end.unwrap_or(value.len()))
}

// `user:password@` behind `://`.
fn userinfo(text: &str, start: usize) -> Option<Range<usize>> {
    let rest = text.get(start..)?;
    let ends = |c: char| {
        c.is_whitespace() || matches!(c, '/' | '?' | '#' | '"' | '\'' | '`' | ',' | ';' | '<' | '>')
    };
    let authority = &rest[..rest.find(ends).unwrap_or(rest.len())];
    let end = authority.rfind('@')?;
    let colon = authority[..end].find(':')?;
    Some(start + colon + 1..start + end)
}

// `IR@<id>@<name>@<region>@<key>`: the key that registers a self-hosted integration runtime.
fn runtime_key(text: &str, at: usize) -> Option<Range<usize>> {
    let before = text.get(..at)?.strip_suffix("IR")?;
    if before.ends_with(|c: char| c.is_ascii_alphanumeric()) {
        return None;
    }
    let rest = text.get(at + 1..)?;
    let ends = |c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '`' | ',' | ';' | '<');
    let key = &rest[..rest.find(ends).unwrap_or(rest.len())];
    key.contains('@').then(|| at + 1..at + 1 + key.len())
}

// A member of an object: `"password": "..."` or `password: ...`.
fn member(text: &str, colon: usize) -> Option<Range<usize>> {
    let key = key_before(text, colon)?;
    let is_secret = names_secret(key) || (carries_value(key) && holder_is_secret(text, colon));
    if !is_secret {
        return None;
    }
    let rest = text.get(colon + 1..)?;
    let start = colon + 1 + (rest.len() - rest.trim_start().len());
    let value = text.get(start..)?;
    let inner = match value.as_bytes().first()? {
        quote @ (b'"' | b'\'') => start + 1..start + 1 + closing(&value[1..], *quote),
        b'{' | b'[' | b'|' | b'>' | b'&' | b'*' | b'!' | b'#' => return None,
        _ => {
            // A plain scalar stands on the line of its key.
            if rest[..start - colon - 1].contains('\n') {
                return None;
            }
            let end = value.find(['\n', '\r', ',', '}', ']']).unwrap_or(value.len());
            let plain = value[..end].split(" #").next().unwrap_or("").trim_end();
            start..start + plain.len()
        }
    };
    let literal = text.get(inner.clone())?;
    let computed = expression::is_expression(literal) || is_dynamic(literal);
    let empty = matches!(literal, "true" | "false" | "null" | "~");
    (!computed && !empty).then_some(inner)
}

// The length of a string up to its closing quote, or up to the end of the text.
fn closing(text: &str, quote: u8) -> usize {
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() && bytes[at] != quote {
        at += if bytes[at] == b'\\' && quote == b'"' { 2 } else { 1 };
    }
    at.min(bytes.len())
}

fn key_before(text: &str, colon: usize) -> Option<&str> {
    let before = text.get(..colon)?.trim_end_matches([' ', '\t']);
    match before.as_bytes().last()? {
        quote @ (b'"' | b'\'') => {
            let inner = &before[..before.len() - 1];
            let start = inner.rfind(*quote as char)? + 1;
            inner.get(start..)
        }
        _ => word_before(text, colon),
    }
}

fn word_before(text: &str, at: usize) -> Option<&str> {
    let before = text.get(..at)?.trim_end_matches(' ');
    let start = before
        .rfind(|c: char| !c.is_alphanumeric() && c != '_' && c != '-')
        .map_or(0, |found| found + before[found..].chars().next().map_or(1, char::len_utf8));
    Some(&before[start..]).filter(|word| !word.is_empty())
}

// Whether the object around a member `value` says that the value is a secret: it is a `SecureString`, it
// belongs to a key that names a secret, or its `name` does.
fn holder_is_secret(text: &str, at: usize) -> bool {
    let bytes = text.as_bytes();
    let mut depth = 0usize;
    let mut open = None;
    for index in (at.saturating_sub(REACH)..at).rev() {
        match bytes.get(index) {
            Some(b'}') => depth += 1,
            Some(b'{') if depth == 0 => {
                open = Some(index);
                break;
            }
            Some(b'{') => depth -= 1,
            _ => {}
        }
    }
    let Some(open) = open else { return false };
    let mut depth = 0usize;
    let mut close = (at + REACH).min(bytes.len());
    for (index, byte) in bytes.iter().enumerate().take(close).skip(at) {
        match byte {
            b'{' => depth += 1,
            b'}' if depth == 0 => {
                close = index;
                break;
            }
            b'}' => depth -= 1,
            _ => {}
        }
    }
    let object = String::from_utf8_lossy(&bytes[open..close]).to_ascii_lowercase();
    let owner = text.get(..open).map(|before| before.trim_end()).and_then(|before| before.strip_suffix(':'));
    let owner = owner.and_then(|before| key_before(before, before.len()));
    object.contains("securestring")
        || object.contains("secureobject")
        || owner.is_some_and(names_secret)
        || named(&object).is_some_and(names_secret)
}

// The value of the member `name` of an object in lower case.
fn named(object: &str) -> Option<&str> {
    let after = &object[object.find("\"name\"")? + 6..];
    let value = after.trim_start().strip_prefix(':')?.trim_start().strip_prefix('"')?;
    value.get(..value.find('"')?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<&str> {
        secrets(text, 0..text.len(), false).into_iter().map(|range| &text[range]).collect()
    }

    #[test]
    fn connection_strings() {
        assert_eq!(found(r#""AccountName=a;AccountKey=abc+/==;EndpointSuffix=x""#), ["abc+/=="]);
        assert_eq!(found(r#""Server=a;User Id=b;Password=my pass, word;""#), ["my pass, word"]);
        assert_eq!(found(r#""Pwd=x1""#), ["x1"]);
        assert_eq!(found(r#""SharedAccessKeyName=root;SharedAccessKey=k=""#), ["k="]);
        assert_eq!(found(r#""https://a/b?sv=1&sig=abc%3D&se=2""#), ["abc%3D"]);
        assert_eq!(found(r#""Password=\"a;b\";x""#), ["a;b"]);
        assert_eq!(found("Password='a;b';x"), ["a;b"]);
    }

    #[test]
    fn members() {
        assert_eq!(found(r#"{"password": "hunter2"}"#), ["hunter2"]);
        assert_eq!(found(r#"{"clientSecret":"a\"b"}"#), [r#"a\"b"#]);
        assert_eq!(found("  password: hunter2 # old\n  user: x"), ["hunter2"]);
        assert_eq!(found("{'sasToken': 'x'}"), ["x"]);
        assert_eq!(found(r#"{"type": "SecureString", "value": "hunter2"}"#), ["hunter2"]);
        assert_eq!(found(r#"{"p": {"type": "securestring", "defaultValue": "hunter2"}}"#), ["hunter2"]);
        assert_eq!(found(r#"{"adminPassword": {"value": "hunter2"}}"#), ["hunter2"]);
        assert_eq!(found(r#"{"name": "DB_PASSWORD", "value": "hunter2"}"#), ["hunter2"]);
        assert_eq!(found(r#"{"password": 12345}"#), ["12345"]);
    }

    #[test]
    fn addresses_and_runtime_keys() {
        assert_eq!(found("https://me:hunter2@host/x"), ["hunter2"]);
        assert_eq!(found("https://host/x:y@z"), [""; 0]);
        assert_eq!(found(r#""IR@1234@name@eu@c2VjcmV0""#), ["1234@name@eu@c2VjcmV0"]);
    }

    #[test]
    fn what_holds_no_secret_stays() {
        for text in [
            r#"{"password": "[parameters('p')]"}"#,
            r#"{"password": "@{linkedService().p}"}"#,
            r#"{"password": {"type": "AzureKeyVaultSecret", "secretName": "name"}}"#,
            r#"{"password": "****"}"#,
            r#"{"password": ""}"#,
            r#"{"disablePassword": false}"#,
            r#"[concat('Password=', parameters('p'))]"#,
            r#""Password={0};""#,
            r#"{"name": "x", "value": "y"}"#,
            r#"{"parameters": {"region": {"value": "westeurope"}}}"#,
            "config=1",
            "",
        ] {
            assert_eq!(found(text), [""; 0], "{text}");
        }
    }

    #[test]
    fn every_part_of_a_text_is_taken_without_panic() {
        let text = "{\"pässword\": \"ü\", 'a': {\"value\":\"é\"}, p=\\\"x, Password='é, ://ü:é@, IR@é@é : =";
        for start in 0..=text.len() {
            for end in start..=text.len() {
                secrets(text, start..end, end % 2 == 0);
                if let Some(part) = text.get(start..end) {
                    secrets(part, 0..part.len(), true);
                }
            }
        }
    }
}

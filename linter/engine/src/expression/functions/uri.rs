//! Addresses: combine, take apart, put together, escape.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

use super::render;
use super::{Body, CallFault, CallResult, Function, Invocation};
use crate::value::{
    Discloses, Entry, Number, Object, Piece, Segment, Term, Text, Type, Unknown, Value, ValueKind,
};

pub(super) static TABLE: &[Function] = &[
    Function {
        name: "buildUri",
        min: 1,
        max: 1,
        returns: Some(Type::String),
        discloses: Discloses::Whole,
        body: Body::Known(build_uri),
    },
    Function {
        name: "parseUri",
        min: 1,
        max: 1,
        returns: Some(Type::Object),
        discloses: Discloses::Whole,
        body: Body::Known(parse_uri),
    },
    Function {
        name: "uri",
        min: 2,
        max: 2,
        returns: Some(Type::String),
        discloses: Discloses::Whole,
        body: Body::Partial(uri),
    },
    Function {
        name: "uriComponent",
        min: 1,
        max: 1,
        returns: Some(Type::String),
        discloses: Discloses::Whole,
        body: Body::Partial(component),
    },
    Function {
        name: "uriComponentToString",
        min: 1,
        max: 1,
        returns: Some(Type::String),
        discloses: Discloses::Whole,
        body: Body::Known(component_to_string),
    },
];

/// What RFC 3986, section 2.3, does not call unreserved.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// The percent-encoded form of a text.
pub(super) fn encoded(text: &str) -> String {
    utf8_percent_encode(text, RESERVED).to_string()
}

/// The text of a percent-encoded form; what is not UTF-8 becomes U+FFFD.
pub(super) fn decoded(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}

fn component(call: &Invocation<'_>) -> CallResult {
    call.text(0)?;
    let map = |piece: Piece| Piece { text: piece.text.map("uriComponent", encoded), ..piece };
    Ok(call.assembled(call.argument(0).pieces().into_iter().map(map).collect()))
}

fn component_to_string(call: &Invocation<'_>) -> CallResult {
    Ok(call.string(decoded(call.known_text(0)?)))
}

/// An address, split as RFC 3986, section 3, has it.
struct Address<'a> {
    scheme: &'a str,
    authority: Option<&'a str>,
    path: &'a str,
    /// With its `?`.
    query: &'a str,
    /// With its `#`.
    fragment: &'a str,
}

impl<'a> Address<'a> {
    // `None` where there is no scheme.
    fn parse(text: &'a str) -> Option<Address<'a>> {
        let (scheme, rest) = text.split_once(':')?;
        let starts = scheme.bytes().next().is_some_and(|byte| byte.is_ascii_alphabetic());
        let goes_on = |byte: u8| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte);
        if !starts || !scheme.bytes().all(goes_on) {
            return None;
        }
        let (authority, rest) = match rest.strip_prefix("//") {
            Some(rest) => {
                let (authority, rest) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
                (Some(authority), rest)
            }
            None => (None, rest),
        };
        let (rest, fragment) = rest.split_at(rest.find('#').unwrap_or(rest.len()));
        let (path, query) = rest.split_at(rest.find('?').unwrap_or(rest.len()));
        Some(Address { scheme, authority, path, query, fragment })
    }

    fn join(&self, path: &str, query: &str, fragment: &str) -> String {
        let authority = self.authority.map(|authority| format!("//{authority}")).unwrap_or_default();
        format!("{}:{authority}{path}{query}{fragment}", self.scheme)
    }
}

fn uri(call: &Invocation<'_>) -> CallResult {
    let (base, relative) = (call.text(0)?, call.text(1)?);
    if let (Some(base), Some(relative)) = (base.known(), relative.known()) {
        let Some(address) = Address::parse(base) else {
            return Err(call.fault(0, "uri() needs an absolute address as its base"));
        };
        return Ok(call.string(combined(&address, relative)));
    }
    Ok(symbolic(call, &base, &relative))
}

// A relative path behind a base that ends with `/` is appended; behind another base its end is known.
fn symbolic(call: &Invocation<'_>, base: &Text, relative: &Text) -> Value {
    let plain = match relative.segments().first() {
        Some(Segment::Literal(text)) => {
            let first_part = text.split(['/', '?', '#']).next().unwrap_or_default();
            !text.starts_with(['/', '.', '?', '#', '\\']) && !first_part.contains(':')
        }
        // A hole may turn out to be a whole address.
        _ => false,
    };
    if !plain
        || relative
            .segments()
            .iter()
            .any(|segment| matches!(segment, Segment::Literal(text) if text.contains("/.")))
    {
        return call.unknown();
    }
    let mut pieces = call.argument(0).pieces();
    if !base.suffix().ends_with('/') || base.prefix().contains(['?', '#']) {
        let term = Term::call("uri", [Term::from(base.clone()), Term::literal("")]);
        let hole = Unknown { term, ..(*render::hole(&call.unknown())).clone() };
        pieces = render::piece(call.argument(0), Text::hole(std::rc::Rc::new(hole)));
    }
    pieces.extend(call.argument(1).pieces());
    call.assembled(pieces)
}

// RFC 3986, section 5.2.2.
fn combined(base: &Address<'_>, relative: &str) -> String {
    if let Some(address) = Address::parse(relative) {
        return address.join(&without_dots(address.path), address.query, address.fragment);
    }
    if let Some(rest) = relative.strip_prefix("//") {
        return format!("{}://{rest}", base.scheme);
    }
    let (rest, fragment) = relative.split_at(relative.find('#').unwrap_or(relative.len()));
    let (path, query) = rest.split_at(rest.find('?').unwrap_or(rest.len()));
    let base_path = if base.path.is_empty() && base.authority.is_some() { "/" } else { base.path };
    if path.is_empty() {
        let query = if query.is_empty() { base.query } else { query };
        return base.join(base_path, query, fragment);
    }
    if path.starts_with('/') {
        return base.join(&without_dots(path), query, fragment);
    }
    let folder = base_path.rfind('/').map_or("", |at| &base_path[..=at]);
    base.join(&without_dots(&format!("{folder}{path}")), query, fragment)
}

// RFC 3986, section 5.2.4.
fn without_dots(path: &str) -> String {
    let mut kept: Vec<&str> = Vec::new();
    let parts: Vec<&str> = path.split('/').collect();
    let count = parts.len();
    for (index, part) in parts.into_iter().enumerate() {
        let last = index + 1 == count;
        match part {
            ".." => {
                if kept.len() > 1 {
                    kept.pop();
                }
            }
            "." => {}
            part => {
                kept.push(part);
                continue;
            }
        }
        if last {
            kept.push("");
        }
    }
    kept.join("/")
}

fn parse_uri(call: &Invocation<'_>) -> CallResult {
    let text = call.known_text(0)?;
    let invalid = || call.fault(0, "parseUri() needs an absolute address");
    let address = Address::parse(text).ok_or_else(invalid)?;
    let authority = address.authority.unwrap_or_default();
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    let (host, port) = match host.rsplit_once(':') {
        Some((host, port)) if !port.contains(']') => (host, Some(port)),
        _ => (host, None),
    };
    let port = match port.filter(|port| !port.is_empty()) {
        Some(port) => {
            let port: u16 = port.parse().map_err(|_| invalid())?;
            ValueKind::Number(Number::Int(i64::from(port)))
        }
        None => ValueKind::Null,
    };
    let entry = |key: &str, value: Value| Entry { key: key.into(), value, key_span: None };
    let mut entries = vec![
        entry("scheme", call.string(address.scheme.to_ascii_lowercase())),
        entry("host", call.string(host.to_ascii_lowercase())),
        entry("port", call.shallow(port)),
    ];
    if !matches!(address.path, "" | "/") {
        entries.push(entry("path", call.string(address.path)));
    }
    if address.query.len() > 1 {
        entries.push(entry("query", call.string(address.query)));
    }
    Ok(call.shallow(Object::built(entries).into()))
}

fn build_uri(call: &Invocation<'_>) -> CallResult {
    let parts = call.argument(0);
    if parts.object().is_none() {
        return Err(call.needs(0, "an object"));
    }
    let text = |key: &str| -> Result<Option<String>, CallFault> {
        let value = parts.get(key);
        match &value.kind {
            ValueKind::Absent | ValueKind::Null => Ok(None),
            ValueKind::Number(number) => Ok(Some(render::number(*number))),
            _ => match value.known_text() {
                Some(text) => Ok(Some(text.to_owned()).filter(|text| !text.is_empty())),
                None => Err(call.fault(0, format!("buildUri() needs a string as '{key}'"))),
            },
        }
    };
    let required = |key: &str| text(key)?.ok_or_else(|| call.fault(0, format!("buildUri() needs a '{key}'")));
    let (scheme, host) = (required("scheme")?, required("host")?);
    let port = text("port")?.map(|port| format!(":{port}")).unwrap_or_default();
    let (path, query) = (text("path")?.unwrap_or_default(), text("query")?.unwrap_or_default());
    let slash = if path.starts_with('/') { "" } else { "/" };
    let mark = if query.is_empty() || query.starts_with('?') { "" } else { "?" };
    Ok(call.string(format!("{scheme}://{host}{port}{slash}{path}{mark}{query}")))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::testing::{check, run, value};

    #[test]
    fn known() {
        check(&[
            ("uri", json!(["http://contoso.org/firstpath", "my.sh"]), json!("http://contoso.org/my.sh")),
            ("uri", json!(["http://contoso.org/first/", "my.sh"]), json!("http://contoso.org/first/my.sh")),
            ("uri", json!(["https://github.com/a/repo", "/Azure/b"]), json!("https://github.com/Azure/b")),
            ("uri", json!(["https://h", "a/../b?x=1#f"]), json!("https://h/b?x=1#f")),
            ("uri", json!(["https://h/a/b/", "../../../c/"]), json!("https://h/c/")),
            ("uri", json!(["https://h/a?x=1", ""]), json!("https://h/a?x=1")),
            ("uri", json!(["https://h/a", "https://other/x"]), json!("https://other/x")),
            ("uri", json!(["nothing", "x"]), json!("!")),
            ("uriComponent", json!([" é~/"]), json!("%20%C3%A9~%2F")),
            ("uriComponentToString", json!(["http%3a%2F%2fx%C3%A9"]), json!("http://xé")),
            (
                "parseUri",
                json!(["https://Example.com:1234/foo?a=1#f"]),
                json!({"scheme": "https", "host": "example.com", "port": 1234, "path": "/foo", "query": "?a=1"}),
            ),
            (
                "parseUri",
                json!(["https://example.com/"]),
                json!({"scheme": "https", "host": "example.com", "port": null}),
            ),
            ("parseUri", json!(["https://h:99999"]), json!("!")),
            ("buildUri", json!([{"scheme": "https", "host": "e.com"}]), json!("https://e.com/")),
            (
                "buildUri",
                json!([{"scheme": "https", "host": "e.com", "port": 1, "path": "/a", "query": "?a=1"}]),
                json!("https://e.com:1/a?a=1"),
            ),
            ("buildUri", json!([{"host": "e.com"}]), json!("!")),
            ("buildUri", json!([1]), json!("!")),
        ]);
    }

    #[test]
    fn the_end_of_an_address_stays() {
        let base = value(&json!({"?": "p"}));
        let linked = run("uri", &[base.clone(), value(&json!("nested/x.json"))]).unwrap();
        assert_eq!(linked.term().shown().to_string(), "concat(uri(p, ''), 'nested/x.json')");
        let folder = run("concat", &[base.clone(), value(&json!("/"))]).unwrap();
        let linked = run("uri", &[folder, value(&json!("x.json"))]).unwrap();
        assert_eq!(linked.term().shown().to_string(), "concat(p, '/x.json')");
        let component = run("uriComponent", &[base]).unwrap();
        assert_eq!(component.term().shown().to_string(), "uriComponent(p)");
    }
}

//! Tokens that something replaces before the deployment: `${NAME}` of Flux and `envsubst`, `#{name}#` and
//! `__NAME__` of pipelines.
//!
//! What stands for a token is not known, but it is the same wherever the token stands: so names with
//! tokens find each other.

use std::rc::Rc;

use crate::span::Span;
use crate::value::{Origin, Reason, Term, Text, Unknown, Value, ValueKind};

/// Where a text stands: only a manifest goes through `envsubst`, which takes `$NAME` as well. In Bicep `${x}` is a part
/// of the language: what is left of it in a template that was compiled is data, such as a script.
#[derive(Clone, Copy, PartialEq, Eq)]
enum TokenPlace {
    Template,
    Compiled,
    Manifest,
}

/// A text of a manifest with its tokens as holes; `None` where there are none.
pub(crate) fn text(text: &str) -> Option<Text> {
    holed(text, TokenPlace::Manifest)
}

fn holed(text: &str, place: TokenPlace) -> Option<Text> {
    let mut parts: Vec<Text> = Vec::new();
    let mut rest = text;
    let mut from = 0;
    let next = |rest: &str, from: usize| {
        let bytes = rest.as_bytes().get(from..)?;
        let found = memchr::memchr3(b'$', b'#', b'_', bytes);
        let braces = if place == TokenPlace::Manifest { memchr::memmem::find(bytes, b"{{") } else { None };
        found.into_iter().chain(braces).min().map(|at| from + at)
    };
    while let Some(at) = next(rest, from) {
        let Some((name, length)) = token(&rest[at..], place) else {
            from = at + 1;
            continue;
        };
        parts.push(Text::Known(rest[..at].into()));
        parts.push(Text::hole(Rc::new(Unknown::new(Reason::Placeholder, Term::token(name)))));
        rest = &rest[at + length..];
        from = 0;
    }
    if parts.is_empty() {
        return None;
    }
    parts.push(Text::Known(rest.into()));
    Some(Text::concat(parts))
}

/// The value of a string in a manifest that holds tokens; `None` where there are none. A token that is the
/// whole string may stand for a value of any type.
pub(crate) fn value(written: &str, span: Span) -> Option<Value> {
    valued(written, span, TokenPlace::Manifest)
}

/// The same for a string in a template, which a compiler may have made, or in an artefact file.
pub(super) fn written(written: &str, span: Span, compiled: bool) -> Option<Value> {
    valued(written, span, if compiled { TokenPlace::Compiled } else { TokenPlace::Template })
}

fn valued(written: &str, span: Span, place: TokenPlace) -> Option<Value> {
    if place == TokenPlace::Manifest && is_blank(written) {
        return Some(Value::unknown(Reason::Placeholder, Term::token(written), span));
    }
    let text = holed(written, place)?;
    let mut holes = text.holes();
    let whole =
        holes.next().filter(|_| token(written, place).is_some_and(|(_, length)| length == written.len()));
    let kind = match whole {
        Some(unknown) => ValueKind::Unknown(unknown.clone()),
        None => ValueKind::Text(text.clone()),
    };
    Some(Value::new(kind, Origin::at(span)))
}

// `<storage account key>`, as samples ask for a value.
fn is_blank(text: &str) -> bool {
    let inner = text.strip_prefix('<').and_then(|rest| rest.strip_suffix('>'));
    inner.is_some_and(|inner| is_name(inner, "_.- "))
}

// The name and the length of the token that a text begins with.
fn token(text: &str, place: TokenPlace) -> Option<(&str, usize)> {
    if let Some(rest) = text.strip_prefix("${").filter(|_| place != TokenPlace::Compiled) {
        let end = rest.find('}')?;
        // What stands when there is no value, in Flux and in shells.
        let name = rest[..end].split(":-").next()?.split(":=").next()?;
        return is_name(name, "_.-:/ ").then_some((name, end + 3));
    }
    if let Some(rest) = text.strip_prefix("#{") {
        let end = rest.find('}')?;
        let closing = usize::from(rest[end + 1..].starts_with('#'));
        return is_name(rest[..end].trim(), "_.-: ").then_some((rest[..end].trim(), end + 3 + closing));
    }
    if let Some(rest) = text.strip_prefix("__") {
        let end = rest.find("__")?;
        return is_name(&rest[..end], "_.-").then_some((&rest[..end], end + 4));
    }
    if let Some(rest) = text.strip_prefix("{{").filter(|_| place == TokenPlace::Manifest) {
        let end = rest.find("}}")?;
        let name = rest[..end].trim_matches('-').trim();
        return (!name.is_empty()).then_some((name, end + 4));
    }
    let rest = text.strip_prefix('$').filter(|_| place == TokenPlace::Manifest)?;
    let end = rest.find(|c: char| !(c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_'));
    let name = &rest[..end.unwrap_or(rest.len())];
    (name.len() > 1 && is_name(name, "_")).then_some((name, name.len() + 1))
}

fn is_name(text: &str, others: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && text.chars().all(|c| c.is_ascii_alphanumeric() || others.contains(c))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::Segment;

    #[test]
    fn only_manifests_hold_all_tokens() {
        let span = Span::new(crate::span::SourceId(0), 0, 1);
        for written in ["$NAME", "{{ name }}", "<storage key>"] {
            assert!(value(written, span).is_some_and(|value| value.is_unknown()), "{written}");
            assert!(super::written(written, span, false).is_none(), "{written}");
        }
        for written in ["#{name}#", "__NAME__", "${NAME}"] {
            assert!(
                super::written(written, span, false).is_some_and(|value| value.is_unknown()),
                "{written}"
            );
        }
        assert!(super::written("#{name}#", span, true).is_some_and(|value| value.is_unknown()));
        assert!(super::written("echo ${NAME}", span, true).is_none());
        assert!(value("<script src='x'>", span).is_none());
    }

    #[test]
    fn tokens_are_holes() {
        for (written, expected) in [
            ("${APP_NAME}-rg", Some("{token('app_name')}-rg")),
            ("$APP_NAME-rg", Some("{token('app_name')}-rg")),
            ("x${A:-b}y${C:=d}", Some("x{token('a')}y{token('c')}")),
            ("#{Name}#x", Some("{token('name')}x")),
            ("a-__env__-b", Some("a-{token('env')}-b")),
            ("{{ .Values.env }}-sa", Some("{token('.values.env')}-sa")),
            ("{{- x }}", Some("{token('x')}")),
            ("{{}} {{", None),
            ("a__b", None),
            ("$5 and #1", None),
            ("${}", None),
            ("$name", None),
            ("#{", None),
            ("é${A}é", Some("é{token('a')}é")),
            ("", None),
        ] {
            let shown = |segment| match segment {
                Segment::Literal(text) => text.to_string(),
                Segment::Hole(hole) => format!("{{{}}}", hole.term.shown()).to_lowercase(),
            };
            let found = text(written).map(|text| text.segments().into_iter().map(shown).collect::<String>());
            assert_eq!(found.as_deref(), expected, "{written}");
        }
    }
}

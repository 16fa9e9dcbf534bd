//! Tokens that a pipeline replaces before it deploys: a value that still holds one is not known.

use std::rc::Rc;

use smol_str::SmolStr;

use super::scope::plain;
use crate::span::Span;
use crate::syntax::{Member, Node};
use crate::value::{Reason, Scope, Term, Text, Value};

/// The marks around tokens: of replacement tasks, shells, template languages and authors.
const MARKS: [(&str, &str); 8] = [
    ("#{", "}"),
    ("#_", "_#"),
    ("__", "__"),
    ("${", "}"),
    ("$(", ")"),
    ("{{", "}}"),
    ("<", ">"),
    ("%{", "}"),
];

/// Whether a text holds a token that something else is put in place of before the deployment.
pub fn holds_token(text: &str) -> bool {
    // Hardly any text has a character that a token begins with.
    if !text.bytes().any(|byte| b"#_${<%G".contains(&byte)) {
        return false;
    }
    let marked = MARKS.iter().any(|(open, close)| {
        let inner = text.split_once(open).and_then(|(_, rest)| rest.split_once(close));
        inner.is_some_and(|(inner, _)| !inner.trim().is_empty())
    });
    marked || ["GEN-", "GEN_", "GET-"].iter().any(|start| is_generated(text, start))
}

// `GEN-UNIQUE` and its like, which the pipeline of the quickstart templates replaces, also within a text.
fn is_generated(text: &str, start: &str) -> bool {
    text.match_indices(start).any(|(at, _)| {
        let before = text[..at].bytes().next_back();
        let behind = text[at + start.len()..].bytes().next();
        !before.is_some_and(|byte| byte.is_ascii_uppercase())
            && behind.is_some_and(|byte| byte.is_ascii_uppercase())
    })
}

/// The scope of parameter files: literals, but for the tokens in them.
struct FileScope;

/// The value of a node of a parameter file; `anchor` is the key that it stands under.
pub fn given(node: &Node, anchor: Span) -> Value {
    match node.text() {
        Some(text) if holds_token(text) => {
            // Two places are two values. Of any type: an array may take the place of the whole token.
            Value::unknown(Reason::Placeholder, Term::place("token", text, node.span.start), node.span)
        }
        _ => plain(node, anchor, &Rc::new(FileScope), |element| given(element, element.span)),
    }
}

impl Scope for FileScope {
    fn evaluate(self: Rc<Self>, node: &Node, anchor: Span) -> Value {
        given(node, anchor)
    }

    fn key(self: Rc<Self>, member: &Member) -> Text {
        Text::Known(member.key.text.clone())
    }

    fn copies(self: Rc<Self>, _member: &Member) -> Option<Vec<(SmolStr, Value)>> {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens() {
        for text in [
            "GEN-UNIQUE",
            "GEN-UNIQUE-8",
            "https://GEN-UNIQUE.example.com",
            "GET-PREREQ-subnetId",
            "xGEN-PASSWORD1",
            "#{Name}#",
            "#_prefix_#x",
            "__name__",
            "rg-${ENV}",
            "$(name)",
            "{{ name }}",
            "<name>",
        ] {
            assert!(holds_token(text), "{text}");
        }
        for text in ["", "GENERAL", "GEN-x", "my_name", "a<b", "1 < 2 and 3", "$name", "OXYGEN-B", "<>"] {
            assert!(!holds_token(text), "{text}");
        }
    }
}

//! Template expressions, as far as it takes to tell the secrets in them from the rest.
//!
//! `[concat('Password=', parameters('p'))]` holds no secret although its value is one: what is secret is
//! the text of its string literals, unless they name something.

use std::ops::Range;

/// Functions whose literals are names and versions, not values.
const NAMING: [&str; 12] = [
    "parameters",
    "variables",
    "resourceid",
    "subscriptionresourceid",
    "tenantresourceid",
    "extensionresourceid",
    "managementgroupresourceid",
    "reference",
    "environment",
    "deployment",
    "subscription",
    "resourcegroup",
];

/// How far back the beginning of an expression is looked for, in bytes.
const REACH: usize = 64 * 1024;

/// Whether a string (decoded or not, without its quotes) is an expression.
pub(crate) fn is_expression(text: &str) -> bool {
    text.starts_with('[') && !text.starts_with("[[") && text.ends_with(']')
}

/// Whether `start` lies in an expression but in none of its string literals, where the expression
/// stands in a JSON string.
pub(crate) fn holds(text: &str, start: usize) -> bool {
    let Some(before) = text.get(..start) else { return false };
    let bytes = before.as_bytes();
    let floor = bytes.len().saturating_sub(REACH);
    let quote =
        (floor..bytes.len()).rev().find(|at| bytes[*at] == b'"' && (*at == 0 || bytes[*at - 1] != b'\\'));
    let Some(quote) = quote else { return false };
    let inside = &bytes[quote + 1..];
    let opens = inside.first() == Some(&b'[') && inside.get(1) != Some(&b'[');
    opens && inside.iter().filter(|byte| **byte == b'\'').count() % 2 == 0
}

/// The insides of the string literals of the expression at `range` that may hold a secret.
pub(crate) fn literals(text: &str, range: Range<usize>) -> Vec<Range<usize>> {
    let Some(expression) = text.get(range.clone()) else { return Vec::new() };
    let mut found = Vec::new();
    let mut calls: Vec<bool> = Vec::new();
    let mut word = 0;
    let mut literal: Option<usize> = None;
    for (at, byte) in expression.bytes().enumerate() {
        match (literal, byte) {
            (Some(start), b'\'') => {
                // Two quotes are one; the halves are masked apart, which covers both.
                if !calls.iter().any(|naming| *naming) && at > start {
                    found.push(range.start + start..range.start + at);
                }
                literal = None;
                word = at + 1;
            }
            (Some(_), _) => {}
            (None, b'\'') => literal = Some(at + 1),
            (None, b'(') => {
                calls.push(is_naming(expression.get(word..at).unwrap_or("")));
                word = at + 1;
            }
            (None, b')') => {
                calls.pop();
                word = at + 1;
            }
            (None, byte) if !byte.is_ascii_alphanumeric() && byte != b'_' => word = at + 1,
            (None, _) => {}
        }
    }
    // Without its closing quote, the rest is a literal.
    if let Some(start) = literal {
        found.push(range.start + start..range.end);
    }
    found
}

fn is_naming(function: &str) -> bool {
    let function = function.trim().to_ascii_lowercase();
    NAMING.contains(&function.as_str()) || function.starts_with("list")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secrets(expression: &str) -> Vec<&str> {
        literals(expression, 0..expression.len()).into_iter().map(|range| &expression[range]).collect()
    }

    #[test]
    fn names_are_no_secrets() {
        assert_eq!(secrets("[concat('Password=hunter2;', parameters('p'))]"), ["Password=hunter2;"]);
        assert!(
            secrets("[listKeys(resourceId('Microsoft.Storage/storageAccounts','a'),'2019-06-01')]")
                .is_empty()
        );
        assert_eq!(secrets("[if(variables('x'), 'it''s', 'b')]"), ["it", "s", "b"]);
        assert_eq!(secrets("[concat('open"), ["open"]);
    }

    #[test]
    fn the_place_in_an_expression_is_known() {
        let text = r#"{"a": "[concat('Password=hunter2', parameters('p'))]", "b": "x(y)"}"#;
        let at = |needle: &str| text.find(needle).unwrap();
        assert!(holds(text, at("parameters(")));
        assert!(!holds(text, at("hunter2")));
        assert!(!holds(text, at("x(y)")));
        assert!(!holds(text, text.len() + 1));
    }
}

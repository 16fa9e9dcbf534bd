//! The string literals of an expression that may hold a secret.
//!
//! `concat('Password=', parameters('p'))` holds no secret although its value is one: what may be secret is
//! the text of its literals, unless they name something.

use std::ops::Range;

use crate::span::Span;
use crate::syntax::{ExpressionNode, ExpressionNodeKind};

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

/// The insides of the string literals of the expression at `range` that may hold a secret.
pub fn literals(text: &str, range: Range<usize>) -> Vec<Range<usize>> {
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
            // Blanks may stand between a name and its bracket.
            (None, byte) if byte.is_ascii_whitespace() => {}
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

/// The literals of an expression that is no text of a string, with their places, that may hold a secret.
pub fn literals_of<'e>(expression: &'e ExpressionNode, visit: &mut dyn FnMut(&'e str, Span)) {
    match &expression.kind {
        ExpressionNodeKind::String(text) => visit(text, expression.span),
        ExpressionNodeKind::Number(_) | ExpressionNodeKind::Invalid => {}
        ExpressionNodeKind::Property(base, ..) => literals_of(base, visit),
        ExpressionNodeKind::Index(parts) => literals_of(&parts.0, visit),
        ExpressionNodeKind::Call(call) if is_naming(&call.name) => {}
        ExpressionNodeKind::Call(call) => {
            // The keys of an object are no secrets.
            let keyed = call.name == "createObject";
            let arguments = call.arguments.iter().enumerate().filter(|(at, _)| !keyed || at % 2 == 1);
            arguments.for_each(|(_, argument)| literals_of(argument, visit));
        }
    }
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
        assert!(secrets("[concat ( listKeys ( 'account', '2017-10-01' ).x)]").is_empty());
        assert_eq!(secrets("[if(variables('x'), 'it''s', 'b')]"), ["it", "s", "b"]);
        assert_eq!(secrets("[concat('open"), ["open"]);
    }
}

//! The literals of an expression that a secret may stand in.

use std::ops::Range;

use armlint_engine::expression::literals::literals;
use armlint_engine::secret::shape::is_frame;

use crate::adf_expression::{Expression, ExpressionKind, is_dynamic, parse};

/// Functions whose literals are names.
const NAMING: [&str; 3] = ["activity", "variables", "body"];

/// The insides of the literals of a string that the service evaluates, without those that are names or stand
/// around a value; none where the string stands for itself.
pub fn secret_literals(text: &str) -> Option<Vec<Range<usize>>> {
    if !is_dynamic(text) {
        return None;
    }
    let content = parse(text.trim_start());
    let skipped = text.len() - text.trim_start().len();
    let mut found = Vec::new();
    match content.error {
        Some(_) => found = literals(text, 0..text.len()),
        None => content.expressions.iter().for_each(|expression| collect(expression, skipped, &mut found)),
    }
    found.retain(|range| text.get(range.clone()).is_some_and(|literal| !is_frame(literal)));
    Some(found)
}

fn collect(expression: &Expression, skipped: usize, found: &mut Vec<Range<usize>>) {
    match &expression.kind {
        ExpressionKind::String(_) => {
            let (start, end) = (expression.range.start + skipped, expression.range.end + skipped);
            found.push(start + 1..end.saturating_sub(1).max(start + 1));
        }
        ExpressionKind::Call(call) => {
            if !NAMING.iter().any(|name| call.name.eq_ignore_ascii_case(name)) {
                call.arguments.iter().for_each(|argument| collect(argument, skipped, found));
            }
        }
        // What is taken of a value by an index is named by it.
        ExpressionKind::Property { base, .. } | ExpressionKind::Index { base, .. } => {
            collect(base, skipped, found);
        }
        ExpressionKind::Number(_) | ExpressionKind::Bool(_) | ExpressionKind::Null => {}
    }
}

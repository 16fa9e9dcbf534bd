//! Template expressions, as far as it takes to tell the secrets in them from the rest.
//!
//! `[concat('Password=', parameters('p'))]` holds no secret although its value is one: what is secret is
//! the text of its string literals, unless they name something.

pub(crate) use armlint_engine::expression::literals::literals;

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

#[cfg(test)]
mod tests {
    use super::*;

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

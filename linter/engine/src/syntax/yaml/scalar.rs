//! What a scalar is: the core schema of YAML 1.2 (section 10.3.2) and tags.

use granit_parser::Tag;

use super::super::{NodeKind, Number, Scalar};

/// The value of a scalar. Quoted scalars and those with a tag of their own are strings.
pub(super) fn kind(scalar: Scalar, plain: bool, tag: Option<&Tag>) -> NodeKind {
    let resolved = match tag {
        None if plain => core(&scalar.text),
        None => None,
        Some(tag) => tagged(tag.core_suffix(), &scalar.text),
    };
    resolved.unwrap_or(NodeKind::String(Box::new(scalar)))
}

fn tagged(tag: Option<&str>, text: &str) -> Option<NodeKind> {
    let value = core(text)?;
    match (tag?, value) {
        ("null", NodeKind::Null) => Some(NodeKind::Null),
        ("bool", value @ NodeKind::Bool(_)) => Some(value),
        ("int", value @ NodeKind::Number(Number::Int(_))) => Some(value),
        ("float", NodeKind::Number(Number::Int(int))) => Some(NodeKind::Number(Number::Float(int as f64))),
        ("float", value @ NodeKind::Number(_)) => Some(value),
        _ => None,
    }
}

fn core(text: &str) -> Option<NodeKind> {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => Some(NodeKind::Null),
        "true" | "True" | "TRUE" => Some(NodeKind::Bool(true)),
        "false" | "False" | "FALSE" => Some(NodeKind::Bool(false)),
        ".nan" | ".NaN" | ".NAN" => Some(NodeKind::Number(Number::Float(f64::NAN))),
        _ => number(text).map(NodeKind::Number),
    }
}

fn number(text: &str) -> Option<Number> {
    let first = text.bytes().next()?;
    if !first.is_ascii_digit() && !matches!(first, b'+' | b'-' | b'.') {
        return None;
    }
    for (prefix, radix) in [("0x", 16), ("0o", 8)] {
        if let Some(digits) = text.strip_prefix(prefix) {
            let unsigned = !digits.starts_with(['+', '-']);
            return i64::from_str_radix(digits, radix).ok().filter(|_| unsigned).map(Number::Int);
        }
    }
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    if matches!(unsigned, ".inf" | ".Inf" | ".INF") {
        let sign = if first == b'-' { -1.0 } else { 1.0 };
        return Some(Number::Float(sign * f64::INFINITY));
    }
    if !is_decimal(unsigned) {
        return None;
    }
    match text.parse() {
        Ok(int) => Some(Number::Int(int)),
        Err(_) => text.parse().ok().map(Number::Float),
    }
}

/// `(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?`
fn is_decimal(text: &str) -> bool {
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent.strip_prefix(['+', '-']).unwrap_or(exponent))),
        None => (text, None),
    };
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let some = !whole.is_empty() || !fraction.is_empty();
    some && digits(whole) && digits(fraction) && exponent.is_none_or(|text| !text.is_empty() && digits(text))
}

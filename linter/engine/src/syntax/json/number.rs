//! Numbers: those of JSON, and those that Newtonsoft.Json takes beyond it.

use super::super::{NodeKind, Number, ProblemKind};
use super::Reader;

impl Reader<'_> {
    /// Reads the number or number-like word that starts here.
    pub(super) fn number(&mut self) -> NodeKind {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let negative = rest.first() == Some(&b'-');
        let digits = rest.get(usize::from(negative)..).unwrap_or_default();
        let mut value = 0_i64;
        let mut length = 0;
        // Eighteen digits fit in any case.
        for byte in digits.iter().take(18).take_while(|byte| byte.is_ascii_digit()) {
            value = value * 10 + i64::from(byte - b'0');
            length += 1;
        }
        let zero_led = length > 1 && digits.first() == Some(&b'0');
        if length == 0 || zero_led || digits.get(length).is_some_and(|byte| continues(*byte)) {
            return self.other_number();
        }
        self.at += length + usize::from(negative);
        NodeKind::Number(Number::Int(if negative { -value } else { value }))
    }

    fn other_number(&mut self) -> NodeKind {
        let start = self.at;
        let rest = self.bytes.get(start..).unwrap_or_default();
        let end = start + rest.iter().take_while(|byte| continues(**byte)).count();
        let token = self.text.get(start..end).unwrap_or("");
        let strict = is_strict(token.as_bytes());
        let value = if strict { decimal(token) } else { unusual(token) };
        let Some(value) = value else { return self.stray("a value") };
        self.at = end;
        if !strict || matches!(value, Number::Float(float) if !float.is_finite()) {
            self.problem(ProblemKind::UnusualNumber, start, end);
        }
        NodeKind::Number(value)
    }
}

fn continues(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'+' | b'-' | b'_')
}

/// Whether the token is a number by the grammar of JSON (RFC 8259, section 6).
fn is_strict(token: &[u8]) -> bool {
    let digits = |from: &[u8]| from.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let mut rest = token.strip_prefix(b"-").unwrap_or(token);
    let whole = digits(rest);
    if whole == 0 || (whole > 1 && rest.first() == Some(&b'0')) {
        return false;
    }
    rest = rest.get(whole..).unwrap_or_default();
    if let Some(fraction) = rest.strip_prefix(b".") {
        let length = digits(fraction);
        if length == 0 {
            return false;
        }
        rest = fraction.get(length..).unwrap_or_default();
    }
    if let [b'e' | b'E', exponent @ ..] = rest {
        let exponent = match exponent {
            [b'+' | b'-', exponent @ ..] => exponent,
            exponent => exponent,
        };
        return !exponent.is_empty() && digits(exponent) == exponent.len();
    }
    rest.is_empty()
}

fn decimal(token: &str) -> Option<Number> {
    match token.parse() {
        Ok(int) => Some(Number::Int(int)),
        Err(_) => token.parse().ok().map(Number::Float),
    }
}

/// The value of a number outside JSON. A leading zero makes it octal, as in Newtonsoft.Json
/// (JsonTextReader.ParseReadNumber), unless a digit forbids that.
fn unusual(token: &str) -> Option<Number> {
    let (negative, digits) = match token.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, token.strip_prefix('+').unwrap_or(token)),
    };
    let sign = |value: f64| Number::Float(if negative { -value } else { value });
    match digits {
        "NaN" => return Some(Number::Float(f64::NAN)),
        "Infinity" => return Some(sign(f64::INFINITY)),
        _ => {}
    }
    let int = |digits: &str, radix| {
        let magnitude = i64::from_str_radix(digits, radix).ok().filter(|value| *value >= 0)?;
        Some(Number::Int(if negative { -magnitude } else { magnitude }))
    };
    if let Some(hex) = digits.strip_prefix("0x").or_else(|| digits.strip_prefix("0X")) {
        return if hex.starts_with(['+', '-']) { None } else { int(hex, 16) };
    }
    if token.starts_with('0')
        && let Some(octal) = int(digits, 8)
    {
        return Some(octal);
    }
    let decimal = digits.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'.' | b'e' | b'E' | b'+' | b'-'));
    if !decimal || digits.starts_with(['+', '-']) {
        return None;
    }
    int(digits, 10).or_else(|| digits.parse().ok().map(sign))
}

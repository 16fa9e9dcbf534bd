//! .NET's standard numeric format strings in the invariant culture, and custom ones of zeros
//! (learn.microsoft.com/dotnet/standard/base-types/standard-numeric-format-strings, 2023-09-15).

use super::render;
use crate::value::Number;

/// What a format makes of a number.
pub(super) enum Formatted {
    /// The text.
    Text(String),
    /// .NET takes the format, this module does not.
    Unsupported,
    /// .NET throws.
    Invalid,
}

/// The largest precision that is worked out; .NET takes up to 999,999,999.
const MAX_PRECISION: usize = 1000;

/// A number in a format such as `N0`, `D3`, `X`, `000`.
pub(super) fn apply(number: Number, spec: &str) -> Formatted {
    let Some(letter) = spec.chars().next() else { return Formatted::Text(render::number(number)) };
    let digits = &spec[letter.len_utf8()..];
    if !letter.is_ascii_alphabetic() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return custom(number, spec);
    }
    let precision = match digits {
        "" => None,
        digits => match digits.parse::<usize>() {
            Ok(precision) if precision <= MAX_PRECISION => Some(precision),
            _ => return Formatted::Unsupported,
        },
    };
    standard(number, letter, precision)
}

fn standard(number: Number, letter: char, precision: Option<usize>) -> Formatted {
    let value = match number {
        Number::Int(value) => value as f64,
        Number::Float(value) => value,
    };
    Formatted::Text(match (letter.to_ascii_uppercase(), number) {
        ('D', Number::Int(value)) => signed(value < 0, zeros(value.unsigned_abs().to_string(), precision)),
        ('X', Number::Int(value)) if letter == 'X' => zeros(format!("{value:X}"), precision),
        ('X', Number::Int(value)) => zeros(format!("{value:x}"), precision),
        ('B', Number::Int(value)) => zeros(format!("{value:b}"), precision),
        ('D' | 'X' | 'B', Number::Float(_)) => return Formatted::Invalid,
        ('N', _) => fixed(number, precision.unwrap_or(2), true),
        ('F', _) => fixed(number, precision.unwrap_or(2), false),
        ('C', _) => {
            let text = fixed(absolute(number), precision.unwrap_or(2), true);
            if value < 0.0 { format!("(¤{text})") } else { format!("¤{text}") }
        }
        ('P', _) => {
            let percent = match number {
                Number::Int(value) => value.checked_mul(100).map(Number::Int),
                Number::Float(_) => None,
            };
            let percent = percent.unwrap_or(Number::Float(value * 100.0));
            format!("{} %", fixed(percent, precision.unwrap_or(2), true))
        }
        ('E', _) => exponential(value, precision.unwrap_or(6), letter),
        ('G' | 'R', _) if precision.is_none_or(|precision| precision == 0) => render::number(number),
        ('G', Number::Int(value)) if precision >= Some(value.unsigned_abs().to_string().len()) => {
            value.to_string()
        }
        ('G', _) => return Formatted::Unsupported,
        _ => return Formatted::Invalid,
    })
}

fn signed(negative: bool, text: String) -> String {
    if negative { format!("-{text}") } else { text }
}

fn absolute(number: Number) -> Number {
    match number {
        Number::Int(value) => value.checked_abs().map_or(Number::Float((value as f64).abs()), Number::Int),
        Number::Float(value) => Number::Float(value.abs()),
    }
}

fn zeros(text: String, width: Option<usize>) -> String {
    format!("{text:0>width$}", width = width.unwrap_or(0))
}

fn fixed(number: Number, precision: usize, grouped: bool) -> String {
    let text = match number {
        Number::Int(value) if precision == 0 => value.unsigned_abs().to_string(),
        Number::Int(value) => format!("{}.{}", value.unsigned_abs(), "0".repeat(precision)),
        Number::Float(value) => format!("{:.precision$}", value.abs()),
    };
    let negative = match number {
        Number::Int(value) => value < 0,
        // A number that rounds to zero has no sign.
        Number::Float(value) => value < 0.0 && text.bytes().any(|byte| byte.is_ascii_digit() && byte != b'0'),
    };
    signed(negative, if grouped { group(&text) } else { text })
}

fn group(text: &str) -> String {
    let (whole, fraction) = text.split_once('.').map_or((text, None), |(whole, rest)| (whole, Some(rest)));
    let mut grouped = String::with_capacity(text.len() + text.len() / 3);
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index) % 3 == 0 {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    if let Some(fraction) = fraction {
        grouped.push('.');
        grouped.push_str(fraction);
    }
    grouped
}

fn exponential(value: f64, precision: usize, letter: char) -> String {
    let text = format!("{value:.precision$e}");
    let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    let (sign, digits) = exponent.strip_prefix('-').map_or(('+', exponent), |digits| ('-', digits));
    format!("{mantissa}{letter}{sign}{digits:0>3}")
}

// `000`, `0.00`, `#,##0`: zeros, with at most one group mark and one point.
fn custom(number: Number, spec: &str) -> Formatted {
    let (whole, fraction) = spec.split_once('.').unwrap_or((spec, ""));
    let plain = |text: &str, also: &str| text.chars().all(|c| c == '0' || also.contains(c));
    if !plain(whole, "#,") || !plain(fraction, "") || !whole.contains('0') || whole.ends_with(',') {
        return Formatted::Unsupported;
    }
    let hashes = whole.trim_start_matches(['#', ',']);
    if hashes.contains('#') || fraction.len() > MAX_PRECISION || whole.len() > MAX_PRECISION {
        return Formatted::Unsupported;
    }
    let grouped = whole.contains(',');
    let text = fixed(absolute(number), fraction.len(), false);
    let (digits, rest) = text.split_once('.').unwrap_or((&text, ""));
    let width = whole.matches('0').count();
    let mut text = zeros(digits.to_owned(), Some(width));
    if grouped {
        text = group(&text);
    }
    if !rest.is_empty() {
        text = format!("{text}.{rest}");
    }
    let negative = matches!(number, Number::Int(value) if value < 0)
        || matches!(number, Number::Float(value) if value < 0.0 && text.bytes().any(|b| (b'1'..=b'9').contains(&b)));
    Formatted::Text(signed(negative, text))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(number: Number, spec: &str) -> String {
        match apply(number, spec) {
            Formatted::Text(text) => text,
            Formatted::Unsupported => "?".into(),
            Formatted::Invalid => "!".into(),
        }
    }

    #[test]
    fn formats() {
        let int = |value, spec| shown(Number::Int(value), spec);
        assert_eq!(int(8_175_133, "N0"), "8,175,133");
        assert_eq!(int(-1234, "N"), "-1,234.00");
        assert_eq!(int(-7, "D3"), "-007");
        assert_eq!(int(255, "X4"), "00FF");
        assert_eq!(int(255, "x"), "ff");
        assert_eq!(int(-1, "X"), "FFFFFFFFFFFFFFFF");
        assert_eq!(int(5, "P0"), "500 %");
        assert_eq!(int(5, "F1"), "5.0");
        assert_eq!(int(12345, "E2"), "1.23E+004");
        assert_eq!(int(7, "000"), "007");
        assert_eq!(int(-1234567, "#,##0"), "-1,234,567");
        assert_eq!(int(7, "0.00"), "7.00");
        assert_eq!(int(12, "C"), "¤12.00");
        assert_eq!(int(12, "Z"), "!");
        assert_eq!(int(12, "0 'x'"), "?");
        assert_eq!(int(i64::MIN, "N0"), "-9,223,372,036,854,775,808");
        assert_eq!(shown(Number::Float(2.5), "N1"), "2.5");
        assert_eq!(shown(Number::Float(2.5), "D"), "!");
        assert_eq!(shown(Number::Float(0.256), "P1"), "25.6 %");
    }
}

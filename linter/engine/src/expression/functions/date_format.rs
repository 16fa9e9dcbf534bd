//! .NET's date formats in the invariant culture
//! (learn.microsoft.com/dotnet/standard/base-types/custom-date-and-time-format-strings, 2023-09-15).

use std::fmt::Write;

use jiff::civil::{DateTime, Weekday};

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// A date and time in UTC in a standard (one letter) or custom format; `None` where .NET refuses the format.
pub(super) fn format(time: DateTime, format: &str) -> Option<String> {
    let mut characters = format.chars();
    match (characters.next(), characters.next()) {
        (None, _) => custom(time, "MM/dd/yyyy HH:mm:ss"),
        (Some(letter), None) => custom(time, standard(letter)?),
        _ => custom(time, format),
    }
}

fn standard(letter: char) -> Option<&'static str> {
    Some(match letter {
        'd' => "MM/dd/yyyy",
        'D' => "dddd, dd MMMM yyyy",
        'f' => "dddd, dd MMMM yyyy HH:mm",
        'F' | 'U' => "dddd, dd MMMM yyyy HH:mm:ss",
        'g' => "MM/dd/yyyy HH:mm",
        'G' => "MM/dd/yyyy HH:mm:ss",
        'm' | 'M' => "MMMM dd",
        'o' | 'O' => "yyyy-MM-ddTHH:mm:ss.fffffffK",
        'r' | 'R' => "ddd, dd MMM yyyy HH:mm:ss 'GMT'",
        's' => "yyyy-MM-ddTHH:mm:ss",
        't' => "HH:mm",
        'T' => "HH:mm:ss",
        'u' => "yyyy-MM-dd HH:mm:ss'Z'",
        'y' | 'Y' => "yyyy MMMM",
        _ => return None,
    })
}

fn custom(time: DateTime, format: &str) -> Option<String> {
    let mut out = String::new();
    let mut rest = format;
    while let Some(c) = rest.chars().next() {
        let tail = &rest[c.len_utf8()..];
        match c {
            '\\' => {
                let escaped = tail.chars().next()?;
                out.push(escaped);
                rest = &tail[escaped.len_utf8()..];
            }
            '\'' | '"' => {
                let (quoted, behind) = tail.split_once(c)?;
                out.push_str(quoted);
                rest = behind;
            }
            '%' => rest = tail,
            _ => {
                let behind = rest.trim_start_matches(c);
                let run = (rest.len() - behind.len()) / c.len_utf8();
                field(time, c, run, &mut out)?;
                rest = behind;
            }
        }
    }
    Some(out)
}

fn field(time: DateTime, letter: char, run: usize, out: &mut String) -> Option<()> {
    let (month, weekday) = (month(time), weekday(time.weekday()));
    let number = |out: &mut String, value: i64| {
        let width = run.min(2);
        // Writing to a String does not fail.
        let _ = write!(out, "{value:0width$}");
    };
    match (letter, run) {
        ('y', 1 | 2) => number(out, i64::from(time.year().rem_euclid(100))),
        ('y', _) => {
            let _ = write!(out, "{:0width$}", time.year(), width = run.min(9));
        }
        ('M', 1 | 2) => number(out, i64::from(time.month())),
        ('M', 3) => out.push_str(&month[..3]),
        ('M', _) => out.push_str(month),
        ('d', 1 | 2) => number(out, i64::from(time.day())),
        ('d', 3) => out.push_str(&weekday[..3]),
        ('d', _) => out.push_str(weekday),
        ('H', _) => number(out, i64::from(time.hour())),
        ('h', _) => number(out, i64::from((time.hour() + 11).rem_euclid(12) + 1)),
        ('m', _) => number(out, i64::from(time.minute())),
        ('s', _) => number(out, i64::from(time.second())),
        ('f' | 'F', 8..) => return None,
        ('f' | 'F', _) => {
            let digits = format!("{:09}", time.subsec_nanosecond());
            let digits = digits.get(..run)?;
            out.push_str(if letter == 'f' { digits } else { digits.trim_end_matches('0') });
        }
        ('t', 1) => out.push(if time.hour() < 12 { 'A' } else { 'P' }),
        ('t', _) => out.push_str(if time.hour() < 12 { "AM" } else { "PM" }),
        ('z', 1) => out.push_str("+0"),
        ('z', 2) => out.push_str("+00"),
        ('z', _) => out.push_str("+00:00"),
        ('K', _) => out.push_str(&"Z".repeat(run)),
        ('g', _) => out.push_str("A.D."),
        _ => out.extend(std::iter::repeat_n(letter, run)),
    }
    Some(())
}

fn month(time: DateTime) -> &'static str {
    usize::try_from(time.month() - 1).ok().and_then(|index| MONTHS.get(index)).copied().unwrap_or("January")
}

fn weekday(weekday: Weekday) -> &'static str {
    match weekday {
        Weekday::Monday => "Monday",
        Weekday::Tuesday => "Tuesday",
        Weekday::Wednesday => "Wednesday",
        Weekday::Thursday => "Thursday",
        Weekday::Friday => "Friday",
        Weekday::Saturday => "Saturday",
        Weekday::Sunday => "Sunday",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats() {
        let time = jiff::civil::date(2020, 4, 7).at(0, 5, 9, 120_000_000);
        let shown = |spec: &str| format(time, spec).unwrap_or_else(|| "!".into());
        assert_eq!(shown("u"), "2020-04-07 00:05:09Z");
        assert_eq!(shown("R"), "Tue, 07 Apr 2020 00:05:09 GMT");
        assert_eq!(shown("o"), "2020-04-07T00:05:09.1200000Z");
        assert_eq!(shown("yyyyMMddTHHmmssZ"), "20200407T000509Z");
        assert_eq!(shown("h:m tt 'o''clock'"), "12:5 AM oclock");
        assert_eq!(shown("dddd d MMM yy \\d.FFF"), "Tuesday 7 Apr 20 d.12");
        assert_eq!(shown("%d"), "7");
        assert_eq!(shown("x"), "!");
        assert_eq!(shown("'open"), "!");
        assert_eq!(shown("\\"), "!");
    }
}

//! Days that a rule compares with.

/// A day of the calendar, or one so long after the day that is checked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Day {
    /// Year, month and day.
    On(i16, i8, i8),
    /// Years, months and days.
    After(i16, i16, i32),
}

impl Day {
    /// Reads `2026-01-31`, or a duration of ISO 8601 such as `P1Y`; none where it is neither.
    pub fn parse(text: &str) -> Option<Day> {
        match text.strip_prefix('P') {
            Some(duration) => Day::duration(duration),
            None => Day::leading(text).filter(|_| text.len() == 10),
        }
    }

    /// The day that a text starts with, perhaps with a time behind it.
    pub fn leading(text: &str) -> Option<Day> {
        let day = text.get(..10).filter(|day| day.is_ascii())?;
        if text.as_bytes().get(10).is_some_and(u8::is_ascii_digit) {
            return None;
        }
        let mut parts = day.split('-');
        let mut part = |length: usize| parts.next().filter(|part| part.len() == length && digits(part));
        let (year, month, day) = (part(4)?, part(2)?, part(2)?);
        let (month, day) = (month.parse().ok()?, day.parse().ok()?);
        let valid = (1..=12).contains(&month) && (1..=31).contains(&day);
        valid.then_some(Day::On(year.parse().ok()?, month, day))
    }

    fn duration(text: &str) -> Option<Day> {
        let (mut years, mut months, mut days) = (0, 0, 0);
        let mut rest = text;
        while !rest.is_empty() {
            let at = rest.find(|c: char| !c.is_ascii_digit())?;
            let (number, unit) =
                (rest.get(..at).filter(|number| number.len() < 5)?, rest.as_bytes().get(at)?);
            match unit {
                b'Y' => years = number.parse().ok()?,
                b'M' => months = number.parse().ok()?,
                b'W' => days = number.parse::<i32>().ok()? * 7,
                b'D' => days = number.parse().ok()?,
                _ => return None,
            }
            rest = rest.get(at + 1..)?;
        }
        (!text.is_empty()).then_some(Day::After(years, months, days))
    }
}

fn digits(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

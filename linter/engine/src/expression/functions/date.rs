//! Dates: `dateTimeAdd`, `dateTimeFromEpoch`, `dateTimeToEpoch`.

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};

use super::date_format;
use super::{Body, CallResult, Function, Invocation};
use crate::value::{Discloses, Type};

pub(super) static TABLE: &[Function] = &[
    date_function("dateTimeAdd", 2, 3, Type::String, date_time_add),
    date_function("dateTimeFromEpoch", 1, 1, Type::String, from_epoch),
    date_function("dateTimeToEpoch", 1, 1, Type::Number, to_epoch),
];

const fn date_function(
    name: &'static str,
    min: usize,
    max: usize,
    returns: Type,
    body: fn(&Invocation<'_>) -> CallResult,
) -> Function {
    Function { name, min, max, returns: Some(returns), discloses: Discloses::Whole, body: Body::Known(body) }
}

const ISO: &str = "yyyy-MM-ddTHH:mm:ssZ";

fn date_time_add(call: &Invocation<'_>) -> CallResult {
    let base = call.known_text(0)?;
    let start = parse(base).ok_or_else(|| call.fault(0, format!("'{base}' is no date and time")))?;
    let duration = call.known_text(1)?;
    let span = days_and_time(duration)
        .ok_or_else(|| call.fault(1, format!("'{duration}' is no ISO 8601 duration such as P1D or -PT2H")))?;
    let sum = start.checked_add(span).map_err(|_| call.fault(1, "dateTimeAdd() leaves the calendar"))?;
    let format = match call.arguments.get(2) {
        Some(_) => call.known_text(2)?,
        // Without a format the service keeps the form of the base.
        None if base.len() == 20 && base.as_bytes().get(10) == Some(&b' ') => "u",
        None => ISO,
    };
    let text = date_format::format(sum, format);
    text.map(|text| call.string(text)).ok_or_else(|| call.fault(2, format!("'{format}' is no date format")))
}

fn from_epoch(call: &Invocation<'_>) -> CallResult {
    let time = Timestamp::from_second(call.int(0)?).ok();
    let time = time.map(|time| TimeZone::UTC.to_datetime(time));
    let text = time.and_then(|time| date_format::format(time, ISO));
    text.map(|text| call.string(text)).ok_or_else(|| call.fault(0, "dateTimeFromEpoch() leaves the calendar"))
}

fn to_epoch(call: &Invocation<'_>) -> CallResult {
    let text = call.known_text(0)?;
    let time = parse(text).and_then(|time| TimeZone::UTC.to_timestamp(time).ok());
    let time = time.ok_or_else(|| call.fault(0, format!("'{text}' is no date and time")))?;
    Ok(call.number(time.as_second()))
}

/// The forms that are read beside ISO 8601, month first as the service's culture has it.
const FORMS: &[&str] = &["%m/%d/%Y %I:%M:%S %p", "%m/%d/%Y %H:%M:%S", "%m/%d/%Y %H:%M", "%m/%d/%Y"];

// A date and time in UTC; one without an offset is taken to be UTC.
fn parse(text: &str) -> Option<DateTime> {
    let text = text.trim();
    if let Ok(time) = text.parse::<Timestamp>() {
        return Some(TimeZone::UTC.to_datetime(time));
    }
    if let Ok(time) = text.parse::<DateTime>() {
        return Some(time);
    }
    FORMS.iter().find_map(|form| {
        let parsed = jiff::fmt::strtime::parse(form, text).ok()?;
        parsed.to_datetime().or_else(|_| parsed.to_date().map(|date| date.at(0, 0, 0, 0))).ok()
    })
}

// A year counts 365 days and a month 30, as .NET's XmlConvert.ToTimeSpan has it.
fn days_and_time(duration: &str) -> Option<Span> {
    // The library also reads "1 day"; the service does not.
    let span: Span = duration.parse().ok().filter(|_| duration.trim_start_matches('-').starts_with('P'))?;
    let days = i64::from(span.get_years())
        .checked_mul(365)?
        .checked_add(i64::from(span.get_months()).checked_mul(30)?)?
        .checked_add(i64::from(span.get_weeks()).checked_mul(7)?)?
        .checked_add(i64::from(span.get_days()))?;
    let hours = i64::from(span.get_hours());
    let seconds = span.get_minutes().checked_mul(60)?.checked_add(span.get_seconds())?;
    let fraction = span
        .get_milliseconds()
        .checked_mul(1_000_000)?
        .checked_add(span.get_microseconds().checked_mul(1000)?)?;
    let nanoseconds = fraction.checked_add(span.get_nanoseconds())?;
    Span::new()
        .try_days(days)
        .and_then(|span| span.try_hours(hours))
        .and_then(|span| span.try_seconds(seconds))
        .and_then(|span| span.try_nanoseconds(nanoseconds))
        .ok()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::testing::check;

    #[test]
    fn dates() {
        check(&[
            ("dateTimeFromEpoch", json!([0]), json!("1970-01-01T00:00:00Z")),
            ("dateTimeFromEpoch", json!([1683040573]), json!("2023-05-02T15:16:13Z")),
            ("dateTimeFromEpoch", json!([i64::MAX]), json!("!")),
            ("dateTimeToEpoch", json!(["2023-05-02T15:16:13Z"]), json!(1683040573)),
            ("dateTimeToEpoch", json!(["2023-05-02T17:16:13+02:00"]), json!(1683040573)),
            ("dateTimeToEpoch", json!(["20230502T151613Z"]), json!(1683040573)),
            ("dateTimeToEpoch", json!(["1/1/1970"]), json!(0)),
            ("dateTimeToEpoch", json!(["5/2/2023 3:16:13 PM"]), json!(1683040573)),
            ("dateTimeToEpoch", json!(["soon"]), json!("!")),
            ("dateTimeAdd", json!(["2020-04-07 14:53:14Z", "P3Y"]), json!("2023-04-07 14:53:14Z")),
            ("dateTimeAdd", json!(["2020-04-07T14:53:14Z", "-P9D"]), json!("2020-03-29T14:53:14Z")),
            ("dateTimeAdd", json!(["2020-04-07", "PT1H", "yyyyMMddHHmm"]), json!("202004070100")),
            ("dateTimeAdd", json!(["2020-04-07", "1 day"]), json!("!")),
            ("dateTimeAdd", json!(["2020-04-07", "P1D", "x"]), json!("!")),
            ("dateTimeAdd", json!(["9999-12-31", "P9999Y"]), json!("!")),
        ]);
    }
}

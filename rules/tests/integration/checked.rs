//! What the tests of rules share: texts are checked under all rules.

use armlint_engine::session::{Input, Report, Session};
use armlint_engine::settings::{Cloud, Date, Settings};
use armlint_rules::facts_date;

/// Checks texts under these paths.
pub(crate) fn check(files: &[(&str, impl AsRef<str>)], settings: &Settings) -> Report {
    let inputs = files.iter().map(|(path, text)| Input {
        path: (*path).into(),
        content: Ok(text.as_ref().as_bytes().to_vec()),
        context: false,
        named: true,
    });
    let mut session = Session::new(armlint_rules::catalogue());
    session.set_all(inputs.collect());
    session.check(settings)
}

/// The settings for a day in the public cloud, without one for the day of the facts.
pub(crate) fn on(day: Option<&str>) -> Settings {
    let day: Date = day.map_or_else(facts_date, |day| day.parse().expect("a date"));
    Settings::new(day, Cloud::Public)
}

//! The report that is made by hand, in all formats.

use armlint_engine::session::Report;
use armlint_workspace::digest::Digest;
use armlint_workspace::error::Error;

use super::View;
use crate::arguments::Format;
use crate::style::Style;

pub(crate) use armlint_workspace::fixture::*;

/// The report in a format.
pub(crate) fn render(report: &Report, format: Format, style: &Style) -> String {
    let catalogue = catalogue();
    let problems = [Error::NoSuchPath { path: "nowhere".to_string() }];
    let digest = Digest::of(report);
    let view = View::new(&digest, &catalogue, &problems, |_| true);
    let mut out = Vec::new();
    super::write(format, &view, style, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

/// The fixture's report in a format.
pub(crate) fn rendered(format: Format, style: &Style) -> String {
    let text = render(&report(), format, style);
    for part in [SECRET, "hunter2", "ssw0rd", "ZW5jcnlwdGVk"] {
        assert!(!text.contains(part), "{part} is printed: {text}");
    }
    text
}

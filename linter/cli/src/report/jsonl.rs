//! For programs that read line by line: an object a line, told apart by `record`.
//!
//! First a `finding` for each finding, with the fields of the JSON report; then `failed` and `partial` for
//! files, then one `summary`. Who sees no `summary` has not seen the whole report.

use std::io::{self, Write};

use armlint_workspace::text::escaped;
use serde::Serialize;

use super::View;
use super::json::{self, Entry};

#[derive(Debug, Serialize)]
#[serde(tag = "record", rename_all = "lowercase")]
enum Line<'a> {
    Finding(Box<Entry<'a>>),
    Failed { file: &'a str, reason: &'a str },
    Partial { file: &'a str, reason: &'a str },
    Summary { version: u32, findings: usize, checked: usize, partial: usize, failed: usize, ignored: usize },
}

/// Writes the report; each line ends with `\n`, and no line holds one.
pub(crate) fn write(view: &View<'_>, out: &mut dyn Write) -> io::Result<()> {
    for finding in view.findings.iter().chain(&view.suppressed) {
        line(&Line::Finding(Box::new(json::entry(view, finding))), out)?;
    }
    let files = &view.files;
    for (file, reason) in files.failed.iter().chain(&files.unread) {
        line(&Line::Failed { file, reason }, out)?;
    }
    for (file, reason) in &files.partial {
        line(&Line::Partial { file, reason }, out)?;
    }
    let summary = Line::Summary {
        version: json::VERSION,
        findings: view.findings.len(),
        checked: files.checked,
        partial: files.partial.len(),
        failed: files.failed.len() + files.unread.len(),
        ignored: files.ignored.len(),
    };
    line(&summary, out)
}

fn line(line: &Line<'_>, out: &mut dyn Write) -> io::Result<()> {
    out.write_all(escaped(&serde_json::to_string(line)?).as_bytes())?;
    out.write_all(b"\n")
}

#[cfg(test)]
mod tests {
    use crate::arguments::Format;
    use crate::report::fixture;
    use crate::style::Style;

    #[test]
    fn golden() {
        insta::assert_snapshot!(fixture::rendered(Format::Jsonl, &Style::file()));
    }

    #[test]
    fn hostile_texts_stay_in_their_lines() {
        let text = fixture::render(&fixture::hostile(), Format::Jsonl, &Style::file());
        let lines: Vec<serde_json::Value> =
            text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        let records: Vec<&str> = lines.iter().map(|line| line["record"].as_str().unwrap()).collect();
        assert_eq!(records, ["finding", "failed", "failed", "summary"]);
        assert_eq!(lines[0]["message"], fixture::HOSTILE);
        assert_eq!(lines[0]["file"], fixture::HOSTILE);
    }
}

//! For spreadsheets: comma-separated values as RFC 4180 has them, in UTF-8, a row for each finding and each file that was
//! not or only partly checked.
//!
//! Every cell is quoted. One that a spreadsheet would take for a formula begins with an apostrophe
//! (<https://owasp.org/www-community/attacks/CSV_Injection>, 2025-10).

use std::io::{self, Write};

use armlint_engine::finding::{Finding, Suppressed};
use armlint_workspace::text::{lines, page_url};

use super::View;
use super::words::{NOT_CHECKED, path_or_run};

/// The names of the columns; columns may be added at the end.
const COLUMNS: [&str; 19] = [
    "file",
    "line",
    "column",
    "endLine",
    "endColumn",
    "severity",
    "confidence",
    "category",
    "rule",
    "message",
    "help",
    "fix",
    "resourceType",
    "resource",
    "parameterFiles",
    "suppressed",
    "reason",
    "fingerprint",
    "page",
];

type Row = [String; COLUMNS.len()];

/// Writes a line of names and the rows; each ends with CR and LF, and no cell holds one.
pub(crate) fn write(view: &View<'_>, out: &mut dyn Write) -> io::Result<()> {
    row(&COLUMNS.map(str::to_string), out)?;
    for finding in view.findings.iter().chain(&view.suppressed) {
        row(&cells(view, finding), out)?;
    }
    for (file, reason) in view.files.failed.iter().chain(&view.files.unread) {
        row(&of_file(file, "not checked", reason), out)?;
    }
    for (file, reason) in &view.files.partial {
        row(&of_file(file, "partly checked", reason), out)?;
    }
    Ok(())
}

fn cells(view: &View<'_>, finding: &Finding) -> Row {
    let region = view.region(finding.primary.span);
    let resource = finding.resource.as_ref();
    let suppressed = finding.suppressed.as_ref();
    let of = |suppressed: Option<&Suppressed>, part: fn(&Suppressed) -> &str| {
        suppressed.map(part).unwrap_or_default().to_string()
    };
    [
        path_or_run(view.place(&finding.primary).0).into_owned(),
        region.line.to_string(),
        region.column.to_string(),
        region.end_line.to_string(),
        region.end_column.to_string(),
        finding.severity.to_string(),
        finding.confidence.to_string(),
        finding.category.as_str().to_string(),
        finding.rule.to_string(),
        finding.message.clone(),
        finding.help.clone().unwrap_or_default(),
        finding.fix.as_ref().map(|fix| fix.title.clone()).unwrap_or_default(),
        resource.map(|resource| resource.ty.clone()).unwrap_or_default(),
        resource.map(|resource| resource.name.clone()).unwrap_or_default(),
        finding.environments.join(" "),
        of(suppressed, |suppressed| suppressed.kind.as_str()),
        of(suppressed, |suppressed| &suppressed.reason),
        finding.fingerprint.clone(),
        page_url(view.catalogue, finding.rule).unwrap_or_default(),
    ]
}

fn of_file(file: &str, what: &str, reason: &str) -> Row {
    let mut cells: Row = Default::default();
    for (name, cell) in COLUMNS.into_iter().zip(&mut cells) {
        match name {
            "file" => *cell = path_or_run(file).into_owned(),
            "severity" => *cell = what.to_string(),
            "rule" => *cell = NOT_CHECKED.to_string(),
            "message" => *cell = reason.to_string(),
            _ => {}
        }
    }
    cells
}

fn row(cells: &Row, out: &mut dyn Write) -> io::Result<()> {
    let cells: Vec<String> = cells.iter().map(|cell| quoted(cell)).collect();
    write!(out, "{}\r\n", cells.join(","))
}

fn quoted(cell: &str) -> String {
    let text = lines(cell).replace('\n', " ");
    let apostrophe = if is_formula(&text) { "'" } else { "" };
    format!("\"{apostrophe}{}\"", text.replace('"', "\"\""))
}

// Spreadsheets pass over blanks, and take the wide forms of the signs for the signs.
fn is_formula(text: &str) -> bool {
    let first = text.trim_start().trim_start_matches('\u{fffd}').trim_start();
    first.starts_with(['=', '+', '-', '@', '|', '%', '＝', '＋', '－', '＠'])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arguments::Format;
    use crate::report::fixture;
    use crate::style::Style;

    // As RFC 4180 says it, of rows in which every cell is quoted.
    fn rows(text: &str) -> Vec<Vec<String>> {
        let (mut rows, mut cells, mut rest) = (Vec::new(), Vec::new(), text);
        while let Some(inner) = rest.strip_prefix('"') {
            // A quote that is not doubled ends a cell.
            let doubled =
                |at: usize| inner[..at].bytes().rev().take_while(|byte| *byte == b'"').count() % 2 == 1;
            let ends = |at: &usize| !doubled(*at) && !inner[at + 1..].starts_with('"');
            let end = inner.match_indices('"').map(|(at, _)| at).find(ends).unwrap();
            cells.push(inner[..end].replace("\"\"", "\""));
            rest = &inner[end + 1..];
            match rest.strip_prefix(',') {
                Some(next) => rest = next,
                None => {
                    rows.push(std::mem::take(&mut cells));
                    rest = rest.strip_prefix("\r\n").unwrap();
                }
            }
        }
        assert!(rest.is_empty() && cells.is_empty(), "{rest}");
        rows
    }

    #[test]
    fn golden() {
        insta::assert_snapshot!(fixture::rendered(Format::Csv, &Style::file()));
    }

    #[test]
    fn no_cell_is_a_formula_or_ends_another() {
        for text in [
            "=1+1",
            "+1",
            "-1",
            "@SUM(1)",
            "\t=1",
            "\r\n=1",
            " =1",
            "\"=1\"",
            "=cmd|' /C calc'!A0",
            "＝1",
            "\u{1b}=1",
            "|x",
            "a\",\"=1",
        ] {
            let mut report = fixture::hostile();
            report.findings[0].message = text.to_string();
            report.findings[0].help(text);
            let rendered = fixture::render(&report, Format::Csv, &Style::file());
            let rows = rows(&rendered);
            assert!(rows.iter().all(|row| row.len() == COLUMNS.len()), "{rendered}");
            let message = &rows[1][9];
            assert!(!is_formula(message), "{message}");
            assert_eq!(message, &rows[1][10]);
        }
    }

    #[test]
    fn hostile_texts_are_cells() {
        let text = fixture::render(&fixture::hostile(), Format::Csv, &Style::file());
        let rows = rows(&text);
        let severities: Vec<&str> = rows.iter().map(|row| row[5].as_str()).collect();
        assert_eq!(severities, ["severity", "low", "not checked", "not checked"]);
        assert_eq!(rows[1][0], armlint_workspace::text::printable(fixture::HOSTILE));
        assert!(!text.contains(['\u{1b}', '\u{202e}', '\0']));
    }
}

//! Markdown for the summary of a step or a comment on a pull request: counts, the worst findings, what
//! was not checked, and the maps of factories.

use std::collections::BTreeMap;
use std::io::{self, Write};

use armlint_engine::finding::{Finding, Severity};
use armlint_workspace::text::{page_url, printable};

use super::words::{count, path_or_run, worst_first};
use super::{Chart, View};

/// More findings than this are counted only.
const MAX_FINDINGS: usize = 25;

/// More files than this are counted only.
const MAX_FILES: usize = 20;

/// GitHub draws no longer chart (`maxTextSize` of <https://mermaid.js.org/config/schema-docs/config.html>,
/// 2025-10), in characters.
const MAX_CHART: usize = 50_000;

/// Writes the summary.
pub(crate) fn write(view: &View<'_>, out: &mut dyn Write) -> io::Result<()> {
    let files = &view.files;
    let unread: Vec<_> = files.failed.iter().chain(&files.unread).cloned().collect();
    writeln!(out, "## armlint\n")?;
    let (found, checked) = (count(view.findings.len(), "finding"), count(files.checked, "file"));
    let incomplete = match unread.len() {
        0 => String::new(),
        number => format!(", **{} not checked**", count(number, "file")),
    };
    writeln!(out, "{found}, {checked} checked{incomplete}.\n")?;
    if !view.findings.is_empty() {
        severities(view, out)?;
        worst(view, out)?;
        rules(view, out)?;
    }
    list("Not checked", &unread, out)?;
    list("Partly checked", &files.partial, out)?;
    chart(view, out)
}

fn severities(view: &View<'_>, out: &mut dyn Write) -> io::Result<()> {
    let of = |severity: Severity| view.findings.iter().filter(|f| f.severity == severity).count();
    writeln!(out, "| critical | high | medium | low |\n| ---: | ---: | ---: | ---: |")?;
    let [critical, high, medium, low] =
        [Severity::Critical, Severity::High, Severity::Medium, Severity::Low].map(of);
    writeln!(out, "| {critical} | {high} | {medium} | {low} |\n")
}

fn worst(view: &View<'_>, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "| severity | place | finding | rule |\n| --- | --- | --- | --- |")?;
    let findings = worst_first(view);
    for finding in findings.iter().take(MAX_FINDINGS) {
        let region = view.region(finding.primary.span);
        let place = format!("{}:{}", path_or_run(&region.path), region.line);
        writeln!(
            out,
            "| {} | {} | {} | {} |",
            finding.severity,
            escaped(&place),
            escaped(&finding.message),
            link(view, finding)
        )?;
    }
    match findings.len().saturating_sub(MAX_FINDINGS) {
        0 => writeln!(out),
        more => writeln!(out, "\nand {more} more.\n"),
    }
}

fn rules(view: &View<'_>, out: &mut dyn Write) -> io::Result<()> {
    let mut counts: BTreeMap<&str, (usize, &Finding)> = BTreeMap::new();
    for finding in &view.findings {
        counts.entry(finding.rule).or_insert((0, finding)).0 += 1;
    }
    let mut counts: Vec<_> = counts.into_values().collect();
    counts.sort_by_key(|(count, finding)| (std::cmp::Reverse(*count), finding.rule));
    writeln!(out, "<details><summary>{}</summary>\n", count(counts.len(), "rule"))?;
    writeln!(out, "| findings | rule |\n| ---: | --- |")?;
    for (count, finding) in counts {
        writeln!(out, "| {count} | {} |", link(view, finding))?;
    }
    writeln!(out, "\n</details>\n")
}

fn link(view: &View<'_>, finding: &Finding) -> String {
    match page_url(view.catalogue, finding.rule) {
        Some(url) => format!("[{}]({url})", finding.rule),
        None => finding.rule.to_string(),
    }
}

fn list(heading: &str, files: &[(String, String)], out: &mut dyn Write) -> io::Result<()> {
    if files.is_empty() {
        return Ok(());
    }
    writeln!(out, "### {heading}\n")?;
    for (file, reason) in files.iter().take(MAX_FILES) {
        writeln!(out, "- {}: {}", escaped(&path_or_run(file)), escaped(reason))?;
    }
    match files.len().saturating_sub(MAX_FILES) {
        0 => writeln!(out),
        more => writeln!(out, "- and {more} more\n"),
    }
}

fn chart(view: &View<'_>, out: &mut dyn Write) -> io::Result<()> {
    match &view.chart {
        Chart::Nothing => Ok(()),
        Chart::Drawn(chart) if chart.chars().count() <= MAX_CHART => {
            writeln!(out, "### Who reaches what\n\n```mermaid\n{}\n```", chart.trim_end())
        }
        Chart::Drawn(_) | Chart::TooLarge => {
            writeln!(out, "### Who reaches what\n\nToo much to draw here: `armlint map` shows it.")
        }
    }
}

// One line in which nothing means anything: in tables, links and lists alike.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in printable(&text.replace(['\n', '\r'], " ")).chars() {
        match c {
            '<' | '>' | '&' | '|' | '@' | '`' | '"' => escaped.push_str(&format!("&#{};", u32::from(c))),
            '/' | '.' | ',' | '-' | '\'' | '(' | ')' | ' ' | '%' | '=' | ';' | '?' | '$' => escaped.push(c),
            c if c.is_ascii_punctuation() => escaped.extend(['\\', c]),
            c => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use armlint_workspace::digest::Digest;
    use pulldown_cmark::{Event, Options, Parser, Tag};

    use super::*;
    use crate::arguments::Format;
    use crate::report::fixture;
    use crate::style::Style;

    #[test]
    fn golden() {
        insta::assert_snapshot!(fixture::rendered(Format::Markdown, &Style::file()));
    }

    #[test]
    fn hostile_texts_are_text() {
        let text = fixture::render(&fixture::hostile(), Format::Markdown, &Style::file());
        let (mut cells, mut cell, mut in_cell) = (Vec::new(), String::new(), false);
        for event in Parser::new_ext(&text, Options::ENABLE_TABLES) {
            match event {
                Event::Start(Tag::TableCell) => (cell, in_cell) = (String::new(), true),
                Event::End(pulldown_cmark::TagEnd::TableCell) => {
                    cells.push(std::mem::take(&mut cell));
                    in_cell = false;
                }
                Event::Text(part) if in_cell => cell.push_str(&part),
                Event::Html(html) | Event::InlineHtml(html) => {
                    let ours = ["<details>", "</details>"];
                    assert!(ours.iter().any(|tag| html.starts_with(tag)), "{html}");
                }
                Event::Start(Tag::Image { .. }) | Event::Code(_) => panic!("{text}"),
                Event::Start(Tag::Link { dest_url, .. }) => {
                    assert!(dest_url.starts_with("https://github.com/armlint/"), "{dest_url}");
                }
                _ => {}
            }
        }
        let flat = printable(&fixture::HOSTILE.replace(['\n', '\r'], " "));
        assert!(cells.contains(&flat), "{cells:#?}\n{flat}");
    }

    #[test]
    fn a_chart_that_is_too_long_is_not_drawn() {
        let (report, catalogue) = (fixture::report(), fixture::catalogue());
        let digest = Digest::of(&report);
        let mut view = View::new(&digest, &catalogue, &[], |_| true);
        for (chart, drawn) in [("flowchart LR\n".to_string(), true), ("x".repeat(MAX_CHART + 1), false)] {
            view.chart = Chart::Drawn(chart);
            let mut out = Vec::new();
            write(&view, &mut out).unwrap();
            assert_eq!(String::from_utf8(out).unwrap().contains("```mermaid"), drawn);
        }
    }
}

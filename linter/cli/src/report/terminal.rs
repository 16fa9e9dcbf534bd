//! For people: each finding with the lines that it is about, drawn by miette.

use std::fmt;
use std::io::{self, Write};

use armlint_engine::finding::{Confidence, Finding, Label, Severity};
use armlint_workspace::text::{page_url, printable};
use miette::{
    Diagnostic, GraphicalReportHandler, GraphicalTheme, LabeledSpan, SourceCode, ThemeCharacters, ThemeStyles,
};
use rayon::prelude::*;
use textwrap::{WordSeparator, WordSplitter};

use super::View;
use super::snippet::{Frame, Mark, Snippet};
use crate::style::Style;

/// The columns that miette takes for line numbers and rulers.
const GUTTER: usize = 12;

/// The least columns for the text of a line.
const MIN_TEXT: usize = 24;

/// Writes the findings, an empty line behind each.
pub(crate) fn write(view: &View<'_>, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    let blocks: Vec<Result<String, fmt::Error>> =
        view.findings.par_iter().map(|finding| block(view, finding, style)).collect();
    for block in blocks {
        // Only a formatter that fails gives an error, and a string does not.
        out.write_all(block.map_err(io::Error::other)?.as_bytes())?;
    }
    Ok(())
}

fn block(view: &View<'_>, finding: &Finding, style: &Style) -> Result<String, fmt::Error> {
    let drawing = Drawing::new(view, finding, style);
    let mut text = String::new();
    handler(finding.severity, style).render_report(&mut text, &drawing)?;
    for label in finding.related.iter().filter(|label| label.span.source != finding.primary.span.source) {
        let (path, line, column) = view.place(label);
        let note = if label.text.is_empty() { "see also" } else { &label.text };
        text.push_str(&format!("  note: {}:{line}:{column}: {}\n", printable(path), printable(note)));
    }
    if let Some(resource) = &finding.resource {
        text.push_str(&format!("  in: {} {}\n", printable(&resource.ty), printable(&resource.name)));
    }
    text.push('\n');
    Ok(text)
}

fn handler(severity: Severity, style: &Style) -> GraphicalReportHandler {
    let mut styles = if style.color { ThemeStyles::ansi() } else { ThemeStyles::none() };
    if severity == Severity::Critical
        && let Some(loud) = styles.highlights.first()
    {
        styles.error = *loud;
    }
    let characters = if style.unicode { ThemeCharacters::unicode() } else { ThemeCharacters::ascii() };
    GraphicalReportHandler::new_themed(GraphicalTheme { characters, styles })
        .with_width(style.width)
        .with_urls(style.links)
        .with_link_display_text("")
        // Ids, paths and addresses stay in one piece, so that they can be copied.
        .with_word_separator(WordSeparator::AsciiSpace)
        .with_word_splitter(WordSplitter::NoHyphenation)
        .without_syntax_highlighting()
}

/// A finding as miette wants it.
#[derive(Debug)]
struct Drawing<'a> {
    finding: &'a Finding,
    message: String,
    help: Option<String>,
    snippet: Option<Snippet>,
}

impl<'a> Drawing<'a> {
    fn new(view: &View<'_>, finding: &'a Finding, style: &Style) -> Drawing<'a> {
        let id = finding.primary.span.source;
        let same =
            finding.related.iter().filter(|label| label.span.source == id).map(|label| mark(label, false));
        let marks: Vec<Mark> = std::iter::once(mark(&finding.primary, true)).chain(same).collect();
        let width = style.width.saturating_sub(GUTTER).max(MIN_TEXT);
        let frame = Frame { width, ellipsis: if style.unicode { "…" } else { "..." } };
        let excerpt = view.digest.excerpt(id).filter(|excerpt| !excerpt.is_empty());
        Drawing {
            finding,
            message: printable(&finding.message),
            help: finding
                .help
                .as_deref()
                .map(|help| help.lines().map(printable).collect::<Vec<_>>().join("\n")),
            snippet: excerpt.map(|excerpt| Snippet::new(excerpt, &marks, frame)),
        }
    }
}

fn mark(label: &Label, primary: bool) -> Mark {
    Mark { start: label.span.start, end: label.span.end, text: label.text.clone(), primary }
}

impl fmt::Display for Drawing<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Drawing<'_> {}

impl Diagnostic for Drawing<'_> {
    fn code<'b>(&'b self) -> Option<Box<dyn fmt::Display + 'b>> {
        let finding = self.finding;
        let confidence = match finding.confidence {
            Confidence::High => String::new(),
            confidence => format!(" ({confidence} confidence)"),
        };
        Some(Box::new(format!("{}[{}]{confidence}", finding.severity, finding.rule)))
    }

    fn severity(&self) -> Option<miette::Severity> {
        Some(match self.finding.severity {
            Severity::Critical | Severity::High => miette::Severity::Error,
            Severity::Medium => miette::Severity::Warning,
            Severity::Low => miette::Severity::Advice,
        })
    }

    fn help<'b>(&'b self) -> Option<Box<dyn fmt::Display + 'b>> {
        self.help.as_ref().map(|help| Box::new(help) as Box<dyn fmt::Display>)
    }

    fn url<'b>(&'b self) -> Option<Box<dyn fmt::Display + 'b>> {
        Some(Box::new(page_url(self.finding.rule)))
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        self.snippet.as_ref().map(|snippet| snippet as &dyn SourceCode)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let labels = self.snippet.iter().flat_map(|snippet| &snippet.labels).map(|label| {
            let text = Some(label.text.clone()).filter(|text| !text.is_empty());
            match label.primary {
                true => LabeledSpan::new_primary_with_span(text, label.range.clone()),
                false => LabeledSpan::new_with_span(text, label.range.clone()),
            }
        });
        Some(Box::new(labels))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arguments::Format;
    use crate::report::fixture;

    const PLAIN: Style = Style { color: false, links: false, unicode: true, width: 80 };

    #[test]
    fn golden() {
        insta::assert_snapshot!(fixture::rendered(Format::Pretty, &PLAIN));
    }

    #[test]
    fn golden_ascii_and_narrow() {
        insta::assert_snapshot!(fixture::rendered(
            Format::Pretty,
            &Style { unicode: false, width: 50, ..PLAIN }
        ));
    }

    #[test]
    fn colours_and_links_only_where_wanted() {
        assert!(!fixture::rendered(Format::Pretty, &PLAIN).contains('\u{1b}'));
        let text = fixture::rendered(Format::Pretty, &Style { color: true, links: true, ..PLAIN });
        assert!(text.contains("\u{1b}]8;;https://github.com/armlint/armlint/blob/main/rules/adf/"));
    }

    #[test]
    fn no_span_makes_it_panic() {
        for text in ["", "\n", "{\"ä\":\r\n 1}\n\n", "\u{feff}字\t\u{1b}x\r"] {
            for start in 0..text.len() as u32 + 2 {
                for end in start..text.len() as u32 + 2 {
                    let report = fixture::minimal(text, start, end);
                    fixture::render(&report, Format::Pretty, &Style { width: 40, ..PLAIN });
                }
            }
        }
    }
}

//! For people: each finding with the lines that it is about, drawn by miette; the worst first.

use std::collections::HashSet;
use std::fmt;
use std::io::{self, Write};

use armlint_engine::finding::{Applicability, Confidence, Finding, Label, Severity};
use armlint_workspace::text::{page_url, printable};
use miette::{
    Diagnostic, GraphicalReportHandler, GraphicalTheme, LabeledSpan, SourceCode, ThemeCharacters, ThemeStyles,
};
use rayon::prelude::*;
use textwrap::{WordSeparator, WordSplitter};

use super::View;
use super::snippet::{Frame, Mark, Snippet};
use super::words::{cut, worst_first};
use crate::style::Style;

/// The columns that miette takes for line numbers and rulers.
const GUTTER: usize = 12;

/// The least columns for the text of a line.
const MIN_TEXT: usize = 24;

/// The most places in other files that are listed.
const MAX_NOTES: usize = 4;

/// Stands for a safe fix; the summary says what to do for it.
const FIXABLE: &str = "[*]";

/// Writes the findings, an empty line behind each.
pub(crate) fn write(view: &View<'_>, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    let mut rules = HashSet::new();
    // The page of a rule is named once.
    let findings: Vec<(&Finding, bool)> =
        worst_first(view).into_iter().map(|finding| (finding, rules.insert(finding.rule))).collect();
    let block = |(finding, first): &(&Finding, bool)| block(view, finding, *first, style);
    let blocks: Vec<Result<String, fmt::Error>> = findings.par_iter().map(block).collect();
    for block in blocks {
        // Only a formatter that fails gives an error, and a string does not.
        out.write_all(block.map_err(io::Error::other)?.as_bytes())?;
    }
    Ok(())
}

fn block(view: &View<'_>, finding: &Finding, first: bool, style: &Style) -> Result<String, fmt::Error> {
    let mut drawn = String::new();
    handler(finding.severity, style).render_report(&mut drawn, &Drawing::new(view, finding, style))?;
    // The line of miette for the message, which stands in the header.
    let drawn = drawn.split_once('\n').map_or("", |(_, rest)| rest);
    let mut text = header(view, finding, style);
    text.push_str(drawn);
    notes(view, finding, style, &mut text);
    if let Some(resource) = &finding.resource {
        let (ty, name) = (printable(&resource.ty), printable(&cut(&resource.name)));
        text.push_str(&format!("  in: {ty} {name}\n"));
    }
    if !finding.environments.is_empty() {
        let with = printable(&finding.environments.join(", "));
        text.push_str(&filled(&with, "  with: ", style));
    }
    if let Some(url) = page_url(view.catalogue, finding.rule).filter(|_| first && !style.links) {
        text.push_str(&format!("  see: {url}\n"));
    }
    text.push('\n');
    Ok(text)
}

// Severity, rule and message.
fn header(view: &View<'_>, finding: &Finding, style: &Style) -> String {
    let code = format!("{}[{}]", finding.severity, finding.rule);
    let confidence = match finding.confidence {
        Confidence::High => String::new(),
        confidence => format!(" ({confidence} confidence)"),
    };
    let fix = finding.fix.as_ref().filter(|fix| fix.applicability == Applicability::Safe);
    let behind = format!("{confidence}{}", fix.map_or(String::new(), |_| format!(" {FIXABLE}")));
    let indent = " ".repeat(code.len() + behind.len() + 1);
    let options = wrapping(style).initial_indent(&indent).subsequent_indent("    ");
    let wrapped = textwrap::fill(&printable(&finding.message), options);
    let (first, rest) = wrapped.split_once('\n').unwrap_or((&wrapped, ""));
    let code = style.severity(finding.severity, &code);
    let code = match page_url(view.catalogue, finding.rule) {
        Some(url) => style.link(&url, &code),
        None => code,
    };
    let first = first.get(indent.len()..).unwrap_or_default();
    let mut text = format!("{code}{behind} {}\n", style.bold(first));
    rest.lines().for_each(|line| text.push_str(&format!("{}\n", style.bold(line))));
    text
}

// The places in other files.
fn notes(view: &View<'_>, finding: &Finding, style: &Style, text: &mut String) {
    let elsewhere = |label: &&Label| label.span.source != finding.primary.span.source;
    let labels: Vec<&Label> = finding.related.iter().filter(elsewhere).collect();
    // What would be said of one place is said of it.
    let shown = if labels.len() > MAX_NOTES + 1 { MAX_NOTES } else { labels.len() };
    for label in &labels[..shown] {
        let (path, line, column) = view.place(label);
        let said = if label.text.is_empty() { "see also" } else { &label.text };
        let note = format!("{}:{line}:{column}: {}", printable(path), printable(said));
        text.push_str(&filled(&note, "  note: ", style));
    }
    if labels.len() > shown {
        text.push_str(&format!("  note: and {} more places\n", labels.len() - shown));
    }
}

fn filled(said: &str, heading: &str, style: &Style) -> String {
    let options = wrapping(style).initial_indent(heading).subsequent_indent("        ");
    textwrap::fill(said, options) + "\n"
}

// Ids, paths and addresses stay in one piece, so that they can be copied.
fn wrapping(style: &Style) -> textwrap::Options<'_> {
    textwrap::Options::new(style.width.saturating_sub(2))
        .break_words(false)
        .word_separator(WordSeparator::AsciiSpace)
        .word_splitter(WordSplitter::NoHyphenation)
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
        .with_links(false)
        .with_break_words(false)
        .with_word_separator(WordSeparator::AsciiSpace)
        .with_word_splitter(WordSplitter::NoHyphenation)
        .without_syntax_highlighting()
}

/// A finding as miette wants it.
#[derive(Debug)]
struct Drawing<'a> {
    finding: &'a Finding,
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

// The header says it.
impl fmt::Display for Drawing<'_> {
    fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        Ok(())
    }
}

impl std::error::Error for Drawing<'_> {}

impl Diagnostic for Drawing<'_> {
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

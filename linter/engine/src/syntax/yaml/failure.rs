//! What becomes of a document that cannot be read to its end, and where its error stands.

use granit_parser::{ErrorKind, ScanError};

use super::super::{Node, NodeKind, ProblemKind};
use super::{Contents, MarkRange, Open, TreeBuilder};

impl TreeBuilder<'_> {
    /// Ends the document at an error; what is open keeps what it has.
    pub(super) fn fail(&mut self, error: &ScanError) {
        let at = self.place_of(error);
        let kind = match error.kind() {
            ErrorKind::RecursionLimitExceeded => ProblemKind::TooDeep,
            _ => ProblemKind::Yaml(error.info()),
        };
        // Brackets beyond the limit of the parser are those that are skipped.
        if kind != ProblemKind::TooDeep || self.skipped == 0 {
            self.problem(kind, at);
        }
        while self.skipped > 0 || !self.open.is_empty() {
            if self.skipped == 0
                && let Some(Open { items: Contents::Object { key: Some(_), .. }, .. }) = self.open.last()
            {
                self.add_invalid(self.last_end..self.last_end);
            }
            self.end();
        }
        if self.root.is_none() {
            self.root = Some(Node { kind: NodeKind::Invalid, span: self.span(self.last_end..self.last_end) });
        }
        self.end_document();
    }

    /// The tab or the opening quote that an error is about, else the character where it was noticed.
    fn place_of(&self, error: &ScanError) -> MarkRange {
        use ErrorKind::*;
        let at = error.marker().byte_offset().unwrap_or(self.last_end);
        let text = self.source.text.as_str();
        match error.kind() {
            TabNotAllowed
            | TabInBlockIndentation
            | TabInIndentation
            | TabInPlainScalar
            | TabAtBlockScalarStart => {
                let before = text.get(..at).unwrap_or("");
                let blanks = before.len() - before.trim_end_matches([' ', '\t']).len();
                let from = at.saturating_sub(blanks);
                let tab = memchr::memchr(b'\t', text.as_bytes().get(from..).unwrap_or_default());
                self.char_at(tab.map_or(at, |tab| from + tab))
            }
            UnclosedQuotedScalar | InvalidQuotedScalarIndent | DocumentIndicatorInQuotedScalar => {
                let rest = text.get(self.last_end..).unwrap_or("");
                let Some(quote) = rest.find(['"', '\'']) else { return self.char_at(at) };
                let line = rest.get(quote..).and_then(|rest| rest.lines().next()).unwrap_or("");
                self.last_end + quote..self.last_end + quote + line.trim_end().len()
            }
            _ => self.char_at(at),
        }
    }

    /// The character at an offset, or the last one before it where the line ends there.
    pub(super) fn char_at(&self, at: usize) -> MarkRange {
        let text = self.source.text.as_str();
        let start = text.floor_char_boundary(at);
        let rest = text.get(start..).unwrap_or("");
        match rest.chars().next() {
            Some(c) if c != '\n' && c != '\r' => start..start + c.len_utf8(),
            _ => {
                let before = text.get(..start).unwrap_or("").trim_end_matches(['\n', '\r']);
                let end = if before.is_empty() { text.len().min(1) } else { before.len() };
                text.floor_char_boundary(end.saturating_sub(1))..end
            }
        }
    }
}

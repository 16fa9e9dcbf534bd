//! What the reader does where the text is broken.

use super::super::{Node, NodeKind, ProblemKind, Scalar};
use super::lookahead::name_length;
use super::stack::Items;
use super::{After, Reader};
use crate::span::Span;

/// How far a quote may stand behind the problem that it follows from.
const NEAR: usize = 1024;

impl Reader<'_> {
    /// Reports a problem whose cause is the end of the text; the first one speaks for all.
    pub(super) fn problem_at_end(&mut self, kind: ProblemKind, span: Span) {
        if !self.at_end {
            self.problem(kind, span.start as usize, span.end as usize);
        }
        self.at_end = true;
    }

    pub(super) fn unclosed_at_end(&mut self, open: usize) {
        self.problem_at_end(ProblemKind::Unclosed, self.span(open, open + 1));
    }

    pub(super) fn missing_node(&self, at: usize) -> Node {
        Node { kind: NodeKind::Invalid, span: self.span(at, at) }
    }

    /// Reports that something is missing behind the token that ends at `end`.
    pub(super) fn missing_value(&mut self, end: usize, expected: &str) -> Node {
        let span = self.char_before(end);
        self.problem(ProblemKind::Unexpected(expected.into()), span.start as usize, span.end as usize);
        self.excused = self.at;
        self.missing_node(end)
    }

    pub(super) fn need_comma(&mut self, after: After) {
        if let After::Item(end) = after
            && end != self.excused
        {
            let span = self.char_before(end);
            self.problem(ProblemKind::MissingComma, span.start as usize, span.end as usize);
        }
    }

    /// Takes the comma here, and reports it where nothing stands before it.
    pub(super) fn comma(&mut self, after: After, expected: &str) -> After {
        let comma = self.at;
        self.at += 1;
        if matches!(after, After::Item(_)) {
            return After::Comma(comma);
        }
        self.problem(ProblemKind::Unexpected(expected.into()), comma, comma + 1);
        self.trivia();
        while self.peek() == b',' {
            self.at += 1;
            self.trivia();
        }
        After::Nothing
    }

    /// The name in a key without closing quote, whose string took in the colon and perhaps more. Goes
    /// back to the colon.
    pub(super) fn mend_key(&mut self, key: Span) -> Option<Scalar> {
        let (start, end) = (key.start as usize, key.end as usize);
        let unterminated = self.excused == end;
        let name = start + 1;
        let text = self.text.get(name..if unterminated { end } else { end - 1 })?;
        let colon = name + name_length(text);
        let behind = self.bytes.get(colon + 1..name + text.len())?;
        let at_colon = colon > name && self.bytes.get(colon) == Some(&b':');
        let abrupt = behind.iter().all(u8::is_ascii_whitespace)
            || self.bytes.get(end).is_some_and(u8::is_ascii_alphanumeric);
        if self.at_end || !at_colon || !(unterminated || abrupt) {
            return None;
        }
        while self.problems.pop_if(|problem| problem.span.start as usize >= start).is_some() {}
        while self.comments.pop_if(|comment| comment.span.start as usize >= start).is_some() {}
        self.problem(ProblemKind::UnterminatedString, start, colon);
        self.at = colon;
        Some(Scalar::verbatim(self.text.get(name..colon)?, self.span(name, colon).start))
    }

    /// Whether the colon here belongs to a key behind an array that lacks its closing bracket: the key
    /// starts a line that is indented like the one where the array starts. Goes back to that key.
    pub(super) fn runs_into_key(&mut self, items: &Items, open: usize) -> bool {
        let outer = self.open.len().checked_sub(2).and_then(|index| self.open.get(index));
        let in_object = outer.is_some_and(|at| self.bytes.get(*at) == Some(&b'{'));
        let Some(Node { kind: NodeKind::String(_), span }) = self.nodes.of(items).last() else {
            return false;
        };
        let start = span.start as usize;
        let (indent, first) = self.indent(start);
        if !in_object || !first || indent.is_none() || indent != self.indent(open).0 {
            return false;
        }
        self.nodes.pop();
        while self.problems.pop_if(|problem| problem.span.start as usize >= start).is_some() {}
        while self.comments.pop_if(|comment| comment.span.start as usize >= start).is_some() {}
        self.problem(ProblemKind::Unclosed, open, open + 1);
        self.at = start;
        self.excused = start;
        true
    }

    /// The value behind a key that no colon follows.
    pub(super) fn value_without_colon(&mut self, key: Span) -> Node {
        let end = key.end as usize;
        match self.bytes.get(self.at) {
            None => return self.missing_node(end),
            _ if end == self.excused => {
                self.excused = self.at;
                return self.missing_node(end);
            }
            Some(b',' | b'}' | b']') => return self.missing_value(end, "`:` and a value"),
            Some(b'"' | b'\'') if self.key_ahead(self.at) => {
                return self.missing_value(end, "`:` and a value");
            }
            _ if self.unquoted_key().is_some() => return self.missing_value(end, "`:` and a value"),
            _ => {}
        }
        let problems = self.problems.len();
        let span = self.char_before(end);
        self.problem(ProblemKind::Unexpected("`:`".into()), span.start as usize, span.end as usize);
        if matches!(self.peek(), b'=' | b';') {
            self.at += 1;
            self.trivia();
        }
        if self.at >= self.bytes.len() {
            return self.missing_node(end);
        }
        let value = self.value();
        if value.kind == NodeKind::Invalid {
            self.problems.truncate(problems + 1);
        }
        value
    }

    /// Where a colon stands behind the string value of the last member, the value is the next key and
    /// the member lacks its value. Goes back to that key; false where it is not so.
    pub(super) fn take_back_key(&mut self, items: &Items, after: After) -> bool {
        if !matches!(after, After::Item(_)) || self.members.of(items).is_empty() {
            return false;
        }
        let Some(member) = self.members.last_mut() else { return false };
        let (key, value) = (member.key_span, &mut member.value);
        if !matches!(value.kind, NodeKind::String(_)) {
            return false;
        }
        let start = value.span.start;
        value.kind = NodeKind::Invalid;
        let between = self.bytes.get(key.end as usize..start as usize).unwrap_or_default();
        let end = match memchr::memchr(b':', between) {
            Some(colon) => key.end as usize + colon + 1,
            None => key.end as usize,
        };
        value.span = Span::new(key.source, end, end);
        while self.problems.pop_if(|problem| problem.span.start >= start).is_some() {}
        while self.comments.pop_if(|comment| comment.span.start >= start).is_some() {}
        self.at = start as usize;
        if self.problems.last().is_none_or(|problem| problem.span.end as usize != end) {
            let span = self.char_before(end);
            self.problem(ProblemKind::Unexpected("a value".into()), span.start as usize, span.end as usize);
        }
        true
    }

    /// Reports what stands here, which is no value, and skips to where reading may go on.
    pub(super) fn stray(&mut self, expected: &str) -> NodeKind {
        let start = self.at;
        let first = self.text.get(start..).and_then(|rest| rest.chars().next());
        let least = start + first.map_or(1, char::len_utf8);
        let end = match first {
            Some('{' | '[') => least,
            _ => self.quoted_end(start, false).unwrap_or_else(|| self.run_end(start).max(least)),
        };
        let kind = ProblemKind::Unexpected(expected.into());
        if first == Some('"') && self.follows_problem(start) {
            // The other quote of a string is missing, and the text between the two is told.
        } else if end >= self.bytes.len() {
            self.problem_at_end(kind, self.span(start, end.min(self.bytes.len())));
        } else {
            self.problem(kind, start, end);
        }
        if !matches!(first, Some('{' | '[')) {
            self.at = end;
        }
        self.resume();
        self.excused = self.at;
        NodeKind::Invalid
    }

    /// Whether the last problem stands on the line before `at`.
    fn follows_problem(&self, at: usize) -> bool {
        let Some(problem) = self.problems.last() else { return false };
        let (start, end) = (problem.span.start as usize, problem.span.end as usize);
        let between = self.bytes.get(end..at).filter(|between| between.len() < NEAR);
        start < at && between.is_some_and(|between| !between.contains(&b'\n'))
    }

    pub(super) fn stray_item(&mut self, expected: &str) -> After {
        self.stray(expected);
        After::Item(self.at)
    }

    /// Skips, behind stray text, to the next comma, closing bracket, key or line.
    fn resume(&mut self) {
        let in_object = self.open.last().is_some_and(|open| self.bytes.get(*open) == Some(&b'{'));
        loop {
            self.at = self.skip_blanks(self.at);
            match self.bytes.get(self.at) {
                None | Some(b',' | b'}' | b']' | b'\n' | b'\r') => return,
                Some(b'/') if matches!(self.bytes.get(self.at + 1), Some(b'/' | b'*')) => return,
                Some(b'"') if in_object && self.key_ahead(self.at) => return,
                Some(b'"') => {
                    self.at = self.quoted_end(self.at, false).unwrap_or_else(|| self.line_end(self.at));
                }
                Some(b'{' | b'[') if in_object => {
                    self.skip_group();
                }
                Some(b'{' | b'[') => return,
                Some(_) => self.at = self.run_end(self.at).max(self.at + 1),
            }
        }
    }

    /// Skips the bracketed group that starts here; false where the text ends before it does.
    pub(super) fn skip_group(&mut self) -> bool {
        let mut depth = 0_usize;
        while let Some(byte) = self.bytes.get(self.at) {
            match byte {
                b'{' | b'[' => depth += 1,
                b'}' | b']' => depth -= 1,
                b'"' | b'\'' => {
                    self.at = self.quoted_end(self.at, true).unwrap_or(self.bytes.len());
                    continue;
                }
                b'/' if self.comment() => continue,
                _ => {}
            }
            self.at += 1;
            if depth == 0 {
                return true;
            }
        }
        false
    }

    /// Decides about a closing bracket of the other kind; whether the group that `open` starts ends.
    pub(super) fn foreign_bracket(&mut self, open: usize, expected: &str) -> bool {
        let closing = self.at;
        let opening = if self.peek() == b'}' { b'{' } else { b'[' };
        let outer = self.open.iter().rposition(|at| self.bytes.get(*at) == Some(&opening));
        if let Some(outer) = outer
            && !self.closes_by_mistake(open, outer)
        {
            if self.mismatch != closing {
                self.problem(ProblemKind::Unclosed, open, open + 1);
            }
            self.mismatch = closing;
            return true;
        }
        self.at += 1;
        if outer.is_some() || self.significant(self.at) >= self.bytes.len() {
            let own = if opening == b'{' { "`]`" } else { "`}`" };
            self.problem(ProblemKind::Unexpected(own.into()), closing, closing + 1);
            return true;
        }
        self.problem(ProblemKind::Unexpected(expected.into()), closing, closing + 1);
        false
    }

    /// Whether the closing bracket here was meant for the group that `open` starts rather than for the
    /// group `outer` of its own kind: told by the indentation, else by what follows.
    fn closes_by_mistake(&self, open: usize, outer: usize) -> bool {
        if let (Some(indent), true) = self.indent(self.at) {
            let own = self.indent(open).0 == Some(indent);
            let others = self.open.get(outer).is_some_and(|at| self.indent(*at).0 == Some(indent));
            if own != others {
                return own;
            }
        }
        let kind = |index: Option<usize>| self.bytes.get(*self.open.get(index?)?).copied();
        let behind = self.significant(self.at + 1);
        let needed = match self.bytes.get(behind) {
            Some(b',') if self.key_ahead(self.significant(behind + 1)) => Some(b'{'),
            Some(b',' | b']') => Some(b'['),
            Some(b'}') => Some(b'{'),
            None => None,
            Some(_) => return false,
        };
        kind(outer.checked_sub(1)) != needed && kind(self.open.len().checked_sub(2)) == needed
    }

    /// Skips, in one go, characters that are white space but not for JSON.
    pub(super) fn odd_space(&mut self) -> bool {
        let odd =
            |c: char| !c.is_ascii_whitespace() && c.is_whitespace() || "\u{c}\u{feff}\u{200b}".contains(c);
        let rest = self.text.get(self.at..).unwrap_or("");
        let length = rest.find(|c: char| !odd(c)).unwrap_or(rest.len());
        if length > 0 {
            self.problem(ProblemKind::Unexpected("a plain space".into()), self.at, self.at + length);
            self.at += length;
        }
        length > 0
    }
}

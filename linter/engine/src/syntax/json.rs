//! JSON as Resource Manager accepts it: comments, line breaks in strings, trailing commas, single quotes
//! and the other liberties of Newtonsoft.Json.
//!
//! The reader never gives up. One mistake makes one problem; what follows from it stays silent.

mod lookahead;
mod number;
mod recovery;
mod stack;
mod string;

use self::stack::Stack;
use super::{Comment, Document, MAX_DEPTH, Member, Node, NodeKind, Problem, ProblemKind, Scalar, duplicates};
use crate::source::Source;
use crate::span::{SourceId, Span};

/// Reads a JSON text. The tree is complete for every text; see [`Document`].
pub fn parse(source: &Source) -> Document {
    let mut reader = Reader {
        id: source.id,
        text: &source.text,
        bytes: source.text.as_bytes(),
        at: source.span().start as usize,
        open: Vec::new(),
        nodes: Stack::new(),
        members: Stack::new(),
        comments: Vec::new(),
        problems: Vec::new(),
        at_end: false,
        excused: usize::MAX,
        mismatch: usize::MAX,
        runaway: [0; 2],
    };
    let root = reader.root();
    let mut problems = reader.problems;
    if !problems.is_sorted_by_key(|problem| problem.span.start) {
        problems.sort_by_key(|problem| problem.span.start);
    }
    Document { root, comments: reader.comments, problems, references: Vec::new(), is_lowered: false }
}

struct Reader<'a> {
    id: SourceId,
    text: &'a str,
    bytes: &'a [u8],
    at: usize,
    /// Offsets of the brackets that are open, the innermost last.
    open: Vec<usize>,
    /// Elements of the open arrays.
    nodes: Stack<Node>,
    /// Members of the open objects.
    members: Stack<Member>,
    comments: Vec<Comment>,
    problems: Vec<Problem>,
    /// Whether a problem at the end of the text is told: the brackets left open follow from it.
    at_end: bool,
    /// Where the last recovery stopped: an item that ends here needs no comma.
    excused: usize,
    /// The closing bracket for which an unclosed group is told.
    mismatch: usize,
    /// Up to where line breaks are known to end strings in double and in single quotes.
    runaway: [usize; 2],
}

/// What stands before the place in an array or object.
#[derive(Clone, Copy)]
enum After {
    /// The opening bracket, or text that was skipped.
    Nothing,
    /// A comma at this offset.
    Comma(usize),
    /// A member or element that ends at this offset.
    Item(usize),
}

impl Reader<'_> {
    fn root(&mut self) -> Node {
        let start = self.at;
        self.trivia();
        if self.at >= self.bytes.len() {
            self.problem_at_end(ProblemKind::Unexpected("a value".into()), self.char_before(self.at));
            return Node { kind: NodeKind::Invalid, span: self.span(start, self.bytes.len()) };
        }
        let mut root = self.value();
        self.trivia();
        while root.kind == NodeKind::Invalid && self.at < self.bytes.len() {
            if matches!(self.peek(), b'{' | b'[') {
                root = self.value();
            } else {
                self.at = self.line_end(self.at).max(self.at + 1);
            }
            self.trivia();
        }
        if self.at < self.bytes.len() {
            let end = self.line_end(self.at);
            let end = self.trim_end(self.at + 1, end);
            self.problem(ProblemKind::TrailingText, self.at, end);
        }
        root
    }

    /// The value that starts here; the text must not be at its end.
    fn value(&mut self) -> Node {
        let start = self.at;
        let kind = match self.peek() {
            b'"' => NodeKind::String(Box::new(self.string())),
            b'{' => return self.container(Reader::object),
            b'[' => return self.container(Reader::array),
            b'-' | b'0'..=b'9' | b'.' | b'+' => self.number(),
            b'\'' => {
                let scalar = self.string();
                self.problem(ProblemKind::SingleQuotes, start, self.at);
                NodeKind::String(Box::new(scalar))
            }
            _ => self.word(),
        };
        Node { kind, span: self.span(start, self.at) }
    }

    fn word(&mut self) -> NodeKind {
        let start = self.at;
        let rest = self.bytes.get(start..).unwrap_or_default();
        let length = rest.iter().take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_').count();
        let kind = match rest.get(..length) {
            Some(b"true") => NodeKind::Bool(true),
            Some(b"false") => NodeKind::Bool(false),
            Some(b"null") => NodeKind::Null,
            Some(b"NaN" | b"Infinity") => return self.number(),
            _ => return self.stray("a value"),
        };
        self.at += length;
        kind
    }

    fn container(&mut self, read: fn(&mut Self, usize) -> NodeKind) -> Node {
        let start = self.at;
        if self.open.len() >= MAX_DEPTH {
            self.problem(ProblemKind::TooDeep, start, start + 1);
            if !self.skip_group() {
                self.at_end = true;
            }
            return Node { kind: NodeKind::Invalid, span: self.span(start, self.at) };
        }
        self.open.push(start);
        self.at += 1;
        let kind = read(self, start);
        self.open.pop();
        Node { kind, span: self.span(start, self.at) }
    }

    fn array(&mut self, open: usize) -> NodeKind {
        let mut items = self.nodes.open();
        let mut after = After::Nothing;
        loop {
            self.trivia();
            let Some(byte) = self.bytes.get(self.at) else {
                self.unclosed_at_end(open);
                break;
            };
            match byte {
                b']' => {
                    self.close(after);
                    break;
                }
                b',' => {
                    if !matches!(after, After::Item(_)) {
                        self.nodes.push(self.missing_node(self.at));
                    }
                    after = self.comma(after, "an element");
                }
                b'}' => {
                    if self.foreign_bracket(open, "`,` or `]`") {
                        break;
                    }
                }
                b':' if self.runs_into_key(&items, open) => break,
                b':' if matches!(after, After::Item(_)) => after = self.stray_item("`,` or `]`"),
                _ => {
                    self.need_comma(after);
                    let node = self.value();
                    self.nodes.push(node);
                    self.nodes.settle(&mut items, self.at, self.bytes.len());
                    after = After::Item(self.at);
                }
            }
        }
        NodeKind::Array(self.nodes.close(items))
    }

    fn object(&mut self, open: usize) -> NodeKind {
        let mut items = self.members.open();
        let mut after = After::Nothing;
        loop {
            self.members.settle(&mut items, self.at, self.bytes.len());
            self.trivia();
            let Some(byte) = self.bytes.get(self.at) else {
                self.unclosed_at_end(open);
                break;
            };
            after = match byte {
                b'}' => {
                    self.close(after);
                    break;
                }
                b'"' | b'\'' if self.may_start_key(after) => self.member(after),
                b',' => self.comma(after, "a member"),
                b']' => {
                    if self.foreign_bracket(open, "`,` or `}`") {
                        break;
                    }
                    after
                }
                b':' if self.take_back_key(&items, after) => After::Nothing,
                _ if self.unquoted_key().is_some() => self.member(after),
                _ => self.stray_item(if matches!(after, After::Item(_)) { "`,` or `}`" } else { "a key" }),
            };
        }
        duplicates::report(self.members.of(&items), &mut self.problems);
        NodeKind::Object(self.members.close(items))
    }

    fn member(&mut self, after: After) -> After {
        self.need_comma(after);
        let start = self.at;
        let mut key = self.key();
        let mut key_span = self.span(start, self.at);
        self.trivia();
        if self.peek() != b':'
            && let Some(mended) = self.mend_key(key_span)
        {
            key_span = self.span(start, self.at);
            key = mended;
        }
        let value = if self.peek() == b':' {
            let colon = self.at;
            self.at += 1;
            self.trivia();
            match self.bytes.get(self.at) {
                Some(b',' | b'}' | b']') => self.missing_value(colon + 1, "a value"),
                Some(_) => self.value(),
                None => self.missing_node(colon + 1),
            }
        } else {
            self.value_without_colon(key_span)
        };
        self.members.push(Member { key, key_span, value });
        After::Item(self.at)
    }

    fn key(&mut self) -> Scalar {
        let start = self.at;
        match self.unquoted_key() {
            Some(end) => {
                self.at = end;
                if self.peek() == b'"' {
                    self.problem(ProblemKind::Unexpected("`\"`".into()), start, end);
                    self.at += 1;
                } else {
                    self.problem(ProblemKind::UnquotedKey, start, end);
                }
                Scalar::verbatim(self.text.get(start..end).unwrap_or(""), self.span(start, end).start)
            }
            None => {
                let key = self.string();
                if self.bytes.get(start) == Some(&b'\'') {
                    self.problem(ProblemKind::SingleQuotes, start, self.at);
                }
                key
            }
        }
    }

    fn close(&mut self, after: After) {
        if let After::Comma(comma) = after {
            self.problem(ProblemKind::TrailingComma, comma, comma + 1);
        }
        self.at += 1;
    }

    /// Skips white space and comments.
    fn trivia(&mut self) {
        loop {
            match self.bytes.get(self.at) {
                Some(b' ' | b'\n' | b'\r' | b'\t') => {
                    self.at += 1;
                    self.blanks();
                }
                Some(b'/') if !self.comment() => return,
                Some(b'/') => {}
                Some(b'\x0b' | b'\x0c' | 0x80..) if self.odd_space() => {}
                _ => return,
            }
        }
    }

    // Indentation is a good part of most templates: eight blanks are skipped at a time.
    fn blanks(&mut self) {
        const BLANKS: u64 = u64::from_le_bytes([b' '; 8]);
        while let Some(next) = self.bytes.get(self.at..).and_then(|rest| rest.first_chunk::<8>()) {
            let others = u64::from_le_bytes(*next) ^ BLANKS;
            let blanks = others.trailing_zeros() as usize / 8;
            self.at += blanks;
            if blanks < 8 {
                return;
            }
        }
    }

    fn comment(&mut self) -> bool {
        let start = self.at;
        let rest = self.bytes.get(start..).unwrap_or_default();
        match rest.get(1) {
            Some(b'/') => self.at = self.line_end(start),
            Some(b'*') => match memchr::memmem::find(&rest[2..], b"*/") {
                Some(length) => self.at = start + length + 4,
                None => {
                    self.problem_at_end(ProblemKind::UnterminatedComment, self.span(start, start + 2));
                    self.at = self.bytes.len();
                }
            },
            _ => return false,
        }
        self.comments.push(Comment { span: self.span(start, self.at) });
        true
    }

    /// The byte here; 0 at the end.
    fn peek(&self) -> u8 {
        self.bytes.get(self.at).copied().unwrap_or(0)
    }

    fn span(&self, start: usize, end: usize) -> Span {
        Span::new(self.id, start, end)
    }

    fn problem(&mut self, kind: ProblemKind, start: usize, end: usize) {
        self.problems.push(Problem { kind, span: self.span(start, end) });
    }
}

#[cfg(test)]
mod tests;

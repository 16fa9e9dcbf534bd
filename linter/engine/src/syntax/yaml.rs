//! YAML 1.2 into the same tree, with the habits of files written for YAML 1.1.
//!
//! Plain scalars follow the core schema, so dates and `yes`/`no` stay strings. Aliases share the node of
//! their anchor and keep its span; merge keys (`<<`) are resolved. A document that cannot be read to its
//! end keeps what was read, and reading goes on with the next one.

mod failure;
mod merge;
mod positions;
mod scalar;
mod token;

use std::collections::{HashMap, HashSet};

use granit_parser::{Event, Parser, ScalarStyle, Tag};

use super::{Comment, Document, MAX_DEPTH, Member, Node, NodeKind, Problem, ProblemKind, Scalar, duplicates};
use crate::source::Source;
use crate::span::Span;

/// How many nodes the aliases of one document may stand for.
pub const MAX_ALIASED_NODES: usize = 250_000;

/// How deep the parser follows brackets and indentation. Beyond [`MAX_DEPTH`] the nodes are skipped, and
/// beyond this the document ends.
const PARSER_DEPTH: usize = 1000;

/// Reads a YAML text: one document for each YAML document in it, and at least one.
pub fn parse(source: &Source) -> Vec<Document> {
    let options = granit_parser::options! {
        emit_unresolved_aliases: true,
        max_buffered_comment_events: usize::MAX,
        flow_nesting_limit: PARSER_DEPTH,
        block_nesting_limit: PARSER_DEPTH,
    };
    let mut parser = Parser::new_from_str_with_options(&source.text, options);
    let mut builder = TreeBuilder::new(source);
    while let Some(event) = parser.next_event() {
        match event {
            Ok((event, span)) => builder.event(event, span.byte_range().unwrap_or_default()),
            Err(error) => {
                builder.fail(&error);
                if let Err(error) = parser.proceed_next_document() {
                    builder.fail(&error);
                    break;
                }
            }
        }
    }
    builder.finish()
}

type MarkRange = std::ops::Range<usize>;

/// A node with what it counts for where an alias repeats it.
#[derive(Clone)]
struct Measure {
    node: Node,
    /// Nodes in it, aliases expanded.
    size: usize,
    /// Levels of arrays and objects in it.
    height: usize,
}

/// An array or object whose end is not read yet.
struct Open {
    start: usize,
    anchor: usize,
    size: usize,
    height: usize,
    items: Contents,
}

enum Contents {
    Array(Vec<Node>),
    Object { members: Vec<Member>, key: Option<Key>, merged: Vec<Node> },
}

struct Key {
    scalar: Scalar,
    span: Span,
    /// Whether this is the merge key.
    merge: bool,
}

struct TreeBuilder<'a> {
    source: &'a Source,
    open: Vec<Open>,
    root: Option<Node>,
    in_document: bool,
    anchors: HashMap<usize, Measure>,
    /// Nodes that aliases of this document stand for so far.
    aliased: usize,
    /// Levels of a branch that is too deep, while it is skipped, and where it starts.
    skipped: usize,
    skipped_from: usize,
    /// Behind the last token of a node.
    last_end: usize,
    comments: Vec<Comment>,
    /// Where what looks like a comment is a value, see [`TreeBuilder::token`].
    tokens: HashSet<usize>,
    problems: Vec<Problem>,
    documents: Vec<Document>,
}

impl<'a> TreeBuilder<'a> {
    fn new(source: &'a Source) -> TreeBuilder<'a> {
        TreeBuilder {
            source,
            open: Vec::new(),
            root: None,
            in_document: false,
            anchors: HashMap::new(),
            aliased: 0,
            skipped: 0,
            skipped_from: 0,
            last_end: source.span().start as usize,
            comments: Vec::new(),
            tokens: HashSet::new(),
            problems: Vec::new(),
            documents: Vec::new(),
        }
    }

    fn event(&mut self, event: Event<'_>, at: MarkRange) {
        match event {
            Event::DocumentStart(..) => {
                self.in_document = true;
                self.last_end = at.end;
            }
            Event::DocumentEnd => self.end_document(),
            Event::Comment(..) => self.comments.push(Comment { span: self.span(at) }),
            Event::SequenceStart(..) | Event::MappingStart(..) if self.skipped > 0 => self.skipped += 1,
            Event::SequenceStart(_, anchor, _) => self.start(at, anchor, Contents::Array(Vec::new())),
            Event::MappingStart(_, anchor, _) => {
                let items = Contents::Object { members: Vec::new(), key: None, merged: Vec::new() };
                self.start(at, anchor, items);
            }
            Event::SequenceEnd | Event::MappingEnd => {
                // The end of a block collection stands where the next token starts.
                if self.source.text.get(at.clone()).is_some_and(|token| token == "]" || token == "}") {
                    self.last_end = at.end;
                }
                if self.skipped > 1 {
                    self.skipped -= 1;
                } else {
                    self.end();
                }
            }
            Event::Scalar(text, style, anchor, tag) if self.skipped == 0 => {
                self.scalar(&text, style, anchor, tag.as_deref(), at);
            }
            Event::Scalar(..) => self.last_end = at.end.max(self.last_end),
            Event::Alias(anchor) if self.skipped == 0 => self.alias(anchor, at),
            Event::UnresolvedAlias(name) if self.skipped == 0 => {
                self.problem(ProblemKind::Yaml(format!("there is no anchor `{name}` above")), at.clone());
                self.last_end = at.end;
                self.add_invalid(at);
            }
            _ => {}
        }
    }

    fn start(&mut self, at: MarkRange, anchor: usize, items: Contents) {
        self.last_end = self.last_end.max(at.end);
        if self.open.len() >= MAX_DEPTH {
            let first = self.char_at(at.start);
            self.problem(ProblemKind::TooDeep, first);
            self.skipped = 1;
            self.skipped_from = at.start;
            return;
        }
        self.open.push(Open { start: at.start, anchor, size: 1, height: 1, items });
    }

    /// Ends the innermost collection, or the branch that is skipped.
    fn end(&mut self) {
        if self.skipped > 0 {
            self.skipped = 0;
            self.add_invalid(self.skipped_from..self.last_end.max(self.skipped_from));
            return;
        }
        let Some(open) = self.open.pop() else { return };
        let span = self.span(open.start..self.last_end.max(open.start));
        let kind = match open.items {
            Contents::Array(nodes) => NodeKind::Array(nodes.into()),
            Contents::Object { members, merged, .. } => {
                duplicates::report(&members, &mut self.problems);
                NodeKind::Object(if merged.is_empty() {
                    members.into()
                } else {
                    merge::merge(members, &merged)
                })
            }
        };
        let measured = Measure { node: Node { kind, span }, size: open.size, height: open.height };
        self.remember(open.anchor, &measured);
        self.add(measured);
    }

    fn scalar(&mut self, text: &str, style: ScalarStyle, anchor: usize, tag: Option<&Tag>, at: MarkRange) {
        let empty = style == ScalarStyle::Plain && at.is_empty();
        let text = if empty { "" } else { text };
        let at = self.place(style, at);
        let token = if empty && !self.expects_key() { self.token() } else { None };
        let (text, at) = match token {
            Some(token) => (self.source.text.get(token.clone()).unwrap_or_default(), token),
            None => (text, at),
        };
        self.last_end = at.end.max(self.last_end);
        let scalar = positions::scalar(&self.source.text, &at, style, text);
        let span = self.span(at.clone());
        let key = self.expects_key();
        let merge = key && style == ScalarStyle::Plain && tag.is_none() && text == "<<";
        if key && empty {
            let near = self.char_at(at.start);
            self.problem(ProblemKind::Unexpected("a key".into()), near);
        }
        if key && anchor == 0 {
            self.set_key(Key { scalar, span, merge });
            return;
        }
        let kind = match key {
            true => NodeKind::String(Box::new(scalar.clone())),
            false => scalar::kind(scalar.clone(), style == ScalarStyle::Plain, tag),
        };
        let measured = Measure { node: Node { kind, span }, size: 1, height: 0 };
        self.remember(anchor, &measured);
        if key {
            self.set_key(Key { scalar, span, merge });
        } else {
            self.add(measured);
        }
    }

    /// The source of a scalar: a block scalar with its header and without the blank lines behind it, an
    /// empty value behind the colon of its key.
    fn place(&self, style: ScalarStyle, at: MarkRange) -> MarkRange {
        let text = self.source.text.as_str();
        match style {
            ScalarStyle::Literal | ScalarStyle::Folded => positions::block(text, &at),
            ScalarStyle::Plain if at.is_empty() && !self.expects_key() => {
                let rest = text.get(at.start..).unwrap_or("");
                let behind = rest.trim_start_matches([' ', '\t']);
                match behind.strip_prefix(':') {
                    Some(behind) => text.len() - behind.len()..text.len() - behind.len(),
                    None => at,
                }
            }
            _ => at,
        }
    }

    fn alias(&mut self, anchor: usize, at: MarkRange) {
        self.last_end = at.end;
        let Some(target) = self.anchors.get(&anchor).cloned() else {
            self.problem(ProblemKind::Yaml("the alias stands inside of its own anchor".into()), at.clone());
            return self.add_invalid(at);
        };
        if self.open.len() + target.height > MAX_DEPTH {
            self.problem(ProblemKind::TooDeep, at.clone());
            return self.add_invalid(at);
        }
        let before = self.aliased;
        self.aliased = self.aliased.saturating_add(target.size);
        if self.aliased > MAX_ALIASED_NODES {
            if before <= MAX_ALIASED_NODES {
                self.problem(ProblemKind::TooManyNodes, at.clone());
            }
            return self.add_invalid(at);
        }
        self.add(target);
    }

    fn remember(&mut self, anchor: usize, measured: &Measure) {
        if anchor != 0 {
            self.anchors.insert(anchor, measured.clone());
        }
    }

    fn add_invalid(&mut self, at: MarkRange) {
        let node = Node { kind: NodeKind::Invalid, span: self.span(at) };
        self.add(Measure { node, size: 1, height: 0 });
    }

    fn expects_key(&self) -> bool {
        matches!(self.open.last(), Some(Open { items: Contents::Object { key: None, .. }, .. }))
    }

    fn set_key(&mut self, new: Key) {
        if let Some(Open { items: Contents::Object { key, .. }, .. }) = self.open.last_mut() {
            *key = Some(new);
        }
    }

    /// Puts a node in its place: an element, a key, a value or the root.
    fn add(&mut self, measured: Measure) {
        let Measure { node, size, height } = measured;
        if self.expects_key() {
            let key = self.node_as_key(node);
            return self.set_key(key);
        }
        let Some(open) = self.open.last_mut() else {
            self.root.get_or_insert(node);
            return;
        };
        open.size = open.size.saturating_add(size);
        open.height = open.height.max(height + 1);
        match &mut open.items {
            Contents::Array(nodes) => nodes.push(node),
            Contents::Object { members, key, merged } => {
                let Some(key) = key.take() else { return };
                if !key.merge || !merge::collect(&node, merged) {
                    if key.merge && node.kind != NodeKind::Invalid {
                        let kind = ProblemKind::Unexpected("an object to merge".into());
                        self.problems.push(Problem { kind, span: key.span });
                    }
                    members.push(Member { key: key.scalar, key_span: key.span, value: node });
                }
            }
        }
    }

    /// A key that is no scalar in its place: an alias of one, or a problem.
    fn node_as_key(&mut self, node: Node) -> Key {
        let span = node.span;
        let scalar = match node.kind {
            NodeKind::String(scalar) => *scalar,
            kind => {
                if matches!(kind, NodeKind::Array(_) | NodeKind::Object(_)) {
                    self.problem(
                        ProblemKind::Unexpected("a string as key".into()),
                        self.char_at(span.range().start),
                    );
                }
                Scalar::verbatim(self.source.slice(span), span.start)
            }
        };
        Key { scalar, span, merge: false }
    }

    fn end_document(&mut self) {
        let end = self.last_end;
        let root = self.root.take().unwrap_or(Node { kind: NodeKind::Null, span: self.span(end..end) });
        let mut comments = std::mem::take(&mut self.comments);
        comments.retain(|comment| !self.tokens.contains(&comment.span.range().start));
        comments.sort_by_key(|comment| comment.span.start);
        let mut problems = std::mem::take(&mut self.problems);
        problems.sort_by_key(|problem| problem.span.start);
        self.documents.push(Document { root, comments, problems, references: Vec::new(), is_lowered: false });
        self.anchors.clear();
        self.aliased = 0;
        self.in_document = false;
    }

    fn finish(mut self) -> Vec<Document> {
        match self.documents.last_mut() {
            Some(last) if !self.in_document => {
                let comments = self.comments.drain(..);
                last.comments
                    .extend(comments.filter(|comment| !self.tokens.contains(&comment.span.range().start)));
            }
            _ => self.end_document(),
        }
        self.documents
    }

    fn span(&self, at: MarkRange) -> Span {
        Span::new(self.source.id, at.start, at.end)
    }

    fn problem(&mut self, kind: ProblemKind, at: MarkRange) {
        self.problems.push(Problem { kind, span: self.span(at) });
    }
}

#[cfg(test)]
mod tests;

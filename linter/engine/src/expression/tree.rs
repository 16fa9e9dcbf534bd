//! Expressions as trees, shared by all strings of one text.
//!
//! A tree knows offsets in the decoded text only. [`Expression`] is a tree with the string that it stands in, and so
//! with spans of the file, whatever escapes the string was written with; or a tree that has such spans itself.

use smol_str::SmolStr;

use super::functions::{self, Function};
use super::lazy::{self, LazyFunction};
use super::mention::{Mention, mentions};
use super::{EvaluationProblem, EvaluationProblemKind};
use crate::span::Span;
use crate::syntax::{CallNode, ExpressionNode, ExpressionNodeKind, Number, Scalar};

/// A part of a decoded text, in bytes; the end is exclusive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Extent {
    pub(super) start: u32,
    pub(super) end: u32,
}

impl Extent {
    pub(super) fn new(start: usize, end: usize) -> Extent {
        let offset = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        Extent { start: offset(start), end: offset(end) }
    }

    fn of(self, text: &str) -> &str {
        text.get(self.start as usize..self.end as usize).unwrap_or_default()
    }
}

#[derive(Debug)]
pub(super) struct Tree {
    pub(super) kind: TreeKind,
    /// From the first to the last character.
    pub(super) extent: Extent,
}

impl Tree {
    /// The tree in a string of its text.
    pub(super) fn within<'e>(&'e self, scalar: &'e Scalar, token: Span) -> Expression<'e> {
        self.at(TreePlace { scalar, token })
    }

    fn at<'e>(&'e self, place: TreePlace<'e>) -> Expression<'e> {
        Expression(Written::InText(self, place))
    }
}

#[derive(Debug)]
pub(super) enum TreeKind {
    String(SmolStr),
    Number(Number),
    Call(Box<CallTree>),
    Property(Box<Tree>, Extent),
    Index(Box<(Tree, Tree)>),
}

#[derive(Debug)]
pub(super) struct CallTree {
    pub(super) namespace: Option<Extent>,
    pub(super) name: Extent,
    pub(super) function: Callee,
    pub(super) arguments: Vec<Tree>,
}

/// The function that a call names.
#[derive(Clone, Copy)]
pub(super) enum Callee {
    Lazy(&'static LazyFunction),
    Known(&'static Function),
    /// One of the template's own.
    User,
    /// There is no such function.
    Missing,
}

impl Callee {
    pub(super) fn named(own: bool, name: &str) -> Callee {
        if own {
            return Callee::User;
        }
        match lazy::find(name) {
            Some(function) => Callee::Lazy(function),
            None => functions::find(name).map_or(Callee::Missing, Callee::Known),
        }
    }
}

impl std::fmt::Debug for Callee {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Callee::Lazy(function) => function.name,
            Callee::Known(function) => function.name,
            Callee::User => "user",
            Callee::Missing => "missing",
        })
    }
}

/// What is wrong with a text that is no expression, and where in it.
#[derive(Debug)]
pub(super) struct SyntaxFault {
    pub(super) extent: Extent,
    pub(super) message: String,
}

/// What the text of a string says, if it is an expression.
#[derive(Debug)]
pub struct ParsedText {
    tree: Result<Tree, SyntaxFault>,
    mentions: Box<[Mention]>,
}

impl ParsedText {
    pub(super) fn new(tree: Result<Tree, SyntaxFault>, text: &SmolStr) -> ParsedText {
        let mentions = tree.as_ref().map(|tree| mentions(tree, text)).unwrap_or_default();
        ParsedText { tree, mentions }
    }

    /// What the expression mentions, in the order of the text; nothing where it does not parse.
    pub(crate) fn mentions(&self) -> &[Mention] {
        &self.mentions
    }

    /// The expression in a string of this text; `token` is the span of the string's token.
    pub fn within<'e>(
        &'e self,
        scalar: &'e Scalar,
        token: Span,
    ) -> Result<Expression<'e>, EvaluationProblem> {
        self.tree.as_ref().map(|tree| tree.within(scalar, token)).map_err(|fault| EvaluationProblem {
            span: TreePlace { scalar, token }.span(fault.extent),
            message: fault.message.clone(),
            kind: EvaluationProblemKind::Syntax,
        })
    }
}

/// The string that an expression stands in.
#[derive(Clone, Copy)]
struct TreePlace<'e> {
    scalar: &'e Scalar,
    token: Span,
}

impl<'e> TreePlace<'e> {
    fn span(self, extent: Extent) -> Span {
        self.scalar.span(self.token, extent.start as usize, extent.end as usize)
    }

    fn text(self, extent: Extent) -> &'e str {
        extent.of(&self.scalar.text)
    }
}

/// An expression and where it stands.
#[derive(Clone, Copy)]
pub struct Expression<'e>(Written<'e>);

#[derive(Clone, Copy)]
enum Written<'e> {
    /// In a string.
    InText(&'e Tree, TreePlace<'e>),
    /// By itself.
    Alone(&'e ExpressionNode),
}

/// The kinds of expressions.
#[derive(Clone, Copy)]
pub enum ExpressionKind<'e> {
    /// `'text'`, unescaped.
    String(&'e SmolStr),
    /// `1`.
    Number(Number),
    /// `name(arguments)`.
    Call(Call<'e>),
    /// `base.name`, and the token of the name.
    Property(Expression<'e>, &'e str, Span),
    /// `base[index]`.
    Index(Expression<'e>, Expression<'e>),
    /// What could not be read.
    Invalid,
}

impl<'e> From<&'e ExpressionNode> for Expression<'e> {
    fn from(node: &'e ExpressionNode) -> Expression<'e> {
        Expression(Written::Alone(node))
    }
}

impl<'e> Expression<'e> {
    /// From its first to its last character.
    pub fn span(self) -> Span {
        match self.0 {
            Written::InText(tree, place) => place.span(tree.extent),
            Written::Alone(node) => node.span,
        }
    }

    /// What it is.
    pub fn kind(self) -> ExpressionKind<'e> {
        match self.0 {
            Written::InText(tree, place) => place.kind(tree),
            Written::Alone(node) => alone(node),
        }
    }

    /// Of a lambda the names of its variables, as written, and its body.
    pub fn lambda(self) -> Option<(impl Iterator<Item = Expression<'e>>, Expression<'e>)> {
        let ExpressionKind::Call(call) = self.kind() else { return None };
        let mut arguments = call.arguments();
        let body = arguments.next_back().filter(|_| call.name().eq_ignore_ascii_case("lambda"))?;
        Some((arguments, body))
    }

    /// The call in it whose function has this token.
    pub fn call_at(self, function: Span) -> Option<Call<'e>> {
        match self.kind() {
            ExpressionKind::String(_) | ExpressionKind::Number(_) | ExpressionKind::Invalid => None,
            ExpressionKind::Property(base, ..) => base.call_at(function),
            ExpressionKind::Index(base, index) => base.call_at(function).or_else(|| index.call_at(function)),
            ExpressionKind::Call(call) if call.name_span() == function => Some(call),
            ExpressionKind::Call(call) => call.arguments().find_map(|argument| argument.call_at(function)),
        }
    }

    /// The text of a literal string.
    pub fn literal(self) -> Option<&'e SmolStr> {
        match self.kind() {
            ExpressionKind::String(text) => Some(text),
            _ => None,
        }
    }
}

impl<'e> TreePlace<'e> {
    fn kind(self, tree: &'e Tree) -> ExpressionKind<'e> {
        let at = |tree: &'e Tree| tree.at(self);
        match &tree.kind {
            TreeKind::String(text) => ExpressionKind::String(text),
            TreeKind::Number(number) => ExpressionKind::Number(*number),
            TreeKind::Call(call) => ExpressionKind::Call(Call(WrittenCall::InText(call, self))),
            TreeKind::Property(base, name) => {
                ExpressionKind::Property(at(base), self.text(*name), self.span(*name))
            }
            TreeKind::Index(parts) => ExpressionKind::Index(at(&parts.0), at(&parts.1)),
        }
    }
}

fn alone(node: &ExpressionNode) -> ExpressionKind<'_> {
    match &node.kind {
        ExpressionNodeKind::String(text) => ExpressionKind::String(text),
        ExpressionNodeKind::Number(number) => ExpressionKind::Number(*number),
        ExpressionNodeKind::Call(call) => ExpressionKind::Call(Call(WrittenCall::Alone(call))),
        ExpressionNodeKind::Property(base, name, span) => {
            ExpressionKind::Property((&**base).into(), name, *span)
        }
        ExpressionNodeKind::Index(parts) => ExpressionKind::Index((&parts.0).into(), (&parts.1).into()),
        ExpressionNodeKind::Invalid => ExpressionKind::Invalid,
    }
}

/// A call of a function.
#[derive(Clone, Copy)]
pub struct Call<'e>(WrittenCall<'e>);

#[derive(Clone, Copy)]
enum WrittenCall<'e> {
    InText(&'e CallTree, TreePlace<'e>),
    Alone(&'e CallNode),
}

impl<'e> Call<'e> {
    /// The namespace of a user-defined function.
    pub fn namespace(self) -> Option<&'e str> {
        match self.0 {
            WrittenCall::InText(tree, place) => tree.namespace.map(|namespace| place.text(namespace)),
            WrittenCall::Alone(node) => node.namespace.as_deref(),
        }
    }

    /// The function's name as written.
    pub fn name(self) -> &'e str {
        match self.0 {
            WrittenCall::InText(tree, place) => place.text(tree.name),
            WrittenCall::Alone(node) => &node.name,
        }
    }

    /// The token of the name.
    pub fn name_span(self) -> Span {
        match self.0 {
            WrittenCall::InText(tree, place) => place.span(tree.name),
            WrittenCall::Alone(node) => node.name_span,
        }
    }

    /// How many arguments there are.
    pub fn count(self) -> usize {
        match self.0 {
            WrittenCall::InText(tree, _) => tree.arguments.len(),
            WrittenCall::Alone(node) => node.arguments.len(),
        }
    }

    /// The arguments.
    pub fn arguments(self) -> impl DoubleEndedIterator<Item = Expression<'e>> + ExactSizeIterator {
        (0..self.count()).map(move |position| self.at(position))
    }

    // The argument at a position that there is.
    fn at(self, position: usize) -> Expression<'e> {
        match self.0 {
            WrittenCall::InText(tree, place) => tree.arguments[position].at(place),
            WrittenCall::Alone(node) => (&node.arguments[position]).into(),
        }
    }

    /// The argument at a position, from 0.
    pub fn argument(self, position: usize) -> Option<Expression<'e>> {
        (position < self.count()).then(|| self.at(position))
    }

    /// The span of the argument at a position; that of the name where there are not so many.
    pub fn argument_span(self, position: usize) -> Span {
        self.argument(position).map_or_else(|| self.name_span(), Expression::span)
    }

    pub(super) fn function(self) -> Callee {
        match self.0 {
            WrittenCall::InText(tree, _) => tree.function,
            WrittenCall::Alone(node) => Callee::named(node.namespace.is_some(), &node.name),
        }
    }
}

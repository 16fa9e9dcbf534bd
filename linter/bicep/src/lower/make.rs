//! Nodes and expressions of the template language.

use std::sync::Arc;

use armlint_engine::span::Span;
use armlint_engine::syntax::{
    CallNode, ExpressionNode, ExpressionNodeKind, Member, Node, NodeKind, Number, Scalar,
};
use smol_str::SmolStr;

/// A text.
pub(super) fn text(text: impl Into<SmolStr>, span: Span) -> ExpressionNode {
    ExpressionNode { kind: ExpressionNodeKind::String(text.into()), span }
}

/// A whole number.
pub(super) fn integer(number: i64, span: Span) -> ExpressionNode {
    ExpressionNode { kind: ExpressionNodeKind::Number(Number::Int(number)), span }
}

/// What is not known.
pub(super) fn unknown(span: Span) -> ExpressionNode {
    ExpressionNode { kind: ExpressionNodeKind::Invalid, span }
}

/// A call of a function whose name is written at `span`, or stands for what is.
pub(super) fn call<const N: usize>(
    name: &'static str,
    arguments: [ExpressionNode; N],
    span: Span,
) -> ExpressionNode {
    called(SmolStr::new_static(name), span, arguments.into(), span)
}

/// A call of a function with the token of its name.
pub(super) fn called(
    name: SmolStr,
    name_span: Span,
    arguments: Vec<ExpressionNode>,
    span: Span,
) -> ExpressionNode {
    let call = CallNode { namespace: None, name, name_span, arguments };
    ExpressionNode { kind: ExpressionNodeKind::Call(Box::new(call)), span }
}

/// `base.name`.
pub(super) fn property(
    base: ExpressionNode,
    name: impl Into<SmolStr>,
    name_span: Span,
    span: Span,
) -> ExpressionNode {
    ExpressionNode { kind: ExpressionNodeKind::Property(Box::new(base), name.into(), name_span), span }
}

/// `base[index]`.
pub(super) fn index(base: ExpressionNode, index: ExpressionNode, span: Span) -> ExpressionNode {
    ExpressionNode { kind: ExpressionNodeKind::Index(Box::new((base, index))), span }
}

/// The call that an expression is, if it is one of a function.
pub(super) fn as_call<'e>(expression: &'e ExpressionNode, names: &[&str]) -> Option<&'e CallNode> {
    match &expression.kind {
        ExpressionNodeKind::Call(call) if names.contains(&call.name.as_str()) => Some(call),
        _ => None,
    }
}

/// `format('{0}{1}', a, b)`.
pub(super) fn joined(parts: Vec<ExpressionNode>, separator: &str, span: Span) -> ExpressionNode {
    let holes: Vec<String> = (0..parts.len()).map(|at| format!("{{{at}}}")).collect();
    let pattern = text(holes.join(separator), Span { end: span.start, ..span });
    called("format".into(), span, std::iter::once(pattern).chain(parts).collect(), span)
}

/// A node that is evaluated; what is a literal is one.
pub(super) fn evaluated(expression: ExpressionNode) -> Node {
    let span = expression.span;
    match expression.kind {
        ExpressionNodeKind::Number(number) => Node { kind: NodeKind::Number(number), span },
        _ => Node { kind: NodeKind::Expression(Arc::new(expression)), span },
    }
}

/// A string of the file. One that would be taken for an expression is escaped, and one with `${`, which is data, is an
/// expression that is no more.
pub(super) fn string(scalar: &Scalar, span: Span) -> Node {
    match scalar.text.contains("${") {
        true => evaluated(text(scalar.text.clone(), span)),
        false => Node { kind: NodeKind::String(Box::new(escaped(scalar))), span },
    }
}

/// A text as a template has it: what stands in brackets is no expression.
pub(super) fn escaped(scalar: &Scalar) -> Scalar {
    match scalar.text.starts_with('[') && scalar.text.ends_with(']') {
        true => {
            let start = scalar.source_offset(0) as u32;
            Scalar::mapped(format!("[{}", scalar.text), vec![(0, start), (1, start)])
        }
        false => scalar.clone(),
    }
}

/// A string that is not in the file.
pub(super) fn made_string(text: impl Into<SmolStr>, span: Span) -> Node {
    Node { kind: NodeKind::String(Box::new(Scalar::verbatim(text, span.start))), span }
}

/// A truth.
pub(super) fn truth(value: bool, span: Span) -> Node {
    Node { kind: NodeKind::Bool(value), span }
}

/// An object.
pub(super) fn object(members: Vec<Member>, span: Span) -> Node {
    Node { kind: NodeKind::Object(members.into()), span }
}

/// An array.
pub(super) fn array(elements: Vec<Node>, span: Span) -> Node {
    Node { kind: NodeKind::Array(elements.into()), span }
}

/// A member whose key stands for something of the file, or is none of it.
pub(super) fn member(key: impl Into<SmolStr>, key_span: Span, value: Node) -> Member {
    Member { key: Scalar::verbatim(key, key_span.start), key_span, value }
}

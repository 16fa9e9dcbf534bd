//! What the compiler loads from other files: texts, JSON and YAML.

use armlint_engine::expression::parser::unescaped;
use armlint_engine::span::Span;
use armlint_engine::syntax::{
    ExpressionNode, ExpressionNodeKind, Member, Node, NodeKind, Number, json, yaml,
};

use super::Lowering;
use super::make::{call, called, evaluated, integer, object, text, unknown};
use super::unit::literal;
use crate::path;
use crate::syntax::Call;

/// The functions that load something.
const LOADS: [&str; 5] =
    ["loadTextContent", "loadFileAsBase64", "loadJsonContent", "loadYamlContent", "loadDirectoryFileInfo"];

impl<'f> Lowering<'f> {
    /// What a call loads, as an expression; `None` where it is no call that loads.
    pub(super) fn loaded(&mut self, own: &'f Call, span: Span) -> Option<ExpressionNode> {
        Some(as_expression(&self.loaded_node(own, span)?))
    }

    /// What a call loads; `None` where it is no call that loads. What is not here is unknown.
    pub(super) fn loaded_node(&mut self, own: &'f Call, span: Span) -> Option<Node> {
        let name = own.name.text.as_str();
        if !LOADS.contains(&name) || self.own().functions.contains_key(name) {
            return None;
        }
        Some(self.content(own, span).unwrap_or_else(|| evaluated(unknown(span))))
    }

    fn content(&self, own: &'f Call, span: Span) -> Option<Node> {
        let written = literal(self.own(), own.arguments.first()?)?;
        let path = path::joined(&self.own().source.path, written)?;
        let source = (self.files)(&path)?;
        let document = match own.name.text.as_str() {
            "loadTextContent" => return Some(evaluated(text(source.text.as_str(), span))),
            // Of a part of the document only the compiler knows what it is.
            _ if own.arguments.len() > 1 => return None,
            "loadJsonContent" => json::parse(&source),
            "loadYamlContent" => yaml::parse(&source).into_iter().next()?,
            _ => return None,
        };
        let is_broken = document.problems.iter().any(|problem| problem.kind.is_error());
        (!is_broken).then(|| data(&document.root))
    }
}

// Nothing that is loaded is an expression.
fn data(node: &Node) -> Node {
    let span = node.span;
    let kind = match &node.kind {
        NodeKind::String(scalar) => return super::make::string(scalar, span),
        NodeKind::Array(elements) => NodeKind::Array(elements.iter().map(data).collect()),
        NodeKind::Object(members) => {
            let members = members.iter().map(|own| {
                let value = data(&own.value);
                Member { key: super::make::escaped(&own.key), key_span: own.key_span, value }
            });
            return object(members.collect(), span);
        }
        other => other.clone(),
    };
    Node { kind, span }
}

/// A node of literals as an expression.
fn as_expression(node: &Node) -> ExpressionNode {
    let span = node.span;
    match &node.kind {
        NodeKind::Null => call("null", [], span),
        NodeKind::Bool(true) => call("true", [], span),
        NodeKind::Bool(false) => call("false", [], span),
        NodeKind::Number(Number::Int(number)) => integer(*number, span),
        NodeKind::Number(number) => ExpressionNode { kind: ExpressionNodeKind::Number(*number), span },
        NodeKind::String(scalar) => text(unescaped(&scalar.text), span),
        NodeKind::Expression(expression) => (**expression).clone(),
        NodeKind::Array(elements) => {
            called("createArray".into(), span, elements.iter().map(as_expression).collect(), span)
        }
        NodeKind::Object(members) => {
            let parts = members
                .iter()
                .flat_map(|own| [text(unescaped(&own.key.text), own.key_span), as_expression(&own.value)]);
            called("createObject".into(), span, parts.collect(), span)
        }
        NodeKind::Invalid => unknown(span),
    }
}

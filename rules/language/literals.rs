//! Literals of templates and their parameter files, as they are written.

use armlint_engine::expression::parser::is_expression;
use armlint_engine::graph::Graph;
use armlint_engine::secret::places::literal_parts;
use armlint_engine::secret::{Shape, certain};
use armlint_engine::span::Span;
use armlint_engine::syntax::{Node, NodeKind, Scalar};

/// Types of artefacts whose texts have rules of their own.
const ARTEFACTS: [&str; 2] = ["Microsoft.DataFactory/factories/", "Microsoft.Synapse/workspaces/"];

/// What certainly is a secret by its shape in the templates of a deployment and in the parameter files that belong to
/// them; none for texts of another dialect.
pub fn certain_shapes(graph: &Graph) -> Vec<(Span, Shape)> {
    let mut found = Vec::new();
    if !graph.dialect.is_template() {
        return found;
    }
    let files = graph.parameter_files.iter().map(|file| &file.parsed);
    for parsed in graph.sources.iter().chain(files) {
        node(&parsed.document.root, &mut found);
    }
    found
}

fn node(at: &Node, found: &mut Vec<(Span, Shape)>) {
    match &at.kind {
        NodeKind::String(scalar) => text(at, scalar, found),
        NodeKind::Array(elements) => elements.iter().for_each(|element| node(element, found)),
        NodeKind::Object(members) if !is_artefact(at) => {
            members.iter().for_each(|member| node(&member.value, found));
        }
        _ => {}
    }
}

fn is_artefact(object: &Node) -> bool {
    let ty = object.value("type").and_then(Node::text).unwrap_or("");
    let starts = |start: &&str| ty.get(..start.len()).is_some_and(|own| own.eq_ignore_ascii_case(start));
    ARTEFACTS.iter().any(starts)
}

fn text(at: &Node, scalar: &Scalar, found: &mut Vec<(Span, Shape)>) {
    let text = scalar.text.as_str();
    // Most texts hold none, whatever they are.
    if certain(text).is_empty() && !is_expression(text) {
        return;
    }
    for part in literal_parts(text, true) {
        let shapes = text.get(part.clone()).map(certain).unwrap_or_default();
        found.extend(shapes.into_iter().map(|(range, shape)| {
            (scalar.span(at.span, part.start + range.start, part.start + range.end), shape)
        }));
    }
}

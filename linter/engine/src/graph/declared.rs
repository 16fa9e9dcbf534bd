//! From resources that are declared one by one to resources of the graph.

use std::rc::Rc;

use smol_str::SmolStr;

use super::resource::{Condition, Name, Resource, ResourceId};
use crate::dialect::{CONFIG, Declared, Deployment, SECRET};
use crate::expression::scope::{literal, plain};
use crate::expression::token;
use crate::span::Span;
use crate::syntax::{Member, Node};
use crate::value::{Reason, Scope, Text, Value};

/// The resources of a deployment that is no template's.
pub(super) fn resources(deployment: &Deployment) -> Vec<Resource> {
    let declared = deployment.reader.map(|reader| (reader.declare)(deployment)).unwrap_or_default();
    let numbered = declared.into_iter().enumerate();
    numbered.map(|(index, declared)| resource(ResourceId(index as u32), declared)).collect()
}

fn resource(id: ResourceId, declared: Declared) -> Resource {
    let span = declared.body.span;
    let anchor = span.part(0, 1);
    let (body, text): (Value, fn(&str) -> Text) = match declared.has_tokens {
        true => (value(&declared.body, anchor), text),
        false => (literal(&declared.body, anchor), |text| Text::Known(text.into())),
    };
    Resource {
        id,
        ty: declared.ty,
        name: Name {
            segments: declared.names.iter().map(|name| text(name)).collect(),
            written: body.get("name"),
            text: declared.names.last().cloned().unwrap_or_default(),
        },
        symbolic_name: None,
        parent: None,
        module: None,
        condition: Condition::always(),
        existing: declared.existing,
        repeated: false,
        properties: body.get("properties"),
        resource_id: text(&declared.id).into(),
        place: declared.place,
        span,
        body,
    }
}

fn text(text: &str) -> Text {
    token::text(text).unwrap_or_else(|| Text::Known(text.into()))
}

/// The scope of texts with tokens: literals, but for the tokens in them and what something else keeps.
struct DeclaredScope;

fn value(node: &Node, anchor: Span) -> Value {
    let Some(written) = node.text() else {
        return plain(node, anchor, &Rc::new(DeclaredScope), |element| value(element, element.span));
    };
    if written.starts_with(SECRET) {
        let hidden = Value::unknown(Reason::External, written, node.span);
        return hidden.secret();
    }
    if written.starts_with(CONFIG) {
        return Value::unknown(Reason::External, written, node.span);
    }
    token::value(written, node.span).unwrap_or_else(|| Value::string(written, node.span))
}

impl Scope for DeclaredScope {
    fn evaluate(self: Rc<Self>, node: &Node, anchor: Span) -> Value {
        value(node, anchor)
    }

    fn key(self: Rc<Self>, member: &Member) -> Text {
        Text::Known(member.key.text.clone())
    }

    fn copies(self: Rc<Self>, _member: &Member) -> Option<Vec<(SmolStr, Value)>> {
        None
    }
}

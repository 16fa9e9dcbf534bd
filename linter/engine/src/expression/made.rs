//! Templates that an expression makes: `"template": "[variables('$fxv#0')]"`, as Bicep writes a deployment
//! whose template `loadJsonContent` has read.

use std::rc::Rc;

use crate::span::Span;
use crate::syntax::{Member, Node, NodeKind, Scalar};
use crate::value::{Scope, Value};

/// The object that a value is, as the next deployment reads it: an escaped `[[...]` has become an
/// expression. `None` where something of it was not written as it is: built by functions, or evaluated.
pub(super) fn template(value: &Value) -> Option<Node> {
    let (members, scope) = value.object()?.as_written()?;
    Some(Node { kind: object(members, scope)?, span: value.origin.span })
}

fn object(members: &[Member], scope: &Rc<dyn Scope>) -> Option<NodeKind> {
    let member = |member: &Member| {
        let key = match member.key.may_be_computed() {
            true => evaluated(&member.key, scope.clone().key(member).known()?)?,
            false => member.key.clone(),
        };
        let value = node(&member.value, member.key_span, scope)?;
        Some(Member { key, key_span: member.key_span, value })
    };
    Some(NodeKind::Object(members.iter().map(member).collect::<Option<_>>()?))
}

fn node(written: &Node, anchor: Span, scope: &Rc<dyn Scope>) -> Option<Node> {
    let kind = match &written.kind {
        NodeKind::String(scalar) => {
            let value = scope.clone().evaluate(written, anchor);
            NodeKind::String(Box::new(evaluated(scalar, value.known_text()?)?))
        }
        NodeKind::Array(elements) => {
            let elements = elements.iter().map(|element| node(element, element.span, scope));
            NodeKind::Array(elements.collect::<Option<_>>()?)
        }
        NodeKind::Object(members) => object(members, scope)?,
        other => other.clone(),
    };
    Some(Node { kind, span: written.span })
}

// The way back to the source must be kept, which only text that was written has.
fn evaluated(written: &Scalar, text: &str) -> Option<Scalar> {
    if written.text == text {
        return Some(written.clone());
    }
    (written.text.strip_prefix('[') == Some(text)).then(|| written.behind(1))
}

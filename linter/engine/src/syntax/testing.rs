//! What the tests of both readers share.

use super::{Node, NodeKind, Number};

/// The tree as text, so that a table row can tell it.
pub(super) fn show(node: &Node) -> String {
    match &node.kind {
        NodeKind::Null => "null".into(),
        NodeKind::Bool(value) => value.to_string(),
        NodeKind::Number(Number::Int(value)) => value.to_string(),
        NodeKind::Number(Number::Float(value)) => format!("{value:?}"),
        NodeKind::String(scalar) => format!("{:?}", scalar.text),
        NodeKind::Array(items) => format!("[{}]", items.iter().map(show).collect::<Vec<_>>().join(" ")),
        NodeKind::Object(members) => {
            let shown = members.iter().map(|member| format!("{}:{}", member.key.text, show(&member.value)));
            format!("{{{}}}", shown.collect::<Vec<_>>().join(" "))
        }
        NodeKind::Expression(_) | NodeKind::Invalid => "?".into(),
    }
}

//! From a place in a text to the JSON pointer (RFC 6901) of the value that stands there.

use armlint_engine::syntax::{Document, Node, NodeKind};

/// The pointer to the innermost value that holds the byte `offset`; on a key, to the member's value. The
/// root is the empty pointer.
pub(crate) fn pointer(document: &Document, offset: u32) -> String {
    let mut pointer = String::new();
    let mut node = &document.root;
    while let Some((step, next)) = child(node, offset) {
        pointer.push('/');
        pointer.push_str(&step.replace('~', "~0").replace('/', "~1"));
        node = next;
    }
    pointer
}

fn child(node: &Node, offset: u32) -> Option<(String, &Node)> {
    match &node.kind {
        NodeKind::Object(members) => members
            .iter()
            .find(|member| {
                let start = member.key_span.start.min(member.value.span.start);
                (start..member.value.span.end.max(member.key_span.end)).contains(&offset)
            })
            .map(|member| (member.key.text.to_string(), &member.value)),
        NodeKind::Array(elements) => elements
            .iter()
            .enumerate()
            .find(|(_, element)| (element.span.start..element.span.end).contains(&offset))
            .map(|(index, element)| (index.to_string(), element)),
        _ => None,
    }
}

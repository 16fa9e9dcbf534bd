//! Merge keys: `<<: *defaults`.

use super::super::{List, Member, Node, NodeKind};
use std::collections::HashSet;

/// Takes the objects that a merge key names; false where something else stands there.
pub(super) fn collect(node: &Node, merged: &mut Vec<Node>) -> bool {
    let fits = match &node.kind {
        NodeKind::Object(_) => true,
        NodeKind::Array(nodes) => nodes.iter().all(Node::is_object),
        _ => false,
    };
    if fits {
        merged.push(node.clone());
    }
    fits
}

/// The members with those of the merged objects before them. A key of its own wins over a merged one, an
/// earlier merged one over a later (YAML merge key, <https://yaml.org/type/merge.html>, 2005-01-18).
pub(super) fn merge(own: Vec<Member>, merged: &[Node]) -> List<Member> {
    let mut seen: HashSet<&str> = own.iter().map(|member| member.key.text.as_str()).collect();
    let mut all = Vec::new();
    for node in merged {
        let objects = if node.is_object() { std::slice::from_ref(node) } else { node.elements() };
        for member in objects.iter().flat_map(Node::members) {
            if seen.insert(&member.key.text) {
                all.push(member.clone());
            }
        }
    }
    drop(seen);
    all.extend(own);
    all.into()
}

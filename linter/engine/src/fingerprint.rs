//! The identity of a finding across edits: neither line nor message, and no byte of a secret.

use std::collections::HashMap;
use std::sync::Arc;

use crate::finding::Finding;
use crate::span::{SourceId, Span};
use crate::syntax::{Document, Member, Node, NodeKind};

/// Gives every finding its fingerprint: a hash of the rule, the resource as written, the path of keys and
/// names to the place, and the ordinal among the findings of its file that agree in all of these.
///
/// No value goes into it, so that it tells nothing of a secret and outlives a change of the value.
pub(crate) fn assign(findings: &mut [Finding], documents: &[Vec<Arc<Document>>]) {
    let mut seen: HashMap<(SourceId, String), usize> = HashMap::new();
    for finding in findings {
        let span = finding.primary.span;
        let trees = documents.get(span.source.0 as usize).map(Vec::as_slice).unwrap_or_default();
        let path = trees.iter().find_map(|tree| path_to(&tree.root, span)).unwrap_or_default();
        let resource = finding.resource.as_ref();
        let identity = format!(
            "{}|{}|{}|{path}",
            finding.rule,
            resource.map_or("", |resource| &resource.ty).to_ascii_lowercase(),
            resource.map_or("", |resource| &resource.name).to_ascii_lowercase(),
        );
        let ordinal = seen.entry((span.source, identity.clone())).or_default();
        finding.fingerprint = format!("{:016x}", hash(&format!("{identity}|{ordinal}")));
        *ordinal += 1;
    }
}

// Elements of arrays go by their names instead of their indices, so that reordering changes nothing.
fn path_to(root: &Node, span: Span) -> Option<String> {
    if !root.span.contains(span) {
        return None;
    }
    let mut path = String::new();
    let mut node = root;
    loop {
        let inner = match &node.kind {
            NodeKind::Array(elements) => {
                let element =
                    find(elements, |element| element.span, |element| element.span.contains(span), span);
                if let Some(name) = element.and_then(name) {
                    path.push_str(&format!("[{}]", name.to_ascii_lowercase()));
                }
                element
            }
            NodeKind::Object(members) => {
                let around =
                    |member: &Member| member.key_span.contains(span) || member.value.span.contains(span);
                let member = find(members, |member| member.value.span, around, span);
                if let Some(member) = member {
                    path.push('/');
                    path.push_str(&member.key.text.to_ascii_lowercase());
                }
                member.filter(|member| member.value.span.contains(span)).map(|member| &member.value)
            }
            _ => None,
        };
        match inner {
            Some(inner) => node = inner,
            None => return Some(path),
        }
    }
}

// What stands under `name` in an object beside a `type` is no secret; elsewhere it could be anything.
fn name(element: &Node) -> Option<&str> {
    element.value("type")?;
    element.value("name")?.text()
}

// The part around a place. Parts stand in the order of the text, but for those that a YAML merge key brings
// in: only these are looked for one after the other.
fn find<T>(parts: &[T], end: impl Fn(&T) -> Span, around: impl Fn(&T) -> bool, span: Span) -> Option<&T> {
    let next = parts.partition_point(|part| end(part).end < span.end);
    parts.get(next).filter(|part| around(part)).or_else(|| {
        let ordered = parts.is_sorted_by_key(|part| end(part).end);
        if ordered { None } else { parts.iter().find(|part| around(part)) }
    })
}

// FNV-1a, 64 bits: stable across releases and platforms.
fn hash(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}

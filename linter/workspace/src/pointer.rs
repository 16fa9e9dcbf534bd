//! From a place in a text to the JSON pointer (RFC 6901) of the value that stands there.

use std::ops::Range;
use std::sync::Arc;

use armlint_engine::syntax::{Document, Member, Node, NodeKind};

/// The pointer to the innermost value that holds the byte `offset`; on a key, to the member's value. The
/// root is the empty pointer. Of several documents in one file it is a pointer into the last that begins
/// at or before the place; `None` where there is no tree.
pub fn pointer(documents: &[Arc<Document>], offset: u32) -> Option<String> {
    let document = documents.iter().rev().find(|document| document.root.span.start <= offset);
    let document = document.or(documents.first())?;
    let mut pointer = String::new();
    let mut node = &document.root;
    while let Some((step, next)) = child(node, offset) {
        pointer.push('/');
        pointer.push_str(&step.replace('~', "~0").replace('/', "~1"));
        node = next;
    }
    Some(pointer)
}

fn child(node: &Node, offset: u32) -> Option<(String, &Node)> {
    match &node.kind {
        NodeKind::Object(members) => {
            let extent = |member: &Member| {
                let start = member.key_span.start.min(member.value.span.start);
                start..member.value.span.end.max(member.key_span.end)
            };
            let member = members.get(place(members, extent, offset)?)?;
            Some((member.key.text.to_string(), &member.value))
        }
        NodeKind::Array(elements) => {
            let index = place(elements, |element| element.span.start..element.span.end, offset)?;
            Some((index.to_string(), elements.get(index)?))
        }
        _ => None,
    }
}

// The part that holds an offset. Parts stand in the order of the text, but for those that a YAML merge key brings in.
fn place<T>(parts: &[T], extent: impl Fn(&T) -> Range<u32>, offset: u32) -> Option<usize> {
    let next = parts.partition_point(|part| extent(part).end <= offset);
    let holds = |part: &T| extent(part).contains(&offset);
    if parts.get(next).is_some_and(holds) {
        return Some(next);
    }
    parts.iter().position(holds)
}

#[cfg(test)]
mod tests {
    use armlint_engine::source::Source;
    use armlint_engine::span::SourceId;
    use armlint_engine::syntax::json;

    use super::*;

    #[test]
    fn places_become_pointers() {
        let text = r#"{"a/b": [1, {"c~": "x"}, []], "d": {}}"#;
        let documents = [Arc::new(json::parse(&Source::new(SourceId(0), "a.json", text.to_string())))];
        let at = |token: &str| pointer(&documents, text.find(token).unwrap() as u32).unwrap();
        assert_eq!(at("\"a/b\""), "/a~1b");
        assert_eq!(at("1"), "/a~1b/0");
        assert_eq!(at("\"c~\""), "/a~1b/1/c~0");
        assert_eq!(at("\"x\""), "/a~1b/1/c~0");
        assert_eq!(at("[]"), "/a~1b/2");
        assert_eq!(at("{}"), "/d");
        assert_eq!(at("{"), "");
        assert_eq!(pointer(&documents, 9_999), Some(String::new()));
        assert_eq!(pointer(&[], 0), None);
    }
}

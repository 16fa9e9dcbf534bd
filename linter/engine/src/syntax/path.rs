//! From a byte to the value that stands there, and the way to it from the root.

use super::{Member, Node, NodeKind};

/// How deep a way leads; trees are no deeper, but for aliases in aliases.
const MAX_STEPS: usize = 4 * super::MAX_DEPTH;

/// A way through a tree.
#[derive(Clone, Debug)]
pub struct Path<'d> {
    /// The root.
    pub root: &'d Node,
    /// The steps, from the root on.
    pub steps: Vec<TreeStep<'d>>,
    /// The byte lies in the key of the last step and not in its value.
    pub on_key: bool,
}

/// A step from an object or array to what is in it.
#[derive(Clone, Copy, Debug)]
pub struct TreeStep<'d> {
    /// The member of an object; none for the element of an array.
    pub member: Option<&'d Member>,
    /// The position in the object or array.
    pub index: usize,
    /// The value.
    pub node: &'d Node,
}

impl<'d> Path<'d> {
    /// The way to the innermost value around a byte; `None` where the byte lies outside of the root.
    pub fn at(root: &'d Node, offset: u32) -> Option<Path<'d>> {
        let holds = |span: crate::span::Span| span.start <= offset && offset < span.end;
        if !holds(root.span) {
            return None;
        }
        let mut path = Path { root, steps: Vec::new(), on_key: false };
        // The first that fits: what an alias stands for is written before it.
        while path.steps.len() < MAX_STEPS && !path.on_key {
            let step = match &path.node().kind {
                NodeKind::Object(members) => {
                    let mut all = members.iter().enumerate();
                    all.find(|(_, member)| holds(member.key_span) || holds(member.value.span))
                        .map(|(index, member)| TreeStep { member: Some(member), index, node: &member.value })
                }
                NodeKind::Array(elements) => {
                    let mut all = elements.iter().enumerate();
                    let found = all.find(|(_, element)| holds(element.span));
                    found.map(|(index, node)| TreeStep { member: None, index, node })
                }
                _ => None,
            };
            let Some(step) = step else { break };
            path.on_key = step.member.is_some_and(|member| holds(member.key_span));
            path.steps.push(step);
        }
        Some(path)
    }

    /// The value; that of the key where the byte lies in one.
    pub fn node(&self) -> &'d Node {
        self.steps.last().map_or(self.root, |step| step.node)
    }

    /// The value that stands `count` steps further out; the root is the last.
    pub fn above(&self, count: usize) -> Option<&'d Node> {
        match self.steps.len().checked_sub(count)? {
            0 => Some(self.root),
            at => Some(self.steps[at - 1].node),
        }
    }

    /// The key of the step that lies `count` steps further out; none for elements of arrays.
    pub fn key(&self, count: usize) -> Option<&'d str> {
        let at = self.steps.len().checked_sub(count + 1)?;
        self.steps[at].member.map(|member| member.key.text.as_str())
    }

    /// Whether a step, counted from the outside, has a key, without regard to case.
    pub fn leads(&self, at: usize, key: &str) -> bool {
        let member = self.steps.get(at).and_then(|step| step.member);
        member.is_some_and(|member| member.key.text.eq_ignore_ascii_case(key))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Source;
    use crate::span::SourceId;
    use crate::syntax::{json, yaml};

    fn keys(path: &Path<'_>) -> Vec<String> {
        let key =
            |step: &TreeStep<'_>| step.member.map_or(step.index.to_string(), |m| m.key.text.to_string());
        path.steps.iter().map(key).collect()
    }

    #[test]
    fn ways_to_keys_and_values() {
        let text = r#"{"a": {"b": [1, {"c": "x"}]}}"#;
        let document = json::parse(&Source::new(SourceId(0), "a.json", text.into()));
        let at = |what: &str| Path::at(&document.root, text.find(what).unwrap() as u32).unwrap();
        assert_eq!(keys(&at("x")), ["a", "b", "1", "c"]);
        assert!(!at("x").on_key && at("c\"").on_key);
        assert_eq!(at("x").key(0), Some("c"));
        assert_eq!(at("x").key(1), None);
        assert!(at("x").leads(1, "B") && !at("x").leads(2, "b"));
        assert_eq!(at("x").above(4).map(|node| node.span), Some(document.root.span));
        assert!(at("x").above(5).is_none());
        assert!(Path::at(&document.root, text.len() as u32).is_none());
    }

    #[test]
    fn aliases_lead_to_where_they_are_written() {
        let text = "a: &x\n  b: 1\nc: *x\n";
        let documents = yaml::parse(&Source::new(SourceId(0), "a.yaml", text.into()));
        let path = Path::at(&documents[0].root, text.find('1').unwrap() as u32).unwrap();
        assert_eq!(keys(&path), ["a", "b"]);
    }
}

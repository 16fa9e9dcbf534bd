//! The types that declarations refer to.

use rustc_hash::FxHashSet;
use smol_str::{SmolStr, StrExt};

use super::fault::FaultKind;
use super::mentioned::meant;
use super::walk::{Site, Walker};
use crate::similar::nearest;
use crate::syntax::{Node, NodeKind};

/// Members of a declaration that are no types.
const VALUES: [&str; 6] = ["defaultValue", "allowedValues", "metadata", "value", "condition", "copy"];

/// The names of the types that a template defines, in lower case.
pub(super) fn defined(template: &Node) -> FxHashSet<SmolStr> {
    let definitions = template.value("definitions").map(Node::members).unwrap_or_default();
    definitions.iter().map(|member| member.key.text.to_lowercase_smolstr()).collect()
}

impl Walker<'_> {
    /// Judges the references within a declaration, or within each of a section.
    pub(super) fn references(&mut self, node: &Node, template: &Node, place: Site) {
        // Without language versions the keyword means nothing.
        if place.judged && template.get("languageVersion").is_some() {
            self.references_in(node, template, place);
        }
    }

    fn references_in(&mut self, node: &Node, template: &Node, place: Site) {
        match &node.kind {
            NodeKind::Array(elements) => {
                elements.iter().for_each(|element| self.references_in(element, template, place));
            }
            NodeKind::Object(members) => {
                for member in members.iter() {
                    let key = &member.key.text;
                    if key.as_str() == "$ref" {
                        self.reference(&member.value, template, place);
                    } else if !VALUES.iter().any(|other| key.eq_ignore_ascii_case(other)) {
                        self.references_in(&member.value, template, place);
                    }
                }
            }
            _ => {}
        }
    }

    fn reference(&mut self, written: &Node, template: &Node, place: Site) {
        let Some(path) = written.text().and_then(|text| text.strip_prefix("#/definitions/")) else { return };
        let name = path.split('/').next().unwrap_or(path).replace("~1", "/").replace("~0", "~");
        // A name with other escapes is not read.
        if name.contains('%') || self.types.contains(&name.to_lowercase_smolstr()) {
            return;
        }
        let known = template.value("definitions").map(Node::members).unwrap_or_default();
        let near = nearest(&name, known.iter().map(|member| member.key.text.as_str()));
        let message = format!("There is no type `{name}` among the definitions");
        self.fault(FaultKind::Undefined, &name, written.span, message, near.map(meant), place);
    }
}

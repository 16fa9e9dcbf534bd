//! User-defined types: what a declaration says of its type, by itself or through `$ref`.
//!
//! Source: Definitions in ARM templates (language version 2.0), 2024-07.

use std::rc::Rc;

use smol_str::{SmolStr, format_smolstr};

use crate::span::Span;
use crate::syntax::{Node, NodeKind};
use crate::value::SecretParts;

/// How many references are followed from one type to the next.
const MAX_REFERENCES: usize = 20;

/// How deep secrets are looked for in a type, and in how many types.
const MAX_PART_DEPTH: usize = 8;
const MAX_PARTS: usize = 500;

/// What a declaration of a parameter or an output says of its type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct DeclaredType {
    /// `string`, `securestring`, ...; empty where it is not a literal.
    pub(super) name: SmolStr,
    /// The token that says so, perhaps in a definition.
    pub(super) span: Option<Span>,
    /// The value may be null, or left out.
    pub(super) nullable: bool,
}

impl DeclaredType {
    /// Whether values of the type are secrets.
    pub(super) fn secure(&self) -> bool {
        ["securestring", "secureobject"].iter().any(|secure| self.name.eq_ignore_ascii_case(secure))
    }
}

/// The type of a declaration in a template. What stands beside a `$ref` goes before what it refers to.
pub(super) fn declared_type(declaration: &Node, template: &Node) -> DeclaredType {
    let mut declared = DeclaredType { name: SmolStr::default(), span: None, nullable: false };
    let mut nullable = None;
    let mut current = Some(declaration);
    for _ in 0..MAX_REFERENCES {
        let Some(node) = current else { break };
        if declared.span.is_none()
            && let Some(ty) = node.value("type")
        {
            declared.name = ty.text().unwrap_or("").into();
            declared.span = Some(ty.span);
        }
        if nullable.is_none()
            && let Some(NodeKind::Bool(value)) = node.value("nullable").map(|node| &node.kind)
        {
            nullable = Some(*value);
        }
        current = node.value("$ref").and_then(Node::text).and_then(|reference| target(reference, template));
    }
    declared.nullable = nullable.unwrap_or(false);
    declared
}

/// The parts of a type that are secrets. Types that hold themselves are followed for a few levels, and
/// large ones to [`MAX_PARTS`] types.
pub(super) fn secret_parts(declaration: &Node, template: &Node) -> SecretParts {
    parts(declaration, template, 0, &mut 0)
}

fn parts(declaration: &Node, template: &Node, depth: usize, count: &mut usize) -> SecretParts {
    *count += 1;
    let mut found = SecretParts::default();
    if depth > MAX_PART_DEPTH || *count > MAX_PARTS {
        return found;
    }
    found.whole = declared_type(declaration, template).secure();
    let mut current = Some(declaration);
    for _ in 0..MAX_REFERENCES {
        let Some(node) = current else { break };
        let mut inner = |node: &Node| {
            let parts = parts(node, template, depth + 1, count);
            (!parts.is_empty()).then(|| Rc::new(parts))
        };
        for member in node.value("properties").map(Node::members).unwrap_or_default() {
            if let Some(parts) = inner(&member.value) {
                found.members.push((member.key.text.clone(), parts));
            }
        }
        for (at, element) in
            node.value("prefixItems").map(Node::elements).unwrap_or_default().iter().enumerate()
        {
            if let Some(parts) = inner(element) {
                found.members.push((format_smolstr!("{at}"), parts));
            }
        }
        let others = ["items", "additionalProperties"].into_iter().filter_map(|key| node.value(key));
        found.others = found.others.or_else(|| others.filter_map(&mut inner).next());
        let variants = node.value("discriminator").and_then(|discriminator| discriminator.value("mapping"));
        // Which variant a value is, nothing says: what one of them keeps as a secret may be one.
        for variant in variants.map(Node::members).unwrap_or_default() {
            if let Some(parts) = inner(&variant.value) {
                found = found.with(&parts);
            }
        }
        current = node.value("$ref").and_then(Node::text).and_then(|reference| target(reference, template));
    }
    found
}

fn target<'t>(reference: &str, template: &'t Node) -> Option<&'t Node> {
    let name = reference.strip_prefix("#/definitions/")?;
    template.value("definitions")?.value(name)
}

//! Edges between resources.

use super::ResourceId;
use crate::span::Span;
use crate::value::Text;

/// A reference from one resource to another.
#[derive(Clone, Debug)]
pub struct Reference {
    /// What is referred to.
    pub kind: ReferenceKind,
    /// The name of the target.
    pub name: Text,
    /// The token of the name.
    pub span: Span,
    /// The target, where it is declared.
    pub target: Option<ResourceId>,
}

/// What a reference refers to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ReferenceKind {
    /// A linked service.
    LinkedService,
}

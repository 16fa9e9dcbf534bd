//! A resource, whatever dialect declared it.

use smol_str::{SmolStr, format_smolstr};

use crate::span::Span;
use crate::value::{Text, Truth, Value};

/// Identifies a resource within its graph.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ResourceId(pub u32);

/// A declared resource.
///
/// Values are evaluated when they are looked at.
#[derive(Clone, Debug)]
pub struct Resource {
    /// Identity within the graph.
    pub id: ResourceId,
    /// The whole type as written, parents included: `Microsoft.DataFactory/factories/linkedServices`.
    pub ty: SmolStr,
    /// The whole name, parents included.
    pub name: Name,
    /// The symbolic name in its template.
    pub symbolic_name: Option<SmolStr>,
    /// The declared resource that this is a child of.
    pub parent: Option<ResourceId>,
    /// The nested deployment that the resource is declared in; none in a root template.
    pub module: Option<ResourceId>,
    /// Whether it is deployed.
    pub condition: Condition,
    /// It is only referred to: it exists already and its properties are not known.
    pub existing: bool,
    /// It stands for an unknown number of instances of a copy loop.
    pub repeated: bool,
    /// The whole object as written.
    pub body: Value,
    /// The member `properties`.
    pub properties: Value,
    /// The resource id, perhaps with holes.
    pub resource_id: Text,
    /// The token that stands for the whole resource: its name.
    pub place: Span,
    /// The whole object.
    pub span: Span,
}

/// The name of a resource by its segments, one for each segment of the type behind the provider.
#[derive(Clone, Debug)]
pub struct Name {
    /// The segments; the last is the resource's own name. Never empty.
    pub segments: Vec<Text>,
    /// The name as written: of the resource alone where it is nested in its parent.
    pub written: Value,
}

/// Whether a resource is deployed.
#[derive(Clone, Debug)]
pub struct Condition {
    /// Decided only by what every deployment has: a default of a parameter decides nothing.
    pub truth: Truth,
    /// The identity of an undecided condition: resources with equal keys are deployed together.
    pub key: Option<SmolStr>,
}

impl Condition {
    /// The condition of a resource without one.
    pub fn always() -> Condition {
        Condition { truth: Truth::True, key: None }
    }
}

impl Name {
    /// The resource's own name.
    pub fn last(&self) -> Text {
        self.segments.last().cloned().unwrap_or(Text::Known(SmolStr::default()))
    }

    /// The identity of the whole name: segments joined by `/`, see [`Text::key`].
    pub fn key(&self) -> SmolStr {
        joined_key(&self.segments)
    }

    /// The identity of the name of the ancestor with `count` segments.
    pub fn ancestor_key(&self, count: usize) -> SmolStr {
        joined_key(&self.segments[..count.min(self.segments.len())])
    }

    /// The own name as text for messages: the expression where it is not known.
    pub fn display(&self) -> SmolStr {
        let last = self.last();
        match last.known() {
            Some(name) => name.clone(),
            None => last.residue(),
        }
    }
}

fn joined_key(segments: &[Text]) -> SmolStr {
    match segments {
        [only] => only.key(),
        _ => segments.iter().map(Text::key).collect::<Vec<_>>().join("/").into(),
    }
}

impl Resource {
    /// Whether it is of a type, without regard to case.
    pub fn is(&self, ty: &str) -> bool {
        self.ty.eq_ignore_ascii_case(ty)
    }

    /// Type and name in one key, for look-ups.
    pub fn identity(&self) -> SmolStr {
        format_smolstr!("{}|{}", self.ty.to_ascii_lowercase(), self.name.key())
    }

    /// The location.
    pub fn location(&self) -> Value {
        self.body.get("location")
    }

    /// The value at a path of keys separated by dots under `properties`.
    pub fn property(&self, path: &str) -> Value {
        self.properties.at(path)
    }
}

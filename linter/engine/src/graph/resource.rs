//! A resource, whatever dialect declared it.

use smol_str::{SmolStr, StrExt};

use crate::span::Span;
use crate::value::{KeyedText, Term, Text, Truth, Value};

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
    pub resource_id: KeyedText,
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
    /// The name as it evaluates: of the resource alone where it is nested in its parent.
    pub written: Value,
    /// Its text, likewise.
    pub text: SmolStr,
}

/// How many characters of a name a message shows.
const MAX_SHOWN: usize = 80;

/// Whether a resource is deployed.
#[derive(Clone, Debug)]
pub struct Condition {
    /// Decided only by what every deployment has: a default of a parameter decides nothing.
    pub truth: Truth,
    /// What is not decided of it, its own condition and those around it: all of these must hold.
    pub terms: Vec<Term>,
}

/// A resource's type and name, for look-ups.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ResourceKey {
    ty: SmolStr,
    name: SmolStr,
}

impl ResourceKey {
    /// The key of a type, without regard to case, and a name as [`Name::key`] gives it.
    pub fn new(ty: &str, name: impl Into<SmolStr>) -> ResourceKey {
        ResourceKey { ty: ty.to_ascii_lowercase_smolstr(), name: name.into() }
    }
}

impl Condition {
    /// The condition of a resource without one.
    pub fn always() -> Condition {
        Condition { truth: Truth::True, terms: Vec::new() }
    }

    /// Whether the two hold under the same circumstances, as far as these are not decided.
    pub fn is_same(&self, other: &Condition) -> bool {
        let within = |a: &Condition, b: &Condition| {
            a.terms.iter().all(|term| b.terms.iter().any(|own| own.same(term)))
        };
        within(self, other) && within(other, self)
    }

    /// Whether the condition certainly holds wherever this one does.
    pub fn implies(&self, other: &Condition) -> bool {
        let holds = |term: &Term| self.terms.iter().any(|own| own.same(term));
        other.truth.is_true()
            || (!self.terms.is_empty() && !other.terms.is_empty() && other.terms.iter().all(holds))
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

    /// For people: the whole name, in lower case, with the expressions of its holes in braces.
    pub fn braced(&self) -> String {
        self.segments.iter().map(Text::braced).collect::<Vec<_>>().join("/").to_ascii_lowercase()
    }

    /// The own name for people and for look-ups by them: the text as written where it is not known.
    pub fn label(&self) -> SmolStr {
        let name = self.last();
        match name.known() {
            Some(known) => known.clone(),
            None if self.text.is_empty() => name.display(),
            None => self.text.clone(),
        }
    }

    /// The same for messages, which show the beginning of a long one.
    pub fn display(&self) -> SmolStr {
        let label = self.label();
        match label.char_indices().nth(MAX_SHOWN) {
            Some(_) => label.chars().take(MAX_SHOWN - 1).chain(['…']).collect(),
            None => label,
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

    /// Type and name, for look-ups.
    pub fn key(&self) -> ResourceKey {
        ResourceKey::new(&self.ty, self.name.key())
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

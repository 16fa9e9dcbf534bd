//! What a resource has and the schema has not: by itself no reason for a finding.

use armlint_engine::graph::ResourceId;
use armlint_engine::span::Span;
use armlint_engine::value::Value;
use smol_str::SmolStr;

use super::members::Members;
use super::{EnumNode, Kind, Node, ResourceType, TypeVersion};

/// What a resource has and the schema has not.
#[derive(Clone, Debug)]
pub struct Deviation {
    /// The resource.
    pub resource: ResourceId,
    /// Its type.
    pub ty: ResourceType,
    /// The version that is written.
    pub version: TypeVersion,
    /// What it is.
    pub kind: DeviationKind,
    /// The way from the body to the place. Never empty.
    pub trail: Vec<Stage>,
    /// What stands there; nothing where something is missing.
    pub value: Value,
    /// The last segment of the resource's name, where it is known.
    pub name: Option<SmolStr>,
}

/// One step into a value.
#[derive(Clone, Debug)]
pub struct Stage {
    /// What the step leads into.
    pub container: Value,
    /// The member or the element.
    pub step: Step,
    /// The token of the key, where it is written.
    pub key: Option<Span>,
}

/// The member or element that is stepped to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// A member, as it is written.
    Member(SmolStr),
    /// An element.
    Element(usize),
}

/// The kinds of deviations.
#[derive(Clone, Copy, Debug)]
pub enum DeviationKind {
    /// The schema has no such property.
    Unknown,
    /// The value is of a JSON type that cannot become that of the schema.
    WrongType(Node),
    /// The value is none of those that are listed.
    NotListed(EnumNode),
    /// The number or the length is out of bounds.
    OutOfRange(Node),
    /// The service decides the property.
    ReadOnly,
    /// A required property is missing.
    Missing(Node),
}

impl DeviationKind {
    pub(super) fn number(&self) -> u8 {
        match self {
            DeviationKind::Unknown => 0,
            DeviationKind::WrongType(_) => 1,
            DeviationKind::NotListed(_) => 2,
            DeviationKind::OutOfRange(_) => 3,
            DeviationKind::ReadOnly => 4,
            DeviationKind::Missing(_) => 5,
        }
    }
}

impl Deviation {
    /// The token that a finding points at: the value where it is wrong, and otherwise the key.
    pub fn place(&self) -> Span {
        let key = self.trail.iter().rev().find_map(|stage| stage.key);
        let is_scalar = self.value.object().is_none() && self.value.elements().is_none();
        let is_about_value = matches!(
            self.kind,
            DeviationKind::WrongType(_) | DeviationKind::NotListed(_) | DeviationKind::OutOfRange(_)
        );
        if is_about_value && is_scalar {
            self.value.origin.span
        } else {
            key.unwrap_or(self.value.origin.span)
        }
    }

    /// The name of the property at the place; that of the array where it is an element.
    pub fn property_name(&self) -> &str {
        let member = |stage: &Stage| matches!(stage.step, Step::Member(_));
        match self.trail.iter().rev().find(|stage| member(stage)).map(|stage| &stage.step) {
            Some(Step::Member(name)) => name,
            _ => "",
        }
    }

    /// The object that holds the property, or the array that holds the element.
    pub fn container(&self) -> &Value {
        self.trail.last().map_or(&self.value, |stage| &stage.container)
    }

    /// The path from the resource on, as it is written: `properties.ipRules[0].value`.
    pub fn path(&self) -> String {
        path(&self.trail, |at| format!("[{at}]"))
    }

    /// The path for every element: `properties.ipRules[].value`.
    pub fn general_path(&self) -> String {
        path(&self.trail, |_| "[]".to_string())
    }

    /// The properties beside the place.
    pub fn members(&self) -> Option<Members> {
        self.members_in(self.version)
    }

    /// The properties beside the place in a version; nothing where that version has no such object, or allows anything.
    pub fn members_in(&self, version: TypeVersion) -> Option<Members> {
        let (last, before) = self.trail.split_last()?;
        let node = follow(version.body()?, before, self.name.as_deref())?;
        let root = before.is_empty().then_some(self.name.as_deref()).flatten();
        node.object().map(|object| Members::of(object, &last.container, root))
    }

    /// What a version allows at the place; nothing where it does not know the place.
    pub fn node_in(&self, version: TypeVersion) -> Option<Node> {
        follow(version.body()?, &self.trail, self.name.as_deref())
    }

    /// The versions of the type whose properties are known.
    pub fn versions(&self) -> impl Iterator<Item = TypeVersion> {
        self.ty.versions().filter(|version| version.body().is_some())
    }

    /// Whether some version allows a property of the name here.
    pub fn is_known_in_some_version(&self) -> bool {
        self.versions().any(|version| {
            let (Some(body), Some((_, before))) = (version.body(), self.trail.split_last()) else {
                return false;
            };
            let around = follow(body, before, self.name.as_deref());
            let free = around.is_some_and(|node| matches!(node.kind(), Kind::Any | Kind::Both(_)));
            free || self.node_in(version).is_some()
        })
    }
}

/// The path of a way, with the elements as `element` writes them.
pub fn path(trail: &[Stage], element: impl Fn(usize) -> String) -> String {
    let mut path = String::new();
    for stage in trail {
        match &stage.step {
            Step::Member(name) => {
                if !path.is_empty() {
                    path.push('.');
                }
                path.push_str(name);
            }
            Step::Element(at) => path.push_str(&element(*at)),
        }
    }
    path
}

/// What is allowed at the end of a way; anything where anything is allowed on the way.
pub fn follow(root: Node, trail: &[Stage], name: Option<&str>) -> Option<Node> {
    let mut node = root;
    for (depth, stage) in trail.iter().enumerate() {
        node = match (node.kind(), &stage.step) {
            (Kind::Any | Kind::Both(_), _) => return Some(node),
            (Kind::Array(element, _), Step::Element(_)) => element,
            (Kind::Object(object), Step::Member(member)) => {
                let members = Members::of(object, &stage.container, name.filter(|_| depth == 0));
                let property = members.property(member).map(|property| property.node);
                property.or_else(|| members.additional())?
            }
            _ => return None,
        };
    }
    Some(node)
}

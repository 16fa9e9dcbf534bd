//! The properties that an object has, where one of them decides which others there are.

use armlint_engine::value::Value;

use super::identity::decided_text;
use super::{Node, ObjectNode, Property};

/// The properties of an object with a value: those of all, and those that its discriminator adds.
#[derive(Clone, Copy, Debug)]
pub struct Members {
    own: ObjectNode,
    added: Option<ObjectNode>,
    decided: bool,
}

impl Members {
    /// Of an object as it is written; `name` is the last segment of the resource's name where it is the whole body.
    pub fn of(node: ObjectNode, value: &Value, name: Option<&str>) -> Members {
        let Some(discriminator) = node.discriminator() else {
            return Members { own: node, added: None, decided: true };
        };
        let written = value.get(discriminator.name);
        let decides = match name {
            Some(name) if discriminator.name == "name" => Some(name),
            _ => decided_text(&written),
        };
        let added = decides.and_then(|value| discriminator.value(value)).and_then(Node::object);
        Members { own: node, added, decided: added.is_some() }
    }

    /// Whether it is known which properties there are.
    pub fn is_decided(&self) -> bool {
        self.decided
    }

    /// A property by its name.
    pub fn property(&self, name: &str) -> Option<Property> {
        self.added.and_then(|added| added.property(name)).or_else(|| self.own.property(name))
    }

    /// All properties, sorted by name twice: those that the discriminator adds first.
    pub fn properties(&self) -> impl Iterator<Item = Property> {
        let added = self.added.into_iter().flat_map(ObjectNode::properties);
        added.chain(self.own.properties())
    }

    /// What is allowed under names that are free.
    pub fn additional(&self) -> Option<Node> {
        self.added.and_then(ObjectNode::additional).or_else(|| self.own.additional())
    }

    /// Whether the schema has any name for it: what has none is free.
    pub fn is_empty(&self) -> bool {
        self.properties().next().is_none()
    }

    /// Whether a whole resource stands here that may be referred to by its id alone.
    pub fn is_resource(&self) -> bool {
        self.property("id").is_some() && self.property("properties").is_some()
    }

    /// Whether it is a secret as a whole.
    pub fn is_secret(&self) -> bool {
        self.own.is_secret() || self.added.is_some_and(ObjectNode::is_secret)
    }
}

//! What is allowed at a place of a resource's body.

use super::blob::{self, NONE, Part};

/// What is allowed at a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Node(u32);

/// The kinds of nodes.
#[derive(Clone, Copy, Debug)]
pub enum Kind {
    /// Anything.
    Any,
    /// A boolean.
    Boolean,
    /// A number.
    Integer(Bounds),
    /// A string.
    String(Lengths),
    /// One of several strings.
    Enum(EnumNode),
    /// An array of elements.
    Array(Node, Lengths),
    /// An object.
    Object(ObjectNode),
    /// One of several.
    Union(Nodes),
    /// What two specifications say, which differ: something is wrong only where it is for both.
    Both(Nodes),
}

/// Several nodes.
#[derive(Clone, Copy, Debug)]
pub struct Nodes(Node);

/// The least and the greatest number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bounds {
    /// The least number.
    pub min: Option<i64>,
    /// The greatest number.
    pub max: Option<i64>,
}

/// How long a string or an array is, and what a string looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lengths {
    /// The least length.
    pub min: Option<u32>,
    /// The greatest length.
    pub max: Option<u32>,
    /// The pattern of a string, in the dialect of the specification.
    pub pattern: Option<&'static str>,
    /// Whether it is a secret.
    pub secret: bool,
}

/// One of several strings.
#[derive(Clone, Copy, Debug)]
pub struct EnumNode(Node);

/// An object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ObjectNode(Node);

/// A property of an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Property {
    /// Its name.
    pub name: &'static str,
    /// What is known of it.
    pub flags: Flags,
    /// What is allowed in it.
    pub node: Node,
}

/// What is known of a property.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Flags(u32);

/// The property that decides which other properties an object has.
#[derive(Clone, Copy, Debug)]
pub struct Discriminator {
    /// Its name.
    pub name: &'static str,
    object: ObjectNode,
}

// Flags of a node.
const SECRET: u32 = 1 << 4;
const OPEN: u32 = 1 << 5;
const DISCRIMINATED: u32 = 1 << 6;

impl Flags {
    #[cfg(test)]
    pub(super) fn bits(self) -> u32 {
        self.0
    }

    /// Whether it must be there.
    pub fn is_required(self) -> bool {
        self.0 & 1 != 0
    }

    /// Whether the service decides it.
    pub fn is_read_only(self) -> bool {
        self.0 & 2 != 0
    }

    /// Whether the service never tells it.
    pub fn is_write_only(self) -> bool {
        self.0 & 4 != 0
    }

    /// Whether it must be known when the deployment starts.
    pub fn is_fixed_at_start(self) -> bool {
        self.0 & 8 != 0
    }
}

impl Node {
    pub(super) fn at(word: u32) -> Node {
        Node(word)
    }

    fn word(self, at: usize) -> u32 {
        blob::word(Part::Nodes, self.0 as usize + at)
    }

    fn node(self, at: usize) -> Node {
        Node(self.word(at))
    }

    fn bound(self, at: usize) -> Option<u32> {
        Some(self.word(at)).filter(|word| *word != NONE)
    }

    fn has(self, flag: u32) -> bool {
        self.word(0) & flag != 0
    }

    fn count(self) -> usize {
        (self.word(0) >> 8) as usize
    }

    /// Its kind.
    pub fn kind(self) -> Kind {
        match self.word(0) & 15 {
            1 => Kind::Boolean,
            2 => Kind::Integer(self.bounds()),
            3 => Kind::String(Lengths { pattern: self.bound(3).map(blob::text), ..self.lengths(1) }),
            4 => Kind::Enum(EnumNode(self)),
            5 => Kind::Array(self.node(1), self.lengths(2)),
            6 => Kind::Object(ObjectNode(self)),
            7 => Kind::Union(Nodes(self)),
            8 => Kind::Both(Nodes(self)),
            _ => Kind::Any,
        }
    }

    fn bounds(self) -> Bounds {
        let number = |at: usize| (i64::from(self.word(at + 1)) << 32) | i64::from(self.word(at));
        let (min, max) = (number(1), number(3));
        Bounds {
            min: Some(min).filter(|min| *min != i64::MIN),
            max: Some(max).filter(|max| *max != i64::MAX),
        }
    }

    fn lengths(self, at: usize) -> Lengths {
        Lengths { min: self.bound(at), max: self.bound(at + 1), pattern: None, secret: self.has(SECRET) }
    }

    /// The object, where one is allowed and nothing else.
    pub fn object(self) -> Option<ObjectNode> {
        match self.kind() {
            Kind::Object(object) => Some(object),
            _ => None,
        }
    }

    /// Whether what stands here is a secret as a whole.
    pub fn is_secret(self) -> bool {
        matches!(self.kind(), Kind::String(_) | Kind::Object(_)) && self.has(SECRET)
    }
}

impl Nodes {
    /// The nodes.
    pub fn iter(self) -> impl Iterator<Item = Node> {
        (0..self.0.count()).map(move |at| self.0.node(1 + at))
    }
}

impl EnumNode {
    /// Whether other strings may be right as well.
    pub fn is_open(self) -> bool {
        self.0.has(OPEN)
    }

    /// The strings, sorted.
    pub fn values(self) -> impl ExactSizeIterator<Item = &'static str> {
        (0..self.0.count()).map(move |at| blob::text(self.0.word(1 + at)))
    }

    /// Whether a string is one of them, without regard to case.
    pub fn contains(self, value: &str) -> bool {
        blob::find(self.0.count(), value, |at| self.0.word(1 + at)).is_ok()
    }
}

impl ObjectNode {
    // The word behind the head and what comes before the properties.
    fn first(self) -> usize {
        let additional = usize::from(self.0.has(OPEN));
        1 + additional + if self.0.has(DISCRIMINATED) { 2 } else { 0 }
    }

    /// The node.
    pub fn node(self) -> Node {
        self.0
    }

    /// The properties that it has by itself, sorted by name.
    pub fn properties(self) -> impl ExactSizeIterator<Item = Property> {
        (0..self.0.count()).map(move |at| self.nth(at))
    }

    fn nth(self, at: usize) -> Property {
        let word = self.0.word(self.first() + 2 * at);
        let node = self.0.node(self.first() + 2 * at + 1);
        Property { name: blob::text(word >> 4), flags: Flags(word & 15), node }
    }

    /// A property that it has by itself.
    pub fn property(self, name: &str) -> Option<Property> {
        let first = self.first();
        let text = |at: usize| self.0.word(first + 2 * at) >> 4;
        blob::find(self.0.count(), name, text).ok().map(|at| self.nth(at))
    }

    /// What is allowed under names that are free to choose; nothing where there are none.
    pub fn additional(self) -> Option<Node> {
        self.0.has(OPEN).then(|| self.0.node(1))
    }

    /// The property that decides which others there are.
    pub fn discriminator(self) -> Option<Discriminator> {
        let name = self.0.word(1 + usize::from(self.0.has(OPEN)));
        self.0.has(DISCRIMINATED).then(|| Discriminator { name: blob::text(name), object: self })
    }

    /// Whether all that stands in it is a secret.
    pub fn is_secret(self) -> bool {
        self.0.is_secret()
    }
}

impl Discriminator {
    fn count(self) -> usize {
        self.object.0.word(self.object.first() - 1) as usize
    }

    fn first(self) -> usize {
        self.object.first() + 2 * self.object.0.count()
    }

    fn nth(self, at: usize) -> (&'static str, Node) {
        let at = self.first() + 2 * at;
        (blob::text(self.object.0.word(at)), self.object.0.node(at + 1))
    }

    /// The values that it can have, with the object that each adds.
    pub fn values(self) -> impl ExactSizeIterator<Item = (&'static str, Node)> {
        (0..self.count()).map(move |at| self.nth(at))
    }

    /// What a value adds.
    pub fn value(self, value: &str) -> Option<Node> {
        let first = self.first();
        let text = |at: usize| self.object.0.word(first + 2 * at);
        blob::find(self.count(), value, text).ok().map(|at| self.nth(at).1)
    }
}

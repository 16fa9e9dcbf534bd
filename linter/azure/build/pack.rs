//! The table as bytes, which `src/schema/blob.rs` reads where they lie.
//!
//! All is words of 32 bits, the lowest byte first, then the texts, each behind its length in two bytes. The header is the
//! words where the parts start, and their lengths: types, versions, names of versions, nodes; the byte at which the texts
//! start, and the days of the specifications and of the cloud's list. What is looked up by name is sorted by the bytes of the name in small letters.
//!
//! - Types: name, first version; one more at the end without a name.
//! - Versions: number of the name, with flags; body, or all bits where there is none.
//! - Names of versions: text.
//! - Nodes: a head of kind (4 bits), flags (4 bits) and number of members, then what the kind has.

use std::collections::{BTreeSet, HashMap};

use crate::text::{Node, Object, Table};

/// Kinds of nodes.
const ANY: u32 = 0;
const BOOLEAN: u32 = 1;
const INTEGER: u32 = 2;
const STRING: u32 = 3;
const ENUM: u32 = 4;
const ARRAY: u32 = 5;
const OBJECT: u32 = 6;
const UNION: u32 = 7;
const BOTH: u32 = 8;

/// Flags of nodes.
const SECRET: u32 = 1 << 4;
const OPEN: u32 = 1 << 5;
const DISCRIMINATED: u32 = 1 << 6;

/// No bound, no body, no text.
const NONE: u32 = u32::MAX;

/// The bytes of a table.
pub(crate) fn pack(table: &Table) -> Result<Vec<u8>, String> {
    let mut texts = Texts::default();
    let mut nodes = Nodes { offsets: offsets(table), ..Nodes::default() };
    for node in &table.nodes {
        nodes.push(node, &mut texts)?;
    }
    let names = version_names(table);
    let (mut types, mut versions) = (Vec::new(), Vec::new());
    for ty in table.types.values() {
        types.extend([texts.offset(&ty.name)?, versions.len() as u32 / 2]);
        for version in ty.versions.values() {
            let number = names.iter().position(|name| *name == version.name).unwrap_or_default() as u32;
            let manifest = u32::from(version.in_manifest) << 16;
            versions.push(number | manifest | version.readable << 17 | version.writable << 22);
            versions.push(nodes.body(&version.roots));
        }
    }
    types.extend([NONE, versions.len() as u32 / 2]);
    let mut name_offsets = Vec::new();
    for name in &names {
        name_offsets.push(texts.offset(name)?);
    }
    Ok(bytes(&[types, versions, name_offsets, nodes.words], &texts.bytes, table.days))
}

fn bytes(parts: &[Vec<u32>], texts: &[u8], days: [u32; 2]) -> Vec<u8> {
    let mut header = Vec::new();
    let mut at = 2 * parts.len() as u32 + 3;
    for part in parts {
        header.extend([at, part.len() as u32]);
        at += part.len() as u32;
    }
    header.push(4 * at);
    header.extend(days);
    let words = std::iter::once(&header).chain(parts).flatten();
    let mut bytes: Vec<u8> = words.flat_map(|word| word.to_le_bytes()).collect();
    bytes.extend(texts);
    bytes
}

fn version_names(table: &Table) -> Vec<String> {
    let versions = table.types.values().flat_map(|ty| ty.versions.values());
    let names: BTreeSet<&String> = versions.map(|version| &version.name).collect();
    names.into_iter().cloned().collect()
}

// The word at which each node starts.
fn offsets(table: &Table) -> Vec<u32> {
    let mut next = 0;
    let mut offset = |node: &Node| {
        let own = next;
        next += words(node);
        own
    };
    table.nodes.iter().map(&mut offset).collect()
}

fn words(node: &Node) -> u32 {
    let more = match node {
        Node::Any | Node::Boolean => 0,
        Node::Integer { .. } => 4,
        Node::String { .. } | Node::Array { .. } => 3,
        Node::Enum { values, .. } => values.len(),
        Node::Union(nodes) => nodes.len(),
        Node::Object(object) => {
            let discriminated = if object.discriminator.is_some() { 2 } else { 0 };
            let additional = if object.fields.contains_key("*") { 1 } else { 0 };
            2 * object.fields.len() - additional + discriminated
        }
    };
    1 + more as u32
}

#[derive(Default)]
struct Nodes {
    offsets: Vec<u32>,
    words: Vec<u32>,
    // Bodies of which there are two.
    both: HashMap<(u32, u32), u32>,
}

impl Nodes {
    fn body(&mut self, roots: &[usize]) -> u32 {
        match roots {
            [] => NONE,
            [only] => self.offsets[*only],
            [first, second, ..] => {
                let pair = (self.offsets[*first], self.offsets[*second]);
                let next = self.words.len() as u32;
                let at = *self.both.entry(pair).or_insert(next);
                if at == next {
                    self.words.extend([BOTH | 2 << 8, pair.0, pair.1]);
                }
                at
            }
        }
    }

    fn push(&mut self, node: &Node, texts: &mut Texts) -> Result<(), String> {
        let secret = |is: bool| if is { SECRET } else { 0 };
        let bound = |bound: &Option<u32>| bound.unwrap_or(NONE);
        match node {
            Node::Any => self.words.push(ANY),
            Node::Boolean => self.words.push(BOOLEAN),
            Node::Integer { min, max } => {
                self.words.push(INTEGER);
                for bound in [min.unwrap_or(i64::MIN), max.unwrap_or(i64::MAX)] {
                    self.words.extend([bound as u32, (bound >> 32) as u32]);
                }
            }
            Node::String { secret: is, min, max, pattern } => {
                let pattern = if pattern.is_empty() { NONE } else { texts.offset(pattern)? };
                self.words.extend([STRING | secret(*is), bound(min), bound(max), pattern]);
            }
            Node::Enum { open, values } => {
                let open = if *open { OPEN } else { 0 };
                self.words.push(ENUM | open | (values.len() as u32) << 8);
                for value in sorted(values.iter(), |value| value) {
                    self.words.push(texts.offset(value)?);
                }
            }
            Node::Array { element, min, max } => {
                self.words.extend([ARRAY, self.offsets[*element], bound(min), bound(max)]);
            }
            Node::Union(nodes) => {
                self.words.push(UNION | (nodes.len() as u32) << 8);
                self.words.extend(nodes.iter().map(|node| self.offsets[*node]));
            }
            Node::Object(object) => self.object(object, texts)?,
        }
        Ok(())
    }

    fn object(&mut self, object: &Object, texts: &mut Texts) -> Result<(), String> {
        let additional = object.fields.get("*");
        let (values, members): (Vec<_>, Vec<_>) = object
            .fields
            .iter()
            .filter(|(name, _)| *name != "*")
            .partition(|(name, _)| name.starts_with('&'));
        let mut head = OBJECT | (members.len() as u32) << 8;
        head |= if object.secret { SECRET } else { 0 };
        head |= if additional.is_some() { OPEN } else { 0 };
        head |= if object.discriminator.is_some() { DISCRIMINATED } else { 0 };
        self.words.push(head);
        self.words.extend(additional.map(|field| self.offsets[field.node]));
        if let Some(discriminator) = &object.discriminator {
            self.words.extend([texts.offset(discriminator)?, values.len() as u32]);
        }
        for (name, field) in sorted(members.into_iter(), |(name, _)| name) {
            self.words.extend([texts.offset(name)? << 4 | field.flags, self.offsets[field.node]]);
        }
        for (name, field) in sorted(values.into_iter(), |(name, _)| name) {
            self.words.extend([texts.offset(&name[1..])?, self.offsets[field.node]]);
        }
        Ok(())
    }
}

/// Texts behind their lengths, each once.
#[derive(Default)]
struct Texts {
    bytes: Vec<u8>,
    known: HashMap<String, u32>,
}

impl Texts {
    fn offset(&mut self, text: &str) -> Result<u32, String> {
        if let Some(offset) = self.known.get(text) {
            return Ok(*offset);
        }
        let offset = self.bytes.len() as u32;
        let length =
            u16::try_from(text.len()).map_err(|_| format!("a text of {} bytes is too long", text.len()))?;
        if offset >= 1 << 28 {
            return Err("the texts are too long for the table".into());
        }
        self.bytes.extend(length.to_le_bytes());
        self.bytes.extend(text.as_bytes());
        self.known.insert(text.into(), offset);
        Ok(offset)
    }
}

// By the names in small letters, and where these are the same by the names.
fn sorted<'t, T: 't>(named: impl Iterator<Item = T>, name: impl Fn(&T) -> &'t str) -> Vec<T> {
    let mut sorted: Vec<T> = named.collect();
    sorted.sort_by_cached_key(|named| (name(named).to_ascii_lowercase(), name(named).to_string()));
    sorted
}

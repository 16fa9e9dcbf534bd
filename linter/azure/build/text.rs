//! The table as text: `schema/types.txt` and `schema/versions.txt`, whose README says what stands in them.

use std::collections::{BTreeMap, BTreeSet, HashMap};

/// The types by their folded names, and the nodes that they refer to.
pub(crate) struct Table {
    /// The days of the specifications and of the cloud's own list, as numbers: 20200401.
    pub(crate) days: [u32; 2],
    pub(crate) types: BTreeMap<String, Type>,
    pub(crate) nodes: Vec<Node>,
}

/// A type as it is spelled, with its versions by their folded names.
pub(crate) struct Type {
    pub(crate) name: String,
    pub(crate) versions: BTreeMap<String, Version>,
}

/// One version of a type.
pub(crate) struct Version {
    pub(crate) name: String,
    /// The bodies: none where the version is known and nothing more, two where two specifications differ.
    pub(crate) roots: Vec<usize>,
    pub(crate) in_manifest: bool,
    /// Scopes as masks: 1 tenant, 2 management group, 4 subscription, 8 resource group, 16 another resource.
    pub(crate) readable: u32,
    pub(crate) writable: u32,
}

/// What is allowed at a place.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Node {
    Any,
    Boolean,
    Integer { min: Option<i64>, max: Option<i64> },
    String { secret: bool, min: Option<u32>, max: Option<u32>, pattern: String },
    Enum { open: bool, values: BTreeSet<String> },
    Array { element: usize, min: Option<u32>, max: Option<u32> },
    Object(Object),
    Union(Vec<usize>),
}

/// The fields of an object by their names, as the text has them: `*` stands for additional properties, `&value` for what
/// a value of the discriminator adds.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Object {
    pub(crate) secret: bool,
    pub(crate) discriminator: Option<String>,
    pub(crate) fields: BTreeMap<String, Field>,
}

/// Where a field leads to, with its flags: 1 required, 2 read-only, 4 write-only, 8 fixed at the start of a deployment.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Field {
    pub(crate) flags: u32,
    pub(crate) node: usize,
}

impl Table {
    /// Reads both texts; what is wrong with them is said with its line.
    pub(crate) fn read(types: &str, versions: &str) -> Result<Table, String> {
        let mut reader = Reader::default();
        let at = |file: &str, line: usize, fault: String| {
            Err(format!("linter/azure/schema/{file}:{}: {fault}", line + 1))
        };
        for (number, line) in types.lines().enumerate().filter(|(_, line)| !line.starts_with('#')) {
            if let Err(fault) = reader.line(line) {
                return at("types.txt", number, fault);
            }
        }
        for (number, line) in versions.lines().enumerate().filter(|(_, line)| !line.starts_with('#')) {
            if let Err(fault) = reader.versions(line) {
                return at("versions.txt", number, fault);
            }
        }
        let days = [day(types, "# source ")?, day(versions, "# sources: ")?];
        reader.finish(days)
    }
}

// The last day that the line of the sources names.
fn day(text: &str, start: &str) -> Result<u32, String> {
    let line =
        text.lines().find(|line| line.starts_with(start)).ok_or("the line of the sources is missing")?;
    let words = line.split(|c: char| !c.is_ascii_digit() && c != '-').rev();
    let mut days = words.filter(|word| word.len() == 10 && word.matches('-').count() == 2);
    let day = days.next().ok_or("the line of the sources has no day")?;
    number(&day.replace('-', ""))
}

#[derive(Default)]
struct Reader {
    types: BTreeMap<String, Type>,
    nodes: Vec<Option<Node>>,
    // Nodes by their ids, and by the words that stand for nodes without one.
    indexes: HashMap<String, usize>,
}

impl Reader {
    fn line(&mut self, line: &str) -> Result<(), String> {
        let fields: Vec<&str> = line.split('\t').collect();
        let [id, kind, rest @ ..] = fields.as_slice() else { return Err("two columns are missing".into()) };
        if *id == "T" {
            return self.ty(kind, rest);
        }
        let node = self.node(kind, rest)?;
        let index = self.index(id);
        match self.nodes[index].replace(node) {
            None => Ok(()),
            Some(_) => Err(format!("there is a node `{id}` above")),
        }
    }

    fn ty(&mut self, name: &str, cells: &[&str]) -> Result<(), String> {
        let (mut readable, mut writable) = (0, 0);
        let mut roots = Vec::new();
        let mut versions = BTreeMap::new();
        for cell in cells {
            if let Some(scopes) = cell.strip_prefix('%') {
                let (read, write) = scopes.split_once('/').ok_or("scopes are written `%8/8`")?;
                (readable, writable) = (number(read)?, number(write)?);
                continue;
            }
            let (version, root) = cell.split_once(':').ok_or("a version is written `2020-01-01:root`")?;
            let root_only = root.strip_suffix('\'');
            if let written @ [_, ..] = root_only
                .unwrap_or(root)
                .split('|')
                .filter(|id| !id.is_empty())
                .collect::<Vec<_>>()
                .as_slice()
            {
                roots = written.iter().map(|id| self.reference(id)).collect();
            }
            let version = Version {
                name: version.into(),
                roots: roots.clone(),
                in_manifest: root_only.is_some(),
                readable,
                writable,
            };
            versions.insert(version.name.to_ascii_lowercase(), version);
        }
        self.types.insert(name.to_ascii_lowercase(), Type { name: unescaped(name), versions });
        Ok(())
    }

    fn versions(&mut self, line: &str) -> Result<(), String> {
        let mut cells = line.split('\t');
        let (Some(provider), Some(versions)) = (cells.next(), cells.next()) else {
            return Err("two columns are missing".into());
        };
        for ty in cells {
            let name = format!("{provider}/{ty}");
            let entry = self.types.entry(name.to_ascii_lowercase());
            let entry = entry.or_insert_with(|| Type { name, versions: BTreeMap::new() });
            for written in versions.split(' ') {
                let plain = written.strip_suffix('\'');
                let version = plain.unwrap_or(written);
                entry.versions.entry(version.to_ascii_lowercase()).or_insert_with(|| Version {
                    name: version.into(),
                    roots: Vec::new(),
                    in_manifest: plain.is_some(),
                    readable: 0,
                    writable: 0,
                });
            }
        }
        Ok(())
    }

    fn node(&mut self, kind: &str, cells: &[&str]) -> Result<Node, String> {
        let cell = |at: usize| cells.get(at).copied().unwrap_or("");
        Ok(match kind {
            "o" | "O" | "d" => Node::Object(self.object(kind == "O", cells)?),
            "e" | "E" => Node::Enum { open: kind == "E", values: self.values(cells)? },
            "x" | "X" => Node::String {
                secret: kind == "X",
                min: bound(cell(0))?,
                max: bound(cell(1))?,
                pattern: unescaped(cell(2)),
            },
            "n" => Node::Integer { min: bound(cell(0))?, max: bound(cell(1))? },
            "l" => {
                Node::Array { element: self.reference(cell(0)), min: bound(cell(1))?, max: bound(cell(2))? }
            }
            "u" => Node::Union(cells.iter().map(|id| self.reference(id)).collect()),
            _ => return Err(format!("there is no kind `{kind}`")),
        })
    }

    fn object(&mut self, secret: bool, cells: &[&str]) -> Result<Object, String> {
        let (base, cells) = self.base(cells)?;
        let mut object = match base {
            None => Object::default(),
            Some(Node::Object(object)) => object,
            Some(_) => return Err("the base is no object".into()),
        };
        object.secret = secret;
        for cell in cells {
            if let Some(removed) = cell.strip_prefix('-') {
                match removed {
                    "?" => object.discriminator = None,
                    name => _ = object.fields.remove(&unescaped(name)),
                }
                continue;
            }
            let (name, node) = cell.rsplit_once(':').ok_or("a property is written `name:node`")?;
            if name == "?" {
                object.discriminator = Some(unescaped(node));
                continue;
            }
            let id = node.trim_start_matches(['!', '<', '>', '=']);
            let flag = |sign: char| match sign {
                '!' => 1,
                '<' => 2,
                '>' => 4,
                _ => 8,
            };
            let flags = node[..node.len() - id.len()].chars().map(flag).sum();
            object.fields.insert(unescaped(name), Field { flags, node: self.reference(id) });
        }
        Ok(object)
    }

    fn values(&mut self, cells: &[&str]) -> Result<BTreeSet<String>, String> {
        let (base, cells) = self.base(cells)?;
        let mut values = match base {
            None => BTreeSet::new(),
            Some(Node::Enum { values, .. }) => values,
            Some(_) => return Err("the base is no enum".into()),
        };
        for cell in cells {
            match cell.strip_prefix('-') {
                Some(removed) => _ = values.remove(&unescaped(removed)),
                None => _ = values.insert(unescaped(cell)),
            }
        }
        Ok(values)
    }

    fn base<'c>(&self, cells: &'c [&'c str]) -> Result<(Option<Node>, &'c [&'c str]), String> {
        let Some((id, rest)) =
            cells.split_first().and_then(|(first, rest)| Some((first.strip_prefix('=')?, rest)))
        else {
            return Ok((None, cells));
        };
        let base = self.indexes.get(id).and_then(|index| self.nodes[*index].clone());
        base.map(|base| (Some(base), rest)).ok_or_else(|| format!("there is no node `{id}` above"))
    }

    // The node that a reference leads to: one with an id, or one that is its reference.
    fn reference(&mut self, id: &str) -> usize {
        let index = self.index(id);
        if self.nodes[index].is_none() {
            let string = |secret| Node::String { secret, min: None, max: None, pattern: String::new() };
            self.nodes[index] = match (id, id.strip_prefix('[')) {
                ("a", _) => Some(Node::Any),
                ("b", _) => Some(Node::Boolean),
                ("i", _) => Some(Node::Integer { min: None, max: None }),
                ("s", _) => Some(string(false)),
                ("S", _) => Some(string(true)),
                (_, Some(element)) => {
                    Some(Node::Array { element: self.reference(element), min: None, max: None })
                }
                _ => None,
            };
        }
        index
    }

    fn index(&mut self, id: &str) -> usize {
        if let Some(index) = self.indexes.get(id) {
            return *index;
        }
        self.nodes.push(None);
        self.indexes.insert(id.into(), self.nodes.len() - 1);
        self.nodes.len() - 1
    }

    fn finish(self, days: [u32; 2]) -> Result<Table, String> {
        for (id, index) in &self.indexes {
            if self.nodes[*index].is_none() {
                return Err(format!("linter/azure/schema/types.txt: there is no node `{id}`"));
            }
        }
        Ok(Table { days, types: self.types, nodes: self.nodes.into_iter().flatten().collect() })
    }
}

fn number(text: &str) -> Result<u32, String> {
    text.parse().map_err(|_| format!("`{text}` is no number"))
}

fn bound<T: std::str::FromStr>(text: &str) -> Result<Option<T>, String> {
    match text {
        "" => Ok(None),
        _ => text.parse().map(Some).map_err(|_| format!("`{text}` is no bound")),
    }
}

fn unescaped(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        plain.push(match character {
            '\\' => match characters.next() {
                Some('t') => '\t',
                Some('n') => '\n',
                Some('r') => '\r',
                _ => '\\',
            },
            other => other,
        });
    }
    plain
}

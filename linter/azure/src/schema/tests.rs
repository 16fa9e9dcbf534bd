use std::collections::BTreeMap;

use super::*;

#[path = "../../build/text.rs"]
mod text;

/// The node at a path: names, `[]` for an element, `.*` for an additional property, `{value}` for what a value of the
/// discriminator adds; with the flags of the last property.
fn at(root: Node, path: &str) -> Option<(Node, Option<Flags>)> {
    let (mut node, mut flags) = (root, None);
    for step in steps(path) {
        let object = node.object();
        (node, flags) = match step.as_str() {
            "[]" => match node.kind() {
                Kind::Array(element, _) => (element, None),
                _ => return None,
            },
            "*" => (object?.additional()?, None),
            step if step.starts_with('{') => {
                (object?.discriminator()?.value(step.trim_matches(['{', '}']))?, None)
            }
            name => object?.property(name).map(|property| (property.node, Some(property.flags)))?,
        };
    }
    Some((node, flags))
}

fn steps(path: &str) -> Vec<String> {
    let spaced = path.replace("[]", "\0[]\0").replace('{', "\0{").replace('}', "}\0");
    let mut steps = Vec::new();
    for part in spaced.split('\0') {
        match part.starts_with('{') {
            true => steps.push(part.to_string()),
            false => steps.extend(part.split('.').filter(|name| !name.is_empty()).map(str::to_string)),
        }
    }
    steps
}

fn described(node: Node) -> String {
    let lengths = |lengths: Lengths| {
        let mut words = String::new();
        for (name, bound) in [("min", lengths.min), ("max", lengths.max)] {
            words.extend(bound.map(|bound| format!(" {name}={bound}")));
        }
        words.extend(lengths.pattern.map(|pattern| format!(" pattern={pattern}")));
        words
    };
    match node.kind() {
        Kind::Any => "any".into(),
        Kind::Boolean => "bool".into(),
        Kind::Integer(bounds) => {
            let mut words = "int".to_string();
            for (name, bound) in [("min", bounds.min), ("max", bounds.max)] {
                words.extend(bound.map(|bound| format!(" {name}={bound}")));
            }
            words
        }
        Kind::String(string) => {
            format!("{}string{}", if string.secret { "secure " } else { "" }, lengths(string))
        }
        Kind::Enum(values) => {
            let mut names: Vec<&str> = values.values().collect();
            names.sort_unstable();
            format!("enum {}: {}", if values.is_open() { "open" } else { "closed" }, names.join("|"))
        }
        Kind::Array(_, length) => format!("array{}", lengths(length)),
        Kind::Object(object) => {
            let secret = if object.is_secret() { "secure " } else { "" };
            if let Some(discriminator) = object.discriminator() {
                let mut values: Vec<&str> = discriminator.values().map(|(value, _)| value).collect();
                values.sort_unstable();
                return format!("discriminated by {}: {}", discriminator.name, values.join("|"));
            }
            format!("{secret}object{}", if object.additional().is_some() { " open" } else { "" })
        }
        Kind::Union(_) => "union".into(),
        Kind::Both(_) => "both".into(),
    }
}

fn flags(flags: Option<Flags>) -> String {
    let Some(flags) = flags else { return "-".into() };
    let names = [
        (flags.is_required(), "required"),
        (flags.is_read_only(), "read-only"),
        (flags.is_write_only(), "write-only"),
    ];
    let names: Vec<&str> = names.into_iter().filter(|(is, _)| *is).map(|(_, name)| name).collect();
    if names.is_empty() { "-".into() } else { names.join(",") }
}

fn probe(row: &str) -> Result<(), String> {
    let cells: Vec<&str> = row.split('\t').collect();
    let [ty, version, path, expected_flags, expected] = cells.as_slice() else { return Err(row.into()) };
    let root = resource_type(ty).and_then(|ty| ty.version(version)).and_then(TypeVersion::body);
    let found = root.and_then(|root| at(root, path));
    let found = found.map(|(node, found)| (flags(found), described(node)));
    let expected = expected.replace("\\\\", "\\");
    match found == Some((expected_flags.to_string(), expected)) {
        true => Ok(()),
        false => Err(format!("{row}\n  found {found:?}")),
    }
}

fn assert_probes(rows: &str) {
    let rows: Vec<&str> = rows.lines().filter(|row| !row.is_empty() && !row.starts_with('#')).collect();
    let faults: Vec<String> = rows.iter().filter_map(|row| probe(row).err()).collect();
    assert!(faults.is_empty(), "{} of {}:\n{}", faults.len(), rows.len(), faults.join("\n"));
}

#[test]
fn probes() {
    assert_probes(include_str!("probes.tsv"));
}

// Those that were drawn from the specifications themselves, where they lie beside the project.
#[test]
fn probes_of_the_specifications() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/schema/probes.tsv");
    if let Ok(rows) = std::fs::read_to_string(path) {
        assert_probes(&rows.lines().skip(2).collect::<Vec<_>>().join("\n"));
    }
}

#[test]
fn names_have_no_case() {
    let ty = resource_type("microsoft.STORAGE/storageaccounts").unwrap();
    assert_eq!((ty.name(), ty.provider()), ("Microsoft.Storage/storageAccounts", "Microsoft.Storage"));
    assert!(resource_type("Microsoft.Storage/storageAccount").is_none());
    let version = ty.version("2018-03-01-PREVIEW").unwrap();
    assert_eq!((version.name(), version.is_stable()), ("2018-03-01-preview", false));
    assert!(ty.versions().is_sorted_by_key(|version| version.name()));
    assert!(starting_with("microsoft.storage/").count() > 10);
    assert!(starting_with("Microsoft.Storage/").all(|ty| ty.provider() == "Microsoft.Storage"));
}

#[test]
fn days() {
    assert_eq!(
        (specified_on().to_string().as_str(), listed_on().to_string().as_str()),
        ("2026-08-20", "2026-05-01")
    );
}

#[test]
fn what_is_not_there_is_nothing() {
    assert!(resource_type("").is_none() && resource_type("zzz").is_none());
    assert_eq!(starting_with("zzz").count(), 0);
    let vault = resource_type("Microsoft.KeyVault/vaults").unwrap().version("2019-09-01").unwrap();
    assert!(vault.is_in_manifest() && vault.deployable().names().eq(["resource group"]));
    assert!(vault.body().unwrap().object().unwrap().property("nothing").is_none());
}

#[test]
fn random_paths() {
    assert_random_paths(5_000);
}

#[test]
#[ignore = "takes long in a build that is not optimised"]
fn many_random_paths() {
    assert_random_paths(100_000);
}

/// The same answers from the packed table as from its text.
fn assert_random_paths(count: usize) {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/schema");
    let read = |name: &str| std::fs::read_to_string(format!("{folder}/{name}")).unwrap();
    let table = text::Table::read(&read("types.txt"), &read("versions.txt")).unwrap();
    assert!(resource_types().map(ResourceType::name).eq(table.types.values().map(|ty| ty.name.as_str())));
    let bodies: Vec<(&text::Type, &text::Version)> =
        table.types.values().flat_map(|ty| ty.versions.values().map(move |version| (ty, version))).collect();
    assert_eq!(table.days, [blob::day(0), blob::day(1)]);
    let mut chance = Chance(2026);
    for _ in 0..count {
        let (ty, version) = bodies[chance.below(bodies.len())];
        let found = resource_type(&ty.name.to_ascii_uppercase()).and_then(|ty| ty.version(&version.name));
        let found = found.unwrap_or_else(|| panic!("{}@{}", ty.name, version.name));
        assert_eq!(found.is_in_manifest(), version.in_manifest);
        assert_eq!((found.head() >> 17 & 31, found.head() >> 22 & 31), (version.readable, version.writable));
        let roots: Vec<Node> = match found.body().map(|body| (body, body.kind())) {
            None => Vec::new(),
            Some((_, Kind::Both(nodes))) => nodes.iter().collect(),
            Some((body, _)) => vec![body],
        };
        assert_eq!(roots.len(), version.roots.len());
        for (mut node, index) in roots.into_iter().zip(&version.roots) {
            let mut expected = &table.nodes[*index];
            for _ in 0..12 {
                assert_same(node, expected);
                let ways = ways(expected, &table);
                if ways.is_empty() {
                    break;
                }
                let (name, index) = &ways[chance.below(ways.len())];
                node = follow(node, name).unwrap_or_else(|| panic!("{}@{} {name}", ty.name, version.name));
                expected = &table.nodes[*index];
            }
        }
    }
}

struct Chance(u64);

impl Chance {
    fn below(&mut self, count: usize) -> usize {
        self.0 = self.0.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (self.0 >> 33) as usize % count
    }
}

// The references of a node with the words that `follow` takes.
fn ways(node: &text::Node, table: &text::Table) -> Vec<(String, usize)> {
    let simple = |index: &usize| matches!(&table.nodes[*index], text::Node::Any | text::Node::Boolean);
    match node {
        text::Node::Array { element, .. } => vec![("[]".into(), *element)],
        text::Node::Union(nodes) => {
            nodes.iter().enumerate().map(|(at, node)| (at.to_string(), *node)).collect()
        }
        text::Node::Object(object) => {
            let fields = object.fields.iter().map(|(name, field)| (name.to_ascii_uppercase(), field.node));
            let fields: BTreeMap<String, usize> = fields.filter(|(_, node)| !simple(node)).collect();
            // Of names that differ in case only it is not said which one is found.
            let once = |name: &String| {
                object.fields.keys().filter(|other| other.eq_ignore_ascii_case(name)).count() == 1
            };
            fields.into_iter().filter(|(name, _)| once(name)).collect()
        }
        _ => Vec::new(),
    }
}

fn follow(node: Node, name: &str) -> Option<Node> {
    match node.kind() {
        Kind::Array(element, _) => Some(element),
        Kind::Union(nodes) => nodes.iter().nth(name.parse().ok()?),
        Kind::Object(object) => match (name, name.strip_prefix('&')) {
            ("*", _) => object.additional(),
            (_, Some(value)) => object.discriminator()?.value(value),
            _ => object.property(name).map(|property| property.node),
        },
        _ => None,
    }
}

fn assert_same(node: Node, expected: &text::Node) {
    let same = match (node.kind(), expected) {
        (Kind::Any, text::Node::Any) | (Kind::Boolean, text::Node::Boolean) => true,
        (Kind::Integer(found), text::Node::Integer { min, max }) => (found.min, found.max) == (*min, *max),
        (Kind::String(found), text::Node::String { secret, min, max, pattern }) => {
            let found = (found.secret, found.min, found.max, found.pattern.unwrap_or_default());
            found == (*secret, *min, *max, pattern)
        }
        (Kind::Enum(found), text::Node::Enum { open, values }) => {
            let mut names: Vec<&str> = found.values().collect();
            names.sort_unstable();
            found.is_open() == *open
                && names.iter().all(|name| found.contains(&name.to_ascii_uppercase()))
                && names == values.iter().map(String::as_str).collect::<Vec<_>>()
        }
        (Kind::Array(_, found), text::Node::Array { min, max, .. }) => (found.min, found.max) == (*min, *max),
        (Kind::Union(found), text::Node::Union(nodes)) => found.iter().count() == nodes.len(),
        (Kind::Object(found), text::Node::Object(object)) => is_same_object(found, object),
        _ => false,
    };
    assert!(same, "{node:?} {} is not {expected:?}", described(node));
}

fn is_same_object(found: ObjectNode, expected: &text::Object) -> bool {
    let named = |free: bool| {
        let fields =
            expected.fields.iter().filter(move |(name, _)| *name != "*" && name.starts_with('&') == free);
        fields.map(|(name, field)| (name.trim_start_matches('&'), field.flags)).collect::<BTreeMap<_, _>>()
    };
    let properties = found.properties().map(|property| (property.name, property.flags.bits()));
    let values = found.discriminator().into_iter().flat_map(Discriminator::values).map(|(name, _)| (name, 0));
    properties.collect::<BTreeMap<_, _>>() == named(false)
        && values.collect::<BTreeMap<_, _>>() == named(true)
        && found.additional().is_some() == expected.fields.contains_key("*")
        && found.discriminator().map(|found| found.name) == expected.discriminator.as_deref()
        && found.is_secret() == expected.secret
}

//! Properties of the schema with one letter changed are found, and the right name is proposed.

use armlint_azure::schema::{Kind, Members, Node, Property, ResourceType, TypeVersion, resource_types};
use serde_json::{Map, Value, json};

use crate::checked;
use crate::schema::{found, template};

/// A discriminator with a value of it.
type Decided = (&'static str, &'static str);

/// How many resources stand in one template.
const BATCH: usize = 50;

#[test]
fn changed_letters_are_found() {
    assert_recall(300);
}

#[test]
#[ignore = "takes long in a build that is not optimised"]
fn many_changed_letters_are_found() {
    assert_recall(3_000);
}

fn assert_recall(count: usize) {
    let mut chance = Chance(2026);
    let versions: Vec<(ResourceType, TypeVersion)> = resource_types()
        .filter(|ty| is_judged(ty.name()))
        .flat_map(|ty| {
            ty.versions().filter(|version| version.body().is_some()).map(move |version| (ty, version))
        })
        .collect();
    let mut misspelled = Vec::new();
    while misspelled.len() < count {
        let (ty, version) = versions[chance.below(versions.len())];
        misspelled.extend(Misspelled::of(ty, version, &mut chance));
    }
    let mut missed = Vec::new();
    for batch in misspelled.chunks(BATCH) {
        let resources: Vec<Value> = batch.iter().map(|one| one.resource.clone()).collect();
        let text = template(Value::Array(resources), json!({}));
        let found = found(&text, &checked::on(None));
        missed.extend(batch.iter().filter(|one| {
            !found.iter().any(|finding| {
                finding.rule == "schema/unknown-property"
                    && finding.message.contains(&format!("{}`", one.written))
                    && finding.help.as_deref() == Some(&format!("Did you mean `{}`?", one.meant))
            })
        }));
    }
    let share = missed.len() * 100 / count;
    assert!(share < 1, "{} of {count}: {missed:#?}", missed.len());
}

// Of these the rule says nothing.
fn is_judged(ty: &str) -> bool {
    let silent =
        ["microsoft.datafactory/", "microsoft.customproviders/", "microsoft.azurestack", "microsoft.portal/"];
    let lower = ty.to_ascii_lowercase();
    let provider = lower.split('/').next().unwrap_or_default();
    !silent.iter().any(|start| lower.starts_with(start)) && !provider.ends_with(".admin")
}

#[derive(Debug)]
struct Misspelled {
    resource: Value,
    written: String,
    meant: &'static str,
}

impl Misspelled {
    /// A resource of a version with one name that is not right, a few objects deep.
    fn of(ty: ResourceType, version: TypeVersion, chance: &mut Chance) -> Option<Misspelled> {
        let mut node = version.body()?;
        let name = ty.name().split('/').skip(1).map(|_| "aa").collect::<Vec<_>>().join("/");
        let mut way: Vec<(&'static str, bool, Option<Decided>)> = Vec::new();
        loop {
            let (members, decided) = members(node, chance)?;
            let down: Vec<(Property, Node, bool)> = members.properties().filter_map(below).collect();
            if !down.is_empty() && way.len() < 4 && chance.below(4) > 0 {
                let (property, inner, is_array) = down[chance.below(down.len())];
                way.push((property.name, is_array, decided));
                node = inner;
                continue;
            }
            let discriminator = decided.map(|(name, _)| name);
            let meant = writable(members, &[discriminator, way.is_empty().then_some("name")], chance)?;
            let written = misspell(meant, chance);
            let mut inner = json!({ written.clone(): "x" });
            add(&mut inner, decided);
            for (name, is_array, decided) in way.into_iter().rev() {
                inner = if is_array { json!({ name: [inner] }) } else { json!({ name: inner }) };
                add(&mut inner, decided);
            }
            add(&mut inner, Some(("type", ty.name())));
            add(&mut inner, Some(("apiVersion", version.name())));
            add(&mut inner, Some(("name", Box::leak(name.into_boxed_str()))));
            return Some(Misspelled { resource: inner, written, meant });
        }
    }
}

fn add(object: &mut Value, member: Option<(&str, &str)>) {
    let members: &mut Map<String, Value> = object.as_object_mut().expect("an object");
    members.extend(member.map(|(name, value)| (name.to_string(), json!(value))));
}

// The members of a closed object, with a value for its discriminator.
fn members(node: Node, chance: &mut Chance) -> Option<(Members, Option<Decided>)> {
    let object = node.object()?;
    let decided = object.discriminator().map(|discriminator| {
        let values: Vec<&'static str> = discriminator.values().map(|(value, _)| value).collect();
        (discriminator.name, values[chance.below(values.len())])
    });
    // The name of a whole resource is its own.
    if decided.is_some_and(|(name, _)| name == "name") {
        return None;
    }
    let written = decided.map(|(name, value)| json!({ name: value }).to_string());
    let value = written.map(|text| armlint_value(&text));
    let members = match value {
        Some(value) => Members::of(object, &value, None),
        None => Members::of(object, &armlint_value("{}"), None),
    };
    members.additional().is_none().then_some((members, decided))
}

fn armlint_value(text: &str) -> armlint_engine::value::Value {
    use armlint_engine::span::{SourceId, Span};
    use armlint_engine::value::{Entry, Object, Origin, Value as Written, ValueKind};
    let span = Span::new(SourceId(0), 0, 0);
    let object: Map<String, Value> = serde_json::from_str(text).expect("an object");
    let entries = object.into_iter().map(|(key, value)| Entry {
        key: key.into(),
        value: Written::string(value.as_str().unwrap_or_default(), span),
        key_span: None,
    });
    Written::new(ValueKind::Object(Object::built(entries)), Origin::at(span))
}

// Objects below a property that can be written.
fn below(property: Property) -> Option<(Property, Node, bool)> {
    if property.flags.is_read_only() || property.name.eq_ignore_ascii_case("metadata") {
        return None;
    }
    match property.node.kind() {
        Kind::Object(object) => Some((property, object.node(), false)),
        Kind::Array(element, _) => element.object().map(|object| (property, object.node(), true)),
        _ => None,
    }
}

fn writable(members: Members, but: &[Option<&str>], chance: &mut Chance) -> Option<&'static str> {
    let plain = |name: &str| name.len() >= 4 && name.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let names: Vec<&'static str> = members
        .properties()
        .filter(|property| !property.flags.is_read_only() && plain(property.name))
        .filter(|property| !but.contains(&Some(property.name)))
        .map(|property| property.name)
        .collect();
    (!names.is_empty()).then(|| names[chance.below(names.len())])
}

// One letter is another one.
fn misspell(name: &str, chance: &mut Chance) -> String {
    let mut bytes = name.as_bytes().to_vec();
    let at = chance.below(bytes.len());
    loop {
        let letter = b'a' + chance.below(26) as u8;
        if !letter.eq_ignore_ascii_case(&bytes[at]) {
            bytes[at] = letter;
            return String::from_utf8(bytes).expect("letters");
        }
    }
}

struct Chance(u64);

impl Chance {
    fn below(&mut self, count: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % count
    }
}

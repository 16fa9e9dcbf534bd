//! Whether a value is one of a declared type: the classic types with their constraints, and the
//! type keywords of language version 2.0.
//!
//! Sources: Parameters in ARM templates, 2024-06; Definitions in ARM templates, 2024-07. Nothing is
//! converted: a string with digits is no `int` ("Template parameter JToken type is not valid").

use armlint_engine::span::Span;
use armlint_engine::syntax::{Node, NodeKind, Number};
use armlint_engine::value::{Object, Type, Value, ValueKind, Walk};

use super::{constraint, is_placeholder};

/// How many references are followed from one type to the next.
const MAX_REFERENCES: usize = 20;

/// In how many places a value that is shared is looked at: each may have another type.
const MAX_PLACES: u32 = 8;

/// Why a value does not fit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The part of the value that does not.
    pub span: Span,
    /// What is wrong, as the end of a sentence that the value begins; it never shows the value.
    pub reason: String,
}

/// A declaration, or a type within one, with all that it refers to.
#[derive(Clone)]
pub struct Schema<'t> {
    template: &'t Node,
    // What stands beside a reference goes before what it refers to.
    chain: Vec<&'t Node>,
    // A reference that leads nowhere.
    open: bool,
}

impl<'t> Schema<'t> {
    /// The type of a declaration in a template.
    pub fn new(declaration: &'t Node, template: &'t Node) -> Schema<'t> {
        let mut chain = vec![declaration];
        let mut open = false;
        while let Some(reference) = chain.last().and_then(|node| node.value("$ref")) {
            let target = reference.text().and_then(|text| text.strip_prefix("#/definitions/"));
            let target = target.and_then(|name| template.value("definitions")?.value(name));
            match target {
                Some(target) if chain.len() < MAX_REFERENCES => chain.push(target),
                _ => {
                    open = true;
                    break;
                }
            }
        }
        Schema { template, chain, open }
    }

    pub(super) fn of(&self, node: &'t Node) -> Schema<'t> {
        Schema::new(node, self.template)
    }

    /// A keyword, from the nearest that has it.
    pub(super) fn keyword(&self, key: &str) -> Option<&'t Node> {
        self.chain.iter().find_map(|node| node.value(key))
    }

    /// Whether the value may be null, or left out.
    pub fn is_nullable(&self) -> bool {
        self.keyword("nullable").is_some_and(|node| node.kind == NodeKind::Bool(true))
    }

    /// The type's name in lower case; empty where it is not known.
    pub fn ty(&self) -> String {
        self.keyword("type").and_then(Node::text).unwrap_or_default().to_ascii_lowercase()
    }

    /// Whether values of the type are secrets.
    pub fn is_secure(&self) -> bool {
        ["securestring", "secureobject"].contains(&self.ty().as_str())
    }

    /// The first thing for which a value is certainly none of this type; `None` where it is, or may be.
    pub fn fault(&self, value: &Value, walk: Walk) -> Option<Fault> {
        Judge { walk: walk.repeated(MAX_PLACES) }.value(self, value)
    }

    // The type that values of it have; none where it is said elsewhere, or by a discriminator alone.
    fn expected(&self) -> Option<Type> {
        Type::declared(&self.ty())
    }

    // Without language versions the keywords mean nothing.
    pub(super) fn has_keywords(&self) -> bool {
        self.template.value("languageVersion").is_some()
    }

    pub(super) fn discriminator(&self) -> Option<(&'t str, &'t Node)> {
        let discriminator = self.keyword("discriminator")?;
        Some((discriminator.value("propertyName")?.text()?, discriminator.value("mapping")?))
    }

    pub(super) fn element(&self, at: usize) -> Option<Schema<'t>> {
        let first = self.keyword("prefixItems").map(Node::elements).unwrap_or_default();
        let rest = self.keyword("items").filter(|items| items.is_object());
        first.get(at).or(rest).map(|node| self.of(node))
    }
}

struct Judge {
    walk: Walk,
}

impl Judge {
    fn value(&mut self, schema: &Schema<'_>, value: &Value) -> Option<Fault> {
        if schema.open || !self.walk.enters(value) {
            return None;
        }
        let found = match &value.kind {
            ValueKind::Absent => return None,
            // Each of the alternatives has to be wrong.
            ValueKind::OneOf(values) => {
                let faults: Option<Vec<Fault>> =
                    values.iter().map(|value| self.value(schema, value)).collect();
                let first = faults?.into_iter().next()?;
                return Some(Fault { span: value.origin.span, ..first });
            }
            ValueKind::Null if schema.is_nullable() => return None,
            ValueKind::Null => return Some(fault(value.origin.span, "is null")),
            ValueKind::Text(text) if text.known().is_some_and(|text| is_placeholder(text)) => return None,
            _ => value.ty()?,
        };
        let expected = schema.expected()?;
        let whole = !matches!(value.kind, ValueKind::Number(Number::Float(_)));
        if found != expected || !whole {
            let found = if whole { type_name(found) } else { "float" };
            let reason = format!("is of type {found}, and {} is declared", type_name(expected));
            return Some(fault(value.origin.span, &reason));
        }
        // Another value than the default may be given, of the same type.
        if value.assumed {
            return None;
        }
        constraint::fault(schema, value).or_else(|| self.parts(schema, value))
    }

    fn parts(&mut self, schema: &Schema<'_>, value: &Value) -> Option<Fault> {
        if !schema.has_keywords() {
            return None;
        }
        match &value.kind {
            ValueKind::Array(elements) => elements
                .iter()
                .enumerate()
                .find_map(|(at, element)| self.value(&schema.element(at)?, element)),
            ValueKind::Object(object) => match schema.discriminator() {
                Some((name, mapping)) => self.variant(schema, name, mapping, value, object),
                None => self.object(schema, value, object),
            },
            _ => None,
        }
    }

    fn object(&mut self, schema: &Schema<'_>, value: &Value, object: &Object) -> Option<Fault> {
        let properties = schema.keyword("properties");
        let others = schema.keyword("additionalProperties");
        let wrong = object.entries().iter().find_map(|entry| {
            let declared = properties.and_then(|properties| properties.value(&entry.key));
            match (declared, others) {
                (Some(declared), _) => self.value(&schema.of(declared), &entry.value),
                (None, Some(others)) if others.is_object() => self.value(&schema.of(others), &entry.value),
                (None, Some(closed)) if closed.kind == NodeKind::Bool(false) => {
                    let span = entry.key_span.unwrap_or(value.origin.span);
                    Some(fault(span, "is no property of the declared type"))
                }
                _ => None,
            }
        });
        wrong.or_else(|| {
            let declared = properties.map(Node::members).unwrap_or_default();
            let missing = declared.iter().find(|property| {
                let schema = schema.of(&property.value);
                object.get(&property.key.text).is_none_or(|value| value.is_absent())
                    && !schema.is_nullable()
                    && !schema.open
            })?;
            Some(fault(opening(value), &format!("has no property `{}`", missing.key.text)))
        })
    }

    fn variant(
        &mut self,
        schema: &Schema<'_>,
        name: &str,
        mapping: &Node,
        value: &Value,
        object: &Object,
    ) -> Option<Fault> {
        let tag = value.get(name);
        if tag.is_absent() {
            return Some(fault(opening(value), &format!("has no property `{name}`")));
        }
        let known = tag.known_text().filter(|tag| !is_placeholder(tag))?;
        match mapping.value(known) {
            Some(variant) => self.object(&schema.of(variant), value, object),
            None => {
                let known: Vec<&str> =
                    mapping.members().iter().map(|member| member.key.text.as_str()).collect();
                Some(fault(tag.origin.span, &format!("is none of: {}", known.join(", "))))
            }
        }
    }
}

pub(super) fn fault(span: Span, reason: &str) -> Fault {
    Fault { span, reason: reason.to_string() }
}

// The bracket of an object that stands where it is used; otherwise the use.
fn opening(value: &Value) -> Span {
    let span = value.origin.span;
    if value.origin.steps().next().is_none() { span.part(0, 1) } else { span }
}

/// The name of a type in declarations.
pub(super) fn type_name(ty: Type) -> &'static str {
    match ty {
        Type::Null => "null",
        Type::Bool => "bool",
        Type::Number => "int",
        Type::String => "string",
        Type::Array => "array",
        Type::Object => "object",
    }
}

#[cfg(test)]
mod tests {
    use armlint_engine::expression::placeholder::given;
    use armlint_engine::source::Source;
    use armlint_engine::span::SourceId;
    use armlint_engine::syntax::json;

    use super::*;

    fn node(text: &str) -> Node {
        let document = json::parse(&Source::new(SourceId(0), "x.json", text.to_string()));
        assert!(document.problems.is_empty(), "{text}: {:?}", document.problems);
        document.root
    }

    fn reason(declaration: &str, value: &str) -> Option<String> {
        let template = node(
            r##"{ "languageVersion": "2.0", "definitions": {
                "size": { "type": "int", "minValue": 1 },
                "cat": { "type": "object", "properties": { "kind": { "type": "string" }, "lives": { "$ref": "#/definitions/size" } } },
                "loop": { "$ref": "#/definitions/loop" } } }"##,
        );
        let (declaration, value) = (node(declaration), node(value));
        let value = given(&value, value.span);
        Schema::new(&declaration, &template).fault(&value, Walk::uncharged()).map(|fault| fault.reason)
    }

    #[test]
    fn what_fits_and_what_does_not() {
        for (declaration, good, bad) in [
            (r#"{"type": "String"}"#, r#""1""#, "1"),
            (r#"{"type": "int"}"#, "1", r#""1""#),
            (r#"{"type": "int"}"#, "-1", "1.5"),
            (r#"{"type": "bool"}"#, "false", r#""false""#),
            (r#"{"type": "secureObject"}"#, "{}", "[]"),
            (r#"{"type": "array"}"#, "[]", "{}"),
            (r#"{"type": "string", "nullable": true}"#, "null", "{}"),
            (r#"{"type": "string"}"#, r#""""#, "null"),
            (r#"{"type": "string", "allowedValues": ["A", "B"]}"#, r#""a""#, r#""c""#),
            (r#"{"type": "int", "allowedValues": [1, 2]}"#, "2", "3"),
            (r#"{"type": "array", "allowedValues": ["a", "b"]}"#, r#"["b"]"#, r#"["c"]"#),
            (r#"{"type": "string", "minLength": 2, "maxLength": 3}"#, r#""aa""#, r#""aaaa""#),
            (r#"{"type": "array", "minLength": 1}"#, "[1]", "[]"),
            (r#"{"type": "int", "minValue": 2, "maxValue": 3}"#, "3", "4"),
            (r##"{"$ref": "#/definitions/size"}"##, "1", "0"),
            (r##"{"type": "array", "items": {"$ref": "#/definitions/size"}}"##, "[1]", "[1, 0]"),
            (
                r##"{"$ref": "#/definitions/cat"}"##,
                r#"{"kind": "a", "lives": 9, "x": 1}"#,
                r#"{"kind": "a"}"#,
            ),
            (r#"{"type": "object", "additionalProperties": false}"#, "{}", r#"{"x": 1}"#),
            (
                r#"{"type": "object", "additionalProperties": {"type": "int"}}"#,
                r#"{"x": 1}"#,
                r#"{"x": "a"}"#,
            ),
            (
                r##"{"type": "object", "discriminator": {"propertyName": "kind", "mapping": {"cat": {"$ref": "#/definitions/cat"}}}}"##,
                r#"{"kind": "cat", "lives": 9}"#,
                r#"{"kind": "dog"}"#,
            ),
        ] {
            assert_eq!(reason(declaration, good), None, "{declaration} {good}");
            assert!(reason(declaration, bad).is_some(), "{declaration} {bad}");
        }
    }

    #[test]
    fn what_is_not_known() {
        for (declaration, value) in [
            (r#"{"type": "array"}"#, r#""GET-PREREQ-ids""#),
            (r#"{"type": "int"}"#, r##""#{count}#""##),
            (r#"{"type": "string", "maxLength": 3}"#, r#""rg-__name__-long""#),
            (r##"{"$ref": "#/definitions/loop"}"##, "1"),
            (r##"{"$ref": "#/definitions/none"}"##, "1"),
            (r#"{}"#, "1"),
            (r#"{"type": "string", "allowedValues": ["[variables('x')]"]}"#, r#""a""#),
        ] {
            assert_eq!(reason(declaration, value), None, "{declaration} {value}");
        }
    }
}

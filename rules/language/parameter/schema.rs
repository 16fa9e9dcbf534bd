//! Whether a literal value is one of a declared type: the classic types with their constraints, and the
//! type keywords of language version 2.0.
//!
//! Sources: Parameters in ARM templates, 2024-06; Definitions in ARM templates, 2024-07. Nothing is
//! converted: a string with digits is no `int` ("Template parameter JToken type is not valid").

use armlint_engine::span::Span;
use armlint_engine::syntax::{Node, NodeKind, Number};

use super::{constraint, is_placeholder};

/// How many references are followed from one type to the next.
const MAX_REFERENCES: usize = 20;

/// What the strings of a value are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Literals {
    /// What they say: in a parameter file.
    Plain,
    /// Perhaps expressions: in a template.
    Template,
}

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
    literals: Literals,
}

impl<'t> Schema<'t> {
    /// The type of a declaration in a template.
    pub fn new(declaration: &'t Node, template: &'t Node, literals: Literals) -> Schema<'t> {
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
        Schema { template, chain, open, literals }
    }

    fn of(&self, node: &'t Node) -> Schema<'t> {
        Schema::new(node, self.template, self.literals)
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

    /// Whether a value is not known, whatever it says.
    pub(super) fn is_open(&self, value: &Node) -> bool {
        match &value.kind {
            NodeKind::Expression(_) | NodeKind::Invalid => true,
            NodeKind::String(scalar) => {
                let expression = scalar.text.starts_with('[') && scalar.text.ends_with(']');
                (expression && self.literals == Literals::Template) || is_placeholder(&scalar.text)
            }
            _ => false,
        }
    }

    /// The first thing for which a value is none of this type; `None` where it is, or may be.
    pub fn fault(&self, value: &Node) -> Option<Fault> {
        if self.is_open(value) || self.open {
            return None;
        }
        if value.kind == NodeKind::Null {
            return (!self.is_nullable()).then(|| fault(value.span, "is null"));
        }
        let actual = type_name(value);
        let expected = match self.ty().as_str() {
            "string" | "securestring" => "string",
            "int" => "int",
            "bool" => "bool",
            "array" => "array",
            "object" | "secureobject" => "object",
            // Said elsewhere, or by a discriminator alone.
            _ => return None,
        };
        if actual != expected {
            return Some(fault(value.span, &format!("is of type {actual}, and {expected} is declared")));
        }
        constraint::fault(self, value).or_else(|| self.members_fault(value))
    }

    fn members_fault(&self, value: &Node) -> Option<Fault> {
        // Without language versions the keywords mean nothing.
        self.template.value("languageVersion")?;
        match &value.kind {
            NodeKind::Array(elements) => self.array_fault(elements),
            NodeKind::Object(_) => match self.keyword("discriminator") {
                Some(discriminator) => self.tagged_fault(discriminator, value),
                None => self.object_fault(value),
            },
            _ => None,
        }
    }

    fn array_fault(&self, elements: &[Node]) -> Option<Fault> {
        let first = self.keyword("prefixItems").map(Node::elements).unwrap_or_default();
        let rest = self.keyword("items").filter(|items| items.is_object());
        elements.iter().enumerate().find_map(|(at, element)| {
            let schema = first.get(at).or(rest)?;
            self.of(schema).fault(element)
        })
    }

    fn object_fault(&self, value: &'_ Node) -> Option<Fault> {
        let properties = self.keyword("properties");
        let others = self.keyword("additionalProperties");
        let wrong = value.members().iter().find_map(|member| {
            let declared = properties.and_then(|properties| properties.value(&member.key.text));
            match (declared, others) {
                (Some(schema), _) => self.of(schema).fault(&member.value),
                (None, Some(schema)) if schema.is_object() => self.of(schema).fault(&member.value),
                (None, Some(closed)) if closed.kind == NodeKind::Bool(false) => {
                    Some(fault(member.key_span, "is no property of the declared type"))
                }
                _ => None,
            }
        });
        wrong.or_else(|| {
            let mut declared = properties.map(Node::members).unwrap_or_default().iter();
            let missing = declared.find(|property| {
                let schema = self.of(&property.value);
                value.get(&property.key.text).is_none() && !schema.is_nullable() && !schema.open
            })?;
            Some(fault(value.span.part(0, 1), &format!("has no property `{}`", missing.key.text)))
        })
    }

    fn tagged_fault(&self, discriminator: &'t Node, value: &Node) -> Option<Fault> {
        let name = discriminator.value("propertyName")?.text()?;
        let Some(tag) = value.value(name) else {
            return Some(fault(value.span.part(0, 1), &format!("has no property `{name}`")));
        };
        if self.is_open(tag) {
            return None;
        }
        let mapping = discriminator.value("mapping")?;
        match mapping.value(tag.text()?) {
            Some(schema) => self.of(schema).object_fault(value),
            None => {
                let known: Vec<&str> =
                    mapping.members().iter().map(|member| member.key.text.as_str()).collect();
                Some(fault(tag.span, &format!("is none of: {}", known.join(", "))))
            }
        }
    }
}

pub(super) fn fault(span: Span, reason: &str) -> Fault {
    Fault { span, reason: reason.to_string() }
}

fn type_name(value: &Node) -> &'static str {
    match &value.kind {
        NodeKind::Null => "null",
        NodeKind::Bool(_) => "bool",
        NodeKind::Number(Number::Int(_)) => "int",
        NodeKind::Number(Number::Float(_)) => "float",
        NodeKind::String(_) => "string",
        NodeKind::Array(_) => "array",
        NodeKind::Object(_) => "object",
        NodeKind::Expression(_) | NodeKind::Invalid => "unknown",
    }
}

#[cfg(test)]
mod tests {
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
        Schema::new(&declaration, &template, Literals::Plain).fault(&value).map(|fault| fault.reason)
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

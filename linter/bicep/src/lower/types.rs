//! Types, as declarations of the template language: what values are, which are allowed, and which are secrets.

use armlint_engine::span::Span;
use armlint_engine::syntax::{ExpressionNode, Member, Node, NodeKind, Number, Scalar};
use smol_str::{SmolStr, format_smolstr};

use super::make::{made_string, member, object, truth};
use super::{Lowering, Used, make};
use crate::syntax::{Decorator, Expression, ExpressionKind, Name, Type, TypeKind};

/// What decorators say of values, by the names that both languages use.
const CONSTRAINTS: [&str; 4] = ["minLength", "maxLength", "minValue", "maxValue"];

/// How far names of types are followed.
const MAX_ALIASES: usize = 30;

/// What the language calls its own types.
const BASIC: [&str; 5] = ["string", "int", "bool", "object", "array"];

impl<'f> Lowering<'f> {
    /// The members of a declaration of a type with its decorators.
    pub(super) fn declaration(&mut self, ty: &'f Type, decorators: &'f [Decorator]) -> Vec<Member> {
        let mut members = self.of_type(ty);
        let decorated = |name: &str| decorators.iter().find(move |decorator| is_decorator(decorator, name));
        if let Some(secure) = decorated("secure") {
            let base = self.base(ty, 0);
            let name = match base.as_deref() {
                Some("object") => "secureObject",
                // What the type is cannot be told, and it is kept all the same.
                _ => "securestring",
            };
            members.retain(|own| own.key.text != "type");
            let place = secure.name.span;
            members.insert(0, member("type", place, made_string(name, place)));
        }
        for name in CONSTRAINTS {
            if let Some((decorator, value)) =
                decorated(name).and_then(|own| Some((own, own.arguments.first()?)))
            {
                let value = self.value(value);
                members.push(member(name, decorator.name.span, value));
            }
        }
        if let Some((decorator, value)) =
            decorated("allowed").and_then(|own| Some((own, own.arguments.first()?)))
        {
            members.retain(|own| own.key.text != "allowedValues");
            let value = self.value(value);
            members.push(member("allowedValues", decorator.name.span, value));
        }
        if let Some(sealed) = decorated("sealed") {
            members.retain(|own| own.key.text != "additionalProperties");
            let place = sealed.name.span;
            members.push(member("additionalProperties", place, truth(false, place)));
        }
        members.extend(self.described(decorators));
        members
    }

    /// What `@description` says.
    pub(super) fn described(&mut self, decorators: &'f [Decorator]) -> Option<Member> {
        let decorator = decorators.iter().find(|decorator| is_decorator(decorator, "description"))?;
        let value = decorator.arguments.first()?;
        let place = decorator.name.span;
        let value = match value.text() {
            Some(scalar) if scalar.text.contains('\n') => {
                make::string(&Scalar::verbatim(unindented(&scalar.text), value.span.start), value.span)
            }
            _ => self.value(value),
        };
        let description = member("description", place, value);
        Some(member("metadata", place, object(vec![description], decorator.span)))
    }

    fn of_type(&mut self, ty: &'f Type) -> Vec<Member> {
        let span = ty.span;
        let named = |name: &str| vec![member("type", span, made_string(name, span))];
        match &ty.kind {
            TypeKind::Name(name) => self.of_name(name, span),
            TypeKind::Literal(literal) => self.of_literal(literal),
            TypeKind::Union(types) => self.of_union(types, span),
            TypeKind::Nullable(inner) => {
                let mut members = self.of_type(inner);
                members.retain(|own| own.key.text != "nullable");
                members.push(member("nullable", span, truth(true, span)));
                members
            }
            TypeKind::NonNull(inner) => {
                let mut members = self.of_type(inner);
                members.retain(|own| own.key.text != "nullable");
                if members.iter().any(|own| own.key.text == "$ref") {
                    members.push(member("nullable", span, truth(false, span)));
                }
                members
            }
            TypeKind::Array(inner) => {
                let items = self.of_type(inner);
                let mut members = named("array");
                if !items.is_empty() {
                    members.push(member("items", inner.span, object(items, inner.span)));
                }
                members
            }
            TypeKind::Tuple(types) => {
                let items = types.iter().map(|ty| object(self.of_type(ty), ty.span)).collect();
                let mut members = named("array");
                members.push(member("prefixItems", span, make::array(items, span)));
                members
            }
            TypeKind::Object(own) => self.of_object(own, span),
            TypeKind::Property(base, name) => self.of_property(base, name, span),
            TypeKind::Resource(_) => named("string"),
            TypeKind::Items(_) | TypeKind::Indexed(..) | TypeKind::Others(_) => self.of_part(ty),
            TypeKind::Generic(..) | TypeKind::Broken => Vec::new(),
        }
    }

    fn of_object(&mut self, own: &'f [crate::syntax::TypeMember], span: Span) -> Vec<Member> {
        let mut members = vec![member("type", span, made_string("object", span))];
        let mut properties = Vec::new();
        let mut others = None;
        for part in own {
            let declared = object(self.declaration(&part.ty, &part.decorators), part.ty.span);
            match &part.key {
                Some(key) => properties.push(member(key.text.clone(), key.span, declared)),
                None => others = Some(member("additionalProperties", part.ty.span, declared)),
            }
        }
        if !properties.is_empty() {
            members.push(member("properties", span, object(properties, span)));
        }
        members.extend(others);
        members
    }

    fn of_name(&mut self, name: &SmolStr, span: Span) -> Vec<Member> {
        let own = self.own();
        if own.types.contains_key(name.as_str()) {
            return self.reference(self.unit, name, span);
        }
        if let Some(import) = own.imports.get(name).cloned() {
            return self.imported_type(import.unit, &import.name, span);
        }
        match BASIC.contains(&name.as_str()) {
            true => vec![member("type", span, made_string(name.clone(), span))],
            false => Vec::new(),
        }
    }

    fn reference(&mut self, unit: usize, name: &SmolStr, span: Span) -> Vec<Member> {
        self.note(Used::Type, unit, name);
        let target = format_smolstr!("#/definitions/{}", self.name_in_template(unit, name));
        vec![member("$ref", span, made_string(target, span))]
    }

    fn imported_type(&mut self, unit: Option<usize>, name: &SmolStr, span: Span) -> Vec<Member> {
        let Some((unit, name)) = unit.and_then(|unit| self.resolved(unit, name)) else { return Vec::new() };
        let target = &self.units[unit];
        if let Some(template) = target.template {
            let definition = template.value("definitions").and_then(|all| all.value(&name));
            // What it refers to has other names here.
            let kept = definition.map(Node::members).unwrap_or_default().iter();
            return kept
                .filter(|own| ["type", "nullable", "allowedValues"].contains(&own.key.text.as_str()))
                .cloned()
                .collect();
        }
        match target.types.contains_key(name.as_str()) {
            true => self.reference(unit, &name, span),
            false => Vec::new(),
        }
    }

    fn of_property(&mut self, base: &'f Type, name: &'f Name, span: Span) -> Vec<Member> {
        if let TypeKind::Name(alias) = &base.kind {
            if let Some(unit) = self.own().wildcards.get(alias).copied() {
                return self.imported_type(unit, &name.text, span);
            }
            if alias == "sys" && BASIC.contains(&name.text.as_str()) {
                return vec![member("type", span, made_string(name.text.clone(), span))];
            }
        }
        let Some((unit, TypeKind::Object(members))) = self.target(self.unit, base, 0) else {
            return Vec::new();
        };
        let found = members.iter().find(|own| own.key.as_ref().is_some_and(|key| key.text == name.text));
        match found {
            Some(part) => {
                self.type_elsewhere(unit, |lowering| lowering.declaration(&part.ty, &part.decorators))
            }
            None => Vec::new(),
        }
    }

    fn of_part(&mut self, ty: &'f Type) -> Vec<Member> {
        let (base, is_others) = match &ty.kind {
            TypeKind::Items(base) | TypeKind::Indexed(base, _) => (base, false),
            TypeKind::Others(base) => (base, true),
            _ => return Vec::new(),
        };
        let (unit, inner) = match self.target(self.unit, base, 0) {
            Some((unit, TypeKind::Array(inner))) if !is_others => (unit, &**inner),
            Some((unit, TypeKind::Object(members))) if is_others => {
                match members.iter().find(|own| own.key.is_none()) {
                    Some(others) => (unit, &others.ty),
                    None => return Vec::new(),
                }
            }
            _ => return Vec::new(),
        };
        self.type_elsewhere(unit, |lowering| lowering.of_type(inner))
    }

    fn type_elsewhere(&mut self, unit: usize, read: impl FnOnce(&mut Self) -> Vec<Member>) -> Vec<Member> {
        self.deeper(|lowering| lowering.at_top(unit, read)).unwrap_or_default()
    }

    // What a type is behind its names.
    fn target(&self, unit: usize, ty: &'f Type, depth: usize) -> Option<(usize, &'f TypeKind)> {
        if depth > MAX_ALIASES {
            return None;
        }
        match &ty.kind {
            TypeKind::NonNull(inner) | TypeKind::Nullable(inner) => self.target(unit, inner, depth + 1),
            TypeKind::Name(name) => {
                let own = &self.units[unit];
                if let Some((_, ty, _)) = own.types.get(name.as_str()) {
                    return self.target(unit, ty, depth + 1);
                }
                let Some(import) = own.imports.get(name) else { return Some((unit, &ty.kind)) };
                let (unit, name) = self.resolved(import.unit?, &import.name)?;
                let (_, ty, _) = self.units[unit].types.get(name.as_str())?;
                self.target(unit, ty, depth + 1)
            }
            kind => Some((unit, kind)),
        }
    }

    // The basic type that values have.
    fn base(&self, ty: &'f Type, depth: usize) -> Option<SmolStr> {
        match self.target(self.unit, ty, depth)?.1 {
            TypeKind::Name(name) => Some(name.clone()),
            TypeKind::Object(_) => Some("object".into()),
            TypeKind::Literal(_) | TypeKind::Union(_) => Some("string".into()),
            _ => None,
        }
    }

    fn of_literal(&mut self, literal: &'f Expression) -> Vec<Member> {
        let span = literal.span;
        if matches!(literal.kind, ExpressionKind::Null) {
            return vec![member("nullable", span, truth(true, span))];
        }
        let value = self.value(literal);
        let Some(name) = basic_type(&value) else { return Vec::new() };
        let ty = member("type", span, made_string(name, span));
        vec![ty, member("allowedValues", span, make::array(vec![value], span))]
    }

    // Literals of one type are its allowed values; whatever else it is, only null is told of it.
    fn of_union(&mut self, types: &'f [Type], span: Span) -> Vec<Member> {
        let mut names: Vec<SmolStr> = Vec::new();
        let mut allowed = Vec::new();
        let (mut nullable, mut open) = (false, false);
        for ty in types {
            if let TypeKind::Literal(Expression { kind: ExpressionKind::Null, .. }) = &ty.kind {
                nullable = true;
                continue;
            }
            let members = self.of_type(ty);
            let own = |key: &str| members.iter().find(|own| own.key.text == key).map(|own| &own.value);
            nullable |= own("nullable").is_some_and(|node| node.kind == NodeKind::Bool(true));
            names.extend(own("type").and_then(Node::text).map(SmolStr::from));
            match own("allowedValues") {
                Some(values) => allowed.extend(values.elements().iter().cloned()),
                None => open = true,
            }
            open |= own("type").is_none();
        }
        names.dedup();
        let mut members = Vec::new();
        if let [name] = names.as_slice() {
            members.push(member("type", span, made_string(name.clone(), span)));
            if !open {
                members.push(member("allowedValues", span, make::array(allowed, span)));
            }
        }
        if nullable {
            members.push(member("nullable", span, truth(true, span)));
        }
        members
    }
}

/// Whether a decorator is the one of a name.
pub(super) fn is_decorator(decorator: &Decorator, name: &str) -> bool {
    let is_own = decorator.namespace.as_ref().is_none_or(|namespace| namespace.text == "sys");
    is_own && decorator.name.text == name
}

fn basic_type(value: &Node) -> Option<&'static str> {
    match &value.kind {
        NodeKind::Bool(_) => Some("bool"),
        NodeKind::Number(Number::Int(_)) => Some("int"),
        NodeKind::String(_) => Some("string"),
        NodeKind::Expression(expression) => match expression.as_ref() {
            ExpressionNode { kind: armlint_engine::syntax::ExpressionNodeKind::String(_), .. } => {
                Some("string")
            }
            _ => None,
        },
        NodeKind::Object(_) => Some("object"),
        NodeKind::Array(_) => Some("array"),
        _ => None,
    }
}

// A text without what all of its lines but the first begin with.
fn unindented(text: &str) -> String {
    let mut lines = text.split('\n').map(|line| line.strip_suffix('\r').unwrap_or(line));
    let first = lines.next().unwrap_or_default();
    let rest: Vec<&str> = lines.collect();
    let indent = |line: &&str| line.len() - line.trim_start_matches([' ', '\t']).len();
    let common = rest.iter().filter(|line| !line.is_empty()).map(indent).min().unwrap_or(0);
    let rest = rest.iter().map(|line| line.get(common..).unwrap_or_default());
    std::iter::once(first).chain(rest).collect::<Vec<_>>().join("\n")
}

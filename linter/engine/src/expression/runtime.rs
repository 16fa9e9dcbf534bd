//! Functions whose results exist only at run time, and what of them can be known before.

use std::rc::Rc;

use smol_str::format_smolstr;

use super::declaration::Declaration;
use super::evaluate::{secured, used_at};
use super::parser::Call;
use super::scope::TemplateScope;
use crate::span::Span;
use crate::value::{Entry, Object, Origin, Reason, StepKind, Type, Value, ValueKind, call_residue};

/// A call that is never known before run time.
pub(super) fn run_time(scope: &Rc<TemplateScope>, call: &Call, span: Span) -> Value {
    let arguments = scope.arguments(call);
    let ty = match call.name.to_ascii_lowercase().as_str() {
        "newguid" | "utcnow" => Some(Type::String),
        "pickzones" => Some(Type::Array),
        _ => None,
    };
    let name = call.name.to_ascii_lowercase();
    // Two calls of newGuid() are two values.
    if name == "newguid" {
        let residue = format_smolstr!("newguid#{}:{}()", span.source.0, span.start);
        return Value::unknown(Reason::RunTime, residue, span);
    }
    scope.unknown_call(Reason::RunTime, &name, &arguments, ty, span)
}

/// A call that returns secrets.
pub(super) fn secret(scope: &Rc<TemplateScope>, call: &Call, span: Span) -> Value {
    let arguments = scope.arguments(call);
    let name = call.name.to_ascii_lowercase();
    secured(scope.unknown_call(Reason::RunTime, &name, &arguments, None, span))
}

pub(super) fn reference(scope: &Rc<TemplateScope>, call: &Call, span: Span) -> Value {
    let arguments = scope.arguments(call);
    let target = &arguments[0];
    let full =
        arguments.get(2).and_then(Value::known_text).is_some_and(|kind| kind.eq_ignore_ascii_case("full"));
    let declarations = scope.template.declarations();
    let found = target.text().and_then(|text| declarations.as_ref()?.find(&text));
    let residue = match &found {
        Some(declaration) => format_smolstr!("reference({})", declaration.resource_id.residue()),
        None => call_residue("reference", &arguments[..1]),
    };
    let Some(declaration) = found else {
        let unknown = Value::unknown(Reason::RunTime, residue, span);
        return if target.secure { secured(unknown) } else { unknown };
    };
    let properties = run_time_properties(&declaration, &residue, span);
    if !full {
        return properties;
    }
    let mut entries = vec![Entry { key: "properties".into(), value: properties, key_span: None }];
    let body = declaration.body();
    if let Some(object) = body.object() {
        let written = object.entries().into_iter();
        entries.extend(written.filter(|entry| !entry.key.eq_ignore_ascii_case("properties")));
    }
    let object = Object::built(entries).opened(format_smolstr!("{residue}.full"));
    Value::new(object.into(), Origin::at(span))
}

// What is written as `properties` is what the service returns, and more; a nested deployment returns its
// outputs.
fn run_time_properties(declaration: &Rc<Declaration>, residue: &str, span: Span) -> Value {
    if declaration.is_deployment() {
        let outputs = match declaration.nested() {
            Some(nested) => match nested.outputs() {
                Some((members, anchor, scope)) => {
                    let object = Object::written(members, anchor, scope);
                    Value::new(object.into(), Origin::at(span))
                }
                None => Value::new(Object::built([]).into(), Origin::at(span)),
            },
            None => Value::unknown(Reason::External, format_smolstr!("{residue}.outputs"), span),
        };
        let outputs = Entry { key: "outputs".into(), value: outputs, key_span: None };
        let object = Object::built([outputs]).opened(residue);
        return Value::new(object.into(), Origin::at(span));
    }
    if declaration.existing {
        return Value::unknown(Reason::RunTime, residue, span);
    }
    let properties = declaration.body().get("properties");
    match &properties.kind {
        ValueKind::Object(object) => {
            let value = Value { kind: object.opened(residue).into(), ..properties.clone() };
            value.carried(StepKind::Reference, None, span)
        }
        _ => Value::unknown(Reason::RunTime, residue, span),
    }
}

/// `references(symbolicLoopName)`: an array of one reference for each instance.
pub(super) fn references(scope: &Rc<TemplateScope>, call: &Call, span: Span) -> Value {
    let arguments = scope.arguments(call);
    used_at(scope.unknown_call(Reason::RunTime, "references", &arguments, Some(Type::Array), span), span)
}

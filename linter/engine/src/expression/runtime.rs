//! Functions whose results exist only at run time, and what of them can be known before.

use std::rc::Rc;

use smol_str::format_smolstr;

use super::declaration::Declaration;
use super::parser::Call;
use super::scope::TemplateScope;
use crate::span::Span;
use crate::value::{Entry, Object, Origin, Reason, StepKind, Text, Type, Value, ValueKind, call_residue};

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
    scope.unknown_call(Reason::RunTime, &name, &arguments, None, span).secured()
}

pub(super) fn reference(scope: &Rc<TemplateScope>, call: &Call, span: Span) -> Value {
    let arguments = scope.arguments(call);
    let target = &arguments[0];
    let declarations = scope.template.declarations();
    let found = target.text().and_then(|text| declarations.as_ref()?.find(&text));
    match found {
        Some(declaration) => referred(&declaration, is_full(arguments.get(2)), span),
        None => {
            let residue = call_residue("reference", &arguments[..1]);
            let unknown = Value::unknown(Reason::RunTime, residue, span);
            if target.secure { unknown.secured() } else { unknown }
        }
    }
}

/// `references(symbolicLoopName)`: an array of one reference for each instance.
pub(super) fn references(scope: &Rc<TemplateScope>, call: &Call, span: Span) -> Value {
    let arguments = scope.arguments(call);
    let declarations = scope.template.declarations();
    let instances = match (arguments[0].text(), declarations) {
        (Some(symbol), Some(declarations)) => declarations.instances(&symbol),
        _ => Vec::new(),
    };
    // A loop without instances cannot be told from a name that is not declared.
    if instances.is_empty() || instances.iter().any(|instance| instance.repeated) {
        return scope.unknown_call(Reason::RunTime, "references", &arguments, Some(Type::Array), span);
    }
    let full = is_full(arguments.get(1));
    let deployed = instances.iter().filter(|instance| !scope.decides(&instance.condition).is_false());
    let elements: Vec<Value> = deployed.map(|instance| referred(instance, full, span)).collect();
    Value::new(ValueKind::Array(elements.into()), Origin::at(span))
}

fn is_full(kind: Option<&Value>) -> bool {
    kind.and_then(Value::known_text).is_some_and(|kind| kind.eq_ignore_ascii_case("full"))
}

// What `reference` returns of a resource of the same template.
fn referred(declaration: &Rc<Declaration>, full: bool, span: Span) -> Value {
    let residue = format_smolstr!("reference({})", declaration.resource_id.residue());
    let properties = run_time_properties(declaration, &residue, span);
    if !full {
        return properties;
    }
    let entry = |key: &str, value: Value| Entry { key: key.into(), value, key_span: None };
    let text = |text: Text| Value::new(ValueKind::Text(text), Origin::at(span));
    let name = Text::concat(declaration.segments.iter().enumerate().flat_map(|(at, segment)| {
        let separator = if at > 0 { "/" } else { "" };
        [Text::Known(separator.into()), segment.clone()]
    }));
    let mut entries = vec![
        entry("properties", properties),
        entry("id", text(declaration.resource_id.clone())),
        entry("name", text(name)),
        entry("type", text(Text::Known(declaration.ty.clone()))),
    ];
    let body = declaration.body();
    if let Some(object) = body.object() {
        let own = ["properties", "id", "name", "type", "dependsOn", "copy", "condition", "resources"];
        let written = object.entries().into_iter();
        entries.extend(written.filter(|entry| !own.iter().any(|key| entry.key.eq_ignore_ascii_case(key))));
    }
    let object = Object::built(entries).opened_deeply(format_smolstr!("{residue}.full"));
    Value::new(object.into(), Origin::at(span))
}

// What is written as `properties` is what the service returns, and more; a nested deployment returns its
// outputs.
fn run_time_properties(declaration: &Rc<Declaration>, residue: &str, span: Span) -> Value {
    if declaration.is_deployment() {
        let outputs = outputs_of(declaration, residue, span);
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
            let value = Value { kind: object.opened_deeply(residue).into(), ..properties.clone() };
            value.carried(StepKind::Reference, None, span)
        }
        _ => Value::unknown(Reason::RunTime, residue, span),
    }
}

fn outputs_of(declaration: &Declaration, residue: &str, span: Span) -> Value {
    match declaration.nested() {
        Some(nested) => nested.outputs(span),
        None => Value::unknown(Reason::External, format_smolstr!("{residue}.outputs"), span),
    }
}

/// `listOutputsWithSecureValues(deployment, apiVersion)`: the values of the outputs by name, as Bicep reads
/// secure outputs of modules.
pub(super) fn list_outputs(scope: &Rc<TemplateScope>, call: &Call, span: Span) -> Value {
    let arguments = scope.arguments(call);
    let declarations = scope.template.declarations();
    let found = arguments[0].text().and_then(|text| declarations.as_ref()?.find(&text));
    let Some(nested) = found.and_then(|declaration| declaration.nested()) else {
        let name = call.name.to_ascii_lowercase();
        return scope.unknown_call(Reason::RunTime, &name, &arguments, Some(Type::Object), span).secured();
    };
    let outputs = nested.outputs(span);
    let entries = outputs.object().map(Object::entries).unwrap_or_default();
    let values = entries.into_iter().filter(|entry| !entry.value.is_absent());
    let values = values.map(|entry| Entry { value: entry.value.get("value"), ..entry });
    Value::new(Object::built(values).into(), Origin::at(span))
}

//! Functions whose results exist only at run time, and what of them can be known before.

use std::rc::Rc;

use super::declaration::Declaration;
use super::parser::Call;
use super::scope::TemplateScope;
use crate::span::Span;
use crate::value::{Entry, Object, Origin, Reason, StepKind, Term, Text, Type, Unknown, Value, ValueKind};

/// A call that is never known before run time.
pub(super) fn run_time(scope: &Rc<TemplateScope>, call: Call<'_>, span: Span) -> Value {
    let arguments = scope.arguments(call);
    let ty = match call.name().to_ascii_lowercase().as_str() {
        "newguid" | "utcnow" => Some(Type::String),
        "pickzones" => Some(Type::Array),
        _ => None,
    };
    let name = call.name().to_ascii_lowercase();
    // Two calls of newGuid() are two values.
    if name == "newguid" {
        let unknown = Unknown::new(Reason::RunTime, scope.place("newGuid", span)).typed(Some(Type::String));
        return Value::new(unknown.into(), Origin::at(span));
    }
    scope.unknown_call(Reason::RunTime, &name, &arguments, ty, span)
}

/// A call that returns secrets.
pub(super) fn secret(scope: &Rc<TemplateScope>, call: Call<'_>, span: Span) -> Value {
    let arguments = scope.arguments(call);
    let name = call.name().to_ascii_lowercase();
    scope.unknown_call(Reason::RunTime, &name, &arguments, None, span).secured()
}

pub(super) fn reference(scope: &Rc<TemplateScope>, call: Call<'_>, span: Span) -> Value {
    let arguments = scope.arguments(call);
    let target = &arguments[0];
    let declarations = scope.template.declarations();
    let found = target.text().and_then(|text| declarations.as_ref()?.find(&text));
    match found {
        Some(declaration) => referred(&declaration, is_full(arguments.get(2)), span),
        None => {
            let unknown = Value::unknown(Reason::RunTime, Term::of_call("reference", &arguments[..1]), span);
            if target.secure { unknown.secured() } else { unknown }
        }
    }
}

/// `resourceInfo(symbolicName)`: what is known of a resource before it is deployed, as Bicep reads it.
pub(super) fn resource_info(scope: &Rc<TemplateScope>, call: Call<'_>, span: Span) -> Value {
    let arguments = scope.arguments(call);
    let declarations = scope.template.declarations();
    match arguments[0].text().and_then(|text| declarations.as_ref()?.find(&text)) {
        Some(declaration) => {
            let rest = Term::of_call("resourceInfo", &arguments);
            let written = ["apiVersion"].map(|key| entry(key, declaration.body().get(key)));
            let entries = identity(&declaration, span).into_iter().chain(written);
            Value::new(
                Object::built(entries).opened(Unknown::new(Reason::RunTime, rest)).into(),
                Origin::at(span),
            )
        }
        None => scope.unknown_call(Reason::RunTime, "resourceInfo", &arguments, Some(Type::Object), span),
    }
}

fn entry(key: &str, value: Value) -> Entry {
    Entry { key: key.into(), value, key_span: None }
}

// The id, name and type of a resource.
fn identity(declaration: &Declaration, span: Span) -> [Entry; 3] {
    let text = |text: Text| Value::new(ValueKind::Text(text), Origin::at(span));
    let name = Text::concat(declaration.segments.iter().enumerate().flat_map(|(at, segment)| {
        let separator = if at > 0 { "/" } else { "" };
        [Text::Known(separator.into()), segment.clone()]
    }));
    [
        entry("id", text(declaration.resource_id.clone().into())),
        entry("name", text(name)),
        entry("type", text(Text::Known(declaration.ty.clone()))),
    ]
}

/// `references(symbolicLoopName)`: an array of one reference for each instance.
pub(super) fn references(scope: &Rc<TemplateScope>, call: Call<'_>, span: Span) -> Value {
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
    let term = Term::call("reference", [Term::from(declaration.resource_id.clone())]);
    let properties = run_time_properties(declaration, &term, span);
    if !full {
        return properties;
    }
    let mut entries = vec![entry("properties", properties)];
    entries.extend(identity(declaration, span));
    let body = declaration.body();
    if let Some(object) = body.object() {
        let own = ["properties", "id", "name", "type", "dependsOn", "copy", "condition", "resources"];
        let written = object.entries().into_iter();
        entries.extend(written.filter(|entry| !own.iter().any(|key| entry.key.eq_ignore_ascii_case(key))));
    }
    let object = Object::built(entries).opened_deeply(Unknown::new(Reason::RunTime, term.member("full")));
    Value::new(object.into(), Origin::at(span))
}

// What is written as `properties` is what the service returns, and more; a nested deployment returns its
// outputs.
fn run_time_properties(declaration: &Rc<Declaration>, term: &Term, span: Span) -> Value {
    let open = || Unknown::new(Reason::RunTime, term.clone());
    if declaration.is_deployment() {
        let outputs = outputs_of(declaration, term, span);
        let outputs = Entry { key: "outputs".into(), value: outputs, key_span: None };
        let object = Object::built([outputs]).opened(open());
        return Value::new(object.into(), Origin::at(span));
    }
    if declaration.existing {
        return Value::new(open().into(), Origin::at(span));
    }
    let properties = declaration.body().get("properties");
    match &properties.kind {
        ValueKind::Object(object) => {
            let value = Value { kind: object.opened_deeply(open()).into(), ..properties.clone() };
            value.carried(StepKind::Reference, None, span)
        }
        _ => Value::new(open().into(), Origin::at(span)),
    }
}

fn outputs_of(declaration: &Declaration, term: &Term, span: Span) -> Value {
    match declaration.nested() {
        Some(nested) => nested.outputs(span),
        None => Value::unknown(Reason::External, term.member("outputs"), span),
    }
}

/// `listOutputsWithSecureValues(deployment, apiVersion)`: the values of the outputs by name, as Bicep reads
/// secure outputs of modules.
pub(super) fn list_outputs(scope: &Rc<TemplateScope>, call: Call<'_>, span: Span) -> Value {
    let arguments = scope.arguments(call);
    let declarations = scope.template.declarations();
    let found = arguments[0].text().and_then(|text| declarations.as_ref()?.find(&text));
    let Some(nested) = found.and_then(|declaration| declaration.nested()) else {
        let name = call.name().to_ascii_lowercase();
        return scope.unknown_call(Reason::RunTime, &name, &arguments, Some(Type::Object), span).secured();
    };
    let outputs = nested.outputs(span);
    let entries = outputs.object().map(Object::entries).unwrap_or_default();
    let values = entries.into_iter().filter(|entry| !entry.value.is_absent());
    let values = values.map(|entry| Entry { value: entry.value.get("value"), ..entry });
    Value::new(Object::built(values).into(), Origin::at(span))
}

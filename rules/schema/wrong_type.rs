use std::collections::BTreeSet;

use armlint_azure::facts::{ExceptionKind, is_excepted};
use armlint_azure::schema::{Deviation, DeviationKind, Deviations, Kind, Node};
use armlint_engine::rule::Context;
use armlint_engine::span::Span;
use armlint_engine::value::{Value, ValueKind};
use armlint_factory::adf_expression::holds_expression;

use crate::language::parameter::Arguments;
use crate::language::schema;

pub(crate) fn check(cx: &mut Context<'_>) {
    let arguments = arguments(cx);
    for deviation in Deviations::in_view(cx.view()).iter() {
        if let DeviationKind::WrongType(wanted) = deviation.kind
            && !is_excepted(ExceptionKind::WrongType, deviation.ty.name(), &deviation.general_path())
            && !deviation.trail.last().and_then(|stage| stage.key).is_some_and(|key| arguments.contains(&key))
            && !(schema::is_of_factory(deviation) && is_content(deviation, wanted))
        {
            report(deviation, wanted, cx);
        }
    }
}

// Data Factory evaluates expressions at every place, reads secrets from vaults, and takes one object for an array of one.
fn is_content(deviation: &Deviation, wanted: Node) -> bool {
    let text = |value: &Value| value.known_text().is_some_and(holds_expression);
    let object = |value: &Value| {
        let ty = value.get("type");
        ["Expression", "SecureString", "AzureKeyVaultSecret"]
            .iter()
            .any(|known| !ty.is_text(known).is_false())
    };
    let one = deviation.value.object().is_some() && matches!(wanted.kind(), Kind::Array(..));
    let around = deviation
        .trail
        .iter()
        .skip(1)
        .any(|stage| stage.container.object().is_some() && is_expression(&stage.container));
    // What is written in clear text is for the rules about secrets.
    let secret = wanted.object().and_then(|object| object.discriminator()?.value("SecureString")).is_some();
    let is_text = deviation.value.known_text().is_some();
    one || secret && is_text
        || text(&deviation.value)
        || deviation.value.object().is_some() && object(&deviation.value)
        || around
}

fn is_expression(value: &Value) -> bool {
    value.get("type").is_text("Expression").is_true()
}

fn report(deviation: &Deviation, wanted: Node, cx: &mut Context<'_>) {
    let resource = cx.graph().resource(deviation.resource);
    let wanted = described(wanted);
    let message = format!("`{}` must be {wanted}, not {}", deviation.path(), given(&deviation.value));
    let finding = cx.report_on(resource, &deviation.place(), message);
    finding.traced(&deviation.value).help("The deployment is refused, since the service cannot read this");
}

// What nested deployments are given, which is judged against the declarations of their templates.
fn arguments(cx: &Context<'_>) -> BTreeSet<Span> {
    let all = Arguments::all(cx.graph());
    all.iter().flat_map(|arguments| &arguments.list).map(|argument| argument.key).collect()
}

fn described(wanted: Node) -> String {
    match wanted.kind() {
        Kind::Boolean => "a boolean".into(),
        Kind::Integer(_) => "a number".into(),
        Kind::Array(..) => "an array".into(),
        Kind::Object(object) => {
            let mut required = object.properties().filter(|property| property.flags.is_required());
            match (required.next(), required.next()) {
                (Some(only), None) => format!("an object with `{}`", only.name),
                _ => "an object".into(),
            }
        }
        _ => "a string".into(),
    }
}

fn given(value: &Value) -> &'static str {
    match &value.kind {
        ValueKind::Bool(_) => "a boolean",
        ValueKind::Number(_) => "a number",
        ValueKind::Array(_) => "an array",
        ValueKind::Object(_) => "an object",
        _ => "a string",
    }
}

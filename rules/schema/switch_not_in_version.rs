use armlint_azure::facts::{ClosingSwitch, ExceptionKind, closing_switches, is_excepted};
use armlint_azure::schema::{Deviations, Identity, Members, Node, Property, ResourceType, TypeVersion};
use armlint_engine::finding::{Applicability, Confidence};
use armlint_engine::graph::Resource;
use armlint_engine::rule::{Context, edit};
use armlint_engine::span::Span;
use armlint_engine::value::{Value, ValueKind};

use crate::language::schema;

pub(crate) fn check(cx: &mut Context<'_>) {
    for resource in cx.graph().resources().iter().filter(|resource| !resource.existing) {
        let &Identity::Known(ty, version) = Deviations::in_view(cx.view()).identity(resource) else {
            continue;
        };
        let of_type = closing_switches().iter().filter(|switch| switch.ty == ty);
        for switch in of_type {
            let value = resource.body.at(switch.path);
            if is_closed(&value, switch)
                && let Some(first) = first_version(resource, ty, version, switch)
            {
                report(resource, (version, first), switch, &value, cx);
            }
        }
    }
}

// Written as a literal that closes.
fn is_closed(value: &Value, switch: &ClosingSwitch) -> bool {
    let text = match &value.kind {
        _ if value.assumed => None,
        ValueKind::Bool(truth) => Some(if *truth { "true" } else { "false" }),
        _ => value.known_text(),
    };
    text.is_some_and(|text| switch.closed.iter().any(|closed| closed.eq_ignore_ascii_case(text)))
}

// The first later version that has the switch, where this one and none before it has: the stable one if there is any.
fn first_version(
    resource: &Resource,
    ty: ResourceType,
    version: TypeVersion,
    switch: &ClosingSwitch,
) -> Option<TypeVersion> {
    let has = |version: TypeVersion| {
        version.body().and_then(|body| property(body, resource, switch.path)).map(|found| found.flags)
    };
    version.body()?;
    let excepted = is_excepted(ExceptionKind::Property, ty.name(), switch.path);
    let known_before =
        ty.versions().take_while(|other| other.name() <= version.name()).any(|it| has(it).is_some());
    if excepted || known_before {
        return None;
    }
    let later = || ty.versions().filter(|other| other.name() > version.name());
    let mut with = later().filter(|version| has(*version).is_some_and(|flags| !flags.is_read_only()));
    let first = with.next()?;
    if first.is_stable() { Some(first) } else { with.find(|version| version.is_stable()).or(Some(first)) }
}

fn property(body: Node, resource: &Resource, path: &str) -> Option<Property> {
    let (mut node, mut value) = (body, resource.body.clone());
    let mut found = None;
    for name in path.split('.') {
        let property = Members::of(node.object()?, &value, None).property(name)?;
        value = value.get(name);
        node = property.node;
        found = Some(property);
    }
    found
}

fn report(
    resource: &Resource,
    (version, first): (TypeVersion, TypeVersion),
    switch: &ClosingSwitch,
    value: &Value,
    cx: &mut Context<'_>,
) {
    let graph = cx.graph();
    let (path, ty) = (switch.path, switch.ty.name());
    let written = resource.body.get("apiVersion");
    let edits = edit::replace(&written, &format!("\"{}\"", first.name()));
    let is_generated = schema::is_generated(graph);
    let at = key(resource, path).unwrap_or(value.origin.span);
    let message = format!(
        "`{path}` has no effect in version {} of `{ty}`, which does not know it: what it is to close stays open",
        version.name()
    );
    let finding = cx.report_on(resource, &at, message);
    finding.confidence(Confidence::Medium).related(written.origin.span, "the version");
    finding.help(format!("It came with a later version: write \"apiVersion\": \"{}\"", first.name()));
    if !is_generated {
        finding.fix("Use the version that has it", Applicability::Unsafe, edits);
    }
}

fn key(resource: &Resource, path: &str) -> Option<Span> {
    let (object, name) = path.rsplit_once('.')?;
    resource.body.at(object).object()?.key_span(name)
}

use armlint_azure::facts::{RemovedProperty, removed_properties};
use armlint_azure::schema::{Deviations, Identity};
use armlint_engine::finding::Confidence;
use armlint_engine::graph::Resource;
use armlint_engine::rule::Context;
use armlint_engine::span::Span;
use armlint_engine::value::{Presence, Value, presence};

pub(crate) fn check(cx: &mut Context<'_>) {
    for resource in cx.graph().resources().iter().filter(|resource| !resource.existing) {
        let &Identity::Known(ty, version) = Deviations::in_view(cx.view()).identity(resource) else {
            continue;
        };
        let of_type =
            removed_properties().iter().filter(|removed| removed.ty.eq_ignore_ascii_case(ty.name()));
        let ignored: Vec<(&RemovedProperty, Value)> = of_type
            .filter(|removed| removed.from <= version.name())
            .filter_map(|removed| Some((removed, ignored(resource, removed)?)))
            .collect();
        report(resource, version.name(), &ignored, cx);
    }
}

// What is written where nothing is read any more, while nothing stands where it is read.
fn ignored(resource: &Resource, removed: &RemovedProperty) -> Option<Value> {
    let value = resource.body.at(removed.was);
    let empty = value.known_text().is_some_and(str::is_empty);
    let is_written = presence(&value) == Presence::Present || value.is_unknown();
    let is_replaced = presence(&resource.body.at(removed.instead)) != Presence::Absent;
    (is_written && !empty && !is_replaced).then_some(value)
}

// One finding for all, since one replacement is missing.
fn report(resource: &Resource, version: &str, ignored: &[(&RemovedProperty, Value)], cx: &mut Context<'_>) {
    let Some(((first, value), others)) = ignored.split_first() else { return };
    let RemovedProperty { was, now, effect, ty, .. } = first;
    let at = key(resource, was).unwrap_or(value.origin.span);
    let message = format!("`{was}` has no effect in version {version} of `{ty}`: {effect}");
    let finding = cx.report_on(resource, &at, message);
    finding.severity(first.severity).confidence(Confidence::Medium).help(format!("Write `{now}` instead"));
    for (other, value) in others {
        let at = key(resource, other.was).unwrap_or(value.origin.span);
        finding.related(at, format!("nor has this one; write `{}` instead", other.now));
    }
}

fn key(resource: &Resource, path: &str) -> Option<Span> {
    let (object, name) = path.rsplit_once('.')?;
    resource.body.at(object).object()?.key_span(name)
}

//! Artefacts of factories and workspaces, and what they declare.

use armlint_engine::graph::Resource;
use armlint_engine::span::Span;
use armlint_engine::value::Value;
use armlint_factory::activity::activities;
use armlint_factory::factory::{Factories, INTEGRATION_RUNTIMES, LINKED_SERVICES, PIPELINES, factory_type};
use armlint_factory::map::{FactoryMap, Mark, maps, shown as text_of};
use armlint_factory::reference::Reference;
use armlint_workspace::map_words::{location, way};

use super::Subject;
use super::markdown::code;
use super::resource::describe;
use super::shown::Shown;
use crate::artefact::{Declared, Spoken, resource_at, spoken};

/// How many ways of a linked service are told.
const MAX_WAYS: usize = 6;

/// What the place speaks of.
pub(super) fn say(subject: &Subject<'_>, shown: &Shown<'_>) -> Option<(Span, String)> {
    let (token, found) = spoken(subject.pointer, subject.view)?;
    let text = match found {
        Spoken::Artefact(reference) => of_reference(subject, shown, &reference),
        Spoken::Declared(declared) => of_declared(shown, &declared),
    };
    Some((token, text))
}

fn of_reference(subject: &Subject<'_>, shown: &Shown<'_>, reference: &Reference) -> String {
    let graph = subject.view.graph();
    let noun = reference.noun();
    if let Some(target) = reference.target {
        return describe(subject, shown, graph.resource(target));
    }
    let name = if shown.is_nothing() { String::new() } else { shown.text(&reference.name) };
    let factories = Factories::in_view(subject.view);
    let own = resource_at(graph, subject.pointer);
    let whole = own.and_then(|own| factories.of(own)).is_some_and(|factory| factory.is_whole(graph));
    let why = match whole {
        true => "It is not declared in this factory or workspace.",
        false => "It is not among the files; it may be declared elsewhere.",
    };
    format!("The {noun} {}\n\n{why}", code(&name))
}

fn of_declared(shown: &Shown<'_>, declared: &Declared<'_>) -> String {
    let mut text = format!("The {} {}", declared.noun, code(&declared.name));
    if shown.is_nothing() {
        return text;
    }
    let owner = shown.text(&declared.owner.name.last());
    text.push_str(&format!(" of {}\n", code(&owner)));
    let value = &declared.value;
    if declared.noun == "items of the loop" {
        text.push_str(&format!("\n- {}", shown.inline(value, None)));
    } else {
        let ty = value.get("type");
        if let Some(ty) = ty.known_text() {
            text.push_str(&format!("\n- type: {}", code(ty)));
        }
        // An activity has neither.
        let secure = ty.known_text().is_some_and(|ty| ty.to_ascii_lowercase().starts_with("secure"));
        for (key, what) in [("defaultValue", "default"), ("value", "value")] {
            let default = value.get(key);
            if !default.is_absent() {
                let default: Value = if secure { default.secured() } else { default };
                text.push_str(&format!("\n- {what}: {}", shown.inline(&default, Some(&declared.name))));
            }
        }
    }
    text.push_str(&format!("\n- declared in {}", shown.place(declared.key)));
    text
}

/// What the models know of an artefact; nothing of any other resource.
pub(super) fn lines(subject: &Subject<'_>, shown: &Shown<'_>, resource: &Resource) -> Vec<String> {
    let is = |types: &[&str]| types.iter().any(|ty| resource.is(ty));
    if factory_type(&resource.ty).is_none() {
        return Vec::new();
    }
    let mut lines = Vec::new();
    let ty = resource.property("type");
    if ty.text().is_some() {
        lines.push(format!("kind: {}", shown.inline(&ty, None)));
    }
    if is(LINKED_SERVICES) {
        lines.extend(own_map(subject, resource).iter().flat_map(|map| ways(map, resource)));
    } else if is(INTEGRATION_RUNTIMES) {
        let map = own_map(subject, resource);
        let name = text_of(&resource.name.last());
        let runtime = map.as_ref().and_then(|map| map.runtimes.iter().find(|runtime| runtime.name == name));
        lines.extend(runtime.map(|runtime| format!("it runs on: {}", location(runtime))));
    } else if is(PIPELINES) {
        let parameters = resource.property("parameters");
        let count = parameters.object().map_or(0, |object| object.len_written());
        lines.push(format!("{} activities, {count} parameters", activities(resource).len()));
    } else {
        let service = resource.property("linkedServiceName.referenceName");
        if let Some(name) = service.text() {
            lines.push(format!("linked service: {}", code(&shown.text(&name))));
        }
    }
    lines
}

fn own_map(subject: &Subject<'_>, resource: &Resource) -> Option<FactoryMap> {
    let name = resource.name.segments.first().map(text_of)?;
    maps(subject.view).into_iter().find(|map| map.name == name)
}

// The ways from the runtimes of a linked service to its store.
fn ways(map: &FactoryMap, service: &Resource) -> Vec<String> {
    let name = text_of(&service.name.last());
    let routes = map.routes.iter().filter(|route| route.service == name);
    let mut lines = Vec::new();
    for route in routes.take(MAX_WAYS) {
        let (Some(runtime), Some(store)) = (map.runtimes.get(route.runtime), map.stores.get(route.store))
        else {
            continue;
        };
        let known =
            if store.name.is_empty() { "a store that is not known".to_string() } else { code(&store.name) };
        let how = if route.mark == Mark::Unknown {
            "whether it is private is not known"
        } else {
            route.mark.as_str()
        };
        let way = match way(map, route) {
            way if way.is_empty() => way,
            way => format!(", {way}"),
        };
        lines.push(format!("on {} ({}) to {known}: **{how}**{way}", code(&runtime.name), location(runtime),));
    }
    lines
}

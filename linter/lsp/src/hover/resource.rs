//! Resources: their whole types, names and ids.

use armlint_engine::graph::Resource;
use armlint_engine::span::Span;
use armlint_engine::value::{Text, Truth};
use armlint_workspace::masks::SCRUBBED;

use super::expression::environment;
use super::markdown::code;
use super::shown::Shown;
use super::{Subject, artefact};
use crate::artefact::resource_at;
use crate::definition::referred;

/// How many parameter files are evaluated.
const MAX_ENVIRONMENTS: usize = 8;

/// What the `type`, the `name` or the symbolic name at the place stands for.
pub(super) fn say(subject: &Subject<'_>, shown: &Shown<'_>) -> Option<(Span, String)> {
    let pointer = subject.pointer;
    let named = ["type", "name"].iter().any(|key| pointer.under(0, key));
    let resource = subject.view.graph().resources().iter().find(|resource| {
        let own = named && pointer.path.above(1).is_some_and(|object| object.span == resource.span);
        own || (pointer.path.on_key && pointer.path.node().span == resource.span)
    })?;
    Some((pointer.token(), describe(subject, shown, resource)))
}

/// What a manifest stands for, and what it owns or refers to.
pub(super) fn of_manifest(subject: &Subject<'_>, shown: &Shown<'_>) -> Option<(Span, String)> {
    let (pointer, graph) = (subject.pointer, subject.view.graph());
    let resource = resource_at(graph, pointer)?;
    let token = pointer.token();
    if let Some(target) = referred(pointer, graph, resource) {
        return Some((token, describe(subject, shown, target)));
    }
    let own = (pointer.under(0, "name") && pointer.under(1, "metadata"))
        || pointer.under(0, "azureName")
        || (pointer.under(0, "kind") && pointer.path.above(1)?.span == resource.span);
    own.then(|| (token, describe(subject, shown, resource)))
}

/// A resource, and what it is with each parameter file.
pub(super) fn describe(subject: &Subject<'_>, shown: &Shown<'_>, resource: &Resource) -> String {
    let mut text = format!("**Resource** {}\n", code(&resource.ty));
    if shown.is_nothing() {
        return text;
    }
    let name = shown.text(&whole(resource));
    text.push_str(&format!("\n- name: {}", hidden_or(resource, &name)));
    // Where a Git folder is deployed to is not known.
    if !subject.view.graph().dialect.is_folder() {
        text.push_str(&format!("\n- id: {}", hidden_or(resource, &shown.text(&resource.resource_id))));
    }
    if let Some(symbol) = &resource.symbolic_name {
        text.push_str(&format!("\n- symbolic name: {}", code(symbol)));
    }
    if resource.existing {
        text.push_str("\n- it exists already and is only referred to");
    }
    if resource.condition.truth == Truth::Unknown {
        text.push_str("\n- whether it is deployed hangs on a condition");
    }
    let instances =
        subject.view.graph().resources().iter().filter(|other| other.span == resource.span).count();
    if resource.repeated {
        text.push_str("\n- it is made by a loop, how often is not known");
    } else if instances > 1 {
        text.push_str(&format!("\n- it is one of {instances} instances of a loop"));
    }
    let undecided = resource.name.written.assumed || !resource.name.written.is_known();
    let files = subject.deployment.parameter_files.iter().take(MAX_ENVIRONMENTS);
    for file in files.filter(|_| undecided) {
        let graph = environment(subject.deployment, file);
        let same = graph.resources().iter().find(|other| other.span == resource.span);
        let name = match same {
            Some(same) => hidden_or(same, &shown.text(&whole(same))),
            None => "not deployed".to_string(),
        };
        text.push_str(&format!("\n- with {}: {name}", code(file.path())));
    }
    for line in artefact::lines(subject, shown, resource) {
        text.push_str(&format!("\n- {line}"));
    }
    text.push_str(&format!("\n- declared in {}", shown.place(resource.place)));
    text
}

fn hidden_or(resource: &Resource, text: &str) -> String {
    if resource.name.written.secure { code(SCRUBBED) } else { code(text) }
}

fn whole(resource: &Resource) -> Text {
    Text::concat(resource.name.segments.iter().enumerate().flat_map(|(at, segment)| {
        let separator = if at > 0 { "/" } else { "" };
        [Text::Known(separator.into()), segment.clone()]
    }))
}

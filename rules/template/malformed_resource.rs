use armlint_engine::dialect::Parsed;
use armlint_engine::expression::parser::is_expression;
use armlint_engine::rule::Context;
use armlint_engine::syntax::{Node, NodeKind};

use crate::language::parameter::is_read;

pub(crate) fn check(cx: &mut Context<'_>) {
    let graph = cx.graph();
    let semantics = graph.semantics();
    let lowered = |parsed: &Parsed| parsed.document.is_lowered;
    if !graph.dialect.is_template() || graph.sources.iter().any(lowered) {
        return;
    }
    // With a profile the versions are those of the profile.
    let profiled = semantics.scopes.iter().any(|scope| scope.root && scope.node.get("apiProfile").is_some());
    let needed = if profiled { &["type", "name"][..] } else { &["type", "apiVersion", "name"] };
    for (template, _) in semantics.objects.iter().filter(|(template, _)| is_read(graph, template.span)) {
        if let Some(section) = template.value("resources") {
            check_section(section, needed, cx);
        }
    }
    for scope in semantics.scopes.iter().filter(|scope| is_read(graph, scope.node.span)) {
        let named = scope.node.get("resources").filter(|resources| resources.value.is_object());
        if let Some(resources) = named.filter(|_| scope.node.get("languageVersion").is_none()) {
            cx.report(
                &resources.key_span,
                "The resources have symbolic names, and the template has no language version",
            )
            .help("Give the template `\"languageVersion\": \"2.0\"`, or make `resources` an array");
        }
    }
}

fn check_section(section: &Node, needed: &[&str], cx: &mut Context<'_>) {
    let resources: Vec<&Node> = match &section.kind {
        NodeKind::Array(elements) => elements.iter().collect(),
        NodeKind::Object(members) => members.iter().map(|member| &member.value).collect(),
        _ => Vec::new(),
    };
    for resource in resources.into_iter().filter(|resource| resource.is_object()) {
        if let Some(missing) = missing(resource, needed) {
            let at = ["name", "type"].iter().find_map(|key| resource.get(key));
            let at = at.map_or(resource.span.part(0, 1), |member| member.value.span);
            let message = format!("The resource has no `{missing}`");
            cx.report(&at, message).help(format!("Add `\"{missing}\"`"));
        }
        if let Some(children) = resource.value("resources") {
            check_section(children, needed, cx);
        }
    }
}

// Resources of other extensions have no versions, and what keys are computed nobody knows.
fn missing<'k>(resource: &Node, needed: &[&'k str]) -> Option<&'k str> {
    let foreign = ["import", "extension"].iter().any(|key| resource.get(key).is_some());
    let computed = resource.members().iter().any(|member| is_expression(&member.key.text));
    let mut needed = needed.iter().filter(|_| !foreign && !computed);
    needed.find(|key| resource.get(key).is_none()).copied()
}

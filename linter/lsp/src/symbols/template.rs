//! Outlines of templates and parameter files.

use armlint_engine::span::Span;
use armlint_engine::syntax::{Member, Node, NodeKind};
use armlint_factory::artefact::ArtefactKind;

use super::artefact::contents;
use super::{Symbol, SymbolKind, section, text};

/// The sections of a template.
pub(super) fn template(root: &Node) -> Vec<Symbol> {
    let mut found: Vec<(u32, Symbol)> = Vec::new();
    let mut add = |symbol: Option<Symbol>| found.extend(symbol.map(|symbol| (symbol.span.start, symbol)));
    let typed = |kind: SymbolKind| {
        move |member: &Member| Symbol::member(kind, member).with_detail(type_of(&member.value))
    };
    add(section(root, "definitions", typed(SymbolKind::Definition)));
    add(section(root, "parameters", typed(SymbolKind::Parameter)));
    add(variables(root));
    add(functions(root));
    add(resources(root));
    add(section(root, "outputs", typed(SymbolKind::Output)));
    found.sort_by_key(|(start, _)| *start);
    found.into_iter().map(|(_, symbol)| symbol).collect()
}

/// What a parameter file sets; or all members of an object that is given as one.
pub(super) fn arguments(root: &Node) -> Vec<Symbol> {
    let entries = match root.value("parameters") {
        Some(parameters) => parameters.members(),
        None if root.get("$schema").is_none() => root.members(),
        None => &[],
    };
    let detail = |member: &Member| if member.value.get("reference").is_some() { "Key Vault" } else { "" };
    let symbol = |member| Symbol::member(SymbolKind::Parameter, member).with_detail(detail(member));
    entries.iter().map(symbol).collect()
}

fn type_of(node: &Node) -> &str {
    match text(node, "type") {
        "" => text(node, "$ref"),
        ty => ty,
    }
}

fn variables(root: &Node) -> Option<Symbol> {
    let all = root.get("variables")?;
    let mut children = Vec::new();
    for member in all.value.members() {
        let copies = member.value.elements();
        if member.key.text.eq_ignore_ascii_case("copy") && !copies.is_empty() {
            let named = copies.iter().filter_map(|entry| Some((entry, entry.value("name")?)));
            children.extend(named.map(|(entry, name)| {
                Symbol::new(SymbolKind::Variable, name.text().unwrap_or(""), entry.span, name.span)
            }));
        } else {
            children.push(Symbol::member(SymbolKind::Variable, member));
        }
    }
    (!children.is_empty()).then(|| Symbol::member(SymbolKind::Section, all).with_children(children))
}

fn functions(root: &Node) -> Option<Symbol> {
    let all = root.get("functions")?;
    let children: Vec<Symbol> = all
        .value
        .elements()
        .iter()
        .flat_map(|group| {
            let namespace = text(group, "namespace").to_string();
            let members = group.value("members").map(Node::members).unwrap_or_default();
            members.iter().map(move |member| {
                let symbol = Symbol::member(SymbolKind::Function, member);
                Symbol { name: format!("{namespace}.{}", member.key.text), ..symbol }
            })
        })
        .collect();
    (!children.is_empty()).then(|| Symbol::member(SymbolKind::Section, all).with_children(children))
}

fn resources(owner: &Node) -> Option<Symbol> {
    let all = owner.get("resources")?;
    let children: Vec<Symbol> = match &all.value.kind {
        NodeKind::Object(members) => members.iter().map(symbolic).collect(),
        NodeKind::Array(elements) => {
            let objects = elements.iter().filter(|element| element.is_object());
            objects.map(|element| resource(element, None)).collect()
        }
        _ => Vec::new(),
    };
    (!children.is_empty()).then(|| Symbol::member(SymbolKind::Section, all).with_children(children))
}

fn symbolic(member: &Member) -> Symbol {
    resource(&member.value, Some(member))
}

fn resource(node: &Node, symbol: Option<&Member>) -> Symbol {
    let name = node.value("name").filter(|name| name.text().is_some());
    let (shown, selection): (&str, Span) = match (symbol, name) {
        (Some(symbol), _) => (&symbol.key.text, symbol.key_span),
        (None, Some(name)) => (name.text().unwrap_or(""), name.span),
        (None, None) => ("", node.span.part(0, 1)),
    };
    let span = symbol.map_or(node.span, |symbol| symbol.key_span.join(node.span));
    let mut children: Vec<Symbol> = Vec::new();
    if let Some(properties) = node.value("properties") {
        match properties.value("template") {
            Some(inner) => children.extend(template(inner)),
            None if is_artefact(text(node, "type")) => children.extend(contents(properties)),
            None => {}
        }
    }
    children.extend(resources(node));
    Symbol::new(SymbolKind::Resource, shown, span, selection)
        .with_detail(text(node, "type"))
        .with_children(children)
}

fn is_artefact(ty: &str) -> bool {
    let ty = ty.to_ascii_lowercase();
    let kinds =
        [ArtefactKind::Pipeline, ArtefactKind::Dataset, ArtefactKind::LinkedService, ArtefactKind::DataFlow];
    kinds.iter().any(|kind| ty.ends_with(kind.resource_type()))
}

//! Outlines of artefacts of factories, and of resources that are declared one by one.

use armlint_engine::syntax::{Member, Node};

use super::{Symbol, SymbolKind, section, text};

/// How deep activities lie in each other.
const MAX_ACTIVITY_DEPTH: usize = 32;

/// An artefact in a file of its own, named by its file where it says no name.
pub(super) fn artefact(root: &Node, path: &str) -> Symbol {
    let properties = root.value("properties").unwrap_or(root);
    let file = path.rsplit_once('/').map_or(path, |(_, file)| file);
    let name = root.value("name").filter(|name| name.text().is_some());
    let shown = name.and_then(Node::text).unwrap_or(file);
    let selection = name.map_or(root.span.part(0, 1), |name| name.span);
    let folder = path.rsplit('/').nth(1).unwrap_or("");
    let ty = match text(properties, "type") {
        "" => folder,
        ty => ty,
    };
    Symbol::new(SymbolKind::Resource, shown, root.span, selection)
        .with_detail(ty)
        .with_children(contents(properties))
}

/// What the properties of an artefact declare.
pub(super) fn contents(properties: &Node) -> Vec<Symbol> {
    let typed = |kind: SymbolKind| {
        move |member: &Member| Symbol::member(kind, member).with_detail(text(&member.value, "type"))
    };
    let mut found: Vec<Symbol> = Vec::new();
    found.extend(section(properties, "parameters", typed(SymbolKind::Parameter)));
    found.extend(section(properties, "variables", typed(SymbolKind::Variable)));
    found.extend(section(properties, "globalParameters", typed(SymbolKind::Parameter)));
    if let Some(member) = properties.get("activities") {
        let activities = activities(&member.value, 0);
        if !activities.is_empty() {
            found.push(Symbol::member(SymbolKind::Section, member).with_children(activities));
        }
    }
    found.sort_by_key(|symbol| symbol.span.start);
    found
}

fn activities(list: &Node, depth: usize) -> Vec<Symbol> {
    let objects = list.elements().iter().filter(|_| depth < MAX_ACTIVITY_DEPTH);
    objects.filter(|node| node.is_object()).map(|node| activity(node, depth)).collect()
}

fn activity(node: &Node, depth: usize) -> Symbol {
    let name = node.value("name").filter(|name| name.text().is_some());
    let selection = name.map_or(node.span.part(0, 1), |name| name.span);
    let mut children = Vec::new();
    for member in node.value("typeProperties").map(Node::members).unwrap_or_default() {
        let key = member.key.text.to_ascii_lowercase();
        // One branch needs no name of its own.
        if key == "activities" {
            children.extend(activities(&member.value, depth + 1));
        } else if key.ends_with("activities") {
            let inner = activities(&member.value, depth + 1);
            if !inner.is_empty() {
                children.push(Symbol::member(SymbolKind::Section, member).with_children(inner));
            }
        } else if key == "cases" {
            children.extend(member.value.elements().iter().map(|case| {
                let value = case.value("value");
                let selection = value.map_or(case.span.part(0, 1), |value| value.span);
                let inner = case.value("activities").map(|list| activities(list, depth + 1));
                Symbol::new(SymbolKind::Section, text(case, "value"), case.span, selection)
                    .with_children(inner.unwrap_or_default())
            }));
        }
    }
    Symbol::new(SymbolKind::Activity, name.and_then(Node::text).unwrap_or(""), node.span, selection)
        .with_detail(text(node, "type"))
        .with_children(children)
}

/// Manifests, or a resource in a file of its own.
pub(super) fn declared(root: &Node) -> Vec<Symbol> {
    if text(root, "kind") == "List" {
        let items = root.value("items").map(Node::elements).unwrap_or_default();
        return items.iter().filter(|item| item.is_object()).map(resource).collect();
    }
    vec![resource(root)]
}

fn resource(node: &Node) -> Symbol {
    let named = node.value("metadata").and_then(|metadata| metadata.value("name")).or(node.value("name"));
    let selection = named.map_or(node.span.part(0, 1), |name| name.span);
    let kind = match text(node, "kind") {
        "" => text(node, "type"),
        kind => kind,
    };
    Symbol::new(SymbolKind::Resource, named.and_then(Node::text).unwrap_or(""), node.span, selection)
        .with_detail(kind)
}

//! The resources that the manifests of one tree declare.

use armlint_engine::dialect::Declared;
use armlint_engine::dialect::Parsed;
use armlint_engine::syntax::{Member, Node, NodeKind, Scalar};
use smol_str::SmolStr;

use super::index::Index;
use super::shape::{Shape, text};
use super::{GROUP_SUFFIX, Manifest, arm_version, manifests};

/// The resources of manifests, parents before children, otherwise in the order of the texts.
pub(super) fn declare(sources: &[Parsed]) -> Vec<Declared> {
    let written: Vec<Manifest<'_>> =
        sources.iter().flat_map(|parsed| manifests(&parsed.document.root)).collect();
    let index = Index::new(&written);
    let mut declared: Vec<Declared> = written.iter().map(|manifest| resource(manifest, &index)).collect();
    declared.sort_by_key(|declared| declared.names.len());
    declared
}

fn resource<'a>(manifest: &Manifest<'a>, index: &Index<'a>) -> Declared {
    let ty = match manifest.resource_type() {
        Some(ty) => SmolStr::new_static(ty),
        None => format!("{}{GROUP_SUFFIX}/{}", manifest.group, manifest.kind).into(),
    };
    let place = index.place(manifest, &ty);
    let node = manifest.node;
    let (_, name_token) = manifest.azure_name();
    let mut members: Vec<Member> = Vec::new();
    let mut add = |key: &'static str, from: &str, value: Node| {
        let key_span = node.get(from).map_or(node.span.part(0, 1), |member| member.key_span);
        members.push(Member { key: Scalar::verbatim(key, key_span.start), key_span, value });
    };
    if let Some(kind) = node.value("kind") {
        add("type", "kind", text(ty.clone(), kind.span));
    }
    if let (Some(version), Some(written)) = (arm_version(manifest.version), node.value("apiVersion")) {
        add("apiVersion", "apiVersion", text(version.into(), written.span));
    }
    let own = place.names.last().cloned().unwrap_or_default();
    let name = match name_token.text() == Some(own.as_str()) {
        true => name_token.clone(),
        false => text(own, name_token.span),
    };
    add("name", "metadata", name);
    if place.extends {
        add("scope", "spec", text(place.scope.as_str().into(), name_token.span));
    }
    members.extend(Shape { manifest, index }.body(&ty));
    let id = place.id(&ty);
    Declared {
        ty,
        names: place.names,
        id: id.into(),
        place: name_token.span,
        existing: is_skipped(node),
        has_tokens: true,
        body: Node { kind: NodeKind::Object(members.into()), span: node.span },
    }
}

// The operator only looks at a resource that it is told to skip.
fn is_skipped(node: &Node) -> bool {
    let annotations = node.value("metadata").and_then(|metadata| metadata.value("annotations"));
    let policy = annotations.and_then(|all| all.value("serviceoperator.azure.com/reconcile-policy"));
    policy.and_then(Node::text) == Some("skip")
}

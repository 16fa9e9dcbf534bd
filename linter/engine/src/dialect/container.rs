//! One resource as a file of its own: what `az container create --file` and `az containerapp create --yaml`
//! take.
//!
//! Source: YAML reference: Azure Container Instances (2024-10); Azure Container Apps ARM and YAML template
//! specifications (2025-06). Container Apps files leave out type, name and API version where the command
//! line gives them.

use smol_str::SmolStr;

use super::{Declared, Parsed};
use crate::syntax::{List, Member, Node, NodeKind, Scalar};

/// The type of a container group.
pub(super) const GROUP: &str = "Microsoft.ContainerInstance/containerGroups";
/// The type of a container app.
pub(super) const APP: &str = "Microsoft.App/containerApps";

/// The type of the resource that a document is.
pub(super) fn recognise(root: &Node) -> Option<&'static str> {
    let properties = root.value("properties").filter(|properties| properties.is_object())?;
    if let Some(ty) = root.value("type") {
        let ty = ty.text()?;
        return [GROUP, APP].into_iter().find(|known| known.eq_ignore_ascii_case(ty));
    }
    // Without a type these are the only files that begin with the properties; what names a schema or a
    // Kubernetes kind is something else.
    if ["$schema", "kind", "resources", "spec"].iter().any(|key| root.get(key).is_some()) {
        return None;
    }
    let containers = |node: Option<&Node>| {
        let list = node.and_then(|node| node.value("containers")).map(Node::elements).unwrap_or_default();
        let image = |container: &Node| {
            let inner = container.value("properties").and_then(|inner| inner.get("image"));
            container.get("image").or(inner).is_some()
        };
        !list.is_empty() && list.iter().all(image)
    };
    if containers(properties.value("template")) {
        return Some(APP);
    }
    (properties.get("osType").is_some() && containers(Some(properties))).then_some(GROUP)
}

/// The resource that a document is. The name that the command line gives is not known.
pub(super) fn declare(parsed: &Parsed) -> Option<Declared> {
    let root = &parsed.document.root;
    let ty = SmolStr::new_static(recognise(root)?);
    let written = root.value("name").filter(|name| name.text().is_some());
    let name = written.and_then(Node::text).unwrap_or("${name}");
    let group = "/subscriptions/${AZURE_SUBSCRIPTION_ID}/resourceGroups/${AZURE_RESOURCE_GROUP}";
    let body = match root.get("type") {
        Some(_) => root.clone(),
        None => {
            let span = root.span.part(0, 1);
            let value =
                Node { kind: NodeKind::String(Box::new(Scalar::verbatim(ty.clone(), span.start))), span };
            let member = Member { key: Scalar::verbatim("type", span.start), key_span: span, value };
            let members: List<Member> =
                std::iter::once(member).chain(root.members().iter().cloned()).collect();
            Node { kind: NodeKind::Object(members), span: root.span }
        }
    };
    Some(Declared {
        id: format!("{group}/providers/{ty}/{name}").into(),
        names: vec![name.into()],
        place: written.map_or(root.span.part(0, 1), |name| name.span),
        existing: false,
        ty,
        body,
    })
}

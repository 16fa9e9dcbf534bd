//! One resource as a file of its own: what `az container create --file` and `az containerapp create --yaml`
//! take.
//!
//! Source: YAML reference: Azure Container Instances (2024-10); Azure Container Apps ARM and YAML template
//! specifications (2025-06). Container Apps files leave out type, name and API version where the command
//! line gives them.

use armlint_engine::dialect::{
    Assembled, Claim, Declared, Deployment, Dialect, DialectReader, File, Parsed, Recognition, Ties, World,
    is_yaml,
};
use armlint_engine::syntax::{List, Member, Node, NodeKind, Scalar};
use smol_str::SmolStr;

/// How such files are read.
pub static READER: DialectReader = DialectReader {
    dialect: Dialect::Resource,
    may_concern: |path, bytes| is_yaml(path) && has_marker(bytes),
    own_folder: |_| None,
    recognise: |path, root| {
        let known = is_yaml(path) && recognise(root).is_some();
        known.then(|| Claim::certain(Dialect::Resource))
    },
    note: |_| None,
    is_export: |_| false,
    ties: |_| Ties::default(),
    likely_ties: |_, _| Ties::default(),
    assemble,
    declare: |deployment| deployment.sources.iter().filter_map(declare).collect(),
};

/// The type of a container group.
const GROUP: &str = "Microsoft.ContainerInstance/containerGroups";
/// The type of a container app.
const APP: &str = "Microsoft.App/containerApps";

/// The type of the resource that a document is.
fn recognise(root: &Node) -> Option<&'static str> {
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
fn declare(parsed: &Parsed) -> Option<Declared> {
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
        has_tokens: true,
        ty,
        body,
    })
}

// Every file is a deployment of its own.
fn assemble(files: &[File]) -> Assembled {
    let own = |file: &&File| matches!(&file.recognition, Recognition::Declared(claim) if claim.dialect == Dialect::Resource);
    let deployment = |file: &File| Deployment::declared(&READER, World::Open, vec![file.parsed.clone()]);
    Assembled { deployments: files.iter().filter(own).map(deployment).collect(), ..Assembled::default() }
}

// Whether a text may be such a file: cheap, and never wrong when it says no.
fn has_marker(bytes: &[u8]) -> bool {
    let holds = |mark: &str| memchr::memmem::find(bytes, mark.as_bytes()).is_some();
    let begins = |key: &[u8]| bytes.starts_with(key);
    (holds("containers")
        && (begins(b"properties") || begins(b"\xEF\xBB\xBFproperties") || holds("\nproperties")))
        || [GROUP, APP].iter().any(|ty| contains_uncased(bytes, ty.as_bytes()))
}

fn contains_uncased(bytes: &[u8], wanted: &[u8]) -> bool {
    let Some((first, _)) = wanted.split_first() else { return true };
    memchr::memchr2_iter(first.to_ascii_lowercase(), first.to_ascii_uppercase(), bytes)
        .any(|at| bytes.get(at..at + wanted.len()).is_some_and(|here| here.eq_ignore_ascii_case(wanted)))
}

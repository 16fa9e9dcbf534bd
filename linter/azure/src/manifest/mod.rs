//! Manifests of Azure Service Operator v2: Kubernetes objects that each stand for one Azure resource.
//!
//! Source: Azure Service Operator, guide (Ownership, Handling secrets, Sharing data through ConfigMaps,
//! Annotations), <https://azure.github.io/azure-service-operator/guide/>, release 2.17.

mod declare;
mod index;
mod kinds;
mod shape;
mod tree;

use armlint_engine::dialect::{
    Assembled, Claim, Deployment, Dialect, DialectReader, File, Recognition, Ties, World, is_yaml,
};
use armlint_engine::syntax::{Node, Scalar};
use smol_str::{SmolStr, format_smolstr};

/// How manifests are read.
pub static READER: DialectReader = DialectReader {
    dialect: Dialect::Manifests,
    may_concern,
    own_folder: |_| None,
    recognise: |path, root| (is_yaml(path) && recognise(root)).then(|| Claim::certain(Dialect::Manifests)),
    note,
    is_export: |_| false,
    ties: |file| ties(is_own(file)),
    likely_ties: |path, bytes| ties(may_concern(path, bytes)),
    assemble,
    declare: |deployment| declare::declare(&deployment.sources).into_iter().take(MAX_RESOURCES).collect(),
};

/// How many resources a deployment has at most.
const MAX_RESOURCES: usize = 10_000;

fn may_concern(path: &str, bytes: &[u8]) -> bool {
    is_yaml(path) && memchr::memmem::find(bytes, b".azure.com/v").is_some()
}

fn is_own(file: &File) -> bool {
    matches!(&file.recognition, Recognition::Declared(claim) if claim.dialect == Dialect::Manifests)
}

// Whether folders stay apart depends on all of them.
fn ties(is_manifest: bool) -> Ties {
    let asks = is_manifest.then(|| SmolStr::new_static("manifests"));
    Ties { offers: Vec::new(), asks: asks.into_iter().collect() }
}

// The manifests of a folder tree are one deployment.
fn assemble(files: &[File]) -> Assembled {
    let own: Vec<&File> = files.iter().filter(|file| is_own(file)).collect();
    let placed = own.iter().enumerate();
    let placed: Vec<_> =
        placed.map(|(index, file)| (index, &*file.parsed.source.path, &file.parsed.document.root)).collect();
    let mut assembled = Assembled::default();
    for members in tree::trees(&placed) {
        let sources = members.iter().map(|index| own[*index].parsed.clone()).collect();
        assembled.deployments.push(Deployment::declared(&READER, World::Open, sources));
    }
    assembled
}

const GROUP_SUFFIX: &str = ".azure.com";

/// A manifest as written.
#[derive(Clone, Copy, Debug)]
struct Manifest<'a> {
    /// The whole object.
    node: &'a Node,
    /// The API group without `.azure.com`.
    group: &'a str,
    /// What stands behind the group: `v1api20230701`.
    version: &'a str,
    kind: &'a str,
    name: &'a Scalar,
    /// Token of the name.
    name_node: &'a Node,
    namespace: &'a str,
}

impl<'a> Manifest<'a> {
    fn read(node: &'a Node) -> Option<Manifest<'a>> {
        let (group, version) = node.value("apiVersion")?.text()?.split_once('/')?;
        let group = group.strip_suffix(GROUP_SUFFIX)?;
        arm_version(version)?;
        let metadata = node.value("metadata")?;
        let name_node = metadata.value("name")?;
        let armlint_engine::syntax::NodeKind::String(name) = &name_node.kind else { return None };
        let namespace = metadata.value("namespace").and_then(Node::text).unwrap_or("default");
        let kind = node.value("kind")?.text()?;
        Some(Manifest { node, group, version, kind, name, name_node, namespace })
    }

    fn spec(&self) -> Option<&'a Node> {
        self.node.value("spec")
    }

    fn resource_type(&self) -> Option<&'static str> {
        kinds::resource_type(self.group, self.kind)
    }

    // The name in Azure, and its token.
    fn azure_name(&self) -> (&'a str, &'a Node) {
        let written = self.spec().and_then(|spec| spec.value("azureName"));
        match written.and_then(|node| Some((node.text()?, node))) {
            Some(named) => named,
            None => (&self.name.text, self.name_node),
        }
    }

    // What one cluster has once.
    fn identity(&self) -> SmolStr {
        identity(self.group, self.kind, self.namespace, &self.name.text)
    }
}

fn identity(group: &str, kind: &str, namespace: &str, name: &str) -> SmolStr {
    let kind = kind.to_ascii_lowercase();
    format_smolstr!("{}|{kind}|{namespace}|{name}", group.to_ascii_lowercase())
}

/// The manifests in a document: the document itself, or the items of a `List`.
fn manifests(root: &Node) -> Vec<Manifest<'_>> {
    let is_list = root.value("kind").and_then(Node::text) == Some("List")
        && root.value("apiVersion").and_then(Node::text) == Some("v1");
    if is_list {
        let items = root.value("items").map(Node::elements).unwrap_or_default();
        return items.iter().filter_map(Manifest::read).collect();
    }
    Manifest::read(root).into_iter().collect()
}

/// Whether a document holds a manifest.
fn recognise(root: &Node) -> bool {
    !manifests(root).is_empty()
}

/// What is to be said of a document although it is read: a kind that no resource type is known of.
fn note(root: &Node) -> Option<String> {
    let manifests = manifests(root);
    let unknown = manifests.iter().find(|manifest| manifest.resource_type().is_none())?;
    let (group, kind) = (unknown.group, unknown.kind);
    Some(format!("the resource type of the kind {kind} of {group}{GROUP_SUFFIX} is not known"))
}

/// The API version of Resource Manager that a version of a group stands for. All spellings are in use:
/// `v1api20230701`, `v1beta20230701`, `v1alpha1api20230701` and `v20230701`, each with `preview` or not.
fn arm_version(version: &str) -> Option<String> {
    let rest = ["v1alpha1api", "v1api", "v1beta", "v"].iter().find_map(|start| {
        version.strip_prefix(start).filter(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
    })?;
    let (date, rest) = rest.split_at_checked(8)?;
    let preview = match rest {
        "" => "",
        "preview" => "-preview",
        _ => return None,
    };
    if !date.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    Some(format!("{}-{}-{}{preview}", &date[..4], &date[4..6], &date[6..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions() {
        for (version, expected) in [
            ("v1api20230701", Some("2023-07-01")),
            ("v1beta20200601", Some("2020-06-01")),
            ("v1alpha1api20200801preview", Some("2020-08-01-preview")),
            ("v20240413", Some("2024-04-13")),
            ("v20250301preview", Some("2025-03-01-preview")),
            ("v1", None),
            ("v1beta1", None),
            ("v1api2023", None),
            ("v1api20230701storage", None),
            ("v1api2023é701", None),
        ] {
            assert_eq!(arm_version(version).as_deref(), expected, "{version}");
        }
    }
}

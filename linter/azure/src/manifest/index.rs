//! Who is who among the manifests of one tree: names of owners and of what is referred to.

use std::collections::HashMap;

use armlint_engine::syntax::Node;
use smol_str::SmolStr;

use super::{Manifest, identity, kinds};

/// How many owners are followed from one manifest to the next.
const MAX_OWNERS: usize = 8;

/// Stand for what only Azure knows; where the same text stands twice it is the same place.
const SUBSCRIPTION: &str = "${AZURE_SUBSCRIPTION_ID}";
const RESOURCE_GROUP: &str = "${AZURE_RESOURCE_GROUP}";

/// Types of which a parent has one, under this name. Their kinds have no `azureName`.
const ONLY_ONE: [(&str, &str); 13] = [
    ("administrators", "ActiveDirectory"),
    ("advancedThreatProtectionSettings", "Default"),
    ("auditingSettings", "default"),
    ("azureADOnlyAuthentications", "Default"),
    ("blobServices", "default"),
    ("connectionPolicies", "default"),
    ("fileServices", "default"),
    ("managementPolicies", "default"),
    ("patchSchedules", "default"),
    ("queueServices", "default"),
    ("tableServices", "default"),
    ("throughputSettings", "default"),
    ("transparentDataEncryption", "current"),
];

/// The manifests by what they are known as.
pub(super) struct Index<'a> {
    manifests: HashMap<SmolStr, Manifest<'a>>,
    /// By resource type in lower case, namespace and name, since an owner is named without its kind.
    by_type: HashMap<(String, &'a str, &'a str), Manifest<'a>>,
}

/// Where a resource stands.
pub(super) struct Place {
    /// The names, one for each segment of the type.
    pub(super) names: Vec<SmolStr>,
    /// The id of what the resource stands in: a resource group, a subscription or another resource.
    pub(super) scope: String,
    /// Whether the scope is another resource.
    pub(super) extends: bool,
}

impl Place {
    /// The resource id.
    pub(super) fn id(&self, ty: &str) -> String {
        if ty.eq_ignore_ascii_case("Microsoft.Resources/resourceGroups") {
            let name = self.names.last().map_or("", SmolStr::as_str);
            return format!("/subscriptions/{SUBSCRIPTION}/resourceGroups/{name}");
        }
        let mut segments = ty.split('/');
        let mut id = format!("{}/providers/{}", self.scope, segments.next().unwrap_or_default());
        for (segment, name) in segments.zip(&self.names) {
            id.push('/');
            id.push_str(segment);
            id.push('/');
            id.push_str(name);
        }
        id
    }
}

impl<'a> Index<'a> {
    pub(super) fn new(manifests: &[Manifest<'a>]) -> Index<'a> {
        let mut index = Index { manifests: HashMap::new(), by_type: HashMap::new() };
        for manifest in manifests {
            index.manifests.entry(manifest.identity()).or_insert(*manifest);
            if let Some(ty) = manifest.resource_type() {
                let key = (ty.to_ascii_lowercase(), manifest.namespace, manifest.name.text.as_str());
                index.by_type.entry(key).or_insert(*manifest);
            }
        }
        index
    }

    fn typed(&self, ty: &str, namespace: &'a str, name: &'a str) -> Option<&Manifest<'a>> {
        self.by_type.get(&(ty.to_ascii_lowercase(), namespace, name))
    }

    /// Where the resource of a manifest of a type stands.
    pub(super) fn place(&self, manifest: &Manifest<'a>, ty: &str) -> Place {
        self.place_within(manifest, ty, MAX_OWNERS)
    }

    fn place_within(&self, manifest: &Manifest<'a>, ty: &str, left: usize) -> Place {
        let own = own_name(manifest, ty);
        let owner = manifest.spec().and_then(|spec| spec.value("owner"));
        let Some(parent) = parent_type(ty) else {
            let (scope, extends) = self.scope(manifest, owner);
            return Place { names: vec![own], scope, extends };
        };
        let name = owner.and_then(|owner| owner.value("name")).and_then(Node::text);
        let mut place = match name.and_then(|name| self.typed(parent, manifest.namespace, name)) {
            Some(owner) if left > 0 => self.place_within(owner, parent, left - 1),
            _ => outside(owner, parent, name),
        };
        place.names.push(own);
        place
    }

    // The id that a resource without a parent stands in, and whether it is that of a resource.
    fn scope(&self, manifest: &Manifest<'a>, owner: Option<&'a Node>) -> (String, bool) {
        let Some(owner) = owner else { return (group_id(RESOURCE_GROUP), false) };
        if let Some(id) = owner.value("armId").and_then(Node::text) {
            return (id.trim_end_matches('/').to_string(), id.contains("/providers/"));
        }
        let Some(name) = owner.value("name").and_then(Node::text) else {
            return (group_id(RESOURCE_GROUP), false);
        };
        let kind = owner.value("kind").and_then(Node::text).unwrap_or("ResourceGroup");
        if !kind.eq_ignore_ascii_case("ResourceGroup") {
            return (self.reference(manifest, owner).unwrap_or_default(), true);
        }
        let declared = self.typed("Microsoft.Resources/resourceGroups", manifest.namespace, name);
        let name =
            declared.map_or_else(|| kubernetes("ResourceGroup", name), |d| d.azure_name().0.to_string());
        (group_id(&name), false)
    }

    /// The id that a reference `{armId}` or `{group, kind, name}` in a manifest leads to; `None` where the
    /// object is no reference.
    pub(super) fn reference(&self, from: &Manifest<'a>, node: &'a Node) -> Option<String> {
        if let Some(id) = node.value("armId").and_then(Node::text) {
            return Some(id.to_string());
        }
        let text = |key| node.value(key).and_then(Node::text);
        let (kind, name) = (text("kind")?, text("name")?);
        let group = text("group")?;
        let group = group.strip_suffix(super::GROUP_SUFFIX).unwrap_or(group);
        let target = self.manifests.get(&identity(group, kind, from.namespace, name));
        let Some(ty) = kinds::resource_type(group, kind) else { return Some(kubernetes(kind, name)) };
        match target {
            Some(target) => Some(self.place(target, ty).id(ty)),
            None => {
                let mut place = match parent_type(ty) {
                    Some(parent) => outside(None, parent, None),
                    None => Place { names: Vec::new(), scope: group_id(RESOURCE_GROUP), extends: false },
                };
                place.names.push(kubernetes(kind, name).into());
                Some(place.id(ty))
            }
        }
    }
}

fn group_id(name: &str) -> String {
    format!("/subscriptions/{SUBSCRIPTION}/resourceGroups/{name}")
}

// The Azure name of an object that is not among the manifests: it may have another than in Kubernetes.
fn kubernetes(kind: &str, name: &str) -> String {
    format!("${{kubernetes:{kind}/{}}}", name.replace(['{', '}'], ""))
}

fn parent_type(ty: &str) -> Option<&str> {
    let (parent, _) = ty.rsplit_once('/')?;
    parent.contains('/').then_some(parent)
}

fn own_name(manifest: &Manifest<'_>, ty: &str) -> SmolStr {
    let last = ty.rsplit('/').next().unwrap_or_default();
    let named = manifest.spec().is_some_and(|spec| spec.value("azureName").is_some());
    let only = ONLY_ONE.iter().find(|(segment, _)| segment.eq_ignore_ascii_case(last));
    match only {
        Some((_, name)) if !named => SmolStr::new_static(name),
        _ => manifest.azure_name().0.into(),
    }
}

// A parent that is not among the manifests: by its id, or unknown by the name of its object.
fn outside(owner: Option<&Node>, parent: &str, name: Option<&str>) -> Place {
    let count = parent.split('/').count() - 1;
    if let Some(id) = owner.and_then(|owner| owner.value("armId")).and_then(Node::text)
        && let Some((scope, behind)) = id.rsplit_once("/providers/")
    {
        let names: Vec<SmolStr> = behind.split('/').skip(2).step_by(2).map(SmolStr::from).collect();
        if names.len() == count {
            return Place { names, scope: scope.to_string(), extends: false };
        }
    }
    let mut segments: Vec<&str> = parent.split('/').skip(1).collect();
    let last = segments.pop().unwrap_or_default();
    let above = segments.iter().map(|segment| kubernetes(segment, name.unwrap_or("owner")).into());
    let own = std::iter::once(kubernetes(last, name.unwrap_or("owner")).into());
    Place { names: above.chain(own).collect(), scope: group_id(RESOURCE_GROUP), extends: false }
}

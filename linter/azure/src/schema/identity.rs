//! Which type and version a resource is of.

use armlint_engine::dialect::Dialect;
use armlint_engine::graph::{Graph, Resource};
use armlint_engine::syntax::Node;
use armlint_engine::value::Value;
use rustc_hash::FxHashMap;
use smol_str::SmolStr;

use super::walk::is_sample;
use super::{ResourceType, TypeVersion, provider, resource_type};

/// Which type and version a resource is of, as far as the schema can tell.
#[derive(Clone, Debug, PartialEq)]
pub enum Identity {
    /// It is of a kind that the schema says nothing of, or its type or version is not decided.
    Open,
    /// No source knows the type.
    UnknownType(SmolStr),
    /// The type is known, and no source lists the version for it.
    UnknownVersion(ResourceType, SmolStr),
    /// Both are known.
    Known(ResourceType, TypeVersion),
}

impl Identity {
    /// Of the resources of a deployment, in their order.
    pub(super) fn of_all(graph: &Graph) -> Vec<Identity> {
        let is_open = graph.dialect == Dialect::Manifests || has_profile(graph);
        let mut types = FxHashMap::default();
        let identity = |resource: &Resource| {
            let ty = types.entry(resource.ty.clone()).or_insert_with(|| {
                let judged = judged_type(&resource.ty);
                judged.map(|judged| resource_type(judged).ok_or_else(|| SmolStr::new(judged)))
            });
            match ty {
                Some(_) if is_open => Identity::Open,
                None => Identity::Open,
                Some(Err(unknown)) => Identity::UnknownType(unknown.clone()),
                Some(Ok(known)) => Identity::in_type(*known, &resource.body.get("apiVersion"), graph),
            }
        };
        graph.resources().iter().map(identity).collect()
    }

    fn in_type(ty: ResourceType, version: &Value, graph: &Graph) -> Identity {
        match decided_text(version) {
            Some(name) => match ty.version(name) {
                Some(version) => Identity::Known(ty, version),
                None => Identity::UnknownVersion(ty, name.into()),
            },
            None if !graph.dialect.is_template() && version.is_absent() => newest(ty),
            None => Identity::Open,
        }
    }
}

/// The text of a string that is decided by what every deployment has.
pub fn decided_text(value: &Value) -> Option<&str> {
    value.known_text().filter(|text| !value.assumed && !is_sample(text))
}

// A file that gives no version is of the newest that the schema knows.
fn newest(ty: ResourceType) -> Identity {
    let versions = || ty.versions().rev().filter(|version| version.body().is_some());
    let newest = versions().find(|version| version.is_stable()).or_else(|| versions().next());
    newest.map_or(Identity::Open, |version| Identity::Known(ty, version))
}

// The type that stands for itself: of an extension that is written below another type its own. None where the name
// says which one it is, and for what only other clouds have.
fn judged_type(written: &str) -> Option<&str> {
    let ty = written.trim_end_matches('/');
    let mut start = 0;
    let mut at = 0;
    for segment in ty.split('/') {
        if segment.contains('.') {
            start = at;
        }
        at += segment.len() + 1;
    }
    let own = &ty[start..];
    let nested = ty.split('/').any(|segment| segment.eq_ignore_ascii_case("providers"));
    let told = start > 0 || !nested;
    let whole = own.contains('/') && own.bytes().all(|byte| byte.is_ascii_graphic());
    (told && whole && !is_of_another_cloud(provider(own))).then_some(own)
}

// Azure Stack, whose providers no list of the public cloud has.
fn is_of_another_cloud(provider: &str) -> bool {
    let provider = provider.to_ascii_lowercase();
    provider.ends_with(".admin")
        || provider.starts_with("microsoft.azurestack")
        || provider.starts_with("microsoft.") && provider.ends_with("adapter")
}

// A template with a profile has versions of its own.
fn has_profile(graph: &Graph) -> bool {
    let profile = |root: &Node| root.get("apiProfile").is_some();
    graph.dialect.is_template() && graph.sources.iter().any(|parsed| profile(&parsed.document.root))
}

//! What `dependsOn` leads to: resources of the same template, by symbolic name, id, name or loop.

use std::cell::{OnceCell, RefCell};

use rustc_hash::{FxHashMap, FxHashSet};
use smol_str::{SmolStr, StrExt, format_smolstr};

use super::{Graph, Resource, ResourceId, implicit};
use crate::dialect::Dialect;
use crate::expression::resource_id::{RESOURCE_GROUPS, interleaved};
use crate::semantics::NameScope;
use crate::span::Span;
use crate::value::{Text, Truth, Value};

/// The dependencies of a deployment.
#[derive(Default)]
pub struct Dependencies {
    /// Those that are written and lead to something.
    pub edges: Vec<Edge>,
    /// Those that follow from a `reference` or `list*` by name: of each the call.
    pub implicit: Vec<Edge>,
    /// The loops that something depends on as a whole, with their instances.
    pub loops: Vec<Vec<ResourceId>>,
    /// Those that certainly lead to nothing: the resource, the dependency and what it names.
    pub missing: Vec<(ResourceId, Value, SmolStr)>,
}

/// A dependency.
#[derive(Clone, Copy, Debug)]
pub struct Edge {
    /// The resource that depends.
    pub from: ResourceId,
    /// What it depends on.
    pub to: Target,
    /// The entry of `dependsOn`, or the name of the function.
    pub span: Span,
}

/// What a dependency leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Target {
    /// A resource.
    Resource(ResourceId),
    /// All instances of a loop, by position among [`Dependencies::loops`].
    Loop(usize),
}

/// The resources of one template by all that they can be called.
struct Group<'g> {
    resources: Vec<&'g Resource>,
    by_symbol: FxHashMap<SmolStr, Vec<ResourceId>>,
    by_id: FxHashMap<SmolStr, Vec<ResourceId>>,
    by_name: FxHashMap<SmolStr, Vec<ResourceId>>,
    by_loop: FxHashMap<SmolStr, usize>,
    // What is known when the first dependency leads to nothing.
    types: RefCell<FxHashMap<SmolStr, Ids>>,
    names: OnceCell<KnownNames>,
}

impl Dependencies {
    pub(super) fn of(graph: &Graph) -> Dependencies {
        let mut made = Dependencies::default();
        if !graph.dialect.is_template() || graph.is_environment {
            return made;
        }
        let mut groups: FxHashMap<_, Vec<&Resource>> = FxHashMap::default();
        let mut order = Vec::new();
        for resource in graph.resources() {
            let key = (resource.module, resource.span.source);
            let members = groups.entry(key).or_insert_with(|| {
                order.push(key);
                Vec::new()
            });
            members.push(resource);
        }
        let calls = implicit::Calls::of(graph);
        for key in order {
            let resources = groups.remove(&key).unwrap_or_default();
            let none = |resource: &&Resource| resource.body.get("dependsOn").is_missing();
            if !calls.are_in(&resources) && resources.iter().all(none) {
                continue;
            }
            let group = Group::new(resources, &mut made.loops);
            // The parts of an export depend on each other.
            let first = group.resources.first().filter(|_| graph.dialect == Dialect::Template);
            let scope = first.and_then(|first| graph.semantics().scope_of(first.span));
            for resource in &group.resources {
                let entries = resource.body.get("dependsOn");
                for entry in entries.elements().unwrap_or_default() {
                    made.entry(&group, scope, resource, entry);
                }
                let called = calls.by(graph, resource);
                let edges = called.into_iter().filter_map(|(name, span)| {
                    Some(Edge { from: resource.id, to: group.named(&name)?, span })
                });
                made.implicit.extend(edges);
            }
        }
        made
    }

    fn entry(&mut self, group: &Group<'_>, scope: Option<&NameScope>, resource: &Resource, entry: &Value) {
        let Some(text) = entry.text() else { return };
        if let Some(to) = group.find(&text) {
            self.edges.push(Edge { from: resource.id, to, span: entry.origin.span });
        } else if let Some(scope) = scope
            && let Some(name) = group.lacks(&text, entry.assumed, scope)
        {
            self.missing.push((resource.id, entry.clone(), name));
        }
    }
}

impl<'g> Group<'g> {
    fn new(resources: Vec<&'g Resource>, loops: &mut Vec<Vec<ResourceId>>) -> Group<'g> {
        let mut group = Group {
            resources,
            by_symbol: FxHashMap::default(),
            by_id: FxHashMap::default(),
            by_name: FxHashMap::default(),
            by_loop: FxHashMap::default(),
            types: RefCell::default(),
            names: OnceCell::new(),
        };
        let mut instances: FxHashMap<SmolStr, i64> = FxHashMap::default();
        for resource in &group.resources {
            if let Some(symbol) = &resource.symbolic_name {
                let symbol = symbol.to_lowercase_smolstr();
                let index = instances.entry(symbol.clone()).or_default();
                group.by_symbol.entry(format_smolstr!("{symbol}[{index}]")).or_default().push(resource.id);
                *index += 1;
                group.by_symbol.entry(symbol).or_default().push(resource.id);
            }
            let id = resource.resource_id.key();
            group.by_id.entry(relative_id(resource)).or_default().push(resource.id);
            group.by_id.entry(id).or_default().push(resource.id);
            group.by_name.entry(resource.name.key()).or_default().push(resource.id);
            let name = resource.body.get("copy").get("name");
            if let Some(name) = name.known_text() {
                let position = *group.by_loop.entry(name.to_lowercase_smolstr()).or_insert_with(|| {
                    loops.push(Vec::new());
                    loops.len() - 1
                });
                loops[position].push(resource.id);
            }
        }
        group
    }

    // What is called by a symbolic name, or else by a name, where that is one resource.
    fn named(&self, text: &Text) -> Option<Target> {
        let key = text.key();
        only(self.by_symbol.get(&key)).or_else(|| only(self.by_name.get(&key)))
    }

    fn find(&self, text: &Text) -> Option<Target> {
        let key = text.key();
        // A symbolic name of a loop means all of its instances; so does the name of the loop.
        let symbol = self.by_symbol.get(&key);
        // The id of a resource group is written in two ways.
        let groups = key.rsplit_once("/providers/").map(|(_, tail)| tail);
        let groups = groups.filter(|tail| tail.starts_with("microsoft.resources/resourcegroups/"));
        only(symbol)
            .or_else(|| only(self.by_id.get(groups?)))
            .or_else(|| {
                let first = symbol?.first()?;
                let instance = self.resources.iter().find(|resource| resource.id == *first)?;
                let name = instance.body.get("copy").get("name");
                let position = self.by_loop.get(&name.known_text()?.to_lowercase_smolstr())?;
                Some(Target::Loop(*position))
            })
            .or_else(|| only(self.by_id.get(&key)))
            .or_else(|| self.by_loop.get(&key).map(|position| Target::Loop(*position)))
            .or_else(|| only(self.by_name.get(&key)))
    }

    // What a dependency names, as it is written, where the template certainly has nothing that is called so.
    fn lacks(&self, text: &Text, assumed: bool, scope: &NameScope) -> Option<SmolStr> {
        let key = text.key();
        let known = [&self.by_symbol, &self.by_id, &self.by_name];
        if known.iter().any(|known| known.contains_key(&key)) {
            return None;
        }
        let Some(ty) = resource_type(text) else {
            let name = text.known().filter(|name| !name.contains('/') && !assumed)?;
            let names = self.names.get_or_init(|| KnownNames::of(&self.resources, scope));
            return names.lack(text, &key).then(|| name.clone());
        };
        let mut types = self.types.borrow_mut();
        let known = types.entry(ty.to_lowercase_smolstr());
        let ids = known.or_insert_with_key(|ty| Ids::of(&self.resources, ty, scope));
        let group = key.rsplit_once("/resourcegroups/").filter(|_| ty == RESOURCE_GROUPS);
        let group = group.map(|(_, name)| format_smolstr!("microsoft.resources/resourcegroups/{name}"));
        let provider = key.rsplit_once("/providers/").map_or(key.as_str(), |(_, tail)| tail);
        let wanted = group.as_deref().unwrap_or(provider);
        (ids.none
            || (!assumed && is_plain(wanted) && ids.known.as_ref().is_some_and(|ids| !ids.contains(wanted))))
        .then_some(ty)
    }
}

/// The ids of the resources of one type.
struct Ids {
    /// There certainly is none.
    none: bool,
    /// Without their scopes, where all of them are known.
    known: Option<FxHashSet<SmolStr>>,
}

impl Ids {
    fn of(resources: &[&Resource], ty: &str, scope: &NameScope) -> Ids {
        let declared = scope.resources.iter().filter(|(other, _)| may_be(other, ty));
        let declared: FxHashSet<Span> = declared.map(|(_, span)| *span).collect();
        let ours: Vec<_> = resources.iter().filter(|resource| resource.is(ty)).collect();
        let seen: FxHashSet<Span> = ours.iter().map(|resource| resource.span).collect();
        let ids = ours.iter().map(|resource| {
            let id = relative_id(resource);
            (!resource.name.written.assumed && is_plain(&id)).then_some(id)
        });
        Ids {
            none: declared.is_empty(),
            known: ids.collect::<Option<_>>().filter(|_| declared.len() == seen.len()),
        }
    }
}

/// The names of the resources of one template, the last segment of each.
struct KnownNames {
    /// They are all that the template has.
    whole: bool,
    known: FxHashSet<SmolStr>,
    /// Those with holes.
    others: Vec<Text>,
}

impl KnownNames {
    fn of(resources: &[&Resource], scope: &NameScope) -> KnownNames {
        let seen: FxHashSet<Span> = resources.iter().map(|resource| resource.span).collect();
        let sure = resources.iter().all(|resource| !resource.name.written.assumed);
        let names = resources.iter().map(|resource| resource.name.last());
        let (known, others): (Vec<Text>, Vec<Text>) = names.partition(|name| name.known().is_some());
        KnownNames {
            whole: sure && seen.len() == scope.resources.len(),
            known: known.iter().map(|name| name.key()).collect(),
            others,
        }
    }

    // Whether no resource can be called so; `key` is that of the name.
    fn lack(&self, name: &Text, key: &SmolStr) -> bool {
        self.whole
            && !self.known.contains(key)
            && self.others.iter().all(|other| other.equals_ignore_case(name) == Truth::False)
    }
}

// The id without the scope: what stands behind the last `/providers/`.
fn relative_id(resource: &Resource) -> SmolStr {
    let id = interleaved(&resource.ty, &resource.name.segments).key();
    id.strip_prefix("/providers/").map_or(SmolStr::default(), SmolStr::from)
}

fn only(found: Option<&Vec<ResourceId>>) -> Option<Target> {
    match found.map(Vec::as_slice) {
        Some([only]) => Some(Target::Resource(*only)),
        _ => None,
    }
}

// Without holes.
fn is_plain(key: &str) -> bool {
    !key.contains('{')
}

// Whether a type as written, in lower case, may be the whole type `ty`.
fn may_be(written: &str, ty: &str) -> bool {
    let written = written.trim_matches('/');
    written.is_empty()
        || written.starts_with('[')
        || written == ty
        || (!written.contains('.') && ty.rsplit('/').next() == written.rsplit('/').next())
}

// The type, as it is written, of a resource id or of the part of one behind its provider.
fn resource_type(text: &Text) -> Option<SmolStr> {
    let segments = text.split('/');
    let known = |at: usize| segments.get(at).and_then(Text::known);
    let is = |at: usize, word: &str| known(at).is_some_and(|part| part.eq_ignore_ascii_case(word));
    if segments.len() == 5 && is(1, "subscriptions") && is(3, "resourceGroups") {
        return Some(RESOURCE_GROUPS.into());
    }
    let provider = (0..segments.len()).rev().find(|at| is(*at, "providers"));
    let start = provider.map_or(0, |at| at + 1);
    let namespace = known(start).filter(|namespace| namespace.contains('.') && !namespace.contains(' '))?;
    let rest = segments.len().checked_sub(start + 1)?;
    if rest == 0 || rest % 2 != 0 {
        return None;
    }
    let mut ty = namespace.to_string();
    for at in (start + 1..segments.len()).step_by(2) {
        let segment = known(at)?;
        ty.push('/');
        ty.push_str(segment);
    }
    Some(ty.into())
}

use armlint_engine::graph::{Graph, Resource};
use armlint_engine::rule::Context;
use armlint_engine::span::Span;
use armlint_engine::value::Reason;
use rustc_hash::FxHashMap;
use smol_str::{SmolStr, StrExt};

pub(crate) fn check(cx: &mut Context<'_>) {
    let graph = cx.graph();
    if !graph.dialect.is_template() {
        return;
    }
    let mut known: FxHashMap<_, &Resource> = FxHashMap::default();
    let mut loops: FxHashMap<Span, usize> = FxHashMap::default();
    for resource in graph.resources().iter().filter(|resource| is_certain(resource)) {
        let key = (
            resource.module,
            resource.span.source,
            resource.ty.to_ascii_lowercase_smolstr(),
            identity(graph, resource),
        );
        let Some(first) = known.get(&key) else {
            known.insert(key, resource);
            continue;
        };
        if !first.condition.is_same(&resource.condition) {
            continue;
        }
        if first.span == resource.span {
            let of_default = resource.body.get("copy").get("count").assumed;
            if !of_default && resource.name.segments.len() == first.name.segments.len() {
                *loops.entry(resource.span).or_insert(0) += 1;
            }
            if loops.get(&resource.span) == Some(&1) {
                let message = "All instances of the loop have the same name".to_string();
                let finding = cx.report_on(resource, &resource.place, message);
                finding.help("put `copyIndex()` into the name");
            }
            continue;
        }
        let message = format!("The template deploys the resource `{}` twice", resource.name.display());
        let finding = cx.report_on(resource, &resource.place, message);
        finding
            .related(first.place, "the first one")
            .help("deploy it once, or give one of the two another name");
    }
}

// Whether it is made, under a name that says which resource it is.
fn is_certain(resource: &Resource) -> bool {
    let vague = |reason: Reason| {
        matches!(reason, Reason::Limit | Reason::Error | Reason::Placeholder | Reason::RunTime)
    };
    let exact =
        resource.resource_id.is_exact() && resource.resource_id.holes().all(|hole| !vague(hole.reason));
    let conditional = resource.condition.truth.is_true() || !resource.condition.terms.is_empty();
    !resource.existing && !resource.repeated && conditional && exact && !resource.name.written.is_missing()
}

// The id; for a name that a default decides, also how it is written, since another default may tell two
// resources apart.
fn identity(graph: &Graph, resource: &Resource) -> (SmolStr, Option<String>) {
    let id = resource.resource_id.key();
    (id, resource.name.written.assumed.then(|| graph.written(&resource.name.written)))
}

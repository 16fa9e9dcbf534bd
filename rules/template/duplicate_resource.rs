use armlint_engine::graph::{Graph, Resource};
use armlint_engine::rule::Context;
use armlint_engine::value::Reason;
use rustc_hash::FxHashMap;
use smol_str::{SmolStr, StrExt};

pub(crate) fn check(cx: &mut Context<'_>) {
    let graph = cx.graph();
    if !graph.dialect.is_template() {
        return;
    }
    let mut known: FxHashMap<_, &Resource> = FxHashMap::default();
    for resource in graph.resources().iter().filter(|resource| is_certain(resource)) {
        let ty = resource.ty.to_ascii_lowercase_smolstr();
        let key = (resource.module, resource.span.source, ty, identity(graph, resource));
        let first = *known.entry(key).or_insert(resource);
        if first.id == resource.id || !first.condition.is_same(&resource.condition) {
            continue;
        }
        if first.span != resource.span {
            report_twice(first, resource, cx);
        } else if is_same_in_loop(first, resource) {
            let copy = resource.body.get("copy").get("name");
            let copy = copy.known_text().map_or(String::new(), |name| format!(" `{name}`"));
            let message = format!("All instances of the copy loop{copy} have the same name");
            cx.report_on(resource, &resource.place, message).help("Put `copyIndex()` into the name");
        }
    }
}

fn report_twice(first: &Resource, second: &Resource, cx: &mut Context<'_>) {
    let message = format!("The template deploys the resource `{}` twice", second.name.display());
    cx.report_on(second, &second.place, message)
        .related(first.place, "the first one")
        .help("Deploy it once, or give one of the two another name");
}

// Whether two instances of a loop certainly have one name: another count than that of a default may be one.
fn is_same_in_loop(first: &Resource, second: &Resource) -> bool {
    let of_default = second.body.get("copy").get("count").assumed;
    !of_default && second.name.segments.len() == first.name.segments.len()
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

use armlint_azure::facts::required_properties;
use armlint_azure::schema::{Deviations, Identity, Node, ResourceType, TypeVersion};
use armlint_engine::finding::{Applicability, Edit};
use armlint_engine::graph::{Graph, Resource};
use armlint_engine::rule::{Context, edit};
use armlint_engine::value::{Object, Presence, Value, presence};

use crate::language::schema;

const LOCATION: &str = "location";

pub(crate) fn check(cx: &mut Context<'_>) {
    let graph = cx.graph();
    for resource in graph.resources().iter().filter(|resource| !resource.existing) {
        // The files of the services themselves leave out what their commands are given.
        if graph.dialect.is_template()
            && let &Identity::Known(ty, version) = Deviations::in_view(cx.view()).identity(resource)
        {
            let missing = missing(resource, ty, version);
            if !missing.is_empty() {
                report(resource, ty, &missing, cx);
            }
        }
    }
}

fn missing(resource: &Resource, ty: ResourceType, version: TypeVersion) -> Vec<&'static str> {
    let is_open = |value: &Value| value.is_unknown() || value.object().is_some_and(Object::is_open);
    let lacks = |path: &str| {
        let object =
            path.rsplit_once('.').map_or(resource.body.clone(), |(object, _)| resource.body.at(object));
        !is_open(&resource.body) && !is_open(&object) && presence(&resource.body.at(path)) == Presence::Absent
    };
    let location = lacks(LOCATION) && needs_location(resource, ty, version);
    let of_type = required_properties().iter().filter(|required| required.ty.eq_ignore_ascii_case(ty.name()));
    let needed = of_type.map(|required| required.path).filter(|path| lacks(path));
    location.then_some(LOCATION).into_iter().chain(needed).collect()
}

// A resource of its own, all of whose versions say so.
fn needs_location(resource: &Resource, ty: ResourceType, version: TypeVersion) -> bool {
    let required = |body: Node| {
        let location = body.object().and_then(|object| object.property(LOCATION));
        location.is_some_and(|location| location.flags.is_required())
    };
    ty.name().matches('/').count() == 1
        && resource.body.get("scope").is_absent()
        && version.body().is_some()
        && !version.deployable().is_extension()
        && ty.versions().filter_map(TypeVersion::body).all(required)
}

fn report(resource: &Resource, ty: ResourceType, missing: &[&str], cx: &mut Context<'_>) {
    let graph = cx.graph();
    let names: Vec<String> = missing.iter().map(|name| format!("`{name}`")).collect();
    let message = format!("`{}` needs {}: without it the deployment is refused", ty.name(), listed(&names));
    let edits = (missing == [LOCATION]).then(|| with_location(resource, graph)).flatten();
    let is_generated = schema::is_generated(graph);
    let finding = cx.report_on(resource, &resource.body.get("type"), message);
    finding.help(format!("Write {}", listed(&names)));
    if !is_generated {
        finding.fix("Take the location of the resource group", Applicability::Unsafe, edits);
    }
}

fn listed(names: &[String]) -> String {
    match names {
        [before @ .., last] if !before.is_empty() => format!("{} and {last}", before.join(", ")),
        _ => names.concat(),
    }
}

// Only a deployment to a resource group has one.
fn with_location(resource: &Resource, graph: &Graph) -> Option<Edit> {
    let root = graph.sources.iter().find(|parsed| parsed.source.id == resource.span.source)?;
    let schema = root.document.root.value("$schema").and_then(|schema| schema.text())?;
    let group = schema.to_ascii_lowercase().contains("/deploymenttemplate.json");
    let json = format!("\"[resourceGroup().{LOCATION}]\"");
    group.then(|| edit::add_member(graph, resource.span, LOCATION, &json)).flatten()
}

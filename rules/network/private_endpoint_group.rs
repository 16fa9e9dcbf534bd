use armlint_azure::facts::{EndpointGroup, endpoint_groups_of};
use armlint_azure::private_link::{self, Connection};
use armlint_engine::finding::{Applicability, Edit};
use armlint_engine::graph::{Graph, Resource};
use armlint_engine::rule::{Context, edit};
use armlint_engine::value::{Presence, Truth, Value, presence};

pub(crate) fn check(resource: &Resource, cx: &mut Context<'_>) {
    if resource.existing {
        return;
    }
    for connection in private_link::connections(resource) {
        let groups: Vec<EndpointGroup> =
            connection.ty().map(|ty| endpoint_groups_of(ty).collect()).unwrap_or_default();
        if let Some((place, fault)) = fault(&connection.groups, &groups).filter(|_| !groups.is_empty()) {
            report(resource, &connection, &groups, (place, &fault), cx);
        }
    }
}

// What is wrong with the sub-resources that a connection names: it has to be one of its target.
fn fault<'v>(groups: &'v Value, known: &[EndpointGroup]) -> Option<(&'v Value, String)> {
    match groups.elements() {
        None => (presence(groups) == Presence::Absent).then(|| (groups, "names no sub-resource".into())),
        Some([]) => Some((groups, "names no sub-resource".into())),
        Some([only]) => {
            let is_known = Truth::any(only.alternatives().iter().map(|name| match name.known_text() {
                Some(name) => Truth::from(known.iter().any(|group| group.is(name))),
                None => Truth::Unknown,
            }));
            let name = only.known_text().unwrap_or_default();
            is_known
                .is_false()
                .then(|| (only, format!("names the sub-resource `{name}`, which its target does not have")))
        }
        Some(_) => Some((groups, "names several sub-resources".into())),
    }
}

fn report(
    resource: &Resource,
    connection: &Connection,
    groups: &[EndpointGroup],
    (place, fault): (&Value, &str),
    cx: &mut Context<'_>,
) {
    let names: Vec<&str> = groups.iter().map(|group| group.name).collect();
    let edit = change(place, &names, cx.graph());
    let finding = cx.report_on(resource, place, format!("The private endpoint {fault}"));
    finding.related(connection.target.origin.span, "the target").traced(place).assuming(place);
    finding.help(format!("Name one sub-resource in `groupIds`: `{}`", names.join("` or `")));
    finding.fix("Name the sub-resource of the target", Applicability::Safe, edit);
}

// Where the target has one sub-resource alone.
fn change(place: &Value, names: &[&str], graph: &Graph) -> Option<Edit> {
    let [only] = names else { return None };
    place.known_text()?;
    edit::replace_literal(graph, place, &format!("\"{only}\""))
}

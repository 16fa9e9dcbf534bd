use armlint_azure::private_link::{self, Connection};
use armlint_engine::finding::Confidence;
use armlint_engine::graph::Resource;
use armlint_engine::rule::Context;
use armlint_engine::value::{Presence, Value, presence};
use armlint_factory::factory::FACTORIES;

const GROUPS: [&str; 2] = ["dataFactory", "portal"];

pub(crate) fn check(resource: &Resource, cx: &mut Context<'_>) {
    for connection in private_link::connections(resource) {
        if connection.is_to(FACTORIES) {
            check_groups(resource, &connection, cx);
        }
    }
}

fn check_groups(resource: &Resource, connection: &Connection, cx: &mut Context<'_>) {
    const MESSAGE: &str =
        "Private endpoint to a data factory must name exactly one sub-resource: `dataFactory` or `portal`";
    let (place, said): (&Value, String) = match connection.groups.elements() {
        None if presence(&connection.groups) == Presence::Absent => (&connection.groups, MESSAGE.into()),
        None => return,
        Some([]) => (&connection.groups, MESSAGE.into()),
        Some([only]) => {
            if !GROUPS.iter().all(|group| only.is_text(group).is_false()) {
                return;
            }
            let named = only.known_text().map(|name| format!("{MESSAGE}, not `{name}`"));
            (only, named.unwrap_or_else(|| MESSAGE.into()))
        }
        Some(_) => (&connection.groups, format!("{MESSAGE}, not several")),
    };
    let finding = cx.report_on(resource, place, said);
    finding.related(connection.target.origin.span, "the factory").traced(place).help(
        "write `\"groupIds\": [\"dataFactory\"]` for self-hosted runtimes or `\"groupIds\": [\"portal\"]` for \
         authoring, and declare a private endpoint for each",
    );
    if place.assumed {
        finding.confidence(Confidence::Medium);
    }
}

use armlint_azure::private_link::{self, Connection};
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
    let Some((place, fault)) = fault(&connection.groups) else { return };
    let message = format!(
        "Private endpoint to a data factory must name exactly one sub-resource: `dataFactory` or `portal`{fault}"
    );
    let finding = cx.report_on(resource, place, message);
    finding.related(connection.target.origin.span, "the factory").traced(place).help(
        "Write `\"groupIds\": [\"dataFactory\"]` for self-hosted runtimes or `\"groupIds\": [\"portal\"]` for \
         authoring, and declare a private endpoint for each",
    );
    finding.assuming(place);
}

// What is wrong with the sub-resources, and what a message says of it behind what they must be.
fn fault(groups: &Value) -> Option<(&Value, String)> {
    match groups.elements() {
        None => (presence(groups) == Presence::Absent).then(|| (groups, String::new())),
        Some([]) => Some((groups, String::new())),
        Some([only]) => {
            let wrong = GROUPS.iter().all(|group| only.is_text(group).is_false());
            let named = only.known_text().map(|name| format!(", not `{name}`"));
            wrong.then(|| (only, named.unwrap_or_default()))
        }
        Some(_) => Some((groups, ", not several".into())),
    }
}

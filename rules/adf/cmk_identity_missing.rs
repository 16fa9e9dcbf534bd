use armlint_azure::existence;
use armlint_engine::graph::Resource;
use armlint_engine::rule::Context;
use armlint_engine::value::{Presence, Truth, Value, presence};
use armlint_factory::factory::Factories;

pub(crate) fn check(resource: &Resource, cx: &mut Context<'_>) {
    if resource.existing || cx.graph().dialect.is_folder() {
        return;
    }
    let encryption = resource.property("encryption");
    let key = encryption.get("keyName");
    if presence(&encryption) != Presence::Present || presence(&key) != Presence::Present {
        return;
    }
    let opened_by = encryption.at("identity.userAssignedIdentity");
    match presence(&opened_by) {
        Presence::Absent => check_network(resource, &encryption, cx),
        Presence::Present => check_assigned(resource, &opened_by, cx),
        Presence::Unknown => {}
    }
}

// A factory with a network opens its key by an identity of its own.
fn check_network(resource: &Resource, encryption: &Value, cx: &mut Context<'_>) {
    let graph = cx.graph();
    let Some(factory) = Factories::in_view(cx.view()).of(resource) else { return };
    let networks = factory.networks.iter().map(|id| graph.resource(*id));
    let mut own = networks.filter(|network| !network.existing);
    let Some(network) = own.find(|network| existence::exists_with(network, resource)) else { return };
    cx.report_on(
        resource,
        encryption,
        "A factory with a managed virtual network needs `encryption.identity.userAssignedIdentity` to open its key",
    )
    .related(network.place, "the managed virtual network")
    .traced(encryption)
    .help("Add \"identity\": { \"userAssignedIdentity\": \"<id of the identity>\" } to `encryption`");
}

fn check_assigned(resource: &Resource, opened_by: &Value, cx: &mut Context<'_>) {
    let assigned = resource.body.get("identity");
    if !has_user_identity(&assigned).is_false() {
        return;
    }
    let message = "The factory does not have the user-assigned identity that is to open its key";
    let finding = cx.report_on(resource, opened_by, message);
    finding.related(assigned.origin.span, "the identities of the factory").traced(opened_by);
    finding.help("List the identity in `identity.userAssignedIdentities` of the factory");
    finding.assuming(&assigned).assuming(opened_by);
}

fn has_user_identity(identity: &Value) -> Truth {
    let ty = identity.get("type");
    match (presence(identity), presence(&ty), ty.known_text()) {
        (Presence::Absent, ..) | (Presence::Present, Presence::Absent, _) => Truth::False,
        (_, _, Some(text)) => Truth::from(text.to_ascii_lowercase().contains("userassigned")),
        _ => Truth::Unknown,
    }
}

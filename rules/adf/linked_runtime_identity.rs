use armlint_azure::resource_id::{self, Identity};
use armlint_azure::types::ROLE_ASSIGNMENTS;
use armlint_azure::{existence, wording};
use armlint_engine::finding::Severity;
use armlint_engine::graph::{Graph, Resource};
use armlint_engine::rule::Context;
use armlint_engine::value::{Presence, Truth, Value, presence};
use armlint_factory::factory::{FACTORIES, Factories};
use armlint_factory::runtime::{self, RuntimeClass};

pub(crate) fn check(resource: &Resource, cx: &mut Context<'_>) {
    if runtime::class(resource) != RuntimeClass::Linked {
        return;
    }
    let info = resource.property("typeProperties.linkedInfo");
    let way = info.get("authorizationType");
    if way.is_text("Key").is_true() {
        let message = "Linked self-hosted runtime signs in with the key of the shared one, not with the factory's identity";
        cx.report_on(resource, &way, message)
            .severity(Severity::Medium)
            .traced(&way)
            .help("Share the runtime with the factory's managed identity: \"authorizationType\": \"RBAC\"");
    } else if way.is_text("RBAC").is_true() && presence(&info.get("credential")) == Presence::Absent {
        check_identity(resource, &info.get("resourceId"), cx);
    }
}

fn check_identity(resource: &Resource, shared: &Value, cx: &mut Context<'_>) {
    let graph = cx.graph();
    if graph.dialect.is_folder() {
        return;
    }
    let factories = Factories::in_view(cx.view());
    let Some(declared) = factories.of(resource).and_then(|factory| factory.declared(graph)) else { return };
    let identity = declared.body.get("identity");
    if has_system_identity(&identity).is_false() {
        report_identity(resource, declared, &identity, cx);
    } else if let Some(owner) = factories.owner_of_runtime(shared).and_then(|owner| owner.declared(graph))
        && !existence::has_remote_parts(graph)
        && has_role(graph, owner).is_false()
    {
        cx.report_on(
            resource,
            shared,
            "Nothing in this deployment gives the factory's identity a role on the shared runtime",
        )
        .severity(Severity::Medium)
        .related(owner.place, "the factory that owns the runtime")
        .traced(shared)
        .help("Assign the role Contributor on the shared runtime to the identity of the linking factory");
    }
}

fn report_identity(resource: &Resource, factory: &Resource, identity: &Value, cx: &mut Context<'_>) {
    let place = if identity.is_missing() { factory.place } else { identity.get("type").origin.span };
    let name = wording::called(factory, "the factory");
    let message = format!("Linked self-hosted runtime needs a system-assigned identity of {name}");
    let finding = cx.report_on(factory, &place, message);
    finding.related(resource.place, "the linked runtime");
    finding
        .help("Add \"identity\": { \"type\": \"SystemAssigned\" } and give it a role on the shared runtime");
    finding.assuming(identity);
}

fn has_system_identity(identity: &Value) -> Truth {
    match presence(identity) {
        Presence::Absent => return Truth::False,
        Presence::Unknown => return Truth::Unknown,
        Presence::Present => {}
    }
    let ty = identity.get("type");
    match (presence(&ty), ty.known_text()) {
        (Presence::Absent, _) => Truth::False,
        (_, Some(text)) => Truth::from(text.to_ascii_lowercase().contains("systemassigned")),
        _ => Truth::Unknown,
    }
}

// Whether some role is assigned on the factory that owns the runtime, on one of its children, or above.
fn has_role(graph: &Graph, owner: &Resource) -> Truth {
    let own = graph.of_type(ROLE_ASSIGNMENTS).map(|role| {
        let scope = role.body.get("scope");
        match (presence(&scope), resource_id::identify(&scope)) {
            (Presence::Absent, _) => Truth::Unknown,
            (_, Some(Identity { ty: Some(ty), name, above, .. })) => {
                if !ty.get(..FACTORIES.len()).is_some_and(|start| start.eq_ignore_ascii_case(FACTORIES)) {
                    return Truth::False;
                }
                resource_id::same_name(above.first().unwrap_or(&name), &owner.name.last())
            }
            _ => Truth::Unknown,
        }
    });
    const NESTED: [&str; 2] = [
        "Microsoft.DataFactory/factories/providers/roleAssignments",
        "Microsoft.DataFactory/factories/integrationRuntimes/providers/roleAssignments",
    ];
    let nested = NESTED.iter().flat_map(|ty| graph.of_type(ty));
    Truth::any(own.chain(nested.map(|_| Truth::Unknown)))
}

use armlint_azure::identity::{AssignedIdentities, assigned};
use armlint_azure::wording;
use armlint_engine::finding::{Applicability, Edit};
use armlint_engine::graph::Resource;
use armlint_engine::rule::{Context, View, edit};
use armlint_engine::span::Span;
use armlint_engine::value::{Presence, Truth, presence};
use armlint_factory::factory::{Factories, Factory};
use armlint_factory::identity;
use armlint_factory::secret::{self, SecretSource, Secrets};

// What needs an identity of the factory.
struct Need {
    place: Span,
    what: String,
    user_assigned: bool,
}

// What asks for an identity that the factory has not.
fn unmet(resource: &Resource, assigned: &AssignedIdentities, view: View<'_>) -> Vec<Need> {
    if resource.existing || view.graph().dialect.is_folder() || assigned.is_unknown() {
        return Vec::new();
    }
    let factories = Factories::in_view(view);
    let Some(factory) = factories.of(resource) else { return Vec::new() };
    let missing = |need: &Need| match need.user_assigned {
        true => assigned.user == Truth::False,
        false => assigned.user == Truth::False && assigned.system == Truth::False,
    };
    needs(view, factory).into_iter().filter(missing).collect()
}

pub(crate) fn check(resource: &Resource, cx: &mut Context<'_>) {
    let assigned = assigned(resource);
    let needs = unmet(resource, &assigned, cx.view());
    let Some(first) = needs.first() else { return };
    let written = resource.body.at("identity.type");
    let place = if presence(&written) == Presence::Present { written.origin.span } else { resource.place };
    let name = wording::called(resource, "declared here");
    let user_assigned = needs.iter().all(|need| need.user_assigned);
    let message = if user_assigned {
        format!("The data factory {name} has no user-assigned identity, which {}", first.what)
    } else {
        format!("The data factory {name} has no identity, which {}", first.what)
    };
    let fix = if user_assigned { None } else { fix(cx.view(), resource, &assigned) };
    let finding = cx.report_on(resource, &place, message);
    finding.help(if user_assigned {
        "Give the factory the identity: `\"identity\": {\"type\": \"UserAssigned\", \"userAssignedIdentities\": \
         {\"<id of the identity>\": {}}}`"
    } else {
        "Add `\"identity\": {\"type\": \"SystemAssigned\"}` to the factory, and grant it what it needs"
    });
    for need in needs.iter().take(20) {
        finding.related(need.place, format!("the identity {}", need.what));
    }
    if let Some(edit) = fix {
        finding.fix("Give the factory an identity", Applicability::Unsafe, vec![edit]);
    }
}

fn fix(view: View<'_>, resource: &Resource, assigned: &AssignedIdentities) -> Option<Edit> {
    let graph = view.graph();
    if !assigned.written {
        return edit::add_member(graph, resource.span, "identity", "{ \"type\": \"SystemAssigned\" }");
    }
    let ty = resource.body.at("identity.type");
    edit::replace(&ty, "\"SystemAssigned\"")
}

fn needs(view: View<'_>, factory: &Factory) -> Vec<Need> {
    let graph = view.graph();
    let secrets = Secrets::in_view(view);
    let mut found = Vec::new();
    let artefacts = [&factory.linked_services, &factory.pipelines, &factory.runtimes];
    for artefact in artefacts.into_iter().flatten().map(|id| graph.resource(*id)) {
        if artefact.existing {
            continue;
        }
        let called = secret::describe(artefact);
        if let Some(place) = identity::system_assigned_use(artefact, secrets.of(artefact)) {
            found.push(Need { place, what: format!("the {called} signs in with"), user_assigned: false });
            continue;
        }
        // A vault that is opened by a credential needs none of the factory.
        let read = secrets.of(artefact).iter().find(|secret| match &secret.held {
            SecretSource::KeyVault(reference) => {
                identity::opens_by_factory(graph, factory, reference).is_true()
            }
            _ => false,
        });
        if let Some(secret) = read {
            let what = format!("the {called} reads a secret of Key Vault with");
            found.push(Need { place: secret.place, what, user_assigned: false });
        }
    }
    for credential in factory.credentials.iter().map(|id| graph.resource(*id)) {
        let ty = credential.property("type");
        if !credential.existing && ty.is_text("ManagedIdentity").is_true() {
            let what = format!("the {} stands for", secret::describe(credential));
            found.push(Need { place: ty.origin.span, what, user_assigned: true });
        }
    }
    found
}
